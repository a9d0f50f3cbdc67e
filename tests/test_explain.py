"""Explanations: ten answers as they read, and the rules of a sentence."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lintas import service
from lintas.assess.explain import MAX_WORDS
from tests.conftest import ROOT
from tests.golden import FILE, render


def test_ten_answers_read_as_they_did(law: Any) -> None:
    assert render(law) == FILE.read_text(encoding="utf-8"), "read the change; if it is meant: python -m tests.golden"


def test_every_sentence_is_short_and_names_its_article(law: Any) -> None:
    count = 0
    for raw in service.standard_questions(ROOT / "corpus"):
        for side in service.explain(raw, law=law, as_of=dt.date(2026, 11, 24))["sides"]:
            for norm in side["norms"]:
                assert len(norm["sentence"].split()) <= MAX_WORDS + 1, norm["sentence"]
                assert norm["locator"] in norm["sentence"]
                assert norm["quote"]
                count += 1
    assert count > 300


def test_a_tree_says_what_held(law: Any) -> None:
    raw = {"as_of": "2026-06-01", "facts": {"from": "SG", "to": "*", "activity": "transfer-personal-data", "data": ["personal"], "actor": "private-domestic"}}
    lines = service.explain_lines(service.explain(raw, law=law))
    assert any(line.strip() == "from is SG: true" for line in lines)
    assert any("“" in line for line in lines)
