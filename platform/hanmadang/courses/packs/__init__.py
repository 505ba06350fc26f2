"""Offline packs: a course as a zip that opens without a server, the same bytes every time."""

from hanmadang.courses.packs.making import CHOICES, build, pack_file

__all__ = ["CHOICES", "build", "pack_file"]
