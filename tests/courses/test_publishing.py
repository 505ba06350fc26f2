"""Publishing: a version is written once, and replaces the one before it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hanmadang.courses import domain
from hanmadang.courses.domain import UnknownWordError
from hanmadang.courses.models import (
    Block,
    Course,
    CourseVersion,
    Module,
    Question,
    Source,
    Unit,
    UnitNeed,
    VersionState,
    version_machine,
)
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.errors import NotAllowedNowError, RefusedError
from hanmadang.kernel.permissions import NOBODY, Role, Viewer
from hanmadang.people.models import Institution
from tests.courses.conftest import three_units
from tests.factories import courses as make

Write = Callable[[], Any]
LATER = make.PUBLISHED_AT + timedelta(days=7)


def make_institution(session: Session, code: str = "city") -> int:
    institution = Institution(
        code=code, kind="city", name=make.text("시", "City"), city=make.text("서울", "Seoul")
    )
    session.add(institution)
    session.flush()
    return institution.id


def states(session: Session) -> list[tuple[int, str]]:
    order = select(CourseVersion).order_by(CourseVersion.number)
    return [(version.number, version.state) for version in session.scalars(order)]


def test_a_course_is_published_as_version_one(write: Write) -> None:
    with write() as session:
        version = make.publish(session, make.course(*three_units()))
        assert (version.number, version.state) == (1, "published")
        assert version.published_at == make.PUBLISHED_AT
        assert (version.unit_count, version.question_count) == (3, 3)
        assert (version.minutes_ko, version.minutes_en) == (15, 21)


def test_units_are_numbered_through_the_whole_course(write: Write) -> None:
    spec = make.course(make.unit("a"), make.unit("b"))
    second = replace(spec.modules[0], slug="more", units=(make.unit("a"), make.unit("c")))
    with write() as session:
        make.publish(session, replace(spec, modules=(*spec.modules, second)))
        order = select(Module.slug, Unit.slug, Unit.position).join(Unit).order_by(Unit.position)
        assert [tuple(row) for row in session.execute(order)] == [
            ("start", "a", 1),
            ("start", "b", 2),
            ("more", "a", 3),
            ("more", "c", 4),
        ]


def test_everything_in_a_unit_is_kept(write: Write) -> None:
    with write() as session:
        make.publish(session, make.course(*three_units()))
        second = session.scalars(select(Unit).where(Unit.slug == "two")).one()
        questions = session.scalars(
            select(Question).where(Question.unit_id == second.id).order_by(Question.position)
        ).all()
        assert [question.slug for question in questions] == ["first", "second"]
        assert [option["correct"] for option in questions[1].body["options"]] == [True, False, True]
        assert session.scalars(select(UnitNeed.competency_code)).all() == ["families"]
        assert session.scalar(select(func.count()).select_from(Source)) == 3


def test_html_is_stored_beside_its_source(write: Write) -> None:
    with write() as session:
        make.publish(session)
        block = session.scalars(select(Block).order_by(Block.position)).first()
        assert block is not None
        assert block.html == {
            "ko": "<p>first 문단입니다.</p>\n",
            "en": "<p>This is paragraph first.</p>\n",
        }
        assert block.content == {
            "kind": "text",
            "body": {"ko": "first 문단입니다.", "en": "This is paragraph first."},
        }


def test_a_new_version_supersedes_the_old_one(write: Write) -> None:
    with write() as session:
        make.publish(session)
        second = domain.publish_course(session, make.EDITOR, make.course(make.unit("other")), LATER)
        assert states(session) == [(1, "superseded"), (2, "published")]
        assert second.published_at == LATER


def test_the_old_version_keeps_its_content(write: Write) -> None:
    with write() as session:
        first = make.publish(session)
        make.publish(session, make.course(make.unit("other")))
        slugs = session.scalars(select(Unit.slug).where(Unit.version_id == first.id)).all()
        assert slugs == ["one"]


def test_the_same_content_again_changes_nothing(write: Write) -> None:
    with write() as session:
        first = make.publish(session)
        again = domain.publish_course(session, make.EDITOR, make.course(), LATER)
        assert again.id == first.id
        assert states(session) == [(1, "published")]


def test_the_courses_title_follows_its_newest_version(write: Write) -> None:
    with write() as session:
        make.publish(session)
        make.publish(session, make.course(title=make.text("새 제목", "New title")))
        assert make.course_of(session).title.get("en") == "New title"


def test_publishing_is_audited(write: Write) -> None:
    with write() as session:
        make.publish(session)
        make.publish(session, make.course(make.unit("other")))
        session.flush()
        acts = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
        assert acts == ["course.published", "course.superseded", "course.published"]


def test_unknown_words_are_named(write: Write) -> None:
    spec = make.course(make.unit(topics=("history", "cooking"), needs=("dancing",)))
    with pytest.raises(UnknownWordError) as caught, write() as session:
        make.publish(session, spec)
    assert caught.value.args == ("cooking, dancing",)


def test_a_refused_course_leaves_nothing_behind(write: Write, read: Write) -> None:
    with pytest.raises(UnknownWordError), write() as session:
        make.publish(session, make.course(make.unit(topics=("cooking",))))
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Course)) == 0


@pytest.mark.parametrize(
    "actor",
    [NOBODY, Viewer(account_id=5, roles=frozenset({Role.CITIZEN, Role.EXPERT}))],
)
def test_who_may_not_author_is_refused(write: Write, actor: Viewer) -> None:
    with write() as session:
        make.make_words(session)
    with pytest.raises(RefusedError), write() as session:
        domain.publish_course(session, actor, make.course(), make.PUBLISHED_AT)


def test_a_partner_publishes_for_their_own_institution(write: Write) -> None:
    with write() as session:
        make.make_words(session)
        own = make_institution(session)
        partner = Viewer(account_id=5, roles=frozenset({Role.PARTNER_EDITOR}), institution_id=own)
        domain.publish_course(session, partner, make.course(), make.PUBLISHED_AT)
        assert make.course_of(session).institution_id == own


def test_a_partner_does_not_replace_another_institutions_course(write: Write) -> None:
    with write() as session:
        make.publish(session, institution_id=make_institution(session))
        other = make_institution(session, "school")
    partner = Viewer(account_id=5, roles=frozenset({Role.PARTNER_EDITOR}), institution_id=other)
    with pytest.raises(RefusedError), write() as session:
        domain.publish_course(session, partner, make.course(make.unit("x")), LATER)


def test_two_published_versions_cannot_stand_side_by_side(write: Write) -> None:
    with write() as session:
        course_id = make.publish(session).course_id
    second = CourseVersion(
        course_id=course_id, number=2, state="published", published_at=LATER, content_hash="x",
        unit_count=0, question_count=0, minutes_ko=0, minutes_en=0,
    )  # fmt: skip
    with pytest.raises(IntegrityError), write() as session:
        session.add(second)


@pytest.mark.parametrize(
    ("before", "after"),
    [("published", "draft"), ("superseded", "published"), ("draft", "superseded")],
)
def test_a_version_never_goes_back(before: str, after: str) -> None:
    with pytest.raises(NotAllowedNowError):
        version_machine.check(VersionState(before), VersionState(after))
