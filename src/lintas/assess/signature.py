"""Signature: what of a situation an answer can depend on, so that equal situations are answered once.

Numbers, days and money count by the region between the law's cut points in which they lie; everything else by value. Two situations
with one signature have the same Assessment but for their ids.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable

from lintas.compile.defeat import fact_needs
from lintas.ir.program import Program
from lintas.model.norm import Amount, Keyed, Leaf
from lintas.model.situation import FactValue, Situation


class Signer:
    """Knows the cut points of every fact in a program."""

    def __init__(self, program: Program) -> None:
        numbers: dict[str, set[float]] = {}
        amounts: dict[tuple[str, str], set[float]] = {}
        self._keys: set[str] = set()
        leaves = [atom for atom in program.atoms if isinstance(atom, Leaf)]
        leaves += [leaf for rule in program.rules for leaf in fact_needs(rule.needs)]
        for leaf in leaves:
            rows = [row for _, row in leaf.value.rows] if isinstance(leaf.value, Keyed) else [leaf.value]
            if isinstance(leaf.value, Keyed):
                self._keys.add(leaf.value.by)
            for row in rows:
                for value in row if isinstance(row, tuple) else (row,):
                    if isinstance(value, Amount):
                        amounts.setdefault((leaf.fact, value.currency), set()).add(value.amount)
                    elif isinstance(value, float):
                        numbers.setdefault(leaf.fact, set()).add(value)
        self._numbers = {fact: sorted(cuts) for fact, cuts in numbers.items()}
        self._amounts = {key: sorted(cuts) for key, cuts in amounts.items()}

    def sign(self, situation: Situation) -> Hashable:
        """The signature of a situation."""
        facts = frozenset((name, self._region(name, value)) for name, value in situation.facts.items())
        return situation.as_of, situation.level, situation.activity, situation.complete, situation.ordinary, facts

    def _region(self, name: str, value: FactValue) -> Hashable:
        if isinstance(value, Amount):
            cuts = self._amounts.get((name, value.currency))
            # An amount in a currency that no rule counts in may still be converted: it keeps its value.
            return value if cuts is None else (value.currency, _place(cuts, value.amount))
        if isinstance(value, float) and name not in self._keys:
            return _place(self._numbers.get(name, []), value)
        return value


def _place(cuts: list[float], value: float) -> int:
    """Twice the cuts below, plus one on a cut."""
    below = bisect_left(cuts, value)
    return 2 * below + (below < len(cuts) and cuts[below] == value)
