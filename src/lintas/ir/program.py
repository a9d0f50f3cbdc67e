"""Program: norms as rules over spans of days, ready to be evaluated without the corpus.

A *rule* is one version of a norm cut at the days on which a parameter that it uses changes, so that on each of its days all its
constants are fixed. Its condition stands twice: as a tree (``when``, read by the reference engine) and as ``terms``, a
disjunction of conjunctions of literals (read by the index and the kernel). A literal is a signed number: ``+(k+1)`` for
atom ``k``, ``-(k+1)`` for its negation. Atoms are leaves over one fact, or ``holds`` of a norm.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from lintas.errors import CorpusError
from lintas.model.law import Instrument, Searched
from lintas.model.norm import Concludes, Condition, Holds, Keyed, Leaf, Modality, Needs, Value
from lintas.vocab.terms import Vocabulary

SCHEMA = "6"
Atom = Leaf | Holds


class Citation(msgspec.Struct, frozen=True, omit_defaults=True):
    """A quoted provision as it is shown with an answer."""

    instrument: str
    title: str
    locator: str
    quote: str
    lang: str
    url: str
    publisher: str
    tier: str
    read: str
    capture_sha256: str = ""


class Rule(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One version of a norm over ``[start, end)`` in day ordinals."""

    norm: int
    version: int
    start: int
    end: int
    when: Condition | None = None
    terms: tuple[tuple[int, ...], ...] = ((),)
    needs: Needs | None = None
    values: dict[str, Value | Keyed] = {}
    to: str = ""
    presume_absent: bool = False
    presume_basis: str = ""
    status: str = "captured"
    checked: dt.date | None = None
    tier: str = "secondary"
    citations: tuple[Citation, ...] = ()
    notes: tuple[str, ...] = ()
    by: str = ""


class ProgramNorm(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A norm with its rules (indices into ``Program.rules``, by day) and its edges (indices of norms)."""

    id: str
    jurisdiction: str
    instrument: str
    instrument_title: str
    binding: bool
    title: str
    modality: Modality
    activities: tuple[str, ...]
    rules: tuple[int, ...]
    overrides: tuple[int, ...] = ()
    overridden_by: tuple[int, ...] = ()
    article: str = ""
    bearer: tuple[str, ...] = ()
    governs: tuple[str, ...] = ()
    concludes: Concludes | None = None
    where: str = ""
    pending: tuple[str, ...] = ()
    pending_values: dict[str, Value] = {}


class CoverageNote(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a coverage entry says to people; its scope is a rule of the pseudo-norm with the same id."""

    searched: tuple[Searched, ...]
    official: bool
    area: str
    nearest: str = ""
    missing: str = ""


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """The compiled law of one corpus, known on one day, under one scenario."""

    schema: str
    release: str
    corpus_digest: str
    known_on: str
    scenario: str
    vocabulary: Vocabulary
    names: dict[str, str]
    outside: dict[str, tuple[str, ...]]
    """Partners that are no members, with the countries they stand for: their law counts where it speaks, and its silence never decides."""
    aliases: dict[str, str]
    parties: dict[str, tuple[str, ...]]
    atoms: tuple[Atom, ...]
    norms: tuple[ProgramNorm, ...]
    rules: tuple[Rule, ...]
    coverage: dict[str, CoverageNote]
    instruments: dict[str, Instrument]
    order: tuple[int, ...]
    """Norm indices in topological order: what a norm depends on stands before it."""
    overlay: str = ""
    """The digest of the scenario's patches; none for the law itself."""


def write_program(program: Program) -> bytes:
    """The program as MessagePack."""
    return msgspec.msgpack.encode(program)


def read_program(data: bytes) -> Program:
    """A program from MessagePack; types are checked while reading.

    Raises:
        CorpusError: the bytes are not a program of this schema.

    """
    try:
        program = msgspec.msgpack.decode(data, type=Program)
    except (msgspec.ValidationError, msgspec.DecodeError) as bad:
        raise CorpusError(f"not a compiled corpus: {bad}", hint="Compile the corpus again.") from bad
    if program.schema != SCHEMA:
        raise CorpusError(f"compiled with schema {program.schema}, this is {SCHEMA}", hint="Compile the corpus again.")
    return program
