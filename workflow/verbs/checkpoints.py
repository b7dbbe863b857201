"""`zaak audit checkpoint`, `prove` and `verify-proof`: what outsiders can hold against the log."""

from __future__ import annotations

import base64
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workflow.verbs import completing
from workflow.verbs.base import verb
from workflow.verbs.files import write_new
from workflow.verbs.languages import Words
from workflow.verbs.options import argument, forcing, option
from workflow.verbs.problems import unproven

if TYPE_CHECKING:
    from workflow.auditing.extending import Log, Window
    from workflow.checkpointing import Made
    from workflow.crypto.keys import PublicKey
    from workflow.store import Read
    from workflow.transparency.checkpoints import Checkpoint, Held
    from workflow.transparency.notes import Note
    from workflow.transparency.proofs import Proof
    from workflow.verbs.session import Session

DIFFERS = 4
"""The exit code where a proof does not hold."""
HELD = "FILE|-|STRING"
"""What can be given where a checkpoint is asked that somebody holds."""


@verb(
    Words(
        "Een ijkpunt zetten: een handtekening onder alles wat er nu in staat.\n\n"
        "Voor de ijkmeester. Bewaar het buiten de administratie: wie het heeft, kan later zien of "
        "er sindsdien iets is weggehaald of veranderd. Staat in FILE al een eerder ijkpunt, dan "
        "komt het nieuwe in de plaats, maar alleen als het erop voortbouwt.",
        "Make a checkpoint: a signature under everything that is recorded now.\n\n"
        "For the log keeper. Keep it outside the store: whoever has it can see later whether "
        "anything was taken out or changed since. Where FILE holds an earlier checkpoint, the new "
        "one takes its place, but only if it extends that one.",
    ),
    examples=("zaak audit checkpoint -o ijkpunt.txt", "zaak audit checkpoint --json"),
)
@option("-o", "--output", metavar="FILE", words=Words("Bewaar het hier.", "Save it here."))
def checkpoint(session: Session, output: str | None) -> None:
    """Sign the log as it is now."""
    from workflow.auditing.extending import compared, whole
    from workflow.checkpointing import make
    from workflow.desk.values import Altered
    from workflow.transparency.notes import verifier

    earlier = _earlier(session, output)
    who, key, now = session.person, session.key, session.desk.now()
    if earlier is not None:
        # Read beforehand: who writes an event meanwhile need not wait until all are looked at.
        with session.store.read() as tx:
            problems = compared(whole(tx), tx.checkpoints(), *earlier)
        if problems:
            raise Altered(problems)
    with session.store.write() as writing:
        made = make(writing, who, key, now)
    text = made.note.decode()
    if output is not None:
        write_new(session, output, text, force=earlier is not None)
    document = {
        **described(made.checkpoint),
        "key": verifier(made.checkpoint.origin, made.key),
        "checkpoint": text,
        "new": made.fresh,
        **({"file": output} if output is not None else {}),
    }
    session.answer(document, text if output is None else output)
    if not session.json:
        _remarked(session, made)


def _earlier(session: Session, output: str | None) -> tuple[Held, Note | None] | None:
    """The checkpoint that is in the file already; None without a file, or where it is new."""
    if output is None or not _there(output):
        return None
    from workflow.transparency.checkpoints import read
    from workflow.transparency.notes import BadNote

    try:
        return read(session.content(output))
    except BadNote as error:
        raise session.wrong("file-no-checkpoint", path=output) from error


def _there(path: str) -> bool:
    """Whether there is such a file; what is too long for a name is none."""
    try:
        return Path(path).exists()
    except OSError:
        return False


def _remarked(session: Session, made: Made) -> None:
    short = made.checkpoint.short.written
    if not made.fresh:
        session.remark(
            session.say(
                "Sinds dit ijkpunt is er niets bijgekomen.",
                "Nothing was added since this checkpoint.",
            )
        )
    session.remark(session.say(f"In het kort: {short}", f"In short: {short}"))


# --- what is held --------------------------------------------------------------------------------


def held(session: Session, given: str) -> tuple[Held, Note | None]:
    """The checkpoint that somebody holds: in a file, on standard input, or as a short string.

    A file may hold either form. Raises BadCommand for anything else.
    """
    from workflow.transparency.checkpoints import BadShort, read, read_short
    from workflow.transparency.notes import BadNote

    if given != "-" and not _there(given):
        try:
            return read_short(given), None
        except BadShort as error:
            if "-" in given.strip("-") and not set(given) & {".", "/", "\\"}:
                raise session.wrong("bad-short", given=given) from error
    content = session.content(given)
    try:
        return read(content)
    except BadNote as error:
        with suppress(BadShort, UnicodeDecodeError):
            return read_short(content.decode()), None
        raise session.wrong("bad-checkpoint", path=given) from error


def described(at: Held) -> dict[str, Any]:
    """A checkpoint as `--json` says it; of a short string that is not all."""
    from workflow.transparency.checkpoints import Checkpoint

    if not isinstance(at, Checkpoint):
        return {"size": at.size, "short": at.written}
    return {
        "origin": at.origin,
        "size": at.size,
        "root": base64.b64encode(at.root).decode(),
        "short": at.short.written,
    }


def windowed(window: Window | None) -> dict[str, Any] | None:
    """A checkpoint and what came after it, as `--json` says it; None where there is none."""
    if window is None:
        return None
    return {**described(window.held), "made": window.made, "since": window.since}


def window_said(session: Session, window: Window | None) -> str:
    """How many events no checkpoint covers yet, in a sentence; or how to get a first one."""
    from datetime import datetime

    from workflow.verbs.output import counted
    from workflow.wording.dates import moment_text

    if window is None:
        return session.say(
            "Er is nog geen ijkpunt, dus of er aan het einde iets is weggehaald, valt niet te "
            "zien. De ijkmeester zet er een: zaak audit checkpoint -o BESTAND",
            "There is no checkpoint yet, so whether anything was cut off at the end cannot be "
            "seen. The log keeper makes one: zaak audit checkpoint -o FILE",
        ).replace("FILE", session.say("BESTAND", "FILE"))
    since = counted(session, window.since, "gebeurtenis", "gebeurtenissen", "event", "events")
    when = ""
    with suppress(ValueError):
        when = moment_text(datetime.fromisoformat(window.made or ""), session.lang)
    made = session.say(f", gemaakt op {when}", f", made on {when}") if when else ""
    short = described(window.held)["short"]
    return session.say(
        f"Laatste ijkpunt: {short}{made}. Sindsdien kwam er bij: {since}.",
        f"Latest checkpoint: {short}{made}. Added since: {since}.",
    )


def against_said(session: Session, window: Window) -> str:
    """That the log goes on from the checkpoint that was held, in a sentence."""
    from workflow.verbs.output import counted

    since = counted(session, window.since, "gebeurtenis", "gebeurtenissen", "event", "events")
    return session.say(
        f"Bouwt voort op het ijkpunt dat je hebt ({window.held.size}); sindsdien kwam er bij: "
        f"{since}.",
        f"Extends the checkpoint that you hold ({window.held.size}); added since: {since}.",
    )


# --- proofs --------------------------------------------------------------------------------------


@verb(
    Words(
        "Bewijzen dat een gebeurtenis onder het laatste ijkpunt valt.\n\n"
        "Zonder SEQ de laatste gebeurtenis van ZAAK die eronder valt. Met --from in plaats van een "
        "zaak: dat het laatste ijkpunt voortbouwt op een eerder. Het bewijs is een bestand dat "
        "overal is na te gaan (zaak audit verify-proof) en niets over de inhoud zegt. Voor wie het "
        "register bijhoudt en voor de auditcommissie.",
        "Prove that an event is covered by the latest checkpoint.\n\n"
        "Without SEQ the last event of CASE that is. With --from in place of a case: that the "
        "latest checkpoint extends an earlier one. The proof is a file that can be checked "
        "anywhere (zaak audit verify-proof) and says nothing of contents. For auditors and the "
        "keeper of the register.",
    ),
    examples=(
        "zaak audit prove z-4f7k-9qtm-2c 3 -o bewijs.tlog-proof",
        "zaak audit prove --from ijkpunt.txt -o groei.txt",
    ),
)
@argument("case", completing.cases, required=False)
@argument("seq", required=False, type=int)
@option(
    "--from",
    "older",
    metavar="FILE|-",
    words=Words("Een eerder ijkpunt, heel.", "An earlier checkpoint, whole."),
)
@option("-o", "--output", metavar="FILE", words=Words("Bewaar het hier.", "Save it here."))
@forcing
def prove(
    session: Session,
    case: str | None,
    seq: int | None,
    older: str | None,
    output: str | None,
    force: bool,
) -> None:
    """Write a proof of inclusion, or of growth, to a file or to standard output."""
    from workflow.auditing.extending import compared, whole
    from workflow.checkpointing import latest
    from workflow.desk.values import Altered
    from workflow.engine.looking import EXPORTERS, takes_out
    from workflow.engine.register import STREAM
    from workflow.transparency.notes import verifier
    from workflow.verbs.dossier import opened

    if (case is None) == (older is None):
        raise session.wrong("case-or-from")
    register, now = session.desk.register(), session.desk.now()
    terms = register.anywhere(session.person, now)
    if not any(term.office in EXPORTERS for term in terms):
        raise session.refused("not-yours", who=EXPORTERS)
    stream = case
    if case is not None and case != STREAM:
        dossier = opened(session, case)
        stream = dossier.case.stream
        # How many events a case has would tell of those that another office is not shown.
        if not takes_out(register, dossier.reader, now):
            raise session.refused("not-yours", who=EXPORTERS)
    from_ = _whole(session, older) if older is not None else None
    with session.store.read() as tx:
        newest = latest(tx, register)
        if newest is None:
            raise session.refused("no-checkpoint")
        log, (at, note, mark) = whole(tx), newest
        problems = compared(log, [mark], *(from_[1:] if from_ else (at, note)))
        if problems:
            raise Altered(problems)
        if from_ is not None:
            proof = _growth(session, log, from_[1], from_[0], at, mark.note)
        else:
            proof = _inclusion(session, tx, log, stream or STREAM, seq, at, mark.note)
    # With no difference found, the checkpoint is signed with the one key that counts at its size.
    key = verifier(at.origin, log.signers(at.size)[0])
    document = {**_summary(proof), "key": key, "proof": proof.written.decode()}
    if output is None:
        session.answer(document, proof.written.decode())
        return
    write_new(session, output, proof.written.decode(), force=force)
    session.answer({**document, "file": output}, output)


def _whole(session: Session, older: str) -> tuple[bytes, Checkpoint, Note]:
    """An earlier checkpoint as it was signed, for a proof that starts there."""
    from workflow.transparency.checkpoints import read
    from workflow.transparency.notes import BadNote

    content = session.content(older)
    try:
        return (content, *read(content))
    except BadNote as error:
        raise session.wrong("bad-checkpoint", path=older) from error


def _growth(
    session: Session, log: Log, older: Checkpoint, older_note: bytes, at: Checkpoint, note: bytes
) -> Proof:
    from workflow.transparency.proofs import Consistency
    from workflow.transparency.tree import consistency_proof

    if not 1 <= older.size <= at.size:
        raise session.refused("beyond-checkpoint", size=at.size)
    return Consistency(consistency_proof(log.leaves[: at.size], older.size), older_note, note)


def _inclusion(
    session: Session, tx: Read, log: Log, stream: str, seq: int | None, at: Checkpoint, note: bytes
) -> Proof:
    from workflow.transparency.proofs import Inclusion
    from workflow.transparency.tree import inclusion_proof

    places = {n: place for place, (name, n, _) in enumerate(tx.hashes()) if name == stream}
    covered = [n for n, place in places.items() if place < at.size]
    if seq is not None and seq not in places:
        raise session.wrong("no-such-event", seq=seq, last=max(places, default=0))
    if not covered or (seq is not None and seq not in covered):
        raise session.refused("beyond-checkpoint", size=at.size)
    index = places[seq if seq is not None else max(covered)]
    leaves = log.leaves[: at.size]
    return Inclusion(leaves[index], index, inclusion_proof(leaves, index), note)


def _summary(proof: Proof) -> dict[str, Any]:
    """What a proof is about, as `--json` says it."""
    from workflow.transparency.proofs import Inclusion

    *older, (newest, _) = proof.checkpoints
    about: dict[str, Any] = {"kind": "consistency", **described(newest)}
    if isinstance(proof, Inclusion):
        return {**about, "kind": "inclusion", "index": proof.index, "leaf": proof.leaf.hex()}
    return {**about, "older": described(older[0][0])}


@verb(
    Words(
        "Een bewijs nagaan, zonder de administratie.\n\n"
        "Met --checkpoint hoort het bij het ijkpunt dat jij hebt. Met --key, hier de openbare "
        "sleutel van de ijkmeester, is het ijkpunt erin daarmee getekend. Zonder een van beide is "
        "alleen nagegaan of het in zichzelf klopt. Eindigt met code 4 als het niet klopt, en met "
        "code 2 als het van een ander ijkpunt is dan je hebt.",
        "Check a proof, without the store.\n\n"
        "With --checkpoint it belongs to the checkpoint that you hold. With --key, here the log "
        "keeper's public key, the checkpoint in it is signed with that. With neither, only whether "
        "it agrees with itself is checked. Ends with code 4 where it does not hold, and with "
        "code 2 where it is of another checkpoint than you hold.",
    ),
    name="verify-proof",
    examples=(
        "zaak audit verify-proof bewijs.tlog-proof --checkpoint ijkpunt.txt",
        "zaak audit verify-proof bewijs.tlog-proof --key logkey.txt --event body.json",
    ),
)
@argument("file", metavar="FILE|-")
@option(
    "--checkpoint",
    "mine",
    metavar=HELD,
    words=Words("Het ijkpunt dat jij hebt.", "The checkpoint that you hold."),
)
@option(
    "--event",
    metavar="FILE|-",
    words=Words("De ondertekende tekst waar het over gaat.", "The signed text it is about."),
)
def verify_proof(session: Session, file: str, mine: str | None, event: str | None) -> int:
    """Check a proof against what is held, and nothing else: here --key names a public key."""
    from workflow.transparency.notes import BadNote
    from workflow.transparency.proofs import parse
    from workflow.transparency.tree import BadProof

    try:
        proof = parse(session.content(file))
    except BadNote as error:
        raise session.wrong("bad-proof", path=file) from error
    known = held(session, mine)[0] if mine is not None else None
    log_key = session.asked.key
    keys = _public(session, log_key) if log_key is not None else None
    leaf = _leaf(session, event) if event is not None else None
    try:
        _check(proof, known, keys, leaf)
        wrong = None
    except _Elsewhere as error:
        raise session.wrong("proof-elsewhere", proven=error.proven, held=error.held) from error
    except (BadProof, BadNote) as error:
        wrong = unproven(error)[session.lang]
    document = {
        "ok": wrong is None,
        **_summary(proof),
        "signed": keys is not None if wrong is None else None,
        "held": known is not None if wrong is None else None,
        **({"problem": wrong} if wrong is not None else {}),
    }
    session.answer(document, lambda: _outcome(session, proof, wrong))
    if wrong is None and known is None and keys is None:
        session.remark(
            session.say(
                "Let op: van wie het ijkpunt in dit bewijs is, is niet nagegaan. Geef het ijkpunt "
                "dat je zelf hebt (--checkpoint) of de sleutel van de ijkmeester (--key).",
                "Note: whose the checkpoint in this proof is, was not checked. Give the checkpoint "
                "that you hold yourself (--checkpoint), or the log keeper's key (--key).",
            )
        )
    return 0 if wrong is None else DIFFERS


def _check(
    proof: Proof, known: Held | None, keys: tuple[str | None, PublicKey] | None, leaf: bytes | None
) -> None:
    """Raise BadProof or BadNote unless the proof holds, and is about what is held.

    Raises _Elsewhere where it holds, and is about a checkpoint of another size.
    """
    from workflow.transparency.checkpoints import Checkpoint
    from workflow.transparency.notes import signer
    from workflow.transparency.proofs import Inclusion
    from workflow.transparency.tree import BadProof

    if isinstance(proof, Inclusion):
        about = proof.leaf if leaf is None else leaf
        if not about:
            raise BadProof("the proof does not say which event it is about: give it with --event")
        if proof.leaf not in (b"", about):
            raise BadProof("the proof is about another event")
        proof.verify(about)
    elif leaf is not None:
        raise BadProof("a proof of growth is about no event")
    else:
        proof.verify()
    if keys is not None:
        name, key = keys
        # Of two checkpoints the older may bear an earlier key of the log keeper; held, it is known.
        at, note = proof.checkpoints[-1]
        if name not in (None, at.origin) or signer(note, at.origin, [key]) is None:
            raise BadProof("the checkpoint is not signed with this key")
    if known is None:
        return
    origin = known.origin if isinstance(known, Checkpoint) else None
    ours = [at for at, _ in proof.checkpoints if origin in (None, at.origin)]
    if ours and all(at.size != known.size for at in ours):
        raise _Elsewhere(ours[-1].size, known.size)
    if not any(at.size == known.size and known.matches(at.root) for at in ours):
        raise BadProof("the checkpoint that is held is not in this proof")


class _Elsewhere(Exception):
    """A proof that holds, of a checkpoint over another number of events than the one held.

    Nothing is wrong with it, and it says nothing about what is held.
    """

    def __init__(self, proven: int, held: int) -> None:
        super().__init__(proven, held)
        self.proven, self.held = proven, held


def _public(session: Session, given: str) -> tuple[str | None, PublicKey]:
    """A public key in the form for notes or in that of OpenSSH, typed or in a file."""
    from workflow.crypto.keys import KeyTrouble, PublicKey
    from workflow.transparency.notes import BadNote, parse_verifier

    text = given
    if given == "-" or _there(given):
        text = session.content(given).decode("utf-8", "replace")
    with suppress(BadNote):
        return parse_verifier(text)
    try:
        return None, PublicKey.parse(text)
    except KeyTrouble as error:
        raise session.wrong("bad-log-key", given=given) from error


def _leaf(session: Session, event: str) -> bytes:
    from workflow.engine.ledger import leaf_hash

    return leaf_hash(session.content(event))


def _outcome(session: Session, proof: Proof, wrong: str | None) -> str:
    from workflow.transparency.proofs import Inclusion
    from workflow.verbs.output import painted

    if wrong is not None:
        head = painted(session, session.say("Klopt niet", "Does not hold"), "red")
        return f"{head}: {wrong}."
    head = painted(session, session.say("Klopt", "Holds"), "green")
    *older, (newest, _) = proof.checkpoints
    short = newest.short.written
    if isinstance(proof, Inclusion):
        return f"{head}: " + session.say(
            f"gebeurtenis {proof.index + 1} van de {newest.size} onder ijkpunt {short}.",
            f"event {proof.index + 1} of the {newest.size} under checkpoint {short}.",
        )
    first = older[0][0].short.written
    return f"{head}: " + session.say(
        f"ijkpunt {short} bouwt voort op {first}.", f"checkpoint {short} extends {first}."
    )
