"""House rules, each with its remedy in the message."""

from __future__ import annotations

import ast
import re

from lintas import __all__ as public
from tests.conftest import ROOT

SOURCES = sorted((ROOT / "src").rglob("*.py"))
MEMBERS = {"BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "TL", "VN"}


def test_no_module_is_longer_than_600_lines() -> None:
    for file in SOURCES:
        lines = len(file.read_text().splitlines())
        assert lines <= 600, f"{file.name} has {lines} lines: split it by what changes together"


def test_the_public_names_are_few() -> None:
    assert len(public) <= 15, "move a name down; the public face stays small"


def test_no_member_and_no_norm_in_a_condition() -> None:
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Compare):
                words = {c.value for c in ast.walk(node) if isinstance(c, ast.Constant) and isinstance(c.value, str)}
                assert not words & MEMBERS, f"{file.name}:{node.lineno}: law is data; write a norm"
        assert not re.search(r"[\"'](bn|kh|id|la|my|mm|ph|sg|th|tl|vn)/[a-z0-9-]+/", file.read_text()), f"{file.name} names a norm"


def test_no_vague_module_names() -> None:
    vague = {"utils", "helpers", "common", "core", "base", "manager"}
    assert not {f.stem for f in SOURCES} & vague


def test_one_place_reads_the_clock() -> None:
    for file in SOURCES:
        if file.name != "dates.py":
            assert not re.search(r"\.(today|now|utcnow)\(", file.read_text().replace("service.today()", "")), f"{file.name}: use lintas.dates.today"
