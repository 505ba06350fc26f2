"""Reminders: the outbox through which every mail leaves, its transports, and the ticking clock.

Nouns: OutboxMail. Verbs: enqueue, cancel, claim, hand over, settle. Nothing else sends mail.
"""
