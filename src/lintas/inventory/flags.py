"""Flags: law that comes within a horizon and changes the line, and safeguards that rest on law that has ended.

Both re-decide the same facts on another day; nothing is guessed from titles. A safeguard is flagged as resting on ended law only where
it was asked for a year before, by a norm of which no version is in force on the day, and no norm that counts on the day asks for it.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import msgspec

from lintas.assess.decide import Decider
from lintas.inventory.obstacles import needs_of
from lintas.inventory.words import phrase, state_of
from lintas.model.answer import Assessment
from lintas.model.situation import Situation

LOOK_BACK = 365
MAX_DAYS = 6


class Change(NamedTuple):
    """From a day on the line changes: its old and new state and words, and the norms that start then."""

    day: str
    old_state: str
    old: str
    new_state: str
    new: str
    norms: tuple[tuple[str, str, str], ...]
    """Id, title and locator."""


class DeadBasis(NamedTuple):
    """A safeguard in place that a norm asked for a year before, and that no norm asks for now."""

    safeguard: str
    norm: str
    title: str
    locator: str
    asked_on: str


def changes(decider: Decider, situation: Situation, answer: Assessment, horizon: int) -> list[Change]:
    """Days within the horizon on which the line changes, each told against the day before it."""
    last = situation.as_of + dt.timedelta(days=horizon)
    days = sorted({c.starts for c in answer.coming if not c.starts.startswith("pending") and c.starts <= last.isoformat()})[:MAX_DAYS]
    out: list[Change] = []
    old, was = answer, situation
    for day in days:
        then = msgspec.structs.replace(situation, as_of=dt.date.fromisoformat(day))
        new = decider.decide(then)
        before, after = _view(decider, was, old), _view(decider, then, new)
        if before[2:] != after[2:]:
            starting = tuple((c.norm, c.title, c.locator) for c in answer.coming if c.starts == day)
            if before[1] == after[1]:
                after = (after[0], f"{after[1]}, by other articles", *after[2:])
            out.append(Change(day, before[0], before[1], after[0], after[1], starting))
        old, was = new, then
    return out


def _view(decider: Decider, situation: Situation, answer: Assessment) -> tuple[str, str, str, str | None, frozenset[tuple[str, str]]]:
    needs = needs_of(decider, situation, answer)
    state = state_of(answer, needs)
    return state, phrase(answer, state, needs), answer.outcome, answer.verdict, frozenset((n.id, n.state) for n in needs if n.state != "met")


def dead_bases(decider: Decider, situation: Situation, answer: Assessment) -> list[DeadBasis]:
    """Safeguards in place whose basis has ended."""
    if not situation.listed:
        return []
    asked_now = {need.id for side in answer.sides for need in side.needs}
    open_ones = [s for s in situation.listed if not decider.implied.get(s, frozenset({s})) & asked_now]
    if not open_ones:
        return []
    then = situation.as_of - dt.timedelta(days=LOOK_BACK)
    earlier = decider.decide(msgspec.structs.replace(situation, as_of=then))
    day = situation.as_of.toordinal()
    program = decider.program
    named = {need.norm for side in earlier.sides for need in side.needs}
    ended = {n.id for n in program.norms if n.id in named and n.rules and all(program.rules[r].end <= day for r in n.rules)}
    out: dict[str, DeadBasis] = {}
    for safeguard in open_ones:
        counts_as = decider.implied.get(safeguard, frozenset({safeguard}))
        for side in earlier.sides:
            norms = {n.id: n for n in (*side.undecided, *side.determining)}
            for need in side.needs:
                if need.id in counts_as and need.norm in ended and safeguard not in out:
                    norm = norms.get(need.norm)
                    title = norm.instrument_title if norm else need.norm
                    out[safeguard] = DeadBasis(safeguard, need.norm, title, norm.locator if norm else "", then.isoformat())
    return list(out.values())


