"""Mails to people who asked what comes of a poll. Most have no account."""

from collections.abc import Mapping
from typing import Any

from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import _, current_locale, format_day
from hanmadang.kernel.pages import external_url
from hanmadang.kernel.pointers import address_in
from hanmadang.polls.domain import following
from hanmadang.polls.models import Poll
from hanmadang.polls.queries.outcomes import OutcomePage, follower, outcome_page
from hanmadang.polls.rules_outcomes import link_token
from hanmadang.polls.texts_outcomes import STATES
from hanmadang.reminders.composers import Letter, Reader, composer

CONFIRM, STOP = "confirm", "stop"
"""What the links in these mails are for."""


def register() -> None:
    """Teach the outbox to write our mails."""
    composer(following.CONFIRM)(_confirm)
    composer(following.TOLD)(_told)


def _confirm(payload: Mapping[str, Any], _reader: Reader) -> Letter | None:
    session = db.session()
    waiting = follower(session, payload["seed"])
    if waiting is None or waiting.confirmed:
        return None
    title = session.get_one(Poll, waiting.poll_id).title.shown(current_locale()).text
    text = _paragraphs(
        _("You, or somebody else, asked us to write what comes of the poll “%(title)s”.",
          title=title),
        _("If you want that, open this page and press the button:"),
        external_url("polls.confirm_follow", token=_token(CONFIRM, waiting.seed)),
        _("If you do nothing, your address is deleted after seven days."),
        _("Your address is kept apart from all answers: we do not know whether you answered."),
    )  # fmt: skip
    return Letter(_("Shall we tell you what comes of it?"), text, secret=True)


def _told(payload: Mapping[str, Any], _reader: Reader) -> Letter | None:
    session = db.session()
    told = follower(session, payload["seed"])
    outcome = outcome_page(session, payload["outcome_id"])
    if told is None or not told.confirmed or outcome is None:
        return None
    language = current_locale()
    title = outcome.title.shown(language).text
    stop = external_url("polls.stop_follow", token=_token(STOP, told.seed))
    text = _paragraphs(
        _("You asked us to write what comes of the poll “%(title)s”.", title=title),
        *_said(outcome, language),
        _("Everything that came of this poll, and its results:"),
        external_url("polls.results", slug=outcome.slug),
        _("No more of these mails? One press on this page, without signing in:"),
        stop,
    )
    return Letter(_("What came of it: %(title)s", title=title), text, secret=True, stop=stop)


def _said(outcome: OutcomePage, language: str) -> list[str]:
    day = format_day(outcome.day, "day", language)
    said = [
        _("%(day)s: %(state)s", day=day, state=STATES[outcome.state]),
        outcome.text.shown(language).text,
    ]
    if outcome.reason:
        said.append(_("Reason: %(reason)s", reason=outcome.reason.shown(language).text))
    if outcome.link and outcome.link_title:
        said += [outcome.link_title.shown(language).text, address_in(language, outcome.link)]
    return said


def _token(purpose: str, seed: str) -> str:
    return link_token(settings().secret_key, purpose, seed)


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(texts)
