"""Why somebody has more time; what a certificate says of its holder's cohort.

Revision desk, after search_words. Downgrading loses the reasons, and the cohorts' words on
certificates; files of copies that were printed with them are then no longer the same bytes.
"""

import sqlalchemy as sa
from alembic import op

revision = "desk"
down_revision = "search_words"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("quiz_allowance") as batch:
        batch.add_column(sa.Column("reason", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("quiz_allowance") as batch:
        batch.alter_column("reason", server_default=None)
    with op.batch_alter_table("certificate") as batch:
        batch.add_column(sa.Column("cohort", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("certificate") as batch:
        batch.drop_column("cohort")
    with op.batch_alter_table("quiz_allowance") as batch:
        batch.drop_column("reason")
