"""The analyses of one law, each a plain function over its regions that yields what it spotted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from lintas.assess.static_cubes import Region, meets, part_of, product
from lintas.assess.static_regions import Regions
from lintas.compile.defeat import fact_needs
from lintas.compile.draft import ordinal
from lintas.dates import from_ordinal
from lintas.ir.program import ProgramNorm, Rule
from lintas.model.law import Instrument
from lintas.model.norm import (
    All,
    Amount,
    AnyOf,
    AtLeastN,
    Condition,
    Holds,
    Keyed,
    Leaf,
    Need,
    NeedAll,
    Needs,
    NoneOf,
    Norm,
)

ENDS = frozenset({"repeal", "expiry", "suspension", "amendment", "transition-end"})
"""Kinds of events that may end a version."""
COMPARISONS = frozenset({"at_least", "more_than", "at_most", "less_than", "within", "before", "on_or_after"})


class Spotted(NamedTuple):
    """One thing that an analysis spotted about a version of a norm, and the other norm where there is one."""

    code: str
    norm: str
    version: int
    what: str
    hint: str
    other: str = ""


class Clash(NamedTuple):
    """Two norms that cannot both be kept, and where both are effective."""

    kind: str
    one: int
    two: int
    region: Region


def dead(regions: Regions) -> Iterator[Spotted]:
    """Versions whose condition nobody can meet, and versions that always yield."""
    for norm, version, rules in _versions(regions):
        applies = product([cube for r in rules for cube in regions.rule(r)], regions.asked)
        if not applies:
            yield Spotted("LC022", norm.id, version, "no situation meets its condition on any of its days", "Mend the test that excludes the others.")
        elif not regions.undefeated(regions.number[norm.id], applies):
            by = [m for m in norm.overridden_by if m in regions.inside and meets(applies, regions.possible(m))]
            names = " and ".join(regions.program.norms[m].id for m in by)
            hint = "Narrow the exception, or end the version where the exception begins."
            yield Spotted("LC023", norm.id, version, f"whenever it applies it yields to {names}", hint, regions.program.norms[by[0]].id)


def unreachable(regions: Regions, targets: dict[tuple[str, int], tuple[str, ...]]) -> Iterator[Spotted]:
    """Exceptions that never meet what they override; ``targets`` are the norms that a version names."""
    for norm, version, rules in _versions(regions):
        region = product(regions.undefeated(regions.number[norm.id], [cube for r in rules for cube in regions.rule(r)]), regions.asked)
        missed = [regions.program.norms[t].id for t in norm.overrides if region and not meets(region, regions.applies(t))]
        declared = [identity for identity in missed if identity in targets.get((norm.id, version), missed)]
        if declared:
            what = f"it overrides {' and '.join(declared)}, which never {'applies' if len(declared) == 1 else 'apply'} where this does"
            yield Spotted("LC026", norm.id, version, what, "Override what applies there, or mend the condition.")


def redundant(plain: Regions, full: Regions) -> Iterator[Spotted]:
    """Tests and branches that change nothing, in a condition as it is written and beside the definitions that it holds."""
    for norm, version, rules in _versions(plain):
        found: dict[tuple[int, ...], tuple[int, Condition]] = {}
        for r in rules:
            rule = plain.program.rules[r]
            here = {path: (0, node) for path, node in idle(plain, rule)}
            if not here and full.leans(rule.when):
                here |= {path: (1, node) for path, node in idle(full, rule) if not isinstance(node, Holds)}
            found = here if r == rules[0] else {path: (max(here[path][0], old[0]), old[1]) for path, old in found.items() if path in here}
        for beside, node in found.values():
            compares = isinstance(node, Leaf) and node.op in COMPARISONS
            code = "LC025" if compares else "LC024"
            what = "never decides anything" if compares else "changes nothing"
            place = " beside the definitions that the norm holds" if beside else ""
            yield Spotted(code, norm.id, version, f"`{shown(node)}` {what}{place}", "Drop it, or write the test that the article means.")


def settled_needs(regions: Regions) -> Iterator[Spotted]:
    """Tests among the needs that are met, or not met, wherever the norm is effective."""
    for norm, version, rules in _versions(regions):
        leaves = {leaf: None for r in rules for leaf in fact_needs(regions.program.rules[r].needs)}
        if not leaves:
            continue
        effective = regions.undefeated(regions.number[norm.id], product([cube for r in rules for cube in regions.rule(r)], regions.asked))
        for leaf in leaves if effective else ():
            met = regions.where(leaf)
            always = part_of(effective, met, regions.space)
            if always or not meets(effective, met):
                what = f"its need `{shown(leaf)}` is {'always' if always else 'never'} met where it is effective"
                yield Spotted("LC025", norm.id, version, what, "Drop it, or write the test that the article means.")


def idle(regions: Regions, rule: Rule) -> Iterator[tuple[tuple[int, ...], Condition]]:
    """The parts of a condition that can be dropped, as paths, none inside another."""
    context = regions.context(rule)
    if rule.when is None or context is None:
        return
    whole = product([context], regions.where(rule.when))
    if not whole:
        return
    dropped: list[tuple[int, ...]] = []
    for path, node, rest in _without(rule.when, ()):
        if isinstance(node, Holds) or any(path[: len(above)] == above for above in dropped):
            continue
        other = product([context], regions.where(rest))
        if part_of(other, whole, regions.space) and part_of(whole, other, regions.space):
            dropped.append(path)
            yield path, node


def _without(node: Condition, path: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], Condition, Condition | None]]:
    """Each part of a condition, outer ones first, with the condition that is left without it."""
    if isinstance(node, (Leaf, Holds)):
        if not path:
            yield path, node, None
        return
    if isinstance(node, AtLeastN):
        return  # without one of the items it would be another count
    for i, item in enumerate(node.items):
        items = node.items[:i] + node.items[i + 1 :]
        yield (*path, i), item, type(node)(items) if items else None
    for i, item in enumerate(node.items):
        for inner, part, rest in _without(item, (*path, i)) if not isinstance(item, (Leaf, Holds)) else ():
            if rest is not None:
                yield inner, part, type(node)((*node.items[:i], rest, *node.items[i + 1:]))


def gaps(norm: Norm, instrument: Instrument | None, compiled: list[Rule]) -> Iterator[Spotted]:
    """Days without a version between two versions, and days of a version on which a parameter has no row."""
    live = sorted(((v.start, v.end, i) for i, v in enumerate(norm.versions) if v.start and not v.withdrawn), key=lambda v: v[0])
    events = {event.on for event in instrument.events if event.on and event.kind in ENDS} if instrument else set()
    for (_, end, _), (start, _, number) in pairwise(live):
        if end is not None and end < start and end not in events:
            what = f"no version holds from {end} to {start}, and no event of the instrument ended the first"
            yield Spotted("LC028", norm.id, number, what, "Let the versions meet, or add the event.")
    for start, end, number in live:
        day = ordinal(start, open_end=False)
        for rule in sorted((r for r in compiled if r.version == number), key=lambda r: r.start):
            if rule.start > day:
                what = f"a parameter that it uses has no row from {from_ordinal(day)} to {from_ordinal(rule.start)}: it is off on these days"
                yield Spotted("LC028", norm.id, number, what, "Add the row, or let the version begin with the parameter.")
            day = rule.end
        if day < ordinal(end, open_end=True):
            what = f"a parameter that it uses has no row from {from_ordinal(day)} on: it is off on these days"
            yield Spotted("LC028", norm.id, number, what, "Add the row, or end the version with the parameter.")


def clashes(regions: Regions) -> Iterator[Clash]:
    """Pairs of norms that are effective together and cannot both be kept."""
    program = regions.program
    excludes = {term.id: term.excludes for term in program.vocabulary.requirements if term.excludes}
    norms = [n for n in regions.space.norms if program.norms[n].modality in ("obligation", "prohibition", "permission")]
    barring = [n for n in norms if program.norms[n].modality == "prohibition"]
    for one in barring:
        for two in norms:
            norm = program.norms[two]
            shared = set(program.norms[one].activities) & set(norm.activities)
            if norm.modality == "prohibition" or not shared or one in norm.overrides or two in program.norms[one].overrides:
                continue
            region = product(product(regions.effective(one), regions.effective(two)), regions.asked)
            if region:
                yield Clash(norm.modality, one, two, region)
    demands = {n: _demanded(program.norms[n], regions) for n in norms if program.norms[n].modality == "obligation"}
    for one, first in demands.items():
        barred = {other for need in first for other in excludes.get(need, ())}
        for two, second in demands.items() if barred else ():
            if barred & second and set(program.norms[one].activities) & set(program.norms[two].activities):
                region = product(product(regions.effective(one), regions.effective(two)), regions.asked)
                if region:
                    yield Clash("excludes", one, two, region)


def _demanded(norm: ProgramNorm, regions: Regions) -> set[str]:
    return {need for r in norm.rules for need in _unconditional(regions.program.rules[r].needs)}


def _unconditional(node: Needs | None) -> Iterator[str]:
    if isinstance(node, Need):
        yield node.id
    elif isinstance(node, NeedAll):
        for item in node.items:
            yield from _unconditional(item)


def _versions(regions: Regions) -> Iterator[tuple[ProgramNorm, int, list[int]]]:
    """Norms by version with the rules of each."""
    for number in regions.space.norms:
        norm = regions.program.norms[number]
        by_version: dict[int, list[int]] = {}
        for r in norm.rules:
            by_version.setdefault(regions.program.rules[r].version, []).append(r)
        for version, rules in by_version.items():
            yield norm, version, rules


def shown(node: Condition) -> str:
    """A condition in the words of the norm format."""
    if isinstance(node, Holds):
        return f"holds {node.norm}"
    if isinstance(node, Leaf):
        return f"{node.fact} {node.op} {_operand(node, node.value)}"
    word = {All: "all", AnyOf: "any", NoneOf: "none", AtLeastN: "at_least_n"}[type(node)]
    return f"{word}: [{', '.join(shown(item) for item in node.items)}]"


def _operand(leaf: Leaf, value: object) -> str:
    if isinstance(value, Keyed):
        return " or ".join(f"{_operand(leaf, row)} ({key})" for key, row in value.rows)
    if isinstance(value, Amount):
        return f"{value.currency} {value.amount:,.0f}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return from_ordinal(int(value)).isoformat() if leaf.op in ("before", "on_or_after") else f"{value:g}"
    if isinstance(value, tuple):
        return f"[{', '.join(_operand(leaf, v) for v in value)}]"
    return str(value)
