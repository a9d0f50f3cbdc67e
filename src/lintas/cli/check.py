"""``lintas check``: a list of cross-border activities, line by line, each with the article that decides it."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from lintas.cli.options import law_options, open_from
from lintas.errors import LintasError

if TYPE_CHECKING:
    from lintas.service import CheckResult

_REPORTS = ("html", "xlsx", "csv", "json", "sarif", "parquet")


class DaysType(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A number of days such as ``180d``, ``26w`` or ``180``."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the number or fail with a usage error."""
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"(\d{1,5})([dwmy]?)", str(value).strip())
        if not found:
            self.fail(f"{value!r} is not a number of days; write 180d", param, ctx)
        days = int(found[1]) * {"": 1, "d": 1, "w": 7, "m": 30, "y": 365}[found[2]]
        return min(days, 36_500)


def _report_options(command: Any) -> Any:
    for form in reversed(_REPORTS):
        extra = " (needs the extra [bulk])" if form == "parquet" else ""
        command = click.option(f"--{form}", type=click.Path(dir_okay=False), help=f"Also write the report as {form.upper()}{extra}.")(command)
    return command


@click.command(name="check")
@click.argument("inventory", required=False)
@click.option("--template", is_flag=True, help="Print a CSV template and stop.")
@click.option("--map", "mapping", type=click.Path(dir_okay=False), help="YAML: column to key, constants, values; see docs/inventory.md.")
@click.option("--input", "kind", type=click.Choice(["csv", "json", "jsonl", "xlsx", "parquet", "yaml"]), help="Format of INVENTORY.")
@click.option("--strict", is_flag=True, help="Stop at the first row that cannot be read.")
@click.option("--max-rows", type=click.IntRange(1), default=1_000_000, show_default=True, help="Refuse longer lists.")
@click.option("--horizon", type=DaysType(), default="180d", show_default=True, help="Flag law that starts within this time.")
@click.option("--allow-undecided", is_flag=True, help="Exit with 0 where lines are only undecided.")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv", "sarif"]), default="text", show_default=True)
@_report_options
@click.option("--wide", is_flag=True, help="Full ids of norms.")
@click.option("--ascii", "plain_signs", is_flag=True, help="Signs in ASCII only.")
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), default="auto", is_flag=False, flag_value="always", help="Colour in the table."
)
@law_options
def check(
    inventory: str | None, template: bool, mapping: str | None, kind: str | None, strict: bool, max_rows: int, horizon: int,
    allow_undecided: bool, form: str, wide: bool, plain_signs: bool, color: str, as_of: dt.date | None, known_on: dt.date | None,
    corpus: str | None, rates: str | None, strict_facts: bool, **reports: str | None,
) -> None:  # fmt: skip
    """Check INVENTORY (CSV, JSON, JSON Lines, XLSX, Parquet, fideslang YAML; `-` for CSV on standard input).

    Exit code 0: every line is free or has its needs met on the law encoded; 1: a line is not allowed or a need is missing;
    2: the list, or a row of it, cannot be read; 3: none of these, but a line is undecided.
    """
    from lintas import service

    if template:
        _print_template(service.inventory_template())
        return
    if not inventory:
        raise click.UsageError("Name an INVENTORY. `lintas check --template > flows.csv` writes one to fill in.")
    law = open_from(corpus, known_on, rates, strict=strict_facts)
    with _Progress() as progress:
        result = service.check(
            inventory, law=law, as_of=as_of, mapping=mapping, horizon=horizon, strict=strict, max_rows=max_rows, kind=kind,
            progress=progress,
        )  # fmt: skip
    written = []
    for name in _REPORTS:
        path = reports[name]
        if path:
            service.write_check(result, name, path)
            written.append(path)
    if form == "text":
        from lintas.cli.report_table import show_check

        show_check(result, written, wide=wide, ascii_only=plain_signs, color=color)
    else:
        service.check_to(result, form, sys.stdout)
        sys.stdout.flush()
    _show_bad(result)
    if result.exit_code() == 3 and allow_undecided:
        click.echo("Undecided lines are let through (--allow-undecided).", err=True)
    sys.exit(result.exit_code(allow_undecided=allow_undecided))


def _print_template(rows: list[tuple[str, ...]]) -> None:
    import csv

    csv.writer(sys.stdout, lineterminator="\n").writerows(rows)


def _show_bad(result: CheckResult) -> None:
    """Each row that could not be read, three lines on standard error: what, where, what to do; the first twenty."""
    from lintas.cli.main import show_error

    for bad in result.bad[:20]:
        error = LintasError(bad.detail, hint=bad.hint, where=f"{result.source}:{bad.line}, {bad.place()}")
        error.title = "A row cannot be read"
        show_error(error)
    if len(result.bad) > 20:
        click.echo(f"... and {len(result.bad) - 20} more problems; --csv or --json lists them all.", err=True)


class _Progress:
    """A count on standard error while a long list is read; silent where it is not a terminal."""

    def __enter__(self) -> Callable[[int], None]:
        self.bar: Any = None
        return self.step if sys.stderr.isatty() else lambda _: None

    def step(self, number: int) -> None:
        """Show the count; the first call comes only with a list long enough to need one."""
        if self.bar is None:
            from rich.console import Console
            from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

            columns = (SpinnerColumn(), TextColumn("{task.completed:,.0f} rows"), TimeElapsedColumn())
            self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self.task = self.bar.add_task("rows", total=None)
            self.bar.start()
        self.bar.update(self.task, completed=number)

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()
