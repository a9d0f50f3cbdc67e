"""REST: the same answers as records; each address says what it takes and gives, and :mod:`lintas.web.describe` makes OpenAPI 3.1 of it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Annotated, Any, Literal, TypedDict

import msgspec
from anyio.to_thread import run_sync
from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Body
from litestar.response import Stream

from lintas import service
from lintas.errors import InputError, LintasError
from lintas.web.describe import AREAS, LINES, MODALITIES, Says, describe, jurisdictions, plain_text
from lintas.web.frame import Doors, NotFoundError, Parameters
from lintas.web.guard import Config
from lintas.web.pages.check import kind_of, run, upload, written

MOST = 500
AT_A_TIME = 100
"""Lines that are decided in one go."""
Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", extra_json_schema={"format": "date"})]


class SituationIn(msgspec.Struct, forbid_unknown_fields=True):
    """Facts of what somebody does or wants to do; what is not stated is unknown, never guessed.

    ``facts`` holds ``activity``, ``from``, ``to``, ``data``, ``sector``, ``actor``, ``safeguards`` and further facts, there or in ``other``;
    the ids are those of ``/v1/vocabulary``. Without ``id`` its place in the request is its name.
    """

    facts: dict[str, Any]
    id: Annotated[str, msgspec.Meta(max_length=200, pattern=plain_text())] = ""
    as_of: Day | None = None
    level: Literal["national", "treaty"] = "national"


class ManyIn(msgspec.Struct, forbid_unknown_fields=True):
    """Several situations; the answers come in their order."""

    situations: Annotated[list[SituationIn], msgspec.Meta(min_length=1, max_length=1000)]


class ExplainOut(TypedDict):
    """Why: the norms of each side."""

    id: str
    as_of: str
    sides: list[dict[str, Any]]


class AskOut(TypedDict):
    """What to ask next."""

    id: str
    as_of: str
    outcome: str
    verdict: str | None
    certain_so_far: dict[str, Any]
    questions: list[dict[str, Any]]


class NormRow(TypedDict):
    """A norm in one span of days."""

    norm: str
    jurisdiction: str
    instrument: str
    instrument_title: str
    area: str
    modality: str
    title: str
    activities: str
    binding: bool
    locator: str
    quote: str
    lang: str
    url: str
    publisher: str
    status: str
    checked: str


class CellRow(TypedDict):
    """One member and area: what was found and where somebody looked."""

    jurisdiction: str
    area: str
    norms: int
    coverage: int
    searched: int
    latest: str
    answers_from: str
    missing: str


class ComingRow(TypedDict):
    """A norm that is enacted and not yet in force."""

    norm: str
    jurisdiction: str
    title: str
    days_left: int | None


class ChangeRow(TypedDict):
    """A norm begins or ends."""

    on: str
    what: Literal["begins", "ends"]
    norm: str
    title: str
    jurisdiction: str
    area: str


class InstrumentOut(TypedDict):
    """One instrument."""

    instrument: str
    titles: dict[str, str]
    events: list[dict[str, Any]]
    links: list[dict[str, Any]]
    norms: list[dict[str, Any]]


class NormWhole(TypedDict):
    """One norm with all its versions."""

    norm: str
    title: str
    modality: str
    instrument: str
    instrument_title: str
    activities: list[str]
    yields_to: list[str]
    overrides: list[str]
    versions: list[dict[str, Any]]
    pending: list[str]


class ReportOut(TypedDict):
    """The report on a list of flows."""

    header: dict[str, Any]
    notice: str
    exit_code: int
    lines: list[dict[str, Any]]
    bad_rows: list[dict[str, Any]]
    notes: list[Any]
    decisions: list[dict[str, Any]]


MANY = {
    "type": "object",
    "properties": {"answers": {"type": "array", "items": {"anyOf": [{"$ref": "#/components/schemas/Assessment"}, {"$ref": "#/components/schemas/ErrorOut"}]}}},
    "required": ["answers"],
}
FORM = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream", "description": "CSV, TSV, JSON, JSON Lines, XLSX, Parquet or a fideslang manifest (YAML); its name's ending says which."}},
            "required": ["file"],
        }
    }
}
MANY_LINES = {"type": "string", "description": "One JSON object a line: SituationIn in; Assessment or ErrorOut out, in the same order."}


def raw(situation: SituationIn, number: int = 1) -> dict[str, Any]:
    """A request as the law reads it."""
    out: dict[str, Any] = {"id": situation.id or str(number), "level": situation.level, "facts": situation.facts}
    if situation.as_of:
        out["as_of"] = situation.as_of
    return out


def handlers(doors: Doors, config: Config) -> list[HTTPRouteHandler]:
    """All addresses under ``/v1``."""
    found = [*_answers(doors), *_lists(doors, config), *_law(doors), *_book(doors)]

    @get("/v1/openapi.json", include_in_schema=False)
    async def openapi(request: Request[Any, Any, Any]) -> Response[Any]:
        """The description of all addresses under ``/v1``."""
        return _kept(doors, request, lambda: doors.once("openapi", lambda: describe(doors, found)))

    return [*found, openapi]


def _answers(doors: Doors) -> list[HTTPRouteHandler]:
    law = doors.law

    @post("/v1/decide", status_code=200, sync_to_thread=True, says=Says("decide", "answers", service.Assessment, SituationIn))
    def decide(data: Annotated[SituationIn, Body()]) -> service.Assessment:
        """The answer to one situation: verdict, needs, articles, what is missing, each side's law."""
        return service.decide(raw(data), law=law)

    @post("/v1/decide/many", status_code=200, sync_to_thread=True, says=Says("decideMany", "answers", MANY, ManyIn))
    def decide_many(data: Annotated[ManyIn, Body()]) -> dict[str, list[Any]]:
        """The answers to several situations in their order; one that cannot be read has its error in its place."""
        found = service.decide_many((raw(s, number) for number, s in enumerate(data.situations, 1)), law=law)
        return {"answers": [a if isinstance(a, service.Assessment) else a.as_dict() for a in found]}

    @post("/v1/explain", status_code=200, sync_to_thread=True, says=Says("explain", "answers", ExplainOut, SituationIn))
    def explain(data: Annotated[SituationIn, Body()]) -> dict[str, Any]:
        """Why: for each side the norms that count, each with a sentence, its quote and the truth of its tests."""
        return service.explain(raw(data), law=law)

    @post("/v1/why-not", status_code=200, sync_to_thread=True, says=Says("whyNot", "answers", ExplainOut, SituationIn))
    def why_not(data: Annotated[SituationIn, Body()]) -> dict[str, Any]:
        """What would help: the minimal sets of measures that remove the obstacles."""
        return service.why_not(raw(data), law=law)

    @post("/v1/ask", status_code=200, sync_to_thread=True, says=Says("ask", "answers", AskOut, SituationIn))
    def ask(data: Annotated[SituationIn, Body()]) -> dict[str, Any]:
        """The next questions, the most decisive first, and what is certain so far."""
        return service.ask(raw(data), law=law)

    return [decide, decide_many, explain, why_not, ask]


def _lists(doors: Doors, config: Config) -> list[HTTPRouteHandler]:
    lines = Says("decideLines", "answers", MANY_LINES, {LINES: {"schema": MANY_LINES}}, media=LINES)

    @post("/v1/decide/lines", status_code=200, says=lines)
    async def decide_lines(request: Request[Any, Any, Any]) -> Stream:
        """JSON Lines in, JSON Lines out, in input order; a line that cannot be read has its error in its place."""
        body = await request.body()  # all of it first: most clients send everything before they read anything
        if body.count(b"\n") > config.max_rows:
            raise InputError(f"more than {config.max_rows:,} lines", hint="Send the rest in another request.", where=f"line {config.max_rows + 1}")
        return Stream(_lines(doors, body.split(b"\n")), media_type=LINES, headers={"cache-control": "no-store"})

    @post("/v1/check", status_code=200, says=Says("check", "answers", ReportOut, FORM))
    async def check(request: Request[Any, Any, Any]) -> Response[bytes]:
        """A list of flows as a form with one file; the report as JSON. The file is kept in memory and forgotten."""
        body, name, _fields = await upload(request, config)
        result = await run_sync(run, doors, body, name, kind_of(name), config)
        return Response(await run_sync(written, result, "json"), media_type="application/json", headers={"cache-control": "no-store"})

    return [decide_lines, check]


async def _lines(doors: Doors, lines: list[bytes]) -> AsyncIterator[bytes]:
    for first in range(0, len(lines), AT_A_TIME):
        yield await run_sync(_decided, doors, lines[first : first + AT_A_TIME], first)


def _told(bad: LintasError) -> bytes:
    return msgspec.json.encode(bad.as_dict()) + b"\n"


def _decided(doors: Doors, lines: list[bytes], number: int) -> bytes:
    out = []
    for place, line in enumerate(lines, number + 1):
        if not line.strip():
            continue
        try:
            situation = msgspec.json.decode(line, type=SituationIn)
            out.append(msgspec.json.encode(service.decide(raw(situation, place), law=doors.law)) + b"\n")
        except LintasError as bad:
            out.append(_told(bad))
        except (msgspec.MsgspecError, RecursionError) as bad:
            out.append(_told(InputError(str(bad), hint="One JSON object a line.", where=f"line {place}")))
    return b"".join(out)


def _kept(doors: Doors, request: Request[Any, Any, Any], make: Callable[[], Any]) -> Response[Any]:
    """The same address over the same corpus is the same answer: 304 where the caller has it."""
    mark = f'W/"{hashlib.sha256(f"{doors.mark()} {request.url.path}?{request.url.query}".encode()).hexdigest()[:20]}"'
    headers = {"etag": mark, "cache-control": "no-cache"}
    if mark in request.headers.get("if-none-match", ""):
        return Response(None, status_code=304, headers=headers)
    return Response(msgspec.json.encode(make()), media_type="application/json", headers=headers)


def _asked(doors: Doors, request: Request[Any, Any, Any], says: Says) -> Parameters:
    """The parameters of an address.

    Raises:
        InputError: a name or a value that is not known.

    """
    given = Parameters(list(request.query_params.multi_items()), says.parameters)
    for name, known in (("member", jurisdictions(doors)), ("area", AREAS), ("kind", MODALITIES)):
        value = given.one(name)
        if value and value not in known:
            raise InputError(f"unknown {name} {value[:60]!r}", hint=service.did_you_mean(value, known))
    return given


def _law(doors: Doors) -> list[HTTPRouteHandler]:
    program = doors.program

    def found(identity: str) -> Any:
        try:
            return service.book.show(program, identity)
        except InputError as bad:
            raise NotFoundError(bad.detail, hint=bad.hint) from bad

    one = Says("lawInstrument", "law", InstrumentOut, missing=True, kept=True)

    @get("/v1/law/{member:str}/{instrument:str}", sync_to_thread=True, says=one)
    def law_instrument(request: Request[Any, Any, Any]) -> Response[Any]:
        """One instrument with its events, links and norms."""
        _asked(doors, request, one)
        return _kept(doors, request, lambda: found("{member}/{instrument}".format_map(request.path_params)))

    norm = Says("lawNorm", "law", NormWhole, missing=True, kept=True)

    @get("/v1/law/{member:str}/{instrument:str}/{norm:str}", sync_to_thread=True, says=norm)
    def law_norm(request: Request[Any, Any, Any]) -> Response[Any]:
        """One norm: its versions, quotes, what it yields to and overrides."""
        _asked(doors, request, norm)
        return _kept(doors, request, lambda: found("{member}/{instrument}/{norm}".format_map(request.path_params)))

    return [law_instrument, law_norm]


def _book(doors: Doors) -> list[HTTPRouteHandler]:
    program, book = doors.program, service.book

    def reading(path: str, says: Says, sentence: str, make: Callable[[Parameters], Any]) -> HTTPRouteHandler:
        def answer(request: Request[Any, Any, Any]) -> Response[Any]:
            given = _asked(doors, request, says)
            return _kept(doors, request, lambda: make(given))

        answer.__doc__ = sentence
        return get(path, sync_to_thread=True, says=says)(answer)

    def search(given: Parameters) -> list[dict[str, Any]]:
        return book.search(program, given.one("q"), member=given.one("member"), area=given.one("area"), kind=given.one("kind"))[:MOST]

    def changes(given: Parameters) -> list[dict[str, Any]]:
        first = given.day("since") if given.one("since") else service.today() - dt.timedelta(365)
        return _changes(doors.norm_rows, first.isoformat(), given.one("member"), given.one("area"))

    return [
        reading(
            "/v1/law/search", Says("lawSearch", "law", list[NormRow], query=("q!", "member", "area", "kind"), kept=True),
            "Norms whose title, quote or instrument hold all words, in any language; at most 500.", search,
        ),
        reading("/v1/law/coming", Says("lawComing", "law", list[ComingRow], kept=True), "Enacted and not yet in force, soonest first, with the days left.", lambda _: book.coming(program, service.today())),
        reading("/v1/coverage", Says("coverage", "law", list[CellRow], kept=True), "The grid of members and areas: norms found, places searched, what is missing.", lambda _: book.grid(program)),
        reading("/v1/vocabulary", Says("vocabulary", "law", dict[str, list[dict[str, Any]]], kept=True), "All ids of situations, needs and answers with their definitions.", lambda _: program.vocabulary),
        reading(
            "/v1/changes", Says("changes", "law", list[ChangeRow], query=("since", "member", "area"), kept=True),
            "Norms that begin or end on or after a day (a year ago by default), oldest first.", changes,
        ),
    ]  # fmt: skip


def _changes(rows: Iterable[dict[str, Any]], since: str, member: str, area: str) -> list[dict[str, Any]]:
    found = [
        {"on": row[key], "what": what, "norm": row["norm"], "title": row["title"], "jurisdiction": row["jurisdiction"], "area": row["area"]}
        for row in rows
        for key, what in (("from", "begins"), ("to", "ends"))
        if row[key] >= since and (not member or row["jurisdiction"] == member) and (not area or area in row["area"].split(", "))
    ]
    return sorted(found, key=lambda row: (row["on"], row["norm"]))
