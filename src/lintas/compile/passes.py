"""The passes: resolve, typecheck, slice, defeat, lower, assemble."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from lintas.compile.assemble import assemble
from lintas.compile.defeat import defeat
from lintas.compile.draft import Draft
from lintas.compile.lower import lower
from lintas.compile.resolve import resolve
from lintas.compile.typecheck import typecheck
from lintas.ir.program import Program
from lintas.model.law import Capture, Coverage, Instrument, Parameter, Source
from lintas.model.norm import Norm
from lintas.vocab.terms import Vocabulary

PASSES: tuple[Callable[[Draft], None], ...] = (resolve, typecheck, defeat, lower)
"""In order: parameters to constants; types of facts; edges and order; conditions to terms."""


def program(
    *,
    vocabulary: Vocabulary,
    norms: dict[str, Norm],
    parameters: dict[str, Parameter],
    instruments: dict[str, Instrument],
    sources: dict[str, dict[str, Source]],
    captures: dict[str, dict[str, Capture]],
    coverage: dict[str, tuple[Coverage, ...]],
    names: dict[str, str],
    outside: dict[str, tuple[str, ...]],
    release: str,
    digest: str,
    known_on: dt.date,
    scenario: str = "",
) -> Program:
    """Compile the law as recorded on ``known_on``.

    Raises:
        CompileError: a dangling reference, a cycle, a fact or operator of the wrong type, or too many terms.

    """
    draft = Draft(
        vocabulary=vocabulary,
        norms=dict(norms),
        parameters=parameters,
        instruments=instruments,
        sources=sources,
        capture_hashes={slug: {c.id: c.sha256 for c in found.values()} for slug, found in captures.items()},
        coverage=coverage,
        names=names,
        outside=outside,
        release=release,
        digest=digest,
        known_on=known_on,
        scenario=scenario,
    )
    for step in PASSES:
        step(draft)
    return assemble(draft)
