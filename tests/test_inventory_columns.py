"""Columns, mapping, countries and fideslang categories."""

import json

import pytest

from lintas import service
from lintas.errors import InputError
from lintas.inventory.columns import Columns, Mapped, read_map
from lintas.inventory.countries import NAMES, code_of, name_of
from lintas.inventory.fides import kinds_of
from lintas.inventory.obstacles import said


@pytest.fixture(scope="module")
def columns(law):
    return Columns(law.program.vocabulary)


@pytest.mark.parametrize(
    ("word", "code"),
    [("sg", "SG"), ("Viet Nam", "VN"), ("vietnam", "VN"), ("Lao PDR", "LA"), ("Laos", "LA"), ("UK", "GB"), ("Côte d'Ivoire", "CI"),
     ("*", "*"), ("Timor Leste", "TL"), ("ZZ", None), ("Singapur", None)],
)  # fmt: skip
def test_countries(word, code):
    assert code_of(word) == code


def test_country_table():
    assert len(NAMES) == 250  # ISO 3166-1 and EU
    assert all(len(code) == 2 and code.isupper() and name for code, name in NAMES.items())
    assert len(set(NAMES.values())) == len(NAMES)
    assert name_of("*") == "any other country"


@pytest.mark.parametrize(
    ("header", "key"),
    [("Label", "what"), ("Sender country", "from"), ("HOSTING-LOCATION", "to"), ("Kinds of data", "data"), ("In place", "safeguards"),
     ("data subjects", "data_subjects"), ("Local Presence", "local_presence"), ("colour", None)],
)  # fmt: skip
def test_headers(columns, header, key):
    assert columns.key(header) == key


def test_a_near_miss_is_an_error_and_a_stranger_a_note(columns):
    with pytest.raises(InputError) as caught:
        columns.header(["what", "safeguard_complete"], "x:1")
    assert "safeguards_complete" in caught.value.hint
    keys, notes = columns.header(["what", "Owner", ""], "x:1")
    assert keys == ["what", None, None]
    assert notes == ["column 'Owner' is not read"]


def test_cells(columns):
    assert columns.facts_of({"data": "Health; personal data", "safeguards": "ASEAN MCCs, SCC", "sector": " Health "}) == {
        "data": ["health", "personal"], "safeguards": ["asean-mcc", "contract"], "sector": "health",
    }  # fmt: skip
    assert columns.facts_of({"safeguards": "none"}) == {"safeguards": [], "safeguards_complete": True}
    assert columns.facts_of({"safeguards": "", "sector": "n/a", "actor": "?"}) == {}
    assert columns.facts_of({"local_presence": "Y"}) == {"local_presence": "yes"}


def test_mapping(law, tmp_path):
    path = tmp_path / "map.yaml"
    path.write_text("columns: {Vendor: what, Notes: ignore}\nconstants: {from: SG}\nvalues: {data: {Customer file: personal}}\n")
    columns = Columns(law.program.vocabulary, read_map(path))
    assert columns.header(["Vendor", "Notes", "to"], "x")[0] == ["what", None, "to"]
    assert columns.facts_of({"data": "Customer file"}) == {"from": "SG", "data": ["personal"]}
    path.write_text("Vendor: wat\n")
    with pytest.raises(InputError) as caught:
        Columns(law.program.vocabulary, read_map(path))
    assert "'what'" in caught.value.hint
    for bad in ("- a\n", "Vendor: [a]\n", "constants: {x: &a 1}\n"):
        path.write_text(bad)
        with pytest.raises(InputError):
            read_map(path)
    with pytest.raises(InputError):
        Columns(law.program.vocabulary, Mapped(constants={"nothing": 1}))


def test_fideslang_categories():
    assert kinds_of(["user.health_and_medical.record_id"]) == ["health", "personal"]
    assert kinds_of(["user.biometric.fingerprint", "system.operations"]) == ["biometric", "personal"]
    assert kinds_of(["system"]) == ["non-personal"]
    assert kinds_of(["user.payment", "user.demographic.religious_belief"]) == ["payment", "sensitive", "personal"]
    assert kinds_of(["something.else"]) == []


def test_fideslang_manifest(law):
    result = service.check("examples/fideslang/manifest.yml", law=law)
    assert not result.bad
    rows = [(line.what, result.decision(line).corridor) for line in result.lines]
    assert ("Patient app: Advertise", "SG > US") in rows
    assert ("Research set", "TH > GB") in rows
    assert result.lines[0].line > 10


def test_the_form_of_the_file_does_not_change_the_answer(law, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    rows = [{"what": "Desk", "from": "SG", "to": "US", "activity": "transfer-personal-data", "data": "personal", "data_subjects": 8000}]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    (tmp_path / "a.jsonl").write_text(json.dumps(rows[0]) + "\n")
    (tmp_path / "b.json").write_text(json.dumps({"flows": [{"id": "1", "what": "Desk", "facts": {**rows[0], "data": ["personal"]} | {"what": "Desk"}}]}))
    (tmp_path / "a.csv").write_text(";".join(rows[0]) + "\n" + ";".join(map(str, rows[0].values())) + "\n")
    book = openpyxl.Workbook()
    book.active.append(list(rows[0]))
    book.active.append(list(rows[0].values()))
    book.save(tmp_path / "a.xlsx")
    answers = [service.check(tmp_path / name, law=law).decisions[0].answer for name in ("a.json", "a.jsonl", "b.json", "a.csv", "a.xlsx")]
    assert len({(a.outcome, a.verdict, a.missing, a.needs) for a in answers}) == 1


def test_words():
    assert said("asean-mcc") == "ASEAN model clauses"
    assert said("transfer-notice") == "transfer notice"


@pytest.mark.parametrize("example", ["telehealth/flows.csv", "vendors/vendors.csv", "fideslang/manifest.yml"])
def test_examples_read_without_a_bad_row(law, example):
    mapping = "examples/vendors/map.yaml" if example.startswith("vendors") else None
    result = service.check(f"examples/{example}", law=law, mapping=mapping)
    assert not result.bad
    assert not result.notes or example.startswith("fideslang")
