"""Why somebody has more time or more attempts.

Revision allowance_reason, after course_authoring. Downgrading loses the reasons.
"""

import sqlalchemy as sa
from alembic import op

revision = "allowance_reason"
down_revision = "course_authoring"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("quiz_allowance") as batch:
        batch.add_column(sa.Column("reason", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("quiz_allowance") as batch:
        batch.alter_column("reason", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("quiz_allowance") as batch:
        batch.drop_column("reason")
