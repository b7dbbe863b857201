"""The tables of a store.

The migrations build them; a contract test holds that both say the same. Triggers live in the
migrations only, because Core has no words for them.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

VERSION = "0003"
"""The revision this program reads and writes: four digits, so that text order is time order."""

# Byte order on both dialects: an order that follows a locale would differ between servers.
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
# SQLite gives a row its own number only to a column declared exactly INTEGER.
_COUNT = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData()

versions = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), primary_key=True),
)

events = Table(
    "events",
    metadata,
    Column("position", _COUNT, Identity(), nullable=False),
    Column("stream", _TEXT, nullable=False),
    Column("seq", _COUNT, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    PrimaryKeyConstraint("position", name="events_pkey"),
    UniqueConstraint("stream", "seq", name="events_stream_seq"),
    CheckConstraint("seq >= 1", name="events_seq_from_one"),
    CheckConstraint("length(hash) = 32", name="events_hash_length"),
)

heads = Table(
    "heads",
    metadata,
    Column("stream", _TEXT, nullable=False),
    Column("seq", _COUNT, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("due", _TEXT, nullable=True),
    PrimaryKeyConstraint("stream", name="heads_pkey"),
    CheckConstraint("length(hash) = 32", name="heads_hash_length"),
)
Index("heads_due", heads.c.due)

items = Table(
    "items",
    metadata,
    Column("stream", _TEXT, nullable=False),
    Column("item", _TEXT, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    PrimaryKeyConstraint("stream", "item", name="items_pkey"),
)

item_keys = Table(
    "item_keys",
    metadata,
    Column("stream", _TEXT, nullable=False),
    Column("item", _TEXT, nullable=False),
    Column("reader", _TEXT, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("stream", "item", "reader", name="item_keys_pkey"),
)

procedures = Table(
    "procedures",
    metadata,
    Column("digest", _TEXT, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("digest", name="procedures_pkey"),
)

receipts = Table(
    "receipts",
    metadata,
    Column("key", _TEXT, nullable=False),
    Column("request", LargeBinary(32), nullable=False),
    Column("stream", _TEXT, nullable=False),
    Column("first", _COUNT, nullable=False),
    Column("last", _COUNT, nullable=False),
    PrimaryKeyConstraint("key", name="receipts_pkey"),
    CheckConstraint("length(request) = 32", name="receipts_request_length"),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", _COUNT, nullable=False, autoincrement=False),
    Column("position", _COUNT, nullable=False),
    Column("made", _TEXT, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("nodes", LargeBinary, nullable=False),
    PrimaryKeyConstraint("size", name="checkpoints_pkey"),
    CheckConstraint("size >= 1", name="checkpoints_size_from_one"),
)
