"""Doing something to a case: once, on the case as it was seen, and after showing what will leave.

`carry_out` is the one way in which the verbs change a case; `outcome` the one way they report it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from workflow.verbs.languages import Words
from workflow.verbs.options import option

if TYPE_CHECKING:
    from workflow.crypto.keys import SigningKey
    from workflow.crypto.sealing import SealedItem
    from workflow.desk.values import Filer, Outcome, Retry
    from workflow.engine.case import Disclosure
    from workflow.engine.commands import Command, NewItem
    from workflow.engine.draft import Draft
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
            "Alleen als de zaak voor jou nog op dit nummer staat (seq, zie show).",
            "Only if the case still stands at this number for you (seq, see show).",
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

    Both the key and the digest are keyed with a signature that only the caller can make (Ed25519
    signatures are deterministic, RFC 8032 §5.1.6). So nobody who holds the store can try out what a
    note said, nobody else can have the answer given again, and a key that somebody else has used,
    perhaps in a case that the caller may not know of, is as good as any other.
    """
    if care.idempotency_key is None:
        return None
    import msgspec

    from workflow.desk.values import Retry

    plain = msgspec.json.encode({"command": command, **request}, order="sorted")
    secret = key.sign(b"zaakgang idempotency key")
    noted = hashlib.sha256(content).digest()
    own = hmac.digest(secret, b"key " + care.idempotency_key.encode(), "sha256").hex()
    return Retry(own, hmac.digest(secret, plain + noted, "sha256"))


def done_before(session: Session, retry: Retry | None) -> bool:
    """Whether this was done already, under the idempotency key that it has now too."""
    if retry is None:
        return False
    with session.desk.store.read() as tx:
        return tx.receipt(retry.key) is not None


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

    What the caller may see of the case is read first: where that cannot be, nothing is done. Raises
    what Desk.perform raises, Refusal `not-confirmed`, BadBody and BadHistory.
    """
    from workflow.crypto.sealing import CannotOpen
    from workflow.store import Conflict
    from workflow.verbs.dossier import sight

    stream, seq = dossier.case.stream, dossier.recorded
    repeated = done_before(session, retry)
    with session.desk.store.read() as tx:
        seen = sight(tx, session, dossier).seq
        if care.expect is not None and not repeated and seen != care.expect:
            raise Conflict(stream, care.expect)
    certain = care.expect is not None
    if discloses and not repeated and not care.yes:
        leaves, filer = _confirm(session, dossier, command, filer)
        certain = leaves or certain
    expect = seq if certain and not repeated else None
    signer = dossier.signer
    try:
        return session.desk.perform(stream, command, signer, contents, expect, retry, filer)
    except CannotOpen as error:
        from workflow.verbs.closed import explained

        raise explained(session, dossier, error) from error


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


def _confirm(
    session: Session, dossier: Dossier, command: Command, filer: Filer | None
) -> tuple[bool, Filer | None]:
    """Show what would leave and ask; False where nothing would.

    Gives the filer back with what they were shown: the case opens under that, or not at all.
    """
    from msgspec.structs import replace

    stream, signer = dossier.case.stream, dossier.signer
    draft, opened = session.desk.preview(stream, command, signer, filer)
    leaves = confirm_leaving(session, dossier, draft, dossier.case.consents, opened)
    if filer is not None and opened is not None:
        filer = replace(filer, shown=opened.rules.digest)
    return leaves, filer


def confirm_leaving(
    session: Session,
    dossier: Dossier,
    draft: Draft,
    consents: Collection[str] = (),
    opened: Draft | None = None,
) -> bool:
    """Show what would leave in a draft and ask; False where nothing would.

    `consents` are those that were there before, and `opened` the case that it files. Raises
    Refusal `not-confirmed`.
    """
    from msgspec.structs import replace

    from workflow.engine.facts import Disclosed

    leaving = [entry.fact for entry in draft.entries if isinstance(entry.fact, Disclosed)]
    if not leaving:
        return False
    if not session.json:
        session.remark(session.say("Dit gaat eruit:", "This will leave:"))
        # Consents that the step itself would give have no name yet.
        named = [replace(gone, on=tuple(c for c in gone.on if c in consents)) for gone in leaving]
        for line in leaving_lines(session, dossier._replace(case=draft.case), named):
            session.remark(line)
        for line in reader_lines(session, dossier, [gone.purpose for gone in leaving]):
            session.remark(line)
        for line in _allowing_lines(session, dossier, opened) if opened else ():
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


def _allowing_lines(session: Session, dossier: Dossier, opened: Draft) -> list[str]:
    """Which consents a member gives in the case that opens, a line each.

    What is shared in it at once is what leaves, and to nobody else (`matters.filed`).
    """
    from workflow.engine.facts import Consented
    from workflow.verbs.output import columns, kind_label, label, purpose_label

    procedure, lang, stream = opened.rules.procedure, session.lang, opened.case.stream
    given = [entry.fact for entry in opened.entries if isinstance(entry.fact, Consented)]
    if not given:
        return []
    head = session.say(
        f"In zaak {stream} staat het lid daarmee toe, tot het dat intrekt:",
        f"In case {stream} the member thereby allows, until they withdraw it:",
    )
    rows = [
        (
            kind_label(procedure, consent.kind or "", lang),
            f"→ {label(procedure, consent.to, lang)}",
            purpose_label(procedure, consent.purpose, lang),
        )
        for consent in given
    ]
    lines = [head, *columns(rows, indent=2)]
    purposes = (consent.purpose for consent in given)
    there = dossier._replace(case=opened.case, rules=opened.rules)
    lines += reader_lines(session, there, purposes)
    if dossier.signer.who not in dossier.case.parties:
        lines.append(
            session.say(
                "Laat het lid dit zien voordat je verdergaat.",
                "Show this to the member before you go on.",
            )
        )
    return lines


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
