"""The desk: each command decided and stored in one transaction, whole or not at all.

It holds no rule: what may happen is decided by `engine.deciding`, what the register allows by
`engine.registering`. Time, randomness, store and keys come from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from workflow.crypto.sealing import SealedItem
from workflow.desk import access, filing
from workflow.desk.appending import append, append_look, append_register
from workflow.desk.loading import Loader, is_known, may_know
from workflow.desk.values import ClockBehind, Filer, NoSuchCase, Outcome, Retry, Signer
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.deciding import Actor, decide
from workflow.engine.draft import Draft
from workflow.engine.folding import ran_under
from workflow.engine.kernel import Compiled
from workflow.engine.ledger import decode
from workflow.engine.looking import Look, Seen, beside, export, look
from workflow.engine.procedure import Procedure
from workflow.engine.reasons import BadCommand, Reason, Refusal
from workflow.engine.register import STREAM, Register
from workflow.engine.registering import CASE, legible
from workflow.store import Conflict, Read, Store, Write


class Desk:
    """One store, worked on at one desk. `clock` gives the time in UTC, `random` n random bytes.

    `rehearsing` is for a store to try a procedure in: there one that is not sound decides too.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
        *,
        rehearsing: bool = False,
    ) -> None:
        self.store, self._clock, self._random = store, clock, random
        self._loader = Loader(rehearsing=rehearsing)

    # --- reading -------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The time, in UTC."""
        return self._clock().astimezone(UTC)

    def register(self) -> Register:
        """The register as it stands."""
        with self.store.read() as tx:
            return self._loader.head(tx, STREAM)[1]

    def rules(self, tx: Read, digest: str) -> Compiled:
        """The adopted procedure with this digest, compiled once. Raises Altered."""
        return self._loader.rules(tx, digest)

    def case(self, tx: Read, stream: str) -> tuple[Case, Register, Compiled]:
        """The case as stored, with the register and the rules it runs under.

        Raises NoSuchCase.
        """
        _, case, register = self._loader.found(tx, stream)
        return case, register, self.rules(tx, case.procedure)

    def seen(self, tx: Read, stream: str, who: str) -> tuple[Case, Register, Compiled]:
        """The case, for someone who may know of it. Raises NoSuchCase for anyone else."""
        case, register, rules = self.case(tx, stream)
        if not may_know(rules, case, register, who, self.now()):
            raise NoSuchCase(stream)
        return case, register, rules

    def history(self, tx: Read, stream: str) -> list[f.Event]:
        """The events of a stream, oldest first."""
        return [decode(record.body) for record in tx.history(stream)]

    def versions(self, tx: Read, events: Iterable[f.Event]) -> dict[str, Procedure]:
        """Every procedure a case with these events ran under, by its digest. Raises Altered."""
        return {digest: self.rules(tx, digest).procedure for digest in ran_under(events)}

    def looks(self, tx: Read, stream: str, asker: str) -> list[f.Event]:
        """Who has looked at the case: those in an office, and `asker` themself; in no order."""
        found = (beside(stream), beside(STREAM), beside(stream, asker))
        return [event for name in found for event in self.history(tx, name)]

    # --- acting --------------------------------------------------------------------------------

    def preview(
        self, stream: str, command: c.Command, signer: Signer, filer: Filer | None = None
    ) -> tuple[Draft, Draft | None]:
        """What `perform` would do now in this case, and how the case would begin that it files.

        Nothing is done. There the documents bear the names that they have here. Raises what
        `perform` would raise about these two.
        """
        now, actor = self.now(), Actor(signer.who, signer.office)
        with self.store.read() as tx:
            case, register, rules = self.seen(tx, stream, signer.who)
            onto = self._onto(tx, register, command)
            draft = decide(rules, case, command, actor, register, now, b"preview", onto=onto)
            if draft.files is None:
                return draft, None
            papers = tuple(
                c.NewItem(name, draft.case.items[name].digest, 0) for name in draft.carried
            )
            opened = filing.opening(
                tx, self._loader, draft, draft.files, filer, papers, now, b"preview"
            )
            return draft, opened

    def open(
        self,
        stream: str,
        digest: str,
        command: c.Open,
        signer: Signer,
        contents: Mapping[str, SealedItem],
        retry: Retry | None = None,
    ) -> Outcome:
        """Open a case named `stream` under the adopted procedure with this digest.

        `contents` are the sealed items that the command names. Raises Refusal, BadCommand,
        ClockBehind, Conflict, Altered and StoreTrouble; nothing has then changed.
        """
        if command.linked is not None:
            # From which case one was filed is for the case to say that files it.
            raise Refusal(command.first.step, (Reason("no-such-case"),))
        now = self.now()
        with self.store.write() as tx:
            done = self._repeated(tx, retry)
            if done is not None:
                return done
            _, register = self._loader.head(tx, stream)
            _not_behind(tx, now, register)
            rules = self._loader.deciding(tx, digest)
            followed = register.version(rules.procedure.procedure, command.branch)
            if followed is None or followed.digest != digest:
                reason = Reason("procedure-not-adopted", {"procedure": rules.procedure.procedure})
                raise Refusal(command.first.step, (reason,))
            if not CASE.fullmatch(stream):
                raise BadCommand((Reason("bad-name", {"given": legible(stream)}),))
            actor = Actor(signer.who, signer.office)
            seed = self._random(16)
            line = signer.key.public.line()
            joining = command.first.joining == line and signer.who not in register.persons
            if not joining and register.signer(line) != signer.who:
                reason = Reason("key-not-registered", {"key": signer.key.public.fingerprint})
                raise Refusal(command.first.step, (reason,))
            draft = decide(rules, None, command, actor, register, now, seed, stream=stream)
            return append(tx, self._loader, draft, None, now, signer, contents, retry)

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
        Refusal, BadCommand, NoSuchCase, ClockBehind, Conflict, CannotOpen, Altered and
        StoreTrouble; nothing has then changed.
        """
        now = self.now()
        with self.store.write() as tx:
            done = self._repeated(tx, retry)
            if done is not None:
                return done
            head, case, register = self._loader.found(tx, stream)
            if not is_known(signer, register, case):
                raise NoSuchCase(stream)
            rules = self._loader.deciding(tx, case.procedure)
            if not isinstance(command, c.Tick) and not may_know(
                rules, case, register, signer.who, now
            ):
                raise NoSuchCase(stream)
            if expect is not None and expect != case.seq:
                raise Conflict(stream, expect)
            _not_behind(tx, now, register, case)
            if now == case.latest:
                # What one command does has a time of its own, by which it is known (redeciding).
                now += timedelta(microseconds=1)
            actor, seed = Actor(signer.who, signer.office), self._random(16)
            onto = self._onto(tx, register, command)
            draft = decide(rules, case, command, actor, register, now, seed, onto=onto)
            meaning = filing.meant(tx, self._loader, draft, signer.who, now, seed)
            if any(after.case.latest == now for _, after in meaning.values()):
                # What is told bears one time in all cases, later than anything in each of them.
                now += timedelta(microseconds=1)
                draft = decide(rules, case, command, actor, register, now, seed, onto=onto)
                meaning = filing.meant(tx, self._loader, draft, signer.who, now, seed)
            contents = contents or {}
            outcome = append(tx, self._loader, draft, head, now, signer, contents, retry)
            filing.tell(tx, self._loader, meaning, now, signer)
            if draft.files is None:
                return outcome
            opened = filing.file(
                tx, self._loader, draft, draft.files, now, signer, contents, filer, self._random
            )
            return msgspec.structs.replace(outcome, filed=opened)

    def record(
        self,
        decided: Callable[[Register, datetime], Sequence[f.Fact]],
        signer: Signer,
        also: Callable[[Write, Register], None] | None = None,
    ) -> tuple[f.Event, ...]:
        """Append to the register what `decided` makes of it; `also` stores what belongs to it.

        `decided` gets the time in UTC. Raises what it raises, ClockBehind, Conflict and
        StoreTrouble; nothing has then changed.
        """
        now = self.now()
        with self.store.write() as tx:
            head, register = self._loader.head(tx, STREAM)
            _not_behind(tx, now, register)
            facts = decided(register, now)
            register, events = append_register(tx, register, head, now, signer, facts)
            if also is not None:
                also(tx, register)
            return events

    def look(self, stream: str, asked: Look, signer: Signer) -> f.Event:
        """Write down that somebody is shown something of a case, before they are shown it.

        The case stays as it is: its `seq` does not move. Raises Refusal, NoSuchCase, ClockBehind,
        Conflict, Altered and StoreTrouble; nothing has then changed, and nothing may be shown.
        """
        now = self.now()
        with self.store.write() as tx:
            head, case, register = self._loader.found(tx, stream)
            if not is_known(signer, register, case):
                raise NoSuchCase(stream)
            rules = self._loader.rules(tx, case.procedure)
            _not_behind(tx, now, register, case)
            seen = Seen(head.seq, head.hash.hex())
            office, fact = look(rules, register, case, signer.who, asked, seen, now)
            into = beside(stream, signer.who if fact.basis == "own" else None)
            return append_look(tx, into, now, signer, office, fact, rules.digest)

    def look_at_all(self, signer: Signer) -> f.Event:
        """Write down that somebody takes out the events of every case that they may.

        One event beside the register, and not one beside each case. Raises as `look` does.
        """
        now = self.now()
        with self.store.write() as tx:
            head, register = self._loader.head(tx, STREAM)
            _not_behind(tx, now, register)
            seen = Seen(head.seq, head.hash.hex()) if head else Seen(0, "")
            office, fact = export(register, signer.who, seen, now)
            return append_look(tx, beside(STREAM), now, signer, office, fact, None)

    def sweep(self) -> int:
        """Destroy the sealed keys of people who may read no more, in every case; says how many.

        A term that ends takes access away, and so does one that begins, from a deputy. The rule
        already refuses them; this makes sure that their keys open nothing either.
        """
        now = self.now()
        with self.store.write() as tx:
            _, register = self._loader.head(tx, STREAM)
            streams = {stream for stream, _, _, _ in tx.keys_all()}
            dropped = 0
            for stream in sorted(streams - {STREAM}):
                case, _, rules = self.case(tx, stream)
                if register.ended_between(case.latest, now):
                    dropped += access.end(tx, rules.procedure, register, case, now)
            return dropped

    def _onto(self, tx: Read, register: Register, command: c.Command) -> Compiled | None:
        """The version that a case is asked to go on under; None where none is, or none such."""
        if not isinstance(command, c.Migrate):
            return None
        known = {version.digest for version in register.adopted}
        return self._loader.deciding(tx, command.to) if command.to in known else None

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


def _not_behind(tx: Read, now: datetime, register: Register, case: Case | None = None) -> None:
    """Raise ClockBehind where `now` (UTC) is before the latest event of the register or the case.

    Which event of the register that is, and by whom, everybody may know; of a case it would tell
    what happened in it.
    """
    if register.latest is not None and now < register.latest:
        for record in tx.history(STREAM, register.seq - 1):
            raise ClockBehind(now, register.latest, STREAM, record.seq, decode(record.body).who)
        raise ClockBehind(now, register.latest, STREAM)
    if case is not None and case.latest is not None and now < case.latest:
        raise ClockBehind(now, case.latest, case.stream)
