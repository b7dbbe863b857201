"""Between procedures: cases that are of one matter, that tell each other, and that open each other.

`matters` looks at one procedure: at what it says of other cases, without knowing theirs. `between`
looks at several, and finds what one says of another that is not so there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from workflow.declaring.problems import (
    Positions,
    Problem,
    at,
    closest,
    in_order,
    listed,
    problem,
)
from workflow.engine.member import decider
from workflow.engine.procedure import LINKED, NOBODY, Filing, Procedure, Step, Tell


def matters(procedure: Procedure) -> Iterator[Problem]:
    """Every link with other cases that cannot come about. For a procedure without unknown names."""
    tells = any(step.tells for step in procedure.steps.values())
    for name, step in procedure.steps.items():
        path = at("steps", name)
        yield from _linking(name, step, path, tells=tells)
        if step.files is not None:
            yield from _filing(procedure, name, step, path)


def reaches(procedure: Procedure) -> bool:
    """Whether the procedure has to do with any other: tells, opens, or waits to be told."""
    return any(step.tells or step.files or LINKED in step.who for step in procedure.steps.values())


def between(
    procedure: Procedure, others: Iterable[Procedure], where: Positions | None = None
) -> tuple[Problem, ...]:
    """What `procedure` says of the `others` and is not so, in reading order.

    Steps that are told or filed where there is none, or one that does not listen or open a case;
    steps that wait for another case to tell them, which none does; and a case that passes on what
    is filed with it. Of procedures that are not among the others nothing is known, and nothing
    judged.
    """
    known = {other.procedure: other for other in others} | {procedure.procedure: procedure}
    found: list[Problem] = []
    for name, step in procedure.steps.items():
        path = at("steps", name)
        for number, tell in enumerate(step.tells):
            found += _told(known, tell, at(path, "tells", number))
            found += _of_a_filing(known, procedure, tell, at(path, "tells", number))
        if step.files is not None:
            found += _filed(known, step.files, at(path, "files"))
            if step.files.procedure in known:
                opened = known[step.files.procedure]
                found += _beyond(procedure, name, opened, at(path, "files", "step"))
        if LINKED in step.who and len(known) > 1:
            found += _waiting(known.values(), procedure.procedure, name)
    for other in known.values():
        for name, step in other.steps.items() if other is not procedure else ():
            if step.files is not None and step.files.procedure == procedure.procedure:
                found += _beyond(other, name, procedure, at("steps", step.files.step))
    return in_order(where.locate(one) if where else one for one in found)


def _linking(name: str, step: Step, path: str, *, tells: bool) -> Iterator[Problem]:
    for field_name, field in step.asks.items():
        if field.type == "case" and field_name != step.links:
            yield problem(
                "case-unused",
                at(path, "asks", field_name),
                f"Met het nummer van {field_name} gebeurt niets: noem het bij links.",
                f"Nothing is done with the number of {field_name}: name it under links.",
            )
    if step.links is None:
        return
    inner = at(path, "links")
    field = step.asks[step.links]
    if field.type != "case" or not field.required:
        asking = [n for n, one in step.asks.items() if one.type == "case" and one.required]
        yield problem(
            "links-no-case",
            inner,
            f"{step.links} vraagt niet naar een zaak die er moet zijn (case, required).",
            f"{step.links} does not ask for a case that has to be given (case, required).",
            next(iter(asking), None),
        )
    if not tells:
        yield problem(
            "links-untold",
            inner,
            f"{name} verbindt een zaak, maar geen stap vertelt een andere zaak iets (tells).",
            f"{name} links a case, but no step tells another case anything (tells).",
        )
    if step.files is not None:
        yield problem(
            "links-and-files",
            inner,
            f"De zaak die {name} opent wordt al verbonden: verbind een andere met een andere stap.",
            f"The case that {name} opens is linked already: link another one by another step.",
        )


def _filing(procedure: Procedure, name: str, step: Step, path: str) -> Iterator[Problem]:
    """Laws 1 and 2: a member files, and exactly what they let go along goes along (B23)."""
    inner = at(path, "files")
    if not step.shares:
        yield problem(
            "files-no-documents",
            inner,
            f"Met {name} gaat niets mee: wat meegaat is wat de stap deelt (shares).",
            f"Nothing goes along with {name}: what goes along is what the step shares (shares).",
        )
    deciding = {decider(procedure, step, source) for source in step.sources}
    if not all(party and procedure.parties[party].member for party in deciding):
        yield problem(
            "files-undecided",
            inner,
            f"{name} is niet de beslissing van een lid (decision), en alleen een lid dient in.",
            f"{name} is not the decision of a member (decision), and only a member files.",
        )
    if NOBODY & set(step.who):
        yield problem(
            "files-by-itself",
            inner,
            f"{name} gebeurt vanzelf, en geen zaak opent vanzelf.",
            f"{name} happens by itself, and no case opens by itself.",
        )


def _absent(
    known: Mapping[str, Procedure], said: Tell | Filing, code: str, path: str, fitting: list[str]
) -> Iterator[Problem]:
    """Why there is no such step to be told or filed; nothing where the procedure is unknown."""
    other = known.get(said.procedure)
    if other is None:
        # One that is not there may be elsewhere, but hardly under nearly the name of one that is.
        meant = closest(said.procedure, known)
        if meant is not None:
            yield problem(
                code,
                at(path, "procedure"),
                f"Er is hier geen procedure {said.procedure}; er zijn: {listed(known)}.",
                f"There is no procedure {said.procedure} here; there are: {listed(known)}.",
                meant,
            )
    elif said.step not in other.steps:
        yield problem(
            code,
            at(path, "step"),
            f"{other.procedure} heeft geen stap {said.step}; wel: {listed(fitting)}.",
            f"{other.procedure} has no step {said.step}; it has: {listed(fitting)}.",
            closest(said.step, fitting) or next(iter(fitting), None),
        )


def _told(known: Mapping[str, Procedure], tell: Tell, path: str) -> Iterator[Problem]:
    other = known.get(tell.procedure)
    listening = [n for n, step in other.steps.items() if LINKED in step.who] if other else []
    yield from _absent(known, tell, "tells-nobody", path, listening)
    if other is not None and tell.step in other.steps and tell.step not in listening:
        yield problem(
            "tells-nobody",
            at(path, "step"),
            f"{tell.step} van {other.procedure} heeft linked niet in who, en luistert dus niet.",
            f"{tell.step} of {other.procedure} has no linked in who, and so does not listen.",
            next(iter(listening), None),
        )


def _of_a_filing(
    known: Mapping[str, Procedure], here: Procedure, tell: Tell, path: str
) -> Iterator[Problem]:
    """A case that is only told where one was filed from the other."""
    other = known.get(tell.procedure)
    if other is None:
        return
    if tell.origin and not _files(other, here.procedure):
        yield problem(
            "tells-nobody",
            at(path, "origin"),
            f"{tell.procedure} dient hier niets in (files), dus er is geen zaak die het hoort.",
            f"{tell.procedure} files nothing here (files), so there is no case that hears it.",
        )
    if tell.filed and not _files(here, tell.procedure):
        yield problem(
            "tells-nobody",
            at(path, "filed"),
            f"Geen stap hier dient iets in bij {tell.procedure} (files), dus geen zaak hoort het.",
            f"No step here files anything with {tell.procedure} (files), so no case hears it.",
        )


def _files(procedure: Procedure, other: str) -> bool:
    return any(
        step.files is not None and step.files.procedure == other
        for step in procedure.steps.values()
    )


def _filed(known: Mapping[str, Procedure], filing: Filing, path: str) -> Iterator[Problem]:
    """The step that opens the other case is taken for the member, who is asked nothing then."""
    other = known.get(filing.procedure)
    opening = [n for n, step in other.steps.items() if step.opens] if other else []
    yield from _absent(known, filing, "files-nothing", path, opening)
    if other is None or filing.step not in other.steps:
        return
    step, inner = other.steps[filing.step], at(path, "step")
    called = f"{filing.step} ({other.procedure})"
    if not step.opens:
        yield problem(
            "files-nothing",
            inner,
            f"Met {called} begint geen zaak (opens).",
            f"No case begins with {called} (opens).",
            next(iter(opening), None),
        )
        return
    party = other.parties.get(step.joins or "")
    if party is None or not party.member or step.joins not in step.who:
        yield problem(
            "files-for-nobody",
            inner,
            f"Met {called} komt geen lid in de zaak dat die stap zelf zet (joins, who).",
            f"With {called} no member joins who takes that step themself (joins, who).",
        )
    if step.papers is None:
        yield problem(
            "files-no-papers",
            inner,
            f"Bij {called} kunnen geen stukken (papers), dus wat meegaat kan nergens heen.",
            f"No documents come with {called} (papers), so what goes along has nowhere to go.",
        )
    asked = [name for name, field in step.asks.items() if field.required]
    asked += ["note"] if step.note is not None and step.note.required else []
    if asked:
        yield problem(
            "files-unasked",
            inner,
            f"{called} vraagt {listed(asked)}, en wie zo indient wordt dat niet gevraagd.",
            f"{called} asks for {listed(asked)}, and whoever files like this is not asked that.",
        )


def _beyond(filing: Procedure, name: str, opened: Procedure, path: str) -> Iterator[Problem]:
    """Law 1: what a member lets go to a committee reaches nobody else when it is filed there.

    What they allow besides, for later, they are told before they let anything go (readers).
    """
    step = filing.steps[name]
    assert step.files is not None, "asked of a step that files"
    let_go = {(share.to, share.purpose) for share in step.shares}
    first = [one for one in _brought_about(opened, step.files.step) if one in opened.steps]
    shares = [share for one in first for share in opened.steps[one].shares]
    grants = [grant for one in first for grant in opened.steps[one].grants]
    called = f"{step.files.step} ({opened.procedure})"
    for to, purpose in dict.fromkeys(
        (share.to or share.to_field, share.purpose) for share in shares
    ):
        if (to, purpose) not in let_go:
            yield problem(
                "files-beyond",
                path,
                f"Met {called} gaat wat {name} indient ook naar {to} voor {purpose}, en {name} "
                "deelt dat niet.",
                f"With {called} what {name} files goes to {to} for {purpose} too, and {name} does "
                "not share that.",
            )
    more = [grant for grant in grants if (grant.to, grant.purpose) not in let_go]
    unsaid = [share.purpose for share in step.shares if not _said(filing, share.purpose)]
    if more and unsaid:
        to = listed(dict.fromkeys(grant.to for grant in more))
        yield problem(
            "files-unsaid",
            path,
            f"Met {called} staat het lid meer toe ({to}), en bij het doel {unsaid[0]} staat niet "
            "wie het lezen (readers).",
            f"With {called} the member allows more ({to}), and the purpose {unsaid[0]} does not "
            "say who will read it (readers).",
        )


def _brought_about(procedure: Procedure, name: str) -> tuple[str, ...]:
    """The step, and every step that it brings about."""
    found, waiting = dict[str, None](), [name]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found[one] = None
            waiting += procedure.steps[one].emits if one in procedure.steps else ()
    return tuple(found)


def _said(procedure: Procedure, purpose: str) -> bool:
    declared = procedure.purposes.get(purpose)
    return declared is not None and declared.readers is not None


def _waiting(known: Iterable[Procedure], here: str, name: str) -> Iterator[Problem]:
    """A step that waits to be told is told by somebody."""
    told = {
        (tell.procedure, tell.step)
        for one in known
        for step in one.steps.values()
        for tell in step.tells
    }
    if (here, name) not in told:
        yield problem(
            "linked-of-nothing",
            at("steps", name, "who"),
            f"Geen andere procedure hier vertelt een zaak dat {name} gebeurt (tells).",
            f"No other procedure here tells a case that {name} happens (tells).",
        )
