"""The law to take: one SQLite file with full-text search, CSV, JSON, JSON-LD, and feeds of changes.

Everything is drawn from one compiled program and carries its release, digest and licence. The same program gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from lintas.errors import InputError
from lintas.ir.program import Program
from lintas.publish.book import coverage_rows, graph, grid, norm_rows
from lintas.publish.statistics import counts, instruments_by_year, restrictions_by_year

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
NOTE = "Selection and encodings: CC BY 4.0. Quotes and titles belong to their owners. Information, not legal advice."
FEED_LENGTH = 200

DICTIONARY = {
    "norms": "One row for each norm over each span of days on which its numbers are fixed; from is included, to is not; empty is open.",
    "citations": "The quoted provisions behind each norm, with source, day read and the hash of the passage kept.",
    "coverage": "Where somebody looked: scope, places, latest day, what is missing. Outside it silence means that nobody looked.",
    "grid": "Members by areas: norms found, coverage entries, places searched.",
    "instruments": "What was enacted: titles, number, rank, whether it binds, regulator.",
    "events": "Dated happenings in the life of an instrument: adoption, commencement, amendment, repeal.",
    "links": "Which instrument amends, repeals, replaces, implements or derogates which.",
    "terms": "The vocabulary of situations, needs and answers, with the W3C DPV term where there is one.",
    "jurisdictions": "Members and partners with their ISO 3166-1 codes (EU is reserved there for the European Union).",
    "counts": "Norm versions by jurisdiction, area, tier, verification and language of the first quote; a norm of two areas counts in both.",
    "instruments_by_year": "Instruments by year of adoption, member, area and rank.",
    "restrictions_by_year": "Prohibitions and obligations in force at the end of each year, by member and area.",
}

COLUMNS = {
    "activities": "Ids of what is done, from the vocabulary.",
    "answers_from": "First day on which silence in this cell is an answer.",
    "area": "Area or areas of digital law.",
    "areas": "Areas of digital law that the instrument touches.",
    "binding": "Whether it binds; guides, policies and bills do not.",
    "capture_sha256": "SHA-256 of the passage as it was served (UTF-8).",
    "checked": "Day on which the norm was last checked (ISO 8601).",
    "coverage": "Id of a coverage entry, or how many there are.",
    "definition": "What the term means; no law.",
    "dpv": "Closest term of the W3C Data Privacy Vocabulary 2.3.",
    "event": "Id of a dated event within its instrument.",
    "from": "First day in force, included (ISO 8601); empty is open. In links: the instrument that acts.",
    "id": "Id of the term.",
    "instrument": "Id of the instrument: member, then its short name.",
    "instrument_title": "English title of the instrument.",
    "instruments": "How many instruments.",
    "iso": "ISO 3166-1 alpha-2 code as an address.",
    "jurisdiction": "Member or partner (ISO 3166-1 alpha-2), or the agreement.",
    "kind": "Kind of the event or link.",
    "lang": "Language of the quote (ISO 639-3).",
    "latest": "Latest day on which somebody looked (ISO 8601).",
    "limited": "Whether the entry holds for some facts only.",
    "list": "Which list of the vocabulary.",
    "locator": "Article, section or paragraph.",
    "missing": "What was not found or not searched.",
    "modality": "Obligation, prohibition, permission, exemption, definition or power.",
    "name": "Official name.",
    "nearest": "The nearest law that was found.",
    "norm": "Id of the norm: member, instrument, provision.",
    "norms": "How many norms.",
    "notes": "Numbers of the notes of reading beside the instrument.",
    "number": "Official number.",
    "obligations": "How many obligations.",
    "of": "What part of the instrument the event is about.",
    "official": "Whether a place of the state itself was searched.",
    "on": "Day (ISO 8601).",
    "original_title": "Title in the original language.",
    "outside": "Whether it is a partner outside the association.",
    "places": "The places that were searched.",
    "prohibitions": "How many prohibitions.",
    "publisher": "Who published the text that was read.",
    "quote": "The words of the law, at most 40.",
    "rank": "Constitution, treaty, statute, decree, regulation, circular, notification, guideline, code, policy or bill.",
    "read": "Day on which the text was read (ISO 8601).",
    "regulator": "The authority in charge.",
    "searched": "How many places were searched.",
    "status": "How well it was checked: drafted, disputed, captured, source-matched, second-source, expert-reviewed.",
    "tier": "Primary (the law's own words) or secondary (about the law).",
    "title": "The norm in plain English, or the instrument's English title.",
    "to": "First day no longer in force (ISO 8601); empty is open. In links: the instrument that is acted on.",
    "url": "Address of the text that was read.",
    "versions": "How many norm versions.",
    "year": "Calendar year.",
}
"""What each column holds, in every table."""


def tables(program: Program) -> dict[str, list[dict[str, Any]]]:
    """All tables by name."""
    instruments = sorted(program.instruments.values(), key=lambda i: i.id)
    return {
        "norms": norm_rows(program),
        "citations": _citations(program),
        "coverage": coverage_rows(program),
        "grid": grid(program),
        "instruments": [
            {
                "instrument": i.id,
                "title": i.titles.get("eng", ""),
                "original_title": next((t for lang, t in i.titles.items() if lang != "eng"), ""),
                "number": i.number,
                "rank": i.kind,
                "binding": i.binding,
                "areas": ", ".join(i.areas),
                "regulator": i.regulator,
            }
            for i in instruments
        ],
        "events": [
            {"instrument": i.id, "event": e.id, "kind": e.kind, "on": e.on.isoformat() if e.on else "", "of": e.of}
            for i in instruments
            for e in i.events
        ],
        "links": graph(program),
        "terms": [
            {"list": name, "id": term.id, "definition": term.definition, "dpv": getattr(term, "dpv", "")}
            for name in ("activities", "data", "sectors", "actors", "safeguards", "requirements", "facts", "value_units", "events")
            for term in getattr(program.vocabulary, name)
        ],
        "jurisdictions": [
            {"jurisdiction": code, "name": name, "outside": code in program.outside, "iso": f"https://www.iso.org/obp/ui/#iso:code:3166:{code}"}
            for code, name in program.names.items()
            if "/" not in code
        ],
        "counts": counts(program),
        "instruments_by_year": instruments_by_year(program),
        "restrictions_by_year": restrictions_by_year(program),
    }


def _citations(program: Program) -> list[dict[str, Any]]:
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for norm in program.norms:
        for number in norm.rules:
            for c in program.rules[number].citations:
                rows[norm.id, c.locator, c.quote] = {
                    "norm": norm.id,
                    "instrument": c.instrument,
                    "locator": c.locator,
                    "quote": c.quote,
                    "lang": c.lang,
                    "url": c.url,
                    "publisher": c.publisher,
                    "tier": c.tier,
                    "read": c.read,
                    "capture_sha256": c.capture_sha256,
                }
    return list(rows.values())


def publish(program: Program, target: Path, progress: Callable[[str], None] = lambda _: None) -> list[Path]:
    """Write everything into a folder that is new or empty; returns the files."""
    if target.exists() and any(target.iterdir()):
        raise InputError("the folder is not empty", hint="Name a new or empty folder.", where=str(target))
    target.mkdir(parents=True, exist_ok=True)
    made = tables(program)
    about = {
        "title": "Lintas corpus",
        "release": program.release,
        "known_on": program.known_on,
        "corpus": program.corpus_digest,
        "licence": LICENCE,
        "note": NOTE,
        "tables": {
            name: {"about": DICTIONARY[name], "rows": len(rows), "columns": {c: COLUMNS[c] for c in (rows[0] if rows else ())}}
            for name, rows in made.items()
        },
    }
    writers: dict[str, Callable[[], str]] = {
        "about.json": lambda: _json(about),
        "metadata.json": lambda: _json(_datasette(about)),
        "dcat.jsonld": lambda: _json(_dcat(about)),
        "lintas.jsonld": lambda: _json(_linked(program, made)),
        "changes.json": lambda: _json(_json_feed(program, made)),
        "changes.atom": lambda: _atom(program, made, "", ""),
    }
    for name, rows in made.items():
        writers[f"{name}.csv"] = lambda rows=rows: _csv(rows)  # type: ignore[misc]
        writers[f"{name}.json"] = lambda name=name, rows=rows: _json({**about, "table": name, "rows": rows})  # type: ignore[misc]
    for member in sorted({row["jurisdiction"] for row in made["norms"]}):
        slug = member.lower().replace("/", "-")
        writers[f"changes-{slug}.atom"] = lambda member=member: _atom(program, made, member, "")  # type: ignore[misc]
    for area in sorted({a for row in made["norms"] for a in row["area"].split(", ") if a}):
        writers[f"changes-{area}.atom"] = lambda area=area: _atom(program, made, "", area)  # type: ignore[misc]
    files = []
    for name, write in writers.items():
        file = target / name
        file.write_text(write(), encoding="utf-8", newline="")
        files.append(file)
        progress(name)
    database = target / "lintas.sqlite"
    _sqlite(database, made, about)
    progress(database.name)
    return [*files, database, *_parquet(target, made, about)]


def _parquet(target: Path, made: dict[str, list[dict[str, Any]]], about: dict[str, Any]) -> list[Path]:
    """The same tables as Parquet, where the ``bulk`` extra is installed."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra brings it
        from pyarrow import parquet  # noqa: PLC0415 - an extra brings it
    except ImportError:
        return []
    files = []
    for name, rows in made.items():
        table = pa.Table.from_pylist(rows)
        said = {"title": f"{about['title']}: {name}", "about": DICTIONARY[name], "release": about["release"], "licence": LICENCE, "note": NOTE}
        file = target / f"{name}.parquet"
        parquet.write_table(table.replace_schema_metadata(said), file, compression="zstd")
        files.append(file)
    return files


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _csv(rows: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula is marked as text."""
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _sqlite(file: Path, made: dict[str, list[dict[str, Any]]], about: dict[str, Any]) -> None:
    with sqlite3.connect(file) as base:
        for name, rows in made.items():
            columns = list(rows[0]) if rows else ["none"]
            quoted = ", ".join(f'"{column}"' for column in columns)
            base.execute(f'CREATE TABLE "{name}" ({quoted})')
            marks = ", ".join("?" for _ in columns)
            base.executemany(f'INSERT INTO "{name}" VALUES ({marks})', [tuple(row[c] for c in columns) for row in rows])  # noqa: S608 - names are our own
        base.execute("CREATE INDEX norms_by_id ON norms (norm)")
        base.execute("CREATE INDEX citations_by_norm ON citations (norm)")
        base.execute("CREATE VIRTUAL TABLE norms_fts USING fts5 (title, quote, instrument_title, content='norms', tokenize='unicode61 remove_diacritics 2')")
        base.execute("INSERT INTO norms_fts (norms_fts) VALUES ('rebuild')")
        base.execute("CREATE TABLE about (key, value)")
        base.executemany("INSERT INTO about VALUES (?, ?)", [(k, v if isinstance(v, str) else json.dumps(v)) for k, v in about.items()])
    base.close()


def _datasette(about: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, dict[str, Any]] = {
        name: {"title": name.replace("_", " ").capitalize(), "description": text, "columns": about["tables"][name]["columns"]}
        for name, text in DICTIONARY.items()
    }
    described["norms"] |= {"fts_table": "norms_fts", "facets": ["jurisdiction", "modality", "status"], "label_column": "title", "sort_desc": "from"}
    described["citations"] |= {"facets": ["tier", "lang"]}
    for hidden in ("norms_fts", "norms_fts_config", "norms_fts_data", "norms_fts_docsize", "norms_fts_idx"):
        described[hidden] = {"hidden": True}
    return {
        "title": f"{about['title']}, release {about['release']}",
        "license": "CC BY 4.0 (selection and encodings)",
        "license_url": LICENCE,
        "description": NOTE,
        "databases": {"lintas": {"tables": described}},
    }


def _dcat(about: dict[str, Any]) -> dict[str, Any]:
    return {
        "@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
        "@type": "dcat:Dataset",
        "dct:title": about["title"],
        "dct:hasVersion": about["release"],
        "dct:modified": about["known_on"],
        "dct:license": {"@id": LICENCE},
        "dct:description": NOTE,
        "dcat:distribution": [
            {"@type": "dcat:Distribution", "dct:title": name, "dct:format": form, "dcat:downloadURL": f"{name}.{form}"}
            for name in about["tables"]
            for form in ("csv", "json", "parquet")
        ],
    }


def _linked(program: Program, made: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Instruments as ELI legal resources (FRBR works), norms as parts that cite them, activities as terms of our vocabulary."""
    return {
        "@context": {
            "eli": "http://data.europa.eu/eli/ontology#",
            "dpv": "https://w3id.org/dpv#",
            "skos": "http://www.w3.org/2004/02/skos/core#",
            "lintas": "urn:lintas:",
        },
        "@graph": [
            *(
                {
                    "@id": f"lintas:{i['instrument']}",
                    "@type": "eli:LegalResource",
                    "eli:title": i["title"],
                    "eli:id_local": i["number"],
                    "eli:jurisdiction": i["instrument"].split("/")[0].upper(),
                }
                for i in made["instruments"]
            ),
            *(
                {
                    "@id": f"lintas:{n['norm']}",
                    "@type": {"obligation": "dpv:Obligation", "prohibition": "dpv:Prohibition", "permission": "dpv:Permission"}.get(
                        n["modality"], "skos:Concept"
                    ),
                    "skos:prefLabel": n["title"],
                    "eli:is_part_of": {"@id": f"lintas:{n['instrument']}"},
                    "eli:first_date_entry_in_force": n["from"],
                }
                for n in made["norms"]
            ),
        ],
        "lintas:release": program.release,
    }


def _changes(made: dict[str, list[dict[str, Any]]], member: str, area: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for norm in made["norms"]:
        if (member and norm["jurisdiction"] != member) or (area and area not in norm["area"].split(", ")):
            continue
        rows.extend({**norm, "on": norm[key], "what": what} for key, what in (("from", "begins"), ("to", "ends")) if norm[key])
    rows.sort(key=lambda row: (row["on"], row["norm"], row["what"]), reverse=True)
    return rows[:FEED_LENGTH]


def _json_feed(program: Program, made: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"Lintas: changes of the law, release {program.release}",
        "items": [
            {
                "id": f"urn:lintas:{row['norm']}:{row['what']}:{row['on']}",
                "title": f"{row['jurisdiction']}: {row['title']} {row['what']}",
                "content_text": f"{row['instrument_title']}, {row['locator']}: {row['quote']}",
                "external_url": row["url"],
                "date_published": f"{row['on']}T00:00:00Z",
                "tags": [row["jurisdiction"], *row["area"].split(", ")],
            }
            for row in _changes(made, "", "")
        ],
    }


def changes_feed(program: Program, member: str = "", area: str = "") -> str:
    """The latest changes of the law as an Atom feed, of one member or area, or of all."""
    return _atom(program, {"norms": norm_rows(program)}, member, area)


def _atom(program: Program, made: dict[str, list[dict[str, Any]]], member: str, area: str) -> str:
    name = member or area or "all members and areas"
    entries = [
        f"<entry><id>urn:lintas:{escape(row['norm'])}:{row['what']}:{row['on']}</id>"
        f"<title>{escape(row['jurisdiction'])}: {escape(row['title'])} {row['what']}</title>"
        f"<updated>{row['on']}T00:00:00Z</updated><link href={_attribute(row['url'])}/>"
        f"<summary>{escape(row['instrument_title'])}, {escape(row['locator'])}: {escape(row['quote'])}</summary></entry>"
        for row in _changes(made, member, area)
    ]
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>urn:lintas:changes:{escape(name)}</id><title>Lintas: changes of the law, {escape(name)}</title>"
        f"<updated>{program.known_on}T00:00:00Z</updated><author><name>Lintas</name></author><rights>{escape(NOTE)}</rights>\n"
    )
    return head + "\n".join(entries) + "\n</feed>\n"


def _attribute(url: str) -> str:
    return '"' + escape(url, {'"': "&quot;"}) + '"'
