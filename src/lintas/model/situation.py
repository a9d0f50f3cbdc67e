"""Situations: the facts of what somebody does or wants to do; any fact may be unknown.

:func:`read_situation` checks the raw form (``cases/README``: ``{id, as_of, level, facts}``) against the vocabulary and
normalises it: text, booleans, numbers as float, days as ordinals, money as :class:`Amount`, sets closed under their
hierarchy. Facts with an ``ordinary`` value are filled and listed in ``ordinary``; every other fact is simply absent, which means unknown.
"""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Mapping
from typing import Any

import msgspec

from lintas.dates import parse_day
from lintas.errors import SituationError
from lintas.model.norm import Amount
from lintas.vocab.terms import Fact, Vocabulary, did_you_mean

FactValue = str | bool | float | Amount | frozenset[str]

ANY = "**"
"""The value of a question fact that is not stated: it selects everything."""
_ASKED = frozenset({"value_sought", "threshold_for", "requirement_asked", "agreement", "article", "member"})
"""Question facts that the assessment reads itself."""
_PLAIN = ("from", "to", "activity", "data", "sector", "actor", "safeguards", "other")
MAX_FACTS = 400
MAX_TEXT = 400


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """One situation, checked and normalised.

    Attributes:
        facts: fact id to normalised value; ``from``/``to`` hold ``"*!XX"`` for "some other country than XX".
        complete: the list of safeguards is exhaustive.
        ordinary: facts that were filled from the vocabulary's ordinary values.

    """

    id: str
    as_of: dt.date
    level: str
    activity: str
    facts: dict[str, FactValue]
    complete: bool
    ordinary: frozenset[str]
    listed: tuple[str, ...] = ()

    def with_fact(self, fact: str, value: FactValue) -> Situation:
        """The same situation with one more fact known."""
        return msgspec.structs.replace(self, facts={**self.facts, fact: value}, ordinary=self.ordinary - {fact})

    def with_safeguards(self, more: frozenset[str]) -> Situation:
        """The same situation with more safeguards in place (already closed under ``implies``)."""
        have = self.facts.get("safeguards", frozenset())
        merged = have | more if isinstance(have, frozenset) else more
        facts = {**self.facts, "safeguards": merged}
        absent = facts.get("safeguards_absent")
        if isinstance(absent, frozenset):
            facts["safeguards_absent"] = absent - more
        return msgspec.structs.replace(self, facts=facts)


class FactReader:
    """Reads facts against one vocabulary; make it once, use it for many rows."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.facts: dict[str, Fact] = vocabulary.fact_table()
        self.activities = vocabulary.ids("activities")
        self.data = vocabulary.broadened()
        self.implied = vocabulary.implied()
        self.safeguards = vocabulary.ids("safeguards")
        self.questions = [f.id for f in vocabulary.facts if f.question and f.id not in _ASKED]
        self.sectors = vocabulary.ids("sectors") | {"other"}
        self.actors = vocabulary.ids("actors")
        self.ordinary = {f.id: f.ordinary for f in vocabulary.facts if f.ordinary is not None}
        self.ratios = {f.id: (f.ratio[0], f.ratio[1]) for f in vocabulary.facts if f.ratio}

    def situation(self, raw: Any, *, default_day: dt.date, number: int = 0) -> Situation:
        """Check and normalise one raw situation.

        Raises:
            SituationError: an unknown term, a wrong type, a missing activity; the message names the key.

        """
        if not isinstance(raw, Mapping):
            raise SituationError("a situation is a mapping", hint="Give {id, as_of, facts}.", where=f"item {number + 1}")
        name = _text(raw.get("id", number + 1), "id")
        where = f"situation {name}"
        body = raw.get("facts", raw)
        if not isinstance(body, Mapping):
            raise SituationError("`facts` is a mapping", hint="Give {from, to, activity, ...}.", where=where)
        try:
            as_of = parse_day(raw["as_of"]) if raw.get("as_of") not in (None, "") else default_day
        except ValueError as bad:
            raise SituationError(f"as_of: {bad}", hint="Write YYYY-MM-DD.", where=where) from bad
        level = str(raw.get("level") or "national")
        if level not in ("national", "treaty"):
            raise SituationError(f"unknown level {level!r}", hint="national or treaty", where=where)
        facts, complete, listed = self.read(body, where)
        activity = facts.pop("activity", None)
        if not isinstance(activity, str):
            raise SituationError("no activity", hint=did_you_mean("", self.activities), where=where)
        filled = frozenset(key for key in self.ordinary if key not in facts)
        for key in filled:
            facts[key] = self.ordinary[key]
        for key in self.questions:
            facts.setdefault(key, ANY)
        facts.setdefault("requirement_asked", "")  # nothing is asked for: a coverage entry may set single requirements apart
        return Situation(
            id=name, as_of=as_of, level=level, activity=activity, facts=facts, complete=complete, ordinary=filled, listed=listed
        )

    def read(self, body: Mapping[str, Any], where: str) -> tuple[dict[str, FactValue], bool, tuple[str, ...]]:
        """Facts of one situation: normalised facts, whether safeguards are complete, safeguards as listed."""
        other = body.get("other")
        if other is None:
            other = {}
        if not isinstance(other, Mapping):
            raise SituationError("`other` is a mapping of facts", hint="Give {fact: value}.", where=where)
        raw = {key: value for key, value in body.items() if key in _PLAIN and key != "other"}
        extra = {key: value for key, value in body.items() if key not in _PLAIN and key not in ("id", "as_of", "level")}
        for key, value in (*extra.items(), *other.items()):
            if key in raw and key in _PLAIN:
                raise SituationError(f"{key!r} stands twice", hint="Keep one.", where=where)
            raw[str(key)] = value
        if len(raw) > MAX_FACTS:
            raise SituationError(f"more than {MAX_FACTS} facts", hint="Split the situation.", where=where)
        facts: dict[str, FactValue] = {}
        complete = False
        listed: tuple[str, ...] = ()
        for key, value in raw.items():
            if value is None:
                continue
            if key == "safeguards":
                listed = self._words(value, key, where)
                facts[key] = self._closed(listed, self.implied, key, where)
            elif key == "data":
                facts[key] = self._closed(self._words(value, key, where), self.data, key, where)
            elif key in ("from", "to"):
                facts[key] = self._country(value, key, where)
            elif key == "activity":
                facts[key] = self._member(value, self.activities, key, where)
            elif key == "sector":
                facts[key] = self._member(value, self.sectors, key, where)
            elif key == "actor":
                facts[key] = self._member(value, self.actors, key, where)
            elif key == "safeguards_complete":
                complete = self._typed(self.facts[key], value, where) is True
            elif key in self.facts:
                facts[key] = self._typed(self.facts[key], value, where)
            else:
                raise SituationError(f"unknown fact {_shown(key)}", hint=did_you_mean(key, {*self.facts, *_PLAIN}), where=where)
        for key, (part, whole) in self.ratios.items():
            one, two = facts.get(part), facts.get(whole)
            if key not in facts and isinstance(one, float) and isinstance(two, float) and two > 0:
                facts[key] = 100 * one / two
        have = facts.setdefault("safeguards", frozenset())
        if complete and isinstance(have, frozenset):
            absent = self.safeguards - have
            facts["safeguards_absent"] = absent | {word for word, counts in self.implied.items() if counts & absent}
            facts["safeguards_complete"] = True
        _name_the_other_end(facts)
        return facts, complete, listed

    def _words(self, value: Any, key: str, where: str) -> tuple[str, ...]:
        if isinstance(value, str):
            value = [part for part in value.replace(";", ",").split(",") if part.strip()]
        if not isinstance(value, (list, tuple, set, frozenset)) or len(value) > 100:
            raise SituationError(f"{key!r} is a list of ids", hint="Write [a, b].", where=where)
        return tuple(_text(item, key, where).strip() for item in value)

    def _closed(self, words: tuple[str, ...], table: dict[str, frozenset[str]], key: str, where: str) -> frozenset[str]:
        result: set[str] = set()
        for word in words:
            if word not in table:
                raise SituationError(f"{key}: unknown {_shown(word)}", hint=did_you_mean(word, table), where=where)
            result |= table[word]
        return frozenset(result)

    def _member(self, value: Any, known: frozenset[str], key: str, where: str) -> str:
        word = _text(value, key, where)
        if word not in known:
            raise SituationError(f"{key}: unknown {_shown(word)}", hint=did_you_mean(word, known), where=where)
        return word

    def _country(self, value: Any, key: str, where: str) -> str:
        word = _text(value, key, where).strip().upper()
        if word == "*" or (len(word) == 2 and word.isascii() and word.isalpha()):
            return word
        raise SituationError(
            f"{key}: {_shown(value)} is not a country code", hint="Write an ISO 3166-1 alpha-2 code such as SG, or '*'.", where=where
        )

    def _typed(self, fact: Fact, value: Any, where: str) -> FactValue:
        kind = fact.type
        if kind == "boolean":
            if isinstance(value, bool):
                return value
            if isinstance(value, str) and value.strip().lower() in _BOOLEANS:
                return _BOOLEANS[value.strip().lower()]
        elif kind in ("integer", "number", "percent", "duration"):
            if isinstance(value, Mapping) and kind == "duration":
                value = value.get("quantity")
            number = _number(value)
            if number is not None and (kind != "integer" or number == int(number)):
                return number
        elif kind == "money":
            if isinstance(value, str):
                parts = value.split()
                value = {"currency": parts[0], "amount": parts[1]} if len(parts) == 2 else value
            if isinstance(value, Mapping):
                number, currency = _number(value.get("amount")), value.get("currency")
                if number is not None and isinstance(currency, str) and len(currency) == 3 and currency.isascii() and currency.isalpha():
                    return Amount(number, currency.upper())
        elif kind == "date":
            try:
                return float(parse_day(value).toordinal())
            except ValueError:
                pass
        elif kind == "enum":
            word = _text(value, fact.id, where)
            if fact.id == "requirement_asked":
                return self._member(word, frozenset(self.implied), fact.id, where)
            return self._member(word, frozenset({*fact.values, "other"}), fact.id, where)
        else:
            return _text(value, fact.id, where)
        raise SituationError(f"{fact.id}: {_shown(value)} is not a {kind}", hint=_EXAMPLES.get(kind, ""), where=where)


_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_EXAMPLES = {
    "boolean": "Write true or false.",
    "integer": "Write digits; what is not known is left out, never -1.",
    "number": "Write a number of zero or more; what is not known is left out.",
    "percent": "Write a number of zero or more.",
    "money": "Write {amount: 1000, currency: SGD}.",
    "date": "Write YYYY-MM-DD.",
}


def _name_the_other_end(facts: dict[str, FactValue]) -> None:
    """``'*'`` is some other country than the named end: say which, so that leaves can be decided one by one."""
    one, two = facts.get("from"), facts.get("to")
    if one == "*" and isinstance(two, str):
        facts["from"] = f"*!{two}" if two != "*" else "*!"
    if two == "*" and isinstance(one, str):
        facts["to"] = f"*!{one}" if one != "*" else "*!"


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        try:
            value = float(value.strip().replace(",", "").replace("_", ""))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    number = float(value) if abs(value) < 1e300 else math.inf
    return number if math.isfinite(number) and 0 <= number < 1e18 else None


def _text(value: Any, key: str, where: str = "") -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float, dt.date)):
        raise SituationError(f"{key}: {_shown(value)} is not text", hint="Write a word.", where=where)
    text = str(value)
    if len(text) > MAX_TEXT or any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in text):
        raise SituationError(f"{key}: too long, or holds control characters", hint="Write a plain word.", where=where)
    return text


def _shown(value: Any) -> str:
    text = ascii(value)
    return text if len(text) <= 60 else text[:57] + "..."
