"""What is known about one person, as they read it: every piece, its source, and what follows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.queries import Answered, answered_lessons
from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.engine.mastery import Estimate
from hanmadang.curricula.models import Basis, EvidenceKind
from hanmadang.curricula.queries.evenings import BookedEvening
from hanmadang.curricula.queries.facts import Piece, place_of
from hanmadang.curricula.queries.paths import Made
from hanmadang.curricula.queries.shelf import Shelf
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.polls.models import Poll


@dataclass(frozen=True, slots=True)
class Origin:
    """The page a piece comes from."""

    kind: str
    """`poll`, `lesson` or `event`."""
    title: Bilingual
    slugs: tuple[str, ...] = ()
    """Of its address; none where the page is gone."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the page."""

    source: str
    about: tuple[str, ...]
    """Codes of competencies or topics; none for a finished lesson."""
    origins: Sequence[Origin]
    day: date | None
    kind: EvidenceKind | None = None
    right: int = 0
    of: int = 0
    consent: str = ""
    """Under which text it is kept; empty where it needs none."""
    key: str = ""
    """Names a piece that can be deleted."""
    basis: Basis | None = None
    ref: str = ""
    """With `basis` names what belongs elsewhere and can be set aside."""
    aside: bool = False


class Verdict(StrEnum):
    """What may be said of a competency without claiming more than the answers do."""

    LIKELY = "likely"
    UNSURE = "unsure"
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """Everything the page shows."""

    brought: Sequence[Row]
    quiz: Sequence[Row]
    lessons: Sequence[Row]
    declared: Sequence[Row]
    events: Sequence[Row]
    verdicts: Sequence[tuple[str, Verdict, int]]
    """(competency, what may be said, number of answers)."""

    @property
    def rows(self) -> list[Row]:
        """Every piece, in the order of the page."""
        return [*self.brought, *self.quiz, *self.lessons, *self.declared, *self.events]


def evidence_page(session: Session, made: Made, now: datetime) -> EvidencePage:
    """What this path rests on; days are those of the zone of `now`."""
    facts, shelf = made.facts, made.shelf
    answered = answered_lessons(session, facts.account_id) if facts.account_id else []
    return EvidencePage(
        _brought(facts.pieces, _slugs(session, facts.pieces)),
        _quiz(answered, {row.competency for row in facts.aside.quiz}, now),
        [
            *_lessons(facts.done, shelf, now, aside=False),
            *_lessons(facts.aside.done, shelf, now, aside=True),
        ],
        [Row(Source.DECLARED.value, (code,), (), None, key=code) for code in facts.topics],
        [
            *(_event(evening, aside=False) for evening in facts.evenings),
            *(_event(evening, aside=True) for evening in facts.aside.evenings),
        ],
        [(code, _verdict(found), found.of) for code, found in made.estimates().items()],
    )


def _verdict(found: Estimate) -> Verdict:
    if found.is_known:
        return Verdict.LIKELY
    return Verdict.UNSURE if found.of else Verdict.UNASKED


def _slugs(session: Session, pieces: Iterable[Piece]) -> Mapping[str, str]:
    """{poll's id: its slug} of the polls that pieces come from."""
    ids = {int(p.ref) for p in pieces if p.source in _OF_POLLS and p.ref.isdecimal()}
    rows = session.execute(select(Poll.id, Poll.slug).where(Poll.id.in_(ids))) if ids else ()
    return {str(id_): slug for id_, slug in rows}


_OF_POLLS = frozenset({Source.POLL, Source.QUESTION, Source.COHORT})


def _brought(pieces: Iterable[Piece], slugs: Mapping[str, str]) -> list[Row]:
    return [
        Row(
            piece.source.value, (piece.code,),
            [Origin("poll", piece.label, (slugs[piece.ref],) if piece.ref in slugs else ())],
            piece.day, piece.kind, piece.right, piece.of,
            consent=piece.consent_version, key=piece.key,
        )
        for piece in pieces
    ]  # fmt: skip


def _quiz(answered: Iterable[Answered], aside: set[str], now: datetime) -> list[Row]:
    """One line for a competency, with every lesson in which it was asked."""
    found: dict[str, list[Answered]] = {}
    for row in answered:
        found.setdefault(row.competency_code, []).append(row)
    return [
        Row(
            Source.QUIZ.value, (code,), [_lesson_of(row) for row in rows],
            max(row.last_at for row in rows).astimezone(now.tzinfo).date(),
            EvidenceKind.KNOWLEDGE, sum(row.right for row in rows), sum(row.of for row in rows),
            basis=Basis.QUIZ, ref=code, aside=code in aside,
        )
        for code, rows in found.items()
    ]  # fmt: skip


def _lesson_of(row: Answered) -> Origin:
    return Origin("lesson", row.title, (row.course_slug, row.module_slug, row.unit_slug))


def _lessons(
    done: Mapping[int, datetime], shelf: Shelf, now: datetime, *, aside: bool
) -> list[Row]:
    rows = []
    for unit_id, at in sorted(done.items(), key=lambda pair: pair[1]):
        lesson = shelf.lessons.get(unit_id)
        if lesson is None:
            continue
        slugs = (lesson.course_slug, lesson.module_slug, lesson.unit_slug)
        rows.append(
            Row(
                Basis.LESSON.value, tuple(code for code, _strength in lesson.teaches),
                [Origin("lesson", lesson.title, slugs)], at.astimezone(now.tzinfo).date(),
                basis=Basis.LESSON, ref=place_of(lesson), aside=aside,
            )
        )  # fmt: skip
    return rows


def _event(evening: BookedEvening, *, aside: bool) -> Row:
    return Row(
        Source.EVENT.value, evening.topics,
        [Origin("event", evening.title, (evening.slug,))], evening.day, EvidenceKind.INTEREST,
        basis=Basis.EVENT, ref=str(evening.event_id), aside=aside,
    )  # fmt: skip
