"""One situation or a million, as columns.

A column holds one fact over all rows in dictionary form: ``codes`` (int32, -1 unknown) into ``values``. Numbers and days stay
arrays (float64, NaN unknown); money is an array with currency codes. NumPy comes with the extra ``[bulk]``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lintas.engine.leaves import Known
from lintas.model.norm import Amount
from lintas.model.situation import FactValue

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


@dataclass
class Dictionary:
    """Codes into distinct values; -1 is unknown."""

    codes: Codes
    values: list[Known]


@dataclass
class Numbers:
    """Numbers (days as ordinals); NaN is unknown."""

    values: Floats


@dataclass
class Money:
    """Amounts with codes into currencies; NaN and -1 are unknown."""

    values: Floats
    currency: Codes
    currencies: list[str]


Column = Dictionary | Numbers | Money


@dataclass
class Columns:
    """All facts of ``length`` situations that share an activity and a law."""

    length: int
    facts: dict[str, Column]
    days: npt.NDArray[np.int64]


def from_facts(rows: Iterable[dict[str, FactValue]], days: Iterable[int]) -> Columns:
    """Columns from rows of normalised facts and their days."""
    listed = list(rows)
    names = sorted({name for row in listed for name in row} | {"safeguards"})
    facts: dict[str, Column] = {}
    for name in names:
        if name == "safeguards_absent":
            continue
        cells: list[Any] = [row.get(name) for row in listed]
        if name == "safeguards":
            cells = [(cell or frozenset(), row.get("safeguards_absent", frozenset())) for cell, row in zip(cells, listed, strict=True)]
        known = next((cell for cell in cells if cell is not None), None)
        if isinstance(known, float):
            facts[name] = Numbers(np.array([np.nan if c is None else c for c in cells], dtype=np.float64))
        elif isinstance(known, Amount):
            facts[name] = _money(cells)
        else:
            facts[name] = _dictionary(cells)
    return Columns(len(listed), facts, np.fromiter(days, dtype=np.int64, count=len(listed)))


def _dictionary(cells: list[Known]) -> Dictionary:
    index: dict[Known, int] = {}
    codes = np.empty(len(cells), dtype=np.int32)
    for row, cell in enumerate(cells):
        codes[row] = -1 if cell is None else index.setdefault(cell, len(index))
    return Dictionary(codes, list(index))


def _money(cells: list[Amount | None]) -> Money:
    index: dict[str, int] = {}
    values = np.full(len(cells), np.nan)
    codes = np.full(len(cells), -1, dtype=np.int32)
    for row, cell in enumerate(cells):
        if cell is not None:
            values[row] = cell.amount
            codes[row] = index.setdefault(cell.currency, len(index))
    return Money(values, codes, list(index))
