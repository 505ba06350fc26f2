"""Public demand: what the city asks for, as a page and as open data; and what came of it."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from hanmadang.curricula import texts_demand as texts
from hanmadang.curricula.models import SuggestionState, Wanted
from hanmadang.curricula.queries.audience_demand import audience_asks, by_topic
from hanmadang.curricula.queries.public_demand import Figure, covered, figures, public_demand
from hanmadang.curricula.queries.shelf import Shelf, read_shelf
from hanmadang.curricula.queries.suggestions import suggestions
from hanmadang.curricula.views.room import room
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.db import db
from hanmadang.kernel.downloads import as_download
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.i18n import current_locale
from hanmadang.kernel.pages import render
from hanmadang.kernel.permissions import NOBODY, Permission
from hanmadang.kernel.sheets import spreadsheet
from hanmadang.polls.models import Poll
from hanmadang.polls.queries.release import FEWEST_ANSWERS, SMALLEST_CELL
from hanmadang.polls.rules import can_see

FORMAT = "hanmadang-demand/1"
LICENCE = "Free to use; please name the source. 출처를 밝히고 자유롭게 이용해 주세요."
_PUBLIC = tuple(SuggestionState)
SHOWN = 10
"""Questions of audiences on the page; the file holds more."""


@room.page("/demand", needs=Permission.PUBLIC)
def public() -> ResponseReturnValue:
    """What the city asks for: by topic, by month, by poll; with what there is to learn."""
    shelf = read_shelf(db.session(), current_locale())
    asks = audience_asks(db.session(), shelf)
    return render(
        "curricula/public_demand.html",
        asks=asks[:SHOWN],
        asked_by_topic=by_topic(asks),
        page=public_demand(db.session(), shelf),
        shelf=shelf,
        texts=texts,
        files=[
            (name, url_for(f"curricula.{endpoint}"))
            for name, endpoint in (("demand.csv", "open_csv"), ("demand.json", "open_json"))
        ],
        covering=lambda code: covered(shelf, Wanted.WISH, [code]),
        least=FEWEST_ANSWERS,
        smallest=SMALLEST_CELL,
        percent=lambda x: round(100 * x, 1),
        names=lambda wanted, codes: _names(shelf, wanted, codes),
    )


@room.page("/demand.csv", needs=Permission.PUBLIC, localised=False)
def open_csv() -> ResponseReturnValue:
    """Every published figure, one row each."""
    head = [name for name, _text in texts.COLUMNS]
    return spreadsheet("demand.csv", head, (list(row.values()) for row in _rows()))


@room.page("/demand.json", needs=Permission.PUBLIC, localised=False)
def open_json() -> ResponseReturnValue:
    """The same figures; format ``hanmadang-demand/1``."""
    shelf = read_shelf(db.session(), LANGUAGES[0])
    whole = {
        "format": FORMAT,
        "licence": LICENCE,
        "thresholds": {"answered": FEWEST_ANSWERS, "people": SMALLEST_CELL},
        "rows": list(_rows()),
        "questions": [
            {
                "poll": ask.poll_slug,
                "text": ask.text,
                "language": ask.language,
                "votes": ask.votes,
                "topics": list(ask.topics),
            }
            for ask in audience_asks(db.session(), shelf)
        ],
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1)
    return as_download(Response(text, content_type="application/json"), "demand.json")


@room.page("/demand/came-of-it", needs=Permission.PUBLIC)
def came_of_it() -> ResponseReturnValue:
    """What became of what polls asked for: decision, lesson, who took it."""
    return _what_came("")


@room.page("/demand/came-of-it/<slug>", needs=Permission.PUBLIC)
def came_of_poll(slug: str) -> ResponseReturnValue:
    """The same for one poll."""
    return _what_came(slug)


def _what_came(slug: str) -> str:
    session = db.session()
    poll = session.scalars(select(Poll).where(Poll.slug == slug)).first() if slug else None
    if slug and (poll is None or not can_see(NOBODY, poll)):
        raise NotFoundError
    shelf = read_shelf(session, current_locale())
    return render(
        "curricula/came_of_it.html",
        poll=poll,
        rows=suggestions(session, shelf, *_PUBLIC, poll_slug=slug),
        shelf=shelf,
        texts=texts,
        names=lambda wanted, codes: _names(shelf, wanted, codes),
    )


def _rows() -> Iterator[dict[str, Any]]:
    shelf = read_shelf(db.session(), LANGUAGES[0])
    for figure in figures(db.session()):
        yield _row(figure, shelf)


def _row(figure: Figure, shelf: Shelf) -> dict[str, Any]:
    known, names = figure.share, _names(shelf, figure.wanted, figure.codes)
    found = covered(shelf, figure.wanted, figure.codes)
    return {
        "poll": figure.poll_slug,
        "closed_on": figure.day.isoformat(),
        "wanted": figure.wanted.value,
        "codes": "+".join(figure.codes),
        **{f"name_{each}": " + ".join(name.get(each) for name in names) for each in LANGUAGES},
        "people": figure.count,
        "answered": figure.n,
        "share": round(known.share, 4),
        "low": round(known.low, 4),
        "high": round(known.high, 4),
        **{f"lessons_{each}": found.lessons[each] for each in LANGUAGES},
        **{f"minutes_{each}": found.minutes[each] for each in LANGUAGES},
    }


def _names(shelf: Shelf, wanted: Wanted, codes: Sequence[str]) -> list[Bilingual]:
    """In words; a code that the house no longer knows stands for itself."""
    words = shelf.topics if wanted is Wanted.WISH else shelf.competencies
    return [words.get(code) or Bilingual.of(ko=code, en=code) for code in codes]
