"""Rendering: one Jinja environment per language, so that a text is looked up by one dict access.

What many readers share can be drawn once (`kept`, `render_kept`); what is each reader's own is
then put into the blanks of the shared page.
"""

from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request
from markupsafe import Markup, escape

from hanmadang.kernel import i18n
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual, Note
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.device import form_token
from hanmadang.kernel.flash import is_anything_said, said, undo_said
from hanmadang.kernel.folding import Addresses, FoldingEnvironment, is_pure
from hanmadang.kernel.kept import Kept, Parts
from hanmadang.kernel.particles import with_particle
from hanmadang.kernel.permissions import NOBODY, Viewer
from hanmadang.kernel.slots import slot
from hanmadang.kernel.text import rich

Provider = Callable[[], Mapping[str, Any]]
_KEY = "hanmadang.environments"
_KEPT = "hanmadang.kept"
_EDGE = "\0"
"""Stands before and after a blank's name in a shared page: no text of ours can hold it."""
_FORM_MARK = "csrf_field"


def register(app: Flask) -> None:
    """Make the environments; rooms add globals through `add_globals` and `add_provider`."""
    app.jinja_environment = FoldingEnvironment
    app.extensions[_KEPT] = Kept()
    app.extensions[_KEY] = ({language: _environment(app, language) for language in LANGUAGES}, [])


def _environment(app: Flask, language: str) -> FoldingEnvironment:
    environment = cast("FoldingEnvironment", app.create_jinja_environment())
    environment.trim_blocks = environment.lstrip_blocks = True
    texts, addresses = i18n.page_texts(language), Addresses(app, language)
    environment.globals.update(
        texts, locale=language, slot=slot, flashes=said, undo_said=undo_said,
        csrf_field=csrf_field, url_for=addresses,
    )  # fmt: skip
    environment.pure = {
        "_": texts["_"], "gettext": texts["gettext"], "url_for": addresses.constant
    }  # fmt: skip
    environment.filters.update(_filters(language))
    _remember_pure_macros(environment)
    return environment


_PURE = {
    "macros/icons.html": ("icon", "emblem"),
    "macros/marks.html": ("badge", "status", "stage_label", "kind_label"),
}
"""Macros whose text depends on their arguments and the language alone."""


def _remember_pure_macros(environment: FoldingEnvironment) -> None:
    """Let each pure macro write each of its texts once; templates import them as before."""
    for name, macros in _PURE.items():
        module = environment.get_template(name).module
        for macro in macros:
            setattr(module, macro, lru_cache(maxsize=512)(getattr(module, macro)))


def add_globals(app: Flask, **values: Any) -> None:
    """Give every template a constant or a function; a cached function counts as pure."""
    environments, _providers = app.extensions[_KEY]
    for environment in environments.values():
        environment.globals.update(values)
        environment.pure.update({name: each for name, each in values.items() if is_pure(each)})


def add_provider(app: Flask, provider: Provider) -> None:
    """Give every page values made for each request (keep them cheap)."""
    app.extensions[_KEY][1].append(provider)


def render(template: str, **context: Any) -> str:
    """A whole page in the current language."""
    environments, providers = current_app.extensions[_KEY]
    values: dict[str, Any] = {"viewer": g.get("viewer", NOBODY), "request": request}
    for provider in providers:
        values.update(provider())
    values.update(context)
    page: str = environments[i18n.current_locale()].get_template(template).render(values)
    return page


def fragment(template: str, **context: Any) -> Markup:
    """A piece of a page (slots, cards, mail bodies), without the page's own values."""
    environments, _providers = current_app.extensions[_KEY]
    html = environments[i18n.current_locale()].get_template(template).render(context)
    return Markup(html)  # noqa: S704 (an autoescaped template)


def kept(
    template: str,
    key: Hashable,
    values: Callable[[], Mapping[str, Any]],
    own: Callable[[str], str] | None = None,
) -> Markup:
    """A fragment drawn once for all to whom `key` applies.

    `key` holds everything that `values` and the template depend on, the language aside. Nothing
    that tells readers apart may be in it; `values` are asked for only where it must be drawn.
    Where the fragment leaves blanks, `own` says by name what this reader has in them.
    """
    parts = _kept().get(
        (template, i18n.current_locale(), own is not None, key),
        lambda: _cut(lambda: fragment(template, **values()), blanks=own is not None),
    )
    return Markup(_filled(parts, own or str))  # noqa: S704 (an autoescaped template)


def render_kept(template: str, key: Hashable, own: Mapping[str, Markup], **context: Any) -> str:
    """A whole page like `render`; what all readers share of it is drawn once.

    `key` holds everything that `context` depends on. What is each reader's own comes in `own`:
    the template may print it, not ask about it. A page with a name, a message or a query on it
    is drawn as a whole, and for that reader alone.
    """
    if viewer() or g.get("half_signed_in") or request.query_string or is_anything_said():
        return render(template, **context, **own)
    names = (_FORM_MARK, *own)
    blanks = {name: blank(name) for name in own}
    parts = _kept().get(
        (template, i18n.current_locale(), request.path, names, key),
        lambda: _cut(lambda: render(template, **context, **blanks), blanks=True),
    )
    if not set(names).issuperset(parts[1::2]):
        message = f"{template} printed {_EDGE!r}, which marks what is a reader's own."
        raise ValueError(message)
    return _filled(parts, lambda name: own[name] if name in own else csrf_field())


def _cut(draw: Callable[[], str], *, blanks: bool) -> Parts:
    """What is drawn, cut at its blanks: every second part is the name of one."""
    if not blanks:
        return (draw(),)
    g.leaves_blanks = True
    try:
        return tuple(draw().split(_EDGE))
    finally:
        g.leaves_blanks = False


def _filled(parts: Parts, own: Callable[[str], str]) -> str:
    filled = list(parts)
    filled[1::2] = map(own, parts[1::2])
    return "".join(filled)


def leaves_blanks() -> bool:
    """Whether what is drawn now is shared, so that a reader's own must be left blank."""
    return bool(g.get("leaves_blanks"))


def blank(name: str) -> Markup:
    """Where something of a reader's own goes into a shared text."""
    return Markup(f"{_EDGE}{name}{_EDGE}")  # noqa: S704 (a name of ours)


def _kept() -> Kept:
    found: Kept = current_app.extensions[_KEPT]
    return found


def viewer() -> Viewer:
    """Who is asking."""
    asking: Viewer = g.get("viewer", NOBODY)
    return asking


def allow_framing() -> None:
    """Let other sites show this answer in a frame. Only for pages on which nothing can be done."""
    g.may_be_framed = True


def csrf_field() -> Markup:
    """The hidden input that every form needs."""
    if leaves_blanks():
        return blank(_FORM_MARK)
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(form_token())


def show(text: Bilingual, language: str) -> Markup:
    """A bilingual text for a reader of `language`: marked when it is in another one."""
    shown = text.shown(language)
    if shown.note is Note.PLAIN:
        return escape(shown.text)
    return Markup('<span lang="{}">{}</span>{}').format(shown.language, shown.text, badge(shown))


def show_rich(text: Bilingual, language: str) -> Markup:
    """The same for Markdown bodies; the badge stands before the text."""
    shown = text.shown(language)
    if shown.note is Note.PLAIN:
        return rich(shown.text)
    return Markup('<div lang="{}">{}{}</div>').format(
        shown.language, badge(shown), rich(shown.text)
    )


def badge(shown: Any) -> Markup:
    """The small note that says why a text is not quite what the reader asked for."""
    labels = {
        Note.STALE: i18n._("Translation being updated"),
        Note.MACHINE: i18n._("Draft translation"),
        Note.OTHER_LANGUAGE: _language_badge(shown.language),
    }
    return Markup(' <span class="badge badge--{}">{}</span>').format(
        shown.note.value, labels[shown.note]
    )


def _language_badge(language: str) -> str:
    return i18n._("Korean only") if language == "ko" else i18n._("English only")


def _filters(language: str) -> dict[str, Callable[..., Any]]:
    return {
        "text": lambda value: show(value, language),
        "plain": lambda value: value.shown(language).text,
        "rich": lambda value: show_rich(value, language),
        "day": lambda value, style="day": i18n.format_day(value, style, language),
        "clock": lambda value: i18n.format_clock(value, language),
        "moment": lambda value, style="day": i18n.format_moment(value, language, style),
        "number": lambda value: i18n.format_number(value, language),
        "share": lambda value: i18n.format_share(value, language),
        "soon": lambda value: i18n.format_soon(value, settings().zone, language),
        "zone": lambda value: i18n.zone_label(value, language),
        "instant": lambda value, zone="": i18n.format_instant(
            value, zone or settings().zone, language
        ),
        "ms": lambda value: int(value.timestamp() * 1000),
        "iso": i18n.machine_time,
        "particle": with_particle,
    }


def address(endpoint: str, **values: Any) -> str:
    """The path of a page in the current language; works without a request, unlike `url_for`."""
    environments, _providers = current_app.extensions[_KEY]
    path: str = environments[i18n.current_locale()].globals["url_for"](endpoint, **values)
    return path


def external_url(endpoint: str, **values: Any) -> str:
    """An absolute address from the configured base, never from the request's Host header.

    Works outside a request (mails), where the language is that of the letter.
    """
    base = urlsplit(current_app.config["BASE_URL"])
    if current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values.setdefault("lang", i18n.current_locale())
    adapter = current_app.url_map.bind(base.netloc, url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)
