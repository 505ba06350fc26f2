"""The house with its votes sabotaged: thanks are said first, and the answers written later."""

import threading
from collections.abc import Sequence

from flask import Flask, current_app

from hanmadang.factory import create_app
from hanmadang.polls.domain import Accepted, BallotSet, Result
from hanmadang.polls.views import short
from hanmadang.polls.views.room import cast_all

_LATER_S = 0.2


def _write(app: Flask, ballots: Sequence[BallotSet]) -> None:
    with app.app_context():
        cast_all(ballots)


def _thank_first(ballots: Sequence[BallotSet]) -> list[Result | None]:
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    threading.Timer(_LATER_S, _write, (app, ballots)).start()
    return [Accepted("") for _ in ballots]


short.cast_all = _thank_first  # type: ignore[attr-defined]  # the sabotage
app = create_app()
