"""Every page of the room: both languages, our token on every form, nothing changed by looking."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hanmadang.kernel.db import Base, db
from hanmadang.kernel.fsck import differences
from hanmadang.kernel.permissions import Permission, Role
from hanmadang.kernel.rooms import needs_of
from hanmadang.people import post
from hanmadang.people.devices import device_label
from hanmadang.people.models import RoleGrant
from hanmadang.reminders import composers
from tests.conftest import Browser
from tests.factories.people import make_person, open_session

PUBLIC = [
    "sign-in", "sign-up", "sign-up/form?age=14", "sign-up/welcome", "sign-up/under-14",
    "sign-up/under-14/sent", "guardian/done", "forgot", "forgot/sent",
]  # fmt: skip
MINE = [
    "account", "account/password", "account/sessions", "account/second-factor", "account/consents",
    "account/export", "account/erase",
]  # fmt: skip
DESK = ["desk/accounts", "desk/accounts?q=nobody", "desk/accounts/1"]


def headings(page: str) -> list[str]:
    main = page.split("<main")[1].split("</main>", maxsplit=1)[0]
    return [re.sub(r"<[^>]+>", "", text) for text in re.findall(r"<h[12][^>]*>(.*?)</h[12]>", main)]


def routes(app: Flask) -> Iterator[tuple[str, str]]:
    """(method, path) of every route of the room, with something in each place of the path."""
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if rule.endpoint.startswith("people."):
                given = {"lang": "en", "token": "x", "kind": "path", "account_id": 1,
                         "role": "citizen"}  # fmt: skip
                values = {name: given[name] for name in rule.arguments}
                for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                    yield method, adapter.build(rule.endpoint, values)


def dump(app: Flask) -> list[str]:
    with app.app_context():
        tables = [t for t in Base.metadata.sorted_tables if not t.name.startswith("audit")]
        return [str(row) for t in tables for row in db.session().execute(select(t))]


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_speak_both_languages(client: Browser, path: str) -> None:
    korean, english = client.get(f"/ko/{path}"), client.get(f"/en/{path}")
    assert (korean.status_code, english.status_code) == (200, 200)
    assert all(re.search("[가-힣]", text) for text in headings(korean.text))
    assert not any(re.search("[가-힣]", text) for text in headings(english.text))


@pytest.mark.parametrize("path", [*MINE, *DESK])
def test_pages_behind_sign_in_speak_both_languages(
    sign_in: Callable[..., Browser], path: str
) -> None:
    browser = sign_in(Role.ADMINISTRATOR, name="박 Admin")
    korean, english = browser.get(f"/ko/{path}"), browser.get(f"/en/{path}")
    assert (korean.status_code, english.status_code) == (200, 200)
    assert re.search("[가-힣]", headings(korean.text)[0])


@pytest.mark.parametrize("path", [*MINE, DESK[0], DESK[2]])
def test_a_visitor_is_asked_to_sign_in_first(client: Browser, path: str) -> None:
    assert client.get(f"/en/{path}").location == f"/en/sign-in?next=/en/{path}".replace(
        "?q=", "?q%3D"
    )


def test_no_form_is_taken_without_our_token(app: Flask, sign_in: Callable[..., Browser]) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    posts = [path for method, path in routes(app) if method == "POST"]
    before = dump(app)
    codes = {path: browser.post(path, data={"age": "14"}).status_code for path in posts}
    assert len(posts) >= 18
    assert {path: code for path, code in codes.items() if code < 300} == {}
    assert dump(app) == before


def test_no_form_is_taken_from_another_site(app: Flask, sign_in: Callable[..., Browser]) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    for method, path in routes(app):
        if method == "POST":
            for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
                assert browser.send(path, headers=headers).status_code == 403


def test_looking_changes_nothing_but_the_audit_log(
    app: Flask, sign_in: Callable[..., Browser]
) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    before = dump(app)
    for method, path in routes(app):
        if method == "GET":
            browser.get(path)
    assert dump(app) == before


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    needs = {
        rule.endpoint: needs_of(app, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("people.")
    }
    desk = {name for name, need in needs.items() if need is Permission.ACCOUNTS_ADMINISTER}
    assert desk == {
        "people.roles", "people.role_holder", "people.revoke_role",
        "people.block", "people.unblock",
    }  # fmt: skip
    assert None not in needs.values()


@pytest.mark.parametrize("path", ["sign-in%00", "verify/%00", "sign-in?next=%00"])
def test_a_nul_byte_in_the_address_is_a_bad_request(client: Browser, path: str) -> None:
    assert client.get(f"/en/{path}").status_code == 400


def test_every_letter_of_the_room_can_leave(app: Flask) -> None:
    assert set(post.writers) == {
        "people.verify", "people.reset", "people.exists", "people.guardian",
        "people.password_changed",
    }  # fmt: skip
    assert set(post.writers) <= set(composers.kinds())


def test_without_a_carrier_a_letter_is_not_silently_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post, "_carriers", [])
    with pytest.raises(LookupError):
        post.post(None, None, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
         "Chrome · Windows"),
        ("Mozilla/5.0 (Linux; Android 15) SamsungBrowser/28.0 Chrome/130 Mobile Safari/537.36",
         "Samsung Internet · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
         "Safari · iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15) Whale/4.0 Chrome/130 Safari/537.36",
         "Naver Whale · Mac"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", "Firefox · Linux"),
        ("<script>alert(1)</script>", "–"),
        ("", "–"),
    ],
)  # fmt: skip
def test_a_device_is_named_in_two_words(agent: str, label: str) -> None:
    assert device_label(agent) == label


def test_the_self_check_finds_what_is_left_of_an_erased_person(
    app: Flask, write: Callable[[], Any]
) -> None:
    with write() as session:
        gone = make_person(session, state="erased")
        blocked = make_person(session, state="blocked")
        open_session(session, blocked)
        numbers = (gone.id, blocked.id)
    with app.app_context():
        found = differences(db.session())
    assert found == [
        f"accounts: account {numbers[0]} is erased and still holds personal data",
        f"accounts: account {numbers[0]} is erased and still has rows in role_grant",
        f"accounts: account {numbers[1]} is blocked and signed in",
    ]
    with write() as session:
        session.query(RoleGrant).filter_by(account_id=numbers[0]).delete()
        session.get_one(type(gone), numbers[0]).name = ""
        session.get_one(type(gone), numbers[1]).state = "active"
