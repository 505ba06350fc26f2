"""Short texts and word clouds: what is counted, and what others see."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.polls.domain import (
    Accepted,
    PollDraft,
    QuestionDraft,
    Refusal,
    Refused,
    UnusableDraftError,
    cast_many,
    change_state,
    create_poll,
    draft_of,
)
from hanmadang.polls.models import Ballot, Mode, PollState, Question, QuestionKind, ResultsShown
from hanmadang.polls.models_words import PollWord
from hanmadang.polls.queries import released_table
from tests.factories.polls import NOW, OPINION, TITLE, cast, make_poll
from tests.factories.words import AT_ONCE, CLOUD, TEXT, show_all, typed, words

Ask = Callable[..., Any]
Opener = Callable[[], Any]
CLOUD_AT_ONCE = replace(CLOUD, settings=AT_ONCE)


def send(one: Any, *texts: str, language: str = "en") -> Any:
    """Type these texts."""
    url = f"/{language}/polls/{one.slug}"
    return one.client.send(url, {f"q{one.id}": list(texts)})


def answered(session: Any, question_id: int) -> Any:
    return session.scalar(select(Question.answered).where(Question.id == question_id))


def close(one: Any) -> None:
    with one.write() as session:
        change_state(session, None, one.poll_id, PollState.CLOSED, now=NOW)


# --- Casting ----------------------------------------------------------------------------------


def test_the_same_answer_in_another_spelling_is_one(write: Opener) -> None:
    with write() as session:
        question = make_poll(session, CLOUD).questions[0]
        cast(session, typed(question, " 평화  통일! "), typed(question, "평화통일"))
        assert words(session, question.id) == {"평화 통일!": (2, "pending")}
        assert answered(session, question.id) == 2


def test_ballots_hold_ids_and_words_hold_nobody(write: Opener) -> None:
    with write() as session:
        question = make_poll(session, CLOUD).questions[0]
        cast(session, typed(question, "Bridge", "Song"))
        ids = sorted(session.scalars(select(PollWord.id)))
        assert session.scalars(select(Ballot.choices)).all() == [ids]
    assert set(PollWord.__table__.columns.keys()) == {
        "id", "question_id", "folded", "label", "language", "state", "count",
    }  # fmt: skip


def test_ids_say_nothing_about_an_order(write: Opener) -> None:
    with write() as session:
        question = make_poll(session, CLOUD).questions[0]
        for number in range(12):
            cast(session, typed(question, f"word {number}"))
        by_label = select(PollWord.id, PollWord.label)
        ids = {row.label: row.id for row in session.execute(by_label)}
        in_turn = [ids[f"word {number}"] for number in range(12)]
        assert in_turn != sorted(in_turn)


def test_a_changed_answer_moves_the_counts_and_leaves_no_unread_text(write: Opener) -> None:
    with write() as session:
        question = make_poll(session, CLOUD).questions[0]
        cast(session, typed(question, "Bridge", "Song", voter="one"), typed(question, "Song"))
        cast(session, typed(question, "Forest", voter="one"))
        assert words(session, question.id) == {"Forest": (1, "pending"), "Song": (1, "pending")}


def test_an_emptied_field_takes_an_answer_back(write: Opener) -> None:
    with write() as session:
        question = make_poll(session, TEXT).questions[0]
        cast(session, typed(question, "Bridge", voter="one"))
        cast(session, typed(question, "", voter="one"))
        assert words(session, question.id) == {}
        assert answered(session, question.id) == 0


def test_the_same_request_again_changes_nothing(write: Opener) -> None:
    with write() as session:
        question = make_poll(session, CLOUD).questions[0]
        first = typed(question, "Bridge", voter="one", key="k" * 20)
        [one] = cast(session, first)
        cast(session, typed(question, "Song", voter="one"))
        [again] = cast(session, first)
        assert isinstance(one, Accepted)
        assert isinstance(again, Accepted)
        assert again == Accepted(again.receipt, repeated=True)
        assert words(session, question.id) == {"Song": (1, "pending")}


def test_the_same_key_with_another_text_is_refused(write: Opener) -> None:
    with write() as session:
        question = make_poll(session, CLOUD).questions[0]
        cast(session, typed(question, "Bridge", voter="one", key="k" * 20))
        other = typed(question, "Song", voter="one", key="k" * 20)
        assert cast_many(session, [other]) == [Refused(Refusal.KEY_REUSED)]
        assert words(session, question.id) == {"Bridge": (1, "pending")}


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (("", " "), Refusal.EMPTY),
        (("a", "b", "c", "d"), Refusal.TOO_MANY),
        (("x" * 41,), Refusal.TOO_LONG),
        (("!?",), Refusal.UNREADABLE),
        (("nul\x00",), Refusal.UNREADABLE),
    ],
    ids=["empty", "many", "long", "signs", "nul"],
)
def test_refused_at_the_counter(write: Opener, texts: tuple[str, ...], reason: Refusal) -> None:
    with write() as session:
        question = make_poll(session, CLOUD).questions[0]
        assert cast_many(session, [typed(question, *texts)]) == [Refused(reason)]
        assert words(session, question.id) == {}


def test_nobody_types_where_options_are_chosen_nor_sends_numbers(write: Opener) -> None:
    with write() as session:
        chosen, asked = make_poll(session, OPINION, TEXT).questions
        sent = typed(asked)
        assert cast_many(session, [typed(chosen, "Bridge")]) == [Refused(Refusal.UNKNOWN_CHOICE)]
        numbers = replace(sent, answers={asked.id: [7]}, texts={})
        assert cast_many(session, [numbers]) == [Refused(Refusal.UNREADABLE)]


def test_a_batch_brings_one_new_word_once(write: Opener) -> None:
    with write() as session:
        question = make_poll(session, CLOUD).questions[0]
        cast(session, *(typed(question, "Bridge") for _ in range(5)))
        assert words(session, question.id) == {"Bridge": (5, "pending")}


# --- The form ---------------------------------------------------------------------------------


def test_the_form_says_how_long_and_who_reads(ask: Ask) -> None:
    page = ask(CLOUD).page()
    assert "Up to 3 answers, each of at most 40 characters." in page
    assert "Others see it only after a moderator has read it." in page
    assert len(re.findall(r'<input class="input" id="q\d+-\d"', page)) == 3


def test_what_was_typed_stands_in_the_form_again_and_on_the_page_of_thanks(ask: Ask) -> None:
    one = ask(CLOUD)
    assert send(one, "Bridge", "", "Song").status_code == 303
    assert re.findall(r' value="(Bridge|Song)"', one.page()) in (
        ["Bridge", "Song"], ["Song", "Bridge"],
    )  # fmt: skip
    assert "Bridge" in one.page("/answered")


def test_a_text_that_is_too_long_is_kept_beside_its_reason(ask: Ask) -> None:
    one = ask(TEXT)
    answer = send(one, "x" * 141)
    assert (answer.status_code, "x" * 141 in answer.text) == (422, True)
    assert answer.text.count("Please use at most 140 characters.") == 2
    assert "140자 이내로" in send(one, "x" * 141, language="ko").text


# --- What others see --------------------------------------------------------------------------


@pytest.mark.parametrize("draft", [TEXT, CLOUD], ids=["text", "cloud"])
def test_an_unread_answer_leaves_the_server_nowhere(ask: Ask, draft: QuestionDraft) -> None:
    one = ask(draft)
    send(one, "Unreadsecret")
    other = one.client.application.test_client()
    close(one)
    paths = (
        f"/en/polls/{one.slug}/results", f"/en/polls/{one.slug}/screen",
        f"/en/polls/{one.slug}/embed", f"/live/{one.code}.json", f"/api/v1/polls/{one.slug}",
        f"/polls/{one.slug}/results.csv", f"/polls/{one.slug}/words.csv",
        f"/polls/{one.slug}/codebook.json", f"/polls/{one.slug}/record.json",
    )  # fmt: skip
    for path in paths:
        answer = other.get(path)
        assert (answer.status_code, "Unreadsecret" in answer.text) == (200, False), path
    assert one.snapshot() == {"id": one.id, "answered": 1, "options": [], "words": [], "entries": 0}


def test_a_cloud_counts_particles_with_their_word(ask: Ask) -> None:
    one = ask(CLOUD)
    with one.write() as session:
        question = session.get_one(Question, one.id)
        cast(session, *(typed(question, text) for text in ("평화를", "평화", "Peace", "평화")))
        show_all(session, one.id)
    assert one.snapshot()["words"] == [
        {"label": "평화", "lang": "ko", "count": 3, "share": 75.0, "size": 5},
        {"label": "Peace", "lang": "en", "count": 1, "share": 25.0, "size": 1},
    ]
    page = one.page("/results")
    assert '<li class="words__word words__word--s5"><span lang="ko">평화</span>' in page
    assert '<th scope="row" lang="ko">평화</th><td class="num">3</td>' in page


def test_texts_are_listed_as_they_are_by_count_then_letters(ask: Ask) -> None:
    one = ask(TEXT)
    with one.write() as session:
        question = session.get_one(Question, one.id)
        cast(
            session,
            *(typed(question, text) for text in ("버스를", "공원", "버스", "Roads", "공원")),
        )
        show_all(session, one.id)
    assert [each["label"] for each in one.snapshot()["words"]] == [
        "공원",
        "Roads",
        "버스",
        "버스를",
    ]


def test_shown_at_once_where_the_author_says_so(ask: Ask) -> None:
    one = ask(CLOUD_AT_ONCE)
    assert "Others see it at once" in one.page()
    send(one, "Bridge")
    assert [each["label"] for each in one.snapshot()["words"]] == ["Bridge"]
    assert "Bridge" in one.page("/screen")


def test_a_snapshot_carries_sixty_and_says_how_many_there_are(ask: Ask) -> None:
    one = ask(CLOUD_AT_ONCE)
    with one.write() as session:
        question = session.get_one(Question, one.id)
        cast(session, *(typed(question, f"word {number}") for number in range(61)))
    found = one.snapshot()
    assert (len(found["words"]), found["entries"]) == (60, 61)
    assert "The 60 most frequent of 61 different answers" in one.page("/results")


def test_hidden_until_the_close_where_the_author_says_so(ask: Ask) -> None:
    one = ask(replace(CLOUD_AT_ONCE, results_shown=ResultsShown.CLOSED))
    send(one, "Bridge")
    assert one.snapshot() == {"id": one.id, "answered": 1, "options": []}
    assert "Bridge" not in one.page("/screen")


def test_open_data_say_each_form_and_its_entry(ask: Ask) -> None:
    one = ask(CLOUD_AT_ONCE)
    with one.write() as session:
        question = session.get_one(Question, one.id)
        cast(session, *(typed(question, text) for text in ("평화를", "평화", "=1+1")))
    assert one.client.get(f"/polls/{one.slug}/words.csv").status_code == 404
    close(one)
    rows = read_csv(one.client.get(f"/polls/{one.slug}/words.csv"))
    assert [(r["entry"], r["answer"], r["language"], r["count"]) for r in rows] == [
        ("1", "평화", "ko", "1"), ("1", "평화를", "ko", "1"), ("2", "'=1+1", "ko", "1"),
    ]  # fmt: skip
    table = read_csv(one.client.get(f"/polls/{one.slug}/results.csv"))
    assert [(r["option_ko"], r["count"], r["share"]) for r in table[:1]] == [("평화", "2", "66.7")]
    assert "words.csv" in one.page("/data")


def read_csv(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_a_poll_without_typed_answers_has_no_such_file(ask: Ask) -> None:
    one = ask(OPINION)
    close(one)
    assert one.client.get(f"/polls/{one.slug}/words.csv").status_code == 404


def test_typed_answers_are_not_released_as_tables(write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, CLOUD_AT_ONCE)
        question = poll.questions[0]
        cast(session, *(typed(question, "Bridge") for _ in range(40)))
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
        assert released_table(session, question.id) is None


# --- Writing such a question ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draft", "more", "said"),
    [
        (CLOUD, {"mode": Mode.SECRET}, "A moderator must be able to read"),
        (replace(CLOUD, max_choices=4), {}, "one to %(n)s answers"),
        (replace(TEXT, kind=QuestionKind.INTEREST), {}, "for opinion questions"),
    ],
    ids=["secret", "four", "interest"],
)
def test_what_cannot_be_asked(
    write: Opener, draft: QuestionDraft, more: dict[str, Any], said: str
) -> None:
    with write() as session, pytest.raises(UnusableDraftError) as refused:
        create_poll(session, None, PollDraft(TITLE, (draft,), **more), now=NOW)
    assert said in refused.value.text.message


def test_a_copy_asks_the_same(write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, CLOUD_AT_ONCE)
        assert draft_of(session, poll.id).questions == (CLOUD_AT_ONCE,)
