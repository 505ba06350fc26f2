"""A quiz: right answers are told once for good, and the scores counted while ballots have names."""

from dataclasses import replace

from sqlalchemy.orm import Session

from hanmadang.polls.models import Poll, Question, QuestionKind, ResultsShown
from hanmadang.polls.models_quiz import Scores
from hanmadang.polls.queries.quiz import count_scores, key_of
from hanmadang.polls.quiz import bands_of
from hanmadang.polls.staging import Gate


def begin_quiz(poll: Poll) -> None:
    """Answers that are told at once are final: changed afterwards they would prove nothing."""
    told_at_once = frozenset(
        question.id
        for question in poll.questions
        if question.kind == QuestionKind.KNOWLEDGE
        and question.results_shown != ResultsShown.MODERATOR
    )
    if poll.quiz:
        poll.gate = replace(Gate.of(poll.gate), final=told_at_once).to_json()


def tell(session: Session, poll: Poll, question: Question) -> None:
    """The right answer is known from now on, so no more answers are taken, whatever is unlocked.

    The poll is locked: whoever's answer counts sent it before. With the last answer told nothing
    can change any more, and the scores are counted.
    """
    if not (poll.quiz and question.kind == QuestionKind.KNOWLEDGE):
        return
    gate = Gate.of(poll.gate)
    poll.gate = replace(gate, told=gate.told | {question.id}).to_json()
    if set(key_of(session, poll.id)) <= Gate.of(poll.gate).told:
        keep_scores(session, poll)


def keep_scores(session: Session, poll: Poll) -> None:
    """Count the scores of a locked quiz; once."""
    if not poll.quiz or session.get(Scores, poll.id) is not None:
        return
    key = key_of(session, poll.id)
    counts = count_scores(session, key)
    bands = [list(band) for band in bands_of(counts)]
    session.add(Scores(poll_id=poll.id, questions=len(key), people=sum(counts), bands=bands))
