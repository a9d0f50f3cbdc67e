"""Norm mutation: change one norm in one place, and some case beside it must fail.

Mutants: ``more_than`` and ``at_least`` (and ``less_than``/``at_most``) swapped; ``any`` and ``all`` swapped, in conditions and in needs; one
leaf dropped; one override dropped. The score is the share of mutants that a case notices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from lintas.model.norm import All, AnyOf, Condition, Holds, Leaf, NeedAll, NeedAny, Needs, Norm, Version, rebuilt

_SWAP = {"more_than": "at_least", "at_least": "more_than", "less_than": "at_most", "at_most": "less_than"}


def mutants(norm: Norm) -> Iterator[tuple[str, Norm]]:
    """All mutants of a norm with what was changed."""
    for number, version in enumerate(norm.versions):
        if version.start is None or version.withdrawn:
            continue
        for what, changed in _versions(version):
            versions = (*norm.versions[:number], changed, *norm.versions[number + 1 :])
            yield f"v{number} {what}", msgspec.structs.replace(norm, versions=versions)


def _versions(version: Version) -> Iterator[tuple[str, Version]]:
    if version.when is not None:
        for what, condition in _conditions(version.when):
            yield what, msgspec.structs.replace(version, when=condition)
    if version.needs is not None:
        for what, needs in _needs(version.needs):
            yield what, msgspec.structs.replace(version, needs=needs)
    for target in version.overrides:
        rest = tuple(t for t in version.overrides if t != target)
        yield f"no longer overrides {target}", msgspec.structs.replace(version, overrides=rest)


def _conditions(node: Condition) -> Iterator[tuple[str, Condition | None]]:
    if isinstance(node, Leaf):
        if node.op in _SWAP:
            yield f"{node.fact}: {node.op} to {_SWAP[node.op]}", Leaf(node.fact, _SWAP[node.op], node.value, node.basis)
        yield f"{node.fact}: leaf dropped", None
        return
    if isinstance(node, Holds):
        yield f"holds {node.norm} dropped", None
        return
    if isinstance(node, (All, AnyOf)) and len(node.items) > 1:
        other: Callable[..., Condition] = AnyOf if isinstance(node, All) else All
        yield f"{'all' if isinstance(node, All) else 'any'} swapped", other(node.items)
    for i, item in enumerate(node.items):
        for what, changed in _conditions(item):
            items = node.items[:i] + ((changed,) if changed is not None else ()) + node.items[i + 1 :]
            if not items:
                yield what, None
            else:
                yield what, rebuilt(node, items)


def _needs(node: Needs) -> Iterator[tuple[str, Needs]]:
    if isinstance(node, (NeedAll, NeedAny)) and len(node.items) > 1:
        kind = NeedAny if isinstance(node, NeedAll) else NeedAll
        yield "needs: all/any swapped", kind(node.items, node.name)
        for i in range(len(node.items)):
            yield f"needs: item {i} dropped", type(node)(node.items[:i] + node.items[i + 1 :], node.name)


def score(norms: dict[str, Norm], survives: Callable[[str, Norm], bool], members: set[str]) -> dict[str, Any]:
    """Killed and made, per jurisdiction, and the survivors.

    ``survives(id, mutant)`` says whether every case beside the norm still passes with the mutant in its place.
    """
    totals: dict[str, list[int]] = {}
    alive: list[str] = []
    for norm in norms.values():
        if members and norm.jurisdiction not in members:
            continue
        for what, mutant in mutants(norm):
            entry = totals.setdefault(norm.jurisdiction, [0, 0])
            entry[1] += 1
            if survives(norm.id, mutant):
                alive.append(f"{norm.id}: {what}")
            else:
                entry[0] += 1
    return {"totals": {k: (a, b) for k, (a, b) in totals.items()}, "survivors": alive}
