"""Every statement of a store, written once in Core and compiled once per dialect to SQL text.

Running Core constructs costs three times a plain driver call; running their compiled text costs
the same as hand-written SQL.
"""

from typing import Any

from sqlalchemy import (
    BindParameter,
    Delete,
    Dialect,
    Insert,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from workflow.store.schema import (
    checkpoints,
    events,
    heads,
    item_keys,
    items,
    procedures,
    receipts,
    versions,
)
from workflow.store.values import REGISTER

_Statement = Select[Any] | Insert | Update | Delete


def _insert(table: Table, *columns: str) -> tuple[Insert, tuple[str, ...]]:
    # inline: the position a row got is never asked back
    return insert(table).values({name: bindparam(name) for name in columns}).inline(), columns


_stream: BindParameter[str] = bindparam("of_stream")
_item: BindParameter[str] = bindparam("of_item")
_reader: BindParameter[str] = bindparam("of_reader")

_pair = select(heads).where(
    or_(
        heads.c.stream == _stream,
        and_(heads.c.stream == literal_column(f"'{REGISTER}'"), heads.c.seq != bindparam("known")),
    )
)
_record = select(events.c.stream, events.c.seq, events.c.hash, events.c.body, events.c.signature)
_of_item = and_(item_keys.c.stream == _stream, item_keys.c.item == _item)
_of_reader = item_keys.c.reader == _reader
_tails = (
    select(events.c.stream, func.max(events.c.seq).label("seq"))
    .group_by(events.c.stream)
    .subquery()
)
_tail_events = (
    select(events.c.stream, events.c.seq, events.c.hash)
    .join(_tails, and_(events.c.stream == _tails.c.stream, events.c.seq == _tails.c.seq))
    .subquery()
)
# Streams whose last event has no head that names it.
_headless = (
    select(_tail_events.c.stream, _tail_events.c.seq)
    .outerjoin(
        heads,
        and_(
            heads.c.stream == _tail_events.c.stream,
            heads.c.seq == _tail_events.c.seq,
            heads.c.hash == _tail_events.c.hash,
        ),
    )
    .where(heads.c.stream.is_(None))
)
_bodiless = select(heads.c.stream, heads.c.seq).where(
    heads.c.stream.not_in(select(events.c.stream))
)

_STATEMENTS: dict[str, tuple[_Statement, tuple[str, ...]]] = {
    "version": (select(versions.c.version_num), ()),
    "pair": (_pair, ("of_stream", "known")),
    "pair for update": (_pair.with_for_update(), ("of_stream", "known")),
    "add event": _insert(events, "stream", "seq", "hash", "body", "signature"),
    "add head": _insert(heads, "stream", "seq", "hash", "state", "due"),
    "move head": (
        update(heads)
        .where(heads.c.stream == _stream, heads.c.seq == bindparam("expected"))
        .values({name: bindparam(name) for name in ("seq", "hash", "state", "due")}),
        ("seq", "hash", "state", "due", "of_stream", "expected"),
    ),
    "drop heads": (delete(heads), ()),
    "headless": (_headless, ()),
    "bodiless": (_bodiless, ()),
    "heads": (select(heads).order_by(heads.c.stream), ()),
    "due": (
        select(heads)
        .where(heads.c.due <= bindparam("moment"))
        .order_by(heads.c.due, heads.c.stream),
        ("moment",),
    ),
    "streams": (select(events.c.stream).distinct().order_by(events.c.stream), ()),
    "history": (
        _record.where(events.c.stream == _stream, events.c.seq > bindparam("after")).order_by(
            events.c.seq
        ),
        ("of_stream", "after"),
    ),
    "everything": (
        _record.add_columns(events.c.position)
        .where(events.c.position > bindparam("after"))
        .order_by(events.c.position),
        ("after",),
    ),
    "add item": _insert(items, "stream", "item", "ciphertext"),
    "item": (
        select(items.c.ciphertext).where(items.c.stream == _stream, items.c.item == _item),
        ("of_stream", "of_item"),
    ),
    "items": (
        select(items.c.stream, items.c.item, items.c.ciphertext).order_by(
            items.c.stream, items.c.item
        ),
        (),
    ),
    "add key": _insert(item_keys, "stream", "item", "reader", "sealed"),
    "change key": (
        update(item_keys).where(_of_item, _of_reader).values(sealed=bindparam("sealed")),
        ("sealed", "of_stream", "of_item", "of_reader"),
    ),
    "key": (
        select(item_keys.c.sealed).where(_of_item, _of_reader),
        ("of_stream", "of_item", "of_reader"),
    ),
    "keys of item": (
        select(item_keys.c.reader, item_keys.c.sealed).where(_of_item).order_by(item_keys.c.reader),
        ("of_stream", "of_item"),
    ),
    "keys": (
        select(
            item_keys.c.stream, item_keys.c.item, item_keys.c.reader, item_keys.c.sealed
        ).order_by(item_keys.c.stream, item_keys.c.item, item_keys.c.reader),
        (),
    ),
    "drop keys of stream": (
        delete(item_keys).where(item_keys.c.stream == _stream),
        ("of_stream",),
    ),
    "drop keys of item": (delete(item_keys).where(_of_item), ("of_stream", "of_item")),
    "drop keys of reader": (
        delete(item_keys).where(item_keys.c.stream == _stream, _of_reader),
        ("of_stream", "of_reader"),
    ),
    "drop key": (
        delete(item_keys).where(_of_item, _of_reader),
        ("of_stream", "of_item", "of_reader"),
    ),
    "add procedure": _insert(procedures, "digest", "body"),
    "procedure": (
        select(procedures.c.body).where(procedures.c.digest == bindparam("of_digest")),
        ("of_digest",),
    ),
    "add receipt": _insert(receipts, "key", "request", "stream", "first", "last"),
    "receipt": (
        select(receipts).where(receipts.c.key == bindparam("of_key")),
        ("of_key",),
    ),
    "add checkpoint": _insert(checkpoints, "size", "position", "made", "note", "nodes"),
    "checkpoints": (select(checkpoints).order_by(checkpoints.c.size), ()),
    "latest checkpoint": (
        select(checkpoints).where(
            checkpoints.c.size == select(func.max(checkpoints.c.size)).scalar_subquery()
        ),
        (),
    ),
    "events after": (
        select(func.count()).select_from(events).where(events.c.position > bindparam("after")),
        ("after",),
    ),
    "hashes": (
        select(events.c.stream, events.c.seq, events.c.hash).order_by(events.c.position),
        (),
    ),
    "counts": (
        select(
            select(func.count(func.distinct(events.c.stream))).scalar_subquery(),
            select(func.count()).select_from(events).scalar_subquery(),
            select(func.count()).select_from(items).scalar_subquery(),
        ),
        (),
    ),
}


class Statements(dict[str, str]):
    """SQL text by name for one dialect, compiled when first asked for.

    Parameters are positional, in the order written beside each statement above.
    """

    def __init__(self, dialect: Dialect) -> None:
        super().__init__()
        self._dialect = dialect

    def __missing__(self, name: str) -> str:
        statement, order = _STATEMENTS[name]
        compiled = statement.compile(
            dialect=self._dialect, compile_kwargs={"render_postcompile": True}
        )
        found = tuple(getattr(compiled, "positiontup", None) or ())
        if found != order:
            raise RuntimeError(f"{name}: parameters are {found}, not {order}")
        self[name] = text = str(compiled)
        return text


_COMPILED: dict[tuple[str, str], Statements] = {}


def statements(dialect: Dialect) -> Statements:
    """The statements for a dialect: the same for every store of its kind in this process."""
    return _COMPILED.setdefault((dialect.name, dialect.driver), Statements(dialect))
