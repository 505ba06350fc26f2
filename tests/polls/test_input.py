"""What no form of ours sends: parts left out, and numbers and codes that nothing has."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.kernel.permissions import Role
from hanmadang.polls.models import Ballot, Poll, Question
from tests.conftest import Browser
from tests.factories.polls import MINUTES, OPINION, POINTS, RANKED, add_words, make_poll
from tests.polls.test_desk import TYPED

Opener = Callable[[], Any]
HUGE = 10**25


class Sheet:
    """A poll that asks for a number, a ranking, points and an opinion."""

    def __init__(self, poll: Poll) -> None:
        self.url = f"/en/polls/{poll.slug}"
        self.number, self.ranking, self.points, self.opinion = (
            (question.id, [option.id for option in question.options]) for question in poll.questions
        )

    def whole(self) -> dict[str, Any]:
        """Every question but the opinion, answered."""
        return {f"q{self.number[0]}": "35"} | self.given("2", "1", "") | self.shared("4", "6", "")

    def given(self, *ranks: str) -> dict[str, Any]:
        """These ranks."""
        return _by_option(self.ranking, ranks)

    def shared(self, *points: str) -> dict[str, Any]:
        """These points."""
        return _by_option(self.points, points)

    def opined(self, place: int) -> dict[str, Any]:
        """The opinion alone."""
        return {f"q{self.opinion[0]}": self.opinion[1][place]}


def _by_option(question: tuple[int, list[int]], texts: tuple[str, ...]) -> dict[str, Any]:
    id_, options = question
    return {f"q{id_}-{option}": text for option, text in zip(options, texts, strict=True)}


@pytest.fixture
def sheet(write: Opener) -> Sheet:
    with write() as session:
        return Sheet(make_poll(session, MINUTES, RANKED, POINTS, OPINION))


@pytest.fixture
def moderator(sign_in: Any) -> Browser:
    browser: Browser = sign_in(Role.ORGANIZER)
    return browser


def kept(read: Opener) -> dict[int, Any]:
    """What is stored, by question."""
    with read() as session:
        return {ballot.question_id: ballot.choices for ballot in session.scalars(select(Ballot))}


def test_a_field_that_was_not_sent_takes_nothing_back(
    client: Browser, sheet: Sheet, read: Opener
) -> None:
    assert client.send(sheet.url, sheet.whole()).status_code == 303
    before = kept(read)
    assert before[sheet.number[0]] == [7]
    assert client.send(sheet.url, sheet.opined(1)).status_code == 303
    assert kept(read) == before | {sheet.opinion[0]: [sheet.opinion[1][1]]}


def test_an_emptied_field_still_takes_its_answer_back(
    client: Browser, sheet: Sheet, read: Opener
) -> None:
    client.send(sheet.url, sheet.whole() | sheet.opined(0))
    empty = {f"q{sheet.number[0]}": ""} | sheet.given("", "", "") | sheet.shared("", "", "")
    assert client.send(sheet.url, empty).status_code == 303
    assert {id_ for id_, choices in kept(read).items() if choices} == {sheet.opinion[0]}


def test_the_long_way_reads_absent_fields_alike_and_shows_what_is_stored(
    client: Browser, sheet: Sheet, read: Opener
) -> None:
    client.send(sheet.url, sheet.whole())
    before = kept(read)
    refused = client.send(sheet.url, {f"q{sheet.opinion[0]}": "999999"})
    assert refused.status_code == 422
    assert 'value="35"' in refused.text
    assert 'value="6"' in refused.text
    assert '<option value="2" selected>' in refused.text
    assert kept(read) == before
    nothing = client.send(sheet.url, {})
    assert nothing.status_code == 422
    assert "Please answer at least one question." in nothing.text
    assert kept(read) == before


@pytest.mark.parametrize("page", [HUGE, 2**63, -HUGE, "9" * 5000])
def test_a_page_further_back_than_any_list_is_empty(client: Browser, page: object) -> None:
    assert client.get(f"/en/polls?page={page}").status_code == 200


@pytest.mark.parametrize("question", [str(HUGE), str(2**31), "9" * 5000, "-1", "x", ""])
def test_revealing_an_unknown_question_is_refused(
    moderator: Browser, write: Opener, question: str
) -> None:
    with write() as session:
        poll_id = make_poll(session, OPINION).id
    data = {"question": question, "shown": "yes"}
    assert moderator.send(f"/en/desk/polls/{poll_id}/reveal", data).status_code == 409


@pytest.mark.parametrize("poll_id", [HUGE, 2**63, 2**31, 2**31 - 1])
def test_a_poll_whose_number_nothing_has_is_not_found(moderator: Browser, poll_id: int) -> None:
    desk = f"/en/desk/polls/{poll_id}"
    for path in ("", "/edit", "/close"):
        assert moderator.get(desk + path).status_code == 404
    for act in ("open", "pause", "reveal", "close", "duplicate", "edit"):
        assert moderator.send(f"{desk}/{act}", TYPED).status_code == 404


@pytest.mark.parametrize("step", ["option-", "remove-"])
def test_a_button_with_thousands_of_digits_changes_nothing(moderator: Browser, step: str) -> None:
    answer = moderator.send("/en/desk/polls/new", TYPED | {"change": step + "9" * 5000})
    assert answer.status_code == 200
    assert "What do you think?" in answer.text


@pytest.mark.parametrize(
    "odd",
    [
        {"questions-0-kind": "interest", "questions-0-options-0-topic": "alchemy"},
        {
            "questions-0-kind": "knowledge",
            "questions-0-options-0-correct": "y",
            "questions-0-competency": "alchemy",
        },
    ],
)
def test_a_code_that_is_not_offered_is_refused_beside_its_box(
    moderator: Browser, read: Opener, odd: dict[str, str]
) -> None:
    for language, words in (("en", "Please choose one."), ("ko", "하나를 골라 주세요.")):
        answer = moderator.send(f"/{language}/desk/polls/new", TYPED | odd)
        assert answer.status_code == 422
        assert answer.text.count(words) == 2  # in the summary and beside the box
        assert "What do you think?" in answer.text
    with read() as session:
        assert session.scalars(select(Poll)).all() == []


def test_a_code_that_is_offered_is_kept(moderator: Browser, write: Opener, read: Opener) -> None:
    with write() as session:
        add_words(session)
    known = {"questions-0-kind": "interest", "questions-0-options-0-topic": "history"}
    assert moderator.send("/en/desk/polls/new", TYPED | known).status_code == 303
    with read() as session:
        options = session.scalars(select(Question)).one().options
        assert [option.topic_code for option in options] == ["history", None]
