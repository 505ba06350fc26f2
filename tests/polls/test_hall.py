"""The hall screen's settings, the embed, and one result as a picture."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from hanmadang.kernel.permissions import NOBODY, Role
from hanmadang.polls.domain import change_state
from hanmadang.polls.models import Poll, PollState, ResultsShown
from hanmadang.polls.queries import QuestionPage, poll_page
from hanmadang.polls.views.fitting import SIZES, columns_of, size_of
from hanmadang.polls.views.picture import wrapped
from tests.conftest import Browser
from tests.factories.polls import LIKERT, NOW, OPINION, both, make_poll, options

Opener = Callable[[], Any]
AFTER = replace(OPINION, results_shown=ResultsShown.AFTER_VOTE)
SVG = "{http://www.w3.org/2000/svg}"


@dataclass
class Hall:
    """A poll with a live question and one whose results wait, answered once."""

    client: Browser
    poll: Poll
    question: int

    def get(self, path: str, language: str = "en") -> Any:
        """A page of the poll."""
        return self.client.get(f"/{language}/polls/{self.poll.slug}/{path}")


@pytest.fixture
def hall(client: Browser, write: Opener) -> Hall:
    with write() as session:
        poll = make_poll(session, OPINION, AFTER)
        question, option = poll.questions[0].id, poll.questions[0].options[0].id
    client.send(f"/en/polls/{poll.slug}", {f"q{question}": option})
    return Hall(client, poll, question)


@pytest.mark.parametrize(
    ("words", "korean", "english"),
    [("both", True, True), ("turns", True, True), ("ko", True, False), ("en", False, True)],
)
def test_the_screen_speaks_the_languages_asked_for(
    hall: Hall, words: str, korean: bool, english: bool
) -> None:
    page = hall.get(f"screen?words={words}").text
    found = ("통일이 필요하다고 보나요?" in page, "Do you think reunification" in page)
    assert found == (korean, english)


def test_a_setting_that_means_nothing_is_as_if_left_out(hall: Hall) -> None:
    page = hall.get("screen?words=fr&question=-3&view=x").text
    assert ("screen--both" in page, f'data-question-id="{hall.question}"' in page) == (True, True)


def test_links_on_the_screen_keep_its_setting(hall: Hall) -> None:
    page = hall.get("screen?words=ko&calm=1").text
    assert "screen--calm" in page
    links = re.findall(r'href="[^"]*/screen[?]([^"]*)"', page)
    assert len(links) == 4
    assert all({"words=ko", "calm=1"} <= set(link.split("&amp;")) for link in links)


def test_the_overview_shows_every_question_at_once(hall: Hall) -> None:
    assert hall.get("screen?view=all").text.count("data-question-id") == 2
    assert hall.get("screen").text.count("data-question-id") == 1


def test_the_embed_may_stand_in_a_frame_anywhere_and_sets_no_cookie(hall: Hall) -> None:
    answer = hall.client.get(f"/en/polls/{hall.poll.slug}/embed")
    policy = answer.headers["Content-Security-Policy"]
    assert ("frame-ancestors *" in policy, "frame-ancestors 'none'" in policy) == (True, False)
    assert "X-Frame-Options" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert "<form" not in answer.text


@pytest.mark.parametrize("path", ["results", "screen", ""])
def test_no_other_page_may_stand_in_a_frame(hall: Hall, path: str) -> None:
    answer = hall.get(path)
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_the_embed_shows_what_everybody_sees_even_to_those_who_answered(hall: Hall) -> None:
    page = hall.get("embed").text
    assert page.count("data-option-id") == 3
    assert "You see how others answered once you have answered yourself." in page


def test_the_picture_says_in_words_what_it_shows(hall: Hall) -> None:
    answer = hall.get("result-1.svg", "ko")
    picture = ET.fromstring(answer.text)  # noqa: S314  (our own answer)
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="{hall.poll.slug}-1-ko.svg"'
    )
    title, description = picture.find(f"{SVG}title"), picture.find(f"{SVG}desc")
    assert (title.text, description.text) == (  # type: ignore[union-attr]  # both are there
        "통일이 필요하다고 보나요?",
        "응답 1건. 필요하다 1 · 100.0%; 필요하지 않다 0 · 0.0%; 모르겠다 0 · 0.0%",
    )
    assert picture.get("{http://www.w3.org/XML/1998/namespace}lang", picture.get("lang")) == "ko"


@pytest.mark.parametrize("number", [0, 2, 3])
def test_there_is_no_picture_of_what_not_everybody_may_see(hall: Hall, number: int) -> None:
    assert hall.get(f"result-{number}.svg").status_code == 404


def test_the_close_gives_every_picture(hall: Hall, write: Opener) -> None:
    with write() as session:
        change_state(session, None, hall.poll.id, PollState.CLOSED, now=NOW)
    assert hall.get("result-2.svg").status_code == 200


@pytest.mark.parametrize("path", ["embed", "result-1.svg", "screen"])
def test_a_draft_is_shown_nowhere(client: Browser, write: Opener, path: str) -> None:
    with write() as session:
        slug = make_poll(session, OPINION, state=PollState.DRAFT).slug
    assert client.get(f"/en/polls/{slug}/{path}").status_code == 404


def test_words_are_broken_between_words() -> None:
    assert wrapped("하나 둘셋 넷", 5) == ["하나 둘셋", "넷"]
    assert wrapped("", 4) == [""]


def question(read: Opener, slug: str) -> QuestionPage:
    """The first question as pages know it."""
    with read() as session:
        page = poll_page(session, NOBODY, slug)
        assert page is not None
        return page.questions[0]


def test_more_words_are_set_smaller_and_fewer_languages_larger(write: Opener, read: Opener) -> None:
    long = ("아주 길고 자세하게 풀어 쓴 보기입니다 정말로", "An option written out at great length")
    with write() as session:
        short = make_poll(session, OPINION).slug
        wordy = make_poll(session, replace(OPINION, options=options(*[long] * 6))).slug
    few, many = question(read, short), question(read, wordy)
    assert size_of(few, ("ko", "en")) < size_of(many, ("ko", "en")) < len(SIZES)
    assert size_of(many, ("ko",)) < size_of(many, ("ko", "en"))


def test_a_scale_never_stands_in_two_columns(write: Opener, read: Opener) -> None:
    many = replace(OPINION, options=options(*[("가", "a"), ("나", "b")] * 4), text=both("?", "?"))
    with write() as session:
        scale, choice = make_poll(session, LIKERT).slug, make_poll(session, many).slug
    assert (columns_of(question(read, scale)), columns_of(question(read, choice))) == (1, 2)


@pytest.mark.parametrize(
    ("language", "words"),
    [("ko", "결과를 다른 곳에 보이기"), ("en", "Show the result elsewhere")],
)
def test_the_desk_hands_out_the_frame_and_the_pictures_that_anybody_may_see(
    hall: Hall, sign_in: Callable[..., Browser], language: str, words: str
) -> None:
    page = sign_in(Role.ADMINISTRATOR).get(f"/{language}/desk/polls/{hall.poll.id}").text
    own = f"/{language}/polls/{hall.poll.slug}"
    assert words in page
    assert f"/{language}/polls/{hall.poll.slug}/embed&#34; title=" in page
    assert [f"{own}/result-{number}.svg" in page for number in (1, 2)] == [True, False]


def test_a_draft_has_nothing_to_show_elsewhere(
    sign_in: Callable[..., Browser], write: Opener
) -> None:
    with write() as session:
        poll = make_poll(session, state=PollState.DRAFT)
    page = sign_in(Role.ADMINISTRATOR).get(f"/en/desk/polls/{poll.id}").text
    assert [word in page for word in ("&lt;iframe", "result-1.svg")] == [False, False]
