"""The room's ticking work; importing registers it."""

from hanmadang.courses.jobs import figures

__all__ = ["figures"]
