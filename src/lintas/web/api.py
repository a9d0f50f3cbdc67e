"""REST: the same answers as records, described by OpenAPI 3.1 that is made from the same types."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.params import Parameter
from litestar.response import Stream

from lintas import service
from lintas.errors import InputError, LintasError
from lintas.web.frame import LICENCE, NOTE, Doors, NotFoundError
from lintas.web.guard import Config
from lintas.web.pages.check import kind_of, run, upload, written

MOST = 500
DAY = r"^\d{4}-\d{2}-\d{2}$"


class SituationIn(msgspec.Struct, forbid_unknown_fields=True):
    """Facts of what somebody does or wants to do; what is not stated is unknown, never guessed.

    ``facts`` holds ``activity``, ``from``, ``to``, ``data``, ``sector``, ``actor``, ``safeguards`` and further facts in ``other``;
    the ids are those of ``/v1/vocabulary``.
    """

    facts: dict[str, Any]
    id: Annotated[str, msgspec.Meta(max_length=200)] = "1"
    as_of: Annotated[str, msgspec.Meta(pattern=DAY)] | None = None
    level: Literal["national", "treaty"] = "national"


class ManyIn(msgspec.Struct, forbid_unknown_fields=True):
    """Several situations; the answers come in their order."""

    situations: Annotated[list[SituationIn], msgspec.Meta(min_length=1, max_length=1000)]


class ErrorBody(msgspec.Struct):
    """What went wrong, where, and what to do."""

    code: str
    title: str
    detail: str
    hint: str
    where: str
    retry: bool


class ErrorOut(msgspec.Struct):
    """The one error shape of every door."""

    error: ErrorBody


BAD = {
    400: ResponseSpec(ErrorOut, description="The input cannot be read.", generate_examples=False),
    413: ResponseSpec(ErrorOut, description="The request is too large.", generate_examples=False),
    429: ResponseSpec(ErrorOut, description="Too many requests.", generate_examples=False),
    503: ResponseSpec(ErrorOut, description="The server is busy.", generate_examples=False),
}
MISSING = {**BAD, 404: ResponseSpec(ErrorOut, description="There is no such thing.", generate_examples=False)}


def openapi(doors: Doors) -> OpenAPIConfig:
    """The description at ``/v1/openapi.json``."""
    return OpenAPIConfig(
        title="Lintas", version=service.ENGINE_VERSION, path="/v1", render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        description=f"The rules of Southeast Asia's digital economy, with the article behind each answer. Release {doors.program.release}. {LICENCE}. {NOTE}",
        create_examples=False, use_handler_docstrings=True,
    )  # fmt: skip


def raw(situation: SituationIn) -> dict[str, Any]:
    """A request as the law reads it."""
    out: dict[str, Any] = {"id": situation.id, "level": situation.level, "facts": situation.facts}
    if situation.as_of:
        service.parse_day(situation.as_of)
        out["as_of"] = situation.as_of
    return out


def handlers(doors: Doors, config: Config) -> list[HTTPRouteHandler]:
    """All addresses under ``/v1``."""
    return [*_answers(doors), *_files(doors, config), *_reading(doors)]


def _answers(doors: Doors) -> list[HTTPRouteHandler]:
    law = doors.law

    @post("/v1/decide", status_code=200, sync_to_thread=True, responses=BAD, operation_id="decide", tags=["answers"])
    def decide(data: SituationIn) -> service.Assessment:
        """The answer to one situation: verdict, needs, articles, what is missing, each side's law."""
        return service.decide(raw(data), law=law)

    @post("/v1/decide/many", status_code=200, sync_to_thread=True, responses=BAD, operation_id="decideMany", tags=["answers"])
    def decide_many(data: ManyIn) -> dict[str, list[Any]]:
        """The answers to several situations in their order; one that cannot be read has its error in its place."""
        found = service.decide_many((raw(s) for s in data.situations), law=law)
        return {"answers": [msgspec.to_builtins(a) if isinstance(a, service.Assessment) else a.as_dict() for a in found]}

    @post("/v1/decide/lines", status_code=200, include_in_schema=False)
    async def decide_lines(request: Request[Any, Any, Any]) -> Stream:
        """JSON Lines in, JSON Lines out, in input order, without keeping either."""
        return Stream(_lines(doors, request), media_type="application/x-ndjson")

    @post("/v1/explain", status_code=200, sync_to_thread=True, responses=BAD, operation_id="explain", tags=["answers"])
    def explain(data: SituationIn) -> dict[str, Any]:
        """Why: for each side the norms that count, each with a sentence, its quote and the truth of its tests."""
        return service.explain(raw(data), law=law)

    @post("/v1/why-not", status_code=200, sync_to_thread=True, responses=BAD, operation_id="whyNot", tags=["answers"])
    def why_not(data: SituationIn) -> dict[str, Any]:
        """What would help: the minimal sets of measures that remove the obstacles."""
        return service.why_not(raw(data), law=law)

    @post("/v1/ask", status_code=200, sync_to_thread=True, responses=BAD, operation_id="ask", tags=["answers"])
    def ask(data: SituationIn) -> dict[str, Any]:
        """The next questions, the most decisive first, and what is certain so far."""
        return service.ask(raw(data), law=law)

    return [decide, decide_many, decide_lines, explain, why_not, ask]


async def _lines(doors: Doors, request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    rest, number = b"", 0
    async for chunk in request.stream():
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > 100_000:
            yield msgspec.json.encode(InputError("a line is longer than 100,000 bytes", where=f"line {number + len(lines) + 1}").as_dict()) + b"\n"
            return
        if lines:
            yield await asyncio.to_thread(_decided, doors, lines, number)
            number += len(lines)
    if rest.strip():
        yield await asyncio.to_thread(_decided, doors, [rest], number)


def _decided(doors: Doors, lines: list[bytes], number: int) -> bytes:
    out = []
    for place, line in enumerate(lines, number + 1):
        if not line.strip():
            continue
        try:
            answer: Any = service.decide(raw(msgspec.json.decode(line, type=SituationIn)), law=doors.law)
        except LintasError as bad:
            answer = bad.as_dict()
        except msgspec.MsgspecError as bad:
            answer = InputError(str(bad), hint="One JSON object a line.", where=f"line {place}").as_dict()
        out.append(msgspec.json.encode(answer))
    return b"\n".join(out) + (b"\n" if out else b"")


def _files(doors: Doors, config: Config) -> list[HTTPRouteHandler]:
    @post("/v1/check", status_code=200, include_in_schema=False)
    async def check(request: Request[Any, Any, Any]) -> Response[bytes]:
        """A list of flows as a form with one file; the report as JSON."""
        body, name, _fields = await upload(request, config)
        result = await asyncio.to_thread(run, doors, body, name, kind_of(name), config)
        return Response(await asyncio.to_thread(written, result, "json"), media_type="application/json", headers={"cache-control": "no-store"})

    return [check]


def _reading(doors: Doors) -> list[HTTPRouteHandler]:
    program = doors.program
    book = service.book

    def kept(request: Request[Any, Any, Any], make: Any) -> Response[Any]:
        """The same address over the same corpus is the same answer: 304 where the caller has it."""
        mark = f'W/"{hashlib.sha256(f"{doors.mark()} {request.url.path}?{request.url.query}".encode()).hexdigest()[:20]}"'
        headers = {"etag": mark, "cache-control": "no-cache"}
        if mark in request.headers.get("if-none-match", ""):
            return Response(None, status_code=304, headers=headers)
        return Response(make(), headers=headers)

    Text = Annotated[str, Parameter(max_length=200)]  # noqa: N806 - a type

    @get("/v1/law/search", sync_to_thread=True, responses=BAD, operation_id="lawSearch", tags=["law"])
    def search(request: Request[Any, Any, Any], q: Text, member: Text = "", area: Text = "", kind: Text = "") -> Response[list[dict[str, Any]]]:
        """Norms whose title, quote or instrument hold all words, in any language; at most 500."""
        return kept(request, lambda: book.search(program, q, member=member, area=area, kind=kind)[:MOST])

    @get("/v1/law/coming", sync_to_thread=True, operation_id="lawComing", tags=["law"], responses=BAD)
    def coming(request: Request[Any, Any, Any]) -> Response[list[dict[str, Any]]]:
        """Enacted and not yet in force, soonest first, with the days left."""
        return kept(request, lambda: book.coming(program, service.today()))

    @get("/v1/law/{member:str}/{instrument:str}", sync_to_thread=True, responses=MISSING, operation_id="lawInstrument", tags=["law"])
    def instrument(request: Request[Any, Any, Any], member: str, instrument: str) -> Response[dict[str, Any]]:
        """One instrument with its events, links and norms."""
        return kept(request, lambda: _found(f"{member}/{instrument}"))

    @get("/v1/law/{member:str}/{instrument:str}/{norm:str}", sync_to_thread=True, responses=MISSING, operation_id="lawNorm", tags=["law"])
    def norm(request: Request[Any, Any, Any], member: str, instrument: str, norm: str) -> Response[dict[str, Any]]:
        """One norm: its versions, quotes, what it yields to and overrides."""
        return kept(request, lambda: _found(f"{member}/{instrument}/{norm}"))

    def _found(identity: str) -> dict[str, Any]:
        try:
            return book.show(program, identity)
        except InputError as bad:
            raise NotFoundError(bad.detail, hint=bad.hint) from bad

    @get("/v1/coverage", sync_to_thread=True, operation_id="coverage", tags=["law"], responses=BAD)
    def coverage(request: Request[Any, Any, Any]) -> Response[list[dict[str, Any]]]:
        """The grid of members and areas: norms found, places searched, what is missing."""
        return kept(request, lambda: book.grid(program))

    @get("/v1/vocabulary", sync_to_thread=True, operation_id="vocabulary", tags=["law"], responses=BAD)
    def vocabulary(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
        """All ids of situations, needs and answers with their definitions."""
        return kept(request, lambda: msgspec.to_builtins(program.vocabulary))

    @get("/v1/changes", sync_to_thread=True, responses=BAD, operation_id="changes", tags=["law"])
    def changes(
        request: Request[Any, Any, Any],
        since: Annotated[str | None, Parameter(pattern=DAY)] = None,
        member: Text = "",
        area: Text = "",
    ) -> Response[list[dict[str, Any]]]:
        """Norms that begin or end on or after a day (a year ago by default), oldest first."""
        first = service.parse_day(since) if since else service.today() - dt.timedelta(365)

        def make() -> list[dict[str, Any]]:
            rows = [
                {"on": row[key], "what": what, "norm": row["norm"], "title": row["title"], "jurisdiction": row["jurisdiction"], "area": row["area"]}
                for row in doors.norm_rows
                for key, what in (("from", "begins"), ("to", "ends"))
                if row[key] >= first.isoformat() and (not member or row["jurisdiction"] == member) and (not area or area in row["area"].split(", "))
            ]
            return sorted(rows, key=lambda row: (row["on"], row["norm"]))

        return kept(request, make)

    return [search, coming, instrument, norm, coverage, vocabulary, changes]

