"""Commands of the room of people."""

import click
from flask.cli import with_appcontext

from hanmadang.kernel.db import transaction
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import use_locale
from hanmadang.kernel.permissions import Role
from hanmadang.people import logins
from hanmadang.people.domain import accounts, roles


@click.command("grant-role")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--institution", type=int, help="Id of the institution the role is held for.")
@with_appcontext
def grant_role(email: str, role: str, institution: int | None) -> None:
    """Give an account a role, the first administrator's for one / 계정에 역할을 줍니다."""
    with use_locale("en"), transaction() as session:
        account = accounts.find_active(session, logins.key_of(email))
        if account is None:
            raise click.ClickException("No active account has this address.")
        try:
            roles.grant(session, account, Role(role), institution, actor=None)
        except DomainError as error:
            raise click.ClickException(str(error.text)) from error
    click.echo(f"{email} is now: {role}")
