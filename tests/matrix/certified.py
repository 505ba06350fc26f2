"""Two citizens who each finished a course of their own, and what anybody may check of it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from hanmadang.courses import badge_keys, domain
from hanmadang.courses.domain import Choice
from hanmadang.courses.models import Item
from hanmadang.kernel import clock
from tests.courses.graduates import certificate_of
from tests.factories import courses as make
from tests.matrix.actors import Cast
from tests.matrix.canaries import Aviary


def of(session: Session, cast: Cast, aviary: Aviary) -> dict[str, Mapping[str, Any]]:
    """A certificate of each, with a printed copy, and the newest key."""
    made: dict[str, Mapping[str, Any]] = {
        f"certificate of {name}": _certificate(session, cast, aviary, name)
        for name in ("citizen-a", "citizen-b")
    }
    badge_keys.ensure()
    made["badge key"] = {"key": badge_keys.public_keys()[0]["kid"]}
    made["status list"] = {"part": 0}
    return made


def _certificate(session: Session, cast: Cast, aviary: Aviary, name: str) -> dict[str, Any]:
    person, now, slug = cast.viewers[name], clock.now(), f"certified-{name}"
    version = make.publish(session, make.course(slug=slug, position=99))
    domain.enrol(session, person, version.course_id, locale="en", now=now)
    domain.complete(session, person, make.unit_ids(session, version)[0], now=now)
    number = certificate_of(session, person.id).number
    domain.write_name(session, person, number, aviary.mark(name, "name on a certificate"))
    choice = Choice("en", frozenset({Item.NAME}))
    code = domain.copy(session, person, number, choice, now=now).code
    return {"number": number, "code": code, "course": slug}
