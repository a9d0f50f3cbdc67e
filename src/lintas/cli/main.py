"""The command group and its error boundary."""

from __future__ import annotations

import sys
from typing import Any

import click

from lintas import __version__
from lintas.errors import LintasError

COMMANDS = {
    "ask": "lintas.cli.reasons",
    "cases": "lintas.cli.cases",
    "check": "lintas.cli.check",
    "decide": "lintas.cli.decide",
    "diff": "lintas.cli.diff",
    "explain": "lintas.cli.reasons",
    "law": "lintas.cli.law",
    "mcp": "lintas.cli.mcp",
    "publish": "lintas.cli.publish",
    "release": "lintas.cli.publish",
    "serve": "lintas.cli.serve",
    "watch": "lintas.cli.watch",
    "why-not": "lintas.cli.reasons",
}


class LazyGroup(click.Group):
    """Imports a command's module when it is called, so that start-up stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        """All commands, in alphabetical order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """One command by name."""
        if cmd_name not in COMMANDS:
            return None
        import importlib

        module = importlib.import_module(COMMANDS[cmd_name])
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lintas")
def lintas() -> None:
    """The rules of Southeast Asia's digital economy, as code.

    Each answer carries the article behind it. Information, not legal advice.
    """


def run(argv: list[str] | None = None) -> None:
    """Entry point: one clear error and exit code 2 for bad input."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")
    try:
        code = lintas.main(args=argv, standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except LintasError as bad:
        show_error(bad)
        sys.exit(2)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as bad:
        bad.show()
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


def show_error(bad: LintasError) -> None:
    """Three lines: what, where, what to do."""
    click.echo(f"Error: {bad.title}: {bad.detail}" if bad.detail else f"Error: {bad.title}", err=True)
    if bad.where:
        click.echo(f"  at {bad.where}", err=True)
    if bad.hint:
        click.echo(f"  {bad.hint}", err=True)
