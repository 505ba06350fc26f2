"""Spaced reviews: a day, a week and three weeks after, few at a time, hardest first."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from hanmadang.courses import domain
from hanmadang.courses.domain import reviews
from hanmadang.courses.jobs import plan_reviews
from hanmadang.courses.models import Answer, Enrolment, QuestionProgress, Review, ReviewWish
from hanmadang.courses.queries.reviews import ReviewDay, review_day
from hanmadang.courses.specs import QuizSpec
from hanmadang.kernel import clock
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.fsck import differences
from hanmadang.kernel.i18n import use_locale
from hanmadang.people.models import Account
from hanmadang.reminders.composers import Letter, Reader, compose
from hanmadang.reminders.models import MailState, OutboxMail
from tests.conftest import Browser
from tests.courses.conftest import NOW, Classroom
from tests.courses.reading import UNIT, Write, checked, page
from tests.factories import courses as make

DAY = timedelta(days=1)
"""NOW is nine in the morning in UTC, six in the evening in Seoul."""


def learn(session: Any, room: Classroom, choice: int = 1) -> None:
    """Do the unit with two questions: the first with that choice, the second right."""
    given = {"first": [choice], "second": [0, 2]}
    domain.answer(session, room.citizen, room.units[1], given, key="learn", now=NOW)
    session.flush()


def on(session: Any, room: Classroom, days: int) -> ReviewDay:
    session.flush()
    return review_day(room.account_id, NOW + days * DAY, session)


def pass_all(session: Any, room: Classroom, days: int) -> list[str]:
    """Answer everything due that day right; what was asked."""
    asked = []
    while (day := on(session, room, days)).due:
        item = day.due[0]
        choice = [0, 2] if item.question_slug == "second" else [1]
        reviews.answer_review(
            session, room.citizen, item.question_id, choice, key=f"{days}{item.question_id}",
            now=NOW + days * DAY,
        )  # fmt: skip
        asked.append(item.question_slug)
    return asked


def test_questions_come_after_1_7_and_21_days_and_then_rest(
    classroom: Classroom, write: Write
) -> None:
    with write() as session:
        learn(session, classroom)
        found = {days: pass_all(session, classroom, days) for days in range(30)}
        assert {days: sorted(asked) for days, asked in found.items() if asked} == {
            1: ["first", "second"], 7: ["first", "second"], 21: ["first", "second"],
        }  # fmt: skip
        assert on(session, classroom, 40).resting == 2
        assert differences(session) == []


def test_a_wrong_answer_comes_back_tomorrow(classroom: Classroom, write: Write) -> None:
    with write() as session:
        learn(session, classroom)
        item = on(session, classroom, 1).due[0]
        who, then = classroom.citizen, NOW + DAY
        reviews.answer_review(session, who, item.question_id, [2], key="a", now=then)
        assert [each.question_id for each in on(session, classroom, 1).asked] == [item.question_id]
        day = on(session, classroom, 2)
        assert item.question_id in [each.question_id for each in day.due]


def test_what_was_wrong_is_asked_first(classroom: Classroom, write: Write) -> None:
    with write() as session:
        domain.answer(
            session, classroom.citizen, classroom.units[1],
            {"first": [1], "second": [1]}, key="one", now=NOW,
        )  # fmt: skip
        due = on(session, classroom, 1).due
        assert [(item.question_slug, item.was_wrong) for item in due] == [
            ("second", 2), ("first", 0),
        ]  # fmt: skip


def test_three_a_day_at_most(classroom: Classroom, write: Write) -> None:
    questions = [make.question(f"q-{n}") for n in range(5)]
    with write() as session:
        make.publish(session, make.course(make.unit("long", questions), slug="long"))
        version = make.course_of(session, "long")
        domain.enrol(session, classroom.citizen, version.id, locale="ko", now=NOW)
        session.flush()
        unit_id = session.scalars(
            select(Enrolment.resume_unit_id).where(Enrolment.course_id == version.id)
        ).one()
        given = {f"q-{n}": [1] for n in range(5)}
        domain.answer(session, classroom.citizen, unit_id, given, key="all", now=NOW)
        assert len(pass_all(session, classroom, 1)) == 3
        day = on(session, classroom, 1)
        assert (day.due, day.coming) == ([], day.today + DAY)
        assert len(pass_all(session, classroom, 2)) == 2


def test_an_answer_in_a_review_is_a_try_once(classroom: Classroom, write: Write) -> None:
    with write() as session:
        learn(session, classroom, choice=0)
        item = on(session, classroom, 1).due[0]
        before = session.scalars(select(Enrolment.resume_anchor)).one()
        for _ in range(2):
            reviews.answer_review(
                session, classroom.citizen, item.question_id, [1], key="k", now=NOW + DAY
            )
        count = select(func.count()).where(Answer.question_id == item.question_id)
        assert session.scalar(count) == 2
        held = session.get_one(QuestionProgress, (classroom.account_id, item.question_id))
        assert (held.tries, held.right_at) == (2, NOW + DAY)
        assert session.scalars(select(Enrolment.resume_anchor)).one() == before
        assert differences(session) == []


def test_what_is_not_due_is_not_answered(classroom: Classroom, write: Write) -> None:
    with write() as session:
        learn(session, classroom)
        item = on(session, classroom, 1).due[0]
        with pytest.raises(NotFoundError):
            reviews.answer_review(
                session, classroom.citizen, item.question_id, [1], key="k", now=NOW
            )
        assert session.scalars(select(Review)).all() == []


def test_the_day_begins_where_the_person_lives(classroom: Classroom, write: Write) -> None:
    evening = datetime(2026, 3, 1, 16, tzinfo=UTC)  # one at night of the second in Seoul
    with write() as session:
        learn(session, classroom)
        assert review_day(classroom.account_id, evening, session).due
        session.get_one(Account, classroom.account_id).zone = "America/New_York"
        session.flush()
        assert not review_day(classroom.account_id, evening, session).due


def test_a_quiz_with_limits_is_not_reviewed(classroom: Classroom, write: Write) -> None:
    limited = make.unit("two", [make.question("first")], quiz=QuizSpec(attempts=1))
    with write() as session:
        learn(session, classroom)
        make.publish(session, make.course(limited))
        domain.switch(session, classroom.citizen, classroom.course_id, now=NOW)
        assert on(session, classroom, 5).due == []


def test_reviews_outlive_a_switch(classroom: Classroom, write: Write) -> None:
    with write() as session:
        learn(session, classroom)
        pass_all(session, classroom, 1)
        units = [make.unit("two", [make.question("first"), make.several("second")])]
        make.publish(session, make.course(*units))
        domain.switch(session, classroom.citizen, classroom.course_id, now=NOW + DAY)
        assert on(session, classroom, 2).due == []
        assert len(on(session, classroom, 7).due) == 2


@pytest.mark.parametrize("amount", [1, 2])
def test_a_day_costs_two_statements(
    classroom: Classroom, write: Write, count_queries: Callable[[], Any], amount: int
) -> None:
    with write() as session:
        learn(session, classroom)
        if amount == 2:
            given = {"third": [1]}
            domain.answer(session, classroom.citizen, classroom.units[2], given, key="t", now=NOW)
    with write() as session, count_queries() as statements:
        assert len(review_day(classroom.account_id, NOW + DAY, session).due) == amount + 1
    assert len([each for each in statements if each.startswith("SELECT")]) == 2


def mails(read: Write) -> list[OutboxMail]:
    with read() as session:
        return list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def wisher(write: Write, room: Classroom) -> None:
    with write() as session:
        learn(session, room)
        reviews.wish_mails(session, room.citizen, on=True, now=NOW)
        session.get_one(Account, room.account_id).verified_at = NOW


def test_one_mail_a_day_in_daylight_and_only_when_something_is_due(
    app: Any, classroom: Classroom, write: Write, read: Write
) -> None:
    wisher(write, classroom)
    for hours in range(48):
        with clock.frozen(NOW + timedelta(hours=hours)):
            plan_reviews(app)
    [first, second] = mails(read)
    morning = datetime(2026, 3, 1, 23, tzinfo=UTC)  # eight in the morning of the second in Seoul
    assert (first.due_at, first.not_after) == (morning, morning + timedelta(hours=12))
    assert second.due_at == morning + DAY
    assert first.locale == "ko"


def test_who_did_not_ask_gets_no_mail(
    app: Any, classroom: Classroom, write: Write, read: Write
) -> None:
    with write() as session:
        learn(session, classroom)
    with clock.frozen(NOW + 2 * DAY):
        plan_reviews(app)
    assert mails(read) == []


def letter(app: Any, room: Classroom, language: str) -> Letter | None:
    with app.app_context(), use_locale(language):
        return compose(reviews.LETTER, {}, Reader(room.account_id, language))


def test_the_letter_names_units_and_how_to_stop(
    app: Any, classroom: Classroom, write: Write
) -> None:
    wisher(write, classroom)
    with clock.frozen(NOW + DAY):
        english, korean = letter(app, classroom, "en"), letter(app, classroom, "ko")
    assert english is not None
    assert korean is not None
    assert english.subject == "2 questions to review today"
    assert "- Unit two" in english.text
    assert english.stop in english.text
    assert korean.subject == "오늘 복습할 문항이 2개 있습니다"
    assert "http://localhost/ko/my/review" in korean.text


def test_a_letter_that_lost_its_reason_is_not_written(
    app: Any, classroom: Classroom, write: Write
) -> None:
    wisher(write, classroom)
    with write() as session:
        pass_all(session, classroom, 1)
    with clock.frozen(NOW + DAY):
        assert letter(app, classroom, "ko") is None


def test_one_click_stops_the_mails_and_takes_back_what_waits(
    app: Any, client: Browser, classroom: Classroom, write: Write, read: Write
) -> None:
    wisher(write, classroom)
    with clock.frozen(NOW + DAY + timedelta(hours=15)):
        plan_reviews(app)
        told = letter(app, classroom, "en")
    assert told is not None
    path = told.stop.removeprefix("http://localhost")
    assert page(client, path)
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 204
    assert [mail.state for mail in mails(read)] == [MailState.CANCELLED]
    with read() as session:
        assert session.scalars(select(ReviewWish)).all() == []
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 204
    assert client.get(f"{path[:-10]}x/stop").status_code == 404


def test_the_pages_ask_one_question_at_a_time(
    sign_in: Callable[..., Browser], school: None, write: Write
) -> None:
    citizen = sign_in()
    with clock.frozen(NOW):
        citizen.send(f"{UNIT}/three/answer", {"q-third": "1"})
        assert "오늘은 복습할 문항이 없습니다" in page(citizen, "/ko/my/review")
    with clock.frozen(NOW + DAY):
        assert "1 question to review today" in page(citizen, "/en/my/courses")
        html = page(citizen, "/en/my/review")
        assert "Question 1 of 1 today" in html
        assert checked(html) == []
        url = html.partition('quiz__form" method="post" action="')[2].partition('"')[0]
        assert citizen.send(url).status_code == 422
        answer = citizen.send(url, {"q-third": "0"})
        assert (answer.status_code, answer.location) == (303, url.removesuffix("/answer"))
        told = page(citizen, answer.location)
        assert "Not right" in told
        assert "It comes again tomorrow." in told
        assert "You have done today’s review." in page(citizen, "/en/my/review")
        assert citizen.get("/en/my/review/999999").status_code == 404


def test_the_wish_for_mails_is_one_press(
    sign_in: Callable[..., Browser], school: None, read: Write
) -> None:
    citizen = sign_in()
    for wish, there in (("yes", 1), ("yes", 1), ("no", 0)):
        assert citizen.send("/ko/my/review/mails", {"mails": wish}).status_code == 303
        with read() as session:
            assert session.scalar(select(func.count()).select_from(ReviewWish)) == there
