"""The moderators' desk of audience questions: one tap each, each with its way back."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from hanmadang.kernel import audit
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import ConflictError, DomainError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.sheets import spreadsheet
from hanmadang.kernel.slots import slot
from hanmadang.polls import texts_audience as texts
from hanmadang.polls.domain.audience_desk import MERGE_TARGETS, merge, move
from hanmadang.polls.domain.audience_sitting import configure
from hanmadang.polls.forms.audience import SettingsForm, merge_form, settings_form
from hanmadang.polls.models import Poll
from hanmadang.polls.models_audience import ASK_STEPS, AskState
from hanmadang.polls.queries.audience import Ask, Asks, SittingPage, desk_asks, entrance
from hanmadang.polls.queries.desk import find_moderated
from hanmadang.polls.views.room import live_urls_of, room

NEEDS = Permission.POLLS_MODERATE


@room.page("/desk/polls/<int(max=2147483647):poll_id>/questions", needs=NEEDS)
def audience_desk(poll_id: int) -> ResponseReturnValue:
    """Every question by where it stands, and what can be done with it."""
    poll, sitting = _moderated(poll_id)
    if sitting is None:
        return redirect(url_for("polls.audience_settings", poll_id=poll_id))
    asks = desk_asks(db.session(), poll_id)
    stream, snapshot = live_urls_of(poll.code)
    return render(
        "polls/audience_desk.html",
        poll=poll,
        sitting=sitting,
        asks=asks,
        more=max(sitting.asked - len(asks.all), 0),
        undo=_undo(asks),
        stream=stream,
        snapshot=snapshot,
        texts=texts,
    )


def _undo(asks: Asks) -> tuple[Ask, AskState] | None:
    """The act that the address tells of, if it can still be undone."""
    number, _dot, was = request.args.get("did", "").partition(".")
    ask = next((ask for ask in asks.all if str(ask.number) == number), None)
    if ask is None or was not in set(AskState):
        return None
    return (ask, AskState(was)) if ASK_STEPS.allows(ask.state, AskState(was)) else None


@room.action(
    "/desk/polls/<int(max=2147483647):poll_id>/questions/<int(max=2147483647):ask_id>/move",
    needs=NEEDS,
)
def audience_move(poll_id: int, ask_id: int) -> ResponseReturnValue:
    """Show, call, answer, hide or put back, from the state that the moderator saw."""
    seen, to = (request.form.get(name, "") for name in ("seen", "to"))
    try:
        with transaction() as session:
            _require(find_moderated(session, viewer(), poll_id))
            if not {seen, to} <= set(AskState):
                raise NotAllowedNowError
            before = AskState(seen)
            number = move(session, viewer(), poll_id, ask_id, seen=before, to=AskState(to))
    except NotFoundError:
        raise
    except DomainError as error:
        say(error.text, "warning")
        return redirect(url_for("polls.audience_desk", poll_id=poll_id), 303)
    did = None if request.form.get("undo") else f"{number}.{before.value}"
    return redirect(url_for("polls.audience_desk", poll_id=poll_id, did=did), 303)


@room.form(
    "/desk/polls/<int(max=2147483647):poll_id>/questions/<int(max=2147483647):ask_id>/merge",
    needs=NEEDS,
)
def audience_merge(poll_id: int, ask_id: int) -> ResponseReturnValue:
    """Choose the question that asks the same."""
    poll, _sitting = _moderated(poll_id)
    asks = desk_asks(db.session(), poll_id)
    ask = next((each for each in asks.all if each.id == ask_id), None)
    if ask is None:
        raise NotFoundError
    targets = [each for each in asks.of(*MERGE_TARGETS) if each.id != ask_id]
    form = merge_form(ask, targets)
    if targets and form.sent():
        return _merge(poll_id, ask, form.seen.data or "", int(form.into.data))
    return render(
        "polls/audience_merge.html", poll=poll, ask=ask, form=form, targets=targets, texts=texts
    ), 422 if form.errors else 200


def _merge(poll_id: int, ask: Ask, seen: str, into: int) -> ResponseReturnValue:
    before = AskState(seen) if seen in set(AskState) else ask.state
    try:
        with transaction() as session:
            _require(find_moderated(session, viewer(), poll_id))
            merge(session, viewer(), poll_id, ask.id, seen=before, into=into)
    except NotFoundError:
        raise
    except DomainError as error:
        say(error.text, "warning")
        return redirect(url_for("polls.audience_desk", poll_id=poll_id), 303)
    did = f"{ask.number}.{before.value}"
    return redirect(url_for("polls.audience_desk", poll_id=poll_id, did=did), 303)


@room.form("/desk/polls/<int(max=2147483647):poll_id>/questions/settings", needs=NEEDS)
def audience_settings(poll_id: int) -> ResponseReturnValue:
    """On or off, with or without names, read before or shown at once, and where."""
    poll, sitting = _moderated(poll_id)
    form, status = settings_form(sitting), 200
    if form.sent():
        if _knows_forum(form, poll_id):
            saved = _configure(poll_id, form)
            if saved is not None:
                return saved
            status = 409
        else:
            status = 422
    elif form.errors:
        status = 422
    page = render("polls/audience_settings.html", poll=poll, sitting=sitting, form=form)
    return page, status


def _configure(poll_id: int, form: SettingsForm) -> ResponseReturnValue | None:
    try:
        with transaction() as session:
            _require(find_moderated(session, viewer(), poll_id))
            configure(session, viewer(), poll_id, form.wanted(), seen=form.seen.data or "")
    except NotFoundError:
        raise
    except ConflictError as error:
        form.form_errors.append(str(error.text))
        sitting, _person = entrance(db.session(), poll_id, "")
        form.seen.data = sitting.mark if sitting else ""
        return None
    except DomainError as error:
        form.form_errors.append(str(error.text))
        return None
    say(_("Saved."))
    return redirect(url_for("polls.audience_desk", poll_id=poll_id), 303)


def _knows_forum(form: SettingsForm, poll_id: int) -> bool:
    """Whether the room above shows such a forum of the poll's own host (the house's: of any).

    Polls cannot look upwards.
    """
    slug, host = form.forum_slug(), db.session().get_one(Poll, poll_id).institution_id
    if slug and not slot("audience.forum", slug=slug, host=host):
        form.show_unknown_forum()
        return False
    return True


@room.page("/desk/polls/<int(max=2147483647):poll_id>/questions.csv", needs=NEEDS)
def audience_csv(poll_id: int) -> ResponseReturnValue:
    """Every question for a spreadsheet; the look is written into the audit log."""
    with transaction() as session:
        _require(find_moderated(session, viewer(), poll_id))
        asks = desk_asks(session, poll_id, every=True).all
        audit.record(
            session, viewer(), "audience.exported", kind="poll", id=poll_id, detail=str(len(asks))
        )
    head = (
        _("No."), _("Question"), _("Language"), _("Name"), _("Up-votes"), _("State"),
        _("Merged into"),
    )  # fmt: skip
    rows = (
        (
            ask.number, ask.text, ask.language, ask.name, ask.upvotes, texts.STATES[ask.state],
            ask.merged_into,
        )
        for ask in sorted(asks, key=lambda each: each.number)
    )  # fmt: skip
    return spreadsheet(f"questions-{poll_id}.csv", head, rows)


def _moderated(poll_id: int) -> tuple[Poll, SittingPage | None]:
    poll = _require(find_moderated(db.session(), viewer(), poll_id))
    sitting, _person = entrance(db.session(), poll_id, "")
    return poll, sitting


def _require(poll: Poll | None) -> Poll:
    if poll is None:
        raise NotFoundError
    return poll
