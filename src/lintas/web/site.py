"""The plain site: the reading pages as files that work from a file share or any static host, search included."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from lintas.errors import InputError
from lintas.web import frame
from lintas.web.frame import Doors, Links, Page, Parameters, View
from lintas.web.pages import PAGES
from lintas.web.pages.guide import contents

SHIPPED = ("lintas.js", "lintas.svg", "minisearch.js", "site-search.js")


class Files(Links):
    """Addresses as relative files."""

    def to(self, path: str) -> str:
        """The file of a page, relative to the page that is written; ``#`` where the page needs a server."""
        clean, _, rest = path.partition("?")
        if clean == "/":
            clean = "/law"
        if clean not in self.known:
            return "#"
        return self._up() + clean.strip("/") + "/index.html" + (f"?{rest}" if rest else "")

    def shipped(self, name: str) -> str:
        """A shipped file."""
        return f"{self._up()}static/{name}"

    def has(self, path: str) -> bool:
        """Whether the plain site has the page."""
        return path in self.known

    def _up(self) -> str:
        return "../" * len(PurePosixPath(self.base.strip("/")).parts)


def addresses(doors: Doors) -> Iterator[tuple[Page, dict[str, str], str]]:
    """Every reading page with its parts and its address."""
    for page in PAGES:
        if not page.reading:
            continue
        if page.path == "/law/{member}":
            names = [c.lower() for c in doors.members] + ["agreements"] + [c.lower() for c in doors.program.outside if any(r["jurisdiction"] == c for r in doors.norm_rows)]
            found = [{"member": name} for name in names]
        elif page.path == "/law/{member}/{instrument}":
            found = [dict(zip(("member", "instrument"), slug.split("/"), strict=True)) for slug in sorted(doors.program.instruments)]
        elif page.path == "/law/{member}/{instrument}/{norm}":
            ids = sorted(n.id for n in doors.program.norms if n.modality != "coverage")
            found = [dict(zip(("member", "instrument", "norm"), i.split("/"), strict=True)) for i in ids]
        elif page.path == "/docs/{name}":
            found = [{"name": name} for _, pages in contents() for name, _ in pages]
        else:
            found = [{}]
        for parts in found:
            yield page, parts, page.path.format(**parts)


def write_site(doors: Doors, target: Path, progress: Callable[[int], None] = lambda _: None) -> int:
    """Write the site into a new or empty folder; returns the number of pages.

    Raises:
        InputError: the folder is not empty.

    """
    if target.exists() and any(target.iterdir()):
        raise InputError("the folder is not empty", hint="Name a new or empty folder.", where=str(target))
    every = list(addresses(doors))
    search = Page("/law/search", "law/search-plain.html", _search, section="law")
    every.append((search, {}, search.path))
    known = frozenset(address for _, _, address in every)
    for count, (page, parts, address) in enumerate(every, 1):
        view = page.view(doors, parts, Parameters([], frozenset()))
        text = frame.render(doors, page, view, address=address, pairs=[], links=Files(base=address, static=True, known=known))
        file = target / address.strip("/") / "index.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        (file.parent / "index.json").write_bytes(frame.as_json(doors, view))
        if count % 200 == 0:
            progress(count)
    static = target / "static"
    static.mkdir()
    for name in SHIPPED:
        shutil.copyfile(frame.HERE / "static" / name, static / name)
    (static / "lintas.css").write_bytes(frame.stylesheet())
    (static / "search-data.js").write_text(_index(doors), encoding="utf-8")
    start = '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=law/index.html"><title>Lintas</title><p><a href="law/index.html">Lintas: the law</a></p></html>\n'
    (target / "index.html").write_text(start, encoding="utf-8")
    return len(every)


def _search(doors: Doors, _parts: dict[str, str], _given: Parameters) -> View:
    rows = [{"code": code, "name": name} for code, name in doors.members.items()]
    return View("Search the law", {"rows": rows}, rows)


def _index(doors: Doors) -> str:
    """What the search of the plain site looks through: one row a norm, as a script, since a page of a file share may load no data."""
    rows = {}
    for row in doors.norm_rows:
        rows[row["norm"]] = {key: row[key] for key in ("norm", "title", "quote", "instrument_title", "locator", "jurisdiction", "lang")}
    return "window.LINTAS=" + json.dumps(list(rows.values()), ensure_ascii=False).replace("</", "<\\/").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029") + ";\n"
