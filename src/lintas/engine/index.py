"""The bitmask index: one decision in microseconds.

One *slice* holds the rules of a jurisdiction that speak to an activity (definitions included). Each of its terms is a bit. For
each fact that the slice tests, a value selects two masks: the terms that certainly match and those that possibly match. A
decision is a few ANDs and one sweep, in topological order, over the rules that are left. The masks of a value are found once
and kept (at most ``MEMO`` a fact). An unknown fact is one more value. ``holds`` and concluded facts are settled in the sweep.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from lintas.engine.leaves import Known, leaf_value
from lintas.ir.program import Program
from lintas.model.norm import Amount, Holds, Keyed, Leaf
from lintas.model.situation import FactValue

MEMO = 4096
_NOTHING: frozenset[str] = frozenset()


class Hit(NamedTuple):
    """One rule that is not certainly off: its truth values, each -1, 0 or +1 (``applies`` is 0 or 1)."""

    rule: int
    norm: int
    applies: int
    effective: int
    presumed: bool


class _Attribute(NamedTuple):
    fact: str
    key: str
    leaves: tuple[tuple[Leaf, int, int], ...]
    """Leaf, bits of the terms that hold it, bits of the terms that hold its negation."""


class _Rule(NamedTuple):
    number: int
    norm: int
    bits: int
    presume: bool
    terms: tuple[tuple[int, tuple[int, ...]], ...]
    """Per term: its bit and its dynamic literals (signed atoms, from 1)."""
    dynamic: bool
    overriders: tuple[int, ...]


class Slice:
    """The rules of one jurisdiction for one activity, indexed."""

    def __init__(self, program: Program, jurisdiction: str, activity: str, norm_by_id: dict[str, int]) -> None:
        self.program = program
        self.norm_by_id = norm_by_id
        self.concluders: dict[str, tuple[int, ...]] = {}
        members: list[int] = []
        for number in program.order:
            norm = program.norms[number]
            if norm.jurisdiction != jurisdiction:
                continue
            if activity in norm.activities or norm.modality == "definition":
                members.append(number)
                if norm.concludes and norm.concludes.fact:
                    fact = norm.concludes.fact
                    self.concluders[fact] = (*self.concluders.get(fact, ()), number)
        members = self._needed(members, activity)
        self.norms = tuple(members)
        self.whole_requirements = frozenset(t.id for t in program.vocabulary.requirements if t.whole)
        self.concluders = {f: kept for f, ns in self.concluders.items() if (kept := tuple(n for n in ns if n in set(members)))}
        self._build()

    def _needed(self, members: list[int], activity: str) -> list[int]:
        """Leave out definitions that nothing in the slice depends on."""
        program, inside = self.program, set(members)
        keep = {n for n in members if activity in program.norms[n].activities}
        todo = list(keep)
        while todo:
            norm = program.norms[todo.pop()]
            wanted: set[int] = set(norm.overridden_by) & inside
            for rule in (program.rules[r] for r in norm.rules):
                for literal in (lit for term in rule.terms for lit in term):
                    atom = program.atoms[abs(literal) - 1]
                    wanted |= {self.norm_by_id[atom.norm]} if isinstance(atom, Holds) else set(self.concluders.get(atom.fact, ()))
            new = (wanted & inside) - keep
            keep |= new
            todo.extend(new)
        return [n for n in members if n in keep]

    def _build(self) -> None:
        program = self.program
        rules: list[_Rule] = []
        positive: dict[int, int] = {}
        negative: dict[int, int] = {}
        spans: list[tuple[int, int, int]] = []
        bit = 0
        for n in self.norms:
            norm = program.norms[n]
            overriders = tuple(m for m in norm.overridden_by if m in set(self.norms))
            for r in norm.rules:
                rule = program.rules[r]
                bits, terms, dynamic = 0, [], False
                for term in rule.terms:
                    mask = 1 << bit
                    bit += 1
                    bits |= mask
                    late = []
                    for literal in term:
                        atom = program.atoms[abs(literal) - 1]
                        if isinstance(atom, Holds) or atom.fact in self.concluders:
                            late.append(literal)
                            continue
                        side = positive if literal > 0 else negative
                        side[abs(literal) - 1] = side.get(abs(literal) - 1, 0) | mask
                    dynamic = dynamic or bool(late)
                    terms.append((mask, tuple(late)))
                rules.append(_Rule(r, n, bits, rule.presume_absent, tuple(terms), dynamic, overriders))
                spans.append((rule.start, rule.end, bits))
        self.rules = tuple(rules)
        self.norm_bits: dict[int, int] = {}
        for rule_ in rules:
            self.norm_bits[rule_.norm] = self.norm_bits.get(rule_.norm, 0) | rule_.bits
        self.rule_of_bit: list[int] = [i for i, rule in enumerate(rules) for _ in rule.terms]
        self.all_bits = (1 << bit) - 1
        self._days(spans)
        groups: dict[tuple[str, str], list[tuple[Leaf, int, int]]] = {}
        for atom_number in sorted(set(positive) | set(negative)):
            leaf = program.atoms[atom_number]
            assert isinstance(leaf, Leaf)  # noqa: S101 - holds were set aside
            key = leaf.value.by if isinstance(leaf.value, Keyed) else ""
            groups.setdefault((leaf.fact, key), []).append((leaf, positive.get(atom_number, 0), negative.get(atom_number, 0)))
        self.attributes = tuple(_Attribute(fact, key, tuple(leaves)) for (fact, key), leaves in groups.items())
        self._memo: tuple[dict[tuple[Known, Known], tuple[int, int]], ...] = tuple({} for _ in self.attributes)
        self.facts = frozenset(f for a in self.attributes for f in (a.fact, a.key) if f) | self.concluders.keys()
        self.currencies: dict[str, frozenset[str]] = {}
        for attribute in self.attributes:
            found = {row.currency for leaf, _, _ in attribute.leaves for row in _rows(leaf) if isinstance(row, Amount)}
            if found:
                self.currencies[attribute.fact] = self.currencies.get(attribute.fact, frozenset()) | frozenset(found)

    def _days(self, spans: list[tuple[int, int, int]]) -> None:
        edges = sorted({day for start, end, _ in spans for day in (start, end)})
        self.edges = edges
        self.in_force = [0] + [sum(bits for start, end, bits in spans if start <= day < end) for day in edges]

    def masks(self, number: int, value: Known, key: Known) -> tuple[int, int]:
        """The terms that certainly, and possibly, match a value of an attribute."""
        memo = self._memo[number]
        found = memo.get((value, key))
        if found is None:
            out_certain = out_possible = 0
            for leaf, plus, minus in self.attributes[number].leaves:
                truth = leaf_value(leaf, value, key)
                if truth == 1:
                    out_certain |= minus
                    out_possible |= minus
                elif truth == -1:
                    out_certain |= plus
                    out_possible |= plus
                else:
                    out_certain |= plus | minus
            found = (~out_certain, ~out_possible)
            if len(memo) < MEMO:
                memo[value, key] = found
        return found

    def run(self, facts: dict[str, FactValue], *, day: int, strict: bool = False) -> list[Hit]:
        """The rules that are not certainly off, in topological order."""
        possible = certain = force = self.in_force[bisect_right(self.edges, day)]
        get = facts.get
        for number, (fact, key, _) in enumerate(self.attributes):
            value: Known
            if fact == "safeguards":
                value = (facts["safeguards"], get("safeguards_absent", _NOTHING))  # type: ignore[assignment]
            elif fact == "day":
                value = float(day)
            else:
                value = get(fact)
            yes, maybe = self.masks(number, value, get(key) if key else None)
            certain &= yes
            possible &= maybe
            if not possible:
                return []
        return self._sweep(certain, possible, force, facts, strict=strict)

    def _sweep(self, certain: int, possible: int, force: int, facts: dict[str, FactValue], *, strict: bool) -> list[Hit]:
        hits: list[Hit] = []
        effective: dict[int, int] = {}
        while possible:
            rule = self.rules[self.rule_of_bit[(possible & -possible).bit_length() - 1]]
            if rule.dynamic:
                applies = -1
                for mask, late in rule.terms:
                    if possible & mask:
                        truth = 1 if certain & mask else 0
                        for literal in late:
                            atom = self.program.atoms[abs(literal) - 1]
                            found = self._dynamic(atom, effective, force, facts)
                            truth = min(truth, found if literal > 0 else -found)
                        applies = max(applies, truth)
            else:
                applies = 1 if certain & rule.bits else 0
            possible &= ~rule.bits
            presumed = False
            if applies == 0 and rule.presume and not strict:
                applies, presumed = -1, True
            if applies == -1 and not presumed:
                continue
            defeated = -1
            for other in rule.overriders:
                defeated = max(defeated, effective.get(other, -1))
            state = min(applies, -defeated)
            effective[rule.norm] = state
            hits.append(Hit(rule.number, rule.norm, applies, state, presumed))
        return hits

    def _dynamic(self, atom: Leaf | Holds, effective: dict[int, int], force: int, facts: dict[str, FactValue]) -> int:
        if isinstance(atom, Holds):
            return effective.get(self.norm_by_id[atom.norm], -1)
        drawn = [
            (self.program.norms[n].concludes.value, effective.get(n, -1))  # type: ignore[union-attr]
            for n in self.concluders[atom.fact]
            if self.norm_bits[n] & force
        ]
        for value, truth in drawn:
            if truth == 1 and leaf_value(atom, value) == 1:
                return 1
        if any(truth == 1 for _, truth in drawn):
            return -1
        if atom.fact in facts:
            return leaf_value(atom, facts[atom.fact], facts.get(getattr(atom.value, "by", "")))
        if not drawn:
            return 0
        if isinstance(drawn[0][0], bool):
            wanted = atom.value if atom.op == "is" else not atom.value
            same = [truth for value, truth in drawn if value == wanted]
            return max(same) if same else -max(truth for _, truth in drawn)
        words = atom.value if isinstance(atom.value, tuple) else (atom.value,)
        named = [truth for value, truth in drawn if value in words]
        if not named:
            return 0
        return -max(named) if atom.op == "is_not" else max(named)


def _rows(leaf: Leaf) -> tuple[object, ...]:
    return tuple(row for _, row in leaf.value.rows) if isinstance(leaf.value, Keyed) else (leaf.value,)


class Index:
    """All slices of a program, made when first asked for."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.norm_by_id = {norm.id: n for n, norm in enumerate(program.norms)}
        self._slices: dict[tuple[str, str], Slice] = {}

    def slice(self, jurisdiction: str, activity: str) -> Slice:
        """The slice of a jurisdiction and an activity."""
        found = self._slices.get((jurisdiction, activity))
        if found is None:
            found = self._slices[jurisdiction, activity] = Slice(self.program, jurisdiction, activity, self.norm_by_id)
        return found
