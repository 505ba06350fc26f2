"""Item statistics: difficulty, discrimination, and findings, held against plain arithmetic."""

import random
from statistics import correlation
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.courses.analysis.items import (
    Finding,
    ItemCounts,
    ItemStatistics,
    point_biserial,
    statistics,
    upper_lower,
)
from hanmadang.courses.domain import learning
from hanmadang.courses.models import Answer, CourseVersion, Question, Unit
from hanmadang.courses.queries.items import item_statistics
from hanmadang.kernel.permissions import Role, Viewer
from tests.factories import courses as make
from tests.factories.runs import NOW
from tests.factories.school import Habits, fill


def sums(pairs: list[tuple[int, float]]) -> ItemCounts:
    """Counts of (right here, share elsewhere) pairs."""
    return ItemCounts(
        1, len(pairs), sum(x for x, _r in pairs), len(pairs), sum(x for x, _r in pairs),
        sum(r for _x, r in pairs), sum(r * r for _x, r in pairs), sum(x * r for x, r in pairs),
    )  # fmt: skip


def people(number: int, slope: float) -> list[tuple[int, float]]:
    chance = random.Random(7)
    found = []
    for _ in range(number):
        share = chance.random()
        found.append((int(chance.random() < 0.5 + slope * (share - 0.5)), share))
    return found


@pytest.mark.parametrize("slope", [1.0, 0.4, 0.0, -0.8])
def test_the_point_biserial_is_the_plain_correlation(slope: float) -> None:
    pairs = people(400, slope)
    here, elsewhere = zip(*pairs, strict=True)
    assert point_biserial(sums(pairs)) == pytest.approx(correlation(here, elsewhere))


def test_few_people_say_nothing_of_discrimination() -> None:
    assert point_biserial(sums(people(29, 1))) is None
    assert point_biserial(sums(people(30, 1))) is not None


def test_where_everybody_is_right_there_is_nothing_to_tell_apart() -> None:
    assert point_biserial(sums([(1, share / 50) for share in range(50)])) is None


def test_the_upper_group_less_the_lower_one() -> None:
    counts = ItemCounts(1, 100, 50, 100, upper=27, upper_right=27, lower=27, lower_right=0)
    assert upper_lower(counts) == 1
    assert upper_lower(ItemCounts(1, 10, 5, 10)) is None


def found(right: int, of: int = 100, slope: float = 1, **more: Any) -> ItemStatistics:
    """Statistics of a question that `right` of 100 had right."""
    base = sums(people(of, slope))
    counts = ItemCounts(
        1, of, right, base.rated, base.x, base.r, base.rr, base.xr, tries=of, **more
    )
    return statistics(counts)


@pytest.mark.parametrize(
    ("right", "slope", "finding"),
    [
        (97, 1, Finding.TOO_EASY),
        (20, 1, Finding.TOO_HARD),
        (60, -0.8, Finding.NEGATIVE),
    ],
)
def test_bad_questions_are_found(right: int, slope: float, finding: Finding) -> None:
    assert finding in found(right, slope=slope).findings


def test_a_question_that_hardly_tells_apart_is_found() -> None:
    counts = ItemCounts(1, 100, 50, 100, x=50, r=50, rr=33.3, xr=26.4)
    assert point_biserial(counts) == pytest.approx(0.097, abs=0.001)
    assert statistics(counts).findings == (Finding.WEAK,)


def test_a_good_question_has_no_finding() -> None:
    assert found(60).findings == ()


def test_few_answers_warn_of_nothing() -> None:
    assert found(29, of=29).findings == ()


def test_an_option_nobody_chose_is_found_once_enough_chose() -> None:
    counts = ItemCounts(1, 60, 30)
    assert statistics(counts, 3, {0: 30, 1: 30}).unchosen == (2,)
    assert statistics(counts, 3, {0: 20, 1: 20}).unchosen == ()
    assert statistics(counts, 2, {0: 30, 1: 30}).unchosen == ()


def test_a_question_nobody_answered_has_no_difficulty() -> None:
    assert statistics(ItemCounts(1, 0, 0)).difficulty is None


@pytest.fixture
def quiz(write: Any) -> int:
    """A version of two units with four questions each, taken by 80 people."""
    units = [make.unit(f"u{n}", [make.question(f"q{n}{k}") for k in range(4)]) for n in range(2)]
    with write() as session:
        version = make.publish(session, make.course(*units))
        fill(session, version, 80, Habits(stops=0.1))
        return version.id


def by_hand(session: Any, version_id: int) -> dict[int, tuple[float, float]]:
    """The same from rows, in plain Python."""
    rows = session.execute(
        select(Answer.account_id, Answer.question_id, Answer.correct)
        .join(Question, Question.id == Answer.question_id)
        .join(Unit, Unit.id == Question.unit_id)
        .where(Unit.version_id == version_id)
        .order_by(Answer.event_id)
    )
    first: dict[tuple[int, int], int] = {}
    for account, question, correct in rows:
        first.setdefault((account, question), int(correct))
    found = {}
    for question in {key[1] for key in first}:
        pairs = []
        for (account, each), x in first.items():
            rest = [y for (who, other), y in first.items() if who == account and other != question]
            if each == question and len(rest) >= 5:
                pairs.append((x, sum(rest) / len(rest)))
        right = [x for (_who, each), x in first.items() if each == question]
        here, elsewhere = zip(*pairs, strict=True)
        found[question] = (sum(right) / len(right), correlation(here, elsewhere))
    return found


def test_the_database_counts_what_plain_python_counts(read: Any, quiz: int) -> None:
    with read() as session:
        expected = by_hand(session, quiz)
        counted = item_statistics(session, list(expected))
    assert len(expected) == 8
    for question, pair in expected.items():
        each = counted[question]
        assert (each.difficulty, each.discrimination) == pytest.approx(pair)


def test_the_first_try_counts_and_later_ones_do_not(write: Any, read: Any, quiz: int) -> None:
    with read() as session:
        question = session.scalars(select(Question.id)).first()
        before = item_statistics(session, [question])[question]
    with write() as session:
        wrong = session.scalars(
            select(Answer).where(Answer.question_id == question, ~Answer.correct)
        ).first()
        assert wrong is not None
        retry(session, wrong)
    with read() as session:
        after = item_statistics(session, [question])[question]
    assert after.difficulty == before.difficulty
    assert after.tries is not None
    assert before.tries is not None
    assert after.tries > before.tries


def retry(session: Any, wrong: Answer) -> None:
    """The person tries again and is right."""
    question = session.get_one(Question, wrong.question_id)
    who = Viewer(wrong.account_id, roles=frozenset({Role.CITIZEN}))
    learning.answer(session, who, question.unit_id, {question.slug: [1]}, key="again", now=NOW)


def test_however_many_questions_it_is_four_statements(
    read: Any, quiz: int, count_queries: Any
) -> None:
    with read() as session:
        ids = session.scalars(select(Question.id)).all()
        for number in (1, 8):
            with count_queries() as statements:
                item_statistics(session, ids[:number])
            assert len(statements) == 4


def test_a_question_nobody_answered_is_there_too(write: Any, read: Any) -> None:
    with write() as session:
        make.publish(session, make.course(make.unit("one", [make.question("q")])))
    with read() as session:
        ids = session.scalars(select(Question.id)).all()
        assert [each.people for each in item_statistics(session, ids).values()] == [0]
        assert session.scalars(select(CourseVersion.id)).all()
