"""The corridor matrix: rows send, columns receive; members first in their fixed order, then partners.

A cell shows the worst state among the lines of its corridor and how many things that line still needs. A long list over several kinds of data gets one
matrix a kind, so that "where may it lie?" reads at a glance.
"""

from __future__ import annotations

from typing import NamedTuple

from lintas.inventory.check import CheckResult, Decision
from lintas.inventory.countries import name_of
from lintas.inventory.view import verdict_word
from lintas.inventory.words import ORDER

MEMBERS = ("BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "TL", "VN")
SPLIT_FROM = 300
MAX_KINDS = 8


class Cell(NamedTuple):
    """One corridor: the shape of its worst line, how much that line still needs, the row that opens, and words for a reader."""

    shape: str
    state: str
    needs: int
    row: int
    words: str
    changes: bool


class Matrix(NamedTuple):
    """One table."""

    title: str
    columns: list[tuple[str, str]]
    gap_at: int
    rows: list[tuple[str, str, list[Cell | None]]]
    lines: int


def matrices(result: CheckResult, shown: dict[int, int]) -> list[Matrix]:
    """One matrix, or one for each kind of data where the list is long and the kinds are few.

    Args:
        result: the checked list.
        shown: decision number to the row that opens its answer.

    """
    numbered = [(number, d) for number, d in enumerate(result.decisions) if d.count and "?" not in (d.origin, d.destination)]
    kinds: dict[frozenset[str], list[tuple[int, Decision]]] = {}
    for number, decision in numbered:
        data = decision.situation.facts.get("data")
        kinds.setdefault(data if isinstance(data, frozenset) else frozenset(), []).append((number, decision))
    if len(result.lines) >= SPLIT_FROM and 1 < len(kinds) <= MAX_KINDS:
        order = sorted(kinds, key=lambda kind: (kind != {"personal"}, "personal" not in kind, len(kind), sorted(kind)))
        return [_matrix(_title(kind), kinds[kind], shown) for kind in order]
    return [_matrix("All lines", numbered, shown)] if numbered else []


def _title(kind: frozenset[str]) -> str:
    named = sorted(kind - {"personal"}) or sorted(kind)
    return ", ".join(named).replace("-", " ").capitalize() + " data" if named else "Data not told"


def _matrix(title: str, decisions: list[tuple[int, Decision]], shown: dict[int, int]) -> Matrix:
    found: dict[tuple[str, str], list[tuple[int, Decision]]] = {}
    for number, decision in decisions:
        found.setdefault((decision.origin, decision.destination), []).append((number, decision))
    ends = {end for pair in found for end in pair}
    partners = sorted(ends - set(MEMBERS), key=name_of)
    receiving = {two for _, two in found}
    sending = {one for one, _ in found}
    columns = [*MEMBERS, *(p for p in partners if p in receiving)]
    rows = [code for code in (*MEMBERS, *partners) if code in sending]
    table = [(row, name_of(row), [_cell(row, column, found.get((row, column)), shown) for column in columns]) for row in rows]
    return Matrix(title, [(c, name_of(c)) for c in columns], len(MEMBERS), table, sum(d.count for _, d in decisions))


def _cell(row: str, column: str, decisions: list[tuple[int, Decision]] | None, shown: dict[int, int]) -> Cell | None:
    if not decisions:
        return None
    number, worst = min(decisions, key=lambda item: (ORDER.index(item[1].state), item[0] not in shown))
    count = sum(d.count for _, d in decisions)
    others = "" if count == worst.count else f"; the worst of {count} lines"
    needs = len([n for n in worst.needs if not n.depends_on]) if worst.state in ("needs", "missing") else 0
    needed = f", {needs} thing{'s' if needs > 1 else ''} needed" if needs else ""
    words = f"{name_of(row)} to {name_of(column)}: {verdict_word(worst)}{needed}{others}"
    return Cell(worst.shape, worst.state, needs, shown.get(number, 0), words, any(d.changes for _, d in decisions))
