"""What an answer says, so that two can be compared, and which norms stand behind a difference."""

from __future__ import annotations

import json
from typing import Any

from lintas.errors import SituationError
from lintas.ir.program import Rule
from lintas.model.answer import Assessment, Side
from lintas.model.situation import Situation
from lintas.scenario.view import View

KINDS = ("verdict", "needs", "duties", "value")


def situation_of(view: View, raw: dict[str, Any]) -> Situation:
    """A raw situation, read for a view's law and day."""
    assert view.law is not None  # noqa: S101 - recorded answers are not asked
    return view.law.situation(raw, as_of=view.day)


def answered(view: View, raw: dict[str, Any]) -> Assessment | None:
    """The answer under a view's law; none where the facts cannot be read on that day."""
    assert view.law is not None  # noqa: S101 - recorded answers are not asked
    try:
        return view.law.decider.decide(situation_of(view, raw))
    except SituationError:
        return None


def said(answer: Assessment | Side | None) -> dict[str, Any]:
    """Outcome, verdict, needs, duties and value, in an order of their own."""
    if answer is None:
        return {"outcome": "error", "verdict": None, "needs": [], "duties": [], "value": None}
    return {
        "outcome": answer.outcome,
        "verdict": answer.verdict,
        "needs": sorted({need.id for need in answer.needs}),
        "duties": sorted({" ".join(filter(None, (d.id, d.to, json.dumps(d.by, sort_keys=True) if d.by else ""))) for d in answer.duties}),
        "value": answer.value,
    }


def kinds_of(one: dict[str, Any], other: dict[str, Any]) -> tuple[str, ...]:
    """In which of verdict, needs, duties and value two answers differ; what one did not record is not compared."""
    out = [] if (one["outcome"], one["verdict"]) == (other["outcome"], other["verdict"]) else ["verdict"]
    out += [kind for kind in KINDS[1:] if kind in one and kind in other and one[kind] != other[kind]]
    return tuple(out)


def members_of(one: Assessment | None, other: Assessment | None) -> tuple[str, ...]:
    """The laws whose side says something else."""
    before = {side.jurisdiction: said(side) for side in one.sides} if one else {}
    after = {side.jurisdiction: said(side) for side in other.sides} if other else {}
    return tuple(j for j in dict.fromkeys((*before, *after)) if before.get(j) != after.get(j))


def because(one: tuple[View, Assessment | None], other: tuple[View, Assessment | None]) -> list[dict[str, str]]:
    """The norms on which one answer rests and the other does not; else those that speak differently; else all."""
    before, after = (_norms(answer) for _, answer in (one, other))
    chosen = before ^ after
    if not chosen:
        both = sorted(before | after)
        chosen = {n for n in both if _spoken(one[0], n) != _spoken(other[0], n)} or set(both)
    return [{"norm": norm, "article": article(one[0], norm) or article(other[0], norm)} for norm in sorted(chosen)]


def _norms(answer: Assessment | None) -> set[str]:
    if answer is None:
        return set()
    speaking = {n.id for n in answer.determining if n.modality != "definition"}
    return (speaking or {n.id for n in answer.determining}) | {n.norm for n in answer.needs} | {d.norm for d in answer.duties}


def _rule(view: View, identity: str) -> Rule | None:
    program = view.law.program if view.law else None
    norm = next((n for n in program.norms if n.id == identity), None) if program else None
    day = view.day.toordinal()
    return next((program.rules[r] for r in norm.rules if program.rules[r].start <= day < program.rules[r].end), None) if program and norm else None


def _spoken(view: View, identity: str) -> Any:
    rule = _rule(view, identity)
    return (rule.when, rule.needs, rule.values, rule.to) if rule else None


def article(view: View, identity: str) -> str:
    """A norm's instrument and the place in it, as the view's law cites them; ``""`` where it has no such norm in force."""
    rule = _rule(view, identity)
    cite = rule.citations[0] if rule and rule.citations else None
    return f"{cite.title}, {cite.locator}" if cite else ""
