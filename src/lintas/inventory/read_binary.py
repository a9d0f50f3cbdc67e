"""Inventories in XLSX and Parquet."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lintas.errors import InputError, MissingExtraError
from lintas.inventory.columns import Columns
from lintas.inventory.guard import MAX_COLUMNS, MIB, check_package, plain
from lintas.inventory.read import row_of, too_many
from lintas.inventory.rows import Row, Source

MAX_GAP = 10_000
MAX_TABLE = 4096 * MIB


def read_xlsx(path: Path, columns: Columns, max_rows: int) -> Source:
    """The first sheet; a formula is never computed and never taken as a fact."""
    check_package(path)
    import openpyxl  # noqa: PLC0415 - slow to load, and few lists are sheets

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = enumerate(sheet.iter_rows(values_only=True), start=1)
        first = next(((line, row) for line, row in itertools.islice(rows, MAX_GAP) if any(v is not None for v in row)), None)
    except Exception as bad:  # a parser of others, on a broken file, raises anything
        raise InputError("is not a readable XLSX file", hint="Save it as XLSX or CSV.", where=str(path)) from bad
    if first is None:
        raise InputError("has no header", hint="`lintas check --template` prints one.", where=str(path))
    header = list(first[1])
    while header and header[-1] is None:
        header.pop()
    if len(header) > MAX_COLUMNS:
        raise InputError(f"more than {MAX_COLUMNS} columns", hint="Keep the columns that say facts.", where=str(path))
    keys, notes = columns.header(header, f"{path}:{first[0]}")
    if len(book.worksheets) > 1:
        notes.append(f"only the first sheet, {plain(sheet.title, 40)!r}, is read")
    names = {key: plain(str(text), 60) for text, key in zip(header, keys, strict=True) if key}
    return Source(str(path), _sheet_rows(rows, keys, str(path), max_rows), names, notes)


def _sheet_rows(rows: Iterator[tuple[int, Any]], keys: list[str | None], name: str, max_rows: int) -> Iterator[Row]:
    number, gap = 0, 0
    while True:
        try:
            line, values = next(rows)
        except StopIteration:
            return
        except Exception as bad:  # a parser of others, on a broken file, raises anything
            raise InputError(f"the sheet breaks off after {number} rows", hint="Save it anew as XLSX or CSV.", where=name) from bad
        if not any(value is not None and str(value).strip() for value in values):
            gap += 1
            if gap > MAX_GAP:
                raise InputError(f"{MAX_GAP} empty rows stand together", hint="Delete the empty rows.", where=f"{name}:{line}")
            continue
        gap = 0
        number += 1
        if number > max_rows:
            raise too_many(max_rows, name)
        formula = next((key for key, v in zip(keys, values, strict=False) if key and key not in ("id", "what") and _formula(v)), None)
        if formula:
            yield Row(number, line, {}, f"{formula}: holds a formula", "Paste the value in its place.")
        else:
            yield row_of(number, line, keys, values)


def _formula(value: Any) -> bool:
    return (isinstance(value, str) and value.startswith("=")) or type(value).__name__ in ("ArrayFormula", "DataTableFormula")


def read_parquet(path: Path, columns: Columns, max_rows: int) -> Source:
    """A Parquet table, batch by batch."""
    try:
        import pyarrow.parquet as pq  # noqa: PLC0415 - an extra
    except ImportError as bad:
        raise MissingExtraError("Parquet is read with pyarrow", hint="pip install 'lintas[bulk]', or save the list as CSV.", where=str(path)) from bad
    try:
        table = pq.ParquetFile(path)
        meta = table.metadata
        header = list(table.schema_arrow.names)
        size = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
    except Exception as bad:  # a parser of others, on a broken file, raises anything
        raise InputError("is not a readable Parquet file, or is cut off", hint="Write it anew.", where=str(path)) from bad
    if meta.num_rows > max_rows:
        raise too_many(max_rows, str(path))
    if len(header) > MAX_COLUMNS or size > MAX_TABLE:
        raise InputError(f"more than {MAX_COLUMNS} columns or {MAX_TABLE // MIB} MiB unpacked", hint="Split the table.", where=str(path))
    keys, notes = columns.header(header, str(path))
    names = {key: plain(str(text), 60) for text, key in zip(header, keys, strict=True) if key}
    return Source(str(path), _table_rows(table, keys, str(path), max_rows), names, notes)


def _table_rows(table: Any, keys: list[str | None], name: str, max_rows: int) -> Iterator[Row]:
    number = 0
    batches = table.iter_batches(batch_size=4096)
    while True:
        try:
            batch = next(batches)
            lists = [column.to_pylist() for column in batch.columns]
        except StopIteration:
            return
        except Exception as bad:  # as above
            raise InputError(f"the table breaks off after {number} rows", hint="Write it anew.", where=name) from bad
        for values in zip(*lists, strict=True):
            number += 1
            if number > max_rows:
                raise too_many(max_rows, name)
            yield row_of(number, number, keys, [v.decode("utf-8", "surrogateescape") if isinstance(v, bytes) else v for v in values])
