"""The certificate as an Open Badges 3.0 credential, checked with a library that is not ours."""

import gzip
import json
import random
from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import jwt
import pytest
from flask import Flask

from hanmadang.courses import badge_keys
from hanmadang.courses.privacy import erase_of
from hanmadang.kernel.permissions import Role
from tests.conftest import Browser
from tests.courses.conftest import NOW
from tests.courses.graduates import graduate
from tests.courses.open_badges import faults, verified
from tests.courses.reading import Write

SignIn = Callable[..., Browser]
pytestmark = pytest.mark.usefixtures("school")


def at(browser: Browser, address: str) -> Any:
    """What lies at an address of ours, as anybody on the Internet would find it."""
    answer = browser.get(urlsplit(address).path)
    assert answer.status_code == 200, address
    return answer


def key_of(browser: Browser, token: str) -> dict[str, Any]:
    """The public key to which the token's header leads."""
    key: dict[str, Any] = at(browser, jwt.get_unverified_header(token)["kid"]).get_json()
    return key


def token_of(browser: Browser, number: str) -> str:
    return str(at(browser, f"/certificates/{number}/badge.jwt").text)


def is_withdrawn(browser: Browser, credential: dict[str, Any]) -> bool:
    """What the status list says, read as the W3C's recommendation tells it."""
    status = credential["credentialStatus"]
    token = at(browser, status["statusListCredential"]).text
    listed = jwt.decode(token, jwt.PyJWK(key_of(browser, token)).key, algorithms=["EdDSA"])
    said = listed["credentialSubject"]["encodedList"]
    assert said[0] == "u"
    bits = gzip.decompress(urlsafe_b64decode(said[1:] + "=" * (-len(said[1:]) % 4)))
    assert len(bits) * 8 == 131_072
    place = int(status["statusListIndex"])
    return bool(bits[place // 8] & (0x80 >> place % 8))


def test_the_badge_verifies_with_the_key_it_leads_to(sign_in: SignIn, client: Browser) -> None:
    number = graduate(sign_in())
    token = token_of(client, number)
    header = jwt.get_unverified_header(token)
    assert set(header) == {"alg", "kid", "typ"}
    key = key_of(client, token)
    assert "d" not in key
    credential = verified(token, key)
    assert credential["name"] == "Division and armistice"
    published = client.get("/.well-known/jwks.json").get_json()["keys"]
    assert key in published


def test_the_readable_form_says_the_same(sign_in: SignIn, client: Browser) -> None:
    number = graduate(sign_in())
    plain = at(client, f"/certificates/{number}/badge.json").get_json()
    token = token_of(client, number)
    signed = verified(token, key_of(client, token))
    assert faults(plain) == []
    assert {name: signed[name] for name in plain} == plain
    profile = at(client, plain["issuer"]["id"]).get_json()
    assert profile == plain["issuer"]
    picture = plain["credentialSubject"]["achievement"]["image"]["id"]
    assert at(client, picture).mimetype == "image/svg+xml"


def test_any_changed_letter_is_caught(sign_in: SignIn, client: Browser) -> None:
    token = token_of(client, graduate(sign_in()))
    key, chance = key_of(client, token), random.Random(7)
    body, _, _signature = token.rpartition(".")
    for place in chance.sample(range(len(body)), 40):
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(ValueError, match=r"signed|has no|Invalid|codec|JSON"):
            verified(token[:place] + other + token[place + 1 :], key)


def test_no_name_unless_the_holder_shows_it_to_all(
    sign_in: SignIn, client: Browser, write: Write
) -> None:
    citizen = sign_in()
    number = graduate(citizen)
    assert "김한별" not in str(at(client, f"/certificates/{number}/badge.json").get_json())
    citizen.send(f"/ko/my/certificates/{number}/shown", {"shown": ["name"]})
    shown = at(client, f"/certificates/{number}/badge.json").get_json()
    assert shown["credentialSubject"]["identifier"] == [
        {"type": "IdentityObject", "hashed": False, "identityHash": "김한별",
         "identityType": "name"}
    ]  # fmt: skip
    assert faults(shown) == []
    with write() as session:
        erase_of(session, citizen.account_id, NOW)  # type: ignore[attr-defined]
    assert "김한별" not in str(at(client, f"/certificates/{number}/badge.json").get_json())


def test_a_revoked_or_replaced_badge_is_withdrawn(sign_in: SignIn, client: Browser) -> None:
    desk = sign_in(Role.ORGANIZER)
    numbers = [graduate(sign_in()) for _ in range(3)]
    desk.send(f"/ko/desk/certificates/{numbers[0]}/revoke", {"reason_ko": "가", "reason_en": "A"})
    desk.send(f"/ko/desk/certificates/{numbers[1]}/reissue", {"name": "김한솔"})
    plain = [at(client, f"/certificates/{each}/badge.json").get_json() for each in numbers]
    assert [is_withdrawn(client, each) for each in plain] == [True, True, False]


def test_a_picture_carries_the_signed_badge(sign_in: SignIn, client: Browser) -> None:
    number = graduate(sign_in())
    picture = at(client, f"/certificates/{number}/badge.svg").text
    root = ET.fromstring(picture)  # noqa: S314  (our own picture)
    inside = root.find("{https://purl.imsglobal.org/ob/v3p0}credential")
    assert inside is not None
    assert inside.get("verify") == token_of(client, number)


def test_a_new_key_signs_and_the_old_badges_still_verify(
    sign_in: SignIn, client: Browser, app: Flask
) -> None:
    number = graduate(sign_in())
    old = token_of(client, number)
    said = app.test_cli_runner().invoke(args=["new-badge-key"])
    assert said.exit_code == 0
    new = token_of(client, number)
    assert jwt.get_unverified_header(old)["kid"] != jwt.get_unverified_header(new)["kid"]
    for token in (old, new):
        verified(token, key_of(client, token))


def test_the_private_key_is_nobody_elses_to_read(client: Browser, app: Flask) -> None:
    client.get("/.well-known/jwks.json")
    with app.app_context():
        badge_keys.ensure()
        files = sorted((app.extensions["hanmadang.settings"].instance / "keys").glob("badge-*"))
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
        public = json.dumps(badge_keys.public_keys())
    for file in files:
        assert file.read_bytes().hex() not in public


@pytest.mark.parametrize("path", ["badge.json", "badge.jwt", "badge.svg"])
def test_an_unknown_number_has_no_badge(path: str, client: Browser) -> None:
    assert client.get(f"/certificates/HM-2026-AAAA-AAAA-A/{path}").status_code == 404
    assert client.get("/badges/keys/none").status_code == 404
