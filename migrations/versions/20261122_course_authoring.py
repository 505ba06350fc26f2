"""Courses: drafts, versions that partners sign, the question bank.

Revision course_authoring, after imports.
"""

import sqlalchemy as sa
from alembic import op

revision = "course_authoring"
down_revision = "imports"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('in_review', 'approved')")
TABLES = (
    "course_draft",
    "draft_module",
    "draft_unit",
    "draft_revision",
    "course_partner",
    "version_document",
    "version_review",
    "version_signature",
    "review_comment",
    "core_unit",
    "bank_entry",
    "bank_use",
)


def upgrade() -> None:
    drafts()
    reviews()
    bank()
    op.create_index(
        'uq_course_version_open', 'course_version', ['course_id'], unique=True,
        sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip


def downgrade() -> None:
    """Drafts, signatures and the bank are lost; versions stay."""
    op.drop_index("uq_course_version_open", "course_version")
    for table in reversed(TABLES):
        op.drop_table(table)


def drafts() -> None:
    op.create_table(
        "course_draft",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=True),
        sa.Column("head", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["based_on"],
            ["course_version.id"],
            name=op.f("fk_course_draft_based_on_course_version"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_course_draft_course_id_course")
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["account.id"], name=op.f("fk_course_draft_updated_by_account")
        ),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_course_draft")),
    )
    op.create_table(
        "draft_module",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("head", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["course_draft.course_id"],
            name=op.f("fk_draft_module_course_id_course_draft"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_module")),
    )
    op.create_index("ix_draft_module_course_id", "draft_module", ["course_id"], unique=False)
    op.create_table(
        "draft_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["module_id"], ["draft_module.id"], name=op.f("fk_draft_unit_module_id_draft_module")
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["account.id"], name=op.f("fk_draft_unit_updated_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_unit")),
    )
    op.create_index("ix_draft_unit_module_id", "draft_unit", ["module_id"], unique=False)
    op.create_table(
        "draft_revision",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "revision > 0",
            name=op.f("ck_draft_revision_revision"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["draft_unit.id"], name=op.f("fk_draft_revision_unit_id_draft_unit")
        ),
        sa.PrimaryKeyConstraint("unit_id", "revision", name=op.f("pk_draft_revision")),
    )


def reviews() -> None:
    op.create_table(
        "course_partner",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_course_partner_course_id_course")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_course_partner_institution_id_institution"),
        ),
        sa.PrimaryKeyConstraint("course_id", "institution_id", name=op.f("pk_course_partner")),
    )
    op.create_table(
        "version_document",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["course_version.id"],
            name=op.f("fk_version_document_version_id_course_version"),
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_version_document")),
    )
    op.create_table(
        "version_review",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["account.id"], name=op.f("fk_version_review_submitted_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["course_version.id"],
            name=op.f("fk_version_review_version_id_course_version"),
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_version_review")),
    )
    op.create_table(
        "version_signature",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(state = 'waiting') = (at IS NULL)",
            name=op.f("ck_version_signature_at_known"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'signed', 'returned')",
            name=op.f("ck_version_signature_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_version_signature_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_version_signature_institution_id_institution"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["course_version.id"],
            name=op.f("fk_version_signature_version_id_course_version"),
        ),
        sa.PrimaryKeyConstraint("version_id", "institution_id", name=op.f("pk_version_signature")),
    )
    op.create_table(
        "review_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_review_comment_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["answers"],
            ["review_comment.id"],
            name=op.f("fk_review_comment_answers_review_comment"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_review_comment_institution_id_institution"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["course_version.id"],
            name=op.f("fk_review_comment_version_id_course_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_comment")),
    )
    op.create_index("ix_review_comment_version_id", "review_comment", ["version_id"], unique=False)
    op.create_table(
        "core_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("module_slug", sa.String(), nullable=False),
        sa.Column("unit_slug", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_core_unit_course_id_course")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_core_unit_institution_id_institution"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_unit")),
        sa.UniqueConstraint(
            "institution_id",
            "course_id",
            "module_slug",
            "unit_slug",
            name=op.f("uq_core_unit_institution_id_course_id_module_slug_unit_slug"),
        ),
    )


def bank() -> None:
    op.create_table(
        "bank_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("competency_code", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("search", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('one', 'several', 'true_false', 'numeric', 'short', 'matching', 'ordering', 'gaps', 'spots')",
            name=op.f("ck_bank_entry_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["competency_code"],
            ["competency.code"],
            name=op.f("fk_bank_entry_competency_code_competency"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["account.id"], name=op.f("fk_bank_entry_created_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"],
            ["institution.id"],
            name=op.f("fk_bank_entry_institution_id_institution"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_entry")),
    )
    op.create_index(
        "ix_bank_entry_competency_code", "bank_entry", ["competency_code"], unique=False
    )
    op.create_index(
        "uq_bank_entry_same", "bank_entry", ["institution_id", "content_hash"], unique=True
    )
    op.create_table(
        "bank_use",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["bank_entry.id"], name=op.f("fk_bank_use_entry_id_bank_entry")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["draft_unit.id"], name=op.f("fk_bank_use_unit_id_draft_unit")
        ),
        sa.PrimaryKeyConstraint("unit_id", "question", name=op.f("pk_bank_use")),
    )
    op.create_index("ix_bank_use_entry_id", "bank_use", ["entry_id"], unique=False)
