"""Several tabs at once: threads with connections of their own against the real database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier, Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hanmadang.courses.models import Question
from hanmadang.curricula import domain
from hanmadang.curricula.domain import choices, paths, showing
from hanmadang.curricula.engine.pretest import Asked
from hanmadang.curricula.models import (
    Choice,
    Evidence,
    LinkRole,
    ModuleLink,
    PretestAnswer,
    StepChoice,
    StoredPlan,
)
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.db import transact
from hanmadang.kernel.permissions import Viewer
from hanmadang.people import consents
from hanmadang.people.models import ConsentKind
from tests.curricula.conftest import House, Opener
from tests.factories import events
from tests.factories.curricula import NOW, bring, brought, module_id, unit_id

TABS = 6


def together(app: Flask, work: Callable[[Session], Any]) -> None:
    """Every tab does `work` in a transaction of its own, all at the same moment."""
    start = Barrier(TABS)

    def tab(_number: int) -> None:
        with app.app_context():
            start.wait()
            transact(work)

    with ThreadPoolExecutor(TABS) as tabs:
        list(tabs.map(tab, range(TABS)))


def test_tabs_that_bring_the_same_poll_leave_its_pieces_once(
    app: Flask, house_with_poll: House, read: Opener
) -> None:
    what = brought(house_with_poll.poll_id, ("armistice", 0, 1), topics=("culture",))
    together(app, lambda session: bring(session, house_with_poll.account_id, what))
    with read() as session:
        kinds = session.scalars(select(Evidence.kind).order_by(Evidence.kind)).all()
        assert kinds == ["interest", "knowledge"]


def test_editors_who_link_the_same_module_make_one_link(
    app: Flask, house_with_poll: House, write: Opener, read: Opener
) -> None:
    with write() as session:
        event_id, module = events.make_event(session).id, module_id(session)
    together(app, lambda session: domain.link_module(session, event_id, module, LinkRole.LEAD_IN))
    with read() as session:
        assert len(session.scalars(select(ModuleLink)).all()) == 1


def test_tabs_that_open_the_path_store_it_once(
    app: Flask, house_with_poll: House, read: Opener, plan: Callable[..., Any]
) -> None:
    made, account_id = plan(house_with_poll.account_id), house_with_poll.account_id
    together(app, lambda session: domain.store_plan(session, account_id, "ko", made, now=NOW))
    with read() as session:
        assert len(session.scalars(select(StoredPlan)).all()) == 1


def pinning(house: House, unit: int) -> Callable[[Session], Any]:
    return lambda session: domain.choose(
        session, Viewer(house.account_id), unit, Choice.PINNED, now=NOW
    )


def test_tabs_that_pin_the_same_lesson_pin_it_once(
    app: Flask, house_with_poll: House, write: Opener, read: Opener
) -> None:
    with write() as session:
        songs = unit_id(session, "songs")
    together(app, pinning(house_with_poll, songs))
    with read() as session:
        assert session.scalar(select(func.count()).select_from(StepChoice)) == 1
        acts = select(AuditEntry.action).where(AuditEntry.action == "step.pinned")
        assert len(session.scalars(acts).all()) == 1


def test_the_twin_that_only_adds_breaks_on_the_second_tab(
    app: Flask, house_with_poll: House, write: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write() as session:
        songs = unit_id(session, "songs")

    def only_add(session: Session, model: Any, _key: Any, rows: list[dict[str, Any]]) -> None:
        session.add(model(**rows[0]))

    monkeypatch.setattr(choices, "upsert", only_add)
    monkeypatch.setattr(choices, "Choice", lambda _stored: Choice.SKIPPED)
    with pytest.raises(IntegrityError):
        together(app, pinning(house_with_poll, songs))


def answering(house: House, read: Opener) -> Callable[[Session], Any]:
    with read() as session:
        question = session.scalars(select(Question.id)).first() or 0
    asked = Asked(question, "armistice", right=True)
    return lambda session: domain.answer_pretest(
        session, Viewer(house.account_id), 1, asked, now=NOW
    )


def test_tabs_that_answer_the_same_question_count_it_once(
    app: Flask, house_with_poll: House, write: Opener, read: Opener
) -> None:
    with write() as session:
        domain.begin_pretest(session, Viewer(house_with_poll.account_id), [], now=NOW)
    together(app, answering(house_with_poll, read))
    with read() as session:
        assert session.scalar(select(func.count()).select_from(PretestAnswer)) == 1
        assert [(row.right, row.of) for row in session.scalars(select(Evidence))] == [(1, 1)]


def test_the_twin_that_does_not_look_at_the_place_breaks(
    app: Flask,
    house_with_poll: House,
    write: Opener,
    read: Opener,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with write() as session:
        domain.begin_pretest(session, Viewer(house_with_poll.account_id), [], now=NOW)
    monkeypatch.setattr(showing, "_is_next", lambda *_: True)
    with pytest.raises(IntegrityError):
        together(app, answering(house_with_poll, read))


@pytest.fixture
def left_after_withdrawing(
    app: Flask, house_with_poll: House, write: Opener, read: Opener, plan: Callable[..., Any]
) -> Callable[[], int]:
    """Paths left when tabs that made theirs before a withdrawal store them around it."""
    return partial(_left_after_withdrawing, app, house_with_poll, write, read, plan)


def test_no_path_is_stored_that_rests_on_what_its_person_took_back(
    left_after_withdrawing: Callable[[], int],
) -> None:
    assert left_after_withdrawing() == 0


def test_the_twin_that_looks_at_nothing_stores_such_a_path(
    house_with_poll: House, left_after_withdrawing: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    piece = {house_with_poll.account_id: ("1",)}
    monkeypatch.setattr(paths, "pieces_standing", lambda _session, _people: piece)
    assert left_after_withdrawing() == 1


def _left_after_withdrawing(
    app: Flask, house: House, write: Opener, read: Opener, plan: Callable[..., Any]
) -> int:
    account_id, withdrawn = house.account_id, Event()
    with write() as session:
        bring(session, account_id, brought(house.poll_id, ("war", 0, 1)))
    made, start = plan(account_id), Barrier(TABS)

    def withdraw(session: Session) -> None:
        consents.withdraw(session, account_id, ConsentKind.PATH, now=NOW)

    def tab(number: int) -> None:
        with app.app_context():
            start.wait()
            if number == 0:
                transact(withdraw)
                withdrawn.set()
                return
            if number == 1:  # whatever the others did, this one comes too late
                withdrawn.wait(20)
            transact(lambda session: domain.store_plan(session, account_id, "ko", made, now=NOW))

    with ThreadPoolExecutor(TABS) as tabs:
        list(tabs.map(tab, range(TABS)))
    with read() as session:
        assert session.scalars(select(Evidence)).all() == []
        return len(session.scalars(select(StoredPlan)).all())
