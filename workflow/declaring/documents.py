"""Documents in a procedure: whose words a kind holds, whom it is made for, whom it never reaches.

The engine decides what reaches whom (`engine.sharing`). Here is refused what a procedure says of a
kind that would then not be so. These checks are for a procedure in which every name leads
somewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.declaring.problems import Problem, at, listed, problem
from workflow.engine.member import confiding, owners
from workflow.engine.procedure import STATEMENT, Kind, Procedure, Step
from workflow.engine.standing import CONFIDANTS, assigned


def documents(procedure: Procedure) -> Iterator[Problem]:
    """Every kind, and every document that comes with a step, that cannot be as it says."""
    for name, kind in procedure.kinds.items():
        path = at("kinds", name)
        yield from _traceable(name, kind, path)
        yield from _made_for(procedure, name, kind, path)
        yield from _never_to(name, kind, path)
        yield from _beside_member(procedure, name, kind, path)
        yield from _heard(procedure, name, kind, path)
    for name, step in procedure.steps.items():
        yield from _coming(procedure, name, step)
        yield from _going(procedure, step, at("steps", name))


def _traceable(name: str, kind: Kind, path: str) -> Iterator[Problem]:
    if kind.traceable and not kind.added_by:
        yield problem(
            "traceable-by-nobody",
            path,
            f"Wie een {name} toevoegt zegt van wie het is, maar niemand voegt er een toe: geef "
            "added_by.",
            f"Whoever adds a {name} says whose it is, but nobody adds one: give added_by.",
        )


def _made_for(procedure: Procedure, name: str, kind: Kind, path: str) -> Iterator[Problem]:
    """Law 1: nobody commissions what a member confides, and no confidant works on commission."""
    if not kind.made_for:
        return
    inner = at(path, "made_for")
    members = {name for name, party in procedure.parties.items() if party.member}
    theirs = members & set(kind.of) | (owners(procedure) | CONFIDANTS) & set(kind.added_by)
    theirs |= members if name == STATEMENT else set()
    if theirs:
        yield problem(
            "made-of-confidences",
            inner,
            f"{name} houdt woorden in van of aan {listed(theirs)}, en die zijn in niemands "
            "opdracht: laat made_for weg, of maak er twee soorten van.",
            f"{name} holds words of or to {listed(theirs)}, which are on nobody's commission: "
            "leave out made_for, or make two kinds of it.",
        )
    for number, who in enumerate(kind.made_for):
        if who in CONFIDANTS:
            yield problem(
                "made-for-confidant",
                at(inner, number),
                f"{who} leest wat een lid toevertrouwt, en verder niets in opdracht.",
                f"{who} reads what a member confides, and nothing on commission beside it.",
            )
        elif who in kind.never_to:
            yield problem(
                "made-for-never-to",
                at(inner, number),
                f"{name} bereikt {who} nooit (never_to), en kan dus niet voor {who} zijn.",
                f"{name} never reaches {who} (never_to), so it cannot be made for {who}.",
            )


def _beside_member(procedure: Procedure, name: str, kind: Kind, path: str) -> Iterator[Problem]:
    """Law 1: whoever hears a member as a confidant does, by whatever name, writes what is theirs.

    That is whoever is given the case of a member with the step that opens it, in all they write;
    and any other office that acts only where it is named, in what it writes on a member's track.
    What the confidants write is the member's whatever a kind says (`engine.items`).
    """
    theirs: dict[str, set[str]] = {}
    for step in procedure.steps.values():
        member = procedure.tracks[step.track].belongs_to
        if member is None:
            continue
        named = set(step.assigns) if step.opens and step.joins == member else set[str]()
        hearing = named & {*kind.added_by, *_writers(procedure, name)}
        if name in (step.papers, step.note.kind if step.note else None):
            hearing |= {who for who in step.who if who in procedure.offices}
        for office in hearing - CONFIDANTS if member not in kind.of else ():
            theirs.setdefault(office, set()).add(member)
    for office, members in sorted(theirs.items()):
        yield problem(
            "written-beside-member",
            at(path, "of"),
            f"{office} hoort hier {listed(members)}, dus wat {office} schrijft is ook van "
            f"{listed(members)}: zet dat bij of.",
            f"Here {office} hears {listed(members)}, so what {office} writes is of "
            f"{listed(members)} too: put that under of.",
        )


def _heard(procedure: Procedure, name: str, kind: Kind, path: str) -> Iterator[Problem]:
    """Law 1: what a counsellor writes down is of the member who confides in them, and no other."""
    others = owners(procedure) & set(kind.of) - {confiding(procedure)}
    writing = CONFIDANTS & {*kind.added_by, *_writers(procedure, name)}
    if others and writing:
        yield problem(
            "heard-of-another",
            at(path, "of"),
            f"{listed(writing)} schrijft op wat {confiding(procedure)} vertelt, en dat is niet van "
            f"{listed(others)}: maak er twee soorten van.",
            f"{listed(writing)} writes down what {confiding(procedure)} tells, which is not of "
            f"{listed(others)}: make two kinds of it.",
        )


def _assigned(procedure: Procedure, who: str) -> bool:
    return who in procedure.offices and assigned(procedure, who)


def _writers(procedure: Procedure, kind: str) -> frozenset[str]:
    """Whoever writes or brings something of this kind with a step."""
    return frozenset(
        who
        for step in procedure.steps.values()
        if kind in (step.papers, step.note.kind if step.note else None)
        for who in step.who
    )


def _never_to(name: str, kind: Kind, path: str) -> Iterator[Problem]:
    for number, who in enumerate(kind.never_to):
        if who in kind.of:
            yield problem(
                "never-to-own",
                at(path, "never_to", number),
                f"{name} is van {who}, en wat van iemand zelf is leest die altijd.",
                f"{name} is of {who}, and everyone reads what is their own.",
            )


def _coming(procedure: Procedure, name: str, step: Step) -> Iterator[Problem]:
    """What is written or brought with a step says nowhere to whom it can be traced."""
    path = at("steps", name)
    note = step.note.kind if step.note else None
    for kind, inner in ((note, at(path, "note", "kind")), (step.papers, at(path, "papers"))):
        if kind is not None and procedure.kinds[kind].traceable:
            yield problem(
                "traceable-with-step",
                inner,
                f"Bij {name} zegt niemand tot wie {kind} te herleiden is: laat het los toevoegen.",
                f"With {name} nobody says to whom {kind} can be traced: have it added by itself.",
            )
    if note is not None and note == step.papers:
        yield problem(
            "papers-as-note",
            at(path, "papers"),
            f"De stukken bij {name} zijn niet van de tekst te onderscheiden: geef een eigen soort.",
            f"The documents with {name} cannot be told from its text: give them a kind of their "
            "own.",
        )


def _going(procedure: Procedure, step: Step, path: str) -> Iterator[Problem]:
    """What never reaches somebody is neither consented to for them nor shared with them."""
    going = [(grant.kind, {grant.to}, at(path, "grants", n)) for n, grant in enumerate(step.grants)]
    for number, share in enumerate(step.shares):
        field = step.asks.get(share.to_field or "")
        # In an emergency it may reach anyone, since a life is at stake (B19).
        if share.kind is not None and step.emergency != "open":
            to = {share.to or "", *(field.among if field else ())}
            going.append((share.kind, to, at(path, "shares", number)))
    for kind, recipients, inner in going:
        barred = recipients & set(procedure.kinds[kind].never_to)
        if barred:
            yield problem(
                "never-to",
                inner,
                f"{kind} bereikt {listed(barred)} nooit (never_to).",
                f"{kind} never reaches {listed(barred)} (never_to).",
            )
