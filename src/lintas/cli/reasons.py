"""``lintas explain``, ``lintas why-not``, ``lintas ask``: reasons, remedies and the next question."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import click

from lintas.cli.decide import situation_from_options
from lintas.cli.options import law_options, open_from, read_situations, scenario_option
from lintas.cli.text import plain


def _situation_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(
        (
            click.argument("file", required=False),
            click.option("--from", "origin", help="Origin: an ISO country code or '*'."),
            click.option("--to", "destination", help="Destination: an ISO country code or '*'."),
            click.option("--activity", help="What is done."),
            click.option("--data", help="Kinds of data, separated by commas."),
            click.option("--sector", help="Sector."),
            click.option("--actor", help="private-domestic, private-foreign or public."),
            click.option("--have", "safeguards", help="Safeguards in place, separated by commas."),
            click.option("--fact", "facts", multiple=True, metavar="KEY=VALUE", help="One more fact; may be repeated."),
            click.option("--id", "wanted", help="Only the situation with this id."),
            click.option("--format", "form", type=click.Choice(["text", "json"]), default="text"),
        )
    ):
        command = option(command)
    return scenario_option(law_options(command))


def _each(
    answer: str, show: Callable[[dict[str, Any]], list[str]], options: dict[str, Any]
) -> None:
    from lintas import service

    as_of: dt.date | None = options.pop("as_of")
    law = open_from(
        options.pop("corpus"), options.pop("known_on"), options.pop("rates"), strict=options.pop("strict_facts"), scenario=options.pop("scenario")
    )
    file, form, wanted = options.pop("file"), options.pop("form"), options.pop("wanted")
    raw = read_situations(file) if file else [situation_from_options(**options)]
    results = []
    for number, item in enumerate(raw):
        if wanted and not (isinstance(item, dict) and str(item.get("id")) == wanted):
            continue
        result = getattr(service, answer)(item, law=law, as_of=as_of, number=number)
        if form == "text":
            if "not_the_law" in result:
                click.echo(f"Not the law: {result['not_the_law']}.")
            for line in show(result):
                click.echo(plain(line))
            click.echo("")
        results.append(result)
    if form == "json":
        click.echo(json.dumps(results, ensure_ascii=False, indent=1))


@click.command()
@_situation_options
def explain(**options: Any) -> None:
    """Say why: each norm that counts, in a sentence, with its quote and the tests that held or failed."""
    from lintas import service

    _each("explain", service.explain_lines, options)


@click.command(name="why-not")
@_situation_options
def why_not(**options: Any) -> None:
    """Say what would help: the smallest sets of measures that remove each obstacle."""
    _each("why_not", _why_not_lines, options)


@click.command()
@_situation_options
def ask(**options: Any) -> None:
    """Name the facts on which the answer still turns, the most decisive first."""
    _each("ask", _ask_lines, options)


def _why_not_lines(result: dict[str, Any]) -> list[str]:
    out = [f"{result['id']} (law as of {result['as_of']})"]
    for side in result["sides"]:
        state = side["verdict"] or side["outcome"]
        because = ", ".join(f"{b['locator']}" for b in side.get("because", []))
        out.append(f"  {side['jurisdiction']}: {state}" + (f" ({because})" if because else ""))
        for number, group in enumerate(side["sets"], start=1):
            parts = [f"have {m['have']}" if "have" in m else f"change {m['change']} to {m['to']}" for m in group]
            out.append(f"    {number}. " + " and ".join(parts))
        if not side["sets"]:
            out.append("    nothing stands in the way" if state in ("unrestricted", "unregulated", "not-required") else "    no set of up to 4 measures was found")
    return out


def _ask_lines(result: dict[str, Any]) -> list[str]:
    out = [f"{result['id']}: {result['verdict'] or result['outcome']} (law as of {result['as_of']})"]
    for question in result["questions"]:
        out.append(f"  {question['fact']} ({question['side']}): {question['question']}")
        for reply in question["replies"]:
            upto = f" to {reply['up_to']:g}" if "up_to" in reply else ""
            value = f"{reply['value']:g}" if isinstance(reply["value"], float) else reply["value"]
            out.append(f"      {value}{upto} -> {reply['leads_to']}")
    if not result["questions"]:
        out.append("  nothing more to ask")
    return out
