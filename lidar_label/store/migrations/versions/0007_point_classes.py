"""Points may be given classes: the numbers that files keep, and the classes of each sweep's points."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two tables; nothing that is there changes."""
    op.create_table(
        "point_class",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("category", sa.Text, nullable=False),
    )
    scene = sa.ForeignKey("scene.token", deferrable=True, initially="DEFERRED")
    op.create_table(
        "point_label",
        sa.Column("token", sa.String, primary_key=True),
        sa.Column("scene", sa.String, scene, nullable=False),
        sa.Column("frame", sa.Integer, nullable=False),
        sa.Column("sweep", sa.String, nullable=False),
        sa.Column("block", sa.Integer, nullable=False),
        sa.Column("points", sa.BigInteger, nullable=False),
        sa.Column("classes", sa.Text, nullable=False),
    )
    op.create_index("point_label_sweep", "point_label", ["sweep", "block"])
    op.create_index("point_label_scene", "point_label", ["scene", "frame"])


def downgrade() -> None:
    """Refuse: a file is only ever brought forward, and its backup is beside it."""
    raise NotImplementedError("a project file is not taken back to an older version")
