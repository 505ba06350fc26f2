"""Nobody meets a marked word of somebody else, on pages, in files or in mails (S2)."""

import re
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

UNMET = {"blocked's device", "unproven's device"}
"""Who cannot come in, or not far enough, does not see where they are signed in."""
_RANDOM = re.compile(r'value="[\w-]{22}"')


def test_nobody_meets_a_foreign_word(crawled: Crawler) -> None:
    assert crawled.report.leaks == []


def test_every_word_is_met_by_somebody_or_it_would_prove_nothing(crawled: Crawler) -> None:
    words = set(crawled.world.aviary.birds.values())
    assert {str(canary) for canary in words - crawled.ears.met} == UNMET


def test_every_allowance_is_needed(crawled: Crawler) -> None:
    useless = [each for each in crawled.policy.allowances if each not in crawled.ears.used]
    assert useless == []
    assert all(each.reason for each in crawled.policy.allowances)


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


def test_no_mail_carries_a_foreign_word(crawler: Crawler) -> None:
    """Those that wait, and those that any successful act adds."""
    names = {actor.account_id: actor.name for actor in crawler.world.actors.values()}
    kinds, leaks = set(), []

    def read() -> None:
        for account_id, kind, text in _mails(crawler.app):
            reader = names.get(account_id, "link") if account_id else "link"
            heard = crawler.world.aviary.heard(text)
            kinds.add(kind)
            leaks.extend(crawler.ears.escaped(reader, f"mail:{kind}", heard))

    read()
    for cell in crawler.cells(methods=("POST",)):
        if cell.expected is not Outcome.REACHED or cell.actor.name == "administrator":
            continue
        crawler.ask(cell)
        changed = crawler.watch.changed()
        if "outbox_mail" in changed:
            read()
        if changed:
            crawler.watch.restore()
    assert [str(each) for each in leaks] == []
    assert len(kinds) >= 6, kinds


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
