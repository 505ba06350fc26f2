"""The room's pages. Reading and answering need no account; keeping progress does."""

from datetime import datetime
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.courses import domain, queries
from hanmadang.courses.beside import beside
from hanmadang.courses.forms import quiz as forms
from hanmadang.courses.queries import Lesson
from hanmadang.courses.rules import can_take
from hanmadang.courses.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.db import transact
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import LazyText, _, current_locale, lazy
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission

_NOTHING_CHOSEN = lazy("Choose an answer to at least one question, then check again.")


@room.page("/courses", needs=Permission.PUBLIC)
def index() -> ResponseReturnValue:
    """Every course."""
    return render("courses/index.html", cards=queries.course_cards(viewer()))


@room.page("/my/courses", needs=Permission.COURSES_TAKE)
def my_courses() -> ResponseReturnValue:
    """The courses the viewer takes, each with where to go on."""
    return render("courses/my_courses.html", cards=queries.my_courses(viewer()))


@room.page("/courses/<course>", needs=Permission.PUBLIC)
def show(course: str) -> ResponseReturnValue:
    """One course: its modules and units, and the viewer's progress."""
    page = queries.course_page(viewer(), course)
    return render("courses/show.html", page=page, can_take=can_take(viewer()))


@room.action("/courses/<course>/start", needs=Permission.COURSES_TAKE)
def start(course: str) -> ResponseReturnValue:
    """Take the course; leads to where the viewer is in it."""
    _enrolled(course)
    return redirect(_resume_url(course), 303)


@room.action("/courses/<course>/switch", needs=Permission.COURSES_TAKE)
def switch(course: str) -> ResponseReturnValue:
    """Move to the course's newer version and keep what was done."""
    course_id = queries.course_id(course)
    transact(lambda session: domain.switch(session, viewer(), course_id, now=clock.now()))
    say(_("You are now on the new version. What you had done is kept."))
    return redirect(url_for("courses.show", course=course), 303)


@room.page("/courses/<course>/<module>/<unit>", needs=Permission.PUBLIC)
def unit(course: str, module: str, unit: str) -> ResponseReturnValue:
    """A lesson."""
    page = _lesson(course, module, unit)
    if request.method == "GET" and _is_news(page):
        now = clock.now()
        transact(lambda session: _open(session, page, now))
    return _lesson_page(page)


@room.action("/courses/<course>/<module>/<unit>/answer", needs=Permission.PUBLIC)
def answer(course: str, module: str, unit: str) -> ResponseReturnValue:
    """Check answers: kept for those who can take courses, only shown to everybody else.

    The key stands for one press of the button with its choices, not for the whole form: whoever
    goes back, chooses again and sends the same page is trying again, not repeating a request.
    """
    page = _lesson(course, module, unit)
    try:
        given = forms.choices_in(request.form, page.questions)
    except DomainError as error:
        return _lesson_page(page, quiz_error=error.text), error.status
    if not given:
        return _lesson_page(page, quiz_error=_NOTHING_CHOSEN), 422
    if not can_take(viewer()):
        return _lesson_page(page.answering(given))
    key, now = forms.key_in(request.form), clock.now()

    def work(session: Session) -> None:
        _take(session, page.course_id, now)
        domain.answer(session, viewer(), page.unit_id, given, key=key, now=now)

    transact(work)
    return redirect(_url(page, forms.anchor_in(request.form)), 303)


@room.action("/courses/<course>/<module>/<unit>/done", needs=Permission.COURSES_TAKE)
def done(course: str, module: str, unit: str) -> ResponseReturnValue:
    """Say "I have read this": leads to the next unit, or back to the course after the last one."""
    page = _lesson(course, module, unit)
    now = clock.now()

    def work(session: Session) -> None:
        _take(session, page.course_id, now)
        domain.complete(session, viewer(), page.unit_id, now=now)

    try:
        transact(work)
    except domain.QuestionsOpenError as error:
        return _lesson_page(page, quiz_error=error.text), error.status
    say(_("“%(title)s” is done.", title=page.title.shown(current_locale())))
    if page.next is None:
        return redirect(url_for("courses.show", course=course), 303)
    following = page.next
    return redirect(
        url_for(
            "courses.unit", course=course, module=following.module_slug, unit=following.unit_slug
        ),
        303,
    )


@room.action("/courses/<course>/<module>/<unit>/place", needs=Permission.COURSES_TAKE)
def place(course: str, module: str, unit: str) -> ResponseReturnValue:
    """Keep the place: reading came as far as a block."""
    page = _lesson(course, module, unit)
    block = forms.block_in(request.form)
    told, now = forms.client_time_in(request.form), clock.now()
    transact(
        lambda session: domain.reach_block(
            session, viewer(), page.unit_id, block, now=now, client_at=told
        )
    )
    return redirect(_url(page, f"block-{block}"), 303)


def _lesson(course: str, module: str, unit: str) -> Lesson:
    return queries.lesson(viewer(), course, module, unit, current_locale())


def _open(session: Session, page: Lesson, now: datetime) -> None:
    locale = current_locale()
    domain.open_unit(session, viewer(), page.unit_id, now=now, locale=locale)


def _is_news(page: Lesson) -> bool:
    """Whether opening this page moves anything: the first look, a change of place or language.

    A page that the browser fetches ahead, unasked, was not opened by anybody.
    """
    if not page.enrolled or page.done or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return False
    moved = not page.started or not page.resumes_here
    return moved or page.resume_locale != current_locale()


def _lesson_page(page: Lesson, quiz_error: LazyText | None = None) -> str:
    other = "en" if current_locale() == "ko" else "ko"
    return render(
        "courses/unit.html",
        page=page,
        here=_url(page),
        other=other,
        other_url=_url(page, lang=other),
        can_take=can_take(viewer()),
        key=new_key(),
        quiz_error=quiz_error,
        beside=beside(page.blocks),
    )


def _url(page: Lesson, anchor: str | None = None, **more: Any) -> str:
    return url_for(
        "courses.unit",
        course=page.course_slug,
        module=page.module_slug,
        unit=page.slug,
        _anchor=anchor,
        **more,
    )


def _take(session: Session, course_id: int, now: datetime) -> None:
    domain.enrol(session, viewer(), course_id, locale=current_locale(), now=now)


def _enrolled(course: str) -> None:
    course_id, now = queries.course_id(course), clock.now()
    transact(lambda session: _take(session, course_id, now))


def _resume_url(course: str) -> str:
    cards = queries.my_courses(viewer())
    resume = next(card.resume for card in cards if card.slug == course and card.resume)
    return url_for(
        "courses.unit",
        course=course,
        module=resume.module_slug,
        unit=resume.unit_slug,
        lang=resume.locale,
        _anchor=None if resume.anchor == "block-1" else resume.anchor,
    )
