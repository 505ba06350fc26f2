"""The mails about runs and cohorts; as it leaves, each checks again that its reason holds."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import consent_texts, invitations
from hanmadang.courses.domain import run_letters
from hanmadang.courses.domain.messages import filled
from hanmadang.courses.models import (
    Cohort,
    CohortMember,
    CohortState,
    Course,
    CourseMessage,
    CourseRun,
    Enrolment,
    MemberState,
    RunSeat,
    RunState,
    Unit,
)
from hanmadang.courses.queries.runs import cohort_card
from hanmadang.kernel import codes
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.ids import digest
from hanmadang.kernel.pages import external_url
from hanmadang.people.models import Account
from hanmadang.reminders.composers import Letter, Reader, composer


def register() -> None:
    """Teach the outbox to write our mails."""
    composer(run_letters.CANCELLED)(_cancelled)
    composer(run_letters.INVITED)(_invited)
    composer(run_letters.GUARDIAN)(_guardian)
    composer(run_letters.MESSAGE)(_message)


def _cancelled(payload: Mapping[str, Any], _reader: Reader) -> Letter | None:
    session = db.session()
    run = session.get(CourseRun, payload["run_id"])
    if run is None or run.state != RunState.CANCELLED:
        return None
    course = session.get_one(Course, run.course_id)
    title, term = _plain(course.title), _plain(run.title)
    text = [
        _(
            "We are sorry: the run “%(run)s” of “%(course)s” does not take place.",
            run=term,
            course=title,
        ),
        _("What you have done is kept, and you can go on at your own pace:"),
        external_url("courses.show", course=course.slug),
    ]
    return Letter(_("Called off: %(course)s, %(run)s", course=title, run=term), _lines(text))


def _invited(payload: Mapping[str, Any], _reader: Reader) -> Letter | None:
    session = db.session()
    cohort = session.get(Cohort, payload["cohort_id"])
    if cohort is None or cohort.state != CohortState.OPEN:
        return None
    if digest(cohort.seed)[:16] != payload["code"]:
        return None  # a newer code took its place
    card = cohort_card(session, cohort.id)
    if card is None:
        return None
    code = codes.shown(invitations.code_of(cohort.seed))
    text = [
        _(
            "%(institution)s invites you to the cohort “%(cohort)s” of the course “%(course)s”.",
            institution=_plain(card.institution),
            cohort=_plain(card.name),
            course=_plain(card.course_title),
        ),
        _("Open this address and sign in, or sign up first. You read what instructors see before "
          "you join:"),
        external_url("courses.join_cohort", code=code),
        _("Your invitation code: %(code)s", code=code),
        _("If this was not meant for you, do nothing."),
    ]  # fmt: skip
    subject = _("Invitation: %(course)s", course=_plain(card.course_title))
    return Letter(subject, _lines(text), secret=True)


def _guardian(payload: Mapping[str, Any], _reader: Reader) -> Letter | None:
    session = db.session()
    member = session.get(CohortMember, payload["member_id"])
    if member is None or member.state != MemberState.ASKED:
        return None
    card = cohort_card(session, member.cohort_id)
    if card is None:
        return None
    token = invitations.guardian_token(member.id, payload["until"])
    child = session.get_one(Account, member.account_id).name
    text = [
        _(
            "%(child)s would like to join the cohort “%(cohort)s” of the course “%(course)s”, held "
            "by %(institution)s. Under 14 this needs your consent.",
            child=child,
            cohort=_plain(card.name),
            course=_plain(card.course_title),
            institution=_plain(card.institution),
        ),
        _("What the instructors would see: %(items)s", items=_plain(consent_texts.COHORT.items)),
        _("Read it and decide here, within 72 hours:"),
        external_url("courses.guardian", token=token),
        _("If you do nothing, nothing is shown to anybody, and the question is deleted."),
    ]
    subject = _("May %(child)s join a cohort?", child=child)
    return Letter(subject, _lines(text), secret=True)


def _message(payload: Mapping[str, Any], reader: Reader) -> Letter | None:
    session = db.session()
    message = session.get(CourseMessage, payload["message_id"])
    if message is None or not _still_in(session, message, reader.account_id):
        return None
    return message_letter(session, message.subject, message.body, _course_of(session, message),
                          reader.account_id or 0)  # fmt: skip


def message_letter(
    session: Session, subject: Bilingual, body: Bilingual, course: Course, account_id: int
) -> Letter:
    """A message as one person gets it, in the current language."""
    values = _values(session, course, account_id)
    shown = body.shown(current_locale())
    text = [filled(shown.text, values)]
    if shown.language != current_locale():
        text.insert(0, _language_note(shown.language))
    text.append(
        _(
            "You get this because you take “%(course)s” in a run or a cohort. To leave it: %(url)s",
            course=values["course"],
            url=external_url("courses.cohorts"),
        )
    )
    return Letter(filled(subject.shown(current_locale()).text, values), _lines(text))


def _language_note(language: str) -> str:
    if language == "ko":
        return _("This message was written in Korean only.")
    return _("This message was written in English only.")


def _values(session: Session, course: Course, account_id: int) -> Mapping[str, str]:
    name = session.scalar(select(Account.name).where(Account.id == account_id)) or ""
    unit = session.scalar(
        select(Unit.title)
        .join(Enrolment, Enrolment.resume_unit_id == Unit.id)
        .where(Enrolment.account_id == account_id, Enrolment.course_id == course.id)
    )
    return {
        "name": name,
        "course": _plain(course.title),
        "unit": _plain(unit) if unit else _plain(course.title),
        "link": external_url("courses.show", course=course.slug),
    }


def _still_in(session: Session, message: CourseMessage, account_id: int | None) -> bool:
    """Whether the reader is still where the message went: leaving ends the mails, too."""
    if message.run_id is not None:
        held = select(RunSeat.id).where(
            RunSeat.run_id == message.run_id, RunSeat.account_id == account_id
        )
    else:
        held = select(CohortMember.id).where(
            CohortMember.cohort_id == message.cohort_id, CohortMember.account_id == account_id
        )
    return session.scalar(held) is not None


def _course_of(session: Session, message: CourseMessage) -> Course:
    held: CourseRun | Cohort = (
        session.get_one(CourseRun, message.run_id)
        if message.run_id is not None
        else session.get_one(Cohort, message.cohort_id)
    )
    return session.get_one(Course, held.course_id)


def _plain(text: Bilingual) -> str:
    return text.shown(current_locale()).text


def _lines(text: list[str]) -> str:
    return "\n\n".join(text)
