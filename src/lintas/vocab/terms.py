"""Terms, their hierarchy, and the facts of situations.

A term of data counts as its ``broader`` term too; a safeguard in place counts as what it ``implies``.
The terms map to W3C DPV and fideslang where those have one; see ``docs/vocabulary.md``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

import msgspec


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One id of the vocabulary with its definition and its place in the hierarchy.

    ``side``: the end whose law an activity addresses by its definition; ``""`` is both.
    ``whole``: the requirement stands for a whole statute; that no norm names it is no sign that it is not required.
    ``dpv``: the term of the W3C Data Privacy Vocabulary 2.3 that means the same or comes closest (``dpv:``, ``pd:`` for its personal data extension).
    """

    id: str
    definition: str
    axis: str = ""
    side: str = ""
    broader: str = ""
    implies: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    safeguard: bool = False
    whole: bool = False
    dpv: str = ""


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One key of a situation: its type, its values, and how silence about it is read.

    Attributes:
        type: boolean, integer, number, percent, money, date, duration, enum or text.
        values: the values of an enum (every enum also takes ``other``).
        ordinary: the value that holds where a situation is silent; ``None`` leaves the fact unknown.
        question: the fact says what is asked, not what is so.
        conclusion: a legal conclusion, derived from definition norms.
        fixed: nobody can change it; why-not never proposes it.
        ratio: two facts; where both are stated and this one is not, it is the first in per cent of the second.

    """

    id: str
    type: str
    definition: str
    unit: str = ""
    values: tuple[str, ...] = ()
    ordinary: str | bool | None = None
    question: bool = False
    conclusion: bool = False
    fixed: bool = False
    ratio: tuple[str, ...] = ()


class Vocabulary(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All terms of one release."""

    activities: tuple[Term, ...]
    data: tuple[Term, ...]
    sectors: tuple[Term, ...]
    actors: tuple[Term, ...]
    safeguards: tuple[Term, ...]
    requirements: tuple[Term, ...]
    facts: tuple[Fact, ...]
    value_units: tuple[Term, ...]
    events: tuple[Term, ...]

    def ids(self, kind: str) -> frozenset[str]:
        """The ids of one list (``activities``, ``data``, ``facts`` ...)."""
        return frozenset(term.id for term in getattr(self, kind))

    def axis(self, activity: str) -> str:
        """``permission`` or ``duty``; the question's axis follows from its activity."""
        return next(term.axis for term in self.activities if term.id == activity)

    def fact_table(self) -> dict[str, Fact]:
        """Facts by id."""
        return {fact.id: fact for fact in self.facts}

    def implied(self) -> dict[str, frozenset[str]]:
        """For each requirement or safeguard, everything that it counts as (itself included), transitively."""
        direct = {term.id: term.implies for term in (*self.safeguards, *self.requirements)}
        return {key: _closure(key, direct) for key in direct}

    def broadened(self) -> dict[str, frozenset[str]]:
        """For each term of data, everything that it counts as (itself included), transitively."""
        direct: dict[str, tuple[str, ...]] = {term.id: (term.broader,) if term.broader else () for term in self.data}
        return {key: _closure(key, direct) for key in direct}


def _closure(start: str, direct: dict[str, tuple[str, ...]]) -> frozenset[str]:
    seen: set[str] = set()
    todo = [start]
    while todo:
        item = todo.pop()
        if item not in seen:
            seen.add(item)
            todo.extend(direct.get(item, ()))
    return frozenset(seen)


def did_you_mean(word: Any, known: Iterable[str]) -> str:
    """A hint that names near spellings, or the first few known words."""
    options = sorted(known)
    near = difflib.get_close_matches(str(word)[:80], options, n=3, cutoff=0.6)
    if near:
        return "Did you mean " + " or ".join(repr(option) for option in near) + "?"
    shown = ", ".join(options[:12])
    return f"Known: {shown}{' ...' if len(options) > 12 else ''}"
