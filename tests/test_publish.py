"""The published files: complete, reproducible, searchable, and safe to open."""

from __future__ import annotations

import csv
import json
import sqlite3
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from lintas import service
from lintas.errors import InputError


@pytest.fixture(scope="module")
def out(law: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("publish") / "out"
    service.publish(law.program, target)
    return target


def test_the_database_holds_every_norm_and_finds_words_without_accents(out: Path, law: Any) -> None:
    base = sqlite3.connect(out / "lintas.sqlite")
    norms = {n.id for n in law.program.norms if n.modality != "coverage" and n.rules}
    assert {row[0] for row in base.execute("SELECT DISTINCT norm FROM norms")} == norms
    hits = base.execute("SELECT count(*) FROM norms_fts WHERE norms_fts MATCH 'ca nhan'").fetchone()[0]
    assert hits > 5, "du lieu ca nhan is found as dữ liệu cá nhân"
    assert base.execute("SELECT count(*) FROM citations WHERE quote = '' OR url = ''").fetchone()[0] == 0
    assert dict(base.execute("SELECT key, value FROM about"))["release"] == law.program.release


def test_the_same_law_gives_the_same_bytes(out: Path, law: Any, tmp_path: Path) -> None:
    service.publish(law.program, tmp_path / "again")
    for file in out.iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name


def test_every_file_says_its_release_and_licence(out: Path) -> None:
    for file in out.glob("*.json"):
        data = json.loads(file.read_text())
        if file.name not in ("metadata.json", "changes.json"):
            assert data["licence"].startswith("https://creativecommons.org")
            assert data["release"]


def test_feeds_are_well_formed_and_spreadsheets_cannot_run_a_cell(out: Path) -> None:
    for feed in out.glob("*.atom"):
        assert ET.parse(feed).getroot().tag.endswith("feed")  # noqa: S314 - our own file
    with (out / "norms.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert not any(str(value)[:1] in ("=", "+", "@") for value in row.values())


def test_a_folder_with_something_in_it_is_left_alone(out: Path, law: Any) -> None:
    with pytest.raises(InputError, match="not empty"):
        service.publish(law.program, out)


def test_reading_commands(law: Any) -> None:
    import datetime as dt

    program = law.program
    found = service.book.search(program, "du lieu ca nhan", member="VN")
    assert found
    assert all(row["jurisdiction"] == "VN" for row in found)
    first = found[0]["norm"]
    assert service.book.show(program, first)["versions"]
    assert service.book.history(program, first)
    assert all(row["days_left"] is None or row["days_left"] > 0 for row in service.book.coming(program, dt.date(2026, 11, 24)))
    assert len(service.book.grid(program)) == 11 * 9
    assert service.book.stale(program, dt.date(2026, 11, 24)) == []
    assert len(service.book.stale(program, dt.date(2028, 1, 1))) == len([r for r in service.book.norm_rows(program) if r["checked"]])
    with pytest.raises(InputError, match="no norm"):
        service.book.show(program, "vn/none/a1")


def test_parquet_holds_the_same_rows_with_title_release_and_licence(out: Path, law: Any) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the bulk extra is not installed")
    for file in out.glob("*.parquet"):
        table = parquet.read_table(file)
        assert table.num_rows == len(json.loads(file.with_suffix(".json").read_text())["rows"]), file.name
        said = {k.decode(): v.decode() for k, v in table.schema.metadata.items()}
        assert said["release"] == law.program.release
        assert said["licence"].startswith("https://")


def test_counts_by_year_follow_the_norms(out: Path, law: Any) -> None:
    with (out / "restrictions_by_year.csv").open(encoding="utf-8", newline="") as file:
        rows = {(r["year"], r["jurisdiction"], r["area"]): int(r["prohibitions"]) for r in csv.DictReader(file)}
    with (out / "norms.csv").open(encoding="utf-8", newline="") as file:
        norms = list(csv.DictReader(file))
    alive = {
        n["norm"] for n in norms
        if n["jurisdiction"] == "SG" and n["modality"] == "prohibition" and "data-flows" in n["area"].split(", ") and n["from"] <= "2021-12-31"
        and (not n["to"] or n["to"] > "2021-12-31")
    }  # fmt: skip
    assert rows.get(("2021", "SG", "data-flows"), 0) == len(alive)


def test_terms_name_their_dpv_term(out: Path) -> None:
    rows = json.loads((out / "terms.json").read_text())["rows"]
    assert {r["dpv"] for r in rows if r["id"] == "consent"} == {"dpv:Consent"}


def test_every_column_is_described_for_datasette(out: Path) -> None:
    about = json.loads((out / "about.json").read_text())
    for name, table in about["tables"].items():
        rows = json.loads((out / f"{name}.json").read_text())["rows"]
        assert set(table["columns"]) == set(rows[0]), name
    metadata = json.loads((out / "metadata.json").read_text())
    assert metadata["databases"]["lintas"]["tables"]["norms"]["columns"]["tier"]


def test_counts_add_up_to_the_norm_versions(law: Any) -> None:
    rows = service.counts(law.program, areas=False)
    assert sum(r["versions"] for r in rows) == len(service.book.norm_rows(law.program))
