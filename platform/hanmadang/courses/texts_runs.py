"""Words for runs, cohorts, the desk and its figures."""

from collections.abc import Mapping
from dataclasses import dataclass

from hanmadang.courses.analysis.items import Finding
from hanmadang.courses.models import CohortKind, RunState
from hanmadang.courses.queries.learners import Sort, Where
from hanmadang.courses.rules.runs import Joining
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.i18n import LazyText, lazy

STATES: Mapping[RunState, tuple[LazyText, str]] = {
    RunState.DRAFT: (lazy("Draft"), "note"),
    RunState.PUBLISHED: (lazy("Published"), "good"),
    RunState.CANCELLED: (lazy("Called off"), "bad"),
}
JOINING: Mapping[Joining, tuple[LazyText, str]] = {
    Joining.NOT_YET: (lazy("Enrolment opens soon"), "note"),
    Joining.OPEN: (lazy("Enrolment open"), "good"),
    Joining.FULL: (lazy("Full"), "warn"),
    Joining.CLOSED: (lazy("Enrolment closed"), "plain"),
    Joining.CANCELLED: (lazy("Called off"), "bad"),
}
KINDS: Mapping[CohortKind, LazyText] = {
    CohortKind.SCHOOL: lazy("School class"),
    CohortKind.OFFICERS: lazy("Civic officers of a city abroad"),
    CohortKind.GROUP: lazy("Another group"),
}
RUN_LANGUAGES: Mapping[str, LazyText] = {
    "": lazy("Korean and English"),
    "ko": lazy("Mostly Korean"),
    "en": lazy("Mostly English"),
}
WHERE: Mapping[Where, LazyText] = {
    Where.ALL: lazy("Everybody"),
    Where.WRONG: lazy("Stuck at a question"),
    Where.QUIET: lazy("Not been here for a week"),
    Where.NOT_STARTED: lazy("Not started"),
    Where.FINISHED: lazy("Every unit done"),
}
SORT: Mapping[Sort, LazyText] = {
    Sort.QUIET: lazy("Away longest first"),
    Sort.PROGRESS: lazy("Least done first"),
    Sort.NAME: lazy("By name"),
}
FINDINGS: Mapping[Finding, LazyText] = {
    Finding.TOO_EASY: lazy("Too easy: nearly everybody is right at once"),
    Finding.TOO_HARD: lazy("Too hard: few are right at once"),
    Finding.NEGATIVE: lazy("Check the key: those who know more are wrong more often"),
    Finding.WEAK: lazy("Hardly tells apart who knows more"),
    Finding.UNCHOSEN: lazy("An option nobody chose"),
}


@dataclass(frozen=True, slots=True)
class Model:
    """A message to begin with."""

    name: LazyText
    subject: Bilingual
    body: Bilingual


MODELS: Mapping[str, Model] = {
    "go-on": Model(
        lazy("Go on where you stopped"),
        Bilingual.of(ko="{course}: 이어서 학습해 보세요", en="{course}: go on where you stopped"),
        Bilingual.of(
            ko="{name} 님, 안녕하세요.\n\n‘{unit}’에서 학습이 멈춰 있습니다. 몇 분이면 다음 강의로 "
            "넘어갈 수 있습니다. 아래 주소에서 ‘멈춘 곳부터 이어서 배우기’를 눌러 주세요.\n\n"
            "{link}\n\n"
            "어려운 점이 있으면 강사에게 알려 주세요.",
            en="Dear {name},\n\nyou stopped at “{unit}”. A few minutes take you to the next unit: "
            "open this page and press “Continue where you left off”.\n\n{link}\n\n"
            "If something is in your way, please tell your instructor.",
        ),
    ),
    "question": Model(
        lazy("Help with a question"),
        Bilingual.of(ko="{course}: 어려운 문항을 함께 살펴봅시다", en="{course}: a hard question"),
        Bilingual.of(
            ko="{name} 님, 안녕하세요.\n\n여러 번 풀어도 맞히기 어려운 문항이 있을 수 있습니다. "
            "‘{unit}’의 본문을 다시 읽고 해설을 확인해 주세요.\n\n{link}",
            en="Dear {name},\n\nsome questions stay hard after several tries. Please read “{unit}” "
            "once more, and the explanation below its question.\n\n{link}",
        ),
    ),
    "ends-soon": Model(
        lazy("The run ends soon"),
        Bilingual.of(ko="{course}: 이번 기수가 곧 끝납니다", en="{course}: the run ends soon"),
        Bilingual.of(
            ko="{name} 님, 안녕하세요.\n\n이번 기수가 곧 끝납니다. 남은 강의를 마쳐 주세요. "
            "끝난 뒤에도 강좌는 계속 읽을 수 있고 학습 기록도 그대로 남습니다.\n\n{link}",
            en="Dear {name},\n\nthe run ends soon; please finish the units that are left. Your "
            "progress stays afterwards, and so does the course.\n\n{link}",
        ),
    ),
}
