"""Fideslang manifests: systems with their privacy declarations, and datasets, become rows.

A row stands for one other country that a declaration or a dataset reaches: through ``egress`` and ``ingress`` (the country of the other
end), ``cross_border_transfers`` of a declaration, or ``third_country_transfers`` of a dataset. The country of a system stands under
``meta``. A declaration that names no other country gives no row, and a note says so. See ``docs/inventory.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lintas.corpus.parse import Lines, read_yaml
from lintas.errors import InputError
from lintas.inventory.columns import Columns
from lintas.inventory.countries import code_of
from lintas.inventory.guard import plain
from lintas.inventory.read import too_many
from lintas.inventory.read_json import json_row
from lintas.inventory.rows import Row, Source

CATEGORIES = (
    ("user.health_and_medical", "health"), ("user.biometric.health", "health"), ("user.biometric", "biometric"),
    ("user.authorization.biometric", "biometric"), ("user.childrens", "children"), ("user.financial", "financial"),
    ("user.payment", "payment"), ("user.demographic.political_opinion", "sensitive"), ("user.demographic.race_ethnicity", "sensitive"),
    ("user.demographic.religious_belief", "sensitive"), ("user.demographic.sexual_orientation", "sensitive"),
    ("user.criminal_history", "sensitive"), ("user", "personal"), ("system", "non-personal"),
)  # fmt: skip
"""The longest matching prefix of a fideslang category gives the kind of data; it is personal data as well where it begins with ``user``."""

USES = {"third_party_sharing": "transfer-personal-data", "train_ai_system": "process-personal-data"}
ACTIVITY = "transfer-personal-data"


def kinds_of(categories: list[str]) -> list[str]:
    """Kinds of data for fideslang categories, in the order of the table above."""
    found: set[str] = set()
    for category in categories:
        kind = next((k for prefix, k in CATEGORIES if category == prefix or category.startswith(prefix + ".")), None)
        if kind:
            found.add(kind)
            if category.startswith("user"):
                found.add("personal")
    if "personal" in found:
        found.discard("non-personal")
    return [kind for kind in dict.fromkeys(k for _, k in CATEGORIES) if kind in found]


def read_manifest(path: Path, columns: Columns, max_rows: int) -> Source:
    """A fideslang manifest, or a YAML list of situations."""
    raw, lines = read_yaml(path, error=InputError)
    headers: dict[str, str] = {}
    notes: list[str] = []
    if isinstance(raw, list):
        made: Iterator[tuple[int, Any]] = ((lines.near((n,)), item) for n, item in enumerate(raw))
    elif isinstance(raw, dict) and (isinstance(raw.get("system"), list) or isinstance(raw.get("dataset"), list)):
        made = iter(list(_manifest(raw, lines, notes)))
    else:
        raise InputError("neither a fideslang manifest nor a list of situations", hint="A manifest has `system:` or `dataset:`.", where=str(path))
    return Source(str(path), _rows(made, columns, max_rows, headers, str(path)), headers, notes)


def _rows(made: Iterator[tuple[int, Any]], columns: Columns, max_rows: int, headers: dict[str, str], name: str) -> Iterator[Row]:
    for number, (line, item) in enumerate(made, start=1):
        if number > max_rows:
            raise too_many(max_rows, name)
        yield json_row(number, line, item, columns, headers)


def _manifest(raw: dict[str, Any], lines: Lines, notes: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    datasets = {d.get("fides_key"): d for d in _list(raw.get("dataset")) if isinstance(d, dict)}
    systems = {s.get("fides_key"): s for s in _list(raw.get("system")) if isinstance(s, dict)}
    for number, system in enumerate(_list(raw.get("system"))):
        if isinstance(system, dict):
            yield from _system(number, system, systems, datasets, lines, notes)
    for number, dataset in enumerate(_list(raw.get("dataset"))):
        if isinstance(dataset, dict):
            yield from _dataset(number, dataset, lines)


def _system(
    number: int, system: dict[str, Any], systems: dict[Any, Any], datasets: dict[Any, Any], lines: Lines, notes: list[str]
) -> Iterator[tuple[int, dict[str, Any]]]:
    home = _place(system)
    name = str(system.get("name") or system.get("fides_key") or f"system {number + 1}")
    for index, declaration in enumerate(_list(system.get("privacy_declarations"))):
        if not isinstance(declaration, dict):
            continue
        line = lines.near(("system", number, "privacy_declarations", index))
        ends = [(home, _place({"country": c})) for c in _list(declaration.get("cross_border_transfers"))]
        for way in ("egress", "ingress"):
            for flow in (*_list(declaration.get(way)), *(_list(system.get(way)) if not declaration.get(way) else [])):
                key = flow.get("fides_key") if isinstance(flow, dict) else flow
                other = _place(systems.get(key) or datasets.get(key) or (flow if isinstance(flow, dict) else {}))
                ends.append((home, other) if way == "egress" else (other, home))
        pairs = list(dict.fromkeys((a, b) for a, b in ends if a and b and a != b))
        if not pairs:
            notes.append(f"line {line}: {plain(name, 60)!r}, {plain(str(declaration.get('name') or ''), 60)!r} names no other country; no row")
        categories = [str(c) for c in _list(declaration.get("data_categories"))]
        use = str(declaration.get("data_use") or "")
        for origin, destination in pairs:
            yield line, {
                "what": f"{name}: {declaration.get('name') or use}",
                "from": origin,
                "to": destination,
                "activity": USES.get(use.split(".", maxsplit=1)[0], ACTIVITY),
                "data": kinds_of(categories) or None,
                **_facts(system, declaration),
            }


def _dataset(number: int, dataset: dict[str, Any], lines: Lines) -> Iterator[tuple[int, dict[str, Any]]]:
    home = _place(dataset)
    for country in _list(dataset.get("third_country_transfers")):
        destination = _place({"country": country})
        if home and destination and home != destination:
            yield lines.near(("dataset", number)), {
                "what": str(dataset.get("name") or dataset.get("fides_key") or "dataset"),
                "from": home,
                "to": destination,
                "activity": ACTIVITY,
                "data": kinds_of(_categories(dataset)) or None,
                **_facts(dataset),
            }


def _categories(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [str(c) for c in _list(node.get("data_categories"))]
        return own + [c for key in ("collections", "fields") for item in _list(node.get(key)) for c in _categories(item)]
    return []


def _facts(*holders: dict[str, Any]) -> dict[str, Any]:
    """Facts that a firm adds under ``meta: {lintas: {...}}``; the nearest one wins."""
    found: dict[str, Any] = {}
    for holder in holders:
        meta = holder.get("meta")
        if isinstance(meta, dict) and isinstance(meta.get("lintas"), dict):
            found |= {k: v for k, v in meta["lintas"].items() if k not in ("country", "from", "to", "what", "activity", "data")}
    return found


def _place(holder: dict[str, Any]) -> str:
    meta = holder.get("meta") if isinstance(holder.get("meta"), dict) else {}
    inner = meta.get("lintas") if isinstance(meta, dict) and isinstance(meta.get("lintas"), dict) else {}
    for where in (inner, meta, holder):
        for key in ("country", "location", "country_code"):
            word = where.get(key) if isinstance(where, dict) else None
            if isinstance(word, str) and word.strip():
                return code_of(word) or word.strip()
    return ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
