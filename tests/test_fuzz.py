"""A short run of the fuzzers; ``make fuzz`` runs a long one."""

from __future__ import annotations

from tests.fuzz import run


def test_hostile_input_is_answered_or_refused() -> None:
    counts = run(600)
    assert counts["refused"] > 100
    assert sum(counts[k] for k in ("answered", "needs-facts", "not-covered")) > 20
