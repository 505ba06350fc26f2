"""A person at a browser, and what they saw: each page is checked while they walk."""

import re
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from hanmadang.kernel.i18n import translate, translate_count
from tests.browser import keys
from tests.support.browser import axe, overflow

PATIENCE_MS = 30_000
"""How long a page may take while other work shares the machine."""


@dataclass(slots=True)
class Journal:
    """What a walk saw: pages, what was wrong with them, and how fast the bars moved."""

    shots: Path | None = None
    """Folder for a picture of each page; none are taken without it."""
    pages: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    violations: int = 0
    """How many of the faults axe found."""
    moved_s: list[float] = field(default_factory=list)
    """Seconds from pressing "send" to the moving bar on the hall's screen."""


@dataclass(slots=True)
class Visitor:
    """Somebody with a browser of their own, reading in one language."""

    page: Page
    language: str
    journal: Journal
    label: str
    """Where in the walk this is, for faults and pictures: ``ko-375``."""
    javascript: bool = True
    keys: bool = False
    """Whether the mouse was left at home."""
    expected_errors: re.Pattern[str] = re.compile(r"(?!)")
    """Console lines that a step causes on purpose."""

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("console", partial(Visitor._hear, self))  # slots refuse its mark on a method
        self.page.on("pageerror", lambda error: self._blame(f"script error: {error}"))

    def word(self, message: str, **values: object) -> str:
        """A text of the product in the visitor's language, from its own catalogue."""
        text = translate(self.language, message, **values)
        assert text != message or self.language == "en", f"no page says {message!r}"
        return text

    def words(self, one: str, many: str, n: int, **values: object) -> str:
        """A text that depends on a number, likewise."""
        return translate_count(self.language, one, many, n, **values)

    def go(self, path: str) -> None:
        """Open a page of the site by its address, written without the language."""
        answer = self.page.goto(f"/{self.language}{path}")
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"

    def switch(self, language: str) -> None:
        """Go on in the other language, from the page that stands open."""
        self.activate(self.page.locator(f'header a.tool[hreflang="{language}"]'))
        expect(self.page.locator("html")).to_have_attribute("lang", language)
        self.language = language

    def press(self, message: str, **values: object) -> None:
        """Press the button, or follow the link, with these words."""
        self.activate(self.control(self.word(message, **values)))

    def follow(self, text: str) -> None:
        """Follow the link with words that somebody wrote, such as a title."""
        self.activate(self.main.get_by_role("link", name=text, exact=True).first)

    def activate(self, control: Locator) -> None:
        """Press a button or follow a link, by mouse or by keyboard."""
        if self.keys:
            keys.press(self.page, control)
        else:
            control.click()

    def write(self, field: Locator, text: str) -> None:
        """Fill in one field."""
        if self.keys:
            keys.write(self.page, field, text)
        else:
            field.fill(text)

    def tick(self, box: Locator) -> None:
        """Tick a box or choose a radio button."""
        if self.keys:
            keys.tick(self.page, box)
        else:
            box.check()

    def pick(self, field: Locator, value: str) -> None:
        """Choose from a list, by the option's value."""
        if self.keys:
            keys.pick(self.page, field, value)
        else:
            # By the option itself: a bare "1" would also find the option that reads "1".
            option = field.locator(f'option[value="{value}"]').element_handle()
            field.select_option(element=option)

    def hand_over(self, field: Locator, path: Path) -> None:
        """Choose a file."""
        if not self.keys:
            field.set_input_files(path)
            return
        keys.tab_to(self.page, field)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(path)

    def control(self, text: str) -> Locator:
        """The first button or link whose words begin with `text`; more may follow unseen."""
        starts = re.compile(rf"^\s*{re.escape(text)}")
        button = self.main.get_by_role("button", name=starts)
        either = button.or_(self.main.get_by_role("link", name=starts))
        return either.and_(self.page.locator(":not(.visually-hidden)")).first

    def type(self, **texts: str) -> None:
        """Fill in fields by name."""
        for name, text in texts.items():
            self.write(self.main.locator(f'[name="{name}"]'), text)

    def choose(self, name: str, value: str) -> None:
        """Pick from a list, or tick a box or radio button."""
        control = self.main.locator(f'select[name="{name}"]')
        if control.count():
            self.pick(control, value)
        else:
            self.tick(self.main.locator(f'input[name="{name}"][value="{value}"]'))

    def sees(self, message: str, **values: object) -> None:
        """The page's main part shows these words of the product."""
        self.reads(self.word(message, **values))

    def reads(self, text: str) -> None:
        """The page's main part shows this text."""
        expect(self.main).to_contain_text(text, timeout=PATIENCE_MS)

    def look(self, name: str) -> None:
        """Check the page as it stands, and keep its picture."""
        self.page.wait_for_load_state()
        where = f"{self.label} {name}"
        self.journal.pages.append(where)
        self._check(self.page.locator("html").get_attribute("lang") == self.language, "language")
        if self.javascript:
            for violation in axe(self.page):
                self.journal.violations += 1
                self._blame(f"{name}: {violation}")
        wide = overflow(self.page)
        self._check(wide == 0, f"{name}: {wide} px wider than the window")
        if self.journal.shots:
            path = self.journal.shots / f"{self.label}-{name}.png"
            self.page.screenshot(path=path, full_page=True)

    @property
    def main(self) -> Locator:
        """The main part of the page, without header and footer."""
        return self.page.locator("main")

    @property
    def path(self) -> str:
        """The address of the page, without the host."""
        return re.sub(r"^https?://[^/]+", "", self.page.url)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not self.expected_errors.search(message.text):
            self._blame(f"console: {message.text}")

    def _check(self, fine: bool, fault: str) -> None:
        if not fine:
            self._blame(fault)

    def _blame(self, fault: str) -> None:
        self.journal.faults.append(f"{self.label} {self.path}: {fault}")
