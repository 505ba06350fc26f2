"""The words of what can be searched, and where each stands.

Revision search_words, after course_authoring. Passages are written down anew by their job within a
minute: with their words, and without the questions of quizzes that count.
"""

import sqlalchemy as sa
from alembic import op

revision = 'search_words'
down_revision = 'course_authoring'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'course_word',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('word', sa.String(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_course_word')),
        sa.UniqueConstraint('word', name=op.f('uq_course_word_word')),
    )
    op.create_table(
        'course_word_place',
        sa.Column('word_id', sa.Integer(), nullable=False),
        sa.Column('passage_id', sa.Integer(), nullable=False),
        sa.Column('in_title', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ['word_id'], ['course_word.id'], name=op.f('fk_course_word_place_word_id_course_word')
        ),
        sa.ForeignKeyConstraint(
            ['passage_id'], ['course_passage.id'],
            name=op.f('fk_course_word_place_passage_id_course_passage'),
        ),
        sa.PrimaryKeyConstraint('word_id', 'passage_id', name=op.f('pk_course_word_place')),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f('ix_course_word_place_passage_id'), 'course_word_place', ['passage_id']
    )
    op.execute('DELETE FROM course_passage')


def downgrade() -> None:
    op.drop_table('course_word_place')
    op.drop_table('course_word')
