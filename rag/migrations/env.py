"""Alembic's entry: it runs inside the connection that ``rag.schema`` opened."""

from alembic import context

from rag.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
