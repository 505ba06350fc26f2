"""Open data of a closed poll: its page, results.csv and the codebook."""

import json

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from hanmadang.kernel.db import db
from hanmadang.kernel.downloads import as_download
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.i18n import _
from hanmadang.kernel.pages import render
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.sheets import spreadsheet
from hanmadang.polls import texts, texts_data
from hanmadang.polls.queries import PollPage
from hanmadang.polls.queries.open_data import (
    COLUMNS,
    WORD_COLUMNS,
    codebook,
    result_rows,
    word_rows,
)
from hanmadang.polls.queries.quiz import scores_of
from hanmadang.polls.views.room import find, room


@room.page("/polls/<slug>/data", needs=Permission.PUBLIC, endpoint="open_data")
def show(slug: str) -> ResponseReturnValue:
    """Which files there are, and what stands in them."""
    page = _closed(slug)
    return render(
        "polls/data.html",
        poll=page,
        files=_files(page),
        columns=[(name, texts_data.COLUMNS[name]) for name in COLUMNS],
        figures=_figures(page),
        assurance=texts.ASSURANCES[page.assurance],
    )


@room.page("/polls/<slug>/results.csv", needs=Permission.PUBLIC, localised=False)
def results_csv(slug: str) -> ResponseReturnValue:
    """Every number of the results page, one row an option."""
    page = _closed(slug)
    return spreadsheet(f"{slug}-results.csv", COLUMNS, result_rows(page))


@room.page("/polls/<slug>/words.csv", needs=Permission.PUBLIC, localised=False)
def words_csv(slug: str) -> ResponseReturnValue:
    """Every typed answer that is shown, in each form in which it was typed."""
    page = _closed(slug)
    if not any(question.is_typed for question in page.questions):
        raise NotFoundError
    return spreadsheet(f"{slug}-words.csv", WORD_COLUMNS, word_rows(page))


@room.page("/polls/<slug>/codebook.json", needs=Permission.PUBLIC, localised=False)
def codebook_json(slug: str) -> ResponseReturnValue:
    """What was asked and how; format ``hanmadang-codebook/1``."""
    page = _closed(slug)
    scores = scores_of(db.session(), page.id) if page.quiz else None
    body = json.dumps(codebook(page, scores), ensure_ascii=False, indent=1)
    return as_download(Response(body, mimetype="application/json"), f"{slug}-codebook.json")


def _closed(slug: str) -> PollPage:
    page = find(slug)
    if not page.is_closed:
        raise NotFoundError
    return page


def _files(page: PollPage) -> list[tuple[str, str, str]]:
    """Name, address and contents of each file."""
    slug = page.slug
    typed = (
        "words.csv",
        url_for("polls.words_csv", slug=slug),
        _("Every typed answer that is shown, in each form in which it was typed, and its count"),
    )
    return [
        (
            "results.csv",
            url_for("polls.results_csv", slug=slug),
            _("Every number of the results page, one row an option"),
        ),
        (
            "codebook.json",
            url_for("polls.codebook_json", slug=slug),
            _("What was asked, in which words and how, and the figures beside the bars"),
        ),
        (
            "record.json",
            url_for("polls.record", slug=slug),
            _("The sealed receipts, to check that no answer was dropped or added"),
        ),
        *([typed] if any(question.is_typed for question in page.questions) else []),
    ]


def _figures(page: PollPage) -> list[tuple[str, object]]:
    """Those figures beside the bars that this poll has."""
    named = {name for question in page.questions for name in question.figures}
    return [(name, text) for name, text in texts_data.FIGURES.items() if name in named]
