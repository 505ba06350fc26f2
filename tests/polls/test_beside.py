"""A question beside national surveys: only where words and scale agree."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from hanmadang.kernel.permissions import Role
from hanmadang.polls.domain import cast_sample
from hanmadang.polls.items import surveys_beside
from hanmadang.polls.models import Question
from hanmadang.polls.scales import Scale
from hanmadang.polls.shapes import Settings
from hanmadang.polls.survey.compare import Mismatch
from tests.conftest import Browser
from tests.factories.polls import LIKERT, make_poll

Opener = Callable[[], Any]
SAME = Settings(Scale.NECESSITY_5, same_as="ipus-need/1")


def results(
    client: Browser, write: Opener, settings: Settings, counts: list[int], language: str = "en"
) -> str:
    with write() as session:
        poll = make_poll(session, replace(LIKERT, settings=settings))
        cast_sample(session, poll, {poll.questions[0].id: counts}, sum(counts))
    return client.get(f"/{language}/polls/{poll.slug}/results").text


def test_the_published_lines_stand_beside_it(client: Browser, write: Opener) -> None:
    page = results(client, write, SAME, [20, 15, 20, 25, 20])
    for words in ("IPUS 2024", "36.9%", "41.1%", "1,200", "±2.8", "ipus.snu.ac.kr"):
        assert words in page
    assert '<td class="num">35%</td><td class="num">45%</td>' in page
    assert "100 people who chose to take part; not a sample" in page


def test_the_surveys_are_named_in_korean(client: Browser, write: Opener) -> None:
    page = results(client, write, SAME, [20, 15, 20, 25, 20], "ko")
    assert '<th scope="row">통일평화연구원 2024</th>' in page


def test_another_scale_is_refused_and_said(client: Browser, write: Opener) -> None:
    page = results(client, write, replace(SAME, scale=Scale.NECESSITY_4), [20, 20, 20, 20])
    assert "(IPUS), because its scale has other points" in page
    assert "36.9%" not in page


def test_few_answers_are_not_compared(client: Browser, write: Opener) -> None:
    page = results(client, write, SAME, [5, 5, 5, 5, 5])
    assert "Beside national surveys" not in page


def test_a_question_that_claims_nothing_stands_alone(client: Browser, write: Opener) -> None:
    page = results(client, write, Settings(Scale.NECESSITY_5), [20, 20, 20, 20, 20])
    assert "Beside national surveys" not in page


@pytest.mark.parametrize(
    ("same_as", "points", "found"),
    [
        ("ipus-need/1", 5, {2: None, 0: Mismatch.SCALE}),
        ("ipus-need/1", 7, {0: Mismatch.SCALE}),
        ("kinu-need/1", 4, {0: Mismatch.SCALE, 1: None}),
        ("", 5, {}),
    ],
)
def test_which_surveys_agree(
    same_as: str, points: int, found: Mapping[int, Mismatch | None]
) -> None:
    got = {len(each.lines): each.differs for each in surveys_beside(same_as, points)}
    assert {count: got.get(count) for count in found} == dict(found)


def test_the_author_picks_the_item(sign_in: Any, read: Opener) -> None:
    sent = {
        "title_ko": "제목", "questions-0-text_ko": "통일이 필요한가요?",
        "questions-0-kind": "opinion", "questions-0-type": "scale",
        "questions-0-scale": "necessity-5", "questions-0-results_shown": "live",
        "questions-0-max_choices": "1", "questions-0-same_as": "ipus-need/1",
    }  # fmt: skip
    desk = sign_in(Role.ORGANIZER)
    reply = desk.send("/en/desk/polls/new", sent)
    assert reply.status_code == 303
    with read() as session:
        assert session.query(Question).one().settings["same_as"] == "ipus-need/1"
    edit = desk.get(f"{reply.location}/edit").text
    assert '<option selected value="ipus-need/1">' in edit
