"""The same masks over columns: a million situations of one slice at once.

For each attribute a table of two 64-bit masks per value code is gathered and ANDed; then the rules are swept in topological order
over whole columns. Results are int8 arrays, one row a situation and one column a rule: -1, 0, +1. Agrees with
:mod:`lintas.engine.reference` and :mod:`lintas.engine.index` (differential tests).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from lintas.engine.columns import Column, Columns, Dictionary, Numbers
from lintas.engine.index import Slice
from lintas.engine.leaves import Known, leaf_value
from lintas.model.norm import Amount, Holds, Keyed, Leaf

Truth = npt.NDArray[np.int8]
Words = npt.NDArray[np.uint64]
_FULL = (1 << 64) - 1


class Result(NamedTuple):
    """Truth values, shape (rows, rules of the slice), dtype int8."""

    applies: Truth
    effective: Truth


class VectorSlice:
    """A slice with its word layout; make it once, run it over many batches."""

    def __init__(self, piece: Slice) -> None:
        self.piece = piece
        self.words = max(1, (piece.all_bits.bit_length() + 63) // 64)
        self.bits = [self._words(rule.bits) for rule in piece.rules]
        self.position = {rule.norm: [] for rule in piece.rules}  # type: dict[int, list[int]]
        for i, rule in enumerate(piece.rules):
            self.position[rule.norm].append(i)

    def _words(self, mask: int) -> Words:
        full = mask & ((1 << (64 * self.words)) - 1)
        return np.array([(full >> (64 * w)) & _FULL for w in range(self.words)], dtype=np.uint64)

    def run(self, columns: Columns, *, strict: bool = False) -> Result:
        """Evaluate all rules of the slice over all rows."""
        piece, n = self.piece, columns.length
        span = np.searchsorted(np.array(piece.edges, dtype=np.int64), columns.days, side="right")
        force = np.stack([self._words(mask) for mask in piece.in_force])[span] if n else np.empty((0, self.words), np.uint64)
        certain = force.copy()
        possible = force.copy()
        for number, attribute in enumerate(piece.attributes):
            codes, pairs = self._coded(number, attribute.fact, attribute.key, columns)
            masks = [piece.masks(number, value, key) for value, key in pairs]
            yes = np.stack([self._words(c) for c, _ in masks])
            maybe = np.stack([self._words(p) for _, p in masks])
            certain &= yes[codes]
            possible &= maybe[codes]
        return self._sweep(certain, possible, force, columns, strict=strict)

    def _coded(self, number: int, fact: str, key: str, columns: Columns) -> tuple[npt.NDArray[Any], list[tuple[Known, Known]]]:
        """Value codes of an attribute and the (value, key) pair that each code stands for."""
        leaves = [leaf for leaf, _, _ in self.piece.attributes[number].leaves]
        column = Numbers(columns.days.astype(np.float64)) if fact == "day" else columns.facts.get(fact)
        codes, values = encode(column, leaves, columns.length)
        if not key:
            return codes, [(value, None) for value in values]
        second, keys = encode(columns.facts.get(key), [], columns.length)
        return codes * len(keys) + second, [(value, k) for value in values for k in keys]

    def _sweep(self, certain: Words, possible: Words, force: Words, columns: Columns, *, strict: bool) -> Result:
        piece, n = self.piece, columns.length
        applies = np.full((n, len(piece.rules)), -1, dtype=np.int8)
        effective = np.full((n, len(piece.rules)), -1, dtype=np.int8)
        by_norm: dict[int, Truth] = {}
        for i, rule in enumerate(piece.rules):
            if rule.dynamic:
                truth = np.full(n, -1, dtype=np.int8)
                for mask, late in rule.terms:
                    term = self._state(certain, possible, self._words(mask))
                    for literal in late:
                        found = self._dynamic(piece.program.atoms[abs(literal) - 1], by_norm, force, columns)
                        term = np.minimum(term, found if literal > 0 else -found)
                    truth = np.maximum(truth, term)
            else:
                truth = self._state(certain, possible, self.bits[i])
            if rule.presume and not strict:
                truth = np.where(truth == 0, np.int8(-1), truth)
            state = truth
            for other in rule.overriders:
                if other in by_norm:
                    state = np.minimum(state, -by_norm[other])
            applies[:, i] = truth
            effective[:, i] = state
            earlier = by_norm.get(rule.norm)
            by_norm[rule.norm] = state if earlier is None else np.maximum(earlier, state)
        return Result(applies, effective)

    def _state(self, certain: Words, possible: Words, bits: Words) -> Truth:
        yes = ((certain & bits) != 0).any(axis=1)
        maybe = ((possible & bits) != 0).any(axis=1)
        return np.where(yes, np.int8(1), np.where(maybe, np.int8(0), np.int8(-1)))

    def _dynamic(self, atom: Leaf | Holds, by_norm: dict[int, Truth], force: Words, columns: Columns) -> Truth:
        piece, n = self.piece, columns.length
        never = np.full(n, -1, dtype=np.int8)
        if isinstance(atom, Holds):
            return by_norm.get(piece.norm_by_id[atom.norm], never)
        stated, values = self._stated(atom, columns)
        known = values
        drawn = []
        for number in piece.concluders[atom.fact]:
            live = ((force & self._words(piece.norm_bits[number])) != 0).any(axis=1)
            concluded = piece.program.norms[number].concludes
            assert concluded is not None  # noqa: S101 - a concluder concludes
            drawn.append((concluded.value, by_norm.get(number, never), live))
        any_live = np.zeros(n, dtype=bool)
        certain_yes = np.zeros(n, dtype=bool)
        certain_any = np.zeros(n, dtype=bool)
        for value, truth, live in drawn:
            any_live |= live
            holds = live & (truth == 1)
            certain_any |= holds
            if leaf_value(atom, value) == 1:
                certain_yes |= holds
        derived = self._derived(atom, drawn, never)
        rest = np.where(stated, known, np.where(any_live, derived, np.int8(0)))
        return np.where(certain_yes, np.int8(1), np.where(certain_any, np.int8(-1), rest)).astype(np.int8)

    def _derived(self, atom: Leaf, drawn: list[tuple[bool | str, Truth, npt.NDArray[np.bool_]]], never: Truth) -> Truth:
        """What definitions say of a fact that nobody stated; definitions not in force count for nothing."""
        boolean = isinstance(drawn[0][0], bool)
        words = atom.value if isinstance(atom.value, tuple) else (atom.value,)
        wanted = (atom.value if atom.op == "is" else not atom.value) if boolean else None
        low = np.full(len(never), -2, dtype=np.int8)
        same, other = low.copy(), low.copy()
        for value, truth, live in drawn:
            matches = value == wanted if boolean else value in words
            counted = np.where(live, truth, np.int8(-2))
            if matches:
                same = np.maximum(same, counted)
            else:
                other = np.maximum(other, counted)
        if boolean:
            return np.where(same > -2, same, np.where(other > -2, -other, np.int8(0)))
        named = np.where(same > -2, same, np.int8(0))
        return -named if atom.op == "is_not" else named

    def _stated(self, atom: Leaf, columns: Columns) -> tuple[npt.NDArray[np.bool_], Truth]:
        codes, values = encode(columns.facts.get(atom.fact), [atom], columns.length)
        by = getattr(atom.value, "by", "")
        second, keys = encode(columns.facts.get(by) if by else None, [], columns.length)
        table = np.array([[leaf_value(atom, value, key) for key in keys] for value in values], dtype=np.int8)
        return codes > 0, table[codes, second]


def encode(column: Column | None, leaves: list[Leaf], length: int) -> tuple[npt.NDArray[np.int64], list[Known]]:
    """Codes and the value that each stands for; code 0 is unknown. Numbers are cut at the operands of the leaves."""
    if column is None:
        return np.zeros(length, dtype=np.int64), [None]
    if isinstance(column, Dictionary):
        return column.codes.astype(np.int64) + 1, [None, *column.values]
    operands = [row for leaf in leaves for row in _rows(leaf)]
    if isinstance(column, Numbers):
        cuts = np.unique(np.array([v for row in operands for v in (row if isinstance(row, tuple) else (row,))], dtype=np.float64))
        codes = _regions(column.values, cuts)
        return np.where(np.isnan(column.values), 0, codes + 1), [None, *_representatives(cuts)]
    codes = np.zeros(length, dtype=np.int64)
    values: list[Known] = [None]
    for number, currency in enumerate(column.currencies):
        cuts = np.unique(np.array([a.amount for a in operands if isinstance(a, Amount) and a.currency == currency], dtype=np.float64))
        here = column.currency == number
        codes[here] = _regions(column.values[here], cuts) + len(values)
        values.extend(Amount(v, currency) for v in _representatives(cuts))
    return codes, values


def _regions(values: npt.NDArray[np.float64], cuts: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Twice the number of cuts below, plus one where the value stands on a cut."""
    below = np.searchsorted(cuts, values, side="left")
    if not len(cuts):
        return below.astype(np.int64)
    at = cuts[np.minimum(below, len(cuts) - 1)] == values
    result: npt.NDArray[np.int64] = (2 * below + at).astype(np.int64)
    return result


def _representatives(cuts: npt.NDArray[np.float64]) -> list[float]:
    if not len(cuts):
        return [0.0]
    out = [float(cuts[0]) - 1]
    for one, two in zip(cuts, [*cuts[1:], None], strict=True):
        out.append(float(one))
        out.append(float(one) + 1 if two is None else (float(one) + float(two)) / 2)
    return out


def _rows(leaf: Leaf) -> list[Any]:
    return [row for _, row in leaf.value.rows] if isinstance(leaf.value, Keyed) else [leaf.value]


