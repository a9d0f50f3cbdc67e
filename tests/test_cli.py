"""The terminal door: formats, exit codes, one clear error, nothing written by a hostile file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lintas.cli.options import parse_situations
from lintas.errors import InputError
from tests.conftest import ROOT

LINTAS = str(Path(sys.executable).parent / "lintas")
ONE = {
    "id": "one",
    "as_of": "2026-06-01",
    "question": "ignored",
    "facts": {"from": "SG", "to": "*", "activity": "transfer-personal-data", "data": ["personal"], "sector": "general", "actor": "private-domestic"},
    "expected": {"verdict": "ignored"},
}


def run(*args: str, text: str | None = None) -> Any:
    return subprocess.run([LINTAS, *args], input=text, capture_output=True, text=True, cwd=ROOT, check=False, timeout=120)


def test_one_object_a_line_in_input_order(tmp_path: Path) -> None:
    file = tmp_path / "s.json"
    file.write_text(json.dumps([ONE, {**ONE, "id": "two", "facts": {**ONE["facts"], "activity": "nonsense"}}, {**ONE, "id": "three"}]))  # type: ignore[dict-item]
    done = run("decide", str(file), "--format", "jsonl")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in rows] == ["one", "two", "three"]
    assert done.returncode == 2
    assert rows[1]["error"]["code"] == "bad-situation"
    wanted = {"id", "outcome", "verdict", "needs", "duties", "value", "sides", "determining", "assumed", "missing", "citations", "standing", "reproduce"}
    assert wanted <= set(rows[0])
    assert rows[0]["needs"][0]["id"]
    assert rows[0]["determining"][0]["instrument"].startswith("sg/")
    assert rows[0]["citations"][0]["quote"]


def test_the_lines_own_day_wins(tmp_path: Path) -> None:
    file = tmp_path / "s.jsonl"
    file.write_text(json.dumps(ONE) + "\n" + json.dumps({k: v for k, v in ONE.items() if k != "as_of"}) + "\n")
    rows = [json.loads(line) for line in run("decide", str(file), "--format", "jsonl", "--as-of", "2025-01-02").stdout.splitlines()]
    assert [row["as_of"] for row in rows] == ["2026-06-01", "2025-01-02"]


def test_the_same_answer_through_the_api_and_the_shell(law: Any, tmp_path: Path) -> None:
    import msgspec

    file = tmp_path / "s.json"
    file.write_text(json.dumps([ONE]))
    shell = json.loads(run("decide", str(file), "--format", "jsonl").stdout)
    api = msgspec.to_builtins(law.decider.decide(law.situation(ONE)))
    assert shell == json.loads(json.dumps(api))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a: &x [1]\nb: *x", "bomb.yaml"),
        ("- {id: 1, id: 2}", "twice.yaml"),
        ("!!python/object/apply:os.system ['true']", "tag.yaml"),
        ("[" * 2000, "deep.yaml"),
        ("{" * 100000, "deep.json"),
        ("- [1, 2", "open.yaml"),
        ("just words", "words.yaml"),
        ('{"a": 1}\n{', "broken.jsonl"),
    ],
)
def test_hostile_text_is_refused_with_a_place(text: str, name: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_situations(text, name)
    assert caught.value.where.startswith(name.partition(".")[0])
    assert caught.value.hint


def test_a_bad_file_gives_three_lines_and_code_2(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_bytes(b"\xff\xfe\x00bad")
    done = run("decide", str(file))
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 3
    assert "Traceback" not in done.stderr


def test_control_characters_never_reach_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "s.json"
    file.write_text(json.dumps([{**ONE, "id": "a\u001b]0;owned\u0007"}, {**ONE, "id": "\u202egnp.exe"}]))
    done = run("decide", str(file), "--format", "text")
    assert "\u001b]" not in done.stdout + done.stderr
    assert "\u202e" not in done.stdout + done.stderr


def test_text_shows_verdict_first_and_the_quote(tmp_path: Path) -> None:
    done = run("decide", "--from", "SG", "--to", "*", "--activity", "transfer-personal-data", "--data", "personal",
               "--sector", "general", "--actor", "private-domestic", "--format", "text")  # fmt: skip
    first = done.stdout.splitlines()[0]
    assert first.startswith(("◐", "~"))
    assert "“" in done.stdout
    assert "not legal advice" in done.stdout


def test_a_rate_settles_an_amount_in_another_currency(law: Any, tmp_path: Path) -> None:
    import datetime as dt

    from lintas.assess.law import Law
    from lintas.assess.sides import Rates

    fact, currency = next(
        (fact, next(iter(c)))
        for norm in law.program.norms
        for activity in norm.activities
        for fact, c in law.decider.index.slice(norm.jurisdiction, activity).currencies.items()
        if len(c) == 1
    )
    rates = Rates({("XTS", currency): [(dt.date(2026, 1, 1), 2.0)]})
    from lintas.model.norm import Amount

    converted = Law(law.program, rates=rates).decider.rates.convert({fact: Amount(10.0, "XTS")}, {fact: frozenset({currency})}, dt.date(2026, 6, 1))
    assert converted[fact] == Amount(20.0, currency)
    assert rates.rate("XTS", currency, dt.date(2025, 6, 1)) is None
