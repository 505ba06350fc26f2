"""Pictures beside options: chosen for drafts, kept through editing, shown beside their words."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select

from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.errors import NotAllowedNowError
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import Role
from hanmadang.kernel.pictures import UPLOAD_BYTES, Picture, draw
from hanmadang.polls.domain import change_state, draft_of, duplicate_poll, edit_poll
from hanmadang.polls.domain.pictures import OptionGoneError, set_picture
from hanmadang.polls.models import Option, Poll, PollState, QuestionType
from tests.conftest import Browser
from tests.factories.pictures import photograph
from tests.factories.polls import NOW, OPINION, POINTS, RANKED, both, make_poll, options

Opener = Callable[[], Any]
WHERE = replace(
    OPINION,
    text=both("어디에서 만날까요?", "Where shall we meet?"),
    options=options(("숲", "A forest"), ("역", "A station")),
)


@dataclass
class Draft:
    """A draft with two questions, and its moderator."""

    desk: Browser
    write: Opener
    read: Opener
    poll_id: int
    slug: str
    options: list[int]

    @property
    def url(self) -> str:
        return f"/en/desk/polls/{self.poll_id}/pictures"

    def send(self, option: int, content: bytes | None, language: str = "en", **more: str) -> Any:
        """Choose a file and press the button."""
        data: dict[str, Any] = {"option": option, "idempotency_key": new_key(), **more}
        if content is not None:
            data["picture"] = (BytesIO(content), "picture.jpg")
        return self.desk.send(self.url.replace("/en/", f"/{language}/"), data)

    def names(self) -> list[str | None]:
        with self.read() as session:
            return list(session.scalars(select(Option.picture).order_by(Option.id)))


@pytest.fixture
def draft(sign_in: Any, write: Opener, read: Opener) -> Draft:
    desk = sign_in(Role.ORGANIZER)
    with write() as session:
        poll = make_poll(session, WHERE, RANKED, state=PollState.DRAFT)
        ids = [option.id for question in poll.questions for option in question.options]
        return Draft(desk, write, read, poll.id, poll.slug, ids)


def test_a_picture_is_chosen_replaced_and_removed(draft: Draft) -> None:
    assert draft.send(draft.options[0], photograph()).status_code == 303
    first = draft.names()[0]
    assert first
    assert first in draft.desk.get(draft.url).text
    assert draft.send(draft.options[0], photograph(colour=(1, 2, 3))).status_code == 303
    assert draft.names()[0] not in (None, first)
    assert draft.send(draft.options[0], None, remove="1").status_code == 303
    assert draft.names() == [None] * 5


def test_what_nobody_shows_any_more_is_gone(draft: Draft) -> None:
    for option in draft.options[:2]:
        draft.send(option, photograph())
    name = draft.names()[0]
    draft.send(draft.options[0], None, remove="1")
    assert draft.desk.get(f"/pictures/{name}.webp").status_code == 200
    draft.send(draft.options[1], None, remove="1")
    assert draft.desk.get(f"/pictures/{name}.webp").status_code == 404


def test_the_same_file_twice_is_one_change(draft: Draft) -> None:
    draft.send(draft.options[0], photograph())
    with draft.read() as session:
        before = session.get_one(Poll, draft.poll_id).version
    draft.send(draft.options[0], photograph())
    with draft.read() as session:
        assert session.get_one(Poll, draft.poll_id).version == before
        assert session.scalar(select(func.count()).select_from(Picture)) == 1
        acts = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
        assert acts.count("poll.picture_set") == 1


@pytest.mark.parametrize(
    ("content", "language", "words"),
    [
        (b"no picture", "en", "This file cannot be used."),
        (b"no picture", "ko", "이 파일은 사용할 수 없습니다."),
        (None, "en", "Please choose a file first."),
        (None, "ko", "먼저 파일을 선택해 주세요."),
    ],
)
def test_a_useless_file_is_answered_beside_its_option(
    draft: Draft, content: bytes | None, language: str, words: str
) -> None:
    answer = draft.send(draft.options[1], content, language)
    assert answer.status_code == 422
    assert f'id="picture-{draft.options[1]}-error"' in answer.text
    assert words in answer.text
    assert draft.names() == [None] * 5


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "A picture may hold up to 8 MB."), ("ko", "사진은 8MB까지 올릴 수 있습니다.")],
)
def test_a_file_that_is_too_large_is_answered_in_words(
    draft: Draft, language: str, words: str
) -> None:
    url = draft.url.replace("/en/", f"/{language}/")
    large, kind = b"0" * (UPLOAD_BYTES + 1), "multipart/form-data; boundary=x"
    answer = draft.desk.post(url, data=large, content_type=kind)
    assert answer.status_code == 413
    assert words in answer.text


def test_another_poll_s_option_or_one_edited_away_is_refused(draft: Draft) -> None:
    with draft.write() as session:
        other = make_poll(session, WHERE, state=PollState.DRAFT).questions[0].options[0].id
    assert draft.send(other, photograph()).status_code == 409
    assert draft.send(4711, photograph()).status_code == 409
    assert set(draft.names()) == {None}


def test_only_drafts_take_pictures(draft: Draft) -> None:
    with draft.write() as session:
        change_state(session, None, draft.poll_id, PollState.OPEN, now=NOW)
    reply = draft.send(draft.options[0], photograph())
    assert reply.location == f"/en/desk/polls/{draft.poll_id}"
    assert "cannot be changed once it has opened" in draft.desk.get(reply.location).text
    assert set(draft.names()) == {None}
    with draft.write() as session, pytest.raises(NotAllowedNowError):
        set_picture(session, None, draft.poll_id, draft.options[0], draw(photograph()))


def test_a_type_without_pictures_refuses_one(draft: Draft) -> None:
    with draft.write() as session:
        poll = make_poll(session, POINTS, state=PollState.DRAFT)
        option = poll.questions[0].options[0].id
        with pytest.raises(OptionGoneError):
            set_picture(session, None, poll.id, option, draw(photograph()))


def test_editing_and_duplicating_keep_pictures(draft: Draft) -> None:
    draft.send(draft.options[0], photograph())
    name = draft.names()[0]
    page = draft.desk.get(f"/en/desk/polls/{draft.poll_id}/edit").text
    assert f'name="questions-0-options-0-picture" type="hidden" value="{name}"' in page
    with draft.write() as session:
        copy = duplicate_poll(session, None, draft.poll_id, now=NOW)  # type: ignore[arg-type]
        assert copy.questions[0].options[0].picture == name
        poll = session.get_one(Poll, draft.poll_id)
        edit_poll(session, None, poll, draft_of(session, poll.id))  # type: ignore[arg-type]
        assert poll.questions[0].options[0].picture == name


def test_an_unknown_name_in_a_draft_is_left_out(draft: Draft) -> None:
    with draft.write() as session:
        poll = session.get_one(Poll, draft.poll_id)
        written = draft_of(session, poll.id)
        first = written.questions[0]
        named = tuple(replace(option, picture="0" * 32) for option in first.options)
        changed = replace(written, questions=(replace(first, options=named),))
        edit_poll(session, None, poll, changed)  # type: ignore[arg-type]
        assert [option.picture for option in poll.questions[0].options] == [None, None]


@pytest.fixture
def shown(draft: Draft, client: Browser) -> tuple[Draft, str]:
    """The same poll, open, with pictures beside a forest and railways."""
    for place in (0, 2):
        draft.send(draft.options[place], photograph((640, 480)))
    with draft.write() as session:
        change_state(session, None, draft.poll_id, PollState.OPEN, now=NOW)
    return draft, str(draft.names()[0])


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("path", ["", "/results", "/screen", "/embed"])
def test_pages_show_the_picture_beside_its_label(
    shown: tuple[Draft, str], client: Browser, language: str, path: str
) -> None:
    draft, name = shown
    page = client.get(f"/{language}/polls/{draft.slug}{path}").text
    assert f'src="/pictures/{name}.webp" width="640" height="480" alt=""' in page
    assert ("숲" if language == "ko" else "A forest") in page


def test_the_first_picture_of_a_question_is_not_lazy(
    shown: tuple[Draft, str], client: Browser
) -> None:
    draft, _name = shown
    page = client.get(f"/en/polls/{draft.slug}").text
    assert page.count("<img") == 2
    assert 'loading="lazy"' not in page  # both are the first of their question


def test_the_thanks_page_shows_the_chosen_picture(
    shown: tuple[Draft, str], client: Browser, read: Opener
) -> None:
    draft, name = shown
    with read() as session:
        question = session.get_one(Poll, draft.poll_id).questions[0].id
    client.send(f"/en/polls/{draft.slug}", {f"q{question}": draft.options[0]})
    assert f"/pictures/{name}.webp" in client.get(f"/en/polls/{draft.slug}/answered").text


def test_pictured_boxes_say_that_they_were_on_the_page(
    draft: Draft, client: Browser, write: Opener
) -> None:
    with write() as session:
        several = replace(WHERE, type=QuestionType.SEVERAL, max_choices=2)
        question = make_poll(session, several, state=PollState.DRAFT).questions[0]
        poll_id, slug = question.poll_id, session.get_one(Poll, question.poll_id).slug
        id_, option = question.id, question.options[0].id
    other = replace(draft, poll_id=poll_id)
    other.send(option, photograph((640, 480)))
    with write() as session:
        change_state(session, None, poll_id, PollState.OPEN, now=NOW)
    page = client.get(f"/en/polls/{slug}").text
    assert "choice--picture" in page
    assert page.count(f'<input type="hidden" name="q{id_}-asked" value="1">') == 1


def test_codebook_and_api_name_its_address(shown: tuple[Draft, str], client: Browser) -> None:
    draft, name = shown
    api = client.get(f"/api/v1/polls/{draft.slug}").get_json()
    assert api["questions"][0]["options"][0]["picture"].endswith(f"/pictures/{name}.webp")
    assert "picture" not in api["questions"][0]["options"][1]
    with draft.write() as session:
        change_state(session, None, draft.poll_id, PollState.CLOSED, now=NOW)
    book = json.loads(client.get(f"/polls/{draft.slug}/codebook.json").text)
    assert (
        book["questions"][0]["options"][0]["picture"]
        == api["questions"][0]["options"][0]["picture"]
    )
    assert "picture" not in book["questions"][0]["options"][1]
