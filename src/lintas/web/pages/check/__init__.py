"""Check: a list of flows goes in, the report comes back; the file is kept in memory and forgotten."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import re
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import multipart
from litestar import Request, Response, get, post
from litestar.exceptions import ClientException, HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from lintas import service
from lintas.errors import InputError, LintasError
from lintas.web import frame
from lintas.web.frame import Doors, Page, Parameters, View
from lintas.web.guard import Config

KINDS = ("csv", "tsv", "json", "jsonl", "xlsx", "parquet", "yaml")
FORMS = {"page": "text/html", "html": "text/html", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv", "json": "application/json"}


class TooLargeError(HTTPException):
    """The list is longer than this server takes."""

    status_code = 413


def view(_doors: Doors, _parts: dict[str, str], _given: Parameters) -> View:
    """The form, the columns, the promise."""
    rows = [{"column": name} for name in service.inventory_template()[0]]
    return View("What does your list of flows need?", {"template_rows": service.inventory_template(), "forms": FORMS}, rows)


async def upload(request: Request[Any, Any, Any], config: Config) -> tuple[bytes, str, dict[str, str]]:
    """The one file of a request, its name and the other fields, all in memory.

    Raises:
        InputError: no file, or a body that cannot be read.

    """
    body = await request.body()
    if len(body) > config.max_body:
        raise TooLargeError(detail=f"more than {config.max_body:,} bytes")
    kind, options = multipart.parse_options_header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data" or "boundary" not in options:
        raise InputError("no file came with the request", hint="Send a form with one file.")
    try:
        parser = multipart.MultipartParser(io.BytesIO(body), options["boundary"], memory_limit=config.max_body + 1, spool_limit=config.max_body + 1, partsize_limit=config.max_body + 1, part_limit=16)
        parts = list(parser)
        fields = {p.name: p.value for p in parts if not p.filename and p.size < 200}
        files = [(p.raw, p.filename) for p in parts if p.filename]
    except multipart.MultipartError as bad:
        raise InputError("the form cannot be read", hint="Send it again.") from bad
    if not files or not files[0][0]:
        raise InputError("no file came with the request", hint="Choose a file.")
    return files[0][0], Path(files[0][1]).name[:80], fields


def kind_of(name: str) -> str:
    """The format by the file's ending.

    Raises:
        InputError: an ending that is not known.

    """
    ending = Path(name).suffix.lower().lstrip(".")
    found = {"yml": "yaml", "ndjson": "jsonl", "pq": "parquet", "xlsm": "xlsx", "txt": "csv"}.get(ending, ending)
    if found not in KINDS:
        raise InputError(f"the ending {ending[:20]!r} is not known", hint=f"Read are: {', '.join(KINDS)}.")
    return found


def run(doors: Doors, body: bytes, name: str, kind: str, config: Config, progress: Callable[[int], None] | None = None) -> Any:
    """Decide every row of a file that lies in memory."""
    descriptor = os.memfd_create("inventory")
    try:
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            file.write(body)
        result = service.check(f"/proc/self/fd/{descriptor}", law=doors.law, kind=kind, max_rows=config.max_rows, progress=progress)
    except InputError as bad:
        where = bad.where.replace(f"/proc/self/fd/{descriptor}", name)
        raise InputError(bad.detail.replace(f"/proc/self/fd/{descriptor}", name), hint=bad.hint, where=where) from bad
    finally:
        os.close(descriptor)
    result.source = name
    return result


def written(result: Any, form: str) -> bytes:
    """The result in one of the forms; what has to be a file for a moment lies in memory (tmpfs)."""
    if form in ("json", "csv"):
        out = io.StringIO()
        service.check_to(result, form, out)
        return out.getvalue().encode("utf-8", "replace")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        file = Path(folder) / f"report.{form}"
        service.write_check(result, form, file)
        return file.read_bytes()


def check_handlers(doors: Doors, config: Config) -> list[HTTPRouteHandler]:
    """The two addresses of this page that are no reading page: the upload and the template."""

    @get("/check/template.csv", include_in_schema=False, sync_to_thread=False)
    def template() -> Response[str]:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(service.inventory_template())
        return Response(out.getvalue(), media_type="text/csv", headers={"content-disposition": 'attachment; filename="lintas-template.csv"'})

    @post("/check", include_in_schema=False, status_code=200)
    async def checked(request: Request[Any, Any, Any]) -> Response[Any] | Stream:
        body, name, fields = await upload(request, config)
        form = fields.get("form", "page")
        if form not in FORMS:
            raise ClientException(detail="unknown form of the answer")
        kind = kind_of(name)
        if form != "page":
            result = await asyncio.to_thread(run, doors, body, name, kind, config)
            made = await asyncio.to_thread(written, result, form)
            return Response(made, media_type=FORMS[form], headers={"cache-control": "no-store", "content-disposition": f'attachment; filename="lintas-check.{form}"'})
        first: asyncio.Queue[int | Exception | Any] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def work() -> None:
            def tell(item: Any) -> None:
                loop.call_soon_threadsafe(first.put_nowait, item)

            try:
                tell(written(run(doors, body, name, kind, config, progress=tell), "html"))
            except Exception as bad:  # noqa: BLE001 - it is raised or told in the page
                tell(bad)

        task = asyncio.create_task(asyncio.to_thread(work))
        head = await first.get()
        if isinstance(head, Exception):
            raise head
        return Stream(_streamed(doors, name, head, first, task), media_type="text/html", headers={"cache-control": "no-store"})

    return [template, checked]


async def _streamed(doors: Doors, name: str, item: Any, queue: asyncio.Queue[Any], task: asyncio.Task[None]) -> AsyncIterator[bytes]:
    """A page that grows: the count of rows while they are decided, then the report in its place."""
    view = View(f"What does each line of {name} need?", {}, [])
    page = Page(path="/check", template="check/working.html", view=lambda *_: view, section="check", reading=False)
    top, _, bottom = frame.render(doors, page, view, address="/check", pairs=[]).partition("<!--result-->")
    yield top.encode()
    while isinstance(item, int):
        yield f'<p class="step" role="status">{item:,} rows decided</p>\n'.encode()
        item = await queue.get()
    if isinstance(item, LintasError):
        yield f'<div class="result"><p class="loud" role="alert">{frame.escaped(str(item))}. {frame.escaped(item.hint)}</p></div>'.encode()
    elif isinstance(item, Exception):
        yield b'<div class="result"><p class="loud" role="alert">Something went wrong on our side. Nothing was kept.</p></div>'
    else:
        inner = re.search(r"<body>(.*)</body>", item.decode(), re.DOTALL)
        body = re.sub(r"<svg width=\"0\".*?</svg>", "", inner[1] if inner else "", count=1, flags=re.DOTALL)
        body = re.sub(r"<(/?)(?:main|header|footer)\b", r"<\1div", body)
        yield b'<div class="result">' + body.encode() + b"</div>"
    await task
    yield bottom.encode()


PAGE = Page(path="/check", template="check/page.html", view=view, section="check", reading=False)
