"""What a cohort's pre-tests told last, so that it moves by ten members at a time.

Revision pretested, after choices.
"""

import sqlalchemy as sa
from alembic import op

revision = "pretested"
down_revision = "choices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cohort_curriculum") as table:
        table.add_column(sa.Column("pretests", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("cohort_curriculum") as table:
        table.alter_column("pretests", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("cohort_curriculum") as table:
        table.drop_column("pretests")
