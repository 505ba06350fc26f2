"""Whether the house is well: for load balancers, for operators, for Prometheus."""

from datetime import timedelta
from ipaddress import ip_address

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from hanmadang.kernel import clock
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.origins import address_of
from hanmadang.kernel.pages import viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.rooms import Room
from hanmadang.reminders import queries

room = Room("health", __name__)
BEAT_LIMIT = timedelta(seconds=30)
"""A scheduler that said nothing for longer is taken for dead."""
OVERDUE_LIMIT = timedelta(minutes=5)
"""A mail waiting for longer means that nobody sends."""


@room.page("/healthz", needs=Permission.PUBLIC, localised=False)
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@room.page("/readyz", needs=Permission.PUBLIC, localised=False)
def readyz() -> ResponseReturnValue:
    """Database, scheduler and outbox work; 503 names what does not."""
    found = checks()
    status = 200 if all(found.values()) else 503
    return jsonify(status="ready" if status == 200 else "not ready", checks=found), status  # noqa: PLR2004


def checks() -> dict[str, bool]:
    """Each part of the system and whether it is well."""
    session, now = db.session(), clock.now()
    try:
        session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return {"database": False, "scheduler": False, "outbox": False}
    beat = queries.last_beat(session, "scheduler")
    overdue = queries.oldest_overdue(session, now)
    return {
        "database": True,
        "scheduler": beat is not None and now - beat <= BEAT_LIMIT,
        "outbox": overdue is None or now - overdue <= OVERDUE_LIMIT,
    }


@room.page("/metrics", needs=Permission.PUBLIC, localised=False)
def metrics() -> ResponseReturnValue:
    """Gauges for Prometheus; only from this machine or for operators."""
    if not (_is_local(address_of(request)) or viewer().may(Permission.OPERATIONS_READ)):
        raise NotFoundError
    registry = CollectorRegistry()
    up = Gauge("hanmadang_up", "Whether a part of the system is well.", ["part"], registry=registry)
    for part, well in checks().items():
        up.labels(part).set(well)
    mails = Gauge("hanmadang_outbox_mails", "Mails by state.", ["state"], registry=registry)
    for state, count in queries.counts_by_state(db.session()).items():
        mails.labels(state).set(count)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _is_local(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
