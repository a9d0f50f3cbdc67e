"""``lintas mcp``: the tools for agents, over the Model Context Protocol."""

from __future__ import annotations

import socket

import click

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
    try:
        import anyio
        import uvicorn

        from lintas.agents import server
    except ModuleNotFoundError as bad:
        raise InputError(f"the tools for agents need {bad.name}", hint="pip install 'lintas[agents]'") from bad
    from lintas import service

    law = service.open_law(corpus)
    if not http:
        anyio.run(server.over_stdio, law)
        return
    config = uvicorn.Config(
        server.over_http(law, hosts), host=host, port=port, log_level="warning", access_log=False, server_header=False,
        limit_concurrency=64, timeout_graceful_shutdown=20, timeout_keep_alive=15, h11_max_incomplete_event_size=65_536,
    )  # fmt: skip
    listening = config.bind_socket()
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a socket bound beforehand has none, and each small answer then waits 40 ms
    click.echo(f"http://{host}:{listening.getsockname()[1]}/mcp  (stop with Ctrl-C)", err=True)
    uvicorn.Server(config).run(sockets=[listening])
