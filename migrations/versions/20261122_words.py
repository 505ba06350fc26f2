"""Typed answers: short texts and word clouds.

Revision words, after outcomes.
"""

import sqlalchemy as sa
from alembic import op

revision = 'words'
down_revision = 'outcomes'
branch_labels = None
depends_on = None

TYPES = "'one', 'several', 'scale', 'number', 'ranking', 'points', 'statements'"


def upgrade() -> None:
    _types(f"{TYPES}, 'text', 'cloud'")
    op.create_table(
        'poll_word',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('question_id', sa.Integer(), nullable=False),
        sa.Column('folded', sa.String(), nullable=True),
        sa.Column('label', sa.String(), nullable=False),
        sa.Column('language', sa.String(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'shown', 'hidden')", name=op.f('ck_poll_word_state_known')
        ),
        sa.CheckConstraint('count >= 0', name=op.f('ck_poll_word_count')),
        sa.CheckConstraint(
            "(folded IS NULL) = (label = '')", name=op.f('ck_poll_word_forgotten')
        ),
        sa.ForeignKeyConstraint(
            ['question_id'], ['poll_question.id'],
            name=op.f('fk_poll_word_question_id_poll_question'),
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_poll_word')),
        sa.UniqueConstraint(
            'question_id', 'folded', name=op.f('uq_poll_word_question_id_folded')
        ),
    )
    op.create_index(op.f('ix_poll_word_question_id_state'), 'poll_word', ['question_id', 'state'])


def downgrade() -> None:
    """What came before knows no typed answers: their questions stay, with nothing to choose."""
    op.drop_table('poll_word')
    bind = op.get_bind()
    asked = sa.select(QUESTION.c.id).where(QUESTION.c.type.in_(('text', 'cloud')))
    typed = list(bind.scalars(asked))
    bind.execute(BALLOT.delete().where(BALLOT.c.question_id.in_(typed)))
    bind.execute(QUESTION.update().where(QUESTION.c.id.in_(typed)).values(
        type='several', answered=0, settings={}, min_choices=1, max_choices=1,
    ))
    for question_id in typed:  # a question must have something to choose
        _nothing_to_choose(bind, question_id)
    _types(TYPES)


def _nothing_to_choose(bind: sa.Connection, question_id: int) -> None:
    made = bind.execute(OPTION.insert().values(
        question_id=question_id, position=0, label='{"source": "ko"}', correct=False, hidden=False,
        about_person=False,
    ).returning(OPTION.c.id))
    bind.execute(TALLY.insert().values(
        option_id=made.scalar_one(), count=0, points=0, firsts=0, agree=0, disagree=0, passed=0,
    ))


def _types(known: str) -> None:
    with op.batch_alter_table('poll_question') as batch_op:
        batch_op.drop_constraint(op.f('ck_poll_question_type_known'), type_='check')
        batch_op.create_check_constraint(
            op.f('ck_poll_question_type_known'), f'type IN ({known})'
        )


BALLOT = sa.table('poll_ballot', sa.column('question_id', sa.Integer))
OPTION = sa.table(
    'poll_option', sa.column('id', sa.Integer), sa.column('question_id', sa.Integer),
    sa.column('position', sa.Integer), sa.column('label', sa.Text),
    sa.column('correct', sa.Boolean), sa.column('hidden', sa.Boolean),
    sa.column('about_person', sa.Boolean),
)
TALLY = sa.table('poll_tally', *(
    sa.column(name, sa.Integer)
    for name in ('option_id', 'count', 'points', 'firsts', 'agree', 'disagree', 'passed')
))
QUESTION = sa.table(
    'poll_question', sa.column('id', sa.Integer), sa.column('type', sa.String),
    sa.column('answered', sa.Integer), sa.column('settings', sa.JSON),
    sa.column('min_choices', sa.Integer), sa.column('max_choices', sa.Integer),
)
