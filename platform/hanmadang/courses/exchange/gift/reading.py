"""GIFT to questions of ours."""

import re

from hanmadang.courses.exchange import markup, questions
from hanmadang.courses.exchange.bank import Bank, question
from hanmadang.courses.exchange.encodings import decoded
from hanmadang.courses.exchange.gift import syntax
from hanmadang.courses.exchange.gift.syntax import Answer, Chunk, Parts, plain
from hanmadang.courses.exchange.imported import File, Format, Imported, Options
from hanmadang.courses.exchange.markup import Shown
from hanmadang.courses.exchange.questions import (
    Accepted,
    Choice,
    Range,
    UnusableQuestionError,
    number_in,
)
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.work import BODY, EXPLANATION, SAID, TEXT, Work

_TRUTH = re.compile(r"(T|TRUE|F|FALSE)\s*(?:#(.*))?", re.DOTALL | re.IGNORECASE)
_NOTHING = {"", "top", "$course$", "$system$", "$module$", "$cat1$", "$cat2$", "$course1$"}
_GAP = "\ue200"
_LINE = "_____"


def read(name: str, data: bytes, options: Options) -> Imported:
    """All questions of a GIFT file. Raises ExchangeError."""
    work = Work(options)
    text = decoded(data, work.report)
    work.needs_language(re.sub(r"(?m)^\s*(//|\$CATEGORY).*$", "", text))
    bank = Bank(work, name)
    for chunk in syntax.chunks(text):
        work.report.place = f"{chunk.line}"
        if chunk.category:
            bank.at = category(chunk.category)
            work.report.kept("$CATEGORY:", chunk.category)
        else:
            _comments(work, chunk)
            if chunk.source.strip():
                _read(bank, chunk)
    return bank.imported(Format.GIFT)


def category(path: str) -> str:
    """A category's path without the words that only its own system knows."""
    parts = [part.strip() for part in path.replace("//", "\ue210").split("/")]
    kept = [part for part in parts if part.lower() not in _NOTHING]
    return " / ".join(kept).replace("\ue210", "/")


def _comments(work: Work, chunk: Chunk) -> None:
    for comment in chunk.comments:
        marks = list(syntax.marks((comment,)))
        for kind, value in marks:
            work.report.left(f"// [{kind}:]", Reason.TAG, value)
        if not marks and comment:
            work.report.left("//", Reason.NO_KIND, comment)


def _read(bank: Bank, chunk: Chunk) -> None:
    work, found = bank.work, syntax.parts(chunk.source)
    work.report.place = f"{chunk.line} {found.name}".strip()
    if found.rest:
        work.report.left("{…} {…}", Reason.BROKEN, plain(found.rest))
    if found.answers is None and "{" in found.words:
        work.report.left("{…", Reason.BROKEN, plain(found.words))
        return
    try:
        _Question(bank, found).make()
    except UnusableQuestionError as error:
        work.report.left("{…}", error.reason, plain(chunk.source))


class _Question:
    """One question in the making."""

    def __init__(self, bank: Bank, found: Parts) -> None:
        self.bank, self.work, self.found = bank, bank.work, found
        self.shown: list[Shown] = []
        self.ids = next(iter([found.name, plain(found.words)[:40]]), "")

    def make(self) -> None:
        """Whatever kind it is."""
        body = self.found.answers
        if body is None:
            self._description()
        elif not body:
            self._essay()
        elif body.startswith("#"):
            self._numeric(body[1:])
        elif _TRUTH.fullmatch(body):
            self._truth(body)
        else:
            self._listed(syntax.answers(body), syntax.before_answers(body))

    def _html(self, text: str, usual: str = "") -> str:
        """A text in whatever format it says, or the question's."""
        form, words = syntax.formatted(text)
        form = form or usual or self.found.format or "moodle"
        words = plain(words)
        if form == "html":
            return words
        if form == "markdown":
            return markup.from_markdown(words)
        if form == "plain":
            return markup.from_plain(words)
        return _moodle(words)

    def _words(self, text: str, longest: int) -> File | None:
        return self.work.words(self._html(text), longest) if text.strip() else None

    def _text(self, gap: str = _LINE) -> File | None:
        """The question's words; with a tail, the gap stands between."""
        tail = self.found.tail
        source = f"{self.found.words} {gap} {tail}" if tail else self.found.words
        text, self.shown = self.work.plain(self._html(source, self.found.format), TEXT)
        if self.found.format:
            self.work.report.kept(f"[{self.found.format}]")
        return text

    def _put(self, kind: str, construct: str, text: File | None, body: File) -> None:
        explanation = self._words(self.found.feedback, EXPLANATION)
        if self.found.feedback:
            self.work.report.kept("####", plain(self.found.feedback))
        slug = self.bank.work.named_slug(self.found.name, "::…::")
        made = question(self.work, slug, kind, text, body, explanation=explanation)
        self.bank.shelf.add(self.work, made, self.shown)
        self.work.report.kept(construct, plain(self.found.words))

    def _description(self) -> None:
        blocks = self.work.blocks(self._html(self.found.words))
        self.bank.shelf.blocks += blocks
        self.work.report.changed("description", Reason.AS_TEXT, plain(self.found.words))

    def _essay(self) -> None:
        text = self._text()
        if not text:
            raise UnusableQuestionError
        self.bank.shelf.reflect(self.work, "{}", text, self.found.name)
        if self.found.feedback:
            self.work.report.left("####", Reason.NO_KIND, plain(self.found.feedback))
        for each in self.shown:
            self.bank.shelf.blocks += self.work.shown(each)

    def _truth(self, body: str) -> None:
        match = _TRUTH.fullmatch(body)
        assert match is not None  # noqa: S101  (the caller asked)
        is_true = match[1].upper().startswith("T")
        wrong, _hash, right = (match[2] or "").partition("#")
        said = [self._words(each, SAID) for each in (wrong, right)]
        when_true, when_false = (said[1], said[0]) if is_true else (said[0], said[1])
        made = questions.true_false(is_true=is_true, when_true=when_true, when_false=when_false)
        self._put("true_false", "{T} {F}", self._text(), made)

    def _numeric(self, body: str) -> None:
        found = syntax.answers(body)
        lead = syntax.before_answers(body) if found else body
        if lead.strip():  # the first answer needs no sign
            words, _hash, feedback = lead.partition("#")
            found = [Answer("=", None, words.strip(), feedback.strip()), *found]
        made = questions.numeric(self.work, [self._range(answer) for answer in found])
        self._gap_or_whole("numeric", "{#…}", made)

    def _range(self, answer: Answer) -> Range:
        share = 1.0 if answer.weight is None else answer.weight / 100
        if answer.sign == "~" and answer.weight is None:
            share = 0.0
        feedback = self._words(answer.feedback, SAID)
        words = plain(answer.words)
        if words in {"", "*"}:
            return Range(-questions.LARGEST, questions.LARGEST, 0.0, feedback)
        low, dots, high = words.partition("..")
        if dots:
            return Range(number_in(low), number_in(high), share, feedback)
        middle, colon, tolerance = words.partition(":")
        if colon:
            self.work.report.changed("{#…:…}", Reason.RANGE, words)
        near, at = abs(number_in(tolerance)) if tolerance else 0.0, number_in(middle)
        return Range(at - near, at + near, share, feedback)

    def _listed(self, found: list[Answer], lead: str) -> None:
        """One, several, short or matching: told by the signs."""
        if not found:
            raise UnusableQuestionError
        if lead:
            self.work.report.left("{…", Reason.BROKEN, plain(lead))
        if all(answer.sign == "=" for answer in found):
            if all("->" in answer.words for answer in found):
                self._matching(found)
            else:
                self._short(found)
        elif any(answer.sign == "=" for answer in found):
            self._gap_or_whole("one", "{=… ~…}", questions.one(self.work, self._choices(found)))
        else:
            made = questions.several(self.work, self._choices(found), weighted=True)
            self._put("several", "{~%…%…}", self._text(), made)

    def _choices(self, found: list[Answer]) -> list[Choice]:
        return [
            Choice(
                self.work.label(self._html(answer.words), f"{number}"),
                _share(answer),
                self._words(answer.feedback, SAID),
            )
            for number, answer in enumerate(found, 1)
            if answer.words
        ]

    def _short(self, found: list[Answer]) -> None:
        accepted = [
            Accepted(plain(answer.words), _share(answer), self._words(answer.feedback, SAID))
            for answer in found
        ]
        self._gap_or_whole("short", "{=…}", questions.short(self.work, accepted))

    def _matching(self, found: list[Answer]) -> None:
        pairs, extra = [], []
        for answer in found:
            left, _arrow, right = answer.words.partition("->")
            said = self.work.label(self._html(right), "?")
            if left.strip():
                pairs.append((self.work.label(self._html(left), "?"), said))
            else:
                extra.append(said)
            if answer.feedback:
                self.work.report.left("-> #", Reason.NO_KIND, plain(answer.feedback))
            if answer.weight is not None:
                self.work.report.left("-> %", Reason.NO_KIND, f"{answer.weight:g}")
        self._put("matching", "{=… -> …}", self._text(), questions.matching(pairs, extra))

    def _gap_or_whole(self, kind: str, construct: str, body: File) -> None:
        """With words behind the braces, the answer is a gap in the text."""
        if not self.found.tail:
            self._put(kind, construct, self._text(), body)
            return
        source = self._html(f"{self.found.words} {_GAP} {self.found.tail}", self.found.format)
        blocks = self.work.blocks(source)
        texts = [block["body"] for block in blocks if block["kind"] == "text"]
        holding = [t for t in texts if _GAP in t.get(self.work.language, "")]
        if len(texts) != 1 or not holding:
            self._put(kind, construct, self._text(), body)
            return
        self.bank.shelf.blocks += [block for block in blocks if block["kind"] != "text"]
        passage = self.work.text(holding[0][self.work.language].replace(_GAP, "[[1]]"), BODY)
        made = questions.gaps(passage, [(kind, body)])
        self._put("gaps", f"… {construct} …", questions.FILL_IN, made)


def _share(answer: Answer) -> float:
    if answer.weight is not None:
        return answer.weight / 100
    return 1.0 if answer.sign == "=" else 0.0


def _moodle(words: str) -> str:
    """Moodle's own format: HTML in which a new line is a new line."""
    return re.sub(r"\n\s*\n", "<p>", words).replace("\n", "<br>")
