"""A case as it lies before whoever asks: who they are in it, and what of it they may see.

A member is known by their return code and by nothing else. Someone who may not know of the case,
and someone with a wrong code, get the answer that they would get if there were no such case.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from workflow.desk.values import NoSuchCase, Signer
from workflow.engine.case import Case
from workflow.engine.clock import settle
from workflow.engine.deciding import Actor, consider
from workflow.engine.draft import Draft, Entry
from workflow.engine.facts import Event, LookKind
from workflow.engine.kernel import Compiled
from workflow.engine.looking import Look, is_case
from workflow.engine.procedure import Procedure
from workflow.engine.reasons import Reason, Refusal
from workflow.engine.register import Register
from workflow.engine.standing import Standing, knows, standing
from workflow.engine.stepping import acting
from workflow.histories.visibility import Scope, placed, scope

if TYPE_CHECKING:
    from workflow.store import Read
    from workflow.verbs.session import Session


class Dossier(NamedTuple):
    """A case, the rules and the register it runs under, who asks, and in which capacities.

    `case` is as it is now: what the clock had to do has happened in it, whether or not anybody has
    recorded it yet. `recorded` is the number of events in the store, `pending` what comes after.
    """

    signer: Signer
    case: Case
    register: Register
    rules: Compiled
    reader: Standing
    recorded: int
    pending: tuple[Entry, ...] = ()

    @property
    def procedure(self) -> Procedure:
        """The procedure of the case."""
        return self.rules.procedure


def opened(session: Session, stream: str, *, as_member: bool = False) -> Dossier:
    """The case called `stream`; with `as_member` by return code, which is asked if need be.

    Raises Refusal `no-such-case`, and whatever keeps the store or the key from being used.
    """
    stream = stream.strip().lower()
    code = session.code
    if code is None and (as_member or _keyless(session)):
        code = _asked_code(session)
    try:
        if code is not None:
            return _by_code(session, stream, code)
        signer = session.signer
        with session.desk.store.read() as tx:
            case, register, rules = session.desk.seen(tx, stream, signer.who)
    except NoSuchCase:
        raise _unknown(session, stream, by_code=code is not None) from None
    session.procedure, session.case = rules.procedure, stream
    session.office = office_meant(session, rules.procedure)
    signer = Signer(signer.who, signer.key, session.office)
    return laid_out(session, signer, case, register, rules)


def office_meant(session: Session, procedure: Procedure) -> str | None:
    """The office chosen with --as, by its name or its label; None where none was chosen."""
    from workflow.verbs.meant import somebody

    return session.office and somebody(session, procedure, session.office)


def reread(session: Session, dossier: Dossier, case: Case) -> Dossier:
    """The same dossier with the case as it is after something happened."""
    rules = dossier.rules
    if case.procedure != rules.digest:
        with session.desk.store.read() as tx:
            rules = session.desk.rules(tx, case.procedure)
        session.procedure = rules.procedure
    return laid_out(session, dossier.signer, case, dossier.register, rules)


class Sight(NamedTuple):
    """What the reader may see of a case: the rules of visibility at work, and the events.

    The number of events is what `seq` counts for this reader, so that it tells of nothing hidden,
    not even whether somebody else has been busy with the case since a deadline passed.
    """

    scope: Scope
    events: tuple[Event, ...]

    @property
    def seq(self) -> int:
        """How many events there are for this reader."""
        return len(self.events)


def sight(tx: Read, session: Session, dossier: Dossier) -> Sight:
    """What the reader may see of the case, those things included that the clock had to do."""
    stream = dossier.case.stream
    events = session.desk.history(tx, stream)
    for seq, entry in enumerate(dossier.pending, len(events) + 1):
        events.append(Event(stream, seq, "", entry.happened, entry.who, entry.fact, entry.office))
    earlier = session.desk.versions(tx, events)
    seen = scope(dossier.procedure, dossier.case.procedure, events, dossier.reader, earlier)
    return Sight(seen, tuple(place.event for place in placed(seen)))


def look(session: Session, dossier: Dossier, what: LookKind, audience: str | None = None) -> None:
    """Write down that the caller is shown something of the case: to be called before it is shown.

    Raises Refusal, and StoreTrouble where the store cannot be written.
    """
    session.desk.look(dossier.case.stream, Look(what, audience), dossier.signer)


def known_parties(session: Session, dossier: Dossier) -> list[str]:
    """Who takes part, as far as the caller sees them come in or is one of them."""
    with session.store.read() as tx:
        seen = sight(tx, session, dossier).scope
    return [name for name in dossier.case.parties if name in dossier.reader or seen.knows(name)]


def all_visible(session: Session) -> Iterator[Dossier]:
    """Every case that the person who asks may know of, in the order of their names."""
    if session.code is not None:
        text = session.say(
            "Met een terugkeercode zie je één zaak: zaak show ZAAK. Het zaaknummer staat op de "
            "bevestiging; wie het kwijt is, vraagt het aan de vertrouwenspersoon.",
            "With a return code you see one case: zaak show CASE. The number of the case is on the "
            "receipt; if it is lost, the counsellor can tell.",
        )
        raise session.wrong("usage", text=text)
    signer, desk = session.signer, session.desk
    with desk.store.read() as tx:
        for stream in tx.streams():
            if not is_case(stream):
                continue
            try:
                found = laid_out(session, signer, *desk.case(tx, stream))
            except NoSuchCase:
                continue  # events without a head: `zaak audit verify` names them
            if knows(found.procedure, found.case, found.reader):
                yield found


def considered(session: Session, dossier: Dossier) -> dict[str, tuple[Reason, ...]]:
    """Every step that is the caller's to take at some time, with all that stands in its way now."""
    actor = Actor(dossier.signer.who, dossier.signer.office)
    now = session.desk.now()
    mine = [
        name
        for name, step in dossier.procedure.steps.items()
        if acting(step, dossier.reader, actor.office) is not None
    ]
    mine.sort(key=lambda name: in_order(dossier, dossier.procedure.steps[name].track))
    return {
        name: consider(dossier.rules, dossier.case, name, actor, dossier.register, now)
        for name in mine
    }


def in_order(dossier: Dossier, track: str) -> tuple[bool, bool]:
    """How tracks are shown: those that have begun first, and of these a member's own report."""
    declared = dossier.procedure.tracks[track]
    return dossier.case.state(track) == declared.initial, declared.belongs_to is None


def laid_out(
    session: Session, signer: Signer, case: Case, register: Register, rules: Compiled
) -> Dossier:
    """The dossier of a stored case for `signer`, with what the clock had to do until now."""
    now = session.desk.now()
    draft = Draft(rules, register, case, b"")
    with suppress(Refusal):
        draft = settle(draft, signer.who, now)
    reader = standing(rules.procedure, register, draft.case, signer.who, now)
    return Dossier(signer, draft.case, register, rules, reader, case.seq, draft.entries)


def _by_code(session: Session, stream: str, code: str) -> Dossier:
    from workflow.crypto.codes import derive

    # Derived first: the half second it takes is the same whether or not there is such a case.
    key = derive(code, stream)
    line = key.public.line()
    with session.desk.store.read() as tx:
        case, register, rules = session.desk.case(tx, stream)
    for name, party in case.parties.items():
        if party.key == line:
            session.procedure, session.case = rules.procedure, stream
            return laid_out(session, Signer(name, key), case, register, rules)
    raise NoSuchCase(stream)


def _asked_code(session: Session) -> str:
    """The return code, typed until it can be one. Raises BadCommand where nobody can be asked."""
    from workflow.crypto.codes import BadCode, normalise

    found = session.environment.get("ZAAK_CODE")
    if found:
        return found
    if not session.at_terminal:
        raise session.wrong("code-missing")
    while True:
        typed = session.hidden(session.say("Terugkeercode", "Return code"))
        try:
            return normalise(typed)
        except BadCode as error:
            session.remark(session.worded(Reason(error.code)))


def _keyless(session: Session) -> bool:
    """Whether somebody sits at a terminal who named no key and has none, as a member has none."""
    from pathlib import Path

    named = session.asked.key or session.environment.get("ZAAK_KEY")
    return session.at_terminal and not named and not Path(session.key_file).exists()


def _unknown(session: Session, stream: str, *, by_code: bool) -> Refusal:
    """The refusal; what it suggests depends only on cases that the person may know of."""
    from difflib import get_close_matches

    near: list[str] = []
    if not by_code:
        known = [dossier.case.stream for dossier in all_visible(session)]
        near = get_close_matches(stream, known, n=1, cutoff=0.8)
    particulars: dict[str, object] = {"near": tuple(near)} if near else {}
    if by_code:
        particulars["by"] = "code"
    return Refusal(session.command, (Reason("no-such-case", particulars),))
