"""Writing to learners of a run or a cohort: a message, a look at it in both languages, sending."""

import re
from collections.abc import Mapping
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.courses import texts_runs as texts
from hanmadang.courses.domain import messages
from hanmadang.courses.domain.messages import MessageDraft
from hanmadang.courses.forms.runs import MessageForm
from hanmadang.courses.letters.runs import message_letter
from hanmadang.courses.models import Course
from hanmadang.courses.queries.learners import Where
from hanmadang.courses.queries.teaching import Held, held
from hanmadang.courses.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _n, use_locale
from hanmadang.kernel.idempotency import Answer, commit_once
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.people import tries

_MOST_CHOSEN = 200
_NUMBER = re.compile(r"[0-9]{1,9}")


@room.form(
    "/desk/courses/learners/<held_kind>/<int(max=2147483647):held_id>/message",
    needs=Permission.COHORTS_TEACH,
)
def message(held_kind: str, held_id: int) -> ResponseReturnValue:
    """Write, look, send. Only the button on the look sends."""
    within = held(db.session(), viewer(), held_kind, held_id)
    form = MessageForm()
    if request.method == "GET":
        return _write(_begun(form), within, _chosen())
    if not form.sent():
        return _write(form, within, _chosen(), status=422)
    if "change" in request.form:
        return _write(form, within, _chosen())
    draft = form.draft(_chosen())
    try:
        draft = draft.checked()
        if "send" not in request.form:
            return _look(form, within, draft)
        answer = _sent(form, held_kind, held_id, draft)
    except NotFoundError:
        raise
    except DomainError as error:
        return _write(form, within, _chosen(), str(error.text), error.status)
    say(answer.said)
    return redirect(answer.location, 303)


def _sent(form: MessageForm, held_kind: str, held_id: int, draft: MessageDraft) -> Answer:
    now = clock.now()
    with transaction() as session:
        may_send = messages.charge(session, viewer(), now=now)
    if not may_send:
        raise tries.TooManyTriesError

    def effect(session: Session) -> Answer:
        within = held(session, viewer(), held_kind, held_id)
        number = messages.send(session, viewer(), within, draft, now=now)
        said = _n("The message is on its way to %(n)s person.",
                  "The message is on its way to %(n)s people.", number)  # fmt: skip
        where = url_for("courses.learners", held_kind=held_kind, held_id=held_id)
        return Answer(where, said)

    return commit_once(
        key=str(form.idempotency_key.data),
        scope=f"account:{viewer().id}",
        request=[*form.hash_fields(), ("only", str(draft.only)), ("to", f"{held_kind}/{held_id}")],
        effect=effect,
    )


def _chosen() -> tuple[int, ...]:
    """The learners ticked on the desk; none means all of the selection."""
    given = request.form.getlist("only") + request.args.getlist("only")
    numbers = {int(each) for each in given if _NUMBER.fullmatch(each)}
    return tuple(sorted(numbers))[:_MOST_CHOSEN]


def _begun(form: MessageForm) -> MessageForm:
    where = request.args.get("where", "")
    form.where.data = where if where in set(Where) else Where.ALL.value
    model = texts.MODELS.get(request.args.get("model", ""))
    return form.fill(model.subject, model.body) if model else form


def _look(form: MessageForm, within: Held, draft: MessageDraft) -> ResponseReturnValue:
    """What the first of the readers would get, in either language."""
    session = db.session()
    people = messages.audience(session, within, draft, now=clock.now())
    if not people:
        raise messages.NobodyToWriteToError
    course = session.get_one(Course, within.course_id)
    shown: dict[str, Any] = {}
    for language in LANGUAGES:
        with use_locale(language):
            shown[language] = message_letter(
                session, draft.subject, draft.body, course, people[0].account_id or 0
            )
    return render(
        "courses/desk/message_look.html",
        form=form,
        within=within,
        shown=shown,
        only=draft.only,
        number=len(people),
        counts=_by_language([each.locale for each in people]),
        missing=draft.body.missing(),
        where=texts.WHERE[draft.where],
    )


def _by_language(locales: list[str]) -> Mapping[str, int]:
    return {language: locales.count(language) for language in LANGUAGES}


def _write(
    form: MessageForm,
    within: Held,
    only: tuple[int, ...],
    error: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    page = render(
        "courses/desk/message.html", form=form, within=within, only=only, error=error, texts=texts
    )
    return page, status
