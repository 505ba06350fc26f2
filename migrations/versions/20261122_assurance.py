"""Secret polls and levels of assurance.

Revision assurance, after profiles.
"""

from alembic import op
import sqlalchemy as sa

revision = 'assurance'
down_revision = 'profiles'
branch_labels = None
depends_on = None

MODES = {'before': "mode IN ('editable')", 'after': "mode IN ('editable', 'secret')"}
LEVELS = {
    'before': "assurance IN ('L0')",
    'after': "assurance IN ('L0', 'L1', 'L2', 'L3-account', 'L3-code')",
}


def upgrade() -> None:
    _allow('after')
    op.create_table('poll_secret_box',
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('room', sa.Integer(), nullable=False),
    sa.Column('participants', sa.Integer(), nullable=False),
    sa.CheckConstraint('participants >= 0', name=op.f('ck_poll_secret_box_participants')),
    sa.CheckConstraint('room > 0', name=op.f('ck_poll_secret_box_room')),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_poll_secret_box_poll_id_poll')),
    sa.PrimaryKeyConstraint('poll_id', name=op.f('pk_poll_secret_box'))
    )
    op.create_table('poll_participation',
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('voter_key', sa.String(), nullable=False),
    sa.Column('idem', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['poll_id'], ['poll_secret_box.poll_id'], name=op.f('fk_poll_participation_poll_id_poll_secret_box')),
    sa.PrimaryKeyConstraint('poll_id', 'voter_key', name=op.f('pk_poll_participation')),
    sqlite_with_rowid=False
    )
    op.create_table('poll_envelope',
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['poll_id'], ['poll_secret_box.poll_id'], name=op.f('fk_poll_envelope_poll_id_poll_secret_box')),
    sa.PrimaryKeyConstraint('poll_id', 'name', name=op.f('pk_poll_envelope')),
    sqlite_with_rowid=False
    )
    op.create_table('poll_code',
    sa.Column('poll_id', sa.Integer(), nullable=False),
    sa.Column('holder', sa.String(), nullable=False),
    sa.Column('batch', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['poll_id'], ['poll.id'], name=op.f('fk_poll_code_poll_id_poll')),
    sa.PrimaryKeyConstraint('poll_id', 'holder', name=op.f('pk_poll_code')),
    sqlite_with_rowid=False
    )


def downgrade() -> None:
    for table in ('poll_code', 'poll_envelope', 'poll_participation', 'poll_secret_box'):
        op.drop_table(table)
    # An older house knows neither: its polls say the least that is true of all of them.
    op.execute("UPDATE poll SET mode = 'editable', assurance = 'L0'")
    _allow('before')


def _allow(when: str) -> None:
    with op.batch_alter_table('poll') as batch_op:
        batch_op.drop_constraint(op.f('ck_poll_mode_known'), type_='check')
        batch_op.drop_constraint(op.f('ck_poll_assurance_known'), type_='check')
        batch_op.create_check_constraint(op.f('ck_poll_mode_known'), MODES[when])
        batch_op.create_check_constraint(op.f('ck_poll_assurance_known'), LEVELS[when])
