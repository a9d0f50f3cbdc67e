"""``lintas publish``: the law as files."""

from __future__ import annotations

import time
from pathlib import Path

import click


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--corpus", type=click.Path(file_okay=False), help="A corpus folder in place of the packaged release.")
def publish(directory: Path, corpus: str | None) -> None:
    """Write the whole law into DIRECTORY: SQLite with full-text search, CSV, JSON, JSON-LD, feeds of changes."""
    from lintas import service

    begun = time.perf_counter()
    files = service.publish(service.open_law(corpus).program, directory)
    size = sum(file.stat().st_size for file in files) / 2**20
    click.echo(f"{len(files)} files, {size:.1f} MiB in {time.perf_counter() - begun:.1f} s: {directory}")
    click.echo(f"Open {directory / 'lintas.sqlite'} in Datasette with --metadata {directory / 'metadata.json'}.")
