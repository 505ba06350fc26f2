"""One block and one question of every kind, each with everything that can be said of it."""

from hanmadang.courses.models import QuestionKind
from hanmadang.courses.specs import (
    AudioBlock,
    BlockSpec,
    ChoiceBody,
    DocumentBlock,
    EventBlock,
    GapsBody,
    ImageBlock,
    MapBlock,
    MatchingBody,
    Moment,
    NumericAnswer,
    NumericBody,
    OrderingBody,
    Pair,
    PerspectivesBlock,
    Place,
    PollBlock,
    QuestionBlock,
    QuestionSpec,
    ReflectionBlock,
    ShortAnswer,
    ShortBody,
    Spot,
    SpotsBody,
    TableBlock,
    TextBlock,
    TimelineBlock,
    VideoBlock,
    View,
)
from tests.factories.courses import option, question, text

PICTURE = "0123456789abcdef0123456789abcdef"
FILE = f"{PICTURE}.mp4"

CAPTION = "WEBVTT\n\n00:00.000 --> 00:02.000\n"
A, B, C = (option("A", correct=True), option("B", correct=True), option("C", correct=False))

ONE = ChoiceBody((option("A", correct=True), option("B", correct=False)))
NUMBER = NumericBody(
    (
        NumericAnswer(1953, 1953, feedback=text("맞아요", "Right")),
        NumericAnswer(1950, 1955.5, 0.5, text("가까워요", "Close")),
    ),
    text("년", "years"),
)
WORDS = ShortBody((ShortAnswer("정전협정"), ShortAnswer("arm*", 0.5, text("거의", "Nearly"))))

BLOCKS: tuple[BlockSpec, ...] = (
    TextBlock(text("**본문**입니다.", "The **text**.")),
    PerspectivesBlock(
        text("두 시각", "Two views"),
        (View(text("가", "A"), text("가입니다", "It is A")),
         View(text("나", "B"), text("나입니다", "It is B"))),
    ),
    TableBlock(
        text("연표", "Years"),
        (text("해", "Year"), text("일", "Event")),
        ((text("1953", "1953"), text("정전", "Armistice")),),
    ),
    ImageBlock(PICTURE, text("판문점", "Panmunjom"), text("1953년", "In 1953"), text("시", "City")),
    VideoBlock(
        title=text("영상", "A film"),
        media=FILE,
        seconds=90,
        transcript=text("말한 내용", "What is said"),
        captions=text(CAPTION + "안녕하세요", CAPTION + "Hello"),
    ),
    AudioBlock(text("소리", "A sound"), "https://example.org/a.mp3", 30, text("노랫말", "Words")),
    DocumentBlock(text("문서", "A paper"), "https://example.org/a.pdf", text("요약", "Summary")),
    TimelineBlock(text("차례", "In order"), (Moment(text("1950년", "1950"), text("전쟁", "War")),)),
    MapBlock(
        text("곳", "Places"),
        (Place(text("판문점", "Panmunjom"), text("회담", "Talks"), 37.956, 126.677),),
    ),
    QuestionBlock("first"),
    ReflectionBlock("think", text("어떻게 생각하나요?", "What do you think?")),
    EventBlock("autumn-concert", text("들어 보세요", "Listen for it")),
    PollBlock("K7M2QD", text("답해 보세요", "Take part")),
)  # fmt: skip

QUESTIONS: tuple[QuestionSpec, ...] = (
    question("first", hints=(text("힌트 하나", "Hint one"), text("힌트 둘", "Hint two"))),
    question(
        "several",
        kind=QuestionKind.SEVERAL,
        body=ChoiceBody((A, B, C)),
    ),
    question("true-false", kind=QuestionKind.TRUE_FALSE, body=ONE),
    question("number", kind=QuestionKind.NUMERIC, body=NUMBER),
    question("words", kind=QuestionKind.SHORT, body=WORDS),
    question(
        "pairs",
        kind=QuestionKind.MATCHING,
        body=MatchingBody(
            (Pair(text("남", "South"), text("서울", "Seoul")),
             Pair(text("북", "North"), text("평양", "Pyongyang"))),
            (text("부산", "Busan"),),
        ),
    ),
    question(
        "order",
        kind=QuestionKind.ORDERING,
        body=OrderingBody(
            (text("해방", "Liberation"), text("전쟁", "War"), text("정전", "Armistice"))
        ),
    ),
    question(
        "gaps",
        kind=QuestionKind.GAPS,
        body=GapsBody(
            text("[[1]]에 [[2]]을 맺고 [[3]]이 멈췄다.", "[[3]] stopped in [[1]] by the [[2]]."),
            (NUMBER, WORDS, ONE),
        ),
    ),
    question(
        "spots",
        kind=QuestionKind.SPOTS,
        body=SpotsBody(
            PICTURE,
            text("지도", "A map"),
            (Spot(text("판문점", "Panmunjom"), 0.4, 0.4, 0.1, 0.1, correct=True),
             Spot(text("부산", "Busan"), 0.8, 0.9, 0.1, 0.1, correct=False,
                  feedback=text("더 북쪽이에요", "Further north"))),
        ),
    ),
    question("unexplained", explanation=None),
)  # fmt: skip
