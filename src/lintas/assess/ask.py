"""Ask: the facts on which an answer still turns, the most decisive first, and what each reply would lead to."""

from __future__ import annotations

from typing import Any

from lintas.assess.decide import Decider
from lintas.assess.settle import MAX_LEAVES, completions, learn, unknown_facts
from lintas.assess.sides import sides_of
from lintas.model.norm import Amount
from lintas.model.situation import FactValue, Situation

MAX_QUESTIONS = 8
"""So many facts, those that most undecided norms test, are tried as the next question."""
TRIAL_LEAVES = 64


def ask(decider: Decider, situation: Situation) -> dict[str, Any]:
    """The next questions, each with its possible replies and the answer that each leads to; and what is certain so far."""
    assessment = decider.decide(situation)
    questions: list[dict[str, Any]] = []
    for key in sides_of(decider.program, situation):
        if not key.judged:
            continue
        side = next(s for s in assessment.sides if s.jurisdiction == key.jurisdiction)
        if side.outcome != "needs-facts":
            continue
        piece = decider.index.slice(key.jurisdiction, situation.activity)
        facts = decider.rates.convert(situation.facts, piece.currencies, situation.as_of)
        day = situation.as_of.toordinal()
        question = decider.question(situation)
        hits = piece.run(facts, day=day, strict=decider.strict)
        unknown = unknown_facts(piece, facts, hits)
        asked = [fact for fact in side.missing if fact in unknown] or [fact for fact, _ in unknown.most_common()]
        for fact in asked[:MAX_QUESTIONS]:
            replies = []
            for value in completions(piece, fact, facts):
                settler = decider.settler(piece, key, question, day)
                settler.budget = min(MAX_LEAVES, TRIAL_LEAVES)
                settled, _ = settler.run(learn(facts, fact, value))
                leads = settled.judgement.verdict if settled.settled else "still open"
                replies.append({"value": shown(value), "leads_to": leads or settled.judgement.outcome})
            closed = sum(1 for r in replies if r["leads_to"] != "still open")
            if len({r["leads_to"] for r in replies}) > 1 or closed < len(replies):
                info = decider.table.get(fact)
                questions.append(
                    {
                        "fact": fact,
                        "side": key.jurisdiction,
                        "question": info.definition if info else fact.replace("safeguard:", "In place? ").replace("-", " "),
                        "unit": info.unit if info else "",
                        "settles": round(closed / len(replies), 3),
                        "replies": _merged(replies),
                    }
                )
    questions.sort(key=lambda q: (-q["settles"], q["fact"]))
    certain = [n.id for s in assessment.sides for n in s.needs if n.certain]
    return {
        "id": situation.id,
        "as_of": situation.as_of.isoformat(),
        "outcome": assessment.outcome,
        "verdict": assessment.verdict,
        "certain_so_far": {"needs": certain, "sides": {s.jurisdiction: s.verdict for s in assessment.sides if s.outcome == "answered"}},
        "questions": questions,
    }


def shown(value: FactValue) -> Any:
    """A value as plain data."""
    if isinstance(value, Amount):
        return {"amount": value.amount, "currency": value.currency}
    return sorted(value) if isinstance(value, frozenset) else value


def _merged(replies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Neighbouring numbers that lead to the same answer are one reply."""
    out: list[dict[str, Any]] = []
    for reply in replies:
        last = out[-1] if out else None
        number = isinstance(reply["value"], float)
        if last and number and last["leads_to"] == reply["leads_to"]:
            last["up_to"] = reply["value"]
            continue
        out.append(dict(reply))
    return out
