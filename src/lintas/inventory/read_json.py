"""Inventories in JSON and JSON Lines: flat rows, or situations with ``facts``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from lintas.errors import InputError
from lintas.inventory.columns import IGNORE, Columns
from lintas.inventory.guard import MAX_CELL, MAX_COLUMNS, plain
from lintas.inventory.read import lines_of, too_many
from lintas.inventory.rows import Row, Source
from lintas.vocab.terms import did_you_mean

_LISTS = ("rows", "flows", "situations", "items", "inventory")


def read_json(path: Path, columns: Columns, max_rows: int) -> Source:
    """A JSON list of rows, or an object that holds one under ``rows`` or ``flows``."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as bad:
        raise InputError(f"not UTF-8 at byte {bad.start}", hint="Save the file as UTF-8.", where=str(path)) from bad
    headers: dict[str, str] = {}
    return Source(str(path), _items(text, str(path), columns, max_rows, headers), headers, [])


def _items(text: str, name: str, columns: Columns, max_rows: int, headers: dict[str, str]) -> Iterator[Row]:
    decoder = json.JSONDecoder()
    at = _skip(text, 0)
    if text[at : at + 1] != "[":
        whole = _decoded(decoder, text, at, name)[0]
        found = next((whole[key] for key in _LISTS if isinstance(whole.get(key), list)), None) if isinstance(whole, dict) else None
        items = found if found is not None else [whole]
        for number, item in enumerate(items, start=1):
            if number > max_rows:
                raise too_many(max_rows, name)
            yield json_row(number, 1, item, columns, headers)
        return
    number, line, seen = 0, 1, 0
    at = _skip(text, at + 1)
    while text[at : at + 1] not in ("]", ""):
        line += text.count("\n", seen, at)
        seen = at
        item, at = _decoded(decoder, text, at, name)
        number += 1
        if number > max_rows:
            raise too_many(max_rows, name)
        yield json_row(number, line, item, columns, headers)
        at = _skip(text, at)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            break
    if text[at : at + 1] != "]":
        line = text.count("\n", 0, at) + 1
        raise InputError("the list breaks off", hint="Close the list with ].", where=f"{name}:{line}")


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _decoded(decoder: json.JSONDecoder, text: str, at: int, name: str) -> tuple[Any, int]:
    try:
        return decoder.raw_decode(text, at)
    except RecursionError as bad:
        raise InputError("nested too deeply", hint="Flatten the JSON.", where=name) from bad
    except ValueError as bad:
        line = text.count("\n", 0, getattr(bad, "pos", at)) + 1
        raise InputError(f"not JSON: {getattr(bad, 'msg', 'a number is too long')}", hint="Mend the JSON at this line.", where=f"{name}:{line}") from bad


def read_lines(file: IO[str], name: str, columns: Columns, max_rows: int) -> Source:
    """One JSON object a line; a line that is not JSON is a bad row."""
    headers: dict[str, str] = {}
    return Source(name, _lines(file, name, columns, max_rows, headers), headers, [])


def _lines(file: IO[str], name: str, columns: Columns, max_rows: int, headers: dict[str, str]) -> Iterator[Row]:
    number = 0
    for line_number, line in enumerate(lines_of(file, name), start=1):
        if not line.strip():
            continue
        number += 1
        if number > max_rows:
            raise too_many(max_rows, name)
        try:
            item = json.loads(line)
        except (ValueError, RecursionError) as bad:
            yield Row(number, line_number, {}, f"not JSON: {getattr(bad, 'msg', 'nested too deeply or a number too long')}", "One JSON object a line.")
            continue
        yield json_row(number, line_number, item, columns, headers)


def json_row(number: int, line: int, item: Any, columns: Columns, headers: dict[str, str]) -> Row:
    """A row from an object: flat keys, or ``{id, as_of, level, facts: {..., other: {...}}}``; other keys beside ``facts`` are not read."""
    if not isinstance(item, dict):
        return Row(number, line, {}, f"a row is an object, not {ascii(item)[:40]}", "Write {what, from, to, ...}.")
    nested = isinstance(item.get("facts"), dict)
    flat: dict[str, Any] = {}
    if nested:
        flat = {key: item[key] for key in ("id", "what", "label", "question", "as_of", "level") if item.get(key) is not None}
        if "question" in flat:
            flat.setdefault("what", flat.pop("question"))
        flat |= item["facts"]
    else:
        flat = dict(item)
    other = flat.pop("other", None)
    if isinstance(other, dict):
        flat |= other
    if len(flat) > MAX_COLUMNS:
        return Row(number, line, {}, f"more than {MAX_COLUMNS} keys", "Keep the keys that say facts.")
    cells: dict[str, Any] = {}
    for header, value in flat.items():
        key = columns.key(header)
        if key == IGNORE or value is None:
            continue
        if key is None:
            return Row(number, line, {}, f"{plain(str(header), 60)!r} is not a known key", did_you_mean(str(header), columns.keys))
        if key in cells:
            return Row(number, line, {}, f"two keys mean {key!r}", "Keep one.")
        if len(value if isinstance(value, str) else repr(value)) > MAX_CELL:
            return Row(number, line, {}, f"{key}: a value of more than {MAX_CELL} characters", "Shorten it.")
        headers.setdefault(key, plain(str(header), 60))
        cells[key] = value
    return Row(number, line, cells)
