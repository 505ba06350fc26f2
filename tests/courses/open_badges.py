"""What Open Badges 3.0 asks of a credential, written from the data model of the specification.

1EdTech's own JSON schema may not be given on with this repository. These are its required fields
and the rules of its chapters on VC-JWT; while this was written, the same credentials were also
checked against the published schema.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import jwt

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_CONTEXT = re.compile(r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d\.\d)*\.json")


def faults(credential: Mapping[str, Any]) -> list[str]:
    """Every rule that the credential breaks."""
    return [
        *_lacks(credential, "credential", "@context id type credentialSubject issuer validFrom"),
        *_envelope(credential),
        *_lacks(credential["issuer"], "issuer", "id type"),
        *_subject(credential["credentialSubject"]),
        *_lacks(credential["credentialStatus"], "status", "id type"),
        *(fault for each in credential["credentialSchema"] for fault in _lacks(
            each, "schema", "id type")),
    ]  # fmt: skip


def verified(token: str, key: Mapping[str, Any]) -> dict[str, Any]:
    """The credential in a token, checked as the specification says. Raises ValueError.

    The signature is checked by PyJWT, which shares nothing with how it was made but the
    mathematics.
    """
    try:
        claims: dict[str, Any] = jwt.decode(
            token, jwt.PyJWK(dict(key)).key, algorithms=["EdDSA"], options={"verify_aud": False}
        )
    except jwt.PyJWTError as error:
        raise ValueError("not signed with this key") from error
    same = {
        "iss": claims["issuer"]["id"],
        "jti": claims["id"],
        "sub": claims["credentialSubject"]["id"],
    }
    wrong = [name for name, value in same.items() if claims[name] != value]
    if wrong or faults(claims):
        raise ValueError(str(wrong or faults(claims)))
    return claims


def _envelope(credential: Mapping[str, Any]) -> Iterator[str]:
    contexts = credential["@context"]
    if contexts[0] != "https://www.w3.org/ns/credentials/v2" or not _CONTEXT.fullmatch(contexts[1]):
        yield f"contexts are {contexts}"
    if not {"VerifiableCredential", "OpenBadgeCredential"} <= set(credential["type"]):
        yield f"types are {credential['type']}"
    for name in ("validFrom", "awardedDate"):
        if not _DATE_TIME.fullmatch(credential[name]):
            yield f"{name} is {credential[name]}"


def _subject(subject: Mapping[str, Any]) -> Iterator[str]:
    yield from _lacks(subject, "subject", "type achievement")
    if "AchievementSubject" not in subject["type"]:
        yield f"subject is {subject['type']}"
    if not (subject.get("id") or subject.get("identifier")):
        yield "the subject is nobody"
    for each in subject.get("identifier", []):
        yield from _lacks(each, "identifier", "type hashed identityHash identityType")
    achievement = subject["achievement"]
    yield from _lacks(achievement, "achievement", "id type criteria description name")
    if "Achievement" not in achievement["type"]:
        yield f"achievement is {achievement['type']}"
    if not (achievement["criteria"].get("id") or achievement["criteria"].get("narrative")):
        yield "no criteria"
    yield from _lacks(achievement["image"], "image", "id type")


def _lacks(thing: Mapping[str, Any], name: str, fields: str) -> Iterator[str]:
    for field in fields.split():
        if not thing.get(field) and thing.get(field) is not False:
            yield f"{name} has no {field}"
