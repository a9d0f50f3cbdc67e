"""Law: search, members, instruments, provisions, coverage, changes, coming law, statistics."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from lintas import service
from lintas.errors import InputError
from lintas.web.frame import Doors, NotFoundError, Page, Parameters, View

book = service.book
AREA_NAMES = {
    "digital-trade": "Digital trade and tax", "e-commerce": "E-commerce", "payments-e-invoicing": "Payments and e-invoicing", "digital-id": "Digital identity",
    "online-safety-cybersecurity": "Online safety and cybersecurity", "data-flows": "Data flows", "competition": "Competition", "emerging-ai": "Artificial intelligence",
    "talent-mobility": "Talent mobility",
}  # fmt: skip
KINDS = ("obligation", "prohibition", "permission", "exemption", "definition", "power")
MOST = 200


def place_name(doors: Doors, code: str) -> str:
    """The official name of a member or partner, or of the agreements together."""
    return "International agreements" if code == "agreements" else str(doors.program.names.get(code.upper(), code))


def home(doors: Doors, _parts: dict[str, str], _given: Parameters) -> View:
    """Search box, coming law, members, grid."""
    cells = doors.grid
    coming = [row for row in book.coming(doors.program, service.today()) if row["days_left"] is not None]
    rows = [{"jurisdiction": code, "name": name, "norms": sum(c["norms"] for c in cells if c["jurisdiction"] == code)} for code, name in doors.members.items()]
    outside = [(code, doors.program.names[code]) for code in doors.program.outside if any(r["jurisdiction"] == code for r in doors.norm_rows)]
    context = {"rows": rows, "coming": coming[:6], "coming_total": len(coming), "outside": outside, **_grid(cells), "areas": AREA_NAMES, "kinds": KINDS}
    return View("The law", context, rows)


def _grid(cells: list[dict[str, Any]]) -> dict[str, Any]:
    return {"cells": {(c["jurisdiction"], c["area"]): c for c in cells}, "area_ids": list(AREA_NAMES)}


def search(doors: Doors, _parts: dict[str, str], given: Parameters) -> View:
    """Norms whose title, quote or instrument hold the words, in any language."""
    words, member, area, kind = given.one("q"), given.one("member"), given.one("area"), given.one("kind")
    for name, value, known in (("area", area, AREA_NAMES), ("kind", kind, KINDS)):
        if value and value not in known:
            raise InputError(f"unknown {name} {value[:60]!r}", hint=service.did_you_mean(value, known))
    found = book.search(doors.program, words, member=member, area=area, kind=kind, day=given.day() if given.one("as_of") else None) if words or member or area or kind else []
    context = {"found": found[:MOST], "total": len(found), "words": words, "member": member, "area": area, "kind": kind, "areas": AREA_NAMES, "kinds": KINDS}
    return View(f"Search: {words}" if words else "Search the law", context, found, as_of=given.one("as_of"))


def member(doors: Doors, parts: dict[str, str], _given: Parameters) -> View:
    """One member's instruments by area, with what was looked at."""
    code = parts["member"]
    slugs = sorted(s for s in doors.program.instruments if s.partition("/")[0] == code)
    if code != code.lower() or (not slugs and code.upper() not in doors.program.names):
        raise NotFoundError(f"no member {code[:20]!r}", hint="Members are written with two small letters: /law/vn.")
    counts: dict[str, set[str]] = defaultdict(set)
    for row in doors.norm_rows:
        counts[row["instrument"]].add(row["norm"])
    by_area: dict[str, list[dict[str, Any]]] = {area: [] for area in AREA_NAMES}
    rows = []
    for slug in slugs:
        instrument = doors.program.instruments[slug]
        first = next((e.on for e in instrument.events if e.kind == "commencement" and e.on), None)
        row = {
            "instrument": slug, "title": instrument.titles.get("eng", slug), "original": next((t for tongue, t in instrument.titles.items() if tongue != "eng"), ""),
            "number": instrument.number, "rank": instrument.kind, "binding": instrument.binding, "in_force": first.isoformat() if first else "", "norms": len(counts[slug]), "areas": ", ".join(instrument.areas),
        }  # fmt: skip
        rows.append(row)
        for area in instrument.areas:
            by_area.setdefault(area, []).append(row)
    entries = [c for c in doors.coverage if c["jurisdiction"].partition("/")[0].lower() == code]
    context = {"code": code, "by_area": by_area, "areas": AREA_NAMES, "entries": entries, "languages": service.wording.LANGUAGE_NAMES, "total": len(rows), "norms": sum(r["norms"] for r in rows)}
    return View(place_name(doors, code), context, rows)


def instrument(doors: Doors, parts: dict[str, str], _given: Parameters) -> View:
    """One instrument: titles, events, links, norms."""
    slug = f"{parts['member']}/{parts['instrument']}"
    if slug not in doors.program.instruments:
        raise NotFoundError(f"no instrument {slug[:80]!r}", hint=service.did_you_mean(slug, doors.program.instruments))
    found = book.show(doors.program, slug)
    links = [row for row in book.graph(doors.program) if slug in (row.get("from"), row.get("to"), row.get("instrument"))]
    latest: dict[str, dict[str, Any]] = {}
    for row in found["norms"]:
        latest[row["norm"]] = row
    context = {"slug": slug, "item": found, "norms": list(latest.values()), "links": links, "history": book.history(doors.program, slug), "code": parts["member"], "place": place_name(doors, parts["member"])}
    return View(found["titles"].get("eng", slug), context, found["norms"], data=found)


def provision(doors: Doors, parts: dict[str, str], _given: Parameters) -> View:
    """One norm: each version with its quotes, the norms it yields to, what rests on it."""
    identity = f"{parts['member']}/{parts['instrument']}/{parts['norm']}"
    numbers = doors.once("numbers", lambda: {n.id: i for i, n in enumerate(doors.program.norms) if n.modality != "coverage"})
    if identity not in numbers:
        raise NotFoundError(f"no norm {identity[:80]!r}", hint=service.did_you_mean(identity, numbers))
    found = book.show(doors.program, identity)
    rests = doors.once("rests", lambda: book.rests_on(doors.program))
    norm = doors.program.norms[numbers[identity]]
    encoded = [_encoded(doors.program.rules[number]) for number in norm.rules]
    context = {
        "encoded": encoded, "concludes": norm.concludes, "identity": identity, "item": found, "code": parts["member"], "place": place_name(doors, parts["member"]), "slug": found["instrument"],
        "rests_on": sorted(rests.get(identity, ())), "titles": {n.id: n.title for n in doors.program.norms}, "day_now": service.today().isoformat(),
    }  # fmt: skip
    return View(found["title"], context, found["versions"], data=found)


def _encoded(rule: Any) -> dict[str, Any]:
    """When a version applies, what it needs and which quantities it sets, as they are encoded."""
    values = {key: value for key, raw in rule.values.items() if (value := service.plain_value(raw)) is not None}
    return {"when": service.condition_lines(rule.when), "needs": service.wording.words_of(rule.needs) if rule.needs else "", "values": values, "to": rule.to}


def coverage(doors: Doors, _parts: dict[str, str], given: Parameters) -> View:
    """The grid of members and areas, and one cell opened: where somebody looked and what is missing."""
    cells = doors.grid
    code, area = given.one("member"), given.one("area")
    if code and code not in doors.members:
        raise InputError(f"unknown member {code[:20]!r}", hint=service.did_you_mean(code, doors.members))
    if area and area not in AREA_NAMES:
        raise InputError(f"unknown area {area[:60]!r}", hint=service.did_you_mean(area, AREA_NAMES))
    entries = [e for e in doors.coverage if (not code or e["jurisdiction"] == code) and (not area or e["area"] == area)] if code or area else []
    context = {**_grid(cells), "areas": AREA_NAMES, "entries": entries, "code": code, "area": area}
    return View("What we have looked at", context, cells)


def choice(doors: Doors, given: Parameters) -> tuple[str, str]:
    """The member and the area that an address names, or empty.

    Raises:
        InputError: one of them is not known.

    """
    code, area = given.one("member"), given.one("area")
    known = {row["jurisdiction"] for row in doors.norm_rows}
    if code and code not in known:
        raise InputError(f"unknown member {code[:20]!r}", hint=service.did_you_mean(code, known))
    if area and area not in AREA_NAMES:
        raise InputError(f"unknown area {area[:60]!r}", hint=service.did_you_mean(area, AREA_NAMES))
    return code, area


def changes(doors: Doors, _parts: dict[str, str], given: Parameters) -> View:
    """Norms that begin or end, newest first."""
    code, area = choice(doors, given)
    rows = []
    for row in doors.norm_rows:
        if (code and row["jurisdiction"] != code) or (area and area not in row["area"].split(", ")):
            continue
        rows += [{"on": row[key], "what": what, "norm": row["norm"], "title": row["title"], "jurisdiction": row["jurisdiction"], "instrument_title": row["instrument_title"], "locator": row["locator"], "area": row["area"]} for key, what in (("from", "begins"), ("to", "ends")) if row[key]]
    rows.sort(key=lambda row: (row["on"], row["norm"]), reverse=True)
    now = service.today().isoformat()
    past = [row for row in rows if row["on"] <= now]
    context = {"past": past[:MOST], "total": len(past), "ahead": [row for row in reversed(rows) if row["on"] > now], "code": code, "area": area, "areas": AREA_NAMES}
    return View("Changes of the law", context, rows)


def upcoming(doors: Doors, _parts: dict[str, str], _given: Parameters) -> View:
    """Enacted and not yet in force, with the days left."""
    rows = book.coming(doors.program, service.today())
    context = {"dated": [r for r in rows if r["days_left"] is not None], "undated": [r for r in rows if r["days_left"] is None]}
    return View("Coming law", context, rows)


def statistics(doors: Doors, _parts: dict[str, str], given: Parameters) -> View:
    """Counts by year: instruments, and norms that restrict."""
    code = given.one("member")
    if code and code not in doors.members:
        raise InputError(f"unknown member {code[:20]!r}", hint=service.did_you_mean(code, doors.members))
    restricting = [r for r in doors.once("restrictions", lambda: service.restrictions_by_year(doors.program)) if (not code or r["jurisdiction"] == code) and r["jurisdiction"] in doors.members]
    instruments = [r for r in doors.once("by_year", lambda: service.instruments_by_year(doors.program)) if not code or r["jurisdiction"] == code]
    years = sorted({r["year"] for r in restricting})
    totals = [(year, sum(r["prohibitions"] for r in restricting if r["year"] == year), sum(r["obligations"] for r in restricting if r["year"] == year)) for year in years]
    made: dict[str, int] = defaultdict(int)
    for row in {(r["year"], r["jurisdiction"], r["rank"], r["binding"]): r for r in instruments}.values():
        made[row["year"]] += row["instruments"]
    context = {"totals": totals, "top": max((a + b for _, a, b in totals), default=1), "made": sorted(made.items(), reverse=True)[:20], "code": code, "areas": AREA_NAMES}
    return View("The law in numbers", context, restricting)


PAGES = (
    Page("/law", "law/home.html", home, section="law"),
    Page("/law/search", "law/search.html", search, frozenset({"q", "member", "area", "kind", "as_of"}), reading=False, section="law"),
    Page("/law/coverage", "law/coverage.html", coverage, frozenset({"member", "area"}), section="law"),
    Page("/law/changes", "law/changes.html", changes, frozenset({"member", "area"}), section="law"),
    Page("/law/upcoming", "law/upcoming.html", upcoming, section="law"),
    Page("/law/statistics", "law/statistics.html", statistics, frozenset({"member"}), section="law"),
    Page("/law/{member}", "law/member.html", member, section="law"),
    Page("/law/{member}/{instrument}", "law/instrument.html", instrument, section="law"),
    Page("/law/{member}/{instrument}/{norm}", "law/provision.html", provision, section="law"),
)
