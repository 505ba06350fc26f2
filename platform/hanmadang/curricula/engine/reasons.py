"""Why a lesson is in the path, or not: codes with numbers, worded later in the reader's language.

Each reason cites the input it rests on; take the input away, and the step changes or goes.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Pinned:
    """The person pinned it."""

    code: ClassVar[str] = "pinned"


@dataclass(frozen=True, slots=True)
class Need:
    """The person answered questions on this competency, and does not know it for sure."""

    code: ClassVar[str] = "need"
    competency: str
    right: int
    of: int


@dataclass(frozen=True, slots=True)
class Again:
    """The person finished it, missed questions on this competency, and nothing else teaches it."""

    code: ClassVar[str] = "again"
    competency: str
    right: int
    of: int


@dataclass(frozen=True, slots=True)
class EventBefore:
    """It leads to an event the person booked, on that day (ISO)."""

    code: ClassVar[str] = "event_before"
    event: int
    day: str


@dataclass(frozen=True, slots=True)
class EventAfter:
    """It follows from an event on that day (ISO), which the person attended or only booked."""

    code: ClassVar[str] = "event_after"
    event: int
    day: str
    attended: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """It answers a poll the person took part in: so many per cent of `n` asked or missed it."""

    code: ClassVar[str] = "group"
    poll: int
    percent: int
    n: int
    about: str = ""
    """The topic they asked for, or the competency on which they missed a question."""
    missed: bool = False


@dataclass(frozen=True, slots=True)
class Interest:
    """The person chose this topic, in a poll or in their settings (`Source`)."""

    code: ClassVar[str] = "interest"
    topic: str
    source: str


@dataclass(frozen=True, slots=True)
class Core:
    """This partner holds that everybody should take it."""

    code: ClassVar[str] = "core"
    partner: str


@dataclass(frozen=True, slots=True)
class PrereqOf:
    """A later lesson of the path cannot be understood without it."""

    code: ClassVar[str] = "prereq_of"
    unit: int


@dataclass(frozen=True, slots=True)
class Balance:
    """Chosen because it lies outside the interests, or shows another viewpoint (`perspective`)."""

    code: ClassVar[str] = "balance"
    perspective: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """It was announced as one of the next steps, and stays."""

    code: ClassVar[str] = "kept"


@dataclass(frozen=True, slots=True)
class Fits:
    """The person asked for lessons of at most `longest` minutes, and it takes `minutes`."""

    code: ClassVar[str] = "fits"
    minutes: int
    longest: int


@dataclass(frozen=True, slots=True)
class Longer:
    """It takes more minutes than the person asked for, but they need it or pinned it."""

    code: ClassVar[str] = "longer"
    minutes: int
    longest: int


@dataclass(frozen=True, slots=True)
class Quick:
    """The path begins with something short."""

    code: ClassVar[str] = "quick"
    minutes: int


@dataclass(frozen=True, slots=True)
class Start:
    """The person was never asked about this competency, so the lesson comes by its importance."""

    code: ClassVar[str] = "start"
    competency: str


Reason = (
    Pinned | Need | Again | EventBefore | EventAfter | Group | Interest | Core | PrereqOf | Balance
    | Kept | Fits | Longer | Quick | Start
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Done:
    """Left out: finished already."""

    code: ClassVar[str] = "done"


@dataclass(frozen=True, slots=True)
class Skipped:
    """Left out: the person does not want it."""

    code: ClassVar[str] = "skipped"


@dataclass(frozen=True, slots=True)
class Known:
    """Left out: the person showed that they know what it teaches."""

    code: ClassVar[str] = "known"
    competency: str
    right: int
    of: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """Left out: the person says that they know it."""

    code: ClassVar[str] = "claimed"
    competency: str


@dataclass(frozen=True, slots=True)
class MissingLanguage:
    """Left out: it does not exist in the reader's language."""

    code: ClassVar[str] = "missing_language"


@dataclass(frozen=True, slots=True)
class NoCaptions:
    """Left out: the person needs captions, and it has none."""

    code: ClassVar[str] = "no_captions"


@dataclass(frozen=True, slots=True)
class Untaught:
    """Left out: it needs a competency that no lesson open to this person teaches."""

    code: ClassVar[str] = "untaught"
    competency: str


@dataclass(frozen=True, slots=True)
class OneSided:
    """Left out: the person skipped the lesson that answers it, or something it stands on."""

    code: ClassVar[str] = "one_sided"
    answer: int


@dataclass(frozen=True, slots=True)
class TooLong:
    """Left out: the person asked for lessons of at most `longest` minutes."""

    code: ClassVar[str] = "too_long"
    minutes: int
    longest: int


@dataclass(frozen=True, slots=True)
class OverBudget:
    """Left out: with what belongs to it it takes more minutes than are left."""

    code: ClassVar[str] = "budget"
    minutes: int
    left: int
    alone: bool = False
    """Whether nothing else would come with it."""


@dataclass(frozen=True, slots=True)
class Crowded:
    """Left out: its topic would take more than its share of the time."""

    code: ClassVar[str] = "crowded"
    topic: str


@dataclass(frozen=True, slots=True)
class LessValue:
    """Left out: everything that was chosen teaches this person more per minute."""

    code: ClassVar[str] = "less_value"


@dataclass(frozen=True, slots=True)
class Unlinked:
    """Left out: nothing says what it teaches."""

    code: ClassVar[str] = "unlinked"


Omission = (
    Done | Skipped | Known | Claimed | MissingLanguage | NoCaptions | Untaught | OneSided | TooLong
    | OverBudget | Crowded | LessValue | Unlinked
)  # fmt: skip
_REASONS: Mapping[str, Any] = {kind.code: kind for kind in Reason.__args__}
_OMISSIONS: Mapping[str, Any] = {kind.code: kind for kind in Omission.__args__}


def to_json(reason: Reason | Omission) -> dict[str, Any]:
    """The stored form: its code and its numbers."""
    return {"code": reason.code, **asdict(reason)}


def reason_from_json(stored: Mapping[str, Any]) -> Reason:
    """The inverse of `to_json` for a reason."""
    reason: Reason = _made(_REASONS, stored)
    return reason


def omission_from_json(stored: Mapping[str, Any]) -> Omission:
    """The inverse of `to_json` for an omission."""
    omission: Omission = _made(_OMISSIONS, stored)
    return omission


def _made(kinds: Mapping[str, Any], stored: Mapping[str, Any]) -> Any:
    return kinds[stored["code"]](**{key: x for key, x in stored.items() if key != "code"})
