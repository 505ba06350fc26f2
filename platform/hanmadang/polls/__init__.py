"""Polls: questions to a hall or a city, anonymous ballots, live results, and evidence for paths."""

import os

# The matrices are small: a second thread of numpy's algebra waits more than it works (a review of
# 2,000 people took 3.5 s with two threads on two busy cores, 1.5 s with one), and takes the core
# that answers pages. Read when numpy is first imported; whoever has set it keeps it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
