"""Marked words in mails, in silent decisions and in calendar lines (S2); pages: test_matrix."""

import re
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any

from flask import Flask
from sqlalchemy import delete, select, update

from hanmadang.demo.mailbox import received
from hanmadang.forums.models import Decision, Proposal
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.i18n import use_locale
from hanmadang.reminders.composers import Reader, compose
from hanmadang.reminders.models import OutboxMail
from tests.factories.reminders import KIND
from tests.matrix.canaries import Aviary, Canary
from tests.matrix.crawl import Crawler
from tests.matrix.policy import Outcome
from tests.matrix.sending import Sending, send

_RANDOM = re.compile(r'value="[\w-]{22}"')


def test_words_are_heard_in_folded_calendar_lines() -> None:
    aviary = Aviary()
    word = aviary.mark("citizen-a", "name")
    folded = f"BEGIN:VCALENDAR\r\nSUMMARY:{word[:4]}\r\n {word[4:]}\r\n".encode()
    assert aviary.heard(folded) == {Canary(word, "citizen-a", "name")}


def _mails(app: Flask) -> list[tuple[int | None, str, bytes]]:
    """(account, kind, text) of everything that waits in the outbox."""
    with app.app_context():
        rows = db.session.scalars(select(OutboxMail).where(OutboxMail.kind != KIND)).all()
        return [(row.account_id, row.kind, _text(row)) for row in rows]


def _text(row: OutboxMail) -> bytes:
    with use_locale(row.locale):
        letter = compose(row.kind, row.payload, Reader(row.account_id, row.locale))
    if letter is None:
        return b""
    parts = [letter.subject.encode(), letter.text.encode()]
    return b"\n".join(parts + [each.content for each in letter.attachments])


def test_no_mail_carries_a_foreign_word(crawler: Crawler, sendings: Mapping[str, Sending]) -> None:
    """Those that wait, and those that any successful act adds."""
    mails = _mails(crawler.app)
    for sending in sendings.values():
        _reply, changed = send(crawler, sending)
        if "outbox_mail" in changed:
            mails += _mails(crawler.app)
        crawler.watch.restore()
    names = {actor.account_id: actor.name for actor in crawler.world.actors.values()}
    leaks = [
        f"{kind} to {names.get(to, 'a stranger')} shows {canary}"
        for to, kind, text in mails
        for canary in crawler.ears.escaped(
            names.get(to, "link") if to else "link", f"mail:{kind}",
            crawler.world.aviary.heard(text),
        )
    ]  # fmt: skip
    assert leaks == []
    letters = {each for each in crawler.policy.allowances if each.is_for_mail}
    assert letters <= crawler.ears.used, "an allowance for mails is not needed"
    assert len({kind for _to, kind, _text in mails}) >= 8


def test_a_silent_decision_changes_nothing_that_its_expert_sees(crawler: Crawler) -> None:
    expert, endpoints = "expert-a", [name for name in crawler.policy.routes if "forums." in name]
    own = [
        cell
        for cell in crawler.cells(endpoints, methods=("GET",))
        if cell.actor.name == expert and cell.expected is Outcome.REACHED
    ]
    decided = [_plain(crawler.ask(cell).body) for cell in own]
    with crawler.app.app_context(), transaction() as session:
        session.execute(delete(Decision))
        session.execute(update(Proposal).values(pending_decision=None))
    assert [_plain(crawler.ask(cell).body) for cell in own] == decided
    assert len(own) >= 8


def _plain(body: bytes) -> str:
    """A page without the keys that each answer makes anew."""
    return _RANDOM.sub("", body.decode())


def test_the_demos_mailbox_holds_only_mails_to_the_whole_address(tmp_path: Any) -> None:
    for number, address in enumerate(("zen@example.org", "citizen@example.org")):
        mail = EmailMessage()
        mail["To"], mail["Subject"] = f"Somebody <{address}>", address
        mail["Date"] = "Sat, 21 Nov 2026 09:00:00 +0000"
        mail.set_content("A link that opens something.")
        (tmp_path / f"{number}.eml").write_bytes(mail.as_bytes())
    found = [mail.subject for mail in received(tmp_path, "zen@example.org")]
    assert found == ["zen@example.org"]
