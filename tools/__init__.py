"""Commands for people who work on Hanmadang; nothing here is needed to run it."""
