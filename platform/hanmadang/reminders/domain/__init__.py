"""The outbox's verbs."""
