"""What a path rests on for one person, or for one device: every piece, with its source."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.queries import CatalogueUnit, answer_history, done_units
from hanmadang.curricula.brought import Device, Shown
from hanmadang.curricula.engine.inputs import InterestEvidence, KnowledgeEvidence, Learner, Source
from hanmadang.curricula.models import Evidence, EvidenceKind, Preference
from hanmadang.curricula.queries.choices import decided_by
from hanmadang.curricula.queries.evenings import BookedEvening, booked_evenings, with_lessons
from hanmadang.curricula.queries.shelf import Shelf
from hanmadang.curricula.wishes import FEWEST_MINUTES, MOST_LEVEL, Decided, Wishes
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.i18n import lazy, translate
from hanmadang.people import consents
from hanmadang.people.models import ConsentKind
from hanmadang.polls.models import Poll


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence that a person brought by their own act."""

    key: str
    """Names it in the address that deletes it."""
    kind: EvidenceKind
    code: str
    """Competency or topic."""
    right: int
    of: int
    label: Bilingual
    """The poll's title, or what else it came from."""
    day: date
    consent_version: str
    source: Source = Source.POLL


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is known about one person for their path."""

    pieces: Sequence[Piece] = ()
    quiz: Sequence[KnowledgeEvidence] = ()
    """Every try in a lesson, counted by competency."""
    wishes: Wishes = field(default_factory=Wishes)
    decided: Decided = field(default_factory=Decided)
    done: dict[int, datetime] = field(default_factory=dict)
    """When each lesson was finished."""
    evenings: Sequence[BookedEvening] = ()
    consented: bool = False
    account_id: int | None = None
    """Whose they are; None for what is kept on a device."""

    @property
    def topics(self) -> tuple[str, ...]:
        """Interests declared in the settings."""
        return self.wishes.topics

    @property
    def minutes(self) -> int:
        """Minutes a week."""
        return self.wishes.minutes

    def knowledge(self) -> tuple[KnowledgeEvidence, ...]:
        """What they showed to know, sorted."""
        brought = (
            KnowledgeEvidence(piece.code, piece.right, piece.of, piece.source)
            for piece in self.pieces
            if piece.kind is EvidenceKind.KNOWLEDGE
        )
        return tuple(sorted([*brought, *self.quiz]))

    def interests(self) -> tuple[InterestEvidence, ...]:
        """The topics they chose, sorted."""
        chosen = {
            InterestEvidence(piece.code, piece.source)
            for piece in self.pieces
            if piece.kind is EvidenceKind.INTEREST
        }
        declared = {
            InterestEvidence(topic, Source.DECLARED, share=level / MOST_LEVEL)
            for topic, level in self.wishes.levels.items()
        }
        return tuple(sorted(chosen | declared))

    def minutes_done(self, shelf: Shelf, now: datetime) -> int:
        """Minutes of the lessons finished since Monday, in the zone of `now`."""
        return sum(shelf.minutes(lesson) for lesson in self._this_week(shelf, now))

    def lessons_done(self, shelf: Shelf, now: datetime) -> int:
        """How many lessons were finished since Monday."""
        return len(self._this_week(shelf, now))

    def _this_week(self, shelf: Shelf, now: datetime) -> list[CatalogueUnit]:
        monday = now.date() - timedelta(days=now.weekday())
        return [
            shelf.lessons[unit_id]
            for unit_id, at in self.done.items()
            if unit_id in shelf.lessons and at.astimezone(now.tzinfo).date() >= monday
        ]

    def budget(self, minutes_done: int) -> int:
        """Minutes left of this week, or next week's where too few are left for a lesson."""
        left = self.minutes - minutes_done
        return left if left >= FEWEST_MINUTES else self.minutes

    def learner(
        self, session: Session, shelf: Shelf, *, minutes_done: int, today: date | None = None
    ) -> Learner:
        """The engine's view."""
        wishes, decided = self.wishes, self.decided
        late = wishes.deadline and today and wishes.deadline < today
        return Learner(
            self.budget(minutes_done),
            self.knowledge(),
            self.interests(),
            tuple(sorted(self.done)),
            with_lessons(session, self.evenings, shelf),
            pinned=tuple(n for n in decided.pinned if n in shelf.lessons),
            skipped=tuple(sorted(n for n in decided.skipped if n in shelf.lessons)),
            longest=wishes.longest,
            needs_captions=wishes.captions,
            deadline=None if late else wishes.deadline,
            today=today,
            known_claims=_claims(decided, shelf),
        )


def _claims(decided: Decided, shelf: Shelf) -> tuple[str, ...]:
    """What the lessons teach that they said, and showed, they know."""
    lessons = (shelf.lessons[n] for n in decided.known if n in shelf.lessons)
    return tuple(sorted({code for lesson in lessons for code, _strength in lesson.teaches}))


def facts_of_account(session: Session, account_id: int, now: datetime) -> Facts:
    """What is known about a person; poll evidence counts only while its consent stands."""
    consented = consents.has_consent(session, account_id, ConsentKind.PATH)
    return Facts(
        pieces=pieces_of(session, account_id) if consented else (),
        quiz=_quiz(session, account_id),
        wishes=wishes_of(session, account_id),
        decided=decided_by(session, account_id),
        done=done_units(account_id, session),
        evenings=booked_evenings(session, account_id, now),
        consented=consented,
        account_id=account_id,
    )


def wishes_of(session: Session, account_id: int) -> Wishes:
    """What a person wished; the usual where they said nothing."""
    found = session.get(Preference, account_id)
    if found is None:
        return Wishes()
    levels = {topic: int(found.levels.get(topic, MOST_LEVEL)) for topic in found.topics}
    return Wishes(
        found.minutes_per_week, levels, found.deadline,
        captions=found.needs_captions, longest=found.longest,
    )  # fmt: skip


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
    for shown in device.shown:
        pieces += _shown(shown, device.consent_version)
    return Facts(
        pieces, wishes=device.wishes, decided=device.decided,
        consented=bool(device.consent_version),
    )  # fmt: skip


_LABELS = {Source.PRETEST: lazy("Pre-test"), Source.CHECK: lazy("“I know this”")}


def label_of(source: Source) -> Bilingual:
    """The name of a source that has no title of its own, in both languages."""
    message = _LABELS[source].message
    return Bilingual.of(**{language: translate(language, message) for language in LANGUAGES})


def _shown(shown: Shown, version: str) -> list[Piece]:
    source = Source(shown.source)
    return [
        Piece(f"{shown.source}{shown.unit_id}.{k.competency}", EvidenceKind.KNOWLEDGE,
              k.competency, k.right, k.of, label_of(source), shown.day, version, source)
        for k in shown.knowledge
    ]  # fmt: skip


def pieces_of(session: Session, account_id: int) -> list[Piece]:
    """What a person brought from polls, the latest first; one statement."""
    rows = session.scalars(
        select(Evidence).where(Evidence.account_id == account_id).order_by(Evidence.id.desc())
    )
    return [
        Piece(
            str(row.id), EvidenceKind(row.kind), row.competency_code or row.topic_code or "",
            row.right, row.of, row.source_label, row.created_on, row.consent_version,
            Source(row.source_kind),
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
