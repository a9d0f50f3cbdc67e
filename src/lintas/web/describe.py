"""The OpenAPI 3.1 description, made from what the handlers say of themselves, the types of the answers and the vocabulary of the law."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

import msgspec
from litestar.handlers import HTTPRouteHandler

from lintas import service
from lintas.web.frame import LICENCE, NOTE, Doors

JSON = "application/json"
LINES = "application/x-ndjson"
AREAS = ("digital-trade", "e-commerce", "payments-e-invoicing", "digital-id", "online-safety-cybersecurity", "data-flows", "competition", "emerging-ai", "talent-mobility")
MODALITIES = ("obligation", "prohibition", "permission", "exemption", "definition", "power")
NUMBER = r"\+?[0-9][0-9,_]{0,16}"
LARGEST = 999_999_999_999_999_935
"""The largest whole number that is below 1e18 as a float too."""


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


REFUSED = {
    400: "The input cannot be read.",
    404: "There is no such thing.",
    413: "The request is too large.",
    429: "Too many requests from one address; see Retry-After.",
    503: "The server is busy; see Retry-After.",
}


@dataclass(frozen=True)
class Says:
    """What one address says of itself; its sentence is the docstring of its handler.

    Attributes:
        name: the operation's id.
        tag: ``answers`` or ``law``.
        answer: type of the body of a 200.
        body: type of the request's body, or a schema by media type where JSON does not carry it.
        media: of the answer.
        query: parameters of the address, ``!`` behind those that must stand.
        missing: what the path names may not exist.
        kept: answers 304 where the caller has this answer.

    """

    name: str
    tag: str
    answer: Any
    body: Any = None
    media: str = JSON
    query: tuple[str, ...] = ()
    missing: bool = False
    kept: bool = False

    @property
    def parameters(self) -> frozenset[str]:
        """The names that the address may carry."""
        return frozenset(name.rstrip("!") for name in self.query)


def describe(doors: Doors, handlers: Iterable[HTTPRouteHandler]) -> dict[str, Any]:
    """The whole description, of all handlers that say something of themselves."""
    told = [(handler, handler.opt["says"]) for handler in handlers if "says" in handler.opt]
    types = list(dict.fromkeys([ErrorOut, *(t for _, s in told for t in (s.answer, s.body) if t is not None and not isinstance(t, dict))]))
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    by_type = dict(zip(types, schemas, strict=True))
    components["Facts"] = facts_schema(doors)
    components["SituationIn"]["properties"]["facts"] = {"$ref": "#/components/schemas/Facts"}
    paths: dict[str, Any] = {}
    for handler, says in told:
        for path in sorted(handler.paths):
            for method in sorted(handler.http_methods):
                paths.setdefault(path.replace(":str}", "}"), {})[method.lower()] = _operation(doors, handler, says, by_type, path)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Lintas",
            "version": service.ENGINE_VERSION,
            "description": f"The rules of Southeast Asia's digital economy, with the article behind each answer. Release {doors.program.release}. {LICENCE}. {NOTE}",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": components},
    }


def _operation(doors: Doors, handler: HTTPRouteHandler, says: Says, types: dict[Any, Any], path: str) -> dict[str, Any]:
    def schema(of: Any) -> Any:
        return of if isinstance(of, dict) else types[of]

    out: dict[str, Any] = {"operationId": says.name, "tags": [says.tag], "summary": (handler.fn.__doc__ or "").strip()}
    parameters = [{"name": part.partition(":")[0].strip("{"), "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}} for part in path.split("/") if part.startswith("{")]
    parameters += [{"name": name.rstrip("!"), "in": "query", "required": name.endswith("!"), **_parameter(doors, name.rstrip("!"))} for name in says.query]
    if says.kept:
        parameters.append({"name": "If-None-Match", "in": "header", "required": False, "description": "The ETag of an answer that the caller has.", "schema": {"type": "string"}})
    if parameters:
        out["parameters"] = parameters
    if says.body is not None:
        content = says.body if isinstance(says.body, dict) else {JSON: {"schema": schema(says.body)}}
        out["requestBody"] = {"required": True, "content": content}
    marks = {"ETag": {"description": "Changes with corpus, engine and day.", "schema": {"type": "string"}}} if says.kept else {}
    out["responses"] = {"200": {"description": "The answer.", "content": {says.media: {"schema": schema(says.answer)}}} | ({"headers": marks} if marks else {})}
    if says.kept:
        out["responses"]["304"] = {"description": "The caller has this answer.", "headers": marks}
    for status, sentence in REFUSED.items():
        if status != 404 or says.missing:
            out["responses"][str(status)] = {"description": sentence, "content": {JSON: {"schema": {"$ref": "#/components/schemas/ErrorOut"}}}}
            if status in (429, 503):
                out["responses"][str(status)]["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "string"}}}
    return out


def _parameter(doors: Doors, name: str) -> dict[str, Any]:
    known = {"member": sorted(jurisdictions(doors)), "area": list(AREAS), "kind": list(MODALITIES)}
    if name in known:
        return {"schema": {"type": "string", "enum": ["", *known[name]]}}
    if name == "since":
        return {"schema": {"anyOf": [{"type": "string", "format": "date"}, {"const": ""}]}, "description": "A year ago, if it is not stated."}
    return {"schema": {"type": "string", "minLength": 1, "maxLength": 400, "pattern": r"^[^\x00]*[^\s\x00\x1c-\x1f\x85][^\x00]*$"}, "description": "All words must be found, in any order and any language."}


def jurisdictions(doors: Doors) -> set[str]:
    """Codes of members, partners and agreements that norms belong to."""
    return doors.once("jurisdictions", lambda: {row["jurisdiction"] for row in doors.norm_rows} | set(doors.members))  # type: ignore[no-any-return]


def facts_schema(doors: Doors) -> dict[str, Any]:
    """The facts of a situation as the vocabulary of this release has them."""
    vocabulary, reader = doors.program.vocabulary, doors.law.reader
    encoded = sorted(code for code in doors.program.names if len(code) == 2)
    country = {
        "description": "ISO 3166-1 alpha-2, or * for some other country. The law of those named here is encoded.",
        "anyOf": [{"enum": [*encoded, "*"]}, {"type": "string", "maxLength": 400, "pattern": r"^ *([A-Za-z]{2}|\*) *$"}, {"type": "null"}],
    }
    plain = {
        "activity": {"type": "string", "enum": sorted(reader.activities)},
        "from": country,
        "to": country,
        "data": _words(reader.data),
        "sector": {"enum": [*sorted(reader.sectors), None]},
        "actor": {"enum": [*sorted(reader.actors), None]},
        "safeguards": _words(reader.implied),
    }
    more = {f.id: {"description": f.definition, **_fact(f, sorted(reader.implied))} for f in vocabulary.facts if f.id not in plain}
    return {
        "title": "Facts",
        "description": (
            "What somebody does or wants to do. What is not stated, or null, is unknown and never guessed. "
            "At national level `from` or `to` names a member or partner whose law is encoded; at treaty level `agreement` is stated. "
            "A stated legal conclusion must not contradict what the other facts make it."
        ),
        "type": "object",
        "properties": {**plain, **more, "other": {"anyOf": [{"type": "object", "properties": more, "additionalProperties": False}, {"type": "null"}]}},
        "required": ["activity"],
        "additionalProperties": False,
    }


def _words(known: Iterable[str]) -> dict[str, Any]:
    ids = sorted(known)
    one = f"(?:{'|'.join(ids)})"
    return {"anyOf": [{"type": "array", "items": {"enum": ids}, "maxItems": 100}, {"type": "string", "maxLength": 400, "pattern": f"^[,; ]*(?:{one} *(?:[,;][,; ]*{one} *)*[,; ]*)?$"}, {"type": "null"}]}


def _fact(fact: Any, requirements: list[str]) -> dict[str, Any]:
    bounds = {"minimum": 0, "maximum": LARGEST}
    amount = {"anyOf": [{"type": "number", **bounds}, {"type": "string", "pattern": rf"^ *{NUMBER}(\.[0-9]{{1,9}})? *$"}]}
    if fact.type == "boolean":
        return {"enum": [True, False, None, "true", "false", "yes", "no", "1", "0"]}
    if fact.type == "integer":
        return {"anyOf": [{"type": "integer", **bounds}, {"type": "string", "pattern": f"^ *{NUMBER} *$"}, {"type": "null"}]}
    if fact.type in ("number", "percent"):
        return {"anyOf": [*amount["anyOf"], {"type": "null"}]}
    if fact.type == "duration":
        whole = {"type": "object", "properties": {"quantity": amount, "unit": {"type": "string"}}, "required": ["quantity"]}
        return {"anyOf": [*amount["anyOf"], whole, {"type": "null"}]}
    if fact.type == "money":
        whole = {"type": "object", "properties": {"amount": amount, "currency": {"type": "string", "pattern": "^[A-Za-z]{3}$"}}, "required": ["amount", "currency"]}
        return {"anyOf": [whole, {"type": "string", "pattern": rf"^ *[A-Za-z]{{3}} +{NUMBER}(\.[0-9]{{1,9}})? *$"}, {"type": "null"}]}
    if fact.type == "date":
        return {"anyOf": [{"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}, {"type": "null"}]}
    if fact.type == "enum":
        return {"enum": [*(requirements if fact.id == "requirement_asked" else sorted({*fact.values, "other"})), None]}
    return {"type": ["string", "number", "null"], "maxLength": 400, "pattern": plain_text()}


@lru_cache(maxsize=1)
def plain_text() -> str:
    """A pattern: text without control and format characters."""
    bad = [n for n in range(sys.maxunicode + 1) if unicodedata.category(chr(n)) in ("Cc", "Cf")]
    out = []
    for _, group in groupby(enumerate(bad), lambda pair: pair[1] - pair[0]):
        run = [n for _, n in group]
        ends = [f"\\u{n:04x}" if n < 0x10000 else chr(n) for n in (run[0], run[-1])]
        out.append("-".join(dict.fromkeys(ends)))
    return f"^[^{''.join(out)}]*$"
