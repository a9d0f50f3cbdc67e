"""``lintas watch``: which sources changed, and which norms rest on them."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from lintas.cli.extras import extra


@click.command()
@click.option("--corpus", type=click.Path(exists=True, file_okay=False, path_type=Path), default=Path("corpus"), help="The corpus folder; here by default.")
@click.option("--state", type=click.Path(file_okay=False, path_type=Path), default=Path("build/watch"), help="What earlier runs saw.")
@click.option("--reviews", type=click.Path(file_okay=False, path_type=Path), help="Folder for review files; STATE/reviews by default.")
@click.option("--only", multiple=True, metavar="CC", help="Sources of one member, or `agreements`; may be repeated.")
@click.option("--jobs", type=click.IntRange(1, 16), default=4, help="Requests at once; never two at once to one host.")
@click.option("--seconds", type=click.IntRange(1, 600), default=60, help="Limit of one answer in seconds.")
@click.option("--megabytes", type=click.IntRange(1, 200), default=20, help="Limit of one answer in size.")
@click.option("--pause", type=click.FloatRange(0, 600), default=2.0, help="Seconds between two requests to one host.")
@click.option("--again", is_flag=True, help="Ask also what was asked today already.")
@click.option("--verify", is_flag=True, help="Raise norms whose quotes stood at the address to source-matched, in their files.")
@click.option("--status", is_flag=True, help="Ask nobody; print the last run and what was not checked for longest.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def watch(
    corpus: Path, state: Path, reviews: Path | None, only: tuple[str, ...], jobs: int, seconds: int, megabytes: int, pause: float,
    again: bool, verify: bool, status: bool, form: str,
) -> None:  # fmt: skip
    """Ask each source whether it changed.

    Each address is asked once a day at most, politely: conditional requests, robots.txt, pauses, limits of time and size, only public
    addresses. A run that was stopped goes on where it was. Exit code 1 where something changed or is gone.
    """
    from lintas import service

    with extra("watch"):
        report = service.watch(
            corpus, state, reviews=reviews or state / "reviews", only=tuple(c if c == "agreements" else c.upper() for c in only),
            jobs=jobs, seconds=seconds, size=megabytes * 1_000_000, pause=pause, again=again, verify=verify, ask=not status,
            progress=_progress,
        )  # fmt: skip
    if form == "json":
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode(report)).decode())
    else:
        _show(report)
    if not status and any(row["outcome"] in ("changed", "gone") for row in report["sources"]):
        sys.exit(1)


def _progress(done: int, total: int, url: str, outcome: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done}/{total} {outcome:<12}{url[:60]:<60}", err=True, nl=done == total)
    elif done == total or done % 50 == 0:
        click.echo(f"{done} of {total} asked", err=True)


def _show(report: dict[str, object]) -> None:
    from lintas.cli.text import plain

    rows = report["sources"]
    if not isinstance(rows, list):
        return
    counts = Counter(row["outcome"] for row in rows)
    click.echo(f"{report['asked']} of {report['known']} addresses asked on {report['day'] or 'no day yet'}: " + ", ".join(f"{n} {name}" for name, n in counts.most_common()))
    for row in rows:
        if row["outcome"] in ("changed", "gone") or row["missing"]:
            what = f", {row['missing']} of {row['held'] + row['missing']} quotes not found" if row["missing"] else ""
            click.echo(f"  {row['outcome']:<12}{plain(row['url'])}{what}")
            if row["norms"]:
                click.echo(f"{'':14}rests on it: {', '.join(row['norms'][:6])}" + (f" and {len(row['norms']) - 6} more" if len(row["norms"]) > 6 else ""))
    reasons = Counter(row["reason"] for row in rows if row["outcome"] == "unreachable")
    for reason, count in reasons.most_common(8):
        click.echo(f"  unreachable {count:>4}: {plain(reason)}")
    click.echo(f"Oldest reading: {report['oldest_read']} ({report['oldest_url']}).")
    if report["raised"]:
        click.echo(f"{report['raised']} norm versions raised to source-matched.")
    if report["reviews"]:
        click.echo(f"Review files: {report['reviews']}")
