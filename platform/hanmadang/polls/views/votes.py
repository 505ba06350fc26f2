"""The votes of a closed statement poll as open data: made once by a job, here only passed on."""

import gzip
from collections.abc import Iterator

from flask import Response, request, stream_with_context
from flask.typing import ResponseReturnValue

from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.db import db
from hanmadang.kernel.downloads import as_download
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.sheets import CSV, spreadsheet
from hanmadang.polls.queries.opinions import OpenVotes, open_statements, open_votes, vote_parts
from hanmadang.polls.views.room import room

MOST_PLAIN = 32 * 1024 * 1024
"""Bytes sent uncompressed at most: our own server holds an answer whole (`serving.bridge`)."""
_TOO_LONG = (
    "이 파일은 gzip으로만 제공합니다. Accept-Encoding: gzip으로 요청해 주세요.\n"
    "This file is served as gzip only. Please ask with Accept-Encoding: gzip.\n"
)


@room.page("/polls/<slug>/statements.csv", needs=Permission.PUBLIC, localised=False)
def statements_csv(slug: str) -> ResponseReturnValue:
    """The statements that the votes are about."""
    asked = open_statements(db.session(), _open(slug).question_id)
    lines = ((id_, *(label.get(name) for name in LANGUAGES)) for id_, label in asked)
    return spreadsheet(f"{slug}-statements.csv", ("statement", "korean", "english"), lines)


@room.page("/polls/<slug>/votes.csv", needs=Permission.PUBLIC, localised=False)
def votes_csv(slug: str) -> ResponseReturnValue:
    """Every vote; participants are numbered in a random order."""
    found = _open(slug)
    response = Response(content_type=CSV)
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.add("Accept-Encoding")
    response.set_etag(found.digest, weak=True)
    if request.if_none_match.contains_weak(found.digest):
        response.status_code = 304
        return response
    as_download(response, f"{slug}-votes.csv")
    parts = vote_parts(db.session(), found.question_id)
    if request.accept_encodings.quality("gzip"):
        response.headers["Content-Encoding"] = "gzip"
    elif found.length > MOST_PLAIN:
        return Response(_TOO_LONG, 406, {"Vary": "Accept-Encoding"}, "text/plain")
    else:
        parts = _plain(parts)
    response.response = stream_with_context(parts)
    return response


def _plain(parts: Iterator[bytes]) -> Iterator[bytes]:
    for part in parts:
        yield gzip.decompress(part)


def _open(slug: str) -> OpenVotes:
    found = open_votes(db.session(), slug)
    if found is None:
        raise NotFoundError
    return found
