"""Polls for tests: one question of each kind, open, with no surprises."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.vocabulary import Competency, Topic
from hanmadang.polls import domain
from hanmadang.polls.domain import (
    Accepted,
    BallotSet,
    OptionDraft,
    PollDraft,
    QuestionDraft,
    Result,
    cast_many,
)
from hanmadang.polls.models import Poll, PollState, Question, QuestionKind, QuestionType
from hanmadang.polls.ranges import Range
from hanmadang.polls.scales import Scale
from hanmadang.polls.shapes import Settings

NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)


def both(ko: str, en: str) -> Bilingual:
    """Reviewed text in both languages."""
    return Bilingual.of(ko=ko, en=en)


def options(*labels: tuple[str, str], right: int | None = None) -> tuple[OptionDraft, ...]:
    """Options; `right` is the position of the correct one."""
    return tuple(OptionDraft(both(*label), place == right) for place, label in enumerate(labels))


KNOWLEDGE = QuestionDraft(
    QuestionKind.KNOWLEDGE,
    both("1953년 정전협정은 무엇을 정했나요?", "What did the armistice of 1953 settle?"),
    options(("평화조약", "A peace treaty"), ("싸움을 멈춤", "An end to the fighting"), right=1),
    explanation=both("평화조약이 아닙니다.", "It was not a peace treaty."),
    competency_code="armistice-contents",
)
INTEREST = QuestionDraft(
    QuestionKind.INTEREST,
    both("어떤 주제가 궁금한가요?", "Which topics interest you?"),
    (
        OptionDraft(both("역사", "History"), topic_code="history"),
        OptionDraft(both("문화", "Culture"), topic_code="culture"),
        OptionDraft(both("경제", "Economy"), topic_code="economy"),
    ),
    type=QuestionType.SEVERAL,
    max_choices=2,
)
OPINION = QuestionDraft(
    QuestionKind.OPINION,
    both("통일이 필요하다고 보나요?", "Do you think reunification is necessary?"),
    options(
        ("필요하다", "Necessary"), ("필요하지 않다", "Not necessary"), ("모르겠다", "Not sure")
    ),
)
TWO_OR_THREE = QuestionDraft(
    QuestionKind.OPINION,
    both("무엇을 먼저 할까요?", "What should come first?"),
    options(("도로", "Roads"), ("학교", "Schools"), ("공원", "Parks"), ("병원", "Clinics")),
    type=QuestionType.SEVERAL,
    min_choices=2,
    max_choices=3,
)
LIKERT = QuestionDraft(
    QuestionKind.OPINION,
    both("교류가 필요할까요?", "Is exchange necessary?"),
    (),
    type=QuestionType.SCALE,
    settings=Settings(Scale.NECESSITY_4),
)
BETWEEN = QuestionDraft(
    QuestionKind.OPINION,
    both("오늘 이야기는 어땠나요?", "How was tonight's talk?"),
    options(("어렵다", "Hard"), ("쉽다", "Easy")),
    type=QuestionType.SCALE,
    settings=Settings(Scale.SEMANTIC_5),
)
MINUTES = QuestionDraft(
    QuestionKind.OPINION,
    both("오시는 데 얼마나 걸리셨나요?", "How long did it take you to come?"),
    (),
    type=QuestionType.NUMBER,
    settings=Settings(range=Range(Decimal(0), Decimal(120), Decimal(5), "분", "minutes")),
)
RANKED = QuestionDraft(
    QuestionKind.OPINION,
    both("무엇이 먼저일까요?", "What comes first?"),
    options(("철도", "Railways"), ("편지", "Letters"), ("숲", "Forests")),
    type=QuestionType.RANKING,
    min_choices=2,
    max_choices=3,
)
POINTS = QuestionDraft(
    QuestionKind.OPINION,
    both("열 점을 나누어 주세요.", "Please share out ten points."),
    options(("철도", "Railways"), ("편지", "Letters"), ("숲", "Forests")),
    type=QuestionType.POINTS,
    max_choices=3,
    settings=Settings(points=10),
)
TITLE = both("객석에 묻는 세 가지", "Three questions for the audience")


def add_words(session: Session) -> None:
    """The topics and the competency that the questions name."""
    if session.get(Topic, "history"):
        return
    for place, code in enumerate(("history", "culture", "economy", "security")):
        session.add(Topic(code=code, position=place, name=both(f"주제 {code}", f"Topic {code}")))
    session.flush()
    name = both("정전협정의 내용", "The contents of the armistice")
    session.add(Competency(code="armistice-contents", topic_code="security", name=name))
    session.flush()


def make_poll(
    session: Session,
    *questions: QuestionDraft,
    state: PollState = PollState.OPEN,
    actor: Viewer | None = None,
    **fields: Any,
) -> Poll:
    """A poll in that state; all three kinds of question unless some are given."""
    add_words(session)
    draft = replace(PollDraft(TITLE, questions or (KNOWLEDGE, INTEREST, OPINION)), **fields)
    poll = domain.create_poll(session, actor, draft, now=NOW)
    steps = {
        PollState.DRAFT: (),
        PollState.OPEN: (PollState.OPEN,),
        PollState.PAUSED: (PollState.OPEN, PollState.PAUSED),
        PollState.CLOSED: (PollState.OPEN, PollState.CLOSED),
    }[state]
    for step in steps:
        domain.change_state(session, actor, poll.id, step, now=NOW)
    return poll


def ballot(question: Question, *places: int, voter: str = "", key: str = "") -> BallotSet:
    """One device's answer to one question: the options at these places."""
    chosen = frozenset(question.options[place].id for place in places)
    return BallotSet(question.poll_id, voter or new_key(), key or new_key(), {question.id: chosen})


def cast(session: Session, *ballots: BallotSet) -> list[Result]:
    """Cast, all of them accepted."""
    results = cast_many(session, ballots)
    assert all(isinstance(result, Accepted) for result in results), results
    return results


def counts(question: Question) -> list[int]:
    """How often each option was chosen."""
    return [option.tally.count for option in question.options]
