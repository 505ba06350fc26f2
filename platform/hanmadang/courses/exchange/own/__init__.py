"""Our own archive: a course with its pictures and media, written and read back exactly."""

from hanmadang.courses.exchange.own.reading import read
from hanmadang.courses.exchange.own.writing import Packed, document, write

__all__ = ["Packed", "document", "read", "write"]
