"""A person walks through the pages in Debian's Chromium; axe looks at each; pictures are kept under ``build/walk``."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from lintas.web.app import create_app
from lintas.web.frame import Doors
from lintas.web.guard import Config
from lintas.web.site import write_site
from tests.conftest import ROOT

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
CHROMIUM = Path("/usr/bin/chromium")
PICTURES = ROOT / "build" / "walk"
pytestmark = [pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium at /usr/bin/chromium"), pytest.mark.xdist_group("walk")]


@pytest.fixture(scope="module")
def root(law: Any) -> Any:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(law, Config(rate=0)), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Any:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_api.sync_playwright() as play:
        made = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def page(browser: Any) -> Any:
    made = browser.new_page(viewport={"width": 1280, "height": 900})
    made.faults = []
    made.on("pageerror", lambda bad: made.faults.append(str(bad)))
    made.on("console", lambda said: made.faults.append(said.text) if said.type == "error" else None)
    made.on("request", lambda asked: made.faults.append(asked.url) if not asked.url.startswith(("http://127.0.0.1", "file:", "data:")) else None)
    yield made
    assert made.faults == []
    made.close()


def serious(page: Any) -> list[str]:
    found = axe_playwright.Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found if v["impact"] in ("serious", "critical")]


def test_ask_from_an_indonesian_word_to_an_answer_with_its_article(page: Any, root: str) -> None:
    page.goto(f"{root}/")
    page.fill("#q", "kebocoran data")
    page.wait_for_selector("#activities-count:has-text('1')")
    page.click("#activities li:not([hidden]) a")
    page.select_option("#f-from", "SG")
    page.select_option("#f-to", "SG")
    page.click("button:has-text('Show the answer')")
    page.wait_for_selector(".question")
    assert "Needs facts" in page.inner_text(".verdictcard")
    page.fill("#answer", "800")
    page.click(".question button")
    page.wait_for_selector(".verdictcard:has-text('Required')")
    assert "s 26D(1)" in page.inner_text("main")
    assert page.locator(".verdictcard blockquote").count() == 1
    box = page.locator(".verdictcard .word").bounding_box()
    head = page.locator("header.top").bounding_box()
    assert box["y"] - head["height"] < 300
    page.screenshot(path=PICTURES / "answer.png", full_page=True)
    page.go_back()
    page.wait_for_selector(".question")


def test_without_script_the_same_way_leads_to_the_same_answer(browser: Any, root: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{root}/ask?q=data+breach")
    page.click("main .pick a")
    page.click("button:has-text('Show the answer')")
    page.fill("#answer", "800")
    page.click(".question button")
    assert "Required" in page.inner_text(".verdictcard")
    page.goto(f"{root}/corridors?from=VN&to=SG")
    assert page.locator(".panel h2").inner_text().startswith("Viet Nam")
    page.context.close()


def test_check_takes_a_list_and_gives_the_report(page: Any, root: str) -> None:
    page.goto(f"{root}/check")
    page.set_input_files("#file", str(next((ROOT / "examples" / "telehealth").glob("*.csv"))))
    page.click("button:has-text('Check the list')")
    page.wait_for_selector(".result .group")
    assert page.locator(".result details").count() > 0
    page.screenshot(path=PICTURES / "check.png", full_page=True)
    assert serious(page) == []


def test_corridors_by_keyboard_and_through_time(page: Any, root: str) -> None:
    page.goto(f"{root}/corridors?from=VN&to=SG")
    assert page.locator("table.grid a.cell[tabindex='0']").count() == 1, "one tab stop"
    page.focus("table.grid a.chosen")
    page.keyboard.press("ArrowRight")
    name = page.evaluate("document.activeElement.textContent")
    assert "Viet Nam to Thailand" in name
    page.keyboard.press("Enter")
    page.wait_for_selector(".panel h2:has-text('Thailand')")
    page.click("a[aria-label^='Previous change']")
    page.wait_for_url("**as_of=*")
    page.wait_for_selector("p:has-text('Law in force on')")
    page.screenshot(path=PICTURES / "corridors.png", full_page=True)


def test_law_search_and_provision(page: Any, root: str) -> None:
    page.goto(f"{root}/law")
    page.fill("#l-q", "dữ liệu cá nhân")
    page.click("form[role=search] button")
    page.wait_for_selector("section.card h2 a")
    page.click("section.card h2 a >> nth=0")
    page.wait_for_selector("text=What rests on this")
    assert page.locator("blockquote[lang]").count() >= 1
    page.screenshot(path=PICTURES / "provision.png", full_page=True)


@pytest.mark.parametrize(
    "address",
    ["/ask", "/ask?activity=notify-breach", "/ask?activity=notify-breach&from=SG&to=SG", "/ask?activity=transfer-personal-data&from=VN&to=SG", "/check", "/corridors?from=VN&to=SG", "/law", "/law/vn", "/law/sg/pdpa-2012", "/law/sg/pdpa-2012/s26D.1", "/law/coverage?member=VN", "/law/statistics", "/law/search?q=consent", "/docs/meaning", "/nothing"],
)  # fmt: skip
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(browser: Any, root: str, address: str, scheme: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page.goto(root + address)
    assert serious(page) == []
    for width in (320, 390, 768, 1600):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width
    page.close()


def test_nothing_moves_after_the_first_paint(browser: Any, root: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.add_init_script("window.shift=0;new PerformanceObserver(l=>{for(const e of l.getEntries())window.shift+=e.value}).observe({type:'layout-shift',buffered:true})")
    for address in ("/ask", "/corridors?from=VN&to=SG", "/ask?activity=notify-breach&from=SG&to=SG"):
        page.goto(root + address)
        page.wait_for_timeout(300)
        assert page.evaluate("window.shift") < 0.01, address
    page.close()


def test_a_printed_answer_has_the_quotes_and_no_controls(page: Any, root: str) -> None:
    page.goto(f"{root}/ask?activity=transfer-personal-data&from=VN&to=SG")
    page.emulate_media(media="print")
    assert page.locator("header.top").is_hidden()
    assert page.locator("main blockquote").first.is_visible()
    page.pdf(path=PICTURES / "answer.pdf", format="A4")


def test_the_plain_site_searches_from_a_file_share(page: Any, law: Any, tmp_path: Path) -> None:
    write_site(Doors(law), tmp_path / "site")
    page.goto((tmp_path / "site/index.html").as_uri())
    page.wait_for_url("**/law/index.html")
    page.click("text=Search the law")
    page.fill("#q", "du lieu ca nhan")
    page.wait_for_selector("#found section")
    page.click("#found a >> nth=0")
    page.wait_for_selector("text=What rests on this")
