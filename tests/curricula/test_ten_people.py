"""Ten people read their path in both languages: nothing raw, nothing twice, nothing half said."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from hanmadang.curricula import queries, texts
from hanmadang.curricula.engine.inputs import KnowledgeEvidence, Source
from hanmadang.curricula.models import EvidenceKind, LinkRole
from hanmadang.curricula.queries import Facts
from hanmadang.curricula.queries.evenings import BookedEvening
from hanmadang.curricula.queries.facts import Piece
from hanmadang.curricula.queries.paths import Made
from hanmadang.curricula.queries.shelf import Shelf, read_shelf
from hanmadang.curricula.queries.signals import Answered
from hanmadang.curricula.wishes import Decided, Wishes
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.clock import Moment, zone
from hanmadang.kernel.i18n import use_locale
from tests.factories.curricula import TODAY, publish_shelf, taught

Opener = Callable[[], Any]
NOW = datetime(2026, 11, 21, 12, tzinfo=zone("Asia/Seoul"))
POLL = Bilingual.of(ko="시민 설문", en="City poll")
VIEW = {"a": Bilingual.of(ko="갑", en="One"), "b": Bilingual.of(ko="을", en="Two")}
QUOTED = {"ko": re.compile("‘([^’]*)’"), "en": re.compile("“([^”]*)”")}
ENDS = {"ko": ("니다.", "세요."), "en": (".",)}


def knew(code: str, right: int, of: int) -> Piece:
    return Piece(f"k.{code}", EvidenceKind.KNOWLEDGE, code, right, of, POLL, TODAY, "1", ref="1")


def chose(topic: str, source: Source = Source.POLL) -> Piece:
    kind = EvidenceKind.INTEREST
    return Piece(f"i.{topic}", kind, topic, 0, 0, POLL, TODAY, "1", source, ref="1")


def concert(number: int, days: int, shelf: Shelf) -> BookedEvening:
    """A booked one, that many days from now; the whole shelf leads to it and follows from it."""
    first = next(iter(shelf.lessons.values()))
    place = (first.course_id, first.module_slug)
    return BookedEvening(
        number, f"concert-{number}", "concert", Bilingual.of(ko=f"음악회 {number}", en="Concert"),
        POLL, Moment.from_instant(NOW + timedelta(days=days), "Asia/Seoul"), days < 0,
        topics=("culture",), modules=((LinkRole.LEAD_IN, *place), (LinkRole.FOLLOW_UP, *place)),
    )  # fmt: skip


def people(shelf: Shelf) -> Iterator[Facts]:
    codes, ids = sorted(shelf.importance), list(shelf.lessons)
    war, line, _peace, songs, *others = ids
    last = shelf.lessons[songs]
    place = (last.course_id, last.module_slug, last.unit_slug)
    yield Facts()
    yield Facts(wishes=Wishes(15, {"culture": 2}, longest=10))
    yield Facts([chose("culture", Source.COHORT), chose("history", Source.QUESTION)])
    yield Facts(wishes=Wishes(90, {"security": 3, "economy": 1}, TODAY + timedelta(days=20)))
    yield Facts(wishes=Wishes(20, captions=True), decided=Decided(skipped=(line,)))
    yield Facts([knew(code, 0, 1 + number % 3) for number, code in enumerate(codes)])
    yield Facts([knew(code, 3, 3) for code in codes[1:]], done={war: NOW - timedelta(days=20)})
    yield Facts(evenings=[concert(1, -5, shelf), concert(2, 3, shelf)])
    yield Facts(
        [knew("armistice", 1, 2)],
        quiz=[KnowledgeEvidence("war", 0, 2, Source.QUIZ)],
        done={war: NOW - timedelta(days=9)},
        wishes=Wishes(30, longest=5),
        decided=Decided(pinned=(songs,), skipped=(line,), known=(others[0],)),
    )
    yield Facts(
        [chose("security"), knew("peace", 1, 1)],
        wishes=Wishes(25),
        answered=[
            Answered(1, "culture", False, 63, 140, place),
            Answered(1, "songs", True, 41, 90, place),
        ],
    )


@pytest.fixture
def made(write: Opener, read: Opener) -> list[Made]:
    """The paths of ten people, first in Korean, then in English."""
    with write() as session:
        publish_shelf(
            session,
            taught("people", "families", "history", 12, perspective=VIEW["a"]),
            taught("state", "families", "history", 30, perspective=VIEW["b"]),
        )
    with read() as session:
        return [
            queries.plan_for(session, facts, language, now=NOW)
            for language in LANGUAGES
            for facts in people(read_shelf(session, language))
        ]


def said(made: Made) -> list[list[str]]:
    """The reasons of each step, then each omission, as this person reads them."""
    words = texts.Words.of(made)
    with use_locale(made.shelf.language):
        steps = [
            [texts.reason_text(why, words) for why in step.reasons] for step in made.plan.steps
        ]
        return steps + [[texts.omission_text(why, words)] for _unit, why in made.plan.omitted]


def names(made: Made) -> set[str]:
    """Everything that a sentence may put between quotation marks."""
    shelf = made.shelf
    known = [*shelf.competencies.values(), *shelf.topics.values()]
    known += [lesson.title for lesson in shelf.lessons.values()]
    known += [evening.title for evening in made.facts.evenings]
    return {name.shown(shelf.language).text for name in known}


def test_ten_people_read_their_reasons(made: list[Made]) -> None:
    assert len(made) == 20
    for path in made:
        language, known = path.shelf.language, names(path)
        for texts_of_one in said(path):
            assert texts_of_one
            assert len(set(texts_of_one)) == len(texts_of_one)
            for text in texts_of_one:
                assert set(QUOTED[language].findall(text)) <= known, text
                _reads_well(text, language)


def test_what_they_read_covers_most_kinds(made: list[Made]) -> None:
    reasons = {type(why).code for path in made for step in path.plan.steps for why in step.reasons}
    omissions = {type(why).code for path in made for _unit, why in path.plan.omitted}
    assert reasons >= {
        "pinned", "need", "event_before", "event_after", "group", "interest", "balance", "fits",
        "longer", "prereq_of", "quick", "start",
    }  # fmt: skip
    assert omissions >= {
        "budget", "claimed", "done", "known", "less_value", "skipped", "too_long", "untaught",
    }  # fmt: skip


def test_whoever_set_the_lesson_aside_that_teaches_it_is_told_which(made: list[Made]) -> None:
    lines = [line for path in made for texts_of_one in said(path) for line in texts_of_one]
    assert (
        "It builds on “Name of armistice”, which is taught in “Unit line”; you set that one aside."
    ) in lines
    assert (
        "‘armistice 주제’를 먼저 알아야 하는데, 이를 다루는 ‘line 단원’ 강의를 제쳐 두셨습니다."
    ) in lines


def _reads_well(text: str, language: str) -> None:
    """Whole sentences of that language: no particle left open, no bracketed one, no code."""
    frame = QUOTED[language].sub("", text)
    assert text.endswith(ENDS[language]), text
    assert not re.search(r"[{}%_]\(|[{}]|을\(를\)|이\(가\)|은\(는\)|  ", text), text
    if language == "ko":
        assert not re.search("[A-Za-z]", frame), text
    else:
        assert frame.isascii(), text
        assert text[0].isupper() or text[0] in "“123456789", text
