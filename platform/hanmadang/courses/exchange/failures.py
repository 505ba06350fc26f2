"""Why a file cannot be read at all: nothing of it is taken over then."""

from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import LazyText, lazy


class ExchangeError(DomainError):
    """The file cannot be imported as a whole; `text` says why."""

    status = 422
    text = lazy("This file cannot be imported.")


class UnreadableError(ExchangeError):
    """It is broken, or not of the format it was given as."""

    text = lazy("This file cannot be read. It may be damaged, or of another format.")

    def __init__(self, detail: str = "") -> None:
        said = lazy("This file cannot be read: %(detail)s", detail=detail) if detail else None
        super().__init__(detail, text=said)


class UnknownFormatError(ExchangeError):
    """Nothing in the file tells a format that we know."""

    text = lazy("The format of this file is not known. Please choose it from the list.")


class UnsafeArchiveError(ExchangeError):
    """The archive would write outside itself, is a bomb, or is otherwise not to be trusted."""

    def __init__(self, problem: LazyText, name: str = "") -> None:
        super().__init__(name, text=lazy("%(problem)s (%(name)s)", problem=problem, name=name))
        self.problem = problem


class TooHeavyError(ExchangeError):
    """Reading took more time or memory than a file may take."""

    text = lazy("Reading this file takes too much time or memory. Please split it and try again.")


class NoLanguageError(ExchangeError):
    """The source does not say which language it is in, and nobody else did."""

    text = lazy("The file does not say which language it is in. Please choose the language.")
