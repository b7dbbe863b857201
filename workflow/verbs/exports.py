"""`zaak procedure diagram` and `zaak procedure export`: a procedure for eyes, and for engines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workflow.verbs.base import verb
from workflow.verbs.catalogue import named
from workflow.verbs.files import write_new
from workflow.verbs.languages import Words
from workflow.verbs.options import argument, forcing, forming, option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workflow.engine.procedure import Procedure
    from workflow.verbs.session import Session

PICTURES = frozenset({".gif", ".jpeg", ".jpg", ".pdf", ".png", ".webp"})
"""What a file is called that holds a picture of another form than any made here."""
DRAWN = ("svg", "dot", "mermaid")
EXPORTED = ("scxml", "mermaid", "dot", "promela", "pnml")

followed = option(
    "--branch",
    metavar="BRANCH",
    words=Words("Zoals deze afdeling haar volgt.", "As this branch follows it."),
)


@verb(
    Words(
        "Teken een procedure.\n\nAlle sporen, of één (--track). SVG is een plaatje; DOT en Mermaid "
        "zijn tekst waarvan andere programma's plaatjes maken.",
        "Draw a procedure.\n\nAll tracks, or one (--track). SVG is a picture; DOT and Mermaid are "
        "text that other programs make pictures of.",
    ),
    examples=(
        "zaak procedure diagram conduct --format svg -o conduct.svg",
        "zaak procedure diagram conduct --track report --format mermaid",
    ),
)
@argument("name", metavar="NAME|FILE")
@forming(*DRAWN)
@option("--track", metavar="TRACK", words=Words("Alleen dit spoor.", "Only this track."))
@option(
    "-o",
    "--output",
    "--out",
    "output",
    is_eager=True,
    metavar="FILE",
    words=Words("Naar een bestand.", "Into a file."),
)
@forcing
@followed
def diagram(
    session: Session,
    name: str,
    form: str,
    track: str | None,
    output: str | None,
    force: bool,
    branch: str | None,
) -> None:
    """Draw a procedure as SVG, DOT or Mermaid."""
    from workflow.histories import diagrams

    if output is not None and Path(output).suffix.lower() in PICTURES:
        text = session.say(
            f"Dit programma maakt SVG, DOT en Mermaid, en geen {Path(output).suffix}: noem het "
            f"bestand {Path(output).stem}.svg.",
            f"This program makes SVG, DOT and Mermaid, and no {Path(output).suffix}: call the file "
            f"{Path(output).stem}.svg.",
        )
        raise session.wrong("usage", text=text)
    found = named(session, name, branch)
    tracks = _tracks(session, found, (track,) if track is not None else ())
    text = _drawn(session, found, tracks, form)
    if form == "svg":
        title = found.tracks[tracks[0]].labels if track else found.labels
        try:
            text = diagrams.svg(text, title[session.lang])
        except diagrams.CannotDraw as error:
            raise session.wrong("cannot-draw", why=str(error)) from error
    document = {"procedure": found.procedure, "format": form, "tracks": tracks}
    _answer(session, document, "diagram", text, output, force=force)


@verb(
    Words(
        "Geef een procedure aan andere programma's.\n\nAlle sporen, of alleen die je noemt "
        "(--track). SCXML is een toestandsmachine die andere programma's kunnen uitvoeren. Promela "
        "is een model waarin het programma SPIN nagaat wat nooit kan gebeuren. PNML is een "
        "petrinet waarop je stappen kunt naspelen (zaak audit export --format xes). Van Mermaid en "
        "DOT maken andere programma's plaatjes. Wat elke vorm precies zegt en wat zij openlaat, "
        "staat in docs/declaring.md.",
        "Give a procedure to other programs.\n\nAll tracks, or only those you name (--track). "
        "SCXML is a state machine that other programs can run. Promela is a model in which the "
        "program SPIN finds out what can never happen. PNML is a Petri net on which events can be "
        "replayed (zaak audit export --format xes). Of Mermaid and DOT other programs make "
        "pictures. What each form says exactly, and what it leaves free, is in docs/declaring.md.",
    ),
    examples=(
        "zaak procedure export conduct --format scxml -o conduct.scxml",
        "zaak procedure export dispute --format promela --track dispute --track challenge",
    ),
)
@argument("name", metavar="NAME|FILE")
@option(
    "--format",
    "form",
    type=click.Choice(EXPORTED),
    required=True,
    words=Words("De vorm.", "The form."),
)
@option(
    "--track",
    "chosen",
    metavar="TRACK",
    multiple=True,
    words=Words("Alleen dit spoor; mag vaker.", "Only this track; may be given again."),
)
@option(
    "-o",
    "--output",
    "--out",
    "output",
    metavar="FILE",
    words=Words("Naar een bestand.", "Into a file."),
)
@forcing
@followed
def export(
    session: Session,
    name: str,
    form: str,
    chosen: tuple[str, ...],
    output: str | None,
    force: bool,
    branch: str | None,
) -> None:
    """Write a procedure as SCXML, Promela, PNML, Mermaid or DOT."""
    from workflow.interchange.pnml import pnml
    from workflow.interchange.promela import promela
    from workflow.interchange.scxml import scxml
    from workflow.interchange.skeleton import skeleton

    found = named(session, name, branch)
    tracks = _tracks(session, found, chosen)
    if form in DRAWN:
        text = _drawn(session, found, tracks, form)
    else:
        text = {"scxml": scxml, "promela": promela, "pnml": pnml}[form](skeleton(found, tracks))
    document = {"procedure": found.procedure, "format": form, "tracks": tracks}
    _answer(session, document, "text", text, output, force=force)


def _tracks(session: Session, found: Procedure, chosen: tuple[str, ...]) -> tuple[str, ...]:
    """The tracks that are meant, or all, in the order of the file. Raises BadCommand."""
    from workflow.verbs.meant import declared

    known = tuple(found.tracks)
    meant = {declared(session, found, "tracks", one) for one in chosen}
    for one in sorted(meant - set(known)):
        raise session.wrong("unknown-track", given=one, known=known)
    return tuple(one for one in known if one in meant) if meant else known


def _drawn(session: Session, found: Procedure, tracks: tuple[str, ...], form: str) -> str:
    """The tracks in Mermaid, or else in DOT, in the language spoken."""
    from workflow.histories import diagrams

    drawn = [diagrams.diagram(found, one) for one in tracks]
    return (diagrams.mermaid if form == "mermaid" else diagrams.dot)(drawn, session.lang)


def _answer(
    session: Session,
    document: Mapping[str, object],
    key: str,
    text: str,
    output: str | None,
    *,
    force: bool,
) -> None:
    """Answer with the text itself, as `key` of the document, or with the new file it went into."""
    if output is None:
        session.answer({**document, key: text}, text)
        return
    write_new(session, output, text, force=force)
    session.answer({**document, "file": output}, output)
