"""The meaning, once, in plain Python.

Kleene's strong logic over -1 (false), 0 (unknown), +1 (true): *and* is min, *or* is max, *not* is minus. A norm is effective where
its condition holds and no effective norm overrides it::

    effective(n) = min(applies(n), min over overriders m of -effective(m))

found in the topological order of the program. This module reads condition trees; the index and the kernel read terms. They must agree.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lintas.ir.program import Program
from lintas.model.norm import All, Amount, AnyOf, AtLeastN, Condition, Holds, Keyed, Leaf, NoneOf, Operand
from lintas.model.situation import ANY, FactValue

Facts = dict[str, FactValue]


def run(
    program: Program, jurisdiction: str, activity: str, facts: Facts, *, day: int, strict: bool = False
) -> dict[int, tuple[int, int]]:
    """Per norm of a jurisdiction: ``(applies, effective)``, each -1, 0 or +1.

    Args:
        program: the compiled law.
        jurisdiction: whose norms are asked.
        activity: the norms must list it; definitions are evaluated always.
        facts: what is known; an absent key is unknown.
        day: the law's day as an ordinal.
        strict: presume nothing: a norm with ``presume: absent`` stays unknown.

    """
    state: dict[int, tuple[int, int]] = {}
    evaluator = _Evaluator(program, jurisdiction, facts, day, state)
    for number in program.order:
        norm = program.norms[number]
        if norm.jurisdiction != jurisdiction or (activity not in norm.activities and norm.modality != "definition"):
            continue
        rule = next((r for i in norm.rules if (r := program.rules[i]).start <= day < r.end), None)
        if rule is None:
            continue
        applies = 1 if rule.when is None else evaluator.truth(rule.when)
        if applies == 0 and rule.presume_absent and not strict:
            applies = -1
        defeated = max((state[m][1] for m in norm.overridden_by if m in state), default=-1)
        state[number] = (applies, min(applies, -defeated))
    return state


class _Evaluator:
    def __init__(
        self, program: Program, jurisdiction: str, facts: Facts, day: int, state: dict[int, tuple[int, int]]
    ) -> None:
        self.program = program
        self.facts = facts
        self.day = day
        self.state = state
        self.concluders: dict[str, list[int]] = {}
        for number, norm in enumerate(program.norms):
            if norm.jurisdiction == jurisdiction and norm.concludes:
                self.concluders.setdefault(norm.concludes.fact, []).append(number)

    def truth(self, node: Condition) -> int:
        if isinstance(node, Leaf):
            return self.leaf(node)
        if isinstance(node, Holds):
            return next((s[1] for n, s in self.state.items() if self.program.norms[n].id == node.norm), -1)
        values = [self.truth(item) for item in node.items]
        if isinstance(node, All):
            return min(values)
        if isinstance(node, AnyOf):
            return max(values)
        if isinstance(node, NoneOf):
            return -max(values)
        assert isinstance(node, AtLeastN)  # noqa: S101 - the union has no other member
        return sorted(values, reverse=True)[node.n - 1] if node.n <= len(values) else -1

    def leaf(self, node: Leaf) -> int:
        concluded = self.concluded(node.fact)
        if concluded is not None:
            certain = [value for value, effective in concluded if effective == 1]
            if certain:
                return 1 if any(self.compare(node.op, value, node.value) == 1 for value in certain) else -1
            if node.fact not in self.facts:
                if isinstance(concluded[0][0], bool):
                    return self.derived_boolean(node, concluded)
                matching = [effective for value, effective in concluded if self.compare("in", value, _words(node.value)) == 1]
                named = max(matching) if matching else 0
                return -named if node.op == "is_not" else named
        if node.fact == "day":
            return self.keyed(node, float(self.day))
        if node.fact == "safeguards":
            return self.safeguards(node)
        if node.fact not in self.facts:
            return 0
        return self.keyed(node, self.facts[node.fact])

    def concluded(self, fact: str) -> list[tuple[bool | str, int]] | None:
        found = [(self.program.norms[n].concludes, self.state[n][1]) for n in self.concluders.get(fact, []) if n in self.state]
        return [(drawn.value, effective) for drawn, effective in found if drawn] or None

    def derived_boolean(self, node: Leaf, concluded: list[tuple[bool | str, int]]) -> int:
        wanted = node.value if node.op == "is" else not node.value
        same = [effective for value, effective in concluded if value == wanted]
        other = [effective for value, effective in concluded if value != wanted]
        return max(same) if same else -max(other)

    def safeguards(self, node: Leaf) -> int:
        have, absent = self.facts["safeguards"], self.facts.get("safeguards_absent", frozenset())
        known = [1 if word in have else (-1 if word in absent else 0) for word in node.value]  # type: ignore[union-attr, operator]
        return max(known) if node.op == "overlaps" else min(known)

    def keyed(self, node: Leaf, value: FactValue) -> int:
        if not isinstance(node.value, Keyed):
            return self.compare(node.op, value, node.value)
        rows = dict(node.value.rows)
        key = self.facts.get(node.value.by)
        if key is not None and key not in ("*", ANY):
            operand = rows.get(_key(key), rows.get("*"))
            return -1 if operand is None else self.compare(node.op, value, operand)
        results = {self.compare(node.op, value, operand) for operand in rows.values()}
        return results.pop() if len(results) == 1 else 0

    def compare(self, op: str, value: FactValue, operand: Operand) -> int:
        if value == ANY:
            return 1
        if isinstance(value, str) and value.startswith("*"):
            named = {w for w in _words(operand) if w != value[2:]}
            result = 0 if named else -1
            return -result if op == "is_not" else result
        if isinstance(value, Amount) and isinstance(operand, Amount):
            if value.currency != operand.currency:
                return 0
            value, operand = value.amount, operand.amount
        if op == "overlaps":
            return 1 if set(operand) & set(value) else -1  # type: ignore[arg-type]
        if op == "includes_all":
            return 1 if set(operand) <= set(value) else -1  # type: ignore[arg-type]
        if op == "within":
            low, high = operand  # type: ignore[misc, str-unpack]
            return 1 if low <= value <= high else -1  # type: ignore[operator]
        tests: dict[str, Callable[[Any, Any], bool]] = {
            "is": lambda a, b: a == b,
            "is_not": lambda a, b: a != b,
            "in": lambda a, b: a in b,
            "at_least": lambda a, b: a >= b,
            "more_than": lambda a, b: a > b,
            "at_most": lambda a, b: a <= b,
            "less_than": lambda a, b: a < b,
            "before": lambda a, b: a < b,
            "on_or_after": lambda a, b: a >= b,
        }
        return 1 if tests[op](value, operand) else -1


def _words(operand: Operand) -> tuple[str, ...]:
    return tuple(str(w) for w in operand) if isinstance(operand, tuple) else (str(operand),)


def _key(value: FactValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
