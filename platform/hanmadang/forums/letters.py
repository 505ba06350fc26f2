"""The letters to experts; each checks again, as it leaves, that its reason still holds.

What people typed stands here as plain text on one line, with its addresses broken, so that a name
or title can never turn a letter of ours into somebody else's link.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from hanmadang.events import ics
from hanmadang.forums.domain import notices
from hanmadang.forums.models import HOLDS_A_PLACE, Outcome, ProposalState
from hanmadang.forums.queries import facts
from hanmadang.forums.queries.facts import Facts
from hanmadang.forums.texts import in_zone, with_zone
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import _, current_locale, use_locale
from hanmadang.kernel.pages import external_url
from hanmadang.kernel.text import one_line
from hanmadang.reminders.composers import Attachment, Letter, Reader, composer

Body = Callable[[Facts], tuple[str, list[str]]]
_DOT = re.compile(r"(?<=\w\w)\.(?=\w\w)")
_S = ProposalState


def register() -> None:
    """Teach the outbox to write our mails."""
    for kind, (body, states) in _LETTERS.items():
        composer(kind)(_writer(body, states))


def unlinked(text: str) -> str:
    """One line in which nothing reads as an address: ``evil[.]example``, ``https[:]//``."""
    line = one_line(text).replace("://", "[:]//").replace("@", "[@]")
    return _DOT.sub("[.]", re.sub(r"[<>\[\]]{2,}", "", line))


def preview(outcome: Outcome, about: Facts, locale: str) -> Letter:
    """The letter that a release would send."""
    body, _states = _LETTERS[notices.OUTCOMES[outcome]]
    with use_locale(locale):
        return _letter(body, about)


def _writer(
    body: Body, states: frozenset[ProposalState]
) -> Callable[[Mapping[str, Any], Reader], Letter | None]:
    def write(payload: Mapping[str, Any], _reader: Reader) -> Letter | None:
        number = payload["proposal_id"]
        about = facts.of(db.session(), [number]).get(number)
        if about is None or about.state not in states:
            return None
        return _letter(body, about)

    return write


def _letter(body: Body, about: Facts) -> Letter:
    subject, paragraphs = body(about)
    greeting = _("Dear %(name)s,", name=unlinked(about.name)) if about.name else _("Good day,")
    text = "\n\n".join([greeting, *filter(None, paragraphs), _("The forum’s organizers")])
    return Letter(subject, text, _hold(about) if body in _WITH_HOLD else ())


def _title(about: Facts) -> str:
    return f"‘{unlinked(about.title)}’"


def _forum(about: Facts) -> str:
    return f"‘{unlinked(about.forum.shown(current_locale()).text)}’"


def _mine() -> str:
    return external_url("forums.my_proposals")


def _when(about: Facts) -> str:
    """The talk's time at the forum and, where it differs, on the speaker's wall clock."""
    if about.talk is None:
        return ""
    lines = [_("Your time at the forum: %(when)s", when=with_zone(about.talk.starts))]
    if about.zone != about.talk.starts.zone:
        own = in_zone(about.talk.starts, about.zone)
        lines.append(_("On your own clock: %(when)s", when=own))
    lines.append(_("Where: %(venue)s", venue=_place(about)))
    return "\n".join(lines)


def _place(about: Facts) -> str:
    room = about.talk.room if about.talk else ""
    return ", ".join(filter(None, (about.venue.shown(current_locale()).text, room)))


def _received(about: Facts) -> tuple[str, list[str]]:
    return _("We have received your proposal"), [
        _(
            "Thank you. Your proposal %(title)s for %(forum)s has arrived.",
            title=_title(about), forum=_forum(about),
        ),
        _("You can read, edit or withdraw it here:") + f"\n{_mine()}",
        _("We will write to you as soon as there is a decision."),
    ]  # fmt: skip


def _changes(about: Facts) -> tuple[str, list[str]]:
    return _("Please revise your proposal"), [
        _(
            "The organizers of %(forum)s would like to ask for changes to %(title)s:",
            title=_title(about), forum=_forum(about),
        ),
        "\n".join(f"> {unlinked(line)}" for line in about.request.splitlines()),
        _("Please change it and send it again here:") + f"\n{_mine()}",
    ]  # fmt: skip


def _accepted(about: Facts) -> tuple[str, list[str]]:
    return _("Your proposal has been accepted"), [
        _(
            "We are glad to accept your proposal %(title)s for %(forum)s.",
            title=_title(about), forum=_forum(about),
        ),
        _when(about) or _("We will write again as soon as your time is fixed."),
        _("Please confirm here that you will come:") + f"\n{_mine()}",
    ]  # fmt: skip


def _rejected(about: Facts) -> tuple[str, list[str]]:
    return _("About your proposal"), [
        _(
            "Thank you for your proposal %(title)s for %(forum)s. We are sorry that we could not "
            "include it in the programme this time.",
            title=_title(about), forum=_forum(about),
        ),
        _("We would be glad to hear from you again, and to see you at the forum:")
        + f"\n{external_url('forums.show', slug=about.slug)}",
    ]  # fmt: skip


def _reserve(about: Facts) -> tuple[str, list[str]]:
    return _("Your proposal is on the reserve list"), [
        _(
            "Thank you for your proposal %(title)s for %(forum)s. The programme is full for now, "
            "and we have put it on the reserve list.",
            title=_title(about), forum=_forum(about),
        ),
        _("If a place becomes free we will write to you at once. You can withdraw it here:")
        + f"\n{_mine()}",
    ]  # fmt: skip


def _confirmed(about: Facts) -> tuple[str, list[str]]:
    return _("Thank you for confirming"), [
        _(
            "You have confirmed %(title)s for %(forum)s. We look forward to seeing you.",
            title=_title(about), forum=_forum(about),
        ),
        _when(about) or _("We will write again as soon as your time is fixed."),
        _("If something comes up, please tell us here:") + f"\n{_mine()}",
    ]  # fmt: skip


def _scheduled(about: Facts) -> tuple[str, list[str]]:
    return _("The time of your talk"), [
        _(
            "This is the time of %(title)s at %(forum)s. It replaces any earlier one.",
            title=_title(about), forum=_forum(about),
        ),
        _when(about),
        _("Your proposals:") + f"\n{_mine()}",
    ]  # fmt: skip


def _cancelled(about: Facts) -> tuple[str, list[str]]:
    return _("Your talk has been cancelled"), [
        _(
            "We are sorry: the organizers have had to cancel %(title)s at %(forum)s.",
            title=_title(about), forum=_forum(about),
        ),
        _("The programme as it stands:") + f"\n{external_url('forums.show', slug=about.slug)}",
    ]  # fmt: skip


_WITH_HOLD = (_accepted, _confirmed, _scheduled)
_LETTERS: dict[str, tuple[Body, frozenset[ProposalState]]] = {
    notices.RECEIVED: (_received, frozenset(_S) - {_S.DRAFT, _S.WITHDRAWN}),
    notices.CHANGES: (_changes, frozenset({_S.CHANGES_REQUESTED})),
    notices.OUTCOMES[Outcome.ACCEPTED]: (_accepted, frozenset(HOLDS_A_PLACE)),
    notices.OUTCOMES[Outcome.REJECTED]: (_rejected, frozenset({_S.REJECTED})),
    notices.OUTCOMES[Outcome.RESERVE]: (_reserve, frozenset({_S.RESERVE})),
    notices.CONFIRMED: (_confirmed, frozenset({_S.CONFIRMED})),
    notices.SCHEDULED: (_scheduled, frozenset(HOLDS_A_PLACE)),
    notices.CANCELLED: (_cancelled, frozenset({_S.CANCELLED})),
}


def _hold(about: Facts) -> tuple[Attachment, ...]:
    """A calendar entry for the talk; its UID stays, so that a later one moves it."""
    talk = about.talk
    if talk is None or about.scheduled_at is None:
        return ()
    entry = ics.Entry(
        uid=f"proposal-{about.key}@{settings().host}", title=about.title, language=about.language,
        place=_place(about), text=about.forum.shown(current_locale()).text,
        url=external_url("forums.show", slug=about.slug), zone=talk.starts.zone,
        starts=talk.starts.instant, ends=talk.ends.instant, first_day=None, last_day=None,
        created=about.scheduled_at, updated=about.scheduled_at, sequence=about.sequence,
        cancelled=False,
    )  # fmt: skip
    content = ics.calendar([entry], method="PUBLISH")
    return (Attachment("talk.ics", content, "text/calendar; method=PUBLISH; charset=utf-8"),)
