"""Courses: files of other systems that were read, waiting to be taken.

Revision imports, after lesson_blocks.
"""

import sqlalchemy as sa
from alembic import op

revision = 'imports'
down_revision = 'lesson_blocks'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'course_import',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('format', sa.String(), nullable=False),
        sa.Column('language', sa.String(), nullable=False),
        sa.Column('figures', sa.JSON(), nullable=False),
        sa.Column('notes', sa.JSON(), nullable=False),
        sa.Column('archive', sa.LargeBinary(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['account_id'], ['account.id'], name=op.f('fk_course_import_account_id_account')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_course_import')),
    )
    op.create_index(op.f('ix_course_import_account_id'), 'course_import', ['account_id'])
    op.create_index(op.f('ix_course_import_created_at'), 'course_import', ['created_at'])


def downgrade() -> None:
    op.drop_index(op.f('ix_course_import_created_at'), table_name='course_import')
    op.drop_index(op.f('ix_course_import_account_id'), table_name='course_import')
    op.drop_table('course_import')
