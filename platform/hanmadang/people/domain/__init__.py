"""The verbs of the room: they take session, actor and now, flush, and never commit."""
