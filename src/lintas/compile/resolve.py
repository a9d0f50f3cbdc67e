"""Resolve: versions known on the day asked, parameters to constants, coverage entries to pseudo-norms.

A version is cut at each day on which a parameter that it uses changes, so that a rule's constants are fixed.
"""

from __future__ import annotations

from itertools import pairwise

from lintas.compile.draft import Draft, DraftRule, ordinal
from lintas.ir.program import CoverageNote
from lintas.model.law import Parameter
from lintas.model.norm import (
    Condition,
    Holds,
    Keyed,
    Leaf,
    NeedAll,
    NeedAny,
    NeedFact,
    Needs,
    Norm,
    ParamRef,
    Value,
    Version,
    rebuilt,
)


def resolve(draft: Draft) -> None:
    """Fill ``draft.rules``; add one pseudo-norm for each coverage entry."""
    for jurisdiction, entries in draft.coverage.items():
        for entry in entries:
            identity = f"{jurisdiction if jurisdiction.startswith('agreements') else jurisdiction.lower()}/coverage/{entry.id.rsplit('/', 1)[-1]}"
            version = Version(start=entry.start, end=entry.end, recorded=min(s.on for s in entry.searched), when=entry.when)
            draft.norms[identity] = Norm(
                id=identity, title={"eng": entry.id}, modality="coverage", activities=entry.activities, versions=(version,)
            )
            draft.coverage_notes[identity] = CoverageNote(
                searched=entry.searched, official=entry.official, area=entry.area, nearest=entry.nearest, missing=entry.missing
            )
    for norm in draft.norms.values():
        for number, version in enumerate(norm.versions):
            if version.recorded > draft.known_on or (version.withdrawn and version.withdrawn <= draft.known_on):
                continue
            if version.start is None:
                draft.pending.setdefault(norm.id, []).append(version.pending)
                stated = {key: v for key, v in version.values.items() if not isinstance(v, ParamRef)}
                draft.pending_values.setdefault(norm.id, {}).update(stated)
                continue
            _cut(draft, norm, number, version)


def _cut(draft: Draft, norm: Norm, number: int, version: Version) -> None:
    start, end = ordinal(version.start, open_end=False), ordinal(version.end, open_end=True)
    used = sorted(_references(version))
    edges = {start, end}
    for reference in used:
        parameter = draft.parameters.get(reference)
        if parameter is None:
            raise draft.fail(norm.id, f"parameter {reference!r} does not exist", "Add it to parameters.yaml or mend the id.")
        for row in parameter.rows:
            edges.update(d for d in (ordinal(row.start, open_end=False), ordinal(row.end, open_end=True)) if start < d < end)
    days = sorted(edges)
    for first, last in pairwise(days):
        filler = _Filler(draft, norm.id, first)
        rule = DraftRule(
            norm=norm.id,
            version=number,
            source=version,
            start=first,
            end=last,
            when=None if version.when is None else filler.condition(version.when),
            needs=None if version.needs is None else filler.needs(version.needs),
            values={key: found for key, v in version.values.items() if (found := filler.value(v)) is not None},
        )
        if not filler.missing:
            draft.rules.append(rule)


def _references(version: Version) -> set[str]:
    found = {v.param for v in version.values.values() if isinstance(v, ParamRef)}

    def condition(node: Condition) -> None:
        if isinstance(node, Leaf):
            if isinstance(node.value, ParamRef):
                found.add(node.value.param)
        elif not isinstance(node, Holds):
            for item in node.items:
                condition(item)

    def needs(node: Needs) -> None:
        if isinstance(node, NeedFact):
            condition(node.leaf)
        elif isinstance(node, (NeedAll, NeedAny)):
            for item in node.items:
                needs(item)

    if version.when is not None:
        condition(version.when)
    if version.needs is not None:
        needs(version.needs)
    return found


class _Filler:
    """Replaces parameter references by what they are on one day."""

    def __init__(self, draft: Draft, norm: str, day: int) -> None:
        self.draft = draft
        self.norm = norm
        self.day = day
        self.missing = False

    def _rows(self, parameter: Parameter) -> dict[str, Value]:
        return {
            row.key: row.value
            for row in parameter.rows
            if ordinal(row.start, open_end=False) <= self.day < ordinal(row.end, open_end=True)
        }

    def value(self, item: Value | ParamRef) -> Value | Keyed | None:
        if not isinstance(item, ParamRef):
            return item
        rows = self._rows(self.draft.parameters[item.param])
        if list(rows) == ["*"]:
            return rows["*"]
        if not rows:
            return None
        by = item.by or self.draft.parameters[item.param].by
        if not by:
            raise self.draft.fail(self.norm, f"parameter {item.param!r} has keys", "Say `by: FACT`.")
        return Keyed(by, tuple(sorted(rows.items())))

    def leaf(self, node: Leaf) -> Leaf:
        if not isinstance(node.value, ParamRef):
            return node
        parameter = self.draft.parameters[node.value.param]
        rows = self._rows(parameter)
        by = node.value.by or parameter.by
        if not rows:
            self.missing = True
            return node
        if list(rows) == ["*"]:
            return Leaf(node.fact, node.op, rows["*"], node.basis)
        if not by:
            raise self.draft.fail(self.norm, f"parameter {parameter.id!r} has keys", "Say `by: FACT`.")
        return Leaf(node.fact, node.op, Keyed(by, tuple(sorted(rows.items()))), node.basis)

    def condition(self, node: Condition) -> Condition:
        if isinstance(node, Leaf):
            return self.leaf(node)
        if isinstance(node, Holds):
            return node
        items = tuple(self.condition(item) for item in node.items)
        return rebuilt(node, items)

    def needs(self, node: Needs) -> Needs:
        if isinstance(node, NeedFact):
            return NeedFact(self.leaf(node.leaf))
        if isinstance(node, (NeedAll, NeedAny)):
            return type(node)(tuple(self.needs(item) for item in node.items), node.name)
        return node


