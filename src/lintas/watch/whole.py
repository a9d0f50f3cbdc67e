"""The whole job of the watcher, as plain data for the doors."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lintas.corpus.load import load
from lintas.dates import today
from lintas.watch.fetch import Fetcher, Limits
from lintas.watch.register import register
from lintas.watch.run import watch
from lintas.watch.state import State
from lintas.watch.verify import matched, raise_norms


def watch_sources(
    root: Path, folder: Path, *, reviews: Path, only: tuple[str, ...] = (), jobs: int = 4, seconds: float = 60, size: int = 20_000_000,
    pause: float = 2, again: bool = False, verify: bool = False, ask: bool = True, allowed: frozenset[str] = frozenset(),
    progress: Callable[[int, int, str, str], None] = lambda _done, _total, _url, _outcome: None,
) -> dict[str, Any]:  # fmt: skip
    """Ask the sources of a corpus whether they changed and report as plain data.

    Args:
        root: the corpus folder.
        folder: what earlier runs saw.
        reviews: where review files go.
        only: members (or ``agreements``) whose sources are asked; all without it.
        jobs: requests at once.
        seconds: limit of one answer.
        size: limit of one answer in bytes.
        pause: seconds between two requests to one host.
        again: ask also what was asked today already.
        verify: raise norms whose quotes stood at the address, in their files.
        ask: ``False`` reports what is known and asks nobody.
        allowed: ``host:port`` pairs that need not be public (for tests on this machine).
        progress: done, total, address, outcome.

    Raises:
        CorpusError: the corpus cannot be read.
        InputError: the journal is spoiled.

    """
    corpus = load(root)
    items = register(corpus, only)
    kept = State(folder)
    count = itertools.count(1)
    due = [item for item in items if again or item.url not in kept.last or kept.last[item.url].on != today()]
    if ask:
        fetcher = Fetcher(Limits(seconds=seconds, size=size, pause=pause), allowed=allowed)
        watch(
            items, kept, fetcher, day=today(), reviews=reviews, jobs=jobs, again=again,
            progress=lambda item, seen: progress(next(count), len(due), item.url, seen.outcome),
        )  # fmt: skip
    seen = {item.url: kept.last[item.url] for item in items if item.url in kept.last}
    raised = raise_norms(root, corpus, matched(corpus, seen)) if verify else 0
    oldest = min(items, key=lambda item: (max(item.read, kept.good[item.url].on) if item.url in kept.good else item.read, item.url), default=None)
    made = sorted(reviews.glob("*.md")) if reviews.exists() else []
    return {
        "day": max((row.on.isoformat() for row in seen.values()), default=""),
        "known": len(items),
        "asked": len(seen),
        "raised": raised,
        "reviews": str(reviews) if made else "",
        "oldest_read": oldest.read.isoformat() if oldest else "",
        "oldest_url": oldest.url if oldest else "",
        "sources": [
            {
                "url": item.url, "publisher": item.publisher, "cited_as": list(item.sources), "norms": list(item.norms), "on": seen[item.url].on.isoformat(),
                "outcome": seen[item.url].outcome, "reason": seen[item.url].reason, "status": seen[item.url].status,
                "response": seen[item.url].response, "held": seen[item.url].held, "missing": len(seen[item.url].missing),
            }
            for item in items if item.url in seen
        ],
    }  # fmt: skip
