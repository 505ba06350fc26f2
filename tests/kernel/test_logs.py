"""Logs: one JSON object a line, tied to the request."""

import json
import logging
import sys
from typing import Any

import pytest
from flask import Flask, g

from hanmadang.kernel import logs
from hanmadang.kernel.logs import JsonLines


def line(message: str = "said", error: Any = None, *args: object) -> dict[str, Any]:
    """What one record becomes."""
    record = logging.LogRecord("house.room", logging.ERROR, "x.py", 1, message, args, error)
    text = JsonLines().format(record)
    assert "\n" not in text
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_line_says_when_how_bad_where_and_what() -> None:
    found = line("말했다 %s", None, "둘")
    assert (found["level"], found["logger"], found["message"]) == (
        "ERROR",
        "house.room",
        "말했다 둘",
    )
    assert found["at"].endswith("+00:00")
    assert "request_id" not in found


def test_line_breaks_in_a_message_cannot_forge_a_line() -> None:
    assert line('x\n{"level": "INFO"}')["message"] == 'x\n{"level": "INFO"}'


def test_a_traceback_travels_along() -> None:
    try:
        dict[str, str]()["lost"]
    except KeyError:
        found = line("failed", sys.exc_info())
    assert "KeyError: 'lost'" in found["trace"]


def test_lines_of_a_request_carry_its_number(app: Flask) -> None:
    with app.test_request_context("/"):
        g.request_id = "r-1"
        assert line()["request_id"] == "r-1"
    with app.test_request_context("/"):
        assert "request_id" not in line()


def test_talkative_libraries_are_heard_only_when_something_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", list(root.handlers))
    before = root.level
    try:
        logs.register("INFO")
        assert isinstance(root.handlers[0].formatter, JsonLines)
        assert len(root.handlers) == 1
        for name in ("uvicorn.error", "alembic.runtime.migration", "apscheduler.executors"):
            assert logging.getLogger(name).getEffectiveLevel() == logging.WARNING
        assert logging.getLogger("hanmadang").isEnabledFor(logging.INFO)
    finally:
        root.setLevel(before)
