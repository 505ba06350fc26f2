"""The house with live results that stand still: what was read first is shown for ever."""

from functools import lru_cache

import wsgi
from hanmadang.serving.live import Live

_read = lru_cache(maxsize=None)(Live._read_now)  # noqa: SLF001  (the sabotage)
type.__setattr__(Live, "_read_now", _read)
app = wsgi.app
