"""Certificates: numbers, printed copies and their fingerprints.

Revision certificates, after course_kinds. Whoever had met every condition before gets theirs from
the hourly job.
"""

import sqlalchemy as sa
from alembic import op

revision = 'certificates'
down_revision = 'course_kinds'
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        'certificate',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('number', sa.String(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=True),
        sa.Column('course_id', sa.Integer(), nullable=False),
        sa.Column('course_version_id', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('completed_at', _AT, nullable=False),
        sa.Column('issued_at', _AT, nullable=False),
        sa.Column('locale', sa.String(), nullable=False),
        sa.Column('title', sa.Text(), nullable=False),
        sa.Column('version_number', sa.Integer(), nullable=False),
        sa.Column('content_hash', sa.String(), nullable=False),
        sa.Column('minutes_ko', sa.Integer(), nullable=False),
        sa.Column('minutes_en', sa.Integer(), nullable=False),
        sa.Column('institution', sa.Text(), nullable=True),
        sa.Column('partners', sa.JSON(), nullable=False),
        sa.Column('question_count', sa.Integer(), nullable=False),
        sa.Column('right_first', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=True),
        sa.Column('shown', sa.JSON(), nullable=False),
        sa.Column('revoked_at', _AT, nullable=True),
        sa.Column('revoked_because', sa.Text(), nullable=True),
        sa.Column('replaced_at', _AT, nullable=True),
        sa.Column('replaces_id', sa.Integer(), nullable=True),
        sa.Column('erased_at', _AT, nullable=True),
        sa.CheckConstraint(
            "state IN ('issued', 'revoked', 'replaced')", name=op.f('ck_certificate_state_known')
        ),
        sa.CheckConstraint(
            "state <> 'revoked' OR (revoked_at IS NOT NULL AND revoked_because IS NOT NULL)",
            name=op.f('ck_certificate_revoked_with_reason'),
        ),
        sa.CheckConstraint(
            'erased_at IS NULL OR (account_id IS NULL AND name IS NULL)',
            name=op.f('ck_certificate_erased_is_empty'),
        ),
        sa.ForeignKeyConstraint(
            ['account_id'], ['account.id'], name=op.f('fk_certificate_account_id_account')
        ),
        sa.ForeignKeyConstraint(
            ['course_id'], ['course.id'], name=op.f('fk_certificate_course_id_course')
        ),
        sa.ForeignKeyConstraint(
            ['course_version_id'], ['course_version.id'],
            name=op.f('fk_certificate_course_version_id_course_version'),
        ),
        sa.ForeignKeyConstraint(
            ['replaces_id'], ['certificate.id'],
            name=op.f('fk_certificate_replaces_id_certificate'),
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate')),
        sa.UniqueConstraint('number', name=op.f('uq_certificate_number')),
        sa.UniqueConstraint('replaces_id', name=op.f('uq_certificate_replaces_id')),
    )
    op.create_index(
        'uq_certificate_of_course', 'certificate', ['account_id', 'course_id'], unique=True,
        sqlite_where=sa.text("state <> 'replaced'"),
        postgresql_where=sa.text("state <> 'replaced'"),
    )
    op.create_index(
        op.f('ix_certificate_course_version_id'), 'certificate', ['course_version_id']
    )
    op.create_table(
        'certificate_copy',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('certificate_id', sa.Integer(), nullable=False),
        sa.Column('language', sa.String(), nullable=False),
        sa.Column('items', sa.String(), nullable=False),
        sa.Column('birth_year', sa.Integer(), nullable=False),
        sa.Column('code', sa.String(), nullable=False),
        sa.Column('made_at', _AT, nullable=False),
        sa.CheckConstraint(
            "language IN ('ko', 'en')", name=op.f('ck_certificate_copy_language_known')
        ),
        sa.ForeignKeyConstraint(
            ['certificate_id'], ['certificate.id'],
            name=op.f('fk_certificate_copy_certificate_id_certificate'),
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_copy')),
        sa.UniqueConstraint('code', name=op.f('uq_certificate_copy_code')),
        sa.UniqueConstraint(
            'certificate_id', 'language', 'items', 'birth_year',
            name=op.f('uq_certificate_copy_certificate_id_language_items_birth_year'),
        ),
    )
    op.create_table(
        'certificate_file',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('digest', sa.String(), nullable=False),
        sa.Column('copy_id', sa.Integer(), nullable=False),
        sa.Column('made_at', _AT, nullable=False),
        sa.ForeignKeyConstraint(
            ['copy_id'], ['certificate_copy.id'],
            name=op.f('fk_certificate_file_copy_id_certificate_copy'),
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate_file')),
        sa.UniqueConstraint('digest', name=op.f('uq_certificate_file_digest')),
    )
    op.create_index(op.f('ix_certificate_file_copy_id'), 'certificate_file', ['copy_id'])


def downgrade() -> None:
    op.drop_table('certificate_file')
    op.drop_table('certificate_copy')
    op.drop_table('certificate')
