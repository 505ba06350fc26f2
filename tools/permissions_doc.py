"""`python -m tools.permissions_doc`: docs/permissions.md from the code; `--check` compares."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "platform"))

from hanmadang.factory import create_app
from hanmadang.kernel.permissions import GRANTS, Permission, Role
from hanmadang.kernel.rooms import needs_of
from hanmadang.settings import load

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "docs" / "permissions.md"
HEAD = """# Permissions

Read from the code, demo mode included, by `python -m tools.permissions_doc`; a test keeps it whole.
What each person then reaches of which object is written by hand in `tests/matrix/expected.toml`,
and tried out for every route, person and object by `tests/matrix` and `make prove NAME=matrix`.

A request passes in this order: nobody is sent to sign in; whoever has a second factor and did not
show it is sent there; without the permission the answer is 403; an object that is not theirs
answers 404, as if it did not exist. Actions carry a token of this device, and come from this site.

## Roles

`public` needs no account and `signed-in` only that; every role has both.
"""
ROUTES = """
## Routes

Each line is one endpoint. `lang` stands for `/ko` or `/en`.
"""


_FOR_ALL = frozenset({Permission.PUBLIC, Permission.SIGNED_IN})
_HIDDEN = frozenset({"HEAD", "OPTIONS"})


def document(app: Flask) -> str:
    """The whole page."""
    return "\n".join([HEAD, *_roles(), ROUTES, *_routes(app)]) + "\n"


def _roles() -> Iterator[str]:
    roles = sorted(Role)
    yield f"| permission | {' | '.join(roles)} |"
    yield f"|---|{':---:|' * len(roles)}"
    for verb in (each for each in Permission if each not in _FOR_ALL):
        held = ("●" if verb in GRANTS[role] else " " for role in roles)
        yield f"| `{verb}` | {' | '.join(held)} |"


def _routes(app: Flask) -> Iterator[str]:
    yield "| endpoint | path | methods | permission |"
    yield "|---|---|---|---|"
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule)):
        methods = " ".join(sorted((rule.methods or set()) - _HIDDEN))
        path = rule.rule.replace("<lang:lang>", "lang")
        yield f"| {rule.endpoint} | `{path}` | {methods} | `{needs_of(app, rule.endpoint)}` |"


def main(arguments: list[str]) -> int:
    """Write the file, or say with status 1 that it is behind the code."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load({}, instance=Path(folder), demo=True)
        text = document(create_app(settings))
    if "--check" not in arguments:
        FILE.write_text(text, encoding="utf-8")
        return 0
    whole = FILE.exists() and FILE.read_text(encoding="utf-8") == text
    print("permissions: whole" if whole else "docs/permissions.md is behind the code")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
