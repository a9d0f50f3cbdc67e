"""Witnesses: a cube as the smallest situation that shows it, put to the decider."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from lintas.assess.law import Law
from lintas.assess.static_cubes import Cube, Region
from lintas.assess.static_regions import Regions
from lintas.assess.static_space import Space
from lintas.dates import from_ordinal, today
from lintas.errors import SituationError
from lintas.model.norm import Amount
from lintas.model.situation import FactValue

TRIES = 24
_TOP = ("activity", "from", "to", "sector", "actor", "data", "safeguards", "day")


class Witness(NamedTuple):
    """A situation as it is written, and what the decider answers on the side of the law at issue."""

    situation: dict[str, Any]
    outcome: str
    verdict: str | None

    def __str__(self) -> str:
        facts = self.situation["facts"]
        flat = {**{k: v for k, v in facts.items() if k != "other"}, **facts.get("other", {})}
        shown = ", ".join(f"{k}: {_plain(v)}" for k, v in flat.items() if v not in ([], None))
        return f"on {self.situation['as_of']}, {{{shown}}} is answered {self.verdict or self.outcome}"


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['currency']} {value['amount']:g}"
    if isinstance(value, list):
        return f"[{', '.join(value)}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def witness(law: Law, regions: Regions, norms: tuple[int, ...], region: Region) -> Witness | None:
    """The smallest situation of a region in which the decider finds the norms effective, or ``None`` where it finds none."""
    found = shows(law, regions, norms, region)
    return None if found is None else _smallest(law, regions, norms, found)


def shows(law: Law, regions: Regions, norms: tuple[int, ...], region: Region) -> Witness | None:
    """A situation of a region in which the decider finds the norms effective."""
    for cube in sorted(region, key=_size)[:TRIES]:
        found = replay(law, regions, norms, situation(regions, cube))
        if found is not None:
            return found
    return None


def _size(cube: Cube) -> int:
    return len(cube.cells) + len(cube.banned) + len(cube.groups)


def situation(regions: Regions, cube: Cube) -> dict[str, Any]:
    """A cube as a raw situation; facts that it leaves free are not stated."""
    space = regions.space
    jurisdiction = regions.program.norms[space.norms[0]].jurisdiction
    cells = dict(cube.cells)
    day = cells.pop("day", space.full["day"])
    known = day & ((2 << space.at_day(today().toordinal())) - 1)
    cell = known.bit_length() - 1 if known else _first(day)
    facts: dict[str, Any] = {"activity": space.activities[_first(cells.pop("activity", 1))], "data": [], "safeguards": []}
    other: dict[str, Any] = {}
    homes = space.home(jurisdiction)
    for end in ("from", "to"):
        if homes:
            facts[end] = _end(space, end, cells.pop(end, 0), homes)
    for fact, mask in cells.items():
        value = written(space, fact, space.values[fact][_first(mask)])
        (facts if fact in _TOP else other)[fact] = value
    for fact in ("data", "safeguards"):
        facts[fact] = sorted({_word(space, fact, mask & ~cube.banned.get(fact, 0)) for f, mask in cube.groups if f == fact})
    if cube.banned.get("safeguards"):
        other["safeguards_complete"] = True
    if not homes:
        other["agreement"] = jurisdiction
    return {
        "as_of": from_ordinal(space.starts[cell]).isoformat(),
        "level": "national" if homes else "treaty",
        "facts": {**facts, "other": other},
    }


def _first(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


def _end(space: Space, end: str, mask: int, homes: tuple[str, ...]) -> str:
    values = [str(v) for i, v in enumerate(space.values[end]) if not mask or mask >> i & 1]
    return next((v for v in values if v in homes), values[-1])


def _word(space: Space, fact: str, mask: int) -> str:
    """The plainest allowed word of a group: the one that the fewest others count as a kind of."""
    words = [word for i, word in enumerate(space.words[fact]) if mask >> i & 1]
    return min(words, key=lambda word: (-space.close(fact, space.bits(fact, (word,))).bit_count(), word))


def written(space: Space, fact: str, value: FactValue) -> Any:
    """A cell's value as a situation states it."""
    if isinstance(value, Amount):
        return {"amount": value.amount, "currency": value.currency}
    info = space.table.get(fact)
    if isinstance(value, float):
        return from_ordinal(int(value)).isoformat() if info and info.type == "date" else (int(value) if value == int(value) else value)
    return value


def replay(law: Law, regions: Regions, norms: tuple[int, ...], raw: dict[str, Any]) -> Witness | None:
    """What the decider answers, if it finds all the norms effective there."""
    try:
        situation = law.situation({"id": "witness", **raw})
        jurisdiction = regions.program.norms[norms[0]].jurisdiction
        piece = law.decider.index.slice(jurisdiction, situation.activity)
        state = {hit.norm: hit.effective for hit in piece.run(situation.facts, day=situation.as_of.toordinal(), strict=law.decider.strict)}
        if any(state.get(n) != 1 for n in norms):
            return None
        side = next((s for s in law.decider.decide(situation).sides if s.jurisdiction == jurisdiction), None)
    except SituationError:
        return None
    return Witness(raw, side.outcome, side.verdict) if side else None


def _smallest(law: Law, regions: Regions, norms: tuple[int, ...], found: Witness) -> Witness:
    """Leave out one fact, or one word of a list, after the other while the answer stays."""
    again = True
    while again:
        again = False
        for facts in list(_less(found.situation["facts"])):
            tried = replay(law, regions, norms, {**found.situation, "facts": facts})
            if tried is not None and tried[1:] == found[1:]:
                found, again = tried, True
                break
    return found


def _less(facts: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same facts without one of them, or with one word less."""
    other = facts["other"]
    for fact in other:
        yield {**facts, "other": {k: v for k, v in other.items() if k != fact}}
    for fact, value in facts.items():
        if isinstance(value, list):
            for word in value:
                yield {**facts, fact: [w for w in value if w != word]}
        elif fact not in ("activity", "from", "to", "other"):
            yield {k: v for k, v in facts.items() if k != fact}
