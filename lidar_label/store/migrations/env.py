"""Alembic's entry: run the steps on the connection, and in the transaction, that the store opened."""

from __future__ import annotations

from alembic import context

from lidar_label.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
