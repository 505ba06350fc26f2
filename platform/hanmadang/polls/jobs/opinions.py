"""Opinion groups in the background: looked after often, worked out seldom, in another process."""

import json
import logging
import subprocess
import sys
from itertools import takewhile
from typing import Any

from flask import Flask

from hanmadang.kernel.db import db, transaction
from hanmadang.paths import PACKAGES
from hanmadang.polls.domain.opinions import claim, publish, publish_final
from hanmadang.polls.jobs.apart import each_apart
from hanmadang.polls.queries.opinions import Due, due
from hanmadang.reminders.ticks import every, stopping

log = logging.getLogger(__name__)
_LOOK = 0.5
"""Seconds between two looks at whether this process is to end."""
_LONGEST = 600.0


@every(20, "opinion groups")
def refresh_opinions(app: Flask) -> None:
    """Work out what is due. When nothing is, this is one short query."""
    with app.app_context():
        waiting = due(db.session())
        url = db.engine.url.render_as_string(hide_password=False)
    going = takewhile(lambda _due: not stopping(app).is_set(), waiting)
    each_apart(
        going,
        lambda each: _refresh(app, url, each),
        lambda each: f"Opinion groups of question {each.question_id}",
    )


def _refresh(app: Flask, url: str, each: Due) -> None:
    with app.app_context(), transaction() as session:
        if not claim(session, each):
            return
    found = _worked_out(app, url, each)
    if found is None:
        return
    with app.app_context(), transaction() as session:
        (publish_final if each.final else publish)(session, each.question_id, found)


def _worked_out(app: Flask, url: str, each: Due) -> dict[str, Any] | None:
    """What the child process says; None when it failed, or when this process is to end."""
    asked = json.dumps({"database": url, "question": each.question_id, "final": each.final})
    child = subprocess.Popen(
        [sys.executable, "-m", "hanmadang.polls.opinion_child"],
        cwd=PACKAGES,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    waited, text = 0.0, asked
    with child:
        while True:
            try:
                out, _none = child.communicate(text or None, timeout=_LOOK)
                break
            except subprocess.TimeoutExpired:
                waited, text = waited + _LOOK, ""
                if stopping(app).is_set() or waited > _LONGEST:
                    child.kill()
                    return None
    if child.returncode:
        log.error("Opinion groups of question %s could not be worked out.", each.question_id)
        return None
    found: dict[str, Any] = json.loads(out)
    return found
