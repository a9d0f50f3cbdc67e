"""One polite request: only http(s), only public addresses, bounded in time, size and redirects, robots obeyed.

The address is checked where the connection is made, after the name was resolved, so a name that later points elsewhere or
a redirect into a private network finds no door.
"""

from __future__ import annotations

import hashlib
import ipaddress
import socket
import ssl
import threading
import time
import urllib.robotparser
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

import httpcore

AGENT = "lintas-watch/1 (+checks whether a cited law changed)"
MAX_REDIRECTS = 5
ROBOTS_BYTES = 500_000
PORTS = (80, 443, 8080, 8443)


class Limits(NamedTuple):
    """Bounds of one request.

    Attributes:
        seconds: for the whole response, redirects included.
        silence: seconds without a byte.
        size: bytes of the body, before and after decompression.
        pause: seconds between two requests to one host.
        tries: attempts where the server is busy or breaks off.

    """

    seconds: float = 60
    silence: float = 15
    size: int = 20_000_000
    pause: float = 2
    tries: int = 3


DEFAULT = Limits()


class Response(NamedTuple):
    """What came back. ``reason`` is empty where the server answered; otherwise it says what stood in the way."""

    status: int
    url: str
    content_type: str = ""
    etag: str = ""
    modified: str = ""
    body: bytes = b""
    reason: str = ""

    @property
    def sha256(self) -> str:
        """The hash of the body as it was served."""
        return hashlib.sha256(self.body).hexdigest()


class _RefusedError(Exception):
    """A request that is not made; the text says why."""


class Guard(httpcore.NetworkBackend):
    """Connects to public addresses only; ``allowed`` opens single addresses for tests on this machine."""

    def __init__(self, allowed: frozenset[str] = frozenset()) -> None:
        self.allowed = allowed
        self.plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve once, check every address, connect to the first that was checked."""
        if f"{host}:{port}" not in self.allowed and port not in PORTS:
            raise _RefusedError(f"port {port} is not asked")
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as bad:
            raise httpcore.ConnectError(f"no address for {host}") from bad
        addresses = list(dict.fromkeys(str(row[4][0]) for row in found))
        for address in addresses:
            if f"{host}:{port}" not in self.allowed and not public(address):
                raise _RefusedError(f"{host} is not a public address")
        return self.plain.connect_tcp(addresses[0], port, timeout, local_address, socket_options)

    def connect_unix_socket(self, *_path: Any, **_options: Any) -> httpcore.NetworkStream:
        """Never."""
        raise _RefusedError("no local sockets")

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


def public(address: str) -> bool:
    """Whether an IP address is reachable by everybody (no private, loopback, link-local, shared, reserved or multicast range)."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (inner is None or inner.is_global)


class Fetcher:
    """Asks servers one after the other per host; safe to use from several threads."""

    def __init__(self, limits: Limits = DEFAULT, *, allowed: frozenset[str] = frozenset(), certificates: ssl.SSLContext | None = None) -> None:
        self.limits = limits
        self.pool = httpcore.ConnectionPool(
            ssl_context=certificates or ssl.create_default_context(), max_connections=20, max_keepalive_connections=0,
            network_backend=Guard(allowed),
        )  # fmt: skip
        self.allowed = allowed
        self.robots: dict[str, urllib.robotparser.RobotFileParser | None] = {}
        self.hosts: dict[str, threading.Lock] = {}
        self.last: dict[str, float] = {}
        self.lock = threading.Lock()

    def get(self, url: str, *, etag: str = "", modified: str = "") -> Response:
        """The answer of one address, redirects followed.

        Args:
            url: where to ask.
            etag: of the last answer; an unchanged source then answers 304 without a body.
            modified: the ``Last-Modified`` of the last answer, likewise.

        """
        headers = {"If-None-Match": etag, "If-Modified-Since": modified}
        conditional = {key: value for key, value in headers.items() if value}
        deadline = time.monotonic() + self.limits.seconds
        try:
            return self._follow(url, conditional, deadline)
        except _RefusedError as bad:
            return Response(0, url, reason=f"refused: {bad}")
        except (httpcore.TimeoutException, TimeoutError):
            return Response(0, url, reason="no answer in time")
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError, ValueError) as bad:
            return Response(0, url, reason=f"no connection: {type(bad).__name__}")

    def _follow(self, url: str, conditional: Mapping[str, str], deadline: float) -> Response:
        for _ in range(MAX_REDIRECTS + 1):
            if not self._welcome(url, deadline):
                raise _RefusedError("robots.txt asks not to read this address")
            found, target = self._patiently(url, conditional, deadline)
            if not target:
                return found
            url = urljoin(url, target)
        raise _RefusedError(f"more than {MAX_REDIRECTS} redirects")

    def _patiently(self, url: str, conditional: Mapping[str, str], deadline: float) -> tuple[Response, str]:
        """Back off where the server is busy or breaks off."""
        wait = self.limits.pause or 0.1
        for attempt in range(self.limits.tries):
            last = attempt + 1 == self.limits.tries
            try:
                found, target, after = self._once(url, conditional, deadline, self.limits.size)
            except (httpcore.NetworkError, httpcore.ProtocolError):
                if last:
                    raise
                after = None
            else:
                if found.status not in (429, 500, 502, 503, 504) or last:
                    return found, target
            pause = max(wait * 2**attempt, after or 0)
            if time.monotonic() + pause > deadline:
                raise TimeoutError
            time.sleep(pause)
        raise TimeoutError

    def _once(self, url: str, conditional: Mapping[str, str], deadline: float, size: int) -> tuple[Response, str, float | None]:
        parts = checked(url)
        host = parts.netloc
        headers: dict[bytes | str, bytes | str] = {
            "Host": host, "User-Agent": AGENT, "Accept": "text/html, application/pdf, text/plain;q=0.9, */*;q=0.5",
            "Accept-Encoding": "identity", "Connection": "close",
        }  # fmt: skip
        headers.update(conditional.items())
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), min(self.limits.silence, max(deadline - time.monotonic(), 0.01)))
        with self._turn(host):
            self._pace(host)
            with self.pool.stream("GET", plain(url), headers=headers, extensions={"timeout": timeout}) as answer:
                got = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in answer.headers}
                if answer.status in (301, 302, 303, 307, 308) and got.get("location"):
                    return Response(answer.status, url), got["location"][:2000], None
                body = b"" if answer.status == 304 else self._body(answer, got, deadline, size)
        after = got.get("retry-after", "")
        return (
            Response(answer.status, url, got.get("content-type", "")[:200], got.get("etag", "")[:200], got.get("last-modified", "")[:60], body),
            "",
            float(after) if after.isdigit() else None,
        )

    def _body(self, answer: httpcore.Response, headers: Mapping[str, str], deadline: float, size: int) -> bytes:
        """The body, inflated where the server packed it unasked; every byte counts against the limit."""
        stated = headers.get("content-length", "")
        if stated.isdigit() and int(stated) > size:
            raise _RefusedError(f"the answer is larger than {size:,} bytes")
        packing = headers.get("content-encoding", "identity").lower().strip()
        unpack = zlib.decompressobj(47) if packing in ("gzip", "deflate", "x-gzip") else None
        if unpack is None and packing not in ("", "identity"):
            raise _RefusedError(f"the answer is packed as {packing[:20]}")
        out = bytearray()
        for chunk in answer.iter_stream():
            try:
                out += unpack.decompress(chunk, size + 1 - len(out)) if unpack else chunk
            except zlib.error as bad:
                raise _RefusedError("the answer is not packed as it says") from bad
            if len(out) > size:
                raise _RefusedError(f"the answer is larger than {size:,} bytes")
            if time.monotonic() > deadline:
                raise TimeoutError
        return bytes(out)

    def _welcome(self, url: str, deadline: float) -> bool:
        parts = checked(url)
        root = f"{parts.scheme}://{parts.netloc}"
        if root not in self.robots:
            self.robots[root] = self._rules(root, deadline)
        rules = self.robots[root]
        return rules is None or rules.can_fetch(AGENT, url)

    def _rules(self, root: str, deadline: float) -> urllib.robotparser.RobotFileParser | None:
        """The robots file of a host; none where there is none or it cannot be read (RFC 9309, 2.3.1)."""
        url = f"{root}/robots.txt"
        try:
            for _ in range(MAX_REDIRECTS + 1):
                found, target, _after = self._once(url, {}, deadline, ROBOTS_BYTES)
                if not target:
                    break
                url = urljoin(url, target)
            else:
                return None
        except _RefusedError as bad:
            if "public" in str(bad) or "port" in str(bad):
                raise
            return None
        rules = urllib.robotparser.RobotFileParser()
        if found.status >= 500:
            rules.parse(["User-agent: *", "Disallow: /"])
            return rules
        if found.status != 200:
            return None
        rules.parse(found.body.decode("utf-8", "replace").splitlines())
        return rules

    def _turn(self, host: str) -> threading.Lock:
        with self.lock:
            return self.hosts.setdefault(host, threading.Lock())

    def _pace(self, host: str) -> None:
        wait = self.last.get(host, -1e9) + self.limits.pause - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        self.last[host] = time.monotonic()


def plain(url: str) -> str:
    """The address in ASCII, without a fragment."""
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode("ascii")
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port else ""
    path, query = (quote(part, safe="%/:=&?~+!$,;'@()*[]") for part in (parts.path or "/", parts.query))
    return f"{parts.scheme}://{host}{port}{path}" + (f"?{query}" if query else "")


def checked(url: str) -> Any:
    """The parts of an address that may be asked.

    Raises:
        _RefusedError: another scheme, a name with a password, no host.

    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise _RefusedError(f"only http and https are asked, not {parts.scheme[:20] or 'this'}")
    if parts.username is not None or not parts.hostname or len(url) > 2000:
        raise _RefusedError("not a plain address")
    return parts
