"""Defeat: edges between norms and an order in which what a norm depends on stands before it.

Three kinds of edges: a norm depends on the norms that override it, on the definitions that it holds, and on the
definitions that conclude a fact which it tests. A cycle is an error that names two places.
"""

from __future__ import annotations

from lintas.compile.draft import Draft
from lintas.model.norm import Condition, Holds, Leaf, NeedAll, NeedAny, NeedFact, Needs


def facts_of(node: Condition | None) -> set[str]:
    """The facts that a condition tests (keys of keyed parameters included)."""
    found: set[str] = set()
    if node is None or isinstance(node, Holds):
        return found
    if isinstance(node, Leaf):
        found.add(node.fact)
        by = getattr(node.value, "by", "")
        if by:
            found.add(by)
        return found
    for item in node.items:
        found |= facts_of(item)
    return found


def held(node: Condition | None) -> set[str]:
    """The definitions that a condition holds."""
    if isinstance(node, Holds):
        return {node.norm}
    if node is None or isinstance(node, Leaf):
        return set()
    return set().union(*(held(item) for item in node.items))


def fact_needs(node: Needs | None) -> list[Leaf]:
    """The condition leaves inside a needs formula."""
    if isinstance(node, NeedFact):
        return [node.leaf]
    if isinstance(node, (NeedAll, NeedAny)):
        return [leaf for item in node.items for leaf in fact_needs(item)]
    return []


def defeat(draft: Draft) -> None:
    """Fill ``draft.order``.

    Raises:
        CompileError: a dangling override, or a cycle.

    """
    concluders: dict[tuple[str, str], list[str]] = {}
    for norm in draft.norms.values():
        if norm.concludes and norm.concludes.fact:
            concluders.setdefault((norm.jurisdiction, norm.concludes.fact), []).append(norm.id)
    depends: dict[str, set[str]] = {norm: set() for norm in draft.norms}
    for rule in draft.rules:
        for target in rule.source.overrides:
            if target not in draft.norms:
                raise draft.fail(rule.norm, f"overrides {target!r}, which does not exist", "Mend the id.")
            depends[target].add(rule.norm)
        depends[rule.norm] |= held(rule.when)
        jurisdiction = draft.norms[rule.norm].jurisdiction
        for fact in facts_of(rule.when):
            depends[rule.norm].update(concluders.get((jurisdiction, fact), ()))
    draft.order = _topological(draft, depends)


def _topological(draft: Draft, depends: dict[str, set[str]]) -> list[str]:
    order: list[str] = []
    state: dict[str, int] = {}
    for root in sorted(depends):
        stack = [(root, iter(sorted(depends[root])))]
        if state.get(root):
            continue
        state[root] = 1
        while stack:
            current, rest = stack[-1]
            for following in rest:
                if state.get(following) == 1:
                    raise draft.fail(
                        current,
                        f"depends on {following!r}, which depends on it ({draft.norms[following].where})",
                        "Break the circle of overrides, holds and conclusions.",
                    )
                if not state.get(following):
                    state[following] = 1
                    stack.append((following, iter(sorted(depends[following]))))
                    break
            else:
                stack.pop()
                state[current] = 2
                order.append(current)
    return order
