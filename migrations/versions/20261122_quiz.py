"""Options may carry a picture.

Revision quiz, after outcomes.
"""

import sqlalchemy as sa
from alembic import op

revision = 'quiz'
down_revision = 'outcomes'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('poll_option') as batch:
        batch.add_column(sa.Column('picture', sa.String(), nullable=True))
        batch.create_foreign_key(
            op.f('fk_poll_option_picture_picture'), 'picture', ['picture'], ['name']
        )


def downgrade() -> None:
    with op.batch_alter_table('poll_option') as batch:
        batch.drop_constraint(op.f('fk_poll_option_picture_picture'), type_='foreignkey')
        batch.drop_column('picture')
