"""Others' conversations: what the reader takes, and what it refuses in one sentence."""

from pathlib import Path

import pytest

from hanmadang.kernel.i18n import use_locale
from hanmadang.polls.opinion.polis_export import Export, ExportError, read
from hanmadang.polls.opinion.result import Statement
from hanmadang.polls.opinion.votes import UNSEEN

VOTES = """timestamp,datetime,comment-id,voter-id,vote
1,Mon,0,7,1
2,Mon,1,7,-1
3,Mon,2,7,0
4,Mon,0,8,-1
"""
COMMENTS = """timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body
1,Mon,0,7,1,1,1,"Trains should cross, and ""soon"",
as in the old songs."
1,Mon,1,7,1,1,0,서울에서 평양까지
1,Mon,2,7,1,1,-1,Buy my shoes
"""
PARTICIPANTS = """participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,1,2
7,0,0,3,1,1,1,-1,0
8,1,0,1,0,1,-1,,
9,,0,0,0,0,,,
"""


def folder(path: Path, **files: str | bytes) -> Path:
    names = {"participants": "participants-votes.csv"}
    for name, text in files.items():
        content = text if isinstance(text, bytes) else text.encode()
        (path / names.get(name, f"{name}.csv")).write_bytes(content)
    return path


def matrix(export: Export) -> dict[str, list[int]]:
    return dict(zip(export.people, export.codes.tolist(), strict=True))


def refusal(path: Path, profile: frozenset[int] = frozenset()) -> str:
    with pytest.raises(ExportError) as refused:
        read(path, profile)
    return refused.value.text.message % dict(refused.value.text.values)


def test_votes_and_comments_make_a_conversation(tmp_path: Path) -> None:
    export = read(folder(tmp_path, votes=VOTES, comments=COMMENTS))
    assert export.statements == (Statement(0), Statement(1))
    assert matrix(export) == {"7": [1, -1], "8": [-1, UNSEEN]}


def test_what_moderators_took_out_is_left_out(tmp_path: Path) -> None:
    export = read(folder(tmp_path, votes=VOTES, comments=COMMENTS))
    assert 2 not in export.texts
    assert "Buy my shoes" not in export.texts.values()


def test_quoted_line_breaks_and_hangul_stay_whole(tmp_path: Path) -> None:
    texts = read(folder(tmp_path, votes=VOTES, comments=COMMENTS)).texts
    assert texts[0] == 'Trains should cross, and "soon",\nas in the old songs.'
    assert texts[1] == "서울에서 평양까지"


def test_the_last_vote_counts_whatever_the_order_of_lines(tmp_path: Path) -> None:
    lines = ["9,Mon,0,7,-1", "3,Mon,0,7,1", "5,Mon,0,7,0"]
    text = "\n".join(["timestamp,datetime,comment-id,voter-id,vote", *lines])
    assert matrix(read(folder(tmp_path, votes=text))) == {"7": [-1]}


def test_of_two_votes_at_the_same_time_the_later_line_counts(tmp_path: Path) -> None:
    text = "timestamp,comment-id,voter-id,vote\n5,0,7,1\n5,0,7,-1\n"
    assert matrix(read(folder(tmp_path, votes=text))) == {"7": [-1]}


def test_votes_without_comments_are_enough(tmp_path: Path) -> None:
    export = read(folder(tmp_path, votes=VOTES))
    assert (export.texts, len(export.statements), export.groups) == ({}, 3, {})


def test_the_matrix_alone_is_enough(tmp_path: Path) -> None:
    export = read(folder(tmp_path, participants=PARTICIPANTS))
    assert matrix(export) == {"7": [1, -1, 0], "8": [-1, UNSEEN, UNSEEN]}
    assert export.groups == {"7": "0", "8": "1"}


def test_votes_and_matrix_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one = read(folder(tmp_path / "one", votes=VOTES, comments=COMMENTS))
    two = read(folder(tmp_path / "two", participants=PARTICIPANTS, comments=COMMENTS))
    assert (matrix(one), one.statements) == (matrix(two), two.statements)


def test_a_comment_nobody_voted_on_is_a_statement(tmp_path: Path) -> None:
    export = read(folder(tmp_path, votes=VOTES, comments=COMMENTS + "1,Mon,5,7,0,0,1,New\n"))
    assert [each.id for each in export.statements] == [0, 1, 5]
    assert matrix(export)["7"] == [1, -1, UNSEEN]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_windows_made_files_are_read(tmp_path: Path, encoding: str, newline: str) -> None:
    votes, comments = (text.replace("\n", newline).encode(encoding) for text in (VOTES, COMMENTS))
    export = read(folder(tmp_path, votes=votes, comments=comments))
    assert matrix(export) == {"7": [1, -1], "8": [-1, UNSEEN]}


def test_blank_lines_and_other_spellings_of_columns_do_no_harm(tmp_path: Path) -> None:
    text = "Timestamp,Comment_ID,voter_id,vote\n\n1,0,7,1\n\n"
    assert matrix(read(folder(tmp_path, votes=text))) == {"7": [1]}


def test_files_with_a_name_in_front_are_found(tmp_path: Path) -> None:
    (tmp_path / "2026-11-22-votes.csv").write_text(VOTES)
    (tmp_path / "2026-11-22-participants-votes.csv").write_text(PARTICIPANTS)
    export = read(tmp_path)
    assert (len(export.people), export.groups) == (2, {"7": "0", "8": "1"})


def test_profile_statements_are_typed_by_hand_or_by_the_file(tmp_path: Path) -> None:
    comments = "comment-id,is-meta,comment-body\n0,false,a\n1,true,b\n2,,c\n"
    export = read(folder(tmp_path, votes=VOTES, comments=comments), frozenset({2}))
    assert [each.is_profile for each in export.statements] == [False, True, True]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("comment-id,vote\n0,1\n", "votes.csv has no column voter-id."),
        ("", "votes.csv has no column comment-id."),
        (VOTES + "5,Mon,1,8,2\n", "votes.csv, line 6: “2” cannot stand under vote."),
        (VOTES + "5,Mon,x,8,1\n", "votes.csv, line 6: “x” cannot stand under comment-id."),
        (VOTES + "5,Mon,1,8\n", "votes.csv, line 6: “” cannot stand under vote."),
        (VOTES.encode("utf-16"), "votes.csv cannot be read as CSV in UTF-8."),
        (VOTES + '5,Mon,"1' + "9" * 2_000_000, "votes.csv cannot be read as CSV in UTF-8."),
    ],
    ids=["column", "empty", "vote", "number", "short", "encoding", "endless"],
)
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, text: str | bytes, sentence: str
) -> None:
    assert refusal(folder(tmp_path, votes=text)) == sentence


def test_a_folder_without_votes_is_refused(tmp_path: Path) -> None:
    expected = f"{tmp_path} holds neither votes.csv nor participants-votes.csv."
    assert refusal(folder(tmp_path, comments=COMMENTS)) == expected


def test_a_profile_statement_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = folder(tmp_path, votes=VOTES)
    assert refusal(path, frozenset({0, 42})) == "There is no statement 42."


def test_refusals_are_korean_in_korean(tmp_path: Path, house: object) -> None:
    with pytest.raises(ExportError) as refused:
        read(tmp_path)
    with use_locale("ko"):
        assert "파일도 없습니다." in str(refused.value.text)
