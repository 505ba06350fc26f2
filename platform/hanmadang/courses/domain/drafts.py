"""Writing a draft: begun from nothing or from a version, saved part by part.

Whoever saves names the revision they began from. Another one stands there now: `StaleDraftError`,
and both texts are kept for the page that compares them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from hanmadang.courses.editing.file import unit_content
from hanmadang.courses.editing.texts import text_of
from hanmadang.courses.models import (
    Course,
    CourseDraft,
    CourseVersion,
    DraftModule,
    DraftRevision,
    DraftUnit,
    VersionState,
)
from hanmadang.courses.queries.documents import document_of
from hanmadang.courses.queries.drafts import modules_of, units_of
from hanmadang.courses.upserts import insert_once
from hanmadang.kernel import audit
from hanmadang.kernel.errors import ConflictError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.ids import slugify
from hanmadang.kernel.permissions import Viewer

KEPT = 50
"""Earlier states of a unit that can be gone back to."""
_HEAD = ("position", "title", "summary", "audience")


class StaleDraftError(ConflictError):
    """Somebody saved the same part since this page was opened."""


class LastUnitError(NotAllowedNowError):
    """A module that still holds units is not removed with a slip of the hand."""

    text = lazy("Please move or remove the units of this module first.")


def begin(
    session: Session,
    actor: Viewer,
    head: Mapping[str, Any],
    *,
    institution_id: int | None,
    now: datetime,
) -> CourseDraft:
    """A new course, seen by nobody but its authors, with an empty draft of one module."""
    title = text_of(head.get("title"))
    course = Course(
        slug=_free_slug(session, Course, title.get("en")),
        position=int(session.scalar(select(func.max(Course.position))) or 0) + 1,
        title=title,
        summary=text_of(head.get("summary")),
        audience=text_of(head.get("audience")),
        institution_id=institution_id,
    )
    session.add(course)
    session.flush()
    whole = {"position": course.position} | dict(head)
    draft = CourseDraft(
        course_id=course.id, head=whole, updated_by=actor.account_id, updated_at=now, revision=1
    )
    session.add(draft)
    session.flush()
    audit.record(session, actor, "course.begun", kind="course", id=course.id)
    return draft


def begin_from(
    session: Session,
    actor: Viewer,
    document: Mapping[str, Any],
    *,
    institution_id: int | None,
    now: datetime,
) -> CourseDraft:
    """A new course whose draft is what a file said; what is incomplete is written on there."""
    head = {name: document.get(name, {}) for name in _HEAD if name != "position"}
    draft = begin(session, actor, head, institution_id=institution_id, now=now)
    _copy(session, actor, draft.course_id, document, now)
    return draft


def open_draft(session: Session, actor: Viewer, course_id: int, *, now: datetime) -> CourseDraft:
    """The course's draft; made from its published version where there is none."""
    draft = session.get(CourseDraft, course_id)
    if draft is not None:
        return draft
    version = session.scalars(
        select(CourseVersion).where(
            CourseVersion.course_id == course_id,
            CourseVersion.state == VersionState.PUBLISHED.value,
        )
    ).one()
    document = document_of(session, version)
    made = insert_once(
        session,
        CourseDraft,
        course_id=course_id,
        based_on=version.id,
        head={name: document[name] for name in _HEAD},
        revision=1,
        updated_by=actor.account_id,
        updated_at=now,
    )
    if made is not None:
        _copy(session, actor, course_id, document, now)
        audit.record(session, actor, "course.draft-begun", kind="course", id=course_id)
    return session.get_one(CourseDraft, course_id)


def _copy(
    session: Session, actor: Viewer, course_id: int, document: Mapping[str, Any], now: datetime
) -> None:
    for position, table in enumerate(document["modules"], 1):
        head = {name: table.get(name, {}) for name in ("title", "summary")}
        module = DraftModule(course_id=course_id, position=position, slug=table["slug"], head=head)
        session.add(module)
        session.flush()
        for place, file in enumerate(table["units"], 1):
            content = unit_content(file)
            _new_unit(session, actor, module.id, place, file["slug"], content, now)


def _new_unit(  # noqa: PLR0913, PLR0917  (a row has this many sides)
    session: Session, actor: Viewer, module_id: int, position: int, slug: str,
    content: dict[str, Any], now: datetime,
) -> DraftUnit:  # fmt: skip
    unit = DraftUnit(
        module_id=module_id, position=position, slug=slug, content=content, revision=1,
        updated_by=actor.account_id, updated_at=now,
    )  # fmt: skip
    session.add(unit)
    session.flush()
    session.add(DraftRevision(unit_id=unit.id, revision=1, content=content))
    session.flush()
    return unit


def save_head(  # noqa: PLR0913  (who saves what, when, begun from which revision)
    session: Session, actor: Viewer, course_id: int, head: Mapping[str, Any], *,
    revision: int, now: datetime,
) -> int:  # fmt: skip
    """Save the first page of the draft; returns its new revision. Raises StaleDraftError."""
    _claim(
        session, CourseDraft, CourseDraft.course_id == course_id, revision,
        head=dict(head), updated_by=actor.account_id, updated_at=now,
    )  # fmt: skip
    return revision + 1


def save_module(session: Session, module_id: int, head: Mapping[str, Any], *, revision: int) -> int:
    """Save a module's title and summary; returns its new revision. Raises StaleDraftError."""
    _claim(session, DraftModule, DraftModule.id == module_id, revision, head=dict(head))
    return revision + 1


def save_unit(  # noqa: PLR0913  (who saves what, when, begun from which revision)
    session: Session, actor: Viewer, unit_id: int, content: Mapping[str, Any], *,
    revision: int, now: datetime,
) -> int:  # fmt: skip
    """Save a unit; returns its new revision. The same content again changes nothing.

    Raises StaleDraftError.
    """
    here = session.execute(
        select(DraftUnit.revision, DraftUnit.content).where(DraftUnit.id == unit_id)
    ).one()
    if here.content == content:
        return int(here.revision)
    _claim(
        session, DraftUnit, DraftUnit.id == unit_id, revision,
        content=dict(content), updated_by=actor.account_id, updated_at=now,
    )  # fmt: skip
    session.add(DraftRevision(unit_id=unit_id, revision=revision + 1, content=dict(content)))
    session.execute(
        delete(DraftRevision).where(
            DraftRevision.unit_id == unit_id, DraftRevision.revision <= revision + 1 - KEPT
        ),
        execution_options={"synchronize_session": False},
    )
    session.flush()
    return revision + 1


def _claim(session: Session, table: type[Any], which: Any, revision: int, **values: Any) -> None:
    """Write only where nobody wrote since. Raises StaleDraftError."""
    found: Any = session.execute(
        update(table)
        .where(which, table.revision == revision)
        .values(revision=revision + 1, **values),
        execution_options={"synchronize_session": False},
    )
    if found.rowcount != 1:
        raise StaleDraftError
    session.expire_all()


def add_module(session: Session, course_id: int, head: Mapping[str, Any]) -> DraftModule:
    """One more module at the end."""
    hold(session, course_id)
    others = modules_of(session, course_id, removed=True)
    title = head.get("title", {}).get("en", "")
    module = DraftModule(
        course_id=course_id,
        position=len(others) + 1,
        slug=_free(_ascii(title) or "module", {each.slug for each in others}),
        head=dict(head),
        revision=1,
    )
    session.add(module)
    session.flush()
    return module


def add_unit(
    session: Session, actor: Viewer, module_id: int, title: Mapping[str, str], *, now: datetime
) -> DraftUnit:
    """One more unit at the end of a module: a text to begin with."""
    module = session.get_one(DraftModule, module_id)
    hold(session, module.course_id)
    others = units_of(session, module_id, removed=True)
    slug = _free(_ascii(title.get("en", "")) or "unit", {each.slug for each in others})
    content: dict[str, Any] = {
        "title": {name: text for name, text in title.items() if text},
        "blocks": [{"key": "b1", "kind": "text"}],
    }
    return _new_unit(session, actor, module_id, len(others) + 1, slug, content, now)


def hold(session: Session, course_id: int) -> None:
    """Two people who move things in one course take turns. Raises NotFoundError without a draft."""
    held = select(CourseDraft.course_id).where(CourseDraft.course_id == course_id)
    if session.scalar(held.with_for_update()) is None:
        raise NotFoundError(course_id)


def _ascii(text: str) -> str:
    plain = "".join(letter if letter.isascii() else " " for letter in text)
    return slugify(plain)[:50].strip("-")


def _free(wanted: str, taken: set[str]) -> str:
    slug, number = wanted, 2
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


def _free_slug(session: Session, table: type[Course], title: str) -> str:
    wanted = _ascii(title) or "course"
    taken = session.scalars(select(table.slug).where(table.slug.startswith(wanted)))
    return _free(wanted, set(taken))
