"""Events that can only be added, and what is derived from or kept beside them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SQLITE = (
    """
    CREATE TRIGGER events_no_update BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END
    """,
    """
    CREATE TRIGGER events_no_delete BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END
    """,
    # INSERT OR REPLACE deletes the row in its way without asking the trigger above.
    """
    CREATE TRIGGER events_no_replace BEFORE INSERT ON events
    WHEN EXISTS (SELECT 1 FROM events WHERE stream = NEW.stream AND seq = NEW.seq)
      OR EXISTS (SELECT 1 FROM events WHERE position = NEW.position)
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END
    """,
)

_POSTGRESQL = (
    """
    CREATE FUNCTION events_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'events are append-only' USING ERRCODE = '23000'; END $$
    """,
    """
    CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION events_refuse()
    """,
    # Without ALWAYS a session in replica mode would not run it.
    "ALTER TABLE events ENABLE ALWAYS TRIGGER events_append_only",
    "REVOKE UPDATE, DELETE, TRUNCATE ON events FROM PUBLIC",
)


def upgrade() -> None:
    """Make every table."""
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    count = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "events",
        sa.Column("position", count, sa.Identity(), nullable=False),
        sa.Column("stream", text, nullable=False),
        sa.Column("seq", count, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("position", name="events_pkey"),
        sa.UniqueConstraint("stream", "seq", name="events_stream_seq"),
        sa.CheckConstraint("seq >= 1", name="events_seq_from_one"),
        sa.CheckConstraint("length(hash) = 32", name="events_hash_length"),
    )
    op.create_table(
        "heads",
        sa.Column("stream", text, nullable=False),
        sa.Column("seq", count, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("due", text, nullable=True),
        sa.PrimaryKeyConstraint("stream", name="heads_pkey"),
        sa.CheckConstraint("length(hash) = 32", name="heads_hash_length"),
    )
    op.create_index("heads_due", "heads", ["due"])
    op.create_table(
        "items",
        sa.Column("stream", text, nullable=False),
        sa.Column("item", text, nullable=False),
        sa.Column("ciphertext", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("stream", "item", name="items_pkey"),
    )
    op.create_table(
        "item_keys",
        sa.Column("stream", text, nullable=False),
        sa.Column("item", text, nullable=False),
        sa.Column("reader", text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("stream", "item", "reader", name="item_keys_pkey"),
    )
    op.create_table(
        "procedures",
        sa.Column("digest", text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="procedures_pkey"),
    )
    op.create_table(
        "receipts",
        sa.Column("key", text, nullable=False),
        sa.Column("request", sa.LargeBinary(32), nullable=False),
        sa.Column("stream", text, nullable=False),
        sa.Column("first", count, nullable=False),
        sa.Column("last", count, nullable=False),
        sa.PrimaryKeyConstraint("key", name="receipts_pkey"),
        sa.CheckConstraint("length(request) = 32", name="receipts_request_length"),
    )
    dialect = op.get_bind().dialect.name
    for statement in _SQLITE if dialect == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Refuse: there is nothing before the first schema but the loss of every event."""
    raise RuntimeError("a store is never taken apart")
