"""Moodle XML as Moodle 4 exports it."""

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def _text(tag: str, words: str, more: str = "") -> str:
    return f'<{tag} format="html"><text><![CDATA[{words}]]></text>{more}</{tag}>'


def _answer(words: str, fraction: str, said: str = "", more: str = "") -> str:
    feedback = _text("feedback", said) if said else ""
    return (
        f'<answer fraction="{fraction}" format="html"><text><![CDATA[{words}]]></text>'
        f"{feedback}{more}</answer>"
    )


def _question(type_: str, name: str, words: str, *more: str, files: str = "") -> str:
    return (
        f'<question type="{type_}"><name><text>{name}</text></name>'
        f"{_text('questiontext', words, files)}{''.join(more)}</question>"
    )


_GENERAL = _text("generalfeedback", "<p>m-general</p>")
_SETTINGS = "<defaultgrade>1</defaultgrade><penalty>0.3333333</penalty><hidden>0</hidden>"
_HINT = _text("hint", "m-hint", "<shownumcorrect/>") + _text("hint", "m-hint-two")
_COMBINED = _text("correctfeedback", "m-correct") + _text("incorrectfeedback", "m-incorrect")
_TAGS = "<tags><tag><text>m-tag</text></tag></tags><idnumber>m-idnumber</idnumber>"
_FILE = f'<file name="m.png" path="/" encoding="base64">{PIXEL}</file>'
_UNITS = (
    "<units><unit><multiplier>1</multiplier><unit_name>m-unit</unit_name></unit>"
    "<unit><multiplier>1000</multiplier><unit_name>m-kilo</unit_name></unit></units>"
)

CLOZE_GAPS = "".join(
    f"<p>m-gap-{n} {{1:{kind}:{answers}}}</p>"
    for n, (kind, answers) in enumerate(
        [("MULTICHOICE", "=m-c-a#m-c-said~m-c-b~%50%m-c-c"), ("MCV", "=a1~b1"), ("MCH", "a2~=b2"),
         ("MC", "%100%a3~b3"), ("MULTICHOICE_V", "=a4~b4"), ("MULTICHOICE_H", "=a5~b5"),
         ("MCS", "=a6~b6"), ("MCVS", "=a7~b7"), ("MCHS", "=a8~b8"), ("SHORTANSWER", "=m-s*~%50%n"),
         ("SA", "=a9"), ("MW", "=a10"), ("SHORTANSWER_C", "=Aa"), ("SAC", "=Bb"),
         ("NUMERICAL", "=23.8:0.1#m-n-said~%50%23:2"), ("NM", "=5:0")], 1)
)  # fmt: skip
"""Sixteen gaps."""

MOODLE = f"""<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<question type="category"><category><text>$course$/top/m-category</text></category>
<info format="html"><text>m-info</text></info><idnumber></idnumber></question>
{
    _question(
        "multichoice",
        "m-one",
        '<p>m-one-text <img src="@@PLUGINFILE@@/m.png" alt="m-alt"></p>',
        _GENERAL,
        _SETTINGS,
        "<single>true</single><shuffleanswers>1</shuffleanswers>",
        _COMBINED,
        _answer("m-one-a", "100", "m-one-a-said"),
        _answer("m-one-b", "-33.33333"),
        _HINT,
        _TAGS,
        files=_FILE,
    )
}
{
    _question(
        "multichoice",
        "several",
        "m-several",
        "<single>false</single>",
        _answer("m-several-a", "50"),
        _answer("m-several-b", "50"),
        _answer("m-several-c", "-50"),
    )
}
{
    _question(
        "truefalse",
        "truefalse",
        "m-tf",
        _answer("true", "0", "m-tf-true"),
        _answer("false", "100", "m-tf-false"),
    )
}
{
    _question(
        "shortanswer",
        "short",
        "m-short",
        "<usecase>1</usecase>",
        _answer("m-short-a", "100"),
        _answer("m-short-*", "50", "m-short-said"),
    )
}
{
    _question(
        "numerical",
        "numerical",
        "m-numerical",
        _answer("12.5", "100", "m-numerical-said", "<tolerance>0.5</tolerance>"),
        _UNITS,
    )
}
{
    _question(
        "matching",
        "matching",
        "m-matching",
        _text("subquestion", "m-left-a", "<answer><text>m-right-a</text></answer>"),
        _text("subquestion", "m-left-b", "<answer><text>m-right-b</text></answer>"),
        _text("subquestion", "", "<answer><text>m-extra</text></answer>"),
    )
}
{
    _question(
        "essay",
        "essay",
        "m-essay",
        "<responseformat>editor</responseformat>",
        _text("graderinfo", "m-grader"),
    )
}
{_question("description", "description", "<p>m-description</p>")}
{_question("cloze", "cloze", CLOZE_GAPS)}
{_question("cloze", "cloze-mr", "m-mr {1:MULTIRESPONSE:=m-mr-a~=m-mr-b~m-mr-c} {1:SA:=m-mr-sa}")}
{
    _question(
        "ddwtos",
        "ddwtos",
        "m-dd [[1]] m-dd-mid [[2]]",
        "<dragbox><text>m-dd-a</text><group>1</group><infinite/></dragbox>",
        "<dragbox><text>m-dd-b</text><group>1</group></dragbox>",
    )
}
{
    _question(
        "gapselect",
        "gapselect",
        "m-gs [[2]]",
        "<selectoption><text>m-gs-a</text><group>1</group></selectoption>",
        "<selectoption><text>m-gs-b</text><group>1</group></selectoption>",
    )
}
{_question("ordering", "ordering", "m-ordering", _answer("m-first", "1"), _answer("m-second", "2"))}
{
    _question(
        "ddmatch",
        "ddmatch",
        "m-ddmatch",
        _text("subquestion", "m-ddm-a", "<answer><text>m-ddm-b</text></answer>"),
        _text("subquestion", "m-ddm-c", "<answer><text>m-ddm-d</text></answer>"),
    )
}
{_question("calculated", "m-calculated", "{{a}} + m-calc-text")}
{_question("coderunner", "m-coderunner", "m-code-text")}
{_question("ddmarker", "m-ddmarker", "m-marker-text")}
{
    _question(
        "multichoice",
        "strange",
        "m-strange",
        "<m-unheard>m-unheard-of</m-unheard>",
        _answer("m-strange-a", "100"),
        _answer("m-strange-b", "0"),
    )
}
</quiz>
"""
