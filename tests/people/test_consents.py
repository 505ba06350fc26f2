"""Consents: asked one by one, kept with their version, withdrawn by one click."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.kernel import clock
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.db import db, transaction
from hanmadang.people import consent_texts, consents
from hanmadang.people.models import Consent, ConsentKind
from tests.conftest import Browser
from tests.factories.people import make_person
from tests.people.conftest import at_once

OPTIONAL = [ConsentKind.REMINDERS, ConsentKind.PATH]
REQUIRED = [ConsentKind.TERMS, ConsentKind.PRIVACY]


@pytest.fixture
def mina(write: Callable[[], Any]) -> int:
    with write() as session:
        return int(make_person(session).id)


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Callable[[ConsentKind], None]:
    """Give one text a new version."""

    def publish(kind: ConsentKind) -> None:
        text = replace(consents.CURRENT[kind], version="2027-03")
        monkeypatch.setitem(consent_texts.CURRENT, kind, text)

    return publish


def has(read: Callable[[], Any], account_id: int, kind: ConsentKind) -> bool:
    with read() as session:
        return consents.has_consent(session, account_id, kind)


def grant(write: Callable[[], Any], account_id: int, kind: ConsentKind) -> bool:
    with write() as session:
        return consents.grant(session, account_id, kind, now=clock.now())


@pytest.mark.parametrize("kind", list(ConsentKind))
def test_each_text_is_whole_in_both_languages(kind: ConsentKind) -> None:
    text = consents.CURRENT[kind]
    parts = (text.title, text.purpose, text.items, text.retention, text.refusal, text.agree)
    assert [part.missing() for part in parts] == [()] * 6
    assert all(part.shown(language).text for part in parts for language in LANGUAGES)
    assert text.kind is kind


def test_terms_and_privacy_are_required_and_nothing_else() -> None:
    assert (list(consents.REQUIRED), list(consents.OPTIONAL)) == (REQUIRED, OPTIONAL)


@pytest.mark.parametrize("kind", OPTIONAL)
def test_a_consent_stands_from_grant_to_withdrawal(
    read: Callable[[], Any], write: Callable[[], Any], mina: int, kind: ConsentKind
) -> None:
    states = [has(read, mina, kind), grant(write, mina, kind), has(read, mina, kind)]
    with write() as session:
        states.append(consents.withdraw(session, mina, kind, now=clock.now()))
    assert [*states, has(read, mina, kind)] == [False, True, True, True, False]


def test_a_consent_is_one_persons_and_one_kinds(
    read: Callable[[], Any], write: Callable[[], Any], mina: int
) -> None:
    with write() as session:
        other = make_person(session).id
    grant(write, mina, ConsentKind.PATH)
    assert not has(read, other, ConsentKind.PATH)
    assert not has(read, mina, ConsentKind.REMINDERS)


def test_granting_twice_is_one_row(
    read: Callable[[], Any], write: Callable[[], Any], mina: int
) -> None:
    assert [grant(write, mina, ConsentKind.PATH) for _ in range(2)] == [True, False]
    with read() as session:
        assert len(session.scalars(select(Consent)).all()) == 1


def test_granting_eight_times_at_once_is_one_row(
    app: Any, read: Callable[[], Any], mina: int
) -> None:
    def work(_n: int) -> bool:
        with app.app_context(), transaction() as session:
            return consents.grant(session, mina, ConsentKind.PATH, now=clock.now())

    assert sum(at_once(8, work)) == 1
    with read() as session:
        assert len(session.scalars(select(Consent)).all()) == 1


def test_a_changed_text_must_be_agreed_to_again(
    read: Callable[[], Any], write: Callable[[], Any], mina: int,
    newer: Callable[[ConsentKind], None],
) -> None:  # fmt: skip
    grant(write, mina, ConsentKind.PATH)
    newer(ConsentKind.PATH)
    assert not has(read, mina, ConsentKind.PATH)
    with read() as session:
        standing = {one.text.kind: one for one in consents.standing(session, mina)}
    assert (standing[ConsentKind.PATH].outdated, standing[ConsentKind.PATH].granted_at) == (
        True,
        None,
    )
    assert grant(write, mina, ConsentKind.PATH)
    with read() as session:
        rows = session.scalars(select(Consent).order_by(Consent.id)).all()
    assert [(row.version, row.withdrawn_at is None) for row in rows] == [
        ("2026-11-22", False), ("2027-03", True),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", REQUIRED)
def test_a_required_consent_ends_only_with_the_account(
    write: Callable[[], Any], mina: int, kind: ConsentKind
) -> None:
    grant(write, mina, kind)
    with write() as session, pytest.raises(consents.NeededConsentError):
        consents.withdraw(session, mina, kind, now=clock.now())


def test_rooms_above_hear_of_a_withdrawal_once(write: Callable[[], Any], mina: int) -> None:
    heard: list[tuple[int, ConsentKind]] = []

    def listen(_session: Any, account_id: int, kind: ConsentKind) -> None:
        heard.append((account_id, kind))

    consents.on_withdrawal(listen)
    consents.on_withdrawal(listen)
    grant(write, mina, ConsentKind.PATH)
    try:
        for _ in range(2):
            with write() as session:
                consents.withdraw(session, mina, ConsentKind.PATH, now=clock.now())
    finally:
        consents._listeners.remove(listen)
    assert heard == [(mina, ConsentKind.PATH)]


def test_grant_and_withdrawal_by_one_click_each_are_audited(
    sign_in: Callable[..., Browser], read: Callable[[], Any]
) -> None:
    browser = sign_in()
    me = browser.account_id  # type: ignore[attr-defined]
    assert browser.send("/en/account/consents/path/grant").status_code == 303
    assert has(read, me, ConsentKind.PATH)
    assert browser.send("/en/account/consents/path/withdraw").status_code == 303
    assert not has(read, me, ConsentKind.PATH)
    with read() as session:
        acts = session.execute(
            select(AuditEntry.action, AuditEntry.actor_id, AuditEntry.object_id).order_by(
                AuditEntry.seq
            )
        ).all()
    assert [tuple(act) for act in acts] == [
        ("consent.granted", me, "path"), ("consent.withdrawn", me, "path"),
    ]  # fmt: skip


@pytest.mark.parametrize(("path", "status"), [("path", 303), ("privacy", 409), ("opinions", 404)])
def test_only_optional_consents_can_be_withdrawn(
    sign_in: Callable[..., Browser], path: str, status: int
) -> None:
    assert sign_in().send(f"/en/account/consents/{path}/withdraw").status_code == status


def test_the_page_shows_every_word_in_both_languages(sign_in: Callable[..., Browser]) -> None:
    browser = sign_in()
    english, korean = (
        browser.get("/en/account/consents").text,
        browser.get("/ko/account/consents").text,
    )
    for text in consents.CURRENT.values():
        assert text.purpose.get("en") in english
        assert text.purpose.get("ko") in korean


def test_a_visitor_has_no_consents_to_change(client: Browser, app: Any) -> None:
    assert client.send("/en/account/consents/path/grant").status_code == 303
    with app.app_context():
        assert db.session().scalars(select(Consent)).all() == []
