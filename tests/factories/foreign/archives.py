"""Archives: a course of Open edX, a cartridge, a package of QTI 2; always the same bytes."""

import base64
import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping

from tests.factories.foreign.moodle import PIXEL

PICTURE = base64.b64decode(PIXEL)


def tarred(files: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            content = data.encode() if isinstance(data, str) else data
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(out.getvalue(), mtime=0)


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


_SRT = "1\n00:00:00,000 --> 00:00:02,000\nm-spoken\n\n2\n00:00:02,500 --> 00:00:04,000\nm-more\n"
_CHOICE = "<choicegroup><choice correct='true'>m-c-a<choicehint>m-c-said</choicehint></choice><choice correct='false'>m-c-b</choice></choicegroup>"
_PROBLEMS = {
    "mc": f"<multiplechoiceresponse><label>m-mc</label>{_CHOICE}</multiplechoiceresponse>"
    "<solution><p>m-solution</p></solution><demandhint><hint>m-demand</hint></demandhint>",
    "cb": "<choiceresponse><label>m-cb</label><description>m-cb-more</description><checkboxgroup>"
    "<choice correct='true'>m-cb-a</choice><choice correct='true'>m-cb-b</choice>"
    "<choice correct='false'>m-cb-c</choice><compoundhint value='A B'>m-compound</compoundhint>"
    "</checkboxgroup></choiceresponse>",
    "dd": "<p>m-dd</p><optionresponse><optioninput options=\"('m-dd-a','m-dd-b')\""
    " correct='m-dd-a'/></optionresponse>",
    "st": "<p>m-st</p><stringresponse answer='m-st-a' type='ci'><additional_answer answer='m-st-b'/>"
    "<textline size='20'/></stringresponse>",
    "re": "<p>m-re</p><stringresponse answer='m-.*' type='ci regexp'><textline/></stringresponse>",
    "nu": "<p>m-nu</p><numericalresponse answer='600'><responseparam type='tolerance' default='5%'/>"
    "<formulaequationinput/></numericalresponse>",
    "ra": "<p>m-ra</p><numericalresponse answer='[1,5)'><textline/></numericalresponse>",
    "fo": "<p>m-fo</p><formularesponse answer='x*y'>m-formula<formulaequationinput/></formularesponse>",
    "cu": "<script>m-script</script><p>m-cu</p><customresponse cfn='m-fn'><textline/></customresponse>",
    "in": "<p>m-in-before <optionresponse><optioninput><option correct='true'>m-in-a</option>"
    "<option correct='false'>m-in-b</option></optioninput></optionresponse> m-in-after</p>",
}
_MARKDOWN = ">>m-md<<\n\n(x) m-md-a {{m-md-said}}\n( ) m-md-b\n\n[explanation]\nm-md-why\n[explanation]\n\n||m-md-hint||"
_OTHERS = (
    '<poll_question display_name="m-poll"/><survey display_name="m-survey"/>'
    '<discussion discussion_target="m-discussion" url_name="d"/>'
    '<lti_consumer display_name="m-lti" lti_id="x" launch_url="https://tool.example/"'
    ' lti_key="SECRET-KEY"/>'
    '<drag-and-drop-v2 display_name="m-drag"/><openassessment display_name="m-ora"/>'
    '<word_cloud display_name="m-cloud"/>'
)


def olx() -> bytes:
    """Two chapters; every kind of block."""
    problems = "".join(
        f'<problem url_name="{name}" display_name="m-{name}-title" max_attempts="3">{body}</problem>'
        for name, body in _PROBLEMS.items()
    )
    quoted = _MARKDOWN.replace("\n", "&#10;").replace("<", "&lt;").replace(">", "&gt;")
    return tarred({
        "course/course.xml": '<course url_name="2026" org="m-org" course="m-course"/>',
        "course/course/2026.xml": '<course display_name="m-title" language="ko"'
        ' lti_passports="[&quot;id:SECRET-KEY:SECRET-KEY&quot;]"><chapter url_name="c1"/>'
        '<chapter url_name="c2"/><wiki slug="m-wiki"/></course>',
        "course/chapter/c1.xml": '<chapter display_name="m-chapter"><sequential url_name="s1"/></chapter>',
        "course/chapter/c2.xml": '<chapter display_name="m-two"><sequential display_name="m-seq"'
        f' graded="true"><vertical display_name="m-vert">{_OTHERS}<html>m-inline</html></vertical>'
        "</sequential></chapter>",
        "course/sequential/s1.xml": '<sequential display_name="m-s1"><vertical url_name="v1"/></sequential>',
        "course/vertical/v1.xml": '<vertical display_name="m-v1"><html url_name="h1"/>'
        f'<video url_name="f1"/>{problems}<problem url_name="md" markdown="{quoted}"/>'
        '<library_content display_name="m-library" max_count="1"><problem url_name="lib">'
        f"<multiplechoiceresponse><label>m-lib</label>{_CHOICE}</multiplechoiceresponse></problem>"
        '</library_content><html url_name="gone"/></vertical>',
        "course/html/h1.xml": '<html filename="h1" display_name="m-h1"/>',
        "course/html/h1.html": '<h2>m-head</h2><p onclick="evil()">m-para</p><img src="/static/p.png"'
        ' alt="m-alt"><ul><li>m-item</li></ul><iframe src="https://x.example/m-frame"></iframe>'
        '<a href="/static/doc.pdf">m-doc</a> <a href="javascript:m-js">m-bad</a>',
        "course/video/f1.xml": '<video display_name="m-film" youtube_id_1_0="abc" transcripts='
        '\'{"ko": "film.srt", "uk": "film-uk.srt"}\'><source src="https://video.example/m-film.mp4"/>'
        "</video>",
        "course/static/film.srt": _SRT,
        "course/static/film-uk.srt": _SRT,
        "course/static/p.png": PICTURE,
        "course/static/doc.pdf": b"%PDF-1.4 m",
        "course/static/m-orphan.png": PICTURE,
        "course/policies/2026/policy.json": '{"course/2026": {"display_name": "m-title", "start":'
        ' "m-start", "lti_passports": ["a:SECRET-KEY:b"]}}',
        "course/policies/2026/grading_policy.json": '{"GRADER": [{"type": "m-grader"}]}',
        "course/about/overview.html": "<p>m-overview</p>",
        "course/about/short_description.html": "m-summary",
        "course/._junk.xml": b"x",
    })  # fmt: skip


_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1">
<metadata><schema>IMS Common Cartridge</schema><schemaversion>1.3.0</schemaversion>
<lom><general><title><string>m-title</string></title><language>en</language>
<keyword><string>m-keyword</string></keyword></general></lom></metadata>
<organizations><organization identifier="o" structure="rooted-hierarchy"><item identifier="root">
<item identifier="i1"><title>m-module</title>
<item identifier="i2" identifierref="page"><title>m-page</title></item>
<item identifier="i3"><title>m-folder</title>
<item identifier="i4" identifierref="link"><title>m-link</title></item>
<item identifier="i5" identifierref="topic"><title>m-topic</title></item></item>
<item identifier="i6" identifierref="quiz"><title>m-quiz</title></item>
<item identifier="i7" identifierref="tool"><title>m-tool</title></item>
<item identifier="i8" identifierref="locked"><title>m-locked</title></item>
<item identifier="i9" identifierref="nowhere"><title>m-nowhere</title></item>
<item identifier="i10" identifierref="hand"><title>m-hand</title></item>
<item identifier="i11" identifierref="paper"><title>m-paper</title></item></item></item>
</organization></organizations>
<resources><resource identifier="page" type="webcontent" href="a/page.html"><file href="a/page.html"/>
<dependency identifierref="pic"/></resource>
<resource identifier="pic" type="webcontent" href="a/p.png"><file href="a/p.png"/></resource>
<resource identifier="link" type="imswl_xmlv1p3"><file href="link.xml"/></resource>
<resource identifier="topic" type="imsdt_xmlv1p3"><file href="topic.xml"/></resource>
<resource identifier="quiz" type="imsqti_xmlv1p2/imscc_xmlv1p3/assessment"><file href="quiz.xml"/></resource>
<resource identifier="bank" type="imsqti_xmlv1p2/imscc_xmlv1p3/question-bank"><file href="bank.xml"/></resource>
<resource identifier="tool" type="imsbasiclti_xmlv1p3"><file href="tool.xml"/></resource>
<resource identifier="locked" type="webcontent" href="locked.html" protected="true"><file href="locked.html"/></resource>
<resource identifier="hand" type="assignment_xmlv1p0"><file href="hand.xml"/></resource>
<resource identifier="paper" type="webcontent" href="m-paper.pdf"><file href="m-paper.pdf"/></resource>
</resources></manifest>"""


def cartridge() -> bytes:
    """Common Cartridge 1.3: every kind of resource."""
    from tests.factories.foreign.qti1 import QTI1

    bank = QTI1.replace("m-", "m-bank-").replace("<assessment ", "<objectbank ")
    return zipped({
        "imsmanifest.xml": _MANIFEST,
        "a/page.html": "<html><head><title>x</title></head><body><p>m-page-text</p><p>"
        '<img src="$IMS-CC-FILEBASE$/a/p.png" alt="m-page-alt"></p><script>m-script</script></body></html>',
        "a/p.png": PICTURE,
        "link.xml": '<webLink><title>m-link-title</title><url href="https://example.org/m-url"/></webLink>',
        "topic.xml": '<topic><title>m-topic-title</title><text texttype="text/html">m-topic-text'
        "</text></topic>",
        "quiz.xml": QTI1,
        "bank.xml": bank.replace("</assessment>", "</objectbank>"),
        "tool.xml": '<cartridge_basiclti_link xmlns:blti="x" xmlns:lticm="y"><blti:title>m-tool-title'
        "</blti:title><blti:secure_launch_url>https://tool.example/m-launch?key=SECRET-KEY"
        '</blti:secure_launch_url><blti:custom><lticm:property name="m-secret">SECRET-KEY'
        "</lticm:property></blti:custom></cartridge_basiclti_link>",
        "locked.html": "locked",
        "hand.xml": "<assignment><title>m-hand-title</title><text texttype='text/plain'>m-hand-text"
        "</text><gradable points_possible='10'>true</gradable></assignment>",
        "m-paper.pdf": b"%PDF-1.4 m",
        "m-orphan.txt": b"x",
        "__MACOSX/._page.html": b"x",
    })  # fmt: skip


def _item(name: str, declarations: str, body: str, template: str = "match_correct") -> str:
    url = f"http://www.imsglobal.org/question/qti_v2p1/rptemplates/{template}"
    return (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" xml:lang="en"'
        f' identifier="{name}" title="m-{name}" adaptive="false" timeDependent="false">'
        f'{declarations}<itemBody>{body}</itemBody><responseProcessing template="{url}"/>'
        f'<modalFeedback outcomeIdentifier="F" identifier="always" showHide="show">m-{name}-modal'
        "</modalFeedback></assessmentItem>"
    )


def _declared(
    cardinality: str, base: str, *values: str, mapping: str = "", ident: str = "R"
) -> str:
    correct = "".join(f"<value>{value}</value>" for value in values)
    right = f"<correctResponse>{correct}</correctResponse>" if correct else ""
    return (
        f'<responseDeclaration identifier="{ident}" cardinality="{cardinality}" baseType="{base}">'
        f"{right}{mapping}</responseDeclaration>"
    )


def _options(tag: str, prefix: str) -> str:
    return "".join(f'<{tag} identifier="{x}">m-{prefix}-{x}</{tag}>' for x in "abc")


_MAP = '<mapping defaultValue="0"><mapEntry mapKey="a" mappedValue="1"/><mapEntry mapKey="b" mappedValue="1"/><mapEntry mapKey="c" mappedValue="-1"/></mapping>'
_WORD = '<mapping defaultValue="0"><mapEntry mapKey="m-york" mappedValue="1"/><mapEntry mapKey="m-yorck" mappedValue="0.5"/></mapping>'
_SPOT = '<object type="image/png" data="images/p.png" width="10" height="10">m-map</object>'
_R = 'responseIdentifier="R"'
_AREA = '<areaMapping defaultValue="0"><areaMapEntry shape="circle" coords="5,5,2" mappedValue="1"/></areaMapping>'
ITEMS: Mapping[str, str] = {
    "choice": _item("choice", _declared("single", "identifier", "a"),
        f"<p>m-choice-intro</p><choiceInteraction {_R} maxChoices='1'><prompt>m-prompt</prompt>"
        f"{_options('simpleChoice', 'choice')}</choiceInteraction>"),
    "many": _item("many", _declared("multiple", "identifier", "a", "b", mapping=_MAP),
        f"<choiceInteraction {_R} maxChoices='0'><prompt>m-many-prompt</prompt>"
        "<simpleChoice identifier='a'>m-many-a<feedbackInline outcomeIdentifier='F' identifier='a'>"
        "m-many-said</feedbackInline></simpleChoice><simpleChoice identifier='b'>m-many-b"
        "</simpleChoice><simpleChoice identifier='c'>m-many-c</simpleChoice></choiceInteraction>",
        "map_response"),
    "order": _item("order", _declared("ordered", "identifier", "c", "a", "b"),
        f"<orderInteraction {_R}><prompt>m-order-prompt</prompt>{_options('simpleChoice', 'order')}"
        "</orderInteraction>"),
    "match": _item("match", _declared("multiple", "directedPair", "a x", "b y"),
        f"<matchInteraction {_R}><prompt>m-match-prompt</prompt><simpleMatchSet>"
        "<simpleAssociableChoice identifier='a' matchMax='1'>m-la</simpleAssociableChoice>"
        "<simpleAssociableChoice identifier='b' matchMax='1'>m-lb</simpleAssociableChoice>"
        "</simpleMatchSet><simpleMatchSet>"
        "<simpleAssociableChoice identifier='x' matchMax='1'>m-rx</simpleAssociableChoice>"
        "<simpleAssociableChoice identifier='y' matchMax='1'>m-ry</simpleAssociableChoice>"
        "</simpleMatchSet></matchInteraction>"),
    "associate": _item("associate", _declared("multiple", "pair", "a x", "b y"),
        f"<associateInteraction {_R}><prompt>m-ass-prompt</prompt>" + "".join(
            f"<simpleAssociableChoice identifier='{i}' matchMax='1'>m-ass-{i}</simpleAssociableChoice>"
            for i in "abxy") + "</associateInteraction>"),
    "inline": _item("inline", _declared("single", "identifier", "b"),
        f"<p>m-inline-before <inlineChoiceInteraction {_R}>{_options('inlineChoice', 'in')}"
        "</inlineChoiceInteraction> m-inline-after</p>"),
    "entry": _item("entry", _declared("single", "string", "m-york", mapping=_WORD),
        f"<p>m-entry-before <textEntryInteraction {_R} expectedLength='9'/> m-entry-after</p>",
        "map_response"),
    "extended": _item("extended", _declared("single", "string"),
        f"<extendedTextInteraction {_R}><prompt>m-extended</prompt></extendedTextInteraction>"),
    "hot": _item("hot", _declared("single", "identifier", "a"),
        f"<hotspotInteraction {_R} maxChoices='1'><prompt>m-hot-prompt</prompt>{_SPOT}"
        "<hotspotChoice identifier='a' shape='rect' coords='0,0,5,5' hotspotLabel='m-spot-a'/>"
        "<hotspotChoice identifier='b' shape='poly' coords='5,5,9,5,9,9' hotspotLabel='m-spot-b'/>"
        "</hotspotInteraction>"),
    "point": _item("point", _declared("single", "point", "5 5", mapping=_AREA),
        f"<selectPointInteraction {_R} maxChoices='1'><prompt>m-point-prompt</prompt>{_SPOT}"
        "</selectPointInteraction>", "map_response_point"),
    "gap": _item("gap", _declared("multiple", "directedPair", "a g1", "b g2"),
        f"<gapMatchInteraction {_R}><prompt>m-gap-prompt</prompt>{_options('gapText', 'gap')}"
        "<p>m-gap-1 <gap identifier='g1'/> m-gap-2 <gap identifier='g2'/></p></gapMatchInteraction>"),
    "slider": _item("slider", _declared("single", "integer", "16"),
        f"<sliderInteraction {_R} lowerBound='0' upperBound='100'><prompt>m-slider</prompt>"
        "</sliderInteraction>"),
    "upload": _item("upload", _declared("single", "file"),
        f"<uploadInteraction {_R}><prompt>m-upload</prompt></uploadInteraction>"),
    "custom": _item("custom", _declared("single", "string", "x"),
        f"<customInteraction {_R} class='m-custom'/>"),
    "hidden": _item("hidden", _declared("single", "identifier", "a"),
        f"<choiceInteraction {_R} maxChoices='1'><prompt>m-hidden</prompt>"
        f"{_options('simpleChoice', 'hid')}</choiceInteraction>"
        "<feedbackBlock outcomeIdentifier='F' identifier='x' showHide='show'>m-block-said"
        "</feedbackBlock>"),
}  # fmt: skip


def qti2() -> bytes:
    """A package of QTI 2.1: a test of one section, and items beside it."""
    refs = "".join(
        f'<assessmentItemRef identifier="{n}" href="{n}.xml"/>' for n in list(ITEMS)[:-1]
    )
    resources = "".join(
        f'<resource identifier="{n}" type="imsqti_item_xmlv2p1" href="items/{n}.xml">'
        f'<file href="items/{n}.xml"/></resource>'
        for n in ITEMS
    )
    test = (
        '<assessmentTest identifier="t" title="m-test"><timeLimits maxTime="1800"/>'
        '<testPart identifier="p" navigationMode="linear" submissionMode="individual">'
        '<assessmentSection identifier="s" title="m-section" visible="true"><selection select="3"/>'
        f'<rubricBlock view="candidate">m-rubric</rubricBlock>{refs}</assessmentSection></testPart>'
        "<m-unheard>m-unheard-of</m-unheard></assessmentTest>"
    )
    manifest = (
        '<manifest identifier="m"><metadata><schema>QTIv2.1 Package</schema></metadata>'
        '<organizations/><resources><resource identifier="t" type="imsqti_test_xmlv2p1"'
        f' href="items/test.xml"><file href="items/test.xml"/></resource>{resources}'
        "</resources></manifest>"
    )
    return zipped({
        "imsmanifest.xml": manifest,
        "items/test.xml": test,
        **{f"items/{name}.xml": body for name, body in ITEMS.items()},
        "items/images/p.png": PICTURE,
        "m-orphan.css": "x",
    })  # fmt: skip
