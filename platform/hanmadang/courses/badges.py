"""A certificate for programs: an Open Badges 3.0 credential (1EdTech), signed as VC-JWT.

What makes it checkable lies at public addresses: the issuer's profile, its keys, the achievement,
and a bit string that says which credentials were withdrawn (W3C Bitstring Status List). The
credential names nobody: its subject is an address of ours, and the holder's name stands in it
only while the holder shows it to everybody.
"""

import gzip
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from hanmadang.courses import badge_keys
from hanmadang.courses.models import Item
from hanmadang.courses.queries.certificates import CertificateView
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.i18n import _, machine_time, use_locale
from hanmadang.kernel.pages import external_url
from hanmadang.kernel.signing import public_jwk, signed

LIST_LENGTH = 131_072
"""Places of one status list: the least that the standard allows, so that a reader of the list
does not show which credential is asked about."""
_W3C = "https://www.w3.org/ns/credentials/v2"
_OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
_SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
_LANGUAGE = "en"
"""Of the texts in a credential, which has room for one; the Korean ones stand in `narrative`."""


def credential(view: CertificateView) -> dict[str, Any]:
    """The unsigned credential."""
    return {
        "@context": [_W3C, _OPEN_BADGES],
        "id": _address("badge_json", view),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": _text(view.title),
        "issuer": issuer(),
        "validFrom": machine_time(view.issued_at),
        "awardedDate": machine_time(view.completed_at),
        "credentialSubject": _subject(view),
        "credentialSchema": [{"id": _SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        "credentialStatus": _status(view),
    }


def token(view: CertificateView) -> str:
    """The signed credential, a compact JWS."""
    body = credential(view)
    claims = {
        "iss": body["issuer"]["id"],
        "jti": body["id"],
        "nbf": int(view.issued_at.timestamp()),
        "sub": body["credentialSubject"]["id"],
    }
    return _sign({**body, **claims})


def issuer() -> dict[str, Any]:
    """The profile of who signs: the city's house, for its institutions."""
    with use_locale(_LANGUAGE):
        name = _("Hanmadang")
    return {
        "id": external_url("courses.badge_issuer"),
        "type": ["Profile"],
        "name": name,
        "url": external_url("web.home", lang=_LANGUAGE),
    }


def achievement(view: CertificateView) -> dict[str, Any]:
    """What was achieved: one version of a course."""
    page = external_url("courses.show", course=view.course_slug, lang=_LANGUAGE)
    made_by = {"creator": _creator(view.institution)} if view.institution else {}
    return {
        "id": f"{page}#version-{view.version_number}",
        "type": ["Achievement"],
        "achievementType": "Course",
        "name": _text(view.title),
        "description": _narrative(view, _LANGUAGE),
        "inLanguage": _LANGUAGE,
        "version": str(view.version_number),
        "criteria": {"id": page, "narrative": _narrative(view, "ko")},
        "image": {"id": external_url("static", filename="img/badge.svg"), "type": "Image"},
        **made_by,
    }


def status_list(number: int, withdrawn: Iterable[int], now: datetime) -> str:
    """A signed bit string: the bit of each withdrawn certificate is 1."""
    bits = bytearray(LIST_LENGTH // 8)
    for each in withdrawn:
        place = each % LIST_LENGTH
        bits[place // 8] |= 0x80 >> place % 8
    packed = gzip.compress(bytes(bits), mtime=0)
    address = external_url("courses.badge_status", part=number)
    return _sign(
        {
            "@context": [_W3C],
            "id": address,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": issuer()["id"],
            "validFrom": machine_time(now),
            "credentialSubject": {
                "id": f"{address}#list",
                "type": "BitstringStatusList",
                "statusPurpose": "revocation",
                "encodedList": "u" + urlsafe_b64encode(packed).rstrip(b"=").decode(),
            },
        }
    )


def list_bounds(number: int) -> tuple[int, int]:
    """The first and last certificate of a status list."""
    return number * LIST_LENGTH, (number + 1) * LIST_LENGTH - 1


def baked(picture: str, view: CertificateView) -> str:
    """The badge's picture (SVG) with the signed credential inside, as Open Badges bakes it."""
    opening, rest = picture.split(">", 1)
    space = ' xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"'
    inside = f'<openbadges:credential verify="{token(view)}"></openbadges:credential>'
    return f"{opening}{space}>{inside}{rest}"


def _subject(view: CertificateView) -> dict[str, Any]:
    named = Item.NAME in view.shown and view.name
    known_as = {
        "type": "IdentityObject", "hashed": False, "identityHash": view.name, "identityType": "name"
    }  # fmt: skip
    return {
        "id": f"{_address('badge_json', view)}#holder",
        "type": ["AchievementSubject"],
        "achievement": achievement(view),
        **_cohort(view),
        **({"identifier": [known_as]} if named else {}),
    }


def _cohort(view: CertificateView) -> dict[str, str]:
    """The cohort's words in both languages, its first one first; while everybody may see them."""
    if view.cohort is None or Item.COHORT not in view.shown:
        return {}
    words = view.cohort
    order = sorted(LANGUAGES, key=lambda language: language != words.source)
    return {"narrative": "\n\n".join(filter(None, map(words.get, order)))}


def _status(view: CertificateView) -> Mapping[str, str]:
    part, place = divmod(view.id, LIST_LENGTH)
    address = external_url("courses.badge_status", part=part)
    return {
        "id": f"{address}#{place}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(place),
        "statusListCredential": address,
    }


def _creator(institution: Bilingual) -> dict[str, Any]:
    name = _text(institution)
    return {"id": external_url("courses.badge_issuer"), "type": ["Profile"], "name": name}


def _narrative(view: CertificateView, language: str) -> str:
    with use_locale(language):
        return _(
            "Every unit of the course “%(title)s” was done and every question in it answered "
            "right.",
            title=view.title.shown(language).text,
        )


def _text(text: Bilingual) -> str:
    return text.shown(_LANGUAGE).text


def _address(endpoint: str, view: CertificateView) -> str:
    return external_url(f"courses.{endpoint}", number=view.number)


def _sign(statement: Mapping[str, Any]) -> str:
    private = badge_keys.signing_key()
    address = external_url("courses.badge_key", key=public_jwk(private)["kid"])
    return signed(private, address, statement)
