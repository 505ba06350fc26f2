"""The forms about certificates: the name, what is printed, what is checked, and the desk's two."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from werkzeug.datastructures import MultiDict
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than its stubs
    FileField,
    SelectChoice,
    SelectMultipleField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from hanmadang.courses.domain.certificates import LONGEST_NAME, YEARS, Choice
from hanmadang.courses.models import SHOWABLE, Item
from hanmadang.courses.queries.certificates import CertificateView
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.forms import HouseForm, body, line, required
from hanmadang.kernel.i18n import LazyText, lazy

_DIGEST = re.compile(r"[0-9a-f]{64}")
_YEAR = re.compile(r"[0-9]{4}")

ITEMS: Mapping[Item, LazyText] = {
    Item.NAME: lazy("Name"),
    Item.COHORT: lazy("Group or programme"),
    Item.DATE: lazy("Date of completion"),
    Item.MINUTES: lazy("Learning time"),
    Item.SCORE: lazy("Questions right at the first try"),
    Item.VERSION: lazy("Course version"),
    Item.PARTNERS: lazy("Institutions that approved it together"),
}
USUAL = frozenset({Item.NAME, Item.COHORT, Item.DATE, Item.MINUTES, Item.PARTNERS})
"""Chosen when the page is first opened."""


class NameForm(HouseForm):
    """The holder's name, asked once."""

    name = line(
        lazy("Your name, as it should be printed"),
        most=LONGEST_NAME,
        validators=[required(lazy("Please write your name."))],
    )


class RevokeForm(HouseForm):
    """Why a certificate is taken back; everybody reads it."""

    reason_ko = body(lazy("Reason in Korean"), most=500, validators=[required()])
    reason_en = body(lazy("Reason in English"), most=500, validators=[required()])


class ReissueForm(HouseForm):
    """The right name on a new number."""

    name = line(lazy("Name as it should be printed"), most=LONGEST_NAME, validators=[required()])


class ShownForm(HouseForm):
    """What everybody who has the number may see."""

    shown = SelectMultipleField(
        cast("str", lazy("Everybody who has the number may also see")),
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def of(self, view: CertificateView) -> "ShownForm":
        """With what this certificate has to show."""
        possible = {*view.items(), Item.NAME}
        self.shown.choices = [
            SelectChoice(item.value, ITEMS[item]) for item in SHOWABLE if item in possible
        ]
        return self


class CheckForm(HouseForm):
    """A file, or its fingerprint, to be compared."""

    file = FileField(cast("str", lazy("The PDF file")))
    digest = line(lazy("Or its SHA-256 fingerprint"), most=100)


@dataclass(frozen=True, slots=True)
class Offered:
    """One item that can be printed, on the page."""

    value: str
    label: LazyText
    chosen: bool


def choice_in(fields: MultiDict[str, str], view: CertificateView, locale: str) -> Choice:
    """What to print; what was not asked for sensibly is what is usual.

    A cohort's certificate is offered in the cohort's first language.
    """
    first = view.cohort.source if view.cohort else locale
    language = fields.get("language", first)
    possible = frozenset(view.items())
    asked = {item for item in Item if item.value in fields.getlist("items")}
    items = (possible & (asked if "language" in fields else USUAL)) - {Item.BIRTH_YEAR}
    year = _year_in(fields) or 0
    born = {Item.BIRTH_YEAR} if year else set()
    return Choice(language if language in LANGUAGES else locale, items | born, year)


def has_wrong_year(fields: MultiDict[str, str]) -> bool:
    """Whether something was written as year of birth that is none."""
    return _year_in(fields) is None


def _year_in(fields: MultiDict[str, str]) -> int | None:
    """The year, 0 where nothing was written, None for what is no year of birth."""
    written = fields.get("birth_year", "").strip()
    if not written:
        return 0
    return int(written) if _YEAR.fullmatch(written) and int(written) in YEARS else None


def offered(view: CertificateView, choice: Choice) -> list[Offered]:
    """The items to tick, each with whether it is chosen; a year of birth is written instead."""
    return [
        Offered(item.value, ITEMS[item], item in choice.items)
        for item in view.items()
        if item is not Item.BIRTH_YEAR
    ]


def digest_in(text: str) -> str:
    """A SHA-256 as it is stored; empty for what is none."""
    tidy = re.sub(r"[\s:]", "", text).lower()
    return tidy if _DIGEST.fullmatch(tidy) else ""
