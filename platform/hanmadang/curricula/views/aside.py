"""Setting aside what belongs to another room, and files of all that is known."""

import json
from collections.abc import Iterator
from dataclasses import replace

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hanmadang.curricula import on_device, texts
from hanmadang.curricula.domain import set_aside, take_back, wish
from hanmadang.curricula.queries.evidence import Row
from hanmadang.curricula.queries.shelf import Shelf
from hanmadang.curricula.views.room import city_now, facts_now, known, room
from hanmadang.kernel.db import transaction
from hanmadang.kernel.downloads import as_download
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.pages import viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.sheets import spreadsheet

_HEAD = ("source", "about", "right", "of", "from", "day", "consent", "used")


@room.action("/my-path/evidence/aside", needs=Permission.SIGNED_IN)
def aside() -> ResponseReturnValue:
    """Use something for the path no longer, or use it again; it stays where it belongs."""
    wanted, ref = request.form.get("basis", ""), request.form.get("ref", "")
    _made, page = known()
    found = next((row for row in page.rows if (row.basis, row.ref) == (wanted, ref)), None)
    if found is None or found.basis is None:
        raise NotFoundError
    with transaction() as session:
        if request.form.get("to") == "use":
            take_back(session, viewer(), found.basis, ref)
        else:
            set_aside(session, viewer(), found.basis, ref, today=city_now().date())
    say(_("Saved. Your path follows it now."))
    return redirect(url_for("curricula.evidence"), 303)


@room.action("/my-path/evidence/topics/delete", needs=Permission.PUBLIC)
def undeclare() -> ResponseReturnValue:
    """One interest of the settings less."""
    facts, code = facts_now(), request.form.get("code", "")
    if code not in facts.topics:
        raise NotFoundError
    levels = {topic: level for topic, level in facts.wishes.levels.items() if topic != code}
    left = replace(facts.wishes, levels=levels)
    response = current_app.make_response(redirect(url_for("curricula.evidence"), 303))
    if facts.account_id is None:
        on_device.write(response, replace(on_device.read(), wishes=left))
    else:
        with transaction() as session:
            wish(session, facts.account_id, left)
    say(_("Deleted. Your path no longer uses it."))
    return response


@room.page("/my-path/evidence.csv", needs=Permission.PUBLIC, endpoint="evidence_csv")
def as_csv() -> ResponseReturnValue:
    """Every piece, one row each."""
    made, page = known()
    return spreadsheet("my-path.csv", _HEAD, (_line(row, made.shelf) for row in page.rows))


@room.page("/my-path/evidence.json", needs=Permission.PUBLIC, endpoint="evidence_json")
def as_json() -> ResponseReturnValue:
    """The same, with what the engine makes of it."""
    made, page = known()
    whole = {
        "evidence": [dict(zip(_HEAD, _line(row, made.shelf), strict=True)) for row in page.rows],
        "minutes_per_week": made.facts.minutes,
        "competencies": [
            {"about": _said(made.shelf, code), "answers": answers, "verdict": verdict.value}
            for code, verdict, answers in page.verdicts
        ],
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1, default=str)
    response = current_app.response_class(text, mimetype="application/json")
    return as_download(response, "my-path.json")


def _line(row: Row, shelf: Shelf) -> tuple[object, ...]:
    asked = row.of > 0
    return (
        str(texts.SOURCES[row.source]), ", ".join(_names(row, shelf)),
        row.right if asked else None, row.of if asked else None,
        ", ".join(origin.title.shown(current_locale()).text for origin in row.origins),
        row.day.isoformat() if row.day else None, row.consent, _("no") if row.aside else _("yes"),
    )  # fmt: skip


def _names(row: Row, shelf: Shelf) -> Iterator[str]:
    return (_said(shelf, code) for code in row.about)


def _said(shelf: Shelf, code: str) -> str:
    name = shelf.competencies.get(code) or shelf.topics.get(code)
    return name.shown(current_locale()).text if name else code
