"""Building the application: settings, kernel, rooms, then the check that every route declared.

Never touches the database; commands and requests do.
"""

from flask import Flask

from hanmadang import settings as settings_module
from hanmadang.courses import wiring as courses
from hanmadang.curricula import wiring as curricula
from hanmadang.demo import wiring as demo
from hanmadang.events import wiring as events
from hanmadang.forums import wiring as forums
from hanmadang.kernel import db, device, flash, i18n, limits, logs, origins, pages, rooms
from hanmadang.paths import STATIC, TEMPLATES
from hanmadang.people import wiring as people
from hanmadang.polls import wiring as polls
from hanmadang.reminders import wiring as reminders
from hanmadang.serving import wiring as serving
from hanmadang.settings import Settings
from hanmadang.web import wiring as web

ROOMS = (
    people, reminders, courses, events, polls, forums, curricula, web, serving, demo,
)  # fmt: skip
FORM_BYTES = 256 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """A new application; raises SettingsError or UndeclaredRouteError when it must not start."""
    settings = settings or settings_module.load()
    logs.register(settings.log_level)
    app = Flask(
        "hanmadang",
        template_folder=str(TEMPLATES),
        static_folder=str(STATIC),
        instance_path=str(settings.instance.resolve()),
    )
    _configure(app, settings)
    for part in (rooms, device, flash, i18n, db, pages):
        part.register(app)
    limits.register(app, redis_url=settings.redis_url, enabled=settings.limits)
    for room in ROOMS:
        room.register(app)
    rooms.check_declared(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.secret_key = settings.secret_key
    app.extensions["hanmadang.settings"] = settings
    app.config.update(
        BASE_URL=settings.base_url,
        MAIL_HOST=settings.host,
        MAX_CONTENT_LENGTH=FORM_BYTES,
        MAX_FORM_PARTS=500,
        SEND_FILE_MAX_AGE_DEFAULT=365 * 24 * 3600,
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_size": 8,
            "max_overflow": 40,
            "pool_timeout": 15,
            "hide_parameters": True,  # an error in the log must not quote a ballot
        },
        TRUSTED_HOSTS=settings.answered_hosts,
    )
    app.wsgi_app = origins.behind(settings.proxy_hops, app.wsgi_app)  # type: ignore[method-assign]
