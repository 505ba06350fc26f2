"""Figures of a course: what is counted, what is hidden, and that pages only read."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from hanmadang.courses.analysis import shown
from hanmadang.courses.analysis.counts import BANDS, CourseCounts, UnitCounts
from hanmadang.courses.analysis.items import ItemCounts
from hanmadang.courses.domain import enrolling, figures
from hanmadang.courses.jobs.figures import count_one
from hanmadang.courses.models import Audience, CourseFigures, CourseVersion, Enrolment, UnitProgress
from hanmadang.courses.queries.counting import count
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, take_time
from hanmadang.kernel.permissions import Role
from tests.factories import courses as make
from tests.factories.events import make_institution
from tests.factories.runs import NOW, make_citizen
from tests.factories.school import Habits, fill

NO_TIMES = (0,) * (len(BANDS) + 1)


def unit(done: dict[str, int], started: dict[str, int] | None = None, **more: Any) -> UnitCounts:
    return UnitCounts(1, started or done, done, more.get("stopped", 0), more.get("bands", NO_TIMES))


def course(*units: UnitCounts, ko: int = 60, en: int = 40, **more: Any) -> CourseCounts:
    weeks = more.get("weeks", (("2026-11-02", ko + en),))
    return CourseCounts({"ko": ko, "en": en}, more.get("finished", {}), weeks, units)


@pytest.mark.parametrize(
    ("people", "few", "nearly_all", "known"),
    [(9, True, False, None), (10, False, False, 10), (90, False, False, 90),
     (91, False, True, None), (0, True, False, None), (100, False, True, None)],
)  # fmt: skip
def test_small_cells_and_small_rests_are_bounded(
    people: int, *, few: bool, nearly_all: bool, known: int | None
) -> None:
    figure = shown.figure(people, 100, 10)
    assert (figure.few, figure.nearly_all, figure.count) == (few, nearly_all, known)


def test_fewer_than_ten_learners_are_no_figures() -> None:
    cut = shown.cut(course(unit({"ko": 5, "en": 2}), ko=5, en=4))
    assert (cut.people.count, cut.units, cut.weeks, cut.languages) == (None, (), (), {})


def test_who_is_under_way_does_not_follow_from_the_other_two() -> None:
    cut = shown.cut(course(unit({"ko": 30, "en": 20}, {"ko": 33, "en": 21})))
    assert cut.units[0].done.count == 50
    assert cut.units[0].started == shown.HIDDEN


def test_a_language_does_not_follow_from_the_total() -> None:
    one_small = shown.cut(course(unit({"ko": 30, "en": 4})))
    assert one_small.units[0].done.count == 34
    assert one_small.units[0].languages == {}
    nearly_all = shown.cut(course(unit({"ko": 30, "en": 35})))
    assert nearly_all.units[0].languages == {}
    both = shown.cut(course(unit({"ko": 30, "en": 20})))
    assert {key: figure.count for key, figure in both.units[0].languages.items()} == {
        "ko": 30, "en": 20,
    }  # fmt: skip


def test_the_gap_is_in_points() -> None:
    cut = shown.cut(course(unit({"ko": 30, "en": 10})))
    assert cut.units[0].gap == pytest.approx(25.0)


def test_weeks_with_few_people_join_their_neighbours() -> None:
    weeks = (("2026-11-02", 40), ("2026-11-09", 3), ("2026-11-16", 8), ("2026-11-23", 49))
    cut = shown.cut(course(unit({}), weeks=weeks))
    assert [people for _first, _last, people in cut.weeks] == [40, 11, 49]


@pytest.mark.parametrize("small", [0, 1, 9])
def test_one_small_group_of_those_who_stopped_hides_a_second(small: int) -> None:
    stops = [small, 12, 30, 20]
    cut = shown.cut(course(*(unit({}, stopped=number) for number in stops)))
    told = [each.stopped for each in cut.units]
    hidden = [stops[place] for place, number in enumerate(told) if number is None]
    assert told[0] is None
    assert len(hidden) >= 2
    assert sum(hidden) >= 10


def test_staff_see_smaller_groups() -> None:
    counts = course(unit({"ko": 7}))
    assert shown.cut(counts, 5).units[0].done.count == 7
    assert shown.cut(counts, 10).units[0].done.few


def test_the_middle_of_the_times_is_read_off_their_bands() -> None:
    assert shown.middle((0, 10, 0, 0, 0, 0, 0, 0)) == pytest.approx(7.5)
    assert shown.middle((5, 5, 0, 0, 0, 0, 0, 0)) == pytest.approx(5.0)
    assert shown.middle(NO_TIMES) is None


def test_a_question_of_few_people_has_no_statistics() -> None:
    few = shown.item(ItemCounts(1, 29, 15), 3, {}, 5)
    assert (few.statistics, few.right.count) == (None, 15)
    assert shown.item(ItemCounts(1, 40, 3), 3, {}, 5).right.few


def test_stored_figures_are_read_back_as_they_were() -> None:
    counts = course(unit({"ko": 30, "en": 20}), finished={"ko": 3})
    assert CourseCounts.from_json(json.loads(json.dumps(counts.to_json()))) == counts


@pytest.fixture
def school_of_80(write: Any) -> int:
    """A version of three units, of an institution of its own, that 80 people take."""
    units = [make.unit(f"u{n}", [make.question(f"q{n}{k}") for k in range(2)]) for n in range(3)]
    with write() as session:
        place = make_institution(session, "school").id
        version = make.publish(session, make.course(*units), institution_id=place)
        fill(session, version, 80, Habits(stops=0.25))
        return version.id


def test_counting_adds_up(read: Any, school_of_80: int) -> None:
    with read() as session:
        counts = count(session, school_of_80, zone="Asia/Seoul", now=NOW)
        done = session.scalars(
            select(UnitProgress.account_id).where(UnitProgress.unit_id == counts.units[0].unit_id)
        ).all()
        locales = session.scalars(select(Enrolment.locale)).all()
    assert counts.people == 80 == sum(people for _monday, people in counts.weeks)
    assert counts.enrolled == {key: locales.count(key) for key in ("en", "ko")}
    assert sum(counts.units[0].done.values()) == len(done)
    assert sum(counts.units[0].bands) == len(done)
    stopped = sum(unit.stopped for unit in counts.units)
    assert 0 < stopped <= 80 - sum(counts.finished.values())
    assert len(counts.items) == 6
    assert sum(sum(options.values()) for options in counts.chosen.values()) == sum(
        item.tries for item in counts.items
    )


def test_the_public_is_counted_anew_only_after_ten_people_moved(
    app: Flask, write: Any, read: Any, school_of_80: int
) -> None:
    with clock.frozen(NOW):
        assert count_one(app, school_of_80)
        assert not count_one(app, school_of_80)
    first = _learners(read)
    for more, public in ((1, 80), (8, 80), (1, 90)):
        with write() as session:
            version = session.get_one(CourseVersion, school_of_80)
            for _ in range(more):
                who = make_citizen(session)
                enrolling.enrol(session, who, version.course_id, locale="ko", now=clock.now())
        assert count_one(app, school_of_80)
        assert _learners(read)[Audience.PUBLIC] == public
    assert first == {Audience.PUBLIC: 80, Audience.STAFF: 80}
    assert _learners(read)[Audience.STAFF] == 90


def _learners(read: Any) -> dict[str, int]:
    with read() as session:
        rows = session.execute(select(CourseFigures.audience, CourseFigures.learners))
        return {row[0]: row[1] for row in rows}


def test_two_processes_that_count_at_once_keep_one(write: Any, school_of_80: int) -> None:
    with write() as session:
        made = figures.counted(session, school_of_80, now=NOW)
        assert made is not None
        figures.store(session, made, now=NOW)
        figures.store(session, made, now=NOW)
        assert len(session.scalars(select(CourseFigures)).all()) == 2


@pytest.mark.parametrize("language", ["ko", "en"])
def test_everybody_reads_the_public_page(
    app: Flask, client: Any, school_of_80: int, language: str
) -> None:
    before = client.get(f"/{language}/courses/division/figures")
    count_one(app, school_of_80)
    after = client.get(f"/{language}/courses/division/figures")
    assert (before.status_code, after.status_code) == (200, 200)
    words = {"ko": ("아직 통계가 없습니다", "강의마다 마친 사람"),
             "en": ("There are no figures yet", "How many finish each unit")}  # fmt: skip
    assert words[language][0] in before.text
    assert words[language][1] in after.text


def test_the_public_sees_no_questions_and_staff_do(
    app: Flask, client: Any, sign_in: Any, school_of_80: int
) -> None:
    count_one(app, school_of_80)
    staff = sign_in(Role.ADMINISTRATOR).get("/en/desk/courses/figures/division")
    assert "Quiz questions" in staff.text
    assert "Question q00?" in staff.text
    assert "Question q00?" not in client.get("/en/courses/division/figures").text


def test_another_institution_gets_404(app: Flask, sign_in: Any, school_of_80: int) -> None:
    assert sign_in(Role.ORGANIZER).get("/en/desk/courses/figures/division").status_code == 404


def test_the_downloads_say_what_the_page_says(app: Flask, client: Any, school_of_80: int) -> None:
    count_one(app, school_of_80)
    data = client.get("/en/courses/division/figures.json").get_json()
    sheet = client.get("/en/courses/division/figures.csv").text
    assert (data["learners"], data["smallest_group"], len(data["units"])) == (80, 10, 3)
    assert sheet.count("\r\n") == 4
    for each in data["units"]:
        assert each["done"] == "nearly all" or 10 <= each["done"] <= 70


def test_the_pages_keep_a_constant_number_of_statements(
    app: Flask, client: Any, write: Any, school_of_80: int, count_queries: Any
) -> None:
    count_one(app, school_of_80)
    with count_queries() as first:
        client.get("/en/courses/division/figures")
    many = [make.unit(f"u{n}", [make.question("q")]) for n in range(12)]
    with write() as session:
        version = make.publish(session, make.course(*many, slug="other"))
        fill_more(session, version)
    count_one(app, version.id)
    with count_queries() as second:
        assert client.get("/en/courses/other/figures").status_code == 200
    assert len(first) == len(second) == 3


def fill_more(session: Any, version: Any) -> None:
    """Learners of a second course: the first course's addresses are taken."""
    for number in range(12):
        who = make_citizen(session, email=f"second{number}@example.org")
        enrolling.enrol(session, who, version.course_id, locale="ko", now=NOW)


def test_counting_is_not_ended_after_half_a_minute_as_a_page_is(app: Flask) -> None:
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        return
    limit = text("SHOW statement_timeout")
    with app.app_context():
        assert db.session.scalar(limit) == "30s"
        take_time(db.session())
        assert db.session.scalar(limit) == "15min"
    with app.app_context():
        assert db.session.scalar(limit) == "30s"
