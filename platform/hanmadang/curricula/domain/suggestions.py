"""What editors make of a suggestion: one press accepts, declines, signs or takes it back."""

from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from hanmadang.courses.models import Course, CoursePartner, CourseVersion, Module, VersionState
from hanmadang.courses.queries import CatalogueUnit
from hanmadang.courses.rules_authoring import can_sign
from hanmadang.courses.upserts import insert_once
from hanmadang.curricula.domain import drafting, reminding
from hanmadang.curricula.domain.links import link_module
from hanmadang.curricula.models import (
    LESSONS,
    DemandSuggestion,
    LinkRole,
    ModuleLink,
    Reply,
    SuggestionSignature,
    SuggestionState,
    Wanted,
    suggestion_machine,
)
from hanmadang.curricula.queries.shelf import Shelf
from hanmadang.curricula.queries.taking import event_ahead, event_of, lessons_on, taken_by
from hanmadang.events.models import Event
from hanmadang.kernel import audit
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.errors import DomainError, NotAllowedNowError, NotFoundError, RefusedError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Permission, Viewer
from hanmadang.kernel.vocabulary import Competency

SIGNERS = 2
"""Institutions that sign where a lesson's course is kept by several."""


class NoLessonError(NotAllowedNowError):
    """Nothing on the shelf answers it."""

    text = lazy("No published lesson teaches this yet. Please open a draft of a lesson instead.")


class NoEventError(NotAllowedNowError):
    """Nothing lies ahead for which one could prepare."""

    text = lazy("There is no coming event on this topic to prepare for.")


class WhyNotError(DomainError):
    """Whoever declines says why (422): the public reads it."""

    status = 422
    text = lazy("Please say why. The reason is public.")


class TakenError(NotAllowedNowError):
    """People rely on it by now."""

    text = lazy("People have begun this lesson already, so the decision stands.")


def accept(  # noqa: PLR0913  (who answers what with what, from which shelf, when)
    session: Session, actor: Viewer, suggestion_id: int, reply: Reply, shelf: Shelf, *,
    now: datetime,
) -> DemandSuggestion:  # fmt: skip
    """Answer a suggestion: with the best lesson there is, or with a draft of what is missing.

    Raises NotFoundError, RefusedError, NoLessonError, NoEventError, NotAllowedNowError.
    """
    held = _held(session, actor, suggestion_id)
    if held.state != SuggestionState.OPEN:
        raise NotAllowedNowError(held.state)
    if reply in LESSONS:
        _choose_lesson(session, held, reply, shelf, now)
        partners = _keepers(session, held)
    else:
        named = drafting.Named.of(shelf, held, _topic(session, held))
        drafting.open_draft(session, actor, held, reply, named, now)
        partners = frozenset()
    signing = len(partners) >= SIGNERS
    session.flush()
    session.refresh(held)  # drafting expires all; a half-changed row would break its own check
    held.reply, held.decided_by, held.decided_at = reply.value, actor.account_id, now
    _move(session, actor, held, SuggestionState.SIGNING if signing else SuggestionState.ACCEPTED)
    if actor.institution_id in partners:
        _sign(session, actor, held, now)
    if not signing:
        _count(session, actor, held, now)
    return held


def sign(session: Session, actor: Viewer, suggestion_id: int, *, now: datetime) -> DemandSuggestion:
    """Sign for the actor's institution; the second institution makes it count.

    Signing twice is signing once. Raises NotFoundError, RefusedError, NotAllowedNowError.
    """
    held = _held(session, actor, suggestion_id)
    mine = actor.institution_id
    if mine is None or mine not in _keepers(session, held) or not can_sign(actor, mine):
        raise RefusedError
    if held.state == SuggestionState.ACCEPTED:
        return held
    if held.state != SuggestionState.SIGNING:
        raise NotAllowedNowError(held.state)
    _sign(session, actor, held, now)
    if len(_signed(session, held)) >= SIGNERS:
        held.decided_at = now
        _move(session, actor, held, SuggestionState.ACCEPTED)
        _count(session, actor, held, now)
    return held


def decline(
    session: Session, actor: Viewer, suggestion_id: int, reason: Bilingual, *, now: datetime
) -> DemandSuggestion:
    """Say no, with a reason that the public reads. Raises WhyNotError, NotAllowedNowError."""
    held = _held(session, actor, suggestion_id)
    if not reason:
        raise WhyNotError
    held.reason, held.decided_by, held.decided_at = reason, actor.account_id, now
    _move(session, actor, held, SuggestionState.DECLINED)
    return held


def undo(session: Session, actor: Viewer, suggestion_id: int) -> DemandSuggestion:
    """Open it again, while nobody has begun the lesson; drafts stay with their authors.

    What institutions signed is taken back by one that keeps the course, or by the house.
    Raises RefusedError, TakenError, NotAllowedNowError.
    """
    held = _held(session, actor, suggestion_id)
    mine = actor.institution_id
    if mine is not None and _signed(session, held) and mine not in _keepers(session, held):
        raise RefusedError
    if held.reply in LESSONS and taken_by(session, held.id):
        raise TakenError
    if held.linked:
        _unlink(session, held)
    reminding.take_back(session, held)
    session.execute(
        delete(SuggestionSignature).where(SuggestionSignature.suggestion_id == held.id),
        execution_options={"synchronize_session": False},
    )
    held.reply, held.reason, held.linked = None, None, False
    held.decided_by = held.decided_at = held.event_id = None
    held.course_id = held.module_slug = held.unit_slug = None
    _move(session, actor, held, SuggestionState.OPEN)
    return held


def _held(session: Session, actor: Viewer, suggestion_id: int) -> DemandSuggestion:
    """The suggestion, locked: of two editors one decides and the other reads so."""
    if not actor.may(Permission.CURRICULA_EDIT):
        raise RefusedError
    held = session.get(
        DemandSuggestion, suggestion_id, with_for_update=True, populate_existing=True
    )
    if held is None:
        raise NotFoundError
    return held


def _move(session: Session, actor: Viewer, held: DemandSuggestion, to: SuggestionState) -> None:
    """The one way a suggestion changes its state."""
    held.state = suggestion_machine.check(SuggestionState(held.state), to).value
    detail = held.reply or ""
    audit.record(
        session, actor, f"demand.{to.value}", kind="demand_suggestion", id=held.id, detail=detail
    )
    session.flush()


def _choose_lesson(
    session: Session, held: DemandSuggestion, reply: Reply, shelf: Shelf, now: datetime
) -> None:
    lesson = next(iter(lessons_on(shelf, Wanted(held.wanted), held.code)), None)
    if lesson is None:
        raise NoLessonError
    event = event_of(session, held.poll_id)
    if reply is Reply.LEAD_IN:
        event = event_ahead(session, held.poll_id, _topic(session, held), now)
        if event is None:
            raise NoEventError
    _place(held, lesson, event)


def _place(held: DemandSuggestion, lesson: CatalogueUnit, event: Event | None) -> None:
    held.course_id, held.module_slug = lesson.course_id, lesson.module_slug
    held.unit_slug, held.event_id = lesson.unit_slug, event.id if event else None


def _topic(session: Session, held: DemandSuggestion) -> str:
    """What it is about."""
    if held.wanted == Wanted.WISH:
        return held.code
    return session.get_one(Competency, held.code).topic_code


def _keepers(session: Session, held: DemandSuggestion) -> frozenset[int]:
    """The institutions that keep the lesson's course together; none where one keeps it alone."""
    partners = set(
        session.scalars(
            select(CoursePartner.institution_id).where(CoursePartner.course_id == held.course_id)
        )
    )
    if not partners or held.reply not in (*LESSONS, None):
        return frozenset()
    owner = session.scalar(select(Course.institution_id).where(Course.id == held.course_id))
    return frozenset(partners | ({owner} if owner is not None else set()))


def _signed(session: Session, held: DemandSuggestion) -> frozenset[int]:
    """The institutions that signed."""
    signed = select(SuggestionSignature.institution_id).where(
        SuggestionSignature.suggestion_id == held.id
    )
    return frozenset(session.scalars(signed))


def _sign(session: Session, actor: Viewer, held: DemandSuggestion, now: datetime) -> None:
    signed = insert_once(
        session, SuggestionSignature, suggestion_id=held.id, institution_id=actor.institution_id,
        account_id=actor.account_id, at=now,
    )  # fmt: skip
    if signed is not None:
        audit.record(
            session, actor, "demand.signed", kind="demand_suggestion", id=held.id,
            detail=f"institution {actor.institution_id}",
        )  # fmt: skip


def _count(session: Session, actor: Viewer, held: DemandSuggestion, now: datetime) -> None:
    """From now on it holds: the lesson is tied to its event, and people are told tomorrow."""
    if held.reply not in LESSONS:
        return
    if held.event_id is not None:
        held.linked = _link(session, actor, held)
        session.flush()
    reminding.remind(session, held, now=now)


def _link(session: Session, actor: Viewer, held: DemandSuggestion) -> bool:
    """Whether the tie is new."""
    if session.scalar(_tie(held)) is not None:
        return False
    module_id = session.scalar(
        select(Module.id)
        .join(CourseVersion, CourseVersion.id == Module.version_id)
        .where(
            CourseVersion.course_id == held.course_id,
            CourseVersion.state == VersionState.PUBLISHED.value,
            Module.slug == held.module_slug,
        )
    )
    if module_id is None or held.event_id is None:
        return False
    link_module(session, held.event_id, module_id, LinkRole(str(held.reply)), actor=actor)
    return True


def _unlink(session: Session, held: DemandSuggestion) -> None:
    link = session.scalar(_tie(held))
    if link is not None:
        session.delete(link)


def _tie(held: DemandSuggestion) -> Select[ModuleLink]:
    return select(ModuleLink).where(
        ModuleLink.event_id == held.event_id,
        ModuleLink.course_id == held.course_id,
        ModuleLink.module_slug == held.module_slug,
        ModuleLink.role == held.reply,
    )
