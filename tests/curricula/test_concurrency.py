"""Several tabs at once: threads with connections of their own against the real database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.curricula import domain
from hanmadang.curricula.models import Evidence, LinkRole, ModuleLink, StoredPlan
from hanmadang.kernel.db import transact
from tests.curricula.conftest import House, Opener
from tests.factories import events
from tests.factories.curricula import NOW, bring, brought, module_id

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
