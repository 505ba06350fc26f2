"""Several people at once: one saves, one approves, one version; each with a twin that fails."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from hanmadang.courses.domain import drafts, signing, submitting
from hanmadang.courses.models import CourseVersion, DraftUnit, VersionSignature
from hanmadang.kernel.db import db, transact
from hanmadang.kernel.errors import DomainError
from tests.factories.authoring import NOW, House, change_title, draft_units, hand_in, make_house

Write = Callable[[], Any]
Work = Callable[[Any], object]
DAY = NOW + timedelta(days=3)


def together(app: Flask, *works: Work) -> list[str]:
    """Each in a thread and a transaction of its own, all at once; what each came to."""
    ready, said = threading.Barrier(len(works)), ["" for _ in works]

    def run(hand: int, work: Work) -> None:
        with app.app_context():
            ready.wait()
            try:
                transact(work)
                said[hand] = "done"
            except DomainError as error:
                said[hand] = type(error).__name__

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


@pytest.fixture
def pair(write: Write) -> House:
    with write() as session:
        return make_house(session)


@pytest.fixture
def waiting(pair: House, write: Write) -> tuple[int, str]:
    with write() as session:
        version = hand_in(session, pair)
        return version.id, version.content_hash


def saving(unit_id: int, who: Any, minutes: int) -> Work:
    content = {"minutes": {"ko": minutes, "en": 1}}
    return lambda s: drafts.save_unit(s, who, unit_id, content, revision=1, now=NOW)


def test_of_two_who_save_at_once_one_is_refused(app: Flask, pair: House, read: Write) -> None:
    with read() as session:
        unit_id = draft_units(session, pair.course_id)[0].id
    found = together(app, saving(unit_id, pair.first, 3), saving(unit_id, pair.second, 4))
    assert sorted(found) == ["StaleDraftError", "done"]


def test_without_the_revision_in_the_statement_one_would_be_lost(
    app: Flask, pair: House, read: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def blind(session: Any, table: Any, which: Any, revision: int, **values: Any) -> None:
        session.execute(update(table).where(which).values(revision=revision + 1, **values))

    monkeypatch.setattr(drafts, "_claim", blind)
    monkeypatch.setattr(drafts, "KEPT", 0)
    with read() as session:
        unit_id = draft_units(session, pair.course_id)[0].id
    found = together(app, saving(unit_id, pair.first, 3), saving(unit_id, pair.second, 4))
    assert found == ["done", "done"]


def signing_for(who: Any, waiting: tuple[int, str]) -> Work:
    version_id, mark = waiting
    return lambda s: signing.sign(s, who, version_id, content_hash=mark, now=NOW)


def test_two_last_signers_at_once_publish_once(
    app: Flask, pair: House, waiting: tuple[int, str], read: Write
) -> None:
    works = (signing_for(pair.first, waiting), signing_for(pair.second, waiting))
    assert together(app, *works) == ["done", "done"]
    with read() as session:
        assert session.get_one(CourseVersion, waiting[0]).state == "published"


def test_who_counted_before_the_other_signed_would_leave_it_waiting(
    app: Flask, pair: House, waiting: tuple[int, str], read: Write
) -> None:
    """The twin: both look who is missing first, and sign afterwards."""
    looked = threading.Barrier(2)

    def early(who: Any) -> Work:
        def work(session: Any) -> None:
            signed = update(VersionSignature).where(
                VersionSignature.institution_id == who.institution_id
            )
            session.execute(signed.values(state="signed", at=NOW, content_hash=waiting[1]))

        return work

    def run(who: Any) -> None:
        with app.app_context():
            rows = select(func.count()).where(VersionSignature.state == "waiting")
            missing = db.session().scalar(rows)
            looked.wait()
            transact(early(who))
            if missing == 1:
                transact(
                    lambda s: submitting.approve(s, who, s.get_one(CourseVersion, waiting[0]), NOW)
                )

    threads = [threading.Thread(target=run, args=(who,)) for who in (pair.first, pair.second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with read() as session:
        assert session.get_one(CourseVersion, waiting[0]).state == "in_review"


def test_signing_and_returning_at_once_never_publishes_what_was_returned(
    app: Flask, pair: House, waiting: tuple[int, str], write: Write, read: Write
) -> None:
    with write() as session:
        signing_for(pair.first, waiting)(session)
    found = together(
        app,
        signing_for(pair.second, waiting),
        lambda s: signing.send_back(s, pair.first, waiting[0], reason="Wait", now=NOW),
    )
    with read() as session:
        state = session.get_one(CourseVersion, waiting[0]).state
    assert (found, state) in (
        (["done", "NotAllowedNowError"], "published"),
        (["NotAllowedNowError", "done"], "returned"),
    )


def test_handing_in_twice_at_once_is_one_version(
    app: Flask, pair: House, write: Write, read: Write
) -> None:
    with write() as session:
        change_title(session, pair)

    def hand(who: Any) -> Work:
        return lambda s: submitting.submit(s, who, pair.course_id, now=NOW)

    assert together(app, hand(pair.first), hand(pair.second)) == ["done", "done"]
    with read() as session:
        assert session.scalar(select(func.count()).select_from(CourseVersion)) == 2
        assert session.scalar(select(func.max(DraftUnit.revision))) == 2


@pytest.fixture
def due(pair: House, write: Write) -> int:
    """A version that both signed, and whose day has come."""
    with write() as session:
        version = hand_in(session, pair, effective_at=DAY)
        for who in (pair.first, pair.second):
            signing_for(who, (version.id, version.content_hash))(session)
        assert version.state == "approved"
        return version.id


def test_taking_a_signature_back_on_the_day_itself_publishes_or_returns(
    app: Flask, pair: House, due: int, read: Write
) -> None:
    found = together(
        app,
        lambda s: submitting.publish_due(s, due, DAY),
        lambda s: signing.send_back(s, pair.second, due, reason="Not yet", now=DAY),
    )
    with read() as session:
        state = session.get_one(CourseVersion, due).state
    assert (found, state) in (
        (["done", "NotAllowedNowError"], "published"),
        (["done", "done"], "returned"),
    )


def publish_blindly(session: Any, version_id: int) -> str:
    """As a job without `move` would."""
    old = update(CourseVersion).where(CourseVersion.state == "published")
    session.execute(old.values(state="superseded"))
    new = update(CourseVersion).where(CourseVersion.id == version_id)
    session.execute(new.values(state="published", published_at=DAY))
    return str(session.get_one(CourseVersion, version_id).state)


def test_a_job_that_looked_before_it_wrote_would_publish_what_was_returned(
    pair: House, due: int, write: Write
) -> None:
    """The twin: whether the day has come is asked before the turn is taken."""
    with write() as session:
        ready = session.get_one(CourseVersion, due).state == "approved"
    with write() as session:
        signing.send_back(session, pair.second, due, reason="Not yet", now=DAY)
    with write() as session, session.begin_nested() as undone:
        assert ready
        assert publish_blindly(session, due) == "published"
        undone.rollback()
