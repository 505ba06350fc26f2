"""Who uses the house. The least personal data that each purpose needs; see docs/privacy.md."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import Base, state_check
from hanmadang.kernel.permissions import Role
from hanmadang.kernel.states import Machine


class InstitutionKind(StrEnum):
    """What an institution is."""

    CITY = "city"
    INSTITUTE = "institute"
    PARTNER_CITY = "partner_city"
    SCHOOL = "school"


class Institution(Base):
    """The city, a partner institution, a partner city or a school."""

    __tablename__ = "institution"
    __table_args__ = (state_check("kind", InstitutionKind),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[Bilingual]
    city: Mapped[Bilingual]
    country: Mapped[str] = mapped_column(default="KR")


class AccountState(StrEnum):
    """Where an account stands."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    ERASED = "erased"


ACCOUNT_STEPS = Machine(
    {
        AccountState.ACTIVE: frozenset({AccountState.BLOCKED, AccountState.ERASED}),
        AccountState.BLOCKED: frozenset({AccountState.ACTIVE, AccountState.ERASED}),
    }
)
"""Which way an account may go; erased is the end."""


class Account(Base):
    """One person's account."""

    __tablename__ = "account"
    __table_args__ = (state_check("state", AccountState),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    """As written, for mail; an erased account holds a random placeholder."""
    login: Mapped[str] = mapped_column(unique=True)
    """NFKC, lower case, IDNA: what sign-in compares."""
    password_hash: Mapped[str]
    name: Mapped[str]
    locale: Mapped[str]
    """Language of every mail to this person."""
    zone: Mapped[str] = mapped_column(default="Asia/Seoul")
    state: Mapped[str] = mapped_column(default=AccountState.ACTIVE.value)
    auth_epoch: Mapped[int] = mapped_column(default=0)
    """Raised by a new password, role or block: every older session ends at once."""
    verified_at: Mapped[datetime | None]
    guardian_email: Mapped[str | None]
    """For people under 14: whose consent the account rests on."""
    totp_secret: Mapped[str | None]
    totp_step: Mapped[int | None]
    """The last 30-second step whose code was accepted: no code works twice."""
    created_at: Mapped[datetime]

    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="account", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def roles(self) -> frozenset[Role]:
        """The roles this account holds."""
        return frozenset(Role(grant.role) for grant in self.grants)


class RoleGrant(Base):
    """One role of one account, for one institution where that matters."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("account_id", "role"), state_check("role", Role))

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str]
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"))

    account: Mapped[Account] = relationship(back_populates="grants")


class SignInSession(Base):
    """A signed-in browser. Only the hash of its cookie is kept; deleting the row signs it out."""

    __tablename__ = "sign_in_session"
    __table_args__ = (Index(None, "account_id"),)

    id_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    auth_epoch: Mapped[int]
    roles: Mapped[str]
    """The roles at sign-in, comma-separated; a change of roles raises the epoch."""
    institution_id: Mapped[int | None]
    second_factor: Mapped[bool] = mapped_column(default=False)
    device_label: Mapped[str]
    """Browser and system in words, for the list of sessions."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """Updated at most every five minutes."""
    expires_at: Mapped[datetime]


class TokenPurpose(StrEnum):
    """What a mailed token may be used for."""

    VERIFY = "verify"
    RESET = "reset"
    GUARDIAN = "guardian"


class Token(Base):
    """A single-use secret sent by mail; only its hash is kept, for 30 minutes or as stated."""

    __tablename__ = "token"
    __table_args__ = (state_check("purpose", TokenPurpose), Index(None, "account_id"))

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    email: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A one-time substitute for the second factor."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index(None, "account_id"),)

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    used_at: Mapped[datetime | None]


class ConsentKind(StrEnum):
    """Each consent is asked, kept and withdrawn by itself."""

    TERMS = "terms"
    PRIVACY = "privacy"
    REMINDERS = "reminders"
    PATH = "path"
    """Poll-derived evidence may shape my curriculum."""


class Consent(Base):
    """A grant of one version of one consent text, and its withdrawal."""

    __tablename__ = "consent"
    __table_args__ = (
        state_check("kind", ConsentKind),
        Index(
            "uq_consent_standing",
            "account_id",
            "kind",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str]
    version: Mapped[str]
    granted_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    guardian: Mapped[bool] = mapped_column(default=False)
    """Given by the guardian of a person under 14."""


class SignInTry(Base):
    """How often something guessable was tried in the current window; one row per counted key."""

    __tablename__ = "sign_in_try"

    key: Mapped[str] = mapped_column(primary_key=True)
    """Kind and HMAC of what is counted: no address or login can be read from it."""
    count: Mapped[int]
    window_ends_at: Mapped[datetime] = mapped_column(index=True)


class KnownDevice(Base):
    """A device that once signed in: a flood of guesses elsewhere cannot lock its owner out."""

    __tablename__ = "known_device"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    device_hash: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
