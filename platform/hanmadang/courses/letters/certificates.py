"""The letters about certificates; each checks again, as it leaves, that its reason still holds."""

from collections.abc import Callable, Mapping
from typing import Any

from hanmadang.courses.domain.certificates import REPLACED, REVOKED
from hanmadang.courses.domain.certifying import EARNED
from hanmadang.courses.models import Certificate, CertificateState
from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.pages import external_url
from hanmadang.reminders.composers import Letter, Reader, composer

Body = Callable[[Certificate], tuple[str, list[str]]]


def register() -> None:
    """Teach the outbox to write our mails."""
    for kind, (body, state) in _LETTERS.items():
        composer(kind)(_writer(body, state))


def _writer(
    body: Body, state: CertificateState
) -> Callable[[Mapping[str, Any], Reader], Letter | None]:
    def write(payload: Mapping[str, Any], _reader: Reader) -> Letter | None:
        about = db.session.get(Certificate, payload["certificate_id"])
        if about is None or about.account_id is None or about.state != state.value:
            return None
        subject, paragraphs = body(about)
        return Letter(subject, "\n\n".join([_("Good day,"), *paragraphs]))

    return write


def _course(about: Certificate) -> str:
    return about.title.shown(current_locale()).text


def _mine(about: Certificate) -> str:
    return external_url("courses.my_certificate", number=about.number)


def _earned(about: Certificate) -> tuple[str, list[str]]:
    return _("Your certificate is ready"), [
        _("Congratulations: you have met every condition of the course ‘%(course)s’.",
          course=_course(about)),
        _("Your certificate number is %(number)s. Choose here what it says, in Korean or English, "
          "and print it:", number=about.number) + f"\n{_mine(about)}",
    ]  # fmt: skip


def _revoked(about: Certificate) -> tuple[str, list[str]]:
    because = about.revoked_because.shown(current_locale()).text if about.revoked_because else ""
    return _("Your certificate was revoked"), [
        _("The certificate %(number)s for the course ‘%(course)s’ was revoked.",
          number=about.number, course=_course(about)),
        _("Reason: %(reason)s", reason=because),
        _("If you think this is wrong, write to the institution within 30 days; it looks at the "
          "decision again and answers you. Your progress in the course is kept:")
        + f"\n{_mine(about)}",
    ]  # fmt: skip


def _replaced(about: Certificate) -> tuple[str, list[str]]:
    return _("Your certificate was issued again"), [
        _("The certificate for the course ‘%(course)s’ has a new number, %(number)s. The earlier "
          "one is no longer valid.", course=_course(about), number=about.number),
        _("Please print it again:") + f"\n{_mine(about)}",
    ]  # fmt: skip


_LETTERS: dict[str, tuple[Body, CertificateState]] = {
    EARNED: (_earned, CertificateState.ISSUED),
    REVOKED: (_revoked, CertificateState.REVOKED),
    REPLACED: (_replaced, CertificateState.ISSUED),
}
