"""An opened body of law, and norms tried against the cases beside them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lintas.assess.decide import Decider
from lintas.assess.score import same_value
from lintas.assess.sides import Rates
from lintas.compile import program
from lintas.corpus.load import Corpus
from lintas.dates import today
from lintas.errors import SituationError
from lintas.ir.program import Program
from lintas.model.answer import Assessment
from lintas.model.norm import Norm
from lintas.model.situation import FactReader, Situation


class Law:
    """An opened, compiled body of law: reads situations and answers them."""

    def __init__(self, program: Program, *, strict: bool = False, rates: Rates | None = None) -> None:
        self.program = program
        self.decider = Decider(program, strict=strict, rates=rates, today=today())
        self.reader = FactReader(program.vocabulary)

    def situation(self, raw: Any, *, as_of: dt.date | None = None, number: int = 0) -> Situation:
        """A raw situation, checked against the vocabulary."""
        return self.reader.situation(raw, default_day=as_of or today(), number=number)


def compile_members(corpus: Corpus, norms: dict[str, Norm], only: tuple[str, ...] = (), *, known_on: dt.date | None = None) -> Program:
    """The law of some members (all without ``only``), as recorded on a day."""
    names = {j.code: j.name for j in corpus.jurisdictions}
    names |= {slug: i.titles.get("eng", slug) for slug, i in corpus.instruments.items() if slug.startswith("agreements/")}
    return program(
        vocabulary=corpus.vocabulary,
        norms=norms,
        parameters=corpus.parameters,
        instruments=corpus.instruments,
        sources=corpus.sources,
        captures=corpus.captures,
        coverage={k: v for k, v in corpus.coverage.items() if not only or k in only},
        names=names,
        outside={j.code: j.stands_for for j in corpus.jurisdictions if j.outside},
        release=corpus.release,
        digest=corpus.digest,
        known_on=known_on or today(),
    )


def norm_case(law: Law, item: dict[str, Any]) -> str:
    """What fails in a case beside a norm, or ``""``."""
    try:
        situation = law.situation({"id": item.get("id"), "as_of": item["as_of"], "level": item.get("level"), "facts": item["facts"]})
        norm = next((n for n in law.program.norms if n.id == item["norm"]), None)
        if norm is None:
            return f"norm {item['norm']} does not exist"
        state = norm_state(law, situation, item["norm"])
        if state != item["norm_is"]:
            return f"norm {item['norm']} is {state}, expected {item['norm_is']}"
        expected = item.get("expected")
        if not expected:
            return ""
        answer = law.decider.decide(situation)
        side = next((s for s in answer.sides if s.jurisdiction == norm.jurisdiction), None)
    except (SituationError, KeyError) as bad:
        return str(bad)
    return _case_answer(answer, side, expected)


def norm_state(law: Law, situation: Situation, norm_id: str) -> str:
    """Whether a norm is effective, off, overridden or unknown in a situation, on the side of its own law."""
    norm = next(n for n in law.program.norms if n.id == norm_id)
    piece = law.decider.index.slice(norm.jurisdiction, situation.activity)
    facts = law.decider.rates.convert(situation.facts, piece.currencies, situation.as_of)
    for hit in piece.run(facts, day=situation.as_of.toordinal(), strict=law.decider.strict):
        if law.program.norms[hit.norm].id == norm_id:
            if hit.effective == 1:
                return "effective"
            if hit.effective == 0:
                return "unknown"
            return "overridden" if hit.applies >= 0 else "off"
    return "off"


def _case_answer(answer: Assessment, side: Any, expected: dict[str, Any]) -> str:
    shown = side or answer
    if "outcome" in expected and shown.outcome != expected["outcome"]:
        return f"outcome {shown.outcome} {shown.reason}, expected {expected['outcome']}"
    if "verdict" in expected and shown.verdict != expected["verdict"]:
        norms = ", ".join(n.id for n in shown.determining[:3])
        return f"{shown.outcome} {shown.verdict} {shown.missing or ''} by [{norms}], expected {expected['verdict']}"
    have = {need.id for need in shown.needs}
    lacking = [need for need in expected.get("needs") or [] if need not in have]
    if lacking:
        return f"needs lack {lacking}, have {sorted(have)}"
    if expected.get("value") is not None and not same_value(shown.value, expected["value"]):
        return f"value {shown.value}, expected {expected['value']}"
    return ""
