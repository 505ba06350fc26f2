"""What is written is read back as it was: every kind, every text, every state."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hanmadang.courses.models import BlockKind, QuestionKind
from hanmadang.courses.reading import CourseFileError, read_course
from hanmadang.courses.specs import CourseSpec, GapsBody, QuestionBlock, QuizSpec
from hanmadang.courses.writing import content_hash, write_course
from hanmadang.kernel.bilingual import TextState
from hanmadang.paths import PACKAGES
from tests.factories import courses as make
from tests.factories.course_kinds import BLOCKS, QUESTIONS

QUIZ = QuizSpec(attempts=3, cooldown_minutes=10, time_limit_minutes=20, draw=None, pass_share=0.6)
WHOLE = make.course(make.unit("one", QUESTIONS, BLOCKS, quiz=QUIZ))


def there_and_back(course: CourseSpec) -> CourseSpec:
    return read_course(json.loads(json.dumps(write_course(course))))


def changed(**unit: Any) -> CourseSpec:
    module = WHOLE.modules[0]
    only = replace(module.units[0], **unit)
    return replace(WHOLE, modules=(replace(module, units=(only,)),))


def test_the_examples_hold_every_kind() -> None:
    assert {block.kind for block in BLOCKS} == set(BlockKind)
    assert {question.kind for question in QUESTIONS} == set(QuestionKind)


def test_every_kind_is_read_back_as_it_was() -> None:
    assert there_and_back(WHOLE) == WHOLE


@pytest.mark.parametrize(
    "path",
    sorted(PACKAGES.glob("hanmadang/demo/content/courses/*.toml")),
    ids=lambda path: path.stem,
)
def test_the_sample_courses_are_read_back_as_they_were(path: Path) -> None:
    course = read_course(tomllib.loads(path.read_text("utf-8")))
    assert there_and_back(course) == course


def test_a_translation_that_fell_behind_stays_behind() -> None:
    title = make.text("하나", "One").with_text("ko", "하나 둘")
    read = there_and_back(changed(title=title))
    assert read.modules[0].units[0].title == title
    assert title.is_stale("en")


def test_a_machine_translation_stays_unchecked() -> None:
    title = make.text("하나", "One").with_text("en", "First", TextState.MACHINE)
    assert there_and_back(changed(title=title)).modules[0].units[0].title == title


def test_the_hash_is_of_what_is_said_and_not_of_what_was_shown() -> None:
    before = content_hash(WHOLE)
    WHOLE.title.shown("en")
    assert content_hash(WHOLE) == before
    assert content_hash(there_and_back(WHOLE)) == before
    assert content_hash(changed(quiz=QuizSpec())) != before


def complaint(course: CourseSpec) -> str:
    with pytest.raises(CourseFileError) as raised:
        there_and_back(course)
    return raised.value.place


def test_a_place_for_a_question_that_is_not_there_is_refused() -> None:
    course = changed(blocks=(*BLOCKS, QuestionBlock("nowhere")))
    assert complaint(course) == "modules[1].units[1].blocks"


def test_more_questions_than_there_are_cannot_be_drawn() -> None:
    course = changed(blocks=BLOCKS[:1], quiz=QuizSpec(draw=len(QUESTIONS) + 1))
    assert complaint(course) == "modules[1].units[1].quiz"


def test_gaps_stand_in_both_languages_once_each() -> None:
    gaps = next(each for each in QUESTIONS if each.kind is QuestionKind.GAPS)
    passage = make.text("[[1]] [[2]] [[3]]", "[[1]] [[2]] [[2]]")
    assert isinstance(gaps.body, GapsBody)
    wrong = replace(gaps, body=GapsBody(passage, gaps.body.gaps))
    course = changed(questions=(wrong,), blocks=BLOCKS[:1])
    assert complaint(course) == "modules[1].units[1].questions[1].passage.en"
