"""Strict YAML with line numbers.

PyYAML's C parser gives events; this module builds plain values from them and keeps the line of every key and item.
Only ``true``, ``false``, ``null``, integers and decimal numbers are typed, so ``NO``, ``012`` and ``72:00`` stay text.
Duplicate keys, anchors, aliases and tags are errors; size and depth are bounded.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from lintas.errors import CorpusError, InputError, LintasError

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 40
_INT = re.compile(r"-?(0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9]\d{0,17})\.\d{1,12}")
_LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)


class Lines(dict[tuple[Any, ...], int]):
    """Line numbers (from 1) by path, such as ``("versions", 0, "valid")``."""

    def near(self, path: tuple[Any, ...]) -> int:
        """The line of the path, or of its nearest parent that has one."""
        while path:
            if path in self:
                return self[path]
            path = path[:-1]
        return self.get((), 1)


def read_yaml(path: Path, *, name: str = "", error: type[LintasError] = CorpusError) -> tuple[Any, Lines]:
    """Read one file; ``name`` is how errors call it.

    Raises:
        LintasError: of the class given, with file and line.

    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise error(f"larger than {MAX_BYTES // 2**20} MiB", hint="Split the file.", where=name or str(path))
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as bad:
        raise error(f"not UTF-8 at byte {bad.start}", hint="Save the file as UTF-8.", where=name or str(path)) from bad
    except OSError as bad:
        raise error(bad.strerror or "cannot be opened", hint="Check the path.", where=name or str(path)) from bad
    return parse_yaml(text, name=name or str(path), error=error)


def parse_yaml(text: str, *, name: str = "<text>", error: type[LintasError] = InputError) -> tuple[Any, Lines]:
    """Read YAML text; see the module's rules."""
    lines = Lines()
    try:
        events = yaml.parse(text, Loader=_LOADER)
        builder = _Builder(events, lines, name, error)
        value = builder.document()
    except yaml.YAMLError as bad:
        mark = getattr(bad, "problem_mark", None)
        at = f"{name}:{mark.line + 1}" if mark else name
        problem = getattr(bad, "problem", None) or str(bad).splitlines()[0]
        raise error(str(problem)[:200], hint="Mend the YAML at this line.", where=at) from bad
    return value, lines


class _Builder:
    def __init__(self, events: Any, lines: Lines, name: str, error: type[LintasError]) -> None:
        self._events = iter(events)
        self._lines = lines
        self._name = name
        self._error = error

    def document(self) -> Any:
        value: Any = None
        seen = False
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if seen:
                    raise self._fail(event, "more than one document", "Keep one YAML document a file.")
                seen = True
                value = self._node(next(self._events), (), 0)
        return value

    def _fail(self, event: Any, detail: str, hint: str) -> LintasError:
        return self._error(detail, hint=hint, where=f"{self._name}:{_line(event)}")

    def _node(self, event: Any, path: tuple[Any, ...], depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise self._fail(event, f"nested deeper than {MAX_DEPTH}", "Flatten the structure.")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._fail(event, "anchors and aliases are not allowed", "Write the value out.")
        if getattr(event, "tag", None) and not (isinstance(event, yaml.ScalarEvent) and event.tag == "!"):
            raise self._fail(event, f"tag {event.tag[:40]!r} is not allowed", "Remove the tag.")
        self._lines.setdefault(path, _line(event))
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Any] = []
            for inner in self._events:
                if isinstance(inner, yaml.SequenceEndEvent):
                    return items
                items.append(self._node(inner, (*path, len(items)), depth + 1))
        mapping: dict[str, Any] = {}
        for inner in self._events:
            if isinstance(inner, yaml.MappingEndEvent):
                return mapping
            if not isinstance(inner, yaml.ScalarEvent):
                raise self._fail(inner, "a key must be plain text", "Use a word as the key.")
            key = inner.value
            if inner.anchor or key == "<<":
                raise self._fail(inner, "anchors and merge keys are not allowed", "Write the keys out.")
            if key in mapping:
                raise self._fail(inner, f"key {key[:60]!r} stands twice", "Keep one of them.")
            self._lines[(*path, key)] = _line(inner)
            mapping[key] = self._node(next(self._events), (*path, key), depth + 1)
        raise self._error("ends too early", hint="Close the structure.", where=self._name)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _scalar(event: Any) -> Any:
    text = event.value
    if event.style in ("'", '"', "|", ">"):
        return text
    if text in ("null", "~", ""):
        return None
    if text == "true":
        return True
    if text == "false":
        return False
    if _INT.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text
