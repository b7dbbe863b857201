"""Doing something to a case: once, on the case as it was seen, and after showing what will leave.

`carry_out` is the one way in which the verbs change a case; `outcome` the one way they report it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from workflow.verbs.base import Words, option

if TYPE_CHECKING:
    from workflow.crypto.keys import SigningKey
    from workflow.crypto.sealing import SealedItem
    from workflow.desk import Filer, Outcome, Retry
    from workflow.engine.case import Disclosure
    from workflow.engine.commands import Command, NewItem
    from workflow.engine.facts import Disclosed, Event
    from workflow.verbs.dossier import Dossier
    from workflow.verbs.session import Session


class Care(NamedTuple):
    """With what care something is done: on which state, not twice, and confirmed beforehand."""

    expect: int | None = None
    idempotency_key: str | None = None
    yes: bool = False


def careful_again(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option --idempotency-key, for what must not happen twice."""
    return option(
        "--idempotency-key",
        metavar="K",
        words=Words(
            "Opnieuw met dezelfde K gebeurt het geen tweede keer.",
            "Again with the same K, it does not happen twice.",
        ),
    )(function)


def careful(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options --expect and --idempotency-key, for verbs that change a case."""
    return option(
        "--expect",
        type=int,
        metavar="SEQ",
        words=Words(
            "Alleen als de zaak nog op dit nummer staat (seq).",
            "Only if the case still stands at this number (seq).",
        ),
    )(careful_again(function))


def happening(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option --happened, for what may be written down later than it took place."""
    return option(
        "--happened",
        metavar="TIME",
        words=Words(
            "Wanneer het gebeurde, als dat eerder was: 2026-03-31T14:30.",
            "When it took place, if earlier: 2026-03-31T14:30.",
        ),
    )(function)


def confirming(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option --yes, for what lets something leave the case."""
    return option(
        "--yes",
        is_flag=True,
        words=Words(
            "Bevestig vooraf dat er gedeeld wordt.", "Confirm beforehand that things are shared."
        ),
    )(function)


def new_item(session: Session, content: bytes) -> tuple[NewItem, SealedItem]:
    """A content, sealed, under a fresh random name such as `i-4f7k9qtm` (40 bits)."""
    from workflow.crypto.codes import new_item_name
    from workflow.crypto.sealing import digest, seal
    from workflow.engine.commands import NewItem

    sealed = seal(content)
    name = new_item_name(session.random)
    return NewItem(name, digest(sealed.ciphertext), len(sealed.ciphertext)), sealed


def retrying(
    care: Care, key: SigningKey, command: str, request: Mapping[str, Any], content: bytes
) -> Retry | None:
    """What makes a second attempt recognisable; None where no idempotency key was given.

    The digest is keyed with a signature that only the caller can make (Ed25519 signatures are
    deterministic, RFC 8032 §5.1.6), so that nobody who holds the store can try out what a note
    said, and nobody else can have the answer given again.
    """
    if care.idempotency_key is None:
        return None
    import msgspec

    from workflow.desk import Retry

    plain = msgspec.json.encode({"command": command, **request}, order="sorted")
    secret = key.sign(b"zaakgang idempotency key")
    noted = hashlib.sha256(content).digest()
    return Retry(care.idempotency_key, hmac.digest(secret, plain + noted, "sha256"))


def carry_out(
    session: Session,
    dossier: Dossier,
    command: Command,
    contents: Mapping[str, SealedItem],
    care: Care,
    retry: Retry | None = None,
    *,
    discloses: bool = False,
    filer: Filer | None = None,
) -> Outcome:
    """Perform the command. Where it `discloses`, show what leaves and have it confirmed first.

    Raises what Desk.perform raises, and Refusal `not-confirmed`.
    """
    from workflow.store import Conflict
    from workflow.verbs.dossier import sight

    stream, seq = dossier.case.stream, dossier.recorded
    repeated = False
    with session.desk.store.read() as tx:
        if retry is not None:
            repeated = tx.receipt(retry.key) is not None
        counted = care.expect is not None and not repeated
        if counted and sight(tx, session, dossier).seq != care.expect:
            raise Conflict(stream, care.expect)
    certain = care.expect is not None
    if discloses and not repeated and not care.yes:
        certain = _confirm(session, dossier, command) or certain
    expect = seq if certain and not repeated else None
    signer = dossier.signer
    return session.desk.perform(stream, command, signer, contents, expect, retry, filer)


def outcome(
    session: Session, dossier: Dossier, done: Outcome, **more: Any
) -> tuple[dict[str, Any], list[Event]]:
    """The JSON document that tells what was done, and those of its events the caller may see."""
    from workflow.verbs.dossier import reread, sight

    after = reread(session, dossier, done.case)
    with session.desk.store.read() as tx:
        seen = sight(tx, session, after)
    fresh = {event.seq for event in done.events}
    numbered = [(place, event) for place, event in enumerate(seen.events, 1) if event.seq in fresh]
    document = {
        "case": done.case.stream,
        "seq": seen.seq,
        "events": [{"seq": place, "type": kind(event)} for place, event in numbered],
        "states": states(after),
        **{name: value for name, value in more.items() if value is not None},
    }
    if done.repeated:
        document["repeated"] = True
    return document, [event for _, event in numbered]


def kind(event: Event) -> str:
    """The type of an event, as it stands in the history."""
    tag = event.data.__struct_config__.tag
    return str(tag)


def states(dossier: Dossier) -> dict[str, str]:
    """Where each track stands that the reader sees."""
    from workflow.engine.standing import sees
    from workflow.verbs.dossier import in_order

    return {
        track: dossier.case.state(track)
        for track in sorted(dossier.case.tracks, key=lambda name: in_order(dossier, name))
        if sees(dossier.procedure, dossier.case, dossier.reader, track)
    }


def _confirm(session: Session, dossier: Dossier, command: Command) -> bool:
    """Show what would leave and ask; False where nothing would."""
    from msgspec.structs import replace

    from workflow.engine.facts import Disclosed

    draft = session.desk.preview(dossier.case.stream, command, dossier.signer)
    leaving = [entry.fact for entry in draft.entries if isinstance(entry.fact, Disclosed)]
    if not leaving:
        return False
    if not session.json:
        session.remark(session.say("Dit gaat eruit:", "This will leave:"))
        # Consents that the step itself would give have no name yet.
        named = [
            replace(gone, on=tuple(c for c in gone.on if c in dossier.case.consents))
            for gone in leaving
        ]
        for line in leaving_lines(session, dossier._replace(case=draft.case), named):
            session.remark(line)
        for line in reader_lines(session, dossier, [gone.purpose for gone in leaving]):
            session.remark(line)
    session.confirmed(session.say("Doorgaan?", "Go on?"), False, "B18")
    return True


def leaving_lines(
    session: Session, dossier: Dossier, leaving: Sequence[Disclosed | Disclosure]
) -> list[str]:
    """What goes to whom for which purpose on which basis, a line each."""
    from workflow.verbs.output import columns, kind_label, label, purpose_label

    procedure, lang = dossier.procedure, session.lang
    bases = {
        "own": Words("eigen stuk", "their own"),
        "confidant": Words("toevertrouwd", "confided"),
        "commission": Words("in opdracht geschreven", "written on commission"),
        "consent": Words("toestemming", "consent"),
        "emergency": Words("levensgevaar", "life in danger"),
        "legal_duty": Words("wettelijke plicht", "legal duty"),
    }
    rows = []
    for gone in leaving:
        basis = bases[gone.basis].say(lang)
        rests = f" ({', '.join(gone.on)})" if gone.on else ""
        carried = session.say(f", in zaak {gone.into}", f", in case {gone.into}")
        rows.append(
            (
                f"{kind_label(procedure, dossier.case.items[gone.item].kind, lang)} ({gone.item})",
                f"→ {label(procedure, gone.to, lang)}" + (carried if gone.into else ""),
                purpose_label(procedure, gone.purpose, lang),
                session.say("op grond van: ", "on the basis of: ") + basis + rests,
            )
        )
    return columns(rows, indent=2)


def readers(session: Session, dossier: Dossier, purpose: str) -> str | None:
    """Who will come to read what is shared for a purpose, where the procedure says so."""
    declared = dossier.procedure.purposes.get(purpose)
    return declared.readers[session.lang] if declared and declared.readers else None


def reader_lines(session: Session, dossier: Dossier, purposes: Iterable[str]) -> list[str]:
    """Who will come to read what is shared for these purposes, a line for each that says so."""
    from workflow.verbs.output import purpose_label

    lines = []
    for purpose in dict.fromkeys(purposes):
        words = readers(session, dossier, purpose)
        if words is not None:
            label = purpose_label(dossier.procedure, purpose, session.lang)
            head = session.say(f"Wie het lezen, voor {label}", f"Who will read it, for {label}")
            lines.append(f"  {head}: {words}")
    return lines
