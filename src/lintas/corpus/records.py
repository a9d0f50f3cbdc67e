"""Raw values to records: conditions, needs, values, norms, parameters, coverage.

Every problem is a :class:`CorpusError` with file and line. Types of facts are checked later, in ``compile/typecheck``,
where the vocabulary is known.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import msgspec

from lintas.corpus.parse import Lines
from lintas.dates import parse_day
from lintas.errors import CorpusError
from lintas.model.law import Coverage, Parameter, Row, Searched
from lintas.model.norm import (
    OPERATORS,
    All,
    Amount,
    AnyOf,
    AtLeastN,
    Basis,
    Concludes,
    Condition,
    Day,
    Holds,
    Leaf,
    Need,
    NeedAll,
    NeedAny,
    NeedFact,
    Needs,
    NoneOf,
    Norm,
    Operand,
    ParamRef,
    Quantity,
    Text,
    Value,
    Verified,
    Version,
)
from lintas.vocab.terms import did_you_mean

Path_ = tuple[Any, ...]
T = TypeVar("T")
R = TypeVar("R")


class Reader:
    """Turns the raw values of one file into records and says where a value does not fit."""

    def __init__(self, path: Path | str, lines: Lines) -> None:
        self.path = str(path)
        self.lines = lines

    def where(self, at: Path_) -> str:
        """``file:line`` of a path inside the file."""
        return f"{self.path}:{self.lines.near(at)}"

    def fail(self, at: Path_, detail: str, hint: str) -> CorpusError:
        """An error at a path inside the file."""
        return CorpusError(detail, hint=hint, where=self.where(at))

    def mapping(self, raw: Any, at: Path_, known: frozenset[str] | None = None) -> dict[str, Any]:
        """A mapping; with ``known``, no other keys."""
        if not isinstance(raw, dict):
            raise self.fail(at, f"a mapping is expected, not {_shown(raw)}", "See docs/norm-format.md.")
        if known is not None:
            for key in raw:
                if key not in known:
                    raise self.fail((*at, key), f"unknown key {key!r}", did_you_mean(key, known))
        return raw

    def sequence(self, raw: Any, at: Path_) -> list[Any]:
        """A list."""
        if not isinstance(raw, list):
            raise self.fail(at, f"a list is expected, not {_shown(raw)}", "Write `[a, b]` or one item a line.")
        return raw

    def string(self, raw: Any, at: Path_) -> str:
        """Text."""
        if not isinstance(raw, str):
            raise self.fail(at, f"text is expected, not {_shown(raw)}", "Quote the value.")
        return raw

    def strings(self, raw: Any, at: Path_) -> tuple[str, ...]:
        """A list of text; null is empty."""
        if raw is None:
            return ()
        return tuple(self.string(item, (*at, i)) for i, item in enumerate(self.sequence(raw, at)))

    def day(self, raw: Any, at: Path_) -> Any:
        """A day or null."""
        if raw is None:
            return None
        try:
            return parse_day(raw)
        except ValueError as bad:
            raise self.fail(at, str(bad), 'Write a quoted day such as "2026-01-01", or null.') from bad

    def record(self, raw: Any, kind: type[R], at: Path_) -> R:
        """A plain record by its type; msgspec's message names the key."""
        try:
            return msgspec.convert(_without_nulls(raw), kind)
        except msgspec.ValidationError as bad:
            message = str(bad)
            path, line_path = message.rpartition(" - at `$")[::2]
            inner = tuple(int(p) if p.isdigit() else p for p in line_path.rstrip("`").replace("[", ".").replace("]", "").split(".") if p)
            raise self.fail((*at, *inner), path or message, "See docs/norm-format.md for the keys of this record.") from bad

    # values -------------------------------------------------------------------------------------------------

    def value(self, raw: Any, at: Path_) -> Value:
        """One of ``{quantity, unit}``, ``{amount, currency}``, ``{date}``, ``{text}``."""
        item = self.mapping(raw, at)
        keys = set(item)
        if keys == {"amount", "currency"}:
            return Amount(self.number(item["amount"], (*at, "amount")), self.string(item["currency"], (*at, "currency")))
        if keys in ({"quantity", "unit"}, {"quantity", "unit", "after"}):
            number = self.number(item["quantity"], (*at, "quantity"))
            return Quantity(number, self.string(item["unit"], at), self.string(item.get("after", ""), at))
        if keys == {"date"}:
            day = self.day(item["date"], (*at, "date"))
            if day is not None:
                return Day(day)
        if keys == {"text"}:
            return Text(self.string(item["text"], (*at, "text")))
        raise self.fail(at, f"not a value: {sorted(keys)}", "Write {quantity, unit}, {amount, currency}, {date} or {text}.")

    def number(self, raw: Any, at: Path_) -> float:
        """A finite number."""
        if isinstance(raw, bool) or not isinstance(raw, (int, float)):
            raise self.fail(at, f"a number is expected, not {_shown(raw)}", "Write digits without quotes.")
        return float(raw)

    def value_or_param(self, raw: Any, at: Path_) -> Value | ParamRef:
        """A value or a reference to a parameter."""
        if isinstance(raw, dict) and "param" in raw:
            item = self.mapping(raw, at, frozenset({"param", "by"}))
            return ParamRef(self.string(item["param"], at), self.string(item.get("by") or "", at))
        return self.value(raw, at)

    def operand(self, raw: Any, at: Path_) -> Operand:
        """The right-hand side of a leaf."""
        if isinstance(raw, dict):
            return self.value_or_param(raw, at)
        if isinstance(raw, list):
            if all(isinstance(item, str) for item in raw):
                return tuple(raw)
            return tuple(self.number(item, (*at, i)) for i, item in enumerate(raw))
        if isinstance(raw, (bool, int, float, str)):
            return raw
        raise self.fail(at, f"no value to compare with: {_shown(raw)}", "Give a value.")

    # conditions ---------------------------------------------------------------------------------------------

    def leaf(self, raw: Any, at: Path_) -> Leaf:
        """``{fact: {operator: operand}, basis: ...}``."""
        item = dict(self.mapping(raw, at))
        basis = self.string(item.pop("basis", ""), (*at, "basis"))
        if len(item) != 1:
            raise self.fail(at, f"a leaf names one fact, here {sorted(item)}", "Split it under `all:` or `any:`.")
        ((fact, test),) = item.items()
        test = self.mapping(test, (*at, fact))
        if len(test) != 1:
            raise self.fail((*at, fact), "a leaf has one operator", "Split it under `all:`.")
        ((op, raw_operand),) = test.items()
        if op not in OPERATORS:
            raise self.fail((*at, fact), f"unknown operator {op!r}", did_you_mean(op, OPERATORS))
        operand = self.operand(raw_operand, (*at, fact, op))
        if op in ("in", "overlaps", "includes_all", "within") and not isinstance(operand, tuple):
            raise self.fail((*at, fact), f"`{op}` needs a list", "Write `[a, b]`.")
        if op not in ("in", "overlaps", "includes_all", "within") and isinstance(operand, tuple):
            raise self.fail((*at, fact), f"`{op}` takes one value", "Use `in` or `overlaps` for a list.")
        return Leaf(fact, op, operand, basis)

    def condition(self, raw: Any, at: Path_) -> Condition:
        """A condition tree."""
        item = self.mapping(raw, at)
        if len(item) == 1 or (len(item) == 2 and "basis" in item):
            key = next(k for k in item if k != "basis") if len(item) == 2 else next(iter(item))
            inner = (*at, key)
            if key in ("all", "any", "none"):
                items = self._items(item[key], inner)
                return All(items) if key == "all" else AnyOf(items) if key == "any" else NoneOf(items)
            if key == "holds":
                return Holds(self.string(item[key], inner))
            if key == "at_least_n":
                body = self.mapping(item[key], inner, frozenset({"n", "of"}))
                return AtLeastN(int(self.number(body.get("n"), inner)), self._items(body.get("of"), (*inner, "of")))
        return self.leaf(raw, at)

    def _items(self, raw: Any, at: Path_) -> tuple[Condition, ...]:
        items = tuple(self.condition(item, (*at, i)) for i, item in enumerate(self.sequence(raw, at)))
        if not items:
            raise self.fail(at, "an empty list of conditions", "Give at least one, or leave the key out.")
        return items

    def needs(self, raw: Any, at: Path_) -> Needs:
        """A needs formula: ids, ``all``, ``any`` (with ``as``), ``{fact: leaf}``."""
        if isinstance(raw, str):
            return Need(raw)
        item = self.mapping(raw, at)
        if set(item) == {"fact"}:
            return NeedFact(self.leaf(item["fact"], (*at, "fact")))
        name = self.string(item.get("as", ""), (*at, "as"))
        rest = set(item) - {"as"}
        for key, kind in (("all", NeedAll), ("any", NeedAny)):
            if rest == {key}:
                body = self.sequence(item[key], (*at, key))
                items = tuple(self.needs(part, (*at, key, i)) for i, part in enumerate(body))
                if items:
                    return kind(items, name)
        raise self.fail(at, f"not a needs formula: {sorted(item)}", "Use an id, `all: [...]`, `any: [...]` or `{fact: leaf}`.")

    # records ------------------------------------------------------------------------------------------------

    def norm(self, raw: Any, at: Path_) -> Norm:
        """One norm with its versions."""
        item = self.mapping(raw, at, _NORM_KEYS)
        for key in ("id", "title", "modality", "activities", "versions"):
            if key not in item:
                raise self.fail(at, f"`{key}` is missing", "Every norm states it.")
        concludes = None
        if item.get("concludes") is not None:
            body = self.mapping(item["concludes"], (*at, "concludes"), frozenset({"fact", "is", "met"}))
            concludes = Concludes(fact=body.get("fact", ""), value=body.get("is", True), met=body.get("met", ""))
        if item["modality"] not in _MODALITIES:
            raise self.fail((*at, "modality"), f"unknown modality {item['modality']!r}", did_you_mean(item["modality"], _MODALITIES))
        title = item["title"] if isinstance(item["title"], dict) else {"eng": self.string(item["title"], (*at, "title"))}
        return Norm(
            id=self.string(item["id"], (*at, "id")),
            title={str(k): self.string(v, (*at, "title")) for k, v in title.items()},
            modality=item["modality"],
            activities=self.strings(item["activities"], (*at, "activities")),
            versions=tuple(
                self.version(v, (*at, "versions", i)) for i, v in enumerate(self.sequence(item["versions"], (*at, "versions")))
            ),
            article=str(item.get("article") or ""),
            bearer=self.strings(item.get("bearer"), (*at, "bearer")),
            governs=self.strings(item.get("governs"), (*at, "governs")),
            concludes=concludes,
            was=self.strings(item.get("was"), (*at, "was")),
            where=self.where((*at, "id")),
        )

    def version(self, raw: Any, at: Path_) -> Version:
        """One version of a norm."""
        item = self.mapping(raw, at, _VERSION_KEYS)
        valid = self.mapping(item.get("valid"), (*at, "valid"), frozenset({"from", "to", "by", "pending"}))
        recorded = self.mapping(item.get("recorded"), (*at, "recorded"), frozenset({"at", "withdrawn"}))
        pending = self.string(valid.get("pending") or "", (*at, "valid"))
        start, end = self.day(valid.get("from"), (*at, "valid", "from")), self.day(valid.get("to"), (*at, "valid", "to"))
        if start is None and not pending:
            raise self.fail((*at, "valid"), "no day from which it is valid", "Give `from`, or `pending: why`.")
        if start and end and start >= end:
            raise self.fail((*at, "valid"), f"{start} is not before {end}", "An interval is [from, to).")
        at_day = self.day(recorded.get("at"), (*at, "recorded", "at"))
        if at_day is None:
            raise self.fail((*at, "recorded"), "no day on which it was recorded", "Give `recorded: {at: DAY, withdrawn: null}`.")
        presume = item.get("presume")
        if presume not in (None, "absent"):
            raise self.fail((*at, "presume"), f"unknown presumption {presume!r}", "Only `absent`, or leave it out.")
        values = self.mapping(item.get("values") or {}, (*at, "values"))
        return Version(
            start=start,
            end=end,
            pending=pending,
            by=self.string(valid.get("by") or "", (*at, "valid")),
            recorded=at_day,
            withdrawn=self.day(recorded.get("withdrawn"), (*at, "recorded", "withdrawn")),
            when=None if item.get("when") is None else self.condition(item["when"], (*at, "when")),
            needs=None if item.get("needs") in (None, []) else self.needs(item["needs"], (*at, "needs")),
            values={key: self.value_or_param(v, (*at, "values", key)) for key, v in values.items()},
            to=self.string(item.get("to") or "", (*at, "to")),
            overrides=self.strings(item.get("overrides"), (*at, "overrides")),
            presume_absent=presume == "absent",
            presume_basis=self.string(item.get("presume_basis") or "", (*at, "presume_basis")),
            basis=self.bases(item.get("basis"), (*at, "basis")),
            verified=self.record(item["verified"], Verified, (*at, "verified")) if item.get("verified") else None,
            notes=self.strings(item.get("notes"), (*at, "notes")),
            line=self.lines.near(at),
        )

    def bases(self, raw: Any, at: Path_) -> tuple[Basis, ...]:
        """Quoted provisions."""
        if raw is None:
            return ()
        return tuple(self.record(item, Basis, (*at, i)) for i, item in enumerate(self.sequence(raw, at)))

    def parameter(self, raw: Any, at: Path_) -> tuple[Parameter, tuple[Basis, ...]]:
        """One parameter with its rows."""
        item = self.mapping(raw, at, frozenset({"id", "title", "by", "rows", "basis", "verified", "notes"}))
        rows = []
        for i, row in enumerate(self.sequence(item.get("rows"), (*at, "rows"))):
            inner = (*at, "rows", i)
            body = self.mapping(row, inner, frozenset({"valid", "key", "value"}))
            valid = self.mapping(body.get("valid"), (*inner, "valid"), frozenset({"from", "to", "by"}))
            rows.append(
                Row(
                    start=self.day(valid.get("from"), (*inner, "valid")),
                    end=self.day(valid.get("to"), (*inner, "valid")),
                    value=self.value(body.get("value"), (*inner, "value")),
                    key=str(body.get("key", "*")),
                )
            )
        title = item.get("title", "")
        title = title.get("eng", "") if isinstance(title, dict) else title
        verified = self.record(item["verified"], Verified, (*at, "verified")) if item.get("verified") else None
        parameter = Parameter(
            id=self.string(item.get("id"), at), title=title, rows=tuple(rows), by=item.get("by") or "", verified=verified
        )
        return parameter, self.bases(item.get("basis"), (*at, "basis"))

    def coverage(self, raw: Any, at: Path_) -> Coverage:
        """One coverage entry."""
        item = self.mapping(raw, at, _COVERAGE_KEYS)
        start = self.day(item.get("from"), (*at, "from"))
        if start is None:
            raise self.fail(at, "no day from which answers hold", "Give `from`.")
        searched = self.sequence(item.get("searched"), (*at, "searched"))
        return Coverage(
            id=self.string(item.get("id"), at),
            area=self.string(item.get("area"), at),
            activities=self.strings(item.get("activities"), (*at, "activities")),
            start=start,
            end=self.day(item.get("to"), (*at, "to")),
            when=None if item.get("when") is None else self.condition(item["when"], (*at, "when")),
            searched=tuple(self.record(s, Searched, (*at, "searched", i)) for i, s in enumerate(searched)),
            official=bool(item.get("official")),
            nearest=item.get("nearest") or "",
            missing=item.get("missing") or "",
        )


_MODALITIES = frozenset({"obligation", "prohibition", "permission", "power", "exemption", "definition"})
_NORM_KEYS = frozenset(
    {"id", "title", "article", "modality", "activities", "bearer", "governs", "concludes", "versions", "was"}
)
_VERSION_KEYS = frozenset(
    {
        "valid",
        "recorded",
        "when",
        "needs",
        "values",
        "to",
        "overrides",
        "presume",
        "presume_basis",
        "basis",
        "verified",
        "notes",
    }
)
_COVERAGE_KEYS = frozenset(
    {"id", "area", "activities", "from", "to", "when", "searched", "official", "nearest", "missing"}
)


def _without_nulls(raw: Any) -> Any:
    """In plain records null means the same as leaving the key out."""
    if isinstance(raw, dict):
        return {key: _without_nulls(value) for key, value in raw.items() if value is not None}
    if isinstance(raw, list):
        return [_without_nulls(item) for item in raw]
    return raw


def _shown(raw: Any) -> str:
    text = repr(raw)
    return text if len(text) <= 60 else text[:57] + "..."
