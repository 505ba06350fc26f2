"""Public demand: figures only from released tables, with data that could leak."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hanmadang.curricula import queries
from hanmadang.curricula.queries.demand import Asked, Standing
from hanmadang.curricula.queries.shelf import read_shelf
from hanmadang.kernel.permissions import Role
from hanmadang.polls import domain as polls_domain
from hanmadang.polls.domain import QuestionDraft
from hanmadang.polls.domain.stage import Tap, perform
from hanmadang.polls.models import PollState
from hanmadang.polls.staging import Act
from tests.curricula.conftest import Opener
from tests.factories import polls
from tests.factories.courses import course, publish
from tests.factories.curricula import publish_shelf, taught

SignIn = Callable[..., Any]


def asked(
    session: Session,
    draft: QuestionDraft,
    votes: Sequence[int],
    state: PollState = PollState.CLOSED,
) -> None:
    """A poll with one question; `votes` are people per option."""
    poll = polls.make_poll(session, draft)
    question = poll.questions[0]
    for place, number in enumerate(votes):
        polls.cast(session, *(polls.ballot(question, place) for _ in range(number)))
    if state is not PollState.OPEN:
        polls_domain.change_state(session, None, poll.id, state, now=polls.NOW)


def found(read: Opener) -> Asked:
    """The one question the page shows."""
    with read() as session:
        page = queries.demand(session, read_shelf(session, "en"))
        (one,) = (*page.interests, *page.gaps)
        return one


@pytest.mark.parametrize(
    ("votes", "standing", "missed"),
    [
        ((12, 17), Standing.TOO_FEW, None),
        ((12, 18), Standing.RELEASED, 12),
        ((20, 10), Standing.RELEASED, 20),
        ((21, 9), Standing.HIDDEN, None),
        ((9, 21), Standing.HIDDEN, None),
        ((30, 0), Standing.HIDDEN, None),
    ],
)
def test_a_knowledge_gap_is_told_from_thirty_people_with_ten_on_each_side(
    write: Opener, read: Opener, votes: tuple[int, int], standing: Standing, missed: int | None
) -> None:
    with write() as session:
        publish_shelf(session)
        asked(session, polls.KNOWLEDGE, votes)
    one = found(read)
    assert (one.standing, one.missed) == (standing, missed)


def test_wished_for_topics_are_told_most_wanted_first_and_small_cells_hidden(
    write: Opener, read: Opener
) -> None:
    with write() as session:
        publish_shelf(session)
        asked(session, polls.INTEREST, (12, 20, 9))
    rows = [(wish.topics, wish.count) for wish in found(read).wishes]
    assert rows == [(("culture",), 20), (("history",), 12), (("economy",), None)]


def test_nothing_is_told_while_the_poll_is_open(write: Opener, read: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        asked(session, polls.KNOWLEDGE, (20, 20), PollState.OPEN)
    one = found(read)
    assert (one.standing, one.missed, one.answered) == (Standing.OPEN, None, 40)


def test_opinions_and_drafts_are_not_there_at_all(write: Opener, read: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        asked(session, polls.OPINION, (20, 20))
        polls.make_poll(session, polls.KNOWLEDGE, state=PollState.DRAFT)
    with read() as session:
        page = queries.demand(session, read_shelf(session, "en"))
        assert (page.interests, page.gaps) == ([], [])


def test_coverage_names_the_lessons_and_the_courses_that_lack_one(
    write: Opener, read: Opener
) -> None:
    with write() as session:
        publish_shelf(session, taught("text", "armistice-contents", "security"))
        polls.add_words(session)
        other = course(taught("more", "songs", "culture"), slug="songs-of-two-lands")
        publish(session, other)
        asked(session, polls.KNOWLEDGE, (20, 20))
    coverage = found(read).coverage
    assert coverage is not None
    assert [lesson.unit_slug for lesson in coverage.lessons] == ["text"]
    assert [title.get("en") for title in coverage.lacking] == ["Division and armistice"]


# the page


def test_the_page_says_how_many_answers_are_missing_in_both_languages(
    write: Opener, sign_in: SignIn
) -> None:
    with write() as session:
        publish_shelf(session)
        asked(session, polls.KNOWLEDGE, (5, 7))
    desk = sign_in(Role.ORGANIZER)
    assert "Not enough answers yet: 12 of 30" in desk.get("/en/desk/demand").text
    assert "아직 응답이 부족합니다: 30명 중 12명" in desk.get("/ko/desk/demand").text


def test_the_page_shows_no_figure_below_the_threshold_and_the_file_neither(
    write: Opener, sign_in: SignIn
) -> None:
    with write() as session:
        publish_shelf(session)
        asked(session, polls.KNOWLEDGE, (21, 9))
    desk = sign_in(Role.ORGANIZER)
    page, sheet = desk.get("/en/desk/demand").text, desk.get("/en/desk/demand.csv").text
    assert "The numbers are too small to publish" in page
    assert "70%" not in page
    assert sheet.splitlines()[1].endswith('"knowledge","hidden",30,"","","",""')


def test_the_file_holds_the_published_figures(write: Opener, sign_in: SignIn) -> None:
    with write() as session:
        publish_shelf(session)
        asked(session, polls.KNOWLEDGE, (20, 12))
    answer = sign_in(Role.PARTNER_EDITOR).get("/en/desk/demand.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.text.splitlines()[1].endswith(
        '"knowledge","released",32,"Name of armistice-contents",20,0.625,0'
    )


def test_a_title_cannot_become_a_formula(write: Opener, sign_in: SignIn) -> None:
    with write() as session:
        publish_shelf(session)
        draft = QuestionDraft(
            polls.KNOWLEDGE.kind, polls.both("=1+1", "=1+1"), polls.KNOWLEDGE.options,
            competency_code="armistice-contents",
        )  # fmt: skip
        asked(session, draft, (1, 1))
    assert ',"\'=1+1",' in sign_in(Role.ORGANIZER).get("/en/desk/demand.csv").text


@pytest.mark.parametrize("path", ["desk/demand", "desk/demand.csv", "desk/links"])
def test_citizens_do_not_reach_the_desk(
    write: Opener, sign_in: SignIn, client: Any, path: str
) -> None:
    with write() as session:
        publish_shelf(session)
        asked(session, polls.KNOWLEDGE, (20, 12))
    refused = sign_in(Role.CITIZEN).get(f"/en/{path}")
    assert (refused.status_code, "armistice" in refused.text) == (403, False)
    assert client.get(f"/en/{path}").status_code == 303


def test_an_empty_house_says_so(sign_in: SignIn) -> None:
    page = sign_in(Role.ORGANIZER).get("/en/desk/demand").text
    assert "No poll has asked for topics yet." in page
    assert "No poll has asked a knowledge question yet." in page


def test_a_question_not_yet_put_to_the_room_is_not_shown(write: Opener, read: Opener) -> None:
    with write() as session:
        poll = polls.make_poll(session, polls.KNOWLEDGE, polls.INTEREST)
        perform(session, None, poll.id, Tap(Act.LEAD), seen=0, now=polls.NOW)
    assert found(read).kind == "knowledge"
