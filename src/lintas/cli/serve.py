"""``lintas serve``: the pages and the API on this machine."""

from __future__ import annotations

import os
import signal
import socket
import sys

import click

from lintas import service
from lintas.errors import InputError


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes; each opens the law once.")
@click.option("--log", is_flag=True, help="One JSON line a request on standard error, without facts or addresses of callers.")
def serve(host: str, port: int, workers: int, log: bool) -> None:
    """Serve the pages, the API (/v1) and the guide (/docs).

    Stateless: nothing about a user is stored. Limits are environment variables (see docs/web.md).
    SIGTERM lets running requests end, for 20 seconds at most.
    """
    try:
        import uvicorn
        from uvicorn.supervisors import Multiprocess

        from lintas.web.guard import Config
    except ModuleNotFoundError as bad:
        raise InputError(f"the pages need {bad.name}", hint="pip install 'lintas[web]', or `make serve` in a checkout.") from bad
    if log:
        os.environ["LINTAS_LOG"] = "1"
    Config.from_environment()
    service.open_law()  # what cannot be read is told now, once, and not by each process
    listening = _listen(host, port)
    place = f"[{host}]" if ":" in host else host
    click.echo(f"http://{place}:{listening.getsockname()[1]}/  (stop with Ctrl-C)", err=True)
    config = uvicorn.Config(
        "lintas.web.app:from_environment", factory=True, host=host, port=port, workers=workers, log_level="warning", access_log=False,
        server_header=False, timeout_graceful_shutdown=20, timeout_keep_alive=15, h11_max_incomplete_event_size=65_536,
    )  # fmt: skip
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # the server raises the signal again once all requests have ended
    server = uvicorn.Server(config)
    try:
        if workers > 1:
            Multiprocess(config, sockets=[listening]).run()
        else:
            server.run(sockets=[listening])
    except KeyboardInterrupt:
        sys.exit(0)
    if workers == 1 and not server.started:
        sys.exit(3)


def _listen(host: str, port: int) -> socket.socket:
    """The socket, open before the address is told.

    Raises:
        InputError: the address is taken, or not of this machine.

    """
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # named, so that answers are sent without delay
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(2048)
    except OSError as bad:
        made.close()
        raise InputError(f"cannot listen at {host}:{port}: {bad.strerror}", hint="Name another --port; 0 takes a free one.") from bad
    made.set_inheritable(True)
    return made
