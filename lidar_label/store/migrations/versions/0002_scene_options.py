"""Scenes remember what a person told the reader of their data."""

from __future__ import annotations

import json
import zlib
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NOTHING = "{}"
_MAX_BYTES = 1 << 30


def upgrade() -> None:
    """Add the column, also to the scenes in the history: an undo compares whole rows."""
    op.add_column("scene", sa.Column("options", sa.Text, nullable=False, server_default=_NOTHING))
    connection = op.get_bind()
    patch = sa.table("patch", sa.column("seq", sa.Integer), sa.column("content", sa.LargeBinary))
    numbers = connection.execute(sa.select(patch.c.seq)).scalars().all()
    for number in numbers:
        content = connection.execute(sa.select(patch.c.content).where(patch.c.seq == number)).scalar_one()
        changed = _with_options(content)
        if changed is not None:
            connection.execute(patch.update().where(patch.c.seq == number).values(content=changed))


def _with_options(content: bytes) -> bytes | None:
    """Return an entry of the history with the new column; None where it has no scene, or is damaged."""
    try:
        inflate = zlib.decompressobj()
        head = inflate.decompress(content, 1 << 16)  # the columns come first
        if b'"scene":[' not in head.partition(b'"changes":')[0]:
            return None
        found: Any = json.loads(head + inflate.decompress(inflate.unconsumed_tail, _MAX_BYTES))
        columns = found["columns"]["scene"]
        if "options" in columns:
            return None
        columns.append("options")
        for table, _, before, after in found["changes"]:
            for values in (before, after):
                if table == "scene" and values is not None:
                    values.append(_NOTHING)
    except (zlib.error, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None  # who undoes it is told; the labels do not depend on it
    return zlib.compress(json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode(), 1)


def downgrade() -> None:
    """Refuse: a file is only ever brought forward, and its backup is beside it."""
    raise NotImplementedError("a project file is not taken back to an older version")
