"""Institutions, events and bookings for tests: complete, bilingual, every field can be given."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from hanmadang.events import domain
from hanmadang.events.domain import EventFields
from hanmadang.events.models import Event, EventKind
from hanmadang.events.openings import Hours
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.kernel.vocabulary import Topic
from hanmadang.people import consents
from hanmadang.people.models import Account, ConsentKind, Institution, InstitutionKind
from tests.factories.people import make_account

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
"""Saturday noon in Seoul; every event below lies after it."""
START = Moment.at(datetime(2026, 11, 30, 19, 30), "Asia/Seoul")
"""Monday evening nine days later."""
ADMIN = Viewer(
    account_id=1, name="Admin", roles=frozenset({Role.ADMINISTRATOR}), second_factor=True
)

_numbers = count(1)


def make_institution(session: Session, code: str = "") -> Institution:
    """An institute with a bilingual name."""
    number = next(_numbers)
    institution = Institution(
        code=code or f"institute-{number}",
        kind=InstitutionKind.INSTITUTE.value,
        name=Bilingual.of(ko=f"한마당 연구원 {number}", en=f"Hanmadang Institute {number}"),
        city=Bilingual.of(ko="한마당시", en="Hanmadang City"),
    )
    session.add(institution)
    session.flush()
    return institution


def make_topic(
    session: Session, code: str = "culture", ko: str = "문화", en: str = "Culture"
) -> Topic:
    """A topic events can be about."""
    topic = Topic(code=code, name=Bilingual.of(ko=ko, en=en))
    session.add(topic)
    session.flush()
    return topic


def evening(starts: Moment = START, *, hours: float = 1.5, **changes: Any) -> EventFields:
    """The fields of a complete concert, 90 minutes long."""
    ends = Moment.at(starts.local + timedelta(hours=hours), starts.zone)
    values: dict[str, Any] = {
        "kind": EventKind.CONCERT,
        "title": Bilingual.of(ko="북녘 노래와 남녘 노래", en="Songs of the North and South"),
        "summary": Bilingual.of(ko="한 무대에서 듣는 노래", en="Songs on one stage"),
        "description": Bilingual.of(ko="**함께** 듣습니다.", en="We listen **together**."),
        "venue": Bilingual.of(ko="한마당문화회관", en="Hanmadang Culture Centre"),
        "address": Bilingual.of(ko="시청로 12", en="12 Sicheong-ro"),
        "fee": Bilingual.of(ko="무료", en="Free"),
        "phone": "02-000-0001",
        "zone": starts.zone,
        "starts": starts,
        "ends": ends,
        "capacity": 10,
    }
    return EventFields(**(values | changes))


def exhibition(**changes: Any) -> EventFields:
    """The fields of an exhibition, Tuesday to Sunday 10:00-18:00, closed on Mondays and Seollal."""
    values: dict[str, Any] = {
        "kind": EventKind.EXHIBITION,
        "title": Bilingual.of(ko="하루, 두 곳", en="One Day, Two Places"),
        "summary": Bilingual.of(ko="남과 북의 일상", en="Everyday life in both Koreas"),
        "venue": Bilingual.of(ko="시립미술관", en="City Museum"),
        "first_day": date(2026, 11, 10),
        "last_day": date(2027, 2, 28),
        "hours": (Hours(frozenset(range(1, 7)), time(10), time(18), time(17, 30)),),
    }
    return EventFields(**(values | changes))


def make_event(
    session: Session,
    fields: EventFields | None = None,
    *,
    institution: Institution | None = None,
    published: bool = True,
    slug: str = "",
    now: datetime = NOW,
) -> Event:
    """A published event; a draft with `published=False`."""
    host = institution or make_institution(session)
    event = domain.create(
        session, fields or evening(), actor=ADMIN, institution_id=host.id, now=now, slug=slug
    )
    if published:
        single = bool((fields or evening()).incomplete())
        domain.publish(session, event, actor=ADMIN, now=now, single_language=single)
    session.flush()
    return event


def viewer_of(account: Account, **fields: Any) -> Viewer:
    """The account as a viewer."""
    return Viewer(account.id, account.name, account.locale, account.roles, **fields)


def make_citizens(session: Session, number: int) -> list[Viewer]:
    """So many citizens, who all agreed to be reminded."""
    people = [viewer_of(make_account(session)) for _ in range(number)]
    for person in people:
        consents.grant(session, person.id, ConsentKind.REMINDERS, now=NOW)
    return people


def book_all(session: Session, event: Event, people: Sequence[Viewer], now: datetime = NOW) -> None:
    """Everybody books, in this order."""
    for person in people:
        domain.book(session, event, actor=person, locale=person.locale, now=now)
