"""Who may do what: verbs, roles, and the viewer they are asked about. Deny by default.

A route names the verb it needs (`hanmadang.kernel.rooms`); a room's `rules` say which objects
the verb reaches. Both must agree, and a route without a verb does not start.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """Every verb of the house, as room:verb, in alphabetical order.

    `PUBLIC` needs no account; `SIGNED_IN` only that somebody is signed in.
    """

    ACCOUNTS_ADMINISTER = "accounts:administer"
    AUDIT_READ = "audit:read"
    COHORTS_TEACH = "cohorts:teach"
    COURSES_AUTHOR = "courses:author"
    COURSES_TAKE = "courses:take"
    CURRICULA_EDIT = "curricula:edit"
    DEMAND_READ = "demand:read"
    EVENTS_BOOK = "events:book"
    EVENTS_ORGANIZE = "events:organize"
    FORUMS_ORGANIZE = "forums:organize"
    FORUMS_PROPOSE = "forums:propose"
    FORUMS_REVIEW = "forums:review"
    HOOKS_MANAGE = "hooks:manage"
    OPERATIONS_READ = "operations:read"
    POLLS_MODERATE = "polls:moderate"
    PUBLIC = "public"
    RUNS_MANAGE = "runs:manage"
    SIGNED_IN = "signed-in"


class Role(StrEnum):
    """What an account may be; one account may hold several."""

    ADMINISTRATOR = "administrator"
    CITIZEN = "citizen"
    EXPERT = "expert"
    INSTRUCTOR = "instructor"
    ORGANIZER = "organizer"
    PARTNER_EDITOR = "partner-editor"
    REVIEWER = "reviewer"


STAFF = frozenset(
    {Role.ADMINISTRATOR, Role.INSTRUCTOR, Role.ORGANIZER, Role.PARTNER_EDITOR, Role.REVIEWER}
)
"""Roles that handle other people's data: second factor required, shorter sessions."""

_CITIZEN = frozenset(
    {Permission.PUBLIC, Permission.SIGNED_IN, Permission.COURSES_TAKE, Permission.EVENTS_BOOK}
)
_EDITOR = frozenset(
    {
        Permission.COHORTS_TEACH,
        Permission.COURSES_AUTHOR,
        Permission.CURRICULA_EDIT,
        Permission.DEMAND_READ,
        Permission.RUNS_MANAGE,
    }
)

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.CITIZEN: _CITIZEN,
    Role.EXPERT: _CITIZEN | {Permission.FORUMS_PROPOSE},
    Role.INSTRUCTOR: _CITIZEN | {Permission.COHORTS_TEACH},
    Role.REVIEWER: _CITIZEN | {Permission.FORUMS_REVIEW},
    Role.PARTNER_EDITOR: _CITIZEN | _EDITOR,
    Role.ORGANIZER: _CITIZEN
    | _EDITOR
    | {
        Permission.EVENTS_ORGANIZE,
        Permission.FORUMS_ORGANIZE,
        Permission.HOOKS_MANAGE,
        Permission.POLLS_MODERATE,
    },
    Role.ADMINISTRATOR: frozenset(Permission) - {Permission.FORUMS_PROPOSE},
}
"""The permission table; `docs/operate.md` prints it and a test compares the two."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is asking: an account seen through its session, or nobody."""

    account_id: int | None = None
    name: str = ""
    locale: str = ""
    """The account's language; empty for nobody."""
    roles: frozenset[Role] = frozenset()
    institution_id: int | None = None
    session_id: str = ""
    verified: bool = False
    """Whether the account's e-mail address was confirmed."""
    second_factor: bool = False
    """Whether this session passed a second factor, or the account needs none."""
    login: str = ""
    """The account's address as compared."""

    def __bool__(self) -> bool:
        return self.is_signed_in

    @property
    def is_signed_in(self) -> bool:
        """Whether an account stands behind this request."""
        return self.account_id is not None

    @property
    def is_staff(self) -> bool:
        """Whether the viewer handles other people's data."""
        return bool(self.roles & STAFF)

    def may(self, permission: Permission) -> bool:
        """Whether any role grants the verb."""
        if permission is Permission.PUBLIC:
            return True
        return self.is_signed_in and any(permission in GRANTS[role] for role in self.roles)

    @property
    def id(self) -> int:
        """The account id of a signed-in viewer; raises LookupError for nobody."""
        if self.account_id is None:
            message = "Nobody is signed in; the route should have required it."
            raise LookupError(message)
        return self.account_id


NOBODY = Viewer()
