"""The list of checks, what they find, and running them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from lintas.corpus.checks import cases, evidence, structure
from lintas.corpus.checks.finding import Finding
from lintas.corpus.load import Corpus
from lintas.errors import CorpusError


class Check(NamedTuple):
    """A check with its code and a title."""

    code: str
    title: str
    run: Callable[[Corpus], Iterator[Finding]]


CHECKS: tuple[Check, ...] = (
    Check("LC002", "an event or link names something that does not exist", structure.links),
    Check("LC003", "versions of a norm overlap on some day", structure.versions),
    Check("LC004", "a version has no basis", evidence.basis),
    Check("LC005", "a basis names an unknown source or capture", evidence.references),
    Check("LC006", "a quote is not in its capture", evidence.quotes),
    Check("LC007", "a quote is longer than 40 words", evidence.quote_length),
    Check("LC008", "a capture is longer than allowed", evidence.capture_length),
    Check("LC009", "a capture's hash is missing or does not fit its text", evidence.hashes),
    Check("LC010", "a verification status claims more than the evidence", evidence.status),
    Check("LC011", "an id does not fit or a name is missing", structure.names),
    Check("LC012", "a presumption has no basis", structure.presumptions),
    Check("LC013", "a coverage entry searched too little", structure.coverage),
    Check("LC014", "a note is cited but not written", structure.notes),
    Check("LC015", "a norm version has no case where it is effective, or none where it is not", cases.both_sides),
    Check("LC016", "a case names a norm that does not exist", cases.known_norms),
    Check("LC017", "a threshold has no case below, at or above", cases.thresholds),
    Check("LC018", "an override has no case in which it bites", cases.overrides),
    Check("LC019", "commencement names no event of the instrument", structure.commencement),
)
"""LC001 is given to records that cannot be read, LC020 to a corpus that does not compile, LC021 to a case that fails."""


def run_checks(corpus: Corpus, unread: list[CorpusError]) -> list[Finding]:
    """All findings, in the order of their places."""
    found = [Finding("LC001", bad.where, bad.detail, bad.hint) for bad in unread]
    for check in CHECKS:
        found.extend(check.run(corpus))
    return sorted(found, key=lambda f: (f.where.partition(":")[0], f.line, f.code))
