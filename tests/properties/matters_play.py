"""Cases of all the shipped procedures in one real store: SQLite, real keys, sealing and signatures.

Where `town` plays several cases on the engine alone, here they are stored, so that an altered
program, a wrong clock or a hand in the database can be played as well.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from tests.properties import town as t
from workflow.auditing.verifying import verify_store
from workflow.crypto.keys import PublicKey, SigningKey
from workflow.crypto.sealing import CannotOpen, SealedItem, digest, seal, seal_key
from workflow.desk.appending import append
from workflow.desk.desk import Desk
from workflow.desk.loading import Loader
from workflow.desk.values import Filer, Outcome, Signer
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.draft import Draft, Entry
from workflow.engine.facts import Answer
from workflow.engine.folding import blank
from workflow.engine.kernel import Compiled
from workflow.engine.ledger import Problem
from workflow.engine.procedure import canonical
from workflow.engine.register import STREAM, Register
from workflow.engine.registering import adopt, founding
from workflow.keyring import open_item
from workflow.store import Store, Write

KEEPER = "regina"
"""Who founds the store and keeps its register; she has no part in any case."""
PEOPLE = (KEEPER, *t.PEOPLE)


def secret(name: str) -> SigningKey:
    """The private key of a person, or of a party by the case and their name: `z-c:reporter`."""
    return SigningKey.from_seed(hashlib.sha256(name.encode()).digest())


def public(name: str) -> str:
    """The public key that belongs to `secret`, in OpenSSH form."""
    return secret(name).public.line()


def _keep_keys(tx: Write, register: Register) -> None:
    for held in register.office_keys:
        made = seal(hashlib.sha256(f"{held.office} of {held.branch}".encode()).digest())
        tx.put_item(STREAM, held.item, made.ciphertext)
        for person in register.holders(held.office, held.branch, t.START):
            line = register.persons[person].key
            tx.put_key(STREAM, held.item, line, seal_key(made.key, PublicKey.parse(line)))


class Matters:
    """A store at `where` with everyone of the town in its register, and a clock (UTC) to set.

    Names come of `chance`, which may be set anew, and the keys of parties of `secrets`. Cases are
    opened in `branch`. With `since`, the store is there already, as another left it at that moment.
    """

    def __init__(
        self,
        where: Path,
        chance: Callable[[int], bytes] = os.urandom,
        secrets: Callable[[str], SigningKey] = secret,
        since: datetime | None = None,
    ) -> None:
        self.where, self.now, self.rules = where, since or t.START, dict(t.RULES)
        self.chance, self.secret = chance, secrets
        self.branch = t.BRANCH
        self.store = Store.create(str(where)) if since is None else Store.open(str(where))
        self.keeper = Signer(KEEPER, secret(KEEPER))
        self.desk = self.fresh()
        if since is None:
            self._founded()

    def _founded(self) -> None:
        self.desk.record(
            lambda _, now: founding(KEEPER, "Regina", public(KEEPER), "partij", now), self.keeper
        )
        people = (f.PersonAdded(person, person.title(), public(person)) for person in t.PEOPLE)
        terms = (f.OfficeGranted(o, who, branch, t.START - t.DAY) for o, who, branch in t.TERMS)
        keyed = dict.fromkeys(
            (office, branch) for office, _, branch in t.TERMS if self._has_key(office)
        )
        keys = (
            f.OfficeKeyed(o, branch, public(f"{o} of {branch}"), f"i-key-{o}", ())
            for o, branch in keyed
        )
        facts: tuple[f.RegisterFact, ...] = (*people, *terms, *keys)
        self.desk.record(lambda _register, _now: facts, self.keeper, _keep_keys)
        for rules in self.rules.values():
            self.adopt(rules)

    def _has_key(self, office: str) -> bool:
        found = (rules.procedure.offices.get(office) for rules in self.rules.values())
        return any(declared is not None and declared.key == "office" for declared in found)

    def fresh(self) -> Desk:
        """Another desk at the same store, which trusts nothing yet."""
        return Desk(self.store, lambda: self.now, self._drawn)

    def _drawn(self, n: int) -> bytes:
        return self.chance(n)

    def adopt(self, rules: Compiled, branch: str = "") -> None:
        """The keeper of the register adopts a procedure, for a branch or everywhere."""
        self.now += t.MINUTE
        told, form = rules.procedure, canonical(rules.procedure)
        version = f.Adopted(told.procedure, told.version, rules.digest, told.aliases, branch)
        self.desk.record(
            lambda register, now: adopt(register, KEEPER, version, now),
            self.keeper,
            lambda tx, _: tx.put_procedure(rules.digest, form),
        )

    # --- cases -----------------------------------------------------------------------------------

    def item(self, text: str, box: dict[str, SealedItem]) -> c.NewItem:
        """A freshly sealed text, put with the others."""
        name = f"i-{self.chance(5).hex()}"
        made = self.sealed(name, text)
        box[name] = made
        return c.NewItem(name, digest(made.ciphertext), len(made.ciphertext))

    def sealed(self, name: str, text: str) -> SealedItem:  # noqa: ARG002 - who plays twice asks
        """The text of the item called `name`, sealed."""
        return seal(text.encode())

    def open(
        self,
        stream: str,
        procedure: str,
        step: str,
        who: str,
        note: str | None = None,
        **answers: Answer,
    ) -> Outcome:
        """Open a case; `who` is an office-holder, or the party who comes into it."""
        self.now += t.MINUTE
        box: dict[str, SealedItem] = {}
        rules = self.rules[procedure]
        joins = rules.procedure.steps[step].joins
        member = joins is not None and rules.procedure.parties[joins].member
        party = f"{stream}:{joins}"
        first = c.Advance(
            step,
            answers,
            self.item(note, box) if note else None,
            joining=self.public(party) if member else None,
        )
        key = self.secret(party) if member and who == joins else secret(who)
        opening = c.Open(self.branch, first)
        return self.desk.open(stream, rules.digest, opening, Signer(who, key), box)

    def step(
        self,
        stream: str,
        step: str,
        who: str,
        note: str | None = None,
        into: str | None = None,
        said: c.Said | None = None,
        joining: str | None = None,
        **answers: Answer,
    ) -> Outcome:
        """Take a step, which opens the case `into` where it files one."""
        box: dict[str, SealedItem] = {}
        command = c.Advance(
            step,
            answers,
            self.item(note, box) if note else None,
            said or c.Said(),
            self.public(f"{stream}:{joining}") if joining else None,
            into=into,
        )
        if said is not None and said.evidence == "written":
            scan = self.item("a signed statement", box)
            command = msgspec.structs.replace(
                command, said=c.Said(said.decided_by, said.evidence, scan)
            )
        return self.do(stream, command, who, box)

    def do(
        self,
        stream: str,
        command: c.Command,
        who: str,
        contents: Mapping[str, SealedItem] | None = None,
    ) -> Outcome:
        """Let a minute pass and do something at the desk."""
        self.now += t.MINUTE
        signer = self.signer(stream, who)
        filer = self.filer(stream, command)
        return self.desk.perform(stream, command, signer, contents or {}, filer=filer)

    def filer(self, stream: str, command: c.Command) -> Filer | None:
        """Who joins the case that a command files."""
        if not isinstance(command, c.Advance) or command.into is None:
            return None
        filing = self.of(stream).procedure.steps[command.step].files
        assert filing is not None, "only a step that files says into which case"
        joins = self.rules[filing.procedure].procedure.steps[filing.step].joins
        return Filer(command.into, self.secret(f"{command.into}:{joins}"))

    def signer(self, stream: str, who: str) -> Signer:
        """The person, or the party of the case, with their own key."""
        return Signer(who, secret(who) if who in PEOPLE else self.secret(f"{stream}:{who}"))

    def public(self, party: str) -> str:
        """The public key (OpenSSH form) of a party, by the case and their name."""
        return self.secret(party).public.line()

    def add(self, stream: str, kind: str, who: str, text: str, of: tuple[str, ...] = ()) -> str:
        """Seal a text into a case, and give its name."""
        box: dict[str, SealedItem] = {}
        new = self.item(text, box)
        self.do(stream, c.AddItem(new, kind, of=of), who, box)
        return new.item

    # --- how things stand ------------------------------------------------------------------------

    def case(self, stream: str) -> Case:
        """The case as stored."""
        with self.store.read() as tx:
            return self.desk.case(tx, stream)[0]

    def of(self, stream: str) -> Compiled:
        """The rules that the case runs under."""
        with self.store.read() as tx:
            return self.desk.case(tx, stream)[2]

    def state(self, stream: str, track: str) -> str:
        """Where a track of a case stands."""
        return self.case(stream).state(track)

    def history(self, stream: str) -> list[f.Event]:
        """The events of a case."""
        with self.store.read() as tx:
            return self.desk.history(tx, stream)

    def opens(self, stream: str, item: str, who: str) -> bool:
        """Whether the store and the private key of `who` together give the content of the item."""
        known, register = self.case(stream).items[item].digest, self.desk.register()
        with self.store.read() as tx:
            try:
                return bool(
                    open_item(tx, register, stream, item, known, self.signer(stream, who).key)
                )
            except CannotOpen:
                return False

    def problems(self, only: str | None = None) -> tuple[Problem, ...]:
        """What verifying finds."""
        return verify_store(self.store, only).problems

    def found(self) -> set[tuple[str, str]]:
        """Stream and code of everything that verifying the whole store finds."""
        return {(problem.stream, problem.code) for problem in self.problems()}

    # --- by hand ---------------------------------------------------------------------------------

    def write(
        self, stream: str, digest: str, entries: tuple[Entry, ...], key: SigningKey, at: datetime
    ) -> None:
        """Append entries to a case as somebody does who asks no rule, signed with their own key."""
        with self.store.write() as tx:
            head, register = Loader().head(tx, stream)
            case = msgspec.json.decode(head.state, type=Case) if head else blank(stream, digest)
            draft = Draft(self.desk.rules(tx, digest), register, case, b"")
            for entry in entries:
                draft = draft.add(entry.fact, entry.who, entry.office, entry.happened)
            append(tx, Loader(), draft, head, at, Signer(entries[0].who, key), {})

    # --- stories ---------------------------------------------------------------------------------

    def advised(self, stream: str = "z-c") -> str:
        """A report in which the member may decide, and a document of theirs, by its name."""
        told: dict[str, Answer] = {"counsellor": "noor", "ground": ("threatened",)}
        self.open(stream, "conduct", "open_report", "noor", "what was told", **told)
        self.step(stream, "start_listening", "noor", exception_explained=True)
        self.step(stream, "weigh", "noor", severity="light", simple=True)
        self.step(stream, "advise", "noor", options=("nothing",))
        self.step(stream, "give_advice", "noor")
        return self.add(stream, "packet", "reporter", "the packet")

    def choose(self, stream: str, target: str, item: str) -> None:
        """The member turns to a committee, and lets one document go to it."""
        purpose = "ruling" if target == "disputes_committee" else "investigation"
        self.step(stream, "choose_referral", "reporter", target=target)
        given = c.GiveConsent("reporter", target, purpose, items=(item,))
        self.do(stream, given, "reporter")

    def filed(self, stream: str = "z-c", into: str = "z-d") -> str:
        """A report that was handed over to the disputes committee; gives the document's name."""
        packet = self.advised(stream)
        self.choose(stream, "disputes_committee", packet)
        self.step(stream, "hand_over", "reporter", into=into)
        return packet

    def signalled(self, stream: str = "z-s") -> None:
        """A signal for which a support group is at work."""
        signal: dict[str, Answer] = {"corners": ("board",)}
        self.open(stream, "conduct", "give_signal", "vera", "a conflict", **signal)
        self.step(stream, "assess", "rik")
        self.step(stream, "activate", "rik", helpers=("hanna", "hugo"), conflict_present=True)
