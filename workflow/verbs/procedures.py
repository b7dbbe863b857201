"""`zaak procedure`: the procedures there are, in words and as pictures, checked and adopted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workflow.verbs.base import Words, argument, group, option

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workflow.declaring.problems import Problem
    from workflow.declaring.reading import Declared
    from workflow.engine.procedure import Office, Procedure
    from workflow.engine.register import Register, Version
    from workflow.store import Write
    from workflow.verbs.session import Session

OFFICES = "offices.yaml"
FORMATS = ("svg", "dot", "mermaid")
FOUND_WRONG = 1
SHOWN = 12
"""So many digits of a digest tell one text of a procedure from another, for people."""

procedure = group(
    "procedure",
    Words(
        "Procedures tonen, nakijken, tekenen en aannemen.",
        "Show, check, draw and adopt procedures.",
    ),
    examples=("zaak procedure list", "zaak procedure show conduct"),
)


@procedure.verb(
    Words(
        "Welke procedures er zijn.\n\nWat de vereniging heeft aangenomen, en wat bij dit programma "
        "hoort.",
        "Which procedures there are.\n\nWhat the association adopted, and what comes with this "
        "program.",
    ),
    name="list",
    examples=("zaak procedure list", "zaak procedure list --json"),
)
def list_(session: Session) -> None:
    """List the adopted and the shipped procedures."""
    from workflow.engine.procedure import canonical, digest

    rows: dict[str, dict[str, Any]] = {}
    for version, declared in adopted(session):
        rows.setdefault(version.digest, _row(declared, version.digest, adopted=True))
    for declared in shipped(session):
        name = digest(canonical(declared))
        rows.setdefault(name, _row(declared, name, adopted=False))["shipped"] = True
    offices = len(_offices(_states() / OFFICES))

    def text() -> str:
        state = {
            True: session.say("aangenomen", "adopted"),
            False: session.say("nog niet aangenomen", "not adopted yet"),
        }
        lines = []
        for row in rows.values():
            names = ", ".join((row["procedure"], *row["aliases"]))
            version = session.say("versie", "version")
            label = row["labels"][session.lang]
            told = f"{version} {row['version']} ({row['digest'][:SHOWN]})"
            lines.append(f"{names}  {label} – {told}, {state[row['adopted']]}")
        known = session.say("functies waaruit zij kiezen", "offices they choose from")
        lines.append(f"{OFFICES}  {offices} {known}")
        return "\n".join(lines)

    session.answer({"procedures": list(rows.values()), "offices": offices}, text)


@procedure.verb(
    Words(
        "Een procedure in woorden.\n\nDe sporen en hun toestanden, de stappen, wie ze zet, wat "
        "ervoor nodig is, de termijnen en de regels waarop alles rust.",
        "A procedure in words.\n\nThe tracks and their states, the steps, who takes them, what "
        "they need, the deadlines and the rules that all of it rests on.",
    ),
    examples=("zaak procedure show conduct", "zaak procedure show omgang --lang nl"),
)
@argument("name")
def show(session: Session, name: str) -> None:
    """Show one procedure: the adopted one of that name, else the shipped one, or a file."""
    import msgspec

    from workflow.engine.procedure import canonical, digest
    from workflow.verbs.declaration import in_words

    found = _named(session, name)
    document = {"digest": digest(canonical(found)), "declared": msgspec.to_builtins(found)}
    row = {"procedure": found.procedure, "version": found.version, "labels": found.labels}
    shown = str(document["digest"])[:SHOWN]
    session.answer({**row, **document}, lambda: in_words(found, session.lang, shown))


@procedure.verb(
    Words(
        "Kijk een procedure na.\n\nAlles wat er mis mee is, met regel en kolom. Is er iets mis, "
        "dan is de uitgangscode 1.",
        "Check a procedure.\n\nEverything that is wrong with it, with line and column. If anything "
        "is wrong, the exit code is 1.",
    ),
    examples=("zaak procedure check conduct", "zaak procedure check states/conduct.yaml --json"),
)
@argument("files", nargs=-1, required=True, metavar="FILE|NAME...")
def check(session: Session, files: tuple[str, ...]) -> int:
    """Check procedures by name or from files."""
    checked = [_checked(session, file) for file in files]
    ok = all(document["ok"] for document in checked)
    document = checked[0] if len(checked) == 1 else {"ok": ok, "procedures": checked}
    session.answer(document, lambda: "\n".join(_verdict(session, one) for one in checked))
    return 0 if ok else FOUND_WRONG


@procedure.verb(
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
@argument("name")
@option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="svg",
    show_default=True,
    words=Words("De vorm.", "The form."),
)
@option("--track", metavar="TRACK", words=Words("Alleen dit spoor.", "Only this track."))
@option("-o", "--output", metavar="FILE", words=Words("Naar een bestand.", "Into a file."))
def diagram(session: Session, name: str, form: str, track: str | None, output: str | None) -> None:
    """Draw a procedure as SVG, DOT or Mermaid."""
    from workflow.histories import diagrams

    found = _named(session, name)
    if track is not None and track not in found.tracks:
        raise session.wrong("unknown-track", given=track, known=tuple(found.tracks))
    tracks = [track] if track else list(found.tracks)
    drawn = [diagrams.diagram(found, one) for one in tracks]
    if form == "mermaid":
        text = diagrams.mermaid(drawn, session.lang)
    else:
        text = diagrams.dot(drawn, session.lang)
    if form == "svg":
        title = found.tracks[track].labels if track else found.labels
        try:
            text = diagrams.svg(text, title[session.lang])
        except diagrams.CannotDraw as error:
            raise session.wrong("cannot-draw", why=str(error)) from error
    document: dict[str, Any] = {"procedure": found.procedure, "format": form, "tracks": tracks}
    if output is None:
        session.answer({**document, "diagram": text}, text)
        return
    written(session, output, text)
    session.answer({**document, "file": output}, output)


@procedure.verb(
    Words(
        "Neem een procedure aan.\n\nVoor wie het register bijhoudt. De procedure wordt eerst "
        "nagekeken. Zaken die al lopen, houden de versie waarmee zij begonnen.",
        "Adopt a procedure.\n\nFor the keeper of the register. The procedure is checked first. "
        "Cases that are open keep the version they began with.",
    ),
    examples=("zaak procedure adopt conduct.yaml",),
)
@argument("file")
def adopt(session: Session, file: str) -> None:
    """Check a procedure and record that the association follows it from now on."""
    from workflow.engine import registering
    from workflow.engine.facts import Adopted
    from workflow.engine.procedure import canonical, recipients
    from workflow.engine.procedure import digest as digest_of
    from workflow.engine.registering import seat

    declared = sound(session, file)
    form = canonical(declared)
    digest = digest_of(form)
    version = Adopted(declared.procedure, declared.version, digest, declared.aliases)

    def keep(tx: Write, _: Register) -> None:
        tx.put_procedure(digest, form)

    signer = session.signer
    (event,) = session.desk.record(
        lambda register, now: registering.adopt(
            register, signer.who, version, seat(register), now, recipients(declared)
        ),
        signer,
        keep,
    )
    row = _row(declared, digest, adopted=True)
    label = declared.labels[session.lang]
    session.answer(
        {**row, "seq": event.seq},
        session.say(
            f"Aangenomen: {label} ({declared.procedure}), versie {declared.version}.\n"
            "Nieuwe zaken volgen deze versie; lopende zaken houden de hunne.",
            f"Adopted: {label} ({declared.procedure}), version {declared.version}.\n"
            "New cases follow this version; open cases keep theirs.",
        ),
    )


# --- procedures, for other verbs too -------------------------------------------------------------


def adopted(session: Session) -> list[tuple[Version, Procedure]]:
    """Every version that the association adopted, newest first; none without a store."""
    from workflow.engine.procedure import from_canonical
    from workflow.store import StoreTrouble

    try:
        register = session.desk.register()
    except StoreTrouble as trouble:
        if trouble.code == "store-missing":
            return []
        raise
    with session.store.read() as tx:
        forms = [(version, tx.procedure(version.digest)) for version in register.adopted]
    return [(version, from_canonical(form)) for version, form in reversed(forms) if form]


def shipped(session: Session) -> list[Procedure]:
    """The procedures that come with the program, sound and in the order of their files."""
    paths = [path for path in sorted(_states().glob("*.yaml")) if path.name != OFFICES]
    return [sound(session, str(path)) for path in paths]


def sound(session: Session, file: str) -> Procedure:
    """The procedure in a file. Raises Refusal with everything that is wrong with it."""
    from workflow.declaring.checks import check as check_all
    from workflow.declaring.reading import Unreadable
    from workflow.engine.reasons import Reason, Refusal

    try:
        read = _declared(session, file)
        problems = check_all(read.procedure, read.positions)
    except Unreadable as error:
        problems = error.problems
    else:
        if not problems:
            return read.procedure
    reasons = (
        Reason("procedure-unsound", {"place": _place(one), "problem": one.text[session.lang]})
        for one in problems
    )
    raise Refusal(session.command, tuple(reasons))


def written(session: Session, path: str, text: str) -> None:
    """Write a new file, whole or not at all. Raises BadCommand where one is there already."""
    target = Path(path)
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise session.wrong("file-exists", path=path) from error
    except OSError as error:
        raise session.wrong("file-unwritable", path=path, why=session.trouble(error)) from error


# --- inside --------------------------------------------------------------------------------------


def _states() -> Path:
    from workflow.resources import folder

    return folder("states")


def _offices(path: Path) -> Mapping[str, Office]:
    from workflow.declaring.reading import read_offices

    return read_offices(path)


def _declared(session: Session, file: str) -> Declared:
    """A procedure with the places of everything: by name, from a file, or standard input (`-`).

    Offices come from the offices.yaml beside the file, else from the one of this program.
    """
    from workflow.declaring.reading import declared, find, parsed

    if file == "-":
        return parsed(session.content("-"), "-", _offices(_states() / OFFICES))
    path = find(file, _states())
    beside = path.parent / OFFICES
    return declared(path, _offices(beside if beside.is_file() else _states() / OFFICES))


def _named(session: Session, name: str) -> Procedure:
    """The adopted procedure of this name or alias, else the shipped one or the one in a file."""
    from workflow.declaring.reading import Unreadable

    known = adopted(session)
    for version, declared in known:
        if name in (version.procedure, *version.aliases):
            session.procedure = declared
            return declared
    try:
        found = _declared(session, name).procedure
    except Unreadable as error:
        if error.problems[0].code != "unknown-procedure":
            sound(session, name)
        names = {version.procedure for version, _ in known} | {
            p.procedure for p in shipped(session)
        }
        raise session.wrong("unknown-procedure", given=name, known=tuple(sorted(names))) from error
    session.procedure = found
    return found


def _row(declared: Procedure, digest: str, *, adopted: bool) -> dict[str, Any]:
    return {
        "procedure": declared.procedure,
        "aliases": declared.aliases,
        "version": declared.version,
        "labels": {"nl": declared.labels.nl, "en": declared.labels.en},
        "digest": digest,
        "adopted": adopted,
        "shipped": False,
    }


def _checked(session: Session, file: str) -> dict[str, Any]:
    from workflow.declaring.checks import check as check_all
    from workflow.declaring.checks import size
    from workflow.declaring.reading import Unreadable

    name, states, transitions = file, 0, 0
    problems: Iterable[Problem]
    try:
        read = _declared(session, file)
    except Unreadable as error:
        problems = error.problems
    else:
        name = read.procedure.procedure
        states, transitions = size(read.procedure).states, size(read.procedure).transitions
        problems = check_all(read.procedure, read.positions)
    found: list[dict[str, Any]] = [
        {
            "code": one.code,
            "text": one.text[session.lang],
            "file": one.file,
            "line": one.line,
            "column": one.column,
            "path": one.path,
            "suggestion": one.suggestion,
            "trace": [],
        }
        for one in problems
    ]
    return {
        "ok": not found,
        "procedure": name,
        "states": states,
        "transitions": transitions,
        "explored": 0,
        "exhaustive": False,
        "problems": found,
    }


def _verdict(session: Session, checked: Mapping[str, Any]) -> str:
    states, steps = checked["states"], checked["transitions"]
    if checked["ok"]:
        return session.say(
            f"{checked['procedure']}: in orde ({states} toestanden, {steps} overgangen)",
            f"{checked['procedure']}: sound ({states} states, {steps} transitions)",
        )
    lines = []
    for one in checked["problems"]:
        meant = session.say("Bedoeld is misschien", "Perhaps meant")
        hint = f" {meant}: {one['suggestion']}" if one["suggestion"] else ""
        lines.append(f"{one['file']}:{one['line']}:{one['column']}: {one['text']}{hint}")
    return "\n".join(lines)


def _place(one: Problem) -> str:
    return f"{one.file}:{one.line}:{one.column}"
