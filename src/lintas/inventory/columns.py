"""Columns: which header means which fact, and how a cell becomes a raw value; see ``docs/inventory.md``."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from lintas.corpus.parse import read_yaml
from lintas.errors import InputError
from lintas.inventory.countries import NAMES, code_of
from lintas.vocab.terms import Vocabulary, did_you_mean

ORDER = ("id", "what", "from", "to", "activity", "data", "sector", "actor", "safeguards", "safeguards_complete", "as_of")
"""The columns of the template, in this order; ``level`` and every fact of the vocabulary may follow."""

SYNONYMS: dict[str, tuple[str, ...]] = {
    "id": ("ref", "reference", "key", "row_id", "number", "no"),
    "what": ("label", "name", "flow", "title", "description", "vendor", "system", "service", "purpose"),
    "from": ("origin", "from_country", "source_country", "country_of_origin", "sender_country", "exporter_country", "sent_from"),
    "to": (
        "destination", "to_country", "destination_country", "recipient_country", "importer_country", "location", "hosting_location",
        "stored_in", "sent_to", "hosted_in",
    ),
    "activity": ("action", "operation", "what_is_done"),
    "data": ("data_categories", "data_category", "kind_of_data", "kinds_of_data", "data_kind", "data_types", "data_type", "categories"),
    "sector": ("industry", "sector_of_activity"),
    "actor": ("actor_type", "who"),
    "safeguards": ("in_place", "have", "measures", "mechanism", "mechanisms", "transfer_mechanism", "safeguards_in_place"),
    "safeguards_complete": ("nothing_else_in_place", "list_of_safeguards_is_complete"),
    "as_of": ("date", "day", "law_as_of", "on"),
    "data_subjects": ("people", "number_of_people", "individuals"),
}  # fmt: skip

TERM_SYNONYMS = {
    "asean-mccs": "asean-mcc", "mcc": "asean-mcc", "asean-model-contractual-clauses": "asean-mcc", "scc": "contract", "sccs": "contract",
    "standard-contractual-clauses": "contract", "binding-corporate-rules": "bcr", "bcrs": "bcr", "dpia": "impact-assessment",
    "medical": "health", "personal-data": "personal", "sensitive-data": "sensitive", "minors": "children", "transfer": "transfer-personal-data",
    "private": "private-domestic", "domestic": "private-domestic", "foreign": "private-foreign", "government": "public",
}  # fmt: skip
UNKNOWN = frozenset({"", "-", "?", "n/a", "na", "unknown", "not known", "tbd"})
IGNORE = "ignore"
_TEXT = ("id", "what", "level")


class Mapped(msgspec.Struct):
    """What ``--map`` says: header to key, facts that hold for every row, and other words for terms by key."""

    columns: dict[str, str] = {}
    constants: dict[str, Any] = {}
    values: dict[str, dict[str, Any]] = {}


def slug(header: object) -> str:
    """A header in its plain form: lower case, words joined by ``_``."""
    return "_".join(part for part in re.split(r"[\W_]+", str(header).casefold()) if part)


def read_map(path: str | Path) -> Mapped:
    """A mapping file: either ``header: key`` in one level, or ``columns``, ``constants`` and ``values``."""
    raw, _ = read_yaml(Path(path), error=InputError)
    if not isinstance(raw, dict):
        raise InputError("a mapping of header to key is expected", hint="Write for instance `Vendor: what`.", where=str(path))
    sections = {"columns", "constants", "values"}
    try:
        if raw and set(raw) <= sections and all(isinstance(v, dict) for v in raw.values()):
            return msgspec.convert({k: v for k, v in raw.items() if v}, Mapped)
        return Mapped(columns=msgspec.convert(raw, dict[str, str]))
    except msgspec.ValidationError as bad:
        raise InputError(str(bad), hint="Each header takes one key, a word.", where=str(path)) from bad


class Columns:
    """Headers and cells read against one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, mapped: Mapped | None = None, *, where: str = "") -> None:
        self.mapped = mapped or Mapped()
        self.facts = vocabulary.fact_table()
        self.keys = frozenset({*ORDER, "level", *self.facts})
        self.terms = {
            "activity": vocabulary.ids("activities"), "data": vocabulary.ids("data"), "sector": vocabulary.ids("sectors") | {"other"},
            "actor": vocabulary.ids("actors"), "safeguards": frozenset(vocabulary.implied()),
        }  # fmt: skip
        self._by_slug = {slug(key): key for key in self.keys}
        self._by_slug |= {name: key for key, names in SYNONYMS.items() for name in names if name not in self._by_slug}
        self._mapped_slugs = {slug(header): key for header, key in self.mapped.columns.items()}
        for key in (*self.mapped.columns.values(), *self.mapped.constants, *self.mapped.values):
            if key not in self.keys and key != IGNORE:
                raise InputError(f"the mapping names {key!r}", hint=did_you_mean(key, self.keys | {IGNORE}), where=where)
        self.constants = {key: self.cell(key, value) for key, value in self.mapped.constants.items()}

    def known_place(self, value: str) -> bool:
        """Whether a raw end is a country's code, or ``*``."""
        return value == "*" or value in NAMES

    def key(self, header: object) -> str | None:
        """The key that a header means: by the mapping, by name, by synonym; ``None`` if it is none of these."""
        name = slug(header)
        return self._mapped_slugs.get(name) or self._by_slug.get(name)

    def header(self, headers: list[Any], where: str) -> tuple[list[str | None], list[str]]:
        """Keys in the order of the headers, and a note for each column that is not read.

        Raises:
            InputError: two columns mean one key, or a header is a near miss of a key (a misspelt fact must not be lost in silence).

        """
        keys: list[str | None] = []
        notes: list[str] = []
        for header in headers:
            text = str(header if header is not None else "").strip()
            key = self.key(text) if text else IGNORE
            if key is None:
                near = difflib.get_close_matches(slug(text)[:80], list(self._by_slug), n=1, cutoff=0.8)
                if near:
                    raise InputError(
                        f"column {text[:60]!a} is not known",
                        hint=f"Did you mean {self._by_slug[near[0]]!r}? Rename it, or write `{text[:60]}: ignore` in a --map file.",
                        where=where,
                    )
                notes.append(f"column {text[:60]!r} is not read")
            elif key != IGNORE and key in keys:
                raise InputError(f"two columns mean {key!r}", hint="Keep one, or map the other to `ignore`.", where=where)
            keys.append(None if key in (None, IGNORE) else key)
        return keys, notes

    def cell(self, key: str, value: Any) -> Any:
        """A raw value as the fact reader expects it; ``None`` where the cell says that it is not known."""
        if isinstance(value, dt.datetime):
            value = value.date()
        if value is None:
            return None
        other = self.mapped.values.get(key)
        if other and str(value) in other:
            value = other[str(value)]
        if key in _TEXT:
            return value
        if isinstance(value, str):
            value = value.strip()
            if value.casefold() in UNKNOWN:
                return None
        if key in ("from", "to"):
            return code_of(value) or value if isinstance(value, str) else value
        if key in ("data", "safeguards"):
            words = re.split(r"[,;|\n]", value) if isinstance(value, str) else value
            if not isinstance(words, list):
                return words
            return [self._term(key, word) for word in words if not (isinstance(word, str) and not word.strip())]
        if key in self.terms:
            return self._term(key, value)
        fact = self.facts.get(key)
        if fact is not None and isinstance(value, str):
            if fact.type == "boolean":
                return {"y": "yes", "n": "no", "x": "yes"}.get(value.casefold(), value)
            if fact.type == "enum" and value not in fact.values:
                return re.sub(r"[\s_]+", "-", value.casefold())
        return value

    def _term(self, key: str, word: Any) -> Any:
        if not isinstance(word, str) or word.strip() in self.terms[key]:
            return word.strip() if isinstance(word, str) else word
        name = re.sub(r"[\s_]+", "-", word.strip().casefold())
        other = TERM_SYNONYMS.get(name)
        return other if other in self.terms[key] and name not in self.terms[key] else name if name in self.terms[key] else word.strip()

    def facts_of(self, cells: Mapping[str, Any]) -> dict[str, Any]:
        """One row's facts: constants, then cells; ``none`` as the whole list of safeguards says that nothing is in place."""
        facts = {key: value for key, value in self.constants.items() if value is not None}
        for key, raw in cells.items():
            value = self.cell(key, raw)
            if value is not None:
                facts[key] = value
        if facts.get("safeguards") in (["none"], ["nothing"]):
            facts["safeguards"] = []
            facts.setdefault("safeguards_complete", True)
        return facts


def country_problem(value: Any) -> str:
    """A hint for a cell that is no country."""
    near = difflib.get_close_matches(str(value)[:80], [*NAMES.values(), *NAMES], n=2, cutoff=0.7)
    return f"Did you mean {' or '.join(map(repr, near))}?" if near else "Write an ISO 3166-1 code such as SG, a country's name, or '*'."


TEMPLATE_ROWS = (
    ("f1", "Support desk", "SG", "PH", "transfer-personal-data", "personal", "general", "private-domestic", "contract", "", ""),
    ("f2", "Payroll archive", "TH", "US", "transfer-personal-data", "personal; financial", "general", "private-domestic", "none", "", ""),
)
"""Two invented rows: one whose list of safeguards is open, one that says that nothing is in place."""
