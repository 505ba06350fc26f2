"""Booking a seat, giving it back, and the list of one's bookings."""

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.events import domain, rules, texts
from hanmadang.events.domain import Booked
from hanmadang.events.models import LIVE, Event, Registration, Slot
from hanmadang.events.queries import bookings_of
from hanmadang.events.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.db import transaction
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.forms import HouseForm
from hanmadang.kernel.i18n import _, _n, current_locale
from hanmadang.kernel.idempotency import Answer, commit_once
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission


@room.action("/events/<slug>/book", needs=Permission.EVENTS_BOOK)
def book(slug: str) -> ResponseReturnValue:
    """Book a seat, once however often the button is pressed."""
    form = HouseForm()
    if not form.sent():
        abort(400)
    here = url_for("events.show", slug=slug)

    def effect(session: Session) -> Answer:
        booked = domain.book(
            session, _event(session, slug), actor=viewer(), locale=current_locale(), now=clock.now()
        )
        said = _said(booked)
        return Answer(here, said, "success" if booked.has_seat else "info")

    try:
        answer = commit_once(
            key=str(form.idempotency_key.data),
            scope=f"account:{viewer().id}",
            request=[("book", slug)],
            effect=effect,
        )
    except NotFoundError:
        raise
    except DomainError as error:
        answer = Answer(here, str(error.text), "error")
    say(answer.said, answer.category)
    return redirect(answer.location, 303)


def _said(booked: Booked) -> str:
    if booked.has_seat:
        return _("Your seat is booked. A confirmation is on its way by e-mail.")
    if booked.ahead == 0:
        return _("All seats are taken. You are first in line on the waiting list.")
    return _n(
        "All seats are taken. You are on the waiting list, with %(n)s person ahead of you.",
        "All seats are taken. You are on the waiting list, with %(n)s people ahead of you.",
        booked.ahead,
    )


@room.action("/events/<slug>/cancel", needs=Permission.EVENTS_BOOK)
def give_back(slug: str) -> ResponseReturnValue:
    """Give the viewer's seat or waiting place back; pressed twice it says so again."""
    try:
        with transaction() as session:
            event = _event(session, slug)
            mine = _mine(session, event)
            if mine is not None:
                domain.cancel_registration(session, mine, actor=viewer(), now=clock.now())
        say(_("Your booking has been given back. You can book again while booking is open."))
    except NotFoundError:
        raise
    except DomainError as error:
        say(error.text, "error")
    return redirect(url_for("events.show", slug=slug), 303)


@room.page("/my/bookings", needs=Permission.EVENTS_BOOK)
def my_bookings() -> ResponseReturnValue:
    """Everything the viewer booked."""
    to_come, earlier = bookings_of(viewer().id, clock.now())
    return render(
        "events/bookings.html", to_come=to_come, earlier=earlier, labels=texts.REGISTRATIONS
    )


def _event(session: Session, slug: str) -> Event:
    event = session.scalars(
        select(Event).where(Event.slug == slug, rules.visible_to(viewer()))
    ).one_or_none()
    if event is None:
        raise NotFoundError
    return event


def _mine(session: Session, event: Event) -> Registration | None:
    return session.scalars(
        select(Registration)
        .join(Slot, Slot.id == Registration.slot_id)
        .where(
            Slot.event_id == event.id,
            Registration.account_id == viewer().id,
            Registration.state.in_(LIVE),
        )
    ).one_or_none()
