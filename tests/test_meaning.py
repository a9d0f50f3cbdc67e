"""The meaning on invented law: each row of the tables in docs/meaning.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from lintas import service
from lintas.assess.law import Law
from lintas.errors import SituationError

SMALL = Path(__file__).parent / "small_corpus"


@pytest.fixture(scope="module")
def small() -> Law:
    return service.open_law(SMALL)


def answer(law: Law, as_of: str = "2024-06-01", **facts: Any) -> Any:
    body = {"from": "XX", "to": "*", "sector": "general", "actor": "private-domestic", "data": ["personal"]} | facts
    return law.decider.decide(law.situation({"id": "t", "as_of": as_of, "facts": body}))


def test_a_need_that_is_open_leaves_the_verdict_conditional(small: Law) -> None:
    found = answer(small, activity="transfer-personal-data")
    assert (found.outcome, found.verdict, found.met_as_described) == ("answered", "conditional", "depends")
    assert {n.id: n.state for n in found.needs}["recognised-transfer-basis"] == "unknown"


def test_one_alternative_in_place_meets_the_need(small: Law) -> None:
    found = answer(small, activity="transfer-personal-data", safeguards=["asean-mcc"])
    assert (found.verdict, found.met_as_described) == ("conditional", "yes")


def test_an_exhaustive_list_without_a_ground_prohibits(small: Law) -> None:
    found = answer(small, activity="transfer-personal-data", safeguards=["bcr"], safeguards_complete=True, recipient_related=False)
    assert (found.verdict, found.met_as_described) == ("prohibited", "no")
    assert "recognised-transfer-basis" in {n.id for n in found.needs}


def test_an_exception_nobody_claimed_is_off_and_listed(small: Law) -> None:
    found = answer(small, activity="transfer-personal-data")
    assert any("Emergencies" in item for item in found.assumed)
    strict = Law(small.program, strict=True)
    assert answer(strict, activity="transfer-personal-data").outcome == "needs-facts"


def test_unknown_size_splits_and_names_the_fact(small: Law) -> None:
    found = answer(small, activity="store-data-abroad", data=["payment"])
    assert found.outcome == "needs-facts"
    assert found.missing == ("enterprise_size",)


def test_both_brackets_with_one_verdict_are_answered(small: Law) -> None:
    # Unknown people affected on a day before the Act: either way nothing is in force.
    found = answer(small, as_of="2020-06-01", activity="notify-breach", to="XX")
    assert (found.outcome, found.verdict) == ("answered", "not-required")


def test_three_silences_are_kept_apart(small: Law) -> None:
    assert answer(small, activity="process-personal-data", to="XX").verdict == "unregulated"
    assert answer(small, activity="store-data-abroad", to="XX").verdict == "unrestricted"
    assert answer(small, activity="deploy-ai", to="XX").outcome == "not-covered"
    assert answer(small, activity="process-personal-data", to="XX", sector="health").outcome == "not-covered"


@pytest.mark.parametrize(("count", "verdict"), [(499, "not-required"), (500, "not-required"), (501, "required")])
def test_more_than_is_not_at_least(small: Law, count: int, verdict: str) -> None:
    assert answer(small, activity="notify-breach", to="XX", affected_individuals=count).verdict == verdict


def test_a_parameter_has_its_own_days(small: Law) -> None:
    assert answer(small, as_of="2023-12-31", activity="notify-breach", to="XX", affected_individuals=700).verdict == "not-required"
    assert answer(small, as_of="2024-01-01", activity="notify-breach", to="XX", affected_individuals=700).verdict == "required"


def test_a_threshold_is_read_from_the_leaf_even_where_it_switches_the_norm_off(small: Law) -> None:
    found = answer(
        small, activity="notify-breach", to="XX", affected_individuals=10, value_sought="threshold", threshold_for="affected_individuals"
    )
    assert (found.verdict, found.value) == ("not-required", {"quantity": 500, "unit": "persons"})


def test_a_later_start_answers_start_date(small: Law) -> None:
    found = answer(small, as_of="2020-06-01", activity="notify-breach", to="XX", affected_individuals=5000, value_sought="start-date")
    assert (found.verdict, found.value) == ("not-required", {"date": "2021-01-01"})


def test_requirement_asked_is_required_only_if_nothing_else_would_do(small: Law) -> None:
    assert answer(small, activity="transfer-personal-data", requirement_asked="consent").verdict == "not-required"
    assert answer(small, activity="transfer-personal-data", requirement_asked="recognised-transfer-basis").verdict == "required"


def test_permissions_over_one_prohibition_are_its_way_out(small: Law) -> None:
    small_firm = answer(small, activity="store-data-abroad", data=["payment"], enterprise_size="small")
    assert (small_firm.verdict, [n.id for n in small_firm.needs]) == ("conditional", ["regulator-approval"])
    assert answer(small, activity="store-data-abroad", data=["payment"], enterprise_size="large").verdict == "prohibited"


def test_a_foreign_law_that_is_not_in_the_corpus_is_shown_and_does_not_decide(small: Law) -> None:
    found = answer(small, activity="transfer-personal-data", to="US")
    assert found.verdict == "conditional"
    assert [(s.jurisdiction, s.outcome) for s in found.sides] == [("XX", "answered"), ("US", "not-judged")]


def test_a_partner_outside_counts_where_its_law_speaks_and_never_by_silence(small: Law) -> None:
    law = Law(msgspec.structs.replace(small.program, outside={"XX": ("ZA",)}))
    silent = answer(law, activity="host-user-content", to="YY")
    assert [side.outcome for side in silent.sides] == ["not-judged", "not-covered"]
    speaks = answer(law, as_of="2022-06-01", activity="store-data-abroad", data=["payment"], to="YY", **{"from": "ZA"})
    assert (speaks.sides[0].jurisdiction, speaks.sides[0].verdict, speaks.verdict) == ("XX", "prohibited", "prohibited")
    alone = answer(law, activity="host-user-content")
    assert alone.outcome == "not-covered", "asked alone, its silence is the answer"


def test_a_member_whose_law_was_not_looked_at_leaves_the_headline_open(small: Law) -> None:
    found = answer(small, activity="notify-breach", to="YY", affected_individuals=10)
    assert (found.outcome, found.verdict) == ("not-covered", None)
    assert next(s for s in found.sides if s.jurisdiction == "XX").verdict == "not-required"


def test_the_end_that_an_activity_does_not_address_may_be_silent(small: Law) -> None:
    # Data leaves XX; that nobody looked at YY is no answer to it.
    found = answer(small, activity="transfer-personal-data", to="YY")
    assert (found.outcome, found.verdict) == ("answered", "conditional")
    assert [(s.jurisdiction, s.outcome) for s in found.sides] == [("XX", "answered"), ("YY", "not-covered")]
    # The other way round nobody looked at the law that is addressed.
    assert answer(small, activity="transfer-personal-data", **{"from": "YY", "to": "XX"}).outcome == "not-covered"


def test_every_conclusion_carries_its_article(small: Law) -> None:
    found = answer(small, activity="transfer-personal-data")
    assert found.citations[0]["locator"] == "s. 2"
    assert found.citations[0]["capture_sha256"]
    assert found.reproduce["corpus"] == small.program.corpus_digest


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"activity": "transfer-personel-data"}, "transfer-personal-data"),
        ({"activity": "transfer-personal-data", "data": ["helth"]}, "health"),
        ({"activity": "transfer-personal-data", "other": {"affected_individuls": 3}}, "affected_individuals"),
        ({"activity": "transfer-personal-data", "other": {"affected_individuals": "many"}}, "integer"),
        ({"activity": "transfer-personal-data", "from": "Exland"}, "ISO 3166"),
        ({"from": "US", "to": "CN", "activity": "transfer-personal-data"}, "XX"),
    ],
)
def test_a_wrong_term_names_the_place_and_what_to_do(small: Law, facts: dict[str, Any], word: str) -> None:
    with pytest.raises(SituationError) as caught:
        answer(small, **facts)
    shown = caught.value.as_dict()["error"]
    assert word in shown["detail"] + shown["hint"]
    assert shown["where"] == "situation t"


def test_a_need_of_another_activity_is_no_answer_here(small: Law) -> None:
    found = answer(small, activity="store-data-abroad", to="XX", requirement_asked="regulator-notice")
    assert (found.outcome, found.reason) == ("not-covered", "asked-under-another-activity")
    assert answer(small, activity="notify-breach", to="XX", affected_individuals=9000, requirement_asked="regulator-notice").verdict == "required"


def test_a_ratio_is_worked_out_from_two_stated_facts_and_a_stated_one_stands(small: Law) -> None:
    def share(**other: Any) -> Any:
        body = {"from": "XX", "to": "XX", "activity": "employ-foreign-workers", "sector": "general", "actor": "private-domestic", "other": other}
        return small.situation({"id": "t", "facts": body}).facts.get("foreign_staff_share")

    assert share(foreign_staff=6, local_staff=50) == 12
    assert share(foreign_staff=6, local_staff=50, foreign_staff_share=10) == 10
    assert share(foreign_staff=6) is None
    assert share(foreign_staff=6, local_staff=0) is None


def test_a_negative_number_is_refused_not_read_as_unknown(small: Law) -> None:
    for fact, value in (("affected_individuals", -1), ("goods_value", {"amount": -5, "currency": "SGD"}), ("market_share", -0.5)):
        with pytest.raises(SituationError, match=fact):
            answer(small, activity="notify-breach", **{fact: value})
