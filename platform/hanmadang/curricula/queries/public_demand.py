"""What the city asks for: figures of closed polls by topic, by month and by poll.

The figures were written once, when each poll closed (`domain.demand`), so the page costs one
statement beside the shelf, however many polls there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.queries import CatalogueUnit
from hanmadang.curricula.demand_rules import share
from hanmadang.curricula.models import DemandFigure, Wanted
from hanmadang.curricula.queries.shelf import Shelf
from hanmadang.curricula.queries.taking import lessons_on
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.clock import zone
from hanmadang.kernel.configuration import settings
from hanmadang.polls.models import Poll
from hanmadang.polls.survey.intervals import Share

MONTHS = 12
"""How many months the page looks back on; the files hold all."""
POLLS = 12
"""How many polls the page lists; the files hold all."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One published cell."""

    wanted: Wanted
    codes: tuple[str, ...]
    count: int
    n: int
    poll_id: int
    poll_slug: str
    poll_title: Bilingual
    day: date
    """On which its poll closed, in the city."""

    @property
    def month(self) -> str:
        """`2026-11`."""
        return f"{self.day:%Y-%m}"

    @property
    def share(self) -> Share:
        """With its interval."""
        return share(self.count, self.n)


@dataclass(frozen=True, slots=True)
class Covered:
    """What there is to learn about it: lessons and minutes by language."""

    best: CatalogueUnit | None
    lessons: Mapping[str, int]
    minutes: Mapping[str, int]

    @property
    def is_gap(self) -> bool:
        """Asked for and untaught."""
        return self.best is None


@dataclass(frozen=True, slots=True)
class Demanded:
    """A topic or competency over all polls that asked about it."""

    wanted: Wanted
    code: str
    count: int
    n: int
    polls: int
    covered: Covered
    months: Mapping[str, Share]

    @property
    def share(self) -> Share:
        """Of all who were asked, with its interval."""
        return share(self.count, self.n)


@dataclass(frozen=True, slots=True)
class PublicDemand:
    """The public page."""

    wishes: Sequence[Demanded]
    gaps: Sequence[Demanded]
    """Both the surest first: by the lower end of the interval."""
    months: Sequence[str]
    polls: Sequence[tuple[Figure, Sequence[Figure]]]
    """The latest polls: one figure for the name, and all of them."""


def figures(session: Session) -> list[Figure]:
    """Every published figure, the latest poll first; one statement."""
    rows = session.execute(
        select(
            DemandFigure.wanted, DemandFigure.codes, DemandFigure.count.label("people"),
            DemandFigure.n, Poll.id, Poll.slug, Poll.title, Poll.closed_at,
        )
        .join(Poll, Poll.id == DemandFigure.poll_id)
        .order_by(
            Poll.closed_at.desc(), Poll.id.desc(), DemandFigure.question_id, DemandFigure.place
        )
    )  # fmt: skip
    return [
        Figure(
            Wanted(row.wanted), tuple(row.codes), row.people, row.n, row.id, row.slug, row.title,
            _day(row.closed_at),
        )
        for row in rows
    ]  # fmt: skip


def public_demand(session: Session, shelf: Shelf) -> PublicDemand:
    """The page, from the figures and the shelf."""
    all_ = figures(session)
    months = sorted({each.month for each in all_}, reverse=True)[:MONTHS]
    return PublicDemand(
        _ranked(all_, shelf, Wanted.WISH, months),
        _ranked(all_, shelf, Wanted.GAP, months),
        months,
        _by_poll(all_)[:POLLS],
    )


def covered(shelf: Shelf, wanted: Wanted, codes: Iterable[str]) -> Covered:
    """What the shelf holds on any of them."""
    found = {lesson.unit_id: lesson for code in codes for lesson in lessons_on(shelf, wanted, code)}
    spoken = {
        language: [each for each in found.values() if each.title.get(language)]
        for language in LANGUAGES
    }
    return Covered(
        next(iter(found.values()), None),
        {language: len(lessons) for language, lessons in spoken.items()},
        {
            language: sum(lesson.minutes[language] for lesson in lessons)
            for language, lessons in spoken.items()
        },
    )


def _ranked(
    all_: Sequence[Figure], shelf: Shelf, wanted: Wanted, months: Sequence[str]
) -> list[Demanded]:
    """By topic; a cell of several topics says nothing of one, so it stands by its poll only."""
    by_code: dict[str, list[Figure]] = {}
    for figure in all_:
        if figure.wanted is wanted and len(figure.codes) == 1:
            code = figure.codes[0]
            code = shelf.told_as(code) if wanted is Wanted.GAP else code
            by_code.setdefault(code, []).append(figure)
    found = [_summed(wanted, code, each, shelf, months) for code, each in by_code.items()]
    return sorted(found, key=lambda row: (-row.share.low, row.code))


def _summed(
    wanted: Wanted, code: str, found: Sequence[Figure], shelf: Shelf, months: Sequence[str]
) -> Demanded:
    by_month = {month: [figure for figure in found if figure.month == month] for month in months}
    return Demanded(
        wanted,
        code,
        sum(figure.count for figure in found),
        sum(figure.n for figure in found),
        len({figure.poll_id for figure in found}),
        covered(shelf, wanted, [code]),
        {
            month: share(sum(x.count for x in each), sum(x.n for x in each))
            for month, each in by_month.items()
            if each
        },
    )


def _by_poll(all_: Sequence[Figure]) -> list[tuple[Figure, Sequence[Figure]]]:
    polls: dict[int, list[Figure]] = {}
    for figure in all_:
        polls.setdefault(figure.poll_id, []).append(figure)
    return [(found[0], found) for found in polls.values()]


def _day(closed_at: datetime | None) -> date:
    if closed_at is None:
        message = "A figure's poll is closed."
        raise LookupError(message)
    return closed_at.astimezone(zone(settings().zone)).date()
