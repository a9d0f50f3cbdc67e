"""The HTML report, the matrix, the spreadsheet and the demonstration."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from lintas import service
from lintas.errors import LintasError
from lintas.inventory.matrix import MEMBERS, matrices
from lintas.inventory.view import COLUMNS


@pytest.fixture(scope="module")
def result(law):
    return service.check("examples/telehealth/flows.csv", law=law)


@pytest.fixture(scope="module")
def page(result, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    service.write_check(result, "html", path)
    return path.read_text(encoding="utf-8")


class Reader(HTMLParser):
    VOID = frozenset({"meta", "br", "link", "img", "hr", "input"})

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.wrong = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@pytest.fixture(scope="module")
def tags(page):
    reader = Reader()
    reader.feed(page)
    assert not reader.wrong
    assert not reader.open
    return reader.tags


def test_one_file_without_script_or_request(page, tags):
    names = {tag for tag, _ in tags}
    assert not names & {"script", "link", "img", "iframe", "object", "form"}
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)
    for tag, attributes in tags:
        assert not [key for key in attributes if key.startswith("on") or key in ("src", "srcset")], tag
        href = attributes.get("href") or ""
        assert href.startswith(("#", "https://", "http://")) or not href
        if href.startswith("http"):
            assert tag == "a"
    assert page.count("Information, not legal advice") >= 2


def test_links_inside_lead_to_an_id(tags):
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert not {a["href"][1:] for _, a in tags if (a.get("href") or "").startswith("#")} - set(ids)


def test_every_line_opens_its_answer(result, page, tags):
    assert {f"row-{line.number}" for line in result.lines} <= {a.get("id") for tag, a in tags if tag == "details"}
    assert page.count('class="answer"') == len(result.lines)
    assert {"en", "vi", "th"} <= {a.get("lang") for tag, a in tags if tag == "blockquote"}


def test_no_state_by_colour_alone(tags, page):
    for tag, attributes in tags:
        if "cell" in (attributes.get("class") or "").split():
            assert attributes.get("aria-label"), tag
    assert page.count("<svg") > 10


def test_never_lawful():
    words = (Path("src/lintas/inventory/words.py"), *Path("src/lintas/inventory/templates").glob("*.html"))
    for file in words:
        text = re.sub(r'Never "lawful"', "", file.read_text(encoding="utf-8"))
        assert not re.search(r"\b(lawful|unlawful|illegal|compliant|we recommend)\b", text, re.IGNORECASE), file


def test_matrix_order(result):
    (matrix,) = matrices(result, {})
    assert [code for code, _ in matrix.columns[:11]] == list(MEMBERS)
    rows = [code for code, _, _ in matrix.rows]
    assert rows == [code for code in MEMBERS if code in rows]
    assert matrix.lines == len(result.lines)
    assert all(cell is None or code != matrix.columns[n][0] for code, _, cells in matrix.rows for n, cell in enumerate(cells))


def test_a_long_list_of_few_kinds_gets_a_matrix_each(law, tmp_path):
    head = "what,from,to,activity,data\n"
    rows = [f"n,SG,{to},transfer-personal-data,{data}\n" for to in ("US", "JP", "MY") for data in ("personal", "health") for _ in range(60)]
    (tmp_path / "flows.csv").write_text(head + "".join(rows))
    result = service.check(tmp_path / "flows.csv", law=law)
    assert [m.title for m in matrices(result, {})] == ["Personal data", "Health data"]


def test_spreadsheet(result, tmp_path):
    service.write_check(result, "xlsx", tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert book.sheetnames == ["Lines", "Summary", "About"]
    assert [cell.value for cell in book["Lines"][1]] == list(COLUMNS)
    assert book["Lines"].max_row == len(result.lines) + 1


def test_parquet(result, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    service.write_check(result, "parquet", tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet").num_rows == len(result.lines)


def test_a_report_that_cannot_be_written_says_so(result, tmp_path):
    with pytest.raises(LintasError) as caught:
        service.write_check(result, "csv", tmp_path / "no" / "out.csv")
    assert caught.value.hint


def test_remedies_are_exact(result, law):
    """What the report says to put in place settles the side, once it is listed."""
    line = next(line for line in result.lines if line.id == "t13")
    decision = result.decision(line)
    assert service.check_remedy(result, decision) == ["contract", "impact assessment filed", "transfer notice"]
    facts = dict(decision.situation.facts)
    raw = {"from": "VN", "to": "US", "activity": "transfer-personal-data", "data": ["personal"], "sector": "health", "actor": "private-domestic",
           "data_subject_type": "users", "local_presence": True, "data_subjects_in_country": facts["data_subjects_in_country"],
           "hosting_in_country": False, "safeguards": ["consent", "contract", "impact-assessment-filed", "transfer-notice"]}  # fmt: skip
    assert service.check_one({"id": "x", "as_of": "2026-11-24", "facts": raw}, law=law).state == "met"


def test_the_demonstration_fits_one_screen(tmp_path):
    done = subprocess.run(
        [sys.executable, "examples/demo.py", "--out", str(tmp_path)], capture_output=True, text=True, check=True, timeout=60,
        env={"PYTHONIOENCODING": "utf-8", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert len(done.stdout.splitlines()) <= 40
    assert "law-91-2025" in done.stdout
    assert "decree-13-2023" in done.stdout
    assert {"telehealth.html", "cloud-regions.html"} <= {p.name for p in tmp_path.iterdir()}
