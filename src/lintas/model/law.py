"""Instruments, sources, captures, coverage: where the law stands and how it was read."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from lintas.model.norm import Condition, Value, Verified

LinkKind = Literal["amends", "repeals", "replaces", "implements", "derogates"]


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Base of records read from files: a misspelt key is an error."""


class Event(_Record, frozen=True):
    """A dated happening in the life of an instrument; each commencement is one."""

    id: str
    kind: str
    on: dt.date | None = None
    of: str = "all"
    source: str = ""
    capture: str = ""
    note: str = ""


class Link(_Record, frozen=True):
    """A typed edge to another instrument of the corpus."""

    kind: LinkKind
    to: str


class Party(_Record, frozen=True):
    """A party of an agreement and the day from which it is in force for that party."""

    member: str
    since: dt.date | None = msgspec.field(default=None, name="from")
    source: str = ""
    capture: str = ""
    note: str = ""


class Instrument(_Record, frozen=True):
    """What was enacted: identity, rank, bindingness, events, links (FRBR work level).

    ``kind`` is the rank; ``binding`` is false for guidelines, policies and bills.
    """

    id: str
    titles: dict[str, str]
    kind: str
    binding: bool
    number: str = ""
    areas: tuple[str, ...] = ()
    regulator: str = ""
    frbr: str = ""
    aliases: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    links: tuple[Link, ...] = ()
    parties: tuple[Party, ...] = ()
    note: str = ""


class Source(_Record, frozen=True):
    """Where a text was read. ``tier`` is primary (the law's own words) or secondary (about the law)."""

    id: str
    url: str
    publisher: str
    tier: Literal["primary", "secondary"]
    lang: str
    kind: str
    read: dt.date
    date: str | None = None
    terms: str | None = None


class Capture(_Record, frozen=True):
    """A passage as it was served, with its own hash (sha256 of the text, UTF-8)."""

    id: str
    source: str
    read: dt.date
    how: Literal["stored-page", "repository-file"]
    lang: str
    text: str
    at: str | None = None
    sha256: str = ""


class Searched(_Record, frozen=True):
    """One place that was searched, and with which result."""

    place: str
    lang: str
    on: dt.date
    result: str
    address: str = ""


class Coverage(_Record, frozen=True):
    """What was searched: a scope in the norms' own condition language, in which places, and what is missing."""

    id: str
    area: str
    activities: tuple[str, ...]
    start: dt.date
    searched: tuple[Searched, ...]
    official: bool
    end: dt.date | None = None
    when: Condition | None = None
    nearest: str = ""
    missing: str = ""


class Row(_Record, frozen=True):
    """One value of a parameter over ``[start, end)``, for one key (``"*"``: any other)."""

    start: dt.date | None
    end: dt.date | None
    value: Value
    key: str = "*"


class Parameter(_Record, frozen=True):
    """A number, deadline, rate or list that changes over time, perhaps keyed by one fact."""

    id: str
    title: str
    rows: tuple[Row, ...]
    by: str = ""
    verified: Verified | None = None
