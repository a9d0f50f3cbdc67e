"""Undocumented does not ship; what is documented runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from lintas import errors
from lintas.cli.main import COMMANDS, lintas
from tests.conftest import ROOT

DOCS = sorted((ROOT / "docs").glob("*.md"))
BIN = Path(sys.executable).parent


def _blocks() -> list[tuple[str, str]]:
    found = []
    for page in [*DOCS, ROOT / "README.md"]:
        for block in re.findall(r"```bash\n(.*?)```", page.read_text(), re.DOTALL):
            found.extend((page.name, line) for line in block.splitlines() if line.startswith("lintas "))
    return found


@pytest.mark.parametrize(("page", "line"), _blocks())
def test_every_command_in_the_documentation_runs(page: str, line: str, tmp_path: Path) -> None:
    line = line.replace("--html report.html", f"--html {tmp_path}/report.html")
    done = subprocess.run(
        ["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, timeout=240, env={"PATH": f"{BIN}:/usr/bin:/bin", "LANG": "C.UTF-8"}, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr[-2000:]
    assert done.returncode in ((0, 1, 3) if "lintas check" in line else (0,)), (page, done.stderr[-500:])
    assert done.stdout.strip()


def test_every_command_is_documented() -> None:
    page = (ROOT / "docs" / "commands.md").read_text()
    for name in COMMANDS:
        assert f"`lintas {name}" in page
        command = lintas.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        assert command.help
        for option in command.params:
            assert option.param_type_name == "argument" or getattr(option, "help", "") or option.name == "form", (name, option.name)


def test_every_error_code_is_documented() -> None:
    page = (ROOT / "docs" / "errors.md").read_text()
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.LintasError)]
    for kind in kinds:
        assert f"| {kind.code} |" in page


def test_links_between_pages_lead_somewhere() -> None:
    for page in [*DOCS, ROOT / "README.md", ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_path_of_one_situation_names_real_modules() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    import importlib

    for name in set(re.findall(r"`(lintas\.[a-z_.]+)`", page)):
        module, _, attribute = name.rpartition(".")
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            assert hasattr(importlib.import_module(module), attribute), name


def test_only_known_data_files_are_in_the_repository() -> None:
    """An allow-list: nothing whose licence was not looked at comes in by accident."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    code = {".py", ".md", ".toml", ".txt", ".in", ".typed", ".html", ".css", ".png", ".svg", ".j2"}
    allowed = re.compile(
        r"(corpus|tests/small_corpus)/.*\.(yaml|toml|md)|benchmark/.*\.yaml|examples/.*\.(csv|json|jsonl|yaml|yml|md|py)|bench/\w+\.json|"
        r"src/lintas/web/(static/[\w.-]+\.(js|LICENSE)|pages/ask/activities\.yaml|catalogues/\w+\.po)|releases/[\d.]+\.json|tests/transcripts/.*\.(json|yaml)|"
        r"\.github/workflows/\w+\.yml|deploy/(Containerfile|lintas\.service)|"
        r"(\.vscode/settings\.json|docs/schema/.*\.json|Makefile|LICENSE|LICENSE-DATA|MANIFEST\.in|\.gitignore|\.ci/run|deploy/Containerfile|deploy/lintas\.service)"
    )
    strange = [f for f in listed if Path(f).suffix not in code and not allowed.fullmatch(f)]
    assert strange == []


def test_the_repository_speaks_of_the_product_alone() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    bad = re.compile(r"/(work|farm|root)/|index-url|extra-index|/simple/")
    for name in listed:
        if name.endswith((".png", "test_docs.py")):
            continue
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace") if (ROOT / name).exists() else ""
        assert not bad.search(text), name
