"""What no longer serves its purpose goes in time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from hanmadang.kernel import clock
from hanmadang.kernel.db import transaction
from hanmadang.people import retention, tokens, tries
from hanmadang.people.models import Account, KnownDevice, SignInSession, Token, TokenPurpose
from tests.factories.people import make_person, open_session


def test_old_rows_are_forgotten_in_time(
    app: Any, write: Callable[[], Any], read: Callable[[], Any]
) -> None:
    with write() as session:
        mina = int(make_person(session, email="mina@example.org").id)
    with app.app_context(), transaction() as session:
        now = clock.now()
        tokens.issue(session, TokenPurpose.VERIFY, email="mina@example.org", now=now)
        tries.remember(session, mina, "device", now)
        open_session(session, session.get_one(Account, mina))
    with app.app_context(), transaction() as session:
        gone = [retention.forget_old(session, now + timedelta(days=d)) for d in (0, 1, 31, 366)]
    assert gone == [0, 1, 1, 1]
    with read() as session:
        left = [session.scalar(select(func.count()).select_from(m))
                for m in (Token, SignInSession, KnownDevice)]  # fmt: skip
    assert left == [0, 0, 0]
