"""What is compared: the law on a day, the law under a scenario, or the answers of a release on record."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import msgspec

from lintas.assess.law import Law
from lintas.corpus.load import Corpus
from lintas.dates import parse_day, today
from lintas.errors import InputError
from lintas.scenario.overlay import law_under, names, open_overlays

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_RELEASE = re.compile(r"20\d\d\.\d{1,2}\.\d+")


class View(msgspec.Struct, frozen=True, kw_only=True):
    """One end of a comparison: a law on a day, or ``recorded`` answers."""

    label: str
    day: dt.date
    law: Law | None = None
    scenario: str = ""
    recorded: dict[str, dict[str, Any]] | None = None


def views(one: str, other: str, *, root: Path, corpus: Corpus, base: Law, record: Path) -> tuple[View, View]:
    """Both ends; where one names a day and the other none, both take that day, so that the law alone differs.

    Raises:
        InputError: neither a day, nor a scenario, nor a release on record.
        CorpusError: a scenario that does not fit the corpus.

    """
    first, second = _read(one, root, record), _read(other, root, record)
    default = first[1] or second[1] or today()
    return _view(first, default, root, corpus, base, record), _view(second, default, root, corpus, base, record)


def _read(text: str, root: Path, record: Path) -> tuple[str, dt.date | None, str]:
    """Kind (``law``, ``release`` or a scenario's name), day, and the words as given."""
    if text == "law":
        return "law", None, text
    if _DAY.fullmatch(text):
        return "law", _day(text), text
    if _RELEASE.fullmatch(text):
        if not (record / f"{text}.json").exists():
            raise InputError(f"release {text} is not on record", hint="Name the folder with --record.", where=str(record))
        return "release", None, text
    name, sign, day = text.partition("@")
    if not name or any(part not in names(root) for part in name.split("+")):
        known = ", ".join(names(root)) or "none"
        raise InputError(f"{text!r} is no day, scenario or release", hint=f"Write `law`, a day, or one of these: {known}.", where=str(root / "scenarios"))
    return name, _day(day) if sign else None, text


def _day(text: str) -> dt.date:
    try:
        return parse_day(text)
    except ValueError as bad:
        raise InputError(str(bad), hint="Write a day such as 2027-01-01.") from bad


def _view(read: tuple[str, dt.date | None, str], default: dt.date, root: Path, corpus: Corpus, base: Law, record: Path) -> View:
    kind, day, text = read
    if kind == "release":
        kept = json.loads((record / f"{text}.json").read_text(encoding="utf-8"))
        return View(label=f"release {text}", day=parse_day(kept["on"]), recorded=kept["answers"])
    on = day or default
    if kind == "law":
        return View(label=f"the law on {on}", day=on, law=base)
    return View(label=f"scenario {kind} on {on}", day=on, law=law_under(corpus, base, open_overlays(root, kind)), scenario=kind)
