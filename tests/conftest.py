"""Shared parts of the tests: the real law opened once, and a small invented law for the meaning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lintas import service
from lintas.assess.law import Law

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def law() -> Law:
    return service.open_law(ROOT / "corpus")


@pytest.fixture(scope="session")
def program(law: Law) -> Any:
    return law.program
