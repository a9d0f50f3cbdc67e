"""What an agent gets back: the answer first, each claim with its article, in at most 12 kB."""

from __future__ import annotations

from typing import Any

import msgspec

from lintas import service
from lintas.agents.questions import questions

LIMIT = 12_000
"""Bytes of one result as JSON."""
LONGEST = 1_200
"""Characters of one text; a quote, which has 40 words at most, is never cut."""
NOT_COVERED = "Not looked at: a gap in our work, not a statement about the law."
ADVICE = "Information, not legal advice."
MEANS = {
    "unrestricted": "Free: the law deals with the matter and sets no condition here.",
    "conditional": "Allowed once every need stands; a need that is `unknown` is not met. On a duty: somebody still has to judge.",
    "prohibited": "Not allowed as described.",
    "unregulated": "No rule was found where we searched. This is no permission.",
    "required": "Must be done.",
    "not-required": "We looked, and no law demands it here.",
    "needs-facts": "No answer yet. Ask the user the questions below and call again; do not guess.",
    "not-covered": f"Not covered. {NOT_COVERED}",
    "conflict": "Two rules cannot both be kept. Show both; do not choose.",
}


def head(answer: service.Assessment) -> dict[str, Any]:
    """The answer in a few lines: what was found and what that means."""
    state = answer.verdict if answer.outcome == "answered" and answer.verdict else answer.outcome
    return {"headline": answer.headline, "outcome": answer.outcome, "verdict": answer.verdict, "means": MEANS[state]}


def tail(answer: service.Assessment, raw: dict[str, Any]) -> dict[str, Any]:
    """How to get the same answer again, and which law was not asked."""
    ends = [key for key in ("from", "to") if key in raw["facts"]]
    silent = "from" if ends == ["to"] else "to"
    note = f"`{silent}` was not stated: only one country's law was asked." if len(ends) == 1 else ""
    kept = ("as_of", "known_on", "release", "corpus", "engine")
    return {"note": f"{note} {ADVICE}".strip(), "reproduce": {key: answer.reproduce[key] for key in kept}}


def decided(law: service.Law, raw: dict[str, Any]) -> dict[str, Any]:
    """The whole answer to one situation."""
    answer = service.decide(raw, law=law)
    articles = {n.id: f"{n.instrument_title}, {n.locator}" for n in (*answer.determining, *answer.undecided)}
    articles = {c["norm"]: f"{c['title']}, {c['locator']}" for c in reversed(answer.citations)} | articles
    out = head(answer) | {
        "met_as_described": answer.met_as_described if answer.outcome == "answered" else "",
        "needs": [
            {
                "need": need.id, "state": need.state, "law": need.side, "article": articles.get(need.norm, need.norm),
                "any_one_of": need.alternative_to, "certain": None if need.certain else False, "depends_on": list(need.depends_on),
            }
            for need in answer.needs
        ],
        "value": answer.value,
        "conflicts": list(answer.conflicts),
        "questions": questions(law, raw, answer, most=5),
        "quotes": [_quote(c) for c in answer.citations],
        "coverage": _coverage(answer),
        "laws": [{"law": s.jurisdiction, "name": s.name, "role": s.role, "outcome": s.outcome, "verdict": s.verdict, "reason": s.reason} for s in answer.sides],
        "duties": [
            {"duty": d.title, "law": d.side, "to": d.to, "by": d.by, "article": articles.get(d.norm, d.norm), "certain": d.certain} for d in answer.duties
        ],
        "assumed": list(answer.assumed),
        "coming": [{"starts": c.starts, "rule": c.title, "norm": c.norm} for c in answer.coming],
        "undecided": [{"rule": n.title, "article": f"{n.instrument_title}, {n.locator}", "norm": n.id} for n in answer.undecided],
        "standing": msgspec.to_builtins(answer.standing) if answer.standing else None,
    } | tail(answer, raw)  # fmt: skip
    return bounded(out, ("undecided", "coming", "assumed", "duties", "quotes", "laws", "questions", "needs", "conflicts"))


def explained(law: service.Law, raw: dict[str, Any]) -> dict[str, Any]:
    """Why: the rules that count, those that hold first."""
    answer = service.decide(raw, law=law)
    told = service.explain(raw, law=law)
    titles = {norm.id: norm.instrument_title for norm in law.program.norms}
    order = ("true", "unknown", "overridden", "not claimed", "false")
    norms = [
        {
            "state": norm["state"], "sentence": norm["sentence"], "article": f"{titles.get(norm['norm'], '')}, {norm['locator']}",
            "quote": norm["quote"], "tests": _tests(norm["when"]), "gives_way_to": norm["overridden_by"], "law": side["jurisdiction"], "norm": norm["norm"],
        }
        for side in told["sides"]
        for norm in side["norms"]
    ]  # fmt: skip
    norms.sort(key=lambda norm: order.index(norm["state"]))
    notes = [side["note"] for side in told["sides"] if side.get("note")]
    out = head(answer) | {"norms": norms, "coverage": _coverage(answer), "not_judged": notes, "questions": questions(law, raw, answer, most=3)}
    return bounded(out | tail(answer, raw), ("norms", "questions"))


def remedied(law: service.Law, raw: dict[str, Any]) -> dict[str, Any]:
    """What would help: for each law the smallest sets of measures that remove its obstacles."""
    answer = service.decide(raw, law=law)
    found = service.why_not(raw, law=law)
    titles = {norm.id: norm.instrument_title for norm in law.program.norms}
    ways = [
        {"law": side["jurisdiction"], "all_of": [f"have {m['have']}" if "have" in m else f"change {m['change']} to {m['to']}" for m in group]}
        for side in found["sides"]
        for group in side["sets"]
    ]
    because = [
        {"law": side["jurisdiction"], "article": f"{titles.get(b['norm'], '')}, {b['locator']}", "norm": b["norm"]}
        for side in found["sides"]
        for b in side.get("because", [])
    ]
    open_ones = [side["jurisdiction"] for side in found["sides"] if side["outcome"] == "answered" and "because" in side and not side["sets"]]
    out = head(answer) | {
        "ways": ways,
        "because": because,
        "no_way_found": [f"{name}: no set of up to 4 measures was found" for name in open_ones],
        "more_measures_exist": [side["jurisdiction"] for side in found["sides"] if side.get("truncated")],
        "questions": questions(law, raw, answer, most=5),
        "coverage": _coverage(answer),
    }
    if answer.outcome == "answered" and answer.met_as_described == "yes":
        out["means"] += " Nothing stands in the way."
    return bounded(out | tail(answer, raw), ("because", "ways", "questions"))


def asked(law: service.Law, raw: dict[str, Any]) -> dict[str, Any]:
    """The next questions, the most decisive first, and what is certain so far."""
    answer = service.decide(raw, law=law)
    out = head(answer) | {
        "questions": questions(law, raw, answer, most=8),
        "laws": [{"law": s.jurisdiction, "outcome": s.outcome, "verdict": s.verdict} for s in answer.sides],
        "certain_needs": sorted({n.id for s in answer.sides for n in s.needs if n.certain}),
        "assumed": list(answer.assumed),
        "coverage": _coverage(answer),
    }
    return bounded(out | tail(answer, raw), ("assumed", "certain_needs", "questions"))


def bounded(payload: dict[str, Any], order: tuple[str, ...]) -> dict[str, Any]:
    """Without what is empty and, where it is too large, without the last rows of the least important lists; ``left_out`` counts them."""
    out = {key: _tidy(value) for key, value in payload.items() if key == "verdict" or value not in (None, "", [], {})}
    room = LIMIT - 400 - len(msgspec.json.encode(out))  # 400 for the count of what was left out
    left: dict[str, int] = {}
    for key in order:
        rows = out.get(key, [])
        while room < 0 and rows:
            room += len(msgspec.json.encode(rows.pop())) + 1
            left[key] = left.get(key, 0) + 1
    return out | {"left_out": left} if left else out


def _tidy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tidy(inner) for key, inner in value.items() if inner not in (None, "", [], {}) or key == "verdict"}
    if isinstance(value, (list, tuple)):
        return [_tidy(inner) for inner in value]
    return value[:LONGEST] + " ..." if isinstance(value, str) and len(value) > LONGEST else value


def _quote(cite: dict[str, Any]) -> dict[str, Any]:
    return {
        "instrument": cite["title"], "locator": cite["locator"], "quote": cite["quote"], "lang": cite["lang"], "url": cite["url"],
        "read": cite["read"], "tier": cite["tier"], "status": cite["status"], "norm": cite["norm"],
    }  # fmt: skip


def _coverage(answer: service.Assessment) -> dict[str, Any] | None:
    """What a silence rests on, or that it rests on nothing."""
    if answer.outcome != "not-covered" and not answer.coverage:
        return None
    rows = [{"places": c.searched, "latest": c.latest, "nearest": c.nearest, "missing": c.missing} for c in answer.coverage[:3]]
    note = NOT_COVERED if answer.outcome == "not-covered" else "We searched these places and found no rule that decides."
    return {"note": note, "reason": answer.reason, "searched": rows}


def _tests(node: dict[str, Any] | None) -> str:
    if node is None:
        return ""
    if "test" in node:
        return f"{node['test']}: {node['truth']}"
    ((name, items),) = node.items()
    return f"{name} of ({'; '.join(_tests(item) for item in items)})"
