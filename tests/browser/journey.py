"""One walk through the product: who takes part, and what one step leaves for the next."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from playwright.sync_api import Browser, expect

from hanmadang.kernel import clock
from tests.browser.city import City
from tests.browser.visitor import Journal, Visitor
from tests.support.browser import DESK, page

PASSWORD = "hangang-namu-byeol-42"
LOCALES = {"ko": "ko-KR", "en": "en-GB"}


@dataclass(frozen=True, slots=True)
class Way:
    """How a walk is taken."""

    language: str
    width: int = DESK
    javascript: bool = True
    keys: bool = False
    """Whether everything is done by keyboard."""

    def __str__(self) -> str:
        how = ("" if self.javascript else "-noscript") + ("-keys" if self.keys else "")
        return f"{self.language}-{self.width}{how}"


@dataclass(slots=True)
class Journey:
    """Everybody of one walk, each with a browser of their own, and what has happened so far."""

    city: City
    browser: Browser
    way: Way
    journal: Journal
    stack: ExitStack
    people: dict[str, Visitor] = field(default_factory=dict)
    concert: str = ""
    """Slug of the concert that the organizer posted."""
    taken: int = 0
    """How many steps have been taken."""
    stuck: bool = False
    """Whether a step failed; those after it stand on it."""
    poll: str = ""
    """Slug of the poll that the organizer opened."""
    code: str = ""
    """What one types to reach that poll."""

    @property
    def language(self) -> str:
        """The language of the walk."""
        return self.way.language

    @property
    def starts(self) -> datetime:
        """When the concert begins: tomorrow, in two hours' time (wall clock of the city)."""
        return (clock.now() + timedelta(hours=26)).astimezone(clock.zone("Asia/Seoul"))

    def person(self, name: str, *, javascript: bool | None = None) -> Visitor:
        """The visitor of that name; a new browser the first time."""
        if name not in self.people:
            scripts = self.way.javascript if javascript is None else javascript
            self.people[name] = self.stack.enter_context(self._opened(javascript=scripts))
        return self.people[name]

    def staff(self, role: str) -> Visitor:
        """Somebody of the sample city, signed in with one click: ``Organizer``, ``Reviewer``."""
        if role in self.people:
            return self.people[role]
        visitor = self.person(role)
        visitor.go("/demo")
        visitor.look("demo")
        visitor.press("Continue as: %(name)s", name=visitor.word(role))
        visitor.sees("You are signed in as: %(name)s", name=visitor.word(role))
        return visitor

    def take(self, steps: "Sequence[Step]") -> None:
        """Take those of these steps, from the first of the walk on, that were not taken yet."""
        assert not self.stuck, "an earlier step failed"
        self.stuck = True
        for step in steps[self.taken :]:
            step(self)
            self.taken += 1
        self.stuck = False

    def address(self, name: str) -> str:
        """The e-mail address of somebody who signs up in this walk."""
        return f"{name}-{self.way}@example.org"

    def sign_up(self, name: str, called: str, *consents: str) -> Visitor:
        """Sign up: age first, then the form with its separate consents."""
        visitor = self.person(name)
        visitor.go("/sign-up")
        visitor.look("sign-up-age")
        visitor.press("Yes, I am 14 or older")
        visitor.look("sign-up")
        visitor.type(email=self.address(name), name=called, new_password=PASSWORD)
        for kind in ("terms", "privacy", *consents):
            visitor.tick(visitor.main.locator(f'input[name="consent_{kind}"]'))
        visitor.press("Make my account")
        visitor.sees("We have written to you")
        visitor.look("sign-up-welcome")
        welcome = visitor.page.url
        visitor.press("Continue")
        expect(visitor.page).not_to_have_url(welcome)  # by keyboard nothing waits for the next page
        return visitor

    @contextmanager
    def _opened(self, *, javascript: bool) -> Iterator[Visitor]:
        locale = LOCALES[self.language]
        with page(
            self.browser, self.city.url, width=self.way.width, javascript=javascript, locale=locale
        ) as tab:
            way = self.way
            yield Visitor(tab, self.language, self.journal, str(way), javascript, keys=way.keys)


Step = Callable[[Journey], None]


@contextmanager
def journey(city: City, browser: Browser, way: Way, journal: Journal) -> Iterator[Journey]:
    """A walk about to begin; its browsers close with the block."""
    with ExitStack() as stack:
        yield Journey(city, browser, way, journal, stack)


def eventually(ready: Callable[[], bool], for_s: float = 90) -> None:
    """Wait until it is so. Raises AssertionError when the time is over."""
    end = time.monotonic() + for_s
    while not ready():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
