"""Hostile input: refused or neutralised, with one message; never a traceback, never a formula, never a control character."""

import io
import json
import subprocess
import sys
import zipfile

import openpyxl
import pytest

from lintas import service
from lintas.errors import InputError
from lintas.inventory.guard import plain, unformula

HEAD = "what,from,to,activity,data\n"
ROW = "Desk,SG,US,transfer-personal-data,personal\n"


@pytest.fixture
def check(tmp_path, law):
    def run(content, name="flows.csv", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return service.check(path, law=law, **options)

    return run


def refused(check, content, name="flows.csv", match=None, **options):
    with pytest.raises(InputError, match=match) as caught:
        check(content, name, **options)
    shape = caught.value.as_dict()["error"]
    assert set(shape) == {"code", "title", "detail", "hint", "where", "retry"}
    assert shape["hint"]
    return caught.value


def sheet(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


COLUMNS = ["what", "from", "to", "activity", "data"]
CELLS = ["Desk", "SG", "US", "transfer-personal-data", "personal"]


def repacked(data, change):
    """The package with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def test_zip_bomb(check):
    bomb = repacked(sheet([COLUMNS, CELLS]), lambda n, b: b" " * 80_000_000 if "theme" in n else b)
    assert len(bomb) < 200_000
    refused(check, bomb, "bomb.xlsx", "unpacks to")


def test_many_parts(check):
    out = io.BytesIO(sheet([COLUMNS]))
    with zipfile.ZipFile(out, "a") as package:
        for number in range(2100):
            package.writestr(f"x/{number}", "")
    refused(check, out.getvalue(), "parts.xlsx", "parts")


def test_entities(check):
    head = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    refused(check, repacked(sheet([COLUMNS, CELLS]), lambda n, b: head + b if "sheet1" in n else b), "x.xlsx", "entities")


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_broken_package(check, content):
    refused(check, content, "x.xlsx")


def test_truncated_package(check):
    refused(check, sheet([COLUMNS, CELLS])[:-400], "x.xlsx")


def test_spoiled_stream(check):
    data = bytearray(sheet([COLUMNS, *[CELLS] * 200]))
    for at in range(100, len(data) - 400, 150):
        spoiled = bytearray(data)
        spoiled[at : at + 20] = b"\xff" * 20
        try:
            check(bytes(spoiled), "x.xlsx")
        except InputError as bad:
            assert bad.hint  # some places are padding, and the list reads well


def test_broken_sheet(check):
    def cut(name, data):
        return data[: len(data) // 2] if "sheet1" in name else data

    refused(check, repacked(sheet([COLUMNS, *[CELLS] * 50]), cut), "x.xlsx")


def test_claimed_rows(check):
    def claim(name, data):
        return data.replace(b'<row r="2"', b'<row r="1048576000"') if "sheet1" in name else data

    refused(check, repacked(sheet([COLUMNS, CELLS]), claim), "x.xlsx", "empty rows")


def test_claimed_dimension(check):
    def claim(name, data):
        return data.replace(b'ref="A1:E2"', b'ref="A1:XFD1048576"') if "sheet1" in name else data

    assert len(check(repacked(sheet([COLUMNS, CELLS]), claim), "x.xlsx").lines) == 1


def test_formula_in_a_fact_is_refused_and_in_a_name_is_text(check):
    result = check(sheet([COLUMNS, ["=cmd|' /C calc'!A0", *CELLS[1:]], ["Desk", "=A1", *CELLS[2:]]]), "x.xlsx")
    assert len(result.lines) == 1
    (bad,) = result.bad
    assert (bad.column, "formula" in bad.detail) == ("from", True)


@pytest.mark.parametrize("start", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", " =1", "\t=1", "|x", "%x"])
def test_no_cell_starts_a_formula(check, tmp_path, start):
    result = check(HEAD + f'"{start}",SG,US,transfer-personal-data,personal\n')
    for form in ("csv", "xlsx"):
        service.write_check(result, form, tmp_path / f"out.{form}")
    text = (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    assert "'" + result.lines[0].what in text
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    values = [cell for row in book["Lines"].iter_rows() for cell in row if isinstance(cell.value, str)]
    assert not [c.value for c in values if c.data_type == "f" or c.value.startswith(("=", "+", "-", "@"))]


def test_hidden_characters_are_replaced_in_names(check, tmp_path):
    result = check(HEAD + "pay\u202eroll\x1b[31m\x00 desk\u200b ok," + ROW.split(",", 1)[1])
    (line,) = result.lines
    assert "\u202e" not in line.what
    assert "\x1b" not in line.what
    assert line.notes
    for form in ("html", "csv", "json", "sarif"):
        service.write_check(result, form, tmp_path / f"out.{form}")
        text = (tmp_path / f"out.{form}").read_text(encoding="utf-8")
        assert not {"\u202e", "\x1b", "\x00"} & set(text)


def test_markup_in_a_name_stays_text(check, tmp_path):
    result = check(HEAD + '"<script>alert(1)</script>",' + ROW.split(",", 1)[1])
    service.write_check(result, "html", tmp_path / "out.html")
    text = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_hidden_characters_in_facts_are_refused(check):
    result = check(HEAD + "Desk,SG,US,transfer-personal-data,per\u202esonal\n" + ROW)
    assert len(result.lines) == 1
    assert result.bad[0].column == "data"


def test_huge_cell(check):
    result = check(HEAD + f'"{"x" * 20_000}",SG,US,transfer-personal-data,personal\n' + ROW)
    assert len(result.lines) == 1
    assert "characters" in result.bad[0].detail
    result = check(HEAD + f'"{"x" * 200_000}",SG,US,transfer-personal-data,personal\n' + ROW)
    assert len(result.lines) == 1


def test_a_line_without_end(check):
    refused(check, HEAD + "x" * 2_000_000, match="longer than")


def test_open_quotation_mark(check):
    result = check(HEAD + ROW + '"Desk,SG,US\n')
    assert len(result.lines) == 1
    assert result.bad


@pytest.mark.parametrize("name", ["flows.csv", "flows.jsonl"])
def test_bytes_that_are_not_utf8(check, name):
    good = ROW if name.endswith("csv") else json.dumps(dict(zip(COLUMNS, CELLS, strict=True))) + "\n"
    head = HEAD if name.endswith("csv") else ""
    bad = b"\xff\xfe\xfa,SG,US,transfer-personal-data,personal\n" if head else b'{"what": "\xff", "from": "\xfa"}\n'
    result = check((head + good).encode() + bad + good.encode(), name)
    assert len(result.lines) == 2
    assert len({b.number for b in result.bad}) == 1


def test_utf16_is_read(check):
    assert len(check((HEAD + ROW).encode("utf-16"), "flows.csv").lines) == 1


def test_wrong_types(check):
    rows = [{"what": 5, "from": 3, "to": [], "activity": {"a": 1}, "data": 7}, "text", 5, None, [], dict(zip(COLUMNS, CELLS, strict=True))]
    result = check(json.dumps(rows), "flows.json")
    assert len(result.lines) == 1
    assert {b.number for b in result.bad} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    "content",
    ["[" * 100_000, '{"a":' * 100_000, "[1, 2", "[{}", "nonsense", "[" + "9" * 6000 + "]", '[{"data_subjects": 1e999}, '],
)
def test_broken_json(check, content):
    try:
        result = check(content, "flows.json")
    except InputError as bad:
        assert bad.hint
    else:
        assert result.exit_code() == 2


def test_not_a_number_is_no_number(check):
    item = dict(zip(COLUMNS, CELLS, strict=True))
    result = check(f"[{json.dumps(item | {'data_subjects': 'N'}).replace(chr(34) + 'N' + chr(34), 'NaN')}]", "flows.json")
    assert result.bad[0].column == "data_subjects"


def test_yaml_bomb(check):
    bomb = "a: &a [x]\nb: &b [*a, *a]\nsystem: [*b, *b]\n"
    refused(check, bomb, "m.yaml", "anchors")
    refused(check, "system: " + "[" * 500 + "]" * 500, "m.yaml")


def test_truncated_parquet(check, tmp_path):
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    table = pa.table({key: [value] * 100 for key, value in zip(COLUMNS, CELLS, strict=True)})
    pq.write_table(table, tmp_path / "good.parquet")
    whole = (tmp_path / "good.parquet").read_bytes()
    assert len(check(whole, "again.parquet").lines) == 100
    refused(check, whole[: len(whole) // 2], "cut.parquet")
    refused(check, b"PAR1" + b"\x00" * 50 + b"PAR1", "zero.parquet")
    refused(check, whole, "long.parquet", "more than 10 rows", max_rows=10)
    spoiled = bytearray(whole)
    spoiled[8:60] = b"\xff" * 52
    refused(check, bytes(spoiled), "spoiled.parquet")


def test_parquet_without_its_extra_names_it(tmp_path):
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from lintas.cli.main import run\n"
        f"run(['check', {str(tmp_path / 'x.parquet')!r}])"
    )
    (tmp_path / "x.parquet").write_bytes(b"PAR1PAR1")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "lintas[bulk]" in done.stderr


@pytest.mark.parametrize("name", ["flows.csv", "flows.json", "flows.jsonl", "flows.xlsx"])
def test_row_limit(check, name):
    item = dict(zip(COLUMNS, CELLS, strict=True))
    content = {
        "flows.csv": (HEAD + ROW * 20).encode(),
        "flows.json": json.dumps([item] * 20).encode(),
        "flows.jsonl": (json.dumps(item) + "\n").encode() * 20,
        "flows.xlsx": sheet([COLUMNS, *[CELLS] * 20]),
    }[name]
    refused(check, content, name, "more than 10 rows", max_rows=10)
    assert len(check(content, name, max_rows=20).lines) == 20


@pytest.mark.parametrize(("name", "size"), [("a.csv", 2049), ("a.jsonl", 2049), ("a.json", 65), ("a.xlsx", 65), ("a.yaml", 65)])
def test_file_size_limit(law, tmp_path, name, size):
    with (tmp_path / name).open("wb") as file:
        file.truncate(size * 2**20)  # a hole: it takes no room
    with pytest.raises(InputError, match="larger than"):
        service.check(tmp_path / name, law=law)


@pytest.mark.parametrize(
    ("content", "name", "match"),
    [
        ("", "flows.csv", "empty"),
        ("\n\n", "flows.csv", "header"),
        (HEAD, "flows.doc", "ending"),
        ("a" + ",a" * 600 + "\n", "flows.csv", "columns"),
        ("what,what\n", "flows.csv", "two columns"),
        ("what,safegards\nx,y\n", "flows.csv", "not known"),
    ],
)
def test_files_as_a_whole(check, content, name, match):
    refused(check, content, name, match)


def test_missing_file(law, tmp_path):
    with pytest.raises(InputError):
        service.check(tmp_path / "nothing.csv", law=law)
    with pytest.raises(InputError):
        service.check(tmp_path, law=law)


def test_helpers():
    assert plain("a\u202eb\x07") == "a\ufffdb\ufffd"
    assert plain("ខ្មែរ\u200bខ្មែរ") == "ខ្មែរ\u200bខ្មែរ"
    assert len(plain("x" * 1000)) == 300
    assert unformula("=1") == "'=1"
    assert unformula("safe") == "safe"
