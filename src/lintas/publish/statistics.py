"""Counts that readers of the repository ask for first, each from the same rows as everything else."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from lintas.ir.program import Program
from lintas.publish.book import norm_rows

FIRST_YEAR = 2019
RESTRICTING = {"prohibition": "prohibitions", "obligation": "obligations"}


def instruments_by_year(program: Program) -> list[dict[str, Any]]:
    """Instruments by the year of adoption (else of their first dated event), member, area and rank; an instrument of two areas counts in both."""
    found: Counter[tuple[str, str, str, str, bool]] = Counter()
    for instrument in program.instruments.values():
        days = {e.kind: e.on for e in reversed(instrument.events) if e.on}
        first = days.get("adoption") or min(days.values(), default=None)
        member = "agreements" if instrument.id.startswith("agreements/") else instrument.id.partition("/")[0].upper()
        for area in instrument.areas:
            found[str(first.year) if first else "", member, area, instrument.kind, instrument.binding] += 1
    return [
        {"year": year, "jurisdiction": member, "area": area, "rank": rank, "binding": binding, "instruments": count}
        for (year, member, area, rank, binding), count in sorted(found.items())
    ]


def counts(program: Program, *, areas: bool = True) -> list[dict[str, Any]]:
    """Norm versions by jurisdiction, area, tier, verification and language of the first quote.

    With ``areas`` a norm of two areas counts in both; without, each counts once and the area is empty.
    """
    found = Counter(
        (row["jurisdiction"], area, row["tier"], row["status"], row["lang"])
        for row in norm_rows(program)
        for area in (row["area"].split(", ") if areas else [""])
    )
    names = ("jurisdiction", "area", "tier", "status", "lang")
    return [{**dict(zip(names, key, strict=True)), "versions": count} for key, count in sorted(found.items())]


def restrictions_by_year(program: Program) -> list[dict[str, Any]]:
    """Norms in force on 31 December of each year (the current year: on the release's day), by member and area, split by kind.

    A count of norms measures how the law is written as much as how strict it is; compare years of one member, not members.
    """
    known = dt.date.fromisoformat(program.known_on)
    rows = [row for row in norm_rows(program) if row["modality"] in RESTRICTING and len(row["jurisdiction"]) == 2]
    out = []
    for year in range(FIRST_YEAR, known.year + 1):
        day = min(dt.date(year, 12, 31), known).isoformat()
        alive = {
            (row["jurisdiction"], area, row["modality"], row["norm"])
            for row in rows
            if (not row["from"] or row["from"] <= day) and (not row["to"] or row["to"] > day)
            for area in row["area"].split(", ")
        }
        counts = Counter((member, area, modality) for member, area, modality, _ in alive)
        for member, area in sorted({key[:2] for key in counts}):
            kinds = {name: counts[member, area, modality] for modality, name in RESTRICTING.items()}
            out.append({"year": year, "on": day, "jurisdiction": member, "area": area, **kinds})
    return out
