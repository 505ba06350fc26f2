"""QTI 1.2 with the profiles of Common Cartridge."""


def _mattext(words: str, form: str = "text/html") -> str:
    return f'<material><mattext texttype="{form}">{words}</mattext></material>'


def _labels(*labels: tuple[str, str]) -> str:
    inside = "".join(
        f'<response_label ident="{i}">{_mattext(w)}</response_label>' for i, w in labels
    )
    return f"<render_choice>{inside}</render_choice>"


def _lid(inside: str, cardinality: str = "Single", ident: str = "r1") -> str:
    return f'<response_lid ident="{ident}" rcardinality="{cardinality}">{inside}</response_lid>'


def _when(condition: str, score: str = "100", shown: str = "") -> str:
    feedback = f'<displayfeedback feedbacktype="Response" linkrefid="{shown}"/>' if shown else ""
    set_ = f'<setvar action="Set" varname="SCORE">{score}</setvar>' if score else ""
    return (
        f"<respcondition><conditionvar>{condition}</conditionvar>{set_}{feedback}</respcondition>"
    )


def _is(value: str, ident: str = "r1", case: str = "") -> str:
    more = f' case="{case}"' if case else ""
    return f'<varequal respident="{ident}"{more}>{value}</varequal>'


def _feedback(ident: str, words: str) -> str:
    return f'<itemfeedback ident="{ident}"><flow_mat>{_mattext(words)}</flow_mat></itemfeedback>'


def _item(profile: str, title: str, presentation: str, conditions: str, more: str = "") -> str:
    return (
        f'<item ident="{title}" title="{title}"><itemmetadata><qtimetadata><qtimetadatafield>'
        f"<fieldlabel>cc_profile</fieldlabel><fieldentry>{profile}</fieldentry></qtimetadatafield>"
        "<qtimetadatafield><fieldlabel>cc_weighting</fieldlabel><fieldentry>3</fieldentry>"
        "</qtimetadatafield></qtimetadata></itemmetadata>"
        f"<presentation>{presentation}</presentation><resprocessing><outcomes>"
        '<decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>'
        f"{conditions}</resprocessing>{more}</item>"
    )


_ABC = _labels(("a", "m-a"), ("b", "m-b"), ("c", "m-c"))
_FIB = '<response_str ident="r1" rcardinality="Single"><render_fib rows="1"/></response_str>'
_BOTH = f"<and>{_is('a')}<not>{_is('b')}</not>{_is('c')}</and>"
_NUMBER = (
    f"<or>{_is('42')}<and><vargte respident='r1'>41.5</vargte>"
    "<varlte respident='r1'>42.5</varlte></and></or>"
)

QTI1 = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE questestinterop SYSTEM "ims_qtiasiv1p2.dtd">
<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2">
<assessment ident="q1" title="m-test"><qtimetadata><qtimetadatafield>
<fieldlabel>cc_maxattempts</fieldlabel><fieldentry>2</fieldentry></qtimetadatafield>
<qtimetadatafield><fieldlabel>qmd_timelimit</fieldlabel><fieldentry>30</fieldentry></qtimetadatafield>
<qtimetadatafield><fieldlabel>cc_foo</fieldlabel><fieldentry>m-setting</fieldentry></qtimetadatafield>
</qtimetadata><presentation_material><flow_mat>{
    _mattext("m-intro")
}</flow_mat></presentation_material>
<section ident="root" title="m-section">
{
    _item(
        "cc.multiple_choice.v0p1",
        "m-one",
        _mattext("m-one-text") + _lid(_ABC),
        _when("<other/>", "", "gen") + _when(_is("b"), "100", "b_fb"),
        _feedback("gen", "m-general") + _feedback("b_fb", "m-b-said"),
    )
}
{
    _item(
        "cc.multiple_response.v0p1",
        "m-several",
        _mattext("m-several-text") + _lid(_ABC, "Multiple"),
        _when(_BOTH),
    )
}
{
    _item(
        "cc.true_false.v0p1",
        "m-tf",
        _mattext("m-tf-text") + _lid(_labels(("t", "True"), ("f", "False"))),
        _when(_is("t")),
    )
}
{
    _item(
        "cc.fib.v0p1",
        "m-fib",
        _mattext("m-fib-text") + _FIB,
        _when(_is("m-word", case="No")) + _when(_is("m-other"), "50"),
    )
}
{
    _item(
        "cc.pattern_match.v0p1",
        "m-pattern",
        _mattext("m-pattern-text") + _FIB,
        _when('<varsubstring respident="r1">m-part</varsubstring>'),
    )
}
{
    _item(
        "cc.essay.v0p1",
        "m-essay",
        _mattext("m-essay-text") + _FIB,
        "",
        '<itemfeedback ident="solution"><solution><solutionmaterial>'
        + _mattext("m-solution")
        + "</solutionmaterial></solution></itemfeedback>",
    )
}
{_item("numerical_question", "m-number", _mattext("m-number-text") + _FIB, _when(_NUMBER))}
{
    _item(
        "",
        "m-gaps",
        _mattext("m-gap-before", "text/plain") + _FIB + _mattext("m-gap-after"),
        _when(_is("m-gap-word")),
    )
}
{
    _item(
        "matching_question",
        "m-match",
        _mattext("m-match-text")
        + _lid(_mattext("m-left-1") + _ABC, ident="r1")
        + _lid(_mattext("m-left-2") + _ABC, ident="r2"),
        _when(_is("a", "r1"), "50") + _when(_is("b", "r2"), "50"),
    )
}
{
    _item(
        "",
        "m-order",
        _mattext("m-order-text") + _lid(_ABC, "Ordered"),
        _when(_is("c") + _is("a") + _is("b")),
    )
}
{
    _item(
        "",
        "m-hot",
        _mattext("m-hot-text")
        + '<response_xy ident="r1"><render_hotspot><response_label ident="h">m-spot</response_label>'
        "</render_hotspot></response_xy>",
        _when(_is("h")),
    )
}
{_item("calculated_question", "m-calc", _mattext("m-calc-text") + _FIB, _when(_is("1")))}
<m-unheard>m-unheard-of</m-unheard>
</section></assessment></questestinterop>
"""
