"""Answering: a practice checked at once, hints one by one, and quizzes that count, in attempts."""

from collections.abc import Callable
from datetime import datetime

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.courses import domain
from hanmadang.courses.forms import quiz as forms
from hanmadang.courses.queries.lesson import Filled, Lesson
from hanmadang.courses.queries.practice import practice
from hanmadang.courses.rules import can_take
from hanmadang.courses.told import told_answers
from hanmadang.courses.views.lessons import congratulate, lesson_of, lesson_page, take, unit_url
from hanmadang.courses.views.room import reader, room
from hanmadang.kernel import clock
from hanmadang.kernel.db import transact
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import LazyText, _, lazy
from hanmadang.kernel.limits import limit
from hanmadang.kernel.pages import viewer
from hanmadang.kernel.permissions import Permission

_NOTHING_CHOSEN = lazy("Choose an answer to at least one question, then check again.")
_CHECK = lazy("Please check the answers marked below. Everything else is kept.")


@room.action("/courses/<course>/<module>/<unit>/answer", needs=Permission.PUBLIC)
@limit("1800 per hour", by=reader)
def answer(course: str, module: str, unit: str) -> ResponseReturnValue:
    """Check answers: kept for those who can take courses, only shown to everybody else.

    The key stands for one press of the button with its choices, not for the whole form: whoever
    goes back, chooses again and sends the same page is trying again, not repeating a request.
    """
    if can_take(viewer()) and _is_kept(course, module, unit):
        anchor = forms.anchor_in(request.form)
        return redirect(
            url_for("courses.unit", course=course, module=module, unit=unit, _anchor=anchor), 303
        )
    page = lesson_of(course, module, unit)
    if page.counted:
        return _again(page, Filled(), domain.CountedQuizError.text, domain.CountedQuizError.status)
    sent = forms.answers_in(request.form, forms.questions_in(request.form, page))
    if sent.errors:
        return _again(page, sent, _CHECK)
    if not sent.responses:
        return _again(page, sent, _NOTHING_CHOSEN)
    page = page.filled(Filled(sent.responses, told=sent.told))
    return lesson_page(page, kept_answers="" if can_take(viewer()) else _told_to_device(sent))


def _is_kept(course: str, module: str, unit: str) -> bool:
    """Keep the answers; False where there is something to say, or no seat to keep them for.

    This is the room's hottest writing, so it reads nothing that only a page would show.
    """
    asked = practice(viewer(), course, module, unit)
    sent = forms.answers_in(request.form, asked.questions)
    if asked.counted or sent.errors or not sent.responses:
        return False
    key, now = forms.key_in(request.form), clock.now()

    def work(session: Session) -> bool:
        if not asked.enrolled:
            take(session, asked.course_id, now)
        return domain.answer(session, viewer(), asked.unit_id, sent.responses, key=key, now=now)

    try:
        congratulate(earned=transact(work))
    except domain.RunNeededError:
        return False
    return True


def _told_to_device(sent: Filled) -> str:
    """What a reader without an account answered just now, for their own device to keep."""
    old = forms.taken_along(request.form)
    new = {slug: each for slug, each in sent.responses.items() if slug not in old}
    return told_answers(new, forms.key_in(request.form))


@room.action("/courses/<course>/<module>/<unit>/hint", needs=Permission.PUBLIC)
def hint(course: str, module: str, unit: str) -> ResponseReturnValue:
    """Tell a question's next hint; what stands in the form stays there."""
    page = lesson_of(course, module, unit)
    asked = forms.questions_in(request.form, page)
    question = forms.hint_wanted(request.form, asked)
    if question is None:
        raise NotFoundError
    sent = forms.answers_in(request.form, asked)
    before = max(question.told, sent.told[question.slug])
    told = min(before + 1, len(question.hints))
    if page.enrolled:
        now = clock.now()
        told = transact(
            lambda session: domain.tell_hint(
                session, viewer(), page.unit_id, question.slug, now=now
            )
        )
    hints = {**sent.told, question.slug: told}
    return lesson_page(page.filled(Filled(typed=sent.typed, told=hints)))


@room.action("/courses/<course>/<module>/<unit>/attempt", needs=Permission.COURSES_TAKE)
def attempt(course: str, module: str, unit: str) -> ResponseReturnValue:
    """Begin an attempt at a quiz that counts."""
    page, number, now = lesson_of(course, module, unit), forms.attempt_in(request.form), clock.now()

    def work(session: Session) -> None:
        if not page.enrolled:
            take(session, page.course_id, now)
        domain.quiz.start_attempt(session, viewer(), page.unit_id, number, now=now)

    return _told(page, work)


@room.action("/courses/<course>/<module>/<unit>/save", needs=Permission.COURSES_TAKE)
def save(course: str, module: str, unit: str) -> ResponseReturnValue:
    """Keep the answers given so far."""
    return _send(course, module, unit, hand_in=False)


@room.action("/courses/<course>/<module>/<unit>/hand-in", needs=Permission.COURSES_TAKE)
def hand_in(course: str, module: str, unit: str) -> ResponseReturnValue:
    """Hand the attempt in."""
    return _send(course, module, unit, hand_in=True)


def _send(course: str, module: str, unit: str, *, hand_in: bool) -> ResponseReturnValue:
    page, number, now = lesson_of(course, module, unit), forms.attempt_in(request.form), clock.now()
    shown = page.standing.shown if page.standing else None
    if shown is None:
        raise NotFoundError
    sent = forms.answers_in(request.form, page.questions if shown.number == number else ())
    if sent.errors and shown.is_open:
        _save_the_rest(page, number, sent, now)
        return _again(page, sent, _CHECK)

    def work(session: Session) -> None:
        verb = domain.quiz.hand_in if hand_in else domain.quiz.save
        verb(session, viewer(), page.unit_id, number, sent.responses, now=now)

    response = _told(page, work)
    if not hand_in and not isinstance(response, tuple):
        say(_("Your answers are saved. Hand them in when you are ready."))
    return response


def _save_the_rest(page: Lesson, number: int, sent: Filled, now: datetime) -> None:
    """Keep what could be read, so that nothing is lost while the rest is mended."""
    try:
        transact(
            lambda session: domain.quiz.save(
                session, viewer(), page.unit_id, number, sent.responses, now=now
            )
        )
    except domain.quiz.AttemptOverError:
        return


def _told(page: Lesson, work: Callable[[Session], object]) -> ResponseReturnValue:
    """Do it and lead back to the quiz; what cannot be done is said there."""
    try:
        transact(work)
    except DomainError as error:
        if isinstance(error, NotFoundError):
            raise
        page = lesson_of(page.course_slug, page.module_slug, page.slug)
        return lesson_page(page, quiz_error=error.text), error.status
    return redirect(unit_url(page, "questions"), 303)


def _again(page: Lesson, sent: Filled, text: LazyText, status: int = 422) -> tuple[str, int]:
    return lesson_page(page.filled(sent), quiz_error=text), status
