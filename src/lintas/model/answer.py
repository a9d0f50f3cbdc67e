"""Answers: one Assessment for one situation, with one entry per law that the situation engages."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Outcome = Literal["answered", "needs-facts", "conflict", "not-covered", "not-judged"]
NeedState = Literal["met", "unmet", "unknown"]


class _Out(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what the doors show."""


class NeedOut(_Out, frozen=True):
    """One need: what must be in place, whether it is, and what could stand in its place.

    ``alternative_to`` names the group of which any one member is enough; ``certain`` is false where the need holds only
    in some completions of the facts, and ``depends_on`` then names the facts that decide it.
    """

    id: str
    state: NeedState
    norm: str
    side: str
    alternative_to: str = ""
    certain: bool = True
    depends_on: tuple[str, ...] = ()


class DutyOut(_Out, frozen=True):
    """One duty: what, whose, to whom, by when."""

    id: str
    norm: str
    side: str
    title: str
    to: str = ""
    by: dict[str, Any] | None = None
    certain: bool = True
    locator: str = ""


class NormOut(_Out, frozen=True):
    """A norm that determined the answer, or might have."""

    id: str
    instrument: str
    instrument_title: str
    title: str
    modality: str
    side: str
    locator: str
    binding: bool
    status: str
    tier: str
    checked: str
    notes: tuple[str, ...] = ()


class ComingOut(_Out, frozen=True):
    """A norm that is enacted for a later day, or pending without a day."""

    norm: str
    title: str
    side: str
    starts: str
    locator: str = ""


class CoverageOut(_Out, frozen=True):
    """What was searched where the answer is a silence."""

    id: str
    searched: int
    latest: str
    nearest: str
    missing: str
    places: tuple[str, ...]


class Standing(_Out, frozen=True):
    """The weakest verification and tier among determining norms, and the oldest check."""

    status: str
    tier: str
    checked: str
    stale_days: int = 0
    binding: bool = True


class Side(_Out, frozen=True):
    """The answer of one law."""

    jurisdiction: str
    name: str
    role: str
    outcome: Outcome
    verdict: str | None
    reason: str
    met_as_described: str
    needs: tuple[NeedOut, ...] = ()
    duties: tuple[DutyOut, ...] = ()
    value: dict[str, Any] | None = None
    determining: tuple[NormOut, ...] = ()
    undecided: tuple[NormOut, ...] = ()
    missing: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    coming: tuple[ComingOut, ...] = ()
    citations: tuple[dict[str, Any], ...] = ()
    coverage: tuple[CoverageOut, ...] = ()


class Assessment(_Out, frozen=True):
    """The answer to one situation; see ``docs/meaning.md`` for each field."""

    id: str
    as_of: str
    activity: str
    axis: str
    outcome: Outcome
    verdict: str | None
    reason: str
    headline: str
    met_as_described: str
    needs: tuple[NeedOut, ...]
    duties: tuple[DutyOut, ...]
    value: dict[str, Any] | None
    determining: tuple[NormOut, ...]
    undecided: tuple[NormOut, ...]
    missing: tuple[str, ...]
    assumed: tuple[str, ...]
    conflicts: tuple[str, ...]
    coming: tuple[ComingOut, ...]
    citations: tuple[dict[str, Any], ...]
    coverage: tuple[CoverageOut, ...]
    standing: Standing | None
    sides: tuple[Side, ...]
    reproduce: dict[str, str]
    explanation: str = ""
