"""Each check finds its bad example, says where, and has a documentation row; each bad example is the small corpus with one change."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from lintas.assess.lawcheck import law_check
from lintas.corpus.checks import CHECKS
from tests.conftest import ROOT

SMALL = ROOT / "tests" / "small_corpus"
NORMS = "xx/act/norms/act.yaml"
CASES = "xx/act/cases/act.yaml"

BAD: list[tuple[str, str, str, str]] = [
    ("LC001", NORMS, "modality: power", ""),
    ("LC001", NORMS, "title: {eng: Emergencies}", "titel: {eng: Emergencies}"),
    ("LC001", NORMS, "title: {eng: Emergencies}", "title: {eng: Emergencies}\n  title: {eng: Twice}"),
    ("LC001", NORMS, "title: {eng: Emergencies}", "title: &a {eng: Emergencies}"),
    ("LC001", NORMS, "title: {eng: Emergencies}", "title: !!python/name:os.system {eng: x}"),
    ("LC001", NORMS, "{from: {is: XX}}", "{from: {equals: XX}}"),
    ("LC002", "xx/act/instrument.yaml", "areas: [data-flows]", "areas: [data-flows]\nlinks: [{kind: repeals, to: xx/none}]"),
    ("LC003", NORMS, "VERSION", ""),
    ("LC004", NORMS, "BASIS", ""),
    ("LC005", NORMS, "capture: c1, at: s. 3", "capture: c9, at: s. 3"),
    ("LC006", NORMS, "Section 2 does not apply in an emergency.", "Section 2 never applies in an emergency."),
    ("LC007", NORMS, "LONG", ""),
    ("LC008", "xx/act/captures/c1.yaml", "1. This Act", "word " * 301 + "1. This Act"),
    ("LC009", "xx/act/captures/c1.yaml", "private organisations", "private and public organisations"),
    ("LC010", NORMS, "status: captured", "status: second-source"),
    ("LC011", NORMS, "id: xx/act/s3", "id: xx/act/s 3"),
    ("LC012", NORMS, "      presume_basis: the sender relies on the emergency and must show it\n", ""),
    ("LC013", "xx/coverage.yaml", "official: true", "official: false"),
    ("LC014", NORMS, "notes: [n1]", "notes: [n7]"),
    ("LC015", CASES, "norm: xx/act/s1, as_of", "norm: xx/act/s2, as_of"),
    ("LC016", CASES, "norm: xx/act/s5.approval", "norm: xx/act/s9"),
    ("LC017", CASES, "affected_individuals: 500}", "affected_individuals: 510}"),
    ("LC018", CASES, "s3-emergency", ""),
    ("LC019", NORMS, "by: amendment", "by: amendment-9"),
    ("LC020", NORMS, "{actor: {in: [private-domestic, private-foreign]}}", "{holds: xx/act/s1}"),
    ("LC020", NORMS, "{affected_individuals: {more_than", "{affected_people: {more_than"),
    ("LC020", NORMS, "needs: regulator-notice", "needs: regulator-notise"),
    ("LC021", CASES, "verdict: prohibited, needs: [local-storage]", "verdict: unrestricted"),
]


def _spoil(text: str, old: str, new: str) -> str:
    if old == "VERSION":
        block = re.search(r"    - valid: \{from: \"2021-01-01\".*?(?=- id: xx/act/s2)", text, re.DOTALL)
        assert block
        return text.replace(block.group(0), block.group(0) + block.group(0).replace("2021-01-01", "2022-01-01"), 1)
    if old == "BASIS":
        return re.sub(r"      basis: \[\{source: gazette, capture: c1, at: s\. 3.*\n", "", text)
    if old == "LONG":
        return text.replace("Section 2 does not apply in an emergency.", "word " * 41)
    if old == "s3-emergency":
        return "\n".join(line for line in text.splitlines() if "s3-emergency" not in line and "s2-emergency" not in line)
    if old == "modality: power":
        return text.replace("modality: exemption", "modality: exempts")
    assert old in text, old
    return text.replace(old, new)


@pytest.mark.parametrize(("code", "file", "old", "new"), BAD, ids=[f"{b[0]}-{i}" for i, b in enumerate(BAD)])
def test_a_bad_corpus_is_found_with_file_and_line(tmp_path: Path, code: str, file: str, old: str, new: str) -> None:
    root = tmp_path / "corpus"
    shutil.copytree(SMALL, root)
    target = root / file
    target.write_text(_spoil(target.read_text(), old, new))
    found = [f for f in law_check(root).findings if f.code == code]
    assert found, [str(f) for f in law_check(root).findings]
    assert found[0].where.startswith("corpus/")
    assert found[0].hint


def test_the_small_corpus_is_clean() -> None:
    assert law_check(SMALL).findings == []


def test_every_check_has_a_row_and_a_bad_example() -> None:
    page = (ROOT / "docs" / "checks.md").read_text()
    codes = {check.code for check in CHECKS} | {"LC001", "LC020", "LC021"}
    assert codes == {bad[0] for bad in BAD}
    for code in codes:
        assert f"| {code} |" in page
