"""Connecting to a store that fits this program, and building one where there is none."""

from collections.abc import Callable

from sqlalchemy import Connection

from workflow.store.link import Link
from workflow.store.migrate import migrate
from workflow.store.place import Place
from workflow.store.schema import VERSION
from workflow.store.trouble import StoreTrouble


def connect(place: Place) -> Link:
    """A link to the store at `place`, whose schema is the one this program knows.

    Raises StoreTrouble "store-older" or "store-newer" when it is not, and "store-missing" or
    "store-corrupt" when there is no store.
    """
    link = Link(place)
    try:
        version = _version(link)
        if version < VERSION:
            raise StoreTrouble("store-older", place.shown, f"schema {version}: zaak store upgrade")
        if version > VERSION:
            raise _newer(place, version)
    except BaseException:
        # Nobody else holds the link yet to close it; the error goes on.
        link.close()
        raise
    return link


def build(place: Place, fill: Callable[[Connection], None] | None = None) -> None:
    """Make the tables of a store in an empty place, and `fill` them, in one transaction.

    Raises StoreTrouble("store-exists") when they are there.
    """
    link = Link(place)
    try:
        link.begin(place.begin_write)
        try:
            if link.driver.execute(place.is_store).fetchone() is not None:
                raise StoreTrouble("store-exists", place.shown, "there is a store already")
            migrate(link.connection())
            if fill is not None:
                fill(link.connection())
        except BaseException as error:
            # Half a schema is worse than none, whatever stopped it; the error goes on.
            link.rollback()
            if isinstance(error, link.errors):
                raise place.trouble(error) from error
            raise
        link.commit()
    finally:
        link.close()


def upgrade(place: Place) -> None:
    """Bring the store at `place` to this program's schema; nothing happens when it has it.

    Raises StoreTrouble("store-newer") when a later program made it.
    """
    link = Link(place)
    try:
        version = _version(link)
        if version > VERSION:
            raise _newer(place, version)
        link.begin(place.begin_write)
        try:
            migrate(link.connection())
        except BaseException as error:
            # Half a schema is worse than none, whatever stopped it; the error goes on.
            link.rollback()
            if isinstance(error, link.errors):
                raise place.trouble(error) from error
            raise
        link.commit()
    finally:
        link.close()


def _newer(place: Place, version: str) -> StoreTrouble:
    return StoreTrouble("store-newer", place.shown, f"schema {version}, known up to {VERSION}")


def _version(link: Link) -> str:
    link.begin(link.place.begin_read)
    try:
        if link.driver.execute(link.place.is_store).fetchone() is None:
            raise link.place.absent
        row = link.driver.execute(link.sql["version"]).fetchone()
    except link.errors as error:
        raise link.place.trouble(error) from error
    finally:
        link.rollback()
    if row is None:
        raise StoreTrouble("store-corrupt", link.place.shown, "no schema version")
    return str(row[0])
