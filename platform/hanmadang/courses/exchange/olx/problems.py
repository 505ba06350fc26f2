"""Questions of ours as problems of Open edX."""

import re

from hanmadang.courses.exchange.imported import File
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.report import Report
from hanmadang.courses.exchange.said import said
from hanmadang.courses.exchange.xmltree import escaped
from hanmadang.kernel.text import rich

_GAP = re.compile(r"\[\[(\d{1,2})\]\]")


def problem(question: File, report: Report, language: str) -> str:
    """The problem's XML; nothing where Open edX has no such kind."""
    text = said(question["text"], language)
    if not text:
        return ""
    inside = _inside(question, text, report, language)
    if not inside:
        return ""
    hints = "".join(
        f"<hint>{escaped(said(hint, language))}</hint>" for hint in question.get("hints", ())
    )
    explanation = said(question.get("explanation"), language)
    solution = f"<solution><p>{_lines(explanation)}</p></solution>" if explanation else ""
    demand = f"<demandhint>{hints}</demandhint>" if hints else ""
    name = f'url_name="{question["slug"]}" display_name="{question["slug"]}"'
    return f"<problem {name}>{inside}{solution}{demand}</problem>"


def _inside(question: File, text: str, report: Report, language: str) -> str:
    kind, label = question["kind"], f"<label>{_lines(text)}</label>"
    if kind in {"one", "true_false"}:
        group = _choices(question, language, "choicegroup", report)
        return f"<multiplechoiceresponse>{label}{group}</multiplechoiceresponse>"
    if kind == "several":
        group = _choices(question, language, "checkboxgroup", report)
        return f"<choiceresponse>{label}{group}</choiceresponse>"
    if kind == "numeric":
        return _numeric(question, language, report, label)
    if kind == "short":
        return _short(question, language, report, label)
    if kind == "gaps":
        return _gaps(question, language, report)
    return ""


def _choices(body: File, language: str, group: str, report: Report) -> str:
    parts = []
    for option in body["options"]:
        if "credit" in option:
            report.left("credit", Reason.NOT_CARRIED, f"{option['credit']}")
        feedback = said(option.get("feedback"), language)
        hint = f"<choicehint>{_lines(feedback)}</choicehint>" if feedback else ""
        correct = "true" if option["correct"] else "false"
        words = _lines(said(option["label"], language))
        parts.append(f'<choice correct="{correct}">{words}{hint}</choice>')
    return f"<{group}>{''.join(parts)}</{group}>"


def _whole(body: File, report: Report) -> list[File]:
    """Answers with the whole credit; Open edX knows no others for what is typed."""
    for answer in body["answers"]:
        if answer.get("credit", 1) < 1:
            report.left("credit", Reason.NOT_CARRIED, f"{answer['credit']}")
    return [answer for answer in body["answers"] if answer.get("credit", 1) >= 1]


def _numeric(body: File, language: str, report: Report, label: str) -> str:
    if body.get("unit"):
        report.left("unit", Reason.NOT_CARRIED, said(body["unit"], language))
    first, *others = _whole(body, report)
    more = "".join(
        f'<additional_answer answer="{_range(each)}">{_hint(each, language)}</additional_answer>'
        for each in others
    )
    hint = _hint(first, language)
    return (
        f'<numericalresponse answer="{_range(first)}">{label}{more}{hint}'
        "<formulaequationinput/></numericalresponse>"
    )


def _range(answer: File) -> str:
    low, high = answer["low"], answer["high"]
    return f"{low}" if low == high else f"[{low},{high}]"


def _short(body: File, language: str, report: Report, label: str) -> str:
    answers = [each for each in _whole(body, report) if "*" not in each["text"]]
    if len(answers) < len(_whole(body, Report())):
        report.left("*", Reason.NOT_CARRIED)
    if not answers:
        return ""
    first, *others = answers
    more = "".join(
        f'<additional_answer answer="{_quoted(each["text"])}">{_hint(each, language)}'
        "</additional_answer>"
        for each in others
    )
    kind = "cs" if body.get("match_case") else "ci"
    return (
        f'<stringresponse answer="{_quoted(first["text"])}" type="{kind}">{label}'
        f"{_hint(first, language)}{more}<textline/></stringresponse>"
    )


def _gaps(body: File, language: str, report: Report) -> str:
    passage = said(body["passage"], language)
    if not passage:
        return ""
    made = []
    for gap in body["gaps"]:
        if gap["kind"] == "one":
            made.append(_list(gap, language, report))
        elif gap["kind"] == "numeric":
            made.append(_numeric(gap, language, report, ""))
        else:
            made.append(_short(gap, language, report, ""))
    if not all(made):
        return ""
    html = _GAP.sub(lambda match: made[int(match[1]) - 1], str(rich(passage)))
    return f'<div class="gaps">{html.replace("<br>", "<br/>").replace("<hr>", "<hr/>")}</div>'


def _list(gap: File, language: str, report: Report) -> str:
    parts = []
    for option in gap["options"]:
        feedback = said(option.get("feedback"), language)
        hint = f"<optionhint>{_lines(feedback)}</optionhint>" if feedback else ""
        if "credit" in option:
            report.left("credit", Reason.NOT_CARRIED, f"{option['credit']}")
        correct = "true" if option["correct"] else "false"
        words = escaped(said(option["label"], language))
        parts.append(f'<option correct="{correct}">{words}{hint}</option>')
    return f"<optionresponse><optioninput>{''.join(parts)}</optioninput></optionresponse>"


def _hint(answer: File, language: str) -> str:
    feedback = said(answer.get("feedback"), language)
    return f"<correcthint>{_lines(feedback)}</correcthint>" if feedback else ""


def _lines(text: str) -> str:
    return escaped(text).replace("\n", "<br/>")


def _quoted(text: str) -> str:
    return escaped(text).replace('"', "&quot;")
