"""The hall screen, the same inside other sites, and one result as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.db import db
from hanmadang.kernel.downloads import as_download
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.i18n import current_locale, use_locale
from hanmadang.kernel.pages import allow_framing, external_url, render
from hanmadang.kernel.permissions import Permission
from hanmadang.polls import texts
from hanmadang.polls.models import PollState
from hanmadang.polls.queries import Mine, PollPage, QuestionPage
from hanmadang.polls.queries.quiz import scores_of
from hanmadang.polls.views.fitting import columns_of, size_of
from hanmadang.polls.views.hall_desk import hall_code
from hanmadang.polls.views.lines import Line, lines_of
from hanmadang.polls.views.picture import picture_of
from hanmadang.polls.views.qr import qr
from hanmadang.polls.views.room import find, live_urls, room
from hanmadang.polls.views.shown import question_bars


class Words(StrEnum):
    """Which languages the screen shows."""

    BOTH = "both"
    TURNS = "turns"
    KO = "ko"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Setting:
    """How somebody wants the screen, as its address says."""

    words: Words = Words.BOTH
    number: int = 0
    """A question's place from 1; 0 to follow the moderator."""
    overview: bool = False
    scores: bool = False
    """How many were right, at the end of a quiz."""
    calm: bool = False
    """Without any movement."""

    def url(self, slug: str, **changes: Any) -> str:
        """The screen's address with these changes."""
        wanted: dict[str, Any] = {
            "words": self.words.value if self.words is not Words.BOTH else None,
            "question": self.number or None,
            "view": "all" if self.overview else "scores" if self.scores else None,
            "calm": "1" if self.calm else None,
        } | changes
        return url_for("polls.screen", slug=slug, **wanted)

    @property
    def languages(self) -> tuple[str, ...]:
        """In the order shown."""
        return LANGUAGES if self.words in (Words.BOTH, Words.TURNS) else (self.words.value,)


def setting() -> Setting:
    """From the request's address; what is unknown is as if left out."""
    words = request.args.get("words", "")
    return Setting(
        Words(words) if words in set(Words) else Words.BOTH,
        max(0, request.args.get("question", 0, type=int)),
        request.args.get("view") == "all",
        request.args.get("view") == "scores",
        "calm" in request.args,
    )


@dataclass(frozen=True, slots=True)
class Slide:
    """One question as the screen shows it."""

    question: QuestionPage
    number: int
    is_shown: bool
    rests: bool
    lines: dict[str, tuple[Line, ...]]
    size: int
    """As `fitting.SIZES`."""
    columns: int
    tells: bool = False
    """Whether a quiz shows the right answer and why."""


@room.page("/polls/<slug>/screen", needs=Permission.PUBLIC)
def screen(slug: str) -> ResponseReturnValue:
    """The hall screen: the question that is on, or a chosen one; the code always in sight."""
    page, wanted = find(slug), setting()
    if page.state is PollState.DRAFT:
        raise NotFoundError
    stream, snapshot = live_urls(page)
    scores = scores_of(db.session(), page.id) if page.quiz else None
    follows = not (wanted.number or wanted.overview)
    shows_scores = scores is not None and (wanted.scores or (follows and not page.is_open))
    return render(
        "polls/screen.html",
        poll=page,
        slides=[] if shows_scores else _slides(page, wanted),
        scores=scores if shows_scores else None,
        has_scores=scores is not None,
        wanted=wanted,
        words=Words,
        now=clock.now(),
        stream=stream,
        snapshot=snapshot,
        join_url=external_url("polls.join_short", code=page.code),
        qr=qr(page),
        hall=hall_code(page),
    )


def _slides(page: PollPage, wanted: Setting) -> list[Slide]:
    if wanted.overview:
        return [_slide(page, each, wanted.languages) for each in page.asked]
    if wanted.number:
        return [_slide(page, page.asked[min(wanted.number, len(page.asked)) - 1], wanted.languages)]
    return [_slide(page, page.current, wanted.languages)]


def _slide(page: PollPage, question: QuestionPage, languages: Sequence[str]) -> Slide:
    # Statements are too many for a screen; their figures are on the pages of results and opinions.
    is_shown = page.shows(question, has_answered=False) and not question.is_statements
    tells = page.quiz and page.tells(question, has_answered=False)
    return Slide(
        question,
        page.questions.index(question) + 1,
        is_shown,
        page.rests(question, has_answered=False),
        _lines(question) if is_shown else {},
        size_of(question, languages, below=question.explanation if tells else None),
        columns_of(question),
        tells,
    )


def _lines(question: QuestionPage) -> dict[str, tuple[Line, ...]]:
    """The sentences in both languages, which the screen shows at once."""
    found = {}
    for language in LANGUAGES:
        with use_locale(language):
            found[language] = lines_of(question)
    return found


@room.page("/polls/<slug>/embed", needs=Permission.PUBLIC)
def embed(slug: str) -> ResponseReturnValue:
    """The public results for a frame on any other site; nothing here needs a cookie."""
    page = find(slug)
    if page.state is PollState.DRAFT:
        raise NotFoundError
    allow_framing()
    stream, snapshot = live_urls(page)
    return render(
        "polls/embed.html",
        poll=page,
        bars=question_bars(page, Mine()),
        stream=stream,
        snapshot=snapshot,
        page_url=external_url("polls.results", slug=slug),
        texts=texts,
    )


@room.page("/polls/<slug>/result-<int(max=99):number>.svg", needs=Permission.PUBLIC)
def picture(slug: str, number: int) -> ResponseReturnValue:
    """One question's result as a picture for slides and posts, where everybody may see it."""
    page = find(slug)
    question = dict(pictures(page)).get(number)
    if question is None:
        raise NotFoundError
    drawn = picture_of(question, current_locale())
    body = render(
        "polls/result.svg",
        picture=drawn,
        poll=page,
        page_url=external_url("polls.results", slug=slug),
    )
    name = f"{slug}-{number}-{current_locale()}.svg"
    return as_download(Response(body, mimetype="image/svg+xml"), name)


def pictures(page: PollPage) -> list[tuple[int, QuestionPage]]:
    """The questions whose result may be taken away as a picture, with their numbers."""
    if page.state is PollState.DRAFT:
        return []
    return [
        (number, question)
        for number, question in enumerate(page.asked, 1)
        if page.shows(question, has_answered=False)
        and not (question.is_statements or question.is_typed)
    ]
