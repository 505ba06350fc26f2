"""People: accounts, sessions, roles, institutions, consents.

Nouns: Account, RoleGrant, Institution, SignInSession, Token, Consent. Verbs: sign up, verify,
sign in, sign out everywhere, grant, consent, withdraw, export, erase.
"""
