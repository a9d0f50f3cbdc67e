"""What a line needs, read from the formulas of its norms: one entry for each conjunct, met, missing or not told.

The answer lists requirement ids; here the formula keeps its shape, so that "consent and a notice, or a contract" is said as that.
"""

from __future__ import annotations

from typing import NamedTuple

from lintas.assess.decide import Decider
from lintas.assess.needs import Known, truth
from lintas.engine.index import Hit
from lintas.model.answer import Assessment, Side
from lintas.model.norm import Need, NeedAll, NeedAny, NeedFact, Needs
from lintas.model.situation import Situation

STATE = {1: "met", 0: "not told", -1: "missing"}


class NeedLine(NamedTuple):
    """One thing that must be in place. ``ways``: any one of them is enough; empty where the need stands alone.

    ``state`` is ``met``, ``missing`` (known to be absent) or ``not told``; ``depends_on`` names the facts that decide whether it is
    needed at all.
    """

    id: str
    name: str
    ways: tuple[str, ...]
    state: str
    side: str
    norm: str
    locator: str
    depends_on: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    """What would still have to be put in place, the smallest ways first; any one of them is enough."""


_SAID = {"asean-mcc": "ASEAN model clauses", "bcr": "binding corporate rules", "dpo": "data protection officer", "dpo-notification": "notice of the officer"}


def said(identity: str) -> str:
    """An id as words."""
    return _SAID.get(identity) or identity.replace("-", " ").replace("_", " ")


def needs_of(decider: Decider, situation: Situation, answer: Assessment) -> list[NeedLine]:
    """Every need of every side, missing ones first, then those not told, then those met."""
    out: dict[tuple[str, str, str], NeedLine] = {}
    for side in answer.sides:
        if side.needs:
            _side(decider, situation, side, out)
    for key, line in list(out.items()):
        others = (o for o in out.values() if o.side == line.side and o.state == line.state and o.id != line.id)
        if line.state != "met" and any(line.id in decider.implied.get(o.id, ()) and not o.depends_on for o in others):
            del out[key]  # what implies it is asked for as well: one thing to do, not two
    order = ("missing", "not told", "met")
    return sorted(out.values(), key=lambda n: (order.index(n.state), bool(n.depends_on)))


def _side(decider: Decider, situation: Situation, side: Side, out: dict[tuple[str, str, str], NeedLine]) -> None:
    hits, known = _known(decider, situation, side)
    program = decider.program
    by_norm = {program.norms[hit.norm].id: hit for hit in hits}
    depends = {need.norm: need.depends_on for need in side.needs if not need.certain}
    locators = {n.id: n.locator for n in (*side.undecided, *side.determining)}
    for norm in dict.fromkeys(need.norm for need in side.needs):
        hit = by_norm.get(norm)
        if hit is None:
            continue
        rule = program.rules[hit.rule]
        locator = locators.get(norm) or (rule.citations[0].locator if rule.citations else norm.rsplit("/", 1)[-1])
        for part in _conjuncts(rule.needs):
            identity, name, ways = _names(part)
            value = truth(part, known)
            state = "not told" if value == -1 and norm in depends else STATE[value]
            found = NeedLine(
                identity, name, ways, state, side.jurisdiction, norm, locator, depends.get(norm, ()),
                ways_left(part, known) if value != 1 else (),
            )  # fmt: skip
            key = (side.jurisdiction, identity, state)
            old = out.get(key)
            if old is None or (old.depends_on and not found.depends_on):
                out[key] = found
            elif old.norm != norm and locator not in old.locator.split(", "):
                out[key] = old._replace(locator=f"{old.locator}, {locator}", ways=tuple(dict.fromkeys((*old.ways, *ways))))


def _known(decider: Decider, situation: Situation, side: Side) -> tuple[list[Hit], Known]:
    piece = decider.index.slice(side.jurisdiction, situation.activity)
    facts = decider.rates.convert(situation.facts, piece.currencies, situation.as_of)
    hits = piece.run(facts, day=situation.as_of.toordinal(), strict=decider.strict)
    return hits, decider.known(side.jurisdiction, facts, hits)


def _conjuncts(node: Needs | None) -> list[Needs]:
    if node is None:
        return []
    if isinstance(node, NeedAll) and not node.name:
        return [part for item in node.items for part in _conjuncts(item)]
    if isinstance(node, NeedAny) and not node.name and len(node.items) == 1:
        return _conjuncts(node.items[0])
    return [node]


def _names(node: Needs) -> tuple[str, str, tuple[str, ...]]:
    """Identity, words and ways of a conjunct."""
    if isinstance(node, Need):
        return node.id, said(node.id), ()
    if isinstance(node, NeedFact):
        return node.leaf.fact, words_of(node), ()
    ways = tuple(words_of(item) for item in node.items) if isinstance(node, NeedAny) else (words_of(node, unnamed=True),)
    if node.name:
        return node.name, said(node.name), ways
    return " or ".join(ways), f"one of: {'; '.join(ways)}", ways


MAX_WAYS = 60
SHOWN_WAYS = 3


def ways_left(node: Needs, known: Known) -> tuple[str, ...]:
    """What is still to be put in place, in words: the smallest sets first, sets that turn on facts last."""
    sets = [frozenset(way) for way in _left(node, known) if way]
    ways = [way for way in _left(node, known) if way and not any(other < frozenset(way) for other in sets)]
    ordered = sorted(dict.fromkeys(ways), key=lambda way: (any(fact for fact, _ in way), len(way)))
    return tuple(dict.fromkeys(" and ".join(word for _, word in sorted(way, key=lambda part: part[0])) for way in ordered))[:SHOWN_WAYS]


def _left(node: Needs, known: Known) -> list[tuple[tuple[bool, str], ...]]:
    """Ways to meet the formula: what is not in place on each, in the formula's order; a fact that is false closes its way."""
    if truth(node, known) == 1:
        return [()]
    if isinstance(node, Need):
        return [((False, said(node.id)),)]
    if isinstance(node, NeedFact):
        return [] if truth(node, known) == -1 else [((True, words_of(node)),)]
    if isinstance(node, NeedAny):
        return [way for item in node.items for way in _left(item, known)][:MAX_WAYS]
    out: list[tuple[tuple[bool, str], ...]] = [()]
    for item in node.items:
        out = [tuple(dict.fromkeys((*one, *two))) for one in out for two in _left(item, known)][:MAX_WAYS]
    return out


def words_of(node: Needs, *, unnamed: bool = False) -> str:
    """A formula in words."""
    if isinstance(node, Need):
        return said(node.id)
    if isinstance(node, NeedFact):
        value = node.leaf.value
        shown = "yes" if value is True else "no" if value is False else said(", ".join(sorted(map(str, value))) if isinstance(value, (frozenset, tuple)) else str(value))
        return f"{said(node.leaf.fact)} {said(node.leaf.op)} {shown}" if not isinstance(value, bool) else f"{said(node.leaf.fact)}: {shown}"
    parts = [words_of(item) for item in node.items]
    other = " or " if isinstance(node, NeedAll) else " and "
    joined = (" and " if isinstance(node, NeedAll) else " or ").join(f"({part})" if other in part else part for part in parts)
    return f"{said(node.name)} ({joined})" if node.name and not unnamed else joined
