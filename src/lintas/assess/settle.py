"""Settle: answered means the same in every completion.

Where the two bounds differ, the unknown facts that a possibly effective norm tests are split, up to ``MAX_LEAVES`` leaves. If every
leaf gives one verdict the question is answered; past the limit it is ``needs-facts`` with the reason ``too-many-unknowns``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lintas.assess.judge import Judge, Judgement
from lintas.assess.needs import Known
from lintas.engine.index import Hit, Slice
from lintas.model.norm import Amount, Holds, Keyed, Leaf
from lintas.model.situation import ANY, FactValue

MAX_LEAVES = 4096
Facts = dict[str, FactValue]


@dataclass
class Settled:
    """The judgement, whether it holds in every completion, and the facts on which some leaf differs."""

    judgement: Judgement
    settled: bool
    missing: tuple[str, ...] = ()
    reason: str = ""
    leaves: int = 1
    outcomes: dict[tuple[str, str | None], int] = field(default_factory=dict)


class Settler:
    """Evaluates one slice for one question, splitting unknown facts where it must."""

    def __init__(self, piece: Slice, judge: Judge, known: Callable[[Facts, list[Hit]], Known], *, day: int, strict: bool) -> None:
        self.piece = piece
        self.judge = judge
        self.known = known
        self.day = day
        self.strict = strict
        self.budget = MAX_LEAVES
        self.differs: Counter[str] = Counter()

    def run(self, facts: Facts) -> tuple[Settled, list[Hit]]:
        """The settled answer and the hits of the undivided situation."""
        hits = self.piece.run(facts, day=self.day, strict=self.strict)
        known = self.known(facts, hits)
        low, high = self.judge.bounds(hits, known)
        if low.key == high.key and low.outcome != "needs-facts":
            merged = Judgement(low.outcome, low.verdict, low.reason or high.reason, low.determining or high.determining)
            return Settled(merged, True), hits
        found = self._split(facts, hits)
        if self.budget <= 0:
            missing = tuple(self.differs) or tuple(unknown_facts(self.piece, facts, hits))
            return Settled(Judgement("needs-facts", None, "too-many-unknowns", low.determining), False, missing, "too-many-unknowns"), hits
        if len(found) == 1:
            ((outcome, verdict),) = found
            if outcome != "needs-facts":
                determining = low.determining or high.determining
                return Settled(Judgement(outcome, verdict, low.reason or high.reason, determining), True, outcomes=found), hits
        missing = tuple(fact for fact, _ in self.differs.most_common()) or tuple(unknown_facts(self.piece, facts, hits))
        return Settled(Judgement("needs-facts", None, "facts", low.determining), False, missing, "facts", outcomes=found), hits

    def _split(self, facts: Facts, hits: list[Hit]) -> dict[tuple[str, str | None], int]:
        """The outcomes of the leaves below, with their counts; notes the facts on which subtrees differ."""
        if self.budget <= 0:
            return {}
        low, high = self.judge.bounds(hits, self.known(facts, hits))
        if low.key == high.key and low.outcome != "needs-facts":
            self.budget -= 1
            return {low.key: 1}
        unknown = unknown_facts(self.piece, facts, hits)
        if not unknown:
            self.budget -= 1
            return {("needs-facts", None): 1}
        fact = unknown.most_common(1)[0][0]
        found: Counter[tuple[str, str | None]] = Counter()
        branches: list[frozenset[tuple[str, str | None]]] = []
        for value in completions(self.piece, fact, facts):
            inner = learn(facts, fact, value)
            below = self._split(inner, self.piece.run(inner, day=self.day, strict=self.strict))
            found.update(below)
            branches.append(frozenset(below))
        if len(set(branches)) > 1:
            self.differs[fact] += 1
        return found


def learn(facts: Facts, fact: str, value: FactValue) -> Facts:
    """Facts with one more known; ``safeguard:X`` stands for one safeguard being in place or not."""
    if fact.startswith("safeguard:"):
        word = fact.partition(":")[2]
        key = "safeguards" if value else "safeguards_absent"
        have = facts.get(key, frozenset())
        return {**facts, key: (have if isinstance(have, frozenset) else frozenset()) | {word}}
    return {**facts, fact: value}


def unknown_facts(piece: Slice, facts: Facts, hits: list[Hit]) -> Counter[str]:
    """The unknown facts that rules of unknown standing test, with how many of them do."""
    program = piece.program
    found: Counter[str] = Counter()
    by_norm = {hit.norm: hit for hit in hits}
    seen: set[int] = set()
    todo = [hit for hit in hits if hit.effective == 0 and program.norms[hit.norm].modality != "coverage"]
    while todo:
        hit = todo.pop()
        if hit.norm in seen:
            continue
        seen.add(hit.norm)
        if hit.applies == 0:
            for literal in {abs(lit) for term in program.rules[hit.rule].terms for lit in term}:
                atom = program.atoms[literal - 1]
                if isinstance(atom, Holds):
                    other = by_norm.get(piece.norm_by_id[atom.norm])
                    if other and other.effective == 0:
                        todo.append(other)
                    continue
                drawn = [by_norm[n] for n in piece.concluders.get(atom.fact, ()) if n in by_norm and by_norm[n].effective == 0]
                todo.extend(drawn)
                if not drawn:  # what a conclusion rests on is asked before the conclusion itself
                    found.update(_unknown_in(atom, facts))
        above = (by_norm[n] for n in program.norms[hit.norm].overridden_by if n in by_norm)
        todo.extend(other for other in above if other.effective == 0)
    return found


def _unknown_in(leaf: Leaf, facts: Facts) -> Iterator[str]:
    if leaf.fact == "safeguards":
        have, absent = facts["safeguards"], facts.get("safeguards_absent", frozenset())
        for word in leaf.value:  # type: ignore[union-attr]
            if word not in have and word not in absent:  # type: ignore[operator]
                yield f"safeguard:{word}"
        return
    if leaf.fact != "day" and leaf.fact not in facts:
        yield leaf.fact
    by = getattr(leaf.value, "by", "")
    if by and (by not in facts or facts[by] in ("*", ANY)):
        yield by


def completions(piece: Slice, fact: str, facts: Facts) -> list[FactValue]:
    """One value from each region of a fact that the slice tells apart."""
    if fact.startswith("safeguard:"):
        return [True, False]
    leaves = [leaf for attribute in piece.attributes if attribute.fact == fact for leaf, _, _ in attribute.leaves]
    leaves += [a for a in piece.program.atoms if isinstance(a, Leaf) and a.fact == fact and fact in piece.concluders]
    keys = {k for a in piece.attributes if a.key == fact for leaf, _, _ in a.leaves for k, _ in leaf.value.rows if k != "*"}  # type: ignore[union-attr]
    info = piece.program.vocabulary.fact_table().get(fact)
    kind = info.type if info else {"from": "text", "to": "text", "data": "set"}.get(fact, "enum")
    if kind == "boolean":
        return [True, False]
    operands = [row for leaf in leaves for row in _operands(leaf)]
    if kind in ("integer", "number", "percent", "duration", "date"):
        cuts = sorted({float(v) for row in operands for v in (row if isinstance(row, tuple) else (row,))})
        return list(_around(cuts))
    if kind == "money":
        amounts = [row for row in operands if isinstance(row, Amount)]
        return [Amount(v, c) for c in sorted({a.currency for a in amounts}) for v in _around(sorted({a.amount for a in amounts if a.currency == c}))]
    words = sorted({str(w) for row in operands for w in (row if isinstance(row, tuple) else (row,))} | keys)
    if kind == "set":
        broader = piece.program.vocabulary.broadened()
        singles = [broader.get(w, frozenset({w})) for w in words]
        return [frozenset(), *singles, frozenset().union(*singles)] if singles else [frozenset()]
    home = str(facts.get(fact, ""))[2:]
    return [w for w in words if w != home] + ["QZ" if info is None else "other"]


def _operands(leaf: Leaf) -> list[object]:
    return [row for _, row in leaf.value.rows] if isinstance(leaf.value, Keyed) else [leaf.value]


def _around(cuts: list[float]) -> Iterator[float]:
    """Below, at and between the cut points, and above the last."""
    if not cuts:
        yield 0.0
        return
    yield cuts[0] - 1
    for one, two in zip(cuts, [*cuts[1:], None], strict=True):
        yield one
        yield (one + two) / 2 if two is not None else one + 1
