"""The public page of tables by attributes, and the same as a file."""

import json

from flask import Response
from flask.typing import ResponseReturnValue

from hanmadang.kernel import audit
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.downloads import as_download
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.polls import texts, texts_profile
from hanmadang.polls.models import PollState
from hanmadang.polls.models_profile import Audience
from hanmadang.polls.queries import PollPage, poll_page
from hanmadang.polls.queries.desk import find_moderated
from hanmadang.polls.queries.profiles import AskPage, ask_of
from hanmadang.polls.queries.tables import margins_named, released, tables_file
from hanmadang.polls.survey.thresholds import SMALLEST_STAFF_CELL
from hanmadang.polls.views.cells import QuestionTables, question_tables
from hanmadang.polls.views.room import find, room
from hanmadang.polls.views.waiting import when_next, why_empty


@room.page("/polls/<slug>/tables", needs=Permission.PUBLIC)
def tables(slug: str) -> ResponseReturnValue:
    """How groups of people answered, as far as nobody can be recognized."""
    page = find(slug)
    if not page.asks_about or page.state is PollState.DRAFT:
        raise NotFoundError
    ask = ask_of(db.session(), page.id)
    return render(
        "polls/tables.html",
        poll=page,
        questions=_questions(page, ask, Audience.PUBLIC),
        margins=margins_named(db.session(), ask.margin_set_id),
        assurance=texts.ASSURANCES[page.assurance],
        texts=texts_profile,
    )


@room.page("/polls/<slug>/tables.json", needs=Permission.PUBLIC, localised=False)
def tables_json(slug: str) -> ResponseReturnValue:
    """The released tables and weights, for anybody's own computation."""
    found = tables_file(db.session(), slug)
    if found is None:
        raise NotFoundError
    body = json.dumps(found, ensure_ascii=False, indent=1)
    return as_download(Response(body, mimetype="application/json"), f"{slug}-tables.json")


@room.page("/desk/polls/<int(max=2147483647):poll_id>/tables", needs=Permission.POLLS_MODERATE)
def tables_desk(poll_id: int) -> ResponseReturnValue:
    """Finer tables for those who run the poll; each look is written into the audit log."""
    with transaction() as session:
        poll = find_moderated(session, viewer(), poll_id)
        page = poll_page(session, viewer(), poll.slug) if poll else None
        if page is None:
            raise NotFoundError
        ask = ask_of(session, page.id)
        questions = _questions(page, ask, Audience.STAFF) if ask.attributes else []
        if questions:
            audit.record(session, viewer(), "poll.tables_seen", kind="poll", id=poll_id)
    return render(
        "polls/tables_desk.html",
        poll=page,
        questions=questions,
        smallest=SMALLEST_STAFF_CELL,
        texts=texts_profile,
    )


def _questions(page: PollPage, ask: AskPage, audience: Audience) -> list[QuestionTables]:
    found = released(db.session(), page.id, audience)
    return [
        question_tables(
            page,
            question,
            found.get(question.id),
            empty=why_empty(page, question, ask, found.get(question.id), audience),
            following=when_next(question, found.get(question.id), audience),
        )
        for question in (page.asked if audience is Audience.PUBLIC else page.questions)
    ]
