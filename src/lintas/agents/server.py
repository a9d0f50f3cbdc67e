"""The tools on a wire: standard input and output, or streamable HTTP. Stateless: nothing about a user is stored."""

from __future__ import annotations

import anyio
import anyio.to_thread
import msgspec
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from starlette.applications import Starlette

from lintas import service
from lintas.agents.calls import schema
from lintas.agents.tools import INSTRUCTIONS, TOOLS, run

MAX_BODY = 262_144
"""Bytes of one request over HTTP; the largest situation that is read has 400 facts."""
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
AT_ONCE = 4
"""Calls that are worked on together; the others wait."""


def make(law: service.Law) -> Server[object]:
    """The server over an opened law.

    It is the SDK's low-level server: the ergonomic one coerces arguments and words errors in its own way, and both are ours to settle.
    """
    tools = [
        Tool(
            name=tool.name, title=tool.title, description=tool.description, input_schema=schema(tool.call, law),
            annotations=ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False),
        )
        for tool in TOOLS
    ]  # fmt: skip
    limiter = anyio.CapacityLimiter(AT_ONCE)

    async def list_tools(_: ServerRequestContext[object], __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=tools)

    async def call_tool(_: ServerRequestContext[object], params: CallToolRequestParams) -> CallToolResult:
        found, failed = await anyio.to_thread.run_sync(run, law, params.name, params.arguments or {}, limiter=limiter)
        text = msgspec.json.encode(found).decode()
        return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=msgspec.json.decode(text), is_error=failed)

    return Server(
        "lintas", title="Lintas", version=service.ENGINE_VERSION, instructions=INSTRUCTIONS, on_list_tools=list_tools, on_call_tool=call_tool
    )


async def over_stdio(law: service.Law) -> None:
    """Serve one client on standard input and output, until it closes them."""
    server = make(law)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def over_http(law: service.Law, hosts: tuple[str, ...] = ()) -> Starlette:
    """The tools at ``/mcp``; a request for any host but the loopback and ``hosts``, or from a page elsewhere, is refused."""
    names = (*LOOPBACK, *hosts)
    return make(law).streamable_http_app(
        json_response=True,
        stateless_http=True,
        max_request_body_size=MAX_BODY,
        transport_security=TransportSecuritySettings(
            allowed_hosts=[entry for name in names for entry in (name, f"{name}:*")],
            allowed_origins=[f"{scheme}://{name}{port}" for name in names for scheme in ("http", "https") for port in ("", ":*")],
        ),
    )
