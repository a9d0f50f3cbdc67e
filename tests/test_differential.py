"""The fast paths against the slow, obvious one."""

from __future__ import annotations

from typing import Any

import pytest

from lintas import service
from lintas.engine import index
from tests.conftest import ROOT
from tests.differential import compare


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_index_and_kernel_agree_with_the_reference_on_the_real_law(program: Any, seed: int) -> None:
    counts = compare(program, 25_000, seed)
    assert counts["differences"] == 0
    assert counts["situations"] >= 25_000
    assert counts["unknown"] > 1_000, "the generator leaves facts unknown"
    assert counts["effective"] > 1_000, "the generator makes norms effective"


def test_they_agree_on_invented_law() -> None:
    law = service.open_law(ROOT / "tests" / "small_corpus")
    assert compare(law.program, 5_000, 7)["differences"] == 0


def test_the_comparison_notices_a_wrong_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    original = index.leaf_value

    def off_by_one(leaf: Any, value: Any, key: Any = None) -> int:
        if leaf.op == "more_than" and isinstance(value, float):
            value = value - 1
        return original(leaf, value, key)

    monkeypatch.setattr(index, "leaf_value", off_by_one)
    small = service.open_law(ROOT / "tests" / "small_corpus").program
    assert compare(small, 5_000, 5)["differences"] > 0
