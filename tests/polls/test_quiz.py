"""A quiz: answers told by the moderator or at once, one's own score, and how the scores spread."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from hanmadang.kernel.i18n import use_locale
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import Role
from hanmadang.polls.checks_quiz import quizzes
from hanmadang.polls.domain import (
    Accepted,
    BallotSet,
    Refusal,
    Refused,
    UnusableDraftError,
    cast_many,
    change_state,
    draft_of,
    reveal,
)
from hanmadang.polls.domain.stage import Tap, perform
from hanmadang.polls.models import Mode, Poll, PollState, ResultsShown
from hanmadang.polls.models_quiz import Scores
from hanmadang.polls.models_stage import Stage
from hanmadang.polls.quiz import bands_of
from hanmadang.polls.staging import Act, Gate
from tests.conftest import Browser
from tests.factories.polls import KNOWLEDGE, NOW, OPINION, both, make_poll, options
from tests.polls.conftest import Led

Opener = Callable[[], Any]
LED = replace(KNOWLEDGE, results_shown=ResultsShown.MODERATOR)
SECOND = replace(
    LED,
    text=both("정전협정은 언제 맺어졌나요?", "When was the armistice signed?"),
    options=options(("1950년", "1950"), ("1953년", "1953"), right=1),
    explanation=both("7월 27일입니다.", "It was on 27 July."),
)
WHY = {"en": "It was not a peace treaty.", "ko": "평화조약이 아닙니다."}


class Quiz(Led):
    """A quiz with two questions, led one by one; a moderator and a visitor."""

    def answer(self, question: int, place: int) -> int:
        """What the visitor's phone sends."""
        data = {f"q{self.questions[question]}": self.options[question][place]}
        return self.visitor.send(f"/en/polls/{self.slug}", data).status_code

    def tell(self, question: int) -> None:
        """The moderator shows the answer."""
        data = {"question": self.questions[question], "shown": "yes"}
        assert self.desk.send(f"/en/desk/polls/{self.poll_id}/reveal", data).status_code == 303

    def tap(self, act: str) -> None:
        """Press a button of the stage."""
        with self.read() as session:
            seen = session.get_one(Stage, self.poll_id).version
        self.desk.send(f"/en/desk/polls/{self.poll_id}/stage", {"act": act, "seen": seen})

    def page(self, path: str = "", language: str = "en") -> str:
        return self.visitor.get(f"/{language}/polls/{self.slug}{path}").text

    def crowd(self, *rights: int) -> None:
        """For each number a device with that many right answers, the other questions wrong."""
        with self.write() as session:
            sheets = [
                BallotSet(
                    self.poll_id,
                    new_key(),
                    new_key(),
                    {q: [o[int(i < n)]] for i, (q, o) in enumerate(self.asked())},
                )
                for n in rights
            ]
            results = cast_many(session, sheets, now=NOW)
            assert all(isinstance(each, Accepted) for each in results), results

    def asked(self) -> list[tuple[int, list[int]]]:
        return list(zip(self.questions, self.options, strict=True))


def make_quiz(session: Any, *questions: Any, state: PollState = PollState.OPEN) -> Poll:
    return make_poll(session, *questions, quiz=True, state=state)


@pytest.fixture
def quiz(client: Browser, sign_in: Any, write: Opener, read: Opener) -> Quiz:
    desk = sign_in(Role.ORGANIZER)
    with write() as session:
        poll = make_quiz(session, LED, SECOND, state=PollState.DRAFT)
        perform(session, None, poll.id, Tap(Act.LEAD), seen=0, now=NOW)
        change_state(session, None, poll.id, PollState.OPEN, now=NOW)
        return Quiz(desk=desk, visitor=client, write=write, read=read, poll=poll)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_nothing_is_told_before_the_moderator_does(quiz: Quiz, language: str) -> None:
    quiz.answer(0, 1)
    for path in ("", "/answered", "/results", "/screen"):
        page = quiz.page(path, language)
        assert WHY[language] not in page
        assert 'class="score' not in page
        assert "bars__row--answer" not in page


@pytest.mark.parametrize("language", ["ko", "en"])
def test_then_phones_and_the_hall_screen_show_answer_and_reason(quiz: Quiz, language: str) -> None:
    quiz.answer(0, 0)
    quiz.tell(0)
    for path in ("", "/answered", "/screen"):
        assert WHY[language] in quiz.page(path, language)
    assert "screen__row--right" in quiz.page("/screen", language)
    assert "bars__row--answer" in quiz.page("/results", language)
    assert "싸움을 멈춤" in quiz.page("", "ko")


def test_who_has_not_answered_is_told_as_well(quiz: Quiz) -> None:
    quiz.tell(0)
    page = quiz.page()
    assert "You left this one open." in page
    assert WHY["en"] in page


def test_an_answer_that_was_told_takes_no_more_answers_whatever_is_unlocked(quiz: Quiz) -> None:
    quiz.answer(0, 0)
    quiz.tell(0)
    for act in (f"unlock:{quiz.questions[0]}", "start:30", "undo", "together"):
        quiz.tap(act)
        assert quiz.answer(0, 1) == 409
    with quiz.read() as session:
        assert session.get_one(Poll, quiz.poll_id).questions[0].options[1].tally.count == 0


def test_hiding_the_bars_does_not_untell(quiz: Quiz) -> None:
    quiz.answer(0, 0)
    quiz.tell(0)
    data = {"question": quiz.questions[0], "shown": "no"}
    quiz.desk.send(f"/en/desk/polls/{quiz.poll_id}/reveal", data)
    assert quiz.answer(0, 1) == 409


def test_each_phone_sees_its_own_score(quiz: Quiz) -> None:
    quiz.answer(0, 1)
    quiz.tell(0)
    assert "Your score so far" in quiz.page("/answered")
    assert "1 of 1 right" in quiz.page("/answered")
    quiz.tap(f"go:{quiz.questions[1]}")
    quiz.answer(1, 0)
    assert "1 of 1 right" in quiz.page("/answered")
    quiz.tell(1)
    for path in ("", "/answered"):
        assert "1 of 2 right" in quiz.page(path)
        assert "2문제 중 1문제 맞힘" in quiz.page(path, "ko")


def test_no_other_page_holds_a_score(quiz: Quiz, client: Browser) -> None:
    quiz.answer(0, 1)
    quiz.tell(0)
    stranger = quiz.desk
    for path in ("", "/results", "/screen"):
        assert "1 of 1 right" not in stranger.get(f"/en/polls/{quiz.slug}{path}").text


def test_the_note_before_answering_says_who_tells(quiz: Quiz) -> None:
    assert "정답과 풀이는 진행자가 공개합니다." in quiz.page("", "ko")
    assert "After sending you see the right answer" not in quiz.page()


def test_no_evidence_is_offered_before_the_answer_is_told(quiz: Quiz) -> None:
    """It says whether the answer was right."""
    quiz.answer(0, 1)
    offer = "정전협정의 내용: "
    assert offer not in quiz.page("/answered", "ko")
    quiz.tell(0)
    assert offer in quiz.page("/answered", "ko")


def ready(quiz: Quiz, *rights: int) -> None:
    """Both questions answered by a crowd, both answers told."""
    quiz.tap(f"go:{quiz.questions[1]}")
    quiz.crowd(*rights)
    quiz.tell(0)
    quiz.tell(1)


def test_with_the_last_answer_told_the_scores_are_kept(quiz: Quiz) -> None:
    ready(quiz, *[0] * 12, *[1] * 20, *[2] * 11)
    with quiz.read() as session:
        kept = session.get_one(Scores, quiz.poll_id)
        assert (kept.questions, kept.people) == (2, 43)
        assert kept.bands == [[0, 0, 12], [1, 1, 20], [2, 2, 11]]


def test_the_hall_sees_them_once_answering_pauses(quiz: Quiz) -> None:
    ready(quiz, *[0] * 12, *[1] * 20, *[2] * 11)
    assert "How many were right?" not in quiz.page("/screen")
    assert "How many were right?" in quiz.page("/screen?view=scores")
    quiz.desk.send(f"/en/desk/polls/{quiz.poll_id}/pause")
    page = quiz.page("/screen")
    assert "몇 문제를 맞히셨나요?" in page
    assert "20 · 46.5%" in page


@pytest.mark.parametrize(("language", "words"), [("en", "46.5%"), ("ko", "20명 · 46.5%")])
def test_they_survive_the_close(quiz: Quiz, language: str, words: str) -> None:
    ready(quiz, *[0] * 12, *[1] * 20, *[2] * 11)
    with quiz.write() as session:
        change_state(session, None, quiz.poll_id, PollState.CLOSED, now=NOW)
    assert words in quiz.page("/results", language)
    assert "2 of 2" not in quiz.page("/results", language)
    book = json.loads(quiz.visitor.get(f"/polls/{quiz.slug}/codebook.json").text)
    assert book["quiz"]["scores"][1] == {"low": 1, "high": 1, "people": 20}


def test_programs_read_what_the_page_shows(quiz: Quiz) -> None:
    url = f"/api/v1/polls/{quiz.slug}"
    assert quiz.visitor.get(url).get_json()["scores"] is None
    ready(quiz, *[0] * 12, *[1] * 20, *[2] * 11)
    scores = quiz.visitor.get(url).get_json()["scores"]
    bands = [{"low": n, "high": n, "people": people} for n, people in enumerate((12, 20, 11))]
    assert scores == {"questions": 2, "people": 43, "scores": bands}
    with quiz.write() as session:
        change_state(session, None, quiz.poll_id, PollState.CLOSED, now=NOW)
    book = json.loads(quiz.visitor.get(f"/polls/{quiz.slug}/codebook.json").text)
    assert book["quiz"] == quiz.visitor.get(url).get_json()["scores"] == scores


def test_closing_counts_them_where_not_all_was_told(quiz: Quiz) -> None:
    quiz.crowd()
    with quiz.write() as session:
        change_state(session, None, quiz.poll_id, PollState.CLOSED, now=NOW)
        assert session.get_one(Scores, quiz.poll_id).people == 0
    assert "Fewer than ten people" in quiz.page("/results")


@pytest.mark.parametrize(
    ("counts", "bands"),
    [
        ([0, 9, 0], []),
        ([3, 7, 0], [(0, 2, 10)]),
        ([12, 20, 11], [(0, 0, 12), (1, 1, 20), (2, 2, 11)]),
        ([0, 2, 9, 30, 40], [(0, 2, 11), (3, 3, 30), (4, 4, 40)]),
    ],
)
def test_no_band_holds_fewer_than_ten(counts: list[int], bands: list[Any]) -> None:
    assert bands_of(counts) == bands


def test_two_scores_joined_alone_would_follow_from_the_bars() -> None:
    # 3 people with none and 17 with one right: 20 in the band, and the bars say how many right.
    assert bands_of([3, 17, 30, 40]) == [(0, 2, 50), (3, 3, 40)]


def test_a_quiz_at_one_s_own_pace_tells_at_once_and_keeps_the_first_answer(
    client: Browser, write: Opener
) -> None:
    with write() as session:
        poll = make_quiz(session, KNOWLEDGE, OPINION)
        slug, first, second = poll.slug, *poll.questions
        wrong, right = (f"{option.id}" for option in first.options)
        names, other = (f"q{first.id}", f"q{second.id}"), f"{second.options[0].id}"
    assert client.send(f"/en/polls/{slug}", {names[0]: wrong}).status_code == 303
    page = client.get(f"/en/polls/{slug}/answered").text
    assert "0 of 1 right" in page
    assert WHY["en"] in page
    answer = client.send(f"/en/polls/{slug}", {names[0]: right})
    assert answer.status_code == 409
    assert "so your first answer stays" in answer.text
    assert client.send(f"/en/polls/{slug}", {names[1]: other}).status_code == 303
    assert "정답을 보셨으므로 처음 응답을 그대로 둡니다." in client.get(f"/ko/polls/{slug}").text


def test_the_same_answer_sent_again_is_no_change(write: Opener) -> None:
    with write() as session:
        poll = make_quiz(session, KNOWLEDGE)
        question = poll.questions[0]
        ids = [option.id for option in question.options]
        voter = new_key()

        def sent(option: int) -> Any:
            sheet = BallotSet(poll.id, voter, new_key(), {question.id: [option]})
            return cast_many(session, [sheet], now=NOW)[0]

        assert isinstance(sent(ids[0]), Accepted)
        assert isinstance(sent(ids[0]), Accepted)
        assert sent(ids[1]) == Refused(Refusal.FINAL)


def test_a_poll_that_is_no_quiz_has_neither_scores_nor_final_answers(write: Opener) -> None:
    with write() as session:
        poll = make_poll(session, KNOWLEDGE)
        assert Gate.of(poll.gate).final == frozenset()
        change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
        assert session.get(Scores, poll.id) is None


@pytest.mark.parametrize(
    ("questions", "more", "words"),
    [
        ((OPINION,), {}, "at least one knowledge question"),
        ((KNOWLEDGE,), {"mode": Mode.SECRET}, "secret poll"),
        (
            (replace(KNOWLEDGE, results_shown=ResultsShown.CLOSED),),
            {},
            "nobody can be told a score",
        ),
    ],
)
def test_a_quiz_that_could_tell_no_score_is_refused(
    write: Opener, questions: Any, more: Any, words: str
) -> None:
    with write() as session, pytest.raises(UnusableDraftError) as error:
        make_poll(session, *questions, quiz=True, state=PollState.DRAFT, **more)
    with use_locale("en"):
        assert words in str(error.value.text)


def test_a_quiz_stays_one_when_it_is_duplicated(write: Opener) -> None:
    with write() as session:
        assert draft_of(session, make_quiz(session, KNOWLEDGE).id).quiz


def test_the_desk_says_what_showing_an_answer_means(quiz: Quiz) -> None:
    page = quiz.desk.get(f"/ko/desk/polls/{quiz.poll_id}/stage").text
    assert "1번 질문 정답 공개하기" in page
    quiz.tell(0)
    assert "잠근 상태로 둡니다" in quiz.desk.get(f"/ko/desk/polls/{quiz.poll_id}/stage").text
    assert (
        "자기 점수를 볼 수 있습니다" in quiz.desk.get(f"/ko/desk/polls/{quiz.poll_id}/close").text
    )


def test_the_self_check_sees_scores_that_are_not_those_of_the_ballots(quiz: Quiz) -> None:
    ready(quiz, *[0] * 12, *[1] * 20, *[2] * 11)
    with quiz.write() as session:
        assert list(quizzes(session)) == []
        session.execute(update(Scores).values(bands=[[0, 0, 13], [1, 1, 19], [2, 2, 11]]))
        session.expire_all()
        assert len(list(quizzes(session))) == 1
        session.execute(update(Scores).values(bands=[[0, 1, 34], [2, 2, 9]]))
        session.expire_all()
        assert len(list(quizzes(session))) == 2
        session.rollback()


def test_reveal_and_answer_meet_at_the_poll_s_lock(write: Opener, read: Opener) -> None:
    """Whichever comes second sees the first: the answer is refused once the right one is told."""
    with write() as session:
        poll = make_quiz(session, LED)
        question = poll.questions[0]
        right = question.options[1].id
        reveal(session, None, poll.id, question.id, revealed=True)
        late = BallotSet(poll.id, new_key(), new_key(), {question.id: [right]})
        assert cast_many(session, [late], now=NOW) == [Refused(Refusal.LOCKED)]
    with read() as session:
        assert session.scalars(select(Scores.people)).one() == 0
