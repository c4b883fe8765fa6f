"""Findings of checks may be waived with a reason; categories may have limits of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column that may be empty, which the history of older versions need not name, and a table."""
    op.add_column("category", sa.Column("limits", sa.Text))
    scene = sa.ForeignKey("scene.token", deferrable=True, initially="DEFERRED")
    op.create_table(
        "waiver",
        sa.Column("token", sa.String, primary_key=True),
        sa.Column("scene", sa.String, scene, nullable=False),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("track", sa.String),
        sa.Column("frame", sa.Integer),
        sa.Column("excess", sa.Double, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("time_ns", sa.BigInteger, nullable=False),
    )
    op.create_index("waiver_scene", "waiver", ["scene", "time_ns"])


def downgrade() -> None:
    """Refuse: a file is only ever brought forward, and its backup is beside it."""
    raise NotImplementedError("a project file is not taken back to an older version")
