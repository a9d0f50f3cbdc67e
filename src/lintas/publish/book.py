"""The law as a book: rows drawn from a compiled program, and the questions a reader asks of them."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Any

from lintas.compile.defeat import held
from lintas.dates import FIRST_DAY, LAST_DAY, from_ordinal
from lintas.errors import InputError
from lintas.ir.program import Program, ProgramNorm, Rule
from lintas.vocab.terms import did_you_mean

FRESH_DAYS = 180


def norm_rows(program: Program) -> list[dict[str, Any]]:
    """One row for each norm over each span of days with fixed constants."""
    return [
        _row(program, norm, program.rules[number])
        for norm in program.norms
        if norm.modality != "coverage"
        for number in norm.rules
    ]


def _row(program: Program, norm: ProgramNorm, rule: Rule) -> dict[str, Any]:
    first = rule.citations[0] if rule.citations else None
    instrument = program.instruments.get(norm.instrument)
    return {
        "norm": norm.id,
        "jurisdiction": norm.jurisdiction,
        "instrument": norm.instrument,
        "instrument_title": norm.instrument_title,
        "rank": instrument.kind if instrument else "",
        "binding": norm.binding,
        "area": ", ".join(instrument.areas) if instrument else "",
        "modality": norm.modality,
        "title": norm.title,
        "activities": ", ".join(norm.activities),
        "from": from_ordinal(rule.start).isoformat() if rule.start > FIRST_DAY else "",
        "to": from_ordinal(rule.end).isoformat() if rule.end < LAST_DAY else "",
        "locator": first.locator if first else "",
        "quote": first.quote if first else "",
        "lang": first.lang if first else "",
        "url": first.url if first else "",
        "publisher": first.publisher if first else "",
        "tier": rule.tier,
        "status": rule.status,
        "checked": rule.checked.isoformat() if rule.checked else "",
        "notes": ", ".join(rule.notes),
    }


def coverage_rows(program: Program) -> list[dict[str, Any]]:
    """One row for each coverage entry."""
    rows: list[dict[str, Any]] = []
    for norm in program.norms:
        note = program.coverage.get(norm.id)
        if note is None:
            continue
        rule = program.rules[norm.rules[0]] if norm.rules else None
        rows.append(
            {
                "coverage": norm.id,
                "jurisdiction": norm.jurisdiction,
                "area": note.area,
                "activities": ", ".join(norm.activities),
                "from": from_ordinal(rule.start).isoformat() if rule else "",
                "limited": bool(rule and rule.when is not None),
                "searched": len(note.searched),
                "latest": max(s.on for s in note.searched).isoformat(),
                "places": "; ".join(s.place for s in note.searched),
                "official": note.official,
                "nearest": note.nearest,
                "missing": note.missing,
            }
        )
    return rows


def grid(program: Program) -> list[dict[str, Any]]:
    """One record for each member and area: norms found, coverage entries, places searched, the latest day, what is missing."""
    areas = sorted({row["area"] for row in coverage_rows(program)} | set(AREAS), key=AREAS.index)
    members = [code for code in program.names if len(code) == 2 and code not in program.outside]
    norms = norm_rows(program)
    covered = coverage_rows(program)
    out = []
    for member in members:
        for area in areas:
            entries = [c for c in covered if c["jurisdiction"] == member and c["area"] == area]
            mine = {n["norm"] for n in norms if n["jurisdiction"] == member and area in n["area"].split(", ")}
            out.append(
                {
                    "jurisdiction": member,
                    "area": area,
                    "norms": len(mine),
                    "coverage": len(entries),
                    "searched": sum(e["searched"] for e in entries),
                    "latest": max((e["latest"] for e in entries), default=""),
                    "answers_from": min((e["from"] for e in entries), default=""),
                    "missing": " ".join(e["missing"] for e in entries if e["missing"]),
                }
            )
    return out


AREAS = [
    "digital-trade",
    "e-commerce",
    "payments-e-invoicing",
    "digital-id",
    "online-safety-cybersecurity",
    "data-flows",
    "competition",
    "emerging-ai",
    "talent-mobility",
]


def coming(program: Program, day: dt.date) -> list[dict[str, Any]]:
    """Norms enacted for a later day, soonest first, with the days left; then those without a day."""
    rows = [
        {**row, "days_left": (dt.date.fromisoformat(row["from"]) - day).days}
        for row in norm_rows(program)
        if row["from"] and dt.date.fromisoformat(row["from"]) > day
    ]
    rows.sort(key=lambda row: (row["from"], row["norm"]))
    for norm in program.norms:
        rows.extend(
            {"norm": norm.id, "jurisdiction": norm.jurisdiction, "title": norm.title, "from": "", "days_left": None, "locator": "", "why": why}
            for why in norm.pending
        )
    return rows


def stale(program: Program, day: dt.date) -> list[dict[str, Any]]:
    """Norms whose text nobody checked for more than 180 days, oldest first."""
    rows = [
        {**row, "days": (day - dt.date.fromisoformat(row["checked"])).days} for row in norm_rows(program) if row["checked"]
    ]
    return sorted((row for row in rows if row["days"] > FRESH_DAYS), key=lambda row: row["checked"])


_SHELVES: list[tuple[Program, list[tuple[dict[str, Any], tuple[str, ...], str]]]] = []
"""The folded text of the last programs that were searched; folding costs far more than looking."""


def _shelf(program: Program) -> list[tuple[dict[str, Any], tuple[str, ...], str]]:
    for known, rows in _SHELVES:
        if known is program:
            return rows
    made = []
    for row in norm_rows(program):
        fields = tuple(fold(str(row[key])) for key in ("title", "quote", "instrument_title", "locator", "norm", "activities"))
        made.append((row, fields, " ".join(fields)))
    _SHELVES.append((program, made))
    del _SHELVES[:-2]
    return made


def search(program: Program, query: str, *, member: str = "", area: str = "", kind: str = "", day: dt.date | None = None) -> list[dict[str, Any]]:
    """Norms whose title, quote, instrument or locator hold all words of the query, best first.

    Words match in any language, without regard to case or accents; in languages without spaces a word may be a part of the text.
    Without words all norms of the member, area or kind are found.

    Raises:
        InputError: neither words nor a member, area or kind.

    """
    words = [fold(word) for word in query.split()]
    if not (words or member or area or kind):
        raise InputError("an empty search", hint="Give one or more words.")
    found = []
    for row, fields, text in _shelf(program):
        if member and row["jurisdiction"] != member:
            continue
        if (area and area not in row["area"].split(", ")) or (kind and kind != row["modality"]):
            continue
        if day and not ((row["from"] or "0") <= day.isoformat() < (row["to"] or "9")):
            continue
        if all(word in text for word in words):
            weight = sum(3 * (word in fields[0]) + 2 * (word in fields[1]) + (word in fields[2]) for word in words)
            found.append((-weight, row["norm"], row["from"], row))
    return [row for *_, row in sorted(found, key=lambda item: item[:3])]


def fold(text: str) -> str:
    """Text without case and accents."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c))


def show(program: Program, identity: str) -> dict[str, Any]:
    """A norm, or an instrument with its norms: everything that is recorded."""
    norm = next((n for n in program.norms if n.id == identity), None)
    if norm is not None:
        above = [program.norms[n].id for n in norm.overridden_by]
        return {
            "norm": norm.id,
            "title": norm.title,
            "modality": norm.modality,
            "instrument": norm.instrument,
            "instrument_title": norm.instrument_title,
            "activities": list(norm.activities),
            "yields_to": above,
            "overrides": [program.norms[n].id for n in norm.overrides],
            "versions": [_row(program, norm, program.rules[r]) | {"citations": [_plain(c) for c in program.rules[r].citations]} for r in norm.rules],
            "pending": list(norm.pending),
        }
    instrument = program.instruments.get(identity)
    if instrument is not None:
        return {
            "instrument": instrument.id,
            "titles": instrument.titles,
            "number": instrument.number,
            "rank": instrument.kind,
            "binding": instrument.binding,
            "regulator": instrument.regulator,
            "events": [_plain(event) for event in instrument.events],
            "links": [_plain(link) for link in instrument.links],
            "norms": [row for row in norm_rows(program) if row["instrument"] == identity],
        }
    known = [n.id for n in program.norms if n.modality != "coverage"] + list(program.instruments)
    raise InputError(f"no norm or instrument {identity[:80]!r}", hint=did_you_mean(identity, known))


def history(program: Program, identity: str) -> list[dict[str, Any]]:
    """What happened to a norm or an instrument, oldest first: events, and versions beginning and ending."""
    found = show(program, identity)
    rows: list[dict[str, Any]] = []
    slug = found["instrument"]
    instrument = program.instruments.get(slug)
    rows.extend(
        {"on": event.on.isoformat() if event.on else "", "what": event.kind, "of": event.of, "where": slug}
        for event in (instrument.events if instrument else ())
    )
    for row in found.get("versions", found.get("norms", [])):
        if row["from"]:
            rows.append({"on": row["from"], "what": "begins", "of": row["title"], "where": f"{row['norm']} {row['locator']}"})
        if row["to"]:
            rows.append({"on": row["to"], "what": "ends", "of": row["title"], "where": f"{row['norm']} {row['locator']}"})
    return sorted(rows, key=lambda row: row["on"])


def graph(program: Program) -> list[dict[str, str]]:
    """Edges between instruments: amends, repeals, replaces, implements, derogates."""
    return [
        {"from": slug, "kind": link.kind, "to": link.to} for slug, instrument in program.instruments.items() for link in instrument.links
    ]


def rests_on(program: Program) -> dict[str, set[str]]:
    """For each norm, the norms that test it or override it."""
    out: dict[str, set[str]] = {}
    for norm in program.norms:
        named = {program.norms[n].id for n in norm.overrides} | {d for r in norm.rules for d in held(program.rules[r].when)}
        for other in named:
            out.setdefault(other, set()).add(norm.id)
    return out


def _plain(record: Any) -> dict[str, Any]:
    return {name: _text(getattr(record, name)) for name in record.__struct_fields__}


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value

