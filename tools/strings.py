"""`make strings`: keep the Korean catalogues equal to what the sources say.

`python -m tools.strings update [room ...]` rewrites catalogues and keeps translations;
`check [room ...]` says what is missing or wrong, with status 1 if anything;
`compile` makes the .mo files that the server reads.
"""

import argparse
import importlib
import sys

from tools import catalogue_checks, catalogues


def main(arguments: list[str]) -> int:
    """Run one of the three commands."""
    parser = argparse.ArgumentParser(prog="python -m tools.strings")
    parser.add_argument("command", choices=("update", "check", "compile"))
    parser.add_argument("rooms", nargs="*", help="only these rooms; others' files stay untouched")
    parser.add_argument("--check", action="store_true", help="after an update, check as well")
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.rooms) - set(catalogues.ROOMS)
    if unknown:
        known = ", ".join(catalogues.ROOMS)
        parser.error(f"no such room: {', '.join(sorted(unknown))}; there are {known}")
    rooms = tuple(chosen.rooms) or catalogues.ROOMS
    if chosen.command == "compile":
        return _compile()
    if chosen.command == "update":
        changed = [room for room in rooms if catalogues.update(room)]
        print("updated:", ", ".join(changed) or "nothing, all up to date")
    return _check(rooms) if chosen.command == "check" or chosen.check else 0


def _check(rooms: tuple[str, ...]) -> int:
    found = catalogue_checks.problems(rooms)
    print("\n".join(found) if found else "translations: complete")
    return 1 if found else 0


def _compile() -> int:
    """The server does the same when it starts; translators use this to see their work at once."""
    sys.path.insert(0, str(catalogues.PACKAGE.parent))
    made = importlib.import_module("hanmadang.kernel.catalogues").compile_stale()
    print("compiled:", ", ".join(path.stem for path in made) or "nothing, all up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
