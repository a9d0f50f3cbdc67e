"""Static analysis: what can be said of the law without any situation, exactly.

Findings whose code is in ``DEFECTS`` fail ``lintas law check``; the others are printed by ``lintas law analyse``. A finding that is meant is explained in
``analysis.yaml`` of the corpus, by norm and code; an explanation that explains nothing is a finding itself.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from lintas.assess.law import Law
from lintas.assess.report import chosen
from lintas.assess.static_cubes import TooLargeError
from lintas.assess.static_gaps import Gap
from lintas.assess.static_gaps import gaps as silences
from lintas.assess.static_kinds import Clash, Spotted, clashes, dead, gaps, redundant, settled_needs, unreachable
from lintas.assess.static_regions import Regions
from lintas.assess.static_space import Space
from lintas.assess.static_witness import Witness, shows, witness
from lintas.corpus.checks import Finding
from lintas.corpus.load import Corpus
from lintas.corpus.parse import read_yaml
from lintas.corpus.records import Reader
from lintas.dates import today
from lintas.errors import CorpusError

KINDS = {
    "LC022": "a condition that no situation meets",
    "LC023": "a norm that always yields",
    "LC024": "a test or a branch that changes nothing",
    "LC025": "a comparison that never decides",
    "LC026": "an exception that never meets what it overrides",
    "LC027": "two norms that cannot both be kept",
    "LC028": "days without a version",
    "LC029": "an explanation that explains nothing",
}
DEFECTS = frozenset({"LC001", "LC022", "LC023", "LC028", "LC029"})
"""Certain defects: our own corpus has none. LC001 is given where the explanations cannot be read."""


class Explanation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a finding is meant; without ``other`` for every norm that stands beside it."""

    norm: str
    code: str
    why: str
    other: str = ""

    def fits(self, spotted: Spotted) -> bool:
        """Whether this is the finding that it explains."""
        return (self.norm, self.code) == (spotted.norm, spotted.code) and self.other in ("", spotted.other)


@dataclass
class Analysis:
    """What the analysis found."""

    findings: list[Finding] = field(default_factory=list)
    explained: list[tuple[Finding, str]] = field(default_factory=list)
    beside: Counter[str] = field(default_factory=Counter)
    """Prohibitions beside obligations that are effective together, by the answer that the decider gives."""
    silences: list[Gap] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    norms: int = 0
    seconds: float = 0.0

    @property
    def defects(self) -> list[Finding]:
        """The findings that fail ``lintas law check``."""
        return [f for f in self.findings if f.code in DEFECTS]

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain data."""
        return {
            "findings": [{**f._asdict(), "defect": f.code in DEFECTS} for f in self.findings],
            "explained": [{**f._asdict(), "why": why} for f, why in self.explained],
            "prohibition_beside_obligation": dict(self.beside),
            "silences": [gap._asdict() for gap in self.silences],
            "not_analysed": self.skipped,
            "norms": self.norms,
            "seconds": round(self.seconds, 2),
        }

    def table(self) -> list[str]:
        """Counts in text."""
        found, meant = Counter(f.code for f in self.findings), Counter(f.code for f, _ in self.explained)
        lines = [f"{'code':<7}{'what':<52}{'found':>6}{'explained':>11}"]
        lines += [f"{code:<7}{what:<52}{found[code]:>6}{meant[code]:>11}" for code, what in KINDS.items()]
        answers = ", ".join(f"{count} answered {answer}" for answer, count in sorted(self.beside.items()))
        lines.append(f"{self.beside.total()} pairs of a prohibition and an obligation that are effective together{': ' + answers if answers else ''}.")
        lines.append("Regions of actor, sector and data of which nobody speaks (answered not-covered), over the activities with law in force:")
        by_law: dict[str, list[Gap]] = {}
        for gap in self.silences:
            by_law.setdefault(gap.jurisdiction, []).append(gap)
        for name, those in by_law.items():
            silent, every = sum(g.silent for g in those), sum(g.regions for g in those)
            whole = sum(1 for g in those if g.silent == 0)
            lines.append(f"  {name:<28}{silent:>7} of {every:>7} ({silent / every:.0%}); {whole} of {len(those)} activities without a gap")
        lines += [f"{name} was not analysed: its conditions split too far." for name in self.skipped]
        lines.append(f"{self.norms} norms in {self.seconds:.1f} s.")
        return lines


def analyse(law: Law, corpus: Corpus, root: Path, only: tuple[str, ...] = ()) -> Analysis:
    """Analyse the law of some jurisdictions (all without ``only``)."""
    begun = time.perf_counter()
    out = Analysis()
    found: list[Spotted] = []
    program = law.program
    jurisdictions = sorted({norm.jurisdiction for norm in program.norms if chosen(norm.jurisdiction, only)})
    for jurisdiction in jurisdictions:
        try:
            found += _jurisdiction(law, corpus, jurisdiction, out)
        except TooLargeError:
            out.skipped.append(jurisdiction)
    explanations: list[tuple[Explanation, str]] = []
    try:
        explanations = _explanations(root)
    except CorpusError as bad:
        out.findings.append(Finding("LC001", bad.where, bad.detail, bad.hint))
    used: set[Explanation] = set()
    for spotted in found:
        why = next((e for e, _ in explanations if e.fits(spotted)), None)
        finding = Finding(spotted.code, _where(corpus, spotted), f"{spotted.norm}: {spotted.what}", spotted.hint)
        if why is None:
            out.findings.append(finding)
        else:
            used.add(why)
            out.explained.append((finding, why.why))
    asked = {norm.jurisdiction: norm.jurisdiction not in out.skipped for norm in program.norms if norm.jurisdiction in jurisdictions}
    homes = {norm.id: norm.jurisdiction for norm in program.norms}
    for explanation, where in explanations:
        if explanation not in used and asked.get(homes.get(explanation.norm, ""), not only):
            what = f"nothing of {explanation.norm} needs the explanation of {explanation.code}{' beside ' + explanation.other if explanation.other else ''}"
            out.findings.append(Finding("LC029", where, what, "Take the entry out."))
    out.findings.sort(key=lambda f: (f.code, f.where.partition(":")[0], f.line, f.what))
    out.seconds = time.perf_counter() - begun
    return out


def _jurisdiction(law: Law, corpus: Corpus, jurisdiction: str, out: Analysis) -> list[Spotted]:
    program = law.program
    space = Space(program, jurisdiction)
    regions = Regions(space)
    targets = {(norm.id, i): version.overrides for norm in corpus.norms.values() for i, version in enumerate(norm.versions)}
    found = [*dead(regions), *unreachable(regions, targets), *redundant(Regions(space, opaque=True), regions), *settled_needs(regions)]
    for norm in (program.norms[n] for n in space.norms):
        if norm.id in corpus.norms:
            found += gaps(corpus.norms[norm.id], corpus.instruments.get(norm.instrument), [program.rules[r] for r in norm.rules])
    beside: Counter[str] = Counter()
    for clash in clashes(regions):
        if clash.kind == "obligation":
            seen = shows(law, regions, (clash.one, clash.two), clash.region)
            beside[(seen.verdict or seen.outcome) if seen else "not shown"] += 1
            if seen is not None and (seen.verdict == "prohibited" or seen.outcome == "conflict"):
                continue
        found.append(_clash(regions, clash, witness(law, regions, (clash.one, clash.two), clash.region)))
    out.silences += silences(regions, today().toordinal())
    out.beside += beside
    out.norms += len(space.norms)
    return found


def _clash(regions: Regions, clash: Clash, shown: Witness | None) -> Spotted:
    one, two = regions.program.norms[clash.one], regions.program.norms[clash.two]
    words = {"permission": "prohibits what it permits", "excludes": "demands what excludes its need", "obligation": "prohibits what it demands"}[clash.kind]
    version = next((regions.program.rules[r].version for r in one.rules), 0)
    what = f"beside {two.id} it {words}; {shown or 'no situation replays it'}"
    return Spotted("LC027", one.id, version, what, "Let the one that yields be overridden, or say where each applies.", two.id)


def _where(corpus: Corpus, spotted: Spotted) -> str:
    norm = corpus.norms.get(spotted.norm)
    if norm is None:
        return f"corpus/{spotted.norm.partition('/coverage/')[0]}/coverage.yaml:1"
    return f"{norm.where.rpartition(':')[0]}:{norm.versions[spotted.version].line}"


def _explanations(root: Path) -> list[tuple[Explanation, str]]:
    file = root / "analysis.yaml"
    if not file.exists():
        return []
    name = str(file.relative_to(root.parent))
    raw, lines = read_yaml(file, name=name)
    reader = Reader(name, lines)
    records: tuple[Explanation, ...] = reader.record(raw or [], tuple[Explanation, ...], ())
    return [(record, reader.where((i,))) for i, record in enumerate(records)]
