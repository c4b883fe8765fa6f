"""Attributes may be asked of some categories alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column that may be empty, which the history of older versions need not name."""
    op.add_column("attribute", sa.Column("categories", sa.Text))


def downgrade() -> None:
    """Refuse: a file is only ever brought forward, and its backup is beside it."""
    raise NotImplementedError("a project file is not taken back to an older version")
