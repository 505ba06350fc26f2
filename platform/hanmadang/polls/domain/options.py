"""From what an author writes to the options people are asked, and back."""

from hanmadang.polls.domain.written import OptionDraft, QuestionDraft
from hanmadang.polls.models import TYPED, QuestionType
from hanmadang.polls.scales import SEMANTIC, SEMANTIC_ENDS, Scale, labels_of, semantic_ends
from hanmadang.polls.scales import semantic_labels as numbered
from hanmadang.polls.shapes import Settings

Options = tuple[OptionDraft, ...]


def as_asked(draft: QuestionDraft) -> Options:
    """The options to store. An unfinished draft may lack some; `usable` refuses it."""
    settings = draft.settings
    if draft.type in TYPED:
        return ()
    if draft.type is QuestionType.NUMBER and settings.range and settings.range.is_sound():
        return tuple(OptionDraft(label) for label in settings.range.band_labels())
    if draft.type is not QuestionType.SCALE or settings.scale in (None, Scale.OWN):
        return draft.options
    return _scale(settings.scale, draft.options)


def _scale(scale: Scale, written: Options) -> Options:
    labels = labels_of(scale)
    if scale in SEMANTIC and len(written) == SEMANTIC_ENDS:
        labels = numbered([end.label for end in written], SEMANTIC[scale])
    return tuple(OptionDraft(label) for label in labels)


def as_written(type_: QuestionType, settings: Settings, stored: Options) -> Options:
    """What the author wrote to get the stored options."""
    if type_ is QuestionType.NUMBER:
        return ()
    if type_ is not QuestionType.SCALE or settings.scale in (None, Scale.OWN):
        return stored
    if settings.is_semantic:
        ends = semantic_ends([option.label for option in stored])
        return tuple(OptionDraft(end) for end in ends)
    return ()


def choices(draft: QuestionDraft) -> tuple[int, int]:
    """How many options an answer holds at least and at most."""
    if draft.type is QuestionType.CLOUD:
        return 1, draft.max_choices
    if draft.type is QuestionType.SEVERAL:
        return draft.min_choices, draft.max_choices
    if draft.type is QuestionType.RANKING:
        return draft.min_choices, len(draft.options)
    if draft.type in (QuestionType.POINTS, QuestionType.STATEMENTS):
        return 1, len(draft.options)
    return 1, 1
