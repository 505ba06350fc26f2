"""Step 5: what the visitor answered becomes evidence for a path, by their own act."""

import re
from datetime import date

from playwright.sync_api import expect
from sqlalchemy import inspect, select

from hanmadang.curricula.models import Evidence
from hanmadang.people.models import Account
from hanmadang.polls.models import Ballot, Option, Poll, Question, Tally
from tests.browser.journey import Journey
from tests.browser.steps.polls import vote
from tests.browser.visitor import Visitor

ENOUGH = 30
"""Answers from which shares are published."""
COMPETENCY = {"ko": "‘정전협정의 내용’", "en": "“The contents of the Armistice Agreement”"}


def visitor_brings_answers_into_a_path(walk: Journey) -> None:
    """On the device first, then into the account; the ballot stays separate."""
    visitor = walk.person("visitor")
    visitor.go(f"/polls/{walk.poll}/answered")
    visitor.main.locator('input[name="consent"]').check()
    visitor.press("Use for my path")
    _shows_its_reason(walk, visitor)
    visitor.sees("This path is kept on this device only, until you sign up.")
    visitor.look("path-on-device")
    walk.sign_up("visitor", {"ko": "서준", "en": "Seojun"}[walk.language], "reminders")
    visitor.go("/my-path")
    _shows_its_reason(walk, visitor)
    visitor.look("path")
    visitor.go("/my-path/evidence")
    visitor.look("path-evidence")
    _stays_apart_from_the_ballot(walk)
    _organizer_reads_the_demand(walk)


def _shows_its_reason(walk: Journey, visitor: Visitor) -> None:
    missed = visitor.words(
        "Your answer on %(name)s was not right yet.",
        "None of your %(n)s answers on %(name)s was right yet.",
        1,
        name=COMPETENCY[walk.language],
    )
    visitor.reads(missed)
    expect(visitor.main.locator(".why").first).to_be_visible()


def _stays_apart_from_the_ballot(walk: Journey) -> None:
    """Neither side holds what could join them: no account there, no time here, no stance."""
    with walk.city.records() as records:
        account = records.scalars(
            select(Account).where(Account.login == walk.address("visitor"))
        ).one()
        pieces = records.scalars(select(Evidence).where(Evidence.account_id == account.id)).all()
        assert {piece.kind for piece in pieces} == {"knowledge", "interest"}
        assert all(type(piece.created_on) is date for piece in pieces)
        database = inspect(records.get_bind())
        named = {
            column["name"]
            for table in (Poll, Question, Option, Tally, Ballot)
            for column in database.get_columns(table.__tablename__)
            if table is not Poll
        } - {"about_person"}  # what a statement speaks of, not who voted on it
        assert not [name for name in named if re.search(r"account|person|device|_at$|_on$", name)]
        times = [
            column["name"]
            for column in database.get_columns(Evidence.__tablename__)
            if column["name"].endswith("_at")
        ]
        assert times == []


def _organizer_reads_the_demand(walk: Journey) -> None:
    """A table of what the room asked for, once the poll is closed and enough people answered."""
    for number in range(ENOUGH):
        vote(walk.city, walk.poll, (number % 3, number % 2, number % 3))
    organizer = walk.staff("Organizer")
    organizer.go("/desk/polls")
    organizer.main.locator("tr", has_text=walk.code).get_by_role("link").click()
    organizer.press("Close…")
    organizer.look("poll-close")
    organizer.press("Close the poll for good")
    organizer.sees("Final result")
    organizer.look("poll-closed")
    organizer.go("/desk/demand")
    expect(organizer.main.locator("table").first).to_contain_text("%")
    organizer.look("demand")
