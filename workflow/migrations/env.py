"""What Alembic runs: the migrations, inside the transaction of the connection it is handed."""

from alembic import context

from workflow.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
