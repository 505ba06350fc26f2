"""The engine chooses numpy's threads, which works only before numpy is there."""

import hanmadang.polls.opinion  # noqa: F401
