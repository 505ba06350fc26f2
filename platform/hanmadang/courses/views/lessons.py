"""The room's pages. Reading and answering need no account; keeping progress does."""

from datetime import datetime
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.courses import domain, queries
from hanmadang.courses.beside import beside
from hanmadang.courses.domain.marks import NOTE_LENGTH
from hanmadang.courses.forms import quiz as forms
from hanmadang.courses.queries import Lesson
from hanmadang.courses.queries.reviews import review_day
from hanmadang.courses.queries.runs import together
from hanmadang.courses.rules import can_take
from hanmadang.courses.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.db import transact
from hanmadang.kernel.device import device_id
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import LazyText, _, current_locale
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission


@room.page("/courses", needs=Permission.PUBLIC)
def index() -> ResponseReturnValue:
    """Every course."""
    writes = viewer().may(Permission.COURSES_AUTHOR)
    return render("courses/index.html", cards=queries.course_cards(viewer()), writes=writes)


@room.page("/my/courses", needs=Permission.COURSES_TAKE)
def my_courses() -> ResponseReturnValue:
    """The courses the viewer takes, each with where to go on."""
    day = review_day(viewer().id, clock.now())
    return render("courses/my_courses.html", cards=queries.my_courses(viewer()), day=day)


@room.page("/courses/<course>", needs=Permission.PUBLIC)
def show(course: str) -> ResponseReturnValue:
    """One course: its modules and units, and the viewer's progress."""
    page = queries.course_page(viewer(), course)
    if page.has_overdue:
        now = clock.now()
        transact(
            lambda session: domain.quiz.settle_all(session, viewer(), page.version_id, now=now)
        )
        page = queries.course_page(viewer(), course)
    return render(
        "courses/show.html",
        page=page,
        can_take=can_take(viewer()),
        together=together(viewer(), page.course_id, now=clock.now()),
    )


@room.action("/courses/<course>/start", needs=Permission.COURSES_TAKE)
def start(course: str) -> ResponseReturnValue:
    """Take the course; leads to where the viewer is in it, or to its runs."""
    try:
        _enrolled(course)
    except domain.RunNeededError as error:
        say(str(error.text), "info")
        return redirect(url_for("courses.runs", course=course), 303)
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
    page = lesson_of(course, module, unit)
    if page.standing and page.standing.overdue and page.enrolled:
        page = _settled(page)
    if request.method == "GET" and _is_news(page):
        now = clock.now()
        transact(lambda session: _open(session, page, now))
    return lesson_page(page)


@room.action("/courses/<course>/<module>/<unit>/done", needs=Permission.COURSES_TAKE)
def done(course: str, module: str, unit: str) -> ResponseReturnValue:
    """Say "I have read this": leads to the next unit, or back to the course after the last one."""
    page = lesson_of(course, module, unit)
    now = clock.now()

    def work(session: Session) -> bool:
        take(session, page.course_id, now)
        return domain.complete(session, viewer(), page.unit_id, now=now)

    try:
        earned = transact(work)
    except domain.QuestionsOpenError as error:
        return lesson_page(page, quiz_error=error.text), error.status
    say(_("“%(title)s” is done.", title=page.title.shown(current_locale())))
    congratulate(earned=earned)
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
    page = lesson_of(course, module, unit)
    block = forms.block_in(request.form)
    told, now = forms.client_time_in(request.form), clock.now()
    transact(
        lambda session: domain.reach_block(
            session, viewer(), page.unit_id, block, now=now, client_at=told
        )
    )
    return redirect(unit_url(page, f"block-{block}"), 303)


def lesson_of(course: str, module: str, unit: str) -> Lesson:
    """The lesson at that address, as this reader sees it."""
    reader = "" if viewer() else device_id()
    return queries.lesson(viewer(), course, module, unit, current_locale(), reader)


def _settled(page: Lesson) -> Lesson:
    """The same page once the attempt whose time is over has been handed in."""
    now = clock.now()
    transact(lambda session: domain.quiz.settle(session, viewer(), page.unit_id, now=now))
    return lesson_of(page.course_slug, page.module_slug, page.slug)


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


def lesson_page(page: Lesson, quiz_error: LazyText | None = None, kept_answers: str = "") -> str:
    """The lesson as a page, with what is wrong with the quiz as it was sent.

    `kept_answers` are those of a reader without an account, for their own device to keep.
    """
    other = "en" if current_locale() == "ko" else "ko"
    return render(
        "courses/unit.html",
        page=page,
        here=unit_url(page),
        other=other,
        other_url=unit_url(page, lang=other),
        can_take=can_take(viewer()),
        key=new_key(),
        quiz_error=quiz_error,
        error_at=forms.anchor_in(request.form),
        kept_answers=kept_answers,
        beside=beside(page.blocks),
        **_companion(page),
    )


def _companion(page: Lesson) -> dict[str, Any]:
    """What goes with the lesson for those whose notes are kept."""
    if not can_take(viewer()):
        return {"marks": None}
    marks = queries.marks_in(viewer(), page.course_id, page.module_slug, page.slug)
    return {"marks": marks, "stamp": domain.stamp, "note_length": NOTE_LENGTH}


def unit_url(page: Lesson, anchor: str | None = None, **more: Any) -> str:
    """The lesson's address."""
    return url_for(
        "courses.unit",
        course=page.course_slug,
        module=page.module_slug,
        unit=page.slug,
        _anchor=anchor,
        **more,
    )


def congratulate(*, earned: bool) -> None:
    """Say that the certificate is there."""
    if earned:
        say(_("You have met every condition of the course. Your certificate is ready."))


def take(session: Session, course_id: int, now: datetime) -> None:
    """Take the course, unless the viewer takes it already."""
    domain.enrol(session, viewer(), course_id, locale=current_locale(), now=now)


def _enrolled(course: str) -> None:
    course_id, now = queries.course_id(course), clock.now()
    transact(lambda session: take(session, course_id, now))


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
