"""``python bench/load.py``: the web door under load, on this machine alone; prints a table in Markdown.

Each body is compared with the expected one: ``service.decide`` in this process for decisions, the first answer for pages and searches.
Callers and server share the machine, so figures are what both together reach. ``--minutes`` sets the time of the memory run.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import datetime as dt
import itertools
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import msgspec

from lintas import service

ROOT = Path(__file__).parents[1]
SECONDS = 8
CALLERS = 16


class Server:
    """One ``lintas serve`` and its processes."""

    def __init__(self, workers: int, **limits: object) -> None:
        environment = {**os.environ, "LINTAS_RATE": "0", **{f"LINTAS_{k.upper()}": str(v) for k, v in limits.items()}}
        command = [str(Path(sys.executable).parent / "lintas"), "serve", "--port", "0", "--workers", str(workers)]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
        self.port = int(re.search(r":(\d+)/", self.process.stderr.readline())[1])

    def pids(self) -> list[int]:
        """The server's processes, without helpers of ``multiprocessing``."""
        out, todo = [], [self.process.pid]
        while todo:
            pid = todo.pop()
            out.append(pid)
            todo += [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return out

    def rss(self) -> float:
        """MB in memory, all processes together (shared pages count for each)."""
        total = 0
        for pid in self.pids():
            total += int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])
        return total / 1024

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


class Caller:
    """One connection that is kept."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.streams = None

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        body = await reader.readexactly(int(re.search(r"content-length: (\d+)", head)[1]))
        if "connection: close" in head:
            self.close()
        return int(head[9:12]), body

    def close(self) -> None:
        if self.streams is not None:
            self.streams[1].close()
        self.streams = None


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: x\r\n\r\n".encode()


def post(path: str, body: object) -> bytes:
    text = json.dumps(body).encode()
    return f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {len(text)}\r\n\r\n".encode() + text


def decisions() -> list[tuple[bytes, bytes]]:
    """Standard questions of each member, and their answers as this process finds them."""
    law = service.open_law()
    out = []
    for raw in service.standard_questions(service.corpus_root())[::23]:
        situation = {"id": raw["id"], "as_of": service.today().isoformat(), "facts": raw["facts"]}
        out.append((post("/v1/decide", situation), msgspec.json.encode(service.decide(situation, law=law))))
    return out


def pages() -> list[bytes]:
    return [get(f"/corridors?activity={a}&as_of={service.today()}") for a in ("transfer-personal-data", "notify-breach", "register-for-vat", "store-data")]


def searches() -> list[bytes]:
    return [get(f"/v1/law/search?q={quote(q)}") for q in ("consent", "breach 72 hours", "dữ liệu", "ข้อมูล", "transfer", "penalty", "tax digital", "signature")]


async def first(port: int, requests: list[bytes]) -> list[tuple[bytes, bytes]]:
    """Each request with its first answer."""
    caller = Caller(port)
    out = []
    for request in requests:
        status, body = await caller.ask(request)
        if status == 200:
            out.append((request, body))
    caller.close()
    if not out:
        raise SystemExit("no request is answered")
    return out


async def until_ready(port: int) -> None:
    for _ in range(600):
        try:
            if (await Caller(port).ask(get("/ready")))[0] == 200:
                return
        except OSError:
            pass
        await asyncio.sleep(0.1)
    raise SystemExit("the server did not start")


async def press(port: int, work: list[tuple[bytes, bytes]], callers: int, seconds: float) -> dict[str, object]:
    """Callers that ask one request after the other; times by status, and answers that are not the expected ones."""
    times: dict[int, list[float]] = collections.defaultdict(list)
    wrong = broken = 0
    end = time.perf_counter() + seconds

    async def one(number: int) -> None:
        nonlocal wrong, broken
        await asyncio.sleep(number * 0.01 if callers <= CALLERS else 0)  # connections come one after the other, so that both processes take some
        caller = Caller(port)
        turns = itertools.cycle(work[number % len(work) :] + work[: number % len(work)])
        while time.perf_counter() < end:
            request, expected = next(turns)
            begun = time.perf_counter()
            try:
                status, body = await caller.ask(request)
            except (OSError, asyncio.IncompleteReadError):
                broken += 1
                caller.close()
                await asyncio.sleep(0.01)
                continue
            times[status].append(time.perf_counter() - begun)
            if status == 503:
                wrong += json.loads(body)["error"]["code"] != "http-503"
                await asyncio.sleep(0.05)  # a caller that obeys Retry-After would wait a second
            elif status != 200 or body != expected:
                wrong += 1
        caller.close()

    begun = time.perf_counter()
    await asyncio.gather(*(one(n) for n in range(callers)))
    return {"times": times, "wrong": wrong, "broken": broken, "seconds": time.perf_counter() - begun}


def told(found: dict[str, object]) -> str:
    times = sorted(found["times"][200])
    rate = len(times) / found["seconds"]
    p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
    return f"{rate:,.0f} | {p50 * 1000:.1f} | {p99 * 1000:.1f} | {found['wrong']} | {found['broken']}"


async def speed() -> None:
    print("| what | processes | callers | requests/s | p50 ms | p99 ms | wrong | broken |")
    print("|---|---|---|---|---|---|---|---|")
    for workers in (1, 2):
        server = Server(workers)
        try:
            await until_ready(server.port)
            for what, work in (("decide", decisions()), ("corridors", await first(server.port, pages())), ("search", await first(server.port, searches()))):
                for callers in (1, CALLERS):
                    await press(server.port, work, callers, 1.5)  # each process makes its matrices once
                    print(f"| {what} | {workers} | {callers} | {told(await press(server.port, work, callers, SECONDS))} |", flush=True)
        finally:
            code = server.stop()
        print(f"<!-- {workers} processes left with {code} -->")


async def overload() -> None:
    server = Server(1, at_once=16)
    try:
        await until_ready(server.port)
        work = decisions()
        print("\n| callers at `LINTAS_AT_ONCE=16` | answered/s | p50 ms | p99 ms | refused/s (503) | p99 ms of a refusal | wrong | broken |\n|---|---|---|---|---|---|---|---|")
        for callers in (16, 64, 400):
            found = await press(server.port, work, callers, SECONDS)
            good, refused = sorted(found["times"][200]), sorted(found["times"][503]) or [0.0]
            rate, turned = len(good) / found["seconds"], len(found["times"][503]) / found["seconds"]
            print(f"| {callers} | {rate:,.0f} | {statistics.median(good) * 1000:.0f} | {good[int(len(good) * 0.99)] * 1000:.0f} | {turned:,.0f} | {refused[int(len(refused) * 0.99)] * 1000:.0f} | {found['wrong']} | {found['broken']} |", flush=True)
    finally:
        server.stop()


async def memory(minutes: float) -> None:
    server = Server(1)
    try:
        await until_ready(server.port)
        fresh = server.rss()
        work = decisions() + await first(server.port, pages()) + await first(server.port, searches())
        seen, count = [], 0
        end = time.monotonic() + minutes * 60
        while time.monotonic() < end:
            found = await press(server.port, work, 8, min(15, minutes * 10))
            count += len(found["times"][200])
            seen.append(server.rss())
            if found["wrong"] or found["broken"]:
                print(f"wrong {found['wrong']}, broken {found['broken']}")
        tenth = max(1, len(seen) // 10)
        print(
            f"\nMemory, {minutes:g} min, 8 callers, {count:,} answers, one process: {fresh:.0f} MB after the start, {seen[tenth - 1]:.0f} MB after a tenth of the time, "
            f"{seen[len(seen) // 2]:.0f} MB at half, {seen[-1]:.0f} MB at the end, {max(seen):.0f} MB at most."
        )
    finally:
        server.stop()


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1, help="of the memory run")
    parser.add_argument("--only", choices=("speed", "overload", "memory"))
    given = parser.parse_args()
    print(f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {sys.version.split()[0]}\n")
    if given.only in (None, "speed"):
        await speed()
    if given.only in (None, "overload"):
        await overload()
    if given.only in (None, "memory"):
        await memory(given.minutes)


if __name__ == "__main__":
    asyncio.run(main())
