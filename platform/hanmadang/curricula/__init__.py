"""The room of curricula."""
