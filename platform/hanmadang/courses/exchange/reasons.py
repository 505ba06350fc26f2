"""Why something came over changed, or not at all: one sentence each, in both languages."""

from collections.abc import Mapping
from enum import StrEnum

from hanmadang.kernel.i18n import LazyText, lazy


class Reason(StrEnum):
    """One for every way in which a source says more, or other things, than we can keep."""

    APART = "apart"
    AS_IT_WAS = "as-it-was"
    AS_DOCUMENT = "as-document"
    AS_LINK = "as-link"
    AS_REFLECTION = "as-reflection"
    AS_TEXT = "as-text"
    BANK = "bank"
    BROKEN = "broken"
    CODE = "code"
    COMBINED = "combined"
    CREDIT = "credit"
    DOES_NOT_FIT = "does-not-fit"
    EMPTY = "empty"
    ENCODING = "encoding"
    ENCRYPTED = "encrypted"
    ENGLISH_NOT_SAID = "english-not-said"
    FORMAT_LOST = "format-lost"
    JUNK = "junk"
    LAYOUT = "layout"
    LINK = "link"
    MEDIA = "media"
    MISSING_FILE = "missing-file"
    NO_ALT = "no-alt"
    NO_KIND = "no-kind"
    NO_TRANSCRIPT = "no-transcript"
    NOT_CARRIED = "not-carried"
    ORPHAN = "orphan"
    OUTSIDE = "outside"
    OTHER_LANGUAGE = "other-language"
    PICTURE = "picture"
    PICTURE_BESIDE = "picture-beside"
    PICTURE_OUTSIDE = "picture-outside"
    RANGE = "range"
    REGEX = "regex"
    RENAMED = "renamed"
    SCRIPT = "script"
    SECRET = "secret"  # noqa: S105  (a word for what is dropped)
    SETTING = "setting"
    STAYS_HERE = "stays-here"
    TAG = "tag"
    TOO_LARGE = "too-large"
    TOO_LARGE_TOGETHER = "too-large-together"
    TOO_LONG = "too-long"
    TOO_MANY_NOTES = "too-many-notes"
    UNKNOWN = "unknown"


SENTENCES: Mapping[Reason, LazyText] = {
    Reason.AS_IT_WAS: lazy("Taken over as it was."),
    Reason.APART: lazy("It became a question of its own."),
    Reason.AS_DOCUMENT: lazy("Became a document to download."),
    Reason.AS_LINK: lazy("Became a link."),
    Reason.AS_REFLECTION: lazy("Became a reflection, which nobody marks."),
    Reason.AS_TEXT: lazy("Became a text block."),
    Reason.BANK: lazy("Questions drawn by chance came over; please check how many are drawn."),
    Reason.BROKEN: lazy("It is written wrongly and cannot be read."),
    Reason.CODE: lazy("It works by running code of its own, which we never run."),
    Reason.COMBINED: lazy("Joined with a text beside it."),
    Reason.CREDIT: lazy("Its credit was brought between the bounds that hold here."),
    Reason.DOES_NOT_FIT: lazy("It does not fit the rules that hold for courses here."),
    Reason.EMPTY: lazy("Nothing is in it that could be shown."),
    Reason.ENCODING: lazy("The file is not in UTF-8; it was read in its Korean encoding."),
    Reason.ENCRYPTED: lazy("It is encrypted or protected and cannot be opened."),
    Reason.ENGLISH_NOT_SAID: lazy("One language is missing; please translate before publishing."),
    Reason.FORMAT_LOST: lazy("The words stay; bold, lists and the like are lost here."),
    Reason.JUNK: lazy("A file that an operating system left behind."),
    Reason.LAYOUT: lazy("It only says how things look."),
    Reason.LINK: lazy("Only web addresses can be linked; the words stay."),
    Reason.MEDIA: lazy("Media of this kind cannot be shown here."),
    Reason.MISSING_FILE: lazy("The file it names is not there."),
    Reason.NO_ALT: lazy("The picture came without words for those who cannot see it."),
    Reason.NO_KIND: lazy("There is no such kind of question or block here."),
    Reason.NO_TRANSCRIPT: lazy("It came without a transcript; please write one."),
    Reason.NOT_CARRIED: lazy("The format cannot say this."),
    Reason.ORPHAN: lazy("Nothing in the course leads to it."),
    Reason.OUTSIDE: lazy("Nothing leads to it there; it stands in a module of its own here."),
    Reason.OTHER_LANGUAGE: lazy("It is in a language that courses do not have here."),
    Reason.PICTURE: lazy("The file is no picture that we can show."),
    Reason.PICTURE_BESIDE: lazy("The picture stands before the question now."),
    Reason.PICTURE_OUTSIDE: lazy("A picture on another site became a link."),
    Reason.RANGE: lazy("A tolerance became the range of numbers that it means."),
    Reason.REGEX: lazy("Answers by pattern (regular expressions) are not accepted here."),
    Reason.RENAMED: lazy("It has another name here."),
    Reason.SCRIPT: lazy("Scripts, frames and forms in a text are never taken over."),
    Reason.SECRET: lazy("A key or password: it was dropped and is kept nowhere."),
    Reason.SETTING: lazy("A setting of the other system that has no counterpart here."),
    Reason.STAYS_HERE: lazy("The file lies here; only our own archive takes it along."),
    Reason.TAG: lazy("A tag or number of the other system; please choose competencies instead."),
    Reason.TOO_LARGE: lazy("The file is larger than a file of its kind may be here."),
    Reason.TOO_LARGE_TOGETHER: lazy(
        "With it the archive would be larger than can be read back. Please save this file itself."
    ),
    Reason.TOO_LONG: lazy("The text is too long to be read."),
    Reason.TOO_MANY_NOTES: lazy("There is more to say than fits into a report."),
    Reason.UNKNOWN: lazy("The importer does not know this."),
}
