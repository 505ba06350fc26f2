"""Authoring: somebody new writes a bilingual unit with a quiz and hands it in, in eight minutes.

A model, not a person: it knows what to say, reads every visible line of each page once (200 words
a minute), types without a mistake (200 keys a minute, so 40 English words), and thinks before each
press and each field. It begins at the desk without a course, and ends with the press that hands
the course in. Korean and English, at a desk and on a phone, the waiting for the machine counted.
In the twin every kind of part and every field that may stay empty lies open.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from hanmadang.kernel.db import transaction
from hanmadang.people.models import Account
from proofs import Run, Verdict
from proofs import authoring_words as said
from proofs.newcomer import Newcomer
from tests.browser.city import City, city
from tests.factories.authoring import make_editor
from tests.factories.events import make_institution
from tests.factories.people import open_session
from tests.support.browser import DESK, PHONE, chromium, page

GOAL_S = 8 * 60
WAYS = (("ko", DESK), ("en", DESK), ("ko", PHONE), ("en", PHONE))
_UNFOLD = "() => document.querySelectorAll('main details').forEach((each) => { each.open = true; })"


def prove(run: Run) -> Verdict:
    """Every way; SCALE=0.5 stays at the desk."""
    with city() as served, chromium() as browser:
        trials = {
            f"{language} {width} px": _trial(served, browser, language, width, twin=run.twin)
            for language, width in WAYS[: run.size(len(WAYS))]
        }
    words = "; ".join(f"{name} {_words(each)}" for name, each in trials.items())
    figures = {
        f"{name.replace(' ', '_')}_{what}": figure
        for name, each in trials.items()
        for what, figure in _figures(each).items()
    }
    fast = all(each.seconds <= GOAL_S for each in trials.values())
    return Verdict(fast, f"{words} (goal {_clock(GOAL_S)}; a model)", figures)


def _words(trial: Newcomer) -> str:
    return (
        f"{_clock(trial.seconds)}: {trial.pages} pages, {trial.words} words read,"
        f" {trial.keys} keys, {trial.fields} fields, {trial.presses} presses"
    )


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _figures(trial: Newcomer) -> dict[str, float]:
    return {
        "seconds": round(trial.seconds), "pages": trial.pages, "words_read": trial.words,
        "keys": trial.keys, "fields": trial.fields, "presses": trial.presses,
        "machine_s": round(trial.machine_s, 1),
    }  # fmt: skip


@contextmanager
def _editor(served: City, browser: Browser, language: str, width: int) -> Iterator[Page]:
    """The browser of an editor on the first day."""
    with served.house.app.app_context(), transaction() as session:
        viewer = make_editor(session, make_institution(session).id)
        cookie = open_session(session, session.get_one(Account, viewer.id))
    with page(browser, served.url, width=width, locale=language) as tab:
        tab.context.add_cookies([{"name": "hm_session", "value": cookie, "url": served.url}])
        yield tab


def _trial(served: City, browser: Browser, language: str, width: int, *, twin: bool) -> Newcomer:
    with _editor(served, browser, language, width) as tab:
        if twin:
            tab.add_init_script(f"setInterval({_UNFOLD}, 50)")
        newcomer = Newcomer(tab)
        newcomer.open(f"/{language}/desk/courses")
        _begin(newcomer)
        newcomer.both("blocks.b1.body", said.TEXT)
        _ask(newcomer)
        _hand_in(newcomer)
        return newcomer


def _begin(newcomer: Newcomer) -> None:
    main = newcomer.page.locator("main")
    newcomer.press(main.locator('a[href$="/desk/courses/new"]'))
    newcomer.both("title", said.COURSE)
    newcomer.both("first", said.TITLE)
    newcomer.both("summary", said.SUMMARY)
    newcomer.press(main.locator(".form__actions button"))


def _ask(newcomer: Newcomer) -> None:
    """One question with four answers, feedback to two of them."""
    main, place = newcomer.page.locator("main"), "questions.q1"
    newcomer.press(main.locator('button[value="question:one"]'), until="#f-questions-q1")
    newcomer.both(f"{place}.text", said.QUESTION)
    newcomer.pick(f"{place}.competency", said.ASKS_FOR)
    for number, label in enumerate(said.OPTIONS):
        newcomer.both(f"{place}.options.{number}.label", label)
    newcomer.tick(f"{place}.options.0.correct")
    for number, feedback in enumerate(said.FEEDBACK):
        newcomer.both(f"{place}.options.{number}.feedback", feedback)


def _hand_in(newcomer: Newcomer) -> None:
    """Look at it as learners will, then hand it in; the clock stops with the press."""
    main = newcomer.page.locator("main")
    newcomer.press(main.locator('button[value="preview"]'), until=".preview")
    newcomer.press(main.locator('a[href$="/submit"]'), until="#note")
    newcomer.press(main.locator(".form__actions button"), reads=False)
    newcomer.page.wait_for_url("**/desk/courses/versions/*")
