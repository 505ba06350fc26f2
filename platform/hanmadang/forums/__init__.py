"""Forums: who is called to speak, what they propose, how it is judged, when they speak.

Nouns: Call, ExpertProfile, Availability, Proposal, Decision, Review, Talk. Verbs: open a call,
save, submit, edit, withdraw, review, decide, release, confirm, schedule, publish.
"""
