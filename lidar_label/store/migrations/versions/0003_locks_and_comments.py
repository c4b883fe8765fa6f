"""Tracks may have one size that is fixed; scenes, frames, tracks and boxes may have comments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _refers(column: str) -> sa.ForeignKey:
    return sa.ForeignKey(column, deferrable=True, initially="DEFERRED")


def upgrade() -> None:
    """Add columns that may be empty, which the history of older versions need not name, and a table."""
    for name in ("locked_length", "locked_width", "locked_height"):
        op.add_column("track", sa.Column(name, sa.Double))
    op.create_table(
        "comment",
        sa.Column("token", sa.String, primary_key=True),
        sa.Column("scene", sa.String, _refers("scene.token"), nullable=False),
        sa.Column("frame", sa.Integer),
        sa.Column("track", sa.String, _refers("track.token")),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("time_ns", sa.BigInteger, nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.Column("reply_to", sa.String, _refers("comment.token")),
    )
    op.create_index("comment_scene", "comment", ["scene", "time_ns"])
    op.create_index("comment_track", "comment", ["track"])
    op.create_index("comment_reply_to", "comment", ["reply_to"])


def downgrade() -> None:
    """Refuse: a file is only ever brought forward, and its backup is beside it."""
    raise NotImplementedError("a project file is not taken back to an older version")
