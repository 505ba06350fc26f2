"""Courses: runs with seats, cohorts with instructors, messages and figures.

Revision runs, after companion.
"""

import sqlalchemy as sa
from alembic import op

revision = 'runs'
down_revision = 'companion'
branch_labels = None
depends_on = None

ROLES = ('administrator', 'citizen', 'expert', 'organizer', 'partner-editor', 'reviewer')
TABLES = (
    'course_message', 'course_cohort_member', 'course_cohort_instructor', 'course_run_seat',
    'course_figures', 'course_cohort', 'course_run', 'course_pace',
)  # fmt: skip


def upgrade() -> None:
    _roles(*ROLES, 'instructor')
    op.create_table('course_pace',
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('self_paced', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_course_pace_course_id_course')),
    sa.PrimaryKeyConstraint('course_id', name=op.f('pk_course_pace'))
    )
    op.create_table('course_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('zone', sa.String(), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opens_local', sa.DateTime(), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_local', sa.DateTime(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('starts_local', sa.DateTime(), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_local', sa.DateTime(), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=True),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("language IN ('', 'ko', 'en')", name=op.f('ck_course_run_language_known')),
    sa.CheckConstraint("state IN ('draft', 'published', 'cancelled')", name=op.f('ck_course_run_state_known')),
    sa.CheckConstraint('closes_at <= ends_at', name=op.f('ck_course_run_closes_before_the_end')),
    sa.CheckConstraint('opens_at < closes_at', name=op.f('ck_course_run_closes_after_opening')),
    sa.CheckConstraint('seats IS NULL OR seats > 0', name=op.f('ck_course_run_some_seats')),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_course_run_ends_after_start')),
    sa.CheckConstraint('taken >= 0 AND (seats IS NULL OR taken <= seats)', name=op.f('ck_course_run_seats_within_capacity')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_course_run_course_id_course')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_course_run_institution_id_institution')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_run'))
    )
    with op.batch_alter_table('course_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_course_run_course_id_state'), ['course_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_course_run_institution_id'), ['institution_id'], unique=False)

    op.create_table('course_cohort',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=True),
    sa.Column('institution_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('seed', sa.String(), nullable=False),
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('school', 'officers', 'group')", name=op.f('ck_course_cohort_kind_known')),
    sa.CheckConstraint("language IN ('ko', 'en')", name=op.f('ck_course_cohort_language_known')),
    sa.CheckConstraint("state IN ('open', 'closed')", name=op.f('ck_course_cohort_state_known')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_course_cohort_course_id_course')),
    sa.ForeignKeyConstraint(['institution_id'], ['institution.id'], name=op.f('fk_course_cohort_institution_id_institution')),
    sa.ForeignKeyConstraint(['run_id'], ['course_run.id'], name=op.f('fk_course_cohort_run_id_course_run')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_cohort')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_course_cohort_code_hash'))
    )
    with op.batch_alter_table('course_cohort', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_course_cohort_course_id'), ['course_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_course_cohort_institution_id'), ['institution_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_course_cohort_run_id'), ['run_id'], unique=False)

    op.create_table('course_figures',
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_event_id', sa.Integer(), nullable=False),
    sa.Column('learners', sa.Integer(), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.CheckConstraint("audience IN ('public', 'staff')", name=op.f('ck_course_figures_audience_known')),
    sa.ForeignKeyConstraint(['version_id'], ['course_version.id'], name=op.f('fk_course_figures_version_id_course_version')),
    sa.PrimaryKeyConstraint('version_id', 'audience', name=op.f('pk_course_figures'))
    )
    op.create_table('course_run_seat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('consent', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_course_run_seat_account_id_account')),
    sa.ForeignKeyConstraint(['run_id'], ['course_run.id'], name=op.f('fk_course_run_seat_run_id_course_run')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_run_seat')),
    sa.UniqueConstraint('run_id', 'account_id', name=op.f('uq_course_run_seat_run_id_account_id'))
    )
    with op.batch_alter_table('course_run_seat', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_course_run_seat_account_id'), ['account_id'], unique=False)

    op.create_table('course_cohort_instructor',
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_course_cohort_instructor_account_id_account')),
    sa.ForeignKeyConstraint(['cohort_id'], ['course_cohort.id'], name=op.f('fk_course_cohort_instructor_cohort_id_course_cohort')),
    sa.PrimaryKeyConstraint('cohort_id', 'account_id', name=op.f('pk_course_cohort_instructor'))
    )
    with op.batch_alter_table('course_cohort_instructor', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_course_cohort_instructor_account_id'), ['account_id'], unique=False)

    op.create_table('course_cohort_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('consent', sa.String(), nullable=False),
    sa.Column('guardian', sa.Boolean(), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('asked', 'joined')", name=op.f('ck_course_cohort_member_state_known')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_course_cohort_member_account_id_account')),
    sa.ForeignKeyConstraint(['cohort_id'], ['course_cohort.id'], name=op.f('fk_course_cohort_member_cohort_id_course_cohort')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_cohort_member')),
    sa.UniqueConstraint('cohort_id', 'account_id', name=op.f('uq_course_cohort_member_cohort_id_account_id'))
    )
    with op.batch_alter_table('course_cohort_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_course_cohort_member_account_id'), ['account_id'], unique=False)

    op.create_table('course_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=True),
    sa.Column('cohort_id', sa.Integer(), nullable=True),
    sa.Column('sender_id', sa.Integer(), nullable=True),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('recipients', sa.Integer(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('(run_id IS NULL) <> (cohort_id IS NULL)', name=op.f('ck_course_message_one_audience')),
    sa.ForeignKeyConstraint(['cohort_id'], ['course_cohort.id'], name=op.f('fk_course_message_cohort_id_course_cohort')),
    sa.ForeignKeyConstraint(['run_id'], ['course_run.id'], name=op.f('fk_course_message_run_id_course_run')),
    sa.ForeignKeyConstraint(['sender_id'], ['account.id'], name=op.f('fk_course_message_sender_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_message'))
    )
    with op.batch_alter_table('course_message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_course_message_cohort_id'), ['cohort_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_course_message_run_id'), ['run_id'], unique=False)

    op.create_index('ix_question_progress_stuck', 'question_progress', ['account_id', 'question_id'], sqlite_where=sa.text('right_at IS NULL AND tries >= 3'), postgresql_where=sa.text('right_at IS NULL AND tries >= 3'))


def downgrade() -> None:
    op.drop_index('ix_question_progress_stuck', table_name='question_progress')
    for table in TABLES:
        op.drop_table(table)
    # An older house does not know the role: whoever held it signs in anew without it.
    op.execute("DELETE FROM sign_in_session WHERE roles LIKE '%instructor%'")
    op.execute("DELETE FROM role_grant WHERE role = 'instructor'")
    _roles(*ROLES)


def _roles(*names: str) -> None:
    listed = ', '.join(f"'{name}'" for name in sorted(names))
    with op.batch_alter_table('role_grant') as batch_op:
        batch_op.drop_constraint(op.f('ck_role_grant_role_known'), type_='check')
        batch_op.create_check_constraint(op.f('ck_role_grant_role_known'), f'role IN ({listed})')
