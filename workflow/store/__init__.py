"""Streams of signed events in SQLite or PostgreSQL; knows bytes, never their meaning."""

from workflow.store.store import Store
from workflow.store.transactions import Read, Write
from workflow.store.trouble import Code, Conflict, StoreTrouble
from workflow.store.values import Head, Info, Mark, Receipt, Record

__all__ = [
    "Code",
    "Conflict",
    "Head",
    "Info",
    "Mark",
    "Read",
    "Receipt",
    "Record",
    "Store",
    "StoreTrouble",
    "Write",
]
