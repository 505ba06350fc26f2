"""Languages: one typed facade over Flask-Babel and Babel.

Flask-Babel finds and merges the rooms' catalogues; look-ups and formats are memoised here per
locale, because Flask-Babel repeats them on every call (about 7 µs a message, 33 µs a date).

A Korean message may ask for the particle that fits the value before it::

    msgid "%(title)s was cancelled."
    msgstr "%(title)s{이/가} 취소되었습니다."
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date as babel_date
from babel.dates import format_time as babel_time
from babel.dates import get_timezone_name
from babel.numbers import format_decimal, format_percent
from flask import Flask
from flask_babel import Babel, force_locale, get_domain
from markupsafe import Markup, escape

from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.catalogues import compile_stale
from hanmadang.kernel.clock import Moment, today, zone
from hanmadang.kernel.particles import with_particle
from hanmadang.paths import TRANSLATIONS

DOMAINS = (
    "kernel", "people", "reminders", "courses", "events", "polls",
    "forums", "curricula", "web", "serving", "demo",
)  # fmt: skip

_locale: ContextVar[str] = ContextVar("hanmadang_locale", default=LANGUAGES[0])
_catalogues: dict[str, Any] = {}
_babel = Babel()
_ISO_LETTERS = 2
_PARTICLE = re.compile(r"%\((\w+)\)(?:s|d)\{([^}]+)\}")


def register(app: Flask) -> None:
    """Load every catalogue once; a process serves all its languages from memory."""
    compile_stale()
    _babel.init_app(
        app,
        default_locale=LANGUAGES[0],
        default_domain=";".join(DOMAINS),
        default_translation_directories=";".join([str(TRANSLATIONS)] * len(DOMAINS)),
        locale_selector=_locale.get,
    )
    with app.app_context():
        for language in LANGUAGES:
            with force_locale(language):
                _catalogues[language] = get_domain().get_translations()
    _found.cache_clear()


def current_locale() -> str:
    """The language of the page or mail being written: ``ko`` or ``en``."""
    return _locale.get()


def set_locale(language: str) -> None:
    """Choose the language for the rest of this request."""
    _locale.set(language)


@contextmanager
def use_locale(language: str) -> Iterator[None]:
    """Write in `language` for a while (mails, feeds)."""
    token = _locale.set(language if language in LANGUAGES else LANGUAGES[0])
    try:
        yield
    finally:
        _locale.reset(token)


def translate(language: str, message: str, **values: object) -> str:
    """The message in `language`, its placeholders filled."""
    return _fill(_found(language, message), values)


@lru_cache(maxsize=8192)
def _found(language: str, message: str) -> str:
    catalogue = _catalogues.get(language)
    return catalogue.gettext(message) if catalogue else message


def translate_count(language: str, one: str, many: str, n: int, **values: object) -> str:
    """The plural form that fits `n`; `n` itself is available as ``%(n)s``, grouped."""
    catalogue = _catalogues.get(language)
    chosen = catalogue.ngettext(one, many, n) if catalogue else (one if n == 1 else many)
    return _fill(chosen, {"n": format_number(n, language), **values})


def _(message: str, **values: object) -> str:
    """The message in the current language."""
    return translate(_locale.get(), message, **values)


def _n(one: str, many: str, n: int, **values: object) -> str:
    """The plural form that fits `n`, in the current language."""
    return translate_count(_locale.get(), one, many, n, **values)


def _fill(message: str, values: Mapping[str, object]) -> str:
    if not values:
        return message.replace("%%", "%") if "%%" in message else message
    if "{" in message:
        message = _PARTICLE.sub(lambda found: _filled_particle(found, values), message)
    text: str = message % values
    return text


def _filled_particle(found: re.Match[str], values: Mapping[str, object]) -> str:
    value = values[found[1]]
    return with_particle(str(value), found[2]).replace("%", "%%")


class LazyText:
    """A message written down now and translated when it is shown."""

    __slots__ = ("message", "values")

    def __init__(self, message: str, values: Mapping[str, object]) -> None:
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return _(self.message, **self.values)

    def __html__(self) -> str:
        return str(escape(str(self)))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __mod__(self, values: object) -> str:  # WTForms fills its messages this way
        return str(self) % values


def lazy(message: str, **values: object) -> LazyText:
    """A message for class bodies and constants."""
    return LazyText(message, values)


_l = lazy


def page_texts(language: str) -> dict[str, Any]:
    """`_` and `ngettext` bound to one language, for that language's template environment."""
    known: dict[str, Markup] = {}

    def say(message: str, **values: object) -> Markup:
        if not values:
            if message not in known:
                known[message] = Markup(translate(language, message))  # noqa: S704 (a constant)
            return known[message]
        safe = {name: escape(value) for name, value in values.items()}
        return Markup(translate(language, message, **safe))  # noqa: S704 (values escaped)

    def count(one: str, many: str, n: int, **values: object) -> Markup:
        safe = {name: escape(value) for name, value in values.items()}
        return Markup(translate_count(language, one, many, n, **safe))  # noqa: S704

    return {"_": say, "gettext": say, "ngettext": count}


_PATTERNS: Mapping[tuple[str, str], str] = {
    ("ko", "day"): "y년 M월 d일 (E)",
    ("en", "day"): "EEE, d MMMM y",
    ("ko", "date"): "y년 M월 d일",
    ("en", "date"): "d MMMM y",
    ("ko", "short_day"): "M월 d일 (E)",
    ("en", "short_day"): "EEE, d MMM",
    ("ko", "time"): "aaaa h:mm",
    ("en", "time"): "h:mm aaaa",
    ("ko", "month"): "M월",
    ("en", "month"): "MMM",
}


@lru_cache(maxsize=4096)
def _date_text(value: date, style: str, language: str) -> str:
    return babel_date(value, _PATTERNS[language, style], locale=language)


@lru_cache(maxsize=4096)
def _time_text(value: time, language: str) -> str:
    text = babel_time(value, _PATTERNS[language, "time"], locale=language)
    return text.lower() if language == "en" else text


def format_day(value: date, style: str = "day", language: str = "") -> str:
    """A calendar day: ``2026년 11월 30일 (월)`` or ``Mon, 30 November 2026``."""
    return _date_text(value, style, language or _locale.get())


def format_clock(value: time, language: str = "") -> str:
    """A wall-clock time: ``오후 7:30`` or ``7:30 pm``."""
    return _time_text(value, language or _locale.get())


def format_moment(moment: Moment, language: str = "", style: str = "day") -> str:
    """Day and time as the place itself reads them: ``2026년 11월 30일 (월) 오후 7:30``."""
    language = language or _locale.get()
    day = _date_text(moment.local.date(), style, language)
    clock = _time_text(moment.local.time(), language)
    return f"{day} {clock}" if language == "ko" else f"{day}, {clock}"


def format_soon(moment: Moment, house_zone: str, language: str = "") -> str:
    """The same, with the day by its name where it is near: ``오늘 오후 9:00``."""
    away = (moment.day - today(moment.zone)).days
    time_ = format_clock(moment.local.time(), language)
    if away == 0:
        text = _("today %(time)s", time=time_)
    elif away == 1:
        text = _("tomorrow %(time)s", time=time_)
    else:
        text = format_moment(moment, language)
    if moment.zone == house_zone:
        return text
    return f"{text} ({zone_label(moment.zone, language or _locale.get())})"


def format_instant(value: datetime, zone_name: str, language: str = "") -> str:
    """An instant on the wall clocks of `zone_name`."""
    return format_moment(Moment.from_instant(value, zone_name), language)


@lru_cache(maxsize=256)
def zone_label(name: str, language: str) -> str:
    """A zone as people call it: ``대한민국 시간``, ``Mongolia Time``."""
    return get_timezone_name(zone(name), width="long", locale=language, return_zone=False)


def format_number(value: float, language: str = "") -> str:
    """Digits grouped as the language does."""
    return _number_text(value, language or _locale.get())


def format_share(value: float, language: str = "") -> str:
    """A share (0 to 1) as whole percent."""
    return _share_text(value, language or _locale.get())


@lru_cache(maxsize=4096)
def _number_text(value: float, language: str) -> str:
    return format_decimal(value, locale=language)


@lru_cache(maxsize=1024)
def _share_text(value: float, language: str) -> str:
    return format_percent(value, locale=language)


@lru_cache(maxsize=8)
def country_names(language: str) -> list[tuple[str, str]]:
    """(ISO 3166 code, name) of every country, sorted by name."""
    names = Locale(language).territories
    pairs = [
        (code, name) for code, name in names.items() if len(code) == _ISO_LETTERS and code.isalpha()
    ]
    return sorted(pairs, key=lambda pair: pair[1])


@lru_cache(maxsize=4096)
def machine_time(value: datetime) -> str:
    """ISO 8601 in UTC, to the second, for `<time datetime>` and feeds."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
