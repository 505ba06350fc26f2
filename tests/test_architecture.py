"""The house rules of docs/architecture.md, read from the syntax trees in under a second.

Each test is one rule; what it finds stands in the assertion's message, offender by offender.
"""

import ast
import re
from collections.abc import Iterator
from typing import TypeGuard

import pytest

from tests.support.sources import (
    Function,
    Source,
    imported_rooms,
    layer_of,
    line_counts,
    package,
    templates,
)

# Each room and the rooms it may import from, besides itself.
BASE = {"kernel", "people", "reminders"}
MAY_IMPORT = {
    "kernel": set(),
    "people": {"kernel"},
    "reminders": {"kernel", "people"},
    "courses": BASE,
    "events": BASE,
    "polls": BASE,
    "network": BASE,
    "forums": BASE | {"events", "polls.queries"},
    "curricula": BASE | {"courses", "events", "polls", "forums"},
    "web": BASE | {"courses", "events", "polls", "network", "forums", "curricula"},
    "serving": {"kernel", "reminders", "polls.queries"},
}
MAY_IMPORT["demo"] = MAY_IMPORT["web"] | {"web", "serving"}
EVERYWHERE = {"settings", "paths", "__version__"}
TOP = {"factory", "__init__", "__main__"}

# A layer may import from those to its left in the same room; equals may not import each other.
DEPTH = {
    **dict.fromkeys(("models", "rules"), 0),
    "queries": 1,
    "domain": 2,
    "forms": 3,
    **dict.fromkeys(("views", "jobs", "cli", "slots"), 4),
}
# models and rules are read together: a rule speaks of models, never the other way round.
SAME_DEPTH_ALLOWED = {("rules", "models")}

OWNERS = {
    "flask_babel": ("kernel/i18n",),
    "babel": ("kernel/i18n", "kernel/catalogues"),
    "flask_login": ("people/sessions",),
    "apscheduler": ("reminders/scheduler",),
    "smtplib": ("reminders/transports",),
    "argon2": ("people/passwords",),
    "pyotp": ("people/second_factor",),
    "uvicorn": ("serving/",),
    "redis": ("kernel/hints",),
    "PIL": ("kernel/canvas", "kernel/pictures"),
    "cryptography": ("kernel/envelopes", "kernel/signing"),
    "typst": ("kernel/typesetting",),
    "defusedxml": ("courses/exchange/xmltree",),
    "numpy": ("polls/opinion/", "polls/survey/"),
}
CLOCKS = {f"{kind}.{name}" for kind in ("datetime", "date") for name in ("now", "utcnow", "today")}
CLOCKS |= {"time.time"}

LONGEST_FILE, LONGEST_FUNCTION = 400, 60


def report(offenders: list[str]) -> str:
    """The assertion message: one offender per line."""
    return "\n" + "\n".join(offenders)


def in_rooms() -> Iterator[Source]:
    """Files that live in a room."""
    return (source for source in package() if source.room in MAY_IMPORT)


def owned_by(source: Source, owners: tuple[str, ...]) -> bool:
    return "/".join(source.parts).startswith(owners)


def test_every_file_lives_in_a_known_room() -> None:
    known = {*MAY_IMPORT, *EVERYWHERE, *TOP}
    offenders = [source.name for source in package() if source.room not in known]
    assert not offenders, report(offenders)


def test_rooms_import_only_downwards() -> None:
    offenders = [
        source.at(line, f"imports {room}")
        for source in in_rooms()
        for room, rest, line in imported_rooms(source)
        if room not in {source.room, *EVERYWHERE, *MAY_IMPORT[source.room]}
        and ".".join((room, *rest[:1])) not in MAY_IMPORT[source.room]
    ]
    assert not offenders, report(offenders)


def test_layers_import_only_inwards() -> None:
    offenders = [
        source.at(line, f"imports {'.'.join(rest)}")
        for source in in_rooms()
        if source.layer in DEPTH
        for room, rest, line in imported_rooms(source)
        if room == source.room and not _may_import(source.layer, layer_of(rest))
    ]
    assert not offenders, report(offenders)


def _may_import(layer: str, other: str) -> bool:
    if other not in DEPTH or other == layer:
        return True
    return DEPTH[other] < DEPTH[layer] or (layer, other) in SAME_DEPTH_ALLOWED


def test_rooms_enter_each_other_by_their_inner_layers() -> None:
    offenders = [
        source.at(line, f"imports {room}.{'.'.join(rest)}")
        for source in in_rooms()
        if source.room != "demo" and source.layer not in ("slots", "wiring")
        for room, rest, line in imported_rooms(source)
        if room != source.room and layer_of(rest) in ("views", "jobs", "cli")
    ]
    assert not offenders, report(offenders)


def test_domain_knows_no_request() -> None:
    offenders = [
        source.at(found.line, f"imports {found.name}")
        for source in in_rooms()
        if source.layer in ("models", "rules", "queries", "domain")
        for found in source.imports
        if found.name.split(".")[0] in ("flask", "wtforms", "flask_wtf", "jinja2", "werkzeug")
    ]
    assert not offenders, report(offenders)


def test_transactions_open_at_the_edges() -> None:
    # The entrance notes that a session is in use, before any view runs.
    edges = ("views", "jobs", "cli")
    offenders = [
        source.at(line, "opens a transaction")
        for source in package()
        if source.layer not in edges
        and source.room not in ("kernel", "demo")
        and source.parts != ("web", "entrance")
        for name, line in source.calls
        if name in ("transaction", "db.transaction")
    ]
    assert not offenders, report(offenders)


def test_only_the_kernel_commits() -> None:
    offenders = [
        source.at(line, "commits")
        for source in package()
        if source.room != "kernel"
        for name, line in source.calls
        if name.endswith(".commit")
    ]
    assert not offenders, report(offenders)


@pytest.mark.parametrize(("third_party", "owners"), OWNERS.items(), ids=OWNERS)
def test_one_file_owns_each_third_party(third_party: str, owners: tuple[str, ...]) -> None:
    offenders = [
        source.at(found.line, f"imports {found.name}")
        for source in package()
        if not owned_by(source, owners)
        for found in source.imports
        if found.name.split(".")[0] == third_party
    ]
    assert not offenders, report(offenders)


def test_one_clock() -> None:
    offenders = [
        source.at(line, f"calls {name}()")
        for source in package()
        if not owned_by(source, ("kernel/clock",))
        for name, line in source.calls
        if name in CLOCKS
    ]
    assert not offenders, report(offenders)


# Heavy, and needed by a command only: a web process must start without it.
LATE = ("hanmadang.polls.opinion",)


def test_imports_stand_at_the_top() -> None:
    offenders = [
        source.at(found.line, f"imports {found.name} inside a function")
        for source in package()
        if source.room not in ("factory", "serving")
        for found in source.imports
        if found.late and not found.name.startswith(LATE)
    ]
    assert not offenders, report(offenders)


def test_no_file_is_long() -> None:
    offenders = [f"{name}: {n} lines" for name, n in line_counts().items() if n > LONGEST_FILE]
    assert not offenders, report(offenders)


def test_no_function_is_long() -> None:
    offenders = [
        source.at(function.lineno, f"{function.name} has {length(function)} lines")
        for source in package()
        for function in source.functions
        if length(function) > LONGEST_FUNCTION
    ]
    assert not offenders, report(offenders)


def length(function: Function) -> int:
    """Lines from `def` to the end, decorators not counted."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_everything_public_says_what_it_is() -> None:
    offenders = [
        source.at(line, f"{name} has no docstring")
        for source in package()
        for name, line in _undocumented(source.tree)
    ]
    assert not offenders, report(offenders)


def _undocumented(tree: ast.Module) -> Iterator[tuple[str, int]]:
    if ast.get_docstring(tree) is None:
        yield "the module", 1
    for node in filter(_is_public, tree.body):
        if ast.get_docstring(node) is None:
            yield node.name, node.lineno
        methods = node.body if isinstance(node, ast.ClassDef) else []
        for method in filter(_is_public, methods):
            if not _may_be_silent(method):
                yield f"{node.name}.{method.name}", method.lineno


def _is_public(node: ast.stmt) -> TypeGuard[ast.ClassDef | Function]:
    return isinstance(node, ast.ClassDef | Function) and not node.name.startswith("_")


def _may_be_silent(method: ast.ClassDef | Function) -> bool:
    """Documented; or its base class documents it; or a typing variant of one that is."""
    silent = {"override", "overload"}
    names = {getattr(word, "id", getattr(word, "attr", "")) for word in method.decorator_list}
    return ast.get_docstring(method) is not None or bool(names & silent)


# Inline code and styles would need holes in the Content-Security-Policy.
TEMPLATE_RULES = {
    "an inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a <style> element": re.compile(r"<style\b", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>{]*\son[a-z]+\s*=", re.IGNORECASE),
    "an inline script": re.compile(
        r"<script(?![^>]*\bsrc\s*=)(?![^>]*\btype\s*=\s*[\"']application/(?:ld\+)?json)",
        re.IGNORECASE,
    ),
    "a |safe": re.compile(r"\|\s*safe\b"),
}


@pytest.mark.parametrize(("what", "pattern"), TEMPLATE_RULES.items(), ids=TEMPLATE_RULES)
def test_templates_hold_no(what: str, pattern: re.Pattern[str]) -> None:
    offenders = [
        f"{name}:{text.count(chr(10), 0, found.start()) + 1} {found[0]}"
        for name, text in templates()
        for found in pattern.finditer(text)
    ]
    assert not offenders, report(offenders)
