"""Words any room may use: time, database, languages, permissions, forms, errors.

The kernel knows no room. A room that wants to be heard registers itself here
(`permissions`, `slots`, `fsck`), so that arrows always point downwards.
"""
