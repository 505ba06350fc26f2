"""What the room writes to people."""

from collections.abc import Mapping
from typing import Any

from hanmadang.courses.models import Cohort
from hanmadang.curricula.domain.cohorts import ASSIGNED, mark_of
from hanmadang.curricula.models import CohortCurriculum, CurriculumState
from hanmadang.curricula.queries.cohorts import assigned_to
from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.pages import external_url
from hanmadang.reminders.composers import Letter, Reader, composer


def register() -> None:
    """Teach the outbox to write our mails."""
    composer(ASSIGNED)(_assigned)


def _assigned(payload: Mapping[str, Any], reader: Reader) -> Letter | None:
    """None for who left the cohort, and for a curriculum that was taken back or replaced."""
    session = db.session()
    held = session.get(CohortCurriculum, payload["cohort_id"])
    if held is None or held.state != CurriculumState.ASSIGNED or mark_of(held) != payload["mark"]:
        return None
    members = assigned_to(session, reader.account_id or 0)
    if held.cohort_id not in {cohort.id for _held, cohort in members}:
        return None
    name = session.get_one(Cohort, held.cohort_id).name.shown(current_locale()).text
    text = [
        _("Your cohort “%(cohort)s” has a curriculum, made from what the group knows and asks for.",
          cohort=name),
        _("See the lessons and why each is in it:"),
        external_url("curricula.my_cohort_curriculum", cohort_id=held.cohort_id),
        _("Your instructors see who finished lessons of the cohort’s own course. Of the others "
          "they see only how many finished, from ten people on."),
    ]  # fmt: skip
    return Letter(_("A curriculum for %(cohort)s", cohort=name), "\n\n".join(text))
