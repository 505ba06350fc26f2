"""What becomes of particular constructs."""

from typing import Any

import pytest

from hanmadang.courses.exchange.failures import ExchangeError, NoLanguageError, UnreadableError
from hanmadang.courses.exchange.formats import read
from hanmadang.courses.exchange.imported import File, Imported, Options
from hanmadang.courses.exchange.markup import Shown, Words, pieces
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.report import Outcome
from hanmadang.courses.exchange.subtitles import cues, transcript, vtt
from tests.factories.foreign import files
from tests.factories.foreign.archives import tarred, zipped

FILES = files()
KOREAN = Options("ko", "armistice")


def of(name: str) -> Imported:
    return read(*FILES[name], KOREAN)


def gift(text: str) -> Imported:
    return read("bank.gift", text.encode(), KOREAN)


def only(found: Imported) -> File:
    (question,) = found.questions()
    return question


def by_slug(found: Imported) -> dict[str, Any]:
    return {question["slug"]: question for question in found.questions()}


def test_weights_of_gift_become_credit() -> None:
    options = only(gift("::q::Which? {~%50%a ~%50%b ~%-100%c}"))["options"]
    assert [option["credit"] for option in options] == [0.5, 0.5, -1]
    assert [option["correct"] for option in options] == [True, True, False]


@pytest.mark.parametrize(
    ("answer", "ranges"),
    [
        ("#1953:2", [(1951, 1955)]),
        ("#3.141..3.142", [(3.141, 3.142)]),
        ("#=1822:0 =%50%1822:2", [(1822, 1822), (1820, 1824)]),
        ("#-5", [(-5, -5)]),
    ],
)
def test_numbers_of_gift_become_ranges(answer: str, ranges: list[tuple[float, float]]) -> None:
    answers = only(gift(f"::q::When? {{{answer}}}"))["answers"]
    assert [(each["low"], each["high"]) for each in answers] == ranges


def test_a_missing_word_is_a_gap() -> None:
    question = only(gift("::q::Gandhi's birthday is an Indian {~Christmas =national} holiday."))
    assert question["passage"] == {"ko": "Gandhi's birthday is an Indian [[1]] holiday."}
    assert question["gaps"][0]["kind"] == "one"


def test_escapes_and_line_ends_of_gift() -> None:
    text = "\ufeff::q::a \\{b\\} \\= c\\nd {=x\\=y ~z\\~}\r\n\r\n// comment\r\n"
    question = only(gift(text))
    assert question["text"] == {"ko": "a {b} = c\nd"}
    assert question["options"][0]["label"] == {"ko": "x=y"}


def test_a_file_of_korean_windows_is_read() -> None:
    found = read("bank.gift", "::q::정전협정은? {=1953 ~1950}".encode("cp949"), Options())
    assert only(found)["text"] == {"ko": "정전협정은?"}
    assert Reason.ENCODING in {note.reason for note in found.notes}


def test_a_cloze_of_sixteen_gaps_keeps_them_all() -> None:
    cloze = by_slug(of("moodle"))["cloze"]
    assert [gap["kind"] for gap in cloze["gaps"]] == ["one"] * 9 + ["short"] * 5 + ["numeric"] * 2
    assert all(f"[[{n}]]" in cloze["passage"]["ko"] for n in range(1, 17))


def test_a_picture_in_a_question_stands_before_it() -> None:
    found = of("moodle")
    (unit,) = found.units()
    kinds = [block["kind"] for block in unit["blocks"]]
    place = kinds.index("image")
    assert unit["blocks"][place]["picture"] in found.pictures
    assert unit["blocks"][place]["alt"] == {"ko": "m-alt"}
    assert unit["blocks"][place + 1] == {"kind": "question", "question": "m-one"}


def test_texts_in_two_languages_stay_so() -> None:
    spans = '<span lang="ko" class="multilang">언제?</span><span lang="en" class="multilang">When?</span>'  # noqa: E501
    found = gift(f"::q::[html]{spans.replace('=', chr(92) + '=')} {{=1953 ~1950}}")
    assert only(found)["text"] == {"ko": "언제?", "en": "When?"}


def test_a_course_of_open_edx_keeps_its_outline() -> None:
    found = read(*FILES["olx"], Options("", "armistice"))
    assert found.language == "ko"
    assert [module["title"]["ko"] for module in found.course["modules"]] == ["m-chapter", "m-two"]
    (film,) = (b for u in found.units() for b in u["blocks"] if b["kind"] == "video")
    assert film["seconds"] == 4
    assert film["transcript"] == {"ko": "m-spoken m-more"}
    assert film["captions"]["ko"].startswith("WEBVTT")


def test_tolerances_and_intervals_of_open_edx() -> None:
    found = by_slug(of("olx"))
    assert (
        found["m-nu-title"]["answers"][0]["low"],
        found["m-nu-title"]["answers"][0]["high"],
    ) == (
        570,
        630,
    )
    half_open = found["m-ra-title"]["answers"][0]
    assert half_open["low"] == 1
    assert 4.999 < half_open["high"] < 5


def test_a_simple_problem_of_studio_is_read() -> None:
    (question,) = (q for q in of("olx").questions() if q["text"].get("ko") == "m-md")
    assert [option["correct"] for option in question["options"]] == [True, False]
    assert question["options"][0]["feedback"] == {"ko": "m-md-said"}
    assert question["explanation"] == {"ko": "m-md-why"}
    assert question["hints"] == [{"ko": "m-md-hint"}]


def test_folders_of_a_cartridge_are_modules_and_the_rest_stands_apart() -> None:
    found = read(*FILES["cartridge"], Options())
    assert found.language == "en"
    assert [m["title"].get("en") for m in found.course["modules"]] == [
        "m-module",
        "Outside the table of contents",
    ]
    assert found.course["modules"][0]["units"][0]["title"] == {"en": "m-page"}


def test_settings_of_a_quiz_are_kept_where_we_have_them() -> None:
    (unit,) = of("qti1").units()
    assert unit["quiz"] == {"attempts": 2, "time_limit_minutes": 30}


def test_places_in_a_picture_are_shares_of_it() -> None:
    hot = by_slug(read(*FILES["qti2"], Options("en")))["m-hot"]
    assert hot["spots"][0] == {
        "label": {"en": "m-spot-a"}, "x": 0.0, "y": 0.0, "width": 0.5, "height": 0.5,
        "correct": True,
    }  # fmt: skip
    assert not hot["spots"][1]["correct"]


def test_what_is_shown_after_an_answer_is_not_shown_before_it() -> None:
    found = read(*FILES["qti2"], Options("en"))
    assert "m-block-said" not in str(found.course)
    assert any("m-block-said" in note.detail for note in found.notes)


def test_a_language_that_nobody_says_is_asked_for() -> None:
    with pytest.raises(NoLanguageError):
        read("bank.gift", "::q::Ποια; {=α ~β}".encode(), Options())


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><quiz>&x;</quiz>',
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>',
        b"<quiz><question>",
        b"<quiz>" + b"<a>" * 100 + b"</a>" * 100 + b"</quiz>",
    ],
    ids=["entity", "external", "cut", "deep"],
)
def test_documents_that_mean_harm_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        read("bank.xml", data, KOREAN)


def test_an_unknown_file_asks_for_its_format() -> None:
    with pytest.raises(ExchangeError):
        read("x.bin", b"\x00\x01", KOREAN)


def told(html: str) -> tuple[list[Any], list[tuple[str, Reason]]]:
    notes: list[tuple[str, Reason]] = []
    found = pieces(html, lambda construct, reason, _detail: notes.append((construct, reason)))
    return found, notes


def test_html_becomes_clean_markdown() -> None:
    found, notes = told(
        '<h2>T</h2><p onclick="x()">a <b>b</b> <a href="javascript:x">c</a></p>'
        '<ul><li>one<ul><li>in</li></ul></li></ul><img src="p.png" alt="P"><script>x()</script>'
        "<table><tr><th>h</th><td>d</td></tr></table>"
    )
    assert found == [
        Words("\n### T\n\na **b** c\n\n- one\n  - in".strip("\n")),
        Shown("img", "p.png", "P"),
        Words("| h | d |\n| --- | --- |"),
    ]
    assert [construct for construct, _reason in notes] == [
        "<p onclick=…>", "<script>", "<a href=…>"
    ]  # fmt: skip


def test_words_that_look_like_markdown_stay_words() -> None:
    found, _notes = told("<p># no head *no* [no](http://x) &lt;b&gt; 1. no</p>")
    assert found == [Words("\\# no head \\*no\\* \\[no\\](http://x) &lt;b> 1. no")]


def test_subtitles_in_every_form_say_the_same() -> None:
    srt = cues(b"1\n00:00:01,000 --> 00:00:02,500\nHello <i>you</i>\n")
    sjson = cues(b'{"start": [1000], "end": [2500], "text": ["Hello you"]}')
    assert srt == sjson == cues(vtt(srt).encode())
    assert transcript(srt) == "Hello you"


def test_two_files_of_one_name_and_other_traps_refuse_the_archive() -> None:
    with pytest.raises(ExchangeError):
        read("x.tar.gz", tarred({"../course.xml": "x"}), KOREAN)
    with pytest.raises(ExchangeError):
        read("x.zip", zipped({"/imsmanifest.xml": "x"}), KOREAN)


def test_a_broken_question_leaves_the_others_alone() -> None:
    found = gift("::a::A? {=x ~y}\n\n::b::B? {#zz}\n\n::c::C? {T}")
    assert list(by_slug(found)) == ["a", "c"]
    (left,) = (note for note in found.notes if note.outcome is Outcome.LEFT)
    assert "B?" in left.detail


def test_a_section_that_no_html_has_stays_words() -> None:
    found, notes = told("<p>a <![CD b]> c</p>")
    assert found == [Words("a &lt;!\\[CD b\\]> c")]
    assert notes == [("<![…]>", Reason.RENAMED)]
