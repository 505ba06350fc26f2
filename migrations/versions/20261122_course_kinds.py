"""Courses: more kinds of blocks and questions, shares of credit, versions that partners sign.

Revision course_kinds, after votes_file.
"""

import hashlib
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = 'course_kinds'
down_revision = 'votes_file'
branch_labels = None
depends_on = None

BLOCKS = ('text', 'perspectives', 'table')
MORE_BLOCKS = (
    'image', 'video', 'audio', 'document', 'timeline', 'map', 'question', 'reflection', 'event',
    'poll',
)  # fmt: skip
QUESTIONS = ('one', 'several', 'true_false')
MORE_QUESTIONS = ('numeric', 'short', 'matching', 'ordering', 'gaps', 'spots')


def listed(names: tuple[str, ...]) -> str:
    return ', '.join(f"'{name}'" for name in names)


def state_check(table: str, column: str, names: tuple[str, ...]) -> None:
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(f'ck_{table}_{column}_known'), type_='check')
        batch.create_check_constraint(
            op.f(f'ck_{table}_{column}_known'), f'{column} IN ({listed(names)})'
        )


def rewrite(column: str, new: str, change: Callable[[Any], Any]) -> None:
    """Fill the column `new` of each question from `column`."""
    question = sa.table(
        'course_question', sa.column('id', sa.Integer), sa.column(column, sa.JSON),
        sa.column(new, sa.JSON),
    )  # fmt: skip
    bind = op.get_bind()
    for id_, value in bind.execute(sa.select(question.c.id, question.c[column])).all():
        bind.execute(
            question.update().where(question.c.id == id_).values({new: change(value)})
        )


def rename_choices(table: str, old: str, new: str) -> None:
    with op.batch_alter_table(table) as batch:
        batch.alter_column(old, new_column_name=new, existing_type=sa.JSON())


def upgrade() -> None:
    state_check('course_block', 'kind', BLOCKS + MORE_BLOCKS)
    state_check('course_question', 'kind', QUESTIONS + MORE_QUESTIONS)
    state_check(
        'course_version', 'state',
        ('draft', 'in_review', 'returned', 'approved', 'published', 'superseded'),
    )  # fmt: skip
    with op.batch_alter_table('course_version') as batch:
        batch.drop_constraint(op.f('ck_course_version_published_at_known'), type_='check')
        batch.create_check_constraint(
            op.f('ck_course_version_published_at_known'),
            "(state IN ('published', 'superseded')) = (published_at IS NOT NULL)",
        )
    with op.batch_alter_table('course_unit') as batch:
        batch.add_column(sa.Column('quiz', sa.JSON(), nullable=False, server_default='{}'))
    with op.batch_alter_table('course_unit') as batch:
        batch.alter_column('quiz', server_default=None, existing_type=sa.JSON())
    with op.batch_alter_table('course_question') as batch:
        batch.add_column(sa.Column('body', sa.JSON(), nullable=False, server_default='{}'))
        batch.add_column(sa.Column('hints', sa.JSON(), nullable=False, server_default='[]'))
    rewrite('options', 'body', lambda options: {'options': options})
    with op.batch_alter_table('course_question') as batch:
        batch.alter_column('body', server_default=None, existing_type=sa.JSON())
        batch.alter_column('hints', server_default=None, existing_type=sa.JSON())
        batch.alter_column('explanation', nullable=True, existing_type=sa.Text())
        batch.drop_column('options')
    for table in ('course_answer', 'question_progress'):
        rename_choices(table, 'choices', 'response')
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column('score', sa.Double(), nullable=False, server_default='0'))
    op.execute('UPDATE course_answer SET score = 1 WHERE correct')
    op.execute('UPDATE question_progress SET score = 1 WHERE right_at IS NOT NULL')
    for table in ('course_answer', 'question_progress'):
        with op.batch_alter_table(table) as batch:
            batch.alter_column('score', server_default=None, existing_type=sa.Double())
            batch.create_check_constraint(
                op.f(f'ck_{table}_score'), 'score >= 0 AND score <= 1'
            )


def downgrade() -> None:
    """Newer kinds of questions and their answers are lost; everything else stays readable."""
    leave_out_what_is_newer()
    for table in ('question_progress', 'course_answer'):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f'ck_{table}_score'), type_='check')
            batch.drop_column('score')
        rename_choices(table, 'response', 'choices')
    with op.batch_alter_table('course_question') as batch:
        batch.add_column(sa.Column('options', sa.JSON(), nullable=False, server_default='[]'))
    rewrite('body', 'options', with_states)
    with op.batch_alter_table('course_question') as batch:
        batch.alter_column('options', server_default=None, existing_type=sa.JSON())
        batch.alter_column('explanation', nullable=False, existing_type=sa.Text())
        batch.drop_column('hints')
        batch.drop_column('body')
    with op.batch_alter_table('course_unit') as batch:
        batch.drop_column('quiz')
    with op.batch_alter_table('course_version') as batch:
        batch.drop_constraint(op.f('ck_course_version_published_at_known'), type_='check')
        batch.create_check_constraint(
            op.f('ck_course_version_published_at_known'),
            "(state = 'draft') = (published_at IS NULL)",
        )
    state_check('course_version', 'state', ('draft', 'published', 'superseded'))
    state_check('course_question', 'kind', QUESTIONS)
    state_check('course_block', 'kind', BLOCKS)


def leave_out_what_is_newer() -> None:
    """Newer blocks stay as the text they show; newer questions go, with their answers."""
    newer = f'(SELECT id FROM course_question WHERE kind IN ({listed(MORE_QUESTIONS)}))'  # noqa: S608
    mine = (
        ' FROM question_progress p JOIN course_question q ON q.id = p.question_id'
        ' WHERE q.unit_id = unit_progress.unit_id AND p.account_id = unit_progress.account_id)'
    )
    for statement in (
        f"UPDATE course_block SET kind = 'text' WHERE kind IN ({listed(MORE_BLOCKS)})",  # noqa: S608
        f'UPDATE unit_progress SET last_question = NULL WHERE last_question IN {newer}',  # noqa: S608
        f'DELETE FROM course_answer WHERE question_id IN {newer}',  # noqa: S608
        f'DELETE FROM question_progress WHERE question_id IN {newer}',  # noqa: S608
        f'DELETE FROM course_question WHERE kind IN ({listed(MORE_QUESTIONS)})',  # noqa: S608
        'UPDATE course_question SET explanation = text WHERE explanation IS NULL',
        (
            'UPDATE course_unit SET question_count ='
            ' (SELECT count(*) FROM course_question WHERE unit_id = course_unit.id)'
        ),
        (
            'UPDATE course_version SET question_count = (SELECT coalesce(sum(question_count), 0)'
            ' FROM course_unit WHERE version_id = course_version.id)'
        ),
        (
            f'UPDATE unit_progress SET answered = (SELECT count(*){mine},'  # noqa: S608
            f' "right" = (SELECT count(p.right_at){mine}'
        ),
        (
            "UPDATE course_version SET state = 'draft'"
            " WHERE state IN ('in_review', 'returned', 'approved')"
        ),
    ):
        op.execute(statement)


def with_states(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The options as they stood before: each text in its stored form, a feedback in each."""
    return [
        {
            'label': stored(option['label']),
            'correct': option['correct'],
            'feedback': stored(option.get('feedback', {'ko': '', 'en': ''})),
        }
        for option in body['options']
    ]


def stored(text: dict[str, Any]) -> dict[str, Any]:
    """A text with the state of its translation: checked, as a plain text is."""
    if 'source' in text:
        return text
    mark = hashlib.sha256(text['ko'].encode()).hexdigest()[:12]
    return {
        'source': 'ko',
        'ko': {'text': text['ko'], 'state': 'reviewed', 'of': ''},
        'en': {'text': text['en'], 'state': 'reviewed', 'of': mark},
    }
