"""Truth of one leaf for one value, as tables are built from it.

Written apart from :mod:`lintas.engine.reference` on purpose: the differential test compares the two.
"""

from __future__ import annotations

from lintas.model.norm import Amount, Keyed, Leaf, Operand
from lintas.model.situation import ANY, FactValue

Known = FactValue | tuple[frozenset[str], frozenset[str]] | None
"""A fact's value; for safeguards what is in place and what is known to be absent; ``None`` is unknown."""


def leaf_value(leaf: Leaf, value: Known, key: Known = None) -> int:
    """-1, 0 or +1 of a leaf whose fact has ``value`` (and whose keyed parameter is selected by ``key``)."""
    if value is None:
        return 0
    operand = leaf.value
    if isinstance(operand, Keyed):
        return _keyed(leaf, operand, value, key)
    return _compare(leaf.op, value, operand)


def _keyed(leaf: Leaf, operand: Keyed, value: Known, key: Known) -> int:
    if key is None or key in ("*", ANY):
        first = _compare(leaf.op, value, operand.rows[0][1])
        return first if all(_compare(leaf.op, value, row) == first for _, row in operand.rows) else 0
    wanted = ("true" if key else "false") if isinstance(key, bool) else str(key)
    fallback: Operand | None = None
    for name, row in operand.rows:
        if name == wanted:
            return _compare(leaf.op, value, row)
        if name == "*":
            fallback = row
    return -1 if fallback is None else _compare(leaf.op, value, fallback)


def _compare(op: str, value: Known, operand: Operand) -> int:
    if isinstance(value, tuple):
        have, absent = value
        assert isinstance(operand, tuple)  # noqa: S101 - typecheck lets only lists stand here
        present = have.intersection(operand)
        lacking = absent.intersection(operand)
        if op == "overlaps":
            return 1 if present else (-1 if len(lacking) == len(operand) else 0)
        return -1 if lacking else (1 if len(present) == len(operand) else 0)
    if isinstance(value, frozenset):
        assert isinstance(operand, tuple)  # noqa: S101 - as above
        shared = value.intersection(operand)
        return 1 if (shared if op == "overlaps" else len(shared) == len(set(operand))) else -1
    if isinstance(value, str):
        if value == ANY:
            return 1
        if value[:1] == "*":
            return _elsewhere(op, value[2:], operand)
        if op == "is":
            return 1 if value == operand else -1
        if op == "is_not":
            return -1 if value == operand else 1
        return 1 if value in operand else -1  # type: ignore[operator]
    if isinstance(value, bool):
        return 1 if (value is operand) == (op == "is") else -1
    if isinstance(value, Amount):
        assert isinstance(operand, Amount)  # noqa: S101 - as above
        if value.currency != operand.currency:
            return 0
        return _ordered(op, value.amount, operand.amount)
    assert isinstance(value, float)  # noqa: S101 - no other kind is left
    return _ordered(op, value, operand)


def _elsewhere(op: str, home: str, operand: Operand) -> int:
    """Some country other than ``home``."""
    words = operand if isinstance(operand, tuple) else (operand,)
    possible = any(word != home for word in words)
    if op == "is_not":
        return 0 if possible else 1
    return 0 if possible else -1


def _ordered(op: str, value: float, operand: Operand) -> int:
    if op == "within":
        low, high = operand  # type: ignore[misc, str-unpack]
        return 1 if low <= value <= high else -1  # type: ignore[operator]
    limit = float(operand)  # type: ignore[arg-type]
    if op in ("at_least", "on_or_after"):
        return 1 if value >= limit else -1
    if op == "more_than":
        return 1 if value > limit else -1
    if op == "at_most":
        return 1 if value <= limit else -1
    if op in ("less_than", "before"):
        return 1 if value < limit else -1
    return 1 if value == limit else -1
