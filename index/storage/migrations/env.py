"""Alembic's entry: migrate the connection that ``upgrade`` hands over."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"], render_as_batch=True, transaction_per_migration=False
)
with context.begin_transaction():
    context.run_migrations()
