"""Problems in Studio's simple notation, as the XML that Studio would make of them."""

import re
from collections.abc import Sequence

from hanmadang.courses.exchange.xmltree import escaped

_ONE = re.compile(r"\s*\(\s*([xX]?)\s*\)\s*(.+)")
_SEVERAL = re.compile(r"\s*\[\s*([xX]?)\s*\]\s*(.+)")
_TYPED = re.compile(r"\s*(s|or)?=\s*(.+)")
_LIST = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)
_LABEL = re.compile(r">>(.*?)<<", re.DOTALL)
_HINT = re.compile(r"\|\|(.+?)\|\|", re.DOTALL)
_FEEDBACK = re.compile(r"\{\{(.+?)\}\}")
_EXPLANATION = re.compile(
    r"\[explanation\](.*?)\[/?explanation\]", re.DOTALL | re.IGNORECASE
)  # fmt: skip
_TOLERANCE = re.compile(r"(.+?)\s*\+-\s*(\d[\d.]*%?)\s*")


def as_xml(source: str) -> str:
    """The problem as XML."""
    source = source.replace("\r\n", "\n")
    tail = [
        f"<solution><p>{escaped(explanation.strip())}</p></solution>"
        for explanation in _EXPLANATION.findall(source)
    ]
    source = _EXPLANATION.sub("", source)
    label = _LABEL.search(source)
    source = _LABEL.sub(lambda match: match[1].partition("||")[0] if label is None else "", source)
    hints = _HINT.findall(source)
    source = _HINT.sub("", source)
    if hints:
        said = "".join(f"<hint>{escaped(hint.strip())}</hint>" for hint in hints)
        tail.append(f"<demandhint>{said}</demandhint>")
    head = _labelled(label[1]) if label else ""
    parts = [_part(part, head) for part in re.split(r"\n\s*---\s*\n", source)]
    return f"<problem>{''.join(parts)}{''.join(tail)}</problem>"


def _labelled(said: str) -> str:
    label, _bars, description = said.partition("||")
    more = f"<description>{escaped(description.strip())}</description>" if description else ""
    return f"<label>{escaped(label.strip())}</label>{more}"


def _part(source: str, head: str) -> str:
    listed = _LIST.search(source)
    if listed:
        before, after = source[: listed.start()], source[listed.end() :]
        return _text(before.split("\n")) + _drop_down(listed[1], head) + _text(after.split("\n"))
    lines = source.split("\n")
    for pattern, make in ((_ONE, _choices), (_SEVERAL, _boxes), (_TYPED, _typed)):
        found = [line for line in lines if pattern.fullmatch(line)]
        if found:
            others = [line for line in lines if not pattern.fullmatch(line)]
            matches = [m for line in found if (m := pattern.fullmatch(line))]
            return _text(others) + make(matches, head)
    return _text(lines)


def _text(lines: Sequence[str]) -> str:
    """Words of the problem: an empty line is a new paragraph."""
    paragraphs = re.split(r"\n\s*\n", "\n".join(lines).strip())
    return "".join(f"<p>{escaped(each.strip())}</p>" for each in paragraphs if each.strip())


def _said(words: str, tag: str) -> tuple[str, str]:
    feedback = "".join(f"<{tag}>{escaped(each)}</{tag}>" for each in _FEEDBACK.findall(words))
    return escaped(_FEEDBACK.sub("", words).strip()), feedback


def _choices(found: Sequence[re.Match[str]], head: str) -> str:
    return _group(found, head, "multiplechoiceresponse", "choicegroup")


def _boxes(found: Sequence[re.Match[str]], head: str) -> str:
    return _group(found, head, "choiceresponse", "checkboxgroup")


def _group(found: Sequence[re.Match[str]], head: str, response: str, group: str) -> str:
    made = []
    for match in found:
        words, feedback = _said(match[2], "choicehint")
        correct = "true" if match[1] else "false"
        made.append(f'<choice correct="{correct}">{words}{feedback}</choice>')
    return f"<{response}>{head}<{group}>{''.join(made)}</{group}></{response}>"


def _drop_down(said: str, head: str) -> str:
    names = [line.strip() for line in said.split("\n") if line.strip()]
    if len(names) == 1:
        names = [name.strip() for name in names[0].split(",")]
    made = []
    for name in names:
        right = name.startswith("(") and re.match(r"\(.*\)", name) is not None
        bare = re.sub(r"^\((.*?)\)", r"\1", name) if right else name
        words, feedback = _said(bare, "optionhint")
        made.append(f'<option correct="{"true" if right else "false"}">{words}{feedback}</option>')
    inside = "".join(made)
    return f"<optionresponse>{head}<optioninput>{inside}</optioninput></optionresponse>"


def _typed(found: Sequence[re.Match[str]], head: str) -> str:
    first, *others = found
    words, feedback = _said(first[2], "correcthint")
    numeric = first[1] != "s" and re.match(r"\s*[-+.\d\[(]", first[2]) is not None
    if numeric:
        tolerance = _TOLERANCE.fullmatch(words)
        at = tolerance[1] if tolerance else words
        near = f'<responseparam type="tolerance" default="{tolerance[2]}"/>' if tolerance else ""
        more = _more(others)
        return (
            f'<numericalresponse answer="{_quoted(at)}">{head}{near}{more}{feedback}'
            "<formulaequationinput/></numericalresponse>"
        )
    more = _more(others)
    return (
        f'<stringresponse answer="{_quoted(words)}" type="ci">{head}{feedback}{more}'
        '<textline size="20"/></stringresponse>'
    )


def _more(found: Sequence[re.Match[str]]) -> str:
    made = []
    for match in found:
        words, feedback = _said(match[2], "correcthint")
        made.append(f'<additional_answer answer="{_quoted(words)}">{feedback}</additional_answer>')
    return "".join(made)


def _quoted(text: str) -> str:
    return text.replace('"', "&quot;")
