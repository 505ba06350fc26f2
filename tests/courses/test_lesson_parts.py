"""The lesson page with every kind of part, as readers and learners meet it in both languages."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from markupsafe import Markup

from hanmadang.courses import beside as rooms_above
from hanmadang.courses.models import Reflection, Watched
from hanmadang.courses.specs import EventBlock, ImageBlock, PollBlock
from hanmadang.polls.models import PollState
from tests.conftest import Browser
from tests.courses.living import BLOCK_OF, EN, FILM, KO, publish_whole
from tests.courses.reading import Write, checked, only, page
from tests.factories import courses as make
from tests.factories.course_kinds import BLOCKS, FILE, PICTURE
from tests.factories.events import make_event
from tests.factories.polls import make_poll

SEEN = {"spans": "0-60", "stopped_at": "57", "block": str(FILM)}
REFLECT = BLOCK_OF["reflection"]


@pytest.fixture
def whole(write: Write) -> None:
    publish_whole(write)


@pytest.fixture
def learner(sign_in: Callable[..., Browser], whole: None) -> Browser:
    browser = sign_in()
    browser.send("/ko/courses/division/start")
    return browser


def part(html: str, position: int) -> str:
    """The HTML of one part."""
    found = re.search(rf'id="block-{position}".*?(?=id="block-|class="ending")', html, re.DOTALL)
    assert found
    return found[0]


def test_parts_have_the_same_places_in_both_languages(client: Browser, whole: None) -> None:
    places = [re.findall(r'id="(block-\d+)"', page(client, url)) for url in (KO, EN)]
    assert places[0] == places[1] == [f"block-{n}" for n in range(1, len(BLOCK_OF) + 1)]


@pytest.mark.parametrize(("url", "said"), [(KO, "이미 끝난"), (EN, "This event is over.")])
def test_an_event_stands_where_the_lesson_names_it(
    client: Browser, write: Write, url: str, said: str
) -> None:
    publish_whole(write, EventBlock("songs", make.text("들어 봐요", "Listen")))
    with write() as session:
        make_event(session, slug="songs")
    html = page(client, url)
    assert 'href="' + url[:3] + '/events/songs"' in html
    assert said not in html
    assert "2026" in html


def test_an_event_that_nobody_may_see_is_not_told(client: Browser, whole: None) -> None:
    assert "지금은 이 행사에 관해 안내할 내용이 없습니다." in page(client, KO)
    assert "There is nothing to say about this event now." in page(client, EN)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (PollState.OPEN, "Answer the poll"),
        (PollState.CLOSED, "This poll is closed."),
        (PollState.DRAFT, "This poll cannot be answered now."),
    ],
)
def test_a_poll_says_how_it_stands(
    client: Browser, write: Write, state: PollState, said: str
) -> None:
    with write() as session:
        poll = make_poll(session, state=state)
        names = [poll.slug, poll.code.lower()]
    publish_whole(write, *(PollBlock(name, make.text("답", "Take part")) for name in names))
    assert page(client, EN).count(said) == 2


def test_rooms_above_are_asked_once_for_a_page(
    client: Browser, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def shown(names: Iterable[str]) -> dict[str, Markup]:
        asked.append(list(names))
        return {"b": Markup("<p>B is on</p>")}

    monkeypatch.setitem(rooms_above._showers, "event", shown)
    publish_whole(write, *(EventBlock(name, make.text("가", "A")) for name in ("b", "a", "b")))
    assert page(client, EN).count("B is on") == 2
    assert asked == [["a", "b"]]


def test_a_question_is_asked_in_its_place_and_only_there(client: Browser, whole: None) -> None:
    html = page(client, EN)
    here = part(html, BLOCK_OF["question"])
    assert html.count('id="question-first"') == 1
    assert 'id="question-first"' in here
    assert 'id="question-second"' not in here
    assert 'id="question-second"' in html


def test_answering_in_place_comes_back_to_the_place(learner: Browser) -> None:
    answer = learner.send(f"{EN}/answer", {"q-first": "1", "at": f"block-{BLOCK_OF['question']}"})
    assert answer.location == f"{EN}#block-{BLOCK_OF['question']}"
    assert checked(page(learner, EN)) == ["question-first-1"]
    assert learner.send(f"{EN}/answer", {"q-first": "1", "at": "//evil"}).location == (
        f"{EN}#questions"
    )


def test_a_readers_answer_in_place_goes_along_with_those_at_the_end(
    client: Browser, whole: None
) -> None:
    at = f"block-{BLOCK_OF['question']}"
    html = client.send(f"{EN}/answer", {"q-first": "1", "at": at}).text
    assert html.count('<input type="hidden" name="q-first" value="1">') == 1
    sent = {"q-first": "1", "along": "first", "q-second": "1"}
    html = client.send(f"{EN}/answer", sent).text
    assert "2 of 2 right so far." in html
    kept = re.search(r'data-answers="([^"]*)"', html)
    assert kept
    assert "second" in kept[1]
    assert "first" not in kept[1]


def test_what_a_form_in_place_lacks_is_said_there_and_takes_nothing_away(learner: Browser) -> None:
    learner.send(f"{EN}/answer", {"q-second": "1"})
    answer = learner.send(f"{EN}/answer", {"at": f"block-{BLOCK_OF['question']}"})
    assert answer.status_code == 422
    assert answer.text.count("data-error-summary") == 1
    assert "data-error-summary" in part(answer.text, BLOCK_OF["question"])
    assert checked(answer.text) == ["question-second-1"]


def test_continue_leads_to_the_first_open_question(learner: Browser) -> None:
    learner.send(f"{EN}/answer", {"q-first": "1"})
    assert f'href="{KO}#question-second"' in page(learner, "/ko/courses/division")


def test_seconds_watched_are_shown_and_go_on_in_both_languages(learner: Browser) -> None:
    assert "재생한 분량" not in page(learner, KO)
    assert learner.send(f"{KO}/watched", SEEN).location == f"{KO}#block-{FILM}"
    korean, english = part(page(learner, KO), FILM), part(page(learner, EN), FILM)
    assert "재생한 분량: 67%. 0:57부터 이어서 재생됩니다." in korean
    assert "Watched or heard: 67%. It goes on at 0:57." in english
    for html in (korean, english):
        assert f'src="/media/{FILE}#t=57"' in html


def test_a_film_seen_to_its_end_begins_anew(learner: Browser) -> None:
    learner.send(f"{KO}/watched", SEEN | {"spans": "0-90", "stopped_at": "89"})
    html = part(page(learner, EN), FILM)
    assert "Watched or heard: 100%." in html
    assert f'src="/media/{FILE}"' in html


@pytest.mark.parametrize(
    "wrong",
    [{"spans": ""}, {"spans": "1"}, {"spans": "1-x"}, {"spans": "-1-2"}, {"stopped_at": "-5"},
     {"spans": " ".join(["0-1"] * 60)}, {"spans": "1-2 " * 9000}],
)  # fmt: skip
def test_a_report_that_is_none_is_refused(learner: Browser, wrong: dict[str, str]) -> None:
    assert learner.send(f"{KO}/watched", SEEN | wrong).status_code == 422


def test_who_does_not_take_the_course_is_not_counted(
    sign_in: Callable[..., Browser], whole: None, client: Browser
) -> None:
    assert sign_in().send(f"{KO}/watched", SEEN).status_code == 409
    assert "data-watched" not in page(client, KO)
    assert f'src="/media/{FILE}"' in page(client, KO)


def test_thoughts_are_kept_changed_and_taken_away(learner: Browser, read: Write) -> None:
    for words in ("처음 생각", "  다음\r\n생각 <b> "):
        sent = {"slug": "think", "body": words, "block": str(REFLECT)}
        assert learner.send(f"{KO}/reflect", sent).location == f"{KO}#block-{REFLECT}"
    assert only(read, Reflection).body == "다음\n생각 <b>"
    assert "다음\n생각 &lt;b&gt;</textarea>" in page(learner, EN)
    learner.send(f"{KO}/reflect", {"slug": "think", "body": " "})
    assert "생각 &lt;b&gt;" not in page(learner, KO)


def test_whoever_writes_takes_the_course(
    sign_in: Callable[..., Browser], whole: None, read: Write
) -> None:
    citizen = sign_in()
    assert citizen.send(f"{EN}/reflect", {"slug": "think", "body": "A"}).status_code == 303
    assert only(read, Reflection).place == "start/whole"


def test_nobody_reads_what_another_wrote(learner: Browser, sign_in: Callable[..., Browser]) -> None:
    learner.send(f"{KO}/reflect", {"slug": "think", "body": "내 마음"})
    other = sign_in()
    other.send("/ko/courses/division/start")
    assert "내 마음" not in page(other, KO)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"slug": "none", "body": "A"}, 404),
        ({"slug": "think", "body": "A" * 5001}, 422),
        ({"slug": "think", "body": "A\x00"}, 422),
    ],
)
def test_thoughts_that_cannot_be_kept(learner: Browser, sent: dict[str, str], status: int) -> None:
    assert learner.send(f"{KO}/reflect", sent).status_code == status


def test_visitors_may_write_and_are_told_that_it_is_not_kept(client: Browser, whole: None) -> None:
    html = part(page(client, KO), REFLECT)
    assert "<textarea" in html
    assert "로그인하지 않으면 여기에 쓴 글이 저장되지 않습니다." in html
    assert "<button" not in html
    said = "Without an account, what you write here is not kept."
    assert said in part(page(client, EN), REFLECT)


def test_continue_leads_to_the_language_read_last(learner: Browser) -> None:
    page(learner, EN)
    html = page(learner, "/ko/courses/division")
    assert f'href="{EN}"' in html
    assert '<span lang="en">(English)</span>' in html
    page(learner, KO)
    assert "(English)" not in page(learner, "/ko/courses/division")


@pytest.mark.parametrize("amount", [1, 3])
def test_a_learners_page_costs_the_same_for_any_number_of_parts(
    learner: Browser, write: Write, count_queries: Callable[[], Any], amount: int
) -> None:
    """The session, four of the lesson, one for its events, one of the side column, one of notes."""
    events = [EventBlock(f"e-{n}", make.text("가", "A")) for n in range(amount)]
    pictures = [ImageBlock(PICTURE, make.text("가", "A")) for _ in range(amount)]
    publish_whole(write, *events, *pictures)
    learner.send("/ko/courses/division/switch")
    page(learner, KO)
    with count_queries() as statements:
        page(learner, KO)
    assert len(statements) == 8


def test_a_lesson_with_every_kind_is_light(learner: Browser) -> None:
    assert len(page(learner, KO).encode()) < 60_000


def test_switching_keeps_thoughts_and_seconds(learner: Browser, write: Write, read: Write) -> None:
    learner.send(f"{KO}/watched", SEEN)
    learner.send(f"{KO}/reflect", {"slug": "think", "body": "남는 글"})
    with write() as session:
        unit = make.unit("whole", [make.question("first")], BLOCKS[::-1])
        make.publish(session, make.course(unit))
    learner.send("/ko/courses/division/switch")
    html = page(learner, KO)
    assert "남는 글</textarea>" in html
    assert "재생한 분량: 67%" in html
    assert only(read, Watched).total == 60
