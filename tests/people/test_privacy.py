"""Taking one's data along, and leaving: nothing of the person stays."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.kernel import clock
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.db import Base, db
from hanmadang.kernel.permissions import Role
from hanmadang.people import consents, privacy_registry, tokens, tries
from hanmadang.people.domain import privacy
from hanmadang.people.models import Account, ConsentKind, RecoveryCode, TokenPurpose
from tests.conftest import Browser
from tests.factories.people import PASSWORD, TOTP_SECRET, make_person, open_session

CANARY = "Canarybird"


@pytest.fixture
def canary(write: Callable[[], Any]) -> int:
    """A person whose every field is recognisable, with something in each table of the room."""
    with write() as session:
        person = make_person(
            session, name=CANARY, email=f"{CANARY}@example.org", login="canarybird@example.org",
            guardian_email=f"guardian.{CANARY}@example.org", totp_secret=TOTP_SECRET,
            zone="Asia/Seoul",
        )  # fmt: skip
        now = clock.now()
        consents.grant(session, person.id, ConsentKind.PATH, now=now)
        tokens.issue(session, TokenPurpose.RESET, email=person.email, account_id=person.id, now=now)
        tries.remember(session, person.id, "device", now)
        session.add(RecoveryCode(code_hash="x", account_id=person.id))
        return int(person.id)


@pytest.fixture
def browser(client: Browser, canary: int, write: Callable[[], Any]) -> Browser:
    with write() as session:
        cookie = open_session(session, session.get_one(Account, canary))
    client.set_cookie("hm_session", cookie)
    return client


def dump(app: Any) -> str:
    with app.app_context():
        return "\n".join(
            str(tuple(row)) for table in Base.metadata.sorted_tables
            for row in db.session().execute(select(table))
        )  # fmt: skip


def test_the_export_is_a_file_with_everything_and_no_secret(browser: Browser) -> None:
    answer = browser.send("/en/account/export")
    data = json.loads(answer.text)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="hanmadang-')
    assert data["format"] == "hanmadang-personal-data/1"
    mine = data["data"]["people"]
    assert (mine["account"]["name"], mine["account"]["email"]) == (CANARY, f"{CANARY}@example.org")
    assert [one["kind"] for one in mine["consents"]] == ["path"]
    assert [one["device"] for one in mine["sessions"]] == ["test"]
    assert TOTP_SECRET not in answer.text
    assert "argon2" not in answer.text


def test_every_registered_room_is_in_the_export(browser: Browser) -> None:
    data = json.loads(browser.send("/en/account/export").text)["data"]
    assert sorted(data) == privacy_registry.names()
    assert "people" in data


def test_the_export_is_not_made_by_a_link(browser: Browser) -> None:
    assert browser.get("/en/account/export").mimetype == "text/html"


def test_the_export_is_audited(browser: Browser, canary: int, read: Callable[[], Any]) -> None:
    browser.send("/en/account/export")
    with read() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert (entry.action, entry.actor_id, entry.subject_id) == (
        "personal_data.exported", canary, canary,
    )  # fmt: skip


def test_after_erasing_nothing_of_the_person_is_left_in_any_table(
    browser: Browser, canary: int
) -> None:
    assert CANARY.lower() in dump(browser.application).lower()
    assert browser.send("/en/account/erase", {"password": PASSWORD}).location == "/en/"
    left = dump(browser.application)
    assert CANARY.lower() not in left.lower()
    assert TOTP_SECRET not in left
    assert "argon2" not in left


def test_after_erasing_one_is_signed_out_everywhere_and_cannot_come_back(
    browser: Browser, new_browser: Callable[[], Browser], canary: int, write: Callable[[], Any]
) -> None:
    with write() as session:
        cookie = open_session(session, session.get_one(Account, canary))
    there = new_browser()
    there.set_cookie("hm_session", cookie)
    browser.send("/en/account/erase", {"password": PASSWORD})
    assert browser.get_cookie("hm_session") is None
    assert there.get("/en/account").status_code == 303
    fields = {"email": f"{CANARY}@example.org", "password": PASSWORD}
    assert there.send("/en/sign-in", fields).status_code == 422


def test_the_address_is_free_again(browser: Browser, new_browser: Callable[[], Browser]) -> None:
    browser.send("/en/account/erase", {"password": PASSWORD})
    fields = {
        "email": f"{CANARY}@example.org", "name": "Again", "new_password": PASSWORD, "locale": "en",
        "consent_terms": "y", "consent_privacy": "y",
    }  # fmt: skip
    again = new_browser()
    again.send("/en/sign-up/form?age=14", fields)
    assert again.get("/en/account").status_code == 200


@pytest.mark.parametrize("password", ["", "wrong horse", "a\x00b"])
def test_without_the_password_nothing_is_erased(
    browser: Browser, canary: int, read: Callable[[], Any], password: str
) -> None:
    assert browser.send("/en/account/erase", {"password": password}).status_code == 422
    with read() as session:
        assert session.get_one(Account, canary).name == CANARY


def test_the_last_administrator_cannot_leave(
    client: Browser, write: Callable[[], Any], read: Callable[[], Any]
) -> None:
    with write() as session:
        boss = make_person(session, Role.ADMINISTRATOR)
        client.set_cookie("hm_session", open_session(session, boss))
        boss_id = boss.id
    answer = client.send("/en/account/erase", {"password": PASSWORD})
    assert (answer.status_code, "last administrator" in answer.text) == (409, True)
    with read() as session:
        assert session.get_one(Account, boss_id).state == "active"


def test_other_people_stay_as_they_are(
    browser: Browser, write: Callable[[], Any], read: Callable[[], Any]
) -> None:
    with write() as session:
        other = make_person(session, name="Untouched").id
        consents.grant(session, other, ConsentKind.PATH, now=clock.now())
    browser.send("/en/account/erase", {"password": PASSWORD})
    with read() as session:
        assert session.get_one(Account, other).name == "Untouched"
        assert consents.has_consent(session, other, ConsentKind.PATH)


def test_a_registered_room_is_asked_to_export_and_to_erase(
    write: Callable[[], Any], canary: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privacy_registry, "_registered", dict(privacy_registry._registered))
    erased: list[tuple[int, str]] = []

    def erase(session: Session, account_id: int, _now: datetime) -> None:
        erased.append((account_id, session.get_one(Account, account_id).name))

    privacy_registry.register_personal_data("attic", lambda _s, a: {"box": a}, erase)
    with write() as session:
        assert privacy.export(session, canary, clock.now())["data"]["attic"] == {"box": canary}
        account = session.get_one(Account, canary)
        from hanmadang.kernel.permissions import Viewer

        privacy.erase(session, account, actor=Viewer(canary), now=clock.now())
    assert erased == [(canary, CANARY)], "rooms above erase while the account is still whole"


def test_an_erased_account_cannot_be_erased_again(write: Callable[[], Any], canary: int) -> None:
    from hanmadang.kernel.errors import NotAllowedNowError
    from hanmadang.kernel.permissions import Viewer

    with write() as session:
        account = session.get_one(Account, canary)
        privacy.erase(session, account, actor=Viewer(canary), now=clock.now())
        with pytest.raises(NotAllowedNowError):
            privacy.erase(session, account, actor=Viewer(canary), now=clock.now())
