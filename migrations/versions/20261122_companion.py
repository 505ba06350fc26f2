"""Marks of learners, reviews, and the texts that are searched.

Revision companion, after quiz_attempts. Versions published before have no passages yet; the next
look of the job makes them.
"""

import sqlalchemy as sa
from alembic import op

revision = 'companion'
down_revision = 'quiz_attempts'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'course_mark',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('course_id', sa.Integer(), nullable=False),
        sa.Column('module_slug', sa.String(), nullable=False),
        sa.Column('unit_slug', sa.String(), nullable=False),
        sa.Column('block', sa.Integer(), nullable=False),
        sa.Column('heading', sa.String(), nullable=False),
        sa.Column('bookmarked', sa.Boolean(), nullable=False),
        sa.Column('note', sa.String(), nullable=False),
        sa.Column('search', sa.String(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("bookmarked OR note <> ''", name=op.f('ck_course_mark_says_something')),
        sa.CheckConstraint('block >= 0', name=op.f('ck_course_mark_block')),
        sa.ForeignKeyConstraint(
            ['account_id'], ['account.id'], name=op.f('fk_course_mark_account_id_account')
        ),
        sa.ForeignKeyConstraint(
            ['course_id'], ['course.id'], name=op.f('fk_course_mark_course_id_course')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_course_mark')),
        sa.UniqueConstraint(
            'account_id', 'course_id', 'module_slug', 'unit_slug', 'block',
            name=op.f('uq_course_mark_account_id_course_id_module_slug_unit_slug_block'),
        ),
    )
    op.create_index(op.f('ix_course_mark_course_id'), 'course_mark', ['course_id'])
    op.create_table(
        'course_review',
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('course_id', sa.Integer(), nullable=False),
        sa.Column('module_slug', sa.String(), nullable=False),
        sa.Column('unit_slug', sa.String(), nullable=False),
        sa.Column('question_slug', sa.String(), nullable=False),
        sa.Column('step', sa.Integer(), nullable=False),
        sa.Column('due_on', sa.Date(), nullable=False),
        sa.Column('asked_on', sa.Date(), nullable=False),
        sa.CheckConstraint('step >= 0 AND step <= 3', name=op.f('ck_course_review_step')),
        sa.ForeignKeyConstraint(
            ['account_id'], ['account.id'], name=op.f('fk_course_review_account_id_account')
        ),
        sa.ForeignKeyConstraint(
            ['course_id'], ['course.id'], name=op.f('fk_course_review_course_id_course')
        ),
        sa.PrimaryKeyConstraint(
            'account_id', 'course_id', 'module_slug', 'unit_slug', 'question_slug',
            name=op.f('pk_course_review'),
        ),
    )
    op.create_index(op.f('ix_course_review_course_id'), 'course_review', ['course_id'])
    op.create_table(
        'course_review_wish',
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('seed', sa.String(), nullable=False),
        sa.Column('since', sa.DateTime(timezone=True), nullable=False),
        sa.Column('looked_on', sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ['account_id'], ['account.id'], name=op.f('fk_course_review_wish_account_id_account')
        ),
        sa.PrimaryKeyConstraint('account_id', name=op.f('pk_course_review_wish')),
        sa.UniqueConstraint('seed', name=op.f('uq_course_review_wish_seed')),
    )
    op.create_table(
        'course_passage',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('version_id', sa.Integer(), nullable=False),
        sa.Column('unit_id', sa.Integer(), nullable=True),
        sa.Column('language', sa.String(), nullable=False),
        sa.Column('place', sa.Integer(), nullable=False),
        sa.Column('anchor', sa.String(), nullable=False),
        sa.Column('title', sa.String(), nullable=False),
        sa.Column('text', sa.String(), nullable=False),
        sa.Column('search', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ['unit_id'], ['course_unit.id'], name=op.f('fk_course_passage_unit_id_course_unit')
        ),
        sa.ForeignKeyConstraint(
            ['version_id'], ['course_version.id'],
            name=op.f('fk_course_passage_version_id_course_version'),
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_course_passage')),
        sa.UniqueConstraint(
            'version_id', 'language', 'place', name=op.f('uq_course_passage_version_id_language_place')
        ),
    )
    op.create_index(op.f('ix_course_passage_unit_id'), 'course_passage', ['unit_id'])


def downgrade() -> None:
    op.drop_table('course_passage')
    op.drop_table('course_review_wish')
    op.drop_table('course_review')
    op.drop_table('course_mark')
