"""What stands before every answer: headers, limits of rate and load, a log without persons, health and metrics."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
from collections import Counter, OrderedDict
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Message, Receive, ReceiveMessage, Scope, Send

from lintas.errors import InputError
from lintas.web.frame import Doors

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30)


@dataclass(frozen=True)
class Config:
    """Limits of a server; each can be set by an environment variable ``LINTAS_...``.

    Attributes:
        max_body: bytes of a request.
        max_rows: rows of an inventory, situations of one call.
        rate: requests a second from one address, on average; 0 is no limit.
        burst: requests from one address at once.
        at_once: requests under way; one more is refused at once with 503.
        upload_seconds: time in which a request's body must have come.
        log: write one JSON line a request to standard error.

    """

    max_body: int = 20_000_000
    max_rows: int = 100_000
    rate: float = 50
    burst: int = 200
    at_once: int = 64
    upload_seconds: float = 60
    log: bool = False

    @classmethod
    def from_environment(cls) -> Config:
        """The limits that the environment sets.

        Raises:
            InputError: a variable that holds no number.

        """
        found: dict[str, Any] = {}
        for name, kind in (("max_body", int), ("max_rows", int), ("rate", float), ("burst", int), ("at_once", int), ("upload_seconds", float)):
            text = os.environ.get(f"LINTAS_{name.upper()}", "")
            try:
                found |= {name: kind(text)} if text else {}
            except ValueError as bad:
                raise InputError(f"LINTAS_{name.upper()} is a number, not {text[:40]!r}", hint="See docs/web.md for all limits.") from bad
        return cls(**found, log=os.environ.get("LINTAS_LOG", "") not in ("", "0"))


class SlowError(HTTPException):
    """The body of a request did not come in time."""

    status_code = 408


class Guard:
    """Counts, limits and logs; one for each process."""

    def __init__(self, config: Config, doors: Doors) -> None:
        self.config = config
        self.doors = doors
        self.under_way = 0
        self.tokens: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self.counts: Counter[tuple[str, int]] = Counter()
        self.times: Counter[tuple[str, float]] = Counter()
        self.sums: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.lock = threading.Lock()

    def middleware(self, app: ASGIApp) -> ASGIApp:
        """Refuse early what cannot be served, then measure and log what is."""

        async def handle(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP:
                await app(scope, receive, send)
                return
            if scope["method"] == "HEAD":
                scope = {**scope, "method": "GET"}  # the server sends no body, since it keeps its own record
            path = scope["path"]
            probe = path in ("/health", "/ready", "/metrics")
            why = "" if probe else self._refusal(scope)
            if why:
                await _refuse(send, why)
                return
            begun = time.perf_counter()
            status, whole = 500, False
            self.under_way += not probe

            async def receiving() -> ReceiveMessage:
                nonlocal whole
                if whole:
                    return await receive()
                try:
                    message = await asyncio.wait_for(receive(), begun + self.config.upload_seconds - time.perf_counter())
                except TimeoutError as bad:
                    raise SlowError(detail=f"the body took more than {self.config.upload_seconds:g} seconds") from bad
                whole = message["type"] != "http.request" or not message.get("more_body")
                return message

            async def sending(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    have = {key.lower() for key, _ in message["headers"]}
                    message["headers"] = [
                        *message["headers"], *((k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in have),
                    ]  # fmt: skip
                await send(message)

            try:
                await app(scope, receiving, sending)
            finally:
                self.under_way -= not probe
                self._note(scope, path, status, time.perf_counter() - begun)

        return handle

    def _refusal(self, scope: Scope) -> str:
        """``busy`` or ``rate`` where the request is not served, else nothing."""
        if self.under_way >= self.config.at_once:
            self.refused["busy"] += 1
            return "busy"
        if not self.config.rate or scope["path"].startswith("/static/"):
            return ""
        address = (scope.get("client") or ("",))[0]
        now = time.monotonic()
        tokens, then = self.tokens.pop(address, (float(self.config.burst), now))
        tokens = min(self.config.burst, tokens + (now - then) * self.config.rate)
        self.tokens[address] = (tokens - 1 if tokens >= 1 else tokens, now)
        while len(self.tokens) > 10_000:
            self.tokens.popitem(last=False)
        if tokens < 1:
            self.refused["rate"] += 1
            return "rate"
        return ""

    def _note(self, scope: Scope, path: str, status: int, seconds: float) -> None:
        kind = _kind(path)
        with self.lock:
            self.counts[kind, status] += 1
            self.sums[kind] += seconds  # type: ignore[assignment]
            self.times[kind, next((b for b in BUCKETS if seconds <= b), float("inf"))] += 1
        if self.config.log:
            line = {"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "method": scope["method"], "kind": kind, "status": status, "ms": round(seconds * 1000, 2)}  # type: ignore[typeddict-item]
            sys.stderr.write(json.dumps(line) + "\n")

    @staticmethod
    def log_fault(request: Request[Any, Any, Any], bad: Exception) -> None:
        """One line for a fault of ours: its type and its place, no data of the request."""
        step = bad.__traceback__
        while step is not None and step.tb_next is not None:
            step = step.tb_next
        place = f"{step.tb_frame.f_code.co_filename.rpartition('lintas/')[2]}:{step.tb_lineno}" if step else ""
        sys.stderr.write(json.dumps({"fault": type(bad).__name__, "place": place, "kind": _kind(request.url.path)}) + "\n")

    def handlers(self) -> list[HTTPRouteHandler]:
        """Health, readiness and metrics."""

        @get("/health", include_in_schema=False, sync_to_thread=False)
        def health() -> dict[str, str]:
            """The process answers."""
            return {"status": "ok"}

        @get("/ready", include_in_schema=False, sync_to_thread=False)
        def ready() -> Response[dict[str, Any]]:
            """The law is open and there is room for a request."""
            good = self.under_way < self.config.at_once
            body = {"status": "ready" if good else "busy", "release": self.doors.program.release, "corpus": self.doors.program.corpus_digest}
            return Response(body, status_code=200 if good else 503)

        @get("/metrics", include_in_schema=False, sync_to_thread=False)
        def metrics() -> Response[str]:
            """Counts and times in the Prometheus text format."""
            return Response(self.metrics(), media_type="text/plain; version=0.0.4")

        return [health, ready, metrics]

    def metrics(self) -> str:
        """Requests by kind and status, times as a histogram, refusals, requests under way."""
        out = ["# TYPE lintas_requests_total counter"]
        with self.lock:
            out += [f'lintas_requests_total{{kind="{k}",status="{s}"}} {n}' for (k, s), n in sorted(self.counts.items())]
            out.append("# TYPE lintas_request_seconds histogram")
            for kind in sorted({k for k, _ in self.counts}):
                total = 0
                for bucket in (*BUCKETS, float("inf")):
                    total += self.times[kind, bucket]
                    edge = "+Inf" if bucket == float("inf") else f"{bucket:g}"
                    out.append(f'lintas_request_seconds_bucket{{kind="{kind}",le="{edge}"}} {total}')
                out.append(f'lintas_request_seconds_sum{{kind="{kind}"}} {self.sums[kind]:.6f}')
                out.append(f'lintas_request_seconds_count{{kind="{kind}"}} {total}')
        out.append("# TYPE lintas_refused_total counter")
        out += [f'lintas_refused_total{{why="{why}"}} {self.refused[why]}' for why in ("busy", "rate")]
        out += ["# TYPE lintas_under_way gauge", f"lintas_under_way {self.under_way}"]
        out += ["# TYPE lintas_build_info gauge", f'lintas_build_info{{release="{self.doors.program.release}",corpus="{self.doors.program.corpus_digest[:16]}"}} 1']
        return "\n".join(out) + "\n"


def _kind(path: str) -> str:
    """The first parts of an address, so that neither facts nor names of a user are counted."""
    parts = [part.partition(".")[0] for part in path.strip("/").split("/")]
    if parts[0] == "v1":
        known = {"decide", "explain", "why-not", "ask", "check", "law", "coverage", "changes", "openapi"}
        return f"v1/{parts[1]}" if len(parts) > 1 and parts[1] in known else "v1"
    return parts[0] if parts[0] in ("ask", "check", "corridors", "law", "docs", "static", "schema", "health", "ready", "metrics", "mcp") else "other"


async def _refuse(send: Send, why: str) -> None:
    status, title = (503, "The server is busy") if why == "busy" else (429, "Too many requests")
    body = json.dumps({"error": {"code": f"http-{status}", "title": title, "detail": "", "hint": "Try again in a second.", "where": "", "retry": True}}).encode()
    headers = [(b"content-type", b"application/json"), (b"retry-after", b"1"), (b"content-length", str(len(body)).encode()), *((k.encode(), v.encode()) for k, v in HEADERS.items())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
