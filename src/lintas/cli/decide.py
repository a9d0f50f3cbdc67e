"""``lintas decide``: the answer to one or many situations."""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any

import click
import msgspec

from lintas.cli.options import law_options, open_from, read_situations, scenario_option
from lintas.errors import InputError, LintasError


@click.command(context_settings={"ignore_unknown_options": False})
@click.argument("file", required=False)
@click.option("--from", "origin", help="Origin: an ISO country code or '*'.")
@click.option("--to", "destination", help="Destination: an ISO country code or '*'.")
@click.option("--activity", help="What is done: an id such as transfer-personal-data.")
@click.option("--data", help="Kinds of data, separated by commas.")
@click.option("--sector", help="Sector.")
@click.option("--actor", help="private-domestic, private-foreign or public.")
@click.option("--have", "safeguards", help="Safeguards in place, separated by commas.")
@click.option("--fact", "facts", multiple=True, metavar="KEY=VALUE", help="One more fact; may be repeated.")
@click.option("--format", "form", type=click.Choice(["text", "json", "jsonl"]), default=None, help="text on a terminal, else jsonl.")
@scenario_option
@law_options
def decide(
    file: str | None, origin: str | None, destination: str | None, activity: str | None, data: str | None, sector: str | None,
    actor: str | None, safeguards: str | None, facts: tuple[str, ...], form: str | None, as_of: dt.date | None,
    known_on: dt.date | None, corpus: str | None, rates: str | None, strict_facts: bool, scenario: str,
) -> None:  # fmt: skip
    """Answer situations from FILE (YAML, JSON, JSON Lines; `-` for standard input), or one from options.

    Exit code 0: every situation was read; 2: one could not be.
    """
    from lintas import service

    law = open_from(corpus, known_on, rates, strict=strict_facts, scenario=scenario)
    if file:
        raw = read_situations(file)
    else:
        raw = [situation_from_options(origin, destination, activity, data, sector, actor, safeguards, facts)]
    form = form or ("text" if sys.stdout.isatty() else "jsonl")
    failed = False
    collected: list[Any] = []
    for number, answer in enumerate(service.decide_many(raw, law=law, as_of=as_of)):
        if isinstance(answer, LintasError):
            failed = True
            item = raw[number]
            data_out = {"id": str(item.get("id", number + 1)) if isinstance(item, dict) else str(number + 1), **answer.as_dict()}
            if form == "text":
                from lintas.cli.main import show_error

                show_error(answer)
        else:
            if form == "text":
                from lintas.cli.text import show_answer

                show_answer(answer)
            data_out = msgspec.to_builtins(answer)
        if form == "jsonl":
            click.echo(json.dumps(data_out, ensure_ascii=False))
        elif form == "json":
            collected.append(data_out)
    if form == "json":
        click.echo(json.dumps(collected, ensure_ascii=False, indent=1))
    if failed:
        raise click.exceptions.Exit(2)


def situation_from_options(
    origin: str | None, destination: str | None, activity: str | None, data: str | None, sector: str | None,
    actor: str | None, safeguards: str | None, facts: tuple[str, ...],
) -> dict[str, Any]:  # fmt: skip
    """One raw situation; what is not given stays unknown."""
    if not activity:
        raise InputError("no FILE and no --activity", hint="lintas decide --from VN --to SG --activity transfer-personal-data --data health")
    body: dict[str, Any] = {"from": origin or destination, "to": destination or origin, "activity": activity}
    named = (("data", data), ("sector", sector), ("actor", actor), ("safeguards", safeguards))
    body |= {key: value for key, value in named if value}
    other: dict[str, Any] = {}
    for item in facts:
        key, sign, value = item.partition("=")
        if not sign:
            raise InputError(f"{item!r} is not KEY=VALUE", hint="Write for instance --fact data_subjects=8000")
        other[key.strip()] = value.strip()
    body["other"] = other
    return {"id": "1", "facts": {k: v for k, v in body.items() if v is not None}}
