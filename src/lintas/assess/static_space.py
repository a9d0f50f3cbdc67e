"""The facts of one law, cut into cells that its conditions tell apart, and leaves as regions.

Each cell has one value that stands for it, and a leaf's truth in a cell is what :func:`lintas.engine.leaves.leaf_value` says of that value, so
the analysis and the engines cannot differ in the meaning of an operator. Quantities are not negative. A question fact is taken as stated.
Amounts in a currency that the law does not name make every leaf unknown: neither the leaf nor its negation holds there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from lintas.assess.static_cubes import ALL, Cube, Region
from lintas.compile.defeat import fact_needs
from lintas.dates import FIRST_DAY, LAST_DAY
from lintas.engine.leaves import leaf_value
from lintas.ir.program import Program
from lintas.model.norm import Amount, Condition, Holds, Keyed, Leaf
from lintas.model.situation import FactValue

SETS = ("data", "safeguards")
ELSEWHERE = "NZ"
_WHOLE = frozenset({"integer", "date"})
_NUMBERS = frozenset({"integer", "number", "percent", "duration", "date"})


class Space:
    """The facts that one jurisdiction's law tests."""

    def __init__(self, program: Program, jurisdiction: str) -> None:
        self.program = program
        vocabulary = program.vocabulary
        self.table = vocabulary.fact_table()
        self.norms = [n for n in program.order if program.norms[n].jurisdiction == jurisdiction]
        self.rules = [r for n in self.norms for r in program.norms[n].rules]
        # The conditions as trees: the terms no longer hold a test that another one swallows.
        leaves = list(dict.fromkeys(leaf for r in self.rules for leaf in (*_leaves(program.rules[r].when), *fact_needs(program.rules[r].needs))))
        self.activities = tuple(dict.fromkeys(a for n in self.norms for a in program.norms[n].activities))
        self.words: dict[str, tuple[str, ...]] = {}
        self._closed: dict[str, tuple[int, ...]] = {}
        self._sets(leaves)
        self.values: dict[str, tuple[FactValue, ...]] = {"activity": self.activities}
        self.starts: tuple[int, ...] = ()
        self._days(leaves)
        self._singles(leaves, jurisdiction)
        self.full = {fact: (1 << len(values)) - 1 for fact, values in self.values.items()}
        self._memo: dict[tuple[Leaf, bool], Region] = {}

    # facts ----------------------------------------------------------------------------------------------------

    def _sets(self, leaves: list[Leaf]) -> None:
        vocabulary = self.program.vocabulary
        for fact, table in (("data", vocabulary.broadened()), ("safeguards", vocabulary.implied())):
            used = {str(w) for leaf in leaves if leaf.fact == fact for w in leaf.value}  # type: ignore[union-attr]
            words = tuple(sorted(w for w, counts in table.items() if counts & used or fact == "data"))
            self.words[fact] = words
            self._closed[fact] = tuple(sum(1 << i for i, w in enumerate(words) if word in table[w]) for word in words)

    def _days(self, leaves: list[Leaf]) -> None:
        edges = {FIRST_DAY}
        for rule in (self.program.rules[r] for r in self.rules):
            edges |= {rule.start, rule.end}
        edges |= {int(v) for leaf in leaves if leaf.fact == "day" for v in _operands(leaf)}  # type: ignore[call-overload]
        self.starts = tuple(sorted(day for day in edges if FIRST_DAY <= day < LAST_DAY))
        self.values["day"] = tuple(float(day) for day in self.starts)

    def _singles(self, leaves: list[Leaf], jurisdiction: str) -> None:
        found: dict[str, list[object]] = {}
        for leaf in leaves:
            if leaf.fact in SETS or leaf.fact == "day":
                continue
            found.setdefault(leaf.fact, []).extend(_operands(leaf))
            if isinstance(leaf.value, Keyed):
                found.setdefault(leaf.value.by, []).extend(key for key, _ in leaf.value.rows if key != "*")
        for norm in (self.program.norms[n] for n in self.norms):
            if norm.concludes and norm.concludes.fact:
                found.setdefault(norm.concludes.fact, []).append(norm.concludes.value)
        for end in ("from", "to"):
            found.setdefault(end, []).extend(self.home(jurisdiction))
        for fact, operands in found.items():
            self.values[fact] = tuple(self._cells(fact, operands))

    def home(self, jurisdiction: str) -> tuple[str, ...]:
        """The countries that a national law is asked for; none at treaty level."""
        return self.program.outside.get(jurisdiction) or ((jurisdiction,) if len(jurisdiction) == 2 else ())

    def _cells(self, fact: str, operands: list[object]) -> Iterator[FactValue]:
        info = self.table.get(fact)
        kind = info.type if info else {"from": "country", "to": "country", "member": "text"}.get(fact, "enum")
        if kind == "boolean":
            yield from (True, False)
        elif kind in _NUMBERS:
            yield from _around(sorted({float(v) for v in operands}), whole=kind in _WHOLE)  # type: ignore[arg-type]
        elif kind == "money":
            amounts = [v for v in operands if isinstance(v, Amount)]
            for currency in sorted({a.currency for a in amounts}):
                for number in _around(sorted({a.amount for a in amounts if a.currency == currency}), whole=False):
                    yield Amount(number, currency)
            yield Amount(1.0, "XTS")
        else:
            words = sorted({str(v) for v in operands})
            yield from words
            yield from self._rest(fact, kind, frozenset(words), info.values if info else ())

    def _rest(self, fact: str, kind: str, words: frozenset[str], values: tuple[str, ...]) -> Iterator[str]:
        """A value that no condition names, where there is one."""
        vocabulary = self.program.vocabulary
        if kind == "country":
            yield next(code for code in (ELSEWHERE, "CH", "IS", "QZ") if code not in words)
        elif fact == "requirement_asked":
            yield ""
        elif kind == "text":
            yield "other"
        else:
            known = {"sector": [*sorted(vocabulary.ids("sectors")), "other"], "actor": sorted(vocabulary.ids("actors"))}.get(fact, [*values, "other"])
            yield from [word for word in known if word not in words][:1]

    # leaves ---------------------------------------------------------------------------------------------------

    def close(self, fact: str, mask: int) -> int:
        """The words of a mask and all that count as one of them."""
        out = 0
        for i, closed in enumerate(self._closed[fact]):
            if mask >> i & 1:
                out |= closed
        return out

    def leaf(self, leaf: Leaf, *, positive: bool) -> Region:
        """The situations in which a leaf is true (or false, where not ``positive``)."""
        found = self._memo.get((leaf, positive))
        if found is None:
            found = self._memo[leaf, positive] = list(self._leaf(leaf, 1 if positive else -1))
        return found

    def _leaf(self, leaf: Leaf, wanted: int) -> Iterator[Cube]:
        if leaf.fact in SETS:
            yield from self._set(leaf, wanted)
        elif isinstance(leaf.value, Keyed):
            by = leaf.value.by
            for k, key in enumerate(self.values[by]):
                mask = self._mask(leaf, wanted, key)
                if mask:
                    # A keyed number may be keyed by the fact it stands beside, never by the fact it is compared with.
                    yield Cube({by: 1 << k, leaf.fact: mask}, {}, frozenset())
        else:
            mask = self._mask(leaf, wanted, None)
            if mask:
                yield ALL if mask == self.full[leaf.fact] else Cube({leaf.fact: mask}, {}, frozenset())

    def _mask(self, leaf: Leaf, wanted: int, key: FactValue | None) -> int:
        return sum(1 << i for i, value in enumerate(self.values[leaf.fact]) if leaf_value(leaf, value, key) == wanted)

    def _set(self, leaf: Leaf, wanted: int) -> Iterator[Cube]:
        fact = leaf.fact
        singles = [self.bits(fact, (str(w),)) for w in leaf.value]  # type: ignore[union-attr]
        if (leaf.op == "overlaps") == (wanted == 1):
            # Shares one, or lacks one of them.
            if wanted == 1:
                yield Cube({}, {}, frozenset({(fact, sum(set(singles)))}))
            else:
                yield from (Cube({}, {fact: self.close(fact, bit)}, frozenset()) for bit in singles)
        elif wanted == 1:
            yield Cube({}, {}, frozenset((fact, bit) for bit in singles))
        else:
            yield Cube({}, {fact: self.close(fact, sum(set(singles)))}, frozenset())

    def bits(self, fact: str, words: Iterable[str]) -> int:
        """The mask of some words of a set."""
        return sum(1 << self.words[fact].index(word) for word in set(words))

    def span(self, start: int, end: int) -> Cube:
        """The days from ``start`` up to ``end``."""
        mask = sum(1 << i for i, day in enumerate(self.starts) if start <= day < end)
        return Cube({"day": mask}, {}, frozenset())

    def speaking(self, activities: Iterable[str]) -> Cube:
        """Situations of some activities."""
        return Cube({"activity": sum(1 << self.activities.index(a) for a in activities)}, {}, frozenset())

    def at_day(self, day: int) -> int:
        """The cell of a day."""
        return max(bisect_right(self.starts, day) - 1, 0)


def _leaves(node: Condition | None) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    elif node is not None and not isinstance(node, Holds):
        for item in node.items:
            yield from _leaves(item)


def _operands(leaf: Leaf) -> list[object]:
    rows: list[object] = [row for _, row in leaf.value.rows] if isinstance(leaf.value, Keyed) else [leaf.value]
    return [v for row in rows for v in (row if isinstance(row, tuple) else (row,))]


def _around(cuts: list[float], *, whole: bool) -> Iterator[float]:
    """One value from each region that the cuts tell apart: between them and at them."""
    if not cuts or cuts[0] > 0:
        yield max(cuts[0] - 1, 0.0) if cuts else 0.0
    for one, two in zip(cuts, [*cuts[1:], None], strict=True):
        yield one
        between = one + 1 if two is None or (whole and two > one + 1) else (one + two) / 2
        if not whole or two is None or two > one + 1:
            yield between
