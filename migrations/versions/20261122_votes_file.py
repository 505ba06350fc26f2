"""The votes of a closed statement poll are kept as a file, made once.

Revision votes_file, after times. Results from before have no file yet; the next look of the job
makes it.
"""

import sqlalchemy as sa
from alembic import op

revision = 'votes_file'
down_revision = 'times'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('poll_opinion') as batch:
        batch.add_column(sa.Column('votes', sa.String(), nullable=True))
    op.create_table(
        'poll_opinion_votes',
        sa.Column('question_id', sa.Integer(), nullable=False),
        sa.Column('part', sa.Integer(), nullable=False),
        sa.Column('length', sa.Integer(), nullable=False),
        sa.Column('body', sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            'part >= 1 AND length >= 0', name=op.f('ck_poll_opinion_votes_counted')
        ),
        sa.ForeignKeyConstraint(
            ['question_id'], ['poll_opinion.question_id'],
            name=op.f('fk_poll_opinion_votes_question_id_poll_opinion'),
        ),
        sa.PrimaryKeyConstraint('question_id', 'part', name=op.f('pk_poll_opinion_votes')),
    )


def downgrade() -> None:
    op.drop_table('poll_opinion_votes')
    with op.batch_alter_table('poll_opinion') as batch:
        batch.drop_column('votes')
