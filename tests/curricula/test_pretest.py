"""The pre-test: what it asks next, and when it stops."""

from dataclasses import replace

from hanmadang.curricula.engine.inputs import Catalogue, Competency, Learner, Source
from hanmadang.curricula.engine.mastery import estimate
from hanmadang.curricula.engine.pretest import MOST, Asked, Item, next_item, worth_checking
from tests.factories.curricula import all_of, knows, lesson, shelf_of

WAR, LINE, SONGS = Item(1, "war"), Item(2, "line"), Item(3, "songs")
SHELF = Catalogue(
    (Competency("line", 0.8, all_of("war")), Competency("songs", 0.5), Competency("war", 0.8)), ()
)


def asks(learner: Learner, *asked: Asked) -> Item | None:
    return next_item(SHELF, estimate(SHELF, learner), (SONGS, LINE, WAR), asked)


def test_what_matters_and_carries_much_is_asked_first() -> None:
    assert asks(Learner(60)) == WAR


def test_a_question_is_asked_once_even_when_the_answer_was_that_one_does_not_know() -> None:
    unsure = Learner(60, (knows("war", 0, 1, Source.PRETEST),))
    assert asks(unsure, Asked(1, "war", None)) not in (None, WAR)


def test_it_stops_where_every_answer_is_clear() -> None:
    sure = [knows(code, 4, 4, Source.PRETEST) for code in ("line", "songs", "war")]
    assert asks(Learner(60, tuple(sure))) is None


def test_nobody_is_asked_more_than_eight() -> None:
    codes = [f"c{n}" for n in range(12)]
    shelf = Catalogue(tuple(Competency(code, 1.0) for code in codes), ())
    items = [Item(place, code) for place, code in enumerate(codes)]
    asked: list[Asked] = []
    while item := next_item(shelf, estimate(shelf, Learner(60)), items, asked):
        asked.append(Asked(item.id, item.competency, None))
    assert len(asked) == MOST == 8


def test_what_has_no_question_is_not_asked() -> None:
    assert next_item(SHELF, estimate(SHELF, Learner(60)), (), ()) is None


def test_a_check_is_worth_it_where_the_answer_may_save_the_lesson() -> None:
    shelf = shelf_of(lesson(1, "a"), lesson(2, "b", needs=("a",)))
    new = Learner(60)
    assert worth_checking(shelf.units[0], estimate(shelf, new)) == ("a",)
    clear = replace(new, knowledge=(knows("a", 0, 4), knows("b", 0, 4)))
    assert worth_checking(shelf.units[0], estimate(shelf, clear)) == ()
    shaky = replace(new, knowledge=(knows("a", 1, 1), knows("b", 0, 4)))
    assert worth_checking(shelf.units[1], estimate(shelf, shaky)) == ("a",)
