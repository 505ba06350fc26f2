"""Pictures that people upload.

Revision pictures, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = 'pictures'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'picture',
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('width', sa.Integer(), nullable=False),
        sa.Column('height', sa.Integer(), nullable=False),
        sa.Column('content', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('name', name=op.f('pk_picture')),
    )


def downgrade() -> None:
    op.drop_table('picture')
