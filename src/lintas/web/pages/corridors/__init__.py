"""Corridors: one activity, every ordered pair of members and partners, on any day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from lintas import service
from lintas.errors import InputError
from lintas.web.frame import Doors, Page, Parameters, View
from lintas.web.pages.ask import named

PARTNERS = ("CN", "EU", "GB", "JP", "US")
TILES = (("MM", "LA", "VN", ""), ("TH", "KH", "", "PH"), ("MY", "", "BN", ""), ("SG", "ID", "", "TL"))
"""Eleven equal squares, roughly where the members lie; no borders are drawn."""
KNOWN = frozenset({"activity", "data", "sector", "actor", "have", "as_of", "from", "to"})
YEAR = 366


def view(doors: Doors, _parts: dict[str, str], given: Parameters) -> View:
    """The matrix, its legend with counts, the days on which it moves, and the panel of a chosen corridor."""
    activity = given.one("activity", "transfer-personal-data")
    vocabulary = doors.program.vocabulary
    choices = {"activity": activity, "sector": given.one("sector", "general"), "actor": given.one("actor", "private-domestic")}
    known = {"activity": {t.id for t in vocabulary.activities}, "sector": {t.id for t in vocabulary.sectors}, "actor": {t.id for t in vocabulary.actors}}
    for name, value in choices.items():
        if value not in known[name]:
            raise InputError(f"unknown {name} {value[:60]!r}", hint=service.did_you_mean(value, known[name]))
    data, have, day = given.many("data") or ["personal"], given.many("have"), given.day()
    key = (activity, tuple(data), choices["sector"], choices["actor"], tuple(have))
    cells = doors.kept(("matrix", *key, day), lambda: matrix(doors, *key, day))
    days = doors.kept(("days", activity), lambda: moves(doors, activity))
    before = next((d for d in reversed(days) if d < day), None)
    after = next((d for d in days if d > day), None)
    moved: set[tuple[str, str]] = set()
    if day in days:
        eve = day - dt.timedelta(1)
        old = doors.kept(("matrix", *key, eve), lambda: matrix(doors, *key, eve))
        moved = {pair for pair, cell in cells.items() if (cell["state"], cell["needs"]) != (old[pair]["state"], old[pair]["needs"])}
    start, end = given.one("from"), given.one("to")
    chosen = _panel(doors, cells, start, end, key, day) if start and end and (start, end) in cells else None
    members = list(doors.members)
    between = [cells[a, b] for a in members for b in members if a != b]
    base = [(k, v) for k, v in given.pairs() if k not in ("from", "to")]
    words = named(doors, activity)
    title = f"Where may you {words['say']}?" if _axis(doors, activity) == "permission" else f"Where must you {words['say']}?"
    context = {
        "cells": cells, "member_codes": members, "partners": PARTNERS, "name": service.wording.name_of, "names": doors.program.names, "counts": _counts(between),
        "total": len(between), "moved": moved, "before": before, "after": after, "law_day": day, "days": days, "chosen": chosen, "base": base, "tiles": TILES,
        "choices": {**choices, "data": data, "have": have}, "words": words, "start": start, "end": end, "vocabulary": vocabulary, "acts": _acts(doors),
        "missing_start": sorted(m for m in members if all(cells[m, b]["state"] == "not-covered" for b in members if b != m)),
    }  # fmt: skip
    rows = [
        {"from": a, "to": b, "state": c["state"], "needs": c["needs"], "changes_within_12_months": c["soon"], "articles": c["articles"], "as_of": day.isoformat(), "activity": activity}
        for (a, b), c in cells.items()
    ]
    return View(title, context, rows, as_of=day.isoformat())


def _axis(doors: Doors, activity: str) -> str:
    return str(next(t.axis for t in doors.program.vocabulary.activities if t.id == activity))


def _acts(doors: Doors) -> list[tuple[str, str]]:
    return [(term.id, named(doors, term.id)["say"]) for term in doors.program.vocabulary.activities]


def _counts(cells: list[dict[str, Any]]) -> list[tuple[str, int]]:
    found = Counter(cell["state"] for cell in cells)
    return [(state, found[state]) for state in service.wording.VERDICTS if found[state]]


def situation(pair: tuple[str, str], activity: str, data: tuple[str, ...], sector: str, actor: str, have: tuple[str, ...], day: dt.date) -> dict[str, Any]:
    """The situation of one corridor."""
    facts = {"from": pair[0], "to": pair[1], "activity": activity, "data": list(data), "sector": sector, "actor": actor, "safeguards": list(have)}
    return {"id": "corridor", "as_of": day.isoformat(), "facts": facts}


def matrix(
    doors: Doors, activity: str, data: tuple[str, ...], sector: str, actor: str, have: tuple[str, ...], day: dt.date
) -> dict[tuple[str, str], dict[str, Any]]:
    """The answer for every ordered pair with at least one member, the same end left out."""
    codes = [*doors.members, *PARTNERS]
    out = {}
    implied = doors.program.vocabulary.implied()
    limit = (day + dt.timedelta(YEAR)).isoformat()
    for a in codes:
        for b in codes:
            if a == b or (a in PARTNERS and b in PARTNERS):
                continue
            raw = situation((a, b), activity, data, sector, actor, have, day)
            answer = service.decide(raw, law=doors.law)
            soon = bool(answer.coming) and any(day.isoformat() < c.starts <= limit for c in answer.coming)
            if soon:
                soon = any(day.isoformat() < c.day <= limit for c in service.check_one(raw, law=doors.law, as_of=day).changes)
            open_needs = {n.alternative_to or n.id for n in answer.needs if n.state != "met" and n.certain}
            open_needs -= {weaker for need in open_needs for weaker in implied.get(need, ()) if weaker != need}
            out[a, b] = {
                "state": answer.verdict or answer.outcome,
                "needs": len(open_needs) if answer.verdict in ("conditional", "required") else 0,
                "soon": soon,
                "articles": "; ".join(dict.fromkeys(f"{n.instrument_title}, {n.locator}" for n in answer.determining)),
            }
    return out


def moves(doors: Doors, activity: str) -> list[dt.date]:
    """The days on which a norm on this activity begins or ends in some member."""
    found = set()
    for row in doors.norm_rows:
        if activity in row["activities"].split(", ") and len(row["jurisdiction"]) == 2:
            found |= {row["from"], row["to"]} - {""}
    return sorted(dt.date.fromisoformat(day) for day in found)


def _panel(doors: Doors, cells: Any, start: str, end: str, key: tuple[Any, ...], day: dt.date) -> dict[str, Any]:
    activity, data, sector, actor, have = key
    decision = service.check_one(situation((start, end), activity, data, sector, actor, have, day), law=doors.law, as_of=day)
    ask = [("activity", activity), ("from", start), ("to", end), *(("data", d) for d in data), ("sector", sector), ("actor", actor), *(("have", h) for h in have), ("as_of", day.isoformat())]
    return {"d": decision, "a": decision.answer, "ask": ask, "cell": cells[start, end]}


PAGE = Page(path="/corridors", template="corridors/page.html", view=view, parameters=KNOWN, section="corridors")
