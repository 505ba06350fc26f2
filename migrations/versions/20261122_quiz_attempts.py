"""Courses: attempts at quizzes that count, allowances, and hints that were told.

Revision quiz_attempts, after certificates.
"""

import sqlalchemy as sa
from alembic import op

revision = 'quiz_attempts'
down_revision = 'certificates'
branch_labels = None
depends_on = None

EVENTS = ('opened', 'block_reached', 'answered', 'completed', 'carried')


def event_kinds(names: tuple[str, ...]) -> None:
    listed = ', '.join(f"'{name}'" for name in names)
    with op.batch_alter_table('learning_event') as batch:
        batch.drop_constraint(op.f('ck_learning_event_kind_known'), type_='check')
        batch.create_check_constraint(
            op.f('ck_learning_event_kind_known'), f'kind IN ({listed})'
        )


def upgrade() -> None:
    event_kinds((*EVENTS, 'hinted'))
    op.create_table(
        'quiz_attempt',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('unit_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('deadline', sa.DateTime(timezone=True), nullable=True),
        sa.Column('seed', sa.String(), nullable=False),
        sa.Column('drawn', sa.JSON(), nullable=False),
        sa.Column('saved', sa.JSON(), nullable=False),
        sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('score', sa.Double(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'handed_in')", name=op.f('ck_quiz_attempt_state_known')
        ),
        sa.CheckConstraint(
            "(state = 'handed_in') = (submitted_at IS NOT NULL)",
            name=op.f('ck_quiz_attempt_submitted'),
        ),
        sa.CheckConstraint(
            "(state = 'handed_in') = (score IS NOT NULL)", name=op.f('ck_quiz_attempt_scored')
        ),
        sa.CheckConstraint('score >= 0 AND score <= 1', name=op.f('ck_quiz_attempt_score')),
        sa.ForeignKeyConstraint(
            ['account_id'], ['account.id'], name=op.f('fk_quiz_attempt_account_id_account')
        ),
        sa.ForeignKeyConstraint(
            ['unit_id'], ['course_unit.id'], name=op.f('fk_quiz_attempt_unit_id_course_unit')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_quiz_attempt')),
        sa.UniqueConstraint(
            'account_id', 'unit_id', 'number', name=op.f('uq_quiz_attempt_account_id_unit_id_number')
        ),
    )
    op.create_index(op.f('ix_quiz_attempt_unit_id'), 'quiz_attempt', ['unit_id'])
    op.create_index(
        'uq_quiz_attempt_open', 'quiz_attempt', ['account_id', 'unit_id'], unique=True,
        sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"),
    )  # fmt: skip
    op.create_table(
        'quiz_allowance',
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('course_id', sa.Integer(), nullable=False),
        sa.Column('factor', sa.Double(), nullable=False),
        sa.Column('extra_attempts', sa.Integer(), nullable=False),
        sa.CheckConstraint(
            'factor >= 1 AND factor <= 10', name=op.f('ck_quiz_allowance_factor')
        ),
        sa.CheckConstraint('extra_attempts >= 0', name=op.f('ck_quiz_allowance_extra_attempts')),
        sa.ForeignKeyConstraint(
            ['account_id'], ['account.id'], name=op.f('fk_quiz_allowance_account_id_account')
        ),
        sa.ForeignKeyConstraint(
            ['course_id'], ['course.id'], name=op.f('fk_quiz_allowance_course_id_course')
        ),
        sa.PrimaryKeyConstraint('account_id', 'course_id', name=op.f('pk_quiz_allowance')),
    )
    op.create_index(op.f('ix_quiz_allowance_course_id'), 'quiz_allowance', ['course_id'])


def downgrade() -> None:
    """Attempts are lost; what was reached by them stays in the progress."""
    op.drop_table('quiz_allowance')
    op.drop_table('quiz_attempt')
    op.execute("DELETE FROM learning_event WHERE kind = 'hinted'")
    event_kinds(EVENTS)
