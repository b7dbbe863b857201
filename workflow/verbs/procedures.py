"""`zaak procedure`: the procedures there are, in words and as pictures, checked and adopted."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workflow.verbs.base import Words, argument, group, option
from workflow.verbs.rules import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from workflow.declaring.problems import Problem
    from workflow.declaring.reading import Declared
    from workflow.engine.procedure import Office, Procedure, Text
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
procedure.add_command(rules)


followed = option(
    "--branch",
    metavar="BRANCH",
    words=Words("Zoals deze afdeling haar volgt.", "As this branch follows it."),
)


@procedure.verb(
    Words(
        "Welke procedures er zijn.\n\nWat de vereniging heeft aangenomen, en wat bij dit programma "
        "hoort. Beleid is wat een afdeling anders doet dan een procedure zegt.",
        "Which procedures there are.\n\nWhat the association adopted, and what comes with this "
        "program. A policy is what a branch does otherwise than a procedure says.",
    ),
    name="list",
    examples=("zaak procedure list", "zaak procedure list --json"),
)
def list_(session: Session) -> None:
    """List the adopted and the shipped procedures."""
    from workflow.engine.procedure import canonical, digest

    rows: dict[str, dict[str, Any]] = {}
    for version, declared in adopted(session):
        row = rows.setdefault(version.digest, _row(declared, version.digest, adopted=True))
        row["branches"].append(version.branch)
    for declared in shipped(session):
        name = digest(canonical(declared))
        rows.setdefault(name, _row(declared, name, adopted=False))["shipped"] = True
    ways = policies(session)
    offices = len(_offices(_states() / OFFICES))

    def text() -> str:
        lines = []
        for row in rows.values():
            names = ", ".join((row["procedure"], *row["aliases"]))
            version = session.say("versie", "version")
            label = row["labels"][session.lang]
            told = f"{version} {row['version']} ({row['digest'][:SHOWN]})"
            lines.append(f"{names}  {label} – {told}, {_adopted_for(session, row)}")
        for way in ways:
            changes = session.say("beleid bij", "policy on")
            label = way["labels"][session.lang]
            lines.append(f"{way['policy']}  {label} – {changes} {way['based_on']}")
            read = (f"  {name}  {way['readings'][name][session.lang]}" for name in way["readings"])
            lines += read
        known = session.say("functies waaruit zij kiezen", "offices they choose from")
        lines.append(f"{OFFICES}  {offices} {known}")
        cited = session.say("wat de nummers betekenen", "what the numbers mean they cite")
        lines.append(f"rules.yaml  {cited}: zaak procedure rules")
        return "\n".join(lines)

    document = {"procedures": list(rows.values()), "policies": ways, "offices": offices}
    session.answer(document, text)


@procedure.verb(
    Words(
        "Een procedure in woorden.\n\nDe sporen en hun toestanden, de stappen, wie ze zet, wat "
        "ervoor nodig is, de termijnen en de regels waarop alles rust.",
        "A procedure in words.\n\nThe tracks and their states, the steps, who takes them, what "
        "they need, the deadlines and the rules that all of it rests on.",
    ),
    examples=(
        "zaak procedure show conduct",
        "zaak procedure show omgang --branch noord/waterstad",
    ),
)
@argument("name")
@followed
def show(session: Session, name: str, branch: str | None) -> None:
    """Show one procedure: the adopted one of that name, else the shipped one, or a file."""
    import msgspec

    from workflow.engine.procedure import canonical, digest
    from workflow.verbs.declaration import in_words

    found = _named(session, name, branch)
    document = {"digest": digest(canonical(found)), "declared": msgspec.to_builtins(found)}
    row = {"procedure": found.procedure, "version": found.version, "labels": found.labels}
    shown = str(document["digest"])[:SHOWN]
    session.answer({**row, **document}, lambda: in_words(found, session.lang, shown))


@procedure.verb(
    Words(
        "Kijk een procedure na.\n\nAlles wat er mis mee is, met regel en kolom. Is er iets mis, "
        "dan is de uitgangscode 1. Beleid van een afdeling wordt nagekeken samen met de procedure "
        "die het verandert.",
        "Check a procedure.\n\nEverything that is wrong with it, with line and column. If anything "
        "is wrong, the exit code is 1. The policy of a branch is checked together with the "
        "procedure that it changes.",
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
@followed
def diagram(
    session: Session,
    name: str,
    form: str,
    track: str | None,
    output: str | None,
    branch: str | None,
) -> None:
    """Draw a procedure as SVG, DOT or Mermaid."""
    from workflow.histories import diagrams

    found = _named(session, name, branch)
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
        "nagekeken. Met --branch geldt zij alleen in die afdeling en wat daaronder valt; daar gaat "
        "zij voor wat overal geldt. Zaken die al lopen, houden de versie waarmee zij begonnen.",
        "Adopt a procedure.\n\nFor the keeper of the register. The procedure is checked first. "
        "With --branch only that branch follows it, with what lies below; there it goes before "
        "what is followed everywhere. Cases that are open keep the version they began with.",
    ),
    examples=(
        "zaak procedure adopt conduct.yaml",
        "zaak procedure adopt waterstad --branch noord/waterstad",
    ),
)
@argument("file")
@option(
    "--branch",
    metavar="BRANCH",
    words=Words("Alleen voor deze afdeling.", "For this branch only."),
)
@option(
    "--yes",
    is_flag=True,
    words=Words(
        "Ook voor een afdeling waar nog niemand een functie had.",
        "Also for a branch where nobody held an office yet.",
    ),
)
def adopt(session: Session, file: str, branch: str | None, yes: bool) -> None:
    """Check a procedure and record that the association, or a branch, follows it from now on."""
    from workflow.engine import registering
    from workflow.engine.facts import Adopted
    from workflow.engine.procedure import canonical, recipients
    from workflow.engine.procedure import digest as digest_of

    declared = sound(session, file)
    form = canonical(declared)
    digest = digest_of(form)
    version = Adopted(declared.procedure, declared.version, digest, declared.aliases, branch or "")
    if branch is not None and not yes:
        _peopled(session, branch)

    def keep(tx: Write, _: Register) -> None:
        tx.put_procedure(digest, form)

    signer = session.signer
    (event,) = session.desk.record(
        lambda register, now: registering.adopt(
            register, signer.who, version, now, recipients(declared)
        ),
        signer,
        keep,
    )
    row = {**_row(declared, digest, adopted=True), "branches": [version.branch]}
    label = declared.labels[session.lang]
    there = f" in {branch}" if branch else ""
    session.answer(
        {**row, "seq": event.seq},
        session.say(
            f"Aangenomen: {label} ({declared.procedure}), versie {declared.version}.\n"
            f"Nieuwe zaken{there} volgen deze versie; lopende zaken houden de hunne.",
            f"Adopted: {label} ({declared.procedure}), version {declared.version}.\n"
            f"New cases{there} follow this version; open cases keep theirs.",
        ),
    )


# --- procedures, for other verbs too -------------------------------------------------------------


def adopted(session: Session) -> list[tuple[Version, Procedure]]:
    """Every version that the association adopted, newest first; none without a store.

    Those for everywhere go before those of a branch: what a branch calls an office is its own.
    """
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
    forms.reverse()
    forms.sort(key=lambda found: bool(found[0].branch))
    return [(version, from_canonical(form)) for version, form in forms if form]


def shipped(session: Session) -> list[Procedure]:
    """The procedures that come with the program, sound and in the order of their files."""
    from workflow.declaring.rules import FILE as RULES

    paths = [p for p in sorted(_states().glob("*.yaml")) if p.name not in (OFFICES, RULES)]
    return [sound(session, str(path)) for path in paths]


def policies(session: Session) -> list[dict[str, Any]]:
    """The policies that come with the program: what each changes, in words, sound or not."""
    from workflow.declaring.policies import FOLDER
    from workflow.declaring.reading import Unreadable

    found = []
    for path in sorted((_states() / FOLDER).glob("*.yaml")):
        with suppress(Unreadable):
            policy = _declared(session, str(path)).policy
            if policy is not None:
                found.append(
                    {
                        "policy": policy.policy,
                        "based_on": policy.based_on,
                        "version": policy.version,
                        "labels": _both(policy.labels),
                        "readings": {name: _both(one) for name, one in policy.readings.items()},
                    }
                )
    return found


def sound(session: Session, file: str) -> Procedure:
    """The procedure in a file. Raises Refusal with everything that is wrong with it."""
    from workflow.declaring.reading import Unreadable
    from workflow.engine.reasons import Reason, Refusal

    try:
        read = _declared(session, file)
        problems = _wrong_with(file, read)
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

    Offices come from the offices.yaml beside the file, else from the one of this program, and so
    does the procedure that a policy is based on.
    """
    from workflow.declaring.reading import declared, find, parsed

    states = _states()
    if file == "-":
        return parsed(session.content("-"), "-", _offices(states / OFFICES), (states,))
    path = find(file, states)
    return declared(path, _offices(_offices_for(path)), (states,))


def _offices_for(path: Path) -> Path:
    """The offices.yaml that a procedure goes by: the one beside the file, else this program's."""
    from workflow.declaring.policies import around

    beside = (folder / OFFICES for folder in around(path))
    return next((one for one in beside if one.is_file()), _states() / OFFICES)


def _wrong_with(file: str, read: Declared) -> tuple[Problem, ...]:
    """Everything that is wrong with a procedure, and with what it says of those beside its file."""
    from workflow.declaring.between import between, reaches
    from workflow.declaring.checks import check as check_all
    from workflow.declaring.policies import around
    from workflow.declaring.reading import Unreadable, declared, find
    from workflow.declaring.rules import FILE as RULES

    path = None if file == "-" else find(file, _states())
    known = _offices(_offices_for(path) if path else _states() / OFFICES)
    problems = check_all(read.procedure, read.positions, known)
    if problems or path is None or not reaches(read.procedure):
        return problems
    others = []
    for one in sorted(around(path)[-1].glob("*.yaml")):
        if one.name not in (OFFICES, RULES, path.name):
            with suppress(Unreadable):
                others.append(declared(one, known, (_states(),)).procedure)
    return between(read.procedure, others, read.positions)


def _named(session: Session, name: str, branch: str | None) -> Procedure:
    """The procedure of this name or alias as `branch` follows it; without one, as it is everywhere.

    Where none was adopted it is the shipped one, or the one in a file.
    """
    from workflow.declaring.reading import Unreadable

    known = adopted(session)
    if known:
        version = session.desk.register().version(name, branch or "")
        for one, declared in known:
            called = name in (one.procedure, *one.aliases)
            if one == version or (version is None and branch is None and called):
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
        "labels": _both(declared.labels),
        "digest": digest,
        "adopted": adopted,
        "branches": [],
        "shipped": False,
    }


def _both(words: Text) -> dict[str, str]:
    return {"nl": words.nl, "en": words.en}


def _adopted_for(session: Session, row: Mapping[str, Any]) -> str:
    """Whether a procedure was adopted, and where not everywhere, for which branches."""
    if not row["adopted"]:
        return session.say("nog niet aangenomen", "not adopted yet")
    branches = ", ".join(sorted(filter(None, row["branches"])))
    if not branches:
        return session.say("aangenomen", "adopted")
    if "" in row["branches"]:
        return session.say(f"aangenomen, ook voor {branches}", f"adopted, also for {branches}")
    return session.say(f"aangenomen voor {branches}", f"adopted for {branches}")


def _peopled(session: Session, branch: str) -> None:
    """Refuse a branch in which nobody ever held an office, and in nothing below it either."""
    from workflow.engine.register import covers

    known = tuple(dict.fromkeys(term.branch for term in session.desk.register().terms))
    if not any(covers(branch, one) for one in known):
        raise session.refused("unknown-branch", given=branch, known=known)


def _checked(session: Session, file: str) -> dict[str, Any]:
    from workflow.declaring.checks import size
    from workflow.declaring.reading import Unreadable

    name, version, states, transitions = file, "", 0, 0
    problems: Iterable[Problem]
    try:
        read = _declared(session, file)
    except Unreadable as error:
        problems = error.problems
    else:
        name, version = read.procedure.procedure, read.procedure.version
        states, transitions = size(read.procedure).states, size(read.procedure).transitions
        problems = _wrong_with(file, read)
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
        "version": version,
        "states": states,
        "transitions": transitions,
        "explored": 0,
        "exhaustive": False,
        "problems": found,
    }


def _verdict(session: Session, checked: Mapping[str, Any]) -> str:
    states, steps = checked["states"], checked["transitions"]
    policy = f" {checked['version']}" if "+" in checked["version"] else ""
    name = f"{checked['procedure']}{policy}"
    if checked["ok"]:
        return session.say(
            f"{name}: in orde ({states} toestanden, {steps} overgangen)",
            f"{name}: sound ({states} states, {steps} transitions)",
        )
    lines = []
    for one in checked["problems"]:
        meant = session.say("Bedoeld is misschien", "Perhaps meant")
        hint = f" {meant}: {one['suggestion']}" if one["suggestion"] else ""
        lines.append(f"{one['file']}:{one['line']}:{one['column']}: {one['text']}{hint}")
    return "\n".join(lines)


def _place(one: Problem) -> str:
    return f"{one.file}:{one.line}:{one.column}"
