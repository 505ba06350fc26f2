"""Routes of the forums: the public, experts, organizers, reviewers."""

from hanmadang.forums.views import calls, decisions, experts, programme, proposals, public, reviews
from hanmadang.forums.views.room import room

__all__ = ["calls", "decisions", "experts", "programme", "proposals", "public", "reviews", "room"]
