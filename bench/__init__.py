"""Yardsticks: what others do, and data, against which our own is measured in one run."""
