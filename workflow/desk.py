"""The desk: where a decided command becomes signed, chained, sealed and stored, in one transaction.

It holds no rule: what may happen is decided by `engine.deciding`, what the register allows by
`engine.registering`. Time, randomness, store and keys come from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import msgspec

from workflow.auditing.streams import Procedures, Registers, check_case, check_register
from workflow.crypto.codes import new_item_name
from workflow.crypto.keys import SigningKey
from workflow.crypto.sealing import SealedItem
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.clock import next_due, settle
from workflow.engine.deciding import Actor, decide
from workflow.engine.draft import Draft, Entry
from workflow.engine.items import entitled
from workflow.engine.kernel import Compiled, compile_procedure
from workflow.engine.ledger import Problem, Sealed, decode, seal, stamp
from workflow.engine.matters import Neighbour, filed, listens, told
from workflow.engine.procedure import Filing, Procedure, from_canonical
from workflow.engine.procedure import digest as digest_of
from workflow.engine.reasons import BadCommand, Reason, Refusal
from workflow.engine.register import STREAM, Register
from workflow.engine.register import fold as register_fold
from workflow.engine.standing import knows, standing
from workflow.keyring import open_item, pass_on
from workflow.store import Conflict, Head, Read, Receipt, Record, Store, Write

ENDS_ACCESS = (
    f.Withdrawn,
    f.Lapsed,
    f.PurposeEnded,
    f.Released,
    f.Assigned,
    f.Recused,
    f.EmergencyClosed,
    f.Erased,
)
"""After these, and after the end of a term, sealed keys are destroyed of who may no longer read."""

SEALS = (f.Added, f.Disclosed)
"""Facts that seal something to their `readers`."""

_encode = msgspec.json.Encoder().encode
_decode_case = msgspec.json.Decoder(Case).decode
_decode_register = msgspec.json.Decoder(Register).decode


class NoSuchCase(Exception):
    """There is no such case, or none that this person may know of: the answer is the same."""


class ClockBehind(Exception):
    """This machine's clock stands before the latest event; says both moments (UTC)."""

    def __init__(self, now: datetime, latest: datetime) -> None:
        super().__init__(now, latest)
        self.now, self.latest = now, latest


class Altered(Exception):
    """What is stored does not follow from the signed events; says every problem."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems


class Signer(msgspec.Struct, frozen=True):
    """Who acts, with which key, and in which office where they choose one."""

    who: str
    key: SigningKey
    office: str | None = None


class Retry(msgspec.Struct, frozen=True):
    """An idempotency key, and the digest (32 bytes) of the command it is used for."""

    key: str
    request: bytes


class Filer(msgspec.Struct, frozen=True):
    """Under which number the case that a step files is opened, and the key of who joins it."""

    case: str
    key: SigningKey


class Outcome(msgspec.Struct, frozen=True):
    """What a command did: the case after it and the events it appended, oldest first.

    `filed` is the number of the case that it opened besides.
    """

    case: Case
    events: tuple[f.Event, ...]
    repeated: bool = False
    filed: str | None = None


class Desk:
    """One store, worked on at one desk. `clock` gives the time in UTC, `random` n random bytes."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], random: Callable[[int], bytes]
    ) -> None:
        self.store, self._clock, self._random = store, clock, random
        self._register = Register()
        self._rules: dict[str, Compiled] = {}
        self._trusted: dict[str, bytes] = {}

    # --- reading -------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The time, in UTC."""
        return self._clock().astimezone(UTC)

    def register(self) -> Register:
        """The register as it stands."""
        with self.store.read() as tx:
            return self._current(tx.pair(STREAM, 0)[0])

    def rules(self, tx: Read, digest: str) -> Compiled:
        """The adopted procedure with this digest, compiled once."""
        if digest not in self._rules:
            form = tx.procedure(digest)
            if form is None or digest_of(form) != digest:
                raise Altered((Problem(STREAM, 0, "procedure-differs", {"digest": digest}),))
            self._rules[digest] = compile_procedure(from_canonical(form), digest)
        return self._rules[digest]

    def case(self, tx: Read, stream: str) -> tuple[Case, Register, Compiled]:
        """The case as stored, with the register and the rules it runs under.

        Raises NoSuchCase.
        """
        head, moved = tx.pair(stream, self._register.seq)
        register = self._current(moved)
        if head is None or stream == STREAM:
            raise NoSuchCase(stream)
        case = _decode_case(head.state)
        return case, register, self.rules(tx, case.procedure)

    def seen(self, tx: Read, stream: str, who: str) -> tuple[Case, Register, Compiled]:
        """The case, for someone who may know of it. Raises NoSuchCase for anyone else."""
        case, register, rules = self.case(tx, stream)
        if not _knows(rules, case, register, who, self.now()):
            raise NoSuchCase(stream)
        return case, register, rules

    def history(self, tx: Read, stream: str) -> list[f.Event]:
        """The events of a stream, oldest first."""
        return [decode(record.body) for record in tx.history(stream)]

    # --- acting --------------------------------------------------------------------------------

    def preview(self, stream: str, command: c.Command, signer: Signer) -> Draft:
        """What `perform` would do now, without doing it. Raises what it would raise."""
        with self.store.read() as tx:
            case, register, rules = self.seen(tx, stream, signer.who)
        actor = Actor(signer.who, signer.office)
        return decide(rules, case, command, actor, register, self.now(), b"preview")

    def open(
        self,
        stream: str,
        digest: str,
        command: c.Open,
        signer: Signer,
        contents: Mapping[str, SealedItem],
        retry: Retry | None = None,
    ) -> Outcome:
        """Open a case named `stream` under the adopted procedure with this digest."""
        now = self.now()
        with self.store.write() as tx:
            done = self._repeated(tx, retry)
            if done is not None:
                return done
            _, moved = tx.pair(stream, self._register.seq)
            register = self._current(moved)
            rules = self.rules(tx, digest)
            actor = Actor(signer.who, signer.office)
            seed = self._random(16)
            line = signer.key.public.line()
            joining = command.first.joining == line and signer.who not in register.persons
            if not joining and register.signer(line) != signer.who:
                reason = Reason("key-not-registered", {"key": signer.key.public.fingerprint})
                raise Refusal(command.first.step, (reason,))
            draft = decide(rules, None, command, actor, register, now, seed, stream=stream)
            return self._append(tx, draft, None, now, signer, contents, retry)

    def perform(
        self,
        stream: str,
        command: c.Command,
        signer: Signer,
        contents: Mapping[str, SealedItem] | None = None,
        expect: int | None = None,
        retry: Retry | None = None,
        filer: Filer | None = None,
    ) -> Outcome:
        """Decide a command on a case and record what happens, whole or not at all.

        `contents` are the sealed items that the command names. With `expect`, raises Conflict
        unless the case has exactly that many events. What the step tells cases of the same matter
        happens there, and what it files is opened (for `filer`), in the same transaction. Raises
        Refusal, BadCommand, NoSuchCase, Conflict, CannotOpen and StoreTrouble; nothing has then
        changed.
        """
        now = self.now()
        with self.store.write() as tx:
            done = self._repeated(tx, retry)
            if done is not None:
                return done
            head, moved = tx.pair(stream, self._register.seq)
            register = self._current(moved)
            if head is None or stream == STREAM:
                raise NoSuchCase(stream)
            case = _decode_case(head.state)
            if not _is(signer, register, case):
                raise NoSuchCase(stream)
            rules = self.rules(tx, case.procedure)
            if not isinstance(command, c.Tick) and not _knows(
                rules, case, register, signer.who, now
            ):
                raise NoSuchCase(stream)
            if expect is not None and expect != case.seq:
                raise Conflict(stream, expect)
            latest = max(filter(None, (case.latest, register.latest)), default=now)
            if now < latest:
                raise ClockBehind(now, latest)
            if now == case.latest:
                # What one command does has a time of its own, by which it is known (redeciding).
                now += timedelta(microseconds=1)
            actor, seed = Actor(signer.who, signer.office), self._random(16)
            draft = decide(rules, case, command, actor, register, now, seed)
            others = self._of_one_matter(tx, draft) if draft.tells or draft.linked else {}
            busy = max((o.case.latest or now for _, o in others.values()), default=None)
            if busy is not None and now <= busy:
                # What is told bears one time in all cases, later than anything in each of them.
                now = busy + timedelta(microseconds=1)
                draft = decide(rules, case, command, actor, register, now, seed)
            outcome = self._append(tx, draft, head, now, signer, contents or {}, retry)
            neighbours = {name: other for name, (_, other) in others.items()}
            heard = told(draft, neighbours, signer.who, now, self._random(16))
            for name, after in heard.items():
                self._append(tx, after, others[name][0], now, signer, {}, None)
            if draft.files is None:
                return outcome
            if filer is None or filer.case not in draft.case.links:
                raise BadCommand((Reason("files-a-case", {"step": draft.files.step}),))
            self._file(tx, draft, draft.files, now, signer, contents or {}, filer)
            return msgspec.structs.replace(outcome, filed=filer.case)

    def record(
        self,
        decided: Callable[[Register, datetime], Sequence[f.Fact]],
        signer: Signer,
        also: Callable[[Write, Register], None] | None = None,
    ) -> tuple[f.Event, ...]:
        """Append to the register what `decided` makes of it; `also` stores what belongs to it."""
        now = self.now()
        with self.store.write() as tx:
            head, _ = tx.pair(STREAM, 0)
            register = self._current(head)
            if register.latest is not None and now < register.latest:
                raise ClockBehind(now, register.latest)
            facts = decided(register, now)
            entries = [Entry(fact, signer.who, signer.office, now) for fact in facts]  # type: ignore[arg-type]
            links = _chained(STREAM, head, None, now, entries)
            for link in links:
                register = register_fold(register, link.event)
            if links:
                after = Head(STREAM, register.seq, links[-1].hash, _encode(register), None)
                tx.append(_signed(links, signer.key), after, head.seq if head else 0)
            if also is not None:
                also(tx, register)
            self._register = register
            return tuple(link.event for link in links)

    def sweep(self) -> int:
        """Destroy the sealed keys of people whose term has ended, in every case; says how many.

        The rule already refuses them; this makes sure that their keys open nothing either.
        """
        now = self.now()
        with self.store.write() as tx:
            register = self._current(tx.pair(STREAM, self._register.seq)[1])
            gone = {
                register.persons[t.person].key
                for t in register.terms
                if t.until is not None and t.until <= now
            }
            streams = {stream for stream, _, reader, _ in tx.keys_all() if reader in gone}
            dropped = 0
            for stream in sorted(streams - {STREAM}):
                case, _, rules = self.case(tx, stream)
                dropped += _end_access(tx, rules.procedure, register, case, now)
            return dropped

    # --- inside --------------------------------------------------------------------------------

    def _current(self, moved: Head | None) -> Register:
        if moved is not None and moved.seq != self._register.seq:
            self._register = _decode_register(moved.state)
        return self._register

    def _repeated(self, tx: Read, retry: Retry | None) -> Outcome | None:
        if retry is None:
            return None
        receipt = tx.receipt(retry.key)
        if receipt is None:
            return None
        if receipt.request != retry.request:
            raise Conflict(receipt.stream, None)
        case, _, _ = self.case(tx, receipt.stream)
        events = [
            decode(record.body)
            for record in tx.history(receipt.stream, receipt.first - 1)
            if record.seq <= receipt.last
        ]
        return Outcome(case, tuple(events), repeated=True)

    def _trust(self, tx: Read, stream: str) -> None:
        """Make sure that the stored state of a stream is what its signed events say.

        The state in the head is kept so that an advance costs the same however long the history;
        it is signed by nobody. Before anything is sealed to anyone it is therefore recomputed:
        who can write to the database could otherwise have something leave by writing a consent,
        or a key, into it. Raises Altered.
        """
        head, _ = tx.pair(stream, 0)
        if head is None or self._trusted.get(stream) == head.hash:
            return
        registers = Registers()
        checked = check_register(tx, registers)
        if stream != STREAM:
            checked = check_case(tx, stream, registers, Procedures(tx))
        problems = checked.problems
        if not problems and (checked.state is None or _encode(checked.state) != head.state):
            problems = (Problem(stream, head.seq, "state-differs"),)
        if problems:
            raise Altered(problems)
        self._trusted[stream] = head.hash

    def _of_one_matter(self, tx: Read, draft: Draft) -> dict[str, tuple[Head, Neighbour]]:
        """The cases of the same matter as the one that was decided on, by their numbers.

        Raises Refusal where a step links a case that is not there, or that listens to nothing this
        procedure tells: the answer is the same.
        """
        procedure = draft.rules.procedure
        others: dict[str, tuple[Head, Neighbour]] = {}
        waiting = [stream for stream in (draft.linked, *draft.case.links) if stream]
        while waiting:
            stream = waiting.pop()
            if stream in others or stream == draft.case.stream:
                continue
            head, _ = tx.pair(stream, self._register.seq)
            if head is not None and stream != STREAM:
                case = _decode_case(head.state)
                rules = self.rules(tx, case.procedure)
                if stream != draft.linked or listens(procedure, rules.procedure.procedure):
                    others[stream] = head, Neighbour(rules, case)
                    waiting += case.links
            if stream == draft.linked and stream not in others:
                raise Refusal("link", (Reason("no-such-case"),))
        return others

    def _file(
        self,
        tx: Write,
        draft: Draft,
        filing: Filing,
        now: datetime,
        signer: Signer,
        contents: Mapping[str, SealedItem],
        filer: Filer,
    ) -> None:
        """Open the case that the step files, with the very documents that it shared (B23)."""
        stream, case, register = draft.case.stream, draft.case, draft.register
        version = register.version(filing.procedure, case.branch)
        if version is None:
            reason = Reason("procedure-not-adopted", {"procedure": filing.procedure})
            raise Refusal(filing.step, (reason,))
        rules = self.rules(tx, version.digest)
        carried: dict[str, SealedItem] = {}
        papers = []
        for item in draft.carried:
            sealed = contents.get(item)
            if sealed is None:
                known = case.items[item].digest
                key, _ = open_item(tx, register, stream, item, known, signer.key)
                sealed = SealedItem(tx.item(stream, item) or b"", key)
            name = new_item_name(self._random)
            carried[name] = sealed
            papers.append(c.NewItem(name, case.items[item].digest, len(sealed.ciphertext)))
        line, seed = filer.key.public.line(), self._random(16)
        opened = filed(draft, filing, rules, filer.case, line, tuple(papers), now, seed)
        party = opened.entries[0].who
        self._append(tx, opened, None, now, Signer(party, filer.key), carried, None)

    def _append(
        self,
        tx: Write,
        draft: Draft,
        head: Head | None,
        now: datetime,
        signer: Signer,
        contents: Mapping[str, SealedItem],
        retry: Retry | None,
    ) -> Outcome:
        if not draft.entries:
            return Outcome(draft.case, ())
        stream, procedure = draft.case.stream, draft.rules.procedure
        if any(isinstance(entry.fact, SEALS) and entry.fact.readers for entry in draft.entries):
            self._trust(tx, STREAM)
            if head is not None:
                self._trust(tx, stream)
        links = _chained(stream, head, draft.rules.digest, now, draft.entries)
        case = msgspec.structs.replace(draft.case, latest=now)
        due = next_due(procedure, case)
        after = Head(
            stream, case.seq, links[-1].hash, _encode(case), stamp(due[0]) if due else None
        )
        tx.append(_signed(links, signer.key), after, head.seq if head else 0)
        self._trusted[stream] = after.hash
        for entry in draft.entries:
            match entry.fact:
                case f.Added(item=item, readers=readers):
                    tx.put_item(stream, item, contents[item].ciphertext)
                    pass_on(tx, stream, item, contents[item].key, readers)
                case f.Disclosed(item=item, readers=(_, *_) as readers):
                    if item in contents:
                        key = contents[item].key
                    else:
                        known = case.items[item].digest
                        key, _ = open_item(tx, draft.register, stream, item, known, signer.key)
                    pass_on(tx, stream, item, key, readers)
        if any(isinstance(entry.fact, ENDS_ACCESS) for entry in draft.entries) or (
            draft.register.ended_between(draft.case.latest, now)
        ):
            _end_access(tx, procedure, draft.register, case, now)
        if retry is not None:
            first = links[0].event.seq
            tx.put_receipt(Receipt(retry.key, retry.request, stream, first, case.seq))
        return Outcome(case, tuple(link.event for link in links))


def _knows(rules: Compiled, case: Case, register: Register, who: str, now: datetime) -> bool:
    """Whether `who` may know of the case at `now` (UTC), everything done that was due by then."""
    with suppress(Refusal):
        case = settle(Draft(rules, register, case, b""), who, now).case
    return knows(rules.procedure, case, standing(rules.procedure, register, case, who, now))


def _is(signer: Signer, register: Register, case: Case) -> bool:
    """Whether the signer's key is that of the party or person they say they are."""
    party, person = case.parties.get(signer.who), register.persons.get(signer.who)
    known = party.key if party else person.key if person else None
    return known == signer.key.public.line()


def _chained(
    stream: str,
    head: Head | None,
    procedure: str | None,
    now: datetime,
    entries: Iterable[Entry],
) -> list[Sealed]:
    prev, seq = (head.hash, head.seq) if head else (b"", 0)
    links = []
    for entry in entries:
        seq += 1
        link = seal(
            stream, seq, prev, now, entry.fact, entry.who, entry.office, procedure, entry.happened
        )
        links.append(link)
        prev = link.hash
    return links


def _signed(links: Iterable[Sealed], key: SigningKey) -> list[Record]:
    return [
        Record(link.event.stream, link.event.seq, link.hash, link.body, key.sign(link.body))
        for link in links
    ]


def _end_access(
    tx: Write, procedure: Procedure, register: Register, case: Case, now: datetime
) -> int:
    """Destroy the sealed keys of everyone who may no longer open an item; says how many."""
    dropped = 0
    for item in case.items:
        may = entitled(procedure, register, case, item, now)
        lost = [reader for reader in tx.keys(case.stream, item) if reader not in may]
        if lost:
            dropped += tx.drop_keys(case.stream, item, lost)
    return dropped
