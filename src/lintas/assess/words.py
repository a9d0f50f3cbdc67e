"""Words for people: one sentence for a verdict. Never "lawful", never an approval."""

from __future__ import annotations

from lintas.model.answer import Side, Standing

LABEL = {
    "unrestricted": "No restriction",
    "conditional": "With conditions",
    "prohibited": "Not allowed",
    "unregulated": "No rule found",
    "required": "Required",
    "not-required": "Not required",
    "needs-facts": "Needs facts",
    "not-covered": "Not looked at",
    "conflict": "Rules conflict",
    "not-judged": "Not judged",
}
SIGN = {
    "unrestricted": "○",
    "conditional": "◐",
    "prohibited": "⊘",
    "required": "■",
    "not-required": "□",
    "unregulated": "◌",
    "needs-facts": "?",
    "not-covered": "/",
    "conflict": "≠",
    "not-judged": "-",
}
ASCII_SIGN = {
    "unrestricted": "o",
    "conditional": "~",
    "prohibited": "x",
    "required": "#",
    "not-required": "-",
    "unregulated": ".",
    "needs-facts": "?",
    "not-covered": "/",
    "conflict": "!",
    "not-judged": "-",
}


def state_of(outcome: str, verdict: str | None) -> str:
    """The state that is drawn: the verdict where there is one, else the outcome."""
    return verdict if outcome == "answered" and verdict else outcome


def not_the_law(scenario: str) -> str:
    """What stands before any answer that supposes another law."""
    return f"Not the law: scenario {scenario}. " if scenario else ""


def headline(side: Side, axis: str, stand: Standing | None) -> str:
    """One sentence: what the law of the deciding side says, and what is weak about the answer."""
    return " ".join(part for part in (_sentence(side, axis), _caution(stand)) if part)


def _sentence(side: Side, axis: str) -> str:
    if side.outcome == "needs-facts":
        facts = ", ".join(side.missing[:3]) or "facts that are not told"
        return f"Cannot say under the law of {side.name}: needs {facts}."
    if side.outcome == "not-covered":
        if side.reason == "unverified-law":
            return f"Cannot say under the law of {side.name}: the rule found has no checked quote yet."
        if side.reason == "asked-under-another-activity":
            return f"Cannot say here: in {side.name} this is a need of another activity. Ask under that activity."
        return f"Not covered: we have not looked at this in {side.name}. It says nothing about the law."
    if side.outcome == "conflict":
        return f"Two rules of {side.name} cannot both be kept: {side.conflicts[0]}."
    locators = list(dict.fromkeys(n.locator for n in side.determining))
    article = f" ({'; '.join(locators[:3])}{' ...' if len(locators) > 3 else ''})" if locators else ""
    verdict = side.verdict
    if verdict == "prohibited":
        return f"Not allowed as described under the law of {side.name}{article}."
    if verdict == "unrestricted":
        return f"Free: the law of {side.name} deals with the matter and sets no condition here{article}."
    if verdict == "unregulated":
        places = side.coverage[0].searched if side.coverage else 0
        latest = side.coverage[0].latest if side.coverage else ""
        return f"No rule found in {side.name}: we searched {places} places up to {latest}."
    if verdict == "required":
        return f"Required under the law of {side.name}{article}."
    if verdict == "not-required":
        return f"Not required under the law of {side.name}{article}."
    open_needs = [n.id for n in side.needs if n.state != "met" and not n.alternative_to]
    if axis == "duty":
        return f"The law of {side.name} leaves it to a further judgement{article}."
    if side.met_as_described == "yes":
        return f"Allowed: the needs under the law of {side.name} are met as described{article}."
    what = ", ".join(dict.fromkeys(open_needs)) or "one of the alternatives is in place"
    return f"Allowed under the law of {side.name} once: {what}{article}."


def _caution(stand: Standing | None) -> str:
    if stand is None:
        return ""
    parts = []
    if stand.status == "disputed":
        parts.append("Sources disagree about this rule.")
    if not stand.binding:
        parts.append("It rests on a guideline or policy, which does not bind like a statute.")
    if stand.stale_days:
        parts.append(f"The text was last checked {stand.stale_days} days ago, over 180.")
    return " ".join(parts)
