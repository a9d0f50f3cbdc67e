"""Evidence: sources, captures, quotes, hashes, verification."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator

from lintas.corpus.checks.finding import Finding
from lintas.corpus.load import Corpus
from lintas.model.norm import Basis, Norm, Version

QUOTE_WORDS = 40
CAPTURE_WORDS = {True: 300, False: 80}
"""Longest capture by whether its text is official."""
UNSPACED = frozenset({"tha", "khm", "lao", "mya"})
"""Languages written without spaces between words: five characters count as one word."""
OFFICIAL = frozenset({"gazette", "regulator", "official-text", "official-text-republished", "official-translation"})


def words(text: str, lang: str) -> int:
    """The length of a text in words."""
    if lang in UNSPACED:
        return len(re.sub(r"\s+", "", text)) // 5
    return len(text.split())


def folded(text: str) -> str:
    """Text with white space folded, in NFC; nothing else is changed."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def sha256(text: str) -> str:
    """The hash of a capture's text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _versions(corpus: Corpus) -> Iterator[tuple[Norm, Version, str]]:
    for norm in corpus.norms.values():
        file = norm.where.rpartition(":")[0]
        for version in norm.versions:
            yield norm, version, f"{file}:{version.line}"


def _bases(corpus: Corpus) -> Iterator[tuple[str, str, Basis]]:
    for norm, version, where in _versions(corpus):
        for basis in version.basis:
            yield norm.instrument, where, basis
    for identity, found in corpus.parameter_basis.items():
        slug = identity.rsplit("/", 1)[0]
        for basis in found:
            yield slug, f"corpus/{slug}/parameters.yaml", basis


def basis(corpus: Corpus) -> Iterator[Finding]:
    """Every version cites at least one provision."""
    for norm, version, where in _versions(corpus):
        if not version.basis:
            yield Finding("LC004", where, f"{norm.id} has no basis", "Quote the provision with source and capture.")
        if version.verified is None:
            yield Finding("LC004", where, f"{norm.id} has no verification", "Add `verified: {status, on}`.")


def references(corpus: Corpus) -> Iterator[Finding]:
    """Sources and captures that are named exist."""
    for slug, where, item in _bases(corpus):
        if item.source not in corpus.sources.get(slug, {}):
            yield Finding("LC005", where, f"unknown source {item.source!r}", f"Add it to corpus/{slug}/sources.yaml.")
        if item.capture not in corpus.captures.get(slug, {}):
            yield Finding("LC005", where, f"unknown capture {item.capture!r}", f"Add corpus/{slug}/captures/{item.capture}.yaml.")
    for slug, found in corpus.captures.items():
        for capture in found.values():
            if capture.source not in corpus.sources.get(slug, {}):
                place = f"corpus/{slug}/captures/{capture.id}.yaml:1"
                yield Finding("LC005", place, f"unknown source {capture.source!r}", "Name a source of sources.yaml.")


def quotes(corpus: Corpus) -> Iterator[Finding]:
    """A quote stands in its capture, letter by letter, white space folded."""
    for slug, where, item in _bases(corpus):
        capture = corpus.captures.get(slug, {}).get(item.capture)
        if capture and folded(item.quote) not in folded(capture.text):
            yield Finding("LC006", where, f"the quote {item.quote[:50]!r} is not in {item.capture}", "Copy it from the capture.")


def quote_length(corpus: Corpus) -> Iterator[Finding]:
    """A quote is short."""
    for _, where, item in _bases(corpus):
        count = words(item.quote, item.lang)
        if count > QUOTE_WORDS:
            yield Finding("LC007", where, f"the quote has {count} words", f"Cut it to {QUOTE_WORDS}.")


def capture_length(corpus: Corpus) -> Iterator[Finding]:
    """A capture is a passage, not a work."""
    for slug, found in corpus.captures.items():
        for capture in found.values():
            source = corpus.sources.get(slug, {}).get(capture.source)
            limit = CAPTURE_WORDS[bool(source and source.kind in OFFICIAL)]
            count = words(capture.text, capture.lang)
            if count > limit:
                place = f"corpus/{slug}/captures/{capture.id}.yaml:1"
                yield Finding("LC008", place, f"{count} words, {limit} allowed for this source", "Keep the part that is quoted.")


def hashes(corpus: Corpus) -> Iterator[Finding]:
    """A capture carries the hash of its text."""
    for slug, found in corpus.captures.items():
        for capture in found.values():
            if capture.sha256 != sha256(capture.text):
                place = f"corpus/{slug}/captures/{capture.id}.yaml:1"
                what = "the hash does not fit the text" if capture.sha256 else "no hash"
                yield Finding("LC009", place, what, "A new capture: `lintas law check --seal`. An old one must not be edited.")


def status(corpus: Corpus) -> Iterator[Finding]:
    """A status is backed by evidence."""
    for norm, version, where in _versions(corpus):
        if version.verified is None:
            continue
        claim = version.verified.status
        if claim == "expert-reviewed" or (claim == "source-matched" and not re.fullmatch(r"[0-9a-f]{64}", version.verified.response)):
            yield Finding("LC010", where, f"{claim!r} without a record of it", "Only a recorded review or `lintas watch --verify` sets it.")
        if claim == "second-source":
            sources = corpus.sources.get(norm.instrument, {})
            publishers = {sources[b.source].publisher for b in version.basis if b.source in sources}
            if len(publishers) < 2:
                yield Finding("LC010", where, "second-source with one publisher", "Quote two publishers, or say captured.")
        if claim == "disputed" and not version.notes:
            yield Finding("LC010", where, "disputed without a note", "Cite the note that shows both sides.")
