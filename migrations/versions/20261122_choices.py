"""People shape their path: choices about lessons, finer wishes, pre-tests, a calendar's address.

Revision choices, after cohort_curricula.
"""

import sqlalchemy as sa
from alembic import op

revision = "choices"
down_revision = "cohort_curricula"
branch_labels = None
depends_on = None

LONGEST = "longest BETWEEN 5 AND 60"


def upgrade() -> None:
    _new_columns()
    op.create_table(
        "step_choice",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("module_slug", sa.String(), nullable=False),
        sa.Column("unit_slug", sa.String(), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("chosen_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "choice IN ('pinned', 'skipped', 'known')", name=op.f("ck_step_choice_choice_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_step_choice_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_step_choice_course_id_course")
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "course_id", "module_slug", "unit_slug", name=op.f("pk_step_choice")
        ),
    )
    op.create_table(
        "pretest",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.CheckConstraint("state IN ('running', 'ended')", name=op.f("ck_pretest_state_known")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_pretest_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_pretest")),
    )
    op.create_table(
        "pretest_answer",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("competency_code", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('right', 'wrong', 'unsure')", name=op.f("ck_pretest_answer_outcome_known")
        ),
        sa.CheckConstraint("place BETWEEN 1 AND 8", name=op.f("ck_pretest_answer_place")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["pretest.account_id"],
            name=op.f("fk_pretest_answer_account_id_pretest"),
        ),
        sa.ForeignKeyConstraint(
            ["competency_code"], ["competency.code"],
            name=op.f("fk_pretest_answer_competency_code_competency"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["course_question.id"],
            name=op.f("fk_pretest_answer_question_id_course_question"),
        ),
        sa.PrimaryKeyConstraint("account_id", "place", name=op.f("pk_pretest_answer")),
    )
    op.create_table(
        "path_feed",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_path_feed_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_path_feed")),
        sa.UniqueConstraint("seed", name=op.f("uq_path_feed_seed")),
    )


def downgrade() -> None:
    for table in ("path_feed", "pretest_answer", "pretest", "step_choice"):
        op.drop_table(table)
    with op.batch_alter_table("stored_plan") as batch:
        for column in ("before_kept", "before_hash", "kept"):
            batch.drop_column(column)
    with op.batch_alter_table("path_preference") as batch:
        batch.drop_constraint(op.f("ck_path_preference_longest"), type_="check")
        for column in ("longest", "needs_captions", "deadline", "levels"):
            batch.drop_column(column)


def _new_columns() -> None:
    with op.batch_alter_table("path_preference") as batch:
        batch.add_column(sa.Column("levels", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("deadline", sa.Date(), nullable=True))
        batch.add_column(
            sa.Column("needs_captions", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.add_column(sa.Column("longest", sa.Integer(), nullable=True))
        batch.create_check_constraint(op.f("ck_path_preference_longest"), LONGEST)
    with op.batch_alter_table("stored_plan") as batch:
        batch.add_column(sa.Column("kept", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("before_hash", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("before_kept", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("path_preference") as batch:
        for column, kind in (("levels", sa.JSON()), ("needs_captions", sa.Boolean())):
            batch.alter_column(
                column, server_default=None, existing_type=kind, existing_nullable=False
            )
    with op.batch_alter_table("stored_plan") as batch:
        for column, kind in (("kept", sa.JSON()), ("before_hash", sa.String()),
                             ("before_kept", sa.JSON())):  # fmt: skip
            batch.alter_column(
                column, server_default=None, existing_type=kind, existing_nullable=False
            )
