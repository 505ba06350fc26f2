"""Packs opened from a disk: read and answered without a server, then added, once, however often."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import func, select

from hanmadang.courses import grading, packs
from hanmadang.courses.models import Answer, LearningEvent, Question, Unit
from hanmadang.courses.queries.offline import pack_content, pack_head
from hanmadang.kernel.db import transaction
from hanmadang.kernel.permissions import NOBODY
from tests.browser import answering
from tests.browser.city import City
from tests.browser.journey import Journey, Way, journey
from tests.browser.pack import Pack, download, fill, unpack
from tests.browser.visitor import Journal, Visitor
from tests.factories import courses as make
from tests.factories.course_kinds import BLOCKS, QUESTIONS
from tests.support.browser import PHONE, axe, overflow

pytestmark = [pytest.mark.browser, pytest.mark.slow]
COURSES = ("division-and-armistice", "everyday-life", "city-to-city-exchange")
WAYS = (Way("ko", PHONE), Way("en", PHONE))


@pytest.fixture(params=WAYS, ids=str)
def walk(sample_city: City, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Journey]:
    """A citizen who will be without a connection."""
    journal = Journal()
    with journey(sample_city, chromium, request.param, journal) as begun:
        yield begun
    assert journal.faults == []


@pytest.mark.parametrize("course", COURSES)
def test_a_course_is_carried_away_answered_and_added_once(
    walk: Journey, course: str, tmp_path: Path
) -> None:
    citizen = walk.sign_up(f"citizen-{course[:4]}", "민지", "reminders")
    pack = unpack(download(citizen, tmp_path, course), citizen.page.context)
    faults = _listen(pack)
    citizen.page.context.set_offline(True)
    pack.open("index.html")
    pack.tab.get_by_role("link", name={"ko": "한국어", "en": "English"}[walk.language]).click()
    _whole(pack)
    given = sum(_take(walk, pack, name, course) for name in pack.units(walk.language))
    answers = _saved(citizen, pack, tmp_path)
    citizen.page.context.set_offline(False)
    assert faults == []
    assert _added(citizen, answers) == "new"
    before = _rows(walk)
    assert _added(citizen, answers) == "known"
    _added_by_link(citizen, pack)
    assert _rows(walk) == before
    with walk.city.records() as records:
        mine = select(Answer.score).order_by(Answer.event_id.desc()).limit(given)
        assert list(records.scalars(mine)) == [1.0] * given


def _listen(pack: Pack) -> list[str]:
    faults: list[str] = []
    pack.tab.on("pageerror", lambda error: faults.append(str(error)))
    pack.tab.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    return faults


def _whole(pack: Pack) -> None:
    assert [str(each) for each in axe(pack.tab, preload=False)] == []
    assert overflow(pack.tab) == 0, pack.tab.url


def _take(walk: Journey, pack: Pack, name: str, course: str) -> int:
    """Read a unit and answer all it asks; how many answers were given."""
    pack.open(name)
    _whole(pack)
    if pack.tab.locator("video").count():
        pack.tab.locator("video").evaluate(LOAD)
        pack.tab.wait_for_function(CAME_ALONG)
    if pack.tab.locator("[data-read]").count():
        pack.tab.locator("[data-read]").press("Enter")
    if not pack.tab.locator("[data-quiz]").count():
        return 0
    questions = answering.questions_of(walk, course, name.partition("-")[2].removesuffix(".html"))
    for question in questions:
        fill(pack, question)
    pack.check()
    assert {pack.verdict(each.slug) for each in questions} <= {"good", "kept"}
    expect(pack.tab.locator("[data-status-quiz]")).not_to_be_empty()
    _whole(pack)
    pack.tab.reload()
    assert {pack.verdict(each.slug) for each in questions} <= {"good", "kept"}
    return len(questions)


LOAD = """(video) => {
  video.preload = "metadata";
  video.querySelector("track").track.mode = "hidden";
  video.load();
}"""
CAME_ALONG = """() => {
  const video = document.querySelector("video"), { cues } = video.querySelector("track").track;
  return video.duration > 1 && cues?.length > 0;
}"""


def _saved(citizen: Visitor, pack: Pack, folder: Path) -> Path:
    with pack.tab.expect_download() as started:
        pack.tab.get_by_role("button", name=citizen.word("Save my answers as a file")).press(
            "Enter"
        )
    answers = folder / started.value.suggested_filename
    started.value.save_as(answers)
    return answers


def _added(citizen: Visitor, answers: Path) -> str:
    """Whether the house calls the answers new or known."""
    citizen.go("/my/offline")
    citizen.main.locator('input[type="file"]').set_input_files(answers)
    citizen.press("Add my answers")
    citizen.sees("What was checked stands with each question:")
    citizen.look("added")
    known = citizen.main.get_by_text({"ko": "이미", "en": "already"}[citizen.language])
    return "known" if known.count() else "new"


def _added_by_link(citizen: Visitor, pack: Pack) -> None:
    """What the pack puts behind the # of its link goes into the form, and no further unasked."""
    address = str(pack.tab.locator("[data-send]").get_attribute("href"))
    citizen.go("/my/courses")
    citizen.page.goto(f"/{citizen.language}/my/offline#{address.partition('#')[2]}")
    citizen.sees("Your answers came along from the pack. Press the button to add them.")
    citizen.press("Add my answers")
    citizen.sees("What was checked stands with each question:")


def _rows(walk: Journey) -> tuple[int, ...]:
    with walk.city.records() as records:
        return tuple(
            records.scalar(select(func.count()).select_from(table)) or 0
            for table in (Answer, LearningEvent)
        )


def test_without_script_a_pack_is_read_and_tells_the_answers(
    sample_city: City, chromium: Browser, tmp_path: Path
) -> None:
    with journey(sample_city, chromium, Way("ko", PHONE, javascript=False), Journal()) as walk:
        visitor = walk.person("reader")
        pack = unpack(download(visitor, tmp_path, COURSES[0]), visitor.page.context)
        visitor.page.context.set_offline(True)
        pack.open("index.html")
        pack.tab.get_by_role("link", name="English").click()
        for name in pack.units("en"):
            pack.open(name)
            wide = "document.documentElement.scrollWidth"
            assert pack.tab.evaluate(wide) <= PHONE
            if pack.tab.locator("[data-quiz]").count():
                expect(pack.tab.locator("main noscript p")).to_be_visible()
                pack.tab.locator("details:has(.solution) summary").first.press("Enter")
                expect(pack.tab.locator(".solution").first).to_be_visible()


TRIED = {
    "number": ["1953", "1,953년", "1951", "1960", "천구백", "１９５３", "seven", "10²"],
    "words": ["정전협정", "정전 협정!", "정전협정을", "armistice", "xyzzy"],
}


def test_what_the_pack_says_the_house_says_too(
    sample_city: City, chromium: Browser, tmp_path: Path
) -> None:
    archive = tmp_path / "kinds.zip"
    with sample_city.house.app.app_context():
        with transaction() as session:
            whole = make.unit("one", QUESTIONS, [make.paragraph(), *BLOCKS])
            make.publish(session, make.course(whole, slug="kinds", position=9))
        archive.write_bytes(packs.build(pack_content(pack_head(NOBODY, "kinds")), ("en",)))
    with sample_city.records() as records:
        asked = {
            each.slug: each
            for each in records.scalars(select(Question).join(Unit).where(Unit.slug == "one"))
            if each.slug in {question.slug for question in QUESTIONS}
        }
        records.expunge_all()
    context = chromium.new_context(offline=True, viewport={"width": PHONE, "height": 800})
    pack = unpack(archive, context)
    pack.open(pack.units("en")[0])
    for question in asked.values():
        fill(pack, question)
    pack.check()
    said = {slug: pack.verdict(slug) for slug in asked}
    assert said == dict.fromkeys(asked, "good")
    _whole(pack)
    for slug, texts in TRIED.items():
        for text in texts:
            fill(pack, asked[slug], [text])
            pack.check()
            _agree(asked[slug], text, pack.verdict(slug))
    context.close()


def _agree(question: Question, text: str, said: str) -> None:
    body = grading.body_stored(question.kind, question.body)
    try:
        share = grading.mark(question.kind, body, grading.taken(question.kind, body, [text])).share
    except grading.AnswerError:
        assert said in {"number", "kept"}, text
        return
    allowed = {"good": share == 1, "bad": share == 0, "partly": 0 < share < 1, "kept": True}
    assert allowed[said], (text, said)
