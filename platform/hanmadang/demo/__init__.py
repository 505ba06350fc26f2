"""Bilingual sample data and one-click sign-in, in demo mode only.

The content is real (`content/*.toml`: three courses, six events, two forums, four polls); it is
loaded through the rooms' own verbs, so whatever the demo shows could have been entered by hand.
"""
