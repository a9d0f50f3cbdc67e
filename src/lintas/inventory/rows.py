"""Rows: one raw line of an inventory with its place, before it becomes a situation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec


class Row(NamedTuple):
    """One row as read.

    Attributes:
        number: its place among the rows, from 1.
        line: the line of the file (of the sheet, for XLSX), from 1.
        cells: key to raw value; ``headers`` says how the file calls each key.
        problem: why the row could not be read at all, or ``""``.

    """

    number: int
    line: int
    cells: dict[str, Any]
    problem: str = ""
    hint: str = ""


class Source(NamedTuple):
    """An opened inventory: its rows, the file's word for each key, and notes about the file as a whole."""

    name: str
    rows: Iterator[Row]
    headers: dict[str, str]
    notes: list[str]


class BadRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row that could not be read: where, what, and what to do about it."""

    number: int
    line: int
    column: str
    detail: str
    hint: str = ""
    label: str = ""

    def place(self) -> str:
        """Row and column for people."""
        return f"row {self.number} (line {self.line})" + (f", column {self.column}" if self.column else "")
