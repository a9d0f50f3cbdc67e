"""A corpus with one overlay applied: a new corpus that shares every record that is not touched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import msgspec

from lintas.corpus.checks.evidence import folded
from lintas.corpus.load import Corpus
from lintas.errors import CorpusError
from lintas.model.law import Instrument, Parameter, Row, Source
from lintas.model.norm import Basis, Norm, Verified, Version
from lintas.scenario.patch import LAST, Add, Change, Close, Cover, Overlay, Replace, SetValue, place_of
from lintas.vocab.terms import did_you_mean

MARK = "scenario:"
"""Sources with such ids are scenarios; their words are no law."""


def apply(corpus: Corpus, overlay: Overlay, known_on: dt.date) -> Corpus:
    """The corpus under an overlay, for the law as recorded on a day; the corpus given stays as it is.

    Raises:
        CorpusError: an id that does not exist, with file and line and near spellings.

    """
    _sources_hold(corpus, overlay)
    work = _Work(corpus, overlay, known_on)
    for number, change in enumerate(overlay.changes, start=1):
        work.change(change, number, place_of(change, corpus))
    for norm in work.added:
        _edges_exist(work.norms, norm)
    return msgspec.structs.replace(
        corpus, norms=work.norms, parameters=work.parameters, coverage=work.coverage, instruments=work.instruments, sources=work.sources
    )


class _Work:
    def __init__(self, corpus: Corpus, overlay: Overlay, known_on: dt.date) -> None:
        self.overlay = overlay
        self.known_on = known_on
        self.norms = dict(corpus.norms)
        self.parameters = dict(corpus.parameters)
        self.coverage = dict(corpus.coverage)
        self.instruments = dict(corpus.instruments)
        self.sources = dict(corpus.sources)
        self.added: list[tuple[Change, Norm]] = []
        self.invented: set[str] = set()
        self.made = {norm.id for norm in corpus.norms.values() if norm.versions and all(_supposed(v) for v in norm.versions)}

    def change(self, change: Change, number: int, place: str) -> None:
        if isinstance(change, Add):
            self._add(change, number)
        elif isinstance(change, Close):
            self._close(change)
        elif isinstance(change, Replace):
            self._replace(change, number)
        elif isinstance(change, SetValue):
            self._set(change)
        elif isinstance(change, Cover):
            kept = [entry for entry in self.coverage.get(place, ()) if entry.id != change.entry.id]
            self.coverage[place] = (*kept, change.entry)

    def _norm(self, change: Change) -> Norm:
        found = self.norms.get(change.target)
        if found is None:
            raise CorpusError(f"norm {change.target!r} does not exist", hint=did_you_mean(change.target, self.norms), where=change.where)
        return found

    def _keep(self, norm: Norm, versions: Iterable[Version]) -> None:
        ordered = tuple(sorted(versions, key=lambda v: (v.start is None, v.start or dt.date.min)))
        if ordered or norm.id not in self.made:
            self.norms[norm.id] = msgspec.structs.replace(norm, versions=ordered)
        else:
            del self.norms[norm.id]  # a norm that only scenarios made leaves nothing behind

    def _basis(self, slug: str, number: int, reason: str) -> Basis:
        """Cite the scenario itself, so that an answer that rests on it says so."""
        identity = MARK + self.overlay.id
        place = f"change {number}" if slug in self.invented or slug not in self.instruments else f"scenario {self.overlay.id}, change {number}"
        if slug not in self.instruments:
            self.invented.add(slug)
            self.instruments[slug] = Instrument(id=slug, titles={"eng": f"Scenario {self.overlay.id}, not the law"}, kind="scenario", binding=True)
        own = Source(
            id=identity, url=f"{MARK}{self.overlay.id}", publisher=f"Scenario {self.overlay.id}, not the law", tier="secondary", lang="eng",
            kind="scenario", read=self.known_on,
        )  # fmt: skip
        bills = {item.source.id: item.source for item in self.overlay.sources}
        self.sources[slug] = {**bills, **self.sources.get(slug, {}), identity: own}
        return Basis(source=identity, capture="", at=place, lang="eng", quote=reason)

    def _add(self, change: Add, number: int) -> None:
        norm = change.norm
        if norm.id in self.norms:
            raise CorpusError(f"norm {norm.id!r} exists", hint="Use `replace`, or another id.", where=change.where)
        basis = self._basis(norm.instrument, number, change.reason)
        versions = [
            msgspec.structs.replace(
                v, basis=(basis, *v.basis), recorded=min(v.recorded, self.known_on),
                verified=v.verified or Verified(status="captured", on=self.known_on, note=f"words of scenario {self.overlay.id}"),
            )
            for v in norm.versions
        ]  # fmt: skip
        self.norms[norm.id] = msgspec.structs.replace(norm, versions=tuple(versions))
        self.made.add(norm.id)
        self.added.append((change, self.norms[norm.id]))

    def _live(self, norm: Norm) -> tuple[list[Version], list[Version], list[Version]]:
        """Versions that other days of recording know, those that wait for a day, and those with days."""
        live = [v for v in norm.versions if v.recorded <= self.known_on and not (v.withdrawn and v.withdrawn <= self.known_on)]
        return [v for v in norm.versions if v not in live], [v for v in live if v.start is None], [v for v in live if v.start is not None]

    def _close(self, change: Close) -> None:
        norm = self._norm(change)
        other, waiting, dated = self._live(norm)
        self._keep(norm, [*other, *waiting, *_without(dated, change.start, change.end)])

    def _replace(self, change: Replace, number: int) -> None:
        norm = self._norm(change)
        other, waiting, dated = self._live(norm)
        before = sorted((v for v in dated if v.start and v.start <= change.start), key=lambda v: v.start or dt.date.min)
        source = next((v for v in before if v.end is None or change.start < v.end), None) or (waiting[0] if waiting else (before[-1] if before else None))
        if source is None:
            raise CorpusError(f"norm {norm.id!r} has no version before {change.start}", hint="Take a later day, or `add` a norm.", where=change.where)
        same = all(getattr(source, key) == value for key, value in change.fields.items())
        basis = self._basis(norm.instrument, number, change.reason)
        made = msgspec.structs.replace(
            source, start=change.start, end=None if change.end == LAST else change.end, pending="", by="",
            basis=(basis, *source.basis) if same else (basis,), **change.fields,
        )  # fmt: skip
        waiting = [v for v in waiting if v is not source]
        self._keep(norm, [*other, *waiting, *_without(dated, change.start, change.end), made])
        self.added.append((change, self.norms[norm.id]))

    def _set(self, change: SetValue) -> None:
        found = self.parameters.get(change.parameter)
        if found is None:
            raise CorpusError(f"parameter {change.parameter!r} does not exist", hint=did_you_mean(change.parameter, self.parameters), where=change.where)
        kind = {type(row.value) for row in found.rows}
        if type(change.value) not in kind:
            raise CorpusError(f"{change.parameter!r} has values of another kind", hint="Write it as its rows are written.", where=change.where)
        self.parameters[found.id] = _with_value(found, change)


def _supposed(version: Version) -> bool:
    return any(basis.source.startswith(MARK) for basis in version.basis)


def _without(versions: list[Version], start: dt.date, end: dt.date) -> list[Version]:
    """The versions with the days ``[start, end)`` taken out."""
    out = []
    for version in versions:
        first, last = version.start or dt.date.min, version.end or LAST
        if first < min(start, last):
            out.append(msgspec.structs.replace(version, end=version.end if last <= start else start))
        if max(first, end) < last:
            out.append(version if first >= end else msgspec.structs.replace(version, start=end, by=""))
    return out


def _with_value(parameter: Parameter, change: SetValue) -> Parameter:
    out: list[Row] = []
    for row in parameter.rows:
        first, last = row.start or dt.date.min, row.end or LAST
        if row.key != change.key:
            out.append(row)
            continue
        if first < min(change.start, last):
            out.append(msgspec.structs.replace(row, end=row.end if last <= change.start else change.start))
        if max(first, change.end) < last:
            out.append(row if first >= change.end else msgspec.structs.replace(row, start=change.end))
    out.append(Row(start=change.start, end=None if change.end == LAST else change.end, value=change.value, key=change.key))
    joined: list[Row] = []
    for row in sorted(out, key=lambda r: (r.key, r.start or dt.date.min)):
        last_row = joined[-1] if joined else None
        if last_row and (last_row.key, last_row.value) == (row.key, row.value) and last_row.end is not None and last_row.end == row.start:
            joined[-1] = msgspec.structs.replace(last_row, end=row.end)
        else:
            joined.append(row)
    return msgspec.structs.replace(parameter, rows=tuple(joined))


def _edges_exist(norms: dict[str, Norm], item: tuple[Change, Norm]) -> None:
    change, norm = item
    for target in {t for v in norm.versions for t in v.overrides}:
        if target not in norms:
            raise CorpusError(f"overrides {target!r}, which does not exist", hint=did_you_mean(target, norms), where=change.where)
        if norms[target].jurisdiction != norm.jurisdiction:
            raise CorpusError(f"{norm.id!r} overrides {target!r} of another law", hint="Each law answers for itself: add a norm there.", where=change.where)


def _sources_hold(corpus: Corpus, overlay: Overlay) -> None:
    """A bill's quotes stand in the captures of the corpus that they name."""
    for item in overlay.sources:
        slug, _, capture = item.capture.rpartition("/")
        found = corpus.captures.get(slug, {}).get(capture)
        if found is None:
            known: list[str] = [f"{s}/{c}" for s, captures in corpus.captures.items() for c in captures]
            raise CorpusError(f"capture {item.capture!r} does not exist", hint=did_you_mean(item.capture, known), where=item.where)
        if folded(item.quote) not in folded(found.text):
            raise CorpusError(f"the quote does not stand in {item.capture}", hint="Copy the words exactly.", where=item.where)


def parameter_users(corpus: Corpus, parameter: str) -> frozenset[str]:
    """The jurisdictions of the norms that use a parameter."""
    return frozenset(norm.jurisdiction for norm in corpus.norms.values() if any(_mentions(v, parameter) for v in norm.versions))


def _mentions(node: Any, parameter: str) -> bool:
    if getattr(node, "param", None) == parameter:
        return True
    if isinstance(node, Version):
        return any(_mentions(part, parameter) for part in (node.when, node.needs, *node.values.values()))
    inner = [getattr(node, name, None) for name in ("value", "leaf")] + list(getattr(node, "items", ()))
    return any(_mentions(part, parameter) for part in inner if isinstance(part, msgspec.Struct))
