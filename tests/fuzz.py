"""Fuzz: whatever a file or a situation holds, the answer is an answer or one clear error; nothing else is raised.

``python -m tests.fuzz --examples 20000`` runs longer and prints its counts.
"""

from __future__ import annotations

import argparse
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lintas import service
from lintas.assess.law import Law
from lintas.cli.options import parse_situations
from lintas.errors import LintasError
from tests.conftest import ROOT

COUNTS: Counter[str] = Counter()

_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30),
    st.sampled_from(["SG", "*", "personal", "transfer-personal-data", "1e999", "=cmd|x", "\u202e", "NO", "0x10", "9" * 400]),
)  # fmt: skip
_VALUES = st.recursive(_SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=12), inner, max_size=4)), max_leaves=12)


def situations(law: Law) -> st.SearchStrategy[Any]:
    """Situations that are nearly right: known keys with hostile values, hostile keys with known values."""
    keys = ["from", "to", "activity", "data", "sector", "actor", "safeguards", "other", *sorted(law.reader.facts)]
    activities = sorted(law.reader.activities)
    facts = st.dictionaries(st.one_of(st.sampled_from(keys), st.text(max_size=10)), _VALUES, max_size=8)
    anchored = st.fixed_dictionaries(
        {"from": st.sampled_from(["SG", "VN", "PH", "*"]), "to": st.sampled_from(["*", "TH", "US"]), "activity": st.sampled_from(activities)},
        optional=dict.fromkeys(("data", "safeguards", "sector", "actor"), _VALUES),
    )
    return st.one_of(
        _VALUES,
        st.builds(lambda body, day: {"as_of": day, "facts": body}, st.one_of(facts, anchored), _SCALARS),
        st.builds(lambda body, more: {"facts": {**body, "other": more}}, anchored, facts),
    )


def try_situation(law: Law, raw: Any) -> None:
    """Decide, or refuse with the one error shape."""
    try:
        answer = law.decider.decide(law.situation(raw))
    except LintasError as bad:
        shape = bad.as_dict()["error"]
        assert shape["code"] and shape["detail"] and shape["hint"]
        COUNTS["refused"] += 1
        return
    assert answer.outcome in ("answered", "needs-facts", "conflict", "not-covered")
    assert answer.outcome != "answered" or answer.verdict
    COUNTS[answer.outcome] += 1


def try_text(text: str, name: str) -> None:
    """Parse, or refuse."""
    try:
        parse_situations(text, name)
    except LintasError as bad:
        assert bad.hint
        COUNTS["text refused"] += 1
        return
    COUNTS["text read"] += 1


def run(examples: int) -> Counter[str]:
    """Run both fuzzers with so many examples each."""
    law = service.open_law(ROOT / "corpus")
    options = settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))

    @options
    @given(situations(law))
    def one(raw: Any) -> None:
        try_situation(law, raw)

    yamlish = st.text(alphabet=st.sampled_from(list("-:{}[]&*!|>'\"#\n\t ,?abc01~\x00\x85\ufeff\u202e")), max_size=80)

    @options
    @given(st.one_of(st.text(max_size=200), yamlish), st.sampled_from(["a.yaml", "a.json", "a.jsonl"]))
    def two(text: str, name: str) -> None:
        try_text(text, name)

    one()
    two()
    return COUNTS


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", type=int, default=20_000)
    print(dict(run(parser.parse_args().examples)))
