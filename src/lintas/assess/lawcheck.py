"""``lintas law check``: findings, figures, the cases beside norms, and their mutation score."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from lintas.assess.law import Law, compile_members, norm_case
from lintas.assess.mutate import score
from lintas.assess.report import CorpusReport, concerns, rows
from lintas.assess.static import Analysis, analyse
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
        findings.extend(analyse(law, corpus, root, only).defects)
    report.findings = [f for f in findings if concerns(f.where, only)]
    if mutate and law is not None:
        report.mutation, report.survivors = _mutation(corpus, set(only), progress)
    return report


def law_analyse(root: Path, only: tuple[str, ...] = ()) -> Analysis:
    """The static analysis alone, with its warnings, counts and silences."""
    corpus = load(root)
    return analyse(Law(compile_members(corpus, corpus.norms)), corpus, root, only)


def _partial(corpus: Corpus, only: tuple[str, ...]) -> Law | None:
    """The members asked for compile even where another member's files do not."""
    if not only:
        return None
    try:
        return Law(compile_members(corpus, {k: n for k, n in corpus.norms.items() if n.jurisdiction in only}, only))
    except CorpusError:
        return None


class _Mutation:
    """The mutants of one corpus, tried in as many processes as there are cores; a process inherits the corpus and copies nothing."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.cases: dict[str, list[Any]] = {}
        for _, case in corpus.cases:
            self.cases.setdefault(case.norm, []).append(msgspec.to_builtins(case))
        self.home: dict[str, dict[str, Norm]] = {}
        for norm in corpus.norms.values():
            self.home.setdefault(norm.jurisdiction, {})[norm.id] = norm

    def survives(self, identity: str, mutant: Norm) -> bool:
        """Whether every case beside the norm still passes with the mutant in its place."""
        jurisdiction = mutant.jurisdiction
        try:
            law = Law(compile_members(self.corpus, {**self.home[jurisdiction], identity: mutant}, (jurisdiction,)))
        except CorpusError:
            return False
        related = [identity, *mutant_targets(self.corpus.norms[identity])]
        return all(not norm_case(law, case) for norm in related for case in self.cases.get(norm, []))

    def part(self, identities: tuple[str, ...]) -> dict[str, Any]:
        """Totals and survivors of some norms."""
        return score({i: self.corpus.norms[i] for i in identities}, self.survives, set())


_HELD: list[_Mutation] = []


def _part(identities: tuple[str, ...]) -> dict[str, Any]:
    return _HELD[-1].part(identities)


def _mutation(corpus: Corpus, members: set[str], progress: Callable[[str], None]) -> tuple[dict[str, tuple[int, int]], list[str]]:
    ids = [norm.id for norm in corpus.norms.values() if not members or norm.jurisdiction in members]
    parts = [tuple(ids[at : at + 12]) for at in range(0, len(ids), 12)]
    totals: dict[str, tuple[int, int]] = {}
    survivors: list[str] = []
    _HELD.append(_Mutation(corpus))
    try:
        with multiprocessing.get_context("fork").Pool(os.cpu_count() or 1) as pool:
            for done, found in enumerate(pool.imap(_part, parts), 1):
                for name, (killed, made) in found["totals"].items():
                    before = totals.get(name, (0, 0))
                    totals[name] = (before[0] + killed, before[1] + made)
                survivors += found["survivors"]
                if done % 20 == 0:
                    progress(f"mutated {done * 12} of {len(ids)} norms ...")
    finally:
        _HELD.pop()
    return totals, survivors


def mutant_targets(norm: Norm) -> set[str]:
    """The norms that a norm overrides: their cases notice a dropped override."""
    return {target for version in norm.versions for target in version.overrides}
