"""Catalogues: whole sentences by language, English where a translation is missing."""

from __future__ import annotations

import gettext
import io
from functools import lru_cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

HERE = Path(__file__).parent / "catalogues"
LANGUAGES = {"en": "English", "id": "Bahasa Indonesia"}
Catalogue = gettext.NullTranslations


@lru_cache(maxsize=8)
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language; an empty one for English."""
    file = HERE / f"{language}.po"
    if language not in LANGUAGES or not file.exists():
        return gettext.NullTranslations()
    with file.open("rb") as source:
        messages = read_po(source, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
