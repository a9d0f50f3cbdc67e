"""The frame of the pages: one record per page, one view function, three forms (HTML, JSON, CSV).

A page is one folder under ``pages`` with its view, its template and its words; the frame gives it an address, twins, a permalink,
headers and caching. A view is a pure function of the law and the parameters of the address, so the same address is the same answer.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2
from markupsafe import Markup, escape

from lintas import service
from lintas.errors import InputError
from lintas.web.say import Catalogue, catalogue

HERE = Path(__file__).parent
LICENCE = "CC BY 4.0 (selection and encodings); quotes and titles belong to their owners"
NOTE = "Information, not legal advice."
MAX_VALUE = 400
MAX_LIST = 40


class NotFoundError(InputError):
    """No such page, member, instrument or norm."""

    code = "not-found"
    title = "There is no such page"


@dataclass(frozen=True)
class View:
    """What one address shows.

    Attributes:
        title: of the page and of its twins.
        context: for the template.
        rows: the same content as a tidy table, for CSV.
        data: the same content as plain data, for JSON; the rows where it is ``None``.
        as_of: the law's day, where the view has one.
        status: HTTP status.

    """

    title: str
    context: dict[str, Any]
    rows: list[dict[str, Any]]
    data: Any = None
    as_of: str = ""
    status: int = 200


@dataclass(frozen=True)
class Page:
    """One page.

    Attributes:
        path: with ``{name}`` for parts; the twins add ``.json`` and ``.csv``.
        template: relative to ``pages``.
        view: from the doors' state, the path's parts and the checked parameters.
        parameters: names that the address may carry; any other is an error.
        section: which entry of the navigation it belongs to.
        reading: part of the plain-file site too.

    """

    path: str
    template: str
    view: Callable[[Doors, dict[str, str], Parameters], View]
    parameters: frozenset[str] | Callable[[Doors], frozenset[str]] = frozenset()
    section: str = ""
    reading: bool = True
    translated: bool = False

    def known(self, doors: Doors) -> frozenset[str]:
        """The names that an address of this page may carry."""
        return self.parameters(doors) if callable(self.parameters) else self.parameters


class Parameters:
    """The parameters of an address, each bounded; lists keep their order."""

    def __init__(self, pairs: list[tuple[str, str]], known: frozenset[str]) -> None:
        """Check names and lengths.

        Raises:
            InputError: an unknown name, a text that is too long, or too many values.

        """
        self.values: dict[str, list[str]] = {}
        for name, value in pairs:
            if name not in known:
                raise InputError(f"unknown parameter {name[:60]!r}", hint=service.did_you_mean(name, known))
            if len(value) > MAX_VALUE or "\0" in value:
                raise InputError(f"{name} is longer than {MAX_VALUE} characters", hint="Shorten it.")
            if value.strip():
                self.values.setdefault(name, []).append(value.strip())
        if any(len(found) > MAX_LIST for found in self.values.values()):
            raise InputError(f"more than {MAX_LIST} values of one parameter", hint="Leave some out.")

    def one(self, name: str, default: str = "") -> str:
        """The last value of a parameter."""
        return self.values.get(name, [default])[-1]

    def many(self, name: str) -> list[str]:
        """All values of a parameter, repeated or separated by commas."""
        return [part.strip() for value in self.values.get(name, []) for part in value.split(",") if part.strip()]

    def day(self, name: str = "as_of") -> dt.date:
        """A day, today if it is not stated."""
        text = self.one(name)
        try:
            return service.parse_day(text) if text else service.today()
        except ValueError as bad:
            raise InputError(f"{name} is a day, not {text[:40]!r}", hint="Write year-month-day, such as 2026-11-24.") from bad

    def pairs(self) -> list[tuple[str, str]]:
        """All of them, in order."""
        return [(name, value) for name, values in self.values.items() for value in values]


@dataclass
class Slot:
    """One kept value, empty until it is made."""

    value: tuple[Any, ...] = ()
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Doors:
    """What all pages share: the opened law and what is drawn from it once."""

    law: service.Law
    cache: dict[Any, Any] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """A value that depends on the law alone, made at its first use."""
        if key not in self.cache:
            self.cache[key] = make()
        return self.cache[key]

    def kept(self, key: Any, make: Callable[[], Any], room: int = 64) -> Any:
        """A value that depends on parameters too; a few of each kind are kept, the oldest goes; two that ask at once wait for one making."""
        with self.lock:
            kind = self.cache.setdefault(("kept", key[0]), {})
            slot = kind.pop(key, None) or Slot()
            kind[key] = slot
            while len(kind) > room:
                kind.pop(next(iter(kind)))
        with slot.lock:
            if not slot.value:
                slot.value = (make(),)
            return slot.value[0]

    @property
    def program(self) -> Any:
        """The compiled law."""
        return self.law.program

    @property
    def norm_rows(self) -> list[dict[str, Any]]:
        """One row for each norm and span of days."""
        return self.once("norm_rows", lambda: service.book.norm_rows(self.program))  # type: ignore[no-any-return]

    @property
    def grid(self) -> list[dict[str, Any]]:
        """The grid of members and areas."""
        return self.once("grid", lambda: service.book.grid(self.program))  # type: ignore[no-any-return]

    @property
    def coverage(self) -> list[dict[str, Any]]:
        """One row for each coverage entry."""
        return self.once("coverage", lambda: service.book.coverage_rows(self.program))  # type: ignore[no-any-return]

    @property
    def members(self) -> dict[str, str]:
        """Codes and names of the eleven members, in the fixed order."""
        return {c: n for c, n in self.program.names.items() if len(c) == 2 and c not in self.program.outside}

    def mark(self) -> str:
        """What the answers depend on: corpus, engine, day."""
        return f"{self.program.corpus_digest[:16]}-{service.ENGINE_VERSION}-{service.today()}"


def header(doors: Doors, title: str, as_of: str = "") -> dict[str, str]:
    """What every twin says of itself."""
    return {"title": title, **({"as_of": as_of} if as_of else {}), "release": doors.program.release, "known_on": doors.program.known_on, "corpus": doors.program.corpus_digest, "licence": LICENCE, "note": NOTE, "coverage": "/law/coverage"}


def as_json(doors: Doors, view: View) -> bytes:
    """The JSON twin."""
    data = view.rows if view.data is None else view.data
    return json.dumps({**header(doors, view.title, view.as_of), "data": data}, ensure_ascii=False, indent=1, default=str).encode()


def as_csv(doors: Doors, view: View, *, with_header: bool = True) -> bytes:
    """The CSV twin: a ``#`` block, then the rows; a cell that a spreadsheet would run is marked as text."""
    out = io.StringIO()
    if with_header:
        out.writelines(f"# {key}: {value}\n" for key, value in header(doors, view.title, view.as_of).items())
    if view.rows:
        columns = list(dict.fromkeys(key for row in view.rows for key in row))
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(row.get(column, "")) for column in columns] for row in view.rows)
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        value = ", ".join(str(v) for v in value)
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return "" if value is None else value


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """The templates: everything is escaped, an unknown name is an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "pages"), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, extensions=["jinja2.ext.do"],
    )  # fmt: skip
    made.globals.update(wording=service.wording, said=service.wording.said, day=service.wording.long_day, query=query)
    made.filters["lang"] = service.wording.lang_of
    made.filters["zip"] = lambda one, two: list(zip(one, two, strict=True))
    made.filters["docs_links"] = docs_links
    made.filters["first_up"] = lambda text: str(text)[:1].upper() + str(text)[1:]
    return made


def docs_links(html: Any, link: Callable[[str], str]) -> Markup:
    """Links between the files of the documentation, as addresses of the site."""
    return Markup(re.sub(r'href="([a-z-]+)\.md(#[\w-]*)?"', lambda m: f'href="{link("/docs/" + m[1])}{m[2] or ""}"', str(html)))  # noqa: S704 - escaped before


def escaped(text: str) -> str:
    """Text that is safe inside an element."""
    return str(escape(text))


def query(pairs: Mapping[str, Any] | list[tuple[str, Any]], /, **more: Any) -> str:
    """A query string with some parameters replaced; ``None`` leaves one out."""
    items = list(pairs.items()) if isinstance(pairs, Mapping) else list(pairs)
    items = [(k, v) for k, v in items if k not in more] + list(more.items())
    flat = [(k, x) for k, v in items if v not in (None, "", []) for x in (v if isinstance(v, (list, tuple)) else [v])]
    return "?" + urlencode(flat) if flat else ""


def asset(name: str) -> str:
    """The address of a shipped file; it changes with its content, so it may be kept for a year."""
    return f"/static/{name}?v={_hashes()[name]}"


@lru_cache(maxsize=1)
def stylesheet() -> bytes:
    """The look of all pages: what reports use, and what only pages need."""
    return (service.wording.stylesheet() + (HERE / "static" / "site.css").read_text(encoding="utf-8")).encode()


@lru_cache(maxsize=1)
def _hashes() -> dict[str, str]:
    return {"lintas.css": hashlib.sha256(stylesheet()).hexdigest()[:10]} | {file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:10] for file in (HERE / "static").iterdir() if file.is_file()}


NAVIGATION = (("ask", "/ask", "Ask"), ("check", "/check", "Check"), ("corridors", "/corridors", "Corridors"), ("law", "/law", "Law"), ("docs", "/docs", "Guide"))


@dataclass(frozen=True)
class Links:
    """How a page writes the addresses of other pages: as they are on a server, relative files in the plain site."""

    base: str = ""
    static: bool = False
    known: frozenset[str] = frozenset()

    def to(self, path: str) -> str:
        """The address of a page; in the plain site ``#`` where that page needs a server."""
        return path

    def shipped(self, name: str) -> str:
        """The address of a shipped file."""
        return asset(name)

    def has(self, path: str) -> bool:  # noqa: ARG002 - the plain site has fewer pages
        """Whether the page exists in this form of the site."""
        return True


def render(doors: Doors, page: Page, view: View, *, address: str, pairs: list[tuple[str, str]], language: str = "en", links: Links | None = None) -> str:
    """The HTML of one view."""
    links = links or Links()
    words: Catalogue = catalogue(language)
    context = {
        "doors": doors, "view": view, "page": page, "title": view.title, "section": page.section, "navigation": NAVIGATION, "link": links.to,
        "shipped": links.shipped, "has": links.has, "plain_site": links.static, "address": address, "pairs": pairs, "twin": f"{address}.{{}}{query(pairs)}",
        "release": doors.program.release, "known_on": doors.program.known_on, "note": NOTE, "_": words.gettext, "ngettext": words.ngettext,
        "language": language, "members": doors.members, "shapes": shapes(), "today": service.today().isoformat(),
        **view.context,
    }  # fmt: skip
    return environment().get_template(page.template).render(context)


@lru_cache(maxsize=1)
def shapes() -> Markup:
    """The sprite of the state shapes, our own file."""
    return Markup(service.wording.sprite().replace(' style="position:absolute"', ' class="sprite"'))  # noqa: S704 - a file of this package
