"""What a path rests on for one person, or for one device: every piece, with its source."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.queries import answer_history, done_units
from hanmadang.curricula.brought import FEWEST_MINUTES, MINUTES, Device
from hanmadang.curricula.engine.inputs import InterestEvidence, KnowledgeEvidence, Learner, Source
from hanmadang.curricula.models import Evidence, EvidenceKind, Preference
from hanmadang.curricula.queries.evenings import BookedEvening, booked_evenings, with_lessons
from hanmadang.curricula.queries.shelf import Shelf
from hanmadang.curricula.queries.signals import group_signals, polls_of
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.people import consents
from hanmadang.people.models import ConsentKind
from hanmadang.polls.models import Poll


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence that a person brought from a poll."""

    key: str
    """Names it in the address that deletes it."""
    kind: EvidenceKind
    code: str
    """Competency or topic."""
    right: int
    of: int
    label: Bilingual
    """The poll's title."""
    day: date
    consent_version: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is known about one person for their path."""

    pieces: Sequence[Piece] = ()
    quiz: Sequence[KnowledgeEvidence] = ()
    """Every try in a lesson, counted by competency."""
    topics: tuple[str, ...] = ()
    """Interests declared in the settings."""
    minutes: int = MINUTES
    done: dict[int, datetime] = field(default_factory=dict)
    """When each lesson was finished."""
    evenings: Sequence[BookedEvening] = ()
    consented: bool = False
    polls: tuple[int, ...] = ()
    """The polls whose answers they brought."""
    account_id: int | None = None
    """Whose they are; None for what is kept on a device."""

    def knowledge(self) -> tuple[KnowledgeEvidence, ...]:
        """What they showed to know, sorted."""
        brought = (
            KnowledgeEvidence(piece.code, piece.right, piece.of, Source.POLL)
            for piece in self.pieces
            if piece.kind is EvidenceKind.KNOWLEDGE
        )
        return tuple(sorted([*brought, *self.quiz]))

    def interests(self) -> tuple[InterestEvidence, ...]:
        """The topics they chose, sorted."""
        chosen = {
            InterestEvidence(piece.code, Source.POLL)
            for piece in self.pieces
            if piece.kind is EvidenceKind.INTEREST
        }
        declared = {InterestEvidence(topic, Source.DECLARED) for topic in self.topics}
        return tuple(sorted(chosen | declared))

    def minutes_done(self, shelf: Shelf, now: datetime) -> int:
        """Minutes of the lessons finished since Monday, in the zone of `now`."""
        monday = now.date() - timedelta(days=now.weekday())
        return sum(
            shelf.minutes(shelf.lessons[unit_id])
            for unit_id, at in self.done.items()
            if unit_id in shelf.lessons and at.astimezone(now.tzinfo).date() >= monday
        )

    def budget(self, minutes_done: int) -> int:
        """Minutes left of this week, or next week's where too few are left for a lesson."""
        left = self.minutes - minutes_done
        return left if left >= FEWEST_MINUTES else self.minutes

    def learner(self, session: Session, shelf: Shelf, *, minutes_done: int) -> Learner:
        """The engine's view."""
        return Learner(
            self.budget(minutes_done),
            self.knowledge(),
            self.interests(),
            tuple(sorted(self.done)),
            with_lessons(session, self.evenings, shelf),
            signals=group_signals(session, self.polls, shelf),
        )


def facts_of_account(session: Session, account_id: int, now: datetime) -> Facts:
    """What is known about a person; poll evidence counts only while its consent stands."""
    consented = consents.has_consent(session, account_id, ConsentKind.PATH)
    wish = session.get(Preference, account_id)
    return Facts(
        pieces=pieces_of(session, account_id) if consented else (),
        quiz=_quiz(session, account_id),
        topics=tuple(wish.topics) if wish else (),
        minutes=wish.minutes_per_week if wish else MINUTES,
        done=done_units(account_id, session),
        evenings=booked_evenings(session, account_id, now),
        consented=consented,
        polls=polls_of(session, account_id) if consented else (),
        account_id=account_id,
    )


def facts_of_device(session: Session, device: Device) -> Facts:
    """What this device keeps; codes and polls that no longer exist are passed over."""
    ids = [kept.brought.poll_id for kept in device.kept]
    rows = session.execute(select(Poll.id, Poll.title).where(Poll.id.in_(ids))) if ids else ()
    titles: dict[int, Bilingual] = {row.id: row.title for row in rows}
    pieces: list[Piece] = []
    for kept in device.kept:
        poll_id, version = kept.brought.poll_id, device.consent_version
        if poll_id not in titles:
            continue
        known = EvidenceKind.KNOWLEDGE
        pieces += [
            Piece(f"{poll_id}.{k.competency}", known, k.competency, k.right, k.of,
                  titles[poll_id], kept.day, version)
            for k in kept.brought.knowledge
        ]  # fmt: skip
        pieces += [
            Piece(f"{poll_id}.{topic}", EvidenceKind.INTEREST, topic, 0, 0,
                  titles[poll_id], kept.day, version)
            for topic in kept.brought.topics
        ]  # fmt: skip
    return Facts(
        pieces, topics=device.topics, minutes=device.minutes,
        consented=bool(device.consent_version),
        polls=tuple(sorted(titles)),
    )  # fmt: skip


def pieces_of(session: Session, account_id: int) -> list[Piece]:
    """What a person brought from polls, the latest first; one statement."""
    rows = session.scalars(
        select(Evidence).where(Evidence.account_id == account_id).order_by(Evidence.id.desc())
    )
    return [
        Piece(
            str(row.id), EvidenceKind(row.kind), row.competency_code or row.topic_code or "",
            row.right, row.of, row.source_label, row.created_on, row.consent_version,
        )
        for row in rows
    ]  # fmt: skip


def _quiz(session: Session, account_id: int) -> list[KnowledgeEvidence]:
    """Every try counts once: knowing shows in the answers, not in the last one alone."""
    counts: dict[str, tuple[int, int]] = {}
    for given in answer_history(account_id, session):
        right, of = counts.get(given.competency_code, (0, 0))
        counts[given.competency_code] = (right + given.correct, of + 1)
    return [KnowledgeEvidence(code, right, of, Source.QUIZ) for code, (right, of) in counts.items()]
