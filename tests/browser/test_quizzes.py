"""Every kind of question by keyboard with script, and without script; a quiz that counts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from hanmadang.courses.models import Module, Question, QuizAttempt, Unit
from tests.browser.city import City
from tests.browser.journey import Journey, Way, journey
from tests.browser.visitor import Journal, Visitor
from tests.factories import answers
from tests.support.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow]
COURSE = "division-and-armistice"
KINDS = ("the-war-1950-1953", "who-signed", "line-and-zone")
EXAM = "agreements-since-1972"
WAYS = (Way("ko"), Way("en", PHONE), Way("ko", PHONE, javascript=False))


@pytest.fixture(params=WAYS, ids=str)
def walk(sample_city: City, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Journey]:
    """A walk through the quizzes; every page looked at is whole."""
    journal = Journal()
    with journey(sample_city, chromium, request.param, journal) as begun:
        yield begun
    assert journal.faults == []


def unit_of(walk: Journey, slug: str) -> tuple[str, list[Question]]:
    """The address of a unit, and its questions."""
    with walk.city.records() as records:
        module = records.scalars(select(Module.slug).join(Unit).where(Unit.slug == slug)).one()
        found = records.scalars(
            select(Question).join(Unit).where(Unit.slug == slug).order_by(Question.position)
        ).all()
        records.expunge_all()
        return f"/courses/{COURSE}/{module}/{slug}", list(found)


def fill(visitor: Visitor, question: Question) -> None:
    """Give the right answer, with the keyboard alone where there is a choice."""
    if question.kind == "ordering" and visitor.javascript:
        _order(visitor, question)
        return
    for name, values in answers.form_fields(question).items():
        for value in values:
            field = visitor.main.locator(f'[name="{name}"]')
            if field.first.get_attribute("type") in {"radio", "checkbox"}:
                chosen = visitor.main.locator(f'[name="{name}"][value="{value}"]')
                chosen.focus()
                chosen.press("Space")
            elif field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)


def _order(visitor: Visitor, question: Question) -> None:
    """Bubble the lines up, button by button."""
    lines = visitor.main.locator(f"#question-{question.slug} [data-line]")
    total = lines.count()
    for place in range(total):
        line = visitor.main.locator(f'[data-line]:has([name="q-{question.slug}.{place}"])')
        for _step in range(total):
            shown = [each.get_attribute("name") for each in lines.locator("select").all()]
            if shown.index(f"q-{question.slug}.{place}") == place:
                break
            line.locator("[data-up]").focus()
            visitor.page.keyboard.press("Enter")
            expect(line.locator("[data-up]")).to_be_focused()
    visitor.main.locator(f"#question-{question.slug} [data-keep-order]").press("Enter")
    said = visitor.main.locator(f"#question-{question.slug} [data-order-said]")
    expect(said).to_have_text(visitor.word("This order is your answer."))


def test_every_kind_is_answered_right(walk: Journey) -> None:
    visitor = walk.person("visitor")
    for slug in KINDS:
        address, questions = unit_of(walk, slug)
        visitor.go(address)
        visitor.look(slug)
        for question in questions:
            fill(visitor, question)
        visitor.press("Check my answers")
        number = str(len(questions))
        visitor.sees("%(right)s of %(total)s right so far.", right=number, total=number)
        visitor.look(f"{slug}-checked")


def test_a_quiz_that_counts_is_passed(walk: Journey) -> None:
    citizen = walk.sign_up("citizen", {"ko": "하나", "en": "Hana"}[walk.language], "reminders")
    address, questions = unit_of(walk, EXAM)
    citizen.go(address)
    citizen.press("Start attempt %(n)s", n=1)
    citizen.look("attempt")
    with walk.city.records() as records:
        latest = select(QuizAttempt.drawn).order_by(QuizAttempt.id.desc()).limit(1)
        drawn = set(records.scalars(latest).one())
    for question in questions:
        if question.id in drawn:
            fill(citizen, question)
    citizen.press("Hand in")
    citizen.sees("You have passed.")
    citizen.look("passed")
