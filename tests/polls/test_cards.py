"""The picture that messengers show: a result where one is public, else an invitation."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops

from hanmadang.kernel import clock
from hanmadang.kernel.canvas import Canvas, Face
from hanmadang.kernel.permissions import Role
from hanmadang.polls.domain import BallotSet, change_state, reveal
from hanmadang.polls.models import Mode, Poll, PollState, ResultsShown
from hanmadang.polls.views import card, cards
from hanmadang.polls.views.card import Bar, Sheet
from tests.conftest import Browser
from tests.factories.polls import NOW, OPINION, RANKED, ballot, both, cast, make_poll, options

Opener = Callable[[], Any]
BY_HAND = replace(OPINION, results_shown=ResultsShown.MODERATOR)
SHEET = Sheet("한마당", "객석에 묻는 세 가지", "최종 결과", "hanmadang.example/p/ABCDE")


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Cards are of the process, polls of one test."""
    cards._kept.clear()
    yield
    cards._kept.clear()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Sheet]:
    """Every sheet that was drawn, in order."""
    seen: list[Sheet] = []
    real = card.draw

    def draw(sheet: Sheet) -> bytes:
        seen.append(sheet)
        return real(sheet)

    monkeypatch.setattr(card, "draw", draw)
    return seen


def card_of(client: Browser, poll: Poll, language: str = "en") -> Any:
    return client.get(f"/{language}/polls/{poll.slug}/card.png")


def head(client: Browser, path: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">',
                       client.get(path).text)  # fmt: skip
    return {name: unescape(content) for name, content in found}


# What may be seen


def test_a_public_result_is_on_the_card(client: Browser, write: Opener, drawn: list[Sheet]) -> None:
    with write() as session:
        poll = make_poll(session, OPINION, RANKED)
        cast(session, *(ballot(poll.questions[0], place) for place in (0, 0, 0, 1)))
    assert card_of(client, poll).status_code == 200
    (sheet,) = drawn
    assert sheet.question == "Do you think reunification is necessary?"
    assert sheet.bars == (
        Bar("Necessary", "75.0%", 75.0),
        Bar("Not necessary", "25.0%", 25.0),
        Bar("Not sure", "0.0%", 0),
    )
    assert (sheet.state, sheet.answered, sheet.more) == (
        "Answer this poll now",
        "Answers: 4",
        "1 more question",
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"questions": (BY_HAND,)},
        {"questions": (replace(OPINION, results_shown=ResultsShown.CLOSED),)},
        {"questions": (replace(OPINION, results_shown=ResultsShown.AFTER_VOTE),)},
        {"questions": (RANKED,)},
        {"questions": (OPINION,), "mode": Mode.SECRET},
    ],
    ids=["by-hand", "closed", "after-vote", "telling", "secret"],
)
def test_before_results_are_due_the_card_only_invites(
    client: Browser, write: Opener, drawn: list[Sheet], fields: dict[str, Any]
) -> None:
    asked = fields.pop("questions")
    with write() as session:
        poll = make_poll(session, *asked, **fields)
        places = (0, 1) if asked == (RANKED,) else (0,)
        cast(session, *(sheet_for(poll, places) for _ in range(3)))
    card_of(client, poll)
    (sheet,) = drawn
    assert (sheet.question, sheet.bars, sheet.answered, sheet.more) == ("", (), "", "")
    assert sheet.title == "Three questions for the audience"
    assert sheet.address.endswith(f"/p/{poll.code}")
    told = head(client, f"/en/polls/{poll.slug}")["og:image:alt"]
    assert "Necessary" not in told


def sheet_for(poll: Poll, places: tuple[int, ...]) -> BallotSet:
    question = poll.questions[0]
    ids = [question.options[place].id for place in places]
    return replace(ballot(question), answers={question.id: ids})


def test_who_answered_or_moderates_gets_the_strangers_card(
    sign_in: Callable[..., Browser], write: Opener, drawn: list[Sheet]
) -> None:
    with write() as session:
        poll = make_poll(session, replace(OPINION, results_shown=ResultsShown.AFTER_VOTE))
        question = poll.questions[0]
        sent = {f"q{question.id}": [question.options[0].id]}
    moderator = sign_in(Role.ORGANIZER)
    moderator.send(f"/en/polls/{poll.slug}", sent)
    assert "100.0%" in moderator.get(f"/en/polls/{poll.slug}/answered").text
    card_of(moderator, poll)
    assert [sheet.bars for sheet in drawn] == [()]


def test_a_draft_has_no_card_and_no_tags(sign_in: Callable[..., Browser], write: Opener) -> None:
    moderator = sign_in(Role.ORGANIZER)
    with write() as session:
        poll = make_poll(session, state=PollState.DRAFT)
    assert card_of(moderator, poll).status_code == 404
    assert head(moderator, f"/en/polls/{poll.slug}") == {}


def test_a_result_that_is_hidden_again_leaves_the_card_at_once(
    client: Browser, write: Opener
) -> None:
    with write() as session:
        poll = make_poll(session, BY_HAND)
        question = poll.questions[0]
        cast(session, ballot(question, 0))
    invitation = card_of(client, poll).data
    for shown in (True, False):
        with write() as session:
            reveal(session, None, poll.id, question.id, revealed=shown)
        assert (card_of(client, poll).data != invitation) is shown


# Drawn seldom


def test_a_card_is_drawn_at_most_once_a_minute_while_answers_come(
    client: Browser, write: Opener, drawn: list[Sheet]
) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
        question = poll.questions[0]
        cast(session, ballot(question, 0))
    with clock.frozen(NOW) as advance:
        for _ in range(3):
            card_of(client, poll)
            with write() as session:
                cast(session, ballot(question, 1))
        assert [sheet.answered for sheet in drawn] == ["Answers: 1"]
        advance(timedelta(minutes=1))
        card_of(client, poll)
        card_of(client, poll)
    assert [sheet.answered for sheet in drawn] == ["Answers: 1", "Answers: 4"]


def test_many_who_ask_at_once_cause_one_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    entered, go_on, drawings = threading.Event(), threading.Event(), []

    def slow(sheet: Sheet) -> bytes:
        drawings.append(sheet)
        entered.set()
        go_on.wait(10)
        return b"png"

    monkeypatch.setattr(card, "draw", slow)
    found: list[bytes] = []
    ask = lambda: found.append(cards._card_of((1, "ko"), SHEET))  # noqa: E731
    people = [threading.Thread(target=ask) for _ in range(5)]
    for each in people:
        each.start()
    assert entered.wait(10)
    go_on.set()
    for each in people:
        each.join(10)
    assert (found, len(drawings)) == ([b"png"] * 5, 1)


def test_without_the_lock_each_would_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sabotaged twin."""
    monkeypatch.setattr(cards, "_drawing", threading.Semaphore(5))
    drawings, together = [], threading.Barrier(5)

    def slow(sheet: Sheet) -> bytes:
        drawings.append(sheet)
        together.wait(10)
        return b"png"

    monkeypatch.setattr(card, "draw", slow)
    people = [threading.Thread(target=cards._card_of, args=((1, "ko"), SHEET)) for _ in range(5)]
    for each in people:
        each.start()
    for each in people:
        each.join(10)
    assert len(drawings) == 5


def test_whoever_comes_while_numbers_are_redrawn_gets_the_card_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(card, "draw", lambda sheet: sheet.answered.encode())
    older, newer = (replace(SHEET, answered=text) for text in ("1", "2"))
    with clock.frozen(NOW) as advance:
        assert cards._card_of((1, "ko"), older) == b"1"
        advance(timedelta(minutes=2))
        with cards._drawing:
            assert cards._card_of((1, "ko"), newer) == b"1"
        assert cards._card_of((1, "ko"), newer) == b"2"


def test_a_card_is_kept_by_its_tag(client: Browser, write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
    first = card_of(client, poll)
    again = client.get(
        f"/en/polls/{poll.slug}/card.png", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "public, no-cache"


# The tags


@pytest.mark.parametrize(
    ("language", "state", "locale"),
    [("ko", "최종 결과", "ko_KR"), ("en", "Final result", "en_US")],
)
def test_the_results_page_names_its_card(
    client: Browser, write: Opener, language: str, state: str, locale: str
) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
        cast(session, ballot(poll.questions[0], 0))
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
    told = head(client, f"/{language}/polls/{poll.slug}/results")
    address = f"http://localhost/{language}/polls/{poll.slug}"
    assert told["og:image"] == f"{address}/card.png?v=closed"
    assert (told["og:url"], told["og:locale"]) == (f"{address}/results", locale)
    assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
    assert told["twitter:card"] == "summary_large_image"
    assert told["og:image:alt"].startswith(f"{poll.title.get(language)}. {state}. ")
    assert "100.0%" in told["og:image:alt"]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_of_questions_names_it_too(client: Browser, write: Opener, language: str) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
    told = head(client, f"/{language}/polls/{poll.slug}")
    assert told["og:image"].endswith(f"/{language}/polls/{poll.slug}/card.png?v=open")
    assert told["og:title"] == poll.title.get(language)


# The drawing


def picture(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("L")


def test_a_card_is_a_png_of_the_size_that_the_tags_say() -> None:
    data = card.draw(replace(SHEET, question="?", bars=(Bar("가", "1.0%", 1),)))
    assert data.startswith(b"\x89PNG")
    assert picture(data).size == (card.WIDTH, card.HEIGHT) == (1200, 630)
    assert len(data) < 60_000


def glyph(letter: str) -> Image.Image:
    canvas = Canvas(80, 80)
    canvas.text((10, 60), letter, Face(50, 700), "#000")
    return picture(canvas.png())


def test_every_hangul_syllable_has_its_own_shape() -> None:
    """Also rare ones; a missing glyph would look like the square that stands for it."""
    shapes = {glyph(letter).tobytes() for letter in "가힣뷁쀍녘통A1…"}
    assert len(shapes) == 9
    assert glyph("\U00013000").tobytes() == glyph("□").tobytes()
    assert glyph("□").tobytes() not in shapes


def test_long_texts_stay_inside() -> None:
    """The twin of each line: one that is too long by far."""
    long = "통일교육을 함께 생각하는 시민의 긴 이름 " * 12
    sheet = replace(
        SHEET, title=long, question=long, bars=tuple(Bar(long, "1,234 points (33.3%)", 33.3)
                                                     for _ in range(6)),
    )  # fmt: skip
    found = picture(card.draw(sheet))
    margin = found.crop((1140, 20, 1200, 630))
    assert ImageChops.invert(margin).getbbox() is None
    assert ImageChops.invert(found.crop((0, 20, 60, 630))).getbbox() is None


def test_lines_are_broken_between_words_and_cut_at_the_end() -> None:
    face = Face(30, 600)
    assert face.lines("하나 둘", 1000, 1) == ["하나 둘"]
    assert face.lines("하나 둘 셋", face.width("하나 둘"), 2) == ["하나 둘", "셋"]
    (cut,) = face.lines("unification" * 9, 200, 1)
    assert cut.endswith("…")
    assert face.width(cut) <= 200


def test_only_the_largest_of_many_options_are_drawn(
    client: Browser, write: Opener, drawn: list[Sheet]
) -> None:
    labels = [(f"선택 {n}", f"Choice {n}") for n in range(8)]
    with write() as session:
        poll = make_poll(session, replace(OPINION, text=both("?", "?"), options=options(*labels)))
        question = poll.questions[0]
        cast(session, *(ballot(question, n) for n in range(1, 8) for _ in range(n)))
    card_of(client, poll)
    assert [bar.label for bar in drawn[0].bars] == [f"Choice {n}" for n in range(2, 8)]
    assert drawn[0].more == "2 more options"
