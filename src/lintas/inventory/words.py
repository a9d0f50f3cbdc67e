"""Words for people about a line: what its state is called, what is missing, what would decide it. Never "lawful", never an approval."""

from __future__ import annotations

from lintas.inventory.obstacles import NeedLine, said
from lintas.model.answer import Assessment, NormOut, Side

ORDER = ("not-allowed", "missing", "conflict", "needs", "needs-facts", "not-covered", "met", "no-rule", "free")
"""States of a line, worst first; the first two are refusals, the next four are undecided, the last three are settled."""

REFUSED = frozenset({"not-allowed", "missing"})
UNDECIDED = frozenset({"conflict", "needs", "needs-facts", "not-covered"})
def as_described(state: str) -> str:
    """``no``, ``yes`` or ``depends``: whether the needs are met as the line describes it."""
    return "no" if state in REFUSED else "depends" if state in UNDECIDED else "yes"


NAMES = {
    "not-allowed": "Not allowed",
    "missing": "Allowed once mended",
    "conflict": "Rules conflict",
    "needs": "Allowed once",
    "needs-facts": "Cannot say",
    "not-covered": "Not covered",
    "met": "Allowed, needs met",
    "no-rule": "No rule found",
    "free": "Free",
}
COUNTED = {
    "not-allowed": "not allowed",
    "missing": "with a need missing",
    "conflict": "with rules in conflict",
    "needs": "needing something",
    "needs-facts": "needing facts",
    "not-covered": "not covered",
    "met": "with needs met",
    "no-rule": "with no rule found",
    "free": "free",
}
SHAPE = {
    "not-allowed": "prohibited",
    "missing": "conditional",
    "conflict": "conflict",
    "needs": "conditional",
    "needs-facts": "needs-facts",
    "not-covered": "not-covered",
    "met": "conditional",
    "no-rule": "unregulated",
    "free": "unrestricted",
}
"""The drawn state of ``assess.words`` that stands for a line's state; a duty draws its own square."""


def state_of(answer: Assessment, needs: list[NeedLine]) -> str:
    """The state of a line; see ``ORDER``. ``needs`` are all needs, met ones included."""
    if answer.outcome == "answered" and answer.verdict == "prohibited":
        return "not-allowed"
    if answer.met_as_described == "no" or any(n.state == "missing" for n in needs):
        return "not-allowed" if any(s.verdict == "prohibited" for s in answer.sides) else "missing"
    if answer.outcome != "answered":
        return {"conflict": "conflict", "not-covered": "not-covered"}.get(answer.outcome, "needs-facts")
    if answer.met_as_described != "yes" and not (needs and all(n.state == "met" for n in needs)):
        return "needs"
    if answer.verdict == "unregulated":
        return "no-rule"
    return "free" if answer.verdict in ("unrestricted", "not-required") else "met"


def shape(answer: Assessment, state: str) -> str:
    """The drawn state: squares for duties, circles for permissions."""
    if answer.axis == "duty" and answer.outcome == "answered" and answer.verdict in ("required", "not-required"):
        return answer.verdict
    return SHAPE[state]


def head(answer: Assessment) -> Side:
    """The side that gives the headline."""
    judged = [s for s in answer.sides if s.outcome != "not-judged"]
    same = [s for s in judged if s.outcome == answer.outcome and s.verdict == answer.verdict]
    unmet = [s for s in same if s.met_as_described == "no"] or [s for s in judged if s.met_as_described == "no"]
    return (unmet or same or judged or list(answer.sides))[0]


def because(answer: Assessment, state: str, needs: list[NeedLine]) -> list[NormOut]:
    """The norms that decide the state, the most telling first."""
    side = head(answer)
    norms = list(side.determining) if answer.outcome == "answered" or state in REFUSED else list(side.determining or side.undecided)
    needs = [n for n in needs if n.state != "met"]
    wanted = dict.fromkeys(n.norm for n in needs if n.state == "missing") or dict.fromkeys(n.norm for n in needs)
    every = {n.id: n for s in answer.sides for n in (*s.undecided, *s.determining)}
    first = [every[w] for w in wanted if w in every] if state in ("missing", "needs") or (state == "not-allowed" and not norms) else []
    return list({n.id: n for n in (*first, *norms)}.values())


def phrase(answer: Assessment, state: str, needs: list[NeedLine]) -> str:
    """The verdict in words, as long as it needs to be."""
    if answer.axis == "duty" and answer.outcome == "answered" and answer.verdict in ("required", "not-required"):
        return "Required" if answer.verdict == "required" else "Not required"
    if state == "not-allowed":
        return "Not allowed"
    if state in ("needs", "missing"):
        parts = "; ".join(f"{n.name} ({n.state})" for n in [n for n in needs if n.state != "met"][:4])
        return f"Allowed once: {parts or 'a further judgement is made'}"
    if state == "needs-facts":
        return "Cannot say: needs " + (", ".join(said(m) for m in answer.missing[:4]) or "facts that are not told")
    if state == "no-rule":
        latest = max((c.latest for c in answer.coverage), default="")
        return f"No rule found (looked on {latest})" if latest else "No rule found"
    return NAMES[state]


def day_looked(answer: Assessment) -> str:
    """The last day of the search on which a silence rests."""
    return max((c.latest for c in answer.coverage), default="")


def clock(by: dict[str, object] | None) -> str:
    """A deadline in words."""
    if not by or "quantity" not in by:
        return str((by or {}).get("text") or (by or {}).get("date") or "")
    quantity = by["quantity"]
    number = f"{quantity:g}" if isinstance(quantity, (int, float)) else str(quantity)
    after = f" of {said(str(by['after']))}" if by.get("after") else ""
    return f"within {number} {said(str(by.get('unit', '')))}{after}"
