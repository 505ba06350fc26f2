"""The graph's desk as editors meet it: drawn and as a table, without script, in both languages."""

import html
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.curricula.graph import edits
from hanmadang.curricula.models import ChangeKind, EdgeSuggestion, GraphChange
from hanmadang.curricula.queries.graph import read_graph
from hanmadang.kernel.permissions import Role
from tests.conftest import Browser
from tests.curricula.conftest import House, Opener
from tests.factories.graph import NOW, editors, needing, settled, spec

SignIn = Callable[..., Browser]
EDIT = "/en/desk/graph/competencies/songs/edit"


@pytest.fixture
def editor(sign_in: SignIn, house_with_poll: House) -> Browser:
    """Somebody of a partner institution."""
    return sign_in(Role.PARTNER_EDITOR)


@pytest.fixture
def reviewer(sign_in: SignIn, editor: Browser) -> Browser:
    """Somebody else."""
    return sign_in(Role.ORGANIZER)


def page(browser: Browser, url: str) -> str:
    """A page as a reader sees its letters."""
    answer = browser.get(url)
    assert answer.status_code == 200, url
    return html.unescape(answer.text)


def fields_of(browser: Browser, url: str = EDIT, **changed: str) -> dict[str, str]:
    """The form as it stands, with some fields filled in otherwise."""
    text = page(browser, url)
    found = dict(re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', text))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)">(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"|value="([^"]*)" selected', options)
        found[name] = (chosen[1] or chosen[2] or "") if chosen else ""
    for name in ("csrf_token", "idempotency_key"):
        found.pop(name, None)
    return {**found, "note": "a reason", **changed}


def test_the_drawing_and_the_table_say_the_same(editor: Browser) -> None:
    text = page(editor, "/en/desk/graph")
    drawn = set(re.findall(r'graph__node[^"]*" href="/en/desk/graph/competencies/([a-z-]+)"', text))
    listed = set(
        re.findall(r'<th scope="row"><a href="/en/desk/graph/competencies/([a-z-]+)"', text)
    )
    assert drawn == listed == {
        "war", "armistice", "armistice-contents", "peace", "songs", "families",
    }  # fmt: skip
    assert len(re.findall(r'class="graph__line[^>]*marker-end', text)) == 2
    assert text.count("<desc") == 1


@pytest.mark.parametrize(
    ("language", "title"), [("ko", "역량"), ("en", "Competencies")]
)  # fmt: skip
def test_the_desk_speaks_both_languages(editor: Browser, language: str, title: str) -> None:
    assert f"<h1>{title}</h1>" in page(editor, f"/{language}/desk/graph")


def test_the_graph_costs_the_same_however_large_it_is(
    editor: Browser, write: Opener, count_queries: Callable[[], Any]
) -> None:
    costs = []
    for code in ("rivers", "rails"):
        with count_queries() as counted:
            page(editor, "/en/desk/graph")
        costs.append(len(counted))
        with write() as session:
            after = edits.written(spec(code, "war"))
            settled(session, editors(session), after, kind=ChangeKind.ADD)
    assert costs == [16, 16]


def test_an_edit_counts_after_the_second_pair_of_eyes(
    editor: Browser, reviewer: Browser, read: Opener
) -> None:
    roles = {"on.war": "needs", "on.peace": "1", "on.families": "1", "on.armistice": "helps"}
    sent = editor.send(EDIT, fields_of(editor, **roles))
    assert sent.status_code == 303, sent.text
    with read() as session:
        assert read_graph(session).competencies["songs"].needs == ()
    text = page(reviewer, sent.location)
    assert "one of “Name of families”, “Name of peace”" in text
    decide = f"{sent.location}/decide"
    assert editor.send(decide, {"press": "approve"}).status_code == 403
    assert reviewer.send(decide, {"press": "approve", "answer": "fine"}).status_code == 303
    with read() as session:
        songs = read_graph(session).competencies["songs"]
    assert songs.needs == (("families", "peace"), ("war",))
    assert songs.helps == ("armistice",)
    assert "The reviewer wrote: fine" in page(editor, sent.location)


def test_the_form_shows_what_stands_there(editor: Browser, write: Opener) -> None:
    with write() as session:
        settled(session, editors(session), needing(session, "songs", "war", ("peace", "families")))
    found = fields_of(editor)
    assert (found["on.war"], found["on.peace"], found["on.families"]) == ("needs", "1", "1")
    assert found["on.armistice"] == ""


def test_a_circle_is_named_and_what_was_typed_stays(editor: Browser) -> None:
    url = "/ko/desk/graph/competencies/war/edit"
    sent = editor.send(url, fields_of(editor, url, **{"on.peace": "needs", "note": "왜냐하면"}))
    assert sent.status_code == 422
    text = html.unescape(sent.text)
    assert "선수 관계가 제자리로 돌아옵니다" in text
    assert "‘armistice 주제’" in text
    assert "왜냐하면" in text
    assert 'value="needs" selected' in text


def test_two_editors_get_the_difference_and_nothing_is_lost(
    editor: Browser, write: Opener, read: Opener
) -> None:
    mine = fields_of(editor, name_en="My name")
    with write() as session:
        settled(session, editors(session), needing(session, "songs", "war"))
    sent = editor.send(EDIT, mine)
    text = html.unescape(sent.text)
    assert sent.status_code == 409
    assert "What differs from what stands there now" in text
    assert "“Name of war”" in text
    assert "My name" in text
    base = re.search(r'name="base"[^>]*value="([^"]+)"', text)
    assert base
    assert editor.send(EDIT, {**mine, "base": base[1], "on.war": "needs"}).status_code == 303


def test_the_same_press_twice_makes_one_proposal(editor: Browser, read: Opener) -> None:
    fields = fields_of(editor, name_en="Another") | {"idempotency_key": "same-press-twice"}
    first, again = (editor.send(EDIT, fields).location for _ in range(2))
    assert first == again
    with read() as session:
        assert len(session.scalars(select(GraphChange)).all()) == 1


def test_a_new_competency_needs_both_names_and_its_own_code(editor: Browser, read: Opener) -> None:
    url = "/en/desk/graph/new"
    usual = {"code": "rivers", "topic": "history", "importance": "0.5", "name_ko": "강",
             "name_en": "Rivers", "note": "new"}  # fmt: skip
    assert editor.send(url, usual | {"name_en": ""}).status_code == 422
    taken = editor.send(url, usual | {"code": "war"})
    assert (taken.status_code, "This code is taken already." in taken.text) == (422, True)
    assert editor.send(url, usual).status_code == 303


def test_merging_retiring_and_undoing(editor: Browser, reviewer: Browser, read: Opener) -> None:
    base = "/en/desk/graph/competencies"
    merged = editor.send(f"{base}/armistice-contents/merge", {"into": "armistice", "note": "same"})
    assert reviewer.send(f"{merged.location}/decide", {"press": "approve"}).status_code == 303
    assert "counts for" in page(editor, f"{base}/armistice-contents")
    refused = editor.send(f"{base}/war/retire", {"note": "old"})
    assert refused.status_code == 422
    assert "and yet “Name of armistice” stands on it" in html.unescape(refused.text)
    undo = editor.send(f"{merged.location}/undo")
    reviewer.send(f"{undo.location}/decide", {"press": "approve"})
    with read() as session:
        assert read_graph(session).competencies["armistice-contents"].is_active
    history = page(editor, f"{base}/armistice-contents")
    assert "Merger" in history
    assert "Undone" in history


def test_viewpoints_are_reviewed_like_everything_else(
    editor: Browser, reviewer: Browser, read: Opener
) -> None:
    fields = {"code": "people", "name_ko": "사람", "name_en": "People", "note": "needed"}
    sent = editor.send("/en/desk/graph/viewpoints", fields)
    assert sent.status_code == 303, sent.text
    assert "People" not in page(editor, "/en/desk/graph/viewpoints")
    reviewer.send(f"{sent.location}/decide", {"press": "approve"})
    assert "People" in page(editor, "/en/desk/graph/viewpoints")
    url = "/en/desk/graph/viewpoints/people"
    gone = editor.send(url, fields_of(editor, url) | {"gone": "y"})
    reviewer.send(f"{gone.location}/decide", {"press": "approve"})
    with read() as session:
        assert read_graph(session).viewpoints == {}


def test_a_file_goes_out_and_comes_back_as_one_proposal(editor: Browser, read: Opener) -> None:
    url = "/en/desk/graph/import"
    toml = editor.get("/en/desk/graph/vocabulary.toml").data
    same = editor.send(url, {"note": "x", "file": (io.BytesIO(toml), "v.toml")})
    assert (same.status_code, "Nothing would change." in same.text) == (422, True)
    changed = toml.replace(b"Name of songs", b"Songs and singers")
    sent = editor.send(url, {"note": "x", "file": (io.BytesIO(changed), "v.toml")})
    assert sent.status_code == 303
    with read() as session:
        change = session.scalars(select(GraphChange)).one()
        assert (change.kind, change.state) == ("import", "proposed")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("v.csv", b"code\n", "The first line must name these columns"),
        ("v.toml", b'[[competencies]]\ncode = "x"\ntopic = "no"\n', "There is no topic"),
    ],
)
def test_a_bad_file_leaves_nothing_behind(
    editor: Browser, read: Opener, name: str, content: bytes, said: str
) -> None:
    sent = editor.send("/en/desk/graph/import", {"note": "x", "file": (io.BytesIO(content), name)})
    assert (sent.status_code, said in html.unescape(sent.text)) == (422, True)
    with read() as session:
        assert session.scalars(select(GraphChange)).all() == []


def test_suggestions_tell_their_figures_and_are_accepted_or_dismissed(
    editor: Browser, write: Opener, read: Opener
) -> None:
    with write() as session:
        for code in ("songs", "families"):
            session.add(
                EdgeSuggestion(
                    doubt="missing", competency_code=code, needs_code="peace", missed_right=None,
                    missed_of=60, missed_is_most=False, knew_right=50, knew_of=70,
                    knew_is_most=False, computed_at=NOW,
                )
            )  # fmt: skip
    text = page(editor, "/en/desk/graph/suggestions")
    assert "“Name of peace” may have to come before “Name of songs”" in text
    assert "fewer than 10 of 60 (at most 26%)" in text
    assert "50 of 70 (95% interval 60–81%)" in text
    ids = re.findall(r"suggestions/(\d+)/accept", text)
    accepted = editor.send(f"/en/desk/graph/suggestions/{ids[0]}/accept")
    assert "/desk/graph/changes/" in accepted.location
    editor.send(f"/en/desk/graph/suggestions/{ids[1]}/dismiss")
    assert "Answers suggest no change now." in page(editor, "/en/desk/graph/suggestions")


@pytest.mark.parametrize(
    "path",
    ["", "/competencies/war", "/new", "/changes", "/suggestions", "/viewpoints", "/import"],
)
def test_citizens_see_no_desk(house_with_poll: House, sign_in: SignIn, path: str) -> None:
    assert sign_in(Role.CITIZEN).get(f"/en/desk/graph{path}").status_code == 403


@pytest.mark.parametrize(
    "path",
    ["competencies/none", "competencies/none/edit", "changes/999", "viewpoints/none"],
)
def test_what_does_not_exist_is_not_found(editor: Browser, path: str) -> None:
    assert editor.get(f"/en/desk/graph/{path}").status_code == 404
