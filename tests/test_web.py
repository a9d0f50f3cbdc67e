"""The pages: one address is one answer, in three forms; wrong parameters are told; what a stranger writes is shown, never run."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from lintas import service
from lintas.web.app import create_app
from lintas.web.frame import HERE, Doors
from lintas.web.guard import Config
from lintas.web.pages import PAGES
from lintas.web.pages.ask import activities
from lintas.web.site import write_site
from tests.conftest import ROOT

CASE = {"activity": "notify-breach", "from": "SG", "to": "SG", "data": "personal", "sector": "general", "actor": "private-domestic"}


@pytest.fixture(scope="module")
def web(law: Any) -> Any:
    with TestClient(create_app(law, Config(rate=0))) as client:
        yield client


@pytest.mark.parametrize(
    "address",
    [
        "/ask", "/ask?activity=notify-breach", "/ask?q=data", "/check", "/corridors", "/corridors?activity=notify-breach&from=VN&to=SG", "/law", "/law/vn", "/law/agreements",
        "/law/sg/pdpa-2012", "/law/search?q=consent", "/law/search?member=BN", "/law/coverage", "/law/coverage?member=MM&area=e-commerce", "/law/changes", "/law/upcoming", "/law/statistics?member=TH", "/docs", "/docs/meaning",
    ],
)  # fmt: skip
def test_each_page_is_there_with_title_release_and_no_outside_request(web: Any, address: str) -> None:
    page = web.get(address)
    assert page.status_code == 200
    assert "<title>" in page.text
    assert "Information, not legal advice." in page.text
    for found in re.findall(r'(?:src|href)="(https?:[^"]+)"', page.text):
        assert f'href="{found}" rel="noreferrer"' in page.text, "only a cited source leads outside, and only when it is chosen"
    assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=", page.text), "no inline script or style"


def test_every_page_has_its_twins_with_the_same_rows_and_a_licence(web: Any) -> None:
    for page in PAGES:
        address = page.path.format(member="sg", instrument="pdpa-2012", norm="s26D.1", name="meaning")
        data = web.get(f"{address}.json")
        assert data.status_code == 200, address
        assert data.json()["licence"].startswith("CC BY 4.0")
        assert data.json()["release"]
        text = web.get(f"{address}.csv").text
        assert text.startswith("# title: ")
        bare = web.get(f"{address}.csv?header=no").text
        rows = list(csv.DictReader(io.StringIO(bare)))
        assert not bare.startswith("#")
        if isinstance(data.json()["data"], list):
            assert len(rows) == len(data.json()["data"]), address


def test_a_permalink_is_the_same_answer_as_the_library(web: Any, law: Any) -> None:
    found = web.get("/ask.json", params={**CASE, "affected_individuals": "501", "as_of": "2024-06-01"}).json()["data"]["answer"]
    facts = {**{k: v for k, v in CASE.items() if k != "data"}, "data": ["personal"], "safeguards": [], "other": {"affected_individuals": 501}}
    same = service.decide({"id": "ask", "level": "national", "as_of": "2024-06-01", "facts": facts}, law=law)
    assert (found["outcome"], found["verdict"], found["met_as_described"]) == (same.outcome, same.verdict, same.met_as_described)
    assert [n["id"] for n in found["determining"]] == [n.id for n in same.determining]


def test_the_question_that_decides_is_asked_and_its_answer_keeps_the_other_facts(web: Any) -> None:
    page = web.get("/ask", params=CASE).text
    assert "Needs facts" in page
    assert 'name="affected_individuals"' in page
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page[page.index('class="card question"') :]))
    assert {k: hidden[k] for k in CASE} == CASE
    answered = web.get("/ask", params={**CASE, "affected_individuals": "800"}).text
    assert "Required" in answered
    assert "s 26D(1)" in answered


def test_i_do_not_know_goes_on_to_the_next_question(web: Any) -> None:
    first = web.get("/ask", params=CASE).text
    second = web.get("/ask", params={**CASE, "skip": "affected_individuals"}).text
    assert first != second
    assert 'name="affected_individuals"' not in second[second.index("question") :]


def test_a_need_that_is_told_becomes_met(web: Any) -> None:
    case = {"activity": "transfer-personal-data", "from": "VN", "to": "SG", "data": "personal", "sector": "general", "actor": "private-domestic"}
    before = web.get("/ask", params=case).text
    assert "We have it" in before
    after = web.get("/ask", params={**case, "have": "impact-assessment-filed"}).text
    assert after.count("✓ In place") > before.count("✓ In place")


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("/ask?foo=1", "unknown parameter"), ("/ask?activity=fly", "unknown activity"), ("/ask?lang=xx", "no catalogue"), ("/corridors?activity=fly", "unknown activity"),
        ("/corridors?as_of=yesterday", "yesterday"), ("/law/search?area=fly", "unknown area"), ("/law/changes?member=XX", "unknown member"), ("/law/changes?area=fly", "unknown area"), ("/ask?activity=notify-breach&from=SG&to=SG&affected_individuals=many", "is a number"),
        ("/ask?activity=notify-breach&from=SG&to=SG&from_=x", "unknown parameter"), ("/ask?activity=" + "x" * 500, "longer than"),
    ],
)  # fmt: skip
def test_wrong_parameters_are_one_clear_error(web: Any, address: str, word: str) -> None:
    page = web.get(address, headers={"accept": "text/html"})
    assert page.status_code == 400
    assert word in page.text
    assert "<title>Error: " in page.text


@pytest.mark.parametrize("address", ["/law/xx", "/law/SG", "/law/sg/nothing", "/law/sg/pdpa-2012/nothing", "/docs/nothing", "/static/..%2fapp.py", "/static/nothing.js", "/nothing"])
def test_what_does_not_exist_is_404(web: Any, address: str) -> None:
    assert web.get(address).status_code == 404


HOSTILE = '"><script>alert(1)</script>'


@pytest.mark.parametrize("address", ["/ask", "/law/search", "/corridors"])
def test_what_a_stranger_writes_is_never_run(web: Any, address: str) -> None:
    for name in ("q", "activity", "member", "from", HOSTILE):
        page = web.get(address, params={name: HOSTILE}, headers={"accept": "text/html"})
        assert "<script>alert" not in page.text


def test_an_upload_is_answered_and_its_names_are_shown_not_run(web: Any) -> None:
    rows = f"id,activity,from,to,data,sector,actor\n{HOSTILE},transfer-personal-data,VN,SG,personal,general,private-domestic\n=cmd(),notify-breach,SG,SG,personal,general,private-domestic\n"
    page = web.post("/check", files={"file": ("<b>x.csv", rows.encode())}, data={"form": "page"})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "<b>x" not in page.text
    assert "2 rows" in page.text or "of 2" in page.text
    sheet = web.post("/check", files={"file": ("x.csv", rows.encode())}, data={"form": "csv"})
    assert not any(cell.startswith("=") for row in csv.reader(io.StringIO(sheet.text)) for cell in row)
    assert web.post("/check", files={"file": ("x.xlsx", b"PK\x03\x04 spoiled")}, data={"form": "json"}).status_code == 400
    assert web.post("/check", files={"file": ("x.exe", b"MZ")}).status_code == 400
    assert web.post("/check", data={"form": "page"}).status_code == 400


def test_nothing_of_an_upload_stays_on_disk(web: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    body = "id,activity,from,to,data,sector,actor\n" + "a,transfer-personal-data,VN,SG,personal,general,private-domestic\n" * 30_000
    before = set(Path("/dev/shm").iterdir())
    assert web.post("/check", files={"file": ("big.csv", body.encode())}, data={"form": "json"}).status_code == 200
    assert list(tmp_path.iterdir()) == []
    assert {p for p in set(Path("/dev/shm").iterdir()) - before if p.name.startswith("tmp")} == set()


def test_corridors_say_what_moved_on_a_day_of_change(web: Any) -> None:
    data = web.get("/corridors.json?activity=transfer-personal-data&as_of=2026-11-24").json()
    assert len([r for r in data["data"] if r["from"] == "VN"]) == 15
    page = web.get("/corridors?activity=transfer-personal-data&as_of=2024-10-17").text
    assert "Previous change" in page
    assert "Next change" in page


def test_law_as_enacted_for_later_says_so(web: Any) -> None:
    assert "bills are not included" in web.get("/corridors?as_of=2027-06-01").text


def test_every_activity_can_be_found_by_a_word_of_five_languages(web: Any, law: Any) -> None:
    assert {t.id for t in law.program.vocabulary.activities} == set(activities())
    for words in ("kirim data pribadi", "hantar data peribadi", "chuyen du lieu ca nhan", "ส่งข้อมูลส่วนบุคคล", "data export"):
        page = web.get("/ask", params={"q": words}).text
        assert "activity=transfer-personal-data" in page, words


def test_first_page_is_small(web: Any) -> None:
    page = web.get("/ask", headers={"accept-encoding": "gzip"})
    parts = [page, *(web.get(a, headers={"accept-encoding": "gzip"}) for a in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)))]
    total = sum(int(p.headers["content-length"]) for p in parts)
    assert total < 100_000, total


def test_the_plain_site_has_every_norm_and_no_dead_link(law: Any, tmp_path: Path) -> None:
    doors = Doors(law)
    count = write_site(doors, tmp_path / "site")
    norms = [n.id for n in law.program.norms if n.modality != "coverage"]
    assert count > len(norms)
    assert all((tmp_path / "site/law" / n / "index.html").exists() for n in norms)
    pages = [*(tmp_path / "site").glob("*/index.html"), *(tmp_path / "site/law").glob("*/index.html"), *(tmp_path / "site/docs").glob("*/index.html")]
    pages += sorted((tmp_path / "site/law").glob("*/*/*/index.html"))[::40]
    for page in pages:
        for found in re.findall(r'(?:href|src)="([^"#?]+)[^"]*"', page.read_text()):
            if not found.startswith("http"):
                assert (page.parent / found).exists(), (page, found)
    assert "http-equiv" in (tmp_path / "site/index.html").read_text()


def test_shipped_scripts_name_their_licence() -> None:
    static = HERE / "static"
    for name in ("htmx", "minisearch"):
        assert (static / f"{name}.LICENSE").exists()
    assert (ROOT / "LICENSE").exists()
