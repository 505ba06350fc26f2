"""Scores of a quiz: counted while ballots still have names, read afterwards."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.polls.models import Ballot, Option, Question, QuestionKind
from hanmadang.polls.models_quiz import Scores
from hanmadang.polls.queries.figures import share
from hanmadang.polls.quiz import Band, Key, counted
from hanmadang.polls.survey.thresholds import FEWEST_ANSWERS


@dataclass(frozen=True, slots=True)
class ScorePage:
    """How many people had how many right."""

    questions: int
    people: int
    bands: Sequence[Band]

    def share(self, band: Band) -> float | None:
        """Percent of all who took part; none from fewer than thirty."""
        return share(band.people, self.people) if self.people >= FEWEST_ANSWERS else None

    def to_json(self) -> dict[str, Any]:
        """For the open data."""
        bands = [{"low": low, "high": high, "people": people} for low, high, people in self.bands]
        return {"questions": self.questions, "people": self.people, "scores": bands}


def scores_of(session: Session, poll_id: int) -> ScorePage | None:
    """The distribution, once it is final."""
    kept = session.get(Scores, poll_id)
    if kept is None:
        return None
    return ScorePage(kept.questions, kept.people, [Band(*each) for each in kept.bands])


def key_of(session: Session, poll_id: int) -> Key:
    """The right options of a poll's knowledge questions."""
    rows = session.execute(
        select(Question.id, Option.id.label("option"))
        .join(Option, Option.question_id == Question.id)
        .where(
            Question.poll_id == poll_id,
            Question.kind == QuestionKind.KNOWLEDGE.value,
            Option.correct.is_(True),
        )
    )
    right: defaultdict[int, set[int]] = defaultdict(set)
    for row in rows:
        right[row.id].add(row.option)
    return {id_: frozenset(options) for id_, options in right.items()}


def count_scores(session: Session, key: Key) -> list[int]:
    """Devices by their number of right answers; whoever answered none of them is left out."""
    sheets: defaultdict[str, dict[int, list[int]]] = defaultdict(dict)
    of_key = Ballot.question_id.in_(sorted(key))
    rows = session.execute(
        select(Ballot.voter_key, Ballot.question_id, Ballot.choices).where(of_key)
    )
    for voter, question, choices in rows:
        if choices:
            sheets[voter][question] = choices
    return counted(key, sheets.values())
