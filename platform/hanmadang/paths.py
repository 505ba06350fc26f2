"""Where the files that are not Python live, whether run from a checkout or from a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_ASSETS = _PACKAGE / "_assets"

PACKAGES = _PACKAGE.parent
"""Where Python finds this package."""
ROOT = _ASSETS if _ASSETS.is_dir() else _PACKAGE.parent.parent
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
TRANSLATIONS = ROOT / "translations"
MIGRATIONS = ROOT / "migrations"
INSTANCE = ROOT / "instance"
