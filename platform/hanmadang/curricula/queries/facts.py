"""What a path rests on for one person, or for one device: every piece, with its source.

Everything is read for many people at once, in as many statements as for one: a page asks for
one person, the night for hundreds.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.queries import CatalogueUnit, answer_counts, catalogue, done_by
from hanmadang.curricula.brought import Device, Shown
from hanmadang.curricula.engine.inputs import InterestEvidence, KnowledgeEvidence, Learner, Source
from hanmadang.curricula.models import Basis, Evidence, EvidenceKind, SetAside
from hanmadang.curricula.queries.choices import decided_by
from hanmadang.curricula.queries.evenings import BookedEvening, booked_by, with_lessons
from hanmadang.curricula.queries.shelf import Shelf
from hanmadang.curricula.queries.signals import Answered, answered_polls, signals_on
from hanmadang.curricula.queries.wishes import wishes_by
from hanmadang.curricula.wishes import FEWEST_MINUTES, MOST_LEVEL, Decided, Wishes
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.i18n import lazy, translate
from hanmadang.people import consents
from hanmadang.people.models import ConsentKind
from hanmadang.polls.models import Poll

UNDER_CONSENT = frozenset({Source.POLL, Source.QUESTION, Source.COHORT})
"""What is kept, and counts, only while the consent `path` stands."""
Named = tuple[Basis, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence that came by a person's own act."""

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
    source: Source = Source.POLL
    ref: str = ""
    """The poll's id."""


@dataclass(frozen=True, slots=True)
class Aside:
    """What a person does not want used for their path; it is shown to them alone."""

    quiz: Sequence[KnowledgeEvidence] = ()
    done: Mapping[int, datetime] = field(default_factory=dict)
    evenings: Sequence[BookedEvening] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is known about one person for their path."""

    pieces: Sequence[Piece] = ()
    quiz: Sequence[KnowledgeEvidence] = ()
    """Every try in a lesson, counted by competency."""
    wishes: Wishes = field(default_factory=Wishes)
    decided: Decided = field(default_factory=Decided)
    done: Mapping[int, datetime] = field(default_factory=dict)
    """When each lesson was finished."""
    evenings: Sequence[BookedEvening] = ()
    """Booked events, half a year back and all that come."""
    consented: bool = False
    answered: Sequence[Answered] = ()
    """What editors made of the polls whose answers they brought."""
    account_id: int | None = None
    """Whose they are; None for what is kept on a device."""
    aside: Aside = Aside()

    @property
    def rests_on(self) -> tuple[str, ...]:
        """Names of the pieces it was made from, to be compared before a path is stored."""
        return tuple(sorted(piece.key for piece in self.pieces))

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
        """The topics they chose, or went to hear about, sorted."""
        chosen = {
            InterestEvidence(piece.code, piece.source, piece.day)
            for piece in self.pieces
            if piece.kind is EvidenceKind.INTEREST
        }
        heard = {
            InterestEvidence(topic, Source.EVENT, evening.day)
            for evening in self.evenings
            for topic in evening.topics
        }
        declared = {
            InterestEvidence(topic, Source.DECLARED, share=level / MOST_LEVEL)
            for topic, level in self.wishes.levels.items()
        }
        return tuple(sorted(chosen | heard | declared))

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
            for unit_id, at in {**self.done, **self.aside.done}.items()
            if unit_id in shelf.lessons and at.astimezone(now.tzinfo).date() >= monday
        ]

    def budget(self, minutes_done: int) -> int:
        """Minutes left of this week, or next week's where too few are left for a lesson."""
        left = self.minutes - minutes_done
        return left if left >= FEWEST_MINUTES else self.minutes

    def learner(self, shelf: Shelf, *, minutes_done: int, today: date | None = None) -> Learner:
        """The engine's view."""
        wishes, decided = self.wishes, self.decided
        late = wishes.deadline and today and wishes.deadline < today
        return Learner(
            self.budget(minutes_done),
            self.knowledge(),
            self.interests(),
            tuple(sorted(self.done)),
            with_lessons(self.evenings, shelf),
            pinned=tuple(n for n in decided.pinned if n in shelf.lessons),
            skipped=tuple(sorted(n for n in decided.skipped if n in shelf.lessons)),
            longest=wishes.longest,
            needs_captions=wishes.captions,
            deadline=None if late else wishes.deadline,
            today=today,
            follow_ups=signals_on(self.answered, shelf),
            known_claims=_claims(decided, shelf),
        )


def _claims(decided: Decided, shelf: Shelf) -> tuple[str, ...]:
    """What the lessons teach that they said, and showed, they know."""
    lessons = (shelf.lessons[n] for n in decided.known if n in shelf.lessons)
    return tuple(sorted({code for lesson in lessons for code, _strength in lesson.teaches}))


def facts_of_account(session: Session, account_id: int, now: datetime) -> Facts:
    """What is known about a person; see `facts_of_accounts`."""
    return facts_of_accounts(session, [account_id], now)[account_id]


def facts_of_accounts(
    session: Session, account_ids: Collection[int], now: datetime
) -> dict[int, Facts]:
    """What is known about each of these people.

    What came from polls counts only while its consent stands.
    """
    consented = consents.consenting(session, account_ids, ConsentKind.PATH)
    pieces = {
        id_: _standing(found, consented=id_ in consented)
        for id_, found in _pieces(session, account_ids).items()
    }
    answered = answered_polls(
        session, {poll for found in pieces.values() for poll in _polls(found)}
    )
    wishes = wishes_by(session, account_ids)
    decided = decided_by(session, account_ids)
    answers = answer_counts(session, account_ids)
    done = done_by(session, account_ids)
    booked = booked_by(session, account_ids, now)
    aside = _aside(session, account_ids)
    return {
        id_: Facts(
            pieces=pieces.get(id_, ()),
            answered=[
                each for poll in _polls(pieces.get(id_, ())) for each in answered.get(poll, ())
            ],
            wishes=wishes.get(id_, Wishes()),
            decided=decided.get(id_, Decided()),
            consented=id_ in consented,
            account_id=id_,
            **_read(
                aside.get(id_, frozenset()), answers.get(id_, ()), done.get(id_, {}),
                booked.get(id_, ()),
            ),
        )
        for id_ in account_ids
    }  # fmt: skip


def _read(
    named: frozenset[Named],
    answers: Iterable[tuple[str, int, int]],
    done: Mapping[int, datetime],
    booked: Iterable[BookedEvening],
) -> dict[str, Any]:
    """What other rooms know, without what was set aside, and that by itself."""
    quiz = [KnowledgeEvidence(*row, Source.QUIZ) for row in answers]
    off: dict[str, Any] = {
        "quiz": [row for row in quiz if (Basis.QUIZ, row.competency) in named],
        "done": {n: at for n, at in done.items() if (Basis.LESSON, str(n)) in named},
        "evenings": [e for e in booked if (Basis.EVENT, str(e.event_id)) in named],
    }
    return {
        "quiz": [row for row in quiz if row not in off["quiz"]],
        "done": {n: at for n, at in done.items() if n not in off["done"]},
        "evenings": [e for e in booked if e not in off["evenings"]],
        "aside": Aside(**off),
    }


def _standing(pieces: Iterable[Piece], *, consented: bool) -> tuple[Piece, ...]:
    return tuple(p for p in pieces if consented or p.source not in UNDER_CONSENT)


def _polls(pieces: Iterable[Piece]) -> list[int]:
    """The polls they came from."""
    return sorted({int(piece.ref) for piece in pieces if piece.source is Source.POLL})


def pieces_standing(
    session: Session, account_ids: Collection[int]
) -> Mapping[int, tuple[str, ...]]:
    """{person: `Facts.rests_on` as it would be now}; two statements for many people."""
    consented = consents.consenting(session, account_ids, ConsentKind.PATH)
    under = [source.value for source in UNDER_CONSENT]
    rows = session.execute(
        select(Evidence.account_id, Evidence.id).where(
            Evidence.account_id.in_(account_ids),
            Evidence.account_id.in_(consented) | Evidence.source_kind.not_in(under),
        )
    )
    found: dict[int, list[str]] = {id_: [] for id_ in account_ids}
    for account_id, evidence_id in rows:
        found[account_id].append(str(evidence_id))
    return {id_: tuple(sorted(keys)) for id_, keys in found.items()}


def facts_of_device(session: Session, device: Device) -> Facts:
    """What this device keeps; codes and polls that no longer exist are passed over.

    What came from polls under an older consent text rests, as it does with an account.
    """
    ids = [kept.brought.poll_id for kept in device.kept]
    rows = session.execute(select(Poll.id, Poll.title).where(Poll.id.in_(ids))) if ids else ()
    titles: dict[int, Bilingual] = {row.id: row.title for row in rows}
    pieces: list[Piece] = []
    for kept in device.kept:
        poll_id, version = kept.brought.poll_id, device.consent_version
        if poll_id not in titles:
            continue
        known, source = EvidenceKind.KNOWLEDGE, kept.brought.source
        pieces += [
            Piece(f"{kept.brought.key}.{k.competency}", known, k.competency, k.right, k.of,
                  titles[poll_id], kept.day, version, source, str(poll_id))
            for k in kept.brought.knowledge
        ]  # fmt: skip
        pieces += [
            Piece(f"{kept.brought.key}.{topic}", EvidenceKind.INTEREST, topic, 0, 0,
                  titles[poll_id], kept.day, version, source, str(poll_id))
            for topic in kept.brought.topics
        ]  # fmt: skip
    for shown in device.shown:
        pieces += _shown(shown)
    agreed = device.consent_version == consents.CURRENT[ConsentKind.PATH].version
    pieces = list(_standing(pieces, consented=agreed))
    answered = answered_polls(session, _polls(pieces))
    return Facts(
        pieces, wishes=device.wishes, decided=device.decided,
        consented=bool(device.consent_version),
        answered=[each for found in answered.values() for each in found],
    )  # fmt: skip


_LABELS = {Source.PRETEST: lazy("Pre-test"), Source.CHECK: lazy("“I know this”")}


def label_of(source: Source) -> Bilingual:
    """The name of a source that has no title of its own, in both languages."""
    message = _LABELS[source].message
    return Bilingual.of(**{language: translate(language, message) for language in LANGUAGES})


def _shown(shown: Shown) -> list[Piece]:
    source = Source(shown.source)
    return [
        Piece(f"{shown.key}.{k.competency}", EvidenceKind.KNOWLEDGE,
              k.competency, k.right, k.of, label_of(source), shown.day, "", source)
        for k in shown.knowledge
    ]  # fmt: skip


def pieces_of(session: Session, account_id: int) -> list[Piece]:
    """What a person brought in, the latest first; one statement."""
    return _pieces(session, [account_id]).get(account_id, [])


def _pieces(session: Session, account_ids: Collection[int]) -> dict[int, list[Piece]]:
    rows = session.scalars(
        select(Evidence).where(Evidence.account_id.in_(account_ids)).order_by(Evidence.id.desc())
    )
    found: dict[int, list[Piece]] = defaultdict(list)
    for row in rows:
        found[row.account_id].append(
            Piece(
                str(row.id), EvidenceKind(row.kind), row.competency_code or row.topic_code or "",
                row.right, row.of, row.source_label, row.created_on, row.consent_version,
                Source(row.source_kind), row.source_ref,
            )
        )  # fmt: skip
    return found


def _aside(session: Session, account_ids: Collection[int]) -> dict[int, frozenset[Named]]:
    rows = session.execute(
        select(SetAside.account_id, SetAside.basis, SetAside.ref).where(
            SetAside.account_id.in_(account_ids)
        )
    )
    named = [(account_id, Basis(basis), ref) for account_id, basis, ref in rows]
    places = _places(session) if any(basis is Basis.LESSON for _, basis, _ in named) else {}
    found: dict[int, set[Named]] = defaultdict(set)
    for account_id, basis, ref in named:
        here = places.get(ref, "") if basis is Basis.LESSON else ref
        found[account_id].add((basis, here))
    return {id_: frozenset(named) for id_, named in found.items()}


def _places(session: Session) -> dict[str, str]:
    """{``course/module/lesson``: the lesson's id in the published version}."""
    return {place_of(lesson): str(lesson.unit_id) for lesson in catalogue(session)}


def place_of(lesson: CatalogueUnit) -> str:
    """What names a lesson in every version of its course."""
    return f"{lesson.course_id}/{lesson.module_slug}/{lesson.unit_slug}"
