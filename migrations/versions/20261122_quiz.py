"""Options may carry a picture; a poll may be a quiz.

Revision quiz, after words.
"""

import sqlalchemy as sa
from alembic import op

revision = 'quiz'
down_revision = 'words'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('poll_option') as batch:
        batch.add_column(sa.Column('picture', sa.String(), nullable=True))
        batch.create_foreign_key(
            op.f('fk_poll_option_picture_picture'), 'picture', ['picture'], ['name']
        )
    with op.batch_alter_table('poll') as batch:
        batch.add_column(sa.Column('quiz', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('poll') as batch:
        batch.alter_column(
            'quiz', server_default=None, existing_type=sa.Boolean(), existing_nullable=False
        )
    op.create_table(
        'poll_score',
        sa.Column('poll_id', sa.Integer(), nullable=False),
        sa.Column('questions', sa.Integer(), nullable=False),
        sa.Column('people', sa.Integer(), nullable=False),
        sa.Column('bands', sa.JSON(), nullable=False),
        sa.CheckConstraint('people >= 0', name=op.f('ck_poll_score_people')),
        sa.CheckConstraint('questions >= 1', name=op.f('ck_poll_score_questions')),
        sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_poll_score_poll_id_poll')),
        sa.PrimaryKeyConstraint('poll_id', name=op.f('pk_poll_score')),
    )


def downgrade() -> None:
    op.drop_table('poll_score')
    with op.batch_alter_table('poll') as batch:
        batch.drop_column('quiz')
    with op.batch_alter_table('poll_option') as batch:
        batch.drop_constraint(op.f('fk_poll_option_picture_picture'), type_='foreignkey')
        batch.drop_column('picture')
