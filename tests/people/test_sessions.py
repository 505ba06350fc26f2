"""Sessions end when they should: by time, by hand, by a changed standing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.kernel import clock
from hanmadang.kernel.permissions import Role
from hanmadang.people import sessions
from hanmadang.people.models import Account, SignInSession
from tests.conftest import Browser
from tests.factories.people import PASSWORD, make_person, open_session
from tests.people.conftest import NOON

NEW = "seven tall yellow lamps"


@pytest.fixture
def browser_of(app: Any, write: Callable[[], Any]) -> Callable[..., Browser]:
    """A signed-in browser of the account with that id, made at the frozen moment."""

    def made(account_id: int, label: str = "test") -> Browser:
        with write() as session:
            account = session.get_one(Account, account_id)
            cookie = sessions.start(session, account, now=clock.now(), label=label, strong=True)
        browser = app.test_client()
        assert isinstance(browser, Browser)
        browser.set_cookie("hm_session", cookie)
        return browser

    return made


def person(write: Callable[[], Any], *roles: Role) -> int:
    with write() as session:
        return int(make_person(session, *roles).id)


def alive(browser: Browser) -> bool:
    return browser.get("/en/account").status_code == 200


@pytest.mark.parametrize(
    ("role", "idle", "lives"),
    [
        (Role.CITIZEN, timedelta(days=13, hours=23), True),
        (Role.CITIZEN, timedelta(days=14, seconds=1), False),
        (Role.ORGANIZER, timedelta(minutes=29), True),
        (Role.ORGANIZER, timedelta(minutes=30, seconds=1), False),
    ],
)
def test_an_unused_session_ends(
    write: Callable[[], Any], browser_of: Callable[..., Browser], role: Role,
    idle: timedelta, lives: bool,
) -> None:  # fmt: skip
    with clock.frozen(NOON) as advance:
        browser = browser_of(person(write, role))
        advance(idle)
        assert alive(browser) is lives


@pytest.mark.parametrize(
    ("role", "longest", "step"),
    [
        (Role.CITIZEN, timedelta(days=30), timedelta(days=5)),
        (Role.ORGANIZER, timedelta(hours=12), timedelta(minutes=20)),
    ],
)
def test_even_a_used_session_ends(
    write: Callable[[], Any], browser_of: Callable[..., Browser], role: Role,
    longest: timedelta, step: timedelta,
) -> None:  # fmt: skip
    with clock.frozen(NOON) as advance:
        browser = browser_of(person(write, role))
        for _ in range(int(longest / step) - 1):
            advance(step)
            assert alive(browser)
        advance(step)
        assert not alive(browser)


def test_a_raised_epoch_ends_every_session_at_once(
    write: Callable[[], Any], browser_of: Callable[..., Browser]
) -> None:
    account_id = person(write)
    browsers = [browser_of(account_id) for _ in range(3)]
    assert all(map(alive, browsers))
    with write() as session:
        session.get_one(Account, account_id).auth_epoch += 1
    assert not any(map(alive, browsers))


def test_a_new_password_signs_out_the_others_and_renews_this_one(
    write: Callable[[], Any], browser_of: Callable[..., Browser]
) -> None:
    account_id = person(write)
    here, there = browser_of(account_id), browser_of(account_id)
    before = here.get_cookie("hm_session")
    here.send("/en/account/password", {"present": PASSWORD, "new_password": NEW})
    after = here.get_cookie("hm_session")
    assert before
    assert after
    assert before.value != after.value
    assert (alive(here), alive(there)) == (True, False)


@pytest.mark.parametrize(
    ("present", "new", "field"),
    [
        ("wrong horse", NEW, "present"),
        (PASSWORD, "password123", "new_password"),
        ("", NEW, "present"),
        ("a\x00b", NEW, "present"),
    ],
)
def test_a_refused_change_of_password_changes_nothing(
    write: Callable[[], Any], browser_of: Callable[..., Browser], present: str, new: str, field: str
) -> None:
    account_id = person(write)
    here, there = browser_of(account_id), browser_of(account_id)
    answer = here.send("/en/account/password", {"present": present, "new_password": new})
    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
    assert (alive(here), alive(there)) == (True, True)


@pytest.mark.usefixtures("limited")
def test_a_stolen_session_may_not_guess_the_password(
    write: Callable[[], Any], browser_of: Callable[..., Browser]
) -> None:
    here = browser_of(person(write))
    fields = {"present": "wrong horse", "new_password": NEW}
    codes = [here.send("/en/account/password", fields).status_code for _ in range(11)]
    assert codes == [422] * 10 + [429]


def test_the_list_names_devices_and_marks_this_one(
    write: Callable[[], Any], browser_of: Callable[..., Browser]
) -> None:
    account_id = person(write)
    here = browser_of(account_id, "Firefox · Linux")
    browser_of(account_id, "Samsung Internet · Android")
    browser_of(person(write), "Safari · iPhone")
    page = here.get("/en/account/sessions").text
    assert "Samsung Internet · Android" in page
    assert "Safari · iPhone" not in page
    assert page.count("This device") == 1


def test_one_device_can_be_signed_out(
    write: Callable[[], Any], read: Callable[[], Any], browser_of: Callable[..., Browser]
) -> None:
    account_id = person(write)
    here, there = browser_of(account_id, "here"), browser_of(account_id, "there")
    with read() as session:
        query = select(SignInSession.id_hash).where(SignInSession.device_label == "there")
        id_hash = session.scalars(query).one()
    here.send("/en/account/sessions/end", {"session": id_hash})
    assert (alive(here), alive(there)) == (True, False)


@pytest.mark.parametrize("forged", ["", "a\x00b", "' OR 1=1", "통일"])
def test_a_broken_session_name_is_not_found(
    write: Callable[[], Any], browser_of: Callable[..., Browser], forged: str
) -> None:
    here = browser_of(person(write))
    assert here.send("/en/account/sessions/end", {"session": forged}).status_code == 404


def test_nobody_ends_another_persons_session(
    write: Callable[[], Any], read: Callable[[], Any], browser_of: Callable[..., Browser]
) -> None:
    mine, theirs = browser_of(person(write), "mine"), browser_of(person(write), "theirs")
    with read() as session:
        query = select(SignInSession.id_hash).where(SignInSession.device_label == "theirs")
        id_hash = session.scalars(query).one()
    mine.send("/en/account/sessions/end", {"session": id_hash})
    assert alive(theirs)


def test_signing_out_everywhere_ends_this_one_too(
    write: Callable[[], Any], browser_of: Callable[..., Browser]
) -> None:
    account_id, other_id = person(write), person(write)
    here, there, other = browser_of(account_id), browser_of(account_id), browser_of(other_id)
    assert here.send("/en/account/sessions/end-all").location == "/en/sign-in"
    assert (alive(here), alive(there), alive(other)) == (False, False, True)


def test_pages_of_a_signed_in_person_are_not_kept(
    write: Callable[[], Any], browser_of: Callable[..., Browser]
) -> None:
    here = browser_of(person(write))
    assert here.get("/en/account").headers["Cache-Control"] == "private, no-store"


def test_the_list_takes_as_many_statements_for_three_as_for_one(
    write: Callable[[], Any], browser_of: Callable[..., Browser], count_queries: Callable[[], Any]
) -> None:
    account_id = person(write)
    here, counts = browser_of(account_id), []
    for _ in range(2):
        with count_queries() as statements:
            here.get("/en/account/sessions")
        counts.append(len(statements))
        browser_of(account_id)
        browser_of(account_id)
    assert counts[0] == counts[1]
    assert counts[0] <= 4


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.ADMINISTRATOR, Role.PARTNER_EDITOR])
def test_staff_roles_sleep_until_the_second_factor(
    app: Any, write: Callable[[], Any], role: Role
) -> None:
    with write() as session:
        account = make_person(session, role)
        weak = sessions.start(session, account, now=clock.now(), label="x", strong=False)
        strong = open_session(session, account)
    with app.test_request_context("/"):
        asleep, awake = sessions.find(weak, clock.now()), sessions.find(strong, clock.now())
    assert asleep
    assert awake
    assert [sorted(asleep.roles), sorted(awake.roles)] == [[Role.CITIZEN], [role]]


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        ("name", "  새   이름 ", "새 이름"),
        ("locale", "en", "en"),
        ("zone", "Asia/Tashkent", "Asia/Tashkent"),
    ],
)
def test_details_can_be_changed(  # noqa: PLR0917  (fixtures and cases)
    write: Callable[[], Any], read: Callable[[], Any], browser_of: Callable[..., Browser],
    field: str, value: str, stored: str,
) -> None:  # fmt: skip
    account_id = person(write)
    fields = {"name": "Mina", "locale": "ko", "zone": "Asia/Seoul"} | {field: value}
    answer = browser_of(account_id).send("/en/account", fields)
    assert answer.location == f"/{fields['locale']}/account"
    with read() as session:
        assert getattr(session.get_one(Account, account_id), field) == stored


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 61), ("name", "a\x00b"), ("locale", "fr"),
     ("zone", "Mars/Olympus"), ("zone", "../../etc/passwd"), ("zone", "")],
)  # fmt: skip
def test_unusable_details_are_refused(
    write: Callable[[], Any], browser_of: Callable[..., Browser], field: str, value: str
) -> None:
    fields = {"name": "Mina", "locale": "ko", "zone": "Asia/Seoul"} | {field: value}
    assert browser_of(person(write)).send("/en/account", fields).status_code == 422


def test_no_field_beyond_the_details_is_taken(
    write: Callable[[], Any], read: Callable[[], Any], browser_of: Callable[..., Browser]
) -> None:
    account_id = person(write)
    columns = [
        c.name for c in Account.__table__.columns if c.name not in {"name", "locale", "zone"}
    ]
    with read() as session:
        before = session.execute(select(*(Account.__table__.c[c] for c in columns))).all()
    forged = dict.fromkeys(columns, "7") | {"roles": "administrator"}
    fields = {"name": "Mina", "locale": "ko", "zone": "Asia/Seoul"}
    assert browser_of(account_id).send("/en/account", forged | fields).status_code == 303
    with read() as session:
        assert session.execute(select(*(Account.__table__.c[c] for c in columns))).all() == before
        assert session.get_one(Account, account_id).roles == {Role.CITIZEN}
