"""Bringing a database to the schema of this program; the only module that loads Alembic."""

from pathlib import Path

from sqlalchemy import Connection

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
"""The Alembic environment, beside this package also where it is installed."""


def migrate(connection: Connection) -> None:
    """Run every migration that the database has not had, inside the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    # Config expands percent signs; a path may hold one.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
