"""Saying "I know this": two questions, and the path follows the answers."""

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.courses.models import Question
from hanmadang.curricula.models import Evidence, StepChoice
from hanmadang.kernel.audit import AuditEntry
from tests.conftest import Browser
from tests.curricula.browsing import SignIn
from tests.curricula.conftest import Opener
from tests.curricula.undoing import undo
from tests.factories.courses import course, publish, question
from tests.factories.curricula import add_words, taught, unit_id

Asked = tuple[str, int]


@pytest.fixture
def line(write: Opener) -> int:
    """A lesson on families with three questions, of which B is always right."""
    with write() as session:
        add_words(session)
        questions = tuple(question(f"line-{n}", competency="families") for n in range(3))
        units = (taught("line", "families", "history", questions=questions),)
        publish(session, course(*units, taught("songs", "songs", "culture")))
        return unit_id(session, "line")


@pytest.fixture(params=["account", "device"])
def citizen(request: pytest.FixtureRequest, client: Browser, sign_in: SignIn) -> Browser:
    """Somebody at a browser, with an account or without."""
    return sign_in() if request.param == "account" else client


def answer(browser: Browser, unit: int, *options: int | None, lang: str = "en") -> Any:
    """Answer the questions on the page, each by its option; None leaves one open."""
    page = browser.get(f"/{lang}/my-path/lessons/{unit}/known").text
    names = list(dict.fromkeys(re.findall(r'name="(q-item-\d+)"', page)))
    assert len(names) == len(options)
    fields = {n: str(o) for n, o in zip(names, options, strict=True) if o is not None}
    return browser.send(f"/{lang}/my-path/lessons/{unit}/known", fields)


def steps(browser: Browser) -> str:
    return html.unescape(browser.get("/en/my-path").text)


def test_two_right_answers_take_the_lesson_out_of_the_path(citizen: Browser, line: int) -> None:
    assert "Unit line" in steps(citizen)
    assert answer(citizen, line, 1, 1).status_code == 303
    page = steps(citizen)
    assert "You know it. “Unit line” leaves your path." in page
    assert "You know this: <a" in page
    why_not = html.unescape(citizen.get(f"/en/my-path/why-not/{line}").text)
    assert citizen.get(f"/en/my-path/why-not/{line}").status_code == 200
    assert "Why not this lesson?" in why_not


def test_undo_brings_the_lesson_back_and_deletes_the_answers(citizen: Browser, line: int) -> None:
    answer(citizen, line, 1, 1)
    undo(citizen, citizen.get("/en/my-path").text)
    page = steps(citizen)
    assert ("You know this:" in page, "Unit line" in page) == (False, True)
    assert citizen.get(f"/en/my-path/why/{line}").status_code == 200


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("ko", "2문항 중 1문항이 맞았습니다. 나머지는 ‘line 단원’ 강의에서 알아보세요."),
        ("en", "1 of 2 answers were right, so “Unit line” still has something for you."),
    ],
)
def test_a_wrong_answer_keeps_the_lesson_and_says_so_kindly(
    citizen: Browser, line: int, lang: str, said: str
) -> None:
    answer(citizen, line, 1, 0, lang=lang)
    page = html.unescape(citizen.get(f"/{lang}/my-path").text)
    assert said in page
    assert citizen.get(f"/en/my-path/why/{line}").status_code == 200


def test_a_question_left_open_is_not_known(citizen: Browser, line: int) -> None:
    answer(citizen, line, 1, None)
    assert "1 of 2 answers were right" in steps(citizen)


def test_answers_become_evidence_of_their_own_source_once(
    sign_in: SignIn, line: int, read: Opener
) -> None:
    citizen = sign_in()
    answer(citizen, line, 0, 0)
    answer(citizen, line, 1, 1)
    with read() as session:
        rows = session.scalars(select(Evidence)).all()
        assert [(r.source_kind, r.competency_code, r.right, r.of) for r in rows] == [
            ("check", "families", 2, 2)
        ]
        assert rows[0].source_label.get("en") == "Unit line"
        assert [row.choice for row in session.scalars(select(StepChoice))] == ["known"]
        acts = session.scalars(
            select(AuditEntry.action).where(AuditEntry.action.like("evidence.%"))
        )
        assert acts.all() == ["evidence.checked", "evidence.checked"]


def test_wrong_answers_take_a_claim_of_yesterday_back(
    sign_in: SignIn, line: int, read: Opener
) -> None:
    citizen = sign_in()
    answer(citizen, line, 1, 1)
    answer(citizen, line, 0, 1)
    with read() as session:
        assert session.scalars(select(StepChoice)).all() == []


def test_a_lesson_without_questions_offers_setting_it_aside(
    citizen: Browser, line: int, read: Opener
) -> None:
    assert line
    with read() as session:
        songs = unit_id(session, "songs")
    page = citizen.get(f"/en/my-path/lessons/{songs}/known").text
    assert "There is no question on this lesson yet" in page
    sent = citizen.send(f"/en/my-path/lessons/{songs}/known", {})
    assert sent.status_code == 422


def test_the_page_gives_no_answer_away(citizen: Browser, line: int, read: Opener) -> None:
    page = citizen.get(f"/en/my-path/lessons/{line}/known").text
    with read() as session:
        told = [row.explanation.get("en") for row in session.scalars(select(Question))]
    assert told
    assert not [text for text in told if text in page]


def test_the_cookie_holds_counts_and_no_answer(client: Browser, line: int) -> None:
    answer(client, line, 1, 0)
    cookie = client.get_cookie("hm_path")
    assert cookie is not None
    assert len(cookie.value) <= 3_000


def test_deleting_the_answers_takes_the_claim_back(citizen: Browser, line: int) -> None:
    answer(citizen, line, 1, 1)
    page = citizen.get("/en/my-path/evidence").text
    found = re.search(r'action="(/en/my-path/evidence/[^"]+/delete)"', page)
    assert found
    assert citizen.send(found[1]).status_code == 303
    assert "You know this:" not in steps(citizen)
    assert citizen.get(f"/en/my-path/why/{line}").status_code == 200
