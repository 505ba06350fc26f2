"""Fitted numbers of the engine, runs over many paths, and what people set aside.

Revision nightly, after sources. Downgrading loses them; the numbers are fitted again by night.
"""

import sqlalchemy as sa
from alembic import op

revision = "nightly"
down_revision = "sources"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_set_aside",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "basis IN ('quiz', 'lesson', 'event')", name=op.f("ck_evidence_set_aside_basis_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_evidence_set_aside_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "basis", "ref", name=op.f("pk_evidence_set_aside")),
    )
    op.create_table(
        "fitted_parameters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fitted_on", sa.Date(), nullable=False),
        sa.Column("engine_version", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "people >= 0 AND answers >= 0", name=op.f("ck_fitted_parameters_counts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fitted_parameters")),
        sa.UniqueConstraint("fitted_on", name=op.f("uq_fitted_parameters_fitted_on")),
    )
    op.create_table(
        "replan_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("upto", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("cause IN ('night', 'poll')", name=op.f("ck_replan_run_cause_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replan_run")),
        sa.UniqueConstraint("cause", "ref", name=op.f("uq_replan_run_cause_ref")),
    )
    with op.batch_alter_table("evidence") as batch:
        batch.create_index(op.f("ix_evidence_source_kind_source_ref"), ["source_kind", "source_ref"])


def downgrade() -> None:
    with op.batch_alter_table("evidence") as batch:
        batch.drop_index(op.f("ix_evidence_source_kind_source_ref"))
    for table in ("replan_run", "fitted_parameters", "evidence_set_aside"):
        op.drop_table(table)
