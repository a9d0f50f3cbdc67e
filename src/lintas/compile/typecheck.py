"""Typecheck: each leaf names a known fact, an operator of its type, and operands of the right kind.

Operands are normalised: numbers to float, days to ordinals, money to :class:`Amount`.
"""

from __future__ import annotations

from lintas.compile.draft import Draft, DraftRule
from lintas.dates import parse_day
from lintas.errors import CompileError
from lintas.model.norm import (
    Amount,
    Condition,
    Day,
    Holds,
    Keyed,
    Leaf,
    Need,
    NeedFact,
    Needs,
    Operand,
    Quantity,
    Text,
    rebuilt,
)
from lintas.vocab.terms import Fact, did_you_mean

ORDER = frozenset({"at_least", "more_than", "at_most", "less_than"})
_ALLOWED = {
    "boolean": frozenset({"is", "is_not"}),
    "enum": frozenset({"is", "is_not", "in"}),
    "text": frozenset({"is", "is_not", "in"}),
    "country": frozenset({"is", "is_not", "in"}),
    "set": frozenset({"overlaps", "includes_all"}),
    "integer": ORDER | {"is", "within"},
    "number": ORDER | {"is", "within"},
    "percent": ORDER | {"is", "within"},
    "duration": ORDER,
    "money": ORDER,
    "date": frozenset({"before", "on_or_after"}),
}


def typecheck(draft: Draft) -> None:
    """Check and normalise every leaf, need, activity and value of the draft's rules."""
    checker = Checker(draft)
    activities = draft.vocabulary.ids("activities")
    sought = frozenset(draft.vocabulary.fact_table()["value_sought"].values)
    for norm in draft.norms.values():
        for activity in (*norm.activities, *norm.governs):
            if activity not in activities:
                raise draft.fail(norm.id, f"unknown activity {activity!r}", did_you_mean(activity, activities))
        if set(norm.governs) - set(norm.activities):
            raise draft.fail(norm.id, "`governs` names an activity that `activities` lacks", "Add it to `activities`.")
        if norm.concludes and norm.concludes.fact and norm.concludes.fact not in checker.facts:
            raise draft.fail(norm.id, f"concludes unknown fact {norm.concludes.fact!r}", did_you_mean(norm.concludes.fact, checker.facts))
        if norm.concludes and norm.concludes.met and norm.concludes.met not in checker.requirements:
            raise draft.fail(norm.id, f"concludes unknown need {norm.concludes.met!r}", did_you_mean(norm.concludes.met, checker.requirements))
    for rule in draft.rules:
        checker.rule = rule
        rule.when = None if rule.when is None else checker.condition(rule.when)
        if rule.needs is not None:
            rule.needs = checker.needs(rule.needs)
        for key in rule.values:
            if key not in sought:
                raise checker.fail(f"unknown value {key!r}", did_you_mean(key, sought))


class Checker:
    """Knows the facts and checks one rule at a time."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        vocabulary = draft.vocabulary
        self.facts: dict[str, Fact] = vocabulary.fact_table()
        self.requirements = vocabulary.ids("requirements") | vocabulary.ids("safeguards")
        self.lists = {
            "sector": vocabulary.ids("sectors"),
            "actor": vocabulary.ids("actors"),
            "data": vocabulary.ids("data"),
            "safeguards": self.requirements,
            "requirement_asked": self.requirements,
        }
        self.rule: DraftRule | None = None

    def fail(self, detail: str, hint: str) -> CompileError:
        """An error at the rule in hand."""
        return self.draft.fail(self.rule.norm if self.rule else "", detail, hint)

    def type_of(self, fact: str) -> str:
        """The type of a fact, built-in ones included."""
        builtin = {"from": "country", "to": "country", "member": "text", "sector": "enum", "actor": "enum", "data": "set"}
        builtin |= {"safeguards": "set", "day": "date"}
        if fact in builtin:
            return builtin[fact]
        if fact not in self.facts:
            raise self.fail(f"unknown fact {fact!r}", did_you_mean(fact, {*self.facts, *builtin}))
        return self.facts[fact].type

    def condition(self, node: Condition) -> Condition:
        """Check a tree."""
        if isinstance(node, Leaf):
            return self.leaf(node)
        if isinstance(node, Holds):
            found = self.draft.norms.get(node.norm)
            if found is None:
                raise self.fail(f"holds {node.norm!r}, which does not exist", did_you_mean(node.norm, self.draft.norms))
            if found.modality != "definition":
                raise self.fail(f"holds {node.norm!r}, which is no definition", "Only definitions can hold.")
            return node
        items = tuple(self.condition(item) for item in node.items)
        return rebuilt(node, items)

    def needs(self, node: Needs) -> Needs:
        """Check a needs formula."""
        if isinstance(node, Need):
            if node.id not in self.requirements:
                raise self.fail(f"unknown requirement {node.id!r}", did_you_mean(node.id, self.requirements))
            return node
        if isinstance(node, NeedFact):
            return NeedFact(self.leaf(node.leaf))
        if node.name and node.name not in self.requirements:
            raise self.fail(f"unknown requirement {node.name!r}", did_you_mean(node.name, self.requirements))
        return type(node)(tuple(self.needs(item) for item in node.items), node.name)

    def leaf(self, node: Leaf) -> Leaf:
        """Check one leaf and normalise its operand."""
        kind = self.type_of(node.fact)
        if node.op not in _ALLOWED[kind]:
            raise self.fail(f"`{node.op}` does not fit {node.fact!r}, a {kind}", f"Use one of {sorted(_ALLOWED[kind])}.")
        if isinstance(node.value, Keyed):
            rows = tuple((key, self._constant(node.fact, kind, value)) for key, value in node.value.rows)
            self.type_of(node.value.by)
            return Leaf(node.fact, node.op, Keyed(node.value.by, rows), node.basis)  # type: ignore[arg-type]
        return Leaf(node.fact, node.op, self._constant(node.fact, kind, node.value), node.basis)

    def _constant(self, fact: str, kind: str, value: Operand) -> Operand:
        if kind in ("integer", "number", "percent", "duration"):
            if isinstance(value, tuple) and len(value) == 2 and all(isinstance(v, (int, float)) for v in value):
                return tuple(float(v) for v in value)
            if isinstance(value, Quantity):
                return value.quantity
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                return float(value)
            raise self.fail(f"{fact!r} needs a number, not {value!r}", "Write digits.")
        if kind == "money":
            if isinstance(value, Amount):
                return value
            raise self.fail(f"{fact!r} needs an amount", "Write {amount: 1000, currency: XXX}.")
        if kind == "date":
            if isinstance(value, Day):
                return float(value.date.toordinal())
            try:
                return float(parse_day(value).toordinal())
            except ValueError as bad:
                raise self.fail(f"{fact!r}: {bad}", "Write a quoted ISO day.") from bad
        if kind == "boolean":
            if isinstance(value, bool):
                return value
            raise self.fail(f"{fact!r} is true or false, not {value!r}", "Write true or false without quotes.")
        if isinstance(value, Text):
            value = value.text
        words = value if isinstance(value, tuple) else (value,)
        for word in words:
            self._word(fact, kind, word)
        return tuple(sorted(str(word) for word in words)) if isinstance(value, tuple) else value

    def _word(self, fact: str, kind: str, word: object) -> None:
        if not isinstance(word, str):
            raise self.fail(f"{fact!r} needs text, not {word!r}", "Quote the value.")
        if kind == "country":
            if not (len(word) == 2 and word.isascii() and word.isupper()):
                raise self.fail(f"{word!r} is not an ISO 3166-1 alpha-2 code", "Write for instance SG.")
            return
        known = self.lists.get(fact) or (frozenset({*self.facts[fact].values, "other"}) if kind == "enum" and fact in self.facts else None)
        if known is not None and word not in known:
            raise self.fail(f"{fact!r} does not know {word!r}", did_you_mean(word, known))
