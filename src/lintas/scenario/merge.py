"""The law under a scenario: the touched laws compiled anew, everything else the base program's own objects.

Numbers of untouched norms, rules and atoms stay, so that a slice of the base program serves an untouched law under any scenario.
New norms, rules and atoms stand behind; the rule of a norm that changed leaves an unused place.
"""

from __future__ import annotations

from typing import Any

import msgspec

from lintas.assess.law import Law
from lintas.engine.index import Index, Slice
from lintas.ir.program import Program, ProgramNorm, Rule


class SharedIndex(Index):
    """The slices of a scenario: those of untouched laws are the base's."""

    def __init__(self, program: Program, base: Index, touched: frozenset[str]) -> None:
        super().__init__(program)
        self.base = base
        self.touched = touched

    def slice(self, jurisdiction: str, activity: str) -> Slice:
        """The slice of a jurisdiction and an activity."""
        return super().slice(jurisdiction, activity) if jurisdiction in self.touched else self.base.slice(jurisdiction, activity)


def touched_by(law: Law) -> frozenset[str]:
    """The jurisdictions whose law a scenario touches; none for the law itself."""
    return law.decider.index.touched if isinstance(law.decider.index, SharedIndex) else frozenset()


def merged(base: Program, part: Program, touched: frozenset[str], **names: Any) -> Program:
    """The base program with the laws in ``touched`` taken from ``part``.

    Args:
        base: the law as it is.
        part: the touched laws alone, under the scenario.
        touched: their jurisdictions.
        names: fields of the result that name the scenario.

    """
    place = {norm.id: number for number, norm in enumerate(base.norms)}
    for norm in part.norms:
        place.setdefault(norm.id, len(place))
    atoms, atom_place = list(base.atoms), {atom: number for number, atom in enumerate(base.atoms)}
    for atom in part.atoms:
        if atom not in atom_place:
            atom_place[atom] = len(atoms)
            atoms.append(atom)
    literal = [0, *(atom_place[atom] + 1 for atom in part.atoms)]
    rules: list[Rule] = list(base.rules)
    norms: list[ProgramNorm] = [*base.norms, *(norm for norm in part.norms if place[norm.id] >= len(base.norms))]
    present = {norm.id for norm in part.norms}
    for number, old in enumerate(base.norms):
        if old.jurisdiction in touched and old.id not in present:
            norms[number] = msgspec.structs.replace(old, rules=(), activities=(), overrides=(), overridden_by=())
    for norm in part.norms:
        number = place[norm.id]
        own = list(base.norms[number].rules) if number < len(base.norms) else []
        numbers = []
        for r in norm.rules:
            rule = _moved(part.rules[r], number, literal)
            found = next((o for o in own if base.rules[o] == rule), None)
            if found is None:
                found = len(rules)
                rules.append(rule)
            numbers.append(found)
        made = msgspec.structs.replace(
            norm, rules=tuple(numbers),
            overrides=tuple(sorted(place[part.norms[n].id] for n in norm.overrides)),
            overridden_by=tuple(sorted(place[part.norms[n].id] for n in norm.overridden_by)),
        )  # fmt: skip
        norms[number] = norms[number] if norms[number] == made else made
    untouched = [n for n in base.order if base.norms[n].jurisdiction not in touched]
    coverage = {k: v for k, v in base.coverage.items() if base.norms[place[k]].jurisdiction not in touched}
    return msgspec.structs.replace(
        base, atoms=tuple(atoms), norms=tuple(norms), rules=tuple(rules), coverage=coverage | part.coverage,
        order=(*untouched, *(place[part.norms[n].id] for n in part.order)), **names,
    )  # fmt: skip


def _moved(rule: Rule, norm: int, literal: list[int]) -> Rule:
    """A rule with the numbers of the merged program."""
    terms = (tuple(sorted(literal[lit] if lit > 0 else -literal[-lit] for lit in term)) for term in rule.terms)
    return msgspec.structs.replace(rule, norm=norm, terms=tuple(sorted(terms)))
