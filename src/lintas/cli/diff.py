"""``lintas diff``: what changes from one law to another."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click

from lintas.cli.options import DayType, read_rates
from lintas.cli.text import plain


@click.command()
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--corpus", type=click.Path(file_okay=False), help="A corpus folder in place of the checkout's.")
@click.option("--record", type=click.Path(file_okay=False, path_type=Path), default=Path("releases"), help="Answers of earlier releases.")
@click.option("--known-on", type=DayType(), help="What had been recorded by this day.")
@click.option("--rates", type=click.Path(dir_okay=False), help="Dated exchange rates (CSV: date,from,to,rate).")
@click.option("--strict-facts", is_flag=True, help="Presume nothing: exceptions nobody claimed stay unknown.")
def diff(
    one: str, other: str, form: str, corpus: str | None, record: Path, known_on: dt.date | None, rates: str | None, strict_facts: bool
) -> None:
    """Say which answers change from A to B, by kind, member, area and article, each with a smallest witness.

    A and B are each `law`, a day (2026-01-01), a scenario (mcc-all), several joined by +, scenario@day, or a release on record.
    Where one names a day and the other none, both take that day.
    """
    from lintas import service

    found = service.diff(
        one, other, corpus=corpus, releases_in=record, known_on=known_on, strict=strict_facts, rates=read_rates(rates) if rates else None,
        progress=lambda step: click.echo(f"... {step}", err=True),
    )  # fmt: skip
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for line in _lines(found):
        click.echo(plain(line))


def _lines(found: dict[str, Any]) -> list[str]:
    supposed = [end["scenario"] for end in (found["a"], found["b"]) if end["scenario"]]
    out = [f"Not the law: scenario {' and '.join(supposed)}."] if supposed else []
    out += [f"A: {found['a']['label']}", f"B: {found['b']['label']}", ""]
    for part in found["populations"]:
        kinds = ", ".join(f"{kind} {count}" for kind, count in part["kinds"].items() if count)
        out.append(f"Changed answers: {part['changed']}, {part['share']:.1%} {part['means']}" + (f" ({kinds})" if kinds else ""))
        if part.get("in_one_only"):
            out.append(f"  {part['in_one_only']} questions stand in one of them only")
        if part.get("not_recorded"):
            out.append(f"  not recorded, so not compared: {', '.join(part['not_recorded'])}")
    out.append(found["note"])
    for key, rows in found["by"].items():
        if rows:
            out += ["", f"By {key} (standard questions, cases):"]
            out += [f"  {row['standard questions']:>6} {row['cases beside norms']:>6}  {row[key]}" for row in rows[:12]]
            out += [f"  ... and {len(rows) - 12} more"] if len(rows) > 12 else []
    for item in found["witnesses"]:
        turn = f"{item['before']} -> {item['after']}" if item["before"] != item["after"] else item["before"]
        out += ["", f"{item['member']} {item['kind']}: {turn} (one of {item['of']})"]
        out += _told(item["answers"], item["kind"])
        out += [f"  because of {cause['article'] or 'an article'} ({cause['norm']})" for cause in item["because"][:4]]
        out += [f"  before: {item['replay'][0]}", f"  after:  {item['replay'][1]}"]
    if found["witnesses_left_out"]:
        out += ["", f"{found['witnesses_left_out']} rarer turns have no witness here."]
    return out


def _told(answers: list[dict[str, Any]], kind: str) -> list[str]:
    """What comes and goes between two answers."""
    one, two = answers
    if kind == "value":
        return [f"  {json.dumps(one['value'], ensure_ascii=False)} -> {json.dumps(two['value'], ensure_ascii=False)}"]
    out = []
    for key in ("needs", "duties"):
        gone, come = sorted(set(one[key]) - set(two[key])), sorted(set(two[key]) - set(one[key]))
        out += [f"  {key} that go: {', '.join(gone)}"] if gone else []
        out += [f"  {key} that come: {', '.join(come)}"] if come else []
    return out
