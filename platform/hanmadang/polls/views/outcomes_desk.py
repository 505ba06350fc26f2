"""The desk: writing what came of a poll, and by when something will be written."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _
from hanmadang.kernel.idempotency import Answer, commit_once
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.polls import texts_outcomes as texts
from hanmadang.polls.domain import outcomes as domain
from hanmadang.polls.domain.outcomes import OutcomeDraft
from hanmadang.polls.forms.outcomes import OutcomeForm, OutlookForm, outcome_form
from hanmadang.polls.forms.reading import sent_id
from hanmadang.polls.models import Poll
from hanmadang.polls.queries.desk import find_moderated
from hanmadang.polls.queries.outcomes import (
    OutcomePage,
    count_followers,
    expected_on,
    outcomes_of,
)
from hanmadang.polls.rules_outcomes import has_outcomes
from hanmadang.polls.views.room import room

NEEDS = Permission.POLLS_MODERATE
_POLL = "<int(max=2147483647):poll_id>"
_OUTCOME = "<int(max=2147483647):outcome_id>"


@room.form(f"/desk/polls/{_POLL}/outcomes", needs=NEEDS)
def outcomes_desk(poll_id: int) -> ResponseReturnValue:
    """What was written so far, and a form for more."""
    poll = _moderated(poll_id)
    form = outcome_form(None)
    if form.sent() and (draft := form.draft(db.session())):
        try:
            return redirect(_publish(form, poll_id, draft).location, 303)
        except DomainError as error:
            form.say(error)
    return _desk(poll, form)


def _publish(form: OutcomeForm, poll_id: int, draft: OutcomeDraft) -> Answer:
    def effect(session: Session) -> Answer:
        if find_moderated(session, viewer(), poll_id) is None:
            raise NotFoundError
        domain.publish_outcome(session, viewer(), poll_id, draft, now=clock.now())
        return Answer(url_for("polls.outcomes_desk", poll_id=poll_id))

    return commit_once(
        key=str(form.idempotency_key.data),
        scope=f"account:{viewer().id}",
        request=[*form.hash_fields(), ("poll", str(poll_id))],
        effect=effect,
    )


@room.form(f"/desk/polls/{_POLL}/outcomes/{_OUTCOME}", needs=NEEDS)
def outcome_edit(poll_id: int, outcome_id: int) -> ResponseReturnValue:
    """Correct an entry; nobody is told again."""
    poll = _moderated(poll_id)
    before = _entry(poll_id, outcome_id)
    form = outcome_form(before)
    status = 422 if form.is_submitted() else 200
    if form.sent() and (draft := form.draft(db.session(), before)):
        seen = sent_id(str(form.seen.data or ""))
        try:
            _change(poll_id, outcome_id, draft, seen)
        except NotFoundError:
            raise
        except DomainError as error:
            form.say(error)
            status = error.status
        else:
            say(_("Saved. What it said before is kept in the audit log."))
            return redirect(url_for("polls.outcomes_desk", poll_id=poll_id), 303)
    page = render("polls/outcome_edit.html", poll=poll, outcome=before, form=form)
    return page, status


def _change(poll_id: int, outcome_id: int, draft: OutcomeDraft, seen: int) -> None:
    with transaction() as session:
        if find_moderated(session, viewer(), poll_id) is None:
            raise NotFoundError
        domain.change_outcome(session, viewer(), outcome_id, draft, seen=seen)


@room.form(f"/desk/polls/{_POLL}/outlook", needs=NEEDS)
def outlook(poll_id: int) -> ResponseReturnValue:
    """Say by when something will be written."""
    poll = _moderated(poll_id)
    form = OutlookForm(data={"day": expected_on(db.session(), poll_id)})
    if form.sent() and form.day.data:
        with transaction() as session:
            if find_moderated(session, viewer(), poll_id) is None:
                raise NotFoundError
            domain.expect(session, viewer(), poll_id, form.day.data)
        say(_("Saved. The results page says so now."))
        return redirect(url_for("polls.outcomes_desk", poll_id=poll_id), 303)
    page = render("polls/outlook.html", poll=poll, form=form)
    return page, 422 if form.is_submitted() else 200


def _desk(poll: Poll, form: OutcomeForm) -> ResponseReturnValue:
    session = db.session()
    page = render(
        "polls/outcomes_desk.html",
        poll=poll,
        form=form,
        outcomes=outcomes_of(session, poll.id),
        expected=expected_on(session, poll.id),
        followers=count_followers(session, poll.id),
        texts=texts,
    )
    return page, 422 if form.is_submitted() else 200


def _entry(poll_id: int, outcome_id: int) -> OutcomePage:
    found = outcomes_of(db.session(), poll_id)
    entry = next((each for each in found if each.id == outcome_id), None)
    if entry is None:
        raise NotFoundError
    return entry


def _moderated(poll_id: int) -> Poll:
    """A poll that was opened once; of a draft nothing can have come."""
    poll = find_moderated(db.session(), viewer(), poll_id)
    if poll is None or not has_outcomes(poll.state):
        raise NotFoundError
    return poll
