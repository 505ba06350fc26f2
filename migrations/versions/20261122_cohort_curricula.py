"""Curricula of cohorts: composed for a group, frozen, assigned.

Revision cohort_curricula, after graph. Downgrading loses them.
"""

import sqlalchemy as sa
from alembic import op

revision = "cohort_curricula"
down_revision = "graph"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cohort_curriculum",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("finish_by", sa.Date(), nullable=True),
        sa.Column("poll_id", sa.Integer(), nullable=True),
        sa.Column("pinned", sa.JSON(), nullable=False),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("rests_on", sa.JSON(), nullable=False),
        sa.Column("engine_version", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'frozen', 'assigned')",
            name=op.f("ck_cohort_curriculum_state_known"),
        ),
        sa.CheckConstraint(
            "minutes BETWEEN 30 AND 3000", name=op.f("ck_cohort_curriculum_minutes")
        ),
        sa.CheckConstraint(
            "(state = 'draft') = (frozen_at IS NULL)",
            name=op.f("ck_cohort_curriculum_frozen_is_fixed"),
        ),
        sa.CheckConstraint(
            "(state = 'assigned') = (assigned_at IS NOT NULL)",
            name=op.f("ck_cohort_curriculum_assigned_when"),
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["course_cohort.id"],
            name=op.f("fk_cohort_curriculum_cohort_id_course_cohort"),
        ),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["poll.id"], name=op.f("fk_cohort_curriculum_poll_id_poll")
        ),
        sa.PrimaryKeyConstraint("cohort_id", name=op.f("pk_cohort_curriculum")),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("cohort_curriculum")
