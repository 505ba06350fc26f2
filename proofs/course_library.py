"""A large catalogue to be searched: made-up words, one that is everywhere, one in one unit."""

import random
from functools import partial

from sqlalchemy.orm import Session

from hanmadang.courses import domain
from hanmadang.courses.specs import TextBlock, UnitSpec
from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import transact
from proofs.house import House
from tests.factories import courses as make

UNITS = 60
COMMON, RARE = "평화", "흥남부두"
"""A word of every unit, and one of a single unit."""
_WORDS, _IN_A_UNIT = 3_000, 60
_SYLLABLES = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호"


def open_library(house: House, courses: int) -> None:
    """So many courses of 60 units, published, and so indexed."""
    chance = random.Random(1)
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(_WORDS)]
    with house.app.app_context():
        for number in range(courses):
            units = [
                _unit(place, words, chance, rare=number + place == 0) for place in range(UNITS)
            ]
            transact(partial(_publish, number=number, units=units))


def _unit(place: int, words: list[str], chance: random.Random, *, rare: bool) -> UnitSpec:
    korean = " ".join([*chance.choices(words, k=_IN_A_UNIT), COMMON, RARE if rare else ""])
    english = " ".join(f"word{chance.randrange(_WORDS)}" for _ in range(_IN_A_UNIT))
    return make.unit(f"u{place}", blocks=[TextBlock(Bilingual.of(ko=korean, en=english))])


def _publish(session: Session, *, number: int, units: list[UnitSpec]) -> None:
    spec = make.course(*units, slug=f"library-{number}")
    domain.publish_course(session, make.EDITOR, spec, clock.now())
