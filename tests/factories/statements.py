"""Statement polls for tests."""

import random
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from hanmadang.kernel.ids import new_key
from hanmadang.polls.domain import BallotSet, OptionDraft, QuestionDraft, cast_many
from hanmadang.polls.models import Poll, PollState, Question, QuestionKind, QuestionType
from hanmadang.polls.shapes import Settings, Stance, vote
from tests.factories.polls import both, make_poll

LABELS = (
    ("도시끼리 먼저 교류합시다.", "Cities should begin the exchange."),
    ("학교에서 더 가르쳐야 합니다.", "Schools should teach more."),
    ("지금은 서두르지 않아도 됩니다.", "There is no hurry now."),
    ("지역 언론이 더 다뤄야 합니다.", "Local media should report more."),
    ("이산가족이 먼저입니다.", "Separated families come first."),
    ("음악회부터 함께 엽시다.", "Let us begin with concerts."),
    *((f"그 밖의 의견 {n}", f"Another thought, {n}") for n in range(6)),
)
STATEMENTS = QuestionDraft(
    QuestionKind.OPINION,
    both("도시의 통일교육에 대해 어떻게 생각하시나요?", "What should the city's education do?"),
    tuple(OptionDraft(both(*label)) for label in LABELS),
    type=QuestionType.STATEMENTS,
    settings=Settings(suggest=True, rows=True),
)
A, D, P, W = Stance.AGREE, Stance.DISAGREE, Stance.PASS, Stance.WITHDRAWN


def make_statements(
    session: Session, *, state: PollState = PollState.OPEN, settings: Settings | None = None
) -> Poll:
    """A poll of twelve statements that takes suggestions and publishes rows."""
    draft = STATEMENTS
    if settings is not None:
        draft = QuestionDraft(
            draft.kind, draft.text, draft.options, type=draft.type, settings=settings
        )
    return make_poll(session, draft, state=state)


def votes(question: Question, said: Mapping[int, Stance], voter: str, key: str = "") -> BallotSet:
    """One device's votes on the statements at these places."""
    numbers = [vote(question.options[place].id, stance) for place, stance in said.items()]
    return BallotSet(question.poll_id, voter, key or new_key(), {question.id: numbers})


def cast_votes(session: Session, question: Question, rows: Sequence[Mapping[int, Stance]]) -> None:
    """Each row is one device."""
    for start in range(0, len(rows), 200):
        part = rows[start : start + 200]
        cast_many(session, [votes(question, each, new_key()) for each in part if each])


def two_camps(people: int, seed: int = 1, first: float = 0.5) -> list[dict[int, Stance]]:
    """People of two camps, `first` of them in the first; all share the first two statements."""
    rng = random.Random(seed)
    return [_row(rng, rng.random() < first) for _ in range(people)]


def _row(rng: random.Random, in_first: bool) -> dict[int, Stance]:
    row = {}
    for place in range(len(LABELS)):
        agrees = place < _SHARED or in_first == bool(place % 2)
        if rng.random() < _NOISE:
            agrees = not agrees
        row[place] = P if rng.random() < _NOISE else A if agrees else D
    return row


_SHARED, _NOISE = 2, 0.1
