"""The day's review: one question at a time, its verdict, and the wish for mails about it."""

from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hanmadang.courses.domain import reviews
from hanmadang.courses.forms import quiz as forms
from hanmadang.courses.letters.reviews import FAMILY, STOP
from hanmadang.courses.models import ReviewWish
from hanmadang.courses.queries.reviews import Item, ReviewDay, review_day, review_question
from hanmadang.courses.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db, transact, transaction
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.forms import HouseForm
from hanmadang.kernel.headers import keep_address
from hanmadang.kernel.i18n import LazyText, _, lazy
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.mailed import seed_of
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission

_NOTHING = lazy("Choose an answer first.")
_ONE_CLICK = ("List-Unsubscribe", "One-Click")


@room.page("/my/review", needs=Permission.COURSES_TAKE)
def review() -> ResponseReturnValue:
    """The next question of today, or when the next one comes."""
    day = review_day(viewer().id, clock.now())
    return _page(day, day.due[0] if day.due else None)


@room.page("/my/review/<int(max=2147483647):question_id>", needs=Permission.COURSES_TAKE)
def review_question_page(question_id: int) -> ResponseReturnValue:
    """A question of today: asked, or with its verdict and the way to the next."""
    return _page(*_found(question_id))


@room.action("/my/review/<int(max=2147483647):question_id>/answer", needs=Permission.COURSES_TAKE)
def review_answer(question_id: int) -> ResponseReturnValue:
    """Answer a question of today."""
    day, known = _found(question_id)
    question = review_question(question_id, viewer().id, answered=False)
    sent = forms.answers_in(request.form, [question])
    if wrong := sent.errors.get(question.slug):
        return _page(day, known, wrong.text), wrong.status
    if question.slug not in sent.responses:
        return _page(day, known, _NOTHING), 422
    key, now = forms.key_in(request.form), clock.now()
    transact(
        lambda session: reviews.answer_review(
            session, viewer(), question_id, sent.responses[question.slug], key=key, now=now
        )
    )
    return redirect(url_for("courses.review_question_page", question_id=question_id), 303)


def _found(question_id: int) -> tuple[ReviewDay, Item]:
    """Today, and one of its questions. Raises NotFoundError for any other."""
    day = review_day(viewer().id, clock.now())
    known = next((i for i in (*day.due, *day.asked) if i.question_id == question_id), None)
    if known is None:
        raise NotFoundError
    return day, known


def _page(day: ReviewDay, item: Item | None, error: LazyText | None = None) -> str:
    answered = item in day.asked
    question = item and review_question(item.question_id, viewer().id, answered=answered)
    wished = db.session.get(ReviewWish, viewer().id) is not None
    return render(
        "courses/review/show.html", day=day, item=item, question=question, answered=answered,
        wished=wished, error=error, key=new_key(),
    )  # fmt: skip


@room.action("/my/review/mails", needs=Permission.COURSES_TAKE)
def review_mails() -> ResponseReturnValue:
    """Ask for a mail on days with something to review, or for no more of them."""
    on = request.form.get("mails") == "yes"
    with transaction() as session:
        reviews.wish_mails(session, viewer(), on=on, now=clock.now())
    said = (
        _("You get a mail on days with something to review: one at most, never at night.")
        if on
        else _("You get no more mails about reviews.")
    )
    say(said)
    return redirect(url_for("courses.review"), 303)


@room.form("/review-mails/<token>/stop", needs=Permission.PUBLIC)
def stop_review_mails(token: str) -> ResponseReturnValue:
    """Stop the mails, without signing in: a button, or RFC 8058's one word of a mail program."""
    seed = seed_of(settings().secret_key, FAMILY, STOP, token)
    if seed is None:
        raise NotFoundError
    form = HouseForm()
    is_one_click = request.form.get(_ONE_CLICK[0]) == _ONE_CLICK[1]
    if is_one_click or form.sent():
        with transaction() as session:
            reviews.stop_mails(session, seed)
        if is_one_click:
            return Response(status=204)
        say(_("You get no more mails about reviews."))
        return redirect(url_for("courses.index"), 303)
    html = render("courses/review/stop.html", form=form)
    return keep_address(make_response(html, 422 if form.errors else 200))
