"""Tables by groups: made by a job in batches, shown with their reasons, never by a request."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import func, select

from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.db import db
from hanmadang.kernel.fsck import differences
from hanmadang.kernel.i18n import use_locale
from hanmadang.kernel.permissions import Role
from hanmadang.polls.domain import releases
from hanmadang.polls.jobs import publish_tables, tables
from hanmadang.polls.models import Assurance, Poll, ResultsShown
from hanmadang.polls.models_profile import Audience, FirstRelease, Release, ReleaseHeld
from hanmadang.polls.profiles import Attribute
from hanmadang.polls.queries.cubes import due
from hanmadang.polls.survey import worker
from hanmadang.polls.texts import ASSURANCES
from tests.conftest import Browser
from tests.factories.polls import INTEREST, OPINION
from tests.factories.profiles import MEN, NOBODY, WOMEN, close, come, crowd, make_asking, weigh

Opener = Callable[[], Any]
ENOUGH = crowd((WOMEN, 90), (MEN, 60), (NOBODY, 60))
"""Every cell holds at least 20 people."""
MORE = crowd((WOMEN, 45), (MEN, 45), (NOBODY, 45))


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child's work done in this process: the same program, a tenth of the time."""
    monkeypatch.setattr(tables, "decided", lambda _app, order: worker.answered(order))


@pytest.fixture
def poll(write: Opener) -> Poll:
    """A poll that asks for sex, with enough answers; its tables come from 100 answers on."""
    with write() as session:
        made = make_asking(session, Attribute.SEX, first=FirstRelease.HUNDRED)
        come(session, made, *ENOUGH)
        return made


@pytest.fixture
def weighted(write: Opener, poll: Poll) -> Poll:
    """The same, with population figures."""
    with write() as session:
        weigh(session, session.get_one(Poll, poll.id))
    return poll


def public(read: Opener) -> Release:
    with read() as session:
        found = select(Release).where(Release.audience == Audience.PUBLIC.value)
        release = session.scalars(found).one()
        assert isinstance(release, Release)
        return release


def counts(release: Release) -> Iterator[tuple[str, list[int]]]:
    for row in release.shown["tables"][0]["rows"]:
        yield row["levels"][0], [cell["count"] for cell in row["cells"]]


def test_a_child_process_makes_the_tables(app: Flask, read: Opener, poll: Poll) -> None:
    publish_tables(app)
    release = public(read)
    assert (release.number, release.n, release.final) == (1, 210, False)
    assert dict(counts(release)) == {
        "female": [30, 30, 30], "male": [20, 20, 20], "unsaid": [20, 20, 20],
    }  # fmt: skip


def test_the_child_knows_no_secret_and_no_database() -> None:
    assert tables.CHILD.surroundings().keys() <= {
        "PYTHONPATH", "OPENBLAS_NUM_THREADS", "PATH", "SYSTEMROOT", "LD_LIBRARY_PATH",
    }  # fmt: skip
    words = "import sys; import hanmadang.polls.survey.worker; print('sqlalchemy' in sys.modules)"
    command = [sys.executable, "-c", words]
    done = subprocess.run(
        command, env=tables.CHILD.surroundings(), capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_a_failing_child_changes_nothing(
    app: Flask, read: Opener, poll: Poll, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    publish_tables(app)
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Release)) == 0


@pytest.mark.usefixtures("here")
def test_tables_stand_still_until_every_figure_gained_ten(
    app: Flask, write: Opener, read: Opener, poll: Poll
) -> None:
    publish_tables(app)
    with write() as session:
        come(session, session.get_one(Poll, poll.id), (WOMEN, (30, 30, 29)))
    publish_tables(app)
    assert public(read).number == 1
    with write() as session:
        come(session, session.get_one(Poll, poll.id), *MORE)
    publish_tables(app)
    release = public(read)
    assert release.number == 2
    assert dict(counts(release))["male"] == [35, 35, 35]


@pytest.mark.usefixtures("here")
def test_the_close_makes_the_last_tables_and_drops_the_true_counts(
    app: Flask, write: Opener, read: Opener, poll: Poll
) -> None:
    publish_tables(app)
    with write() as session:
        found = session.get_one(Poll, poll.id)
        come(session, found, *MORE)
        close(session, found)
    publish_tables(app)
    with read() as session:
        assert [each.final for each in session.scalars(select(Release))] == [True, True]
        assert session.scalars(select(ReleaseHeld)).all() == []
        assert due(session) == []
    assert dict(counts(public(read)))["unsaid"] == [35, 35, 35]


@pytest.mark.usefixtures("here")
def test_the_last_tables_stay_where_too_few_have_come(
    app: Flask, write: Opener, read: Opener, poll: Poll
) -> None:
    """One more answer between two tables would be the difference of the two."""
    publish_tables(app)
    with write() as session:
        found = session.get_one(Poll, poll.id)
        come(session, found, (WOMEN, (1,)))
        close(session, found)
    publish_tables(app)
    release = public(read)
    assert (release.number, release.final) == (1, True)
    assert dict(counts(release))["female"] == [30, 30, 30]


@pytest.mark.usefixtures("here")
def test_two_processes_release_once(app: Flask, read: Opener, poll: Poll) -> None:
    with app.app_context():
        waiting = due(db.session())
    publish_tables(app)
    for found in waiting:
        tables._publish(app, found)
    assert public(read).number == 1


@pytest.mark.usefixtures("here")
def test_without_the_comparison_they_would_release_twice(
    app: Flask, read: Opener, poll: Poll, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sabotaged twin: a store that believes whoever comes."""

    def careless(session: Any, found: Any, made: Any, *, now: Any) -> bool:
        last = session.get(Release, (found.question_id, found.audience.value))
        last.number += 1
        return bool(made and now)

    with app.app_context():
        waiting = due(db.session())
    publish_tables(app)
    monkeypatch.setattr(tables, "store_release", careless)
    for found in waiting:
        tables._publish(app, found)
    assert public(read).number == 2


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("shown", [ResultsShown.CLOSED, ResultsShown.AFTER_VOTE])
def test_results_that_are_not_public_yet_have_no_public_tables(
    app: Flask, write: Opener, read: Opener, shown: ResultsShown
) -> None:
    with write() as session:
        draft = OPINION.__class__(OPINION.kind, OPINION.text, OPINION.options, results_shown=shown)
        poll = make_asking(session, Attribute.SEX, first=FirstRelease.HUNDRED, questions=(draft,))
        come(session, poll, *ENOUGH)
    publish_tables(app)
    with read() as session:
        assert session.scalars(select(Release.audience)).all() == [Audience.STAFF.value]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Sex", "Not said", "Women", "33%", "(30)", "at the earliest"]),
        ("ko", ["성별", "밝히지 않음", "여성", "33%", "(30)", "다음 표는"]),
    ],
)
def test_the_page_shows_them(
    app: Flask, client: Browser, poll: Poll, language: str, words: list[str]
) -> None:
    publish_tables(app)
    page = client.get(f"/{language}/polls/{poll.slug}/tables").text
    assert [word for word in words if word not in page] == []
    assert (
        f"/{language}/polls/{poll.slug}/tables"
        in client.get(f"/{language}/polls/{poll.slug}/results").text
    )


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["hidden", "recognized"]), ("ko", ["비공개", "누구인지 알 수 있어"])],
)
def test_what_is_hidden_says_why(
    app: Flask, client: Browser, write: Opener, language: str, words: list[str]
) -> None:
    with write() as session:
        poll = make_asking(session, Attribute.SEX, Attribute.AGE)
        old = {Attribute.SEX: "female", Attribute.AGE: "60s"}
        young = {Attribute.SEX: "male", Attribute.AGE: "20s"}
        come(session, poll, (old, (40, 30, 2)), (young, (30, 30, 20)), (NOBODY, (20, 20, 20)))
        close(session, poll)
    publish_tables(app)
    page = client.get(f"/{language}/polls/{poll.slug}/tables").text
    assert [word for word in words if word not in page] == []


@pytest.mark.parametrize(
    ("first", "people", "words"),
    [
        (FirstRelease.HUNDRED, 30, "after 70 more answers"),
        (FirstRelease.HUNDRED, 99, "after one more answer"),
        (FirstRelease.CLOSE, 30, "when the poll closes, if at least 100 answered"),
        (FirstRelease.HUNDRED, 120, "Please look again in a minute"),
    ],
)
def test_an_empty_page_says_how_many_are_missing(
    client: Browser, write: Opener, first: FirstRelease, people: int, words: str
) -> None:
    with write() as session:
        poll = make_asking(session, Attribute.SEX, first=first)
        come(session, poll, *crowd((WOMEN, people)))
    assert words in client.get(f"/en/polls/{poll.slug}/tables").text


@pytest.mark.usefixtures("here")
def test_a_closed_poll_of_few_has_none(app: Flask, client: Browser, write: Opener) -> None:
    with write() as session:
        poll = make_asking(session, Attribute.SEX)
        come(session, poll, *crowd((WOMEN, 60)))
        close(session, poll)
    publish_tables(app)
    page = client.get(f"/en/polls/{poll.slug}/tables").text
    assert "40 more people would have had to answer" in page


@pytest.mark.parametrize("assurance", [Assurance.LINK, Assurance.ROOM, Assurance.CODES])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_says_the_poll_s_own_level(
    client: Browser, write: Opener, assurance: Assurance, language: str
) -> None:
    with write() as session:
        poll = make_asking(session, Attribute.SEX, assurance=assurance)
    page = client.get(f"/{language}/polls/{poll.slug}/tables").text
    with use_locale(language):
        said = {level for level, words in ASSURANCES.items() if escape(str(words)) in page}
    assert said == {assurance}


def test_a_question_with_several_answers_is_not_broken_down(client: Browser, write: Opener) -> None:
    with write() as session:
        poll = make_asking(session, Attribute.SEX, questions=(INTEREST,))
    page = client.get(f"/en/polls/{poll.slug}/tables").text
    assert "Only questions with exactly one answer" in page


@pytest.mark.usefixtures("here")
def test_staff_see_finer_tables_and_each_look_is_written_down(
    app: Flask, sign_in: Any, write: Opener, read: Opener
) -> None:
    desk = sign_in(Role.ADMINISTRATOR)
    with write() as session:
        poll = make_asking(session, Attribute.SEX)
        come(session, poll, (WOMEN, (40, 30, 7)), (MEN, (40, 30, 7)), (NOBODY, (30, 20, 7)))
        close(session, poll)
    publish_tables(app)
    page = desk.get(f"/en/desk/polls/{poll.id}/tables").text
    assert "(7)" in page
    assert "(7)" not in desk.get(f"/en/polls/{poll.slug}/tables").text
    desk.get(f"/en/desk/polls/{poll.id}/tables")
    with read() as session:
        looks = select(func.count()).where(AuditEntry.action == "poll.tables_seen")
        assert session.scalar(looks) == 2


@pytest.mark.usefixtures("here")
def test_the_file_holds_what_the_page_shows_and_no_more(
    app: Flask, client: Browser, poll: Poll
) -> None:
    publish_tables(app)
    file = client.get(f"/polls/{poll.slug}/tables.json").get_json()
    assert file["format"] == "hanmadang-poll-tables/1"
    [question] = file["questions"]
    assert question["release"] == 1
    assert question["tables"][0]["rows"][0] == {
        "levels": ["female"], "n": 90, "cells": [{"count": 30}] * 3,
    }  # fmt: skip
    assert set(question) == {
        "id", "text", "cross_tabulated", "options", "release", "final", "tables", "withheld",
        "weighted",
    }  # fmt: skip


@pytest.mark.usefixtures("here")
def test_the_page_asks_the_database_little(
    app: Flask, client: Browser, poll: Poll, count_queries: Opener
) -> None:
    publish_tables(app)
    with count_queries() as statements:
        client.get(f"/en/polls/{poll.slug}/tables")
    assert len(statements) == 4


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Weighted to the population", "Not a sample", "Design effect", "Register of"]),
        ("ko", ["인구에 맞춘 결과", "표본조사가 아닙니다", "설계효과", "주민등록"]),
    ],
)
def test_totals_stand_beside_weighted_totals(
    app: Flask, client: Browser, weighted: Poll, language: str, words: list[str]
) -> None:
    poll = weighted
    publish_tables(app)
    page = client.get(f"/{language}/polls/{poll.slug}/tables").text
    assert [word for word in words if word not in page] == []


@pytest.mark.usefixtures("here")
def test_weights_follow_the_margins_chosen(
    app: Flask, write: Opener, read: Opener, poll: Poll
) -> None:
    publish_tables(app)
    assert public(read).weighted is None
    with write() as session:
        first = weigh(session, session.get_one(Poll, poll.id))
    publish_tables(app)
    assert (public(read).weighted or {})["margin_set"] == first.id
    with write() as session:
        weigh(session, session.get_one(Poll, poll.id), {"age": {"20s": 1, "30s": 1}})
    assert public(read).weighted is None
    publish_tables(app)
    assert (public(read).weighted or {})["refused"] == "too-few"


@pytest.mark.usefixtures("here")
def test_a_released_figure_that_is_too_small_is_found(
    app: Flask, write: Opener, poll: Poll
) -> None:
    """The sabotaged twin of the check."""
    publish_tables(app)
    with write() as session:
        release = session.get_one(Release, (poll.questions[0].id, Audience.PUBLIC.value))
        whole = release.shown
        spoiled = {**whole, "tables": [{**whole["tables"][0], "rows": [
            {"levels": ["female"], "n": 90, "cells": [{"count": 9}]},
        ]}]}  # fmt: skip
        release.shown = spoiled
    with app.app_context():
        found = differences(db.session())
    assert found == [f"profiles: question {poll.questions[0].id}: a released figure is under 10"]
    with write() as session:
        session.get_one(Release, (poll.questions[0].id, Audience.PUBLIC.value)).shown = whole


def test_what_is_held_is_kept_small() -> None:
    held = {"plan": 1, "tables": [{"n": 1}]}
    assert releases.unpacked(releases.packed(held)) == held
