"""Remedies: for each obstacle of a line, the smallest sets of measures after which the needs are met."""

from __future__ import annotations

from typing import Any

from lintas.assess.decide import Decider
from lintas.assess.sides import sides_of
from lintas.assess.why_not import minimal_sets
from lintas.inventory.check import Decision

SHOWN = 5


def remedy_of(decider: Decider, decision: Decision) -> list[list[dict[str, Any]]]:
    """Minimal sets for the first side that stands in the way, fewest measures first; empty where none was found."""
    for key in sides_of(decider.program, decision.situation):
        if not key.judged:
            continue
        side = next((s for s in decision.answer.sides if s.jurisdiction == key.jurisdiction), None)
        if side is None or side.outcome != "answered" or side.met_as_described == "yes":
            continue
        found, _ = minimal_sets(decider, decision.situation, key)
        if found:
            return [[m.shown() | {"side": key.jurisdiction} for m in sorted(group, key=str)] for group in found[:SHOWN]]
    return []
