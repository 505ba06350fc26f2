"""QTI 1.2 as course systems write it: groups to draw from, and gaps with lists of words."""

_DRAWN = """<section title="Group"><selection_ordering><selection>
<selection_number>1</selection_number></selection></selection_ordering>{}</section>"""
_ITEM = """<item title="q"><presentation><material><mattext texttype="text/plain">{}</mattext>
</material><response_lid ident="r" rcardinality="Single"><render_choice>
<response_label ident="t"><material><mattext>True</mattext></material></response_label>
<response_label ident="f"><material><mattext>False</mattext></material></response_label>
</render_choice></response_lid></presentation><resprocessing><respcondition><conditionvar>
<varequal respident="r">t</varequal></conditionvar><setvar action="Set">100</setvar>
</respcondition></resprocessing></item>"""
GROUPS = (
    '<questestinterop><assessment title="Groups"><section ident="root">'
    + _DRAWN.format(_ITEM.format("One?") + _ITEM.format("Two?"))
    + _DRAWN.format(_ITEM.format("Three?"))
    + "</section></assessment></questestinterop>"
)

_WORD = """<response_label ident="{0}" answer_type="dropdown"><material><mattext>{1}</mattext>
</material></response_label>"""
_LIST = """<response_lid ident="response_{0}"><material><mattext>{1}</mattext></material>
<render_choice>{2}</render_choice></response_lid>"""
_RIGHT = """<respcondition><conditionvar><varequal respident="response_{0}">{1}</varequal>
</conditionvar><setvar action="Add">50</setvar></respcondition>"""
WORD_BANK = (
    '<questestinterop><item title="Words"><presentation><material><mattext texttype="text/html">'
    "&lt;p&gt;Roses are [a-1] and [b-2].&lt;/p&gt;</mattext></material>"
    + _LIST.format("a-1", "black", _WORD.format("k", "black") + _WORD.format("v", "violet"))
    + _LIST.format("b-2", "white", _WORD.format("n", "brown") + _WORD.format("w", "white"))
    + "</presentation><resprocessing>"
    + _RIGHT.format("a-1", "k")
    + _RIGHT.format("b-2", "w")
    + "</resprocessing></item></questestinterop>"
)
