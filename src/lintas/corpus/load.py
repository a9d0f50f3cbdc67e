"""The corpus on disk to one record, cached by nothing but its caller: loading is pure.

The digest is a sha256 over the relative paths and bytes of every file that was read.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from lintas.corpus.parse import read_yaml
from lintas.corpus.records import Reader
from lintas.errors import CorpusError
from lintas.model.law import Capture, Coverage, Instrument, Parameter, Source
from lintas.model.norm import Basis, Norm
from lintas.vocab.terms import Vocabulary


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A situation beside a norm, with the norm's expected state and perhaps the expected answer."""

    id: str
    norm: str
    as_of: str
    facts: dict[str, Any]
    norm_is: str
    why: str = ""
    level: str = "national"
    expected: dict[str, Any] | None = None


class Jurisdiction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member, with its official name and its dates in the association, or a partner outside it.

    A partner may stand for several countries (``stands_for``).
    ``size`` is a round number of currency units near one US dollar; it only sizes the amounts in the standard questions.
    ``parcels`` is the currency in which the law counts parcels, where that is not its own.
    """

    code: str
    name: str
    languages: tuple[str, ...] = ()
    gazette: str = ""
    regulator: str = ""
    member_since: str = ""
    currency: str = ""
    size: float = 1
    parcels: str = ""
    outside: bool = False
    stands_for: tuple[str, ...] = ()


class Corpus(msgspec.Struct, frozen=True, kw_only=True):
    """All law, as read from files."""

    name: str
    release: str
    digest: str
    vocabulary: Vocabulary
    jurisdictions: tuple[Jurisdiction, ...]
    instruments: dict[str, Instrument]
    sources: dict[str, dict[str, Source]]
    captures: dict[str, dict[str, Capture]]
    norms: dict[str, Norm]
    parameters: dict[str, Parameter]
    parameter_basis: dict[str, tuple[Basis, ...]]
    coverage: dict[str, tuple[Coverage, ...]]
    cases: tuple[tuple[str, Case], ...]
    questions: tuple[dict[str, Any], ...]
    notes: dict[str, str]


def load(root: Path, *, tolerant: list[CorpusError] | None = None) -> Corpus:
    """Read the corpus under ``root``.

    Args:
        root: the folder that holds ``corpus.toml``.
        tolerant: a list that collects the problems of single records, which are then left out; without it the first one is raised.

    Raises:
        CorpusError: with file and line.

    """
    return _Loader(root, tolerant).run()


class _Loader:
    def __init__(self, root: Path, tolerant: list[CorpusError] | None) -> None:
        self.root = root
        self.tolerant = tolerant
        self.hash = hashlib.sha256()
        self.out: dict[str, Any] = {
            key: {} for key in ("instruments", "sources", "captures", "norms", "parameters", "parameter_basis", "coverage", "notes")
        }
        self.cases: list[tuple[str, Case]] = []

    def run(self) -> Corpus:
        meta_file = self.root / "corpus.toml"
        try:
            meta = tomllib.loads(meta_file.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as bad:
            raise CorpusError(str(bad), hint="Name a folder that holds corpus.toml.", where=str(meta_file)) from bad
        self.hash.update(meta_file.read_bytes())
        vocabulary = self._records(self.root / "vocab" / "vocabulary.yaml", Vocabulary)
        jurisdictions = self._records(self.root / "jurisdictions.yaml", tuple[Jurisdiction, ...])
        folders = sorted(p for p in self.root.iterdir() if p.is_dir() and p.name not in ("vocab", "questions", "scenarios"))
        for folder in folders:
            self._member(folder)
        questions: list[dict[str, Any]] = []
        for file in sorted((self.root / "questions").glob("*.yaml")):
            raw, _ = self._read(file)
            questions.extend(raw or [])
        return Corpus(
            name=meta["name"],
            release=meta["release"],
            digest=self.hash.hexdigest(),
            vocabulary=vocabulary,
            jurisdictions=jurisdictions,
            cases=tuple(self.cases),
            questions=tuple(questions),
            **self.out,
        )

    def _read(self, file: Path) -> tuple[Any, Reader]:
        shown = file.relative_to(self.root.parent)
        raw, lines = read_yaml(file, name=str(shown))
        self.hash.update(str(shown).encode())
        self.hash.update(file.read_bytes())
        return raw, Reader(shown, lines)

    def _records(self, file: Path, kind: Any) -> Any:
        raw, reader = self._read(file)
        return reader.record(raw, kind, ())

    def _attempt(self, make: Any) -> None:
        try:
            make()
        except CorpusError as bad:
            if self.tolerant is None:
                raise
            self.tolerant.append(bad)

    def _member(self, folder: Path) -> None:
        coverage_file = folder / "coverage.yaml"
        key = folder.name.upper() if folder.name != "agreements" else folder.name
        if coverage_file.exists():
            self._attempt(lambda: self._coverage(coverage_file, key))
        for inner in sorted(p for p in folder.iterdir() if p.is_dir()):
            if (inner / "instrument.yaml").exists():
                self._instrument(inner, f"{folder.name}/{inner.name}")
            elif any(inner.rglob("*.yaml")):
                bad = CorpusError("no instrument.yaml", hint="Describe the instrument.", where=str(inner.relative_to(self.root.parent)))
                self._attempt(lambda bad=bad: _raise(bad))
            if folder.name == "agreements" and (inner / "coverage.yaml").exists():
                file = inner / "coverage.yaml"
                self._attempt(lambda file=file, inner=inner: self._coverage(file, f"agreements/{inner.name}"))

    def _coverage(self, file: Path, key: str) -> None:
        raw, reader = self._read(file)
        entries = tuple(reader.coverage(item, (i,)) for i, item in enumerate(reader.sequence(raw, ())))
        for entry in entries:
            target = key
            if key == "agreements":
                target = "agreements/" + entry.id.split("/")[1] if "/" in entry.id else key
            self.out["coverage"][target] = (*self.out["coverage"].get(target, ()), entry)

    def _instrument(self, folder: Path, slug: str) -> None:
        def instrument() -> None:
            raw, reader = self._read(folder / "instrument.yaml")
            record = reader.record(raw, Instrument, ())
            if record.id != slug:
                raise reader.fail(("id",), f"id {record.id!r} is not the folder {slug!r}", "Make them equal.")
            self.out["instruments"][slug] = record

        self._attempt(instrument)
        if (folder / "sources.yaml").exists():

            def sources() -> None:
                raw, reader = self._read(folder / "sources.yaml")
                records = reader.record(raw, tuple[Source, ...], ())
                self.out["sources"][slug] = {record.id: record for record in records}

            self._attempt(sources)
        captures = self.out["captures"].setdefault(slug, {})
        for file in sorted((folder / "captures").glob("*.yaml")):

            def capture(file: Path = file) -> None:
                record = self._records(file, Capture)
                captures[record.id] = record

            self._attempt(capture)
        if (folder / "NOTES.md").exists():
            text = (folder / "NOTES.md").read_bytes()
            self.hash.update(text)
            self.out["notes"][slug] = text.decode("utf-8", "replace")
        self._lists(folder, slug)

    def _lists(self, folder: Path, slug: str) -> None:
        for file in sorted((folder / "norms").glob("*.yaml")):

            def norms(file: Path = file) -> None:
                raw, reader = self._read(file)
                for i, item in enumerate(reader.sequence(raw, ())):
                    self._attempt(lambda i=i, item=item: self._keep(reader.norm(item, (i,)), slug, reader, i))

            self._attempt(norms)
        if (folder / "parameters.yaml").exists():

            def parameters() -> None:
                raw, reader = self._read(folder / "parameters.yaml")
                for i, item in enumerate(reader.sequence(raw or [], ())):
                    record, basis = reader.parameter(item, (i,))
                    self.out["parameters"][record.id] = record
                    self.out["parameter_basis"][record.id] = basis

            self._attempt(parameters)
        for file in sorted((folder / "cases").glob("*.yaml")):

            def cases(file: Path = file) -> None:
                raw, reader = self._read(file)
                for i, item in enumerate(reader.sequence(raw or [], ())):
                    self._attempt(lambda i=i, item=item: self.cases.append((reader.where((i,)), reader.record(item, Case, (i,)))))

            self._attempt(cases)

    def _keep(self, norm: Norm, slug: str, reader: Reader, i: int) -> None:
        if norm.instrument != slug:
            raise reader.fail((i, "id"), f"id {norm.id!r} does not belong to {slug!r}", "Begin the id with the instrument's id.")
        if norm.id in self.out["norms"]:
            raise reader.fail((i, "id"), f"id {norm.id!r} stands twice", "Ids are never reused.")
        self.out["norms"][norm.id] = norm


def _raise(error: CorpusError) -> None:
    raise error


