"""What other rooms and the pages read, and how many statements that takes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hanmadang.courses import domain, queries
from hanmadang.courses.queries.standing import progress_in
from hanmadang.courses.specs import Teaching
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import NOBODY
from tests.courses.conftest import NOW, Classroom, three_units
from tests.factories import courses as make

Write = Callable[[], Any]


def answer(session: Session, room: Classroom, index: int, given: Any, minute: int = 0) -> None:
    now = NOW + timedelta(minutes=minute)
    domain.answer(session, room.citizen, room.units[index], given, key=f"k{minute}", now=now)
    session.flush()


def test_the_catalogue_tells_planners_all_they_need(classroom: Classroom, read: Write) -> None:
    with read() as session:
        units = queries.catalogue(session)
    assert [unit.unit_id for unit in units] == classroom.units
    second = units[1]
    assert (second.course_slug, second.module_slug, second.unit_slug) == (
        "division", "start", "two",
    )  # fmt: skip
    assert (second.title.get("en"), second.course_title.get("ko")) == ("Unit two", "분단과 정전")
    assert second.minutes == {"ko": 5, "en": 7}
    assert (second.topics, second.teaches, second.needs) == (
        ("history",), (("armistice", 0.5),), ("families",),
    )  # fmt: skip
    assert (second.question_count, second.position, second.perspective) == (2, 2, None)


def test_a_perspective_is_marked_in_the_catalogue(write: Write) -> None:
    view = make.text("외교의 눈", "A diplomat's view")
    with write() as session:
        make.publish(session, make.course(make.unit(perspective=view)))
        (unit,) = queries.catalogue(session)
    assert unit.perspective == view


def test_only_published_versions_are_on_offer(classroom: Classroom, write: Write) -> None:
    with write() as session:
        make.publish(session, make.course(make.unit("new")))
        assert [unit.unit_slug for unit in queries.catalogue(session)] == ["new"]


@pytest.mark.parametrize("courses", [1, 3])
def test_the_catalogue_takes_two_statements(
    write: Write, read: Write, count_queries: Callable[[], Any], courses: int
) -> None:
    with write() as session:
        for number in range(courses):
            make.publish(session, make.course(*three_units(), slug=f"course-{number}"))
    with count_queries() as statements, read() as session:
        assert len(queries.catalogue(session)) == 3 * courses
    assert len(statements) == 2


def test_the_history_holds_every_try_in_order(classroom: Classroom, write: Write) -> None:
    with write() as session:
        answer(session, classroom, 1, {"first": [0]}, 1)
        answer(session, classroom, 2, {"third": [1]}, 2)
        answer(session, classroom, 1, {"first": [1]}, 3)
        history = queries.answer_history(classroom.account_id, session)
    assert history == [
        ("armistice", False, NOW + timedelta(minutes=1), classroom.units[1]),
        ("families", True, NOW + timedelta(minutes=2), classroom.units[2]),
        ("armistice", True, NOW + timedelta(minutes=3), classroom.units[1]),
    ]


def test_the_history_is_the_persons_own(classroom: Classroom, write: Write) -> None:
    with write() as session:
        answer(session, classroom, 1, {"first": [0]})
        assert queries.answer_history(999, session) == []


def test_done_units_are_told_with_their_time(classroom: Classroom, write: Write) -> None:
    with write() as session:
        answer(session, classroom, 2, {"third": [1]})
        answer(session, classroom, 1, {"first": [1]})
        assert queries.done_units(classroom.account_id, session) == {classroom.units[2]: NOW}
        assert queries.done_units(999, session) == {}


def test_done_units_are_told_by_the_catalogues_ids(classroom: Classroom, write: Write) -> None:
    with write() as session:
        answer(session, classroom, 2, {"third": [1]})
        version = make.publish(session, make.course(make.unit("new"), *three_units()[1:]))
        twin = make.unit_ids(session, version)[2]
        assert queries.done_units(classroom.account_id, session) == {twin: NOW}
        domain.switch(session, classroom.citizen, classroom.course_id, now=NOW)
        session.flush()
        assert queries.done_units(classroom.account_id, session) == {twin: NOW}


def test_resume_names_unit_and_place(classroom: Classroom, write: Write) -> None:
    with write() as session:
        domain.reach_block(session, classroom.citizen, classroom.units[1], 2, now=NOW)
        session.flush()
        place = queries.resume_for(classroom.account_id, session)
    assert place is not None
    assert (place.course_slug, place.module_slug, place.unit_slug, place.anchor) == (
        "division", "start", "two", "block-2",
    )  # fmt: skip
    assert (place.position, place.unit_count, place.units_done) == (2, 3, 0)


def test_the_course_touched_last_is_resumed(classroom: Classroom, write: Write) -> None:
    with write() as session:
        other = make.publish(session, make.course(slug="other"))
        later = NOW + timedelta(hours=1)
        domain.enrol(session, classroom.citizen, other.course_id, locale="ko", now=later)
        place = queries.resume_for(classroom.account_id, session)
        assert place is not None
        assert place.course_slug == "other"
        domain.open_unit(
            session, classroom.citizen, classroom.units[0], now=later + timedelta(hours=1)
        )
        session.flush()
        place = queries.resume_for(classroom.account_id, session)
        assert place is not None
        assert place.course_slug == "division"


def test_a_finished_course_is_not_resumed(classroom: Classroom, write: Write) -> None:
    with write() as session:
        domain.complete(session, classroom.citizen, classroom.units[0], now=NOW)
        answer(session, classroom, 1, {"first": [0], "second": [0]}, 1)
        answer(session, classroom, 2, {"third": [0]}, 2)
        assert queries.resume_for(classroom.account_id, session) is None


def test_whoever_takes_nothing_resumes_nothing(classroom: Classroom, read: Write) -> None:
    with read() as session:
        assert queries.resume_for(999, session) is None


def test_a_module_is_found_by_its_path(classroom: Classroom, read: Write) -> None:
    with read() as session:
        found = queries.module_by_path("division/start", session)
        assert found is not None
        assert (found.title.get("en"), found.first_unit_slug) == ("The first module", "one")


@pytest.mark.parametrize("path", ["division/none", "none/start", "division", "", "a/b/c"])
def test_a_path_to_nothing_finds_nothing(classroom: Classroom, read: Write, path: str) -> None:
    with read() as session:
        assert queries.module_by_path(path, session) is None


def test_a_superseded_module_is_not_found(classroom: Classroom, write: Write) -> None:
    spec = make.course(make.unit("new"))
    with write() as session:
        make.publish(session, spec)
        found = queries.module_by_path("division/start", session)
        assert found is not None
        assert found.first_unit_slug == "new"


def test_three_honest_numbers(classroom: Classroom, write: Write) -> None:
    with write() as session:
        domain.complete(session, classroom.citizen, classroom.units[0], now=NOW)
        answer(session, classroom, 1, {"first": [1], "second": [0]})
        progress = progress_in(classroom.account_id, classroom.version_id)
    assert (progress.units_done, progress.unit_count) == (2, 3)
    assert (progress.questions_right, progress.question_count) == (1, 3)
    assert (progress.met, progress.conditions) == (3, 6)


def test_each_missing_thing_is_named(classroom: Classroom, write: Write) -> None:
    with write() as session:
        answer(session, classroom, 1, {"first": [1], "second": [0]})
        progress = progress_in(classroom.account_id, classroom.version_id)
    assert [(missing.unit_slug, missing.question_slug) for missing in progress.missing] == [
        ("one", ""),
        ("three", ""),
        ("two", "second"),
        ("three", "third"),
    ]


def test_with_everything_done_and_right_nothing_is_missing(
    classroom: Classroom, write: Write
) -> None:
    with write() as session:
        domain.complete(session, classroom.citizen, classroom.units[0], now=NOW)
        answer(session, classroom, 1, {"first": [1], "second": [0, 2]}, 1)
        answer(session, classroom, 2, {"third": [1]}, 2)
        progress = progress_in(classroom.account_id, classroom.version_id)
    assert progress.missing == ()
    assert progress.met == progress.conditions == 6


@pytest.mark.parametrize("amount", [1, 3])
def test_a_lesson_takes_four_statements(
    write: Write, read: Write, count_queries: Callable[[], Any], amount: int
) -> None:
    questions = [make.question(f"q-{n}") for n in range(amount)]
    parts = [make.paragraph(str(n)) for n in range(amount)]
    with write() as session:
        make.publish(session, make.course(make.unit("one", questions, parts)))
    with count_queries() as statements, read():
        page = queries.lesson(NOBODY, "division", "start", "one", "ko")
    assert (len(page.blocks), len(page.questions)) == (amount, amount)
    assert len(statements) == 4


@pytest.mark.parametrize("amount", [1, 3])
def test_a_course_page_takes_as_many_statements_for_any_size(
    write: Write, read: Write, count_queries: Callable[[], Any], amount: int
) -> None:
    units = [make.unit(f"u-{n}", [make.question()], needs=("families",)) for n in range(amount)]
    with write() as session:
        make.publish(session, make.course(*units))
    with count_queries() as statements, read():
        page = queries.course_page(NOBODY, "division")
    assert page.unit_count == amount
    assert len(statements) == 5


@pytest.mark.parametrize("amount", [1, 3])
def test_the_list_takes_one_statement(
    write: Write, read: Write, count_queries: Callable[[], Any], amount: int
) -> None:
    with write() as session:
        for number in range(amount):
            make.publish(session, make.course(slug=f"course-{number}", position=number))
    with count_queries() as statements, read():
        cards = queries.course_cards(NOBODY)
    assert [card.slug for card in cards] == [f"course-{number}" for number in range(amount)]
    assert len(statements) == 1


def test_neighbours_cross_modules_and_end_at_the_ends(classroom: Classroom, read: Write) -> None:
    with read():
        slugs = ("one", "two", "three")
        pages = [queries.lesson(NOBODY, "division", "start", slug, "ko") for slug in slugs]
    assert pages[0].previous is None
    assert pages[1].previous is not None
    assert pages[1].next is not None
    assert (pages[1].previous.unit_slug, pages[1].next.unit_slug) == ("one", "three")
    assert pages[2].next is None


def test_a_need_leads_to_the_unit_that_teaches_it_best(write: Write, read: Write) -> None:
    weak = make.unit("weak", teaches=(Teaching("families", 0.2),))
    strong = make.unit("strong", teaches=(Teaching("families", 0.9),))
    needy = make.unit("needy", needs=("families", "armistice"), teaches=())
    with write() as session:
        make.publish(session, make.course(weak, strong, needy))
    with read():
        page = queries.course_page(NOBODY, "division")
    needs = page.modules[0].units[2].needs
    taught = {need.name.get("en"): need.taught_in for need in needs}
    families = taught["The meaning of families"]
    assert families is not None
    assert families.unit_slug == "strong"
    assert taught["The meaning of armistice"] is None


def test_a_need_may_be_met_in_another_course(write: Write, read: Write) -> None:
    with write() as session:
        make.publish(session, make.course(make.unit("needy", needs=("families",))))
        teacher = make.unit("teacher", teaches=(Teaching("families", 0.5),))
        make.publish(session, make.course(teacher, slug="elsewhere"))
    with read():
        page = queries.course_page(NOBODY, "division")
    place = page.modules[0].units[0].needs[0].taught_in
    assert place is not None
    assert (place.course_slug, place.unit_slug) == ("elsewhere", "teacher")


@pytest.mark.parametrize(
    "address",
    [("none", "start", "one"), ("division", "none", "one"), ("division", "start", "none")],
)
def test_no_unit_there_is_not_found(
    classroom: Classroom, read: Write, address: tuple[str, str, str]
) -> None:
    with read(), pytest.raises(NotFoundError):
        queries.lesson(classroom.citizen, *address, "ko")
