"""``lintas cases``: accuracy on situations with published answers, and on the cases beside the norms."""

from __future__ import annotations

import datetime as dt
import json

import click

from lintas.cli.options import law_options, open_from


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--area", help="Only cases of this area.")
@click.option("--only", multiple=True, help="Compile the law of this member alone (may be repeated).")
@law_options
def cases(
    paths: tuple[str, ...], form: str, area: str | None, only: tuple[str, ...], as_of: dt.date | None, known_on: dt.date | None, corpus: str | None,
    rates: str | None, strict_facts: bool,
) -> None:  # fmt: skip
    """Compare answers with published ones: PATHS are case files or folders of them (a corpus folder runs the cases beside its norms).

    Exit code 1 if a case beside a norm fails or an answer is confidently wrong.
    """
    from lintas import service

    root = service.corpus_root(corpus)
    if only and root is not None:
        law = service.open_members(root, tuple(code.upper() if len(code) == 2 else code for code in only))
    else:
        law = open_from(corpus, known_on, rates, strict=strict_facts)
    result = service.run_cases(law, paths, area=area, as_of=as_of)
    if form == "json":
        click.echo(json.dumps(result.as_dict(), ensure_ascii=False, indent=1))
    else:
        for line in result.lines():
            click.echo(line)
    if result.confidently_wrong or result.norm_failures:
        raise click.exceptions.Exit(1)
