"""How a bank's question fares: in courses one writes, from enough people, read and not counted."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.courses.domain import bank, figures
from hanmadang.courses.models import BankEntry, CourseVersion
from hanmadang.courses.writing import write_question
from tests.factories import courses as make
from tests.factories.authoring import House, draft_units, make_editor, make_house
from tests.factories.runs import NOW
from tests.factories.school import fill

Write = Callable[[], Any]


def arrange(write: Write, people: int) -> tuple[House, int]:
    """A published question that the bank keeps as well, answered by so many."""
    with write() as session:
        questions = [make.question(f"q{n}") for n in range(8)]
        house = make_house(session, make.course(make.unit("one", questions)), shared=False)
        unit = draft_units(session, house.course_id)[0]
        kept = bank.keep_from(session, house.first, unit, write_question(questions[0]), now=NOW).id
        version = session.scalars(select(CourseVersion)).one()
        fill(session, version, people)
        made = figures.counted(session, version.id, now=NOW)
        assert made is not None
        figures.store(session, made, now=NOW)
        return house, kept


def page(browser: Any, house: House, entry: int, language: str = "en") -> str:
    return str(browser(house.first.id).get(f"/{language}/desk/courses/bank/{entry}").text)


def test_it_shows_people_difficulty_and_discrimination(write: Write, browser: Any) -> None:
    house, entry = arrange(write, 60)
    shown = page(browser, house, entry)
    assert "How it fares" in shown
    assert '<td class="num">60</td>' in shown
    assert "%</td>" in shown
    assert "문항 통계" in page(browser, house, entry, "ko")


def test_of_few_people_it_says_nothing(write: Write, browser: Any) -> None:
    house, entry = arrange(write, 8)
    shown = page(browser, house, entry)
    assert "fewer than 10" in shown
    assert "%</td>" not in shown


def test_a_text_that_differs_from_the_bank_s_is_marked(write: Write, browser: Any) -> None:
    house, entry = arrange(write, 12)
    with write() as session:
        session.get_one(BankEntry, entry).text = make.text("다른 물음", "Another question")
    assert "reads differently there" in page(browser, house, entry)


def test_others_see_no_figures_of_a_course_they_do_not_write(write: Write, browser: Any) -> None:
    house, entry = arrange(write, 60)
    with write() as session:
        other = make_editor(session, house.second.institution_id).id
    assert "How it fares" not in browser(other).get(f"/en/desk/courses/bank/{entry}").text


@pytest.mark.parametrize("people", [12, 36])
def test_it_costs_the_same_however_many_answered(
    write: Write, browser: Any, count_queries: Any, people: int
) -> None:
    house, entry = arrange(write, people)
    reader = browser(house.first.id)
    with count_queries() as statements:
        reader.get(f"/en/desk/courses/bank/{entry}")
    assert len(statements) == 8
