"""``lintas law``: the law itself: check, and what a contributor needs."""

from __future__ import annotations

import json
from pathlib import Path

import click


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
