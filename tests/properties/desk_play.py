"""A case played in a real store: SQLite, real keys, real sealing and real signatures."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from tests.properties import world as w
from workflow.crypto.keys import PublicKey
from workflow.crypto.sealing import CannotOpen, SealedItem, digest, seal, seal_key
from workflow.desk.desk import Desk
from workflow.desk.values import Filer, NoSuchCase, Outcome, Retry, Signer
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine import register as r
from workflow.engine.case import Case
from workflow.engine.procedure import canonical
from workflow.engine.reasons import BadCommand, Reason, Refusal
from workflow.engine.registering import founding
from workflow.keyring import open_item_key
from workflow.store import Store, Write

REGISTRAR = "regina"
"""Who founds the store and keeps its register; she has no part in any case."""


def founded(where: Path) -> None:
    """Make a store with the register of the world in it: people, offices and their keys."""
    keeper = Signer(REGISTRAR, w.secret(REGISTRAR))
    with Store.create(str(where)) as store:
        desk = Desk(store, lambda: w.START, _chance(b"founding"))
        desk.record(
            lambda _, now: founding(
                REGISTRAR, "Regina", w.secret(REGISTRAR).public.line(), "noord", now
            ),
            keeper,
        )
        adopted = (
            f.Adopted(rules.procedure.procedure, rules.procedure.version, rules.digest)
            for rules in (w.RULES, *w.ELSEWHERE.values())
        )
        desk.record(lambda _register, _now: (*w.founding(), *adopted), keeper, _keep_keys)


def _keep_keys(tx: Write, register: r.Register) -> None:
    for rules in (w.RULES, *w.ELSEWHERE.values()):
        tx.put_procedure(rules.digest, canonical(rules.procedure))
    for held in register.office_keys:
        sealed = seal(hashlib.sha256(held.office.encode()).digest())
        tx.put_item(r.STREAM, held.item, sealed.ciphertext)
        for person in register.holders(held.office, w.BRANCH, w.START):
            line = register.persons[person].key
            tx.put_key(r.STREAM, held.item, line, seal_key(sealed.key, PublicKey.parse(line)))


class DeskPlay:
    """A stage for moves: the case `stream` as the store at `where` has it."""

    def __init__(self, where: Path, stream: str = w.STREAM, now: datetime = w.START) -> None:
        self.store = Store.open(str(where))
        self.stream, self.now = stream, now
        self._moves = 0
        self.desk = Desk(self.store, lambda: self.now, _chance(b"playing"))
        self.register = self.desk.register()
        self.case: Case | None = None

    def do(self, move: w.Move, retry: Retry | None = None, expect: int | None = None) -> w.Result:
        """Make a move at the desk; whatever the desk refuses comes back as reasons."""
        self.now += move.wait
        command, contents = sealed(w.resolved(move.command, self.case))
        signer = Signer(move.who, w.secret(move.who), move.office)
        try:
            if isinstance(command, c.Hear):
                return self._told(command, signer)
            if isinstance(command, c.Open):
                outcome: Outcome = self.desk.open(
                    self.stream, w.RULES.digest, command, signer, contents, retry
                )
            else:
                filer = _filer(command)
                outcome = self.desk.perform(
                    self.stream, command, signer, contents, expect, retry, filer
                )
            if isinstance(command, c.Tick):
                self.desk.sweep()
        except Refusal as refusal:
            return w.Result(refused=refusal.reasons)
        except BadCommand as bad:
            return w.Result(bad=bad.problems)
        except NoSuchCase:
            return w.Result(bad=(Reason("no-such-case"),))
        except CannotOpen:
            # Who lost a key and was let in again has the right to share, and no key to share with.
            return w.Result(refused=(Reason("cannot-open"),))
        if outcome.events:
            self.case = outcome.case
        return w.Result(outcome.events, carried=self._carried(command, outcome.events))

    def _told(self, heard: c.Hear, signer: Signer) -> w.Result:
        """Let the committee take, in the other case, the steps that tell this one."""
        assert self.case is not None, "only a case is told something"
        before = self.case.seq
        with self.store.read() as tx:
            known, _ = tx.pair(heard.stream, 0)
        if known is None:
            filing = c.Open(w.BRANCH, c.Advance("file", joining=w.public("applicant")))
            member = Signer("applicant", w.secret("applicant"))
            self.desk.open(heard.stream, w.ELSEWHERE["dispute"].digest, filing, member, {})
        same = c.Advance("say_one_matter", {"case": self.stream, "warned": True})
        note = c.NewItem(f"i-{before}-answer", "00", 1)
        steps: tuple[c.Advance, ...] = (c.Advance("examine"), c.Advance("reject", note=note))
        if heard.steps == ("stand_back",):
            steps = (same,)
        elif signer.who == "ineke":
            steps = (c.Advance("begin_screening"), c.Advance("dismiss", note=note))
        for step in steps:
            self.now += w.MINUTE
            command, contents = sealed(step)
            self.desk.perform(heard.stream, command, signer, contents)
        self.case, history = self.stored()
        return w.Result(tuple(history[before:]))

    def _carried(self, command: c.Command, events: tuple[f.Event, ...]) -> tuple[str, ...]:
        """The items of this case whose very bytes lie in the one that was filed with it."""
        if not isinstance(command, c.Advance) or command.into is None or not events:
            return ()
        assert self.case is not None, "the step was taken in a case"
        with self.store.read() as tx:
            there, _, _ = self.desk.case(tx, command.into)
        digests = {item.digest for item in there.items.values()}
        return tuple(name for name, item in self.case.items.items() if item.digest in digests)

    def leave(self, person: str, back: bool) -> None:
        """A person leaves all their offices, and perhaps takes them up again."""
        self.now += w.MINUTE
        after = w.leaving(self.register, person, self.now, back)
        ended = self.register.anywhere(person, self.now)
        begun = after.terms[len(self.register.terms) :]
        facts: Sequence[f.RegisterFact] = (
            *(f.OfficeEnded(t.office, person, t.branch, self.now) for t in ended),
            *(f.OfficeGranted(t.office, person, t.branch, t.starts, t.until) for t in begun),
        )
        self.desk.record(lambda _register, _now: facts, Signer(REGISTRAR, w.secret(REGISTRAR)))
        self.register = self.desk.register()

    def stored(self) -> tuple[Case, list[f.Event]]:
        """The case and its history, as a newly opened desk finds them."""
        with self.store.read() as tx:
            case, _, _ = self.desk.case(tx, self.stream)
            return case, self.desk.history(tx, self.stream)

    def readers(self, item: str) -> set[str]:
        """The public keys for which the store holds the sealed key of an item."""
        with self.store.read() as tx:
            return set(tx.keys(self.stream, item))

    def opens(self, item: str, who: str) -> bool:
        """Whether the store file and this one private key together give the content of the item."""
        with self.store.read() as tx:
            try:
                return bool(open_item_key(tx, self.register, self.stream, item, w.secret(who)))
            except CannotOpen:
                return False


def _filer(command: c.Command) -> Filer | None:
    """Under which number the step opens a case, and the key of the party who joins it there."""
    step = w.PROCEDURE.steps.get(command.step) if isinstance(command, c.Advance) else None
    if step is None or step.files is None or not isinstance(command, c.Advance):
        return None
    joins = w.ELSEWHERE[step.files.procedure].procedure.steps[step.files.step].joins
    return Filer(command.into or "", w.secret(joins or ""))


def sealed(command: c.Command) -> tuple[c.Command, dict[str, SealedItem]]:
    """The command with contents really sealed for every new item in it, and those contents."""
    contents: dict[str, SealedItem] = {}

    def walk(value: Any) -> Any:
        if isinstance(value, c.NewItem):
            made = seal(f"content of {value.item}".encode())
            contents[value.item] = made
            return c.NewItem(value.item, digest(made.ciphertext), len(made.ciphertext))
        if isinstance(value, c.Open | c.Advance | c.Said | c.AddItem | c.GiveConsent):
            changed = {name: walk(getattr(value, name)) for name in value.__struct_fields__}
            return msgspec.structs.replace(value, **changed)
        return value

    return walk(command), contents


def _chance(seed: bytes) -> Any:
    made = [0]

    def random(n: int) -> bytes:
        made[0] += 1
        return hashlib.sha256(seed + made[0].to_bytes(4, "big")).digest()[:n]

    return random
