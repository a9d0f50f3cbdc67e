"""Bounds and cleaning for files from strangers: what is refused, and what is neutralised before it is shown.

A list that is checked may come from anybody. Nothing in it may write to the terminal, turn the reading direction, start a formula in
a spreadsheet, or use more memory than the bounds below.
"""

from __future__ import annotations

import unicodedata
import zipfile
import zlib
from pathlib import Path

from lintas.errors import InputError

MIB = 2**20
MAX_ROWS = 1_000_000
MAX_COLUMNS = 500
MAX_CELL = 10_000
MAX_LABEL = 300
MAX_LINE = MIB
MAX_FILE = {"lines": 2048 * MIB, "whole": 64 * MIB, "xlsx": 64 * MIB, "parquet": 2048 * MIB}
MAX_UNPACKED = 256 * MIB
MAX_RATIO = 200
MAX_PARTS = 2000
_KEPT = "\u200b\u200c\u200d"  # Khmer, Lao and Burmese need them between words; they turn no direction
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def size_within(path: Path, kind: str) -> None:
    """Refuse a file that cannot be opened or is larger than its kind allows."""
    try:
        size = path.stat().st_size
    except OSError as bad:
        raise InputError(bad.strerror or "cannot be opened", hint="Check the path.", where=str(path)) from bad
    if path.is_dir():
        raise InputError("is a folder", hint="Name one file.", where=str(path))
    if size > MAX_FILE[kind]:
        raise InputError(f"larger than {MAX_FILE[kind] // MIB} MiB", hint="Split the list, or use CSV or JSON Lines.", where=str(path))
    if size == 0:
        raise InputError("is empty", hint="`lintas check --template > flows.csv` writes a file to start from.", where=str(path))


def hidden(char: str) -> bool:
    """Whether a character is a control, a direction override, a surrogate or another invisible one."""
    return char not in _KEPT and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def plain(text: str, limit: int = MAX_LABEL) -> str:
    """Text that is safe to show: hidden characters become U+FFFD, and what is too long is cut with an ellipsis."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    if cut.isascii() and cut.isprintable():
        return cut
    return "".join("\ufffd" if hidden(char) else char for char in cut)


def unformula(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes before ``= + - @`` and their like."""
    clean = "".join(c if c == "\n" or not hidden(c) else "\ufffd" for c in text)
    return "'" + clean if clean.lstrip(" \u00a0").startswith(_STARTS_FORMULA) or text.startswith(_STARTS_FORMULA) else clean


def check_package(path: Path) -> None:
    """Refuse a spreadsheet package that unpacks to too much, lies about its parts, or declares entities.

    Raises:
        InputError: before anything is unpacked.

    """
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            if len(parts) > MAX_PARTS:
                raise InputError(f"more than {MAX_PARTS} parts", hint="Save the sheet anew as XLSX or CSV.", where=str(path))
            unpacked = sum(part.file_size for part in parts)
            packed = max(1, sum(part.compress_size for part in parts))
            if unpacked > MAX_UNPACKED or (unpacked > 8 * MIB and unpacked / packed > MAX_RATIO):
                raise InputError(
                    f"unpacks to {unpacked // MIB} MiB ({unpacked // packed} times its size)",
                    hint="It looks like a zip bomb; save the sheet as CSV.",
                    where=str(path),
                )
            if len({part.filename for part in parts}) < len(parts) or any(part.flag_bits & 1 for part in parts):
                raise InputError("has doubled or encrypted parts", hint="Save the sheet anew without a password.", where=str(path))
            if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
                raise InputError("is packed in an unusual way", hint="Save the sheet anew as XLSX or CSV.", where=str(path))
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with package.open(part) as file:
                        if b"<!DOCTYPE" in (head := file.read(4096)) or b"<!ENTITY" in head:
                            raise InputError("declares XML entities", hint="Save the sheet anew as XLSX or CSV.", where=str(path))
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as bad:
        raise InputError("is not a readable XLSX file", hint="Save it as XLSX or CSV.", where=str(path)) from bad
