"""The Alembic migrations of a store; the order is that of their numbers."""
