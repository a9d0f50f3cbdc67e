"""The law as a book, for agents: search, one entry, and where anybody looked."""

from __future__ import annotations

from typing import Any

from lintas import service
from lintas.agents.answers import bounded
from lintas.agents.calls import Grid, Search, Show, members, one_of
from lintas.errors import InputError

ROW = ("norm", "title", "jurisdiction", "modality", "instrument_title", "locator", "quote", "lang", "url", "checked", "status", "from", "to")
SHORT = ("norm", "title", "modality", "locator", "from", "to")
INNER = ("instrument", "instrument_title", "quote", "lang", "url", "norm", "title", "modality", "jurisdiction", "activities")
"""Parts of a version that its norm or its citations say already."""


def search(law: service.Law, call: Search) -> dict[str, Any]:
    """Rules that hold all words, best first."""
    one_of(call.member, members(law), "member")
    one_of(call.area, service.book.AREAS, "area")
    try:
        day = service.parse_day(call.as_of) if isinstance(call.as_of, str) else None
    except ValueError as bad:
        raise InputError(f"as_of: {bad}", hint="Write YYYY-MM-DD.") from bad
    rows = service.book.search(law.program, call.words, member=call.member, area=call.area, kind=call.kind, day=day)
    out: dict[str, Any] = {
        "found": len(rows),
        "rules": [{key: row[key] for key in ROW} for row in rows[: call.limit]],
        "note": "" if rows else "No recorded rule holds all these words. That says nothing about the law: try fewer words, and see `coverage`.",
        "reproduce": _stamp(law),
    }
    return bounded(out, ("rules",))


def show(law: service.Law, call: Show) -> dict[str, Any]:
    """A norm with its versions and quotes, or an instrument with its norms."""
    found = service.book.show(law.program, call.id)
    if "norms" in found:
        found["norms"] = [{key: row[key] for key in SHORT} for row in found["norms"]]
    for version in found.get("versions", []):
        for key in INNER:
            version.pop(key, None)
    return bounded(found | {"reproduce": _stamp(law)}, ("links", "events", "norms", "versions", "overrides", "yields_to"))


def coverage(law: service.Law, call: Grid) -> dict[str, Any]:
    """The grid of members and areas, with what is missing where one member or area is named."""
    one_of(call.member, members(law), "member")
    one_of(call.area, service.book.AREAS, "area")
    keys = ("norms", "searched", "latest") + (("answers_from", "missing") if call.member or call.area else ())
    cells = [
        {"member": row["jurisdiction"], "area": row["area"], "looked": _looked(row), **{key: row[key] for key in keys}}
        for row in service.book.grid(law.program)
        if call.member in ("", row["jurisdiction"]) and call.area in ("", row["area"])
    ]
    gaps = sum(1 for cell in cells if cell["looked"] == "nobody")
    note = f"{gaps} of {len(cells)} cells nobody looked at: a gap in our work, not a statement about the law." if gaps else ""
    note += " `rules-only`: rules are recorded, but no search stands behind a silence. Whether one question is covered is what `decide` says."
    return bounded({"note": note.strip(), "cells": cells, "reproduce": _stamp(law)}, ("cells",))


def _looked(cell: dict[str, Any]) -> str:
    if cell["coverage"]:
        return "searched"
    return "rules-only" if cell["norms"] else "nobody"


def _stamp(law: service.Law) -> dict[str, str]:
    program = law.program
    return {"release": program.release, "corpus": program.corpus_digest, "known_on": program.known_on}
