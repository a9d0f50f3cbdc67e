"""Cite: norms, quotes, coverage and standing as an answer shows them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from lintas.engine.index import Hit
from lintas.ir.program import Program
from lintas.model.answer import CoverageOut, NormOut, Standing
from lintas.model.norm import STATUSES


def norm_out(program: Program, hit: Hit, side: str) -> NormOut:
    """A norm as an answer names it."""
    norm, rule = program.norms[hit.norm], program.rules[hit.rule]
    return NormOut(
        id=norm.id,
        instrument=norm.instrument,
        instrument_title=norm.instrument_title,
        title=norm.title,
        modality=norm.modality,
        side=side,
        locator=rule.citations[0].locator if rule.citations else norm.id.rsplit("/", 1)[-1],
        binding=norm.binding,
        status=rule.status,
        tier=rule.tier,
        checked=rule.checked.isoformat() if rule.checked else "",
        notes=rule.notes,
    )


def citations(program: Program, hits: list[Hit]) -> tuple[dict[str, Any], ...]:
    """The quoted provisions of hits, each with source, locator, quote, language and verification."""
    out: dict[tuple[str, str, str], dict[str, Any]] = {}
    for hit in hits:
        rule = program.rules[hit.rule]
        for citation in rule.citations:
            data = msgspec.structs.asdict(citation)
            data["norm"] = program.norms[hit.norm].id
            data["status"] = rule.status
            data["checked"] = rule.checked.isoformat() if rule.checked else ""
            out.setdefault((citation.instrument, citation.locator, citation.quote), data)
    return tuple(out.values())


def coverage_out(program: Program, hits: list[Hit]) -> tuple[CoverageOut, ...]:
    """The coverage entries on which a silence rests."""
    out = []
    for hit in hits:
        norm = program.norms[hit.norm]
        note = program.coverage[norm.id]
        out.append(
            CoverageOut(
                id=norm.id,
                searched=len(note.searched),
                latest=max(s.on for s in note.searched).isoformat(),
                nearest=note.nearest,
                missing=note.missing,
                places=tuple(s.place for s in note.searched),
            )
        )
    return tuple(out)


def standing(norms: tuple[NormOut, ...], day: dt.date, fresh_days: int) -> Standing | None:
    """The weakest verification and tier among determining norms, and how stale the oldest check is."""
    if not norms:
        return None
    status = min((n.status for n in norms), key=STATUSES.index)
    tier = "secondary" if any(n.tier == "secondary" for n in norms) else "primary"
    checked = min((n.checked for n in norms if n.checked), default="")
    age = (day - dt.date.fromisoformat(checked)).days if checked else 0
    return Standing(
        status=status, tier=tier, checked=checked, stale_days=age if age > fresh_days else 0, binding=all(n.binding for n in norms)
    )
