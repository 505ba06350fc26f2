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
from hanmadang.kernel.permissions import Permission
from hanmadang.paths import STATIC


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a menu."""

    label: str
    url: str
    icon: str
    current: bool = False


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
    (lazy("Events desk"), "events.desk", "calendar", Permission.EVENTS_ORGANIZE),
    (lazy("Polls desk"), "polls.desk", "poll", Permission.POLLS_MODERATE),
    (lazy("Calls and proposals"), "forums.desk", "forum", Permission.FORUMS_ORGANIZE),
    (lazy("Reviews"), "forums.reviews", "check", Permission.FORUMS_REVIEW),
    (lazy("Public demand"), "curricula.demand", "path", Permission.DEMAND_READ),
    (lazy("People and roles"), "people.roles", "user", Permission.ACCOUNTS_ADMINISTER),
    (lazy("Outbox"), "reminders.outbox", "bell", Permission.OPERATIONS_READ),
)


def register(app: Flask) -> None:
    """Give every page its frame."""
    add_globals(app, asset=asset)
    add_provider(app, frame)


def frame() -> Mapping[str, Any]:
    """The values `base.html` needs, for this request."""
    language, other = current_locale(), _other(current_locale())
    asking = viewer()
    return {
        "site_name": _("Hanmadang"),
        "demo_mode": settings().demo,
        "nav": _marked(_navigation(language)),
        "account_menu": _marked(_menu(language, asking)) if asking else [],
        "canonical_url": settings().base_url + request.path,
        "alternates": [(lang, settings().base_url + _in(lang)) for lang in LANGUAGES],
        "other_language_url": _in(other) if g.get("path_language") else "",
    }


def asset(name: str) -> str:
    """The address of a static file, with a hash of its content, so that it can be kept a year."""
    return f"/static/{name}?v={_content_hash(name)}"


@cache
def _content_hash(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]


@cache
def _navigation(_language: str) -> tuple[Link, ...]:
    return tuple(Link(str(label), url_for(to), icon) for label, to, icon in _NAV)


def _menu(language: str, asking: Any) -> tuple[Link, ...]:
    return tuple(link for link, needs in _all_menu(language) if asking.may(needs))


@cache
def _all_menu(_language: str) -> tuple[tuple[Link, Permission], ...]:
    return tuple((Link(str(label), url_for(to), icon), needs) for label, to, icon, needs in _MENU)


def _marked(links: tuple[Link, ...]) -> tuple[Link, ...]:
    """The same links, the one this page belongs to marked."""
    path = request.path
    best = max(
        (link for link in links if _holds(link.url, path)),
        key=lambda link: len(link.url),
        default=None,
    )
    return tuple(replace(link, current=True) if link is best else link for link in links)


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
