"""What rooms asked for: released and live figures, suggestions to editors, their signatures.

Revision demand, after nightly. Downgrading loses the suggestions and what was made of them; the
figures can be made again from the closed polls.
"""

import sqlalchemy as sa
from alembic import op

revision = "demand"
down_revision = "nightly"
branch_labels = None
depends_on = None

WANTED = "wanted IN ('wish', 'gap')"
STATES = "state IN ('open', 'signing', 'accepted', 'declined', 'superseded')"
REPLIES = "reply IN ('follow_up', 'lead_in', 'event', 'call', 'lesson')"
THRESHOLDS = "count >= 10 AND n - count >= 10 AND n >= 30"


def upgrade() -> None:
    _figures()
    _suggestions()
    _signatures()
    op.create_index(op.f("ix_learning_event_unit_id_at"), "learning_event", ["unit_id", "at"])


def _figures() -> None:
    op.create_table(
        "demand_figure",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.String(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint(WANTED, name=op.f("ck_demand_figure_wanted_known")),
        sa.CheckConstraint(THRESHOLDS, name=op.f("ck_demand_figure_thresholds")),
        _key("demand_figure", "question_id", "poll_question"),
        _key("demand_figure", "poll_id", "poll"),
        sa.PrimaryKeyConstraint("question_id", "place", name=op.f("pk_demand_figure")),
    )
    op.create_index(op.f("ix_demand_figure_poll_id"), "demand_figure", ["poll_id"])
    op.create_table(
        "demand_live",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.CheckConstraint("n >= 30 AND answered >= 30", name=op.f("ck_demand_live_thresholds")),
        _key("demand_live", "question_id", "poll_question"),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_demand_live")),
    )


def _suggestions() -> None:
    name = "demand_suggestion"
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("bar", sa.Double(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("module_slug", sa.String(), nullable=True),
        sa.Column("unit_slug", sa.String(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("linked", sa.Boolean(), nullable=False),
        sa.CheckConstraint(WANTED, name=op.f("ck_demand_suggestion_wanted_known")),
        sa.CheckConstraint(STATES, name=op.f("ck_demand_suggestion_state_known")),
        sa.CheckConstraint(REPLIES, name=op.f("ck_demand_suggestion_reply_known")),
        sa.CheckConstraint(THRESHOLDS, name=op.f("ck_demand_suggestion_thresholds")),
        sa.CheckConstraint(
            "(state IN ('signing', 'accepted')) = (reply IS NOT NULL)",
            name=op.f("ck_demand_suggestion_reply_given"),
        ),
        sa.CheckConstraint(
            "(state = 'declined') = (reason IS NOT NULL)",
            name=op.f("ck_demand_suggestion_reason_given"),
        ),
        _key(name, "poll_id", "poll"),
        _key(name, "decided_by", "account"),
        _key(name, "course_id", "course"),
        _key(name, "event_id", "event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_suggestion")),
        sa.UniqueConstraint(
            "poll_id", "wanted", "code", name=op.f("uq_demand_suggestion_poll_id_wanted_code")
        ),
    )
    op.create_index(op.f("ix_demand_suggestion_state"), name, ["state"])


def _signatures() -> None:
    name = "demand_signature"
    op.create_table(
        name,
        sa.Column("suggestion_id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _key(name, "suggestion_id", "demand_suggestion"),
        _key(name, "institution_id", "institution"),
        _key(name, "account_id", "account"),
        sa.PrimaryKeyConstraint("suggestion_id", "institution_id", name=op.f(f"pk_{name}")),
    )


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def downgrade() -> None:
    op.drop_index(op.f("ix_learning_event_unit_id_at"), "learning_event")
    for table in ("demand_signature", "demand_suggestion", "demand_live", "demand_figure"):
        op.drop_table(table)
