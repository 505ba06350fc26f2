"""When people answered: counts by the minute while a poll runs, wide slices once it is closed.

Revision times, after quiz.
"""

import sqlalchemy as sa
from alembic import op

revision = 'times'
down_revision = 'quiz'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'poll_pace',
        sa.Column('poll_id', sa.Integer(), nullable=False),
        sa.Column('minute', sa.Integer(), nullable=False),
        sa.Column('people', sa.Integer(), nullable=False),
        sa.Column('asked', sa.Boolean(), nullable=False),
        sa.CheckConstraint('people >= 0', name=op.f('ck_poll_pace_people')),
        sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_poll_pace_poll_id_poll')),
        sa.PrimaryKeyConstraint('poll_id', 'minute', name=op.f('pk_poll_pace')),
        sqlite_with_rowid=False,
    )
    op.create_table(
        'poll_times',
        sa.Column('poll_id', sa.Integer(), nullable=False),
        sa.Column('people', sa.Integer(), nullable=False),
        sa.Column('step', sa.Integer(), nullable=False),
        sa.Column('slices', sa.JSON(), nullable=False),
        sa.Column('bursts', sa.JSON(), nullable=False),
        sa.CheckConstraint('people >= 0', name=op.f('ck_poll_times_people')),
        sa.CheckConstraint('step > 0', name=op.f('ck_poll_times_step')),
        sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_poll_times_poll_id_poll')),
        sa.PrimaryKeyConstraint('poll_id', name=op.f('pk_poll_times')),
    )


def downgrade() -> None:
    op.drop_table('poll_times')
    op.drop_table('poll_pace')
