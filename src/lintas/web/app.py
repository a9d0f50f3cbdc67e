"""The application: pages with their twins, shipped files, REST, health and metrics behind one set of guards."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from anyio.to_thread import run_sync
from litestar import Litestar, Request, Response, get
from litestar.config.compression import CompressionConfig
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from lintas import service
from lintas.errors import InputError, LintasError, SituationError
from lintas.web import api, frame
from lintas.web.frame import Doors, NotFoundError, Page, Parameters, View
from lintas.web.guard import Config, Guard
from lintas.web.pages import PAGES
from lintas.web.pages.check import check_handlers
from lintas.web.pages.law import choice
from lintas.web.say import LANGUAGES

SHIPPED = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".LICENSE": "text/plain"}


def create_app(law: service.Law | None = None, config: Config | None = None) -> Litestar:
    """The whole web door over one opened law.

    Args:
        law: the law to answer from; by default the checkout's or the packaged release.
        config: limits of size, time and rate.

    """
    config = config or Config()
    doors = Doors(law or service.open_law())
    guard = Guard(config, doors)
    frame.render(doors, PAGES[0], PAGES[0].view(doors, {}, Parameters([], frozenset())), address="/ask", pairs=[])  # the first visitor waits for nothing
    handlers: list[Any] = [_home, _shipped]
    for page in PAGES:
        handlers.append(_html(page, doors))
        if not page.path.endswith("}"):
            handlers += [_twin(page, doors, "json"), _twin(page, doors, "csv")]
    handlers.append(_feed(doors))
    handlers += [*check_handlers(doors, config), *api.handlers(doors, config), *guard.handlers()]
    app = Litestar(
        route_handlers=handlers,
        compression_config=CompressionConfig(backend="gzip", minimum_size=800, gzip_compress_level=6),
        exception_handlers={LintasError: _failed(doors), Exception: _failed(doors)},
        openapi_config=None,
        request_max_body_size=config.max_body,
        debug=False,
        logging_config=None,
    )
    app.asgi_handler = guard.middleware(app.asgi_handler)  # around everything, so that an address that does not exist is guarded and counted too
    return app


def from_environment() -> Litestar:
    """The application with the limits that the environment sets, over ``LINTAS_CORPUS``, the checkout or the packaged release."""
    return create_app(config=Config.from_environment())


@get("/", include_in_schema=False, sync_to_thread=False)
def _home() -> Redirect:
    return Redirect("/ask")


@get("/static/{name:str}", include_in_schema=False, sync_to_thread=False)
def _shipped(name: str) -> Response[bytes]:
    """A file that ships with the package; its address carries its hash, so it may be kept for a year."""
    if name == "lintas.css":
        body = frame.stylesheet()
    else:
        file = frame.HERE / "static" / Path(name).name
        if file.name != name or not file.is_file() or file.suffix not in SHIPPED:
            raise NotFoundError(name[:60])
        body = file.read_bytes()
    return Response(body, media_type=SHIPPED[Path(name).suffix], headers={"cache-control": "public, max-age=31536000, immutable"})


def _asked(page: Page, doors: Doors, request: Request[Any, Any, Any]) -> tuple[dict[str, str], Parameters]:
    parts = {key: str(value) for key, value in request.path_params.items()}
    return parts, Parameters(_pairs(request), page.known(doors) | {"lang"})


def _pairs(request: Request[Any, Any, Any]) -> list[tuple[str, str]]:
    """The parameters in the order of the address."""
    return parse_qsl(request.url.query, keep_blank_values=True, max_num_fields=400)


def _mark(doors: Doors, request: Request[Any, Any, Any]) -> str:
    text = f"{doors.mark()} {request.url.path}?{request.url.query} {request.headers.get('accept-language', '')[:60]}"
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'


def _unchanged(doors: Doors, request: Request[Any, Any, Any]) -> Response[bytes] | None:
    """304 where the caller has this very answer: same address, same corpus, same day."""
    mark = _mark(doors, request)
    if mark in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers={"etag": mark, "cache-control": "no-cache"})
    return None


def _html(page: Page, doors: Doors) -> HTTPRouteHandler:
    def made(request: Request[Any, Any, Any]) -> Response[Any]:
        if same := _unchanged(doors, request):
            return same
        parts, given = _asked(page, doors, request)
        view = page.view(doors, parts, given)
        tongue = language(given) if page.translated else "en"
        text = frame.render(doors, page, view, address=request.url.path, pairs=given.pairs(), language=tongue)
        return Response(text, status_code=view.status, media_type="text/html", headers=_headers(doors, request, view))

    @get(_route(page.path), name=f"page {page.path}", include_in_schema=False)
    async def handler(request: Request[Any, Any, Any]) -> Response[Any]:
        form = _suffix(page, request)
        return await run_sync(_twin_maker(page, doors, form) if form else made, request)

    return handler


def _suffix(page: Page, request: Request[Any, Any, Any]) -> str:
    """The form that the address ends in, where its last part is a name of the law."""
    if not page.path.endswith("}"):
        return ""
    ending = request.url.path.rpartition(".")[2]
    return ending if ending in ("json", "csv") else ""


def language(given: Parameters) -> str:
    """The language that the address names; English otherwise, so that one address is one page."""
    stated = given.one("lang", "en")
    if stated not in LANGUAGES:
        raise InputError(f"no catalogue for {stated[:20]!r}", hint=f"Use one of {', '.join(LANGUAGES)}.")
    return stated


def _headers(doors: Doors, request: Request[Any, Any, Any], view: View) -> dict[str, str]:
    return {"cache-control": "no-cache", "etag": _mark(doors, request)} if view.status == 200 else {"cache-control": "no-store"}


def _feed(doors: Doors) -> HTTPRouteHandler:
    @get("/law/changes.atom", include_in_schema=False)
    async def handler(request: Request[Any, Any, Any]) -> Response[Any]:
        if same := _unchanged(doors, request):
            return same
        given = Parameters(_pairs(request), frozenset({"member", "area"}))
        text = await run_sync(service.changes_feed, doors.program, *choice(doors, given))
        return Response(text, media_type="application/atom+xml; charset=utf-8", headers={"cache-control": "no-cache", "etag": _mark(doors, request)})

    return handler


def _twin(page: Page, doors: Doors, form: str) -> HTTPRouteHandler:
    make = _twin_maker(page, doors, form)

    @get(f"{_route(page.path)}.{form}", name=f"{form} {page.path}", include_in_schema=False)
    async def handler(request: Request[Any, Any, Any]) -> Response[Any]:
        return await run_sync(make, request)

    return handler


def _twin_maker(page: Page, doors: Doors, form: str) -> Callable[[Request[Any, Any, Any]], Response[Any]]:
    write: Callable[..., bytes] = frame.as_json if form == "json" else frame.as_csv

    def made(request: Request[Any, Any, Any]) -> Response[Any]:
        if same := _unchanged(doors, request):
            return same
        pairs = _pairs(request)
        bare = ("header", "no") in pairs
        parts = {key: str(value).removesuffix(f".{form}") for key, value in request.path_params.items()}
        given = Parameters([p for p in pairs if p != ("header", "no")], page.known(doors) | {"lang"})
        view = page.view(doors, parts, given)
        body = write(doors, view) if form == "json" else write(doors, view, with_header=not bare)
        name = re.sub(r"[^a-z0-9.-]+", "-", request.url.path.lower()).strip("-").removesuffix(f".{form}") or "page"
        headers = _headers(doors, request, view) | {"content-disposition": f'inline; filename="lintas-{name}-{view.as_of or doors.program.known_on}.{form}"'}
        return Response(body, status_code=view.status, media_type="application/json" if form == "json" else "text/csv", headers=headers)

    return made


def _route(path: str) -> str:
    """A page's path as a route."""
    return "/".join(f"{part[:-1]}:str}}" if part.startswith("{") else part for part in path.split("/"))


STATUS = {NotFoundError: 404, SituationError: 400, InputError: 400}


def _failed(doors: Doors) -> Callable[[Request[Any, Any, Any], Exception], Response[Any]]:
    """The one error shape: a page for people, JSON for programs; a fault of ours says no more than that."""

    def handler(request: Request[Any, Any, Any], bad: Exception) -> Response[Any]:
        status = next((code for kind, code in STATUS.items() if isinstance(bad, kind)), None)
        if isinstance(bad, RecursionError):
            bad = InputError("nested too deeply", hint="Facts are flat.")
        if isinstance(bad, LintasError):
            shown = bad.as_dict()
            status = status or 400
        else:
            status = int(getattr(bad, "status_code", 500))
            known = {404: "There is no such page", 405: "This address answers another method", 408: "The request came too slowly", 413: "The request is too large", 429: "Too many requests"}
            title = known.get(status, "The request cannot be read" if 400 <= status < 500 else "Something went wrong on our side")
            detail = _detail(bad) if 400 <= status < 500 else ""
            shown = {"error": {"code": f"http-{status}", "title": title, "detail": detail, "hint": "", "where": "", "retry": status >= 500}}
            if status >= 500:
                Guard.log_fault(request, bad)
        headers = {"cache-control": "no-store"} | ({"allow": allowed} if (allowed := (getattr(bad, "headers", None) or {}).get("allow")) else {})
        path = request.url.path
        if path.startswith("/v1") or path.endswith((".json", ".csv")) or "text/html" not in request.headers.get("accept", "text/html"):
            return Response(shown, status_code=status, media_type="application/json", headers=headers)
        page = Page(path="/error", template="errors/page.html", view=lambda *_: View("", {}, []))
        view = View(shown["error"]["title"], {"problem": shown["error"]}, [], status=status)
        text = frame.render(doors, page, view, address=path, pairs=[])
        return Response(text, status_code=status, media_type="text/html", headers=headers)

    return handler


def _detail(bad: Exception) -> str:
    """What cannot be read, and where in the request; types and names only, never a value."""
    extra = getattr(bad, "extra", None)
    places = [f"{item.get('key', '')}: {item['message']}" for item in extra if isinstance(item, dict) and "message" in item] if isinstance(extra, list) else []
    return ("; ".join(places) or str(getattr(bad, "detail", "")))[:400]
