"""One run of the watcher: ask, compare, journal, write one review file for each change."""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from lintas.corpus.checks.evidence import folded
from lintas.watch.extract import UnreadableError, text_of
from lintas.watch.fetch import Fetcher, Response
from lintas.watch.register import Watched
from lintas.watch.state import Seen, State

OUTCOMES = ("new", "unchanged", "changed", "gone", "unreachable")
DIFF_LINES = 400


def watch(
    items: list[Watched],
    state: State,
    fetcher: Fetcher,
    *,
    day: dt.date,
    reviews: Path,
    jobs: int = 4,
    again: bool = False,
    progress: Callable[[Watched, Seen], None] = lambda _item, _seen: None,
) -> list[tuple[Watched, Seen]]:
    """Ask every address that was not yet asked on ``day``, at most ``jobs`` hosts at once.

    Args:
        items: the register.
        state: what earlier runs saw; each answer is kept as it comes.
        fetcher: who asks.
        day: the day of the run.
        reviews: folder for the review files, one per change.
        jobs: how many requests run at once.
        again: ask also what was asked on that day already.
        progress: called after each address.

    Returns:
        All addresses with what is known of them on that day, in the order of the register.

    """
    due = [item for item in items if again or item.url not in state.last or state.last[item.url].on != day]
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        asked = {pool.submit(_ask, item, state, fetcher, day): item for item in _apart(due)}
        for done in as_completed(asked):
            item = asked[done]
            seen, text = done.result()
            if seen.outcome == "changed" or (seen.outcome == "gone" and item.norms):
                write_review(reviews, item, seen, state.text(item.url) or "", text or "")
            state.keep(seen, text)
            progress(item, seen)
    return [(item, state.last[item.url]) for item in items if item.url in state.last]


def _apart(items: list[Watched]) -> list[Watched]:
    """Addresses of one host far from each other, so that threads do not wait for the same host."""
    hosts: dict[str, list[Watched]] = {}
    for item in items:
        hosts.setdefault(item.url.split("/")[2], []).append(item)
    ranked = [(rank, host, item) for host, rows in hosts.items() for rank, item in enumerate(rows)]
    return [item for _, _, item in sorted(ranked, key=lambda row: row[:2])]


def _ask(item: Watched, state: State, fetcher: Fetcher, day: dt.date) -> tuple[Seen, str | None]:
    before = state.good.get(item.url)
    answer = fetcher.get(item.url, etag=before.etag if before else "", modified=before.modified if before else "")
    if answer.status == 304 and before:
        return _seen(item, day, answer, "unchanged", before, before.text, state.text(item.url) or ""), None
    if answer.reason:
        return Seen(url=item.url, on=day, outcome="unreachable", reason=answer.reason), None
    if answer.status in (404, 410):
        return Seen(url=item.url, on=day, outcome="gone", status=answer.status, reason=f"the server answers {answer.status}"), None
    if answer.status != 200:
        return Seen(url=item.url, on=day, outcome="unreachable", status=answer.status, reason=f"the server answers {answer.status}"), None
    try:
        text = text_of(answer.body, answer.content_type)
    except UnreadableError as bad:
        return Seen(url=item.url, on=day, outcome="unreachable", status=200, reason=str(bad), response=answer.sha256), None
    mark = hashlib.sha256(text.encode()).hexdigest()
    outcome = "new" if before is None else "unchanged" if before.text == mark else "changed"
    return _seen(item, day, answer, outcome, before, mark, text), text


def _seen(item: Watched, day: dt.date, answer: Response, outcome: str, before: Seen | None, mark: str, text: str) -> Seen:
    whole = folded(text.replace("\n", " "))
    quotes = list(dict.fromkeys(q.quote for q in item.quotes))
    missing = tuple(q for q in quotes if not holds(whole, q))
    fresh = answer.status == 200
    return Seen(
        url=item.url, on=day, outcome=outcome, status=answer.status, text=mark, missing=missing, held=len(quotes) - len(missing),
        etag=answer.etag or (before.etag if before and not fresh else ""),
        modified=answer.modified or (before.modified if before and not fresh else ""),
        response=answer.sha256 if fresh else before.response if before else "",
    )  # fmt: skip


def holds(whole: str, quote: str) -> bool:
    """Whether a folded text holds a quote, letter by letter, white space folded."""
    return folded(quote) in whole


def write_review(folder: Path, item: Watched, seen: Seen, before: str, after: str) -> Path:
    """One Markdown file that a person reads: what changed, the norms that rest on it, the quotes that are no longer there."""
    folder.mkdir(parents=True, exist_ok=True)
    slug = re.sub(r"[^a-z0-9]+", "-", item.url.lower().partition("://")[2])[:60].strip("-")
    name = f"{seen.on}-{slug}-{hashlib.sha256(item.url.encode()).hexdigest()[:8]}.md"
    lines = [
        f"# {seen.outcome.capitalize()}: {_shown(item.publisher)}", "",
        f"- address: <{_shown(item.url)}>",
        f"- asked on: {seen.on}",
        f"- cited as: {', '.join(item.sources)}",
        f"- norms that rest on it: {', '.join(item.norms) or 'none'}",
        "",
    ]  # fmt: skip
    if seen.missing:
        lines += ["## Quotes that are no longer there", ""]
        by_quote = {q.quote: q for q in item.quotes}
        lines += [f"- {by_quote[q].norm} ({by_quote[q].at}): “{_shown(q)}”" for q in seen.missing] + [""]
    if seen.outcome == "gone":
        lines += ["The server no longer has this address. Find where the text stands now, or cite another publisher.", ""]
    else:
        diff = list(difflib.unified_diff(before.splitlines(), after.splitlines(), "before", "after", n=2, lineterm=""))
        cut = len(diff) > DIFF_LINES
        lines += ["## What changed", "", "````diff", *(_shown(line, 2000).replace("````", "''''") for line in diff[:DIFF_LINES]), "````", ""]
        lines += [f"({len(diff) - DIFF_LINES} further lines are not shown.)", ""] if cut else []
    file = folder / name
    temporary = file.with_suffix(".tmp")
    temporary.write_text("\n".join(lines), encoding="utf-8")
    temporary.replace(file)
    return file


def _shown(text: str, limit: int = 400) -> str:
    """A text of a stranger in Markdown: no control characters, no HTML, bounded."""
    kept = "".join(c for c in text if c.isprintable())[:limit]
    return kept.replace("<", "&lt;").replace(">", "&gt;") if limit == 400 else kept
