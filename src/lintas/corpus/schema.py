"""JSON Schemas of the corpus files, so that an editor completes and underlines.

Plain records come from the same structs that read them; norms, parameters and coverage, whose conditions are free in their keys, are
written out here from the vocabulary. ``python -m lintas.corpus.schema DIR`` writes them; a test keeps them current.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from lintas.corpus.load import Case
from lintas.corpus.parse import read_yaml
from lintas.model.law import Capture, Instrument, Source
from lintas.model.norm import OPERATORS, STATUSES
from lintas.vocab.terms import Vocabulary

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_DAY = {"type": ["string", "null"], "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_BUILTIN = ("from", "to", "sector", "actor", "data", "safeguards", "day", "member")


def schemas(vocabulary: Vocabulary) -> dict[str, dict[str, Any]]:
    """All schemas by file name."""
    plain = {"instrument": Instrument, "capture": Capture}
    out = {f"{name}.schema.json": _named(name, _nullable(msgspec.json.schema(kind))) for name, kind in plain.items()}
    for name, item in (("sources", Source), ("cases", Case)):
        out[f"{name}.schema.json"] = _named(name, _nullable(msgspec.json.schema(tuple[item, ...])))  # type: ignore[valid-type]
    parts = _parts(vocabulary)
    for name, root in (("norms", "norm"), ("parameters", "parameter"), ("coverage", "entry")):
        out[f"{name}.schema.json"] = _named(name, {"type": "array", "items": {"$ref": f"#/$defs/{root}"}, "$defs": parts})
    return out


def _named(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": DRAFT, "title": f"Lintas corpus: {name}", **schema}


def _nullable(schema: Any) -> Any:
    """Null stands for a key left out; days may be written as quoted text."""
    if isinstance(schema, dict):
        out = {key: _nullable(value) for key, value in schema.items()}
        if "properties" in out:
            required = set(out.get("required", ()))
            out["properties"] = {k: v if k in required else {"anyOf": [v, {"type": "null"}]} for k, v in out["properties"].items()}
        out.pop("format", None)
        return out
    return [_nullable(item) for item in schema] if isinstance(schema, list) else schema


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


def _list(name: str) -> dict[str, Any]:
    return {"type": "array", "items": _ref(name), "minItems": 1}


def _object(properties: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _parts(vocabulary: Vocabulary) -> dict[str, Any]:
    words = {"type": ["array", "null"], "items": {"type": "string"}}
    activities = {"type": "array", "items": {"enum": sorted(vocabulary.ids("activities"))}}
    requirements = sorted(vocabulary.ids("requirements") | vocabulary.ids("safeguards"))
    text = {"type": ["string", "null"]}
    facts = {
        **{key: _ref("test") for key in _BUILTIN},
        **{fact.id: {**_ref("test"), "description": fact.definition} for fact in vocabulary.facts},
    }
    leaf = {"type": "object", "properties": {**facts, "basis": text}, "additionalProperties": False, "minProperties": 1, "maxProperties": 2}
    value = {
        "anyOf": [
            _object({"quantity": {"type": "number"}, "unit": {"type": "string"}, "after": {"type": "string"}}, ("quantity", "unit")),
            _object({"amount": {"type": "number"}, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}}, ("amount", "currency")),
            _object({"date": {"type": "string"}}, ("date",)),
            _object({"text": {"type": "string"}}, ("text",)),
        ]
    }
    reference = _object({"param": {"type": "string"}, "by": text}, ("param",))
    basis = _object({k: {"type": "string"} for k in ("source", "capture", "at", "lang", "quote")}, ("source", "capture", "at", "lang", "quote"))
    verified = _object({"status": {"enum": list(STATUSES)}, "on": {"type": "string"}, "note": text}, ("status", "on"))
    interval = _object({"from": _DAY, "to": _DAY, "by": text, "pending": text})
    searched = _object(
        {k: {"type": ["string", "null"]} for k in ("place", "lang", "on", "result", "address")}, ("place", "lang", "on", "result")
    )
    sought = next(fact.values for fact in vocabulary.facts if fact.id == "value_sought")
    return {
        "test": {"type": "object", "properties": {op: {} for op in sorted(OPERATORS)}, "additionalProperties": False, "minProperties": 1, "maxProperties": 1},
        "leaf": leaf,
        "condition": {
            "anyOf": [
                *(_object({key: _list("condition"), "basis": text}, (key,)) for key in ("all", "any", "none")),
                _object({"holds": {"type": "string"}, "basis": text}, ("holds",)),
                _object({"at_least_n": _object({"n": {"type": "integer"}, "of": _list("condition")}, ("n", "of"))}, ("at_least_n",)),
                _ref("leaf"),
            ]
        },
        "needs": {
            "anyOf": [
                {"enum": requirements},
                _object({"fact": _ref("leaf")}, ("fact",)),
                *(_object({key: _list("needs"), "as": {"enum": requirements}}, (key,)) for key in ("all", "any")),
            ]
        },
        "value": value,
        "basis": basis,
        "verified": verified,
        "version": _object(
            {
                "valid": interval,
                "recorded": _object({"at": {"type": "string"}, "withdrawn": _DAY}, ("at",)),
                "when": {"anyOf": [_ref("condition"), {"type": "null"}]},
                "needs": {"anyOf": [_ref("needs"), {"type": "null"}, {"type": "array", "maxItems": 0}]},
                "values": {
                    "type": ["object", "null"],
                    "properties": {key: {"anyOf": [_ref("value"), reference]} for key in sought},
                    "additionalProperties": False,
                },
                "to": text,
                "overrides": words,
                "presume": {"enum": ["absent", None]},
                "presume_basis": text,
                "basis": {"type": "array", "items": _ref("basis")},
                "verified": _ref("verified"),
                "notes": words,
            },
            ("valid", "recorded"),
        ),
        "norm": _object(
            {
                "id": {"type": "string"},
                "title": {"type": ["object", "string"]},
                "article": {"type": ["string", "integer", "number", "null"]},
                "modality": {"enum": ["obligation", "prohibition", "permission", "power", "exemption", "definition"]},
                "activities": activities,
                "bearer": words,
                "governs": {"anyOf": [activities, {"type": "null"}]},
                "concludes": {"type": ["object", "null"]},
                "was": words,
                "versions": _list("version"),
            },
            ("id", "title", "modality", "activities", "versions"),
        ),
        "parameter": _object(
            {
                "id": {"type": "string"},
                "title": {"type": ["string", "object"]},
                "by": text,
                "rows": {"type": "array", "items": _object({"valid": interval, "key": {}, "value": _ref("value")}, ("valid", "value"))},
                "basis": {"type": "array", "items": _ref("basis")},
                "verified": _ref("verified"),
                "notes": words,
            },
            ("id", "rows"),
        ),
        "entry": _object(
            {
                "id": {"type": "string"},
                "area": {"type": "string"},
                "activities": activities,
                "from": {"type": "string"},
                "to": _DAY,
                "when": {"anyOf": [_ref("condition"), {"type": "null"}]},
                "searched": {"type": "array", "items": searched},
                "official": {"type": "boolean"},
                "nearest": text,
                "missing": text,
            },
            ("id", "area", "activities", "from", "searched"),
        ),
    }


def main(target: Path, vocabulary_file: Path) -> None:
    """Write all schemas into a folder."""
    raw, _ = read_yaml(vocabulary_file)
    target.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas(msgspec.convert(raw, Vocabulary)).items():
        (target / name).write_text(json.dumps(schema, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
