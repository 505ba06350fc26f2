"""Searching lessons and questions, in one course or in all."""

from flask import request
from flask.typing import ResponseReturnValue

from hanmadang.courses.queries.search import search as find
from hanmadang.courses.views.room import room
from hanmadang.kernel.i18n import current_locale
from hanmadang.kernel.ids import SLUG_LENGTH
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission

_LONGEST = 80


@room.page("/search/courses", needs=Permission.PUBLIC)
def search() -> ResponseReturnValue:
    """What answers the words, best first; each result leads to its block."""
    asked = request.args.get("q", "").strip()[:_LONGEST]
    course = request.args.get("course", "")[:SLUG_LENGTH]
    found = find(viewer(), asked, course, current_locale())
    return render("courses/search/show.html", asked=asked, course=course, found=found)
