"""Statement polls: stances in tallies, suggested statements, published opinion groups.

Revision statements, after pictures.
"""

import sqlalchemy as sa
from alembic import op

revision = 'statements'
down_revision = 'pictures'
branch_labels = None
depends_on = None

TYPES = "'one', 'several', 'scale', 'number', 'ranking', 'points'"


def upgrade() -> None:
    with op.batch_alter_table('poll') as batch_op:
        batch_op.add_column(sa.Column('rules', sa.Integer(), server_default='1', nullable=False))
    with op.batch_alter_table('poll_question') as batch_op:
        batch_op.drop_constraint(op.f('ck_poll_question_type_known'), type_='check')
        batch_op.create_check_constraint(
            op.f('ck_poll_question_type_known'), f"type IN ({TYPES}, 'statements')"
        )
    with op.batch_alter_table('poll_option') as batch_op:
        for name in ('hidden', 'about_person'):
            batch_op.add_column(
                sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
            )
    with op.batch_alter_table('poll_tally') as batch_op:
        for name in ('agree', 'disagree', 'passed'):
            batch_op.add_column(sa.Column(name, sa.Integer(), server_default='0', nullable=False))
        batch_op.create_check_constraint(
            op.f('ck_poll_tally_stances'), 'agree >= 0 AND disagree >= 0 AND passed >= 0'
        )
        batch_op.create_check_constraint(
            op.f('ck_poll_tally_stances_sum'), 'agree + disagree + passed IN (0, count)'
        )
    for table, names in FILLED.items():  # the models give the first values from here on
        with op.batch_alter_table(table) as batch_op:
            for name in names:
                batch_op.alter_column(name, server_default=None)
    op.create_table('poll_suggestion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('suggester', sa.String(), nullable=False),
    sa.Column('mark', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('option_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(state = 'accepted') = (option_id IS NOT NULL)", name=op.f('ck_poll_suggestion_option')),
    sa.CheckConstraint("state IN ('pending', 'accepted', 'refused')", name=op.f('ck_poll_suggestion_state_known')),
    sa.ForeignKeyConstraint(['option_id'], ['poll_option.id'], name=op.f('fk_poll_suggestion_option_id_poll_option')),
    sa.ForeignKeyConstraint(['question_id'], ['poll_question.id'], name=op.f('fk_poll_suggestion_question_id_poll_question')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_poll_suggestion')),
    sa.UniqueConstraint('option_id', name=op.f('uq_poll_suggestion_option_id')),
    sa.UniqueConstraint('question_id', 'number', name=op.f('uq_poll_suggestion_question_id_number'))
    )
    with op.batch_alter_table('poll_suggestion', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_poll_suggestion_question_id_state'), ['question_id', 'state'], unique=False)
        batch_op.create_index('uq_poll_suggestion_mark', ['question_id', 'mark'], unique=True, sqlite_where=sa.text("mark <> ''"), postgresql_where=sa.text("mark <> ''"))

    op.create_table('poll_opinion',
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('tried', sa.Integer(), nullable=False),
    sa.Column('final', sa.Boolean(), nullable=False),
    sa.Column('shown', sa.JSON(), nullable=False),
    sa.Column('ledger', sa.JSON(), nullable=False),
    sa.Column('memory', sa.JSON(), nullable=False),
    sa.CheckConstraint('version >= 0 AND people >= 0 AND tried >= 0', name=op.f('ck_poll_opinion_counted')),
    sa.ForeignKeyConstraint(['question_id'], ['poll_question.id'], name=op.f('fk_poll_opinion_question_id_poll_question')),
    sa.PrimaryKeyConstraint('question_id', name=op.f('pk_poll_opinion'))
    )


FILLED = {
    'poll': ('rules',),
    'poll_option': ('hidden', 'about_person'),
    'poll_tally': ('agree', 'disagree', 'passed'),
}


def downgrade() -> None:
    """A question of statements becomes one of several options: those that people agreed with."""
    op.drop_table('poll_opinion')
    with op.batch_alter_table('poll_suggestion', schema=None) as batch_op:
        batch_op.drop_index('uq_poll_suggestion_mark', sqlite_where=sa.text("mark <> ''"), postgresql_where=sa.text("mark <> ''"))
        batch_op.drop_index(batch_op.f('ix_poll_suggestion_question_id_state'))
    op.drop_table('poll_suggestion')
    with op.batch_alter_table('poll_tally') as batch_op:
        batch_op.drop_constraint(op.f('ck_poll_tally_stances_sum'), type_='check')
        batch_op.drop_constraint(op.f('ck_poll_tally_stances'), type_='check')
    _keep_agreement()
    with op.batch_alter_table('poll_tally') as batch_op:
        for name in FILLED['poll_tally']:
            batch_op.drop_column(name)
    with op.batch_alter_table('poll_option') as batch_op:
        for name in FILLED['poll_option']:
            batch_op.drop_column(name)
    with op.batch_alter_table('poll_question') as batch_op:
        batch_op.drop_constraint(op.f('ck_poll_question_type_known'), type_='check')
        batch_op.create_check_constraint(op.f('ck_poll_question_type_known'), f'type IN ({TYPES})')
    with op.batch_alter_table('poll') as batch_op:
        batch_op.drop_column('rules')


def _keep_agreement() -> None:
    """What came before knows no stances: of each ballot stays what it agrees with."""
    asked = "SELECT id FROM poll_question WHERE type = 'statements'"
    bind = op.get_bind()
    answered = {row[0]: 0 for row in bind.exec_driver_sql(asked)}
    for question_id, voter, choices in bind.execute(BALLOTS.where(BALLOT.c.question_id.in_(answered))).all():
        agreed = [number // 4 for number in choices if number % 4 == 1]
        answered[question_id] += bool(agreed)
        mine = (BALLOT.c.question_id == question_id) & (BALLOT.c.voter_key == voter)
        bind.execute(BALLOT.update().where(mine).values(choices=agreed))
    for question_id, number in answered.items():
        mine = QUESTION.c.id == question_id
        options = OPTION.c.question_id == question_id
        bind.execute(QUESTION.update().where(mine).values(
            type='several', answered=number, settings={},
            max_choices=sa.select(sa.func.count()).select_from(OPTION).where(options).scalar_subquery(),
        ))
    options = sa.select(OPTION.c.id).where(OPTION.c.question_id.in_(answered))
    bind.execute(TALLY.update().where(TALLY.c.option_id.in_(options)).values(count=TALLY.c.agree))


BALLOT = sa.table('poll_ballot', sa.column('question_id', sa.Integer), sa.column('voter_key', sa.String), sa.column('choices', sa.JSON))
BALLOTS = sa.select(BALLOT)
OPTION = sa.table('poll_option', sa.column('id', sa.Integer), sa.column('question_id', sa.Integer))
TALLY = sa.table('poll_tally', sa.column('option_id', sa.Integer), sa.column('count', sa.Integer), sa.column('agree', sa.Integer))
QUESTION = sa.table(
    'poll_question', sa.column('id', sa.Integer), sa.column('type', sa.String),
    sa.column('answered', sa.Integer), sa.column('max_choices', sa.Integer),
    sa.column('settings', sa.JSON),
)
