"""Options that several commands share, and reading situations from files."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from lintas.dates import parse_day
from lintas.errors import InputError

F = TypeVar("F", bound=Callable[..., Any])
MAX_INPUT = 64 * 1024 * 1024


class DayType(click.ParamType):  # type: ignore[type-arg] # generic in some releases of click only
    """An ISO day."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Read the day or fail with a usage error."""
        try:
            return parse_day(value)
        except ValueError as bad:
            self.fail(str(bad), param, ctx)


def law_options(command: F) -> F:
    """``--as-of``, ``--known-on``, ``--corpus``, ``--rates``, ``--strict-facts``."""
    for option in (
        click.option("--strict-facts", is_flag=True, help="Presume nothing: exceptions nobody claimed stay unknown."),
        click.option("--rates", type=click.Path(dir_okay=False), help="Dated exchange rates (CSV: date,from,to,rate)."),
        click.option("--corpus", type=click.Path(file_okay=False), help="A corpus folder in place of the packaged release."),
        click.option("--known-on", type=DayType(), help="What had been recorded by this day."),
        click.option("--as-of", type=DayType(), help="The law's day (default: today; a line's own as_of wins)."),
    ):
        command = option(command)
    return command


def scenario_option(command: F) -> F:
    """``--scenario``."""
    text = "Suppose this scenario (several joined by +); the answer is then not the law."
    return click.option("--scenario", metavar="NAME", default="", help=text)(command)


def open_from(corpus: str | None, known_on: dt.date | None, rates: str | None, *, strict: bool, scenario: str = "") -> Any:
    """Open the law that the options name."""
    from lintas import service

    return service.open_law(corpus, known_on=known_on, strict=strict, rates=read_rates(rates) if rates else None, scenario=scenario)


def read_rates(path: str) -> Any:
    """Rates from a CSV file with the columns date, from, to, rate."""
    import csv

    from lintas.service import Rates

    table: dict[tuple[str, str], list[tuple[dt.date, float]]] = {}
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                pair = (row["from"].strip().upper(), row["to"].strip().upper())
                rate = float(row["rate"])
                if not 0 < rate < 1e12:
                    raise ValueError("a rate is a positive number")  # noqa: TRY301 - one boundary for a bad row
                table.setdefault(pair, []).append((parse_day(row["date"].strip()), rate))
            except (KeyError, ValueError, AttributeError) as bad:
                raise InputError(str(bad), hint="Columns: date,from,to,rate.", where=f"{path}:{number}") from bad
    return Rates(table)


def read_situations(path: str) -> list[Any]:
    """A YAML, JSON or JSON Lines list of situations; ``-`` is standard input."""
    if path == "-":
        text, name = sys.stdin.read(MAX_INPUT + 1), "<stdin>"
    else:
        file = Path(path)
        name = path
        try:
            if file.stat().st_size > MAX_INPUT:
                raise InputError("larger than 64 MiB", hint="Use `lintas check` for large inventories.", where=path)
            text = file.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as bad:
            raise InputError(f"not UTF-8 at byte {bad.start}", hint="Save the file as UTF-8.", where=path) from bad
        except OSError as bad:
            raise InputError(bad.strerror or "cannot be opened", hint="Check the path.", where=path) from bad
    if len(text) > MAX_INPUT:
        raise InputError("larger than 64 MiB", hint="Use `lintas check` for large inventories.", where=name)
    return parse_situations(text, name)


def parse_situations(text: str, name: str) -> list[Any]:
    """Situations from text: JSON Lines by name or shape, JSON, else strict YAML."""
    stripped = text.lstrip()
    if name.endswith((".jsonl", ".ndjson")):
        return [_json(line, f"{name}:{number}") for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if stripped.startswith(("{", "[{", "[\n", "[ ")) and name.endswith((".json", "<stdin>")):
        try:
            value = json.loads(text)
        except RecursionError as bad:
            raise InputError("nested too deeply", hint="Flatten the JSON.", where=name) from bad
        except json.JSONDecodeError:
            lines = [line for line in text.splitlines() if line.strip()]
            return [_json(line, f"{name}:{number}") for number, line in enumerate(lines, start=1)]
    else:
        from lintas.service import parse_yaml

        value, _ = parse_yaml(text, name=name)
    if isinstance(value, dict):
        return [value]
    if not isinstance(value, list):
        raise InputError("a list of situations is expected", hint="Write a list of {id, as_of, facts}.", where=name)
    return value


def _json(line: str, where: str) -> Any:
    try:
        return json.loads(line)
    except (json.JSONDecodeError, RecursionError) as bad:
        raise InputError(f"not JSON: {bad}", hint="One JSON object a line.", where=where) from bad
