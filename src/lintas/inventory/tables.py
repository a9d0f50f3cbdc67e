"""CSV, XLSX, JSON and Parquet: the lines as data. No cell can start a formula, and none holds a hidden character."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import msgspec

from lintas.errors import MissingExtraError
from lintas.inventory.check import CheckResult
from lintas.inventory.guard import plain, unformula
from lintas.inventory.view import COLUMNS, by_corridor, by_member, flat_bad, of_decision, of_line
from lintas.inventory.words import NAMES

DISCLAIMER = "Information, not legal advice."
_MAX_XLSX_CELL = 32_000


def rows_of(result: CheckResult, clean: Callable[[Any], Any] = lambda value: value) -> Iterator[dict[str, Any]]:
    """Lines in input order, then the rows that could not be read; what lines share is made and cleaned once."""
    shared: dict[int, dict[str, Any]] = {}
    for line in result.lines:
        same = shared.get(line.decision)
        if same is None:
            same = shared[line.decision] = {k: clean(v) for k, v in of_decision(result.decisions[line.decision]).items()}
        row = {k: clean(v) for k, v in of_line(line).items()} | same
        yield {key: row[key] for key in COLUMNS}
    for bad in result.bad:
        yield {k: clean(v) for k, v in flat_bad(bad).items()}


def safe(value: Any) -> Any:
    """A value that is safe in a spreadsheet."""
    return unformula(value)[:_MAX_XLSX_CELL] if isinstance(value, str) else value


def write_csv(result: CheckResult, path: Path) -> None:
    """UTF-8 with a byte order mark, so that spreadsheets read it."""
    with path.open("w", encoding="utf-8-sig", newline="", errors="replace") as file:
        csv_to(result, file)


def csv_to(result: CheckResult, file: IO[str]) -> None:
    """The table as CSV."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows(row.values() for row in rows_of(result, safe))


def write_xlsx(result: CheckResult, path: Path) -> None:
    """Three sheets: the lines, the summary, and about."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to load
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415 - as above
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - as above

    book = Workbook()
    sheet = book.active
    sheet.title = "Lines"
    sheet.append(list(COLUMNS))
    for row in rows_of(result, safe):
        sheet.append(list(row.values()))
    sheet.freeze_panes = "E2"
    sheet.auto_filter.ref = sheet.dimensions
    widths = {"what": 32, "verdict": 40, "missing": 40, "quote": 60, "sentence": 60, "instrument": 36, "because": 24, "error": 40}
    for number, name in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = widths.get(name, 14)
    summary = book.create_sheet("Summary")
    summary.append(["by corridor: from", "to", *NAMES.values()])
    for one, two, counts in by_corridor(result):
        summary.append([safe(one), safe(two), *(counts[state] for state in NAMES)])
    summary.append([])
    summary.append(["by member (its own law)", "", *NAMES.values()])
    for code, name, counts in by_member(result):
        summary.append([code, name, *(counts[state] for state in NAMES)])
    about = book.create_sheet("About")
    for key, value in {**header(result), "note": DISCLAIMER}.items():
        about.append([key, safe(value if isinstance(value, (str, int)) else json.dumps(value))])
    for page in (sheet, summary, about):
        for cell in page[1]:
            cell.font = Font(bold=True)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    book.save(path)


def header(result: CheckResult) -> dict[str, Any]:
    """What every report says of itself."""
    return {
        "question": "What does each line of the list need under the law on the day?",
        "source": plain(Path(result.source).name),
        "as_of": result.as_of.isoformat(),
        "release": result.release,
        "known_on": result.known_on,
        "horizon_days": result.horizon,
        "rows": len(result.lines) + len({b.number for b in result.bad}),
        "counts": {**result.counts(), **({"bad-row": len({b.number for b in result.bad})} if result.bad else {})},
    }


def as_dict(result: CheckResult) -> dict[str, Any]:
    """Everything as plain data; lines point into ``decisions`` by number."""
    return {
        "header": header(result),
        "notice": DISCLAIMER,
        "exit_code": result.exit_code(),
        "lines": [row | {"decision": line.decision} for line, row in zip(result.lines, rows_of(result), strict=False)],
        "bad_rows": [msgspec.to_builtins(bad) for bad in result.bad],
        "notes": result.notes,
        "decisions": [
            {
                "state": d.state,
                "verdict_in_words": d.phrase,
                "lines": d.count,
                "needs": [n._asdict() for n in d.all_needs],
                "changes": [c._asdict() for c in d.changes],
                "ended_bases": [b._asdict() for b in d.dead],
                "assessment": msgspec.to_builtins(d.answer),
            }
            for d in result.decisions
        ],
    }


def write_json(result: CheckResult, path: Path) -> None:
    """The whole result; equal answers stand once."""
    path.write_text(json.dumps(as_dict(result), ensure_ascii=False, indent=1), encoding="utf-8", errors="backslashreplace")


def write_parquet(result: CheckResult, path: Path) -> None:
    """The table of lines as Parquet.

    Raises:
        MissingExtraError: pyarrow is not installed.

    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        import pyarrow.parquet as pq  # noqa: PLC0415 - an extra
    except ImportError as bad:
        raise MissingExtraError("Parquet is written with pyarrow", hint="pip install 'lintas[bulk]', or use --csv.", where=str(path)) from bad
    rows = list(rows_of(result, lambda value: value.encode("utf-8", "replace").decode() if isinstance(value, str) else value))
    schema = pa.schema([(key, pa.int64() if key in ("row", "line") else pa.string()) for key in COLUMNS])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
