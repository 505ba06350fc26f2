"""Text files from elsewhere: UTF-8, UTF-16, or what Korean Windows writes."""

from hanmadang.courses.exchange.failures import UnreadableError
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.report import Report

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decoded(data: bytes, report: Report) -> str:
    """The text of a file. Raises UnreadableError."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _as(data, encoding).removeprefix("\ufeff")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = _as(data, "cp949")
        report.changed("encoding", Reason.ENCODING, "CP949")
        return text


def _as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableError from error
