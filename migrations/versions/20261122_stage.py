"""Moderators lead a poll through an evening; polls open and close by the clock.

Revision stage, after assurance.
"""

import sqlalchemy as sa
from alembic import op

revision = 'stage'
down_revision = 'assurance'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('poll') as batch:
        batch.add_column(sa.Column('gate', sa.JSON(), nullable=False, server_default='{}'))
    with op.batch_alter_table('poll') as batch:
        batch.alter_column('gate', server_default=None, existing_type=sa.JSON(), existing_nullable=False)
    op.create_table('poll_stage',
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('led', sa.Boolean(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=True),
    sa.Column('blank', sa.Boolean(), nullable=False),
    sa.Column('held', sa.Boolean(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_poll_stage_poll_id_poll')),
    sa.ForeignKeyConstraint(['question_id'], ['poll_question.id'], name=op.f('fk_poll_stage_question_id_poll_question')),
    sa.PrimaryKeyConstraint('poll_id', name=op.f('pk_poll_stage'))
    )
    op.create_table('poll_schedule',
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('zone', sa.String(), nullable=False),
    sa.Column('opens_local', sa.DateTime(), nullable=True),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closes_local', sa.DateTime(), nullable=True),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(opens_at IS NULL) = (opens_local IS NULL)', name=op.f('ck_poll_schedule_opens')),
    sa.CheckConstraint('(closes_at IS NULL) = (closes_local IS NULL)', name=op.f('ck_poll_schedule_closes')),
    sa.CheckConstraint('closes_at IS NULL OR opens_at IS NULL OR opens_at < closes_at', name=op.f('ck_poll_schedule_order')),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_poll_schedule_poll_id_poll')),
    sa.PrimaryKeyConstraint('poll_id', name=op.f('pk_poll_schedule'))
    )
    op.create_index(op.f('ix_poll_schedule_opens_at'), 'poll_schedule', ['opens_at'], unique=False)
    op.create_index(op.f('ix_poll_schedule_closes_at'), 'poll_schedule', ['closes_at'], unique=False)


def downgrade() -> None:
    op.drop_table('poll_schedule')
    op.drop_table('poll_stage')
    with op.batch_alter_table('poll') as batch:
        batch.drop_column('gate')
