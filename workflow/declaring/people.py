"""People in a procedure: offices that stand in for or exclude each other, and who plays which part.

An office is of the association and may be named by many procedures; a part is of this one. Who
comes into a case, is kept out of it or is given an office in it always does so by a step.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from workflow.declaring.conditions import PEOPLE
from workflow.declaring.flow import reached
from workflow.declaring.problems import Problem, at, closest, listed, problem
from workflow.engine.member import automatic
from workflow.engine.procedure import NOBODY, Procedure, Step
from workflow.engine.standing import CONFIDANTS


def offices(procedure: Procedure, known: Collection[str] | None = None) -> Iterator[Problem]:
    """Every office that stands in for, or excludes, what it cannot.

    `known` are the offices of the association: one of them may stand in for or exclude another
    though no procedure names both. Without them it is not judged whether they exist.
    """
    deputies = {
        name: frozenset({office.deputy})
        for name, office in procedure.offices.items()
        if office.deputy is not None
    }
    for name, office in procedure.offices.items():
        path = at("offices", name)
        around = reached(deputies, deputies.get(name, ()))
        if name in around and name == min(around):
            yield problem(
                "deputy-circle",
                at(path, "deputy"),
                f"{name} vervangt zo uiteindelijk zichzelf: noem een andere functie, of geen.",
                f"So {name} stands in for itself in the end: name another office, or none.",
            )
        if name in CONFIDANTS and office.deputy not in (None, *CONFIDANTS):
            yield problem(
                "deputy-no-confidant",
                at(path, "deputy"),
                f"Aan {office.deputy} vertrouwt een lid niets toe, dus die vervangt {name} niet.",
                f"No member confides in {office.deputy}, who therefore cannot stand in for {name}.",
                next(iter(sorted(CONFIDANTS - {name}))),
            )
        if name in CONFIDANTS and office.key == "office":
            yield problem(
                "key-of-confidences",
                at(path, "key"),
                f"Wat een lid aan {name} vertelt, blijft bij die persoon en gaat niet over op de "
                "volgende: laat key weg, of geef person.",
                f"What a member tells {name} stays with that person and does not pass to the next: "
                "leave out key, or give person.",
                "person",
            )
        if office.deputy in office.not_with:
            yield problem(
                "deputy-excluded",
                at(path, "deputy"),
                f"{office.deputy} gaat niet samen met {name} (not_with), en vervangt dus nooit.",
                f"{office.deputy} does not go with {name} (not_with), so it never stands in.",
            )
        if name in office.not_with:
            yield problem(
                "excludes-itself",
                at(path, "not_with", office.not_with.index(name)),
                f"Wie {name} is, zou zo niet als {name} kunnen handelen.",
                f"So whoever is {name} could not act as {name}.",
            )
        named = [(other, at(path, "not_with", n)) for n, other in enumerate(office.not_with)]
        named += [(office.deputy, at(path, "deputy"))] if office.deputy else []
        for other, inner in named:
            if known is not None and other not in (*known, *procedure.offices):
                yield problem(
                    "unknown-office",
                    inner,
                    f"Er is geen functie {other}; er zijn: {listed(known)}.",
                    f"There is no office {other}; there are: {listed(known)}.",
                    closest(other, known),
                )


def parts(procedure: Procedure) -> Iterator[Problem]:
    """Every part in the case that nobody can come to play, or that several play where one should.

    For a procedure without unknown names.
    """
    for name, track in procedure.tracks.items():
        if track.belongs_to is not None and procedure.parties[track.belongs_to].many:
            yield problem(
                "many-own",
                at("tracks", name, "belongs_to"),
                f"Er kunnen meer zijn die {track.belongs_to} heten, en een spoor is van één lid.",
                f"There can be several called {track.belongs_to}, and a track is of one member.",
            )
    for name, step in procedure.steps.items():
        path = at("steps", name)
        yield from _of_many(procedure, name, step, path)
        yield from _joining(procedure, step, path)
        yield from _recusing(step, path)
        yield from _assigning(procedure, name, step, path)
    yield from _absent(procedure)
    yield from _unaware(procedure)


def _of_many(procedure: Procedure, name: str, step: Step, path: str) -> Iterator[Problem]:
    party = step.decision.party if step.decision else None
    if party is not None and procedure.parties[party].many:
        yield problem(
            "many-decide",
            at(path, "decision", "party"),
            f"Er kunnen meer zijn die {party} heten, en een besluit is van één van hen.",
            f"There can be several called {party}, and a decision is of one of them.",
        )
    if step.opens and step.joins is not None and procedure.parties[step.joins].many:
        yield problem(
            "many-open",
            at(path, "joins"),
            f"Met {name} begint een zaak, en dan is er nog niemand: {step.joins} komt er later bij "
            "met een eigen stap, of heeft many niet.",
            f"A case begins with {name}, when nobody is there yet: {step.joins} joins later with a "
            "step of their own, or has no many.",
        )


def _joining(procedure: Procedure, step: Step, path: str) -> Iterator[Problem]:
    """Who comes in by being named is a person of the register, and no member."""
    if step.joins_as is None:
        return
    inner = at(path, "joins_as")
    field = step.asks[step.joins_as]
    if step.joins is None:
        yield problem(
            "joins-as-nobody",
            inner,
            f"Als wie komt {step.joins_as} erbij? Geef joins.",
            f"As whom does {step.joins_as} join? Give joins.",
        )
    elif procedure.parties[step.joins].member:
        yield problem(
            "joins-as-member",
            inner,
            f"{step.joins} is een lid met een eigen terugkeercode, en wordt niet aangewezen: geef "
            "die betrokkene member: false, of laat joins_as weg.",
            f"{step.joins} is a member with a return code of their own, whom nobody names: give "
            "that party member: false, or leave out joins_as.",
        )
    if field.type != "person" or not field.required:
        asking = [n for n, one in step.asks.items() if one.type == "person" and one.required]
        yield problem(
            "joins-as-no-person",
            inner,
            f"{step.joins_as} vraagt niet naar één persoon die er moet zijn (person, required).",
            f"{step.joins_as} does not ask for one person who has to be given (person, required).",
            closest(step.joins_as, asking) or next(iter(asking), None),
        )


def _recusing(step: Step, path: str) -> Iterator[Problem]:
    for number, asked in enumerate(step.recuses):
        asking = [name for name, field in step.asks.items() if field.type in PEOPLE]
        if asked not in asking:
            yield problem(
                "recuses-no-person",
                at(path, "recuses", number),
                f"{asked} vraagt niet naar mensen, dus niemand wordt zo buiten de zaak gehouden.",
                f"{asked} does not ask for people, so nobody is kept out of the case by it.",
                closest(asked, asking) or next(iter(asking), None),
            )
        elif asked in step.assigns.values():
            yield problem(
                "recuses-assigned",
                at(path, "recuses", number),
                f"Wie {asked} noemt, krijgt met dezelfde stap een functie in de zaak (assigns).",
                f"Whom {asked} names is given an office in the case by the same step (assigns).",
            )


def _assigning(procedure: Procedure, name: str, step: Step, path: str) -> Iterator[Problem]:
    """An office is given to people who were asked for as its holders, now or at an earlier step."""
    for office, asked in step.assigns.items():
        inner = at(path, "assigns", office)
        earlier, dot, field_name = asked.partition(".")
        field = procedure.steps[earlier].asks[field_name] if dot else step.asks[asked]
        if field.type not in PEOPLE or field.office != office:
            yield problem(
                "assigns-wrong-field",
                inner,
                f"{asked} vraagt niet naar wie de functie {office} heeft (person, office).",
                f"{asked} does not ask for holders of the office {office} (person, office).",
            )
        elif dot and not automatic(step):
            yield problem(
                "assigns-earlier",
                inner,
                f"Wie {name} zet, wijst zelf aan: alleen wat vanzelf gebeurt kijkt naar {asked}.",
                f"Whoever takes {name} assigns: only what happens by itself looks at {asked}.",
                next((n for n, one in step.asks.items() if one.office == office), None),
            )


def _absent(procedure: Procedure) -> Iterator[Problem]:
    """Whoever is named in `who` but never comes to be part of any case, and so can never act."""
    joining = {step.joins for step in procedure.steps.values()}
    assigned = {office for step in procedure.steps.values() for office in step.assigns}
    waiting = {name for name, office in procedure.offices.items() if office.assigned} - assigned
    waiting |= set(procedure.parties) - joining
    reported: set[str] = set(NOBODY)
    for name, step in procedure.steps.items():
        for number, who in enumerate(step.who):
            if who in waiting and who not in reported:
                reported.add(who)
                how = "joins" if who in procedure.parties else "assigns"
                yield problem(
                    "never-present",
                    at("steps", name, "who", number),
                    f"Geen stap brengt {who} in een zaak ({how}), dus {who} kan nooit handelen.",
                    f"No step brings {who} into a case ({how}), so {who} can never act.",
                )


def _unaware(procedure: Procedure) -> Iterator[Problem]:
    """Whoever is to act in a case that they never come to know of (B18).

    They know of a case by a track that they see or by what reached them, also as the deputy of
    somebody who does. Whose a track is and who cannot see it is found elsewhere (`laws`).
    """
    aware = {who for track in procedure.tracks.values() for who in track.seen_by}
    aware |= {track.belongs_to for track in procedure.tracks.values() if track.belongs_to}
    aware |= {who for kind in procedure.kinds.values() for who in kind.made_for}
    for step in procedure.steps.values():
        aware |= {share.to for share in step.shares if share.to is not None}
        aware |= {who for field in step.asks.values() for who in field.among}
    for name in tuple(aware):
        declared = procedure.offices.get(name)
        if declared is not None and declared.deputy is not None:
            aware.add(declared.deputy)
    opening = any(step.opens for step in procedure.steps.values())
    reported: set[str] = set(NOBODY)
    for name, step in procedure.steps.items() if opening else ():
        for number, who in enumerate(() if step.opens else step.who):
            if who not in aware and who not in reported:
                reported.add(who)
                yield problem(
                    "acts-unaware",
                    at("steps", name, "who", number),
                    f"{who} weet van geen zaak, en kan {name} dus niet doen: {who} ziet geen spoor "
                    f"(seen_by), en geen stap geeft {who} iets te lezen.",
                    f"{who} knows of no case, and so cannot take {name}: {who} sees no track "
                    f"(seen_by), and no step gives {who} anything to read.",
                )
