"""The passwords that are tried first: words, walks over the keyboard, Korean typed on Latin keys.

Compared without regard to case, without figures and signs around the word, and repeated words
count once: ``Password!2026``, ``qwerqwerqwer`` and ``dkssudgktpdy1`` are all found.
"""

import re
import unicodedata

WORST = frozenset(
    """
    password passw0rd p@ssw0rd p@ssword pa55word pass welcome letmein iloveyou admin
    administrator root user guest login master manager system server test testing tester demo
    sample example default changeme change secret secure security access private qwerty
    qwertyuiop qwertyui asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc wsxedc qweasd
    qweasdzxc qwerasdf qwerasdfzxcv 1qaz2wsx 1qaz2wsx3edc zaq12wsx 1q2w3e 1q2w3e4r 1q2w3e4r5t
    1q2w3e4r5t6y q1w2e3 q1w2e3r4 q1w2e3r4t5 qwer1234 asdf1234 zxcv1234 qwe123 asd123 abc123
    abcd1234 abcdef a1b2c3 a1b2c3d4 a12345678 123qwe 123123 123321 112233 121212 654321
    987654321 0987654321 147258369 159753 741852963 1234qwer 12345qwert monkey dragon sunshine
    princess football baseball basketball soccer superman batman spiderman starwars pokemon
    michael jennifer jessica daniel charlie jordan hunter shadow killer freedom liberty
    whatever trustno1 hello helloworld hello123 computer internet google naver daum kakao
    kakaotalk samsung android iphone facebook instagram youtube korea southkorea northkorea
    republicofkorea seoul busan incheon pyongyang unification unity peace onekorea hanmadang
    madang tongil daehanminguk fighting hwaiting love lovely forever happy flower summer winter
    spring autumn january december monday sunday family mother father angel jesus christ buddha
    money lotto bitcoin windows linux oracle mysql spring2026 korea2026 mobile phone school
    student teacher office cityhall publicservice
    qlalfqjsgh dkssudgktpdy tkfkdgody tkfkdgkqslek tkfkdgo eogksalsrnr gksakekd xhddlf
    vudghkxhddlf dnflskfk godqhrgktpdy godqhr rhksflwk eogksalsrnrakstp rkatkgkqslek djajsl
    dkqjwl dnflrkwhr ehrehsmsdnflekd zhfldk tjdnf qntks cnrrn gkrry tjstodsla rhdandnjs tlals
    tlcjd ghldnjsrkdlq fhrmdls dkdlel dkagh cjswo qkqh gksksla dptnsla qncjsla sksmssk anrndghk
    gksrnr whtjs qorentks gksfktks rmarkdtks dkflfkd
    비밀번호 안녕하세요 사랑해요 사랑합니다 사랑해 대한민국 한마당 통일 평화통일 우리나라
    행복하세요 행복 관리자 대한민국만세 감사합니다 어머니 아버지 우리가족 독도는우리땅 코리아
    서울 부산 축구 학교 선생님 공무원 시민 시청 회원가입 로그인 아이디 암호 천재 바보 하나님
    예수님 부처님 나는나 무궁화 한국 조선 백두산 한라산 금강산 아리랑 ㅂㅈㄷㄱ ㅁㄴㅇㄹ
    ㅋㅌㅊㅍ ㅂㅈㄷㄱㅅㅛㅕㅑ ㅁㄴㅇㄹㅎㅗㅓㅏㅣ ㅂㅁㅋㅈㄴㅌ
    """.split()  # noqa: SIM905  (a page of words reads better than a column of strings)
)
"""In small letters; the third part is what the fourth looks like on a Latin keyboard."""

_ROWS = (
    "01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./",
    "!@#$%^&*()_+", "1q2w3e4r5t6y7u8i9o0p", "qawsedrftgyhujikolp", "가나다라마바사아자차카타파하",
)  # fmt: skip
_SHORTEST_WALK = 4
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_ROUND = re.compile(r"(.{1,6}?)\1+.{0,3}")


def is_among_the_worst(password: str) -> bool:
    """Whether a guesser would try this password among the first."""
    text = unicodedata.normalize("NFC", password).casefold()
    once = _ROUND.fullmatch(text)
    forms = {text, _AROUND.sub("", text), *({once[1]} if once else ())}
    return bool(forms & WORST) or once is not None or _is_a_walk(text)


def _is_a_walk(text: str) -> bool:
    """Whether the whole password is one run along a row of keys, in either direction."""
    core = _AROUND.sub("", text)
    runs = [run for run in (text, core) if len(run) >= _SHORTEST_WALK]
    return any(run in row * 2 or run[::-1] in row * 2 for run in runs for row in _ROWS)
