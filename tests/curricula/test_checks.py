"""What the nightly self-check looks at, and what it finds where it does not agree."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hanmadang.curricula import checks, domain
from hanmadang.curricula.brought import Device, Knowledge, Shown
from hanmadang.curricula.domain import cohorts
from hanmadang.curricula.engine.pretest import Asked
from hanmadang.curricula.models import Choice, CohortCurriculum, Evidence, StepChoice
from hanmadang.curricula.queries.facts import pieces_of
from hanmadang.kernel.permissions import Viewer
from tests.curricula.conftest import House, Opener
from tests.curricula.test_cohorts import Class, klass
from tests.factories.curricula import NOW, unit_id
from tests.factories.runs import ADMIN
from tests.factories.runs import NOW as THEN

__all__ = ["klass"]
DAY = date(2026, 11, 21)


def tried(session: Session, actor: Viewer) -> None:
    """A pre-test of one question, answered wrong."""
    domain.begin_pretest(session, actor, [], now=NOW)
    wrong = Asked(1, "armistice", right=False)
    domain.answer_pretest(session, actor, 1, wrong, now=NOW)


def known(session: Session, actor: Viewer) -> None:
    """A lesson that somebody showed to know."""
    right = [Asked(1, "armistice", right=True)]
    domain.check(session, actor, unit_id(session, "line"), right, now=NOW)


@pytest.mark.parametrize(
    ("act", "damage"),
    [(tried, update(Evidence).values(of=3)), (known, update(Evidence).values(source_ref="1/a/b"))],
)
def test_what_somebody_showed_rests_on_answers(
    house_with_poll: House, write: Opener, act: Callable[..., None], damage: Any
) -> None:
    with write() as session:
        act(session, Viewer(house_with_poll.account_id))
        assert list(checks.shown(session)) == []
        session.execute(damage)
        assert len(list(checks.shown(session))) == 1
        session.rollback()


def test_a_fixed_curriculum_has_its_lessons(write: Opener, klass: Class) -> None:
    with write() as session:
        assert list(checks.curricula(session)) == []
        cohorts.freeze(session, ADMIN, klass.cohort_id, version=2, now=THEN)
        assert list(checks.curricula(session)) == []
        session.execute(update(CohortCurriculum).values(steps=[]))
        assert len(list(checks.curricula(session))) == 1
        session.rollback()


def test_an_accounts_own_pretest_and_claims_stand_against_a_devices(
    house_with_poll: House, write: Opener
) -> None:
    actor = Viewer(house_with_poll.account_id)
    with write() as session:
        tried(session, actor)
        known(session, actor)
        line = unit_id(session, "line")
        device = Device(
            shown=(
                Shown((Knowledge("war", 0, 2),), "pretest", DAY),
                Shown((Knowledge("armistice", 0, 2),), "check", DAY, line),
            )
        )
        domain.carry_decisions(session, actor.id, device, now=NOW)
        assert sorted((p.source, p.code, p.right) for p in pieces_of(session, actor.id)) == [
            ("check", "armistice", 1), ("pretest", "armistice", 0),
        ]  # fmt: skip
        assert session.scalars(select(StepChoice.choice)).all() == [Choice.KNOWN.value]
