"""Templates know their language when they are compiled: what is constant is written down then.

Each language has an environment of its own, so a message without values, the address of a page
without arguments or an icon by its name is the same text in every request. Such calls are
replaced before Jinja writes the template's code, where they melt into the markup around them;
a page has a hundred of them, and each would cost about two microseconds every time.
"""

from collections.abc import Callable, MutableMapping
from typing import Any
from urllib.parse import quote

from flask import Flask
from flask.templating import Environment
from jinja2 import nodes
from jinja2.visitor import NodeTransformer
from werkzeug.routing import BuildError, MapAdapter

Pure = Callable[..., Any]
MACROS = "macros/"
"""Only templates below this folder export pure macros."""


def is_pure(function: object) -> bool:
    """Whether `function` was declared to depend on its arguments and the language alone."""
    return hasattr(function, "cache_info")


class FoldingEnvironment(Environment):
    """Flask's environment, with `pure`: the globals whose calls with literals are constant."""

    pure: dict[str, Pure]

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's own globals, which all our templates share.

        Every import compares them with the importing page's; Jinja's chained map makes that a
        hundred times dearer, and our pages import four times.
        """
        return self.globals if d is None else super().make_globals(d)

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None,
        defer_init: bool = False,  # noqa: FBT001, FBT002  (Jinja's hook)
    ) -> str:  # fmt: skip
        _Fold(self).visit(source)
        return super()._generate(source, name, filename, defer_init=defer_init)


class _Fold(NodeTransformer):
    """Replaces calls of pure functions with literal arguments by their results."""

    def __init__(self, environment: FoldingEnvironment) -> None:
        self._environment = environment
        self._pure = dict(environment.pure)

    def visit_FromImport(self, node: nodes.FromImport) -> nodes.Node:  # noqa: N802
        """Learn which imported macros are pure."""
        template = node.template
        if isinstance(template, nodes.Const) and str(template.value).startswith(MACROS):
            module = self._environment.get_template(template.value).module
            for each in node.names:
                name, alias = each if isinstance(each, tuple) else (each, each)
                macro = getattr(module, name, None)
                if macro is not None and is_pure(macro):
                    self._pure[alias] = macro
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802
        """Fold the arguments, then the call."""
        self.generic_visit(node)
        function = self._pure.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        if function is None or node.dyn_args is not None or node.dyn_kwargs is not None:
            return node
        values = [*node.args, *(pair.value for pair in node.kwargs)]
        if not all(isinstance(value, nodes.Const) for value in values):
            return node
        named = {pair.key: pair.value.as_const() for pair in node.kwargs}
        result = function(*(value.as_const() for value in node.args), **named)
        return node if result is None else nodes.Const(result, lineno=node.lineno)


class Addresses:
    """`url_for` for the templates of one language; paths only, which is all a page needs."""

    def __init__(self, app: Flask, language: str) -> None:
        self._app = app
        self._language = language
        self._localised: dict[str, bool] = {}
        self._adapter: MapAdapter | None = None

    def __call__(self, endpoint: str, *, _anchor: str | None = None, **values: Any) -> str:
        """The address of a page, in this language unless `lang` says otherwise."""
        if self._adapter is None:  # routes may still be added before the first page
            self._adapter = self._app.url_map.bind("")
        if endpoint not in self._localised:
            expecting = self._app.url_map.is_endpoint_expecting
            self._localised[endpoint] = expecting(endpoint, "lang")
        if self._localised[endpoint]:
            values.setdefault("lang", self._language)
        path = self._adapter.build(endpoint, values)
        return f"{path}#{quote(_anchor)}" if _anchor else path

    def constant(self, endpoint: str, **values: Any) -> str | None:
        """The address for good; None where it cannot be known yet, or is none of ours."""
        try:
            return self(endpoint, **values)
        except (BuildError, KeyError):
            return None
