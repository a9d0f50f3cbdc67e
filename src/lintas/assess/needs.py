"""Needs formulas: truth, leaves, and what fails without one requirement.

A need is met if listed, implied, or concluded; unmet if its definition is false or it is known to be absent; otherwise unknown.
"""

from __future__ import annotations

from typing import NamedTuple

from lintas.engine.leaves import leaf_value
from lintas.model.norm import Need, NeedAll, NeedAny, NeedFact, Needs
from lintas.model.situation import FactValue


class Known(NamedTuple):
    """What is known of the needs of one side."""

    facts: dict[str, FactValue]
    concluded: dict[str, int]
    """Requirement id to the truth of the definitions that conclude it."""
    implied: dict[str, frozenset[str]]
    safeguards: frozenset[str] = frozenset()


class LeafNeed(NamedTuple):
    """One requirement in a formula, and the group of alternatives that it belongs to ("" if none)."""

    id: str
    group: str


def truth(node: Needs, known: Known) -> int:
    """-1, 0 or +1 of a formula."""
    if isinstance(node, Need):
        return need_truth(node.id, known)
    if isinstance(node, NeedFact):
        leaf = node.leaf
        return leaf_value(leaf, known.facts.get(leaf.fact), known.facts.get(getattr(leaf.value, "by", "")))
    if node.name and need_truth(node.name, known) == 1:
        return 1
    values = [truth(item, known) for item in node.items]
    if isinstance(node, NeedAll):
        return min(values)
    if known.facts.get("safeguards_complete") is True:
        # The list of safeguards is exhaustive: an alternative that rests on none of them is not relied on.
        values = [-1 if v == 0 and not _listable(item, known) else v for v, item in zip(values, node.items, strict=True)]
    return max(values)


def _listable(node: Needs, known: Known) -> bool:
    """Whether an alternative rests on a safeguard that the list could have named, or on a fact."""
    if isinstance(node, NeedFact):
        return True
    if isinstance(node, Need):
        return node.id in known.safeguards
    return any(_listable(item, known) for item in node.items)


def need_truth(identity: str, known: Known) -> int:
    """-1, 0 or +1 of one requirement."""
    have = known.facts["safeguards"]
    if isinstance(have, frozenset) and identity in have:
        return 1
    drawn = known.concluded.get(identity)
    if drawn is not None and drawn != 0:
        return drawn
    absent = known.facts.get("safeguards_absent")
    return -1 if isinstance(absent, frozenset) and identity in absent else 0


def leaves(node: Needs | None, group: str = "") -> list[LeafNeed]:
    """The requirements of a formula in order, names of groups included."""
    if node is None or isinstance(node, NeedFact):
        return []
    if isinstance(node, Need):
        return [LeafNeed(node.id, group)]
    found = [LeafNeed(node.name, group)] if node.name else []
    inner = group
    if isinstance(node, NeedAny) and len(node.items) > 1:
        inner = node.name or "any-of"
    for item in node.items:
        found.extend(leaves(item, inner))
    return found


def fails_without(node: Needs, requirement: str, known: Known) -> bool:
    """Whether the formula cannot be met without the requirement although everything else is granted."""
    withheld = {requirement} | {other for other, counts in known.implied.items() if requirement in counts}
    return not _granted(node, withheld, known)


def _granted(node: Needs, withheld: set[str], known: Known) -> bool:
    if isinstance(node, Need):
        return node.id not in withheld
    if isinstance(node, NeedFact):
        return truth(node, known) != -1
    if node.name and node.name in withheld:
        return False
    parts = [_granted(item, withheld, known) for item in node.items]
    return all(parts) if isinstance(node, NeedAll) else any(parts)
