"""The verbs of the forums. `create_call` and `add_talk` also serve the loader of sample data."""

from hanmadang.forums.domain.calls import CallFields, create_call
from hanmadang.forums.domain.talks import TalkFields, add_talk, change_talk

__all__ = ["CallFields", "TalkFields", "add_talk", "change_talk", "create_call"]
