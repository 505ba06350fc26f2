"""Events and lessons point at each other; editors tie them together."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.curricula import domain
from hanmadang.curricula.models import LinkRole, ModuleLink
from hanmadang.curricula.slots import after_unit, around_event, beside_course
from hanmadang.kernel import clock
from hanmadang.kernel.permissions import Role
from hanmadang.people.models import Account
from tests.conftest import Browser
from tests.curricula.browsing import SignIn
from tests.curricula.conftest import House, Opener
from tests.factories import events
from tests.factories.courses import course, course_of, publish
from tests.factories.curricula import NOW, module_id, taught, unit_id
from tests.factories.events import viewer_of


def test_a_booked_event_stands_in_the_path_after_its_lead_in(
    house_with_poll: House, sign_in: SignIn, write: Opener
) -> None:
    citizen, other = sign_in(), sign_in()
    with clock.frozen(NOW):
        with write() as session:
            person = citizen.account_id  # type: ignore[attr-defined]
            event = events.make_event(session)
            domain.link_module(session, event.id, module_id(session, "songs"), LinkRole.LEAD_IN)
            events.book_all(session, event, [viewer_of(session.get_one(Account, person))], NOW)
        page = html.unescape(citizen.get("/ko/my-path").text)
        stranger = other.get("/ko/my-path").text
    assert "예약하신 행사 ‘북녘 노래와 남녘 노래’를 준비하는 강의입니다." in page
    assert "행사는 11월 30일 (월)에 열립니다." in page
    assert "북녘 노래와 남녘 노래" not in stranger


def test_an_event_shows_what_to_learn_and_a_lesson_the_event(
    house_with_poll: House, client: Browser, write: Opener
) -> None:
    with write() as session:
        event = events.make_event(session)
        slug = event.slug
        module = module_id(session, "war")
        for role in LinkRole:
            domain.link_module(session, event.id, module, role)
    with clock.frozen(NOW):
        page = client.get(f"/en/events/{slug}").text
        lesson = client.get("/en/courses/division/start/war").text
        course = client.get("/en/courses/division").text
    assert page.index("Before the event") < page.index("After the event")
    assert "34 minutes" in page
    assert "Songs of the North and South" in lesson
    assert "Songs of the North and South" in course


def test_an_event_that_is_over_or_a_draft_is_not_shown_beside_its_lesson(
    house_with_poll: House, client: Browser, write: Opener
) -> None:
    with write() as session:
        draft = events.make_event(session, published=False)
        domain.link_module(session, draft.id, module_id(session), LinkRole.LEAD_IN)
    with clock.frozen(NOW):
        assert "Songs of the North" not in client.get("/en/courses/division/start/war").text
    with write() as session:
        over = events.make_event(session)
        domain.link_module(session, over.id, module_id(session), LinkRole.LEAD_IN)
    with clock.frozen(NOW + timedelta(days=60)):
        assert "Songs of the North" not in client.get("/en/courses/division/start/war").text


# the editor's links


def test_an_editor_links_a_module_and_removes_the_link(
    house_with_poll: House, sign_in: SignIn, write: Opener, read: Opener
) -> None:
    with write() as session:
        event_id, module = events.make_event(session).id, module_id(session)
    editor = sign_in(Role.PARTNER_EDITOR)
    sent = _link(editor, event_id, module)
    assert (sent.status_code, sent.location) == (303, "/en/desk/links")
    assert "Before the event: Division and armistice, The first module" in _words(editor)
    with read() as session:
        link = session.scalars(select(ModuleLink)).one()
        assert (link.module_slug, link.role) == ("start", "lead_in")
    assert editor.send(f"/en/desk/links/{link.id}/delete").status_code == 303
    with read() as session:
        assert session.scalars(select(ModuleLink)).all() == []


def _words(editor: Browser) -> str:
    """The desk's page without tags."""
    text = re.sub(r"<[^>]+>", "", editor.get("/en/desk/links").text)
    return html.unescape(re.sub(r"\s+", " ", text))


def _link(editor: Browser, event_id: int, module: int) -> Any:
    fields = {"event": str(event_id), "module": str(module), "role": "lead_in"}
    return editor.send("/en/desk/links", fields)


def test_a_choice_that_does_not_exist_is_refused_beside_its_field(
    house_with_poll: House, sign_in: SignIn, write: Opener
) -> None:
    with write() as session:
        module = module_id(session)
        draft = events.make_event(session, published=False)
        hidden = draft.id
    sent = _link(sign_in(Role.PARTNER_EDITOR), hidden, module)
    assert sent.status_code == 422


@pytest.mark.parametrize("number", [1, 3])
def test_related_modules_cost_one_statement(
    house_with_poll: House, app: Any, write: Opener, count_queries: Callable[[], Any], number: int
) -> None:
    with write() as session:
        event = events.make_event(session)
        for n in range(number):
            publish(session, course(taught(f"x{n}", "songs", "culture"), slug=f"course-{n}"))
            domain.link_module(session, event.id, module_id(session, f"x{n}"), LinkRole.LEAD_IN)
        event_id, unit = event.id, unit_id(session, "x0")
        course_id = course_of(session, "course-0").id
    with app.test_request_context("/en/"), clock.frozen(NOW), count_queries() as statements:
        assert 'class="card' in around_event(event_id)
        assert after_unit(unit)
        assert beside_course(course_id)
    assert len(statements) == 3
