"""The live snapshot: one consistent picture, one JSON body for all viewers.

One statement, and a second one where the poll takes audience questions.
"""

import json
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.polls.models import Option, Poll, PollState, Question, ResultsShown, Tally
from hanmadang.polls.models_audience import Sitting, SittingState
from hanmadang.polls.queries.audience import AskCounts, ask_counts
from hanmadang.polls.rules import are_results_shown, hint_of


@dataclass(frozen=True, slots=True)
class OptionCount:
    """One bar."""

    id: int
    count: int
    share: float | None
    """Percent of those who answered the question, 0 to 100; None before the first answer."""


@dataclass(frozen=True, slots=True)
class QuestionCounts:
    """One question's bars; no bars where its results may not be shown yet."""

    id: int
    answered: int
    options: tuple[OptionCount, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A whole poll at one version."""

    poll_id: int
    version: int
    state: PollState
    questions: tuple[QuestionCounts, ...]
    asks: AskCounts | None = None
    """Audience questions, where the poll takes or shows any."""

    @property
    def hint(self) -> str:
        """The name under which the next change is announced."""
        return hint_of(self.poll_id)

    @property
    def etag(self) -> str:
        """Changes whenever the body does."""
        return f"{self.version}-{self.state.value}"

    def body(self) -> bytes:
        """What viewers receive, as `static/js/live.js` reads it."""
        questions = [
            {
                "id": question.id,
                "answered": question.answered,
                "options": [
                    {"id": option.id, "count": option.count, "share": option.share}
                    for option in question.options
                ],
            }
            for question in self.questions
        ]
        whole: dict[str, object] = {
            "version": self.version, "state": self.state.value, "questions": questions,
        }  # fmt: skip
        if self.asks is not None:
            whole["asks"] = asdict(self.asks)
        return json.dumps(whole, separators=(",", ":")).encode()


_IS_SHOWN = (Sitting.poll_id == Poll.id) & (Sitting.state != SittingState.OFF.value)


def snapshot(session: Session, code: str, *, has_answered: bool = False) -> Snapshot | None:
    """The poll behind a code; None when there is none that the public may know.

    `has_answered` adds questions whose results are for those who answered.
    """
    rows = session.execute(
        select(
            Poll.id.label("poll_id"), Poll.version, Poll.state,
            Question.id, Question.answered, Question.results_shown,
            Option.id.label("option_id"), Tally.count.label("chosen"),
            Sitting.version.label("asks"), Sitting.asked,
        )
        .join(Question, Question.poll_id == Poll.id)
        .join(Option, Option.question_id == Question.id)
        .join(Tally, Tally.option_id == Option.id)
        .join(Sitting, _IS_SHOWN, isouter=True)
        .where(Poll.code == code, Poll.state != PollState.DRAFT.value)
        .order_by(Question.position, Option.position)
    ).all()  # fmt: skip
    if not rows:
        return None
    state = PollState(rows[0].state)
    bars: dict[int, list[OptionCount]] = {}
    answered: dict[int, int] = {}
    for row in rows:
        answered[row.id] = row.answered
        mine = bars.setdefault(row.id, [])
        shown = ResultsShown(row.results_shown)
        if are_results_shown(shown, state, has_answered=has_answered):
            mine.append(OptionCount(row.option_id, row.chosen, share(row.chosen, row.answered)))
    questions = tuple(QuestionCounts(id_, answered[id_], tuple(bars[id_])) for id_ in bars)
    poll_id, asks = rows[0].poll_id, rows[0].asks
    counts = None if asks is None else ask_counts(session, poll_id, asks, rows[0].asked)
    return Snapshot(poll_id, rows[0].version, state, questions, counts)


def share(count: int, answered: int) -> float | None:
    """Percent with one decimal; None where nobody answered."""
    return round(100 * count / answered, 1) if answered else None
