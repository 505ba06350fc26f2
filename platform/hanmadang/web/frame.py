"""What stands around every page: navigation, language switch, account menu, versioned assets."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from flask import Flask, g, request, url_for

from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.i18n import LazyText, _, current_locale, lazy
from hanmadang.kernel.pages import add_globals, add_provider, viewer
from hanmadang.kernel.permissions import Permission, Viewer
from hanmadang.paths import STATIC


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a menu."""

    label: str
    url: str
    icon: str
    current: bool = False
    desk: bool = False
    """Whether one works there, for others."""


_NAV: tuple[tuple[LazyText, str, str], ...] = (
    (lazy("Home"), "web.home", "home"),
    (lazy("Polls"), "polls.index", "poll"),
    (lazy("Courses"), "courses.index", "course"),
    (lazy("My path"), "curricula.my_path", "path"),
    (lazy("Events"), "events.index", "calendar"),
    (lazy("Forums"), "forums.index", "forum"),
)
_MENU: tuple[tuple[LazyText, str, str, Permission], ...] = (
    (lazy("My bookings"), "events.my_bookings", "seat", Permission.EVENTS_BOOK),
    (lazy("My courses"), "courses.my_courses", "course", Permission.COURSES_TAKE),
    (lazy("My proposals"), "forums.my_proposals", "forum", Permission.SIGNED_IN),
    (lazy("Account"), "people.account", "user", Permission.SIGNED_IN),
    (lazy("Courses desk"), "courses.desk", "course", Permission.COURSES_AUTHOR),
    (lazy("Runs and cohorts"), "courses.teaching", "people", Permission.COHORTS_TEACH),
    (lazy("Events desk"), "events.desk", "calendar", Permission.EVENTS_ORGANIZE),
    (lazy("Polls desk"), "polls.desk", "poll", Permission.POLLS_MODERATE),
    (lazy("Calls and proposals"), "forums.desk", "forum", Permission.FORUMS_ORGANIZE),
    (lazy("Reviews"), "forums.reviews", "check", Permission.FORUMS_REVIEW),
    (lazy("Certificates desk"), "courses.certificates_desk", "check", Permission.COURSES_AUTHOR),
    (lazy("Public demand"), "curricula.demand", "path", Permission.DEMAND_READ),
    (lazy("Competencies"), "curricula.graph", "path", Permission.CURRICULA_EDIT),
    (lazy("People and roles"), "people.roles", "user", Permission.ACCOUNTS_ADMINISTER),
    (lazy("Webhooks"), "reminders.hooks", "external", Permission.HOOKS_MANAGE),
    (lazy("Outbox"), "reminders.outbox", "bell", Permission.OPERATIONS_READ),
)
_OWN = (Permission.EVENTS_BOOK, Permission.COURSES_TAKE, Permission.SIGNED_IN)


def register(app: Flask) -> None:
    """Give every page its frame."""
    add_globals(app, asset=asset)
    add_provider(app, frame)


def frame() -> Mapping[str, Any]:
    """The values `base.html` needs, for this request."""
    language, asking, house = current_locale(), viewer(), settings()
    here = {lang: _in(lang) for lang in LANGUAGES}
    return {
        "site_name": _("Hanmadang"),
        "demo_mode": house.demo,
        "nav": _navigation(language, _best(_places(language))),
        "half_signed_in": g.get("half_signed_in", False),
        "account_menu": _menu(language, asking) if asking else (),
        "canonical_url": house.base_url + request.path,
        "alternates": [(lang, house.base_url + path) for lang, path in here.items()],
        "other_language_url": here[_other(language)] if g.get("path_language") else "",
    }


@cache
def asset(name: str) -> str:
    """The address of a static file, with a hash of its content, so that it can be kept a year."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"


@cache
def _places(_language: str) -> tuple[Link, ...]:
    return tuple(Link(str(label), url_for(to), icon) for label, to, icon in _NAV)


@cache
def _navigation(language: str, current: str) -> tuple[Link, ...]:
    return _marked(_places(language), current)


def _menu(language: str, asking: Viewer) -> tuple[Link, ...]:
    links = tuple(link for link, needs in _all_menu(language) if asking.may(needs))
    return _marked(links, _best(links))


@cache
def _all_menu(_language: str) -> tuple[tuple[Link, Permission], ...]:
    return tuple(
        (Link(str(label), url_for(to), icon, desk=needs not in _OWN), needs)
        for label, to, icon, needs in _MENU
    )


def _marked(links: tuple[Link, ...], current: str) -> tuple[Link, ...]:
    """The same links, the one of this address marked."""
    return tuple(replace(link, current=link.url == current) for link in links)


def _best(links: tuple[Link, ...]) -> str:
    """The address of the link that this page belongs to; empty for none of them."""
    path = request.path
    return max((link.url for link in links if _holds(link.url, path)), key=len, default="")


def _holds(url: str, path: str) -> bool:
    """Whether `path` lies at or below `url`; the home page holds only itself."""
    return path == url or (
        url.count("/") > 1 and not url.endswith("/") and path.startswith(url + "/")
    )


def _other(language: str) -> str:
    return LANGUAGES[1 - LANGUAGES.index(language)]


def _in(language: str) -> str:
    """This page's path and query in the given language."""
    path = request.full_path.rstrip("?")
    return f"/{language}{path[3:]}" if g.get("path_language") else path
