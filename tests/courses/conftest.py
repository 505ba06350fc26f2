"""A published course of three units and a citizen who takes it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from hanmadang.courses import domain
from hanmadang.kernel.permissions import Role, Viewer
from tests.courses.class_room import browser, frozen, group
from tests.factories import courses as make
from tests.factories.people import make_account

__all__ = ["browser", "frozen", "group"]

NOW = make.PUBLISHED_AT


@dataclass(frozen=True)
class Classroom:
    """A course, its units in order, and a citizen who takes it.

    Unit ``one`` has two paragraphs and no question, ``two`` two questions, ``three`` one.
    """

    course_id: int
    version_id: int
    units: list[int]
    citizen: Viewer

    @property
    def account_id(self) -> int:
        return self.citizen.id


def three_units() -> list[Any]:
    return [
        make.unit("one"),
        make.unit("two", [make.question("first"), make.several("second")], needs=("families",)),
        make.unit("three", [make.question("third", competency="families")]),
    ]


@pytest.fixture
def classroom(app: Flask, write: Callable[[], Any]) -> Classroom:
    with write() as session:
        version = make.publish(session, make.course(*three_units()))
        account = make_account(session)
        citizen = Viewer(account_id=account.id, roles=frozenset({Role.CITIZEN}), locale="ko")
        domain.enrol(session, citizen, version.course_id, locale="ko", now=NOW)
        return Classroom(version.course_id, version.id, make.unit_ids(session, version), citizen)


@pytest.fixture
def school(write: Callable[[], Any]) -> None:
    """A published course that nobody takes."""
    with write() as session:
        make.publish(session, make.course(*three_units()))
