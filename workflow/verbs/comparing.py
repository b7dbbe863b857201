"""`zaak procedure diff`: what a newer version of a procedure has otherwise, and who gains by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from workflow.verbs.base import verb
from workflow.verbs.languages import Words
from workflow.verbs.options import argument

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workflow.declaring.changes import Change
    from workflow.declaring.problems import Positions
    from workflow.engine.procedure import Guard, Procedure, Step, Text
    from workflow.engine.reasons import Reason
    from workflow.verbs.dossier import Dossier
    from workflow.verbs.session import Session

WIDENS = 1
SHOWN = 12
_TITLES = {
    "widens": Words(
        "VERRUIMT: wie nu meer ziet, doet of krijgt", "WIDENS: who now sees, does or receives more"
    ),
    "narrows": Words("Beperkt: wat iemand niet meer kan", "Narrows: what somebody no longer can"),
    "changes": Words("Verder anders", "Otherwise different"),
}


class Meant(NamedTuple):
    """A version that was asked for: its digest, and where everything stands if it is in a file."""

    procedure: Procedure
    digest: str
    where: Positions | None


class Stands(NamedTuple):
    """How a case stands to the newer version, and whether its branch follows that version now."""

    dossier: Dossier
    way: str
    why: tuple[Reason, ...]
    followed: bool


@verb(
    Words(
        "Wat een nieuwe versie van een procedure anders heeft.\n\nEerst wat verruimt: wie er meer "
        "door ziet, doet of krijgt. Dan wat iemand niet meer kan, en wat er verder anders is. Van "
        "elke open zaak onder de oude versie die je in handen hebt staat erbij of die over kan "
        "(zaak case migrate). De uitgangscode is 1 als er iets verruimt of als een zaak niet over "
        "kan doordat een tegenhanger ontbreekt. Bij een ? kan het programma niet zeggen of het "
        "verruimt: lees dat zelf na; de uitgangscode wordt er niet anders van. Een versie is een "
        "bestand, een naam, het begin van een digest of de naam van een aangenomen versie.",
        "What a newer version of a procedure has otherwise.\n\nFirst what widens: who sees, does "
        "or receives more by it. Then what somebody no longer can, and what else is different. Of "
        "each open case under the older version that is in your care it says whether it can go "
        "over (zaak case migrate). The exit code is 1 where something widens, or where a case "
        "cannot go over because a counterpart is missing. At a ? the program cannot tell whether "
        "it widens: read that yourself; the exit code does not change by it. A version is a file, "
        "a name, how a digest begins, or the name of an adopted version.",
    ),
    examples=(
        "zaak procedure diff conduct mine.yaml",
        "zaak procedure diff 1 conduct --json",
    ),
)
@argument("older", metavar="OLD")
@argument("newer", metavar="NEW")
def diff(session: Session, older: str, newer: str) -> int:
    """Hold two versions against each other."""
    from workflow.declaring.comparing import compared
    from workflow.engine.migrating import NEEDS_MAPPING
    from workflow.verbs import versions

    if session.asked.store:
        _ = session.store  # which is there, or it is said that it is not
    after = _meant(session, newer, None)
    before = _meant(session, older, after.procedure if after else None)
    after = after or _meant(session, newer, before.procedure if before else None)
    if before is None or after is None:
        from workflow.verbs.catalogue import unknown

        raise unknown(session, older if before is None else newer)
    if before.procedure.procedure != after.procedure.procedure:
        other = after.procedure.procedure
        raise session.wrong("another-procedure", procedure=other)
    session.procedure = before.procedure
    changes = [*_same_version(before, after)]
    changes += compared(before.procedure, after.procedure, _said, after.where)
    found = versions.running(session, before.digest)
    cases = None if found is None else _ways(found, after)
    document: dict[str, Any] = {
        "procedure": after.procedure.procedure,
        "from": before.digest,
        "to": after.digest,
        "versions": [before.procedure.version, after.procedure.version],
    }
    for effect in _TITLES:
        document[effect] = [_row(session, one) for one in changes if one.effect == effect]
    document["cases"] = [
        {
            "case": one.dossier.case.stream,
            "verdict": one.way,
            "followed": one.followed,
            "why": versions.documents(session, one.dossier, one.why),
        }
        for one in cases or ()
    ]
    document["cases_looked_at"] = cases is not None
    session.answer(document, lambda: _text(session, before, after, changes, cases))
    stuck = any(one.way == NEEDS_MAPPING for one in cases or ())
    return WIDENS if document["widens"] or stuck else 0


def _ways(found: Sequence[Dossier], after: Meant) -> list[Stands]:
    from workflow.verbs import versions

    cases = []
    for dossier in found:
        verdict, why = versions.way(dossier, after.procedure)
        follows = versions.followed(dossier)
        same = follows is not None and follows.digest == after.digest
        if verdict is not None:
            cases.append(Stands(dossier, verdict.way, why, same))
    return cases


def _meant(session: Session, given: str, of: Procedure | None) -> Meant | None:
    """The version that is called so; None where nothing is, as far as known.

    `of` is the other version, where that is known: then the name of a version is enough. Raises
    Refusal where a file is unsound.
    """
    from workflow.engine.procedure import canonical, digest
    from workflow.verbs.catalogue import adopted, read, soundly
    from workflow.verbs.versions import LEAST

    known = adopted(session)
    if not (given.endswith((".yaml", ".yml")) or "/" in given or given == "-"):
        for version, declared in known:
            alike = of is not None and version.procedure == of.procedure
            if (alike and version.version == given) or (
                len(given) >= LEAST and version.digest.startswith(given)
            ):
                return Meant(declared, version.digest, None)
        for version, declared in known:
            if given in (version.procedure, *version.aliases):
                followed = session.desk.register().version(version.procedure, "")
                if followed is None or followed.digest == version.digest:
                    return Meant(declared, version.digest, None)
        from workflow.declaring.reading import Unreadable

        try:
            read(session, given)
        except Unreadable as error:
            if error.problems[0].code == "unknown-procedure":
                return None
    found = soundly(session, given)
    return Meant(found.procedure, digest(canonical(found.procedure)), found.positions)


def _said(procedure: Procedure, guard: Guard, step: Step | None) -> Text:
    from workflow.engine.procedure import Text
    from workflow.verbs.declared_words import DeclaredWords

    nl, en = (DeclaredWords(procedure, lang).guard(guard, step) for lang in ("nl", "en"))
    return Text(nl, en)


def _same_version(before: Meant, after: Meant) -> Iterator[Change]:
    """That what differs has to be another version, where both are called the same."""
    from workflow.declaring.changes import Change
    from workflow.engine.procedure import Text

    version = after.procedure.version
    if before.procedure.version != version or before.digest == after.digest:
        return
    text = Text(
        f"Beide heten versie {version}: geef de nieuwe een ander nummer bij version, anders kan "
        "zij niet worden aangenomen.",
        f"Both are called version {version}: give the newer one another number under version, or "
        "it cannot be adopted.",
    )
    line, column = after.where.of("version") if after.where else (0, 0)
    file = after.where.file if after.where else ""
    yield Change("changes", "same-version", text, "version", file, line, column)


def _row(session: Session, one: Change) -> dict[str, Any]:
    return {
        "code": one.code,
        "text": one.text[session.lang],
        "path": one.path,
        "file": one.file,
        "line": one.line,
        "column": one.column,
        "unclear": one.unclear,
    }


def _text(
    session: Session,
    before: Meant,
    after: Meant,
    changes: Sequence[Change],
    cases: Sequence[Stands] | None,
) -> str:
    from workflow.verbs.output import painted

    word = session.say("versie", "version")
    was, is_ = (f"{word} {one.procedure.version} ({one.digest[:SHOWN]})" for one in (before, after))
    lines = [f"{after.procedure.procedure}: {was} → {is_}"]
    for effect, title in _TITLES.items():
        found = [one for one in changes if one.effect == effect]
        if not found:
            continue
        style = "red" if effect == "widens" else "bold"
        lines += ["", painted(session, title.say(session.lang), style)]
        lines += [f"  {_mark(one)} {_place(one)}{one.text[session.lang]}" for one in found]
    return "\n".join([*lines, *_summed(session, changes), *_cases(session, before, cases)])


def _summed(session: Session, changes: Sequence[Change]) -> list[str]:
    """That nobody gains by it, where that is so; where it cannot be told, that instead."""
    if any(one.unclear for one in changes):
        text = session.say(
            "Of iemand meer ziet, doet of krijgt door wat met ? is gemerkt, valt uit de procedures "
            "niet op te maken: lees dat zelf na.",
            "Whether anybody sees, does or receives more by what is marked ? cannot be told from "
            "the procedures: read that yourself.",
        )
        return ["", text]
    if any(one.effect == "widens" for one in changes):
        return []
    return ["", session.say("Niemand ziet, doet of krijgt hierdoor meer.",
                            "Nobody sees, does or receives more by this.")]  # fmt: skip


def _mark(one: Change) -> str:
    """`!` where it widens, `?` where nobody can tell without reading."""
    return "!" if one.effect == "widens" else "?" if one.unclear else "-"


def _place(one: Change) -> str:
    return f"{one.file}:{one.line}:{one.column}: " if one.file else ""


def _cases(session: Session, before: Meant, cases: Sequence[Stands] | None) -> list[str]:
    from workflow.verbs.migrating import WAYS
    from workflow.verbs.output import painted
    from workflow.verbs.versions import reason_lines

    version = before.procedure.version
    title = session.say(
        f"Open zaken onder versie {version} die je in handen hebt",
        f"Open cases under version {version} that are in your care",
    )
    lines = ["", painted(session, title, "bold")]
    if cases is None:
        text = session.say(
            "  niet bekeken: daarvoor is de administratie nodig, en een sleutel die daarin bekend "
            "is (--store, --key).",
            "  not looked at: that takes the store, and a key that it knows (--store, --key).",
        )
        return [*lines, text]
    for one in cases:
        way = WAYS[one.way].say(session.lang) + _not_yet(session, one)
        lines.append(f"  {one.dossier.case.stream}: {way}")
        lines += reason_lines(session, one.dossier.procedure, one.why)
    lines += [] if cases else [session.say("  geen", "  none")]
    lines.append(
        session.say(
            "  Er kunnen andere zijn, waar je niet van mag weten.",
            "  There may be others, that are not yours to know of.",
        )
    )
    return lines


def _not_yet(session: Session, one: Stands) -> str:
    """That a case that can go over does so only once its branch follows the version."""
    from workflow.engine.migrating import BY_MAPPING, MOVES
    from workflow.verbs.versions import followed

    if one.followed or one.way not in (MOVES, BY_MAPPING):
        return ""
    branch, follows = one.dossier.case.branch, followed(one.dossier)
    nl, en = f", zodra {branch} deze versie volgt", f", as soon as {branch} follows this version"
    if follows is not None:
        nl += f"; nu volgt zij versie {follows.version}"
        en += f"; now it follows version {follows.version}"
    return session.say(nl, en)
