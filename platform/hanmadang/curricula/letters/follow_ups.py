"""The mail of the next day: a lesson came of the poll you took part in."""

from collections.abc import Mapping
from typing import Any

from hanmadang.curricula.demand_rules import percent
from hanmadang.curricula.domain import reminding
from hanmadang.curricula.models import LESSONS, DemandSuggestion, SuggestionState, Wanted
from hanmadang.curricula.queries.shelf import read_shelf
from hanmadang.curricula.queries.signals import polls_of
from hanmadang.curricula.queries.suggestions import lesson_of
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import _, _n, current_locale
from hanmadang.kernel.pages import external_url
from hanmadang.people import consents
from hanmadang.people.models import ConsentKind
from hanmadang.polls.models import Poll
from hanmadang.reminders.composers import Letter, Reader, composer


def register() -> None:
    """Teach the outbox to write it."""
    composer(reminding.LETTER)(_follow_up)


def _follow_up(payload: Mapping[str, Any], reader: Reader) -> Letter | None:
    """None where the decision, the lesson, the evidence or a consent is gone by now."""
    session, language = db.session(), current_locale()
    held = session.get(DemandSuggestion, payload["suggestion_id"])
    if held is None or not _stands(held, payload) or not _agreed(reader, held.poll_id):
        return None
    shelf = read_shelf(session, language)
    lesson = lesson_of(held, shelf)
    if lesson is None:
        return None
    names = shelf.topics if held.wanted == Wanted.WISH else shelf.competencies
    title = session.get_one(Poll, held.poll_id).title
    text = "\n\n".join(
        (
            _("You took part in the poll %(poll)s.", poll=_quoted(title)),
            _figures(held, names[held.code]),
            _n("So there is a lesson now, of %(n)s minute: %(lesson)s",
               "So there is a lesson now, of %(n)s minutes: %(lesson)s",
               lesson.minutes[language], lesson=_quoted(lesson.title)),
            external_url(
                "courses.unit", lang=language, course=lesson.course_slug,
                module=lesson.module_slug, unit=lesson.unit_slug,
            ),
            _("Your path takes it into account, and says why:"),
            external_url("curricula.my_path", lang=language),
            _("You can end such reminders under “Consents” in your account."),
        )
    )  # fmt: skip
    return Letter(_("A lesson came of your poll: %(lesson)s", lesson=_said(lesson.title)), text)


def _stands(held: DemandSuggestion, payload: Mapping[str, Any]) -> bool:
    decided = held.decided_at.isoformat() if held.decided_at else ""
    return (
        held.state == SuggestionState.ACCEPTED
        and held.reply in LESSONS
        and decided == payload["decided_at"]
    )


def _agreed(reader: Reader, poll_id: int) -> bool:
    session, account_id = db.session(), reader.account_id or 0
    asked = (ConsentKind.REMINDERS, ConsentKind.PATH)
    return poll_id in polls_of(session, account_id) and all(
        consents.has_consent(session, account_id, kind) for kind in asked
    )


def _figures(held: DemandSuggestion, name: Bilingual) -> str:
    share, n = percent(held.count, held.n), held.n
    if held.wanted == Wanted.GAP:
        return _("%(percent)s%% of the %(n)s people in your poll missed the question on %(name)s.",
                 percent=share, n=n, name=_quoted(name))  # fmt: skip
    return _("%(percent)s%% of the %(n)s people in your poll asked for %(topic)s.",
             percent=share, n=n, topic=_quoted(name))  # fmt: skip


def _quoted(text: Bilingual) -> str:
    said = _said(text)
    return f"‘{said}’" if current_locale() == "ko" else f"“{said}”"


def _said(text: Bilingual) -> str:
    return text.shown(current_locale()).text
