"""The pages of runs and cohorts as learners and instructors use them, script off."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.courses import invitations
from hanmadang.courses.domain import runs
from hanmadang.courses.models import (
    Cohort,
    CohortMember,
    CourseMessage,
    CourseRun,
    Enrolment,
    RunSeat,
)  # fmt: skip
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.i18n import use_locale
from hanmadang.kernel.permissions import Role
from hanmadang.reminders.composers import Reader, compose
from hanmadang.reminders.models import OutboxMail
from tests.courses.class_room import BAD_NAME, Class
from tests.factories.courses import text
from tests.factories.runs import (
    ADMIN,
    NOW,
    code_of,
    in_weeks,
    join,
    make_citizen,
    make_run,
    take,
)


def desk(group: Class, rest: str = "", language: str = "en") -> str:
    return f"/{language}/desk/courses/learners/cohorts/{group.cohort_id}{rest}"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("Every unit done", "3 wrong tries", "Not started")),
     ("ko", ("모든 강의를 마침", "3번 틀림", "시작하지 않음"))],
)  # fmt: skip
def test_the_desk_says_who_is_where(
    browser: Any, group: Class, language: str, words: tuple[str, ...]
) -> None:
    page = browser(group.teacher_id).get(desk(group, language=language)).text
    for word in words:
        assert word in page


@pytest.mark.parametrize(
    ("where", "names"),
    [("wrong", {"stuck"}), ("finished", {"quick", "stuck"}), ("not_started", {"new"}),
     ("all", {"quick", "stuck", "new"}), ("no-such", {"quick", "stuck", "new"})],
)  # fmt: skip
def test_the_filter_picks(browser: Any, group: Class, where: str, names: set[str]) -> None:
    page = browser(group.teacher_id).get(desk(group, f"?where={where}")).text
    shown = {name for name in ("quick", "stuck", "new")
             if f"/people/{getattr(group, name)}" in page}  # fmt: skip
    assert shown == names


def test_a_learner_by_name(browser: Any, group: Class) -> None:
    page = browser(group.teacher_id).get(desk(group, f"/people/{group.stuck}")).text
    assert "Question first?" in page
    assert browser(group.teacher_id).get(desk(group, "/people/1")).status_code == 404


def test_looking_is_recorded(browser: Any, group: Class, read: Any) -> None:
    browser(group.teacher_id).get(desk(group, f"/people/{group.stuck}"))
    with read() as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "course_learner.viewed")
        ).one()
    assert (entry.actor_id, entry.subject_id) == (group.teacher_id, group.stuck)


def test_a_name_is_no_formula_in_the_spreadsheet(browser: Any, group: Class) -> None:
    sheet = browser(group.teacher_id).get(desk(group, ".csv")).text
    assert f'"\'{BAD_NAME}"' in sheet
    assert sheet.count("\r\n") == 4


def test_the_questions_of_a_class(browser: Any, group: Class) -> None:
    page = browser(group.teacher_id).get(desk(group, "/questions")).text
    assert "1 / 2" in page


def test_strangers_find_nothing(browser: Any, sign_in: Any, group: Class) -> None:
    for who in (sign_in(Role.ORGANIZER), sign_in(Role.INSTRUCTOR)):
        for rest in ("", ".csv", "/questions", "/message", f"/people/{group.stuck}"):
            assert who.get(desk(group, rest)).status_code == 404
    assert browser(group.teacher_id).get(
        f"/en/desk/courses/learners/runs/{group.run_id}"
    ).status_code == 404  # fmt: skip
    assert sign_in(Role.CITIZEN).get(desk(group)).status_code == 403


def test_the_desk_keeps_its_number_of_statements(
    browser: Any, group: Class, write: Any, count_queries: Any
) -> None:
    teacher = browser(group.teacher_id)
    teacher.get(desk(group))
    with count_queries() as few:
        teacher.get(desk(group))
    with write() as session:
        cohort = session.get_one(Cohort, group.cohort_id)
        for _ in range(5):
            join(session, cohort, make_citizen(session))
    with count_queries() as many:
        teacher.get(desk(group))
    assert len(few) == len(many)


MESSAGE = {
    "where": "all", "subject_ko": "{course}", "body_ko": "{name} 님, ‘{unit}’", "subject_en": "",
    "body_en": "",
}  # fmt: skip


def test_a_message_is_looked_at_before_it_leaves(browser: Any, group: Class, read: Any) -> None:
    teacher = browser(group.teacher_id)
    look = teacher.send(desk(group, "/message"), MESSAGE)
    assert "Nothing has been sent yet" in look.text
    assert "A translation is missing" in look.text
    assert sent(read) == []
    answer = teacher.send(desk(group, "/message"), MESSAGE | {"send": "1"})
    assert answer.status_code == 303
    assert {mail.account_id for mail in sent(read)} == {group.quick, group.stuck, group.new}


def sent(read: Any) -> list[OutboxMail]:
    with read() as session:
        return list(session.scalars(select(OutboxMail).filter_by(kind="courses.message")))


def test_pressing_twice_sends_once(browser: Any, group: Class, read: Any) -> None:
    teacher = browser(group.teacher_id)
    once = MESSAGE | {"send": "1", "idempotency_key": "the-same-key"}
    for _ in range(2):
        teacher.send(desk(group, "/message"), once)
    with read() as session:
        assert len(session.scalars(select(CourseMessage)).all()) == 1
    assert len(sent(read)) == 3


def test_only_learners_of_the_class_can_be_chosen(browser: Any, group: Class, read: Any) -> None:
    chosen = MESSAGE | {"send": "1", "only": [str(group.stuck), "1"]}
    browser(group.teacher_id).send(desk(group, "/message"), chosen)
    assert [mail.account_id for mail in sent(read)] == [group.stuck]


@pytest.mark.parametrize(
    ("locale", "words"),
    [("ko", "=HYPERLINK(1) 님, ‘two 단원’"), ("en", "This message was written in Korean only.")],
)
def test_everybody_reads_it_in_their_language(
    browser: Any, group: Class, read: Any, locale: str, words: str
) -> None:
    browser(group.teacher_id).send(desk(group, "/message"), MESSAGE | {"send": "1"})
    mail = next(each for each in sent(read) if each.account_id == group.stuck)
    with read(), use_locale(locale):
        letter = compose(mail.kind, mail.payload, Reader(group.stuck, locale))
    assert letter is not None
    assert words in letter.text


def test_who_left_gets_no_more(browser: Any, group: Class, read: Any) -> None:
    browser(group.teacher_id).send(desk(group, "/message"), MESSAGE | {"send": "1"})
    browser(group.stuck).send(f"/ko/my/cohorts/{group.cohort_id}/leave")
    mail = next(each for each in sent(read) if each.account_id == group.stuck)
    with read():
        assert compose(mail.kind, mail.payload, Reader(group.stuck, "ko")) is None


@pytest.mark.parametrize("spoiled", [{"body_ko": ""}, {"subject_ko": "", "body_ko": ""}])
def test_half_a_message_is_refused(
    browser: Any, group: Class, read: Any, spoiled: dict[str, str]
) -> None:
    answer = browser(group.teacher_id).send(
        desk(group, "/message"), MESSAGE | spoiled | {"send": "1"}
    )
    assert (answer.status_code, sent(read)) == (422, [])


def test_joining_by_code_asks_for_consent_first(sign_in: Any, group: Class, read: Any) -> None:
    who = sign_in(Role.CITIZEN)
    with read() as session:
        code = code_of(session.get_one(Cohort, group.cohort_id))
    asked = who.send("/en/my/cohorts/join", {"code": code})
    assert "Never your answers to polls" in asked.text
    refused = who.send("/en/my/cohorts/join", {"code": code, "step": "agree"})
    assert refused.status_code == 422
    assert who.send("/en/my/cohorts/join", {"code": code, "agree": "y"}).status_code == 303
    assert "Class 3-2" in who.get("/en/my/cohorts").text
    with read() as session:
        assert session.scalars(
            select(CohortMember.consent).filter_by(account_id=who.account_id)
        ).one()


def test_a_wrong_code_says_so(sign_in: Any, group: Class) -> None:
    answer = sign_in(Role.CITIZEN).send("/ko/my/cohorts/join", {"code": "AAAAA-AAAAA"})
    assert answer.status_code == 422
    assert "초대 번호" in answer.text


def test_taking_and_leaving_a_seat(sign_in: Any, group: Class, read: Any) -> None:
    who, where = sign_in(Role.CITIZEN), "/en/courses/division/runs"
    assert "6 of 9 seats left" in who.get(where).text
    who.send(f"/en/my/runs/{group.run_id}/join", {})
    assert "Please tick that you agree" in who.get(where).text
    who.send(f"/en/my/runs/{group.run_id}/join", {"agree": "y"})
    assert "You have a seat" in who.get(where).text
    assert "Spring" in who.get("/en/courses/division").text
    who.send(f"/en/my/runs/{group.run_id}/leave")
    assert "6 of 9 seats left" in who.get(where).text
    with read() as session:
        assert session.scalars(select(Enrolment).filter_by(account_id=who.account_id)).all()


def test_the_run_that_takes_people_now_stands_first(client: Any, group: Class, write: Any) -> None:
    with write() as session:
        later: dict[str, Any] = {
            "opens": in_weeks(8), "closes": in_weeks(12), "starts": in_weeks(10),
        }  # fmt: skip
        title = text("가을 기수", "Autumn")
        make_run(session, group.course_id, title=title, ends=in_weeks(20), **later)
    page = client.get("/en/courses/division/runs").text
    assert 0 < page.index("Spring") < page.index("Autumn")


def test_a_full_run_is_told_and_reading_stays_open(
    client: Any, sign_in: Any, group: Class, write: Any
) -> None:
    with write() as session:
        run = session.get_one(CourseRun, group.run_id)
        for _ in range(6):
            take(session, run, make_citizen(session))
    page = sign_in(Role.CITIZEN).get("/en/courses/division/runs").text
    assert "Every seat is taken" in page
    assert client.get("/en/courses/division/start/one").status_code == 200


def test_a_course_held_in_runs_only_can_still_be_checked(
    sign_in: Any, group: Class, write: Any, read: Any
) -> None:
    with write() as session:
        runs.set_pace(session, ADMIN, group.course_id, self_paced=False)
    who, lesson = sign_in(Role.CITIZEN), "/en/courses/division/start/two"
    started = who.send("/en/courses/division/start")
    assert started.headers["Location"].endswith("/en/courses/division/runs")
    checked = who.send(f"{lesson}/answer", {"q-first": "1"})
    assert checked.status_code == 200
    assert "Explanation first" in checked.text
    with read() as session:
        assert not session.scalars(select(Enrolment).filter_by(account_id=who.account_id)).all()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_guardian_agrees_by_a_link(
    client: Any, group: Class, write: Any, read: Any, language: str
) -> None:
    with write() as session:
        child = make_citizen(session, guardian_email="parent@example.org", name="Minji")
        member = join(session, session.get_one(Cohort, group.cohort_id), child).member
        until = int((NOW + timedelta(hours=1)).timestamp())
        url = f"/{language}/cohorts/guardian/{invitations.guardian_token(member.id, until)}"
    asking = client.get(url)
    assert "Minji" in asking.text
    assert asking.headers["Referrer-Policy"] == "strict-origin"
    assert client.send(url).status_code == 422
    assert client.send(url, {"agree": "y"}).status_code == 200
    with read() as session:
        assert session.scalars(select(RunSeat).filter_by(account_id=child.id)).one()


def test_an_organizer_makes_run_and_cohort(
    sign_in: Any, write: Any, read: Any, group: Class
) -> None:
    who = sign_in(Role.ADMINISTRATOR)
    with read() as session:
        place = session.get_one(Cohort, group.cohort_id).institution_id
    times = {"opens": "2027-01-01T09:00", "closes": "2027-02-01T18:00",
             "starts": "2027-01-10T09:00", "ends": "2027-05-01T18:00"}  # fmt: skip
    fields = {
        "course": group.course_id, "institution": place, "title_ko": "새 기수",
        "title_en": "A new run", "zone": "Asia/Seoul", "seats": "20", "language": "",
    }  # fmt: skip
    wrong = who.send("/en/desk/courses/runs/new", fields | times | {"closes": "2026-12-01T18:00"})
    assert "Enrolment must close after it opens" in wrong.text
    made = who.send("/en/desk/courses/runs/new", fields | times)
    edit = made.headers["Location"]
    assert who.send(edit.replace("/edit", "/publish")).status_code == 303
    stale = who.send(edit, fields | times | {"version": "1"})
    assert stale.status_code == 409
    cohort = {"course": group.course_id, "institution": place, "run": "0", "kind": "officers",
              "language": "en", "name_en": "Officers", "label_ko": "공무원 과정",
              "label_en": "Officers’ programme"}  # fmt: skip
    made = who.send("/en/desk/courses/cohorts/new", cohort)
    where = made.headers["Location"]
    assert "Officers" in who.get(where).text
    invited = who.send(
        where.replace("/edit", "/invite"), {"addresses": "a@example.org\nb@example.org"}
    )
    assert invited.status_code == 303
    with read() as session:
        mails = session.scalars(select(OutboxMail).filter_by(kind="courses.invited")).all()
        letter = compose(mails[0].kind, mails[0].payload, Reader(None, "en"))
    assert len(mails) == 2
    assert letter is not None
    assert letter.secret


def test_both_languages_of_the_desk_home(browser: Any, group: Class) -> None:
    teacher = browser(group.teacher_id)
    assert "기수와 학습반" in teacher.get("/ko/desk/courses/teaching").text
    page = teacher.get("/en/desk/courses/teaching").text
    assert "Class 3-2" in page
    assert "New cohort" not in page


@pytest.mark.parametrize(("language", "words"), [("en", "in Korean"), ("ko", "한국어로 보내며")])
def test_the_code_is_shown_to_who_teaches(
    browser: Any, group: Class, read: Any, language: str, words: str
) -> None:
    where = f"/{language}/desk/courses/cohorts/{group.cohort_id}/invite"
    page = browser(group.teacher_id).get(where)
    with read() as session:
        code = code_of(session.get_one(Cohort, group.cohort_id))
    assert f"{code[:5]}-{code[5:]}" in page.text
    assert words in page.text


def test_a_run_without_dates_is_told_once_what_is_missing(sign_in: Any, group: Class) -> None:
    days = dict.fromkeys(("opens", "closes", "starts", "ends"), "")
    answer = sign_in(Role.ADMINISTRATOR).send("/en/desk/courses/runs/new", days)
    assert answer.status_code == 422
    assert "Please fill this in." in answer.text
    assert "Write date and time as" not in answer.text
