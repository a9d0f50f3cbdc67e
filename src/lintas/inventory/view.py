"""One line as flat text: what every table (terminal, CSV, XLSX, Parquet) shows of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from lintas.assess.words import ASCII_SIGN, SIGN
from lintas.inventory.check import CheckResult, Decision, Line
from lintas.inventory.obstacles import said
from lintas.inventory.words import ORDER, as_described, clock, day_looked
from lintas.model.answer import Side

COLUMNS = (
    "row", "line", "id", "what", "from", "to", "activity", "data", "as_of", "state", "verdict", "missing", "because", "instrument",
    "norm", "quote", "address", "tier", "verification", "checked", "by_when", "coming", "ended_basis", "sentence", "outcome",
    "met_as_described", "error",
)  # fmt: skip


def words(value: Any) -> str:
    """A set of ids as text, in order."""
    return "; ".join(sorted(str(v) for v in value)) if isinstance(value, (set, frozenset, tuple, list)) else str(value or "")


def missing(decision: Decision) -> str:
    """What is not in place or not told, in a few words."""
    if decision.state == "needs-facts":
        return ", ".join(said(m) for m in decision.answer.missing) or "facts that are not told"
    if decision.state in ("not-covered", "no-rule", "conflict"):
        return ""
    return "; ".join(f"{n.name} ({n.state})" for n in decision.needs)


def locators(decision: Decision, count: int = 2) -> str:
    """The articles that decide, each after the member whose law it is."""
    if not decision.because:
        return ", ".join(f"{side.jurisdiction} coverage" for side in silent(decision)[:count])
    shown = list(dict.fromkeys(f"{n.side} {n.locator}" for n in decision.because))
    return ", ".join(shown[:count]) + (f" +{len(shown) - count}" if len(shown) > count else "")


def silent(decision: Decision) -> list[Side]:
    """The sides on whose silence a line rests."""
    judged = [side for side in decision.answer.sides if side.outcome != "not-judged"]
    return [side for side in judged if side_state(side) == decision.state] or judged


def articles(decision: Decision, count: int = 3) -> str:
    """The instruments that decide, each with its articles."""
    found: dict[str, dict[str, None]] = {}
    for norm in decision.because:
        found.setdefault(norm.instrument_title, {})[norm.locator] = None
    shown = [f"{title}, {', '.join(list(places)[:count])}" for title, places in list(found.items())[:count]]
    return "; ".join(shown) + (f"; and {len(found) - count} more" if len(found) > count else "")


def by_when(decision: Decision) -> str:
    """Deadlines of the duties that follow."""
    found: dict[str, dict[str, None]] = {}
    for duty in decision.answer.duties:
        when = clock(duty.by) if duty.certain else ""
        if when:
            found.setdefault(when, {})[said(duty.id)] = None
    return "; ".join(f"{', '.join(names)} {when}" for when, names in found.items())


def coming(decision: Decision) -> str:
    """What changes within the horizon."""
    return "; ".join(f"from {c.day}: {c.new}" for c in decision.changes)


def ended(decision: Decision) -> str:
    """Safeguards whose basis has ended."""
    return "; ".join(f"{said(d.safeguard)}: asked for by {d.title} ({d.locator}), no longer in force" for d in decision.dead)


def citation(decision: Decision) -> dict[str, Any]:
    """The quote of the first norm that decides, or nothing."""
    for norm in decision.because:
        for side in decision.answer.sides:
            for cite in side.citations:
                if cite["norm"] == norm.id:
                    return cite
    return next(iter(decision.answer.citations), {}) if decision.because else {}


def of_line(line: Line) -> dict[str, Any]:
    """What is the line's own, under ``COLUMNS``."""
    return {"row": line.number, "line": line.line, "id": line.id, "what": line.what, "error": "; ".join(line.notes)}


def of_decision(decision: Decision) -> dict[str, Any]:
    """What lines with one answer share, under ``COLUMNS``."""
    answer, facts, cite = decision.answer, decision.situation.facts, citation(decision)
    stand = answer.standing
    return {
        "from": decision.origin,
        "to": decision.destination,
        "activity": answer.activity,
        "data": words(facts.get("data")),
        "as_of": answer.as_of,
        "state": decision.state,
        "verdict": decision.phrase,
        "missing": missing(decision),
        "because": locators(decision, 4),
        "instrument": decision.because[0].instrument_title if decision.because else "",
        "norm": "; ".join(n.id for n in decision.because),
        "quote": cite.get("quote", ""),
        "address": cite.get("url", ""),
        "tier": stand.tier if stand else "",
        "verification": stand.status if stand else "",
        "checked": stand.checked if stand else "",
        "by_when": by_when(decision),
        "coming": coming(decision),
        "ended_basis": ended(decision),
        "sentence": answer.headline,
        "outcome": answer.outcome,
        "met_as_described": as_described(decision.state),
    }


def flat_bad(bad: Any) -> dict[str, Any]:
    """A row that could not be read, under ``COLUMNS``."""
    column = f"{bad.column}: " if bad.column else ""
    text = f"{column}{bad.detail}" + (f" ({bad.hint})" if bad.hint else "")
    return dict.fromkeys(COLUMNS, "") | {
        "row": bad.number, "line": bad.line, "what": bad.label, "state": "bad-row", "verdict": "Could not be read", "error": text,
    }  # fmt: skip


def by_corridor(result: CheckResult) -> list[tuple[str, str, Counter[str]]]:
    """Counts of states by corridor, worst first."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for decision in result.decisions:
        ends = (decision.origin, decision.destination) if "?" not in (decision.origin, decision.destination) else (decision.corridor, "")
        found.setdefault(ends, Counter())[decision.state] += decision.count
    rows = [(one, two, counts) for (one, two), counts in found.items()]
    return sorted(rows, key=lambda row: (min(ORDER.index(s) for s in row[2]), row[0], row[1]))


def by_member(result: CheckResult) -> list[tuple[str, str, Counter[str]]]:
    """Counts of states by the member that is asked, from its own side of each line."""
    found: dict[str, Counter[str]] = {code: Counter() for code in result.names}
    for decision in result.decisions:
        for side in decision.answer.sides:
            if side.jurisdiction in found:
                found[side.jurisdiction][side_state(side)] += decision.count
    return [(code, result.names[code], counts) for code, counts in found.items() if counts]


def side_state(side: Side) -> str:
    """The state of one side alone."""
    if side.outcome != "answered":
        return {"conflict": "conflict", "not-covered": "not-covered"}.get(side.outcome, "needs-facts")
    if side.verdict == "prohibited":
        return "not-allowed"
    if side.met_as_described == "no":
        return "missing"
    if side.met_as_described != "yes":
        return "needs"
    if side.verdict == "unregulated":
        return "no-rule"
    return "free" if side.verdict in ("unrestricted", "not-required") else "met"


_SHORT = {
    "not-allowed": "not allowed", "missing": "allowed once", "conflict": "rules conflict", "needs": "allowed once",
    "needs-facts": "cannot say", "not-covered": "not covered", "met": "needs met", "no-rule": "no rule found", "free": "free",
}  # fmt: skip


def verdict_word(decision: Decision) -> str:
    """The verdict in two or three words, for a column that is never cut."""
    if decision.shape in ("required", "not-required"):
        return said(decision.shape)
    return _SHORT[decision.state]


def missing_short(decision: Decision, limit: int) -> str:
    """What is missing and what is not told, the first few; for an open answer, the facts it needs."""
    if decision.state == "needs-facts":
        names = [said(m) for m in decision.answer.missing] or ["facts that are not told"]
        return "needs: " + _first(names, limit)
    if decision.state == "no-rule":
        day = day_looked(decision.answer)
        return f"looked on {day}" if day else ""
    if decision.state in ("not-covered", "conflict"):
        return ""
    parts = []
    certain = any(n.state == "missing" for n in decision.needs)
    for state in ("missing", "not told"):
        names = [n.name for n in decision.needs if n.state == state and not (certain and n.depends_on)]
        if names:
            parts.append(f"{state}: {_first(names, limit)}")
    return "; ".join(parts)


def _first(names: list[str], limit: int) -> str:
    return ", ".join(names[:limit]) + (f" +{len(names) - limit}" if len(names) > limit else "")


def sign(decision: Decision, *, ascii_only: bool = False) -> str:
    """The sign of a line's state in text."""
    return (ASCII_SIGN if ascii_only else SIGN)[decision.shape]
