"""A release: nothing is stamped where a check fails, and an answer that moves is told with its article. The law here is invented."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from lintas import service
from lintas.errors import CorpusError, InputError
from tests.conftest import ROOT

QUESTION = """- id: q1-payment
  area: data-flows
  weight: 1
  question: May payment data be kept abroad?
  reason: invented
  facts: {from: '{member}', to: '*', activity: store-data-abroad, data: [payment], sector: payments, actor: private-domestic, safeguards: []}
"""
CASE = """- id: xx-1
  area: data-flows
  confidence: high
  as_of: "2023-01-01"
  facts: {from: XX, to: "*", activity: store-data-abroad, data: [payment], actor: private-domestic, sector: payments}
  expected: {verdict: prohibited, needs: [local-storage]}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "tests/small_corpus", tmp_path / "corpus")
    (tmp_path / "corpus/questions").mkdir(exist_ok=True)
    (tmp_path / "corpus/questions/data-flows.yaml").write_text(QUESTION)
    (tmp_path / "cases.yaml").write_text(CASE)
    return tmp_path


def make(place: Path, version: str) -> dict:
    return service.release(place / "corpus", version, place / version, cases=place / "cases.yaml", record=place / "releases")


def test_a_release_is_stamped_scored_and_recorded(place: Path) -> None:
    made = make(place, "2026.12.0")
    assert made["score"]["accuracy"] == 1
    assert 'release = "2026.12.0"' in (place / "corpus/corpus.toml").read_text()
    assert json.loads((place / "releases/2026.12.0.json").read_text())["answers"]["xx-q1-payment"]["outcome"] == "needs-facts"
    assert service.read_program((place / "2026.12.0/corpus.msgpack").read_bytes()).release == "2026.12.0"
    assert (place / "2026.12.0/lintas.sqlite").exists()


def test_an_answer_that_moves_is_told_with_the_article(place: Path) -> None:
    make(place, "2026.12.0")
    norms = place / "corpus/xx/act/norms/act.yaml"
    text = norms.read_text()
    assert "when: {enterprise_size: {is: small}}" in text
    norms.write_text(text.replace('- valid: {from: "2024-01-01", to: null, by: amendment}', '- valid: {from: "2024-01-01", to: "2026-01-01", by: amendment}'))
    made = make(place, "2026.12.1")
    (change,) = [row for row in made["changed"] if row["question"].startswith("xx")]
    assert (change["before"]["outcome"], change["after"]["verdict"]) == ("needs-facts", "prohibited")
    assert "xx/act/s5" in [item["norm"] for item in change["because"]]
    assert "xx-q1-payment: needs-facts → prohibited" in (place / "2026.12.1/RELEASE.md").read_text()


def test_a_finding_stops_it_and_nothing_is_written(place: Path) -> None:
    norms = place / "corpus/xx/act/norms/act.yaml"
    norms.write_text(norms.read_text().replace("Payment data must not be kept abroad", "Payment data may be kept abroad"))
    before = (place / "corpus/corpus.toml").read_bytes()
    with pytest.raises(CorpusError, match="findings"):
        make(place, "2026.12.0")
    assert (place / "corpus/corpus.toml").read_bytes() == before
    assert not (place / "2026.12.0").exists()
    assert not (place / "releases").exists()


@pytest.mark.parametrize("version", ["1", "2026.12", "latest", '2026.12.0"\nx = "1'])
def test_what_is_no_version_is_refused(place: Path, version: str) -> None:
    with pytest.raises(InputError, match="no version"):
        service.release(place / "corpus", version, place / "out", cases=place / "cases.yaml", record=place / "releases")


def test_a_version_is_made_once(place: Path) -> None:
    make(place, "2026.12.0")
    with pytest.raises(InputError, match="exists"):
        service.release(place / "corpus", "2026.12.0", place / "again", cases=place / "cases.yaml", record=place / "releases")
