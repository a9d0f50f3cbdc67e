"""The watcher against a server on this machine that changes, vanishes, redirects inside, hangs, sends too much and lies."""

from __future__ import annotations

import datetime as dt
import http.server
import shutil
import socket
import threading
import time
import zlib
from pathlib import Path

import msgspec
import pytest

from lintas import service
from lintas.errors import InputError
from lintas.watch.extract import UnreadableError, decoded, text_of
from lintas.watch.fetch import Fetcher, Limits, public
from lintas.watch.register import Quoted, Watched
from lintas.watch.run import watch
from lintas.watch.state import State

DAY = dt.date(2026, 11, 24)
LAW = "<html><body><nav>menu</nav><main><p>Article 1. A firm shall  notify\nthe Office within 72 hours.</p></main></body></html>"
QUOTE = "A firm shall notify the Office within 72 hours."


class Handler(http.server.BaseHTTPRequestHandler):
    pages: dict
    asked: list

    def do_GET(self):
        self.asked.append((self.path, dict(self.headers)))
        page = self.pages.get(self.path)
        if callable(page):
            return page(self)
        if page is None:
            return self.send(404, b"no")
        return self.send(200, page.encode() if isinstance(page, str) else page)

    def send(self, status, body=b"", **headers):
        self.send_response(status)
        for key, value in {"content-type": "text/html; charset=utf-8", "content-length": str(len(body)), **headers}.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


@pytest.fixture
def server():
    handler = type("H", (Handler,), {"pages": {}, "asked": []})
    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    made.daemon_threads = True
    threading.Thread(target=made.serve_forever, daemon=True).start()
    handler.host = f"127.0.0.1:{made.server_port}"
    handler.root = f"http://{handler.host}"
    yield handler
    made.shutdown()
    made.server_close()


def fetcher(server, **limits):
    return Fetcher(Limits(**{"seconds": 3, "silence": 1, "size": 100_000, "pause": 0, "tries": 2, **limits}), allowed=frozenset({server.host}))


def item(url, quote=QUOTE):
    return Watched(url=url, publisher="Office", tier="primary", sources=("xx/law:web",), read=DAY, quotes=(Quoted("xx/law/a1", 0, "a. 1", quote),))


def run(server, tmp_path, *, day=DAY, path="/law", **kept):
    state = State(tmp_path / "state")
    rows = watch([item(server.root + path)], state, fetcher(server), day=day, reviews=tmp_path / "reviews", **kept)
    return rows[0][1]


def test_first_reading_checks_the_quotes_across_white_space(server, tmp_path):
    server.pages["/law"] = LAW
    seen = run(server, tmp_path)
    assert (seen.outcome, seen.held, seen.missing) == ("new", 1, ())


def test_same_day_is_not_asked_twice_and_the_next_day_is_asked_conditionally(server, tmp_path):
    def page(request):
        if request.headers.get("If-None-Match") == '"v1"':
            return request.send(304)
        return request.send(200, LAW.encode(), etag='"v1"')

    server.pages["/law"] = page
    run(server, tmp_path)
    run(server, tmp_path)
    assert [path for path, _ in server.asked].count("/law") == 1
    seen = run(server, tmp_path, day=DAY + dt.timedelta(7))
    assert (seen.outcome, seen.status, seen.held) == ("unchanged", 304, 1)
    assert len(seen.response) == 64


def test_change_writes_one_review_with_diff_norms_and_lost_quote(server, tmp_path):
    server.pages["/law"] = LAW
    run(server, tmp_path)
    server.pages["/law"] = LAW.replace("72 hours", "24 hours <b>&lt;script&gt;alert(1)&lt;/script&gt;</b>")
    seen = run(server, tmp_path, day=DAY + dt.timedelta(1))
    assert (seen.outcome, seen.missing) == ("changed", (QUOTE,))
    (file,) = (tmp_path / "reviews").glob("*.md")
    text = file.read_text()
    assert "xx/law/a1" in text
    assert "-the Office within 72 hours." in text
    assert "+the Office within 24 hours" in text


def test_a_menu_that_changes_is_no_change(server, tmp_path):
    server.pages["/law"] = LAW
    run(server, tmp_path)
    server.pages["/law"] = LAW.replace("menu", "another menu")
    assert run(server, tmp_path, day=DAY + dt.timedelta(1)).outcome == "unchanged"


def test_vanished_page_is_gone_and_told(server, tmp_path):
    server.pages["/law"] = LAW
    run(server, tmp_path)
    del server.pages["/law"]
    assert run(server, tmp_path, day=DAY + dt.timedelta(1)).outcome == "gone"
    assert "no longer has this address" in next((tmp_path / "reviews").glob("*.md")).read_text()


@pytest.mark.parametrize(
    "target",
    ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data", "http://[::1]/", "http://127.0.0.1:22/", "file:///etc/passwd", "http://localhost:8080/", "ftp://example.org/x"],
)
def test_redirects_into_private_networks_and_other_schemes_are_refused(server, target):
    server.pages["/law"] = lambda request: request.send(302, location=target)
    answer = fetcher(server).get(server.root + "/law")
    assert answer.reason.startswith("refused")
    assert not answer.body


def test_redirects_are_followed_a_few_times_only(server):
    server.pages["/law"] = lambda request: request.send(301, location="/new")
    server.pages["/new"] = LAW
    assert fetcher(server).get(server.root + "/law").url.endswith("/new")
    server.pages["/loop"] = lambda request: request.send(302, location="/loop")
    assert "redirects" in fetcher(server).get(server.root + "/loop").reason


def test_private_addresses_are_not_asked_at_all(server):
    guarded = Fetcher(Limits(seconds=2, silence=1, pause=0))
    assert guarded.get(f"http://127.0.0.1:{server.host.partition(':')[2]}/law").reason.startswith("refused")
    assert guarded.get("http://127.0.0.1:8080/law").reason == "refused: 127.0.0.1 is not a public address"
    assert server.asked == []


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.1.1", "100.64.0.1", "0.1.2.3", "224.0.0.1", "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "2002:0a00:0001::1"])  # fmt: skip
def test_addresses_that_are_not_public(address):
    assert not public(address)


def test_public_addresses():
    assert public("8.8.8.8")
    assert public("2606:4700::1111")


def test_a_server_that_hangs_or_drips_is_left_in_time(server):
    def hang(request):
        request.send_response(200)
        request.end_headers()
        time.sleep(5)

    def drip(request):
        request.send_response(200)
        request.end_headers()
        for _ in range(50):
            request.wfile.write(b"x")
            request.wfile.flush()
            time.sleep(0.3)

    server.pages |= {"/hang": hang, "/drip": drip}
    for path in ("/hang", "/drip"):
        begun = time.monotonic()
        answer = fetcher(server, seconds=2, silence=0.8, tries=1).get(server.root + path)
        assert answer.reason == "no answer in time"
        assert time.monotonic() - begun < 4


def test_two_gigabytes_are_not_read(server):
    sent = []

    def flood(request):
        request.send_response(200)
        if request.path == "/stated":
            request.send_header("content-length", str(2 * 10**9))
        request.end_headers()
        block = b"x" * 65536
        try:
            for _ in range(30_000):
                request.wfile.write(block)
                sent.append(len(block))
        except OSError:
            pass

    server.pages |= {"/flood": flood, "/stated": flood}
    for path in ("/flood", "/stated"):
        assert "larger than 100,000 bytes" in fetcher(server, tries=1).get(server.root + path).reason
    assert sum(sent) < 50_000_000


def test_a_packed_bomb_is_left(server):
    bomb = zlib.compress(b"x" * 50_000_000)
    server.pages["/law"] = lambda request: request.send(200, bomb, content_encoding="deflate")
    assert "larger" in fetcher(server).get(server.root + "/law").reason
    server.pages["/law"] = lambda request: request.send(200, b"not packed", content_encoding="gzip")
    assert "not packed as it says" in fetcher(server).get(server.root + "/law").reason


def test_lies_about_encodings_and_kinds():
    thai = "ผู้ควบคุมข้อมูลส่วนบุคคล"
    assert thai in text_of(f"<html><body><p>{thai}</p></body></html>".encode(), "text/html; charset=iso-8859-1")
    assert decoded("Điều".encode("utf-16"), "text/html; charset=utf-8") == "Điều"
    assert decoded(thai.encode("tis-620"), "text/html; charset=tis-620") == thai
    assert decoded("caf\xe9".encode("latin-1"), "text/html; charset=no-such-thing") == "café"
    assert "Article" in text_of(LAW.encode(), "application/pdf")
    with pytest.raises(UnreadableError):
        text_of(b"\x89PNG\r\n\x1a\n\0\0", "image/png")
    with pytest.raises(UnreadableError):
        text_of(b"%PDF-1.7\n" + b"\0" * 500, "text/html")


def test_pdf_text_is_read():
    content = b"BT /F1 12 Tf 72 700 Td (A firm shall notify the Office.) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content), b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    out += b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start
    assert "A firm shall notify the Office." in text_of(out, "application/octet-stream")


def test_robots_are_obeyed(server):
    server.pages |= {"/robots.txt": "User-agent: *\nDisallow: /private", "/private/law": LAW, "/law": LAW}
    assert "robots" in fetcher(server).get(server.root + "/private/law").reason
    assert fetcher(server).get(server.root + "/law").status == 200
    assert "/private/law" not in [path for path, _ in server.asked]


def test_a_busy_server_is_asked_again_later(server):
    answers = [503, 200]
    server.pages["/law"] = lambda request: request.send(answers.pop(0), LAW.encode())
    assert fetcher(server).get(server.root + "/law").status == 200


def test_nobody_listens(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    lone = Fetcher(Limits(seconds=2, silence=1, pause=0, tries=1), allowed=frozenset({host}))
    rows = watch([item(f"http://{host}/law")], State(tmp_path), lone, day=DAY, reviews=tmp_path)
    assert (rows[0][1].outcome, rows[0][1].reason[:13]) == ("unreachable", "no connection")


def test_pauses_between_requests_to_one_host(server):
    server.pages |= {"/a": LAW, "/b": LAW}
    slow = fetcher(server, pause=0.3)
    begun = time.monotonic()
    slow.get(server.root + "/a")
    slow.get(server.root + "/b")
    assert time.monotonic() - begun >= 0.6


def test_a_run_that_crashed_goes_on(server, tmp_path):
    server.pages |= {"/law": LAW, "/other": LAW}
    run(server, tmp_path)
    with (tmp_path / "state/journal.jsonl").open("ab") as journal:
        journal.write(b'{"url": "http://cut off')
    state = State(tmp_path / "state")
    watch([item(server.root + "/law"), item(server.root + "/other")], state, fetcher(server), day=DAY, reviews=tmp_path)
    assert [path for path, _ in server.asked if path != "/robots.txt"] == ["/law", "/other"]
    assert all(msgspec.json.decode(line) for line in (tmp_path / "state/journal.jsonl").read_bytes().splitlines())


def test_a_spoiled_journal_is_one_clear_error(tmp_path):
    (tmp_path / "journal.jsonl").write_text('{"url": 1}\n')
    with pytest.raises(InputError, match=r"journal.jsonl:1"):
        State(tmp_path)


def corpus_at(tmp_path, server):
    root = tmp_path / "corpus"
    shutil.copytree(Path("tests/small_corpus"), root)
    return root


def test_verify_raises_only_norms_whose_quotes_stand_there(server, tmp_path):
    root = corpus_at(tmp_path, server)
    law = service.open_law(str(root))
    corpus = service.load(root)
    held = next(n for n in corpus.norms.values() if n.versions[0].verified.status == "captured")
    basis = held.versions[0].basis[0]
    sources = root / held.instrument / "sources.yaml"
    old = corpus.sources[held.instrument][basis.source].url
    sources.write_text(sources.read_text().replace(old, server.root + "/law"))
    server.pages["/law"] = f"<main><p>{basis.quote}</p></main>"
    before = {n.id: [v.verified.status for v in n.versions] for n in corpus.norms.values()}
    report = service.watch(root, tmp_path / "state", reviews=tmp_path / "r", pause=0, seconds=3, verify=True, allowed=frozenset({server.host}))
    after = {n.id: [v.verified.status for v in n.versions] for n in service.load(root).norms.values()}
    assert report["raised"] >= 1
    assert after[held.id][0] == "source-matched"
    raised = {n for n in before if before[n] != after[n]}
    quotes = {n: [b.quote for v in corpus.norms[n].versions for b in v.basis] for n in raised}
    assert all(q in basis.quote for found in quotes.values() for q in found)
    assert service.law_check(root).findings == []
    assert law.program.norms


def test_the_command_reports_and_exits_1_on_change(server, tmp_path, monkeypatch):
    from click.testing import CliRunner

    from lintas.cli.watch import watch as command

    root = corpus_at(tmp_path, server)
    done = CliRunner().invoke(command, ["--corpus", str(root), "--state", str(tmp_path / "s"), "--status"])
    assert done.exit_code == 0
    assert "0 of" in done.output
    assert "Oldest reading" in done.output
