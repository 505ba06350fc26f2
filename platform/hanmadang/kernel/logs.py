"""Logs as one JSON object a line, each carrying the id of the request it belongs to.

Personal data, passwords and tokens are never logged; tests send canaries through to see.
"""

import json
import logging

from flask import g, has_request_context

from hanmadang.kernel import clock


class JsonLines(logging.Formatter):
    """One record, one line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; a traceback travels in ``trace``."""
        line = {
            "at": clock.now().isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context() and "request_id" in g:
            line["request_id"] = g.request_id
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def register(level: str) -> None:
    """Send every log record through `JsonLines` to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for talkative in ("alembic", "apscheduler", "uvicorn"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
