"""The columns: one row is one question; answers stand side by side, numbered from 1."""

from collections.abc import Sequence

BASE = ("unit_ko", "unit_en", "slug", "kind", "competency", "text_ko", "text_en",
        "explanation_ko", "explanation_en", "hint1_ko", "hint1_en", "hint2_ko", "hint2_en",
        "match_case", "counted_ko", "counted_en")  # fmt: skip
PARTS = ("ko", "en", "right", "credit", "feedback_ko", "feedback_en")
ANSWERS = 8
"""Answers with columns in a file that we write; a file that is read may have more."""
MOST_ANSWERS = 40
ARROW = "=>"
"""Between the two sides of a pair; what stands behind it alone belongs to nothing."""
KINDS = ("one", "several", "true_false", "numeric", "short", "matching", "ordering")


def head(answers: int = ANSWERS) -> list[str]:
    """All column names."""
    numbered = [f"answer{n}_{part}" for n in range(1, answers + 1) for part in PARTS]
    return [*BASE, *numbered]


def _row(said: dict[str, str]) -> list[str]:
    return [said.get(name, "") for name in head()]


def sample() -> list[Sequence[str]]:
    """A question of each kind, to begin from."""
    unit = {"unit_ko": "정전협정", "unit_en": "The armistice", "competency": ""}
    return [_row(unit | row) for row in _SAMPLES]


_SAMPLES: tuple[dict[str, str], ...] = (
    {"slug": "year", "kind": "one", "text_ko": "정전협정은 언제 맺어졌나요?",
     "text_en": "When was the armistice signed?",
     "explanation_ko": "1953년 7월 27일이에요.", "explanation_en": "On 27 July 1953.",
     "hint1_ko": "여름이었어요.", "hint1_en": "It was summer.",
     "answer1_ko": "1953년", "answer1_en": "1953", "answer1_right": "yes",
     "answer1_feedback_ko": "맞아요.", "answer1_feedback_en": "Right.",
     "answer2_ko": "1950년", "answer2_en": "1950", "answer2_right": "no"},
    {"slug": "parties", "kind": "several", "text_ko": "누가 서명했나요?", "text_en": "Who signed it?",  # noqa: E501
     "answer1_ko": "유엔군", "answer1_en": "The UN Command", "answer1_right": "yes",
     "answer2_ko": "중국군", "answer2_en": "The Chinese army", "answer2_right": "yes",
     "answer3_ko": "일본", "answer3_en": "Japan", "answer3_right": "no"},
    {"slug": "peace", "kind": "true_false", "text_ko": "정전협정은 평화협정이에요.",
     "text_en": "The armistice is a peace treaty.",
     "answer1_ko": "맞아요", "answer1_en": "True", "answer1_right": "no",
     "answer2_ko": "아니에요", "answer2_en": "False", "answer2_right": "yes"},
    {"slug": "length", "kind": "numeric", "text_ko": "군사분계선은 몇 km인가요?",
     "text_en": "How long is the demarcation line?", "counted_ko": "km", "counted_en": "km",
     "answer1_ko": "240..250", "answer2_ko": "230..260", "answer2_credit": "0.5"},
    {"slug": "place", "kind": "short", "text_ko": "어디에서 맺었나요?", "text_en": "Where?",
     "answer1_ko": "판문점", "answer2_ko": "Panmunjom"},
    {"slug": "capitals", "kind": "matching", "text_ko": "짝을 지어 보세요.", "text_en": "Match them.",  # noqa: E501
     "answer1_ko": "남 => 서울", "answer1_en": "South => Seoul",
     "answer2_ko": "북 => 평양", "answer2_en": "North => Pyongyang",
     "answer3_ko": "=> 부산", "answer3_en": "=> Busan"},
    {"slug": "order", "kind": "ordering", "text_ko": "차례대로 놓아 보세요.",
     "text_en": "Put them in order.", "answer1_ko": "해방", "answer1_en": "Liberation",
     "answer2_ko": "전쟁", "answer2_en": "War", "answer3_ko": "정전", "answer3_en": "Armistice"},
)  # fmt: skip
