"""``lintas law new``: what it writes is read, nothing is overwritten, and a bad answer writes nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lintas.assess.lawcheck import law_check
from lintas.corpus.new import new_norm
from lintas.errors import InputError
from tests.conftest import ROOT

ANSWERS = {
    "member": "yy",
    "slug": "data-act-2031",
    "title": 'Data Act: a "quoted" title',
    "provision": "s2.1",
    "activity": "transfer-personal-data",
    "modality": "obligation",
    "url": "https://law.example/yy",
    "start": "2031-01-01",
}


def _corpus(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "tests" / "small_corpus", tmp_path / "corpus"))


def test_the_skeleton_is_read_and_asks_for_the_evidence_only(tmp_path: Path) -> None:
    root = _corpus(tmp_path)
    files = new_norm(root, ANSWERS)
    assert {f.name for f in files} >= {"instrument.yaml", "sources.yaml", "c1.yaml", "s2.1.yaml", "coverage.yaml"}
    found = law_check(root, ("YY",))
    assert {f.code for f in found.findings} == {"LC006", "LC009"}, [str(f) for f in found.findings]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    root = _corpus(tmp_path)
    new_norm(root, ANSWERS)
    with pytest.raises(InputError, match="exists already"):
        new_norm(root, ANSWERS)


@pytest.mark.parametrize(("key", "value"), [("member", "../x"), ("slug", "a/../../b"), ("provision", "s 2"), ("start", "soon")])
def test_a_bad_answer_writes_nothing(tmp_path: Path, key: str, value: str) -> None:
    root = _corpus(tmp_path)
    before = sorted(root.rglob("*"))
    with pytest.raises(InputError):
        new_norm(root, {**ANSWERS, key: value})
    assert sorted(root.rglob("*")) == before


def test_the_eight_questions_in_the_shell(tmp_path: Path) -> None:
    root = _corpus(tmp_path)
    lines = [ANSWERS[k] for k in ("member", "slug", "title", "provision", "activity", "modality", "url", "start")]
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lintas"), "law", "new", "--corpus", str(root)],
        input="\n".join(lines) + "\n", capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (root / "yy" / "data-act-2031" / "norms" / "s2.1.yaml").exists()
