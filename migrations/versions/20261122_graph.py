"""The reviewed competency graph: alternatives and soft prerequisites, viewpoints, changes, doubts.

Revision graph, after sources. What was needed stays needed by itself. Downgrading keeps every
hard prerequisite (alternatives become plain ones) and loses soft ones, viewpoints, descriptions,
proposals and suggestions; retired and merged competencies are in use again.
"""

import sqlalchemy as sa
from alembic import op

revision = "graph"
down_revision = "sources"
branch_labels = None
depends_on = None

EMPTY = '{"source": "ko"}'


def upgrade() -> None:
    _new_tables()
    with op.batch_alter_table("competency") as batch:
        batch.add_column(sa.Column("description", sa.Text(), nullable=False, server_default=EMPTY))
        batch.add_column(sa.Column("state", sa.String(), nullable=False, server_default="active"))
        batch.add_column(sa.Column("merged_into", sa.String(), nullable=True))
        batch.create_foreign_key(
            batch.f("fk_competency_merged_into_competency"), "competency", ["merged_into"], ["code"]
        )
        batch.create_check_constraint("state_known", "state IN ('active', 'retired', 'merged')")
        batch.create_check_constraint(
            "merged_into_known", "(state = 'merged') = (merged_into IS NOT NULL)"
        )
    with op.batch_alter_table("competency") as batch:
        batch.alter_column("description", server_default=None)
        batch.alter_column("state", server_default=None)
    with op.batch_alter_table("competency_need") as batch:
        batch.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="needs"))
        batch.add_column(sa.Column("choice", sa.Integer(), nullable=False, server_default="0"))
        batch.create_check_constraint("kind_known", "kind IN ('needs', 'helps')")
        batch.create_check_constraint("choice", "choice >= 0 AND (kind = 'needs' OR choice = 0)")
        batch.create_check_constraint("not_itself", "competency_code <> needs_code")
    with op.batch_alter_table("competency_need") as batch:
        batch.alter_column("kind", server_default=None)
        batch.alter_column("choice", server_default=None)


def _new_tables() -> None:
    op.create_table(
        "perspective",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_perspective")),
    )
    op.create_table(
        "graph_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_graph_head_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_graph_head")),
    )
    op.create_table(
        "graph_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'rejected', 'withdrawn')",
            name=op.f("ck_graph_change_state_known"),
        ),
        sa.CheckConstraint(
            "kind IN ('add', 'edit', 'merge', 'retire', 'restore', 'viewpoints', 'import', 'undo')",
            name=op.f("ck_graph_change_kind_known"),
        ),
        sa.CheckConstraint(
            "(state = 'proposed') = (decided_at IS NULL)",
            name=op.f("ck_graph_change_decided_at_known"),
        ),
        sa.CheckConstraint(
            "state <> 'approved' OR author_id IS NULL OR decided_by IS NULL"
            " OR author_id <> decided_by",
            name=op.f("ck_graph_change_four_eyes"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_graph_change_author_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_graph_change_decided_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["graph_change.id"], name=op.f("fk_graph_change_undoes_id_graph_change")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_graph_change")),
    )
    op.create_index(op.f("ix_graph_change_state"), "graph_change", ["state"])
    op.create_table(
        "edge_suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("doubt", sa.String(), nullable=False),
        sa.Column("competency_code", sa.String(), nullable=False),
        sa.Column("needs_code", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("missed_right", sa.Integer(), nullable=True),
        sa.Column("missed_of", sa.Integer(), nullable=False),
        sa.Column("missed_is_most", sa.Boolean(), nullable=False),
        sa.Column("knew_right", sa.Integer(), nullable=True),
        sa.Column("knew_of", sa.Integer(), nullable=False),
        sa.Column("knew_is_most", sa.Boolean(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "doubt IN ('missing', 'doubtful')", name=op.f("ck_edge_suggestion_doubt_known")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'dismissed')",
            name=op.f("ck_edge_suggestion_state_known"),
        ),
        sa.CheckConstraint(
            "missed_of >= 30 AND knew_of >= 30", name=op.f("ck_edge_suggestion_people")
        ),
        sa.CheckConstraint(
            "missed_right BETWEEN 10 AND missed_of - 10",
            name=op.f("ck_edge_suggestion_missed_cells"),
        ),
        sa.CheckConstraint(
            "knew_right BETWEEN 10 AND knew_of - 10", name=op.f("ck_edge_suggestion_knew_cells")
        ),
        sa.ForeignKeyConstraint(
            ["competency_code"], ["competency.code"],
            name=op.f("fk_edge_suggestion_competency_code_competency"),
        ),
        sa.ForeignKeyConstraint(
            ["needs_code"], ["competency.code"],
            name=op.f("fk_edge_suggestion_needs_code_competency"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edge_suggestion")),
        sa.UniqueConstraint(
            "doubt", "competency_code", "needs_code",
            name=op.f("uq_edge_suggestion_doubt_competency_code_needs_code"),
        ),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("edge_suggestion")
    op.drop_index(op.f("ix_graph_change_state"), table_name="graph_change")
    op.drop_table("graph_change")
    op.drop_table("graph_head")
    op.drop_table("perspective")
    op.execute("DELETE FROM competency_need WHERE kind = 'helps'")
    with op.batch_alter_table("competency_need") as batch:
        for name in ("kind_known", "choice", "not_itself"):
            batch.drop_constraint(batch.f(f"ck_competency_need_{name}"), type_="check")
        batch.drop_column("kind")
        batch.drop_column("choice")
    with op.batch_alter_table("competency") as batch:
        for name in ("state_known", "merged_into_known"):
            batch.drop_constraint(batch.f(f"ck_competency_{name}"), type_="check")
        batch.drop_constraint(batch.f("fk_competency_merged_into_competency"), type_="foreignkey")
        for name in ("description", "state", "merged_into"):
            batch.drop_column(name)
