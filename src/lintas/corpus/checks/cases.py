"""Cases beside norms: each version applies somewhere and not elsewhere; thresholds and overrides are tried."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from lintas.corpus.checks.finding import Finding
from lintas.corpus.load import Case, Corpus
from lintas.dates import Interval
from lintas.model.norm import Amount, Condition, Holds, Leaf, Norm, ParamRef, Quantity, Version

_ORDER = frozenset({"at_least", "more_than", "at_most", "less_than"})


def _by_norm(corpus: Corpus) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = defaultdict(list)
    for _, case in corpus.cases:
        found[case.norm].append(case)
    return found


def both_sides(corpus: Corpus) -> Iterator[Finding]:
    """One case where the version is effective and one where the norm is not."""
    by_norm = _by_norm(corpus)
    for norm in corpus.norms.values():
        for version in norm.versions:
            if version.start is None or version.withdrawn:
                continue
            inside = Interval(version.start, version.end)
            mine = [c for c in by_norm.get(norm.id, []) if dt.date.fromisoformat(c.as_of) in inside]
            where = f"{norm.where.rpartition(':')[0]}:{version.line}"
            if not any(c.norm_is == "effective" for c in mine):
                yield Finding("LC015", where, f"{norm.id} from {version.start}: no case where it is effective", "Write one from the quote.")
            if version.when is not None and not any(c.norm_is in ("off", "overridden", "unknown") for c in mine):
                yield Finding("LC015", where, f"{norm.id} from {version.start}: no case where it is off", "Write one from the quote.")


def known_norms(corpus: Corpus) -> Iterator[Finding]:
    """Cases name norms that exist, and ids are used once."""
    seen: set[str] = set()
    for where, case in corpus.cases:
        if case.norm not in corpus.norms:
            yield Finding("LC016", where, f"case {case.id} names {case.norm!r}", "Mend the id.")
        if case.id in seen:
            yield Finding("LC016", where, f"case id {case.id!r} stands twice", "Ids are never reused.")
        seen.add(case.id)


def thresholds(corpus: Corpus) -> Iterator[Finding]:
    """Below, at and above each number with which a norm compares a fact."""
    by_norm = _by_norm(corpus)
    for norm in corpus.norms.values():
        for version in norm.versions:
            if version.start is None or version.withdrawn:
                continue
            for fact, number in _numbers(corpus, version):
                stated = [v for c in by_norm.get(norm.id, []) if (v := _stated(c, fact)) is not None]
                lacking = [
                    name
                    for name, there in (
                        ("below", any(v < number for v in stated)),
                        ("at", any(v == number for v in stated)),
                        ("above", any(v > number for v in stated)),
                    )
                    if not there
                ]
                if lacking:
                    yield Finding("LC017", norm.where, f"{norm.id}: no case {' or '.join(lacking)} {fact} {number:g}", "Write it from the quote.")


def _numbers(corpus: Corpus, version: Version) -> Iterator[tuple[str, float]]:
    for leaf in _leaves(version.when):
        if leaf.op not in _ORDER:
            continue
        values: list[Any] = [leaf.value]
        if isinstance(leaf.value, ParamRef):
            parameter = corpus.parameters.get(leaf.value.param)
            # The number of today is tried on all three sides; earlier rows are tried by the versions that used them.
            values = [parameter.rows[-1].value] if parameter and not parameter.by else []
        for value in values:
            if isinstance(value, Quantity):
                yield leaf.fact, value.quantity
            elif isinstance(value, Amount):
                yield leaf.fact, value.amount
            elif isinstance(value, (int, float)) and not isinstance(value, bool):
                yield leaf.fact, float(value)


def _leaves(node: Condition | None) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    elif node is not None and not isinstance(node, Holds):
        for item in node.items:
            yield from _leaves(item)


def _stated(case: Case, fact: str) -> float | None:
    other = case.facts.get("other") or {}
    value = other.get(fact, case.facts.get(fact)) if isinstance(other, dict) else None
    if isinstance(value, dict):
        value = value.get("amount", value.get("quantity"))
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def overrides(corpus: Corpus) -> Iterator[Finding]:
    """One case in which the yielding norm is overridden, or is off because its scope was."""
    overridden = {c.norm for _, c in corpus.cases if c.norm_is == "overridden"}
    effective = {c.norm for _, c in corpus.cases if c.norm_is == "effective"}
    for norm in corpus.norms.values():
        for target in _targets(norm):
            if target in corpus.norms and target not in overridden and norm.id not in effective:
                yield Finding("LC018", norm.where, f"no case shows {norm.id} overriding {target}", "Write one from the quote.")


def _targets(norm: Norm) -> set[str]:
    return {target for version in norm.versions for target in version.overrides}
