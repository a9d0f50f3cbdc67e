"""The agents' door: one shape of error, no answer by default, bounded results, over memory, stdio and HTTP."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import jsonschema
import msgspec
import pytest

from lintas import service
from lintas.agents import answers, tools
from lintas.agents.calls import schema
from lintas.assess.law import Law
from tests.conftest import ROOT

mcp = pytest.importorskip("mcp")

LINTAS = str(Path(sys.executable).parent / "lintas")
TRANSCRIPTS = tomllib.loads((ROOT / "tests" / "transcripts" / "agents.toml").read_text())["transcript"]
BREACH = {"activity": "notify-breach", "from": "SG", "to": "SG", "data": ["personal"], "sector": "general", "actor": "private-domestic"}
TOLD = {**BREACH, "other": {"affected_individuals": 900}}
TRANSFER = {"activity": "transfer-personal-data", "from": "VN", "to": "SG", "data": ["health"], "sector": "health", "actor": "private-domestic"}


def talk(server: Any, *calls: tuple[str, dict[str, Any]]) -> tuple[Any, list[Any]]:
    """One session of the official client: the tools, and the result of each call."""

    async def session() -> tuple[Any, list[Any]]:
        async with mcp.Client(server, read_timeout_seconds=120) as client:
            listed = await client.list_tools()
            return listed.tools, [await client.call_tool(name, arguments) for name, arguments in calls]

    return anyio.run(session)


@pytest.fixture(scope="module")
def server(law: Law) -> Any:
    from lintas.agents.server import make

    return make(law)


def call(server: Any, name: str, arguments: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """The result of one call, after the checks that hold for every result."""
    _, (result,) = talk(server, (name, arguments))
    (block,) = result.content
    assert json.loads(block.text) == result.structured_content
    assert len(block.text.encode()) <= answers.LIMIT
    if result.is_error:
        assert set(result.structured_content) == {"error"}
        error = result.structured_content["error"]
        assert set(error) == {"code", "title", "detail", "hint", "where", "retry"}
        assert error["code"] in ("bad-situation", "bad-input")
        assert error["detail"]
        assert error["hint"]
    return result.structured_content, result.is_error


# No answer by default ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=[t["id"] for t in TRANSCRIPTS])
def test_wrong_missing_and_contradictory_facts_are_never_answered(server: Any, transcript: dict[str, Any]) -> None:
    found, refused = call(server, transcript["tool"], transcript["arguments"])
    if transcript["expect"] == "refused":
        assert refused, found
        assert transcript.get("says", "").casefold() in f"{found['error']['detail']} {found['error']['hint']}".casefold()
        return
    assert not refused, found
    assert found["verdict"] is None
    if found["outcome"] == "not-covered":  # a colleague may withdraw a coverage entry: still no answer
        assert found["means"].startswith("Not covered. Not looked at")
        assert found["coverage"]["note"] == "Not looked at: a gap in our work, not a statement about the law."
        assert "quotes" not in found
        return
    assert (found["outcome"], transcript["expect"]) == ("needs-facts", "question")
    assert all(q["question"] and q["give"] for q in found["questions"])
    assert {q["fact"] for q in found["questions"]} & set(transcript["names"])


def test_there_are_enough_transcripts_of_each_kind() -> None:
    kinds = [t["expect"] for t in TRANSCRIPTS]
    assert len(kinds) >= 30
    assert set(kinds) == {"refused", "question", "not-covered"}
    assert len({t["id"] for t in TRANSCRIPTS}) == len(kinds)


def test_every_question_says_where_the_reply_goes_and_the_reply_is_read(server: Any) -> None:
    """Answer each question as it says, until none is left: the door leads to an answer, not around in a circle."""
    facts: dict[str, Any] = {"activity": "notify-breach", "from": "SG", "to": "SG"}
    replies = {
        "actor": "private-domestic", "data": ["personal"], "sector": "general", "affected_individuals": 900, "significant_harm": False,
        "data_subjects_in_country": True, "local_presence": True, "targets_country": True,
    }  # fmt: skip
    for _ in range(8):
        found, refused = call(server, "decide", {"facts": facts})
        assert not refused
        if found["outcome"] != "needs-facts":
            break
        question = next(q for q in found["questions"] if q["fact"] in replies)
        place, _, key = question["give"].rpartition(".")
        target = facts.setdefault("other", {}) if place == "facts.other" else facts
        assert key not in target
        target[key] = replies[question["fact"]]
    assert found["outcome"] == "answered"
    assert found["quotes"]


# What an answer holds ---------------------------------------------------------------------------------------------


def test_an_answer_carries_its_articles_and_how_to_get_it_again(server: Any, law: Law) -> None:
    found, refused = call(server, "decide", {"facts": TRANSFER})
    assert not refused
    assert found["outcome"] == "answered"
    assert found["means"]
    assert all(need["state"] in ("met", "unmet", "unknown") and need["article"] for need in found["needs"])
    quotes = {(c.locator, c.quote, c.url, c.read) for rule in law.program.rules for c in rule.citations}
    for quote in found["quotes"]:
        assert quote["instrument"]
        assert (quote["locator"], quote["quote"], quote["url"], quote["read"]) in quotes, "a quote is the corpus's, to the letter"
    assert found["assumed"]
    assert found["reproduce"]["release"] == law.program.release
    assert found["reproduce"]["corpus"] == law.program.corpus_digest
    assert found["reproduce"]["as_of"]
    assert "not legal advice" in found["note"]


def test_the_same_answer_as_the_service(server: Any, law: Law) -> None:
    for facts in (TRANSFER, TOLD, BREACH):
        found, _ = call(server, "decide", {"facts": {**facts, "as_of": "2026-06-01"}})
        answer = service.decide({"as_of": "2026-06-01", "facts": facts}, law=law)
        assert (found["outcome"], found["verdict"], found["headline"]) == (answer.outcome, answer.verdict, answer.headline)
        assert [n["need"] for n in found.get("needs", [])] == [n.id for n in answer.needs]


def test_an_unstated_end_is_named(server: Any) -> None:
    found, _ = call(server, "decide", {"facts": {key: value for key, value in TOLD.items() if key != "to"}})
    assert found["outcome"] == "answered"
    assert "`to` was not stated" in found["note"]


def test_explain_says_what_holds_first(server: Any) -> None:
    found, _ = call(server, "explain", {"facts": TOLD})
    states = [norm["state"] for norm in found["norms"]]
    assert states[0] == "true"
    assert sorted(states, key=["true", "unknown", "overridden", "not claimed", "false"].index) == states
    assert all(norm["sentence"] and norm["article"] for norm in found["norms"])


def test_why_not_names_measures_and_the_rules_behind_them(server: Any) -> None:
    found, _ = call(server, "why_not", {"facts": TRANSFER})
    assert found["ways"]
    assert all(way["all_of"] for way in found["ways"])
    assert found["because"][0]["article"]


def test_search_show_and_coverage(server: Any) -> None:
    found, _ = call(server, "law_search", {"words": "breach", "member": "SG", "limit": 3})
    assert found["found"] >= len(found["rules"]) > 0
    shown, refused = call(server, "law_show", {"id": found["rules"][0]["norm"]})
    assert not refused
    assert shown["versions"][0]["citations"][0]["quote"]
    whole, refused = call(server, "law_show", {"id": shown["instrument"]})
    assert not refused
    assert whole["norms"]
    none, refused = call(server, "law_search", {"words": "zzzz qqqq"})
    assert not refused
    assert "says nothing about the law" in none["note"]
    grid, _ = call(server, "coverage", {})
    assert len(grid["cells"]) == 99
    assert {cell["looked"] for cell in grid["cells"]} <= {"searched", "rules-only", "nobody"}
    row, _ = call(server, "coverage", {"member": "TL"})
    assert len(row["cells"]) == 9


def test_results_are_bounded(law: Law) -> None:
    """The largest answers of the standard questions, and the largest instruments, stay within the limit and say what they left out."""
    for question in service.standard_questions(ROOT / "corpus")[::7]:
        for name in ("decide", "explain"):
            found, refused = tools.run(law, name, {"facts": question["facts"]})
            assert not refused, found
            assert len(msgspec.json.encode(found)) <= answers.LIMIT
            if found["outcome"] == "needs-facts":
                assert found["questions"], question["facts"]
    sizes = Counter(norm.instrument for norm in law.program.norms if norm.instrument in law.program.instruments)
    for identity, _ in sizes.most_common(12):
        found, refused = tools.run(law, "law_show", {"id": identity})
        assert not refused
        assert len(msgspec.json.encode(found)) <= answers.LIMIT


def test_what_is_left_out_is_counted() -> None:
    rows = [{"quote": "x" * 500} for _ in range(40)]
    out = answers.bounded({"headline": "h", "verdict": None, "quotes": list(rows), "needs": ["n"]}, ("quotes", "needs"))
    assert len(out["quotes"]) + out["left_out"]["quotes"] == 40
    assert out["needs"] == ["n"]
    assert len(msgspec.json.encode(out)) <= answers.LIMIT


# Schemas ----------------------------------------------------------------------------------------------------------


def test_schemas_are_exact_and_small(server: Any, law: Law) -> None:
    listed, _ = talk(server)
    assert [t.name for t in listed] == ["decide", "explain", "why_not", "ask", "law_search", "law_show", "coverage"]
    for tool in listed:
        jsonschema.Draft202012Validator.check_schema(tool.input_schema)
        assert tool.input_schema["additionalProperties"] is False
        assert "$ref" not in json.dumps(tool.input_schema)
        assert len(json.dumps(tool.input_schema)) < 4_500
        assert len(tool.description) < 500
        assert tool.annotations.read_only_hint
    for transcript in TRANSCRIPTS:
        if transcript["expect"] != "refused":
            jsonschema.validate(transcript["arguments"], schema(next(t.call for t in tools.TOOLS if t.name == transcript["tool"]), law))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("decide", {}),
        ("decide", {"facts": "from SG"}),
        ("decide", {"facts": None}),
        ("decide", {"facts": BREACH, "strict": True}),
        ("decide", {"facts": {**BREACH, "to": None}}),
        ("decide", {"facts": {**BREACH, "data": "personal"}}),
        ("decide", {"facts": {**BREACH, "other": {"affected_individuals": [900]}}}),
        ("decide", {"facts": {**BREACH, "other": {f"x{n}": 1 for n in range(300)}}}),
        ("decide", {"facts": {**BREACH, "as_of": "today"}}),
        ("decide", {"facts": {**BREACH, "level": "world"}}),
        ("decide", {"facts": {**BREACH, "sector": "\u202eevil"}}),
        ("law_search", {"words": ""}),
        ("law_search", {"words": "breach", "limit": 1000}),
        ("law_search", {"words": "breach", "as_of": "2026-02-30"}),
        ("law_show", {"id": "../../etc/passwd"}),
        ("coverage", {"area": "taxes"}),
        ("decide_all", {}),
    ],
)
def test_calls_outside_the_schema_are_refused(server: Any, name: str, arguments: dict[str, Any]) -> None:
    _, refused = call(server, name, arguments)
    assert refused


def test_a_fault_of_ours_is_an_error_without_its_text(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("secret path")

    monkeypatch.setattr(service, "decide", broken)
    _, (result,) = talk(server, ("decide", {"facts": BREACH}))
    assert result.is_error
    assert result.structured_content["error"]["code"] == "error"
    assert "secret" not in result.content[0].text


# On a wire --------------------------------------------------------------------------------------------------------


def test_over_stdio_with_the_official_client() -> None:
    listed, (asked, answered, refused) = talk(
        mcp.StdioServerParameters(command=LINTAS, args=["mcp"], cwd=str(ROOT)),
        ("decide", {"facts": BREACH}), ("decide", {"facts": TOLD}), ("decide", {"facts": {}}),
    )  # fmt: skip
    assert len(listed) == 7
    assert asked.structured_content["outcome"] == "needs-facts"
    assert answered.structured_content["verdict"] == "required"
    assert refused.is_error


def test_nothing_but_the_protocol_on_standard_output() -> None:
    start = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}}
    with subprocess.Popen([LINTAS, "mcp"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as door:
        assert door.stdin
        assert door.stdout
        lines = []
        for message in (
            {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": start},
            {"jsonrpc": "2.0", "method": "notifications/initialized"},
            {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "decide", "arguments": {"facts": BREACH}}},
            {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "nope", "arguments": {}}},
        ):
            door.stdin.write(json.dumps(message) + "\n")
            door.stdin.flush()
            if "id" in message:
                lines.append(door.stdout.readline())
        door.stdin.close()
        lines.extend(door.stdout.readlines())
        assert door.wait(timeout=30) == 0
    heard = [json.loads(line) for line in lines]
    assert [h["id"] for h in heard] == [1, 2, 3]
    assert all(h["jsonrpc"] == "2.0" for h in heard)
    assert "never invent one" in heard[0]["result"]["instructions"]


@pytest.fixture
def address() -> Iterator[str]:
    with subprocess.Popen([LINTAS, "mcp", "--http", "--port", "0", "--allow-host", "tools.example"], cwd=ROOT, stderr=subprocess.PIPE, text=True) as door:
        assert door.stderr
        yield door.stderr.readline().split()[0]
        door.terminate()


def test_over_http_on_the_loopback(address: str) -> None:
    assert address.startswith("http://127.0.0.1:")
    _, (asked, refused) = talk(address, ("decide", {"facts": BREACH}), ("decide", {"facts": {}}))
    assert asked.structured_content["outcome"] == "needs-facts"
    assert refused.is_error

    def post(body: bytes, **headers: str) -> int:
        line = http.client.HTTPConnection(address.split("/")[2], timeout=60)
        sent = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream", **{k.replace("_", "-"): v for k, v in headers.items()}}
        line.request("POST", "/mcp", body, sent)
        return line.getresponse().status

    ping = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}).encode()
    assert post(ping) == 200
    assert post(ping, Host="tools.example") == 200
    assert post(ping, Host="evil.example") == 421
    assert post(ping, Origin="https://evil.example") == 403
    assert post(ping, Origin="http://localhost:3000") == 200
    assert post(b" " * 300_000 + ping) == 413


def test_without_the_extra_it_says_what_to_install() -> None:
    script = "import sys; sys.modules['mcp.server'] = None; from lintas.cli.main import run; run(['mcp'])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 2
    assert "lintas[agents]" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
