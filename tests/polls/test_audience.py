"""Audience questions as a visitor without scripts meets them, and the hall page."""

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from hanmadang.kernel.idempotency import IdempotencyKey
from hanmadang.kernel.ids import keyed, new_key
from hanmadang.polls.domain import change_state
from hanmadang.polls.domain.audience_sitting import SittingSettings, configure
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.models_audience import (
    AskState,
    AudienceQuestion,
    Naming,
    SittingState,
)
from hanmadang.polls.rules_audience import person_of
from tests.conftest import Browser
from tests.factories.audience import make_sitting, put_into, put_question, put_upvotes
from tests.factories.events import make_institution
from tests.factories.forums import make_forum
from tests.factories.polls import NOW, OPINION, make_poll

Opener = Callable[[], Any]
HALL = 3


def ask(
    browser: Browser, poll: Poll, text: str = "How long?", language: str = "en", **data: str
) -> Any:
    """Send the form."""
    return browser.send(f"/{language}/polls/{poll.slug}/questions", {"text": text} | data)


def texts(read: Opener) -> list[str]:
    with read() as session:
        return list(session.scalars(select(AudienceQuestion.text).order_by(AudienceQuestion.id)))


def test_the_code_brings_to_the_poll_and_from_there_to_the_questions(
    client: Browser, poll: Poll
) -> None:
    slug = client.get(f"/en/p/{poll.code}").location
    assert f'href="{slug}/questions"' in client.get(slug).text
    assert f'href="{slug}/questions/screen"' in client.get(f"{slug}/screen").text


@pytest.mark.parametrize("path", ["", "/results", "/screen"])
def test_a_poll_without_audience_does_not_mention_it(
    client: Browser, write: Opener, path: str
) -> None:
    with write() as session:
        slug = make_sitting(session, state=SittingState.OFF).slug
    assert "/questions" not in client.get(f"/en/polls/{slug}{path}").text


@pytest.mark.parametrize("path", ["questions", "questions/screen"])
def test_switched_off_or_never_on_or_a_draft_it_is_not_there(
    client: Browser, sign_in: Any, write: Opener, path: str
) -> None:
    with write() as session:
        slugs = [
            make_poll(session, OPINION).slug,
            make_sitting(session, state=SittingState.OFF).slug,
            make_sitting(session, state_of_poll=PollState.DRAFT).slug,
        ]
    for browser in (client, sign_in()):
        for slug in slugs:
            assert browser.get(f"/en/polls/{slug}/{path}").status_code == 404


def test_asking_needs_no_account_and_no_name(client: Browser, reviewed: Poll) -> None:
    answer = ask(client, reviewed, "통일은 언제 되나요?", "ko")
    assert (answer.status_code, answer.location) == (303, f"/ko/polls/{reviewed.slug}/questions")
    page = client.get(answer.location).text
    assert "통일은 언제 되나요?" in page
    assert "확인 대기" in page
    assert "익명" in page


def test_a_waiting_question_is_seen_by_its_device_alone(
    app: Any, client: Browser, reviewed: Poll
) -> None:
    ask(client, reviewed, "Mine?")
    assert "Mine?" not in app.test_client().get(f"/en/polls/{reviewed.slug}/questions").text
    assert "Waiting for a moderator" in client.get(f"/en/polls/{reviewed.slug}/questions").text


def test_both_languages_stand_in_one_list_each_marked(client: Browser, poll: Poll) -> None:
    ask(client, poll, "언제인가요?", "en")
    ask(client, poll, "When?", "ko")
    for language in ("ko", "en"):
        page = client.get(f"/{language}/polls/{poll.slug}/questions").text
        assert '<p class="ask__text" lang="ko">언제인가요?</p>' in page
        assert '<p class="ask__text" lang="en">When?</p>' in page


def test_a_double_tap_asks_once(client: Browser, poll: Poll, read: Opener) -> None:
    key = {"idempotency_key": new_key()}
    answers = [ask(client, poll, "Once?", **key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert texts(read) == ["Once?"]


def test_the_same_key_with_another_question_is_refused(
    client: Browser, poll: Poll, read: Opener
) -> None:
    key = {"idempotency_key": new_key()}
    ask(client, poll, "One?", **key)
    answer = ask(client, poll, "Another?", **key)
    assert answer.status_code == 422
    assert "Another?" in answer.text
    assert texts(read) == ["One?"]


def test_after_a_refused_key_the_form_can_be_sent_again(
    client: Browser, poll: Poll, read: Opener
) -> None:
    key = new_key()
    ask(client, poll, "One?", idempotency_key=key)
    assert key not in ask(client, poll, "Another?", idempotency_key=key).text


def kept(read: Opener) -> tuple[int, list[str]]:
    """Rows in the kernel's table of requests, and the questions' own marks."""
    with read() as session:
        rows = session.scalar(select(func.count()).select_from(IdempotencyKey)) or 0
        return rows, list(session.scalars(select(AudienceQuestion.mark)))


def test_nothing_outside_the_poll_remembers_the_asking(
    client: Browser, poll: Poll, write: Opener, read: Opener
) -> None:
    ask(client, poll, "One?")
    ask(client, poll, "Two?")
    rows, marks = kept(read)
    assert (rows, len(set(marks)), all(marks)) == (0, 2, True)
    with write() as session:
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
    assert kept(read) == (0, ["", ""])


def test_a_key_of_another_device_is_another_request(app: Any, poll: Poll, read: Opener) -> None:
    key = new_key()
    for seat in range(HALL):
        answer = ask(app.test_client(), poll, f"Seat {seat}?", idempotency_key=key)
        assert answer.status_code == 303
    assert len(texts(read)) == HALL


def test_a_resent_question_is_answered_alike_though_five_wait_or_none_are_taken(
    client: Browser, reviewed: Poll, write: Opener, read: Opener
) -> None:
    key = new_key()
    first = ask(client, reviewed, "First?", idempotency_key=key)
    for number in range(4):
        ask(client, reviewed, f"{number}?")
    answers = [ask(client, reviewed, "First?", idempotency_key=key)]
    with write() as session:
        make_resting(session, reviewed)
    answers.append(ask(client, reviewed, "First?", idempotency_key=key))
    told = {(answer.status_code, answer.location) for answer in answers}
    assert told == {(first.status_code, first.location)}
    assert len(texts(read)) == 5


def test_a_question_of_no_possible_number_is_not_there(client: Browser, poll: Poll) -> None:
    for number in (2**31 - 1, 2**31, 10**25):
        path = f"/en/polls/{poll.slug}/questions/{number}/upvote"
        assert client.send(path).status_code == 404


def test_a_forum_leads_to_its_hosts_and_the_houses_polls_alone(
    client: Browser, write: Opener
) -> None:
    with write() as session:
        forum = make_forum(session)
        own = make_sitting(session, event=forum.slug, institution_id=forum.institution_id).slug
        house = make_sitting(session, event=forum.slug).slug
        other = make_institution(session).id
        strange = make_sitting(session, event=forum.slug, institution_id=other).slug
    page = client.get(f"/en/forums/{forum.slug}").text
    links = [f"/polls/{slug}/questions" in page for slug in (own, house, strange)]
    assert links == [True, True, False]


def test_a_forum_leads_to_five_polls_at_most(client: Browser, write: Opener) -> None:
    with write() as session:
        forum = make_forum(session).slug
        slugs = [make_sitting(session, event=forum).slug for _ in range(6)]
    page = client.get(f"/en/forums/{forum}").text
    assert [f'/polls/{slug}/questions"' in page for slug in slugs] == [False] + [True] * 5


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "질문을 적어 주세요."), ("가" * 281, "280자 이내로"), ("a\x00b", "저장할 수 없는")],
)
def test_what_cannot_be_taken_is_given_back_with_the_reason(
    client: Browser, poll: Poll, text: str, words: str
) -> None:
    answer = ask(client, poll, text, "ko", name="김마당")
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="김마당"' in answer.text


def test_280_hangul_syllables_fit_also_in_jamo_and_lines(
    client: Browser, poll: Poll, read: Opener
) -> None:
    assert ask(client, poll, unicodedata.normalize("NFD", "가" * 280)).status_code == 303
    assert ask(client, poll, "a\r\n" * 139 + "b").status_code == 303
    assert [len(text) for text in texts(read)] == [280, 279]


def test_a_named_sitting_asks_for_a_name(client: Browser, write: Opener) -> None:
    with write() as session:
        poll = make_sitting(session, naming=Naming.NAMED)
    answer = ask(client, poll)
    assert answer.status_code == 422
    assert "Please give a name" in answer.text
    assert "How long?" in answer.text
    ask(client, poll, name="Kim Madang")
    assert "Kim Madang" in client.get(f"/en/polls/{poll.slug}/questions").text


def test_a_forged_question_is_refused(client: Browser, poll: Poll, read: Opener) -> None:
    forged = keyed("x" * 40, "form", "somebody")
    assert ask(client, poll, csrf_token=forged).status_code == 422
    assert texts(read) == []


def test_typed_markup_stays_text(client: Browser, poll: Poll) -> None:
    ask(client, poll, "<b>bold</b>?", name="<i>")
    page = client.get(f"/en/polls/{poll.slug}/questions").text
    assert "&lt;b&gt;bold&lt;/b&gt;?" in page
    assert "&lt;i&gt;" in page


@pytest.mark.parametrize("closed", [True, False])
def test_what_is_sent_too_late_is_kept_and_explained(
    client: Browser, poll: Poll, write: Opener, closed: bool
) -> None:
    client.get(f"/en/polls/{poll.slug}/questions")
    with write() as session:
        if closed:
            change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
        else:
            make_resting(session, poll)
    answer = ask(client, poll, "Too late?")
    assert answer.status_code == 409
    assert "Too late?" in answer.text
    assert "No questions or up-votes are being taken" in answer.text


def make_resting(session: Any, poll: Poll) -> None:
    configure(session, None, poll.id, SittingSettings(SittingState.RESTING))


def test_questions_are_sorted_by_upvotes_or_newest(
    client: Browser, poll: Poll, write: Opener
) -> None:
    with write() as session:
        ids = [put_question(session, poll, f"Text {n}?").id for n in range(HALL)]
        put_upvotes(session, poll, ids[1], "a")
    page = f"/en/polls/{poll.slug}/questions"
    for path, order in ((page, (1, 0, 2)), (f"{page}?sort=new", (2, 1, 0))):
        text = client.get(path).text
        assert sorted(range(HALL), key=lambda n: text.index(f"Text {n}?")) == list(order)


def test_answered_questions_stand_below_with_their_mark(
    client: Browser, poll: Poll, write: Opener
) -> None:
    with write() as session:
        first, second = (put_question(session, poll, f"Text {n}?").id for n in range(2))
        put_upvotes(session, poll, first, "a", "b")
        put_into(session, poll, first, AskState.ANSWERED)
    page = client.get(f"/ko/polls/{poll.slug}/questions").text
    assert page.index("Text 1?") < page.index("Text 0?") < page.index("답변 완료")
    assert f"/{second}/upvote" in page
    assert f"/{first}/upvote" not in page


def test_hidden_questions_are_nowhere_but_with_their_asker(
    client: Browser, poll: Poll, write: Opener
) -> None:
    with write() as session:
        question = put_question(session, poll, "Rude?").id
        put_into(session, poll, question, AskState.HIDDEN)
    for path in ("questions", "questions/screen"):
        assert "Rude?" not in client.get(f"/en/polls/{poll.slug}/{path}").text


def test_with_no_question_the_list_invites(client: Browser, poll: Poll) -> None:
    assert "No question in the list yet" in client.get(f"/en/polls/{poll.slug}/questions").text
    assert "아직 등록된 질문이 없습니다" in client.get(f"/ko/polls/{poll.slug}/questions").text


def test_a_closed_poll_keeps_its_questions_to_read(
    client: Browser, poll: Poll, write: Opener
) -> None:
    with write() as session:
        put_question(session, poll, "Kept?", name="Kim Madang")
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
    page = client.get(f"/en/polls/{poll.slug}/questions").text
    assert "Kept?" in page
    assert "Questions are no longer taken" in page
    assert "Kim Madang" not in page
    assert "<textarea" not in page
    assert "/upvote" not in page
    assert "Questions from the audience" in client.get(f"/en/polls/{poll.slug}/results").text


def test_the_hall_page_shows_the_current_question_large_with_the_code(
    client: Browser, poll: Poll, write: Opener
) -> None:
    with write() as session:
        now, later = (put_question(session, poll, f"Text {n}?").id for n in range(2))
        put_upvotes(session, poll, later, "a")
        put_into(session, poll, now, AskState.NOW)
    page = client.get(f"/ko/polls/{poll.slug}/questions/screen").text
    assert '<p class="hall__text" lang="en">Text 0?</p>' in page
    assert poll.code in page
    assert f"localhost/p/{poll.code}" in page
    assert page.index("Text 0?") < page.index("Text 1?")
    assert "site-header" not in page


def test_a_signed_in_person_asks_as_a_device_too(sign_in: Any, poll: Poll, read: Opener) -> None:
    browser = sign_in()
    ask(browser, poll)
    person = person_of(poll.secret, browser.get_cookie("hm_device").value)
    with read() as session:
        assert session.scalars(select(AudienceQuestion.asker)).all() == [person.asker]


def test_asking_and_upvoting_have_names_of_their_own(poll: Poll) -> None:
    person = person_of(poll.secret, "device")
    assert len({person.asker, person.voter, keyed(str(poll.secret), "device", "device")}) == 3


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_many_questions(
    client: Browser, poll: Poll, write: Opener, count_queries: Opener, count: int
) -> None:
    with write() as session:
        for number in range(count):
            question = put_question(session, poll, device=f"{number}").id
            put_upvotes(session, poll, question, "a", "b")
    ask(client, poll)
    with count_queries() as statements:
        client.get(f"/en/polls/{poll.slug}/questions")
    assert len(statements) == 7  # two for whoever asked: what the talk was of


def test_the_plain_snapshot_tells_the_counts(client: Browser, poll: Poll, write: Opener) -> None:
    with write() as session:
        question = put_question(session, poll).id
        put_upvotes(session, poll, question, "a", "b")
    path = f"/live/{poll.code}.json"
    first = client.get(path)
    assert f'"counts":[[{question},2]]' in first.text
    etag = {"If-None-Match": first.headers["ETag"]}
    assert client.get(path, headers=etag).status_code == 304
    with write() as session:
        put_upvotes(session, poll, question, "c")
    assert f'"counts":[[{question},3]]' in client.get(path, headers=etag).text


def test_one_question_of_each_device_is_stored_once_for_a_whole_hall(
    app: Any, poll: Poll, read: Opener
) -> None:
    for seat in range(HALL):
        ask(app.test_client(), poll, f"Seat {seat}?")
    with read() as session:
        assert session.scalar(select(func.count(AudienceQuestion.asker.distinct()))) == HALL
