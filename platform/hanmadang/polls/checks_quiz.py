"""Self-check of quizzes: what is published against the ballots it came from."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.polls.models import Poll, PollState, Question, QuestionKind
from hanmadang.polls.models_quiz import Scores
from hanmadang.polls.queries.quiz import count_scores, key_of
from hanmadang.polls.quiz import bands_of
from hanmadang.polls.survey.thresholds import SMALLEST_CELL


def quizzes(session: Session) -> Iterator[str]:
    """Scores are those of the ballots while these have names, and afterwards still add up."""
    rows = session.execute(select(Poll.id, Poll.slug, Poll.state).where(Poll.quiz))
    for poll_id, slug, state in rows.all():
        scores = session.get(Scores, poll_id)
        if scores is None:
            if state == PollState.CLOSED:
                yield f"quiz {slug} is closed and has no scores"
            continue
        yield from (f"quiz {slug}: {fault}" for fault in _sums(session, scores))
        if state != PollState.CLOSED:
            counts = count_scores(session, key_of(session, poll_id))
            found = sum(counts), [list(band) for band in bands_of(counts)]
            if found != (scores.people, scores.bands):
                yield f"quiz {slug} publishes other scores than its ballots have"


def _sums(session: Session, scores: Scores) -> Iterator[str]:
    most, all_ = session.execute(
        select(func.max(Question.answered), func.sum(Question.answered)).where(
            Question.poll_id == scores.poll_id, Question.kind == QuestionKind.KNOWLEDGE.value
        )
    ).one()
    if not most <= scores.people <= all_:
        yield f"{scores.people} people have scores, {most} to {all_} may have"
    told = [value for low, high, _people in scores.bands for value in range(low, high + 1)]
    people = [people for _low, _high, people in scores.bands]
    if people and (told != list(range(scores.questions + 1)) or sum(people) != scores.people):
        yield "its bands do not add up"
    if any(each < SMALLEST_CELL for each in people):
        yield "a band holds fewer than ten people"
