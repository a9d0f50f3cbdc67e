"""Why-not: the minimal sets of measures that remove each obstacle, fewest first.

A measure puts a safeguard in place or changes a fact that the actor can change; a ``fixed`` fact (an age, a date), a question and a
legal conclusion are never proposed. A set is minimal if no part of it is enough; sets are found by size and supersets are skipped.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any, NamedTuple

from lintas.assess.decide import Decider
from lintas.assess.needs import leaves, need_truth
from lintas.assess.settle import completions
from lintas.assess.sides import SideKey, sides_of
from lintas.engine.index import Slice
from lintas.model.norm import Leaf
from lintas.model.situation import FactValue, Situation

MAX_MEASURES = 12
MAX_SIZE = 4
_UNCHANGEABLE = frozenset({"from", "data", "day", "member", "actor", "sector", "safeguards"})


class Measure(NamedTuple):
    """One measure: ``have`` a requirement, or ``change`` a fact to a value."""

    kind: str
    name: str
    value: FactValue = True

    def shown(self) -> dict[str, Any]:
        """As plain data."""
        return {"have": self.name} if self.kind == "have" else {"change": self.name, "to": self.value}


def why_not(decider: Decider, situation: Situation) -> dict[str, Any]:
    """For each side with an obstacle, its minimal sets of measures with the norms behind them."""
    out = []
    for key in sides_of(decider.program, situation):
        if not key.judged:
            continue
        side = decider.side(situation, decider.question(situation), key)
        entry: dict[str, Any] = {"jurisdiction": key.jurisdiction, "verdict": side.verdict, "outcome": side.outcome, "sets": []}
        if side.outcome == "answered" and side.met_as_described != "yes":
            found, truncated = minimal_sets(decider, situation, key)
            entry["sets"] = [[m.shown() for m in sorted(one)] for one in found]
            entry["truncated"] = truncated
            entry["because"] = [{"norm": n.id, "locator": n.locator} for n in side.determining]
        out.append(entry)
    return {"id": situation.id, "as_of": situation.as_of.isoformat(), "sides": out}


def minimal_sets(decider: Decider, situation: Situation, key: SideKey) -> tuple[list[frozenset[Measure]], bool]:
    """All minimal sets of up to ``MAX_SIZE`` measures after which the side's needs are met; whether measures were cut."""
    all_measures = measures(decider, situation, key)
    chosen = all_measures[:MAX_MEASURES]
    found: list[frozenset[Measure]] = []
    for size in range(1, min(MAX_SIZE, len(chosen)) + 1):
        for group in combinations(chosen, size):
            candidate = frozenset(group)
            if len({m.name for m in group}) < size or any(done <= candidate for done in found):
                continue
            if removes(decider, situation, key, candidate):
                found.append(candidate)
    return found, len(all_measures) > MAX_MEASURES


def apply(decider: Decider, situation: Situation, group: frozenset[Measure]) -> Situation:
    """The situation with the measures taken."""
    for measure in group:
        if measure.kind == "have":
            situation = situation.with_safeguards(decider.implied.get(measure.name, frozenset({measure.name})))
        else:
            situation = situation.with_fact(measure.name, measure.value)
    return situation


def removes(decider: Decider, situation: Situation, key: SideKey, group: frozenset[Measure]) -> bool:
    """Whether nothing stands in the way on this side once the measures are taken."""
    changed = apply(decider, situation, group)
    side = decider.side(changed, decider.question(changed), key)
    return side.outcome == "answered" and side.met_as_described == "yes"


def measures(decider: Decider, situation: Situation, key: SideKey) -> list[Measure]:
    """Requirements not yet in place in the needs that bind, then changeable facts that the barring norms turn on."""
    piece = decider.index.slice(key.jurisdiction, situation.activity)
    facts = decider.rates.convert(situation.facts, piece.currencies, situation.as_of)
    day = situation.as_of.toordinal()
    hits = piece.run(facts, day=day, strict=decider.strict)
    known = decider.known(key.jurisdiction, facts, hits)
    out: dict[tuple[str, str, str], Measure] = {}
    barring = [h for h in hits if decider.program.norms[h.norm].modality in ("prohibition", "obligation", "permission") and h.effective >= 0]
    for hit in barring:
        for leaf in leaves(decider.program.rules[hit.rule].needs):
            if need_truth(leaf.id, known) != 1:
                out.setdefault(("have", leaf.id, ""), Measure("have", leaf.id))
    for hit in barring:
        norm = decider.program.norms[hit.norm]
        if norm.modality != "prohibition":
            continue
        for other in (*norm.overridden_by, hit.norm):
            for rule_number in decider.program.norms[other].rules:
                rule = decider.program.rules[rule_number]
                if not rule.start <= day < rule.end:
                    continue
                for leaf in leaves(rule.needs) if other != hit.norm else []:
                    out.setdefault(("have", leaf.id, ""), Measure("have", leaf.id))
                for measure in _changes(decider, piece, facts, rule.terms):
                    out.setdefault((measure.kind, measure.name, str(measure.value)), measure)
    return list(out.values())


def _changes(
    decider: Decider, piece: Slice, facts: dict[str, FactValue], terms: tuple[tuple[int, ...], ...]
) -> list[Measure]:
    out: list[Measure] = []
    for literal in {abs(lit) for term in terms for lit in term}:
        atom = decider.program.atoms[literal - 1]
        if not isinstance(atom, Leaf):
            continue
        if atom.fact == "safeguards":
            out.extend(Measure("have", str(w)) for w in atom.value if w not in facts["safeguards"])  # type: ignore[union-attr, operator]
            continue
        info = decider.table.get(atom.fact)
        if atom.fact in _UNCHANGEABLE or info is None or info.fixed or info.question or info.conclusion:
            continue
        out.extend(Measure("change", atom.fact, v) for v in completions(piece, atom.fact, facts) if v != facts.get(atom.fact))
    return out


