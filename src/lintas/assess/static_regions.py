"""Where norms apply and where they are effective, as regions of complete situations.

The same meaning as the reference engine, over all situations and days at once: the day and the activity are facts like others. ``opaque`` leaves ``holds``
and concluded facts undecided, each as a fact of its own: what is redundant then is redundant in the condition as it is written.
"""

from __future__ import annotations

from itertools import combinations

from lintas.assess.static_cubes import ALL, Cube, Region, both, difference, product, union
from lintas.assess.static_space import Space
from lintas.engine.leaves import leaf_value
from lintas.ir.program import Rule
from lintas.model.norm import All, Amount, AnyOf, AtLeastN, Condition, Holds, Leaf, NoneOf


class Regions:
    """The regions of one jurisdiction's norms, found when asked for and kept."""

    def __init__(self, space: Space, *, opaque: bool = False) -> None:
        self.space = space
        self.program = space.program
        self.opaque = opaque
        self.inside = set(space.norms)
        self.number = {self.program.norms[n].id: n for n in space.norms}
        self.concluders: dict[str, list[int]] = {}
        for n in space.norms:
            concludes = self.program.norms[n].concludes
            if concludes and concludes.fact and not opaque:
                self.concluders.setdefault(concludes.fact, []).append(n)
        self._rules: dict[int, Region] = {}
        self._effective: dict[int, Region] = {}
        self._possible: dict[int, Region] = {}
        self._opens: dict[int, bool] = {}
        self._concluded: dict[tuple[Leaf, bool], Region] = {}
        homes = space.home(self.program.norms[space.norms[0]].jurisdiction) if space.norms else ()
        masks = [(end, sum(1 << i for i, v in enumerate(space.values[end]) if v in homes)) for end in ("from", "to")] if homes else []
        self.asked: Region = [Cube({end: mask}, {}, frozenset()) for end, mask in masks] or [ALL]
        """A national law is asked where one end is at home."""

    def where(self, node: Condition | None, *, positive: bool = True) -> Region:
        """The situations in which a condition is true, or (not ``positive``) false."""
        if node is None:
            return [ALL] if positive else []
        if isinstance(node, Leaf):
            return self._concludes(node, positive=positive) if node.fact in self.concluders else self.space.leaf(node, positive=positive)
        if isinstance(node, Holds):
            return self._holds(node.norm, positive=positive)
        if isinstance(node, NoneOf):
            return self.where(AnyOf(node.items), positive=not positive)
        if isinstance(node, AtLeastN):
            return self.where(AnyOf(tuple(All(group) for group in combinations(node.items, node.n))), positive=positive)
        parts = [self.where(item, positive=positive) for item in node.items]
        if isinstance(node, All) != positive:
            return union(*parts)
        found: Region = [ALL]
        for part in sorted(parts, key=len):
            found = product(part, found)
        return found

    def _holds(self, identity: str, *, positive: bool) -> Region:
        if self.opaque:
            self.space.full[f"holds {identity}"] = 3
            return [Cube({f"holds {identity}": 1 if positive else 2}, {}, frozenset())]
        number = self.number.get(identity)
        if number is None:
            return [] if positive else [ALL]
        return self.effective(number) if positive else difference([ALL], self.possible(number), self.space)

    def _concludes(self, leaf: Leaf, *, positive: bool) -> Region:
        """A definition that is effective says what the fact is; else what is stated."""
        found = self._concluded.get((leaf, positive))
        if found is None:
            same: list[Region] = []
            other: list[Region] = []
            for n in self.concluders[leaf.fact]:
                concludes = self.program.norms[n].concludes
                assert concludes is not None  # noqa: S101 - it was chosen for that
                (same if leaf_value(leaf, concludes.value) == 1 else other).append(self.effective(n))
            drawn = union(*same) if positive else difference(union(*other), union(*same), self.space)
            stated = difference(self.space.leaf(leaf, positive=positive), union(*same, *other), self.space)
            found = self._concluded[leaf, positive] = union(drawn, stated)
        return found

    def leans(self, node: Condition | None) -> bool:
        """Whether a condition rests on definitions: it holds one, or tests a fact that one concludes."""
        if node is None or isinstance(node, Leaf):
            return node is not None and node.fact in self.concluders
        return isinstance(node, Holds) or any(self.leans(item) for item in node.items)

    def context(self, rule: Rule) -> Cube | None:
        """The days of a rule and, unless it is a definition, its activities."""
        norm = self.program.norms[rule.norm]
        days = self.space.span(rule.start, rule.end)
        if not days.cells["day"]:
            return None
        return days if norm.modality == "definition" else both(days, self.space.speaking(norm.activities))

    def rule(self, number: int) -> Region:
        """Where a rule applies, on its days and for its activities."""
        found = self._rules.get(number)
        if found is None:
            rule = self.program.rules[number]
            context = self.context(rule)
            found = self._rules[number] = product([context], self.where(rule.when)) if context else []
        return found

    def applies(self, number: int) -> Region:
        """Where a norm applies."""
        return union(*(self.rule(r) for r in self.program.norms[number].rules))

    def effective(self, number: int) -> Region:
        """Where a norm is effective: it applies and no effective norm overrides it."""
        found = self._effective.get(number)
        if found is None:
            found = self._effective[number] = self.undefeated(number, self.applies(number))
        return found

    def undefeated(self, number: int, region: Region) -> Region:
        """What is left of a norm's region where no effective norm overrides it."""
        for other in self.program.norms[number].overridden_by:
            if region and other in self.inside:
                region = difference(region, self.possible(other), self.space)
        return region

    def possible(self, number: int) -> Region:
        """Where a norm is not certainly off: it differs from ``effective`` only by amounts in a currency that a condition does not count in."""
        if not self._open(number):
            return self.effective(number)
        found = self._possible.get(number)
        if found is None:
            norm, found = self.program.norms[number], []
            for r in norm.rules:
                rule = self.program.rules[r]
                context = self.context(rule)
                if context and rule.presume_absent:
                    found = union(found, self.rule(r))
                elif context:
                    found = union(found, difference([context], self.where(rule.when, positive=False), self.space))
            for other in norm.overridden_by:
                if found and other in self.inside:
                    found = difference(found, self.effective(other), self.space)
            self._possible[number] = found
        return found

    def _open(self, number: int) -> bool:
        """Whether a norm's standing may be unknown in a complete situation: it rests on an amount of money."""
        known = self._opens.get(number)
        if known is None:
            norm = self.program.norms[number]
            conditions = [self.program.rules[r].when for r in norm.rules]
            above = [m for m in norm.overridden_by if m in self.inside]
            known = self._opens[number] = any(self._counts(c) for c in conditions) or any(self._open(m) for m in above)
        return known

    def _counts(self, node: Condition | None) -> bool:
        if node is None or isinstance(node, Leaf):
            return node is not None and any(isinstance(v, Amount) for v in self.space.values.get(node.fact, ()))
        if isinstance(node, Holds):
            number = self.number.get(node.norm)
            return number is not None and self._open(number)
        return any(self._counts(item) for item in node.items)
