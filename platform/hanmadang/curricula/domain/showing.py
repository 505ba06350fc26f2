"""Showing what one knows outside polls and lessons: the pre-test, and "I know this".

Whoever answers these questions does it for their path, so pressing the button is all the consent
there is; what was shown can be deleted at any time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hanmadang.curricula.brought import Knowledge, Shown
from hanmadang.curricula.domain.choices import choose, day_of, place_of
from hanmadang.curricula.domain.paths import forget_plans, one_at_a_time
from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.engine.pretest import MOST, Asked
from hanmadang.curricula.models import (
    Choice,
    Evidence,
    EvidenceKind,
    Outcome,
    Pretest,
    PretestAnswer,
    PretestState,
)
from hanmadang.curricula.queries.facts import label_of
from hanmadang.curricula.queries.lessons import lesson_title
from hanmadang.curricula.queries.pretests import RIGHT, tried_so_far
from hanmadang.kernel import audit
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.vocabulary import Competency


@dataclass(frozen=True, slots=True)
class Whence:
    """Where evidence comes from."""

    source: Source
    label: Bilingual
    ref: str = ""
    """Which lesson it was about."""


PRETEST = Whence(Source.PRETEST, label_of(Source.PRETEST))


def outcome_of(answer: Asked) -> Outcome:
    """An answer as it is kept."""
    return next(outcome for outcome, right in RIGHT.items() if right is answer.right)


def counted(asked: Iterable[Asked]) -> tuple[Knowledge, ...]:
    """Answers as counts by competency; "I don't know" is an answer that was not right."""
    counts: dict[str, tuple[int, int]] = {}
    for answer in asked:
        right, of = counts.get(answer.competency, (0, 0))
        counts[answer.competency] = (right + (answer.right is True), of + 1)
    return tuple(Knowledge(code, *counts[code]) for code in sorted(counts))


def check(
    session: Session, actor: Viewer, unit_id: int, asked: Sequence[Asked], *, now: datetime
) -> bool:
    """Keep what "I know this" showed; with everything right the lesson leaves the path.

    Answers to the same lesson's questions before are replaced. Returns whether all were right.
    Raises NotFoundError for a lesson that is not on offer.
    """
    about = Whence(Source.CHECK, lesson_title(session, unit_id), place_of(session, unit_id).ref)
    one_at_a_time(session, actor.id)
    _replace(session, actor.id, about, counted(asked), day_of(now))
    knows = bool(asked) and all(answer.right for answer in asked)
    choose(session, actor, unit_id, Choice.KNOWN if knows else None, now=now)
    _record(session, actor, "evidence.checked")
    return knows


def uncheck(session: Session, actor: Viewer, unit_id: int, *, now: datetime) -> None:
    """Take "I know this" back, with the answers it rested on. Raises NotFoundError."""
    _forget(session, actor.id, Source.CHECK, place_of(session, unit_id).ref)
    choose(session, actor, unit_id, None, now=now)
    _record(session, actor, "evidence.unchecked")


def begin_pretest(session: Session, actor: Viewer, before: Sequence[int], *, now: datetime) -> None:
    """Begin, or begin again: what an earlier pre-test showed no longer counts."""
    forget_pretest(session, actor)
    session.add(
        Pretest(
            account_id=actor.id,
            state=PretestState.RUNNING.value,
            begun_on=day_of(now),
            before=list(before),
        )
    )
    session.flush()
    _record(session, actor, "pretest.begun")


def answer_pretest(
    session: Session, actor: Viewer, place: int, answer: Asked, *, now: datetime
) -> bool:
    """Keep the answer at that place; False where it came before, or where none is asked."""
    one_at_a_time(session, actor.id)
    running = session.get(Pretest, actor.id, populate_existing=True)
    given = tried_so_far(session, actor.id)
    is_running = running is not None and running.state == PretestState.RUNNING.value
    if not (is_running and _is_next(place, answer, given)):
        return False
    session.add(
        PretestAnswer(
            account_id=actor.id,
            place=place,
            question_id=answer.item_id,
            competency_code=answer.competency,
            outcome=outcome_of(answer).value,
        )
    )
    _replace(session, actor.id, PRETEST, counted([*given, answer]), day_of(now))
    session.flush()
    return True


def _is_next(place: int, answer: Asked, given: Sequence[Asked]) -> bool:
    """Whether the place is free and the question new: a form sent twice answers once."""
    is_new = answer.item_id not in {earlier.item_id for earlier in given}
    return place == len(given) + 1 <= MOST and is_new


def end_pretest(session: Session, actor: Viewer) -> None:
    """Leave it; what was answered counts. Without a running one nothing happens."""
    running = session.get(Pretest, actor.id)
    if running is not None and running.state == PretestState.RUNNING.value:
        running.state = PretestState.ENDED.value
        _record(session, actor, "pretest.ended")


def forget_pretest(session: Session, actor: Viewer) -> None:
    """Delete a pre-test with all that it showed."""
    one_at_a_time(session, actor.id)
    _forget(session, actor.id, Source.PRETEST)
    session.execute(delete(PretestAnswer).where(PretestAnswer.account_id == actor.id))
    gone = session.execute(
        delete(Pretest).where(Pretest.account_id == actor.id).returning(Pretest.account_id)
    ).first()
    if gone is not None:
        forget_plans(session, actor.id)
        _record(session, actor, "pretest.forgotten")
    session.expire_all()


def untry(session: Session, account_id: int, competency: str) -> None:
    """End a pre-test of which a piece was deleted, and delete the answers behind that piece.

    A further answer would count them all anew, and bring the piece back.
    """
    session.execute(
        delete(PretestAnswer).where(
            PretestAnswer.account_id == account_id, PretestAnswer.competency_code == competency
        )
    )
    running = session.get(Pretest, account_id)
    if running is not None:
        running.state = PretestState.ENDED.value


def keep_shown(session: Session, actor: Viewer, about: Whence, shown: Shown) -> None:
    """Keep what a device's person showed on it."""
    one_at_a_time(session, actor.id)
    known = set(session.scalars(select(Competency.code)))
    pieces = [piece for piece in shown.knowledge if piece.competency in known]
    _replace(session, actor.id, about, pieces, shown.day)
    _record(session, actor, "evidence.brought")


def _replace(
    session: Session, account_id: int, about: Whence, knowledge: Iterable[Knowledge], day: date
) -> None:
    """What that source showed, in the place of what it showed before."""
    _forget(session, account_id, about.source, about.ref)
    session.add_all(
        Evidence(
            account_id=account_id,
            kind=EvidenceKind.KNOWLEDGE.value,
            competency_code=piece.competency,
            right=piece.right,
            of=piece.of,
            source_kind=about.source.value,
            source_ref=about.ref,
            source_label=about.label,
            consent_version="",
            created_on=day,
        )
        for piece in knowledge
    )
    session.flush()


def _forget(session: Session, account_id: int, source: Source, ref: str = "") -> None:
    session.execute(
        delete(Evidence).where(
            Evidence.account_id == account_id,
            Evidence.source_kind == source.value,
            Evidence.source_ref == ref,
        )
    )


def _record(session: Session, actor: Viewer, act: str) -> None:
    audit.record(session, actor, act, kind="account", id=actor.id, subject_id=actor.id)
