"""An invented association with its store, and cases in it on which steps can be taken.

Everything goes through the desk, as it does for `zaak`: real keys, real items, the real clock.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from workflow.crypto import sealing
from workflow.crypto.keys import SigningKey
from workflow.declaring.reading import read, read_offices
from workflow.desk.desk import Desk
from workflow.desk.values import Outcome, Signer
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine import registering
from workflow.engine.procedure import canonical, digest
from workflow.engine.register import STREAM, Register
from workflow.keyring import pass_on
from workflow.officekeys import fresh
from workflow.resources import folder
from workflow.store import Store, Write

TERMS = (
    ("noor", "counsellor", "noord"),
    ("chair", "regional_chair", "noord"),
    ("boss", "branch_chair", "noord/stad"),
    ("hanna", "helper", "noord/dorp"),
    ("hanna", "group_member", "noord/dorp"),
    ("otto", "auditor", "noord"),
)
"""Who holds which office, in which branch."""

PEOPLE = ("registrar", *dict.fromkeys(person for person, _, _ in TERMS))


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class Association:
    """A new store in the file `path`, with its register filled and the conduct procedure adopted.

    `keys` holds the key of every person, and of the member who reports in every case.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = Store.create(str(path))
        self.desk = Desk(self.store, now, os.urandom)
        self.keys = {name: SigningKey.generate() for name in (*PEOPLE, "reporter")}
        self._found()

    def _found(self) -> None:
        states = folder("states")
        procedure = read(states / "conduct.yaml", read_offices(states / "offices.yaml"))
        form = canonical(procedure)
        self.procedure = digest(form)
        registrar = Signer("registrar", self.keys["registrar"])
        line = {name: key.public.line() for name, key in self.keys.items()}
        record = self.desk.record
        record(
            lambda _, at: registering.founding(
                "registrar", "De Registrar", line["registrar"], "noord", at
            ),
            registrar,
        )
        for name in PEOPLE[1:]:
            record(_added(name, line[name]), registrar)
        adopted = f.Adopted("conduct", procedure.version, self.procedure)
        record(
            lambda register, at: registering.adopt(register, "registrar", adopted, at),
            registrar,
            lambda tx, _: tx.put_procedure(self.procedure, form),
        )
        for person, office, branch in TERMS:
            record(_granted(person, office, branch, tuple(procedure.offices)), registrar)
        key, readers = fresh(os.urandom(32)), (line["chair"],)

        def kept(tx: Write, _: Register) -> None:
            tx.put_item(STREAM, key.item, key.content.ciphertext)
            pass_on(tx, STREAM, key.item, key.content.key, readers)

        keyed = f.OfficeKeyed("regional_chair", "noord", key.line, key.item, readers)
        record(lambda _, __: (keyed,), registrar, kept)

    def report(self, stream: str) -> None:
        """Open the case `stream` and bring it to where the member decides: eleven events."""
        item, sealed = _item("conversation")
        first = c.Advance(
            "open_report",
            {"counsellor": "noor", "ground": "threatened"},
            item,
            joining=self.keys["reporter"].public.line(),
        )
        opening = c.Open("noord/stad", first)
        self.desk.open(stream, self.procedure, opening, self._signer("noor"), sealed)
        item, sealed = _item("advice")
        self.step(stream, "noor", "start_listening", {"exception_explained": True})
        self.step(stream, "noor", "weigh", {"severity": "light", "simple": True})
        advise = c.Advance("advise", {"options": ("support", "nothing")}, item)
        self.desk.perform(stream, advise, self._signer("noor"), sealed)
        self.step(stream, "noor", "give_advice")

    def support_group(self, stream: str) -> None:
        """Bring a reported case to where the support group is active and the member supported."""
        corners: dict[str, f.Answer] = {"corners": ("members",)}
        for who, name, answers in (
            ("reporter", "ask_for_signal", {}),
            ("boss", "give_signal", corners),
        ):
            item, sealed = _item(name)
            self.desk.perform(stream, c.Advance(name, answers, item), self._signer(who), sealed)
        self.step(stream, "chair", "assess")
        self.step(stream, "chair", "activate", {"helpers": ("hanna",), "conflict_present": True})

    def step(
        self, stream: str, who: str, name: str, answers: Mapping[str, f.Answer] | None = None
    ) -> Outcome:
        """Take a step without a note."""
        command = c.Advance(name, dict(answers or {}))
        return self.desk.perform(stream, command, self._signer(who))

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def _signer(self, who: str) -> Signer:
        return Signer(who, self.keys[who])


def _added(name: str, line: str) -> Callable[[Register, datetime], tuple[f.Fact, ...]]:
    return lambda register, at: registering.add_person(
        register, "registrar", name, name.capitalize(), line, at
    )


def _granted(
    person: str, office: str, branch: str, offices: tuple[str, ...]
) -> Callable[[Register, datetime], tuple[f.Fact, ...]]:
    return lambda register, at: registering.grant_office(
        register, "registrar", f.OfficeGranted(office, person, branch, at), offices, at
    )


def _item(name: str) -> tuple[c.NewItem, dict[str, sealing.SealedItem]]:
    sealed = sealing.seal(f"Wat er over {name} is gezegd.".encode())
    random = f"i-{os.urandom(8).hex()}"
    new = c.NewItem(random, sealing.digest(sealed.ciphertext), len(sealed.ciphertext))
    return new, {random: sealed}
