"""Words and shapes that every door shows alike, gathered for the doors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lintas.inventory.countries import name_of
from lintas.inventory.html import (
    CHECK_WORDS,
    DOTS,
    LANGUAGE_NAMES,
    assumed_words,
    lang_of,
    long_day,
    norm_titles,
    safe_address,
    timed_duties,
    to_words,
    told,
)
from lintas.inventory.obstacles import said, words_of
from lintas.inventory.remedy import measure_words
from lintas.inventory.view import articles, side_state
from lintas.inventory.words import COUNTED, NAMES, SHAPE, as_described, clock
from lintas.model.answer import Side

__all__ = [
    "CHECK_WORDS", "COUNTED", "DOTS", "LANGUAGE_NAMES", "NAMES", "SHAPE", "VERDICTS", "amount_words", "articles", "as_described", "assumed_words", "clock", "drawn",
    "lang_of", "long_day", "measure_words", "name_of", "norm_titles", "safe_address", "said", "side_state", "sprite", "stylesheet", "timed_duties",
    "to_words", "told", "value_words", "words_of",
]  # fmt: skip

TEMPLATES = Path(__file__).parent / "templates"

VERDICTS = {
    "unrestricted": "No restriction",
    "conditional": "With conditions",
    "prohibited": "Not allowed",
    "required": "Required",
    "not-required": "Not required",
    "unregulated": "No rule found",
    "needs-facts": "Needs facts",
    "not-covered": "Not looked at",
    "conflict": "Rules conflict",
}
"""The drawn states and their labels, in the order of legends."""


def drawn(side: Side) -> str:
    """The drawn state of one law's answer: its verdict, or its kind of silence."""
    return side.verdict or side.outcome


def amount_words(value: Any) -> str:
    """A number, an amount or a word for people."""
    if isinstance(value, dict) and "currency" in value:
        return f"{value['currency']} {value['amount']:,.0f}"
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() else f"{value:g}"
    return said(str(value)) if isinstance(value, str) else str(value)


def value_words(value: dict[str, Any]) -> str:
    """The value that a question sought, with its unit and its clock."""
    if "currency" in value:
        return amount_words(value)
    if "quantity" in value:
        return f"{amount_words(float(value['quantity']))} {said(str(value.get('unit', '')))}" + (f" after {said(value['after'])}" if value.get("after") else "")
    return "; ".join(f"{said(str(k))} {amount_words(v)}" for k, v in value.items())


def sprite() -> str:
    """The shapes of the states as one inline SVG."""
    return (TEMPLATES / "shapes.svg").read_text(encoding="utf-8")


def stylesheet() -> str:
    """Palette, shapes and text styles that reports and pages share."""
    return (TEMPLATES / "report.css").read_text(encoding="utf-8")
