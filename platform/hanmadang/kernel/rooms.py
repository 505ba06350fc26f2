"""Blueprints whose every route names the permission it needs.

``/ko`` and ``/en`` stand before each page's path; what is not a page (health, feeds for
machines, live streams) says ``localised=False``.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Flask, current_app, g, request
from flask.typing import ResponseReturnValue
from werkzeug.routing import BaseConverter, IntegerConverter, Map

from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.permissions import Permission

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
_NEEDS = "hanmadang_needs"
LARGEST = 2**31 - 1
"""The largest id that PostgreSQL keeps."""


class UndeclaredRouteError(Exception):
    """A route was added without saying who may use it; the app refuses to start."""


class LanguageConverter(BaseConverter):
    """The first part of every page's path."""

    regex = "|".join(LANGUAGES)


class NumberConverter(IntegerConverter):
    """A number in a path: none beyond what every database keeps as an id, so that it is no page."""

    def __init__(self, map: Map, **options: Any) -> None:  # noqa: A002  (Werkzeug's name)
        super().__init__(map, **({"max": LARGEST} | options))


class Room(Blueprint):
    """One room's routes."""

    def page(
        self, rule: str, *, needs: Permission, localised: bool = True, **options: Any
    ) -> Callable[[View], View]:
        """Serve GET at `rule` to viewers with `needs`."""
        return self._add(rule, needs, localised=localised, methods=["GET"], **options)

    def action(
        self, rule: str, *, needs: Permission, localised: bool = True, **options: Any
    ) -> Callable[[View], View]:
        """Accept POST at `rule` from viewers with `needs`."""
        return self._add(rule, needs, localised=localised, methods=["POST"], **options)

    def form(
        self, rule: str, *, needs: Permission, localised: bool = True, **options: Any
    ) -> Callable[[View], View]:
        """A page that shows a form (GET) and receives it (POST)."""
        return self._add(rule, needs, localised=localised, methods=["GET", "POST"], **options)

    def _add(
        self, rule: str, needs: Permission, *, localised: bool, **options: Any
    ) -> Callable[[View], View]:
        path = f"/<lang:lang>{rule}" if localised else rule

        def add(view: View) -> View:
            setattr(view, _NEEDS, needs)
            self.add_url_rule(path, options.pop("endpoint", None), view, **options)
            return view

        return add


def needs_of(app: Flask, endpoint: str) -> Permission | None:
    """The permission an endpoint declared; static files are public."""
    if endpoint == "static":
        return Permission.PUBLIC
    return getattr(app.view_functions.get(endpoint), _NEEDS, None)


def check_declared(app: Flask) -> None:
    """Refuse to start with an undeclared route. Raises UndeclaredRouteError, naming them."""
    undeclared = sorted(
        rule.endpoint for rule in app.url_map.iter_rules() if needs_of(app, rule.endpoint) is None
    )
    if undeclared:
        message = f"Routes without a declared permission: {', '.join(undeclared)}"
        raise UndeclaredRouteError(message)


def register(app: Flask) -> None:
    """Teach the app the language part of paths, and how large a number in one may be."""
    app.url_map.converters |= {"lang": LanguageConverter, "int": NumberConverter}

    @app.url_value_preprocessor
    def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.path_language = values.pop("lang", None) if values else None

    @app.url_defaults
    def give_language(endpoint: str, values: dict[str, Any]) -> None:
        if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = g.get("language", LANGUAGES[0])


def wants_json() -> bool:
    """Whether the client asked for JSON rather than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"
