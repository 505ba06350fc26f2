"""Every setting, read once from the environment into one frozen record.

Names in the environment are the field names in capitals behind ``HANMADANG_``; three
customary names (``DATABASE_URL``, ``REDIS_URL``, ``SECRET_KEY``) are understood as well.
``docs/operate.md`` lists them all; a test keeps that list whole.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hanmadang.paths import INSTANCE

_SHORTEST_SECRET = 32
_FEWEST_LETTERS = 8
_ALIASES = {"database_url": "DATABASE_URL", "redis_url": "REDIS_URL", "secret_key": "SECRET_KEY"}
_TRUE = frozenset({"1", "true", "yes", "on"})


class SettingsError(Exception):
    """A setting is missing or unusable; the message says which and how to mend it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The running system's settings. Immutable, so that no request can change another's."""

    instance: Path = INSTANCE
    """Folder for what this installation owns: database, secret key, sent mail in demo mode."""
    secret_key: str = ""
    """At least 32 characters; empty means the key file in `instance`, made at the first start."""
    database_url: str = ""
    """SQLAlchemy URL; empty means SQLite in `instance`. `postgres://` is understood."""
    redis_url: str = ""
    """Valkey or Redis for limits and live hints over several processes; empty means memory."""
    base_url: str = "http://127.0.0.1:8000"
    """The public address, used for every link that leaves the site (mail, feeds, QR)."""
    trusted_hosts: tuple[str, ...] = ()
    """Host names answered, besides that of `base_url`; any other gets 400."""
    proxy_hops: int = 0
    """How many reverse proxies stand in front and may be believed about the client address."""
    default_locale: str = "ko"
    """Language for visitors who show no preference."""
    zone: str = "Asia/Seoul"
    """IANA zone in which the city lives; events may name another."""
    demo: bool = False
    """Sample data and one-click sign-in. Never on a public installation."""
    mail_transport: str = "file"
    """`smtp`, `file` (into `instance/mail`) or `console`."""
    smtp_url: str = "smtp://127.0.0.1:25"
    """smtp:// or smtps:// with optional user, password and port."""
    mail_from: str = "noreply@hanmadang.example"
    """Address that reminders come from."""
    government_masthead: bool = False
    """Show the official-government banner; only real government sites may."""
    log_level: str = "INFO"
    """Lowest level written to the JSON log."""
    hooks_to_loopback: bool = False
    """Webhooks may go to this machine itself, over plain http too. For tests."""
    limits: bool = True
    """Rate limits; off only in tests that measure something else."""
    demand_wish_percent: int = 25
    """A wished topic becomes a suggestion when its lower bound is above this share (percent)."""
    demand_wish_people: int = 100
    """The fewest people behind such a topic."""
    demand_gap_percent: int = 50
    """A missed competency becomes a suggestion when its lower bound is above this share."""
    demand_gap_people: int = 30
    """The fewest people behind such a competency; never below the 30 of published tables."""

    @property
    def secure_cookies(self) -> bool:
        """Cookies travel over TLS only when the public address does."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def host(self) -> str:
        """The host name of `base_url`, for Message-IDs and the trusted-host check."""
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def database(self) -> str:
        """The effective SQLAlchemy URL, always naming the driver."""
        if not self.database_url:
            return f"sqlite:///{self.instance / 'hanmadang.sqlite'}"
        scheme, _, rest = self.database_url.partition("://")
        return f"postgresql+psycopg://{rest}" if scheme in _POSTGRES else self.database_url

    @property
    def answered_hosts(self) -> list[str]:
        """What Werkzeug may accept in a Host header."""
        return [self.host, *self.trusted_hosts]


_POSTGRES = frozenset({"postgres", "postgresql"})


def load(environ: Mapping[str, str] = os.environ, **overrides: Any) -> Settings:
    """Read the settings; `overrides` win over the environment (tests, commands).

    Raises SettingsError for an unreadable value or a weak secret.
    """
    values: dict[str, Any] = {}
    for field in fields(Settings):
        text = environ.get(f"HANMADANG_{field.name.upper()}") or environ.get(
            _ALIASES.get(field.name, ""), ""
        )
        if text:
            values[field.name] = _parse(field.name, text)
    settings = Settings(**(values | overrides))
    if settings.secret_key:
        _refuse_weak(settings.secret_key)
        return settings
    key = write_secret_key(settings.instance).read_text().strip()
    return replace(settings, secret_key=key)


def write_secret_key(instance: Path) -> Path:
    """Make the key file, readable by its owner only, unless it exists. Returns its path."""
    instance.mkdir(parents=True, exist_ok=True)
    path = instance / "secret_key"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path


def _refuse_weak(key: str) -> None:
    if len(key) < _SHORTEST_SECRET or len(set(key)) < _FEWEST_LETTERS:
        message = "SECRET_KEY is too weak: use 32 or more random characters."
        raise SettingsError(message)


def _parse(name: str, text: str) -> Any:
    kind = {field.name: field.default for field in fields(Settings)}[name]
    if isinstance(kind, bool):
        return text.lower() in _TRUE
    if isinstance(kind, int):
        if not text.isdigit():
            message = f"HANMADANG_{name.upper()} must be a whole number, not {text!r}."
            raise SettingsError(message)
        return int(text)
    if isinstance(kind, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return Path(text).resolve() if isinstance(kind, Path) else text
