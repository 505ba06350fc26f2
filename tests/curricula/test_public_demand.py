"""Public demand, the editors' live desk, open data, and what came of it: thresholds everywhere."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import event, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hanmadang.curricula import privacy
from hanmadang.curricula.domain import live_demand
from hanmadang.curricula.models import DemandFigure, DemandSuggestion, LiveFigure, Reply
from hanmadang.curricula.queries import live_demand as live_queries
from hanmadang.kernel.db import db
from hanmadang.kernel.permissions import Role
from hanmadang.polls.models import Poll, Question
from hanmadang.polls.models_audience import AudienceQuestion, Sitting, Upvote
from hanmadang.polls.queries import release
from tests.curricula.conftest import Opener
from tests.factories import polls
from tests.factories.curricula import publish_shelf
from tests.factories.demand import accept, answered, asked_for_culture, close, editor

SignIn = Callable[..., Any]


def rows_of(client: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get("/demand.json").json["rows"]
    return rows


def test_the_page_ranks_topics_with_intervals_people_and_lessons_in_both_languages(
    write: Opener, client: Any
) -> None:
    with write() as session:
        publish_shelf(session)
        asked_for_culture(session)
    page = client.get("/en/demand").text
    for said in ("62.9% of 140 people", "54.6–70.4%", "88 of 140", "1 lesson in Korean"):
        assert said in page
    assert page.index("Name of culture") < page.index("Name of history")
    assert "140명 가운데 62.9%" in client.get("/ko/demand").text


def test_open_data_holds_the_same_as_csv_and_json(write: Opener, client: Any) -> None:
    with write() as session:
        publish_shelf(session)
        asked_for_culture(session)
    culture = next(row for row in rows_of(client) if row["codes"] == "culture")
    assert (culture["people"], culture["answered"], culture["share"]) == (88, 140, 0.6286)
    assert (culture["low"], culture["high"], culture["lessons_en"]) == (0.5461, 0.7042, 1)
    head, *lines = client.get("/demand.csv").text.lstrip("\ufeff").splitlines()
    assert head.split(",")[0] == '"poll"'
    assert len(lines) == len(rows_of(client))


@pytest.mark.parametrize("votes", [(9, 91), (0, 100), (10, 19), (91, 9), (5, 24), (29, 0)])
def test_no_cell_under_ten_and_no_figure_under_thirty_people_is_published(
    write: Opener, client: Any, votes: tuple[int, int]
) -> None:
    with write() as session:
        publish_shelf(session)
        answered(session, (polls.KNOWLEDGE, votes), (polls.INTEREST, votes))
    for row in rows_of(client):
        assert row["answered"] >= 30
        assert 10 <= row["people"] <= row["answered"] - 10


def test_without_the_thresholds_of_released_tables_the_database_refuses(
    write: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "SMALLEST_CELL", 1)
    monkeypatch.setattr(release, "FEWEST_ANSWERS", 1)
    with write() as session:
        publish_shelf(session)
        poll = answered(session, (polls.INTEREST, (3, 12, 0)), closed=False)
        with pytest.raises(IntegrityError, match="thresholds"), session.begin_nested():
            close(session, poll)


def test_a_small_cell_cannot_even_be_stored(write: Opener) -> None:
    with write() as session:
        poll = polls.make_poll(session, polls.KNOWLEDGE)
        small = {"wanted": "gap", "codes": ["armistice-contents"], "count": 9, "n": 40}
        key = {"question_id": poll.questions[0].id, "place": 0, "poll_id": poll.id}
        with pytest.raises(IntegrityError, match="thresholds"), session.begin_nested():
            session.execute(insert(DemandFigure).values(key | small))


def looks(session: Session, votes: int) -> list[Any]:
    """What an editor who looks after each vote would have seen: each different live figure."""
    poll = polls.make_poll(session, polls.KNOWLEDGE, polls.INTEREST)
    seen: list[Any] = []
    for number in range(votes):
        for question in poll.questions:
            place = (number * 7 + number // 3) % len(question.options)
            polls.cast(session, polls.ballot(question, place))
        live_demand.refresh(session)
        session.expire_all()
        now = [
            (row.question_id, row.n, tuple((tuple(codes), n) for codes, n in row.cells))
            for row in session.scalars(select(LiveFigure).order_by(LiveFigure.question_id))
        ]
        if not seen or seen[-1] != now:
            seen.append(now)
    return seen


def faults_of(seen: list[Any]) -> list[str]:
    """Every cell, and every difference of two looks, that speaks of one to nine people."""
    found = []
    for look in seen:
        found += [f"small {n}" for _id, _n, cells in look for _codes, n in cells if n < 10]
        found += [f"few {n}" for _id, n, _cells in look if n < 30]
    for before, after in pairwise(seen):
        old = {(id_, codes): n for id_, _n, cells in before for codes, n in cells}
        for id_, _n, cells in after:
            for codes, n in cells:
                gained = abs(n - old.get((id_, codes), n))
                found += [f"gained {gained}"] if 0 < gained < 10 else []
    return found


def test_no_two_looks_at_the_live_desk_differ_by_fewer_than_ten(write: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        seen = looks(session, 75)
    assert len(seen) > 3
    assert faults_of(seen) == []


def test_the_threshold_test_catches_exact_live_figures(
    write: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_queries, "in_whole_tens", lambda people: people)
    monkeypatch.setattr(live_queries, "SMALLEST_CELL", 1)
    with write() as session:
        publish_shelf(session)
        seen = looks(session, 45)
    assert faults_of(seen) != []


def test_the_desk_shows_a_running_poll_from_thirty_people_on_without_script(
    write: Opener, sign_in: SignIn
) -> None:
    with write() as session:
        publish_shelf(session)
        poll = answered(session, (polls.INTEREST, (4, 25, 0)), closed=False)
        question_id = poll.questions[0].id
    desk = sign_in(Role.ORGANIZER)
    assert "Figures stand here from 30 answers on." in desk.get("/en/desk/demand").text
    with write() as session:
        question = session.get_one(Question, question_id)
        polls.cast(session, *(polls.ballot(question, 0) for _ in range(12)))
    page = desk.get("/en/desk/demand").text
    assert "about 75.0% of about 40 people" in page
    assert "Name of culture" in page


def test_the_desk_offers_one_press_for_each_answer(write: Opener, sign_in: SignIn) -> None:
    with write() as session:
        publish_shelf(session)
        held = asked_for_culture(session)
        id_ = held.id
    desk = sign_in(Role.PARTNER_EDITOR)
    page = desk.get("/en/desk/demand").text
    assert "Bring it as a follow-up" in page
    assert "Draft an event" not in page
    answer = desk.send(f"/en/desk/demand/{id_}/accept", {"reply": "follow_up"})
    assert answer.status_code == 303
    page = desk.get("/en/desk/demand").text
    assert "A lesson follows" in page
    assert "Nothing waits for a decision" in page
    desk.send(f"/en/desk/demand/{id_}/undo")
    assert "Bring it as a follow-up" in desk.get("/en/desk/demand").text


def test_declining_on_the_page_needs_a_reason_that_the_public_reads(
    write: Opener, sign_in: SignIn, client: Any
) -> None:
    with write() as session:
        publish_shelf(session)
        id_ = asked_for_culture(session).id
    desk = sign_in(Role.ORGANIZER)
    desk.send(f"/en/desk/demand/{id_}/decline", {"reason": " "})
    assert "Please say why" in desk.get("/en/desk/demand").text
    desk.send(f"/en/desk/demand/{id_}/decline", {"reason": "Three lessons exist."})
    page = client.get("/en/demand/came-of-it").text
    assert "Not followed" in page
    assert "Three lessons exist." in page


def test_what_came_of_it_counts_takers_in_tens_or_says_fewer(write: Opener, client: Any) -> None:
    with write() as session:
        publish_shelf(session)
        held = asked_for_culture(session)
        accept(session, held, Reply.FOLLOW_UP)
        slug = session.get_one(Poll, held.poll_id).slug
    for path in ("demand/came-of-it", f"demand/came-of-it/{slug}"):
        page = client.get(f"/en/{path}").text
        assert "Fewer than 10 people have begun it since." in page
        assert "62.9" not in page
        assert "63% of 140 people" in page
    assert "10명 미만" in client.get("/ko/demand/came-of-it").text
    assert f"/en/demand/came-of-it/{slug}" in client.get(f"/en/polls/{slug}/results").text


def test_the_overview_of_an_unknown_poll_does_not_exist(client: Any) -> None:
    assert client.get("/en/demand/came-of-it/nothing").status_code == 404


@pytest.fixture
def statements(house: Any) -> Iterator[list[str]]:
    """Every statement that is run."""
    run: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        run.append(statement)

    with house.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield run
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", ["/en/demand", "/demand.csv", "/en/demand/came-of-it"])
def test_the_pages_cost_the_same_for_one_poll_and_for_three(
    write: Opener, client: Any, statements: list[str], path: str
) -> None:
    def cost() -> int:
        client.get(path)
        statements.clear()
        client.get(path)
        return len(statements)

    with write() as session:
        publish_shelf(session)
        asked_for_culture(session)
    one = cost()
    with write() as session:
        asked_for_culture(session)
        asked_for_culture(session)
    assert cost() == one


def test_a_closed_poll_leaves_no_live_figure(write: Opener, read: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        poll = answered(session, (polls.INTEREST, (20, 25, 0)), closed=False)
        live_demand.refresh(session)
        close(session, poll)
    with read() as session:
        assert session.scalars(select(LiveFigure)).all() == []


def test_an_editor_takes_the_decisions_along_and_leaves_no_name(write: Opener) -> None:
    with write() as session:
        publish_shelf(session)
        held, who = asked_for_culture(session), editor(session)
        accept(session, held, actor=who)
        assert privacy.export_of(session, who.id)["suggestions_decided"] == [held.id]
        privacy.erase_of(session, who.id, polls.NOW)
        session.expire_all()
        assert session.scalars(select(DemandSuggestion.decided_by)).all() == [None]


def test_questions_that_ten_devices_voted_up_are_told_by_topic(write: Opener, client: Any) -> None:
    with write() as session:
        publish_shelf(session)
        poll = answered(session, (polls.INTEREST, (20, 25, 0)), closed=False)
        session.add(Sitting(poll_id=poll.id, state="open", asked=3))
        session.flush()
        for number, (text, votes) in enumerate(
            (("Which songs did you choose?", 12), ("Whose songs?", 9), ("And tonight?", 11)), 1
        ):
            ask = AudienceQuestion(
                poll_id=poll.id, number=number, text=text, language="en", state="shown",
                upvotes=votes,
            )  # fmt: skip
            session.add(ask)
            session.flush()
            session.add_all(Upvote(question_id=ask.id, device=f"device {n}") for n in range(votes))
        close(session, poll)
    found = [
        (ask["text"], ask["votes"], ask["topics"])
        for ask in client.get("/demand.json").json["questions"]
    ]
    assert found == [("Which songs did you choose?", 12, ["culture"]), ("And tonight?", 11, [])]
    page = client.get("/en/demand").text
    assert "Whose songs?" not in page
    assert "Most votes for one" in page
