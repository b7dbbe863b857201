"""One long-lived connection and the one transaction it can have open."""

from collections.abc import Callable
from threading import Lock
from typing import cast

from sqlalchemy import Connection, RootTransaction

from workflow.store.place import Driver, Place
from workflow.store.statements import statements


class Link:
    """A connection that is made when first needed and made again after it was lost.

    Engine, connection and transaction are SQLAlchemy's. Statements go to the driver's connection
    beneath, because that halves the cost of a transaction.
    """

    driver: Driver

    def __init__(self, place: Place) -> None:
        self.place = place
        self.sql = statements(place.engine.dialect)
        self.errors = place.errors
        self.integrity = place.integrity
        self._connection: Connection | None = None
        self._transaction: RootTransaction | None = None
        self._busy = Lock()

    def begin(self, opening: str) -> None:
        """Begin a transaction with the statement `opening`; raises StoreTrouble.

        Raises RuntimeError when one is open already, in this thread or another.
        """
        if not self._busy.acquire(blocking=False):
            raise RuntimeError("this store has a transaction open; use a second Store beside it")
        try:
            self._transaction = self.connection().begin()
            self.driver.execute(opening)
        except BaseException as error:
            # Whatever stopped it, Ctrl-C too: the lock must not stay taken. It goes on from here.
            self._lose()
            if isinstance(error, self.errors):
                raise self.place.trouble(error) from error
            raise

    def connection(self) -> Connection:
        """The SQLAlchemy connection, made now if there is none. Raises driver errors."""
        if self._connection is None:
            connection = self.place.engine.connect()
            self.driver = cast(Driver, connection.connection.driver_connection)
            self._connection = connection
        return self._connection

    def commit(self, then: Callable[[Driver], None] | None = None) -> None:
        """End the transaction; when this returns, it is on disk. Raises StoreTrouble.

        `then` is done after it, outside any transaction.
        """
        transaction = cast(RootTransaction, self._transaction)
        try:
            transaction.commit()
            if then is not None:
                then(self.driver)
        except BaseException as error:
            # What became of the transaction is not known, so nothing more is done on this
            # connection; the error goes on.
            self._lose()
            if isinstance(error, self.errors):
                raise self.place.trouble(error) from error
            raise
        self._busy.release()

    def rollback(self) -> None:
        """End the transaction and leave nothing of it.

        Raises nothing: the database itself rolls back what a lost connection leaves open.
        """
        transaction = cast(RootTransaction, self._transaction)
        try:
            transaction.rollback()
        except self.errors:
            self._lose()
        else:
            self._busy.release()

    def close(self) -> None:
        """Let go of the connection; the next transaction makes a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _lose(self) -> None:
        connection, self._connection = self._connection, None
        try:
            if connection is not None:
                # Not returned to the pool: that would try to roll back, and log that it cannot.
                connection.invalidate()
                connection.close()
        finally:
            self._busy.release()
