"""Evidence may come from more sources: pre-tests, checks, events, questions asked, groups.

Revision sources, after desk. Downgrading loses the evidence of those sources, and the stored
paths, which are made again on the next visit.
"""

from alembic import op

revision = "sources"
down_revision = "desk"
branch_labels = None
depends_on = None

FEW = "source_kind IN ('poll', 'quiz', 'declared')"
MANY = (
    "source_kind IN ('poll', 'quiz', 'declared', 'pretest', 'check', 'event', 'question', 'cohort')"
)


def upgrade() -> None:
    _source_check(MANY)


def downgrade() -> None:
    op.execute("DELETE FROM evidence WHERE source_kind NOT IN ('poll', 'quiz', 'declared')")
    op.execute("DELETE FROM stored_plan")
    _source_check(FEW)


def _source_check(condition: str) -> None:
    with op.batch_alter_table("evidence") as batch:
        batch.drop_constraint(op.f("ck_evidence_source_kind_known"), type_="check")
        batch.create_check_constraint(op.f("ck_evidence_source_kind_known"), condition)
