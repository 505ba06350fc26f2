"""More time for somebody outside every run and cohort: by their address, by whose course it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.courses import domain
from hanmadang.courses.models import QuizAllowance
from hanmadang.kernel.audit import AuditEntry
from hanmadang.people.models import Account
from tests.factories import courses as make
from tests.factories.authoring import make_editor
from tests.factories.events import make_institution
from tests.factories.people import make_account, open_session
from tests.factories.runs import make_citizen

Write = Callable[[], Any]
NOW = make.PUBLISHED_AT
GIVEN = {"address": "Alone@Example.org", "factor": "1.5", "extra": "1", "reason": "Agreed"}


@dataclass(frozen=True)
class Alone:
    """A course with one learner of its own pace, its editor, and an editor of another house."""

    course_id: int
    editor: int
    stranger: int
    learner: int

    def url(self, more: str = "", language: str = "en") -> str:
        return f"/{language}/desk/courses/{self.course_id}/allowances{more}"


@pytest.fixture
def alone(write: Write) -> Alone:
    with write() as session:
        place, other = (make_institution(session, each).id for each in ("house", "other"))
        version = make.publish(session, make.course(), institution_id=place)
        learner = make_citizen(session, name="Dahye", email="alone@example.org")
        domain.enrol(session, learner, version.course_id, locale="ko", now=NOW)
        make_account(session, email="reader@example.org")
        return Alone(
            version.course_id, make_editor(session, place).id, make_editor(session, other).id,
            learner.id,
        )  # fmt: skip


@pytest.fixture
def enter(app: Any, write: Write) -> Callable[[int], Any]:
    """A browser in which that account is signed in."""

    def browser(account_id: int) -> Any:
        with write() as session:
            cookie = open_session(session, session.get_one(Account, account_id))
        client = app.test_client()
        client.set_cookie("hm_session", cookie)
        return client

    return browser


def held(read: Write, account_id: int) -> Any:
    with read() as session:
        found = session.scalars(
            select(QuizAllowance).where(QuizAllowance.account_id == account_id)
        ).first()
        return found and (found.factor, found.extra_attempts, found.reason)


def test_more_is_given_to_the_address_and_listed(alone: Alone, enter: Any, read: Write) -> None:
    editor = enter(alone.editor)
    answer = editor.send(alone.url(), GIVEN)
    assert answer.location == alone.url()
    page = editor.get(answer.location).text
    assert all(text in page for text in ("Dahye", "50 % more", "1 more attempt", "Agreed"))
    assert "alone@example.org" not in page
    assert held(read, alone.learner) == (1.5, 1, "Agreed")
    with read() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
    assert {"quiz.allowed", "course_allowances.viewed"} <= set(actions)


def test_said_again_the_new_numbers_replace_the_old(alone: Alone, enter: Any, read: Write) -> None:
    editor = enter(alone.editor)
    for factor in ("1.5", "2.0"):
        editor.send(alone.url(), GIVEN | {"factor": factor})
    assert held(read, alone.learner) == (2.0, 1, "Agreed")


def test_it_is_taken_back(alone: Alone, enter: Any, read: Write) -> None:
    editor = enter(alone.editor)
    editor.send(alone.url(), GIVEN)
    answer = editor.send(alone.url("/take-back"), {"account": str(alone.learner)})
    assert answer.location == alone.url()
    assert held(read, alone.learner) is None
    assert "Everybody has the same" in editor.get(alone.url()).text


@pytest.mark.parametrize(
    "address", ["reader@example.org", "alone", "%@example.org", "nobody@example.org", ""]
)
def test_nobody_is_found_by_less_than_the_whole_address(
    alone: Alone, enter: Any, read: Write, address: str
) -> None:
    answer = enter(alone.editor).send(alone.url(), GIVEN | {"address": address})
    assert answer.status_code == 422
    assert "Dahye" not in answer.text
    assert held(read, alone.learner) is None


@pytest.mark.parametrize("wrong", [{"factor": "1.0", "extra": "0"}, {"reason": ""}])
def test_what_makes_no_sense_is_shown_again(
    alone: Alone, enter: Any, read: Write, wrong: dict[str, str]
) -> None:
    answer = enter(alone.editor).send(alone.url(), GIVEN | wrong)
    assert answer.status_code == 422
    assert "Alone@Example.org" in answer.text
    assert held(read, alone.learner) is None


def test_another_house_finds_no_such_page(alone: Alone, enter: Any, read: Write) -> None:
    stranger = enter(alone.stranger)
    assert stranger.get(alone.url()).status_code == 404
    assert stranger.send(alone.url(), GIVEN).status_code == 404
    assert stranger.send(alone.url("/take-back"), {"account": "1"}).status_code == 404
    assert held(read, alone.learner) is None


@pytest.mark.parametrize(
    ("language", "words"), [("ko", "학습자에게 시간 더 주기"), ("en", "More time for learners")]
)
def test_the_page_is_found_from_the_course(
    alone: Alone, enter: Any, language: str, words: str
) -> None:
    editor = enter(alone.editor)
    page = editor.get(f"/{language}/desk/courses/{alone.course_id}").text
    assert f'href="{alone.url(language=language)}"' in page
    assert words in page
    assert alone.url(language=language) in editor.get(f"/{language}/desk/courses/teaching").text


@pytest.mark.parametrize("account", ["-" + "9" * 40, "9" * 40, "x", ""])
def test_taking_back_from_what_is_no_account_finds_nobody(
    alone: Alone, enter: Any, account: str
) -> None:
    answer = enter(alone.editor).send(alone.url("/take-back"), {"account": account})
    assert answer.status_code == 404
