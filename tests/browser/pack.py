"""A pack on somebody's own disk, opened from there: nothing serves it."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page

from hanmadang.courses.grading import body_stored
from hanmadang.courses.models import Question
from tests.browser.visitor import Visitor
from tests.factories import answers


@dataclass(slots=True)
class Pack:
    """An unpacked course, and the tab in which it is read."""

    folder: Path
    tab: Page

    def open(self, name: str) -> None:
        """Open a page of it by its file."""
        self.tab.goto((self.folder / name).as_uri())

    def units(self, language: str) -> list[str]:
        """The files of its units, in their order."""
        return sorted(
            f"{language}/{path.name}" for path in (self.folder / language).glob("[0-9]*.html")
        )

    def field(self, slug: str) -> Locator:
        """A question."""
        return self.tab.locator(f'[data-question="{slug}"]')

    def verdict(self, slug: str) -> str:
        """What is said to its answer: good, bad, partly, kept, order or number."""
        return str(self.field(slug).locator("[data-verdict]").get_attribute("data-state"))

    def check(self) -> None:
        """Press the button with the keyboard."""
        button = self.tab.locator("[data-quiz] button[type=submit]")
        button.focus()
        button.press("Enter")


def unpack(archive: Path, context: BrowserContext) -> Pack:
    """The pack beside its zip, in a tab of its own."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(archive.parent)
        folder = archive.parent / opened.namelist()[0].partition("/")[0]
    return Pack(folder, context.new_page())


def download(visitor: Visitor, folder: Path, course: str) -> Path:
    """Fetch the pack as a citizen does, from the course's page."""
    visitor.go(f"/courses/{course}")
    visitor.press("Take the course along")
    visitor.look("take-along")
    with visitor.page.expect_download() as started:
        visitor.press("Korean and English")
    archive = folder / started.value.suggested_filename
    started.value.save_as(archive)
    return archive


def fill(pack: Pack, question: Question, response: list[Any] | None = None) -> None:
    """Give an answer, the right one by default, with the keyboard."""
    field = pack.field(question.slug)
    if response is None:
        response = answers.right_response(body_stored(question.kind, question.body))
    options = field.locator("input[type=radio], input[type=checkbox]")
    if options.count():
        for value in response:
            chosen = field.locator(f'input[value="{value}"]')
            chosen.focus()
            chosen.press("Space")
        return
    for place, value in enumerate(response):
        control = field.locator(f'[data-index="{place}"]').locator("[data-part]")
        if not control.count():
            control = field.locator("[data-part]").nth(place)
        text = "" if value is None else str(value)
        if control.get_attribute("data-part") == "typed":
            control.fill(text)
        else:
            # By the option itself: a bare "1" would also find the option that reads "1".
            option = control.locator(f'option[value="{text}"]').element_handle()
            control.select_option(element=option)
