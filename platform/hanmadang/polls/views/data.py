"""Open data of a closed poll: its page, results.csv and the codebook."""

import json
from collections.abc import Sequence

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
    BURST_COLUMNS,
    COLUMNS,
    TIME_COLUMNS,
    WORD_COLUMNS,
    burst_rows,
    codebook,
    result_rows,
    time_rows,
    word_rows,
)
from hanmadang.polls.queries.quiz import scores_of
from hanmadang.polls.queries.times import TimesPage, times_of
from hanmadang.polls.views.room import find, room


@room.page("/polls/<slug>/data", needs=Permission.PUBLIC, endpoint="open_data")
def show(slug: str) -> ResponseReturnValue:
    """Which files there are, and what stands in them."""
    page = _closed(slug)
    has_times = times_of(db.session(), page.id) is not None
    return render(
        "polls/data.html",
        poll=page,
        files=_files(page, has_times=has_times),
        tables=_tables(has_times=has_times),
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


@room.page("/polls/<slug>/times.csv", needs=Permission.PUBLIC, localised=False)
def times_csv(slug: str) -> ResponseReturnValue:
    """How many people answered from when until when, never fewer than ten."""
    return spreadsheet(f"{slug}-times.csv", TIME_COLUMNS, time_rows(_times(slug)))


@room.page("/polls/<slug>/bursts.csv", needs=Permission.PUBLIC, localised=False)
def bursts_csv(slug: str) -> ResponseReturnValue:
    """In which hours many answered at once; no answer was left out for it."""
    return spreadsheet(f"{slug}-bursts.csv", BURST_COLUMNS, burst_rows(_times(slug)))


@room.page("/polls/<slug>/codebook.json", needs=Permission.PUBLIC, localised=False)
def codebook_json(slug: str) -> ResponseReturnValue:
    """What was asked and how; format ``hanmadang-codebook/1``."""
    page = _closed(slug)
    scores = scores_of(db.session(), page.id) if page.quiz else None
    book = codebook(page, scores, times_of(db.session(), page.id))
    body = json.dumps(book, ensure_ascii=False, indent=1)
    return as_download(Response(body, mimetype="application/json"), f"{slug}-codebook.json")


def _closed(slug: str) -> PollPage:
    page = find(slug)
    if not page.is_closed:
        raise NotFoundError
    return page


def _times(slug: str) -> TimesPage:
    found = times_of(db.session(), _closed(slug).id)
    if found is None:
        raise NotFoundError
    return found


def _tables(*, has_times: bool) -> list[tuple[str, list[tuple[str, object]]]]:
    """The files that have columns, with what each column means."""
    named: list[tuple[str, Sequence[str]]] = [("results.csv", COLUMNS)]
    if has_times:
        named += [("times.csv", TIME_COLUMNS), ("bursts.csv", BURST_COLUMNS)]
    words = texts_data.COLUMNS | texts_data.TIMES
    return [(name, [(each, words[each]) for each in columns]) for name, columns in named]


def _files(page: PollPage, *, has_times: bool) -> list[tuple[str, str, str]]:
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
        *(_time_files(slug) if has_times else []),
    ]


def _time_files(slug: str) -> list[tuple[str, str, str]]:
    return [
        (
            "times.csv",
            url_for("polls.times_csv", slug=slug),
            _("How many people answered from when until when"),
        ),
        (
            "bursts.csv",
            url_for("polls.bursts_csv", slug=slug),
            _("The hours in which many people answered at once; no answer was left out for it"),
        ),
    ]


def _figures(page: PollPage) -> list[tuple[str, object]]:
    """Those figures beside the bars that this poll has."""
    named = {name for question in page.questions for name in question.figures}
    return [(name, text) for name, text in texts_data.FIGURES.items() if name in named]
