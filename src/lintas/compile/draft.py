"""What the passes hand on to each other."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from lintas.dates import FIRST_DAY, LAST_DAY
from lintas.errors import CompileError
from lintas.ir.program import Atom, Citation, CoverageNote
from lintas.model.law import Coverage, Instrument, Parameter, Source
from lintas.model.norm import Condition, Keyed, Needs, Norm, Value, Version
from lintas.vocab.terms import Vocabulary


@dataclass
class DraftRule:
    """A rule on its way: a version cut to a span of days."""

    norm: str
    version: int
    source: Version
    start: int
    end: int
    when: Condition | None
    needs: Needs | None
    values: dict[str, Value | Keyed]
    terms: tuple[tuple[int, ...], ...] = ((),)


@dataclass
class Draft:
    """The inputs of a compilation and what the passes have made of them so far."""

    vocabulary: Vocabulary
    norms: dict[str, Norm]
    parameters: dict[str, Parameter]
    instruments: dict[str, Instrument]
    sources: dict[str, dict[str, Source]]
    capture_hashes: dict[str, dict[str, str]]
    coverage: dict[str, tuple[Coverage, ...]]
    names: dict[str, str]
    outside: dict[str, tuple[str, ...]]
    release: str
    digest: str
    known_on: dt.date
    scenario: str = ""
    rules: list[DraftRule] = field(default_factory=list)
    atoms: list[Atom] = field(default_factory=list)
    atom_index: dict[Atom, int] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    citations: dict[tuple[str, int], tuple[Citation, ...]] = field(default_factory=dict)
    coverage_notes: dict[str, CoverageNote] = field(default_factory=dict)
    pending: dict[str, list[str]] = field(default_factory=dict)
    pending_values: dict[str, dict[str, Value]] = field(default_factory=dict)

    def fail(self, norm: str, detail: str, hint: str) -> CompileError:
        """An error at a norm."""
        found = self.norms.get(norm)
        return CompileError(f"{norm}: {detail}", hint=hint, where=found.where if found else "")


def ordinal(day: dt.date | None, *, open_end: bool) -> int:
    """A day as an ordinal; null is the first or the last day of the engine's range."""
    if day is None:
        return LAST_DAY if open_end else FIRST_DAY
    return day.toordinal()
