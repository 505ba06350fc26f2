"""Taking a course along, and bringing the answers back."""

from flask import request, send_file
from flask.typing import ResponseReturnValue

from hanmadang.courses import packs
from hanmadang.courses.forms.offline import AnswersForm
from hanmadang.courses.packs.media import FILM_BYTES, MOST_BYTES, size_of
from hanmadang.courses.queries.offline import pack_head, places
from hanmadang.courses.rules import can_take
from hanmadang.courses.views.device import arrive, sentences
from hanmadang.courses.views.room import reader, room
from hanmadang.kernel.downloads import as_download
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.kernel.limits import limit
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission

LABELS: dict[str, LazyText] = {
    "both": lazy("Korean and English"),
    "ko": lazy("Only Korean"),
    "en": lazy("Only English"),
}


@room.page("/courses/<course>/offline", needs=Permission.PUBLIC)
def offline_page(course: str) -> ResponseReturnValue:
    """What a pack is, how large it is, and how answers come back."""
    head = pack_head(viewer(), course)
    shown = [
        (choice, LABELS[choice], size_of(packs.pack_file(head, choice).stat().st_size))
        for choice in packs.CHOICES
    ]
    return render(
        "courses/offline/page.html", head=head, packs=shown, can_take=can_take(viewer()),
        film=size_of(FILM_BYTES), most=size_of(MOST_BYTES),
    )  # fmt: skip


@room.page("/courses/<course>/offline/<choice>.zip", needs=Permission.PUBLIC)
def offline_pack(course: str, choice: str) -> ResponseReturnValue:
    """The pack of the version that the viewer reads."""
    if choice not in packs.CHOICES:
        raise NotFoundError
    head = pack_head(viewer(), course)
    path = packs.pack_file(head, choice)
    response = send_file(path, mimetype="application/zip", conditional=True)
    response.cache_control.no_store = True  # another reader may have another version here
    return as_download(response, f"{head.slug}-{head.number}-{choice}.zip")


@room.form("/my/offline", needs=Permission.COURSES_TAKE)
@limit("60 per hour", by=reader, methods=["POST"])
def offline() -> ResponseReturnValue:
    """Add the answers of a pack: a file, a code, or what came along behind the address's #."""
    form, status, said, units = AnswersForm(), 200, [], []
    if request.method == "POST":
        status = 422
        if form.sent():
            try:
                arrived = arrive(form.told())
                said, units, status = sentences(arrived), places(arrived.units), 200
            except DomainError as error:
                form.code.errors = [str(error.text)]
                status = error.status
    return render("courses/offline/upload.html", form=form, said=said, units=units), status
