"""The project's Python as data: each file parsed once, with the few facts the house rules need."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "platform" / "hanmadang"
FOLDERS = ("platform", "proofs", "tests", "tools")
LAYERS = (
    *("models", "rules", "queries", "domain", "forms", "views", "jobs", "cli", "slots"),
    *("texts", "signals", "wiring"),
)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(slots=True)
class Import:
    """One imported module, by its full dotted name."""

    name: str
    line: int
    late: bool
    """Inside a function."""


@dataclass(slots=True)
class Source:
    """A parsed file and where it stands in the house."""

    path: Path
    tree: ast.Module
    lines: int
    imports: list[Import] = field(default_factory=list)
    calls: list[tuple[str, int]] = field(default_factory=list)
    """Dotted name of what is called (``datetime.now``, ``.commit``) and the line."""
    functions: list[Function] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The path from the root, as messages show it."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def parts(self) -> tuple[str, ...]:
        """Folders and file inside the package: ``("events", "domain", "seats")``."""
        return self.path.relative_to(PACKAGE).with_suffix("").parts

    @property
    def room(self) -> str:
        """The room, or the module's own name for the few that belong to none."""
        return self.parts[0]

    @property
    def layer(self) -> str:
        """The layer the file or one of its folders is named after, else ""."""
        return layer_of(self.parts[1:])

    def at(self, line: int, what: str) -> str:
        """An offence, as test messages show it."""
        return f"{self.name}:{line} {what}"


def layer_of(parts: tuple[str, ...]) -> str:
    """``("views", "admin")`` and ``("views_admin",)`` are views."""
    for part in parts:
        stem = part.partition("_")[0]
        if part in LAYERS or stem in ("views", "forms", "queries", "domain", "jobs"):
            return part if part in LAYERS else stem
    return ""


@lru_cache(maxsize=1)
def package() -> tuple[Source, ...]:
    """Every file of the package."""
    return tuple(_parse(path) for path in sorted(PACKAGE.rglob("*.py")))


@lru_cache(maxsize=1)
def line_counts() -> dict[str, int]:
    """Lines of every Python file we wrote."""
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    return {path.relative_to(ROOT).as_posix(): _lines(path) for path in sorted(files)}


def templates() -> Iterator[tuple[str, str]]:
    """Path from the root and text of each template."""
    for path in sorted((ROOT / "templates").rglob("*.*")):
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def imported_rooms(source: Source) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """(room, rest of the module path, line) of each import from our own package."""
    for found in source.imports:
        head, *rest = found.name.split(".")
        if head == "hanmadang" and rest:
            yield rest[0], tuple(rest[1:]), found.line


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")


def _parse(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    source = Source(path, ast.parse(text), text.count("\n"))
    _visit(source, source.tree, late=False)
    return source


def _visit(source: Source, node: ast.AST, *, late: bool) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            source.imports += [Import(name, child.lineno, late) for name in _names(child)]
        elif isinstance(child, ast.Call):
            source.calls.append((_dotted(child.func), child.lineno))
        inside = late
        if isinstance(child, Function):
            source.functions.append(child)
            inside = True
        _visit(source, child, late=inside)


def _names(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [f"{node.module}.{alias.name}" for alias in node.names]


def _dotted(node: ast.expr) -> str:
    """``a.b`` for names, ``.b`` for an attribute of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = node.value
        owner = head.id if isinstance(head, ast.Name) else getattr(head, "attr", "")
        return f"{owner}.{node.attr}"
    return ""
