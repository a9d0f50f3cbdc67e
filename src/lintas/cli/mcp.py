"""``lintas mcp``: the tools for agents, over the Model Context Protocol."""

from __future__ import annotations

import signal
import socket
import sys

import click

from lintas.cli.extras import extra
from lintas.errors import InputError


@click.command()
@click.option("--http", is_flag=True, help="Streamable HTTP at /mcp in place of standard input and output.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen with --http.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="With --http; 0 takes a free one.")
@click.option("--allow-host", "hosts", multiple=True, metavar="NAME", help="A further name to answer to, such as a proxy's; may be repeated.")
@click.option("--corpus", type=click.Path(file_okay=False), help="A corpus folder in place of the packaged release.")
def mcp(http: bool, host: str, port: int, hosts: tuple[str, ...], corpus: str | None) -> None:
    """Let agents ask: seven tools over the Model Context Protocol.

    The client starts it and speaks on standard input and output, unless --http is given. Stateless: nothing about a user is stored.
    """
    with extra("agents"):
        import anyio
        import uvicorn

        from lintas.agents import server
    from lintas import service

    law = service.open_law(corpus)
    if not http:
        anyio.run(server.over_stdio, law)
        return
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as bad:
        raise InputError(f"cannot listen on {host}:{port}: {bad.strerror or bad}", hint="Name another --host or --port; --port 0 takes a free one.") from bad
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a socket bound beforehand has none, and each small answer then waits 40 ms
    place = f"[{host}]" if ":" in host else host
    click.echo(f"http://{place}:{listening.getsockname()[1]}/mcp  (stop with Ctrl-C)", err=True)
    config = uvicorn.Config(
        server.over_http(law, hosts), log_level="warning", access_log=False, server_header=False,
        limit_concurrency=64, timeout_graceful_shutdown=20, timeout_keep_alive=15, h11_max_incomplete_event_size=65_536,
    )  # fmt: skip
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # the server raises the signal again once all requests have ended
    uvicorn.Server(config).run(sockets=[listening])
