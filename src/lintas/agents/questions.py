"""Questions to hand to the user: what to ask, in which form the reply is wanted, and where in the facts it goes."""

from __future__ import annotations

from typing import Any

from lintas import service

PLAIN = {
    "from": "From which country? (ISO code)",
    "to": "To which country? (ISO code)",
    "actor": "Who does it: a private firm or person of that country, a foreign one, or a public body?",
    "sector": "In which sector?",
    "data": "Which kinds of data? (all of them)",
}
SAFEGUARD = "safeguard:"


def questions(law: service.Law, raw: dict[str, Any], answer: service.Assessment, *, most: int) -> list[dict[str, Any]]:
    """The facts on which the answer turns, the most decisive first; none where there is nothing to ask."""
    if answer.outcome != "needs-facts":
        return []
    asked = {q["fact"]: q for q in service.ask(raw, law=law)["questions"]}
    found = [_question(law, fact, asked.get(fact, {})) for fact in dict.fromkeys([*asked, *answer.missing])]
    return (found or _vague(law, raw["facts"], answer))[:most]


def _question(law: service.Law, fact: str, found: dict[str, Any]) -> dict[str, Any]:
    words = law.program.vocabulary
    out: dict[str, Any] = {"fact": fact, "law": found.get("side", "")}
    if fact.startswith(SAFEGUARD):
        identity = fact.removeprefix(SAFEGUARD)
        term = next((t for t in (*words.safeguards, *words.requirements) if t.id == identity), None)
        out |= {"question": f"Is this in place? {term.definition if term else identity}", "type": "boolean"}
        out["give"] = f"If yes add '{identity}' to facts.safeguards; if the list is then complete, facts.other.safeguards_complete: true."
        return out
    if fact in PLAIN:
        known = {"actor": words.ids("actors"), "sector": words.ids("sectors") | {"other"}, "data": words.ids("data")}.get(fact)
        kind = "list" if fact == "data" else "enum" if known else "text"
        out |= {"question": PLAIN[fact], "type": kind, "values": sorted(known or ()), "give": f"facts.{fact}"}
        return out
    info = words.fact_table().get(fact)
    out |= {"question": info.definition if info else fact.replace("_", " ").replace("-", " "), "give": f"facts.other.{fact}"}
    if info:
        out |= {"type": info.type, "unit": info.unit, "values": [*info.values, "other"] if info.values else []}
        if info.conclusion:
            out["caution"] = "A legal conclusion: state it only if the user or their counsel has reached it."
    return out | {"replies": _replies(found.get("replies", []))}


def _vague(law: service.Law, facts: dict[str, Any], answer: service.Assessment) -> list[dict[str, Any]]:
    """What was stated but leaves the answer open: some other country, or an amount in a currency that the law does not count in."""
    open_ones = [side.jurisdiction for side in answer.sides if side.outcome == "needs-facts"]
    out = [
        {"fact": end, "law": open_ones[0], "question": f"{PLAIN[end]} '*' leaves open which, and the law differs.", "type": "text", "give": f"facts.{end}"}
        for end in ("from", "to")
        if facts.get(end) == "*"
    ]
    for side in open_ones:
        for fact, currencies in law.decider.index.slice(side, answer.activity).currencies.items():
            amount = facts.get("other", {}).get(fact)
            if isinstance(amount, dict) and amount["currency"] not in currencies:
                wanted = " or ".join(sorted(currencies))
                text = f"What is {amount['amount']:g} {amount['currency']} in {wanted}? The law counts in that currency, and no exchange rate is known here."
                out.append({"fact": fact, "law": side, "question": text, "type": "money", "give": f"facts.other.{fact}"})
    return out


def _replies(replies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where each reply would lead; nothing where all of them leave it open."""
    return replies[:6] if any(reply["leads_to"] != "still open" for reply in replies) else []
