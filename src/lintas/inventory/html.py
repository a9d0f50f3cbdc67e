"""The HTML report: one file, printable, without a script and without a request to anywhere.

Rows with the same reason stand together, worst first; each opens its whole answer. In long lists the first rows of a reason open and
the others are named beside them.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path, PurePath
from typing import Any, NamedTuple

import jinja2

from lintas.inventory.check import CheckResult, Decision, Line
from lintas.inventory.countries import name_of
from lintas.inventory.guard import plain
from lintas.inventory.matrix import matrices
from lintas.inventory.obstacles import said
from lintas.inventory.remedy import remedy_words
from lintas.inventory.view import articles, by_member, by_when, missing_short, side_state, silent, verdict_word
from lintas.inventory.words import COUNTED, NAMES, REFUSED, SHAPE, UNDECIDED, as_described, clock
from lintas.model.answer import Assessment, DutyOut
from lintas.model.norm import Amount

MAX_OPEN = 120
MAX_OPEN_IN_GROUP = 40
MAX_NAMED = 60
MAX_GROUPS = 150
DOTS = {"drafted": 1, "disputed": 1, "captured": 2, "source-matched": 3, "second-source": 3, "expert-reviewed": 4}
CHECK_WORDS = {
    "drafted": "Drafted, no passage kept",
    "disputed": "Sources disagree",
    "captured": "Quote captured",
    "source-matched": "Matched at the source",
    "second-source": "Two sources agree",
    "expert-reviewed": "Reviewed by a named office",
}
LANGUAGES = {
    "eng": "en", "vie": "vi", "tha": "th", "ind": "id", "zsm": "ms", "msa": "ms", "khm": "km", "lao": "lo", "mya": "my", "fil": "fil",
    "tgl": "fil", "por": "pt", "tet": "tet", "zho": "zh",
}  # fmt: skip
LANGUAGE_NAMES = {
    "en": "English", "vi": "Vietnamese", "th": "Thai", "id": "Indonesian", "ms": "Malay", "km": "Khmer", "lo": "Lao", "my": "Burmese",
    "fil": "Filipino", "pt": "Portuguese", "tet": "Tetum", "zh": "Chinese",
}  # fmt: skip


class Group(NamedTuple):
    """Rows with one reason."""

    decision: Decision
    lines: list[Line]
    opened: list[Line]
    named: list[Line]
    rest: int
    remedy: list[str]


def write_html(result: CheckResult, path: Path) -> None:
    """Write the report."""
    path.write_text(page(result), encoding="utf-8", errors="replace")


def page(result: CheckResult) -> str:
    """The report as text."""
    groups, hidden = grouped(result)
    total = len(result.lines) + len({b.number for b in result.bad})
    counts = result.counts()
    shown = {line.decision: line.number for group in reversed(groups) for line in reversed(group.opened)}
    return _template().render(
        result=result,
        source=plain(PurePath(result.source).name),
        day=long_day(result.as_of.isoformat()),
        made=long_day(result.known_on),
        total=total,
        counts=[(state, count, round(100 * count / total) if total else 0) for state, count in counts.items()],
        unread=len({b.number for b in result.bad}),
        refused=sum(counts.get(s, 0) for s in REFUSED),
        undecided=sum(counts.get(s, 0) for s in UNDECIDED),
        settled=sum(n for s, n in counts.items() if s not in REFUSED | UNDECIDED),
        matrices=matrices(result, shown),
        members=by_member(result),
        groups=groups,
        hidden=hidden,
        flagged=flagged(result),
    )


def grouped(result: CheckResult) -> tuple[list[Group], int]:
    """Rows by reason, worst first, and how many rows stand in groups that are left out."""
    found: dict[Any, list[Line]] = {}
    for line in result.worst_first():
        found.setdefault(_reason(result.decision(line)), []).append(line)
    opened = 0
    out: list[Group] = []
    for lines in list(found.values())[:MAX_GROUPS]:
        allowance = max(1, min(MAX_OPEN_IN_GROUP, MAX_OPEN - opened))
        first = _distinct(lines, allowance)
        opened += len(first)
        numbers = {line.number for line in first}
        others = [line for line in lines if line.number not in numbers]
        decision = result.decision(lines[0])
        out.append(Group(decision, lines, first, others[:MAX_NAMED], max(0, len(others) - MAX_NAMED), remedy_words(result, decision)))
    kept = sum(len(group.lines) for group in out)
    return out, len(result.lines) - kept


def _distinct(lines: list[Line], allowance: int) -> list[Line]:
    """The rows that open: the first of each answer where there are too many rows."""
    if len(lines) <= allowance:
        return lines
    seen: set[int] = set()
    first = [line for line in lines if not (line.decision in seen or seen.add(line.decision))]  # type: ignore[func-returns-value]
    return first[:allowance]


def _reason(decision: Decision) -> Any:
    answer = decision.answer
    if decision.state == "needs-facts":
        return decision.state, tuple(n.id for n in decision.because[:1]), tuple(sorted(answer.missing))
    if decision.state in ("not-covered", "no-rule"):
        judged = tuple(sorted(s.jurisdiction for s in answer.sides if side_state(s) == decision.state))
        return decision.state, judged
    return decision.state, decision.shape, tuple(n.id for n in decision.because), tuple(n[:4] for n in decision.needs)


def assumed_words(item: str) -> str:
    """An assumption in words; ids of norms stay as they are."""
    return item if item.startswith("not claimed") else said(item)


def flagged(result: CheckResult) -> list[tuple[str, str, list[int]]]:
    """Coming law and ended bases, each with its rows: kind, text, row numbers."""
    out: dict[tuple[str, str], list[int]] = {}
    for line in result.lines:
        decision = result.decision(line)
        for change in decision.changes:
            article = ", ".join(dict.fromkeys(loc for _, _, loc in change.norms)) or "coverage"
            text = f"From {long_day(change.day)}: {change.old} becomes {change.new} ({article})."
            out.setdefault(("coming", text), []).append(line.number)
        for dead in decision.dead:
            text = f"“{said(dead.safeguard)}” was asked for by {dead.title} ({dead.locator}) on {long_day(dead.asked_on)}; that rule is no longer in force."
            out.setdefault(("ended", text), []).append(line.number)
    return [(kind, text, numbers) for (kind, text), numbers in out.items()]


def long_day(iso: str) -> str:
    """``2026-11-22`` as ``22 Nov 2026``; other text as it is."""
    try:
        day = dt.date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][day.month - 1]} {day.year}"


def lang_of(code: str) -> str:
    """The language tag of a quote."""
    return LANGUAGES.get(code, code)


def safe_address(url: str) -> str:
    """An address that may be linked, or nothing."""
    return url if url.startswith(("https://", "http://")) else ""


def timed_duties(answer: Assessment) -> list[DutyOut]:
    """Duties with a clock or an addressee."""
    return list({(d.id, d.to, d.norm): d for d in answer.duties if d.certain and (d.by or d.to)}.values())


def to_words(addressee: str) -> str:
    """To whom, in words."""
    return said(addressee.rsplit("/", 1)[-1])


def norm_titles(answer: Assessment) -> dict[str, str]:
    """What each cited norm says, in short, by id."""
    found = {n.id: n.title for side in answer.sides for n in (*side.undecided, *side.determining)}
    return {cite["norm"]: found.get(cite["norm"], "") for cite in answer.citations}


def told(decision: Decision) -> list[tuple[str, str]]:
    """The facts that the row states."""
    out = []
    for key, value in decision.situation.facts.items():
        if key in decision.situation.ordinary or key in ("safeguards_absent", "safeguards_complete") or value in ("**", ""):
            continue
        if key == "safeguards":
            text = ", ".join(said(s) for s in decision.situation.listed) or "none named"
            text += " (and nothing else)" if decision.situation.complete else ""
        elif isinstance(value, bool):
            text = "yes" if value else "no"
        elif isinstance(value, frozenset):
            text = ", ".join(sorted(map(said, value)))
        elif isinstance(value, float):
            text = f"{value:,.0f}" if value.is_integer() else f"{value:g}"
        elif isinstance(value, Amount):
            text = f"{value.currency} {value.amount:,.0f}"
        elif key in ("from", "to"):
            text = name_of(value)
        else:
            text = said(value)
        out.append((key, text))
    return [("activity", said(decision.answer.activity)), *out]


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("lintas.inventory", "templates"), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals |= {
        "NAMES": NAMES, "COUNTED": COUNTED, "SHAPE": SHAPE, "DOTS": DOTS, "CHECK_WORDS": CHECK_WORDS, "clock": clock, "as_described": as_described, "said": said,
        "articles": articles, "silent": silent, "missing_short": missing_short, "by_when": by_when, "verdict_word": verdict_word, "long_day": long_day,
        "lang_of": lang_of, "language": lambda code: LANGUAGE_NAMES.get(lang_of(code), code), "side_state": side_state,
        "safe_address": safe_address, "timed_duties": timed_duties,
        "to_words": to_words, "assumed_words": assumed_words, "told": told, "norm_titles": norm_titles, "country": name_of,
    }  # fmt: skip
    return environment.get_template("report.html")
