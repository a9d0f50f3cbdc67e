"""Overlays by name: found, read, composed in order, and the law under them."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from pathlib import Path

from lintas.assess.law import Law, compile_members
from lintas.corpus.load import Corpus
from lintas.errors import CorpusError, InputError
from lintas.scenario.apply import apply, parameter_users
from lintas.scenario.merge import SharedIndex, merged
from lintas.scenario.patch import Overlay, SetValue, place_of, read_overlay
from lintas.vocab.terms import did_you_mean


def names(root: Path) -> tuple[str, ...]:
    """The scenarios beside a corpus, in alphabetical order."""
    return tuple(sorted(file.parent.name for file in (root / "scenarios").glob("*/patch.yaml")))


def open_overlays(root: Path, joined: str) -> tuple[Overlay, ...]:
    """The overlays that ``a+b`` names, in that order.

    Raises:
        InputError: no such scenario, or one named twice.
        CorpusError: a patch that cannot be read, or two that cannot stand together.

    """
    wanted = joined.split("+")
    known = names(root)
    for name in wanted:
        if name not in known:
            raise InputError(f"no scenario {name!r}", hint=did_you_mean(name, known), where=str(root / "scenarios"))
        if wanted.count(name) > 1:
            raise InputError(f"scenario {name!r} is named twice", hint="Name it once.")
    found = tuple(read_overlay(root / "scenarios" / name / "patch.yaml", shown=f"{root.name}/scenarios/{name}/patch.yaml") for name in wanted)
    check_conflicts(found)
    return found


def check_conflicts(overlays: Sequence[Overlay]) -> None:
    """Two overlays must not touch one norm, parameter or coverage entry on the same days.

    Raises:
        CorpusError: naming both overlays and both places.

    """
    for number, one in enumerate(overlays):
        for other in overlays[number + 1 :]:
            for a in one.changes:
                for b in other.changes:
                    if a.target == b.target and a.start < b.end and b.start < a.end:
                        raise CorpusError(
                            f"{one.id} ({a.where}) and {other.id} ({b.where}) both change {a.target!r} on the same days",
                            hint="Leave one out, or write one scenario that says what holds.",
                            where=b.where,
                        )


def law_under(corpus: Corpus, base: Law, overlays: Sequence[Overlay]) -> Law:
    """The law under overlays, applied in order; only the laws that they touch are compiled.

    Args:
        corpus: the law as data, from which ``base`` was compiled.
        base: the law as it is.
        overlays: scenarios in order.

    Raises:
        CorpusError: two overlays clash, or an id does not exist.
        CompileError: the law under the scenario does not compile.

    """
    check_conflicts(overlays)
    known_on = dt.date.fromisoformat(base.program.known_on)
    patched, places = corpus, set[str]()
    for overlay in overlays:
        patched = apply(patched, overlay, known_on)
        for change in overlay.changes:
            places.add(place_of(change, patched))
            if isinstance(change, SetValue):
                places |= parameter_users(patched, change.parameter)
    touched = frozenset(places)
    own = {k: n for k, n in patched.norms.items() if n.jurisdiction in touched}
    part = compile_members(patched, own, tuple(sorted(touched)), known_on=known_on)
    program = merged(
        base.program, part, touched, scenario="+".join(o.id for o in overlays),
        overlay=hashlib.sha256("".join(o.digest for o in overlays).encode()).hexdigest(),
        instruments=patched.instruments if len(patched.instruments) > len(corpus.instruments) else base.program.instruments,
    )  # fmt: skip
    law = Law(program, strict=base.decider.strict, rates=base.decider.rates)
    law.decider.index = SharedIndex(program, base.decider.index, touched)
    return law
