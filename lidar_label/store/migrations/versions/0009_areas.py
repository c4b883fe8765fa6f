"""A drive may have areas: polygons on the ground."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table; nothing that is there changes."""
    scene = sa.ForeignKey("scene.token", deferrable=True, initially="DEFERRED")
    category = sa.ForeignKey("category.name", deferrable=True, initially="DEFERRED")
    op.create_table(
        "area",
        sa.Column("token", sa.String, primary_key=True),
        sa.Column("scene", sa.String, scene, nullable=False),
        sa.Column("frame", sa.Integer, nullable=False),
        sa.Column("category", sa.String, category, nullable=False),
        sa.Column("corners", sa.Text, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("time_ns", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index("area_scene", "area", ["scene", "time_ns"])
    op.create_index("area_category", "area", ["category"])


def downgrade() -> None:
    """Refuse: a file is only ever brought forward, and its backup is beside it."""
    raise NotImplementedError("a project file is not taken back to an older version")
