"""Exit codes and output of ``lintas check`` on the real corpus, with flows from Singapore."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from lintas import service
from lintas.errors import InputError

HEAD = ["what", "from", "to", "activity", "data", "sector", "actor", "safeguards", "safeguards_complete", "as_of",
        "local_presence", "data_subjects_in_country", "data_subject_type"]  # fmt: skip
GOOD = "asean-mcc; destinations-named; comparable-protection; contract"


def flow(what, safeguards="", complete="", to="US", **over):
    row = {"what": what, "from": "SG", "to": to, "activity": "transfer-personal-data", "data": "personal", "sector": "general",
           "actor": "private-domestic", "safeguards": safeguards, "safeguards_complete": complete, "as_of": "2026-11-01",
           "local_presence": "yes", "data_subjects_in_country": "yes", "data_subject_type": "customers"}  # fmt: skip
    return row | over


MET = flow("met", GOOD)
REFUSED = flow("refused", "none")
OPEN = flow("open")
BAD = flow("bad", data="helth")


def write(path, rows):
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEAD, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize(
    ("rows", "code", "allowed"),
    [
        ([MET], 0, 0),
        ([MET, REFUSED], 1, 1),
        ([REFUSED, BAD], 2, 2),
        ([MET, BAD], 2, 2),
        ([MET, OPEN], 3, 0),
        ([OPEN, REFUSED], 1, 1),
        ([], 2, 2),
    ],
    ids=["met", "refused", "refused-and-bad", "bad", "open", "open-and-refused", "no-rows"],
)
def test_exit_codes(tmp_path, law, rows, code, allowed):
    result = service.check(write(tmp_path / "flows.csv", rows), law=law)
    assert result.exit_code() == code
    assert result.exit_code(allow_undecided=True) == allowed


def cli(*args, cwd=None, **env):
    import os

    done = subprocess.run(
        [sys.executable, "-c", "from lintas.cli.main import run; run()", "check", *map(str, args)],
        capture_output=True, check=False, cwd=cwd, env=os.environ | {"PYTHONIOENCODING": "utf-8"} | env, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_the_command_leaves_with_its_code(tmp_path):
    path = write(tmp_path / "flows.csv", [OPEN])
    code, out, err = cli(path)
    assert code == 3
    assert "allowed once" in out
    assert "lawful" not in out.lower()
    code, out, err = cli(path, "--allow-undecided")
    assert code == 0
    assert "--allow-undecided" in err


def test_missing_is_said_only_where_the_list_is_complete(tmp_path, law):
    result = service.check(write(tmp_path / "flows.csv", [OPEN, REFUSED]), law=law)
    states = {line.what: result.decision(line) for line in result.lines}
    assert {n.state for n in states["open"].needs} == {"not told"}
    assert "missing" in {n.state for n in states["refused"].needs}
    assert states["refused"].state == "not-allowed"


def test_a_bad_row_names_row_and_column_and_the_rest_go_on(tmp_path, law):
    result = service.check(write(tmp_path / "flows.csv", [BAD, MET, flow("two", sector="heath", to="Singapur")]), law=law)
    assert [line.what for line in result.lines] == ["met"]
    first, *others = result.bad
    assert (first.number, first.line, first.column) == (1, 2, "data")
    assert "'health'" in first.hint
    assert {b.column for b in others} == {"sector", "to"}
    assert "Singapore" in next(b for b in others if b.column == "to").hint


def test_strict_stops_at_the_first_bad_row(tmp_path, law):
    with pytest.raises(InputError, match="helth") as caught:
        service.check(write(tmp_path / "flows.csv", [MET, BAD]), law=law, strict=True)
    assert caught.value.where.endswith("flows.csv:3, column data")


def test_equal_situations_are_decided_once(tmp_path, law):
    result = service.check(write(tmp_path / "flows.csv", [flow(f"n{n}") for n in range(500)]), law=law)
    assert len(result.lines) == 500
    assert len(result.decisions) == 1


def test_piped_table_has_one_line_a_row_and_no_colour(tmp_path):
    path = write(tmp_path / "flows.csv", [OPEN, REFUSED, flow("long " * 40)])
    _, out, err = cli(path)
    assert "\x1b" not in out
    assert err == ""
    rows = [line for line in out.splitlines() if line.startswith("  ") and "SG > US" in line and "  #" not in line and ": " in line]
    assert len([line for line in out.splitlines() if "long long" in line]) == 1
    assert rows
    _, out, _ = cli(path, "--ascii")
    assert out.isascii()
    assert "x not allowed" in out


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(tmp_path, law, width):
    from lintas.cli.report_table import Look, render
    from lintas.service import cells

    result = service.check(write(tmp_path / "flows.csv", [OPEN, MET, REFUSED, flow("a long name of a flow " * 4)]), law=law)
    for color in (False, True):
        lines = render(result, [], Look(width, color, ascii=False, wide_ids=False))
        body = [line for line in lines[1:-1] if "\x1b" not in line]
        assert max(map(cells, body)) <= width
        assert any("not allowed" in line for line in lines)


def test_formats(tmp_path):
    path = write(tmp_path / "flows.csv", [MET, REFUSED, OPEN, BAD])
    code, out, _ = cli(path, "--format", "json")
    data = json.loads(out)
    assert code == data["exit_code"] == 2
    assert [line["state"] for line in data["lines"]] == ["met", "not-allowed", "needs"]
    assert data["decisions"][1]["assessment"]["verdict"] == "prohibited"
    _, out, _ = cli(path, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["state"] for row in rows] == ["met", "not-allowed", "needs", "bad-row"]
    assert rows[1]["quote"]
    assert rows[1]["address"].startswith("http")


def test_sarif_fails_with_the_article(tmp_path):
    path = write(tmp_path / "flows.csv", [MET, REFUSED, OPEN])
    _, out, _ = cli(path.name, "--format", "sarif", cwd=tmp_path)
    log = json.loads(out)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    error, warning = run["results"]
    assert (error["level"], warning["level"]) == ("error", "warning")
    rule = run["tool"]["driver"]["rules"][error["ruleIndex"]]
    assert rule["id"] == error["ruleId"]
    assert error["ruleId"].startswith("sg/")
    place = error["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "flows.csv"
    assert place["region"]["startLine"] == 3
    assert "“" in error["message"]["text"]


def test_template_reads_back(tmp_path, law):
    code, out, _ = cli("--template")
    assert code == 0
    (tmp_path / "mine.csv").write_text(out, encoding="utf-8")
    result = service.check(tmp_path / "mine.csv", law=law)
    assert len(result.lines) == 2
    assert not result.bad


def test_coming_law_is_told_with_old_and_new(tmp_path, law):
    facts = {"from": "VN", "to": "SG", "data": "health", "sector": "health",
             "safeguards": "contract; consent; transfer-notice; impact-assessment-filed"}  # fmt: skip
    path = write(tmp_path / "flows.csv", [flow("before", **facts) | {"as_of": "2025-12-31"}])
    result = service.check(path, law=law)
    (change, *_) = result.decision(result.lines[0]).changes
    assert change.day == "2026-01-01"
    assert any(norm.startswith("vn/law-91-2025") for norm, _, _ in change.norms)
    far = service.check(path, law=law, horizon=0)
    assert not far.decision(far.lines[0]).changes


def test_a_safeguard_on_ended_law_is_flagged(tmp_path, law):
    facts = {"from": "VN", "to": "SG", "data": "health", "sector": "health", "safeguards": "contract; transfer-report", "as_of": "2026-06-01"}
    result = service.check(write(tmp_path / "flows.csv", [flow("old", **facts)]), law=law)
    (dead,) = result.decision(result.lines[0]).dead
    assert dead.safeguard == "transfer-report"
    assert dead.norm.startswith("vn/decree-13-2023")
    earlier = service.check(write(tmp_path / "flows.csv", [flow("old", **facts) | {"as_of": "2025-06-01"}]), law=law)
    assert not earlier.decision(earlier.lines[0]).dead


def test_standard_input(tmp_path):
    path = write(tmp_path / "flows.csv", [MET])
    with path.open("rb") as file:
        done = subprocess.run(
            [sys.executable, "-c", "from lintas.cli.main import run; run(['check', '-'])"], stdin=file, capture_output=True, check=False
        )
    assert done.returncode == 0
    assert b"1 with needs met" in done.stdout
