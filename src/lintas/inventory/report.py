"""Reports as files: one function a form, chosen by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import IO

from lintas.errors import InputError
from lintas.inventory.check import CheckResult


def write_report(result: CheckResult, form: str, path: Path) -> None:
    """Write a result; nothing is left half-written.

    Raises:
        InputError: the path cannot be written.
        MissingExtraError: Parquet without its extra.

    """
    writer = _writer(form)
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        writer(result, temporary)
        temporary.replace(path)
    except OSError as bad:
        raise InputError(f"cannot write: {bad.strerror or bad}", hint="Name a folder that exists.", where=str(path)) from bad
    finally:
        temporary.unlink(missing_ok=True)


def _writer(form: str) -> Callable[[CheckResult, Path], None]:
    if form == "html":
        from lintas.inventory.html import write_html as writer  # noqa: PLC0415 - templates load when a page is asked for
    elif form == "sarif":
        from lintas.inventory.sarif import write_sarif as writer  # noqa: PLC0415 - as above
    else:
        from lintas.inventory import tables  # noqa: PLC0415 - as above

        return {"csv": tables.write_csv, "xlsx": tables.write_xlsx, "json": tables.write_json, "parquet": tables.write_parquet}[form]
    return writer


def report_to(result: CheckResult, form: str, file: IO[str]) -> None:
    """A result as text: ``json``, ``csv`` or ``sarif``."""
    from lintas.inventory import sarif, tables  # noqa: PLC0415 - load when asked for

    if form == "csv":
        tables.csv_to(result, file)
        return
    data = sarif.as_sarif(result) if form == "sarif" else tables.as_dict(result)
    json.dump(data, file, ensure_ascii=False, indent=1)
    file.write("\n")
