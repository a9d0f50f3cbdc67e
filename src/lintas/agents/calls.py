"""What an agent may send: the arguments of each tool, the JSON Schema that is made from them, and the checks that it cannot say."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from lintas import service
from lintas.errors import InputError, SituationError

Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$", description="YYYY-MM-DD: the law of this day; today if left out.")]
Ids = Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(max_length=60)]


class Amount(msgspec.Struct, forbid_unknown_fields=True):
    """Money."""

    amount: float
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]


class Facts(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What the user said, and nothing else: leave out what you do not know, never guess."""

    activity: Annotated[str, Meta(description="What is done.")] | UnsetType = UNSET
    origin: Annotated[str, Meta(description="Country it comes from, ISO 3166 such as VN, or '*' for any other; inside one country state both ends alike.")] | UnsetType = (
        msgspec.field(name="from", default=UNSET)
    )
    to: Annotated[str, Meta(description="Country it goes to, likewise.")] | UnsetType = UNSET
    data: Annotated[Ids, Meta(description="Kinds of data; a stated list counts as complete.")] | UnsetType = UNSET
    sector: str | UnsetType = UNSET
    actor: Annotated[str, Meta(description="Who does it.")] | UnsetType = UNSET
    safeguards: Annotated[Ids, Meta(description="Ids of needs that are in place, such as consent, contract or those an answer names; open unless other.safeguards_complete is true.")] | UnsetType = UNSET
    as_of: Day | UnsetType = UNSET
    level: Annotated[Literal["national", "treaty"], Meta(description="treaty asks an agreement alone: name it in other.agreement.")] = "national"
    other: (
        Annotated[dict[str, bool | float | str | Amount], Meta(max_length=200, description="Further facts by id, such as those that a question names.")] | UnsetType
    ) = UNSET


class Situation(msgspec.Struct, forbid_unknown_fields=True):
    """Arguments of decide, explain, why_not and ask."""

    facts: Facts


class Search(msgspec.Struct, forbid_unknown_fields=True):
    """Arguments of law_search."""

    words: Annotated[str, Meta(min_length=1, max_length=200, description="All must occur in title, quote or instrument; any language.")]
    member: str = ""
    area: str = ""
    kind: Literal["", "obligation", "prohibition", "permission", "exemption", "definition", "power"] = ""
    as_of: Day | UnsetType = UNSET
    limit: Annotated[int, Meta(ge=1, le=25)] = 10


class Show(msgspec.Struct, forbid_unknown_fields=True):
    """Arguments of law_show."""

    id: Annotated[str, Meta(max_length=200, description="A norm or an instrument, as other tools name it.")]


class Grid(msgspec.Struct, forbid_unknown_fields=True):
    """Arguments of coverage."""

    member: str = ""
    area: str = ""


def schema(call: type[msgspec.Struct], law: service.Law) -> dict[str, Any]:
    """The JSON Schema of a tool's arguments in one piece, with the ids of the opened law as its enumerations."""
    (root,), parts = msgspec.json.schema_components((call,), ref_template="{name}")
    out: dict[str, Any] = _inlined(root, parts)
    out.pop("description", None)
    words = law.program.vocabulary
    facts = out["properties"].get("facts")
    if facts is not None:
        facts["required"] = ["activity"]
        for key, ids in (("activity", words.ids("activities")), ("sector", words.ids("sectors") | {"other"}), ("actor", words.ids("actors"))):
            facts["properties"][key]["enum"] = sorted(ids)
        facts["properties"]["data"]["items"] = {"enum": sorted(words.ids("data"))}
    for key, names in (("member", members(law)), ("area", service.book.AREAS)):
        if key in out["properties"]:
            out["properties"][key]["enum"] = ["", *names]
    return out


def _inlined(node: Any, parts: dict[str, Any]) -> Any:
    """References resolved in place: many clients hand a schema to a model that does not follow them."""
    if isinstance(node, list):
        return [_inlined(item, parts) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inlined(parts[node["$ref"]], parts)
    return {key: _inlined(value, parts) for key, value in node.items() if key != "title"}


def members(law: service.Law) -> list[str]:
    """The codes of the members in the opened law."""
    return sorted(code for code in law.program.names if len(code) == 2 and code not in law.program.outside)


def one_of(value: str, known: list[str], key: str) -> str:
    """An id that was checked: an unknown one would find nothing, and nothing found reads like an answer."""
    if value and value not in known:
        raise InputError(f"{key}: unknown {value[:40]!r}", hint=service.did_you_mean(value, known))
    return value


def situation(law: service.Law, facts: Facts) -> dict[str, Any]:
    """A call as the law reads it.

    Raises:
        SituationError: what is done, or where, is not stated: the hint says what to ask the user.

    """
    stated = msgspec.to_builtins(facts)
    out = {key: stated.pop(key) for key in ("as_of", "level") if key in stated}
    ends = [key for key in ("from", "to") if key in stated]
    where = "Ask the user in which country it is done, or from which to which; give ISO codes as `from` and `to`."
    if "activity" not in stated:
        lacking = "no `activity`" if ends else "no `activity`, `from` or `to`"
        raise SituationError(f"{lacking} is stated", hint="Ask the user what is done and choose an id of the schema's `activity`." + ("" if ends else f" {where}"))
    if out.get("level") != "treaty":
        if not ends:
            raise SituationError("neither `from` nor `to` is stated", hint=where)
        term = next((t for t in law.program.vocabulary.activities if t.id == stated["activity"]), None)
        # The law of the addressed end answers; asking the other end's law alone would be an answer to another question.
        needed = {"origin": "from", "destination": "to"}.get(term.side if term else "")
        if needed and needed not in ends:
            raise SituationError(f"`{needed}` is not stated, and its law answers for {stated['activity']}", hint=f"Ask the user for the country, and give it as `{needed}`.")
    for fact, value in stated.get("other", {}).items():
        number = value["amount"] if isinstance(value, dict) else value
        if isinstance(number, (int, float)) and number < 0:  # agents write -1 for "not known", and the law would count it as few
            raise SituationError(f"{fact}: {number:g} is below zero", hint="Give a count or amount, or leave it out where it is not known.")
    return {"id": "1", **out, "facts": stated}
