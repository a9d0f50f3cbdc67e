"""Structure: links, versions, names, presumptions, coverage, notes, commencement."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import pairwise

from lintas.corpus.checks.finding import Finding
from lintas.corpus.load import Corpus

_ID = re.compile(r"[a-z0-9-]+/[a-z0-9-]+(/[a-z0-9-]+)?/[A-Za-z0-9][A-Za-z0-9._()-]*")
_NOTE = re.compile(r"\bn\d+\b")


def links(corpus: Corpus) -> Iterator[Finding]:
    """Links, events and parties name things that exist."""
    for slug, instrument in corpus.instruments.items():
        place = f"corpus/{slug}/instrument.yaml:1"
        for link in instrument.links:
            if link.to not in corpus.instruments:
                yield Finding("LC002", place, f"{link.kind} {link.to!r}, which has no folder", "Describe that instrument or drop the link.")
        for event in instrument.events:
            if event.source and event.source not in corpus.sources.get(slug, {}):
                yield Finding("LC002", place, f"event {event.id!r} names unknown source {event.source!r}", "Add the source.")
            if event.capture and event.capture not in corpus.captures.get(slug, {}):
                yield Finding("LC002", place, f"event {event.id!r} names unknown capture {event.capture!r}", "Add the capture.")
        for party in instrument.parties:
            if party.capture and party.capture not in corpus.captures.get(slug, {}):
                yield Finding("LC002", place, f"party {party.member} names unknown capture {party.capture!r}", "Add the capture.")


def versions(corpus: Corpus) -> Iterator[Finding]:
    """On each day at most one version that was not withdrawn."""
    for norm in corpus.norms.values():
        live = sorted(
            ((v.start, v.end or dt.date.max, v.line) for v in norm.versions if v.start and not v.withdrawn), key=lambda v: v[0]
        )
        file = norm.where.rpartition(":")[0]
        for one, two in pairwise(live):
            if two[0] < one[1]:
                yield Finding("LC003", f"{file}:{two[2]}", f"two versions of {norm.id} hold on {two[0]}", "End the earlier one there.")


def names(corpus: Corpus) -> Iterator[Finding]:
    """Ids have their form; titles have an English form."""
    for norm in corpus.norms.values():
        if not _ID.fullmatch(norm.id):
            yield Finding("LC011", norm.where, f"{norm.id!r} is not member/instrument/provision", "Use letters, digits, dots and dashes.")
        if "eng" not in norm.title:
            yield Finding("LC011", norm.where, f"{norm.id} has no English title", "Add `title: {eng: ...}`.")
    for slug, instrument in corpus.instruments.items():
        if "eng" not in instrument.titles:
            yield Finding("LC011", f"corpus/{slug}/instrument.yaml:1", "no English title", "Add `titles: {eng: ...}`.")


def presumptions(corpus: Corpus) -> Iterator[Finding]:
    """``presume: absent`` is a legal judgement and names its basis."""
    for norm in corpus.norms.values():
        for version in norm.versions:
            if version.presume_absent and not version.presume_basis:
                yield Finding("LC012", norm.where, f"{norm.id} presumes without a basis", "Say in `presume_basis` who must raise it, and why.")


def coverage(corpus: Corpus) -> Iterator[Finding]:
    """A coverage entry searched at least two places, one official, and names a known area."""
    for jurisdiction, entries in corpus.coverage.items():
        for entry in entries:
            place = f"corpus/{jurisdiction.lower()}/coverage.yaml:1"
            if len(entry.searched) < 2 or not entry.official:
                yield Finding("LC013", place, f"{entry.id}: {len(entry.searched)} places, official: {entry.official}", "Search two places, one official or a named overview.")
            if entry.nearest and entry.nearest not in corpus.instruments:
                yield Finding("LC013", place, f"{entry.id}: nearest {entry.nearest!r} has no folder", "Name an instrument of the corpus.")


def notes(corpus: Corpus) -> Iterator[Finding]:
    """Notes that norms cite are written."""
    for norm in corpus.norms.values():
        written = set(_NOTE.findall(corpus.notes.get(norm.instrument, "")))
        for version in norm.versions:
            for note in version.notes:
                if note not in written:
                    yield Finding("LC014", norm.where, f"{norm.id} cites {note!r}", f"Write it in corpus/{norm.instrument}/NOTES.md.")


def commencement(corpus: Corpus) -> Iterator[Finding]:
    """``by`` names an event of the instrument."""
    for norm in corpus.norms.values():
        instrument = corpus.instruments.get(norm.instrument)
        known = {event.id for event in instrument.events} if instrument else set()
        for version in norm.versions:
            if version.by and version.by not in known:
                yield Finding("LC019", norm.where, f"{norm.id} commences by unknown event {version.by!r}", f"Known: {sorted(known)}.")
