"""Starting from a template, and the bank of ready-made questions."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.kernel import clock
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.forms import HouseForm
from hanmadang.kernel.i18n import _
from hanmadang.kernel.idempotency import Answer, commit_once
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.polls import domain, texts, texts_bank
from hanmadang.polls.domain import bank
from hanmadang.polls.forms.reading import sent_id
from hanmadang.polls.models import PollState
from hanmadang.polls.queries import desk_polls
from hanmadang.polls.queries.desk import find_moderated
from hanmadang.polls.scales import labels_of
from hanmadang.polls.views.room import room

NEEDS = Permission.POLLS_MODERATE


@room.form("/desk/polls/templates", needs=NEEDS)
def templates() -> ResponseReturnValue:
    """Choose what kind of evening it is; the draft is filled in, in both languages."""
    form, wanted = HouseForm(), request.form.get("template", "")
    if form.sent() and wanted in bank.templates():
        return redirect(_start(form, wanted), 303)
    wrong = request.method == "POST"
    found = bank.templates().values()
    page = render("polls/templates.html", form=form, templates=found, items=bank.items())
    return page, 422 if wrong else 200


def _start(form: HouseForm, wanted: str) -> str:
    def effect(session: Session) -> Answer:
        try:
            poll = bank.start_from(
                session,
                viewer(),
                wanted,
                now=clock.now(),
                institution_id=viewer().institution_id,
            )
        except domain.UnusableDraftError:  # this house has no word for any of its questions
            raise NotFoundError from None
        return Answer(url_for("polls.edit", poll_id=poll.id))

    return _once(form, [("template", wanted)], effect)


@room.form("/desk/polls/bank", needs=NEEDS)
def question_bank() -> ResponseReturnValue:
    """Questions as Korean surveys ask them, one click from a draft."""
    form = HouseForm()
    poll_id, item = (sent_id(request.form.get("poll", "")), request.form.get("item", ""))
    if form.sent() and item and poll_id > 0:
        return redirect(_add(form, poll_id, item), 303)
    drafts = [
        poll for poll in desk_polls(db.session(), viewer()) if poll.state == PollState.DRAFT.value
    ]
    chosen = request.args.get("poll", 0, type=int)
    page = render(
        "polls/bank.html",
        form=form,
        groups=[
            (texts_bank.GROUPS[group], [each for each in bank.bank() if each.group == group])
            for group in bank.GROUPS
        ],
        drafts=sorted(drafts, key=lambda poll: poll.id != chosen),
        labels_of=labels_of,
        texts=texts,
    )
    return page, 422 if request.method == "POST" else 200


def _add(form: HouseForm, poll_id: int, item: str) -> str:
    def effect(session: Session) -> Answer:
        poll = find_moderated(session, viewer(), poll_id)
        if poll is None:
            raise NotFoundError
        bank.add_item(session, viewer(), poll, item)
        return Answer(url_for("polls.question_bank", poll=poll_id))

    try:
        location = _once(form, [("poll", str(poll_id)), ("item", item)], effect)
    except NotFoundError:
        raise
    except DomainError as error:
        say(error.text, "warning")
        return url_for("polls.question_bank", poll=poll_id)
    say(_("The question is in your draft now."))
    return location


def _once(form: HouseForm, fields: list[tuple[str, str]], effect: object) -> str:
    answer = commit_once(
        key=str(form.idempotency_key.data),
        scope=f"account:{viewer().id}",
        request=fields,
        effect=effect,  # type: ignore[arg-type]  # one of the two above
    )
    return answer.location
