"""What people agree to, word for word, in both languages. A changed text gets a new version.

Each text states purpose, items, retention and the right to refuse with its consequence, as
article 15 of Korea's Personal Information Protection Act asks; article 22 asks that required and
optional ones are told apart. Old versions stay in this file's history and in `Consent.version`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.people.models import ConsentKind


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One consent as it is asked today."""

    kind: ConsentKind
    version: str
    required: bool
    title: Bilingual
    purpose: Bilingual
    items: Bilingual
    retention: Bilingual
    refusal: Bilingual
    agree: Bilingual
    """The words beside the box to tick."""


_TERMS = ConsentText(
    ConsentKind.TERMS,
    version="2026-11",
    required=True,
    title=Bilingual.of(ko="이용약관", en="Terms of use"),
    purpose=Bilingual.of(
        ko="회원으로서 강좌와 행사를 이용하고, 서로 지킬 약속을 정합니다.",
        en="To use courses and events as a member, on terms that bind both sides.",
    ),
    items=Bilingual.of(
        ko="동의한 약관의 판과 동의한 날짜와 시각",
        en="Which version of the terms you accepted, and when",
    ),
    retention=Bilingual.of(ko="탈퇴할 때까지", en="Until you delete your account"),
    refusal=Bilingual.of(
        ko="거부할 수 있습니다. 거부하면 계정을 만들 수 없지만, "
        "강좌와 설문은 계정 없이 이용할 수 있습니다.",
        en="You may refuse. Without it there is no account; courses and polls stay open to you.",
    ),
    agree=Bilingual.of(ko="이용약관에 동의합니다.", en="I accept the terms of use."),
)

_PRIVACY = ConsentText(
    ConsentKind.PRIVACY,
    version="2026-11",
    required=True,
    title=Bilingual.of(ko="개인정보 수집·이용", en="Collection and use of personal information"),
    purpose=Bilingual.of(
        ko="로그인할 때 본인 확인, 수강 기록과 예약 관리, 문의에 답변",
        en="To know you when you sign in, keep your courses and bookings, and answer you",
    ),
    items=Bilingual.of(
        ko="이메일 주소, 이름(불리고 싶은 이름), 비밀번호(되돌릴 수 없게 바꾼 값), 언어와 시간대",
        en="E-mail address, the name you choose, a one-way form of your password, "
        "language, time zone",
    ),
    retention=Bilingual.of(
        ko="탈퇴할 때까지. 탈퇴하면 바로 지웁니다.",
        en="Until you delete your account; deleted at once then",
    ),
    refusal=Bilingual.of(
        ko="거부할 수 있습니다. 거부하면 계정을 만들 수 없지만, "
        "강좌와 설문은 계정 없이 이용할 수 있습니다.",
        en="You may refuse. Without it there is no account; courses and polls stay open to you.",
    ),
    agree=Bilingual.of(
        ko="개인정보 수집·이용에 동의합니다.",
        en="I agree to the collection and use of this information.",
    ),
)

_REMINDERS = ConsentText(
    ConsentKind.REMINDERS,
    version="2026-11",
    required=False,
    title=Bilingual.of(ko="일정 알림 메일", en="Reminders by e-mail"),
    purpose=Bilingual.of(
        ko="수강하는 강좌와 예약한 행사를 잊지 않도록 메일로 미리 알려 드립니다.",
        en="To remind you by e-mail of your courses and of the events you booked",
    ),
    items=Bilingual.of(
        ko="이메일 주소, 수강하는 강좌와 예약한 행사의 일정",
        en="E-mail address, dates of your courses and of the events you booked",
    ),
    retention=Bilingual.of(
        ko="동의를 철회하거나 탈퇴할 때까지", en="Until you withdraw or delete your account"
    ),
    refusal=Bilingual.of(
        ko="거부해도 예약과 수강에는 아무 불이익이 없습니다. "
        "예약 확인과 변경 안내는 그대로 보냅니다.",
        en="Nothing else changes. Confirmations and changes of your bookings still reach you.",
    ),
    agree=Bilingual.of(ko="일정 알림 메일을 받는 데 동의합니다.", en="Yes, remind me by e-mail."),
)

_PATH = ConsentText(
    ConsentKind.PATH,
    version="2026-11-22",
    required=False,
    title=Bilingual.of(
        ko="설문 응답을 나의 학습 길에 쓰기", en="My poll answers may shape my path"
    ),
    purpose=Bilingual.of(
        ko="지식 문항의 정답 여부, 고른 관심 주제, 질문한 자리의 주제로 나에게 맞는 강의를"
        " 권합니다.",
        en="To suggest lessons that fit you, from quiz questions you answered, topics you chose,"
        " and what was discussed where you asked",
    ),
    items=Bilingual.of(
        ko="지식 문항의 정답 여부, 고른 관심 주제, 질문하거나 공감한 자리의 주제."
        " 의견 문항의 응답과 질문 내용은 쓰지 않습니다.",
        en="Whether quiz answers were right, topics you chose, topics of places where you asked or"
        " up-voted a question. Never your opinions or your questions.",
    ),
    retention=Bilingual.of(
        ko="동의를 철회하면 바로 지웁니다. 철회하지 않으면 탈퇴할 때까지",
        en="Deleted at once when you withdraw; otherwise until you delete your account",
    ),
    refusal=Bilingual.of(
        ko="거부해도 모든 강좌를 이용할 수 있습니다. 학습 길은 수강 기록만으로 만듭니다.",
        en="Every course stays open to you. Your path then rests on your lessons alone.",
    ),
    agree=Bilingual.of(
        ko="설문 응답을 나의 학습 길에 쓰는 데 동의합니다.",
        en="Yes, use my answers for my path.",
    ),
)

CURRENT: Mapping[ConsentKind, ConsentText] = {
    text.kind: text for text in (_TERMS, _PRIVACY, _REMINDERS, _PATH)
}
"""The texts as they are asked today, in the order in which they are shown."""
REQUIRED = tuple(kind for kind, text in CURRENT.items() if text.required)
OPTIONAL = tuple(kind for kind, text in CURRENT.items() if not text.required)
