"""The register of sources: each address once, with the quotes and the norms that rest on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from lintas.corpus.load import Corpus
from lintas.model.law import Source
from lintas.model.norm import Norm, Version


class Quoted(NamedTuple):
    """One quote of one norm version."""

    norm: str
    version: int
    at: str
    quote: str


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """One address, asked once a run.

    Attributes:
        sources: ids with their instruments (``vn/law-91-2025:gazette``).
        read: the last day on which somebody read it.
        quotes: what the corpus takes from it, by norm version in force order.

    """

    url: str
    publisher: str
    tier: str
    sources: tuple[str, ...]
    read: dt.date
    quotes: tuple[Quoted, ...]

    @property
    def norms(self) -> tuple[str, ...]:
        """The norms that rest on it."""
        return tuple(dict.fromkeys(q.norm for q in self.quotes))


def versions(corpus: Corpus) -> Iterator[tuple[Norm, int, Version]]:
    """Every version with its place in its norm."""
    for norm in corpus.norms.values():
        for number, version in enumerate(norm.versions):
            yield norm, number, version


def register(corpus: Corpus, only: tuple[str, ...] = ()) -> list[Watched]:
    """All addresses that can be asked, in a fixed order, hosts apart; an id without a web address is left out."""
    quotes: dict[str, list[Quoted]] = {}
    for norm, number, version in versions(corpus):
        for basis in version.basis:
            source = corpus.sources.get(norm.instrument, {}).get(basis.source)
            if source:
                quotes.setdefault(source.url, []).append(Quoted(norm.id, number, basis.at, basis.quote))
    found: dict[str, list[str]] = {}
    first: dict[str, Source] = {}
    for slug, sources in sorted(corpus.sources.items()):
        place = "agreements" if slug.startswith("agreements/") else slug.partition("/")[0].upper()
        for source in sources.values():
            if source.url.startswith(("http://", "https://")) and (not only or place in only):
                found.setdefault(source.url, []).append(f"{slug}:{source.id}")
                first.setdefault(source.url, source)
    return [
        Watched(
            url=url, publisher=first[url].publisher, tier=first[url].tier, sources=tuple(rows),
            read=max(corpus.sources[n.rpartition(":")[0]][n.rpartition(":")[2]].read for n in rows),
            quotes=tuple(quotes.get(url, ())),
        )
        for url, rows in sorted(found.items())
    ]
