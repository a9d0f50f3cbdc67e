"""What a catalogue translates: the sentences of the pages that are translated, and the words of the vocabulary that they show.

``python -m lintas.web.messages`` prints the template (.pot) from which a catalogue is begun or brought up to date.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import write_po
from jinja2.ext import babel_extract

from lintas import service
from lintas.web.frame import NAVIGATION, NOTE
from lintas.web.pages.ask import AREAS, EXAMPLE_WORDS, activities

PAGES = Path(__file__).parent / "pages"
TRANSLATED = ("base.html", "ask/page.html", "ask/form.html")


def messages(program: object) -> list[str | tuple[str, str]]:
    """Every sentence once, in a fixed order; a pair is singular and plural."""
    return list(dict.fromkeys([*_templates(), *_code(), *_vocabulary(program)]))


def _templates() -> Iterator[str | tuple[str, str]]:
    for name in TRANSLATED:
        with (PAGES / name).open("rb") as source:
            for _line, _function, message, _comments in babel_extract(source, ("_", "ngettext"), (), {"trimmed": "false"}):
                parts = [part for part in (message if isinstance(message, tuple) else (message,)) if part]
                if len(parts) == 2:
                    yield str(parts[0]), str(parts[1])
                elif parts:
                    yield str(parts[0])


def _code() -> Iterator[str | tuple[str, str]]:
    with (PAGES / "ask" / "__init__.py").open("rb") as source:
        for _line, message, _comments, _context in extract("python", source, {"_": None}):
            yield str(message)
    yield from (label for _, _, label in NAVIGATION)
    yield NOTE
    yield from (label for _, label in AREAS)
    yield from EXAMPLE_WORDS
    yield from service.wording.VERDICTS.values()
    yield from service.wording.CHECK_WORDS.values()
    yield from ("Brunei Darussalam", "Cambodia", "Indonesia", "Lao PDR", "Malaysia", "Myanmar", "Philippines", "Singapore", "Thailand", "Timor-Leste", "Viet Nam")
    yield from ("China", "European Union", "United States", "Japan", "United Kingdom", "another country")
    yield from ("still open", "required", "not required", "conditional", "prohibited", "unrestricted", "unregulated", "not covered", "needs facts", "conflict")
    yield from ("private domestic", "private foreign", "public")
    yield from ("A firm or person of the country", "A foreign firm or person", "A public body")
    yield from (row["say"] for row in activities().values())


def _vocabulary(program: object) -> Iterator[str]:
    vocabulary = program.vocabulary  # type: ignore[attr-defined]
    said = service.wording.said
    for terms in (vocabulary.activities, vocabulary.data, vocabulary.sectors, vocabulary.actors, vocabulary.safeguards, vocabulary.requirements):
        for term in terms:
            yield term.definition
    for terms in (vocabulary.data, vocabulary.sectors, vocabulary.safeguards, vocabulary.requirements):
        for term in terms:
            yield said(term.id)
    for fact in vocabulary.facts:
        if not fact.question:
            yield fact.definition
            yield said(fact.id)
            yield from (said(value).capitalize() for value in fact.values)


def template(program: object) -> bytes:
    """The messages as a .pot file, without dates, so that the same law gives the same bytes."""
    catalog = Catalog(project="Lintas", charset="utf-8", fuzzy=False, header_comment="# Catalogue of Lintas")
    for message in messages(program):
        catalog.add(message)
    out = io.BytesIO()
    write_po(out, catalog, omit_header=False, no_location=True, width=0)
    return re.sub(rb'"(POT-Creation|PO-Revision)-Date:[^\n]*\n', b"", out.getvalue())


if __name__ == "__main__":
    sys.stdout.buffer.write(template(service.open_law().program))
