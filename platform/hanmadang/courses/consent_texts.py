"""What people agree to when they join a run or a cohort, word for word, in both languages.

Purpose, items, retention, who receives it, and the right to refuse with its consequence, as
article 15 of Korea's Personal Information Protection Act asks. A changed text gets a new version;
the version agreed to stands on the seat and on the membership.
"""

from dataclasses import dataclass

from hanmadang.kernel.bilingual import Bilingual

VERSION = "2026-11"
"""Of both texts."""


@dataclass(frozen=True, slots=True)
class SeenBy:
    """What others see of somebody's learning, and why."""

    title: Bilingual
    purpose: Bilingual
    items: Bilingual
    retention: Bilingual
    refusal: Bilingual
    agree: Bilingual


_ITEMS = Bilingual.of(
    ko="이름, 이 강좌의 진도와 최근 학습 시각, 문항별 정답 여부와 시도 횟수. "
    "설문과 의견 문항의 응답, 메모는 보지 않습니다.",
    en="Your name, your progress in this course and when you last learned, which questions you "
    "answered right and how often you tried. Never your answers to polls, your opinions or notes.",
)

RUN = SeenBy(
    title=Bilingual.of(
        ko="담당자에게 학습 현황 제공",
        en="Letting the organizers see your progress",
    ),
    purpose=Bilingual.of(
        ko="기수 동안 학습을 돕고, 강좌에 관한 안내 메일을 보내기 위해",
        en="To help you along during the run, and to write to you about it",
    ),
    items=_ITEMS,
    retention=Bilingual.of(
        ko="기수에서 나가거나 탈퇴할 때까지. 나가면 바로 볼 수 없게 됩니다.",
        en="Until you leave the run or delete your account; they stop seeing it at once then",
    ),
    refusal=Bilingual.of(
        ko="거부할 수 있습니다. 거부하면 이 기수에는 참여할 수 없지만, "
        "강좌는 누구나 읽을 수 있습니다.",
        en="You may refuse. You then cannot join this run; the lessons stay open to you.",
    ),
    agree=Bilingual.of(
        ko="담당자가 나의 학습 현황을 보는 데 동의합니다.",
        en="I agree that the organizers of the run see my progress.",
    ),
)

COHORT = SeenBy(
    title=Bilingual.of(
        ko="강사에게 학습 현황 제공", en="Letting your instructors see your progress"
    ),
    purpose=Bilingual.of(
        ko="학습반의 학습을 돕고, 강좌에 관한 안내 메일을 보내기 위해",
        en="To help your cohort along, and to write to you about the course",
    ),
    items=_ITEMS,
    retention=Bilingual.of(
        ko="학습반에서 나가거나 탈퇴할 때까지. 나가면 바로 볼 수 없게 됩니다.",
        en="Until you leave the cohort or delete your account; they stop seeing it at once then",
    ),
    refusal=Bilingual.of(
        ko="거부할 수 있습니다. 거부하면 이 학습반에는 들어갈 수 없지만, "
        "강좌는 누구나 읽을 수 있습니다.",
        en="You may refuse. You then cannot join this cohort; the lessons stay open to you.",
    ),
    agree=Bilingual.of(
        ko="강사가 나의 학습 현황을 보는 데 동의합니다.",
        en="I agree that the instructors of the cohort see my progress.",
    ),
)
