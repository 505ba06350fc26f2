"""Servers, sinks and browsers, as context managers: tests and proofs start the same ones."""
