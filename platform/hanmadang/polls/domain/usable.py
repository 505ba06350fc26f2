"""Whether a poll as written can be asked, and in one sentence what it lacks."""

from collections.abc import Callable, Mapping

from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.polls.domain.options import as_asked
from hanmadang.polls.domain.written import PollDraft, QuestionDraft
from hanmadang.polls.items import ITEMS
from hanmadang.polls.models import EVIDENT, TYPED, Mode, QuestionKind, QuestionType, ResultsShown
from hanmadang.polls.rules_statements import LONGEST_STATEMENT
from hanmadang.polls.scales import LENGTHS, SEMANTIC_ENDS, Scale
from hanmadang.polls.shapes import MOST_POINTS, MOST_RANKED, MOST_STATEMENTS
from hanmadang.polls.words import MOST_WORDS

FEWEST_OPTIONS = 2
MOST_OPTIONS = 12
FEWEST_POINTS = 2


class UnusableDraftError(DomainError):
    """The poll as written could not be asked; `text` says what is missing."""

    status = 422

    def __init__(self, text: LazyText, question: int | None = None) -> None:
        super().__init__(text=text)
        self.question = question
        """Position of the question meant, from 0; None for the poll itself."""


def check(draft: PollDraft) -> None:
    """Raises UnusableDraftError for the first fault."""
    if not draft.title:
        raise UnusableDraftError(lazy("Please give the poll a title."))
    if not draft.questions:
        raise UnusableDraftError(lazy("Please write at least one question."))
    for place, question in enumerate(draft.questions):
        fault = _fault(question)
        if fault:
            raise UnusableDraftError(fault, place)
        if question.type is QuestionType.STATEMENTS:
            _check_statements(draft, place)
        if question.type in TYPED and draft.mode is Mode.SECRET:
            raise UnusableDraftError(
                lazy(
                    "A moderator must be able to read what people write, and in a secret poll "
                    "nobody can before the close. Please choose answers that can be changed."
                ),
                place,
            )
    if draft.quiz:
        _check_quiz(draft)


def _check_quiz(draft: PollDraft) -> None:
    knowledge = [
        place for place, each in enumerate(draft.questions) if each.kind is QuestionKind.KNOWLEDGE
    ]
    if not knowledge:
        raise UnusableDraftError(lazy("A quiz needs at least one knowledge question."))
    if draft.mode is Mode.SECRET:
        raise UnusableDraftError(
            lazy(
                "In a secret poll nobody can be told a score, because nobody can read the answers. "
                "Please choose answers that can be changed."
            )
        )
    for place in knowledge:
        if draft.questions[place].results_shown is ResultsShown.CLOSED:
            raise UnusableDraftError(
                lazy(
                    "Once the poll has closed nobody can be told a score. Please let the moderator "
                    "show the result, or show it after answering."
                ),
                place,
            )


def _check_statements(draft: PollDraft, place: int) -> None:
    if len(draft.questions) > 1:
        raise UnusableDraftError(
            lazy("A question of statements fills a poll of its own. Please ask others apart."),
            place,
        )
    if draft.mode is Mode.SECRET:
        raise UnusableDraftError(
            lazy(
                "People vote on statements one by one, and a secret poll takes all answers at "
                "once. Please choose answers that can be changed."
            ),
            place,
        )


def _fault(question: QuestionDraft) -> LazyText | None:
    if not question.text:
        return lazy("Please write the question's text.")
    if question.kind is not QuestionKind.OPINION and question.type not in EVIDENT:
        return lazy(
            "This type of answer is for opinion questions. Please choose “Opinion”, or let people "
            "choose options."
        )
    return _fault_of_type(question) or (
        _knowledge_fault(question) if question.kind is QuestionKind.KNOWLEDGE else None
    )


def _fault_of_type(question: QuestionDraft) -> LazyText | None:
    if question.type is QuestionType.SCALE:
        return _scale_fault(question)
    if question.type is QuestionType.NUMBER:
        return _number_fault(question)
    if question.type in TYPED:
        return _typed_fault(question)
    if len(question.options) < FEWEST_OPTIONS:
        return lazy("Please give at least two options.")
    if len(question.options) > MOST_OPTIONS and question.type is not QuestionType.STATEMENTS:
        return lazy("A question has at most %(n)s options.", n=MOST_OPTIONS)
    check_ = _FAULTS.get(question.type)
    return check_(question) if check_ else None


def _typed_fault(question: QuestionDraft) -> LazyText | None:
    is_cloud = question.type is QuestionType.CLOUD
    if is_cloud and not 1 <= question.max_choices <= MOST_WORDS:
        return lazy("For a word cloud people may give one to %(n)s answers.", n=MOST_WORDS)
    return None


def _several_fault(question: QuestionDraft) -> LazyText | None:
    if not 1 <= question.max_choices <= len(question.options):
        return lazy("People may not choose more options than there are.")
    if not 1 <= question.min_choices <= question.max_choices:
        return lazy("The fewest options to choose may not be more than the most.")
    return None


def _ranking_fault(question: QuestionDraft) -> LazyText | None:
    if len(question.options) > MOST_RANKED:
        return lazy("At most %(n)s options can be ranked.", n=MOST_RANKED)
    if not 1 <= question.min_choices <= len(question.options):
        return lazy("People may not have to rank more options than there are.")
    return None


def _points_fault(question: QuestionDraft) -> LazyText | None:
    if not FEWEST_POINTS <= question.settings.points <= MOST_POINTS:
        return lazy(
            "Please let people distribute %(least)s to %(most)s points.",
            least=FEWEST_POINTS,
            most=MOST_POINTS,
        )
    return None


def _statements_fault(question: QuestionDraft) -> LazyText | None:
    if len(question.options) > MOST_STATEMENTS:
        return lazy("A poll asks at most %(n)s statements.", n=MOST_STATEMENTS)
    texts = (part.text for option in question.options for part in option.label.parts.values())
    if any(len(text) > LONGEST_STATEMENT for text in texts):
        return lazy("A statement has at most %(n)s characters.", n=LONGEST_STATEMENT)
    return None


_FAULTS: Mapping[QuestionType, Callable[[QuestionDraft], LazyText | None]] = {
    QuestionType.SEVERAL: _several_fault,
    QuestionType.RANKING: _ranking_fault,
    QuestionType.POINTS: _points_fault,
    QuestionType.STATEMENTS: _statements_fault,
}


def _scale_fault(question: QuestionDraft) -> LazyText | None:
    settings = question.settings
    if settings.scale is None:
        return lazy("Please choose the labels of the scale.")
    if settings.same_as and settings.same_as not in ITEMS:
        return lazy("We do not know this survey’s question.")
    if settings.is_semantic and len(question.options) != SEMANTIC_ENDS:
        return lazy("Please name exactly the two ends of the scale, as two options.")
    if settings.scale is Scale.OWN and len(as_asked(question)) not in LENGTHS:
        return lazy("A scale of your own needs 4, 5 or 7 options.")
    return None


def _number_fault(question: QuestionDraft) -> LazyText | None:
    if question.settings.range is None:
        return lazy("Please give the lowest number, the highest and the step.")
    if not question.settings.range.is_sound():
        return lazy(
            "Whole steps must lead from the lowest number to the highest: at most two decimals and "
            "100,000 steps."
        )
    return None


def _knowledge_fault(question: QuestionDraft) -> LazyText | None:
    right = sum(option.correct for option in question.options)
    if not right:
        return lazy("Please mark the correct option.")
    most = question.max_choices if question.type is QuestionType.SEVERAL else 1
    if right > most:
        return lazy("More options are marked correct than people may choose.")
    if right < question.min_choices and question.type is QuestionType.SEVERAL:
        return lazy("Fewer options are marked correct than people must choose.")
    if not question.competency_code:
        return lazy("Please choose the competency that this question asks for.")
    return None
