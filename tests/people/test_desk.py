"""The administrators' desk: roles, blocks, and a record of every look at a person."""

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import transaction
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.people.domain import roles
from hanmadang.people.models import Account, Institution
from tests.conftest import Browser
from tests.factories.people import make_person, open_session
from tests.people.conftest import at_once

SignIn = Callable[..., Browser]


@pytest.fixture
def boss(sign_in: SignIn) -> Browser:
    return sign_in(Role.ADMINISTRATOR, name="Boss")


@pytest.fixture
def mina(write: Callable[[], Any]) -> int:
    with write() as session:
        return int(make_person(session, name="Mina", email="mina@example.org").id)


@pytest.fixture
def museum(write: Callable[[], Any]) -> int:
    with write() as session:
        place = Institution(
            code="museum", kind="institute", name=Bilingual.of(ko="박물관", en="Museum"),
            city=Bilingual.of(ko="한빛시", en="Hanbit"),
        )  # fmt: skip
        session.add(place)
        session.flush()
        return int(place.id)


def held(read: Callable[[], Any], account_id: int) -> list[str]:
    with read() as session:
        return sorted(session.get_one(Account, account_id).roles)


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.ADMINISTRATOR])
def test_only_administrators_reach_the_desk(sign_in: SignIn, mina: int, role: Role) -> None:
    browser = sign_in(role)
    pages = [browser.get("/en/desk/accounts"), browser.get(f"/en/desk/accounts/{mina}")]
    acts = [browser.send(f"/en/desk/accounts/{mina}/{act}")
            for act in ("block", "unblock", "revoke/citizen")]  # fmt: skip
    granted = browser.send(f"/en/desk/accounts/{mina}", {"role": "administrator"})
    answers = [*pages, *acts, granted]
    assert [answer.status_code for answer in answers] == [403] * 6
    assert not any("mina@example.org" in answer.text for answer in answers)


def test_visitors_are_asked_to_sign_in(client: Browser, mina: int) -> None:
    answer = client.get(f"/en/desk/accounts/{mina}")
    assert answer.location == f"/en/sign-in?next=/en/desk/accounts/{mina}"


@pytest.mark.parametrize(
    ("query", "found"),
    [("", True), ("mina", True), ("MINA", True), ("mina@exam", True), ("min%", False),
     ("_ina", False), ("nobody", False), ("' OR 1=1 --", False)],
)  # fmt: skip
def test_people_are_found_by_name_or_address(
    boss: Browser, mina: int, query: str, found: bool
) -> None:
    page = boss.get("/en/desk/accounts", query_string={"q": query})
    assert (page.status_code, "mina@example.org" in page.text) == (200, found)


@pytest.mark.parametrize("query", ["홍길동", "길동", unicodedata.normalize("NFD", "홍길동")])
def test_hangul_names_are_found_composed_or_decomposed(
    boss: Browser, write: Callable[[], Any], query: str
) -> None:
    with write() as session:
        make_person(session, name="홍길동", email="hong@example.org")
    page = boss.get("/ko/desk/accounts", query_string={"q": query})
    assert "hong@example.org" in page.text


@pytest.mark.parametrize("number", ["0", "-3", "999", "x", "99999999999999999999"])
def test_a_page_that_does_not_exist_is_the_nearest_one(boss: Browser, number: str) -> None:
    page = boss.get("/en/desk/accounts", query_string={"page": number})
    assert (page.status_code, "Boss" in page.text) == (200, True)


def test_the_list_is_cut_into_pages(boss: Browser, write: Callable[[], Any]) -> None:
    with write() as session:
        for n in range(30):
            make_person(session, name=f"Guest {n:02}")
    first, second = boss.get("/en/desk/accounts").text, boss.get("/en/desk/accounts?page=2").text
    assert (first.count("Guest "), second.count("Guest ")) == (25, 5)
    assert "page=2" in first


def test_the_list_takes_as_many_statements_for_three_as_for_one(
    boss: Browser, write: Callable[[], Any], count_queries: Callable[[], Any]
) -> None:
    counts = []
    for _ in range(2):
        with count_queries() as statements:
            boss.get("/en/desk/accounts")
        counts.append(len(statements))
        with write() as session:
            make_person(session, Role.EXPERT)
            make_person(session, Role.ORGANIZER)
    assert counts[0] == counts[1]


def test_every_look_at_a_person_is_written_down(
    boss: Browser, mina: int, read: Callable[[], Any]
) -> None:
    boss.get("/en/desk/accounts?q=mina")
    boss.get(f"/en/desk/accounts/{mina}")
    me = boss.account_id  # type: ignore[attr-defined]
    with read() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()
    assert [(r.action, r.actor_id, r.subject_id, r.detail) for r in rows] == [
        ("accounts.listed", me, None, str(mina)), ("account.viewed", me, mina, ""),
    ]  # fmt: skip
    assert all(row.request_id for row in rows)


def test_granting_a_role_signs_the_person_out_and_is_audited(
    boss: Browser, new_browser: Callable[[], Browser], mina: int,
    write: Callable[[], Any], read: Callable[[], Any],
) -> None:  # fmt: skip
    with write() as session:
        cookie = open_session(session, session.get_one(Account, mina))
    theirs = new_browser()
    theirs.set_cookie("hm_session", cookie)
    assert theirs.get("/en/account").status_code == 200
    answer = boss.send(f"/en/desk/accounts/{mina}", {"role": "organizer", "institution": ""})
    assert answer.status_code == 303
    assert held(read, mina) == ["citizen", "organizer"]
    assert theirs.get("/en/account").status_code == 303
    with read() as session:
        acts = session.scalars(select(AuditEntry.detail).filter_by(action="role.granted")).all()
    assert acts == ["organizer"]


def test_a_role_can_be_held_for_an_institution(
    boss: Browser, mina: int, museum: int, read: Callable[[], Any]
) -> None:
    fields = {"role": "partner-editor", "institution": str(museum)}
    boss.send(f"/en/desk/accounts/{mina}", fields)
    with read() as session:
        grants = session.get_one(Account, mina).grants
        assert [g.institution_id for g in grants if g.role == "partner-editor"] == [museum]
    assert "Museum" in boss.get(f"/en/desk/accounts/{mina}").text
    assert "박물관" in boss.get(f"/ko/desk/accounts/{mina}").text


def test_an_account_works_for_one_institution(
    boss: Browser, mina: int, museum: int, write: Callable[[], Any], read: Callable[[], Any]
) -> None:
    with write() as session:
        named = Bilingual.of(ko="학교", en="School")
        school = Institution(code="school", kind="school", name=named, city=named)
        session.add(school)
        session.flush()
        other = school.id
    path = f"/en/desk/accounts/{mina}"
    boss.send(path, {"role": "reviewer", "institution": str(museum)})
    refused = boss.send(path, {"role": "organizer", "institution": str(other)})
    assert "One account works for one institution" in refused.text
    with read() as session:
        grants = session.get_one(Account, mina).grants
        assert {g.role for g in grants} == {"citizen", "reviewer"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"role": "partner-editor", "institution": ""}, "needs an institution"),
        ({"role": "emperor", "institution": ""}, "error"),
        ({"role": "organizer", "institution": "999"}, "error"),
        ({"role": "organizer\x00", "institution": ""}, "error"),
    ],
)
def test_an_unfit_grant_is_refused(
    boss: Browser, mina: int, read: Callable[[], Any], fields: dict[str, str], words: str
) -> None:
    answer = boss.send(f"/en/desk/accounts/{mina}", fields)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert held(read, mina) == ["citizen"]


@pytest.mark.parametrize("role", sorted(roles.NEED_VERIFIED))
def test_an_unconfirmed_address_gets_no_role_with_power(
    write: Callable[[], Any], museum: int, role: Role
) -> None:
    with write() as session:
        person = make_person(session, verified_at=None)
        with pytest.raises(roles.UnfitRoleError):
            roles.grant(session, person, role, museum, actor=None)


def test_a_blocked_account_gets_no_role(write: Callable[[], Any]) -> None:
    with write() as session:
        person = make_person(session, state="blocked")
        with pytest.raises(roles.UnfitRoleError):
            roles.grant(session, person, Role.ORGANIZER, actor=None)


def test_a_role_can_be_taken_away(
    boss: Browser, write: Callable[[], Any], read: Callable[[], Any]
) -> None:
    with write() as session:
        person = int(make_person(session, Role.CITIZEN, Role.REVIEWER).id)
    assert boss.send(f"/en/desk/accounts/{person}/revoke/reviewer").status_code == 303
    assert held(read, person) == ["citizen"]
    assert boss.send(f"/en/desk/accounts/{person}/revoke/emperor").status_code == 404


def test_a_block_keeps_out_and_can_be_lifted(
    boss: Browser, new_browser: Callable[[], Browser], mina: int, write: Callable[[], Any]
) -> None:
    with write() as session:
        cookie = open_session(session, session.get_one(Account, mina))
    theirs = new_browser()
    theirs.set_cookie("hm_session", cookie)
    boss.send(f"/en/desk/accounts/{mina}/block")
    assert theirs.get("/en/account").status_code == 303
    assert boss.send(f"/en/desk/accounts/{mina}/block").status_code == 409
    assert boss.send(f"/en/desk/accounts/{mina}/unblock").status_code == 303
    assert theirs.get("/en/account").status_code == 303, "the old session stays ended"


def test_administrators_do_not_change_their_own_standing(
    boss: Browser, write: Callable[[], Any], read: Callable[[], Any]
) -> None:
    with write() as session:
        make_person(session, Role.ADMINISTRATOR)
    me = boss.account_id  # type: ignore[attr-defined]
    assert boss.send(f"/en/desk/accounts/{me}/block").status_code == 409
    assert boss.send(f"/en/desk/accounts/{me}/revoke/administrator").status_code == 409
    assert held(read, me) == ["administrator"]


def test_two_administrators_cannot_remove_each_other_at_once(
    app: Any, write: Callable[[], Any], read: Callable[[], Any]
) -> None:
    with write() as session:
        pair = [int(make_person(session, Role.ADMINISTRATOR).id) for _ in range(2)]

    def remove(n: int) -> bool:
        actor = Viewer(pair[1 - n], roles=frozenset({Role.ADMINISTRATOR}))
        with app.app_context():
            try:
                with transaction() as session:
                    account = session.get_one(Account, pair[n])
                    roles.revoke(session, account, Role.ADMINISTRATOR, actor=actor)
            except DomainError:
                return False
            return True

    assert sum(at_once(2, remove)) == 1
    with read() as session:
        admins = [a for a in session.scalars(select(Account)) if Role.ADMINISTRATOR in a.roles]
    assert len(admins) == 1


@pytest.mark.parametrize("account_id", ["999999", "99999999999999999999", "x"])
def test_an_unknown_account_is_not_found(boss: Browser, account_id: str) -> None:
    assert boss.get(f"/en/desk/accounts/{account_id}").status_code == 404


def test_an_erased_account_is_not_found(boss: Browser, write: Callable[[], Any]) -> None:
    with write() as session:
        person = make_person(session, state="erased", name="")
        person.grants.clear()
        gone = person.id
    assert boss.get(f"/en/desk/accounts/{gone}").status_code == 404


def test_the_first_administrator_is_made_at_the_command_line(
    app: Any, mina: int, read: Callable[[], Any]
) -> None:
    run = app.test_cli_runner().invoke(args=["grant-role", "Mina@Example.org", "administrator"])
    assert (run.exit_code, run.output) == (0, "Mina@Example.org is now: administrator\n")
    assert held(read, mina) == ["administrator", "citizen"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nobody@example.org", "citizen"], "No active account has this address."),
        (["mina@example.org", "partner-editor"], "A partner editor needs an institution."),
        (["mina@example.org", "emperor"], "is not one of"),
    ],
)
def test_the_command_says_what_is_wrong(
    app: Any, mina: int, arguments: list[str], words: str
) -> None:
    run = app.test_cli_runner().invoke(args=["grant-role", *arguments])
    assert (run.exit_code != 0, words in run.output) == (True, True)
