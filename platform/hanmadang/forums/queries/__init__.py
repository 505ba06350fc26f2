"""What the pages of the forums read; `open_calls` and `programme` are for other rooms too."""

from hanmadang.forums.queries.forums import open_calls
from hanmadang.forums.queries.talks import programme

__all__ = ["open_calls", "programme"]
