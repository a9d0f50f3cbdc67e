"""``lintas law check``: findings, figures, the cases beside norms, and their mutation score."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from lintas.assess.law import Law, compile_members, norm_case
from lintas.assess.mutate import score
from lintas.assess.report import CorpusReport, concerns, rows
from lintas.corpus.checks import Finding, run_checks
from lintas.corpus.load import Corpus, load
from lintas.errors import CorpusError
from lintas.model.norm import Norm


def law_check(
    root: Path, only: tuple[str, ...] = (), *, mutate: bool = False, progress: Callable[[str], None] = lambda _: None
) -> CorpusReport:
    """Every check over the corpus; with ``mutate`` also the mutation score of the cases beside norms."""
    unread: list[CorpusError] = []
    corpus = load(root, tolerant=unread)
    findings = run_checks(corpus, unread)
    report = CorpusReport([], rows(corpus, only))
    law: Law | None
    try:
        law = Law(compile_members(corpus, corpus.norms))
    except CorpusError as bad:
        findings.append(Finding("LC020", bad.where, bad.detail, bad.hint))
        law = _partial(corpus, only)
    if law is not None:
        known = {n.id for n in law.program.norms}
        for where, case in corpus.cases:
            if case.norm in known and concerns(where, only):
                failed = norm_case(law, msgspec.to_builtins(case))
                if failed:
                    findings.append(Finding("LC021", where, f"case {case.id}: {failed}", "Mend the norm or the case."))
    report.findings = [f for f in findings if concerns(f.where, only)]
    if mutate and law is not None:
        report.mutation, report.survivors = _mutation(corpus, set(only), progress)
    return report


def _partial(corpus: Corpus, only: tuple[str, ...]) -> Law | None:
    """The members asked for compile even where another member's files do not."""
    if not only:
        return None
    try:
        return Law(compile_members(corpus, {k: n for k, n in corpus.norms.items() if n.jurisdiction in only}, only))
    except CorpusError:
        return None


def _mutation(corpus: Corpus, members: set[str], progress: Callable[[str], None]) -> tuple[dict[str, tuple[int, int]], list[str]]:
    by_norm: dict[str, list[Any]] = {}
    for _, case in corpus.cases:
        by_norm.setdefault(case.norm, []).append(msgspec.to_builtins(case))
    home: dict[str, dict[str, Norm]] = {}
    for norm in corpus.norms.values():
        home.setdefault(norm.jurisdiction, {})[norm.id] = norm
    seen: set[str] = set()

    def survives(identity: str, mutant: Norm) -> bool:
        jurisdiction = mutant.jurisdiction
        if jurisdiction not in seen:
            seen.add(jurisdiction)
            progress(f"mutating {jurisdiction} ...")
        try:
            law = Law(compile_members(corpus, {**home[jurisdiction], identity: mutant}, (jurisdiction,)))
        except CorpusError:
            return False
        related = [identity, *mutant_targets(corpus.norms[identity])]
        return all(not norm_case(law, case) for norm in related for case in by_norm.get(norm, []))

    found = score(corpus.norms, survives, members)
    return found["totals"], found["survivors"]


def mutant_targets(norm: Norm) -> set[str]:
    """The norms that a norm overrides: their cases notice a dropped override."""
    return {target for version in norm.versions for target in version.overrides}
