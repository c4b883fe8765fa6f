"""Frames and tracks may have a state of review."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table; nothing that is there changes."""
    scene = sa.ForeignKey("scene.token", deferrable=True, initially="DEFERRED")
    op.create_table(
        "review",
        sa.Column("token", sa.String, primary_key=True),
        sa.Column("scene", sa.String, scene, nullable=False),
        sa.Column("track", sa.String),
        sa.Column("frame", sa.Integer),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("time_ns", sa.BigInteger, nullable=False),
    )
    op.create_index("review_scene", "review", ["scene", "time_ns"])


def downgrade() -> None:
    """Refuse: a file is only ever brought forward, and its backup is beside it."""
    raise NotImplementedError("a project file is not taken back to an older version")
