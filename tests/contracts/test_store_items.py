"""What every store promises about items, sealed keys and procedures, on both databases."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflow.store import Conflict, Store

Places = Callable[[], str]

# Each example has a stream of its own in the one store, and no example depends on which subclass
# runs it.
FEW = settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)
_streams = itertools.count()


def share(store: Store, stream: str, item: str, *readers: str) -> None:
    """Seal a key of the item to each reader."""
    with store.write() as tx:
        for reader in readers:
            tx.put_key(stream, item, reader, f"{item} for {reader}".encode())


class ItemsContract:
    """Subclasses say where the store is."""

    @pytest.fixture
    def store(self, where: str) -> Iterator[Store]:
        with Store.create(where) as store:
            yield store

    @FEW
    @given(ciphertext=st.binary(max_size=500), sealed=st.binary(max_size=500))
    def test_round_trip(self, store: Store, ciphertext: bytes, sealed: bytes) -> None:
        """Ciphertexts, sealed keys and procedures come back byte for byte."""
        name = f"case-{next(_streams)}"
        with store.write() as tx:
            tx.put_item(name, "item", ciphertext)
            tx.put_key(name, "item", "reader", sealed)
            tx.put_procedure(name, ciphertext)
        with store.read() as tx:
            assert tx.item(name, "item") == ciphertext
            assert tx.key(name, "item", "reader") == sealed
            assert tx.keys(name, "item") == {"reader": sealed}
            assert tx.procedure(name) == ciphertext
            assert (name, "item", ciphertext) in tx.items_all()
            assert (name, "item", "reader", sealed) in tx.keys_all()

    def test_absent(self, store: Store) -> None:
        """What was never written is None, or nothing at all."""
        with store.read() as tx:
            assert tx.item("case-a", "item") is None
            assert tx.key("case-a", "item", "reader") is None
            assert tx.keys("case-a", "item") == {}
            assert tx.procedure("digest") is None
            assert (list(tx.items_all()), list(tx.keys_all())) == ([], [])

    def test_item_is_written_once(self, store: Store) -> None:
        """An item cannot be written over, while another stream may have one by that name."""
        with store.write() as tx:
            tx.put_item("case-a", "item", b"first")
            tx.put_item("case-b", "item", b"other")
        with pytest.raises(Conflict) as conflict, store.write() as tx:
            tx.put_item("case-a", "item", b"second")
        assert (conflict.value.stream, conflict.value.expected) == ("case-a", None)
        with store.read() as tx:
            assert tx.item("case-a", "item") == b"first"

    def test_key_again(self, store: Store) -> None:
        """A key sealed again to the same reader takes the place of the old one, and no other."""
        share(store, "case-a", "item", "ada", "bo")
        with store.write() as tx:
            tx.put_key("case-a", "item", "ada", b"anew")
        with store.read() as tx:
            assert tx.keys("case-a", "item") == {"ada": b"anew", "bo": b"item for bo"}

    @pytest.mark.parametrize(
        ("item", "readers", "left"),
        [
            pytest.param(None, None, [], id="the whole case"),
            pytest.param("one", None, [("two", "ada"), ("two", "bo")], id="one item"),
            pytest.param(None, ["ada"], [("one", "bo"), ("two", "bo")], id="one reader"),
            pytest.param(
                "two", ["bo"], [("one", "ada"), ("one", "bo"), ("two", "ada")], id="one key"
            ),
            pytest.param("two", ["ada", "bo"], [("one", "ada"), ("one", "bo")], id="two keys"),
            pytest.param(
                None,
                [],
                [("one", "ada"), ("one", "bo"), ("two", "ada"), ("two", "bo")],
                id="no reader",
            ),
        ],
    )
    def test_drop_keys(
        self,
        store: Store,
        item: str | None,
        readers: list[str] | None,
        left: list[tuple[str, str]],
    ) -> None:
        """Exactly the keys that are named go, they are counted, and another case keeps its own."""
        for stream in ("case-a", "case-b"):
            for name in ("one", "two"):
                share(store, stream, name, "ada", "bo")
        with store.write() as tx:
            assert tx.drop_keys("case-a", item, readers) == 4 - len(left)
        with store.read() as tx:
            rows = [row[:3] for row in tx.keys_all()]
        assert [row[1:] for row in rows if row[0] == "case-a"] == left
        assert sum(row[0] == "case-b" for row in rows) == 4

    def test_procedure_again(self, store: Store) -> None:
        """A procedure may be put twice, but not with another body under the same digest."""
        for _ in range(2):
            with store.write() as tx:
                tx.put_procedure("digest", b"body")
        with pytest.raises(Conflict), store.write() as tx:
            tx.put_procedure("digest", b"another")
        with store.read() as tx:
            assert tx.procedure("digest") == b"body"


class TestSqlite(ItemsContract):
    @pytest.fixture
    def where(self, sqlite_places: Places) -> str:
        return sqlite_places()

    def test_erasure(self, store: Store, where: str) -> None:
        """After its keys are dropped, no byte of a sealed key is left in the store's files."""
        secrets = [b"sealed-%06d" % n * 40 for n in range(50)]
        with store.write() as tx:
            for n, secret in enumerate(secrets):
                tx.put_key("case-a", f"item-{n}", "ada", secret)
        assert any(secrets[7] in content for content in files(where))
        with store.write() as tx:
            tx.drop_keys("case-a")
        assert not any(b"sealed-" in content for content in files(where))

    def test_erasure_beside_a_reader(self, store: Store, where: str) -> None:
        """An erasure stands even while a reader still holds the log it was in."""
        share(store, "case-a", "item", "ada")
        with Store.open(where) as other, other.read() as reading:
            assert reading.keys("case-a", "item") != {}
            with Store.open(where, patience=0.1) as mine, mine.write() as tx:
                tx.drop_keys("case-a")
            assert reading.keys("case-a", "item") != {}
        with store.read() as tx:
            assert tx.keys("case-a", "item") == {}


class TestPostgresql(ItemsContract):
    @pytest.fixture
    def where(self, postgres_places: Places) -> str:
        return postgres_places()


def files(where: str) -> list[bytes]:
    """The contents of the store's file and of the log beside it."""
    return [path.read_bytes() for path in Path(where).parent.glob(f"{Path(where).name}*")]
