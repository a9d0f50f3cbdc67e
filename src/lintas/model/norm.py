"""Norms and their conditions.

A norm is one machine-readable rule drawn from provisions; never a verdict. Conditions are data: leaves that
name one fact and one operator, joined by ``all``, ``any``, ``none`` and ``at_least_n``. The operators are the law's own words.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

Modality = Literal["obligation", "prohibition", "permission", "power", "exemption", "definition", "coverage"]
Status = Literal["drafted", "captured", "source-matched", "second-source", "expert-reviewed", "disputed"]

STATUSES: tuple[str, ...] = ("drafted", "disputed", "captured", "source-matched", "second-source", "expert-reviewed")
"""Weakest first; a disputed norm is shown as such and counts as weaker than a captured one."""

OPERATORS: frozenset[str] = frozenset(
    {
        "is",
        "is_not",
        "in",
        "overlaps",
        "includes_all",
        "at_least",
        "more_than",
        "at_most",
        "less_than",
        "before",
        "on_or_after",
        "within",
    }
)


class Amount(msgspec.Struct, frozen=True, tag="amount"):
    """Money in one currency (ISO 4217); amounts compare only within it."""

    amount: float
    currency: str


class Quantity(msgspec.Struct, frozen=True, tag="quantity", omit_defaults=True):
    """A number with its unit; a clock may say after which event it runs."""

    quantity: float
    unit: str
    after: str = ""


class Day(msgspec.Struct, frozen=True, tag="day"):
    """A calendar day as a value."""

    date: dt.date


class Text(msgspec.Struct, frozen=True, tag="text"):
    """A class, level or other value in words."""

    text: str


class ParamRef(msgspec.Struct, frozen=True, tag="param", omit_defaults=True):
    """A reference to a parameter, perhaps keyed by a fact."""

    param: str
    by: str = ""


class Keyed(msgspec.Struct, frozen=True, tag="keyed"):
    """A resolved parameter that depends on one fact: rows of (key, value); ``"*"`` is any other key."""

    by: str
    rows: tuple[tuple[str, Value], ...]


Value = Amount | Quantity | Day | Text
Operand = Amount | Quantity | Day | Text | ParamRef | Keyed | bool | int | float | str | tuple[str | float, ...]


class Leaf(msgspec.Struct, frozen=True, tag="leaf", omit_defaults=True):
    """One fact, one operator, one operand."""

    fact: str
    op: str
    value: Operand
    basis: str = ""


class Holds(msgspec.Struct, frozen=True, tag="holds"):
    """The named definition is effective."""

    norm: str


class All(msgspec.Struct, frozen=True, tag="all"):
    """Conjunction: the minimum of its items."""

    items: tuple[Condition, ...]


class AnyOf(msgspec.Struct, frozen=True, tag="any"):
    """Disjunction: the maximum of its items."""

    items: tuple[Condition, ...]


class NoneOf(msgspec.Struct, frozen=True, tag="none"):
    """Negated disjunction."""

    items: tuple[Condition, ...]


class AtLeastN(msgspec.Struct, frozen=True, tag="at_least_n"):
    """At least ``n`` of the items."""

    n: int
    items: tuple[Condition, ...]


Condition = Leaf | Holds | All | AnyOf | NoneOf | AtLeastN


def rebuilt(node: All | AnyOf | NoneOf | AtLeastN, items: tuple[Condition, ...]) -> Condition:
    """The same connective over other items."""
    if isinstance(node, AtLeastN):
        return AtLeastN(min(node.n, len(items)), items)
    if isinstance(node, All):
        return All(items)
    return AnyOf(items) if isinstance(node, AnyOf) else NoneOf(items)


class Need(msgspec.Struct, frozen=True, tag="need"):
    """One requirement id."""

    id: str


class NeedFact(msgspec.Struct, frozen=True, tag="need_fact"):
    """A condition inside a needs formula (a salary floor, a related recipient)."""

    leaf: Leaf


class NeedAll(msgspec.Struct, frozen=True, tag="need_all", omit_defaults=True):
    """All of these; ``name`` is the requirement that the whole stands for, if any."""

    items: tuple[Needs, ...]
    name: str = ""


class NeedAny(msgspec.Struct, frozen=True, tag="need_any", omit_defaults=True):
    """Any of these; ``name`` is the requirement that the whole stands for, if any."""

    items: tuple[Needs, ...]
    name: str = ""


Needs = Need | NeedFact | NeedAll | NeedAny


class Basis(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A quoted provision: source, capture, locator, language, exact quote of at most 40 words."""

    source: str
    capture: str
    at: str
    lang: str
    quote: str


class Verified(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """How well a norm was checked, and when last; ``response`` is the hash of the publisher's answer that held the quotes."""

    status: Status
    on: dt.date
    response: str = ""
    note: str = ""


class Concludes(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a definition concludes: a fact with its value, or a need that is met."""

    fact: str = ""
    value: bool | str = True
    met: str = ""


class Version(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One version of a norm over the legal interval ``[start, end)``; ``pending`` says why it has no day."""

    start: dt.date | None
    end: dt.date | None
    recorded: dt.date
    withdrawn: dt.date | None = None
    pending: str = ""
    by: str = ""
    when: Condition | None = None
    needs: Needs | None = None
    values: dict[str, Value | ParamRef] = {}
    to: str = ""
    overrides: tuple[str, ...] = ()
    presume_absent: bool = False
    presume_basis: str = ""
    basis: tuple[Basis, ...] = ()
    verified: Verified | None = None
    notes: tuple[str, ...] = ()
    line: int = 0


class Norm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One rule with its versions. ``activities`` is the index: the norm speaks to these only."""

    id: str
    title: dict[str, str]
    modality: Modality
    activities: tuple[str, ...]
    versions: tuple[Version, ...]
    article: str = ""
    bearer: tuple[str, ...] = ()
    governs: tuple[str, ...] = ()
    concludes: Concludes | None = None
    was: tuple[str, ...] = ()
    where: str = ""

    @property
    def instrument(self) -> str:
        """The id of the instrument: the first two parts, or three for agreements."""
        return self.id.rsplit("/", 1)[0]

    @property
    def jurisdiction(self) -> str:
        """Two-letter code in capitals, or the agreement's id (``agreements/rcep``)."""
        return jurisdiction_of(self.id)


def jurisdiction_of(identifier: str) -> str:
    """The jurisdiction that an id belongs to."""
    head, _, rest = identifier.partition("/")
    return f"agreements/{rest.split('/')[0]}" if head == "agreements" else head.upper()
