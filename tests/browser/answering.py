"""Answering a unit's questions as a person does, whatever their kind and wherever they stand."""

from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.models import (
    Course,
    CourseVersion,
    Module,
    Question,
    QuizAttempt,
    Unit,
    VersionState,
)
from tests.browser import keys
from tests.browser.journey import Journey
from tests.browser.visitor import Visitor
from tests.factories import answers


def addresses(walk: Journey, course: str) -> dict[str, str]:
    """The units of the course as it is published, in their order, each with its address."""
    with walk.city.records() as records:
        rows = records.execute(
            select(Module.slug, Unit.slug)
            .join(Unit, Unit.module_id == Module.id)
            .where(Unit.version_id == _published(records, course))
            .order_by(Unit.position)
        )
        return {unit: f"/courses/{course}/{module}/{unit}" for module, unit in rows}


def questions_of(walk: Journey, course: str, unit: str) -> list[Question]:
    """The questions of a unit of the course as it is published."""
    with walk.city.records() as records:
        found = records.scalars(
            select(Question)
            .join(Unit)
            .where(Unit.slug == unit, Unit.version_id == _published(records, course))
            .order_by(Question.position)
        ).all()
        records.expunge_all()
        return list(found)


def answer_all(visitor: Visitor, questions: list[Question]) -> None:
    """Answer a practice right: each question between the parts by itself, then those at the end."""
    for question in questions:
        here = visitor.main.locator(f".quiz__form--here:has(#question-{question.slug})")
        if here.count():
            fill(visitor, question)
            name = visitor.word("Check my answer")
            visitor.activate(here.get_by_role("button", name=name, exact=True))
            expect(here).to_contain_text(visitor.word("You answered this question right."))
    at_end = [each for each in questions if not _stands_between(visitor, each)]
    for question in at_end:
        fill(visitor, question)
    if at_end:
        visitor.activate(visitor.main.locator("#questions .form__actions button"))


def hand_in(walk: Journey, visitor: Visitor, questions: list[Question]) -> None:
    """Begin an attempt at a quiz that counts, answer what it drew right, and hand it in."""
    visitor.press("Start attempt %(n)s", n=1)
    visitor.look("attempt")
    with walk.city.records() as records:
        latest = select(QuizAttempt.drawn).order_by(QuizAttempt.id.desc()).limit(1)
        drawn = set(records.scalars(latest).one())
    for question in questions:
        if question.id in drawn:
            fill(visitor, question)
    visitor.press("Hand in")
    visitor.sees("You have passed.")


def is_counted(visitor: Visitor) -> bool:
    """Whether the unit on the page ends in a quiz that counts."""
    return visitor.main.locator(".quiz__rules").count() > 0


def fill(visitor: Visitor, question: Question) -> None:
    """Give the right answer, with the keyboard alone where there is a choice."""
    if question.kind == "ordering" and visitor.javascript:
        _order(visitor, question)
        return
    for name, values in answers.form_fields(question).items():
        for value in values:
            _enter(visitor, question, name, value)


def _enter(visitor: Visitor, question: Question, name: str, value: str) -> None:
    field = visitor.main.locator(f'#question-{question.slug} [name="{name}"]')
    if field.first.get_attribute("type") in {"radio", "checkbox"}:
        chosen = field.and_(visitor.page.locator(f'[value="{value}"]'))
        visitor.tick(chosen)
    elif field.evaluate("each => each.tagName") == "SELECT":
        visitor.pick(field, value)
    else:
        visitor.write(field, value)


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
            keys.press(visitor.page, line.locator("[data-up]"))
            expect(line.locator("[data-up]")).to_be_focused()
    keys.press(visitor.page, visitor.main.locator(f"#question-{question.slug} [data-keep-order]"))
    said = visitor.main.locator(f"#question-{question.slug} [data-order-said]")
    expect(said).to_have_text(visitor.word("This order is your answer."))


def _stands_between(visitor: Visitor, question: Question) -> bool:
    return visitor.main.locator(f".quiz__form--here #question-{question.slug}").count() > 0


def _published(records: Session, course: str) -> int:
    return records.scalars(
        select(CourseVersion.id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Course.slug == course, CourseVersion.state == VersionState.PUBLISHED.value)
    ).one()
