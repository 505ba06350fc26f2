"""What came of polls, who asked to be told, and webhooks.

Revision outcomes, after stage.
"""

import sqlalchemy as sa
from alembic import op

revision = 'outcomes'
down_revision = 'stage'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _outcomes()
    _followers()
    _hooks()
    _deliveries()


def _outcomes() -> None:
    op.create_table(
        'poll_outcome',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('poll_id', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('happened_on', sa.Date(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('link', sa.String(), nullable=True),
        sa.Column('link_title', sa.Text(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('decided', 'under_way', 'done', 'not_followed')",
            name=op.f('ck_poll_outcome_state_known'),
        ),
        sa.CheckConstraint('version >= 1', name=op.f('ck_poll_outcome_version')),
        sa.CheckConstraint(
            '(link IS NULL) = (link_title IS NULL)', name=op.f('ck_poll_outcome_link')
        ),
        sa.ForeignKeyConstraint(
            ['poll_id'], ['poll.id'], name=op.f('fk_poll_outcome_poll_id_poll')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_poll_outcome')),
    )
    op.create_index(
        op.f('ix_poll_outcome_poll_id_happened_on'), 'poll_outcome', ['poll_id', 'happened_on']
    )
    op.create_index(op.f('ix_poll_outcome_happened_on'), 'poll_outcome', ['happened_on'])
    op.create_table(
        'poll_outlook',
        sa.Column('poll_id', sa.Integer(), nullable=False),
        sa.Column('expected_on', sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ['poll_id'], ['poll.id'], name=op.f('fk_poll_outlook_poll_id_poll')
        ),
        sa.PrimaryKeyConstraint('poll_id', name=op.f('pk_poll_outlook')),
    )


def _followers() -> None:
    op.create_table(
        'poll_follower',
        sa.Column('seed', sa.String(), nullable=False),
        sa.Column('poll_id', sa.Integer(), nullable=False),
        sa.Column('address', sa.String(), nullable=False),
        sa.Column('key', sa.String(), nullable=False),
        sa.Column('language', sa.String(), nullable=False),
        sa.Column('confirmed', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ['poll_id'], ['poll.id'], name=op.f('fk_poll_follower_poll_id_poll')
        ),
        sa.PrimaryKeyConstraint('seed', name=op.f('pk_poll_follower')),
        sa.UniqueConstraint('poll_id', 'key', name=op.f('uq_poll_follower_poll_id_key')),
        sqlite_with_rowid=False,
    )


def _hooks() -> None:
    op.create_table(
        'hook',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('institution_id', sa.Integer(), nullable=True),
        sa.Column('url', sa.String(), nullable=False),
        sa.Column('kinds', sa.JSON(), nullable=False),
        sa.Column('seed', sa.String(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('note', sa.String(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('active', 'paused', 'off')", name=op.f('ck_hook_state_known')
        ),
        sa.ForeignKeyConstraint(
            ['institution_id'], ['institution.id'], name=op.f('fk_hook_institution_id_institution')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_hook')),
    )
    op.create_index(op.f('ix_hook_institution_id'), 'hook', ['institution_id'])


def _deliveries() -> None:
    op.create_table(
        'hook_delivery',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('hook_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('cause', sa.String(), nullable=False),
        sa.Column('message_id', sa.String(), nullable=False),
        sa.Column('body', sa.String(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('not_after', sa.DateTime(timezone=True), nullable=False),
        sa.Column('attempt', sa.Integer(), nullable=False),
        sa.Column('owner', sa.String(), nullable=True),
        sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('last_status', sa.Integer(), nullable=True),
        sa.Column('last_error', sa.String(), nullable=True),
        sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('due', 'leased', 'delivered', 'given_up')",
            name=op.f('ck_hook_delivery_state_known'),
        ),
        sa.CheckConstraint('attempt >= 0', name=op.f('ck_hook_delivery_attempt')),
        sa.ForeignKeyConstraint(
            ['hook_id'], ['hook.id'], name=op.f('fk_hook_delivery_hook_id_hook')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_hook_delivery')),
        sa.UniqueConstraint('hook_id', 'cause', name=op.f('uq_hook_delivery_hook_id_cause')),
        sa.UniqueConstraint('message_id', name=op.f('uq_hook_delivery_message_id')),
    )
    op.create_index(op.f('ix_hook_delivery_created_at'), 'hook_delivery', ['created_at'])
    for name, column, where in (
        ('due', 'next_at', "state = 'due'"),
        ('leases', 'lease_until', "state = 'leased'"),
    ):
        op.create_index(
            f'ix_hook_delivery_{name}', 'hook_delivery', [column],
            sqlite_where=sa.text(where), postgresql_where=sa.text(where),
        )


def downgrade() -> None:
    for table in (
        'hook_delivery', 'hook', 'poll_follower', 'poll_outlook', 'poll_outcome',
    ):
        op.drop_table(table)
