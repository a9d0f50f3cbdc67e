"""Lower: conditions to terms.

Negation is pushed to the leaves and the rest distributed into a disjunction of conjunctions, which is exact in Kleene's
logic (min and max distribute; minus swaps them). ``x or not x`` is not simplified. More than ``MAX_TERMS`` terms need a helper definition.
"""

from __future__ import annotations

from itertools import combinations

from lintas.compile.draft import Draft
from lintas.ir.program import Atom
from lintas.model.norm import All, AnyOf, AtLeastN, Condition, Holds, Leaf, NoneOf

MAX_TERMS = 64

Terms = frozenset[frozenset[int]]
TRUE: Terms = frozenset({frozenset()})
FALSE: Terms = frozenset()


def lower(draft: Draft) -> None:
    """Fill ``terms`` of each rule and the table of atoms."""
    for rule in draft.rules:
        terms = TRUE if rule.when is None else _terms(draft, rule.norm, rule.when, positive=True)
        rule.terms = tuple(sorted(tuple(sorted(term)) for term in _absorb(terms)))


def _atom(draft: Draft, atom: Atom) -> int:
    number = draft.atom_index.get(atom)
    if number is None:
        number = len(draft.atoms)
        draft.atom_index[atom] = number
        draft.atoms.append(atom)
    return number + 1


def _terms(draft: Draft, norm: str, node: Condition, *, positive: bool) -> Terms:
    if isinstance(node, (Leaf, Holds)):
        atom = Leaf(node.fact, node.op, node.value) if isinstance(node, Leaf) else node
        number = _atom(draft, atom)
        return frozenset({frozenset({number if positive else -number})})
    if isinstance(node, NoneOf):
        return _terms(draft, norm, AnyOf(node.items), positive=not positive)
    if isinstance(node, AtLeastN):
        choices = tuple(All(group) for group in combinations(node.items, node.n))
        return _terms(draft, norm, AnyOf(choices), positive=positive)
    parts = [_terms(draft, norm, item, positive=positive) for item in node.items]
    conjunction = isinstance(node, All) == positive
    result = TRUE if conjunction else FALSE
    for part in parts:
        result = frozenset(a | b for a in result for b in part) if conjunction else result | part
        if len(result) > MAX_TERMS:
            raise draft.fail(norm, f"its condition needs more than {MAX_TERMS} terms", "Move a part into a definition and `holds` it.")
    return result


def _absorb(terms: Terms) -> Terms:
    """Drop a term that contains another: max(a, min(a, b)) = a, exact in Kleene's logic."""
    return frozenset(t for t in terms if not any(other < t for other in terms))
