"""Step 3: an organizer opens a live poll; phones answer, and the hall's screen moves."""

import re
import time
from dataclasses import dataclass

from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from hanmadang.polls.models import Option, Poll, Question
from proofs.house import Person
from tests.browser.city import City
from tests.browser.journey import Journey
from tests.browser.visitor import PATIENCE_MS, Visitor

TITLES = {"title_ko": "공연 사이에 묻는 세 가지", "title_en": "Three questions between two songs"}
ABORTED = re.compile(r"/live/|ERR_FAILED|EventSource")
LIVE_S = 1.0
"""The promise: the bars move within this many seconds."""
POLLED_S = 5.0
"""And where streaming is not possible, within this many."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question for the organizer's form."""

    kind: str
    ko: str
    en: str
    options: tuple[tuple[str, str, str], ...]
    """Korean, English, and the topic of an interest."""
    more: dict[str, str]


ASKS = (
    Ask(
        "knowledge",
        "1953년 7월의 정전협정은 무엇인가요?",
        "What is the armistice of July 1953?",
        (
            ("싸움을 멈추기로 한 군사 협정", "A military agreement to stop fighting", ""),
            ("전쟁을 끝낸 평화조약", "A peace treaty that ended the war", ""),
            ("총선거를 정한 합의", "An agreement on general elections", ""),
        ),
        {"competency": "armistice-contents"},
    ),
    Ask(
        "interest",
        "무엇을 더 알고 싶으신가요?",
        "What would you like to know more about?",
        (
            ("노래와 말", "Songs and words", "culture"),
            ("이산가족", "Separated families", "families"),
        ),
        {},
    ),
    Ask(
        "opinion",
        "남과 북의 통일이 필요하다고 생각하시나요?",
        "Do you think reunification is necessary?",
        (
            ("필요하다", "Necessary", ""),
            ("필요하지 않다", "Not necessary", ""),
            ("잘 모르겠다", "Not sure", ""),
        ),
        {},
    ),
)
RIGHT, WRONG = 0, 1


def the_room_answers_a_live_poll(walk: Journey) -> None:
    """Answered by code without an account; the hall's screen moves within a second."""
    _organizer_opens_it(walk)
    screen = _hall_screen(walk)
    phone = walk.person("visitor")
    phone.go("/polls")
    phone.type(code=walk.code)
    phone.look("polls")
    phone.press("Go to the poll")
    for question, choice in zip(_questions(walk), (WRONG, 0, 2), strict=True):
        phone.choose(f"q{question.id}", str(question.options[choice].id))
    phone.look("poll")
    pressed = time.time()
    phone.press("Send my answers")
    if walk.way.javascript:
        walk.journal.moved_s.append(_moved_within(walk, screen, pressed, LIVE_S))
    else:
        screen.press("Refresh the results")
    expect(screen.main.locator("[data-answered]")).to_contain_text("1")
    screen.look("hall-screen")
    phone.sees("Thank you. Your answers count.")
    phone.look("poll-answered")
    if walk.way.javascript:
        _moves_without_streaming(walk)


def vote(city: City, slug: str, choices: tuple[int, ...]) -> None:
    """One more phone answers, over HTTP alone."""
    phone = Person(0, "")
    picked = [
        (f"q{question.id}", str(question.options[choice].id))
        for question, choice in zip(_questions_of(city, slug), choices, strict=True)
    ]
    answer = city.house.ask(f"/ko/polls/{slug}", phone, phone.form(picked))
    assert answer.status == 303, answer.status


def _organizer_opens_it(walk: Journey) -> None:
    organizer = walk.staff("Organizer")
    organizer.go("/desk/polls")
    organizer.look("polls-desk")
    organizer.press("New poll")
    organizer.type(**TITLES)
    for number, ask in enumerate(ASKS):
        if number:
            organizer.press("Add a question")
        _write(organizer, f"questions-{number}", ask)
    organizer.look("poll-form")
    organizer.press("Save")
    organizer.press("Open the poll")
    organizer.sees("Taking answers")
    organizer.look("poll-desk")
    walk.code = organizer.main.locator(".poll-code").inner_text().strip()
    with walk.city.records() as records:
        walk.poll = records.scalars(select(Poll.slug).where(Poll.code == walk.code)).one()


def _write(organizer: Visitor, name: str, ask: Ask) -> None:
    organizer.choose(f"{name}-kind", ask.kind)
    organizer.type(**{f"{name}-text_ko": ask.ko, f"{name}-text_en": ask.en})
    for field, value in ask.more.items():
        organizer.choose(f"{name}-{field}", value)
    for number, (korean, english, topic) in enumerate(ask.options):
        option = f"{name}-options-{number}"
        organizer.type(**{f"{option}-label_ko": korean, f"{option}-label_en": english})
        if topic:
            organizer.choose(f"{option}-topic", topic)
    if ask.kind == "knowledge":
        organizer.main.locator(f'[name="{name}-options-{RIGHT}-correct"]').check()


def _hall_screen(walk: Journey) -> Visitor:
    screen = walk.person("hall screen")
    screen.go(f"/polls/{walk.poll}/screen")
    expect(screen.main.locator("[data-answered]")).to_contain_text("0")
    if walk.way.javascript:
        expect(screen.main).to_have_attribute("data-live-mode", "live")
        _watch(screen.page)
    return screen


def _watch(page: Page) -> None:
    """Have the page note when its first bar moves: milliseconds since 1970, 0 for never."""
    page.evaluate(
        """patience => {
            window.moved = new Promise(tell => {
                new MutationObserver(() => tell(Date.now())).observe(
                    document.querySelector("main"),
                    { subtree: true, attributes: true, attributeFilter: ["width"] });
                setTimeout(() => tell(0), patience);
            });
        }""",
        PATIENCE_MS,
    )


def _moved_within(walk: Journey, screen: Visitor, since: float, most_s: float) -> float:
    """Seconds until the first bar moved; too many are a fault of the walk."""
    moved_ms = screen.page.evaluate("() => window.moved")
    assert moved_ms, "the bars did not move"
    seconds = float(moved_ms / 1000 - since)
    if seconds > most_s:
        walk.journal.faults.append(f"{walk.way}: the bars moved only after {seconds:.2f} s")
    return seconds


def _moves_without_streaming(walk: Journey) -> None:
    """A network that lets no stream through: the page asks for snapshots instead."""
    screen = walk.person("screen without streaming")
    screen.expected_errors = ABORTED

    def block(route: Route) -> None:
        route.abort()

    screen.page.route(re.compile(r"/live/\w+(\?.*)?$"), block)
    screen.go(f"/polls/{walk.poll}/screen")
    expect(screen.main).to_have_attribute("data-live-mode", "live")
    _watch(screen.page)
    voted = time.time()
    vote(walk.city, walk.poll, (RIGHT, 0, 0))
    _moved_within(walk, screen, voted, POLLED_S)
    expect(screen.main.locator("[data-answered]")).to_contain_text("2")


def _questions(walk: Journey) -> list[Question]:
    return _questions_of(walk.city, walk.poll)


def _questions_of(city: City, slug: str) -> list[Question]:
    """The poll's questions with their options, free of the database."""
    with city.records() as records:
        found = records.scalars(
            select(Question).join(Poll).where(Poll.slug == slug).order_by(Question.position)
        ).all()
        for question in found:
            assert all(isinstance(option, Option) for option in question.options)
        records.expunge_all()
        return list(found)
