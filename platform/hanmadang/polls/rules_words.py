"""How many must have typed an answer before it counts as anybody's, and how long others stay."""

from datetime import timedelta

FEWEST_ALIKE = 3
"""An answer that so many people gave says little about one of them."""
KEPT = timedelta(days=30)
"""After the close; then answers of fewer people that nobody was shown are deleted."""
