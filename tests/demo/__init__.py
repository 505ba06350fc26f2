"""The sample data."""
