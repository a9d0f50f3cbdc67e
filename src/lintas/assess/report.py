"""What ``lintas law check`` reports: findings and a table by jurisdiction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from lintas.corpus.checks.finding import Finding
from lintas.corpus.load import Corpus
from lintas.model.norm import jurisdiction_of

KEYS = ("norms", "versions", "primary", "secondary", "captured", "second-source", "disputed", "drafted", "coverage", "cases")


@dataclass
class CorpusReport:
    """Findings, and one row of figures for each jurisdiction."""

    findings: list[Finding]
    rows: list[dict[str, Any]]
    mutation: dict[str, tuple[int, int]] = field(default_factory=dict)
    survivors: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain data."""
        return {
            "findings": [f._asdict() for f in self.findings],
            "jurisdictions": self.rows,
            "mutation": {k: {"killed": a, "mutants": b} for k, (a, b) in self.mutation.items()},
            "survivors": self.survivors,
        }

    def table(self) -> list[str]:
        """The table in text."""
        head = f"{'law of':<24}{'norms':>6}{'versions':>9}{'primary':>8}{'second.':>8}{'captured':>9}{'2 sources':>10}{'disputed':>9}{'drafted':>8}{'coverage':>9}{'cases':>6}{'mutants killed':>15}"
        lines = [head]
        total: Counter[str] = Counter()
        for row in self.rows:
            killed, mutants = self.mutation.get(row["jurisdiction"], (0, 0))
            score = f"{killed}/{mutants} {killed / mutants:.0%}" if mutants else "-"
            lines.append(_line(row, score))
            total.update({k: v for k, v in row.items() if isinstance(v, int)})
        killed, mutants = (sum(v[i] for v in self.mutation.values()) for i in (0, 1))
        lines.append(_line({"jurisdiction": "all", **{key: total[key] for key in KEYS}}, f"{killed}/{mutants} {killed / mutants:.0%}" if mutants else "-"))
        return lines


def _line(row: dict[str, Any], score: str) -> str:
    return (
        f"{row['jurisdiction']:<24}{row['norms']:>6}{row['versions']:>9}{row['primary']:>8}{row['secondary']:>8}{row['captured']:>9}"
        f"{row['second-source']:>10}{row['disputed']:>9}{row['drafted']:>8}{row['coverage']:>9}{row['cases']:>6}{score:>15}"
    )


def rows(corpus: Corpus, only: tuple[str, ...]) -> list[dict[str, Any]]:
    """Figures by jurisdiction: norm versions by tier and verification, coverage entries, cases."""
    found: dict[str, Counter[str]] = {}
    for norm in corpus.norms.values():
        counts = found.setdefault(norm.jurisdiction, Counter())
        counts["norms"] += 1
        sources = corpus.sources.get(norm.instrument, {})
        for version in norm.versions:
            counts["versions"] += 1
            tiers = {sources[b.source].tier for b in version.basis if b.source in sources}
            counts["primary" if "primary" in tiers else "secondary"] += 1
            counts[version.verified.status if version.verified else "drafted"] += 1
    for jurisdiction, entries in corpus.coverage.items():
        found.setdefault(jurisdiction, Counter())["coverage"] += len(entries)
    for _, case in corpus.cases:
        found.setdefault(jurisdiction_of(case.norm), Counter())["cases"] += 1
    return [{"jurisdiction": name, **{key: counts[key] for key in KEYS}} for name, counts in sorted(found.items()) if chosen(name, only)]


def chosen(name: str, only: tuple[str, ...]) -> bool:
    """Whether a jurisdiction is among those asked for (``agreements`` stands for all of them)."""
    return not only or any(name.upper() == code or name.upper().startswith(code + "/") for code in only)


def concerns(place: str, only: tuple[str, ...]) -> bool:
    """Whether a finding's place belongs to one of the members asked for."""
    return not only or any(f"corpus/{code.lower()}/" in place for code in only)
