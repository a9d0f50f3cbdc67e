"""The REST door: the answers of :mod:`lintas.service`, one error shape, limits, headers, and nothing kept or told of a request."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import http.client
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from lintas import service
from lintas.errors import InputError
from lintas.web.app import create_app
from lintas.web.frame import Doors
from lintas.web.guard import HEADERS, Config, Guard
from tests.conftest import ROOT

FACTS = {"activity": "transfer-personal-data", "from": "VN", "to": "SG", "data": ["health"], "sector": "health", "actor": "private-domestic"}
ONE = {"id": "x", "as_of": "2026-11-24", "facts": FACTS}
SHAPE = {"code", "title", "detail", "hint", "where", "retry"}
BOUNDARY = "----lintas"
READING = ("/v1/law/search?q=consent", "/v1/law/coming", "/v1/coverage", "/v1/vocabulary", "/v1/changes", "/v1/openapi.json")


@pytest.fixture(scope="module")
def web(law: Any) -> Any:
    with TestClient(create_app(law, Config(rate=0)), raise_server_exceptions=False) as client:
        yield client


def plain(answer: Any) -> Any:
    return json.loads(msgspec.json.encode(answer))


def form(body: bytes, name: str = "flows.csv", **fields: str) -> dict[str, Any]:
    parts = [f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in fields.items()]
    parts += [f'--{BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + body + b"\r\n", f"--{BOUNDARY}--\r\n".encode()]
    return {"content": b"".join(parts), "headers": {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}}


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()) == {"error"}
    assert set(answer.json()["error"]) == SHAPE
    return answer.json()["error"]


# Answers --------------------------------------------------------------------------------------------------------


def test_decide_is_what_the_service_says(web: Any, law: Any) -> None:
    answer = web.post("/v1/decide", json=ONE)
    assert answer.status_code == 200
    assert answer.json() == plain(service.decide(ONE, law=law))
    assert answer.json()["verdict"] == "conditional"


@pytest.mark.parametrize("name", ["explain", "why_not", "ask"])
def test_reasons_are_what_the_service_says(web: Any, law: Any, name: str) -> None:
    answer = web.post(f"/v1/{name.replace('_', '-')}", json=ONE)
    assert answer.status_code == 200
    assert answer.json() == plain(getattr(service, name)(ONE, law=law))


def test_many_answers_keep_their_order_and_an_error_has_its_place(web: Any, law: Any) -> None:
    bad = {"facts": {**FACTS, "activity": "transfer-personal-date"}}
    answers = web.post("/v1/decide/many", json={"situations": [ONE, bad, {**ONE, "id": ""}]}).json()["answers"]
    assert answers[0] == plain(service.decide(ONE, law=law))
    assert answers[1]["error"]["code"] == "bad-situation"
    assert "transfer-personal-data" in answers[1]["error"]["hint"]
    assert answers[1]["error"]["where"] == "situation 2"
    assert answers[2]["id"] == "3"


def test_lines_keep_their_order_and_a_bad_line_has_its_place(web: Any, law: Any) -> None:
    body = b"\n".join([json.dumps(ONE).encode(), b'{"facts": ', b"", b"[" * 2000, json.dumps({"facts": {**FACTS, "to": "Singapore"}}).encode(), json.dumps({**ONE, "id": "last"}).encode()])
    answer = web.post("/v1/decide/lines", content=body)
    assert answer.headers["content-type"] == "application/x-ndjson"
    first, cut, deep, wrong, last = (json.loads(line) for line in answer.text.splitlines())
    assert first == plain(service.decide(ONE, law=law))
    assert (cut["error"]["code"], cut["error"]["where"]) == ("bad-input", "line 2")
    assert deep["error"]["where"] == "line 4"
    assert (wrong["error"]["code"], wrong["error"]["where"]) == ("bad-situation", "situation 5")
    assert last["id"] == "last"


def test_thousands_of_lines(web: Any) -> None:
    some = [{**ONE, "id": str(n)} for n in range(1500)]
    answers = [json.loads(line) for line in web.post("/v1/decide/lines", content="\n".join(map(json.dumps, some)) + "\n").text.splitlines()]
    assert [a["id"] for a in answers] == [s["id"] for s in some]
    assert len({a["verdict"] for a in answers}) == 1


def test_check_is_what_the_service_says(web: Any, law: Any) -> None:
    file = ROOT / "examples" / "telehealth" / "flows.csv"
    report = web.post("/v1/check", **form(file.read_bytes())).json()
    out = io.StringIO()
    service.check_to(service.check(file, law=law), "json", out)
    expected = json.loads(out.getvalue())
    report["header"].pop("source"), expected["header"].pop("source")
    assert report == expected


def test_reading_addresses_are_what_the_service_says(web: Any, law: Any) -> None:
    book, program = service.book, law.program
    assert web.get("/v1/law/search?q=consent&member=TH").json() == plain(book.search(program, "consent", member="TH"))
    assert web.get("/v1/law/coming").json() == plain(book.coming(program, service.today()))
    assert web.get("/v1/coverage").json() == plain(book.grid(program))
    assert web.get("/v1/vocabulary").json() == plain(program.vocabulary)
    slug = next(slug for slug in program.instruments if slug.startswith("sg/"))
    assert web.get(f"/v1/law/{slug}").json() == plain(book.show(program, slug))
    norm = next(n.id for n in program.norms if n.id.startswith(f"{slug}/"))
    assert web.get(f"/v1/law/{norm}").json() == plain(book.show(program, norm))


def test_changes_are_between_the_days_and_sorted(web: Any) -> None:
    rows = web.get("/v1/changes?since=2026-01-01&member=VN").json()
    assert rows
    assert all(row["on"] >= "2026-01-01" and row["jurisdiction"] == "VN" for row in rows)
    assert [row["on"] for row in rows] == sorted(row["on"] for row in rows)
    assert web.get("/v1/changes").json() == web.get(f"/v1/changes?since={service.today() - dt.timedelta(365)}").json()


# Errors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"facts": {**FACTS, "activity": "transfer-personal-date"}}, "activity: unknown"),
        ({"facts": {**FACTS, "employees": "many"}}, "employees"),
        ({"facts": {**FACTS, "no_such_fact": 1}}, "unknown fact"),
        ({"facts": {**FACTS, "from": "ZZ", "to": "YY"}}, "neither `from` nor `to`"),
        ({"facts": {**FACTS, "from": 7}}, "not a country code"),
        ({"facts": {"from": "VN"}}, "no activity"),
        ({"facts": {}, "level": "treaty"}, "no activity"),
        ({"facts": 7}, "facts"),
        ({"facts": FACTS, "factz": 1}, "factz"),
        ({"facts": FACTS, "as_of": "2026-02-30"}, "as_of"),
        ({"facts": FACTS, "as_of": "yesterday"}, "as_of"),
        ({"facts": FACTS, "level": "galactic"}, "level"),
        ({"facts": FACTS, "id": "x" * 201}, "id"),
        ({}, "facts"),
        ([], "object"),
        (None, ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("address", ["/v1/decide", "/v1/explain"])
def test_bad_facts_are_told(web: Any, address: str, body: Any, says: str) -> None:
    assert says in problem(web.post(address, json=body), 400)["detail"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"facts": {"activity": "\\ud800"}}', b'{"facts": {"employees": 1e999}}', b"[" * 100_000, b'{"facts": ' * 5000, b"NaN"])
@pytest.mark.parametrize("address", ["/v1/decide", "/v1/decide/many", "/v1/ask"])
def test_broken_json_is_told(web: Any, address: str, body: bytes) -> None:
    problem(web.post(address, content=body, headers={"content-type": "application/json"}), 400)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/v1", 404), ("/v1/nothing", 404), ("/v1/law/zz/none", 404), ("/v1/law/vn/none", 404), ("/v1/law/vn/none/a1", 404), ("/v1/law/..%2f..%2fetc/passwd", 404), ("/v1/schema", 404),
        ("/v1/law/search", 400), ("/v1/law/search?q=", 400), ("/v1/law/search?q=x&member=ZZ", 400), ("/v1/law/search?q=x&area=none", 400), ("/v1/law/search?q=x&kind=none", 400),
        ("/v1/law/search?q=x&other=1", 400), ("/v1/coverage?member=VN", 400), ("/v1/law/search?q=" + "x" * 401, 400), ("/v1/law/search?q=%00", 400),
        ("/v1/changes?since=2026-13-01", 400), ("/v1/changes?since=monday", 400), ("/v1/changes?member=vn", 400), ("/nothing", 404), ("/ask.json?activity=none", 400),
        ("/ask.csv?unknown=1", 400), ("/law/zz.json", 404), ("/corridors.json?as_of=2026-02-30", 400), ("/ask.json?activity=notify-breach&from=SG&as_of=x", 400), ("/static/none.js", 404),
    ],
)  # fmt: skip
def test_addresses_that_do_not_exist_or_cannot_be_read(web: Any, address: str, status: int) -> None:
    problem(web.get(address), status)


def test_unknown_names_have_a_hint(web: Any) -> None:
    assert "since" in problem(web.get("/v1/changes?sinse=2026-01-01"), 400)["hint"]


@pytest.mark.parametrize("address", ["/v1/decide", "/v1/coverage", "/health", "/check/template.csv"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_wrong_method_is_told_with_the_right_ones(web: Any, address: str, method: str) -> None:
    answer = web.request(method, address)
    problem(answer, 405)
    assert answer.headers["allow"]


def test_a_body_that_is_too_large(law: Any) -> None:
    with TestClient(create_app(law, Config(rate=0, max_body=2000)), raise_server_exceptions=False) as small:
        large = {"facts": FACTS, "id": "x" * 3000}
        for address in ("/v1/decide", "/v1/decide/many", "/v1/decide/lines"):
            problem(small.post(address, json=large), 413)
        problem(small.post("/v1/check", **form(b"a,b\n" * 1000)), 413)
        problem(small.post("/v1/decide", content=(b"x" * 500 for _ in range(10)), headers={"content-type": "application/json"}), 413)


def test_too_many_lines_and_rows(law: Any) -> None:
    with TestClient(create_app(law, Config(rate=0, max_rows=3)), raise_server_exceptions=False) as small:
        assert "3 lines" in problem(small.post("/v1/decide/lines", content=b"{}\n" * 5), 400)["detail"]
        rows = (ROOT / "examples" / "telehealth" / "flows.csv").read_bytes()
        problem(small.post("/v1/check", **form(rows)), 400)
    problem(small.post("/v1/decide/many", json={"situations": []}), 400)


@pytest.mark.parametrize(
    "sent",
    [
        {"content": b"x"}, {"content": b"x", "headers": {"content-type": "multipart/form-data"}}, {"content": b"x", "headers": {"content-type": "multipart/form-data; boundary=y"}},
        form(b""), form(b"a,b\n1,2\n", "flows.exe"), form(b"\0\1\2", "flows.xlsx"), form(b"PK\3\4", "flows.xlsx"), form(b"{", "flows.json"), form(b"&a [*a", "flows.yaml"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read(web: Any, sent: dict[str, Any]) -> None:
    assert "/proc/" not in problem(web.post("/v1/check", **sent), 400)["detail"]


def test_a_fault_of_ours_tells_nothing(law: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret of VN")

    monkeypatch.setattr(service, "explain", broken)
    with TestClient(create_app(law, Config(rate=0)), raise_server_exceptions=False) as client:
        found = problem(client.post("/v1/explain", json=ONE), 500)
    assert found["detail"] == ""
    assert found["retry"] is True
    told = capsys.readouterr().err
    assert "RuntimeError" in told
    assert "secret" not in told


# Conditional requests, headers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [*READING, "/law", "/law/coverage.json", "/law/changes.atom", "/corridors?activity=notify-breach"])
def test_the_same_answer_is_not_sent_twice(web: Any, address: str) -> None:
    first = web.get(address)
    again = web.get(address, headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    assert web.get(address, headers={"if-none-match": 'W/"other"'}).status_code == 200


def test_another_corpus_or_address_is_another_mark(web: Any, law: Any) -> None:
    other = service.open_law(ROOT / "tests" / "small_corpus")
    with TestClient(create_app(other, Config(rate=0))) as client:
        assert client.get("/v1/coverage").headers["etag"] != web.get("/v1/coverage").headers["etag"]
    assert web.get("/v1/law/search?q=a").headers["etag"] != web.get("/v1/law/search?q=b").headers["etag"]


def test_every_answer_has_the_headers_and_names_no_server(law: Any) -> None:
    with TestClient(create_app(law, Config(rate=0.001, burst=14)), raise_server_exceptions=False) as client:
        answers = [client.get(a) for a in ("/", "/ask", "/nothing", "/v1/nothing", "/v1/coverage", "/ask?nonsense=1", "/law.json", "/health", "/metrics", "/static/lintas.css", "/v1/law/vn/none")]
        answers += [client.post("/v1/decide", content=b"{"), client.put("/v1/decide"), client.options("/v1/decide"), client.post("/check", **form(b""))]
        answers += [client.get("/v1/coverage") for _ in range(20)]
    assert {200, 400, 404, 405, 429} <= {a.status_code for a in answers}
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers.get(name) == value, (answer.request.url, answer.status_code, name)
        assert "server" not in answer.headers
        assert answer.headers.get("content-type", "").count("charset") <= 1
    policy = HEADERS["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_large_answers_are_packed(web: Any) -> None:
    assert web.get("/v1/vocabulary", headers={"accept-encoding": "gzip"}).headers["content-encoding"] == "gzip"
    assert "content-encoding" not in web.get("/v1/vocabulary", headers={"accept-encoding": "identity"}).headers


# Limits ---------------------------------------------------------------------------------------------------------


def test_one_address_that_asks_too_often(law: Any) -> None:
    with TestClient(create_app(law, Config(rate=5, burst=3)), raise_server_exceptions=False) as client:
        answers = [client.get("/v1/law/none/none") for _ in range(6)]
        assert [a.status_code for a in answers][:3] == [404, 404, 404]
        found = problem(answers[-1], 429)
        assert found["retry"] is True
        assert answers[-1].headers["retry-after"] == "1"
        assert client.get("/health").status_code == 200
        assert client.get("/static/lintas.css").status_code == 200
        time.sleep(0.5)
        assert client.get("/v1/law/none/none").status_code == 404
        assert 'lintas_refused_total{why="rate"}' in client.get("/metrics").text


def test_more_than_can_be_served_at_once(law: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(*_: Any, **__: Any) -> dict[str, Any]:
        begun.set()
        go_on.wait(20)
        return {"id": "1", "as_of": "", "sides": []}

    monkeypatch.setattr(service, "explain", slow)
    with TestClient(create_app(law, Config(rate=0, at_once=1)), raise_server_exceptions=False) as client:
        found: list[Any] = []
        first = threading.Thread(target=lambda: found.append(client.post("/v1/explain", json=ONE)))
        first.start()
        begun.wait(20)
        refused = client.post("/v1/decide", json=ONE)
        ready = client.get("/ready")
        health = client.get("/health")
        go_on.set()
        first.join(20)
        assert problem(refused, 503)["retry"] is True
        assert refused.headers["retry-after"] == "1"
        assert (ready.status_code, ready.json()["status"], health.status_code) == (503, "busy", 200)
        assert found[0].status_code == 200
        assert client.get("/ready").status_code == 200
        assert client.post("/v1/decide", json=ONE).status_code == 200
        assert "lintas_under_way 0" in client.get("/metrics").text


def test_many_that_ask_for_the_same_wait_for_one_making(law: Any) -> None:
    doors, made = Doors(law), []

    def make(key: int) -> int:
        made.append(key)
        time.sleep(0.05)
        return key

    def asking(number: int) -> None:
        for key in (number % 3, number % 5, 7):
            assert doors.kept(("kind", key), lambda key=key: make(key), room=10) == key  # type: ignore[misc]

    threads = [threading.Thread(target=asking, args=(n,)) for n in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(made) == [0, 1, 2, 3, 4, 7]
    for key in range(50):
        doors.kept(("kind", key), lambda key=key: key, room=10)  # type: ignore[misc]
    assert len(doors.cache["kept", "kind"]) == 10


def test_callers_that_are_remembered_are_few(law: Any) -> None:
    watch = Guard(Config(rate=1, burst=1), Doors(law))
    for number in range(10_500):
        watch._refusal({"path": "/ask", "client": (f"10.0.{number // 256}.{number % 256}", 1)})  # type: ignore[typeddict-item,arg-type]
    assert len(watch.tokens) == 10_000


def test_a_body_that_does_not_come_is_not_waited_for(law: Any) -> None:
    app, sent = create_app(law, Config(rate=0, upload_seconds=0.2)), []

    async def ask() -> None:
        parts = [{"type": "http.request", "body": b'{"facts"', "more_body": True}]

        async def receive() -> Any:
            return parts.pop() if parts else await asyncio.sleep(30)

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": "/v1/decide", "raw_path": b"/v1/decide", "query_string": b"", "headers": [(b"content-type", b"application/json")], "client": ("x", 1), "server": ("x", 1), "scheme": "http", "http_version": "1.1", "root_path": "", "asgi": {"version": "3.0"}}
        await app(scope, receive, send)  # type: ignore[arg-type]

    begun = time.monotonic()
    asyncio.run(ask())
    assert time.monotonic() - begun < 10
    assert sent[0]["status"] == 408
    assert set(json.loads(sent[1]["body"])["error"]) == SHAPE


def test_limits_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINTAS_AT_ONCE", "7")
    monkeypatch.setenv("LINTAS_LOG", "1")
    assert (Config.from_environment().at_once, Config.from_environment().log) == (7, True)
    monkeypatch.setenv("LINTAS_RATE", "fast")
    with pytest.raises(InputError, match="LINTAS_RATE"):
        Config.from_environment()


# Twins, hostile input, log --------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/law/vn", "/corridors?activity=notify-breach", "/law/search?q=consent", "/law/changes?member=TH", "/ask?activity=transfer-personal-data&from=VN&to=SG"])
def test_twins_carry_title_release_licence_and_the_same_rows(web: Any, law: Any, address: str) -> None:
    path, _, query = address.partition("?")
    data = web.get(f"{path}.json?{query}").json()
    text = web.get(f"{path}.csv?{query}").text
    head = dict(line[2:].split(": ", 1) for line in text.splitlines() if line.startswith("# "))
    for key in ("title", "release", "licence", "corpus"):
        assert head[key] == data[key]
    assert data["release"] == law.program.release
    rows = list(csv.DictReader(line for line in io.StringIO(text) if not line.startswith("# ")))
    if isinstance(data["data"], list):
        assert [list(row) for row in data["data"]][:1] == [list(row) for row in rows][:1]
        assert len(rows) == len(data["data"])
    assert rows
    page = web.get(address, headers={"accept": "text/html"}).text
    assert data["title"].split("&")[0][:12] in page


EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)>\'{{7*7}}'


@pytest.mark.parametrize("path", ["/law/search?q={}", "/ask?q={}", "/ask?activity={}", "/ask?activity=notify-breach&from=SG&sector={}", "/ask?{}=1", "/corridors?activity={}", "/law/{}", "/law/vn/{}", "/docs/{}", "/law/changes?member={}", "/{}", "/law/changes.atom?member={}"])
def test_what_a_stranger_writes_is_shown_and_never_run(web: Any, path: str) -> None:
    from urllib.parse import quote

    for accept in ("text/html", "application/json"):
        answer = web.get(path.format(quote(EVIL, safe="")), headers={"accept": accept})
        assert answer.status_code < 500
        if "json" not in answer.headers["content-type"]:
            assert "<script>alert" not in answer.text
            assert "<img src=x" not in answer.text
            assert "49" not in re.findall(r"alert\(2\)&gt;.{0,12}", answer.text)


def test_a_hostile_file_is_shown_and_never_run(web: Any) -> None:
    rows = f'id,activity,from,to,data\n"{EVIL.replace(chr(34), chr(34) * 2)}",notify-breach,SG,SG,personal\nb,"<b>x</b>",SG,SG,personal\n'.encode()
    for fields in ({}, {"form": "html"}):
        page = web.post("/check", **form(rows, EVIL.replace('"', "") + ".csv", **fields))
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text


def test_the_log_says_nothing_about_facts_or_callers(law: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with TestClient(create_app(law, Config(rate=0, log=True)), raise_server_exceptions=False) as client:
        client.post("/v1/decide", json={"id": "patient-4711", "facts": FACTS}, headers={"x-forwarded-for": "203.0.113.9", "user-agent": "telltale"})
        client.get("/ask?activity=transfer-personal-data&from=VN&to=SG&data=health")
        client.get("/law/search?q=secretword")
        client.get("/law/vn/secretpath")
        client.get("/secretpath/x")
        client.post("/v1/check", **form((ROOT / "examples" / "telehealth" / "flows.csv").read_bytes(), "secretname.csv"))
        metrics = client.get("/metrics").text
    told = capsys.readouterr().err
    lines = [json.loads(line) for line in told.splitlines()]
    assert [line["kind"] for line in lines[:5]] == ["v1/decide", "ask", "law", "law", "other"]
    assert all(set(line) == {"at", "method", "kind", "status", "ms"} for line in lines)
    for word in ("4711", "transfer-personal", "health", "secret", "203.0.113", "telltale", "VN"):
        assert word not in told
        assert word not in metrics.replace("health", "", 2) if word == "health" else word not in metrics


def test_health_readiness_and_metrics(web: Any, law: Any) -> None:
    assert web.get("/health").json() == {"status": "ok"}
    assert web.get("/ready").json() == {"status": "ready", "release": law.program.release, "corpus": law.program.corpus_digest}
    web.post("/v1/decide", json=ONE)
    web.post("/v1/decide", content=b"{")
    page = web.get("/metrics")
    assert page.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = dict(line.rsplit(" ", 1) for line in page.text.splitlines() if not line.startswith("#"))
    assert int(found['lintas_requests_total{kind="v1/decide",status="200"}']) >= 1
    assert int(found['lintas_requests_total{kind="v1/decide",status="400"}']) >= 1
    counts = [int(n) for key, n in found.items() if key.startswith('lintas_request_seconds_bucket{kind="v1/decide"')]
    assert counts == sorted(counts)
    assert counts[-1] == int(found['lintas_request_seconds_count{kind="v1/decide"}'])


# The process ----------------------------------------------------------------------------------------------------


def started(*options: str) -> tuple[subprocess.Popen[str], int]:
    environment = {"PATH": os.environ["PATH"], "LINTAS_CORPUS": str(ROOT / "tests" / "small_corpus"), "LANG": "C.UTF-8", "LINTAS_RATE": "0"}
    process = subprocess.Popen([str(Path(sys.executable).parent / "lintas"), "serve", "--port", "0", *options], stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stderr
    port = int(re.search(r":(\d+)/", process.stderr.readline())[1])  # type: ignore[index]
    for _ in range(300):
        try:
            if ask(port, "GET", "/ready")[0] == 200:
                return process, port
        except OSError:
            time.sleep(0.1)
    process.kill()
    raise AssertionError("the server did not start")


def ask(port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> tuple[int, bytes, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read(), {k.lower(): v for k, v in answer.getheaders()}
    finally:
        connection.close()


@pytest.mark.parametrize("options", [(), ("--workers", "2")])
def test_a_running_request_ends_after_sigterm_and_the_process_leaves_with_0(options: tuple[str, ...]) -> None:
    process, port = started(*options)
    try:
        rows = b"id,activity,from,to,data\n" + b"".join(b"%d,transfer-personal-data,%s,SG,personal\n" % (n, b"VN" if n % 2 else b"TH") for n in range(20_000))
        sent = form(rows)
        found: list[Any] = []
        slow = threading.Thread(target=lambda: found.append(ask(port, "POST", "/v1/check", sent["content"], sent["headers"])))
        slow.start()
        for _ in range(200):
            if options or b"lintas_under_way 1" in ask(port, "GET", "/metrics")[1]:
                break
            time.sleep(0.005)
        time.sleep(0.2 if options else 0)
        process.send_signal(signal.SIGTERM)
        slow.join(60)
        assert found, "the answer did not arrive"
        assert found[0][0] == 200
        assert len(json.loads(found[0][1])["lines"]) + len(json.loads(found[0][1])["bad_rows"]) >= 20_000
        assert process.wait(30) == 0
        with pytest.raises(OSError, match="refused"):
            ask(port, "GET", "/health")
    finally:
        process.kill()
        process.wait()


def test_the_server_names_nobody_answers_head_and_ends_on_ctrl_c() -> None:
    process, port = started("--log")
    try:
        status, body, headers = ask(port, "HEAD", "/law")
        assert (status, body) == (200, b"")
        assert int(headers["content-length"]) > 0
        assert "server" not in headers
        status, body, headers = ask(port, "GET", "/v1/coverage")
        assert (status, "server" in headers) == (200, False)
        with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
            raw.sendall(b"NONSENSE\r\n\r\n")
            assert b" 400 " in raw.recv(1000).split(b"\r\n")[0] + b" "
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


def test_a_port_that_is_taken_is_one_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        environment = {"PATH": os.environ["PATH"], "LINTAS_CORPUS": str(ROOT / "tests" / "small_corpus")}
        done = subprocess.run(
            [str(Path(sys.executable).parent / "lintas"), "serve", "--port", str(taken.getsockname()[1])], capture_output=True, text=True, timeout=60, env=environment, check=False
        )
    assert done.returncode == 2
    assert "cannot listen" in done.stderr
    assert "Traceback" not in done.stderr
