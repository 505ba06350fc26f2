"""Answering is the room's hottest writing: a few statements, however many questions there are."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Browser
from tests.courses.reading import UNIT, Write
from tests.factories import courses as make


@pytest.mark.parametrize("amount", [2, 6])
def test_an_answer_takes_nine_statements(
    sign_in: Callable[..., Browser],
    write: Write,
    count_queries: Callable[[], Any],
    amount: int,
) -> None:
    questions = [make.question(f"q-{n}") for n in range(amount)]
    with write() as session:
        make.publish(session, make.course(make.unit("one", questions)))
    reader = sign_in()
    reader.send(f"{UNIT}/one/answer", {"q-q-0": "0"})
    with count_queries() as statements:
        answer = reader.send(f"{UNIT}/one/answer", {"q-q-0": "1"})
    assert answer.location == f"{UNIT}/one#questions"
    assert len(statements) <= 10  # the ninth and tenth: the enrolment, the unit's counters
