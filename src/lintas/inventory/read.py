"""Read an inventory: choose the reader by the file's name, and bound what it may cost."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from lintas.errors import InputError
from lintas.inventory.columns import Columns
from lintas.inventory.guard import MAX_CELL, MAX_COLUMNS, MAX_LINE, MAX_ROWS, plain, size_within
from lintas.inventory.rows import Row, Source

FORMATS = "CSV (.csv, .tsv), JSON (.json), JSON Lines (.jsonl), XLSX (.xlsx), Parquet (.parquet), fideslang or situations (.yaml, .yml)"


def read(path: str | Path, columns: Columns, *, max_rows: int = MAX_ROWS, kind: str | None = None) -> Source:
    """Open an inventory; rows come one by one.

    Args:
        path: the file, or ``-`` for CSV on standard input.
        columns: headers and cells of the vocabulary.
        max_rows: refuse a list that goes on after so many rows.
        kind: the format where the name does not tell it.

    Raises:
        InputError: the file as a whole cannot be read; a bad row is a :class:`Row` with a ``problem``.

    """
    if str(path) == "-":
        import sys  # noqa: PLC0415 - standard input is asked for

        return _csv(io.TextIOWrapper(sys.stdin.buffer, "utf-8-sig", errors="surrogateescape", newline=""), "<stdin>", columns, max_rows)
    file = Path(path)
    suffix = f".{kind}" if kind else file.suffix.lower()
    if suffix in (".csv", ".tsv", ".txt"):
        size_within(file, "lines")
        return _csv(_text(file), str(path), columns, max_rows)
    if suffix in (".json", ".jsonl", ".ndjson"):
        from lintas.inventory.read_json import read_json, read_lines  # noqa: PLC0415 - one reader a run

        size_within(file, "whole" if suffix == ".json" else "lines")
        return read_json(file, columns, max_rows) if suffix == ".json" else read_lines(_text(file), str(path), columns, max_rows)
    if suffix in (".xlsx", ".xlsm"):
        from lintas.inventory.read_binary import read_xlsx  # noqa: PLC0415 - one reader a run

        size_within(file, "xlsx")
        return read_xlsx(file, columns, max_rows)
    if suffix in (".parquet", ".pq"):
        from lintas.inventory.read_binary import read_parquet  # noqa: PLC0415 - one reader a run

        size_within(file, "parquet")
        return read_parquet(file, columns, max_rows)
    if suffix in (".yaml", ".yml"):
        from lintas.inventory.fides import read_manifest  # noqa: PLC0415 - one reader a run

        size_within(file, "whole")
        return read_manifest(file, columns, max_rows)
    raise InputError(f"the ending {plain(suffix) or 'none'!r} is not known", hint=f"Read are: {FORMATS}.", where=str(path))


def _text(path: Path) -> IO[str]:
    with path.open("rb") as file:
        head = file.read(4)
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return path.open(encoding=encoding, errors="surrogateescape", newline="")


def lines_of(file: IO[str], name: str) -> Iterator[str]:
    """Lines no longer than ``MAX_LINE``, so that one line cannot fill the memory.

    Raises:
        InputError: a longer line, or an encoding that cannot be read on.

    """
    number = 0
    while True:
        number += 1
        try:
            line = file.readline(MAX_LINE + 1)
        except UnicodeError as bad:
            raise InputError("the encoding breaks off", hint="Save the file as UTF-8.", where=f"{name}:{number}") from bad
        if not line:
            return
        if len(line) > MAX_LINE:
            raise InputError(f"a line longer than {MAX_LINE} characters", hint="Keep one row a line.", where=f"{name}:{number}")
        yield line


def _csv(file: IO[str], name: str, columns: Columns, max_rows: int) -> Source:
    lines = lines_of(file, name)
    first = next((line for line in lines if line.strip()), "")
    if not first:
        raise InputError("has no header", hint="`lintas check --template` prints one.", where=name)
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(itertools.chain([first], lines), delimiter=delimiter, strict=True)
    try:
        header = next(reader)
    except csv.Error as bad:
        raise InputError(f"the header cannot be read: {bad}", hint="Check the quotation marks.", where=f"{name}:1") from bad
    if len(header) > MAX_COLUMNS:
        raise InputError(f"more than {MAX_COLUMNS} columns", hint="Keep the columns that say facts.", where=f"{name}:1")
    keys, notes = columns.header(list(header), f"{name}:1")
    return Source(name, _csv_rows(reader, keys, name, max_rows), _headers(header, keys), notes)


def _headers(header: list[Any], keys: list[str | None]) -> dict[str, str]:
    return {key: plain(str(text).strip(), 60) for text, key in zip(header, keys, strict=True) if key}


def _csv_rows(reader: Any, keys: list[str | None], name: str, max_rows: int) -> Iterator[Row]:
    number, failures = 0, 0
    while True:
        start = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as bad:
            number, failures = number + 1, failures + 1
            if failures > MAX_COLUMNS:
                raise InputError("too many broken lines", hint="Check the quotation marks.", where=f"{name}:{start}") from bad
            yield Row(number, start, {}, f"the line cannot be read: {bad}", "Check the quotation marks, or shorten the cell.")
            continue
        if not any(value.strip() for value in values):
            continue
        number += 1
        if number > max_rows:
            raise too_many(max_rows, name)
        yield row_of(number, start, keys, values)


def row_of(number: int, line: int, keys: list[str | None], values: Any) -> Row:
    """A row from values in the order of the header; what is too wide, too long or not text in UTF-8 is a problem of the row."""
    if len(values) > len(keys) and any(v not in (None, "") for v in values[len(keys) :]):
        return Row(number, line, {}, f"{len(values)} cells under {len(keys)} headers", "Put quotation marks around a cell with a comma.")
    cells: dict[str, Any] = {}
    for key, value in zip(keys, values, strict=False):
        if key is None or value is None:
            continue
        if isinstance(value, str):
            if len(value) > MAX_CELL:
                return Row(number, line, {}, f"{key}: a cell of more than {MAX_CELL} characters", "Shorten it.")
            if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
                return Row(number, line, {}, f"{key}: bytes that are not UTF-8", "Save the file as UTF-8.")
        cells[key] = value
    return Row(number, line, cells)


def too_many(max_rows: int, name: str) -> InputError:
    """The list goes on after the bound."""
    return InputError(f"more than {max_rows} rows", hint="Split the list, or raise --max-rows.", where=name)
