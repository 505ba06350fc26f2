"""The moderators' desk: writing, opening, closing, and who may do it to which poll."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.permissions import Role
from hanmadang.people.models import Institution, InstitutionKind, RoleGrant, SignInSession
from hanmadang.polls.models import Poll, PollState, Question
from tests.conftest import Browser
from tests.factories.polls import OPINION, add_words, both, make_poll

Opener = Callable[[], Any]
TYPED = {
    "title_ko": "오늘의 질문",
    "title_en": "Tonight's question",
    "questions-0-kind": "opinion",
    "questions-0-type": "one",
    "questions-0-max_choices": "1",
    "questions-0-results_shown": "live",
    "questions-0-text_ko": "어떻게 생각하세요?",
    "questions-0-text_en": "What do you think?",
    "questions-0-options-0-label_ko": "좋다",
    "questions-0-options-0-label_en": "Good",
    "questions-0-options-1-label_ko": "나쁘다",
    "questions-0-options-1-label_en": "Bad",
    "questions-0-options-2-label_ko": "",
}


@pytest.fixture
def moderator(sign_in: Any) -> Browser:
    browser: Browser = sign_in(Role.ORGANIZER)
    return browser


@pytest.fixture
def institutions(write: Opener) -> tuple[int, int]:
    with write() as session:
        pair = [
            Institution(
                code=code,
                kind=InstitutionKind.INSTITUTE,
                name=both(code, code),
                city=both("시", "City"),
            )
            for code in ("mine", "other")
        ]
        session.add_all(pair)
        session.flush()
        return pair[0].id, pair[1].id


def paths(poll_id: int) -> list[tuple[str, str]]:
    """(method, path) of everything that moderates one poll."""
    desk = f"/en/desk/polls/{poll_id}"
    acts = [("POST", f"{desk}/{act}") for act in ("open", "pause", "close", "duplicate", "edit")]
    return [("GET", desk), ("GET", f"{desk}/edit"), ("GET", f"{desk}/close"), *acts]


def ask(browser: Browser, method: str, path: str) -> int:
    answer = browser.get(path) if method == "GET" else browser.send(path, TYPED)
    return answer.status_code


def test_a_poll_is_written_in_two_languages(moderator: Browser, read: Opener) -> None:
    answer = moderator.send("/ko/desk/polls/new", TYPED)
    assert answer.status_code == 303
    with read() as session:
        poll = session.scalars(select(Poll)).one()
        assert answer.location == f"/ko/desk/polls/{poll.id}"
        assert (poll.state, poll.title.get("ko"), poll.title.get("en")) == (
            "draft", "오늘의 질문", "Tonight's question",
        )  # fmt: skip
        assert poll.slug == "tonight-s-question"
        assert [o.label.get("en") for o in poll.questions[0].options] == ["Good", "Bad"]


def test_a_double_click_writes_one_poll(moderator: Browser, read: Opener) -> None:
    data = TYPED | {"idempotency_key": "the-same-key"}
    first, second = (moderator.send("/en/desk/polls/new", data) for _ in range(2))
    assert first.location == second.location
    with read() as session:
        assert len(session.scalars(select(Poll)).all()) == 1


@pytest.mark.parametrize(
    ("change", "korean", "english"),
    [
        (
            {"title_ko": "", "title_en": ""},
            "설문 제목을 적어 주세요.",
            "Please give the poll a title.",
        ),
        (
            {"questions-0-options-1-label_ko": "", "questions-0-options-1-label_en": ""},
            "선택지를 두 개 이상 적어 주세요.",
            "Please give at least two options.",
        ),
        (
            {"questions-0-kind": "knowledge"},
            "정답을 표시해 주세요.",
            "Please mark the correct option.",
        ),
        (
            {"questions-0-kind": "knowledge", "questions-0-options-0-correct": "y"},
            "이 질문으로 확인하려는 역량을 골라 주세요.",
            "Please choose the competency that this question asks for.",
        ),
        (
            {"questions-0-type": "several", "questions-0-max_choices": "5"},
            "최대 선택 수를 선택지 수 이하로 정해 주세요.",
            "People may not choose more options than there are.",
        ),
        (
            {
                "questions-0-type": "several",
                "questions-0-min_choices": "2",
                "questions-0-max_choices": "1",
            },
            "최소 선택 수를 최대 선택 수 이하로 정해 주세요.",
            "The fewest options to choose may not be more than the most.",
        ),
        (
            {"questions-0-type": "scale", "questions-0-scale": "own"},
            "직접 적는 척도에는 선택지를 4개, 5개 또는 7개 적어 주세요.",
            "A scale of your own needs 4, 5 or 7 options.",
        ),
        (
            {
                "questions-0-type": "scale",
                "questions-0-scale": "semantic-7",
                "questions-0-options-2-label_ko": "셋",
            },
            "척도의 양 끝 이름을 선택지 두 개에 적어 주세요.",
            "Please name exactly the two ends of the scale, as two options.",
        ),
        (
            {"questions-0-type": "scale", "questions-0-kind": "interest"},
            "이 응답 방식은 의견 질문에만 쓸 수 있습니다.",
            "This type of answer is for opinion questions.",
        ),
    ],
)
def test_an_unusable_poll_is_given_back_with_everything_typed(
    moderator: Browser, change: dict[str, str], korean: str, english: str
) -> None:
    for language, words in (("ko", korean), ("en", english)):
        answer = moderator.send(f"/{language}/desk/polls/new", TYPED | change)
        assert answer.status_code == 422
        assert answer.text.count(words) == 2  # in the summary and beside the field
        assert "What do you think?" in answer.text


def test_adding_and_removing_keeps_what_was_typed(moderator: Browser, read: Opener) -> None:
    more = moderator.send("/en/desk/polls/new", TYPED | {"change": "question"})
    assert more.status_code == 200
    assert "What do you think?" in more.text
    assert "Question 2" in more.text
    options = moderator.send("/en/desk/polls/new", TYPED | {"change": "option-0"}).text
    assert 'name="questions-0-options-3-label_ko"' in options
    two = TYPED | {"questions-1-text_en": "The second", "change": "remove-0"}
    fewer = moderator.send("/en/desk/polls/new", two).text
    assert "What do you think?" not in fewer
    assert "The second" in fewer
    with read() as session:
        assert session.scalars(select(Poll)).all() == []


@pytest.mark.parametrize("step", ["option-9", "remove-x", "nonsense", "option-"])
def test_an_odd_button_changes_nothing(moderator: Browser, step: str) -> None:
    answer = moderator.send("/en/desk/polls/new", TYPED | {"change": step})
    assert answer.status_code == 200
    assert "What do you think?" in answer.text


def test_a_draft_can_be_rewritten(moderator: Browser, write: Opener, read: Opener) -> None:
    with write() as session:
        poll_id = make_poll(session, state=PollState.DRAFT).id
    form = moderator.get(f"/en/desk/polls/{poll_id}/edit").text
    assert "What did the armistice of 1953 settle?" in form
    assert moderator.send(f"/en/desk/polls/{poll_id}/edit", TYPED).status_code == 303
    with read() as session:
        poll = session.get_one(Poll, poll_id)
        assert poll.title.get("ko") == "오늘의 질문"
        assert len(session.scalars(select(Question)).all()) == 1


def test_an_open_poll_cannot_be_rewritten(moderator: Browser, write: Opener, read: Opener) -> None:
    with write() as session:
        poll_id = make_poll(session).id
    answer = moderator.send(f"/en/desk/polls/{poll_id}/edit", TYPED)
    assert answer.location == f"/en/desk/polls/{poll_id}"
    with read() as session:
        assert len(session.scalars(select(Question)).all()) == 3


def test_pausing_on_the_remote_control_stays_there(moderator: Browser, write: Opener) -> None:
    with write() as session:
        poll_id = make_poll(session, OPINION).id
    stage = f"/en/desk/polls/{poll_id}/stage"
    assert f'action="/en/desk/polls/{poll_id}/pause"' in moderator.get(stage).text
    for act in ("pause", "open"):
        answer = moderator.send(f"/en/desk/polls/{poll_id}/{act}", {"from": "stage"})
        assert answer.location == stage


def test_a_poll_goes_from_draft_to_closed(moderator: Browser, write: Opener, read: Opener) -> None:
    with write() as session:
        poll_id = make_poll(session, OPINION, state=PollState.DRAFT).id
    desk = f"/en/desk/polls/{poll_id}"
    for act, state in (
        ("open", "open"),
        ("pause", "paused"),
        ("open", "open"),
        ("close", "closed"),
    ):
        assert moderator.send(f"{desk}/{act}").status_code == 303
        with read() as session:
            assert session.get_one(Poll, poll_id).state == state
    with read() as session:
        assert session.get_one(Poll, poll_id).secret is None
        acts = [
            entry.action for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq))
        ]
        assert acts == ["poll.created", "poll.opened", "poll.paused", "poll.opened", "poll.closed"]
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert last.actor_id == moderator.account_id  # type: ignore[attr-defined]


def test_closing_asks_first(moderator: Browser, write: Opener, read: Opener) -> None:
    with write() as session:
        poll_id = make_poll(session, OPINION).id
    page = moderator.get(f"/ko/desk/polls/{poll_id}/close").text
    assert "되돌릴 수 없습니다" in page
    with read() as session:
        assert session.get_one(Poll, poll_id).state == "open"


def test_a_closed_poll_stays_closed(moderator: Browser, write: Opener, read: Opener) -> None:
    with write() as session:
        poll_id = make_poll(session, OPINION, state=PollState.CLOSED).id
    assert moderator.send(f"/en/desk/polls/{poll_id}/open").status_code == 409
    with read() as session:
        assert session.get_one(Poll, poll_id).state == "closed"


def test_a_copy_is_a_draft_with_the_same_words_and_a_code_of_its_own(
    moderator: Browser, write: Opener, read: Opener
) -> None:
    with write() as session:
        poll_id = make_poll(session, state=PollState.CLOSED).id
    answer = moderator.send(f"/en/desk/polls/{poll_id}/duplicate")
    with read() as session:
        old, new = session.scalars(select(Poll).order_by(Poll.id)).all()
        assert answer.location == f"/en/desk/polls/{new.id}/edit"
        assert (new.state, new.slug) == ("draft", f"{old.slug}-2")
        assert new.code != old.code
        assert [q.text for q in new.questions] == [q.text for q in old.questions]
        assert new.questions[0].options[1].correct


def test_a_moderator_sees_a_draft_as_people_will(moderator: Browser, write: Opener) -> None:
    with write() as session:
        slug = make_poll(session, OPINION, state=PollState.DRAFT).slug
    page = moderator.get(f"/en/polls/{slug}")
    assert page.status_code == 200
    assert "Only you see this draft" in page.text


def test_the_desk_is_closed_to_others(client: Browser, sign_in: Any, write: Opener) -> None:
    with write() as session:
        poll_id = make_poll(session, OPINION).id
    citizen = sign_in()
    for method, path in [("GET", "/en/desk/polls"), ("GET", "/en/desk/polls/new"), *paths(poll_id)]:
        assert ask(citizen, method, path) == 403
        assert ask(client, method, path) == 303  # to sign in


def test_an_institution_moderates_only_its_own_polls(
    sign_in: Any, write: Opener, read: Opener, institutions: tuple[int, int]
) -> None:
    mine, other = institutions
    with write() as session:
        own = make_poll(session, OPINION, institution_id=mine, title=both("우리", "Ours")).id
        foreign = make_poll(session, OPINION, institution_id=other, title=both("남", "Theirs")).id
    browser = moderator_of(sign_in, write, mine)
    page = browser.get("/en/desk/polls").text
    assert "Ours" in page
    assert "Theirs" not in page
    assert browser.get(f"/en/desk/polls/{own}").status_code == 200
    for method, path in paths(foreign):
        assert ask(browser, method, path) == 404
    data = {"poll": foreign, "item": "need-five"}
    assert browser.send("/en/desk/polls/bank", data).status_code == 404
    with read() as session:
        assert session.get_one(Poll, foreign).state == "open"


def test_an_institution_writes_in_its_own_name_only(
    sign_in: Any, write: Opener, read: Opener, institutions: tuple[int, int]
) -> None:
    mine, other = institutions
    browser = moderator_of(sign_in, write, mine)
    browser.send("/en/desk/polls/new", TYPED | {"institution": str(other)})
    with read() as session:
        assert session.scalars(select(Poll)).one().institution_id == mine


def moderator_of(sign_in: Any, write: Opener, institution_id: int) -> Browser:
    """An organizer of that institution, signed in."""
    browser: Browser = sign_in(Role.ORGANIZER)
    with write() as session:
        for row in session.scalars(select(RoleGrant)):
            row.institution_id = institution_id
        for entry in session.scalars(select(SignInSession)):
            entry.institution_id = institution_id
    return browser


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_costs_one_statement_and_the_session(
    moderator: Browser, write: Opener, count_queries: Opener, count: int
) -> None:
    with write() as session:
        add_words(session)
        for _ in range(count):
            make_poll(session, OPINION)
    with count_queries() as statements:
        assert moderator.get("/en/desk/polls").status_code == 200
    assert len(statements) == 2


def test_an_empty_desk_says_what_a_poll_is(moderator: Browser) -> None:
    assert "아직 설문이 없습니다" in moderator.get("/ko/desk/polls").text
    assert "No poll yet" in moderator.get("/en/desk/polls").text
