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
    (reasons.Need("war", 1, 3), "You missed 2 of 3 questions on “Memory of war”.",
     "‘전쟁의 기억’ 문항 3개 중 2개를 틀렸습니다."),
    (reasons.Again("war", 1, 3),
     "You finished it, but missed 2 of 3 questions on “Memory of war”.",
     "마치신 강의이지만 ‘전쟁의 기억’ 문항 3개 중 2개를 틀리셔서 다시 권해 드립니다."),
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
     "6분 강의로, 원하신 10분을 넘지 않습니다."),
    (reasons.Longer(12, 10),
     "It takes 12 minutes, more than the 10 you asked for, but your path needs it.",
     "원하신 10분보다 긴 12분 강의이지만, 이 길에 꼭 필요합니다."),
    (reasons.Quick(6), "It takes only 6 minutes: a good way to begin.", ""),
    (reasons.Start("peace"), "You have not answered a question on “Peace” yet.", ""),
]  # fmt: skip
OMISSIONS: list[tuple[reasons.Omission, str, str]] = [
    (reasons.Done(), "You have finished it.", "이미 마친 강의입니다."),
    (reasons.Skipped(), "You chose to skip it.", "건너뛰기로 하신 강의입니다."),
    (reasons.Known("war", 2, 2), "You know “Memory of war”: 2 of 2 answers were right.", ""),
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
    (reasons.OneSided(4), "You skipped “4”, and without it this would show one viewpoint only.",
     ""),
    (reasons.TooLong(20, 10), "It takes 20 minutes; you asked for at most 10.",
     "20분 강의여서 원하신 10분보다 깁니다."),
    (reasons.OverBudget(30, 9),
     "With the lessons that belong to it, it takes 30 minutes, and 9 are left.",
     "함께 배울 것까지 30분이 걸리는데, 남은 시간은 9분입니다."),
    (reasons.Crowded("peace"), "“Peace” already has its share of this path.", ""),
    (reasons.LessValue(), "Everything in your path teaches you more per minute right now.", ""),
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
    assert said.endswith("니다.")
    assert "{" not in said
    assert said == (korean or said)
