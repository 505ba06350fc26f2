"""The engine that plans a path: pure functions, no database, no clock, no chance.

One file per step: `inputs` (what it may know), `tracing` and `mastery` (what the person knows),
`value` (what a lesson is worth), `selection` (which fit the time), `order`, `reasons`, and `plan`,
which runs them. `fitting` finds the numbers of `tracing` in everybody's answers.
"""

ENGINE_VERSION = "4"
"""Raised by every change that may change a plan; stored plans of another version are made anew."""
