"""Asking again what was learned: answers count as tries, and the next asking follows from them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import grading
from hanmadang.courses.domain import progress
from hanmadang.courses.domain.certifying import certify
from hanmadang.courses.domain.device_answers import record
from hanmadang.courses.models import (
    Enrolment,
    EventKind,
    Question,
    Review,
    ReviewWish,
    UnitProgress,
)
from hanmadang.courses.queries.reviews import GAPS, Item, review_day
from hanmadang.courses.rules import can_take
from hanmadang.courses.told import Told
from hanmadang.kernel.clock import zone
from hanmadang.kernel.errors import NotFoundError, RefusedError
from hanmadang.kernel.ids import digest, new_secret
from hanmadang.kernel.permissions import Viewer
from hanmadang.people.models import Account
from hanmadang.reminders.domain import outbox
from hanmadang.reminders.domain.outbox import Mail, Recipient

LETTER = "course.review"
MORNING, EVENING = 8, 20
"""Hours of the person's own day between which a mail may leave."""


def answer_review(  # noqa: PLR0913  (who, what, with what, as what, when)
    session: Session,
    actor: Viewer,
    question_id: int,
    given: Sequence[Any],
    *,
    key: str,
    now: datetime,
) -> None:
    """Answer a question that is due today; a repeated request changes nothing.

    Raises NotFoundError for a question that is not due, AnswerError for what is no answer.
    """
    enrolments = _held(session, actor)
    day = review_day(actor.id, now, session)
    if any(item.question_id == question_id for item in day.asked):
        return
    item = next((each for each in day.due if each.question_id == question_id), None)
    if item is None:
        raise NotFoundError
    question = session.get_one(Question, question_id)
    body = grading.body_stored(question.kind, question.body)
    response = grading.taken(question.kind, body, given)
    told = Told(
        digest(f"review:{key}:{question_id}")[:24], EventKind.ANSWERED, item.course_slug,
        item.module_slug, item.unit_slug, 1, now, 0, question.slug, tuple(response),
    )  # fmt: skip
    record(session, actor.id, [(told, now, question)], now)
    progress.recount(session, session.get_one(UnitProgress, (actor.id, item.unit_id)))
    _plan(session, actor.id, item, day.today, right=grading.is_right(question.kind, body, response))
    certify(session, enrolments[item.course_id], now)


def _held(session: Session, actor: Viewer) -> Mapping[int, Enrolment]:
    """{course: the person's enrolment}, held until the commit: two requests take turns."""
    mine = select(Enrolment).where(Enrolment.account_id == actor.id).with_for_update()
    return {each.course_id: each for each in session.scalars(mine)}


def _plan(session: Session, account_id: int, item: Item, today: date, *, right: bool) -> None:
    """The one way a review moves on: right goes a step further, wrong comes back tomorrow."""
    name = (account_id, item.course_id, item.module_slug, item.unit_slug, item.question_slug)
    held = session.get(Review, name)
    if held is None:
        held = Review(
            account_id=account_id, course_id=item.course_id, module_slug=item.module_slug,
            unit_slug=item.unit_slug, question_slug=item.question_slug, step=0,
        )  # fmt: skip
        session.add(held)
    held.step = held.step + right
    wait = GAPS[min(held.step, len(GAPS) - 1)] if right else 1
    held.due_on, held.asked_on = today + timedelta(days=wait), today


def wish_mails(session: Session, actor: Viewer, *, on: bool, now: datetime) -> None:
    """Ask for reminders by mail, or for no more; twice is once. Raises RefusedError."""
    if not can_take(actor):
        raise RefusedError
    held = session.get(ReviewWish, actor.id)
    if on and held is None:
        session.add(ReviewWish(account_id=actor.id, seed=new_secret(), since=now))
    elif held is not None and not on:
        _end(session, held)
    session.flush()


def stop_mails(session: Session, seed: str) -> None:
    """End the mails that a link belongs to; a link of no more use changes nothing."""
    held = session.scalars(select(ReviewWish).where(ReviewWish.seed == seed)).first()
    if held is not None:
        _end(session, held)
        session.flush()


def _end(session: Session, wish: ReviewWish) -> None:
    outbox.cancel(session, _subject(wish.account_id), kind=LETTER)
    session.delete(wish)


def plan_mail(session: Session, account_id: int, now: datetime) -> bool:
    """Look once on each of the person's days, in daylight; returns whether a mail was planned."""
    held = session.get(ReviewWish, account_id, with_for_update=True)
    if held is None:
        return False
    account = session.get_one(Account, account_id)
    day = review_day(account_id, now, session)
    if held.looked_on == day.today or not is_daytime(account, now):
        return False
    held.looked_on = day.today
    if not day.due:
        return False
    evening = local(account, now).replace(hour=EVENING, minute=0, second=0, microsecond=0)
    mail = Mail(
        LETTER, _subject(account_id), day.today.isoformat(), due_at=now, not_after=evening,
        priority=9,
    )  # fmt: skip
    to = Recipient(account.email, account.locale, account_id)
    return outbox.enqueue(session, mail, to, now=now)


def local(account: Account, now: datetime) -> datetime:
    """This instant on the person's clock."""
    return now.astimezone(zone(account.zone))


def is_daytime(account: Account, now: datetime) -> bool:
    """Whether the person's clock shows an hour for mails."""
    return MORNING <= local(account, now).hour < EVENING


def _subject(account_id: int) -> str:
    return f"review:{account_id}"
