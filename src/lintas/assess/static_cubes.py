"""Cubes: sets of complete situations, per fact the values that are left.

A fact with single values (an enum, a boolean, a country, a number cut into intervals, a day) is a mask over its cells. A set (data, safeguards) is
what it must not hold (``banned``, closed downwards: without the broader term none of its narrower ones) and ``groups`` of which it must hold at least one.
Whatever is not banned may be in the set, so a cube is empty exactly where a mask is zero or a group is banned as a whole.
Union is a list of cubes; intersection and difference are exact, so every question here is decided and not guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from lintas.errors import CorpusError

MAX_CUBES = 5_000


class Domain(Protocol):
    """What the algebra must know of the facts."""

    full: dict[str, int]
    """For each fact with single values the mask of all its cells."""

    def close(self, fact: str, mask: int) -> int:
        """Of a set: the words of a mask and all that count as one of them."""


class Cube(NamedTuple):
    """A product of sets of values; a fact that is not named is free."""

    cells: dict[str, int]
    banned: dict[str, int]
    groups: frozenset[tuple[str, int]]


Region = list[Cube]
ALL = Cube({}, {}, frozenset())


class TooLargeError(CorpusError):
    """A condition splits into more cubes than the analysis looks at."""


def both(one: Cube, two: Cube) -> Cube | None:
    """The intersection, or ``None`` where it is empty."""
    cells = one.cells
    if two.cells:
        cells = dict(cells)
        for fact, mask in two.cells.items():
            left = cells.get(fact, -1) & mask
            if not left:
                return None
            cells[fact] = left
    if not (two.banned or two.groups):
        return Cube(cells, one.banned, one.groups)
    banned = dict(one.banned)
    for fact, mask in two.banned.items():
        banned[fact] = banned.get(fact, 0) | mask
    groups = one.groups | two.groups
    if any(not mask & ~banned.get(fact, 0) for fact, mask in groups):
        return None
    return Cube(cells, banned, groups)


def within(one: Cube, two: Cube) -> bool:
    """Whether the first cube is plainly part of the second (enough, where it holds, to skip a difference)."""
    if len(two.cells) > len(one.cells):
        return False
    for fact, mask in two.cells.items():
        have = one.cells.get(fact)
        if have is None or have & ~mask:
            return False
    for fact, mask in two.banned.items():
        if mask & ~one.banned.get(fact, 0):
            return False
    return two.groups <= one.groups or all(any(fact == f and not m & ~mask for f, m in one.groups) for fact, mask in two.groups)


def minus(one: Cube, two: Cube, domain: Domain) -> Region:
    """What of the first cube is not in the second, as cubes that do not overlap."""
    if both(one, two) is None:
        return [one]
    out: Region = []
    rest: Cube | None = one
    for fact, mask in two.cells.items():
        assert rest is not None  # noqa: S101 - the intersection is not empty
        have = rest.cells.get(fact, domain.full[fact])
        if have & ~mask:
            out.append(Cube({**rest.cells, fact: have & ~mask}, rest.banned, rest.groups))
            rest = Cube({**rest.cells, fact: have & mask}, rest.banned, rest.groups)
    for fact, mask in two.banned.items():
        assert rest is not None  # noqa: S101 - as above
        new = mask & ~rest.banned.get(fact, 0)
        if new:
            out.append(Cube(rest.cells, rest.banned, rest.groups | {(fact, new)}))
            rest = both(rest, Cube({}, {fact: mask}, frozenset()))
    for fact, mask in two.groups:
        assert rest is not None  # noqa: S101 - as above
        if any(f == fact and not m & ~mask for f, m in rest.groups):
            continue
        without = both(rest, Cube({}, {fact: domain.close(fact, mask)}, frozenset()))
        if without is not None:
            out.append(without)
        rest = Cube(rest.cells, rest.banned, rest.groups | {(fact, mask)})
    return out


def union(*regions: Iterable[Cube]) -> Region:
    """All cubes, without those that are plainly part of another."""
    out: Region = []
    for cube in (cube for region in regions for cube in region):
        if any(within(cube, other) for other in out):
            continue
        out = [other for other in out if not within(other, cube)]
        out.append(cube)
    return _bounded(out)


def product(one: Sequence[Cube], two: Sequence[Cube]) -> Region:
    """The intersection of two regions."""
    if len(two) == 1 and two[0] is ALL:
        return list(one)
    return union(found for a in one for b in two if (found := both(a, b)) is not None)


def difference(one: Sequence[Cube], two: Sequence[Cube], domain: Domain) -> Region:
    """What of the first region is not in the second."""
    left = list(one)
    for taken in two:
        left = _bounded([piece for cube in left for piece in minus(cube, taken, domain)])
        if not left:
            break
    return left


def part_of(one: Sequence[Cube], two: Sequence[Cube], domain: Domain) -> bool:
    """Whether the first region lies in the second."""
    return all(any(within(cube, other) for other in two) or not difference([cube], two, domain) for cube in one)


def meets(one: Sequence[Cube], two: Sequence[Cube]) -> bool:
    """Whether two regions share a situation."""
    return any(both(a, b) is not None for a in one for b in two)


def _bounded(region: Region) -> Region:
    if len(region) > MAX_CUBES:
        raise TooLargeError(f"a condition splits into more than {MAX_CUBES} cubes", hint="Move a part into a definition.", where="")
    return region
