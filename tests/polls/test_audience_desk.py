"""The moderators' desk of audience questions: one tap, undo, merge, settings, export."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.permissions import Role
from hanmadang.polls.domain import change_state
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.models_audience import AskState, AudienceQuestion, Review, Sitting
from hanmadang.polls.queries import audience as reading
from tests.conftest import Browser
from tests.factories.audience import make_sitting, of, put_into, put_question, put_upvotes
from tests.factories.events import make_institution
from tests.factories.forums import make_forum
from tests.factories.polls import NOW, OPINION, make_poll
from tests.polls.test_desk import moderator_of

Opener = Callable[[], Any]
SETTINGS = {"state": "open", "naming": "named", "review": "at_once", "forum": ""}


@pytest.fixture
def moderator(sign_in: Any) -> Browser:
    browser: Browser = sign_in(Role.ORGANIZER)
    return browser


@pytest.fixture
def poll(write: Opener) -> Poll:
    with write() as session:
        return make_sitting(session, review=Review.BEFORE)


@pytest.fixture
def pair(poll: Poll, write: Opener) -> tuple[int, int]:
    """Two questions that wait."""
    with write() as session:
        first, second = (put_question(session, poll, f"Text {n}?", device=f"{n}") for n in (1, 2))
        return first.id, second.id


def desk(poll: Poll, language: str = "en") -> str:
    return f"/{language}/desk/polls/{poll.id}/questions"


def move(browser: Browser, poll: Poll, question: int, seen: str, to: str, **data: str) -> Any:
    return browser.send(f"{desk(poll)}/{question}/move", {"seen": seen, "to": to} | data)


def states(read: Opener) -> list[str]:
    with read() as session:
        return list(session.scalars(select(AudienceQuestion.state).order_by(AudienceQuestion.id)))


def test_the_desk_lists_questions_by_where_they_stand(
    moderator: Browser, poll: Poll, pair: tuple[int, int], write: Opener
) -> None:
    with write() as session:
        put_into(session, poll, pair[0], AskState.SHOWN)
    page = moderator.get(desk(poll)).text
    assert page.index("Text 2?") < page.index("In the list") < page.index("Text 1?")
    assert "객석 질문 관리" in moderator.get(desk(poll, "ko")).text


def test_one_tap_shows_a_question_and_another_undoes_it(
    moderator: Browser, poll: Poll, pair: tuple[int, int], read: Opener
) -> None:
    answer = move(moderator, poll, pair[0], "pending", "shown")
    assert answer.location == f"{desk(poll)}?did=1.pending"
    page = moderator.get(answer.location).text
    assert "Question 1 is in the public list." in page
    assert 'name="undo"' in page
    back = move(moderator, poll, pair[0], "shown", "pending", undo="1")
    assert back.location == desk(poll)
    assert states(read) == ["pending", "pending"]


@pytest.mark.parametrize("did", ["1", "1.", "x.pending", "9.shown", "1.answered", "1.nonsense"])
def test_an_undo_that_is_no_longer_possible_is_not_offered(
    moderator: Browser, poll: Poll, pair: tuple[int, int], did: str
) -> None:
    page = moderator.get(f"{desk(poll)}?did={did}")
    assert page.status_code == 200
    assert 'name="undo"' not in page.text


def test_the_slower_of_two_moderators_hears_it(
    sign_in: Any, poll: Poll, pair: tuple[int, int], read: Opener
) -> None:
    quick, slow = sign_in(Role.ORGANIZER), sign_in(Role.ADMINISTRATOR)
    move(quick, poll, pair[0], "pending", "hidden")
    answer = move(slow, poll, pair[0], "pending", "shown")
    assert (answer.status_code, answer.location) == (303, desk(poll))
    assert "Another moderator was faster" in slow.get(desk(poll)).text
    assert states(read) == ["hidden", "pending"]


@pytest.mark.parametrize(
    "step",
    [
        ("pending", "answered", 303),
        ("", "shown", 303),
        ("pending", "x", 303),
        ("pending", "merged", 303),
    ],
)
def test_an_odd_step_changes_nothing(
    moderator: Browser, poll: Poll, pair: tuple[int, int], read: Opener, step: tuple[str, str, int]
) -> None:
    seen, to, status = step
    assert move(moderator, poll, pair[0], seen, to).status_code == status
    assert states(read) == ["pending", "pending"]


def test_merging_is_chosen_from_a_list_and_can_be_undone(
    moderator: Browser, poll: Poll, pair: tuple[int, int], write: Opener, read: Opener
) -> None:
    with write() as session:
        for question in pair:
            put_into(session, poll, question, AskState.SHOWN)
        put_upvotes(session, poll, pair[0], "a", "b")
        put_upvotes(session, poll, pair[1], "b", "c")
    path = f"{desk(poll)}/{pair[1]}/merge"
    assert '1. <span lang="en">Text 1?</span>' in moderator.get(path).text
    answer = moderator.send(path, {"into": str(pair[0]), "seen": "shown"})
    assert answer.location == f"{desk(poll)}?did=2.shown"
    assert "Question 2 was merged" in moderator.get(answer.location).text
    with read() as session:
        assert of(session, pair[0]).upvotes == 3
    move(moderator, poll, pair[1], "merged", "shown", undo="1")
    assert states(read) == ["shown", "shown"]


@pytest.mark.parametrize("into", ["", "self", "999999", "x"])
def test_merging_into_nothing_or_itself_is_given_back(
    moderator: Browser, poll: Poll, pair: tuple[int, int], read: Opener, into: str
) -> None:
    wish = str(pair[1]) if into == "self" else into
    answer = moderator.send(f"{desk(poll)}/{pair[1]}/merge", {"into": wish, "seen": "pending"})
    assert answer.status_code == 422
    assert states(read) == ["pending", "pending"]


def test_merging_what_was_moved_meanwhile_is_told(
    moderator: Browser, poll: Poll, pair: tuple[int, int], write: Opener, read: Opener
) -> None:
    with write() as session:
        put_into(session, poll, pair[1], AskState.SHOWN, AskState.ANSWERED)
    form = {"into": str(pair[0]), "seen": "shown"}
    assert moderator.send(f"{desk(poll)}/{pair[1]}/merge", form).location == desk(poll)
    assert states(read) == ["pending", "answered"]


def test_a_lone_question_has_nothing_to_merge_with(
    moderator: Browser, poll: Poll, write: Opener
) -> None:
    with write() as session:
        question = put_question(session, poll).id
    page = moderator.get(f"{desk(poll)}/{question}/merge").text
    assert "There is no other question" in page
    assert "Merge…" not in moderator.get(desk(poll)).text


def test_a_poll_is_switched_on_with_its_settings(
    moderator: Browser, write: Opener, read: Opener
) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
    assert moderator.get(desk(poll)).location == f"{desk(poll)}/settings"
    assert moderator.get(f"{desk(poll)}/settings").status_code == 200
    assert moderator.send(f"{desk(poll)}/settings", SETTINGS).location == desk(poll)
    with read() as session:
        sitting = session.get_one(Sitting, poll.id)
        assert (sitting.state, sitting.naming, sitting.review) == ("open", "named", "at_once")
        acts = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
        assert acts[-1] == "audience.configured"


def test_settings_of_two_moderators_are_not_lost(
    moderator: Browser, poll: Poll, read: Opener
) -> None:
    path, seen = f"{desk(poll)}/settings", {"seen": "open/free/before/"}
    moderator.send(path, SETTINGS | seen)
    answer = moderator.send(path, SETTINGS | seen | {"naming": "free"})
    assert answer.status_code == 409
    assert "Another moderator changed these settings" in answer.text
    assert 'value="open/named/at_once/"' in answer.text
    with read() as session:
        assert session.get_one(Sitting, poll.id).naming == "named"


def test_two_first_settings_of_a_poll_are_not_lost(
    moderator: Browser, write: Opener, read: Opener
) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
    path = f"{desk(poll)}/settings"
    assert moderator.send(path, SETTINGS | {"seen": ""}).status_code == 303
    answer = moderator.send(path, SETTINGS | {"seen": "", "naming": "free"})
    assert answer.status_code == 409
    assert "Another moderator changed these settings" in answer.text
    with read() as session:
        assert session.get_one(Sitting, poll.id).naming == "named"


def test_a_closed_poll_is_not_switched_on(moderator: Browser, poll: Poll, write: Opener) -> None:
    with write() as session:
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
    answer = moderator.send(f"{desk(poll)}/settings", SETTINGS | {"seen": "resting/free/before/"})
    assert answer.status_code == 409
    assert "A closed poll takes no more questions." in answer.text


def test_unknown_words_in_settings_fall_back(moderator: Browser, poll: Poll, read: Opener) -> None:
    odd = {"state": "x", "naming": "", "review": "y", "forum": "", "seen": "open/free/before/"}
    assert moderator.send(f"{desk(poll)}/settings", odd).status_code == 303
    with read() as session:
        assert session.get_one(Sitting, poll.id).state == "off"


def test_only_a_forum_of_the_polls_host_can_be_named(sign_in: Any, write: Opener) -> None:
    with write() as session:
        forum = make_forum(session)
        other = make_forum(session)
        poll = make_sitting(session, institution_id=forum.institution_id)
        own, foreign = f"/en/forums/{forum.slug}", f"/en/forums/{other.slug}"
        assert forum.institution_id != other.institution_id
    browser = sign_in(Role.ADMINISTRATOR)
    seen = {"seen": "open/free/at_once/"}
    refused = browser.send(f"{desk(poll)}/settings", SETTINGS | seen | {"forum": foreign})
    assert refused.status_code == 422
    accepted = browser.send(f"{desk(poll)}/settings", SETTINGS | seen | {"forum": own})
    assert accepted.status_code == 303


@pytest.mark.parametrize("address", ["/ko/forums/none", "http://[", "https://[x]/forums/none"])
def test_an_unknown_forum_is_refused_with_words(
    moderator: Browser, poll: Poll, address: str
) -> None:
    answer = moderator.send(f"{desk(poll)}/settings", SETTINGS | {"forum": address})
    assert answer.status_code == 422
    assert "There is no public forum at this address." in answer.text
    assert f'value="{address}"' in answer.text


def test_numbers_that_no_row_can_have_are_not_there(moderator: Browser, poll: Poll) -> None:
    for number in (2**31, 10**25):
        assert move(moderator, poll, number, "pending", "shown").status_code == 404
        assert moderator.get(f"{desk(poll)}/{number}/merge").status_code == 404
        assert moderator.get(f"/en/desk/polls/{number}/questions").status_code == 404


def test_a_long_list_says_where_it_stops_and_the_export_does_not(
    moderator: Browser, poll: Poll, write: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "DESK_MOST", 2)
    with write() as session:
        ids = [put_question(session, poll, f"Text {n}?", device=f"{n}").id for n in range(4)]
        put_into(session, poll, ids[0], AskState.HIDDEN)
    page = moderator.get(desk(poll)).text
    assert [f"Text {n}?" in page for n in range(4)] == [False, True, True, False]
    assert "2 more questions are only in the CSV file." in page
    rows = moderator.get(f"{desk(poll)}.csv").get_data(as_text=True).strip().split("\r\n")
    assert len(rows) == 1 + 4


def test_a_whole_list_says_nothing_of_more(
    moderator: Browser, poll: Poll, pair: tuple[int, int]
) -> None:
    assert len(pair) == 2
    assert "only in the CSV file" not in moderator.get(desk(poll)).text


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_sign_of_a_formula_begins_a_cell(
    moderator: Browser, poll: Poll, write: Opener, sign: str
) -> None:
    with write() as session:
        put_question(session, poll, f"{sign}1?", name=f"{sign}2")
    row = moderator.get(f"{desk(poll)}.csv").get_data(as_text=True).split("\r\n")[1]
    assert row == f'1,"\'{sign}1?","en","\'{sign}2",0,"Waiting for a moderator",""'


def test_the_export_is_harmless_in_a_spreadsheet_and_audited(
    moderator: Browser, poll: Poll, write: Opener, read: Opener
) -> None:
    with write() as session:
        put_question(session, poll, "=HYPERLINK(A1)?", name="@cmd")
        shown = put_question(session, poll, "통일은, 언제?").id
        put_into(session, poll, shown, AskState.SHOWN)
        put_upvotes(session, poll, shown, "a")
    answer = moderator.get(f"{desk(poll)}.csv")
    assert (
        answer.headers["Content-Disposition"] == f'attachment; filename="questions-{poll.id}.csv"'
    )
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[1:] == [
        ["1", "'=HYPERLINK(A1)?", "en", "'@cmd", "0", "Waiting for a moderator", ""],
        ["2", "통일은, 언제?", "ko", "", "1", "In the list", ""],
    ]
    with read() as session:
        acts = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
        assert acts[-1] == "audience.exported"


def test_other_institutions_questions_are_not_there(
    sign_in: Any, write: Opener, read: Opener
) -> None:
    with write() as session:
        mine, other = (make_institution(session, code).id for code in ("mine", "other"))
    browser = moderator_of(sign_in, write, mine)
    with write() as session:
        poll = make_sitting(session, institution_id=other)
        own = make_sitting(session, institution_id=mine)
        question, second = (put_question(session, each).id for each in (poll, own))
    paths = ("", ".csv", "/settings", f"/{question}/merge")
    assert [browser.get(desk(poll) + path).status_code for path in paths] == [404] * 4
    assert move(browser, poll, question, "shown", "hidden").status_code == 404
    assert move(browser, own, question, "shown", "hidden").status_code == 404
    assert browser.send(f"{desk(poll)}/settings", SETTINGS).status_code == 404
    assert move(browser, own, second, "shown", "hidden").status_code == 303
    assert states(read) == ["shown", "hidden"]


def test_visitors_and_citizens_have_no_desk(
    client: Browser, sign_in: Any, poll: Poll, pair: tuple[int, int]
) -> None:
    assert client.get(desk(poll)).status_code == 303
    assert sign_in().get(desk(poll)).status_code == 403
    assert move(sign_in(), poll, pair[0], "pending", "shown").status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_costs_the_same_however_many_questions(
    moderator: Browser, poll: Poll, write: Opener, count_queries: Opener, count: int
) -> None:
    with write() as session:
        for number in range(count):
            put_question(session, poll, device=f"{number}")
    with count_queries() as statements:
        moderator.get(desk(poll))
    own = [each for each in statements if "audience" in each or "FROM poll" in each]
    assert len(own) == 3
