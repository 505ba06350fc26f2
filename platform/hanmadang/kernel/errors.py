"""What can go wrong on purpose: domain errors that a page can turn into a helpful sentence."""

from hanmadang.kernel.i18n import LazyText, lazy


class DomainError(Exception):
    """The request was understood and cannot be done. `text` says why, to a person."""

    status = 409
    text: LazyText = lazy("This cannot be done now.")

    def __init__(self, *args: object, text: LazyText | None = None) -> None:
        super().__init__(*args)
        if text is not None:
            self.text = text


class NotFoundError(DomainError):
    """The object does not exist, or this viewer may not know that it does."""

    status = 404
    text = lazy("This page does not exist, or is no longer here.")


class RefusedError(DomainError):
    """This viewer may see the object but not do this to it."""

    status = 403
    text = lazy("You do not have permission to do this.")


class NotAllowedNowError(DomainError):
    """The object's state does not allow this step."""

    text = lazy("This cannot be done in the current state. Reload the page to see what changed.")


class ConflictError(DomainError):
    """Somebody else changed the object since this page was opened."""

    text = lazy("Somebody changed this in the meantime. Your text is kept; please compare.")


class KeyReusedError(DomainError):
    """An idempotency key came back with a different request (422)."""

    status = 422
    text = lazy("This form was already sent with other contents. Please open the page again.")
