"""A house with a broken rule must not pass: else the matrix would prove nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import true

from hanmadang.events import rules as event_rules
from hanmadang.forums import rules as forum_rules
from hanmadang.kernel.permissions import GRANTS, Permission, Role
from hanmadang.people import sessions
from hanmadang.polls import rules as poll_rules
from tests.matrix.crawl import Crawler, Report

Patch = pytest.MonkeyPatch


def _anything(*_: Any, **__: Any) -> Any:
    return true()


def _no(*_: Any, **__: Any) -> bool:
    return False


def _yes(*_: Any, **__: Any) -> bool:
    return True


def _open_event_desk(patch: Patch) -> None:
    patch.setattr(event_rules, "can_edit", _yes)


def _visible_events(patch: Patch) -> None:
    patch.setattr(event_rules, "can_see", _yes)
    patch.setattr(event_rules, "visible_to", _anything)


def _managed_forums(patch: Patch) -> None:
    patch.setattr(forum_rules, "managed_by", _anything)


def _moderated_polls(patch: Patch) -> None:
    patch.setattr(poll_rules, "can_moderate", _yes)
    patch.setattr("hanmadang.polls.queries.desk.moderated_by", _anything)


def _written_courses(patch: Patch) -> None:
    for reads in ("versions", "bank"):
        patch.setattr(f"hanmadang.courses.queries.{reads}.editable_by", _anything)


def _taught_classes(patch: Patch) -> None:
    patch.setattr("hanmadang.courses.queries.teaching.can_teach", _yes)


SABOTAGE: dict[str, tuple[Callable[[Patch], None], tuple[str, ...]]] = {
    "every organizer edits every event": (
        _open_event_desk,
        ("events.edit", "events.registrations"),
    ),
    "drafts are public": (_visible_events, ("events.show", "forums.show", "events.book")),
    "every forum is mine": (_managed_forums, ("forums.desk_proposal", "forums.release")),
    "every poll is mine": (_moderated_polls, ("polls.desk_show", "polls.desk")),
    "every editor writes every course": (
        _written_courses,
        ("courses.desk_course", "courses.desk_entry"),
    ),
    "every instructor teaches every class": (_taught_classes, ("courses.learners",)),
}


@pytest.mark.parametrize(("sabotage", "endpoints"), SABOTAGE.values(), ids=SABOTAGE)
def test_a_broken_object_rule_is_seen(
    crawler: Crawler,
    monkeypatch: Patch,
    sabotage: Callable[[Patch], None],
    endpoints: tuple[str, ...],
) -> None:
    sabotage(monkeypatch)
    report = crawler.run(crawler.cells(endpoints))
    assert report.faults
    assert report.leaks


def _crawl(crawler: Crawler, *endpoints: str) -> Report:
    return crawler.run(crawler.cells(endpoints))


def test_a_permission_given_to_the_wrong_role_is_seen(crawler: Crawler, monkeypatch: Patch) -> None:
    wider = GRANTS[Role.CITIZEN] | {Permission.ACCOUNTS_ADMINISTER}
    monkeypatch.setitem(GRANTS, Role.CITIZEN, wider)
    report = _crawl(crawler, "people.roles", "people.block")
    assert report.faults
    assert report.writes
    assert report.leaks
    assert crawler.policy.disagreeing(crawler.app)


def test_a_sleeping_second_factor_is_seen(crawler: Crawler, monkeypatch: Patch) -> None:
    monkeypatch.setattr(sessions, "STAFF", frozenset())
    monkeypatch.setattr("hanmadang.web.entrance._is_unproven", _no)
    assert any("unproven" in each for each in _crawl(crawler, "events.desk").faults)


def test_a_look_that_writes_is_seen(crawler: Crawler, monkeypatch: Patch) -> None:
    tables = crawler.policy.tables
    monkeypatch.setitem(tables["routes"]["people.roles"], "writes", [])
    vars(crawler.policy).pop("routes", None)
    try:
        assert _crawl(crawler, "people.roles").writes
    finally:
        vars(crawler.policy).pop("routes", None)
