"""The report in a real browser: nothing scrolls sideways on a phone, all rows open, nothing is fetched from outside."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lintas import service
from tests.conftest import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the report is not looked at in a browser")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync")


@pytest.fixture(scope="module")
def report(law: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    target = tmp_path_factory.mktemp("browser") / "report.html"
    result = service.check(ROOT / "examples" / "telehealth" / "flows.csv", law=law)
    service.write_check(result, "html", target)
    return target.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_scrolls_sideways(report: str, tmp_path: Path, width: int) -> None:
    probe = (
        "<script>document.querySelectorAll('details').forEach(d => d.open = true);"
        "document.title = 'wide ' + document.documentElement.scrollWidth + ' of ' + window.innerWidth;</script>"
    )
    page = tmp_path / "page.html"
    unlocked = re.sub(r"<meta[^>]+Content-Security-Policy[^>]*>", "", report)  # the report itself allows no script
    page.write_text(unlocked.replace("</body>", probe + "</body>"), encoding="utf-8")
    done = subprocess.run(
        [str(CHROMIUM), *FLAGS, f"--user-data-dir={tmp_path}/profile", f"--window-size={width},900", "--dump-dom", page.as_uri()],
        check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    found = re.search(r"wide (\d+) of (\d+)", done.stdout)
    assert found, done.stderr[-400:]
    assert int(found.group(1)) <= int(found.group(2)) + 1


def test_nothing_comes_from_outside(report: str) -> None:
    assert not re.search(r"<(?:script|link|img|iframe)[^>]+(?:src|href)\s*=\s*[\"']?https?:", report)
    assert "@import" not in report
    assert "url(http" not in report
