"""The pre-test: optional, one question a page, left and taken up at will, deletable."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from hanmadang.curricula import domain
from hanmadang.curricula.engine.pretest import MOST, Asked
from hanmadang.curricula.models import Evidence, Pretest, PretestAnswer
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.permissions import Viewer
from hanmadang.people import privacy_registry
from tests.conftest import Browser
from tests.curricula.browsing import SignIn
from tests.curricula.conftest import Opener
from tests.factories.courses import course, publish, question
from tests.factories.curricula import NOW, add_words, taught
from tests.factories.people import make_account

COMPETENCIES = (
    ("war", "history"), ("armistice", "security"), ("peace", "security"), ("songs", "culture"),
    ("families", "history"),
)  # fmt: skip


@pytest.fixture
def school(write: Opener) -> None:
    """Five lessons, each with three questions of which B is always right."""
    with write() as session:
        add_words(session)
        units = [
            taught(code, code, topic, questions=tuple(
                question(f"{code}-{n}", competency=code) for n in range(3)))
            for code, topic in COMPETENCIES
        ]  # fmt: skip
        publish(session, course(*units))


@pytest.fixture(params=["account", "device"])
def citizen(
    request: pytest.FixtureRequest, school: None, client: Browser, sign_in: SignIn
) -> Browser:
    """Somebody at a browser, with an account or without."""
    assert school is None
    return sign_in() if request.param == "account" else client


def begin(browser: Browser) -> str:
    assert browser.send("/en/my-path/pretest/begin").status_code == 303
    return browser.get("/en/my-path/pretest").text


def reply(browser: Browser, page: str, option: int | None) -> str:
    """Answer the question on the page, or say "I don't know"; the page after it."""
    item = re.search(r'name="item" value="(\d+)"', page)
    assert item, page
    chosen = {"unsure": "1"} if option is None else {f"q-item-{item[1]}": str(option)}
    sent = browser.send("/en/my-path/pretest/answer", {"item": item[1], **chosen})
    assert (sent.status_code, sent.location) == (303, "/en/my-path/pretest")
    return browser.get("/en/my-path/pretest").text


def walk(browser: Browser, option: int | None) -> tuple[int, str]:
    """Answer everything the same way; how many questions came, and the last page."""
    page, asked = begin(browser), 0
    while 'name="item"' in page:
        page, asked = reply(browser, page, option), asked + 1
    return asked, html.unescape(page)


# one after the other


@pytest.mark.parametrize("option", [1, 0, None])
def test_it_stops_by_itself_and_says_what_it_means(citizen: Browser, option: int | None) -> None:
    asked, page = walk(citizen, option)
    assert 1 <= asked <= MOST
    assert "What your pre-test showed" in page
    assert "This is no grade." in page
    assert f"You answered {asked if option == 1 else 0} of {asked} questions right." in page
    assert ("you said that you don’t know" in page) == (option is None)


def test_right_answers_change_the_path_and_the_result_names_what_left_it(
    citizen: Browser,
) -> None:
    before = citizen.get("/en/my-path").text
    _asked, page = walk(citizen, 1)
    gone = re.search(r"No longer in it</h3><ul>(.*?)</ul>", page)
    assert gone, page
    titles = re.findall(r">(Unit \w+)</a>", gone[1])
    assert titles
    assert all(title in before for title in titles)


def test_it_can_be_left_and_goes_on_with_the_same_question(citizen: Browser) -> None:
    page = reply(citizen, begin(citizen), 1)
    item = re.search(r'name="item" value="(\d+)"', page)
    citizen.get("/en/my-path")
    again = citizen.get("/en/my-path/pretest").text
    assert item
    assert item[0] in again
    assert "Question 2 of at most 8" in again


def test_it_can_be_ended_with_what_there_is(citizen: Browser) -> None:
    reply(citizen, begin(citizen), 1)
    assert citizen.send("/en/my-path/pretest/end").status_code == 303
    page = citizen.get("/en/my-path/pretest").text
    assert "You answered 1 of 1 question right." in page


def test_ended_without_an_answer_nothing_has_changed(citizen: Browser) -> None:
    begin(citizen)
    citizen.send("/en/my-path/pretest/end")
    assert "so nothing has changed" in citizen.get("/en/my-path/pretest").text


def test_a_deleted_answer_does_not_come_back_with_the_next_one(citizen: Browser) -> None:
    page = reply(citizen, begin(citizen), 0)
    key = re.search(r"/my-path/evidence/([^/]+)/delete", citizen.get("/en/my-path/evidence").text)
    assert key
    assert citizen.send(f"/en/my-path/evidence/{key[1]}/delete").status_code == 303
    assert "so nothing has changed" in reply(citizen, page, 1)
    assert "/delete" not in citizen.get("/en/my-path/evidence").text


def test_nothing_chosen_is_asked_again(citizen: Browser) -> None:
    item = re.search(r'name="item" value="(\d+)"', begin(citizen))
    assert item
    sent = citizen.send("/en/my-path/pretest/answer", {"item": item[1]})
    assert sent.status_code == 422
    assert "Choose an answer, or say that you don’t know." in sent.text


def test_another_question_than_the_one_asked_changes_nothing(citizen: Browser) -> None:
    begin(citizen)
    sent = citizen.send("/en/my-path/pretest/answer", {"item": "9999", "unsure": "1"})
    assert sent.status_code == 303
    assert "Question 1 of at most 8" in citizen.get("/en/my-path/pretest").text


def test_a_form_sent_twice_answers_once(citizen: Browser) -> None:
    page = begin(citizen)
    item = re.search(r'name="item" value="(\d+)"', page)
    assert item
    for _press in range(2):
        citizen.send("/en/my-path/pretest/answer", {"item": item[1], "unsure": "1"})
    assert "Question 2 of at most 8" in citizen.get("/en/my-path/pretest").text


def test_deleted_it_counts_no_more_and_can_be_taken_again(citizen: Browser) -> None:
    first = citizen.get("/en/my-path").text
    walk(citizen, 1)
    citizen.send("/en/my-path/pretest/forget")
    assert steps_of(citizen.get("/en/my-path").text) == steps_of(first)
    assert "Begin" in citizen.get("/en/my-path/pretest").text


def steps_of(page: str) -> list[str]:
    return re.findall(r'path__title"><a [^>]*>([^<]+)', page)


@pytest.mark.parametrize(
    ("lang", "title", "unsure"),
    [("ko", "사전 진단", "모르겠어요"), ("en", "Pre-test", "I don’t know")],
)
def test_both_languages(citizen: Browser, lang: str, title: str, unsure: str) -> None:
    assert f"<h1>{title}</h1>" in citizen.get(f"/{lang}/my-path/pretest").text
    citizen.send(f"/{lang}/my-path/pretest/begin")
    assert unsure in html.unescape(citizen.get(f"/{lang}/my-path/pretest").text)


def test_a_house_without_questions_says_so(client: Browser) -> None:
    assert "There are no questions yet" in client.get("/en/my-path/pretest").text


# what is kept


def test_an_account_keeps_outcomes_and_counts_but_no_answers(
    school: None, sign_in: SignIn, read: Opener
) -> None:
    assert school is None
    citizen = sign_in()
    asked, _page = walk(citizen, None)
    with read() as session:
        rows = session.scalars(select(PretestAnswer).order_by(PretestAnswer.place)).all()
        assert [row.place for row in rows] == list(range(1, asked + 1))
        assert {row.outcome for row in rows} == {"unsure"}
        pieces = session.scalars(select(Evidence)).all()
        assert {piece.source_kind for piece in pieces} == {"pretest"}
        assert sum(piece.of for piece in pieces) == asked
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("pretest.%")))
        assert acts.all() == ["pretest.begun"]


def test_a_device_keeps_it_in_its_cookie(school: None, client: Browser) -> None:
    assert school is None
    walk(client, 1)
    cookie = client.get_cookie("hm_path")
    assert cookie is not None
    assert len(cookie.value) <= 3_000


def test_it_is_handed_over_and_erased(school: None, write: Opener, read: Opener) -> None:
    assert school is None
    with write() as session:
        person = make_account(session)
        domain.begin_pretest(session, Viewer(person.id), [], now=NOW)
        domain.answer_pretest(session, Viewer(person.id), 1, Asked(1, "war", None), now=NOW)
        account_id = person.id
    with read() as session:
        held = privacy_registry.export_all(session, account_id)["curricula"]
        assert held["pretest_answers"] == [{"about": "war", "outcome": "unsure"}]
    with write() as session:
        privacy_registry.erase_all(session, account_id, NOW)
    with read() as session:
        left = [
            session.scalar(select(func.count()).select_from(t)) for t in (Pretest, PretestAnswer)
        ]
        assert left == [0, 0]


def test_a_ninth_answer_is_not_taken(school: None, write: Opener) -> None:
    assert school is None
    with write() as session:
        actor = Viewer(make_account(session).id)
        domain.begin_pretest(session, actor, [], now=NOW)
        taken = [
            domain.answer_pretest(session, actor, n, Asked(n, "war", right=True), now=NOW)
            for n in range(1, 11)
        ]
    assert taken == [True] * 8 + [False] * 2


# cost


def test_a_question_costs_the_same_statements_however_many_there_are(
    school: None, sign_in: SignIn, write: Opener, count_queries: Callable[[], Any]
) -> None:
    assert school is None
    citizen = sign_in()
    begin(citizen)
    citizen.get("/en/my-path")
    with count_queries() as few:
        citizen.get("/en/my-path/pretest")
    with write() as session:
        asked = tuple(question(f"more-{n}", competency="songs") for n in range(5))
        publish(session, course(taught("more", "songs", "culture", questions=asked), slug="more"))
    citizen.get("/en/my-path")
    with count_queries() as many:
        citizen.get("/en/my-path/pretest")
    assert len(many) == len(few) <= 22
