"""profiles, released tables and population figures.

Revision profiles, after statements.
"""

import sqlalchemy as sa
from alembic import op

revision = 'profiles'
down_revision = 'statements'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('poll_margin_set',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('margins', sa.JSON(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_poll_margin_set_institution_id_institution')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_poll_margin_set'))
    )
    with op.batch_alter_table('poll_margin_set', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_poll_margin_set_institution_id_retired'), ['institution_id', 'retired'], unique=False)

    op.create_table('poll_profile_ask',
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('attributes', sa.JSON(), nullable=False),
    sa.Column('first_release', sa.String(), nullable=False),
    sa.Column('margin_set_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("first_release IN ('100', '1000', 'close')", name=op.f('ck_poll_profile_ask_first_release_known')),
    sa.ForeignKeyConstraint(['margin_set_id'], ['poll_margin_set.id'], name=op.f('fk_poll_profile_ask_margin_set_id_poll_margin_set')),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_poll_profile_ask_poll_id_poll')),
    sa.PrimaryKeyConstraint('poll_id', name=op.f('pk_poll_profile_ask'))
    )
    op.create_table('poll_profile',
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('voter_key', sa.String(), nullable=False),
    sa.Column('cell', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_poll_profile_poll_id_poll')),
    sa.PrimaryKeyConstraint('poll_id', 'voter_key', name=op.f('pk_poll_profile')),
    sqlite_with_rowid=False
    )
    op.create_table('poll_release',
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('final', sa.Boolean(), nullable=False),
    sa.Column('shown', sa.JSON(), nullable=False),
    sa.Column('weighted', sa.JSON(), nullable=True),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("audience IN ('public', 'staff')", name=op.f('ck_poll_release_audience_known')),
    sa.CheckConstraint('number >= 1', name=op.f('ck_poll_release_number')),
    sa.ForeignKeyConstraint(['question_id'], ['poll_question.id'], name=op.f('fk_poll_release_question_id_poll_question')),
    sa.PrimaryKeyConstraint('question_id', 'audience', name=op.f('pk_poll_release'))
    )
    op.create_table('poll_release_held',
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(), nullable=False),
    sa.Column('state', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("audience IN ('public', 'staff')", name=op.f('ck_poll_release_held_audience_known')),
    sa.ForeignKeyConstraint(['question_id'], ['poll_question.id'], name=op.f('fk_poll_release_held_question_id_poll_question')),
    sa.PrimaryKeyConstraint('question_id', 'audience', name=op.f('pk_poll_release_held'))
    )
    # Not as a batch: SQLite would copy the table, and all ballots there are, to add one column.
    op.add_column('poll_ballot', sa.Column('cell', sa.String(), server_default='', nullable=False))


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        with op.batch_alter_table('poll_ballot', table_kwargs={'sqlite_with_rowid': False}) as batch_op:
            batch_op.drop_column('cell')
    else:
        op.drop_column('poll_ballot', 'cell')
    op.drop_table('poll_release_held')
    op.drop_table('poll_release')
    op.drop_table('poll_profile')
    op.drop_table('poll_profile_ask')
    with op.batch_alter_table('poll_margin_set', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_poll_margin_set_institution_id_retired'))

    op.drop_table('poll_margin_set')
