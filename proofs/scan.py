"""Scan: from the picture's address to the thanks page on a slow phone, in two languages.

The phone is Chromium with an empty cache, a quarter of this machine's speed and a mobile network:
1.6 Mbit/s down, 750 kbit/s up, 150 ms for each round trip. The person is as quick as a machine, so
the figure is what the house adds to an evening. The twin serves style sheets with ballast.
"""

import time
from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page
from sqlalchemy import select

from hanmadang.kernel.i18n import translate
from hanmadang.polls.models import Poll, Question
from proofs import Figure, Run, Verdict
from tests.browser.city import City, city
from tests.browser.journey import LOCALES
from tests.support.browser import PHONE, chromium, page

POLL = "tonight-songs-of-north-and-south"
TIMES, GOAL_S, PATIENCE_MS = 5, 10.0, 120_000
SLOWDOWN = 4
NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}


@dataclass(frozen=True, slots=True)
class Scan:
    """One person's way."""

    shown_s: float
    """Until the question could be read and an option tapped."""
    thanked_s: float
    sent_bytes: int
    """What came over the network, as it came."""


def prove(run: Run) -> Verdict:
    """Median of five in each language; every acknowledged answer counts."""
    times = run.size(TIMES)
    with city("proofs.wsgi_scan" if run.twin else "wsgi") as served, chromium() as browser:
        code, before = _poll(served)
        scans = {
            language: [_scan(served, browser, language, code) for _ in range(times)]
            for language in LOCALES
        }
        counted = _poll(served)[1] - before
    slowest = max(_median(each, "thanked_s") for each in scans.values())
    words: list[str] = []
    figures: dict[str, Figure] = {}
    for language, each in scans.items():
        found = {name: _median(each, name) for name in ("shown_s", "thanked_s", "sent_bytes")}
        figures |= {f"{language}_{name}": round(value, 2) for name, value in found.items()}
        words.append(
            f"{language} question after {found['shown_s']:.1f} s, thanks after"
            f" {found['thanked_s']:.1f} s, {found['sent_bytes'] / 1024:.0f} KB"
        )
    everybody = times * len(scans)
    summary = (
        f"{'; '.join(words)} (median of {times}, goal {GOAL_S:g} s),"
        f" {counted} of {everybody} answers counted"
    )
    return Verdict(slowest <= GOAL_S and counted == everybody, summary, figures)


def _median(scans: list[Scan], name: str) -> float:
    return median(float(getattr(scan, name)) for scan in scans)


def _scan(served: City, browser: Browser, language: str, code: str) -> Scan:
    """Open the address, tap the first option, send, and be thanked."""
    with page(browser, served.url, width=PHONE, locale=LOCALES[language]) as tab:
        tab.set_default_timeout(PATIENCE_MS)
        received = _slow(tab)
        begin = time.monotonic()
        tab.goto(f"/p/{code}", wait_until="commit")
        tab.locator("main input[type=radio]").first.check()
        shown = time.monotonic()
        tab.get_by_role("button", name=translate(language, "Send my answers")).click()
        thanks = translate(language, "Thank you. Your answers count.")
        tab.get_by_role("heading", level=1, name=thanks).wait_for()
        thanked = time.monotonic()
        return Scan(shown - begin, thanked - begin, sum(received))


def _slow(tab: Page) -> list[int]:
    """Make it an average phone on an average evening. Gives the sizes of what it receives."""
    received: list[int] = []

    def arrived(event: dict[str, Any]) -> None:
        received.append(int(event["encodedDataLength"]))

    devtools = tab.context.new_cdp_session(tab)
    devtools.on("Network.loadingFinished", arrived)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", NETWORK)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    return received


def _poll(served: City) -> tuple[str, int]:
    """The code on the screen, and how many answered the first question."""
    with served.records() as records:
        row = records.execute(
            select(Poll.code, Question.answered)
            .join(Question)
            .where(Poll.slug == POLL)
            .order_by(Question.position)
            .limit(1)
        ).one()
        return row.code, row.answered
