"""The table of ``lintas check`` in a terminal or a pipe: worst rows first, sign and word and colour, in that order of weight."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from lintas.assess.words import ASCII_SIGN, SIGN
from lintas.service import (
    COUNTED,
    cells,
    check_by_corridor,
    check_by_member,
    check_by_when,
    check_locators,
    check_missing,
    verdict_word,
    wrap_cells,
)

if TYPE_CHECKING:
    from lintas.service import CheckResult, Line

STYLE: dict[str, dict[str, object]] = {
    "unrestricted": {"fg": "cyan"},
    "conditional": {"fg": "yellow"},
    "prohibited": {"fg": "red", "bold": True},
    "required": {"fg": "bright_blue"},
    "needs-facts": {"bold": True},
    "conflict": {"reverse": True},
}
NARROW, WIDE = 60, 120
LONGEST_LOCATOR = 18
_NO_BREAK = "\u00a0"
SHOWN_ROWS = 200
SHOWN_CORRIDORS = 12


class Look(NamedTuple):
    """What the place of output can show. ``width`` 0 is a pipe: one line a row, nothing cut."""

    width: int
    color: bool
    ascii: bool
    wide_ids: bool


def look(*, wide: bool, ascii_only: bool, color: str) -> Look:
    """The look for standard output, by what it is and what was asked for."""
    terminal = sys.stdout.isatty()
    encoding = (getattr(sys.stdout, "encoding", "") or "").lower()
    dumb = os.environ.get("TERM") == "dumb" or bool(os.environ.get("NO_COLOR"))
    colored = color == "always" or (color == "auto" and terminal and not dumb)
    columns = shutil.get_terminal_size((80, 24)).columns if terminal else 0
    return Look(columns, colored, ascii_only or "utf" not in encoding, wide)


def show_check(result: CheckResult, written: list[str], *, wide: bool = False, ascii_only: bool = False, color: str = "auto") -> None:
    """Print the table, the summary and the last line."""
    shown = look(wide=wide, ascii_only=ascii_only, color=color)
    for line in render(result, written, shown):
        click.echo(line, color=shown.color)


def render(result: CheckResult, written: list[str], shown: Look) -> list[str]:
    """All lines of the output."""
    head = f"lintas check {Path(result.source).name}"
    law = f"law as of {result.as_of.isoformat()}, release {result.release}"
    gap = max(2, min(shown.width or 0, 100) - cells(head) - cells(law))
    out = [f"{head}{' ' * gap}{law}"]
    out += [f"note: {note}" for note in result.notes[:5]]
    lines = result.worst_first()
    made: dict[int, _Row] = {}
    kept = [_row(result, line, shown, made) for line in (lines[:SHOWN_ROWS] if shown.width else lines)]
    if kept:
        out += _blocks(kept, shown) if 0 < shown.width < NARROW else _table(kept, shown)
        if len(lines) > len(kept):
            out.append(f"  ... {len(lines) - len(kept)} more rows; --csv or --html lists them all")
        out += _flags(result)
        out += _summary(result, shown)
    out += ["", last_line(result, written)]
    out = [line.replace(_NO_BREAK, " ") for line in out]
    return [_to_ascii(line) for line in out] if shown.ascii else out


def last_line(result: CheckResult, written: list[str]) -> str:
    """Counts with their denominator, and what next."""
    unread = len({bad.number for bad in result.bad})
    parts = [f"{count} {COUNTED[state]}" for state, count in result.counts().items()]
    if unread:
        parts.append(f"{unread} not read")
    total = len(result.lines) + unread
    then = ", ".join(written) if written else "Next: --html report.html opens each row with its quotes."
    return f"{total} row{'s' if total != 1 else ''}: {', '.join(parts) or 'nothing to check'}.  {then}"


class _Row(NamedTuple):
    number: str
    what: str
    corridor: str
    sign: str
    verdict: str
    missing: str
    because: str
    by_when: str
    style: str


HEADS = ("#", "What", "Corridor", "Verdict", "Missing", "Because", "By when")


def _row(result: CheckResult, line: Line, shown: Look, made: dict[int, _Row]) -> _Row:
    decision = result.decision(line)
    same = made.get(line.decision)
    if same is None:
        full = shown.width == 0
        ids = "; ".join(n.id for n in decision.because) if shown.wide_ids else ""
        few = 1 if shown.width < WIDE else 2
        articles = check_locators(decision, 4 if full else few)
        same = made[line.decision] = _Row(
            "*" if decision.changes or decision.dead else "",
            "",
            decision.corridor,
            (ASCII_SIGN if shown.ascii else SIGN)[decision.shape],
            verdict_word(decision),
            check_missing(decision, 99 if full else few + 1).removeprefix("missing: ") or "-",
            ids or (articles if full else ", ".join(_firm(part) for part in articles.split(", "))) or "-",
            check_by_when(decision) or "-",
            decision.shape,
        )
    return same._replace(number=f"{line.number}{same.number}", what=line.what)


def _firm(locator: str) -> str:
    """A locator that stays in one line where it can: its spaces do not break."""
    return locator.replace(" ", _NO_BREAK) if cells(locator) <= LONGEST_LOCATOR else locator


def _styled(text: str, style: str) -> str:
    return click.style(text, **STYLE[style]) if style in STYLE else text  # type: ignore[arg-type]


def _table(rows: list[_Row], shown: Look) -> list[str]:
    columns = 7 if shown.width >= WIDE or shown.width == 0 else 6
    texts = [(r.number, r.what, r.corridor, f"{r.sign} {r.verdict}", r.missing, r.because, r.by_when)[:columns] for r in rows]
    widest = [max(cells(HEADS[i]), *(cells(t[i]) for t in texts)) for i in range(columns)]
    widths = widest if shown.width == 0 else _fit(widest, shown.width)
    out = [_line(HEADS[:columns], widths).rstrip()]
    for row, text in zip(rows, texts, strict=True):
        wrapped = [wrap_cells(cell, width) for cell, width in zip(text, widths, strict=True)]
        for number in range(max(map(len, wrapped))):
            parts = [cell[number] if number < len(cell) else "" for cell in wrapped]
            padded = [_pad(part, width) for part, width in zip(parts, widths, strict=True)]
            if number == 0:
                padded[3] = _styled(padded[3], row.style)
            out.append(("  " + "  ".join(padded)).rstrip())
    return out


def _fit(widest: list[int], width: int) -> list[int]:
    """Widths that fit: number, corridor and verdict keep theirs; what, missing, because and by-when share the rest."""
    fixed = [0, 2, 3]
    shares = [i for i in range(len(widest)) if i not in fixed]
    left = max(len(shares) * 8, width - 2 - sum(widest[i] for i in fixed) - 2 * (len(widest) - 1))
    out = list(widest)
    todo = sorted(shares, key=lambda i: widest[i])
    while todo:
        share = left // len(todo)
        index = todo.pop(0)
        out[index] = min(widest[index], max(6, share))
        left -= out[index]
    return out


def _line(parts: tuple[str, ...], widths: list[int]) -> str:
    return "  " + "  ".join(_pad(part, width) for part, width in zip(parts, widths, strict=True))


def _pad(text: str, width: int) -> str:
    return text + " " * max(0, width - cells(text))


def _blocks(rows: list[_Row], shown: Look) -> list[str]:
    out = []
    for row in rows:
        out += wrap_cells(f"{row.number}  {row.what}", shown.width)
        out.append("  " + row.corridor)
        out.append("  " + _styled(f"{row.sign} {row.verdict}", row.style))
        for name, text in (("missing", row.missing), ("because", row.because)):
            if text != "-":
                out += ["  " + part for part in wrap_cells(f"{name}: {text}", max(10, shown.width - 2))]
        out.append("")
    return out


def _flags(result: CheckResult) -> list[str]:
    coming: dict[tuple[str, str, str, str], list[str]] = {}
    ended: dict[str, list[str]] = {}
    for line in result.lines:
        decision = result.decision(line)
        for change in decision.changes:
            article = ", ".join(dict.fromkeys(locator for _, _, locator in change.norms)) or "coverage"
            coming.setdefault((change.day, change.old, change.new, article), []).append(str(line.number))
        for dead in decision.dead:
            ended.setdefault(f"{dead.safeguard} was asked for by {dead.title} ({dead.locator}), no longer in force", []).append(str(line.number))
    out = []
    for (day, old, new, article), rows in sorted(coming.items())[:8]:
        out.append(f"  * {_some(rows)}: from {day} {old} -> {new} ({article})")
    out += [f"  * {_some(rows)}: {text}" for text, rows in list(ended.items())[:8]]
    return ["", *out] if out else []


def _some(rows: list[str]) -> str:
    return f"row{'s' if len(rows) > 1 else ''} {', '.join(rows[:6])}{' ...' if len(rows) > 6 else ''}"


def _summary(result: CheckResult, shown: Look) -> list[str]:
    out = ["", "  By corridor (worst first)"]
    corridors = check_by_corridor(result)
    for one, two, counts in corridors[:SHOWN_CORRIDORS]:
        out.append("    " + _pad(one if not two else f"{one} > {two}" if one != two else f"in {one}", 9) + _counted(counts))
    if len(corridors) > SHOWN_CORRIDORS:
        out.append(f"    ... {len(corridors) - SHOWN_CORRIDORS} more corridors")
    out.append("  By member (each under its own law alone)")
    members = check_by_member(result)
    width = max((cells(name) for _, name, _ in members), default=0)
    out += ["    " + _pad(name, width + 2) + _counted(counts) for _, name, counts in members]
    if shown.width:
        return [part for line in out for part in (wrap_cells(line, shown.width) if not line.startswith("    ") else _hang(line, shown.width))]
    return out


def _hang(line: str, width: int) -> list[str]:
    if cells(line) <= width:
        return [line]
    first, *rest = wrap_cells(line.lstrip(), width - 6)
    return ["    " + first, *("      " + part for part in rest)]


def _counted(counts: Counter[str]) -> str:
    total = sum(counts.values())
    return f"{total}: " + ", ".join(f"{counts[state]} {COUNTED[state]}" for state in COUNTED if counts[state])


_ASCII = {0x201C: '"', 0x201D: '"', 0x2026: "...", 0x2013: "-", 0x2014: "-", 0x2019: "'", 0xA0: " "}


def _to_ascii(line: str) -> str:
    return line.translate(_ASCII)
