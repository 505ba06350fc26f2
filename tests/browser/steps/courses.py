"""Step 4: a citizen signs up, takes a unit, and finds the place again."""

from playwright.sync_api import expect

from tests.browser import answering
from tests.browser.journey import Journey
from tests.browser.visitor import Visitor

COURSE, MODULE, UNIT = (
    "division-and-armistice",
    "how-korea-was-divided",
    "liberation-and-the-38th-parallel",
)


def citizen_takes_a_unit(walk: Journey) -> None:
    """Sign-up, a unit with its quiz, honest progress, leaving and resuming."""
    called = {"ko": "민지", "en": "Minji"}[walk.language]
    citizen = walk.sign_up("citizen", called, "reminders")
    citizen.go(f"/courses/{COURSE}")
    citizen.press("Start the course")
    assert citizen.path.startswith(f"/{walk.language}/courses/{COURSE}")
    citizen.go(f"/courses/{COURSE}/{MODULE}/{UNIT}")
    citizen.look("unit")
    _leaves_and_resumes(walk, citizen)
    _answers_the_quiz(walk, citizen)
    citizen.go(f"/courses/{COURSE}")
    citizen.sees("Units done")
    expect(citizen.main.locator(".units__row--done")).to_have_count(1)
    citizen.look("course-progress")
    citizen.go("/my/courses")
    citizen.look("my-courses")


def _leaves_and_resumes(walk: Journey, citizen: Visitor) -> None:
    citizen.go("/my/courses")
    citizen.press("Continue learning")
    assert citizen.path.startswith(f"/{walk.language}/courses/{COURSE}/{MODULE}/{UNIT}")


def _answers_the_quiz(walk: Journey, citizen: Visitor) -> None:
    answering.answer_all(citizen, answering.questions_of(walk, COURSE, UNIT))
    citizen.sees("You have done this unit.")
    citizen.look("unit-done")
