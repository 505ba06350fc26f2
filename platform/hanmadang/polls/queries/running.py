"""Topics and knowledge of a running poll, option by option, for rooms above that round them.

An opinion is never read here. Small cells of questions with one choice are merged as in released
tables; whoever shows these figures hides, rounds and slows them (`curricula.live_demand`).
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.polls.models import Option, Question, QuestionKind, QuestionType, Tally
from hanmadang.polls.survey.thresholds import merged

_ASKING = (QuestionKind.INTEREST.value, QuestionKind.KNOWLEDGE.value)


@dataclass(frozen=True, slots=True)
class RunningCell:
    """One option, or several small ones together."""

    topics: tuple[str, ...]
    is_right: bool
    """Whether it is the right answer of a knowledge question, by itself."""
    people: int


def running_cells(session: Session, question_id: int) -> list[RunningCell]:
    """The cells of one question; none of an opinion, and none where all were merged into one."""
    rows = session.execute(
        select(Option.topic_code, Option.correct, Tally.count.label("people"), Question.type)
        .join(Tally, Tally.option_id == Option.id)
        .join(Question, Question.id == Option.question_id)
        .where(Option.question_id == question_id, Question.kind.in_(_ASKING))
        .order_by(Option.position)
    ).all()
    alone = [(place,) for place in range(len(rows))]
    several = any(row.type == QuestionType.SEVERAL for row in rows)
    groups = alone if several else merged([row.people for row in rows])
    return [
        RunningCell(
            tuple(sorted({rows[place].topic_code for place in group} - {None})),
            len(group) == 1 and bool(rows[group[0]].correct),
            sum(rows[place].people for place in group),
        )
        for group in groups
        if len(groups) > 1
    ]
