"""Hanmadang (한마당): a city's loop of listening, learning, feeling, meeting and remembering.

The rooms, lowest first; each may import only from those above it in this list:

    kernel      words every room may use: clock, database, languages, permissions
    people      accounts, sessions, roles, institutions, consents
    reminders   the outbox, its transports and the ticking scheduler
    courses, events, polls              what citizens take, book and answer
    forums      calls for speakers, proposals, programmes (stands on events)
    curricula   joins polls, courses and events into each person's path
    web         home, health, error pages, headers
    serving     the one-process server: bridge, live streams
    demo        bilingual sample data
"""

__version__ = "0.1.0"
