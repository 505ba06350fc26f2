"""Progress, versions and badges on the pages of the courses."""

from collections.abc import Callable

import pytest
from markupsafe import Markup

from hanmadang.courses import domain
from hanmadang.kernel import slots
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.permissions import Role, Viewer
from tests.conftest import Browser
from tests.courses.conftest import NOW, Classroom
from tests.courses.reading import UNIT, Write, checked, page, rows
from tests.factories import courses as make


def test_switching_language_keeps_progress_and_place(
    sign_in: Callable[..., Browser], school: None
) -> None:
    citizen = sign_in()
    citizen.send("/ko/courses/division/start")
    citizen.send(f"{UNIT}/one/place", {"block": "2"})
    citizen.send("/en/courses/division/start/two/answer", {"q-first": "1"})
    html = page(citizen, "/ko/courses/division/start/two")
    assert checked(html) == ["question-first-1"]
    english = page(citizen, "/en/my/courses")
    assert 'href="/ko/courses/division/start/two#question-second"' in english
    page(citizen, "/en/courses/division/start/two")
    korean = page(citizen, "/ko/my/courses")
    assert 'href="/en/courses/division/start/two#question-second"' in korean


def test_my_courses_without_any(sign_in: Callable[..., Browser]) -> None:
    assert "아직 시작한 강좌가 없습니다" in page(sign_in(), "/ko/my/courses")


def test_a_course_is_mine_alone(sign_in: Callable[..., Browser], school: None) -> None:
    sign_in().send("/ko/courses/division/start")
    other = sign_in()
    assert "분단과 정전" not in page(other, "/ko/my/courses")


def test_progress_names_and_links_what_is_missing(
    sign_in: Callable[..., Browser], school: None
) -> None:
    citizen = sign_in()
    citizen.send(f"{UNIT}/two/answer", {"q-first": "1"})
    html = page(citizen, "/en/courses/division")
    assert "What is still missing (5)" in html
    assert 'href="/en/courses/division/start/two#question-second"' in html
    assert "#question-first" not in html


def test_a_finished_course_says_so(sign_in: Callable[..., Browser], school: None) -> None:
    citizen = sign_in()
    citizen.send(f"{UNIT}/one/done")
    citizen.send(f"{UNIT}/two/answer", {"q-first": "1", "q-second": ["0", "2"]})
    citizen.send(f"{UNIT}/three/answer", {"q-third": "1"})
    html = page(citizen, "/en/courses/division")
    assert "You have done every unit." in html
    assert "Every condition for the certificate is met." in html


def test_a_newer_version_is_offered_and_taken(
    sign_in: Callable[..., Browser], school: None, write: Write, client: Browser
) -> None:
    citizen = sign_in()
    citizen.send(f"{UNIT}/one/done")
    with write() as session:
        make.publish(session, make.course(make.unit("one"), make.unit("new")))
    html = page(citizen, "/en/courses/division")
    assert "There is a newer version of this course" in html
    assert "1 unit you have done is kept." in html
    assert "Unit two" in html
    assert "You are reading the version you started with." in page(
        citizen, "/en/courses/division/start/two"
    )
    assert citizen.send("/en/courses/division/switch").status_code == 303
    html = page(citizen, "/en/courses/division")
    assert "What you had done is kept." in html
    assert "Unit new" in html
    assert "1 of 2" in html
    assert "newer version" not in html


def test_visitors_read_the_newest_version_only(client: Browser, school: None, write: Write) -> None:
    with write() as session:
        make.publish(session, make.course(make.unit("one"), make.unit("new")))
    assert client.get(f"{UNIT}/two").status_code == 404
    assert client.get(f"{UNIT}/new").status_code == 200


def test_switching_without_taking_is_refused(sign_in: Callable[..., Browser], school: None) -> None:
    assert sign_in().send("/ko/courses/division/switch").status_code == 409


def test_a_viewpoint_is_labelled(client: Browser, write: Write) -> None:
    view = make.text("외교의 눈", "A diplomat's view")
    with write() as session:
        make.publish(session, make.course(make.unit(perspective=view)))
    assert "외교의 눈" in page(client, "/ko/courses/division")
    assert "This unit argues from a viewpoint:" in page(client, "/en/courses/division/start/one")


def test_a_stale_translation_wears_its_badge_everywhere(client: Browser, write: Write) -> None:
    title = make.text("옛 제목", "Old title").with_text("ko", "새 제목")
    with write() as session:
        make.publish(session, make.course(make.unit(title=title)))
    for url in ("/en/courses/division", "/en/courses/division/start/one"):
        html = page(client, url)
        assert "Old title" in html
        assert "badge--stale" in html


def test_a_text_only_in_korean_says_so(client: Browser, write: Write) -> None:
    with write() as session:
        make.publish(session, make.course(make.unit(title=Bilingual.of(ko="한국어 제목"))))
    html = page(client, "/en/courses/division/start/one")
    assert '<span lang="ko">한국어 제목</span>' in html
    assert "Korean only" in html


def test_what_authors_write_is_never_markup(client: Browser, write: Write) -> None:
    evil = make.text("<script>1</script>", '"><img src=x>')
    unit = make.unit("one", [make.question(text=evil, explanation=evil)], title=evil)
    with write() as session:
        make.publish(session, make.course(unit, title=evil, summary=evil))
    for url in ("/ko/courses", "/en/courses/division", f"{UNIT}/one"):
        html = page(client, url)
        assert "<script>1" not in html
        assert "<img src=x" not in html


def test_rooms_above_may_add_beside_a_unit_and_a_course(
    client: Browser, school: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("unit.related", "course.side"):
        said = Markup("<p>{} {}</p>")
        monkeypatch.setitem(
            slots._fillers, name, [lambda name=name, said=said, **given: said.format(name, *given)]
        )
    assert "<p>unit.related unit_id</p>" in page(client, f"{UNIT}/one")
    assert "<p>course.side course_id</p>" in page(client, "/ko/courses/division")


def test_an_expert_learns_like_any_citizen(
    sign_in: Callable[..., Browser], school: None, read: Write
) -> None:
    sign_in(Role.EXPERT).send(f"{UNIT}/one/done")
    assert rows(read)["Enrolment"] == 1


def test_the_page_shows_the_readers_own_progress_only(
    sign_in: Callable[..., Browser], classroom: Classroom, write: Write, client: Browser
) -> None:
    with write() as session:
        viewer = Viewer(account_id=classroom.account_id, roles=frozenset({Role.CITIZEN}))
        domain.answer(session, viewer, classroom.units[1], {"first": [1]}, key="k", now=NOW)
    for browser in (client, sign_in()):
        html = page(browser, f"{UNIT}/two")
        assert checked(html) == []
        assert "progress-title" not in page(browser, "/ko/courses/division")
