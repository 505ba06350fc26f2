"""The path in a calendar program, and on one sheet of paper."""

from datetime import date, datetime, timedelta

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hanmadang.curricula import texts
from hanmadang.curricula.domain import close_feed, open_feed
from hanmadang.curricula.engine.plan import Step
from hanmadang.curricula.models import PathFeed, StoredPlan
from hanmadang.curricula.queries import facts_of_account, path_page, plan_for
from hanmadang.curricula.queries.evenings import BookedEvening
from hanmadang.curricula.queries.paths import Made
from hanmadang.curricula.views.room import city_now, path_now, room
from hanmadang.events import ics, letters
from hanmadang.events.ics import Entry
from hanmadang.events.models import Event
from hanmadang.events.queries import feeds
from hanmadang.kernel import clock
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.downloads import as_download
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.forms import HouseForm
from hanmadang.kernel.headers import keep_address
from hanmadang.kernel.i18n import _, current_locale, use_locale
from hanmadang.kernel.ids import digest
from hanmadang.kernel.mailed import link_token, seed_of
from hanmadang.kernel.pages import external_url, render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.people.models import Account, AccountState

_FAMILY, _READ = "path", "calendar"
_CALENDAR = "text/calendar; charset=utf-8"
_SUNDAY = 6


@room.page("/my-path/calendar", needs=Permission.PUBLIC)
def calendar() -> ResponseReturnValue:
    """How the path gets into a calendar: as a file, or at an address that stays fresh."""
    account_id = viewer().account_id
    feed = db.session.get(PathFeed, account_id) if account_id is not None else None
    url = external_url("curricula.feed", token=feed_token(feed.seed)) if feed else ""
    page = render(
        "curricula/path/calendar.html",
        url=url,
        subscribe=f"webcal:{url.partition(':')[2]}" if url else "",
        form=HouseForm(formdata=None),
    )
    return keep_address(Response(page)) if url else page


@room.action("/my-path/calendar/address", needs=Permission.SIGNED_IN)
def open_address() -> ResponseReturnValue:
    """Give the path a secret address, or a new one that ends the old."""
    with transaction() as session:
        open_feed(session, viewer(), current_locale())
    say(_("Here is the address. Whoever has it can read your path, so keep it to yourself."))
    return redirect(url_for("curricula.calendar"), 303)


@room.action("/my-path/calendar/close", needs=Permission.SIGNED_IN)
def close_address() -> ResponseReturnValue:
    """End the address; calendars that read it stop being fresh."""
    with transaction() as session:
        close_feed(session, viewer())
    say(_("The address has ended."))
    return redirect(url_for("curricula.calendar"), 303)


@room.page("/my-path.ics", needs=Permission.PUBLIC)
def calendar_file() -> ResponseReturnValue:
    """The path of whoever asks, as it stands."""
    made = path_now()
    return keep_address(_answer(_file(db.session(), made, clock.now())))


@room.page("/my-path/feed/<token>.ics", needs=Permission.PUBLIC, localised=False)
def feed(token: str) -> ResponseReturnValue:
    """The path at its secret address, in the language it was made for. Stores nothing."""
    seed = seed_of(settings().secret_key, _FAMILY, _READ, token)
    found = db.session.scalar(_of_seed(seed)) if seed else None
    if found is None:
        raise NotFoundError
    session, now = db.session(), city_now()
    with use_locale(found.language):
        facts = facts_of_account(session, found.account_id, now)
        made = plan_for(session, facts, found.language, now=now)
        stored = session.get(StoredPlan, (found.account_id, found.language))
        content = _file(session, made, stored.created_at if stored else now)
    return keep_address(_answer(content))


def _of_seed(seed: str) -> Select[PathFeed]:
    """The feed of an account in use; what was blocked is read by nobody."""
    whose = (Account.id == PathFeed.account_id) & (Account.state == AccountState.ACTIVE.value)
    return select(PathFeed).join(Account, whose).where(PathFeed.seed == seed)


def feed_token(seed: str) -> str:
    """What stands in the secret address."""
    return link_token(settings().secret_key, _FAMILY, _READ, seed)


def _answer(content: bytes) -> Response:
    response = Response(content, content_type=_CALENDAR)
    as_download(response, "my-path.ics")
    response.add_etag()
    response.make_conditional(request)
    return response


def _file(session: Session, made: Made, made_at: datetime) -> bytes:
    today = made.learner.today or city_now().date()
    entries = [_step(made, step, today, made_at) for step in made.plan.steps]
    booked = [evening.event_id for evening in made.facts.evenings if not evening.over]
    events = session.scalars(select(Event).where(Event.id.in_(booked)).order_by(Event.id))
    entries += [feeds.entry(event, letters.season(event)) for event in events]
    return ics.calendar(entries, name=_("Hanmadang: my path"))


def _step(made: Made, step: Step, today: date, made_at: datetime) -> Entry:
    """A lesson on the day by which to begin it, else on the last day of this week."""
    lesson, language = made.shelf.lessons[step.unit_id], current_locale()
    day = max(today, step.start_by or today + timedelta(days=_SUNDAY - today.weekday()))
    place = f"{lesson.course_id}/{lesson.module_slug}/{lesson.unit_slug}"
    title, words = lesson.title.shown(language), texts.Words.of(made)
    return Entry(
        uid=f"lesson-{digest(place)[:24]}@{settings().host}",
        title=_("%(title)s (%(n)s min)", title=title.text, n=step.minutes),
        language=title.language,
        place="",
        text="\n".join(texts.reason_text(reason, words) for reason in step.reasons),
        url=external_url(
            "courses.unit", lang=language, course=lesson.course_slug,
            module=lesson.module_slug, unit=lesson.unit_slug,
        ),
        zone=settings().zone,
        starts=None,
        ends=None,
        first_day=day,
        last_day=day,
        created=made_at,
        updated=made_at,
        sequence=int(made_at.timestamp()) // 60,
        cancelled=False,
    )  # fmt: skip


@room.page("/my-path/print", needs=Permission.PUBLIC)
def printed() -> ResponseReturnValue:
    """The path on one sheet: titles, minutes, days, first reasons, boxes to tick."""
    made = path_now()
    words = texts.Words.of(made)
    return render(
        "curricula/path/printed.html",
        page=path_page(made, city_now()),
        today=city_now().date(),
        is_event=lambda row: isinstance(row, BookedEvening),
        reason=lambda step: texts.reason_text(step.reasons[0], words) if step.reasons else "",
    )
