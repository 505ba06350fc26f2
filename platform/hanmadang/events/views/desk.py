"""The organizers' desk: their events, the form, publishing, calling off."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.events import domain, rules, texts
from hanmadang.events.domain import InvalidFieldError
from hanmadang.events.domain.fields import missing_translations
from hanmadang.events.forms import EventForm
from hanmadang.events.models import Event, EventState
from hanmadang.events.queries import cards
from hanmadang.events.queries import desk as desks
from hanmadang.events.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import ConflictError, DomainError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _, _n
from hanmadang.kernel.idempotency import Answer, commit_once
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.vocabulary import topics

_NEEDS = Permission.EVENTS_ORGANIZE


@room.page("/desk/events", needs=_NEEDS)
def desk() -> ResponseReturnValue:
    """The viewer's events."""
    rows = desks.events_of(viewer())
    return render("events/desk.html", rows=rows, labels=texts, when=cards.when, now=clock.now())


@room.form("/desk/events/new", needs=_NEEDS)
def new() -> ResponseReturnValue:
    """A new draft."""
    form = _form()
    if form.sent():
        try:
            answer = _create(form)
        except InvalidFieldError as error:
            form.blame(error)
        else:
            say(answer.said)
            return redirect(answer.location, 303)
    if request.method == "GET" and form.languages.data is None:
        form.languages.data = ["ko"]
    return render("events/form.html", form=form, event=None), _status(form)


def _create(form: EventForm) -> Answer:
    fields = form.fields()

    def effect(session: Session) -> Answer:
        event = domain.create(
            session, fields, actor=viewer(), institution_id=form.institution.data, now=clock.now()
        )
        said = _("The draft is saved. Nobody but organizers sees it until you publish it.")
        return Answer(url_for("events.edit", event_id=event.id), said)

    return commit_once(
        key=str(form.idempotency_key.data),
        scope=f"account:{viewer().id}",
        request=form.hash_fields(),
        effect=effect,
    )


@room.form("/desk/events/<int:event_id>/edit", needs=_NEEDS)
def edit(event_id: int) -> ResponseReturnValue:
    """Change an event; a stale page is refused with the typed text kept."""
    event = _editable(db.session(), event_id)
    form = _form().of_existing()
    if request.method == "GET":
        return _edit_page(form.fill(event), event)
    if not form.sent():
        return _edit_page(form, event, 422)
    try:
        with transaction() as session:
            event = _editable(session, event_id)
            typed = form.version.data or ""
            version = int(typed) if typed.isdecimal() else 0
            domain.edit(
                session, event, form.fields(event), version=version, actor=viewer(), now=clock.now()
            )
    except InvalidFieldError as error:
        form.blame(error)
        return _edit_page(form, _editable(db.session(), event_id), 422)
    except (ConflictError, DomainError) as error:
        return _edit_page(form, _editable(db.session(), event_id), error.status, error)
    say(_("Saved."))
    return redirect(url_for("events.edit", event_id=event_id), 303)


@room.action("/desk/events/<int:event_id>/publish", needs=_NEEDS)
def publish(event_id: int) -> ResponseReturnValue:
    """Show a draft to everybody."""
    try:
        with transaction() as session:
            event = _editable(session, event_id)
            single = bool(request.form.get("single_language"))
            domain.publish(session, event, actor=viewer(), now=clock.now(), single_language=single)
    except NotFoundError:
        raise
    except DomainError as error:
        event = _editable(db.session(), event_id)
        return _edit_page(_form().of_existing().fill(event), event, error.status, error)
    say(_("The event is published."))
    return redirect(url_for("events.edit", event_id=event_id), 303)


@room.action("/desk/events/<int:event_id>/cancel", needs=_NEEDS)
def call_off(event_id: int) -> ResponseReturnValue:
    """Cancel a published event and tell everybody who booked."""
    with transaction() as session:
        event = _editable(session, event_id)
        told = domain.cancel(session, event, actor=viewer(), now=clock.now())
    say(_n(
        "The event is cancelled. %(n)s person who booked is being told by e-mail.",
        "The event is cancelled. %(n)s people who booked are being told by e-mail.",
        told,
    ))  # fmt: skip
    return redirect(url_for("events.edit", event_id=event_id), 303)


def _form() -> EventForm:
    words = [(topic.code, topic.name) for topic in topics()]
    return EventForm().offer(desks.institutions_of(viewer()), words)


def _editable(session: Session, event_id: int) -> Event:
    return rules.require_editable(viewer(), session.get(Event, event_id))


def _status(form: EventForm) -> int:
    return 422 if form.errors else 200


def _edit_page(
    form: EventForm, event: Event, status: int = 200, error: DomainError | None = None
) -> ResponseReturnValue:
    page = render(
        "events/form.html",
        form=form,
        event=event,
        error=error,
        now_over=event.over_at <= clock.now(),
        missing=missing_translations(event.title, event.summary, event.venue),
        labels=texts,
        state=texts.STATES[EventState(event.state)],
        is_conflict=isinstance(error, ConflictError),
    )
    return page, status
