"""Values: the one quantity, date or rate that is asked for, the strictest among the norms that give one.

Shortest deadline, frequency, stay and ceiling; longest retention; highest age, capital and penalty; earliest start. Two rates or
classes that differ are a conflict of the value, not of the verdict.
"""

from __future__ import annotations

from typing import Any

from lintas.dates import from_ordinal
from lintas.engine.index import Hit, Slice
from lintas.ir.program import Program, Rule
from lintas.model.norm import Amount, Condition, Day, Holds, Keyed, Leaf, Quantity, Value

_HIGHEST = frozenset(
    {"retention-period", "maximum-penalty-amount", "maximum-penalty-share", "minimum-capital", "minimum-age", "minimum-experience"}
)
_HOURS = {
    "minutes": 1 / 60,
    "hours": 1.0,
    "days": 24.0,
    "business-days": 33.6,
    "weeks": 168.0,
    "months": 730.5,
    "years": 8766.0,
}


def plain(value: Value | None) -> dict[str, Any] | None:
    """A value as plain data; whole numbers lose their decimal point."""
    if value is None:
        return None
    if isinstance(value, Amount):
        return {"amount": _whole(value.amount), "currency": value.currency}
    if isinstance(value, Quantity):
        out: dict[str, Any] = {"quantity": _whole(value.quantity), "unit": value.unit}
        return {**out, "after": value.after} if value.after else out
    if isinstance(value, Day):
        return {"date": value.date.isoformat()}
    return {"text": value.text}


def _whole(number: float) -> float | int:
    return int(number) if number == int(number) else number


def strictest(key: str, values: list[Value]) -> tuple[Value | None, bool]:
    """The strictest of the values for a key, and whether they conflict (rates, classes, several currencies)."""
    distinct = list(dict.fromkeys(values))
    if len(distinct) < 2:
        return (distinct[0] if distinct else None), False
    first = distinct[0]
    pick = max if key in _HIGHEST else min
    if all(isinstance(v, Quantity) for v in distinct) and key not in ("tax-rate", "classification"):
        return pick(distinct, key=lambda v: v.quantity * _HOURS.get(v.unit, 1.0)), False  # type: ignore[union-attr, operator]
    if all(isinstance(v, Amount) and v.currency == getattr(first, "currency", "") for v in distinct):
        return pick(distinct, key=lambda v: v.amount), False  # type: ignore[union-attr]
    if all(isinstance(v, Day) for v in distinct):
        return min(distinct, key=lambda v: v.date), False  # type: ignore[union-attr]
    return None, True


def values_of(rules: list[Rule], key: str, facts: dict[str, Any]) -> list[Value]:
    """The values that rules state for a key; a keyed one counts where the facts select its row."""
    return [value for rule in rules if (value := value_for(rule.values.get(key), facts)) is not None]


def value_for(value: Value | Keyed | None, facts: dict[str, Any]) -> Value | None:
    """A value, or the row of a keyed one that the facts select."""
    if not isinstance(value, Keyed):
        return value
    rows = dict(value.rows)
    key = facts.get(value.by)
    if key is None:
        return next(iter(rows.values())) if len(set(rows.values())) == 1 else None
    name = str(key).lower() if isinstance(key, bool) else str(key)
    return rows.get(name, rows.get("*"))


def threshold(piece: Slice, rules: list[Rule], fact: str, facts: dict[str, Any]) -> list[Value]:
    """The numbers with which rules compare a fact, with the fact's unit."""
    info = piece.program.vocabulary.fact_table().get(fact)
    unit = info.unit if info else ""
    found: list[Value] = []
    for rule in rules:
        for leaf in condition_leaves(piece.program, rule.when):
            if leaf.fact != fact:
                continue
            operand: Any = leaf.value
            if isinstance(operand, Keyed):
                rows = dict(operand.rows)
                operand = rows.get(str(facts.get(operand.by, "*")), rows.get("*"))
            if isinstance(operand, Amount):
                found.append(operand)
            elif isinstance(operand, float):
                found.append(Quantity(operand, unit) if info is None or info.type != "date" else Day(from_ordinal(int(operand))))
    return found


def condition_leaves(program: Program, node: Condition | None, depth: int = 0) -> list[Leaf]:
    """All leaves of a condition, those of definitions that it holds included."""
    if node is None or depth > 6:
        return []
    if isinstance(node, Leaf):
        return [node]
    if isinstance(node, Holds):
        held = next((n for n in program.norms if n.id == node.norm), None)
        return [leaf for r in (held.rules if held else ()) for leaf in condition_leaves(program, program.rules[r].when, depth + 1)]
    return [leaf for item in node.items for leaf in condition_leaves(program, item, depth)]


def hit_rules(program: Program, hits: list[Hit]) -> list[Rule]:
    """The rules of hits."""
    return [program.rules[hit.rule] for hit in hits]



