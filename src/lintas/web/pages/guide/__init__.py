"""Guide: the documentation, rendered from the same files that the tests run."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup

from lintas.web.frame import HERE, Doors, NotFoundError, Page, Parameters, View

ORDER = (
    ("Tutorial", ("tutorial",)),
    ("How to", ("inventory", "add-a-norm", "watch", "web", "agents")),
    ("Reference", ("commands", "api", "errors", "checks", "norm-format", "vocabulary")),
    ("Explanation", ("meaning", "architecture")),
)


def folder() -> Path:
    """The documentation of the checkout, or the copy that is packed with this library."""
    checkout = HERE.parents[2] / "docs"
    return checkout if (checkout / "meaning.md").exists() else HERE.parent / "data" / "docs"


@lru_cache(maxsize=1)
def contents() -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of pages with their titles; a file that no group names stands at the end."""
    titles = {file.stem: _title(file) for file in sorted(folder().glob("*.md"))}
    out = [(group, [(name, titles[name]) for name in names if name in titles]) for group, names in ORDER]
    rest = [(name, title) for name, title in titles.items() if not any(name in names for _, names in ORDER)]
    return [*out, *([("More", rest)] if rest else [])]


def _title(file: Path) -> str:
    found = re.search(r"^# (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else file.stem


def home(_doors: Doors, _parts: dict[str, str], _given: Parameters) -> View:
    """The list of pages."""
    rows = [{"group": group, "page": name, "title": title} for group, pages in contents() for name, title in pages]
    return View("Guide", {"contents": contents()}, rows)


def page(_doors: Doors, parts: dict[str, str], _given: Parameters) -> View:
    """One page."""
    name = parts["name"]
    if name not in {known for _, pages in contents() for known, _ in pages}:
        raise NotFoundError(f"no page {name[:60]!r}", hint="See /docs.")
    text = (folder() / f"{name}.md").read_text(encoding="utf-8")
    title = _title(folder() / f"{name}.md")
    return View(title, {"contents": contents(), "name": name, "prose": prose(text)}, [{"page": name, "title": title, "markdown": text}])


def prose(text: str) -> Any:
    """Markdown of our own files as HTML; raw HTML in it is shown, not run."""
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(re.sub(r"\A# .+\n", "", text))
    return Markup(html)  # noqa: S704 - the renderer escapes what it is given


PAGES = (
    Page("/docs", "guide/home.html", home, section="docs"),
    Page("/docs/{name}", "guide/page.html", page, section="docs"),
)
