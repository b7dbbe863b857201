"""Signed checkpoints of the log over all events, which can only be added."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SQLITE = (
    """
    CREATE TRIGGER checkpoints_no_update BEFORE UPDATE ON checkpoints
    BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END
    """,
    """
    CREATE TRIGGER checkpoints_no_delete BEFORE DELETE ON checkpoints
    BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END
    """,
    # INSERT OR REPLACE deletes the row in its way without asking the trigger above.
    """
    CREATE TRIGGER checkpoints_no_replace BEFORE INSERT ON checkpoints
    WHEN EXISTS (SELECT 1 FROM checkpoints WHERE size = NEW.size)
    BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END
    """,
)

_POSTGRESQL = (
    """
    CREATE FUNCTION checkpoints_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'checkpoints are append-only' USING ERRCODE = '23000'; END $$
    """,
    """
    CREATE TRIGGER checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION checkpoints_refuse()
    """,
    # Without ALWAYS a session in replica mode would not run it.
    "ALTER TABLE checkpoints ENABLE ALWAYS TRIGGER checkpoints_append_only",
    "REVOKE UPDATE, DELETE, TRUNCATE ON checkpoints FROM PUBLIC",
)


def upgrade() -> None:
    """Make the table; no event is touched, and there is no checkpoint yet."""
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    count = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "checkpoints",
        sa.Column("size", count, nullable=False, autoincrement=False),
        sa.Column("position", count, nullable=False),
        sa.Column("made", text, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("nodes", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("size", name="checkpoints_pkey"),
        sa.CheckConstraint("size >= 1", name="checkpoints_size_from_one"),
    )
    dialect = op.get_bind().dialect.name
    for statement in _SQLITE if dialect == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: what was signed of the log is not taken away."""
    raise RuntimeError("a store is never taken apart")
