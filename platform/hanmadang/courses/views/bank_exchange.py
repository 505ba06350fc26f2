"""Questions into the bank from a file of another system, and out of it as a file."""

from collections import Counter
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.courses.domain.imports import Banked, bank_of
from hanmadang.courses.editing import labels
from hanmadang.courses.exchange import leaving, own, shelves
from hanmadang.courses.exchange.imported import File, Imported, Options
from hanmadang.courses.exchange.reasons import SENTENCES
from hanmadang.courses.forms.bank import BankForm
from hanmadang.courses.models import BlockKind, CourseImport
from hanmadang.courses.queries import bank as reads
from hanmadang.courses.queries.exports import pictures_of
from hanmadang.courses.queries.imports import find_import
from hanmadang.courses.views.exchange import LEAVING, NEEDS, as_file, groups_of, language_asked
from hanmadang.courses.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.idempotency import Answer, commit_once
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.vocabulary import competencies

FORMS = ("zip", "gift", "csv")
"""Forms in which questions alone can leave."""


@room.form("/desk/courses/imports/<int(max=2147483647):import_id>/bank", needs=NEEDS)
def import_bank(import_id: int) -> ResponseReturnValue:
    """Keep the questions of a file in the bank; what stands beside them is named, and stays."""
    row = find_import(db.session(), viewer(), import_id, whole=True)
    read, form = own.read(row.name, row.archive, Options()), BankForm()
    form.offer((each.code, each.name.shown(current_locale()).text) for each in competencies())
    if not form.sent():
        return _bank_page(form, row, read), 422 if form.is_submitted() else 200
    try:
        answer, told = _kept(form, row, read)
    except DomainError as refused:
        form.competency.errors = [str(refused.text)]
        return _bank_page(form, row, read), refused.status
    for done in told[-1:]:
        say(_("In the question bank now: %(n)s. There before: %(m)s.",
              n=done.kept, m=done.known))  # fmt: skip
    return redirect(answer.location, 303)


def _kept(form: BankForm, row: CourseImport, read: Imported) -> tuple[Answer, list[Banked]]:
    """Where to go on, and what was done now; nothing where the same press was answered before."""
    name, competency, now = row.name, str(form.competency.data), clock.now()
    told: list[Banked] = []

    def effect(session: Session) -> Answer:
        told.append(bank_of(session, viewer(), name, read, competency=competency, now=now))
        return Answer(url_for("courses.desk_bank"))

    answer = commit_once(
        key=str(form.idempotency_key.data),
        scope=f"account:{viewer().id}",
        request=[("import", str(row.id)), ("competency", competency)],
        effect=effect,
    )
    return answer, told


def _bank_page(form: BankForm, row: CourseImport, read: Imported) -> str:
    questions = list(read.questions())
    kinds = Counter(block["kind"] for unit in read.units() for block in unit["blocks"])
    return render(
        "courses/exchange/bank.html",
        form=form,
        row=row,
        questions=questions,
        kinds=Counter(each["kind"] for each in questions),
        beside=[(kind, kinds[kind]) for kind in labels.BLOCKS
                if kinds[kind] and kind is not BlockKind.QUESTION],
        labels=labels,
    )  # fmt: skip


@room.page("/desk/courses/bank/export", needs=NEEDS)
def export_bank() -> ResponseReturnValue:
    """The forms in which the questions that were searched for can leave, and what each lacks."""
    asked, language = _asked(), language_asked()
    course = _found(asked)
    made = [(kind, LEAVING[kind], _leave(kind, course, language)) for kind in FORMS]
    return render(
        "courses/exchange/bank_out.html",
        asked=asked,
        count=sum(len(unit["questions"]) for each in course["modules"] for unit in each["units"]),
        most=reads.MOST_OUT,
        kinds=[(kind, label, groups_of(each.notes)) for kind, label, each in made],
        language=language,
        reasons=SENTENCES,
    )


@room.page("/desk/courses/bank/export/<form>", needs=NEEDS)
def export_bank_file(form: str) -> ResponseReturnValue:
    """The file."""
    if form not in FORMS:
        raise NotFoundError(form)
    made = _leave(form, _found(_asked()), language_asked())
    return as_file(made.content, f"question-bank.{made.ending}", made.mimetype)


def _asked() -> dict[str, str]:
    return {name: request.args.get(name, "") for name in ("words", "competency", "kind")}


def _found(asked: dict[str, Any]) -> File:
    return shelves.as_course(reads.contents(db.session(), **asked))


def _leave(kind: str, course: File, language: str) -> leaving.Leaving:
    pictures = pictures_of(db.session(), course)
    return leaving.leave(kind, course, pictures, language, is_bank=True)
