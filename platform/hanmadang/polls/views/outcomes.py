"""What came of all polls, on one page; and of one poll, in the places where others show it."""

from flask import request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from hanmadang.kernel import clock
from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import current_locale
from hanmadang.kernel.pages import fragment, render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.pointers import path_in
from hanmadang.polls import texts_outcomes as texts
from hanmadang.polls.forms.outcomes import FollowForm
from hanmadang.polls.queries import PollPage
from hanmadang.polls.queries.outcomes import all_outcomes, expected_on, outcomes_of
from hanmadang.polls.rules_outcomes import can_follow
from hanmadang.polls.views.room import room

_PAGE = 20
_LAST_PAGE = 10_000


@room.page("/polls/outcomes", needs=Permission.PUBLIC)
def outcomes() -> ResponseReturnValue:
    """The newest first."""
    number = min(max(1, request.args.get("page", 1, type=int)), _LAST_PAGE)
    found = all_outcomes(db.session(), _PAGE + 1, (number - 1) * _PAGE)
    return render(
        "polls/outcomes.html",
        outcomes=found[:_PAGE],
        number=number,
        has_more=len(found) > _PAGE,
        texts=texts,
        at=_at,
    )


def came_of_it(poll: PollPage) -> Markup:
    """For the results page: every entry, or when to expect one, and the form to be told."""
    if not poll.opened_at:
        return Markup()
    session = db.session()
    found = outcomes_of(session, poll.id)
    return fragment(
        "polls/_came_of_it.html",
        poll=poll,
        outcomes=found,
        expected=None if found else expected_on(session, poll.id),
        texts=texts,
        at=_at,
    ) + tell_me(poll)


def tell_me(poll: PollPage) -> Markup:
    """The small form to be told; for signed-in people one button."""
    if not can_follow(poll.state, poll.closed_at, clock.now()):
        return Markup()
    form = FollowForm(formdata=None)
    return fragment("polls/_tell_me.html", poll=poll, form=form, viewer=viewer())


def _at(path: str) -> str:
    return path_in(current_locale(), path)
