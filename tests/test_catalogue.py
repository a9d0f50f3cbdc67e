"""The Indonesian catalogue: complete, with the same placeholders, and shown by the Ask page."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from babel.messages.pofile import read_po

from lintas import service
from lintas.web.messages import messages
from lintas.web.say import HERE, LANGUAGES, catalogue
from tests.conftest import ROOT

SAME = {"Brunei Darussalam", "Indonesia", "Malaysia", "Myanmar", "Thailand", "Timor-Leste", "Viet Nam", "Data", "Digital", "Federal", "Transit", "domain", "platform", "visa"}
"""Messages that are the same words in Indonesian."""
ENGLISH = re.compile(r"\b(the|of|and|is|are|for|with|not|an|in|you|which|whether|has|been)\b", re.IGNORECASE)
LEFT_OVER = (
    "What do you want to do?", "Find an activity", "Whole list", "Choose an activity", "Show the answer", "What is in place already", "Who acts",
    "A firm or person of the country", "Information, not legal advice.", "Skip to the content", "This page as data", "Looked at so far", "personal data", "data protection officer",
)  # fmt: skip


@pytest.fixture(scope="module")
def small() -> Any:
    return service.open_law(ROOT / "tests" / "small_corpus")


@pytest.fixture(scope="module")
def shown(small: Any) -> list[str | tuple[str, str]]:
    return messages(small.program)


@pytest.fixture(scope="module")
def client(small: Any) -> Any:
    from litestar.testing import TestClient

    from lintas.web.app import create_app

    with TestClient(create_app(small)) as made:
        yield made


@pytest.fixture(scope="module")
def written() -> Any:
    with (HERE / "id.po").open("rb") as source:
        return read_po(source, locale="id", abort_invalid=True)


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{\w*\}", text))


def pairs(written: Any) -> list[tuple[str, str]]:
    """Every sentence with its translation; of a plural, the sentence for many."""
    found = [m for m in written if m.id]
    return [(m.id[-1], m.string[0]) if isinstance(m.id, tuple) else (m.id, m.string) for m in found]


def test_every_message_is_translated_and_none_is_stale(written: Any, shown: list[str | tuple[str, str]]) -> None:
    catalogued = {m.id: m for m in written if m.id}
    assert [message for message in shown if message not in catalogued] == []
    assert [message for message in catalogued if message not in shown] == []
    assert [source for source, text in pairs(written) if not text.strip()] == []
    assert not [m.id for m in written if m.id and m.fuzzy]


def test_placeholders_are_kept(written: Any) -> None:
    assert [(source, text) for source, text in pairs(written) if placeholders(source) != placeholders(text)] == []


def test_a_sentence_ends_and_a_name_begins_as_in_english(written: Any) -> None:
    assert [(source, text) for source, text in pairs(written) if source[-1] in ".?:" and source[-1] != text[-1]] == []
    for source, text in pairs(written):
        acronym = text.split()[0].isupper() or source.split()[0].isupper()
        assert acronym or source[0] == "{" or text[0] == "{" or source[0].islower() == text[0].islower(), (source, text)


def test_no_english_is_left_in_the_catalogue(written: Any) -> None:
    assert [source for source, text in pairs(written) if source == text and source not in SAME] == []
    assert [text for _source, text in pairs(written) if ENGLISH.search(text)] == []


def test_the_plural_form_is_the_one_of_indonesian(written: Any) -> None:
    assert written.num_plurals == 1
    words = catalogue("id")
    for n in (1, 2, 5):
        assert words.ngettext("{n} article", "{n} articles", n).format(n=n) == f"{n} pasal"


def test_an_unknown_language_is_an_error(client: Any) -> None:
    assert "xx" not in LANGUAGES
    for address in ("/ask?lang=xx", "/ask?lang=ID", "/ask?lang=../id"):
        assert client.get(address).status_code == 400, address
    assert "'xx'" in client.get("/ask?lang=xx").text


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/ask?lang=id", ("Kegiatan apa yang hendak Anda lakukan?", "Mengirim data pribadi ke luar negeri", "Cari kegiatan", "Informasi, bukan nasihat hukum.")),
        ("/ask?lang=id&activity=transfer-personal-data", ("Perihal: mengirim data pribadi ke luar negeri", "Pelaku", "Tampilkan jawaban", "Persetujuan orang tua atau wali")),
    ],
)
def test_the_page_is_shown_in_indonesian(client: Any, address: str, words: tuple[str, ...]) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert '<html lang="id">' in answer.text
    page = re.sub(r"<(script|style|svg)\b.*?</\1>|data-words=\"[^\"]*\"|<a lang=\"en\".*?</a>", "", unescape(answer.text), flags=re.DOTALL)
    for word in words:
        assert word in page, word
    assert [text for text in LEFT_OVER if text in page] == []


def test_the_answer_is_shown_in_indonesian(client: Any, small: Any) -> None:
    place = next(iter(small.program.names))
    answer = client.get(f"/ask?lang=id&activity=transfer-personal-data&from={place}&to=JP&data=personal&sector=general&actor=private-domestic")
    assert answer.status_code == 200
    page = unescape(answer.text)
    assert "Bolehkah perusahaan mengirim data pribadi ke luar negeri?" in page
    assert "Keterangan yang Anda berikan" in page
    assert [text for text in ("What you told us", "Each side of the border", "About this answer", "Copy link", "Law as of") if text in page] == []


def test_english_needs_no_catalogue(client: Any) -> None:
    page = client.get("/ask").text
    assert '<html lang="en">' in page
    assert "What do you want to do?" in page
