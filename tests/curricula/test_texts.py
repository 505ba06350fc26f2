"""Every reason and every omission in words, in both languages, with the right particles."""

from typing import get_args

import pytest

from hanmadang.curricula import texts
from hanmadang.curricula.engine import reasons
from hanmadang.curricula.queries.shelf import Shelf
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.i18n import use_locale

WAR = Bilingual.of(ko="전쟁의 기억", en="Memory of war")
PEACE = Bilingual.of(ko="평화", en="Peace")


def words(language: str) -> texts.Words:
    known = {"war": WAR, "peace": PEACE}
    return texts.Words(Shelf(language, {}, known, {}, {}, known), {7: PEACE}, language)


REASONS: list[tuple[reasons.Reason, str, str]] = [
    (reasons.Pinned(), "You pinned it.", "직접 고정하신 강의입니다."),
    (reasons.Need("war", 0, 1), "Your answer on “Memory of war” was not right yet.",
     "‘전쟁의 기억’ 문항에 1번 답하셨고 아직 정답이 없습니다."),
    (reasons.Need("war", 0, 3), "None of your 3 answers on “Memory of war” was right yet.", ""),
    (reasons.Need("war", 1, 3), "One of your 3 answers on “Memory of war” was right so far.",
     "‘전쟁의 기억’ 문항에 3번 답해 1번 맞히셨습니다."),
    (reasons.Need("war", 1, 1),
     "Your answer on “Memory of war” was right; a lesson makes it firm.", ""),
    (reasons.Again("war", 0, 2),
     "You finished it, but none of your 2 answers on “Memory of war” was right yet.", ""),
    (reasons.Again("war", 1, 3),
     "You finished it, and one of your 3 answers on “Memory of war” was right so far.",
     "마치신 강의이지만, ‘전쟁의 기억’ 문항에 3번 답해 1번 맞히셔서 한 번 더 권해 드립니다."),
    (reasons.EventBefore(7, "2026-11-28"),
     "It prepares you for “Peace” on Sat, 28 Nov, which you booked.", ""),
    (reasons.EventAfter(7, "2026-11-21", attended=True),
     "It carries on from “Peace”, which you attended on Sat, 21 Nov.",
     "11월 21일 (토)에 참석하신 행사 ‘평화’에서 이어지는 강의입니다."),
    (reasons.Group(7, 63, 140),
     "63% of the 140 people who answered a poll with you asked for it.",
     "함께 설문에 답한 140명 가운데 63%가 바란 내용입니다."),
    (reasons.Interest("war", "cohort"), "Your group chose “Memory of war” in its poll.",
     "소속 모임의 설문에서 ‘전쟁의 기억’ 주제가 뽑혔습니다."),
    (reasons.Interest("peace", "cohort"), "Your group chose “Peace” in its poll.",
     "소속 모임의 설문에서 ‘평화’ 주제가 뽑혔습니다."),
    (reasons.Interest("peace", "question"),
     "You asked or up-voted a question where the talk was of “Peace”.",
     "‘평화’에 관한 자리에서 질문하거나 공감하셨습니다."),
    (reasons.Interest("peace", "event"), "You booked an event on “Peace”.",
     "‘평화’에 관한 행사를 예약하셨습니다."),
    (reasons.Core("Institute"), "Institute recommends it to everybody.",
     "Institute에서 누구나 듣기를 권하는 강의입니다."),
    (reasons.PrereqOf(4), "You need it for “4”, later in your path.", ""),
    (reasons.Balance(perspective=True),
     "It argues from another viewpoint, so that you meet more than one.", ""),
    (reasons.Kept(), "It was announced as one of your next steps.",
     "다음 순서로 안내해 드린 강의입니다."),
    (reasons.Fits(6, 10), "It takes 6 minutes, within the 10 you asked for.",
     "6분 강의로, 원하신 길이(10분 이하)에 맞습니다."),
    (reasons.Longer(12, 10),
     "It is here for the reasons above, though its 12 minutes are more than the 10 you asked for.",
     "원하신 길이(10분 이하)보다 긴 12분 강의이지만, 위의 이유로 넣었습니다."),
    (reasons.Quick(6), "It takes only 6 minutes: a good way to begin.", ""),
    (reasons.Start("peace"),
     "You have not answered a question on “Peace” yet; it may hold something new.", ""),
]  # fmt: skip
OMISSIONS: list[tuple[reasons.Omission, str, str]] = [
    (reasons.Done(), "You have finished it.", "이미 마친 강의입니다."),
    (reasons.Skipped(), "You set it aside.", "제쳐 두신 강의입니다."),
    (reasons.Known("war", 2, 2),
     "You probably know “Memory of war”: 2 of 2 answers were right.", ""),
    (reasons.Known("peace", 0, 1), "By all we can tell, you probably know “Peace” already.",
     "지금까지의 정보로 보면 ‘평화’는 이미 알고 계신 것으로 보입니다."),
    (reasons.Claimed("war"), "You said that you know “Memory of war”.",
     "‘전쟁의 기억’은 이미 안다고 하셨습니다."),
    (reasons.Claimed("peace"), "You said that you know “Peace”.",
     "‘평화’는 이미 안다고 하셨습니다."),
    (reasons.MissingLanguage(), "It is not written in English yet.", ""),
    (reasons.NoCaptions(), "It has no captions in this language yet.",
     "아직 자막이 준비되지 않았습니다."),
    (reasons.Untaught("peace"),
     "It builds on “Peace”, which no lesson that is open to you teaches.",
     "‘평화’를 먼저 알아야 하는데, 지금 들으실 수 있는 강의 가운데 이를 다루는 것이 없습니다."),
    (reasons.OneSided(4),
     "You set “4” aside, and without it this would show one viewpoint only.", ""),
    (reasons.TooLong(20, 10), "It takes 20 minutes; you asked for at most 10.",
     "20분 강의여서, 원하신 길이(10분 이하)보다 깁니다."),
    (reasons.OverBudget(30, 9),
     "Together with the lessons it needs, it takes 30 minutes, and only 9 are left in this path.",
     "함께 들어야 하는 강의까지 30분이 걸리는데, 이번 학습 길에 남은 시간은 9분입니다."),
    (reasons.OverBudget(30, 0),
     "Together with the lessons it needs, it takes 30 minutes; the time for this path is full.",
     ""),
    (reasons.OverBudget(9, 1, alone=True),
     "It takes 9 minutes, and only one is left in this path.", ""),
    (reasons.OverBudget(9, 0, alone=True),
     "It takes 9 minutes; the time for this path is full.", ""),
    (reasons.Crowded("peace"), "With it, “Peace” would take more than its share of this path.", ""),
    (reasons.LessValue(), "The lessons in your path help you more in the same time right now.",
     "지금은 학습 길에 담은 강의가 같은 시간에 더 도움이 됩니다."),
    (reasons.Unlinked(), "Nothing in it counts towards a path yet.",
     "아직 학습 길에 반영되는 내용이 없는 강의입니다."),
]  # fmt: skip


@pytest.mark.usefixtures("app")
def test_a_reason_says_what_its_numbers_say() -> None:
    for reason, english, korean in REASONS:
        with use_locale("en"):
            assert texts.reason_text(reason, words("en")) == english
        with use_locale("ko"):
            _expect(texts.reason_text(reason, words("ko")), korean)


@pytest.mark.usefixtures("app")
def test_an_omission_says_what_held_the_lesson_back() -> None:
    for why, english, korean in OMISSIONS:
        with use_locale("en"):
            assert texts.omission_text(why, words("en")) == english
        with use_locale("ko"):
            _expect(texts.omission_text(why, words("ko")), korean)


def test_every_kind_is_among_these() -> None:
    assert {type(reason) for reason, *_ in REASONS} == set(get_args(reasons.Reason))
    assert {type(why) for why, *_ in OMISSIONS} == set(get_args(reasons.Omission))


def _expect(said: str, korean: str) -> None:
    assert said.endswith(("니다.", "세요."))
    assert "{" not in said
    assert said == (korean or said)
