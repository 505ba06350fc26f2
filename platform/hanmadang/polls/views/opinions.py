"""The opinions page: what was last published, however many answered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask.typing import ResponseReturnValue

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.i18n import LazyText
from hanmadang.kernel.pages import render
from hanmadang.kernel.permissions import Permission
from hanmadang.polls import texts_statements as texts
from hanmadang.polls.models import PollState
from hanmadang.polls.opinion.result import Withheld
from hanmadang.polls.queries import PollPage, QuestionPage
from hanmadang.polls.queries.opinions import NO_OPINIONS, Opinions, opinions
from hanmadang.polls.queries.release import FEWEST_ANSWERS
from hanmadang.polls.shapes import Stance
from hanmadang.polls.texts import HIDDEN
from hanmadang.polls.views.room import find, mine_in, room

_STANCES = {"agree": Stance.AGREE, "disagree": Stance.DISAGREE}
_CENTRE, _RADIUS, _LARGEST = 160, 150, 9
"""The map: its middle and reach in the picture's own units, and the largest spot."""
_SMALLEST = 4


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement with how many hold a stance."""

    label: Bilingual
    stance: LazyText
    word: str
    """``agree`` or ``disagree``."""
    count: int | None
    """None where it may not be shown."""
    seen: int | None

    @property
    def share(self) -> float | None:
        """Percent of those who voted on it; None where too few did."""
        if self.count is None or not self.seen or self.seen < FEWEST_ANSWERS:
            return None
        return round(100 * self.count / self.seen, 1)


@dataclass(frozen=True, slots=True)
class GroupCard:
    """A group with what is typical of it."""

    name: str
    size: int | None
    typical: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """A cell of the map, in the picture's units."""

    x: float
    y: float
    radius: float
    group: str
    people: int
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class OpinionsPage:
    """What the page says."""

    people: int
    statements: int
    placed: int | None
    stability: float | None
    why: LazyText | None
    """Why no groups are shown."""
    consensus: tuple[Fact, ...]
    across: tuple[Fact, ...]
    divided: tuple[Fact, ...]
    groups: tuple[GroupCard, ...]
    dots: tuple[Dot, ...]


@room.page("/polls/<slug>/opinions", needs=Permission.PUBLIC)
def opinions_page(slug: str) -> ResponseReturnValue:
    """What people share, what divides them, and which groups vote alike, if there are any."""
    page, question = _find(slug)
    # Figures come in batches of ten, so they need not rest while votes come in.
    is_due = page.is_due(question, has_answered=mine_in(page).has_answered)
    found = opinions(db.session(), question.id) if is_due else NO_OPINIONS
    return render(
        "polls/opinions.html",
        poll=page,
        question=question,
        is_due=is_due,
        found=found,
        shown=_page(question, found),
        rows=page.is_closed and bool(found.votes),
        fewest=FEWEST_ANSWERS,
        texts=texts,
        why_hidden=HIDDEN,
    )


def _page(question: QuestionPage, found: Opinions) -> OpinionsPage | None:
    shown = found.shown
    if not shown:
        return None
    labels = {option.id: option.label for option in question.asked}
    withheld = shown["withheld"]
    return OpinionsPage(
        shown["people"],
        shown["statements"],
        shown["placed"],
        shown["stability"],
        texts.WITHHELD[Withheld(withheld)] if withheld else None,
        _facts(labels, shown["consensus"]),
        _facts(labels, shown["across"]),
        _facts(labels, shown["divided"]),
        tuple(
            GroupCard(each["name"], each["size"], _facts(labels, each["typical"]))
            for each in shown["groups"]
        ),
        _dots(shown["spots"]),
    )


def _facts(labels: Mapping[int, Bilingual], facts: Iterable[Mapping[str, Any]]) -> tuple[Fact, ...]:
    """A statement hidden since the result was published is left out."""
    return tuple(
        Fact(
            labels[each["statement"]],
            texts.STANCES[_STANCES[each["stance"]]],
            each["stance"],
            each["parts"][0] if each["parts"] else None,
            sum(each["parts"]) if each["parts"] else None,
        )
        for each in facts
        if each["statement"] in labels
    )


def _dots(spots: Sequence[Sequence[Any]]) -> tuple[Dot, ...]:
    """Larger for more people; two groups in one cell stand side by side."""
    most = max((spot[3] for spot in spots), default=1)
    taken: dict[tuple[float, float], int] = {}
    found = []
    for x, y, group, people in spots:
        beside = taken.get((x, y), 0)
        taken[x, y] = beside + 1
        radius = _SMALLEST + (_LARGEST - _SMALLEST) * (people / most) ** 0.5
        across = _CENTRE + _RADIUS * x + beside * _SMALLEST
        down = _CENTRE - _RADIUS * y
        cell = (round((x + 1) * 8 + 0.5), round((1 - y) * 8 + 0.5))
        found.append(Dot(across, down, round(radius, 1), group, people, *cell))
    return tuple(found)


def _find(slug: str) -> tuple[PollPage, QuestionPage]:
    page = find(slug)
    if page.statements is None or page.state is PollState.DRAFT:
        raise NotFoundError
    return page, page.statements
