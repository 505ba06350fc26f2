"""Courses: files that lessons play, seconds watched, words of one's own, the language read last.

Revision lesson_blocks, after runs.
"""

import sqlalchemy as sa
from alembic import op

revision = 'lesson_blocks'
down_revision = 'runs'
branch_labels = None
depends_on = None

EVENTS = ('opened', 'block_reached', 'answered', 'completed', 'carried', 'hinted')


def event_kinds(kinds: tuple[str, ...]) -> None:
    listed = ', '.join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table('learning_event') as batch:
        batch.drop_constraint(op.f('ck_learning_event_kind_known'), type_='check')
        batch.create_check_constraint(op.f('ck_learning_event_kind_known'), f'kind IN ({listed})')


def upgrade() -> None:
    op.create_table(
        'stored_file',
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('name', name=op.f('pk_stored_file')),
    )
    op.create_table(
        'stored_part',
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('content', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ['name'], ['stored_file.name'], name=op.f('fk_stored_part_name_stored_file')
        ),
        sa.PrimaryKeyConstraint('name', 'number', name=op.f('pk_stored_part')),
    )
    op.create_table(
        'reflection',
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('course_id', sa.Integer(), nullable=False),
        sa.Column('place', sa.String(), nullable=False),
        sa.Column('slug', sa.String(), nullable=False),
        sa.Column('body', sa.String(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("body <> ''", name=op.f('ck_reflection_says_something')),
        sa.ForeignKeyConstraint(
            ['account_id'], ['account.id'], name=op.f('fk_reflection_account_id_account')
        ),
        sa.ForeignKeyConstraint(
            ['course_id'], ['course.id'], name=op.f('fk_reflection_course_id_course')
        ),
        sa.PrimaryKeyConstraint(
            'account_id', 'course_id', 'place', 'slug', name=op.f('pk_reflection')
        ),
    )
    op.create_table(
        'watched',
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('course_id', sa.Integer(), nullable=False),
        sa.Column('media', sa.String(), nullable=False),
        sa.Column('seconds', sa.Integer(), nullable=False),
        sa.Column('spans', sa.JSON(), nullable=False),
        sa.Column('total', sa.Integer(), nullable=False),
        sa.Column('stopped_at', sa.Integer(), nullable=False),
        sa.CheckConstraint(
            'total >= 0 AND total <= seconds', name=op.f('ck_watched_total_within')
        ),
        sa.CheckConstraint(
            'stopped_at >= 0 AND stopped_at <= seconds', name=op.f('ck_watched_stop_within')
        ),
        sa.ForeignKeyConstraint(
            ['account_id'], ['account.id'], name=op.f('fk_watched_account_id_account')
        ),
        sa.ForeignKeyConstraint(
            ['course_id'], ['course.id'], name=op.f('fk_watched_course_id_course')
        ),
        sa.PrimaryKeyConstraint('account_id', 'course_id', 'media', name=op.f('pk_watched')),
    )
    event_kinds((*EVENTS, 'watched'))
    with op.batch_alter_table('enrolment') as batch:
        batch.add_column(
            sa.Column('resume_locale', sa.String(), nullable=False, server_default='ko')
        )
    op.execute('UPDATE enrolment SET resume_locale = locale')
    with op.batch_alter_table('enrolment') as batch:
        batch.alter_column('resume_locale', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('enrolment') as batch:
        batch.drop_column('resume_locale')
    op.execute("DELETE FROM learning_event WHERE kind = 'watched'")
    event_kinds(EVENTS)
    for table in ('watched', 'reflection', 'stored_part', 'stored_file'):
        op.drop_table(table)
