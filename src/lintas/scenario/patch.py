"""One scenario on disk: ``corpus/scenarios/<name>/patch.yaml``, in the corpus's own schema, read as strictly as the law itself."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from lintas.corpus.load import Corpus
from lintas.corpus.parse import read_yaml
from lintas.corpus.records import Path_, Reader
from lintas.errors import CorpusError
from lintas.model.law import Coverage, Source
from lintas.model.norm import Norm, Value, jurisdiction_of
from lintas.vocab.terms import did_you_mean

Kind = Literal["bill", "proposal", "reform", "model"]
LAST = dt.date.max


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What every change says: why, and where it stands. ``start`` and ``end`` bound the days that it touches."""

    reason: str
    where: str
    start: dt.date = dt.date.min
    end: dt.date = LAST

    @property
    def target(self) -> str:
        """The id of the norm, parameter or coverage entry that it touches."""
        raise NotImplementedError


class Add(Change, frozen=True, kw_only=True):
    """A whole norm that the law does not have."""

    norm: Norm

    @property
    def target(self) -> str:
        """The new norm."""
        return self.norm.id


class Close(Change, frozen=True, kw_only=True):
    """A norm has no force over the days."""

    norm: str

    @property
    def target(self) -> str:
        """The norm that ends."""
        return self.norm


class Replace(Change, frozen=True, kw_only=True):
    """Over the days a norm says something else: ``fields`` are those of its version that are given anew."""

    norm: str
    fields: dict[str, Any]

    @property
    def target(self) -> str:
        """The norm that changes."""
        return self.norm


class SetValue(Change, frozen=True, kw_only=True):
    """Over the days a parameter has another value."""

    parameter: str
    value: Value
    key: str

    @property
    def target(self) -> str:
        """The parameter."""
        return self.parameter


class Cover(Change, frozen=True, kw_only=True):
    """A coverage entry is added, or stands in place of the one with its id."""

    entry: Coverage

    @property
    def target(self) -> str:
        """The entry."""
        return self.entry.id


class BillSource(msgspec.Struct, frozen=True, kw_only=True):
    """Where a real bill was read, with its exact words and the capture of the corpus that holds them."""

    source: Source
    quote: str
    capture: str
    where: str


class Overlay(msgspec.Struct, frozen=True, kw_only=True):
    """A patch on the corpus; ``digest`` is a sha256 of its file."""

    id: str
    title: str
    kind: Kind
    about: str
    changes: tuple[Change, ...]
    sources: tuple[BillSource, ...]
    digest: str
    where: str


def read_overlay(file: Path, *, shown: str = "") -> Overlay:
    """Read one patch; ids are looked up when it is applied.

    Raises:
        CorpusError: with file and line.

    """
    raw, lines = read_yaml(file, name=shown or str(file))
    reader = _PatchReader(shown or str(file), lines)
    body = reader.mapping(raw, (), frozenset({"id", "title", "kind", "about", "sources", "changes"}))
    for key in ("id", "title", "kind", "about", "changes"):
        if key not in body:
            raise reader.fail((), f"`{key}` is missing", "Every scenario states it.")
    if body["id"] != file.parent.name:
        raise reader.fail(("id",), f"id {body['id']!r} is not the folder {file.parent.name!r}", "Make them equal.")
    if body["kind"] not in get_args(Kind):
        raise reader.fail(("kind",), f"unknown kind {body['kind']!r}", did_you_mean(body["kind"], get_args(Kind)))
    sources = tuple(reader.source(item, ("sources", i)) for i, item in enumerate(reader.sequence(body.get("sources") or [], ("sources",))))
    if body["kind"] == "bill" and not sources:
        raise reader.fail(("kind",), "a bill without a source", "Name where it was read, with a quote and its capture.")
    changes = tuple(reader.change(item, ("changes", i)) for i, item in enumerate(reader.sequence(body["changes"], ("changes",))))
    return Overlay(
        id=body["id"],
        title=reader.string(body["title"], ("title",)),
        kind=body["kind"],
        about=reader.string(body["about"], ("about",)),
        changes=changes,
        sources=sources,
        digest=hashlib.sha256(file.read_bytes()).hexdigest(),
        where=reader.where(()),
    )


class _PatchReader(Reader):
    """The readers of the corpus, and the five changes."""

    def change(self, raw: Any, at: Path_) -> Change:
        """One of add, close, replace, set, cover, with its reason."""
        item = self.mapping(raw, at)
        named = [key for key in _KEYS if key in item]
        if len(named) != 1:
            raise self.fail(at, f"a change is one of {', '.join(_KEYS)}, here {sorted(item)}", "Write one item a change.")
        kind = named[0]
        self.mapping(item, at, _KEYS[kind] | {kind, "reason"})
        reason = self.string(item.get("reason"), (*at, "reason"))
        where = self.where(at)
        if kind == "add":
            body = self.mapping(item["add"], (*at, "add"))
            self.string(body.get("modality"), (*at, "add", "modality"))
            norm = self.norm(body, (*at, "add"))
            starts = [v.start for v in norm.versions if v.start]
            ends = [v.end or LAST for v in norm.versions]
            return Add(reason=reason, where=where, norm=norm, start=min(starts, default=dt.date.min), end=max(ends, default=LAST))
        if kind == "cover":
            entry = self.coverage(item["cover"], (*at, "cover"))
            if not entry.searched:
                raise self.fail((*at, "cover", "searched"), "nothing was searched", "Name at least one place.")
            return Cover(reason=reason, where=where, entry=entry, start=entry.start, end=entry.end or LAST)
        start, end = self._span(item, at, "on" if kind == "close" else "from")
        identity = self.string(item[kind], (*at, kind))
        if kind == "close":
            return Close(reason=reason, where=where, norm=identity, start=start, end=end)
        if kind == "replace":
            fields = self._fields(item.get("with"), (*at, "with"))
            return Replace(reason=reason, where=where, norm=identity, start=start, end=end, fields=fields)
        key = self.string(item.get("key") or "*", (*at, "key"))
        value = self.value(item.get("value"), (*at, "value"))
        return SetValue(reason=reason, where=where, parameter=identity, start=start, end=end, key=key, value=value)

    def _span(self, item: dict[str, Any], at: Path_, first: str) -> tuple[dt.date, dt.date]:
        start, end = self.day(item.get(first), (*at, first)), self.day(item.get("until"), (*at, "until"))
        if start is None:
            raise self.fail(at, f"no day from which it counts (`{first}`)", 'Write a quoted day such as "2027-01-01".')
        if end is not None and end <= start:
            raise self.fail((*at, "until"), f"{end} is not after {start}", "The days are [from, until).")
        return start, end or LAST

    def _fields(self, raw: Any, at: Path_) -> dict[str, Any]:
        """The fields of a version that are given; ``null`` takes one away."""
        item = self.mapping({} if raw is None else raw, at, frozenset({"when", "needs", "values", "to", "overrides"}))
        out: dict[str, Any] = {}
        if "when" in item:
            out["when"] = None if item["when"] is None else self.condition(item["when"], (*at, "when"))
        if "needs" in item:
            out["needs"] = None if item["needs"] in (None, []) else self.needs(item["needs"], (*at, "needs"))
        if "values" in item:
            values = self.mapping(item["values"] or {}, (*at, "values"))
            out["values"] = {key: self.value_or_param(v, (*at, "values", key)) for key, v in values.items()}
        if "to" in item:
            out["to"] = self.string(item["to"] or "", (*at, "to"))
        if "overrides" in item:
            out["overrides"] = self.strings(item["overrides"], (*at, "overrides"))
        return out

    def source(self, raw: Any, at: Path_) -> BillSource:
        """Address, publisher, day and the exact words."""
        item = dict(self.mapping(raw, at))
        quote = self.string(item.pop("quote", None), (*at, "quote"))
        capture = self.string(item.pop("capture", None), (*at, "capture"))
        return BillSource(source=self.record(item, Source, at), quote=quote, capture=capture, where=self.where(at))


_KEYS: dict[str, frozenset[str]] = {
    "add": frozenset(),
    "close": frozenset({"on", "until"}),
    "replace": frozenset({"from", "until", "with"}),
    "set": frozenset({"from", "until", "key", "value"}),
    "cover": frozenset(),
}


def place_of(change: Change, corpus: Corpus) -> str:
    """The jurisdiction whose law a change touches.

    Raises:
        CorpusError: the id belongs to no member and no agreement of the corpus.

    """
    identity = change.target
    known = {j.code for j in corpus.jurisdictions} | {slug for slug in corpus.instruments if slug.startswith("agreements/")}
    if isinstance(change, Cover):
        found = next((place for place, entries in corpus.coverage.items() if any(e.id == identity for e in entries)), None)
        place = found or (jurisdiction_of(identity) if "/" in identity else identity.partition("-")[0].upper())
    else:
        place = jurisdiction_of(identity)
    if place not in known:
        raise CorpusError(f"{identity!r} belongs to no law of the corpus", hint=did_you_mean(place, known), where=change.where)
    return place
