"""Polls with Hangul in their addresses, under a server that knows WSGI and nothing more."""

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from wsgiref.handlers import SimpleHandler
from wsgiref.validate import validator

import pytest
from flask import Flask
from werkzeug.http import parse_options_header
from werkzeug.test import EnvironBuilder

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.polls import jobs
from hanmadang.polls.domain import change_state
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.models_profile import ProfileAsk
from tests.factories.polls import NOW, OPINION, make_poll
from tests.factories.statements import cast_votes, make_statements, two_camps

Opener = Callable[[], Any]
SLUG = "통일-교육-설문"


def ask(app: Flask, path: str) -> tuple[int, dict[str, str], bytes]:
    """What plain WSGI sends: status, headers, body."""
    builder = EnvironBuilder(path=path, base_url="http://localhost")
    environ = builder.get_environ()
    sent, errors = io.BytesIO(), io.StringIO()
    handler = SimpleHandler(environ["wsgi.input"], sent, errors, environ, multithread=False)
    handler.http_version = "1.0"
    handler.run(validator(app.wsgi_app))
    assert errors.getvalue() == ""
    head, _, body = sent.getvalue().partition(b"\r\n\r\n")
    status, *lines = head.decode("ascii").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return int(status.split()[1]), headers, body


@pytest.fixture
def closed(app: Flask, write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, OPINION, title=Bilingual.of(ko="설문"))
        poll.slug = SLUG
        session.add(ProfileAsk(poll_id=poll.id, attributes=["sex"], first_release="close"))
        statements = make_statements(session)
        statements.slug = f"{SLUG}-의견"
        cast_votes(session, statements.questions[0], two_camps(40))
        ids = poll.id, statements.id
    with write() as session:
        for each in ids:
            change_state(session, None, each, PollState.CLOSED, now=NOW)
    jobs.refresh_opinions(app)


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/polls/{slug}/results.csv", "{slug}-results.csv"),
        ("/polls/{slug}/record.json", "{slug}-record.json"),
        ("/polls/{slug}/codebook.json", "{slug}-codebook.json"),
        ("/polls/{slug}/tables.json", "{slug}-tables.json"),
        ("/ko/polls/{slug}/result-1.svg", "{slug}-1-ko.svg"),
        ("/polls/{slug}-의견/statements.csv", "{slug}-의견-statements.csv"),
        ("/polls/{slug}-의견/votes.csv", "{slug}-의견-votes.csv"),
    ],
)
def test_files_are_sent_under_their_hangul_name(app: Flask, path: str, name: str) -> None:
    status, headers, body = ask(app, path.format(slug=SLUG))
    assert (status, bool(body)) == (200, True)
    kind, said = parse_options_header(headers["Content-Disposition"])
    assert (kind, said["filename"]) == ("attachment", name.format(slug=SLUG))


@pytest.mark.usefixtures("closed")
def test_every_public_page_of_such_a_poll_has_plain_headers(app: Flask, read: Opener) -> None:
    """Redirects, links to the other language, entity tags: all of them."""
    with read() as session:
        code = session.query(Poll.code).filter_by(slug=SLUG).scalar()
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    named = [rule.rule for rule in rules if rule.endpoint.startswith("polls.")]
    paths = [rule for rule in named if "<slug>" in rule or "<code>" in rule]
    assert len(paths) > 20
    for path in paths:
        plain = path.replace("<lang:lang>", "ko").replace("<code>", code).replace("<slug>", SLUG)
        filled = plain.replace("<int(max=99):number>", "1").replace("<shown>", "x")
        status, headers, _body = ask(app, filled.replace("<token>", "x"))
        assert (filled, status < 500) == (filled, True)
        assert all(text.isascii() for text in headers.values())


def test_the_short_address_leads_to_the_hangul_one(app: Flask, write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, OPINION)
        poll.slug, code = SLUG, poll.code
    status, headers, _body = ask(app, f"/p/{code}")
    assert (status, headers["Location"]) == (302, f"/ko/polls/{quote(SLUG)}")
