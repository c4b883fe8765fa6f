"""The first schema: scenes, taxonomy, tracks, boxes and the history of edits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _refers(column: str) -> sa.ForeignKey:
    return sa.ForeignKey(column, deferrable=True, initially="DEFERRED")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "project",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "scene",
        sa.Column("token", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("scene", sa.Text, nullable=False),
        sa.Column("frames", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
    )
    op.create_table(
        "category",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("token", sa.String, nullable=False, unique=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("length", sa.Double),
        sa.Column("width", sa.Double),
        sa.Column("height", sa.Double),
        sa.Column("color", sa.String, nullable=False),
    )
    op.create_table(
        "attribute",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("token", sa.String, nullable=False, unique=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("choices", sa.Text, nullable=False),
        sa.Column("per", sa.String, nullable=False),
    )
    op.create_table(
        "visibility",
        sa.Column("token", sa.String, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
    )
    op.create_table(
        "track",
        sa.Column("token", sa.String, primary_key=True),
        sa.Column("scene", sa.String, _refers("scene.token"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("category", sa.String, _refers("category.name"), nullable=False),
        sa.Column("attributes", sa.Text, nullable=False),
    )
    op.create_index("track_scene", "track", ["scene", "position"])
    op.create_index("track_category", "track", ["category"])
    op.create_table(
        "box",
        sa.Column("track", sa.String, _refers("track.token"), primary_key=True),
        sa.Column("frame", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("scene", sa.String, _refers("scene.token"), nullable=False),
        sa.Column("token", sa.String, nullable=False, unique=True),
        *(sa.Column(name, sa.Double, nullable=False) for name in ("x", "y", "z", "qw", "qx", "qy", "qz")),
        *(sa.Column(name, sa.Double, nullable=False) for name in ("length", "width", "height")),
        sa.Column("attributes", sa.Text, nullable=False),
        sa.Column("visibility", sa.String, nullable=False),
        sa.Column("is_keyframe", sa.Boolean, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("score", sa.Double),
        sa.Column("num_lidar_pts", sa.BigInteger),
        sa.Column("num_radar_pts", sa.BigInteger),
    )
    op.create_index("box_scene_frame", "box", ["scene", "frame"])
    op.create_table(
        "patch",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("timestamp_ns", sa.BigInteger, nullable=False),
        sa.Column("changes", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_index("patch_state", "patch", ["state", "seq"])


def downgrade() -> None:
    """Refuse: a file is only ever brought forward, and its backup is beside it."""
    raise NotImplementedError("a project file is not taken back to an older version")
