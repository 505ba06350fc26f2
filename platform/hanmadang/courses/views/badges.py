"""Certificates for programs: the signed badge and all that is needed to check it."""

from flask import Response
from flask.typing import ResponseReturnValue

from hanmadang.courses import badge_keys, badges, numbers
from hanmadang.courses.queries import certificates as queries
from hanmadang.courses.queries.certificates import CertificateView
from hanmadang.courses.views.room import room
from hanmadang.kernel import clock, machines
from hanmadang.kernel.downloads import as_download
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.limits import limit
from hanmadang.kernel.permissions import Permission
from hanmadang.paths import STATIC

_RATE = "120 per minute;1200 per hour"
_PICTURE = STATIC / "img" / "badge.svg"


@room.page("/certificates/<number>/badge.json", needs=Permission.PUBLIC, localised=False)
@limit(_RATE)
def badge_json(number: str) -> ResponseReturnValue:
    """The credential as JSON, to be read; the signed one is the token."""
    return _unlisted(machines.answer(badges.credential(_found(number))))


@room.page("/certificates/<number>/badge.jwt", needs=Permission.PUBLIC, localised=False)
@limit(_RATE)
def badge_token(number: str) -> ResponseReturnValue:
    """The signed credential, as Open Badges 3.0 wants it from the web."""
    return _unlisted(Response(badges.token(_found(number)), mimetype="text/plain"))


@room.page("/certificates/<number>/badge.svg", needs=Permission.PUBLIC, localised=False)
@limit(_RATE)
def badge_picture(number: str) -> ResponseReturnValue:
    """The badge's picture with the signed credential baked in."""
    view = _found(number)
    picture = badges.baked(_PICTURE.read_text(encoding="utf-8"), view)
    answer = Response(picture, mimetype="image/svg+xml")
    return _unlisted(as_download(answer, f"{view.number}.svg"))


@room.page("/badges/issuer", needs=Permission.PUBLIC, localised=False)
def badge_issuer() -> ResponseReturnValue:
    """The profile of who signs."""
    return machines.answer(badges.issuer())


@room.page("/badges/keys/<key>", needs=Permission.PUBLIC, localised=False)
def badge_key(key: str) -> ResponseReturnValue:
    """One public key, where a badge's header says that it is."""
    for each in badge_keys.public_keys():
        if each["kid"] == key:
            return machines.answer(each, mimetype="application/jwk+json")
    raise NotFoundError


@room.page("/.well-known/jwks.json", needs=Permission.PUBLIC, localised=False)
def badge_key_set() -> ResponseReturnValue:
    """Every key with which badges were signed."""
    return machines.answer({"keys": badge_keys.public_keys()}, mimetype="application/jwk-set+json")


@room.page("/badges/status/<int(max=16383):part>", needs=Permission.PUBLIC, localised=False)
@limit(_RATE)
def badge_status(part: int) -> ResponseReturnValue:
    """Which badges were withdrawn: a signed bit string."""
    first, last = badges.list_bounds(part)
    if part and not queries.any_from(first):
        raise NotFoundError
    withdrawn = queries.withdrawn_ids(first, last)
    listed = badges.status_list(part, withdrawn, clock.now())
    return Response(listed, mimetype="application/vc+jwt")


def _found(number: str) -> CertificateView:
    tidy = numbers.tidied(number)
    if tidy is None:
        raise NotFoundError
    return queries.certificate(tidy)


def _unlisted(answer: Response) -> Response:
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
