"""Polls: questions to a hall or a city, anonymous ballots, live results, and evidence for paths."""
