"""What a certificate says on paper, in words; setting it is `kernel.typesetting`'s.

Made from the certificate's own record alone, so that the same copy is the same bytes whenever and
by whichever process it is made.
"""

import hashlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import segno

from hanmadang.courses import numbers
from hanmadang.courses.models import Item
from hanmadang.courses.queries.certificates import CertificateView, CopyView
from hanmadang.kernel import typesetting
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.i18n import _, _n, format_day, use_locale
from hanmadang.kernel.pages import external_url

_TEMPLATE = "courses/certificate.typ"
_PREVIEW_DPI = 100
_LOOK: Mapping[str, Mapping[str, float]] = {
    "ko": {"heading-size": 48, "heading-tracking": 0.5},
    "en": {"heading-size": 30, "heading-tracking": 0.02},
}
"""Two syllable blocks apart, as on a Korean certificate; an English line fills the same width."""
_DARK = "#0b2a5b"


def as_pdf(view: CertificateView, copy: CopyView) -> bytes:
    """The copy as an accessible PDF; milliseconds, and no transaction may be open."""
    return typesetting.pdf(_TEMPLATE, said(view, copy), view.issued_at)


def as_picture(view: CertificateView, copy: CopyView) -> bytes:
    """The same page as a small picture, to look at before printing."""
    return typesetting.png(_TEMPLATE, said(view, copy), _PREVIEW_DPI)


def fingerprint(file: bytes) -> str:
    """SHA-256, hex: what is kept of each file."""
    return hashlib.sha256(file).hexdigest()


def said(view: CertificateView, copy: CopyView) -> dict[str, Any]:
    """Everything the page says, in the copy's language."""
    with use_locale(copy.language):
        return {**_fixed(view, copy), **_chosen(view, copy), **_LOOK[copy.language]}


def _fixed(view: CertificateView, copy: CopyView) -> dict[str, Any]:
    title = view.title.shown(copy.language)
    return {
        "language": copy.language,
        "title": _("Certificate %(number)s", number=view.number),
        "number-line": _("No. %(number)s", number=view.number),
        "mark-alt": _("The mark of Hanmadang: five arcs around a yard"),
        "heading": _("Certificate of completion"),
        "course": title.text,
        "course-language": title.language,
        "closing": _("and is awarded this certificate."),
        "institution": _plain(view.institution, copy.language) or _("Hanmadang"),
        "check": _check(view, copy),
        "qr": _qr(_address(view, copy.code)),
        "qr-alt": _("QR code of the address at which this certificate can be checked"),
    }


def _chosen(view: CertificateView, copy: CopyView) -> dict[str, Any]:
    items, name = copy.items, view.name or ""
    named = Item.NAME in items and bool(name)
    partners = ", ".join(_plain(each, copy.language) for each in view.partners)
    return {
        "name": name if named else "",
        "name-language": "ko" if any("가" <= letter <= "힣" for letter in name) else "en",
        "name-label": _("This is to certify that"),
        **_cohort(view, copy),
        "birth-year": _("born in %(year)s", year=copy.birth_year) if copy.birth_year else "",
        "statement": _statement(named=named),
        "facts": _facts(view, copy),
        "date": format_day(view.completed_on, "date") if Item.DATE in items else "",
        "partners": _("Approved together with: %(names)s", names=partners)
        if Item.PARTNERS in items and partners
        else "",
    }  # fmt: skip


def _cohort(view: CertificateView, copy: CopyView) -> dict[str, str]:
    """The cohort's own words: for which group, or in which programme, the course was taken."""
    words = view.cohort.shown(copy.language) if view.cohort else None
    if words is None or Item.COHORT not in copy.items:
        return {"cohort": "", "cohort-language": copy.language}
    return {"cohort": words.text, "cohort-language": words.language}


def _statement(*, named: bool) -> str:
    """The sentence before the course's title; without a name the holder is its subject."""
    if named:
        return _("has completed every unit and every question of the course")
    return _(
        "The holder of this certificate has completed every unit and every question of the course"
    )


def _facts(view: CertificateView, copy: CopyView) -> list[tuple[str, str]]:
    minutes = _n("%(n)s minute", "%(n)s minutes", view.minutes[copy.language])
    facts = {
        Item.MINUTES: (_("Learning time"), minutes),
        Item.SCORE: (
            _("Right at the first try"),
            _("%(n)s of %(total)s questions", n=view.right_first, total=view.question_count),
        ),
        Item.VERSION: (
            _("Course version"), _("version %(n)s of the course", n=view.version_number)
        ),
    }  # fmt: skip
    return [fact for item, fact in facts.items() if item in copy.items]


def _check(view: CertificateView, copy: CopyView) -> list[str]:
    return [
        _("Anybody can check at this address whether the certificate is genuine:"),
        _address(view),
        _(
            "Certificate number %(number)s, code of this copy %(code)s",
            number=view.number,
            code=numbers.shown_code(copy.code),
        ),
    ]


def _address(view: CertificateView, code: str = "") -> str:
    more = {"code": code} if code else {}
    return external_url("courses.certificate", number=view.number, **more)


def _plain(text: Bilingual | None, language: str) -> str:
    return text.shown(language).text if text else ""


def _qr(address: str) -> str:
    """The address as SVG, dark on white."""
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=2, dark=_DARK, light="#fff", xmldecl=False
    )
    return out.getvalue().decode()
