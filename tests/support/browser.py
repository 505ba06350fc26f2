"""Chromium, driven as a person would: two widths, two languages, scripts on or off.

Start it per test file and close it (as the fixture does): Playwright keeps an event loop in the
thread while it lives, and asyncio.run() in another test would refuse to start beside it.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.errors import Unavailable
from tools.stages import CHROMIUM

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE, DESK = 375, 1280
HEIGHTS = {PHONE: 812, DESK: 900}
AXE = Path(__file__).with_name("axe.min.js")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser, closed afterwards. Raises Unavailable."""
    with sync_playwright() as playwright:
        program = next(filter(None, map(shutil.which, CHROMIUM)), None)
        program = program or playwright.chromium.executable_path
        if not Path(program).exists():
            raise Unavailable("no Chromium: install the package `chromium`")
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page(
    browser: Browser,
    base_url: str = "",
    *,
    width: int = DESK,
    javascript: bool = True,
    locale: str = "ko-KR",
    contrast: Literal["more", "no-preference"] = "no-preference",
) -> Iterator[Page]:
    """A page in a context of its own: no cookie, cache or storage is shared with another."""
    context = browser.new_context(
        base_url=base_url or None,
        viewport={"width": width, "height": HEIGHTS.get(width, 900)},
        java_script_enabled=javascript,
        locale=locale,
        timezone_id="Asia/Seoul",
        reduced_motion="reduce",
        contrast=contrast,
    )
    context.set_default_timeout(10_000)
    try:
        yield context.new_page()
    finally:
        context.close()


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that a page breaks, and where."""

    rule: str
    impact: str
    help: str
    where: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.impact} {self.rule}: {self.help} at {', '.join(self.where)}"


def axe(
    page: Page, *, rules: Sequence[str] = RULES, within: str = "html", preload: bool = True
) -> list[Violation]:
    """What axe-core finds on the page as it now stands; needs scripts on.

    Without `preload` it asks for no style sheets, which no browser hands to a file on a disk.
    """
    page.evaluate(_axe_source())
    options = {
        "runOnly": {"type": "tag", "values": list(rules)},
        "resultTypes": ["violations"],
        "preload": preload,
    }
    found = page.evaluate(
        "([root, options]) => axe.run(root, options).then(r => r.violations)", [within, options]
    )
    return [
        Violation(
            entry["id"],
            entry["impact"] or "minor",
            entry["help"],
            tuple(" ".join(map(str, node["target"])) for node in entry["nodes"]),
        )
        for entry in found
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window; 0 when nothing sticks out."""
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(page.evaluate(width))


@lru_cache(maxsize=1)
def _axe_source() -> str:
    # A function that calls nothing at the end: evaluate() needs an expression, and goes past
    # the page's Content-Security-Policy, as a script tag could not.
    return f"() => {{ {AXE.read_text(encoding='utf-8')} }}"
