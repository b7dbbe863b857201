"""Documents of a case: adding, reading and sharing them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workflow.verbs import completing
from workflow.verbs.acting import moved_lines
from workflow.verbs.base import verb
from workflow.verbs.bringing import sealed
from workflow.verbs.doing import (
    Care,
    careful,
    carry_out,
    confirming,
    happening,
    outcome,
    retrying,
)
from workflow.verbs.files import unused, write_private
from workflow.verbs.languages import Words
from workflow.verbs.options import argument, forcing, option

if TYPE_CHECKING:
    from workflow.crypto.sealing import SealedItem
    from workflow.verbs.dossier import Dossier
    from workflow.verbs.session import Session


@verb(
    Words(
        "Een stuk verzegelen en aan de zaak toevoegen.\n\n"
        "Alleen wie het volgens de procedure mag lezen, kan het openen.",
        "Seal a document and add it to the case.\n\n"
        "Only those who may read it under the procedure can open it.",
    ),
    examples=(
        "zaak add z-4f7k-9qtm-2c gesprek.txt --kind conversation",
        "zaak add z-4f7k-9qtm-2c - --kind packet < verzoek.txt",
    ),
)
@argument("case", completing.cases)
@argument("file", metavar="FILE|-")
@option(
    "--kind",
    required=True,
    metavar="KIND",
    complete=completing.kinds,
    words=Words("Wat voor stuk het is.", "What sort of document it is."),
)
@option(
    "--of",
    metavar="PARTY,…",
    complete=completing.parties,
    words=Words(
        "Wie erin te herkennen zijn, bij een soort die daarnaar vraagt.",
        "Who can be recognised in it, for a kind that asks for that.",
    ),
)
@happening
@careful
def add(
    session: Session,
    case: str,
    file: str,
    kind: str,
    of: str | None,
    happened: str | None,
    expect: int | None,
    idempotency_key: str | None,
) -> None:
    """Add a document."""
    from workflow.engine.commands import AddItem
    from workflow.engine.facts import Added
    from workflow.verbs import meant, whom
    from workflow.verbs.dossier import opened
    from workflow.verbs.moments import moment

    dossier = opened(session, case)
    kind = meant.declared(session, dossier.procedure, "kinds", kind)
    declared = dossier.procedure.kinds.get(kind)
    if declared is not None and not declared.added_by:
        raise session.refused("comes-with-a-step", "B18", kind=kind)
    parties = whom.several(session, dossier, of or "")
    content = session.text(file)
    contents: dict[str, SealedItem] = {}
    item = sealed(session, content, contents)
    assert item is not None
    command = AddItem(item, kind, moment(session, happened), parties)
    care = Care(expect, idempotency_key)
    request = {
        "case": dossier.case.stream,
        "kind": kind,
        "of": list(parties),
        "happened": happened,
        "expect": expect,
    }
    retry = retrying(care, dossier.signer.key, "add", request, content)
    done = carry_out(session, dossier, command, contents, care, retry)
    added = next(event.data.item for event in done.events if isinstance(event.data, Added))
    document, events = outcome(session, dossier, done, item=added)
    session.answer(document, "\n".join(moved_lines(session, dossier, events)))


@verb(
    Words(
        "Een stuk lezen.\n\nDat je het las, komt in de geschiedenis.",
        "Read a document.\n\nThat you read it goes into the history.",
    ),
    examples=(
        "zaak read z-4f7k-9qtm-2c i-4f7k9qtm",
        "zaak read z-4f7k-9qtm-2c i-4f7k9qtm -o brief.pdf",
    ),
)
@argument("case", completing.cases)
@argument("item", completing.items)
@option(
    "-o",
    "--output",
    metavar="FILE",
    words=Words(
        "Bewaar het hier, alleen leesbaar voor jou.", "Save it here, readable by you alone."
    ),
)
@forcing
@option(
    "--sealed",
    metavar="DIR",
    words=Words(
        "Bewaar het in DIR zoals het verzegeld is, voor het programma age.",
        "Save it in DIR as it is sealed, for the program age.",
    ),
)
def read(
    session: Session, case: str, item: str, output: str | None, force: bool, sealed: str | None
) -> None:
    """Read a document."""
    from workflow.crypto.sealing import CannotOpen
    from workflow.engine.commands import Read
    from workflow.keyring import open_item
    from workflow.verbs.closed import explained
    from workflow.verbs.dossier import opened

    dossier = opened(session, case)
    unused(session, output, force=force)
    # What cannot be opened was not read: it is opened before the reading is recorded.
    session.desk.preview(dossier.case.stream, Read(item), dossier.signer)
    try:
        with session.store.read() as tx:
            stream, known = dossier.case.stream, dossier.case.items[item].digest
            _, content = open_item(tx, dossier.register, stream, item, known, dossier.signer.key)
    except CannotOpen as error:
        raise explained(session, dossier, error) from error
    done = carry_out(session, dossier, Read(item), {}, Care())
    if sealed is not None:
        _keep_sealed(session, dossier, item, sealed, outcome(session, dossier, done, item=item)[0])
        return
    document, _ = outcome(session, dossier, done, item=item, kind=dossier.case.items[item].kind)
    if output is not None:
        write_private(session, Path(output), content)
        session.answer({**document, "file": output, "size": len(content)}, output)
    elif session.json:
        session.answer({**document, **_plain(content)}, "")
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def _keep_sealed(
    session: Session, dossier: Dossier, item: str, folder: str, document: dict[str, Any]
) -> None:
    from workflow.auditing.exporting import sealed_item

    try:
        with session.store.read() as tx:
            files = sealed_item(
                tx,
                dossier.register,
                dossier.case.stream,
                item,
                dossier.signer.key,
                Path(folder),
            )
    except OSError as error:
        raise session.wrong("file-unwritable", path=folder, why=session.trouble(error)) from error
    names = [str(path) for path in files]
    session.answer({**document, "files": names}, "\n".join(names))


def _plain(content: bytes) -> dict[str, str]:
    """A content for JSON: as text where it is text, else in base64 (RFC 4648 §4)."""
    from base64 import b64encode

    try:
        return {"text": content.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": b64encode(content).decode()}


@verb(
    Words(
        "Stukken delen met iemand die er een grond voor heeft.\n\n"
        "Dat kan op toestemming van ieder van wie het stuk is, bij levensgevaar, of op een "
        "vastgelegde wettelijke plicht (--document). Eerst zie je wat er weggaat.",
        "Share documents with someone for whom there is a basis.\n\n"
        "The bases are consent of everyone whose document it is, danger to life, and a recorded "
        "legal duty (--document). What will leave is shown first.",
    ),
    examples=(
        "zaak share z-4f7k-9qtm-2c i-4f7k9qtm --to disputes_committee --purpose ruling",
        "zaak share z-4f7k-9qtm-2c i-4f7k9qtm --to police --purpose legal_duty \\",
        "  --document i-8w2y5h3d",
    ),
)
@argument("case", completing.cases)
@argument("items", completing.items, nargs=-1, required=True)
@option(
    "--to",
    required=True,
    metavar="RECIPIENT",
    complete=completing.recipients,
    words=Words("Met wie.", "With whom."),
)
@option(
    "--purpose",
    required=True,
    metavar="PURPOSE",
    complete=completing.purposes,
    words=Words("Waarvoor.", "What for."),
)
@option(
    "--document",
    metavar="ITEM",
    complete=completing.items,
    words=Words(
        "Het stuk waarin de wettelijke plicht staat.", "The document that holds the legal duty."
    ),
)
@happening
@confirming
@careful
def share(
    session: Session,
    case: str,
    items: tuple[str, ...],
    to: str,
    purpose: str,
    document: str | None,
    happened: str | None,
    yes: bool,
    expect: int | None,
    idempotency_key: str | None,
) -> None:
    """Share documents."""
    from workflow.engine.commands import Share
    from workflow.verbs import meant, whom
    from workflow.verbs.dossier import opened
    from workflow.verbs.moments import moment

    dossier = opened(session, case)
    items = tuple(dict.fromkeys(items))
    to = whom.party(session, dossier, to)
    purpose = meant.declared(session, dossier.procedure, "purposes", purpose)
    command = Share(items, to, purpose, document, moment(session, happened))
    care = Care(expect, idempotency_key, yes)
    request = {
        "case": dossier.case.stream,
        "items": list(items),
        "to": to,
        "purpose": purpose,
        "document": document,
        "happened": happened,
        "expect": expect,
    }
    retry = retrying(care, dossier.signer.key, "share", request, b"")
    done = carry_out(session, dossier, command, {}, care, retry, discloses=True)
    told, events = outcome(session, dossier, done)
    session.answer(told, lambda: "\n".join(moved_lines(session, dossier, events)))
