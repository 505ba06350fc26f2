"""The one-process server: pages through a small bridge, live streams beside them, the scheduler."""
