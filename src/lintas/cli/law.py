"""``lintas law``: the law itself: check, and what a contributor needs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from lintas.cli.options import DayType
from lintas.cli.text import plain
from lintas.errors import InputError


@click.group()
def law() -> None:
    """The law as data: check it, add to it, read what it holds."""


@law.command()
@click.option("--only", multiple=True, help="A member's code (may be repeated).")
@click.option("--seal", is_flag=True, help="Write the hash of captures that have none.")
@click.option("--mutate", is_flag=True, help="Also find the mutation score of the cases (slow).")
@click.option("--corpus", type=click.Path(file_okay=False), help="The corpus folder.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def check(only: tuple[str, ...], *, seal: bool, mutate: bool, corpus: str | None, form: str) -> None:
    """Check the corpus: findings with file, line, code and remedy; then a table by jurisdiction.

    Exit code 1 if there are findings.
    """
    from lintas import service

    root = service.corpus_root(corpus)
    if root is None:
        raise click.UsageError("no corpus folder here; name one with --corpus")
    if seal:
        click.echo(f"{service.seal(root, tuple(code.upper() for code in only))} captures sealed", err=True)
    report = service.law_check(root, tuple(code.upper() for code in only), mutate=mutate, progress=lambda t: click.echo(t, err=True))
    if form == "json":
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
    else:
        for finding in report.findings:
            click.echo(str(finding))
        for line in report.table():
            click.echo(line)
        click.echo(f"{len(report.findings)} findings." if report.findings else "No findings.")
    if report.findings:
        raise click.exceptions.Exit(1)


@law.command()
@click.option("--corpus", type=click.Path(file_okay=False), help="The corpus folder.")
def new(corpus: str | None) -> None:
    """Ask eight questions and write an instrument, a norm, two cases and a coverage entry."""
    from lintas import service

    root = service.corpus_root(corpus)
    if root is None:
        raise click.UsageError("no corpus folder here; name one with --corpus")
    ask = click.prompt
    answers = {
        "member": ask("1. Member (two letters)").lower(),
        "slug": ask("2. Short name of the instrument, such as pdp-act-2030").lower(),
        "title": ask("3. Official title in English"),
        "provision": ask("4. Provision, such as a20.1"),
        "activity": ask("5. Activity, such as transfer-personal-data"),
        "modality": ask("6. Modality", type=click.Choice(["obligation", "prohibition", "permission", "exemption", "definition"])),
        "url": ask("7. Address of the source that you read"),
        "start": ask("8. In force since (YYYY-MM-DD)"),
    }
    for file in service.new_norm(Path(root), answers):
        click.echo(f"wrote {file}")
    click.echo("Now paste the passage into the capture, quote it in the norm, and run `lintas law check`.")


def _program(corpus: str | None) -> Any:
    from lintas import service

    return service.open_law(corpus).program


def _emit(rows: list[dict[str, Any]], form: str, line: Callable[[dict[str, Any]], str]) -> None:
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        for part in line(row).split("\n"):
            click.echo(plain(part))
    click.echo(f"{len(rows)} found.")


_corpus = click.option("--corpus", type=click.Path(file_okay=False), help="A corpus folder in place of the packaged release.")
_format = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
_as_of = click.option("--as-of", type=DayType(), help="The law's day.")


@law.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--member", default="", help="Only this member.")
@click.option("--area", default="", help="Only this area.")
@click.option("--kind", default="", help="Only this modality.")
@_as_of
@_corpus
@_format
def search(words: tuple[str, ...], member: str, area: str, kind: str, as_of: dt.date | None, corpus: str | None, form: str) -> None:
    """Find norms by their words, original or English."""
    from lintas import service

    rows = service.book.search(_program(corpus), " ".join(words), member=member.upper(), area=area, kind=kind, day=as_of)
    _emit(rows, form, lambda r: f"{r['norm']}  {r['from'] or '...'} to {r['to'] or '...'}\n  {r['title']} ({r['locator']})\n  “{r['quote']}”")


@law.command()
@click.argument("identity")
@_corpus
@_format
def show(identity: str, corpus: str | None, form: str) -> None:
    """Everything recorded about a norm or an instrument."""
    from lintas import service

    found = service.book.show(_program(corpus), identity)
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for key, value in found.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            click.echo(f"{key}:")
            for item in value:
                click.echo("  - " + plain("; ".join(f"{k}: {v}" for k, v in item.items() if v not in ("", None, [], ()))))
        elif value not in ("", None, [], ()):
            click.echo(plain(f"{key}: {value}"))


@law.command()
@click.argument("identity")
@_corpus
@_format
def history(identity: str, corpus: str | None, form: str) -> None:
    """What happened to a norm or an instrument, oldest first."""
    from lintas import service

    _emit(service.book.history(_program(corpus), identity), form, lambda r: f"{r['on'] or 'no day':<10}  {r['what']:<14} {r['of']}  ({r['where']})")


@law.command()
@_as_of
@_corpus
@_format
def coming(as_of: dt.date | None, corpus: str | None, form: str) -> None:
    """Norms enacted for a later day, with the days left, and those without a day."""
    from lintas import service

    rows = service.book.coming(_program(corpus), as_of or service.today())
    _emit(rows, form, lambda r: f"{r['from'] or 'no day yet':<10}  {r['days_left'] if r['days_left'] is not None else '-':>5} days  {r['norm']}  {r['title']}")


@law.command()
@_as_of
@_corpus
@_format
def stale(as_of: dt.date | None, corpus: str | None, form: str) -> None:
    """Norms whose text nobody checked for more than 180 days."""
    from lintas import service

    _emit(service.book.stale(_program(corpus), as_of or service.today()), form, lambda r: f"{r['checked']}  {r['days']:>5} days  {r['norm']}")


@law.command()
@_corpus
@_format
def graph(corpus: str | None, form: str) -> None:
    """Which instrument amends, repeals, replaces, implements or derogates which."""
    from lintas import service

    _emit(service.book.graph(_program(corpus)), form, lambda r: f"{r['from']}  {r['kind']}  {r['to']}")


@law.command()
@_corpus
@_format
def coverage(corpus: str | None, form: str) -> None:
    """The grid of members and areas: norms found and places searched; `/` where nobody looked."""
    from lintas import service

    rows = service.book.grid(_program(corpus))
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    areas = list(dict.fromkeys(r["area"] for r in rows))
    click.echo(f"{'norms found':<12}" + "".join(f"{a[:13]:>14}" for a in areas))
    for member in dict.fromkeys(r["jurisdiction"] for r in rows):
        cells = [r for r in rows if r["jurisdiction"] == member]
        click.echo(f"{member:<12}" + "".join(f"{(str(c['norms']) if c['norms'] or c['coverage'] else '/'):>14}" for c in cells))
    looked = sum(1 for r in rows if r["coverage"])
    click.echo(f"{looked} of {len(rows)} cells have coverage entries. / nobody looked. What is missing in each cell: --format json")


@law.command()
@_corpus
@_format
@click.option("--by", default="jurisdiction,status", show_default=True, help="Columns to count by: jurisdiction, area, tier, status, lang.")
def count(corpus: str | None, form: str, by: str) -> None:
    """Norm versions by member, area, tier, verification or language."""
    from collections import Counter

    from lintas import service

    columns = [part.strip() for part in by.split(",") if part.strip()]
    known = ("jurisdiction", "area", "tier", "status", "lang")
    wrong = next((c for c in columns if c not in known), None)
    if wrong is not None or not columns:
        raise InputError(f"unknown column {wrong!r}", hint=f"Count by {', '.join(known)}.")
    found: Counter[tuple[str, ...]] = Counter()
    for row in service.counts(_program(corpus), areas="area" in columns):
        found[tuple(row[c] for c in columns)] += row["versions"]
    rows = [{**dict(zip(columns, key, strict=True)), "versions": n} for key, n in sorted(found.items())]
    _emit(rows, form, lambda r: "  ".join(f"{r[c]:<24}" for c in columns) + f"{r['versions']:>6}")


@law.command()
@_corpus
@_format
def questions(corpus: str | None, form: str) -> None:
    """The standard questions of each cell: how many are answered today, member by area."""
    from lintas import service

    root = service.corpus_root(corpus)
    if root is None:
        raise InputError("the questions lie in a corpus folder", hint="Name one with --corpus.")
    rows = service.question_shares(root)
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    areas = list(dict.fromkeys(r["area"] for r in rows))
    click.echo(f"{'answered of asked':<18}" + "".join(f"{a[:12]:>13}" for a in areas) + "    all")
    for member in dict.fromkeys(r["jurisdiction"] for r in rows):
        cells = {r["area"]: r for r in rows if r["jurisdiction"] == member}
        done, asked = (sum(c[key] for c in cells.values()) for key in ("answered", "questions"))
        parts = [f"{cells[a]['answered']}/{cells[a]['questions']}" for a in areas]
        click.echo(f"{member:<18}" + "".join(f"{part:>13}" for part in parts) + f"  {done / asked:>4.0%}")


@law.command()
@click.option("--only", multiple=True, help="A member's code (may be repeated).")
@_corpus
@_format
def analyse(only: tuple[str, ...], corpus: str | None, form: str) -> None:
    """Analyse the law without any situation: what never applies, changes nothing or contradicts, and where nobody speaks.

    Exit code 1 if there are findings that `analysis.yaml` of the corpus does not explain.
    """
    from lintas import service

    root = service.corpus_root(corpus)
    if root is None:
        raise click.UsageError("no corpus folder here; name one with --corpus")
    found = service.law_analyse(root, tuple(code.upper() for code in only))
    if form == "json":
        click.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=1))
    else:
        for finding in found.findings:
            click.echo(plain(str(finding)))
        for line in found.table():
            click.echo(line)
        click.echo(f"{len(found.findings)} findings, {len(found.explained)} explained.")
    if found.findings:
        raise click.exceptions.Exit(1)
