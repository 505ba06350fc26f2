"""Evidence on the pages: offered after a vote, used, shown, deleted, carried into an account."""

import html
from typing import Any

import pytest
from sqlalchemy import select, update

from hanmadang.curricula import on_device
from hanmadang.curricula.brought import Device, Kept
from hanmadang.curricula.models import Evidence, StoredPlan
from hanmadang.kernel import clock
from hanmadang.people import arrivals, consents, passwords
from hanmadang.people.models import Consent, ConsentKind
from hanmadang.polls.models import Poll
from tests.conftest import Browser
from tests.curricula.browsing import CONSENT, SignIn, answer, on_device_payload, payload_in, use
from tests.curricula.conftest import House, Opener
from tests.factories.curricula import TODAY, brought
from tests.factories.people import make_account

# from a poll, without an account


def test_the_page_after_a_vote_offers_what_was_derived_and_nothing_else(
    house_with_poll: House, client: Browser, write: Opener
) -> None:
    page = answer(client, house_with_poll, write)
    offer = on_device_payload(page, client)
    assert offer.to_json() == {
        "p": house_with_poll.poll_id, "k": [["armistice-contents", 0, 1]], "i": ["culture"],
    }  # fmt: skip


def test_the_offer_is_the_same_whatever_the_person_thinks(
    house_with_poll: House, app: Any, write: Opener
) -> None:
    browsers = [app.test_client() for _ in range(2)]
    one, other = (
        on_device_payload(answer(browser, house_with_poll, write, opinion=place), browser)
        for place, browser in enumerate(browsers)
    )
    assert one == other


def test_an_opinion_alone_offers_nothing(
    house_with_poll: House, client: Browser, write: Opener
) -> None:
    with write() as session:
        stance = session.get_one(Poll, house_with_poll.poll_id).questions[2]
        fields = {f"q{stance.id}": str(stance.options[0].id)}
    client.send(f"/en/polls/{house_with_poll.poll_slug}", fields)
    page = client.get(f"/en/polls/{house_with_poll.poll_slug}/answered").text
    assert ("What you answered" in page, "payload" in page) == (True, False)


def test_unticked_is_refused_with_the_offer_kept(
    house_with_poll: House, client: Browser, write: Opener
) -> None:
    page = answer(client, house_with_poll, write)
    refused = use(client, page)
    assert refused.status_code == 422
    assert "Please agree first" in refused.text
    assert payload_in(refused.text)
    assert client.get_cookie("hm_path") is None
    assert use(client, refused.text, **CONSENT).status_code == 303


def test_used_answers_stay_on_the_device_and_change_its_path(
    house_with_poll: House, client: Browser, write: Opener, read: Opener
) -> None:
    used = use(client, answer(client, house_with_poll, write), **CONSENT)
    assert (used.status_code, used.location) == (303, "/en/my-path")
    cookie = client.get_cookie("hm_path")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.max_age) == (True, "Lax", 90 * 86_400)
    page = html.unescape(client.get("/en/my-path").text)
    assert "You chose “Name of culture” in a poll." in page
    with read() as session:
        assert session.scalars(select(Evidence)).all() == []


def test_the_cookie_never_grows_beyond_its_bound(app: Any, house_with_poll: House) -> None:
    answers = [(f"competency-{number}-with-a-long-name", 0, 1) for number in range(6)]
    many = tuple(Kept(brought(poll, *answers), TODAY) for poll in range(200))
    with app.test_request_context():
        value = on_device._fitting(Device(many, consent_version="2026-11"))
        newest = on_device._signer("path").loads(value)["e"][-1]["p"]
    assert (len(value) <= on_device.MOST_BYTES, newest) == (True, 199)


def test_tampered_and_foreign_payloads_are_refused(
    house_with_poll: House, client: Browser, write: Opener
) -> None:
    payload = payload_in(answer(client, house_with_poll, write))
    with client.application.app_context():
        foreign = on_device._signer("path").dumps({"p": 1, "k": [], "i": ["culture"]})
    for forged in ("", "x" + payload, payload[:-1], payload + "A", foreign):
        sent = client.send("/en/my-path/evidence", {"payload": forged, **CONSENT})
        assert (sent.status_code, "This offer has ended" in sent.text) == (422, True)
    assert client.get_cookie("hm_path") is None


def test_an_offer_holds_for_a_day(house_with_poll: House, app: Any) -> None:
    signer_time = "itsdangerous.timed.time.time"
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        payload = on_device.sign_offer(brought(house_with_poll.poll_id, topics=("culture",)))
        now = clock.now().timestamp()
        patch.setattr(signer_time, lambda: now + 86_300)
        assert on_device.read_offer(payload)
        patch.setattr(signer_time, lambda: now + 86_500)
        with pytest.raises(on_device.OfferEndedError):
            on_device.read_offer(payload)


def test_a_form_without_our_token_is_refused(
    house_with_poll: House, client: Browser, write: Opener
) -> None:
    payload = payload_in(answer(client, house_with_poll, write))
    assert client.post("/en/my-path/evidence", data={"payload": payload}).status_code == 400


def test_a_broken_cookie_is_no_evidence(house_with_poll: House, client: Browser) -> None:
    client.set_cookie("hm_path", "nonsense")
    assert client.get("/en/my-path").status_code == 200


# evidence on its page


def test_each_piece_is_shown_and_can_be_deleted_on_a_device(
    house_with_poll: House, client: Browser, write: Opener
) -> None:
    use(client, answer(client, house_with_poll, write), **CONSENT)
    page = html.unescape(client.get("/en/my-path/evidence").text)
    assert "0 of 1 right" in page
    assert "Chosen topic: Name of culture" in page
    poll_id = house_with_poll.poll_id
    assert client.send(f"/en/my-path/evidence/{poll_id}.culture/delete").status_code == 303
    page = client.get("/en/my-path/evidence").text
    assert ("Chosen topic" in page, "0 of 1 right" in page) == (False, True)
    assert client.send(f"/en/my-path/evidence/{poll_id}.culture/delete").status_code == 404


def test_withdrawing_on_a_device_takes_the_evidence_and_keeps_the_wishes(
    house_with_poll: House, client: Browser, write: Opener
) -> None:
    client.send("/en/my-path/preferences", {"minutes": "25"})
    use(client, answer(client, house_with_poll, write), **CONSENT)
    client.send("/en/my-path/evidence/withdraw")
    page = client.get("/en/my-path/evidence").text
    assert ("0 of 1 right" in page, "25 minutes a week" in page) == (False, True)


# with an account


def test_a_signed_in_person_keeps_evidence_with_the_account_once(
    house_with_poll: House, sign_in: SignIn, write: Opener, read: Opener
) -> None:
    citizen = sign_in()
    page = answer(citizen, house_with_poll, write)
    fields = {"idempotency_key": "the-same-key", **CONSENT}
    assert [use(citizen, page, **fields).status_code for _ in range(2)] == [303, 303]
    with read() as session:
        kinds = [row.kind for row in session.scalars(select(Evidence).order_by(Evidence.id))]
        assert kinds == ["knowledge", "interest"]
    assert citizen.get_cookie("hm_path") is None
    assert "You chose “Name of culture” in a poll." in html.unescape(
        citizen.get("/en/my-path").text
    )


def test_consent_given_before_is_not_asked_again(
    house_with_poll: House, sign_in: SignIn, write: Opener
) -> None:
    citizen = sign_in()
    use(citizen, answer(citizen, house_with_poll, write), **CONSENT)
    page = citizen.get(f"/en/polls/{house_with_poll.poll_slug}/answered").text
    assert ("You agreed to this before." in page, 'name="consent"' in page) == (True, False)
    assert use(citizen, page).status_code == 303


def test_deleting_a_piece_changes_the_path_at_once(
    house_with_poll: House, sign_in: SignIn, write: Opener, read: Opener
) -> None:
    citizen = sign_in()
    use(citizen, answer(citizen, house_with_poll, write), **CONSENT)
    with read() as session:
        piece = session.scalars(select(Evidence.id).filter_by(kind="interest")).one()
    assert citizen.send(f"/en/my-path/evidence/{piece}/delete").status_code == 303
    assert "You chose" not in citizen.get("/en/my-path").text


def test_nobody_deletes_the_evidence_of_another(
    house_with_poll: House, sign_in: SignIn, write: Opener, read: Opener
) -> None:
    owner, stranger = sign_in(), sign_in()
    use(owner, answer(owner, house_with_poll, write), **CONSENT)
    with read() as session:
        piece = session.scalars(select(Evidence.id)).first()
    for key in (piece, f"{house_with_poll.poll_id}.culture", "²"):
        assert stranger.send(f"/en/my-path/evidence/{key}/delete").status_code == 404
    with read() as session:
        assert len(session.scalars(select(Evidence)).all()) == 2


@pytest.mark.parametrize("key", ["9" * 30, "9" * 4_000, "²", "x"])
def test_what_is_no_piece_is_not_found_and_not_said_to_be_deleted(
    sign_in: SignIn, key: str
) -> None:
    sent = sign_in().send(f"/en/my-path/evidence/{key}/delete")
    assert (sent.status_code, "Deleted." in sent.text) == (404, False)


def test_withdrawing_deletes_all_that_came_from_polls(
    house_with_poll: House, sign_in: SignIn, write: Opener, read: Opener
) -> None:
    citizen = sign_in()
    use(citizen, answer(citizen, house_with_poll, write), **CONSENT)
    citizen.get("/en/my-path")
    assert "Withdraw consent and delete all" in citizen.get("/en/my-path/evidence").text
    citizen.send("/en/my-path/evidence/withdraw")
    with read() as session:
        assert session.scalars(select(Evidence)).all() == []
        assert session.scalars(select(StoredPlan)).all() == []
        person = citizen.account_id  # type: ignore[attr-defined]
        assert not consents.has_consent(session, person, ConsentKind.PATH)
    assert "Withdraw consent" not in citizen.get("/en/my-path/evidence").text


def test_what_rests_under_an_older_text_can_be_deleted_in_the_same_place(
    house_with_poll: House, sign_in: SignIn, write: Opener, read: Opener
) -> None:
    citizen = sign_in()
    use(citizen, answer(citizen, house_with_poll, write), **CONSENT)
    with write() as session:
        session.execute(update(Consent).where(Consent.kind == "path").values(version="2020-01"))
    page = citizen.get("/en/my-path/evidence").text
    assert "/my-path/evidence/withdraw" in page
    assert "Nothing yet" not in page
    citizen.send("/en/my-path/evidence/withdraw")
    with read() as session:
        assert session.scalars(select(Evidence)).all() == []


def test_what_the_device_kept_moves_into_the_account_that_signs_in(
    house_with_poll: House, app: Any, write: Opener, read: Opener
) -> None:
    browser = app.test_client()
    use(browser, answer(browser, house_with_poll, write), **CONSENT)
    with write() as session:
        password = "a long and honest password"
        account = make_account(session, password_hash=passwords.hashed(password))
        email, account_id = account.email, account.id
    signed = browser.send("/en/sign-in", {"email": email, "password": password})
    assert signed.status_code == 303, signed.text
    assert browser.get_cookie("hm_path") is None
    with read() as session:
        rows = session.scalars(select(Evidence).order_by(Evidence.id)).all()
        assert [(row.account_id, row.kind) for row in rows] == [
            (account_id, "knowledge"), (account_id, "interest"),
        ]  # fmt: skip
        assert consents.has_consent(session, account_id, ConsentKind.PATH)
    assert "You chose “Name of culture” in a poll." in html.unescape(
        browser.get("/en/my-path").text
    )


def test_arriving_outside_a_request_or_with_an_empty_device_moves_nothing(
    house_with_poll: House, write: Opener, read: Opener, app: Any
) -> None:
    with write() as session:
        arrivals.arrive(session, house_with_poll.account_id)
    with app.test_request_context(), read() as session:
        assert session.scalars(select(Evidence)).all() == []
