"""What the newcomer of the proof `authoring` writes: one unit with a question, in two languages."""

Both = tuple[str, str]
"""In Korean and in English."""

COURSE: Both = ("노래로 배우는 분단", "Division in songs")
SUMMARY: Both = ("노래 세 곡으로 보는 역사입니다.", "History heard in three songs.")
TITLE: Both = ("피난길의 노래", "A song of those who fled")
_KOREAN = """\
1950년 12월, 흥남 부두에는 배를 기다리는 사람이 십만 명 가까이 모였습니다. 많은 가족이 그날
헤어졌고, 다시 만나지 못했습니다. 몇 해 뒤 부산에서 나온 한 노래가 그날의 부두를 불렀습니다.
사람들은 그 노래를 들으며 잃어버린 동생을 떠올렸습니다. 노래는 지금도 이산가족이 만나는 자리에서
불립니다."""
_ENGLISH = """\
In December 1950 nearly a hundred thousand people waited for ships on the quay of Heungnam. Many
families were parted that day and never met again. A few years later a song from Busan told of
that quay. Those who heard it thought of a sister they had lost. It is still sung wherever
separated families meet."""
TEXT: Both = (_KOREAN.replace("\n", " "), _ENGLISH.replace("\n", " "))
QUESTION: Both = ("노래에 나오는 부두는 어디인가요?", "Which quay does the song tell of?")
ASKS_FOR = "separated-families"
"""The competency."""
OPTIONS: tuple[Both, ...] = (
    ("흥남", "Heungnam"), ("부산", "Busan"), ("인천", "Incheon"), ("원산", "Wonsan"),
)  # fmt: skip
"""The first is right."""
FEEDBACK: tuple[Both, ...] = (
    ("맞습니다. 1950년 12월의 부두입니다.", "Yes: the quay of December 1950."),
    ("부산은 노래가 나온 곳입니다.", "Busan is where the song came from."),
)
"""For the first option, and for the second."""
