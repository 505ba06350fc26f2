"""The reviewers' desk: texts without names."""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.forums import texts
from hanmadang.forums.domain import reviews as verbs
from hanmadang.forums.forms import ReviewForm
from hanmadang.forums.queries import reviews as queries
from hanmadang.forums.views.room import act_once, room
from hanmadang.kernel import clock
from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import _
from hanmadang.kernel.idempotency import Answer
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission

_NEEDS = Permission.FORUMS_REVIEW


@room.page("/desk/reviews", needs=_NEEDS)
def reviews() -> ResponseReturnValue:
    """What waits for my word."""
    session = db.session()
    found = queries.assigned(session, viewer())
    conflicts = queries.conflicts(session, viewer())
    return render("forums/reviews.html", found=found, conflicts=conflicts, labels=texts)


@room.form("/desk/reviews/<key>", needs=_NEEDS)
def review(key: str) -> ResponseReturnValue:
    """Read one text and score it."""
    found = queries.assigned_one(db.session(), key, viewer())
    form = ReviewForm().offer()
    if request.method == "GET":
        form.score.data, form.comment.data = found.score, found.comment
        return _page(form, found)
    if form.sent() and form.score.data in verbs.SCORES:
        return act_once(lambda session: _score(session, form, key))
    return _page(form, found, status=422)


def _score(session: Session, form: ReviewForm, key: str) -> Answer:
    points, comment = form.score.data, form.comment.data or ""
    verbs.score(session, key, points, comment, actor=viewer(), now=clock.now())
    return Answer(url_for("forums.reviews"), _("Your review is saved. You can change it."))


@room.action("/desk/reviews/<key>/conflict", needs=_NEEDS)
def declare_conflict(key: str) -> ResponseReturnValue:
    """Step aside: I know who wrote this, or have an interest in it."""

    def effect(session: Session) -> Answer:
        verbs.declare_conflict(session, key, actor=viewer(), now=clock.now())
        said = _("Thank you for saying so. This proposal is no longer shown to you.")
        return Answer(url_for("forums.reviews"), said)

    return act_once(effect)


def _page(form: ReviewForm, found: queries.Anonymous, *, status: int = 200) -> tuple[str, int]:
    page = render("forums/review.html", form=form, found=found, labels=texts, new_key=new_key)
    return page, status
