"""Every kind of question by keyboard with script, and without script; a quiz that counts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import answering
from tests.browser.city import City
from tests.browser.journey import Journey, Way, journey
from tests.browser.visitor import Journal
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


def test_every_kind_is_answered_right(walk: Journey) -> None:
    visitor = walk.person("visitor")
    places = answering.addresses(walk, COURSE)
    for slug in KINDS:
        questions = answering.questions_of(walk, COURSE, slug)
        visitor.go(places[slug])
        visitor.look(slug)
        answering.answer_all(visitor, questions)
        number = str(len(questions))
        visitor.sees("%(right)s of %(total)s right so far.", right=number, total=number)
        visitor.look(f"{slug}-checked")


def test_a_quiz_that_counts_is_passed(walk: Journey) -> None:
    citizen = walk.sign_up("citizen", {"ko": "하나", "en": "Hana"}[walk.language], "reminders")
    citizen.go(answering.addresses(walk, COURSE)[EXAM])
    answering.hand_in(walk, citizen, answering.questions_of(walk, COURSE, EXAM))
    citizen.look("passed")
