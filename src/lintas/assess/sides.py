"""Sides: which laws a situation engages, and which of their answers is the headline.

The origin's law, the destination's, or, where ``from`` equals ``to``, one. The law of a partner outside the association counts where
it speaks; where the corpus lacks it or it is silent beside a member's, it is shown and never decides. Treaties are one more side, asked alone at treaty level.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from lintas.assess.judge import DUTY, PERMISSION
from lintas.errors import SituationError
from lintas.ir.program import Program
from lintas.model.answer import Side
from lintas.model.norm import Amount
from lintas.model.situation import FactValue, Situation
from lintas.vocab.terms import did_you_mean

SILENT = frozenset({"not-covered", "scope-unknown", "requirement-not-encoded", "asked-under-another-activity"})
"""Reasons of a side that has nothing to say."""


class SideKey(NamedTuple):
    """One law to be asked."""

    jurisdiction: str
    name: str
    role: str
    judged: bool
    partner: bool = False
    """No member, and a member's law is asked too."""


class Rates:
    """Dated exchange rates: how many units of the second currency one unit of the first is worth."""

    def __init__(self, table: dict[tuple[str, str], list[tuple[dt.date, float]]]) -> None:
        self.table = {pair: sorted(rows) for pair, rows in table.items()}

    def rate(self, one: str, two: str, day: dt.date) -> float | None:
        """The last rate on or before the day, or the inverse of the opposite one."""
        rows = [rate for date, rate in self.table.get((one, two), []) if date <= day]
        if rows:
            return rows[-1]
        rows = [rate for date, rate in self.table.get((two, one), []) if date <= day]
        return 1 / rows[-1] if rows else None

    def convert(
        self, facts: dict[str, FactValue], currencies: dict[str, frozenset[str]], day: dt.date
    ) -> dict[str, FactValue]:
        """Facts with amounts in the one currency in which the law counts, where a rate is known."""
        if not self.table:
            return facts
        out = dict(facts)
        for fact, wanted in currencies.items():
            value = facts.get(fact)
            if isinstance(value, Amount) and value.currency not in wanted and len(wanted) == 1:
                (currency,) = wanted
                rate = self.rate(value.currency, currency, day)
                if rate is not None:
                    out[fact] = Amount(value.amount * rate, currency)
        return out


def sides_of(program: Program, situation: Situation) -> tuple[SideKey, ...]:
    """The laws that the situation engages, origin first.

    Raises:
        SituationError: no member and no known agreement is named.

    """
    where = f"situation {situation.id}"
    if situation.level == "treaty":
        asked = str(situation.facts.get("agreement") or "")
        slug = program.aliases.get(asked.casefold())
        if slug is None and not asked:
            raise SituationError("a treaty question names no `agreement`", hint="State it in facts.other.", where=where)
        if slug is None:
            return (SideKey(f"agreements/{asked[:80]}", asked[:80], "agreement", judged=True),)
        return (SideKey(slug, program.names.get(slug, asked), "agreement", judged=True),)
    origin, destination = situation.facts.get("from"), situation.facts.get("to")
    keys: list[SideKey] = []
    union = {country: code for code, countries in program.outside.items() for country in countries}
    for end, role in ((origin, "origin"), (destination, "destination")):
        code = union.get(end, end) if isinstance(end, str) else end
        if not isinstance(code, str) or code.startswith("*") or any(k.jurisdiction == code for k in keys):
            continue
        known = code in program.names
        keys.append(SideKey(code, program.names.get(code, code), role if origin != destination else "domestic", judged=known))
    if not any(key.judged for key in keys):
        members = [c for c in program.names if len(c) == 2]
        raise SituationError(
            "neither `from` nor `to` names a member whose law is in the corpus", hint=did_you_mean(origin or "", members), where=where
        )
    if any(key.judged and key.jurisdiction not in program.outside for key in keys):
        keys = [key._replace(partner=key.jurisdiction in program.outside) for key in keys]
    return tuple(keys)


def engaged(sides: tuple[Side, ...], addressed: str) -> list[Side]:
    """The sides that count: where the activity by its definition addresses one end, the other end's silence is no answer to it."""
    judged = [side for side in sides if side.outcome != "not-judged"]
    if addressed and any(side.role == addressed for side in judged):
        judged = [side for side in judged if side.role == addressed or side.reason not in SILENT]
    return judged


def headline_side(sides: tuple[Side, ...], axis: str, addressed: str = "") -> Side:
    """The worst of the members' sides; one that is not answered wins unless another is prohibited."""
    judged = engaged(sides, addressed)
    barred = next((side for side in judged if side.verdict == "prohibited"), None)
    if barred:
        return barred
    order = ("conflict", "not-covered", "needs-facts")
    silent = sorted((side for side in judged if side.outcome != "answered"), key=lambda side: order.index(side.outcome))
    required = next((side for side in judged if axis == "duty" and side.verdict == "required"), None)
    if required and axis == "duty":
        return required
    if silent:
        return silent[0]
    scale = PERMISSION if axis == "permission" else DUTY
    return max(judged, key=lambda side: scale.index(side.verdict or scale[0]))
