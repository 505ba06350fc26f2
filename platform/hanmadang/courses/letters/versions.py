"""Mails to editors about a version: it waits for their signature, came back, or is published."""

from collections.abc import Mapping
from typing import Any

from hanmadang.courses.domain import notices
from hanmadang.courses.models import (
    Course,
    CourseVersion,
    SignatureState,
    VersionReview,
    VersionSignature,
    VersionState,
)
from hanmadang.courses.queries.versions import signatures_of
from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.pages import external_url
from hanmadang.people.models import RoleGrant
from hanmadang.reminders.composers import Letter, Reader, composer


def register() -> None:
    """Teach the outbox to write our mails."""
    composer(notices.WANTED)(_wanted)
    composer(notices.RETURNED)(_returned)
    composer(notices.PUBLISHED)(_published)


def _found(payload: Mapping[str, Any]) -> tuple[CourseVersion, str]:
    version = db.session().get_one(CourseVersion, payload["version_id"])
    course = db.session().get_one(Course, version.course_id)
    return version, course.title.shown(current_locale()).text


def _link(version: CourseVersion) -> str:
    return external_url("courses.desk_version", version_id=version.id)


def _wanted(payload: Mapping[str, Any], reader: Reader) -> Letter | None:
    version, title = _found(payload)
    if version.state != VersionState.IN_REVIEW or not _still_waits(version, reader):
        return None
    review = db.session().get(VersionReview, version.id)
    lines = [
        _("Version %(n)s of the course “%(title)s” waits for the signature of your institution.",
          n=version.number, title=title),
        _("What changed, what others said, and the place to sign or to send it back:"),
        _link(version),
    ]  # fmt: skip
    if review is not None and review.note:
        lines.insert(1, _("What its authors say: %(note)s", note=review.note))
    return Letter(_("Please read and sign: %(title)s", title=title), "\n\n".join(lines))


def _still_waits(version: CourseVersion, reader: Reader) -> bool:
    """Whether nobody of the reader's institution has spoken yet."""
    session = db.session()
    houses = {
        each.institution_id
        for each in session.query(RoleGrant).filter_by(account_id=reader.account_id)
    }
    waiting = session.query(VersionSignature).filter_by(
        version_id=version.id, state=SignatureState.WAITING.value
    )
    return any(each.institution_id in houses for each in waiting)


def _returned(payload: Mapping[str, Any], _reader: Reader) -> Letter | None:
    version, title = _found(payload)
    if version.state != VersionState.RETURNED:
        return None
    lines = [
        _("Version %(n)s of the course “%(title)s” was returned.", n=version.number, title=title)
    ]
    lines += [
        _("%(who)s: %(reason)s", who=each.institution.shown(current_locale()).text,
          reason=each.comment)
        for each in signatures_of(db.session(), version.id)
        if each.state is SignatureState.RETURNED
    ]  # fmt: skip
    lines += [_("Go on in the draft and hand it in again:"), _link(version)]
    return Letter(_("Returned: %(title)s", title=title), "\n\n".join(lines))


def _published(payload: Mapping[str, Any], _reader: Reader) -> Letter | None:
    version, title = _found(payload)
    if version.state != VersionState.PUBLISHED:
        return None
    lines = [
        _("Version %(n)s of the course “%(title)s” is published.", n=version.number, title=title),
        _("Who takes the course stays on the version they began with until they switch."),
        _link(version),
    ]
    return Letter(_("Published: %(title)s", title=title), "\n\n".join(lines))
