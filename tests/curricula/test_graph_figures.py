"""What answers suggest: planted edges are found, wrong ones doubted, small numbers never told."""

from collections import Counter
from collections.abc import Mapping

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.domain import enrol, learning
from hanmadang.curricula.domain import doubts
from hanmadang.curricula.graph import edits, figures
from hanmadang.curricula.graph.figures import Share, patterns, shares_of, suggestions, wilson
from hanmadang.curricula.graph.specs import Graph
from hanmadang.curricula.texts_graph import share_text
from hanmadang.curricula.jobs.graph import look_for_edges
from hanmadang.curricula.models import ChangeKind, EdgeSuggestion
from hanmadang.curricula.queries.graph import read_graph
from hanmadang.curricula.queries.graph_changes import open_suggestions
from hanmadang.kernel.errors import NotAllowedNowError
from hanmadang.kernel.i18n import use_locale
from hanmadang.kernel.permissions import Role, Viewer
from tests.curricula.conftest import Opener
from tests.factories import courses
from tests.factories.curricula import publish_shelf
from tests.factories.graph import NOW, codes, crowd, editors, graph_of, lay, settled, spec
from tests.factories.people import make_account

PLANTED: Mapping[str, tuple[str, ...]] = {
    "war": (),
    "armistice": ("war",),
    "peace": ("armistice",),
    "songs": (),
}


def found_in(
    graph: Graph, people: int = 600, planted: Mapping[str, tuple[str, ...]] = PLANTED
) -> list[tuple[str, str, str]]:
    return codes(suggestions(patterns(crowd(people, 1, planted)), graph))


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 30, 0.0, 0.1135), (15, 30, 0.3315, 0.6685), (30, 30, 0.8865, 1.0), (0, 0, 0.0, 1.0)],
)
def test_wilson_as_tables_give_it(part: int, whole: int, low: float, high: float) -> None:
    assert wilson(part, whole) == pytest.approx((low, high), abs=1e-4)


def test_a_missing_edge_is_found_and_no_other() -> None:
    graph = graph_of(spec("war"), spec("armistice"), spec("peace", "armistice"), spec("songs"))
    assert found_in(graph) == [("missing", "war", "armistice")]


def test_an_edge_that_nobody_needs_is_doubted() -> None:
    easy = {"war": (), "songs": ()}
    graph = graph_of(spec("war"), spec("songs", "war"))
    people = Counter(
        {
            (frozenset(easy), frozenset(easy)): 90,
            (frozenset(easy), frozenset({"songs"})): 80,
            (frozenset(easy), frozenset({"war"})): 15,
            (frozenset(easy), frozenset[str]()): 15,
        }
    )
    assert codes(suggestions(people, graph)) == [("doubtful", "war", "songs")]


def test_the_graph_that_was_planted_is_left_alone() -> None:
    whole = graph_of(*(spec(code, *needs) for code, needs in PLANTED.items()))
    assert found_in(whole) == []


def test_answers_without_any_structure_suggest_nothing() -> None:
    free = dict.fromkeys(PLANTED, ())
    assert found_in(graph_of(*map(spec, free)), planted=free) == []


def test_nothing_is_suggested_that_would_close_a_circle() -> None:
    graph = graph_of(spec("war", "armistice"), spec("armistice"))
    found = found_in(graph, planted={"war": (), "armistice": ("war",)})
    assert ("missing", "war", "armistice") not in found


def test_an_edge_is_never_suggested_both_ways() -> None:
    found = {(need, code) for _doubt, need, code in found_in(graph_of(*map(spec, PLANTED)))}
    assert ("armistice", "peace") in found
    assert ("peace", "armistice") not in found


def test_too_few_people_suggest_nothing() -> None:
    assert found_in(graph_of(*map(spec, PLANTED)), people=45) == []


def test_the_twin_without_bounds_suggests_from_a_handful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sabotaged: shares as they stand, and no least number of people."""
    monkeypatch.setattr(figures, "FEWEST_PEOPLE", 1)
    monkeypatch.setattr(figures, "FEWEST_IN_CELL", 0)
    monkeypatch.setattr(figures, "wilson", lambda part, whole: (part / whole, part / whole))
    assert found_in(graph_of(*map(spec, PLANTED)), people=45) != []


def test_a_small_cell_is_never_told() -> None:
    asked = frozenset({"a", "b"})
    people = Counter(
        {
            (asked, frozenset({"b"})): 4,
            (asked, frozenset[str]()): 46,
            (asked, asked): 45,
            (asked, frozenset({"a"})): 5,
        }
    )
    shares = shares_of(people, "a", "b")
    assert shares is not None
    assert (shares.missed, shares.knew) == (Share(None, 50), Share(None, 50, is_most=True))
    with use_locale("en"):
        told = [share_text(shares.missed), share_text(shares.knew)]
    assert told == [
        "fewer than 10 of 50 (at most 31%)", "all but fewer than 10 of 50 (at least 69%)",
    ]  # fmt: skip


# kept, decided, and not asked again


def keep(session: Session, people: int = 600) -> None:
    found = list(suggestions(patterns(crowd(people, 1, PLANTED)), read_graph(session)))
    doubts.keep(session, found, now=NOW)


def test_accepting_proposes_and_a_reviewer_still_decides(write: Opener) -> None:
    with write() as session:
        lay(session, *map(spec, PLANTED))
        keep(session)
        row = next(r for r in open_suggestions(session) if r.competency_code == "armistice")
        author = editors(session)[0]
        change = doubts.accept_suggestion(session, author, row.id, note="figures", now=NOW)
        assert change.state == "proposed"
        assert change.after["competencies"]["armistice"]["needs"] == [["war"]]
        assert read_graph(session).competencies["armistice"].needs == ()
        with pytest.raises(NotAllowedNowError):
            doubts.dismiss_suggestion(session, author, row.id)


def test_what_was_dismissed_is_not_suggested_again(write: Opener) -> None:
    with write() as session:
        lay(session, *map(spec, PLANTED))
        keep(session)
        number = len(open_suggestions(session))
        doubts.dismiss_suggestion(session, editors(session)[0], open_suggestions(session)[0].id)
        keep(session)
        assert len(open_suggestions(session)) == number - 1


def test_figures_move_in_steps_of_ten_people_and_go_when_the_doubt_is_gone(write: Opener) -> None:
    with write() as session:
        lay(session, *map(spec, PLANTED))
        keep(session)
        before = {row.id: (row.missed_of, row.knew_of) for row in open_suggestions(session)}
        keep(session, 603)
        assert {row.id: (row.missed_of, row.knew_of) for row in open_suggestions(session)} == before
        keep(session, 900)
        after = {row.id: (row.missed_of, row.knew_of) for row in open_suggestions(session)}
        assert after != before
        doubts.keep(session, [], now=NOW)
        assert open_suggestions(session) == []


def test_the_table_holds_no_small_number(write: Opener) -> None:
    with write() as session:
        lay(session, *map(spec, PLANTED))
        keep(session)
        for row in session.scalars(select(EdgeSuggestion)):
            assert min(row.missed_of, row.knew_of) >= 30
            for part, whole in ((row.missed_right, row.missed_of), (row.knew_right, row.knew_of)):
                assert part is None or 10 <= part <= whole - 10


# from answers in lessons


def test_the_job_counts_answers_of_lessons_and_of_merged_competencies(
    app: Flask, write: Opener, read: Opener
) -> None:
    with write() as session:
        version = publish_shelf(session)
        unit = courses.unit_ids(session, version)[1]
        for number, choice in enumerate((1, 0)):
            person = Viewer(make_account(session).id, roles=frozenset({Role.CITIZEN}))
            enrol(session, person, version.course_id, locale="ko", now=NOW)
            learning.answer(session, person, unit, {"first": [choice]}, key=str(number), now=NOW)
        asked = ["armistice", "armistice"]
        assert [row[1:] for row in doubts._counts(session)] == list(
            zip(asked, (1, 0), (1, 1), strict=True)
        )
        merger = edits.merged(read_graph(session), "armistice", "armistice-contents")
        settled(session, editors(session), merger, kind=ChangeKind.MERGE)
        assert {row[1] for row in doubts._counts(session)} == {"armistice-contents"}
    look_for_edges(app)
    with read() as session:
        assert open_suggestions(session) == []
