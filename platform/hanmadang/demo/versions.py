"""A course that two institutions answer for: a version waits for the second signature."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.domain import bank, drafts, partners, signing, submitting
from hanmadang.courses.models import Course, DraftUnit
from hanmadang.courses.queries.drafts import modules_of, units_of
from hanmadang.courses.reading import Table, read_question
from hanmadang.demo import people
from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.i18n import lazy, translate
from hanmadang.kernel.permissions import Viewer

_COURSE = "division-and-armistice"
_NOTE = lazy("The first unit has a plainer title.")
_TITLE = {"ko": "해방에서 두 정부까지", "en": "From liberation to two governments"}


def load(session: Session) -> None:
    """Both editors are partners; the first has handed in a change and signed it."""
    first, second = (people.acting(session, code) for code in ("partner", "second-partner"))
    course_id = session.scalars(select(Course.id).where(Course.slug == _COURSE)).one()
    for editor in (first, second):
        if editor.institution_id is not None:
            partners.name_partner(session, first, course_id, editor.institution_id)
    drafts.open_draft(session, first, course_id, now=clock.now())
    unit = units_of(session, modules_of(session, course_id)[0].id)[0]
    _rename(session, first, unit)
    note = " ".join(translate(language, _NOTE.message) for language in LANGUAGES)
    version = submitting.submit(session, first, course_id, note=note, now=clock.now())
    signing.sign(session, first, version.id, content_hash=version.content_hash, now=clock.now())
    specs = [read_question(Table(each)) for each in unit.content.get("questions", ())]
    bank.keep(session, first, specs, institution_id=first.institution_id, now=clock.now())


def _rename(session: Session, editor: Viewer, unit: DraftUnit) -> None:
    content = unit.content | {"title": _TITLE}
    drafts.save_unit(session, editor, unit.id, content, revision=unit.revision, now=clock.now())
