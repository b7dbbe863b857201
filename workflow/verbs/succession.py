"""The key of an office when who holds it changes: passed on or renewed with it, and said."""

from __future__ import annotations

import os
from functools import reduce
from typing import TYPE_CHECKING, Any

from workflow.verbs.seats import full_name, keyed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from workflow.engine import facts as f
    from workflow.engine.reasons import Reason
    from workflow.engine.register import Register
    from workflow.officekeys import Handover
    from workflow.store import Write
    from workflow.verbs.session import Session

    Change = Callable[[Register, datetime], Sequence[f.Fact]]


def settled(
    session: Session,
    change: Change,
    name: str,
    branch: str,
    leaving: str | None = None,
    *,
    yes: bool = True,
) -> tuple[tuple[f.Event, ...], Handover | None]:
    """Record a change of office together with what becomes of its keys, in one transaction.

    Returns the events and the handover, None for an office without a key, and where its holder
    leaves by themself: who goes does not choose the key of who stays. Raises Conflict when the
    register changed meanwhile, and Refusal `not-confirmed` where an older key would be lost.
    """
    from workflow import officekeys
    from workflow.engine.reasons import Reason
    from workflow.engine.register import STREAM
    from workflow.engine.register import apply as applied
    from workflow.engine.registering import key_office
    from workflow.store import Conflict

    signer, desk = session.signer, session.desk
    if not keyed(session, name) or leaving == signer.who:
        return desk.record(change, signer), None
    register = desk.register()
    with session.store.read() as tx:
        seen = officekeys.look(tx, register, name, branch, signer.key)
    new = officekeys.fresh(os.urandom(32))

    def decide(register: Register, now: datetime) -> tuple[Sequence[f.Fact], Handover]:
        if register.seq != seen.seq:
            raise Conflict(STREAM, seen.seq)
        changed = change(register, now)
        if not changed:
            officekeys.may_pass_on(register, signer.who, name, branch, seen, now)
        after = reduce(applied, changed, register)
        return changed, officekeys.succession(after, name, branch, seen, new, now, leaving)

    _, handover = decide(register, desk.now())
    if handover.lost:
        loss = Reason("keys-lost", {"office": name, "branch": branch})
        session.confirmed(_loss(session, loss), yes, why=loss)

    def decided(register: Register, now: datetime) -> Sequence[f.Fact]:
        nonlocal handover
        changed, handover = decide(register, now)
        after = reduce(applied, changed, register)
        for passed in handover.facts:
            after = reduce(applied, key_office(after, signer.who, passed, now), after)
        return (*changed, *handover.facts)

    def carried_out(tx: Write, _: Register) -> None:
        officekeys.carry_out(tx, seen, handover)

    return desk.record(decided, signer, carried_out), handover


def told(
    session: Session, handover: Handover | None, name: str, branch: str
) -> Mapping[str, Any] | None:
    """What became of the keys of an office, as `--json` says it; None where there was nothing.

    `closed` is how many of its keys nobody has any more.
    """
    if handover is None:
        return None
    from workflow.engine.register import STREAM
    from workflow.officekeys import generations

    register = session.desk.register()
    with session.store.read() as tx:
        made = generations(register, name, branch)
        closed = sum(not tx.keys(STREAM, key.item) for key in made)
    return {
        "renewed": handover.made is not None,
        "given_to": _names(register, handover.given.values()),
        "taken_from": _names(register, handover.taken.values()),
        "older_with": handover.lacking,
        "closed": closed,
    }


def said(session: Session, handover: Handover | None, name: str, branch: str) -> list[str]:
    """What became of the keys of an office, in sentences."""
    went = told(session, handover, name, branch)
    if went is None:
        return []
    lines = []
    if went["renewed"]:
        lines.append(
            session.say(
                "De functie heeft een nieuwe sleutel, voor wie haar nu heeft.",
                "The office has a new key, for whoever holds it now.",
            )
        )
    if went["given_to"]:
        to = ", ".join(went["given_to"])
        lines.append(
            session.say(f"Eerdere sleutels gingen naar: {to}.", f"Earlier keys went to: {to}.")
        )
    if went["taken_from"]:
        by = ", ".join(went["taken_from"])
        lines.append(
            session.say(
                f"Vernietigd zijn de sleutels van deze functie die {by} had.",
                f"The keys of this office that {by} had were destroyed.",
            )
        )
    if went["closed"]:
        lines.append(
            session.say(
                "Let op: een sleutel van deze functie is er niet meer. Wat alleen daarvoor "
                "verzegeld was, kan niemand in deze functie nog openen, ook geen opvolger.",
                "Note: a key of this office is no more. What was sealed to that alone nobody in "
                "this office can open any more, and no successor either.",
            )
        )
    for newcomer, able in went["older_with"].items():
        who, holders = full_name(session, newcomer), ", ".join(able)
        command = f"zaak office share-key {name} --branch {branch}"
        lines.append(
            session.say(
                f"Let op: oudere stukken van deze functie kan {who} nog niet openen. Die blijven "
                f"bij {holders}, tot een van hen dit doet: {command}",
                f"Note: {who} cannot open older items of this office yet. They stay with "
                f"{holders}, until one of them does this: {command}",
            )
        )
    return lines


# --- inside --------------------------------------------------------------------------------------


def _loss(session: Session, loss: Reason) -> str:
    from workflow.wording.wording import way_out

    way = way_out(loss, session.lang, session.procedure)
    go_on = session.say("Toch doorgaan?", "Go on all the same?")
    return f"{session.worded(loss)} {way}. {go_on}"


def _names(register: Register, lines: Collection[tuple[str, ...]]) -> list[str]:
    """The people whose keys these are, each once."""
    found = (register.signer(line) or line for each in lines for line in each)
    return list(dict.fromkeys(found))
