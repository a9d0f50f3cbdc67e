"""``lintas serve``: the pages and the API on this machine."""

from __future__ import annotations

import os

import click

from lintas.cli.extras import extra


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes; each opens the law once.")
@click.option("--log", is_flag=True, help="One JSON line a request on standard error, without facts or addresses of callers.")
def serve(host: str, port: int, workers: int, log: bool) -> None:
    """Serve the pages, the API (/v1) and the guide (/docs).

    Stateless: nothing about a user is stored. Limits are environment variables (see docs/web.md).
    """
    with extra("web"):
        import uvicorn

        from lintas.web import app as _  # noqa: F401 - told early where an extra is missing
    if log:
        os.environ["LINTAS_LOG"] = "1"
    click.echo(f"http://{host}:{port}/  (stop with Ctrl-C)", err=True)
    uvicorn.run(
        "lintas.web.app:from_environment", factory=True, host=host, port=port, workers=workers, log_level="warning", access_log=False,
        server_header=False, timeout_graceful_shutdown=20, timeout_keep_alive=15, h11_max_incomplete_event_size=65_536,
    )  # fmt: skip
