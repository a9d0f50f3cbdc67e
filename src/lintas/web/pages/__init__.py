"""All pages, in the order in which addresses are matched. A new page is one folder with its view, template and test."""

from __future__ import annotations

from lintas.web.frame import Page
from lintas.web.pages import ask, check, corridors, guide, law

PAGES: tuple[Page, ...] = (ask.PAGE, check.PAGE, corridors.PAGE, *law.PAGES, *guide.PAGES)
