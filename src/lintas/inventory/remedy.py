"""Remedies: for each obstacle of a line, the smallest sets of measures after which the needs are met."""

from __future__ import annotations

from typing import Any

from lintas.assess.decide import Decider
from lintas.assess.sides import sides_of
from lintas.assess.why_not import minimal_sets
from lintas.inventory.check import CheckResult, Decision
from lintas.inventory.obstacles import NeedLine, said
from lintas.inventory.words import REFUSED

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


def remedy_words(result: CheckResult, decision: Decision) -> list[str]:
    """What would help: each need that is open, with its ways; where the law names none, the smallest changes of facts."""
    if decision.state not in REFUSED | {"needs"}:
        return []
    firm = [n for n in decision.needs if not n.depends_on] or decision.needs
    if firm:
        return [remedy_line(n) for n in firm]
    found = [" and ".join(measure_words(m) for m in group) for group in result.remedy(decision)]
    return [" or ".join(found)] if found else []


def remedy_line(need: NeedLine) -> str:
    """What to put in place for one need: itself, or the smallest ways that are left."""
    ways = ", or ".join(need.left)
    if not ways or ways == need.name:
        return need.name
    return ways if need.name.startswith("one of") else f"{need.name}: {ways}"


def measure_words(measure: dict[str, Any]) -> str:
    """One measure in words."""
    if "have" in measure:
        return said(str(measure["have"]))
    value = measure["to"]
    shown = "yes" if value is True else "no" if value is False else said(str(value))
    return f"{said(str(measure['change']))}: {shown}"
