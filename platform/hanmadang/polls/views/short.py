"""The short way of a vote: a hall's answers counted many at a time, outside of Flask.

It takes what is going to be counted and nothing else. Every doubt goes to the page (`public.show`)
which finds out why and says it; asking the domain twice changes nothing. Both doors read with
`sent_ballot`, count tries with the limits declared at `show`, and write with the group writer.
"""

import logging
import re
from collections.abc import Sequence
from functools import lru_cache

from flask import Request, current_app, redirect
from werkzeug.exceptions import HTTPException

from hanmadang.kernel import limits
from hanmadang.kernel.db import db
from hanmadang.kernel.device import cookie_name, device_of
from hanmadang.kernel.headers import always, of_page
from hanmadang.kernel.i18n import use_locale
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.origins import is_foreign
from hanmadang.kernel.pages import address
from hanmadang.kernel.short import Answer
from hanmadang.kernel.text import UnusableTextError, clean
from hanmadang.people.sessions import COOKIE
from hanmadang.polls import queries
from hanmadang.polls.domain import Accepted, BallotSet
from hanmadang.polls.entry import Visitor
from hanmadang.polls.forms.answers import sent_ballot
from hanmadang.polls.models import Assurance
from hanmadang.polls.queries import OpenPoll
from hanmadang.polls.views.public import show
from hanmadang.polls.views.room import cast_all

_log = logging.getLogger(__name__)
_PATH = re.compile(r"/(ko|en)/polls/([^/]+)")
_PLAIN = "application/x-www-form-urlencoded"
_MOST_BYTES = 16 * 1024


class ShortVotes:
    """Offers the way to the server."""

    def fits(self, method: str, path: str) -> bool:
        """Answers to a poll."""
        return method == "POST" and _PATH.fullmatch(path) is not None

    def answer(self, sent: Sequence[Request]) -> list[Answer | None]:
        """Count what can be counted, all in one commit."""
        polls = {slug: _open_poll(slug) for slug in {_slug(each) for each in sent}}
        ballots = [_judge_alone(each, polls[_slug(each)]) for each in sent]
        plain = [place for place, ballot in enumerate(ballots) if ballot]
        stands = limits.count_all([sent[place] for place in plain], show, "polls.show")
        told = {place: each for place, each in zip(plain, stands, strict=True) if each is not None}
        results = cast_all([ballot for place in told if (ballot := ballots[place])])
        answers: list[Answer | None] = [None] * len(sent)
        for place, result in zip(told, results, strict=True):
            if isinstance(result, Accepted):
                answers[place] = _thanks(sent[place], told[place])
        return answers


def _slug(sent: Request) -> str:
    return sent.path.rpartition("/")[2]


def _open_poll(slug: str) -> OpenPoll | None:
    try:
        return queries.open_poll(db.session(), clean(slug))
    except UnusableTextError:
        return None


def _judge_alone(sent: Request, poll: OpenPoll | None) -> BallotSet | None:
    """Like `_judge`; whatever is wrong with one request is nothing to its neighbours."""
    try:
        return _judge(sent, poll)
    except Exception:  # noqa: BLE001  (its page will answer, or fail for it alone)
        _log.exception("A request could not be judged")
        return None


def _judge(sent: Request, poll: OpenPoll | None) -> BallotSet | None:
    """What to cast; None for whatever is not as plain as a hall's answers are."""
    try:
        if poll is None or poll.assurance is not Assurance.LINK or not _is_plain(sent):
            return None
        ballot = sent_ballot(sent.form, poll, Visitor(device_of(sent)))
        if ballot is None or clean(ballot.key) != ballot.key:
            return None
    except (UnusableTextError, HTTPException):
        return None
    return ballot


def _is_plain(sent: Request) -> bool:
    """A small form from a page of ours, sent by somebody who is not signed in."""
    return (
        sent.mimetype == _PLAIN
        and (sent.content_length or 0) <= _MOST_BYTES
        and not sent.query_string
        and cookie_name(COOKIE) not in sent.cookies
        and bool(sent.host)
        and not is_foreign(sent)
    )


def _thanks(sent: Request, stands: dict[str, str]) -> Answer:
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    status, headers, body = _redirect(sent.path[1:3], _slug(sent), secure)
    return Answer(status, headers | {"X-Request-Id": new_key()} | stands, body)


@lru_cache(maxsize=256)
def _redirect(language: str, slug: str, _secure: bool) -> Answer:  # noqa: FBT001
    with use_locale(language):
        response = redirect(address("polls.answered", slug=slug), 303)
    headers = dict(response.headers) | always() | of_page(language, signed_in=False)
    return Answer(response.status_code, headers, response.get_data())
