"""Opinion groups of a statement poll: pure functions and one state object, no database, no clock.

`votes` (who voted what, and three exact sums), `axes` (the two directions in which people differ
most), `clusters` (groups), `stability` (would they come back?), `consensus` (what is shared),
`labels` (the same group keeps its letter), `disclosure` (no small numbers), `conversation` (all of
it), `result` (what it says), `polis_export` (a reader of others' data), `report` (in words).

Only files that need numpy import it, and the web process imports none of those when it starts.
"""

ENGINE_VERSION = "1"
"""Raised by every change that may move a person to another group or change a published figure."""
