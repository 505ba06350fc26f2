"""What a question asks a person to do, and what is wrong with an answer, with its numbers."""

from collections.abc import Callable, Mapping

from hanmadang.kernel.i18n import _, _n
from hanmadang.polls.models import QuestionType
from hanmadang.polls.shapes import Answer, NumberShape, Refusal, Shape, TypedShape
from hanmadang.polls.texts import REFUSALS


def how_to_answer(type_: QuestionType, shape: Shape) -> str:
    """What the question asks a person to do; empty where the choices say it."""
    say = _HOW.get(type_)
    return say(shape) if say else ""


def fault_text(fault: Refusal, type_: QuestionType, shape: Shape, answer: Answer) -> str:
    """The sentence beside the question."""
    say = _FAULTS.get((type_, fault))
    return say(shape, answer) if say else str(REFUSALS[fault])


def _how_many(shape: Shape) -> str:
    if shape.least == shape.most:
        return _n("Choose exactly one.", "Choose exactly %(n)s.", shape.most)
    if shape.least > 1:
        return _("Choose %(least)s to %(most)s.", least=shape.least, most=shape.most)
    return _n("Choose one.", "Choose up to %(n)s.", shape.most)


def _which_number(shape: Shape) -> str:
    if not isinstance(shape, NumberShape):
        return ""
    range_ = shape.range
    ends = {"low": range_.written(0), "high": range_.written(range_.steps)}
    if range_.step == 1:
        return _("A whole number from %(low)s to %(high)s.", **ends)
    step = f"{range_.step:f}"
    return _("A number from %(low)s to %(high)s, in steps of %(step)s.", step=step, **ends)


def _how_to_rank(shape: Shape) -> str:
    if shape.least == shape.most:
        return _("Give every option a rank; 1 is the first.")
    return _("Give at least %(n)s options a rank; 1 is the first.", n=shape.least)


def _how_to_give(shape: Shape) -> str:
    return _("Distribute exactly %(n)s points.", n=shape.settings.points)


def _how_to_write(shape: Shape) -> str:
    return f"{_how_long(shape)} {_who_reads(shape)}"


def _how_long(shape: Shape) -> str:
    longest = shape.longest if isinstance(shape, TypedShape) else 0
    if shape.most == 1:
        return _("At most %(n)s characters.", n=longest)
    return _(
        "Up to %(most)s answers, each of at most %(n)s characters.", most=shape.most, n=longest
    )


def _who_reads(shape: Shape) -> str:
    if shape.settings.at_once:
        return _("Others see it at once; a moderator may hide it. Please name no people.")
    return _("Others see it only after a moderator has read it. Please name no people.")


_HOW: Mapping[QuestionType, Callable[[Shape], str]] = {
    QuestionType.SEVERAL: _how_many,
    QuestionType.NUMBER: _which_number,
    QuestionType.RANKING: _how_to_rank,
    QuestionType.POINTS: _how_to_give,
    QuestionType.TEXT: _how_to_write,
    QuestionType.CLOUD: _how_to_write,
}


def _too_many(shape: Shape, _answer: Answer) -> str:
    return _("Please choose at most %(n)s.", n=shape.most)


def _too_few(shape: Shape, _answer: Answer) -> str:
    return _("Please choose at least %(n)s.", n=shape.least)


def _no_number(shape: Shape, _answer: Answer) -> str:
    return _("This is not a number the question takes. %(which)s", which=_which_number(shape))


def _no_ranks(_shape: Shape, _answer: Answer) -> str:
    return _("Please give each rank once, from 1 on and without a gap.")


def _few_ranks(shape: Shape, _answer: Answer) -> str:
    return _("Please give at least %(n)s options a rank.", n=shape.least)


def _too_long(shape: Shape, _answer: Answer) -> str:
    longest = shape.longest if isinstance(shape, TypedShape) else 0
    return _("Please use at most %(n)s characters.", n=longest)


def _no_words(_shape: Shape, _answer: Answer) -> str:
    return _("Please write at least one letter or digit.")


def _no_points(_shape: Shape, _answer: Answer) -> str:
    return _("Please write points as whole numbers from 0.")


def _wrong_sum(shape: Shape, answer: Answer) -> str:
    total = shape.settings.points
    if len(answer) > total:
        return _("These are too many points. Please distribute exactly %(n)s.", n=total)
    given = len(answer)
    return _("You gave %(given)s points. Please distribute exactly %(n)s.", given=given, n=total)


_FAULTS: Mapping[tuple[QuestionType, Refusal], Callable[[Shape, Answer], str]] = {
    (QuestionType.SEVERAL, Refusal.TOO_MANY): _too_many,
    (QuestionType.SEVERAL, Refusal.TOO_FEW): _too_few,
    (QuestionType.NUMBER, Refusal.UNREADABLE): _no_number,
    (QuestionType.RANKING, Refusal.UNREADABLE): _no_ranks,
    (QuestionType.RANKING, Refusal.TOO_FEW): _few_ranks,
    (QuestionType.POINTS, Refusal.UNREADABLE): _no_points,
    (QuestionType.POINTS, Refusal.WRONG_SUM): _wrong_sum,
    (QuestionType.TEXT, Refusal.TOO_LONG): _too_long,
    (QuestionType.TEXT, Refusal.UNREADABLE): _no_words,
    (QuestionType.CLOUD, Refusal.TOO_LONG): _too_long,
    (QuestionType.CLOUD, Refusal.UNREADABLE): _no_words,
}
