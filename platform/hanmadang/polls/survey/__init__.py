"""What a poll's numbers are worth, and which of them may be shown: pure functions, no database.

`weights` (raking) and `precision` (intervals) say what a share is worth; `cube`, `suppression` and
`disclosure` decide what of a cross-table is published, `batches` when it may move; `compare` and
`series` set it beside the national surveys. `thresholds` holds the limits and imports no numpy:
it is the only file here that the web process loads at start.
"""
