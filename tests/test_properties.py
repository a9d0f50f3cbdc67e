"""Properties: knowledge is monotone, answered means the same in every completion, why-not is minimal, programs survive a round trip."""

from __future__ import annotations

import datetime as dt
from itertools import combinations, pairwise
from typing import Any

import msgspec
import pytest

from lintas import service
from lintas.assess.law import Law
from lintas.assess.settle import completions, learn, unknown_facts
from lintas.assess.sides import sides_of
from lintas.assess.signature import Signer
from lintas.assess.why_not import measures, minimal_sets, removes
from lintas.engine.index import Index
from lintas.ir.program import read_program, write_program
from lintas.model.norm import Amount
from lintas.model.situation import Situation
from tests.conftest import ROOT
from tests.generate import Generator

_STEP = ("conditional", "prohibited")


def _situations(law: Law, seed: int, count: int) -> list[tuple[str, Situation]]:
    generator = Generator(law.program, seed)
    out = []
    while len(out) < count:
        jurisdiction, activity = generator.slice_key()
        if len(jurisdiction) != 2:
            continue
        piece = law.decider.index.slice(jurisdiction, activity)
        facts = generator.facts(piece, jurisdiction)
        for question in ("requirement_asked", "value_sought", "threshold_for", "agreement", "article", "member"):
            facts.pop(question, None)
        for conclusion in piece.concluders:
            facts.pop(conclusion, None)  # a stated conclusion may be contradicted by what is learned, which is an input error
        day = generator.day()
        out.append(
            (
                jurisdiction,
                Situation(
                    id=str(len(out)), as_of=dt.date.fromordinal(day), level="national", activity=activity, facts=facts,
                    complete=False, ordinary=frozenset(),
                ),
            )
        )  # fmt: skip
    return out


def test_learning_a_fact_only_narrows(law: Law) -> None:
    tried = 0
    for jurisdiction, situation in _situations(law, 11, 1500):
        piece = law.decider.index.slice(jurisdiction, situation.activity)
        day = situation.as_of.toordinal()
        hits = piece.run(situation.facts, day=day)
        before = {h.norm: h.effective for h in hits if not h.presumed}
        presumed = any(h.presumed for h in hits)
        for fact in list(unknown_facts(piece, situation.facts, hits))[:2]:
            if presumed or fact in piece.concluders:
                continue
            for value in completions(piece, fact, situation.facts)[:3]:
                after = {h.norm: h.effective for h in piece.run(learn(situation.facts, fact, value), day=day)}
                for norm in set(before) | set(after):
                    old, new = before.get(norm, -1), after.get(norm, -1)
                    assert old in (0, new), (fact, value, law.program.norms[norm].id)
                    tried += 1
    assert tried > 300


def test_answered_is_the_same_in_every_completion(law: Law) -> None:
    """Against brute force: every completion of up to four unknown facts, the settled verdict or the one step after it."""
    checked = 0
    for jurisdiction, situation in _situations(law, 12, 1200):
        key = next((k for k in sides_of(law.program, situation) if k.jurisdiction == jurisdiction), None)
        if key is None:
            continue
        side = law.decider.side(situation, law.decider.question(situation), key)
        piece = law.decider.index.slice(jurisdiction, situation.activity)
        facts = situation.facts
        hits = piece.run(facts, day=situation.as_of.toordinal())
        open_facts = [f for f in unknown_facts(piece, facts, hits) if f not in piece.concluders][:3]
        if side.outcome != "answered" or not open_facts or any(h.presumed for h in hits):
            continue
        for values in _product([completions(piece, f, facts) for f in open_facts]):
            known = facts
            for fact, value in zip(open_facts, values, strict=True):
                known = learn(known, fact, value)
            left = piece.run(known, day=situation.as_of.toordinal())
            if any(h.effective == 0 for h in left):
                continue  # not a full completion
            done = law.decider.side(msgspec.structs.replace(situation, facts=known), law.decider.question(situation), key)
            assert done.outcome in ("answered", "conflict")
            assert done.verdict in (side.verdict, None) or (side.verdict, done.verdict) == _STEP
            checked += 1
    assert checked > 50


def _product(lists: list[list[Any]]) -> list[list[Any]]:
    rows: list[list[Any]] = [[]]
    for values in lists:
        rows = [[*row, value] for row in rows for value in values][:300]
    return rows


def test_why_not_is_minimal_and_complete_against_brute_force(law: Law) -> None:
    compared = 0
    for _, situation in _situations(law, 13, 800):
        for key in sides_of(law.program, situation):
            if not key.judged:
                continue
            side = law.decider.side(situation, law.decider.question(situation), key)
            possible = measures(law.decider, situation, key)
            if side.outcome != "answered" or side.met_as_described == "yes" or not 1 <= len(possible) <= 7:
                continue
            found, _ = minimal_sets(law.decider, situation, key)
            groups = [
                frozenset(g)
                for size in range(1, 5)
                for g in combinations(possible, size)
                if len({m.name for m in g}) == size
            ]
            enough = {g for g in groups if removes(law.decider, situation, key, g)}
            minimal = {g for g in enough if not any(other < g for other in enough)}
            assert set(found) == minimal
            assert all(not law.decider.table[m.name].fixed for g in found for m in g if m.kind == "change")
            compared += 1
    assert compared > 30


def test_a_program_survives_the_round_trip(program: Any) -> None:
    assert read_program(write_program(program)) == program


def test_versions_leave_no_overlap_on_any_day(program: Any) -> None:
    for norm in program.norms:
        spans = [(program.rules[r].start, program.rules[r].end) for r in norm.rules]
        assert all(one[1] <= two[0] for one, two in pairwise(spans)), norm.id


def test_the_order_of_facts_does_not_matter(law: Law) -> None:
    for _, situation in _situations(law, 14, 100):
        turned = msgspec.structs.replace(situation, facts=dict(reversed(situation.facts.items())))
        assert law.decider.decide(turned) == law.decider.decide(situation)


def test_an_answer_depends_on_the_law_of_its_day_only(law: Law) -> None:
    """Replaying a day gives the same answer whatever was asked before (memos hold no state of other days)."""
    fresh = Index(law.program)
    for jurisdiction, situation in _situations(law, 15, 200):
        day = situation.as_of.toordinal()
        used = law.decider.index.slice(jurisdiction, situation.activity).run(situation.facts, day=day)
        assert fresh.slice(jurisdiction, situation.activity).run(situation.facts, day=day) == used


def test_known_on_hides_what_was_recorded_later() -> None:
    early = service.compile_corpus(ROOT / "corpus", dt.date(2020, 1, 1))
    assert not any(norm.rules for norm in early.norms if norm.modality != "coverage")


@pytest.mark.parametrize("bad", [b"", b"\x80", b"not msgpack", b"\xdc\xff\xff"])
def test_a_broken_program_is_refused(bad: bytes) -> None:
    from lintas.errors import CorpusError

    with pytest.raises(CorpusError):
        read_program(bad)


def test_one_signature_one_answer(law: Law) -> None:
    """Numbers moved inside their region leave the signature and the answer as they are."""
    signer = Signer(law.program)
    moved = 0
    for _, situation in _situations(law, 16, 1500):
        facts = dict(situation.facts)
        for name, value in situation.facts.items():
            if isinstance(value, float):
                facts[name] = value + 0.25
            elif isinstance(value, Amount):
                facts[name] = Amount(value.amount + 0.25, value.currency)
        other = msgspec.structs.replace(situation, facts=facts)
        if facts != situation.facts and signer.sign(other) == signer.sign(situation):
            assert law.decider.decide(other) == law.decider.decide(situation)
            moved += 1
    assert moved > 50
