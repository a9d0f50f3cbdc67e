"""``lintas publish``: the law as files."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from lintas.cli.extras import extra


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--corpus", type=click.Path(file_okay=False), help="A corpus folder in place of the packaged release.")
@click.option("--site", is_flag=True, help="Write the reading pages as plain files, search included, in place of the data.")
def publish(directory: Path, corpus: str | None, site: bool) -> None:
    """Write the whole law into DIRECTORY: SQLite with full-text search, CSV, JSON, JSON-LD, feeds of changes.

    With --site: the pages of the law as files that work from a file share or any static host.
    """
    from lintas import service

    begun = time.perf_counter()
    if site:
        _site(service.open_law(corpus), directory, begun)
        return
    files = service.publish(service.open_law(corpus).program, directory)
    size = sum(file.stat().st_size for file in files) / 2**20
    click.echo(f"{len(files)} files, {size:.1f} MiB in {time.perf_counter() - begun:.1f} s: {directory}")
    click.echo(f"Open {directory / 'lintas.sqlite'} in Datasette with --metadata {directory / 'metadata.json'}.")


def _site(law: Any, directory: Path, begun: float) -> None:
    with extra("web"):
        from lintas.web.frame import Doors
        from lintas.web.site import write_site
    count = write_site(Doors(law), directory, progress=lambda n: click.echo(f"... {n} pages", err=True))
    click.echo(f"{count} pages in {time.perf_counter() - begun:.1f} s: open {directory / 'index.html'}")


@click.command()
@click.argument("version")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--corpus", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path("corpus"), help="The corpus folder; here by default.")
@click.option("--cases", type=click.Path(exists=True, path_type=Path), default=Path("benchmark"), help="Cases with published answers.")
@click.option("--record", type=click.Path(file_okay=False, path_type=Path), default=Path("releases"), help="Answers of earlier releases.")
def release(version: str, directory: Path, corpus: Path, cases: Path, record: Path) -> None:
    """Make release VERSION (year.month.number) in DIRECTORY.

    Checks, accuracy table, which standard questions changed their answer and because of which article, version stamp, artefacts.
    A finding stops it before anything is written.
    """
    from lintas import service

    made = service.release(corpus, version, directory, cases=cases, record=record, progress=lambda step: click.echo(f"... {step}", err=True))
    answered, asked = (sum(row[key] for row in made["questions"]) for key in ("answered", "questions"))
    click.echo(f"Release {version}: {made['files']} files in {directory}")
    click.echo(f"{made['score']['accuracy']:.1%} of {made['score']['total']} published cases right, {made['score']['confidently_wrong']:.1%} confidently wrong")
    click.echo(f"{answered} of {asked} standard questions answered; {sum(not row['new_question'] for row in made['changed'])} answers changed")
    click.echo(f"Read {directory / 'RELEASE.md'}.")
