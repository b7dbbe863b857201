"""Beginning a case: by an office-holder, or by a member who has no key at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from workflow.verbs import completing
from workflow.verbs.acting import moved_lines, setting
from workflow.verbs.base import Words, argument, option, verb
from workflow.verbs.bringing import Joining, brought, code_lines, digests, sealed
from workflow.verbs.doing import Care, careful_again, happening, outcome, retrying

if TYPE_CHECKING:
    from workflow.crypto.sealing import SealedItem
    from workflow.desk import Signer
    from workflow.engine.kernel import Compiled
    from workflow.engine.procedure import Procedure, Step
    from workflow.engine.register import Register, Term, Version
    from workflow.verbs.dossier import Dossier
    from workflow.verbs.session import Session


class Opener(NamedTuple):
    """Who opens: a person with the terms they hold, or, without a signer, the member concerned."""

    signer: Signer | None
    terms: tuple[Term, ...]
    party: str | None


@verb(
    Words(
        "Een zaak beginnen.\n\n"
        "Geeft het zaaknummer, en één keer de terugkeercode van het lid. Een lid zonder sleutel "
        "kan ook een zaak beginnen; wie een sleutel heeft, doet dat met --as reporter.",
        "Begin a case.\n\n"
        "Prints the case number and, once, the member's return code. A member without a key can "
        "begin a case too; someone who has a key does so with --as reporter.",
    ),
    name="open",
    examples=(
        "zaak open conduct --set ground=treated_badly --note gesprek.txt",
        "zaak open conduct --as reporter --branch noord --set counsellor=noor --note -",
    ),
)
@argument("procedure", completing.procedures)
@option("--step", words=Words("Waarmee de zaak begint.", "What the case begins with."))
@option(
    "--branch",
    words=Words(
        "De afdeling; anders die van je functie.", "The branch; by default that of your office."
    ),
)
@setting
@option(
    "--paper",
    "papers",
    multiple=True,
    metavar="FILE|-",
    words=Words(
        "Een stuk dat met de stap meekomt; mag vaker.",
        "A document that comes with the step; may be repeated.",
    ),
)
@happening
@option(
    "--yes",
    is_flag=True,
    words=Words(
        "Ook in een afdeling waar nog niemand een functie had.",
        "Also in a branch where nobody held an office yet.",
    ),
)
@careful_again
def open_case(
    session: Session,
    procedure: str,
    step: str | None,
    branch: str | None,
    pairs: tuple[str, ...],
    note: str | None,
    papers: tuple[str, ...],
    happened: str | None,
    yes: bool,
    idempotency_key: str | None,
) -> None:
    """Begin a case."""
    from workflow.crypto.codes import derive, new_case_id, new_code
    from workflow.desk import Signer
    from workflow.engine.commands import Advance, Open
    from workflow.verbs.asking import completed, settings
    from workflow.verbs.dossier import laid_out
    from workflow.verbs.moments import moment

    desk = session.desk
    register, now = desk.register(), desk.now()
    rules, version = _followed(session, register, procedure, branch or "")
    opener = _opener(session, rules.procedure, register)
    if opener.signer is None and idempotency_key is not None:
        text = session.say(
            "Zonder sleutel valt niet na te gaan dat jij het opnieuw vraagt: laat "
            "--idempotency-key weg.",
            "Without a key it cannot be known that it is you who asks again: leave out "
            "--idempotency-key.",
        )
        raise session.wrong("usage", text=text)
    homes = {term.branch for term in opener.terms}
    home = branch or (homes.pop() if len(homes) == 1 else "")
    rules, version = _followed(session, register, procedure, home)
    name = step or _only_step(session, rules.procedure, opener)
    declared = _opening(session, rules.procedure, name)
    where = branch or _only_branch(session, declared, opener)
    if where != home:
        # The step said which office, and so which branch; and that may follow other rules.
        rules, version = _followed(session, register, procedure, where)
        name = step or _only_step(session, rules.procedure, opener)
        declared = _opening(session, rules.procedure, name)
    if branch is not None and not yes:
        _known_branch(session, register, branch)
    given = _defaults(declared, opener, settings(session, pairs))
    begun = ["zaak", "open", procedure, *(("--branch", branch) if branch else ())]
    answers, words = completed(session, name, declared, given, note, register, now, begun)

    stream = new_case_id(session.random)
    joining, signer = Joining(), opener.signer
    if declared.joins is not None and rules.procedure.parties[declared.joins].member:
        code = new_code(session.random)
        key = derive(code, stream)
        joining = Joining(code, key.public.line())
        signer = signer or Signer(declared.joins, key)
    assert signer is not None, "whoever has no key joins with a code"
    contents: dict[str, SealedItem] = {}
    documents = [session.text(paper) for paper in papers]
    first = Advance(
        name,
        dict(answers),
        note=sealed(session, words, contents),
        joining=joining.key,
        happened=moment(session, happened),
        papers=brought(session, documents, contents),
    )
    request = {
        "procedure": version.procedure,
        "step": name,
        "branch": where,
        "answers": answers,
        "happened": happened,
        "as": session.office,
        "papers": digests(documents),
    }
    care = Care(None, idempotency_key)
    retry = retrying(care, signer.key, "open", request, words or b"")
    done = desk.open(stream, version.digest, Open(where, first), signer, contents, retry)

    dossier = laid_out(session, signer, done.case, desk.register(), rules)
    shown = None if done.repeated else joining.code
    item = first.note.item if first.note and not done.repeated else None
    document, events = outcome(session, dossier, done, code=shown, item=item)
    session.answer(document, lambda: _told(session, dossier, declared, document, events, shown))


def _followed(
    session: Session, register: Register, name: str, branch: str
) -> tuple[Compiled, Version]:
    """The version of the procedure that the branch follows; without a branch, any may do for now.

    From here on messages know its words. Raises BadCommand where there is none.
    """
    called = [one for one in register.adopted if name in (one.procedure, *one.aliases)]
    version = register.version(name, branch) or (called[-1] if called and not branch else None)
    if version is None:
        there = (one.procedure for one in register.adopted if one.reaches(branch))
        raise session.wrong("unknown-procedure", given=name, known=tuple(dict.fromkeys(there)))
    with session.store.read() as tx:
        rules = session.desk.rules(tx, version.digest)
    session.procedure = rules.procedure
    return rules, version


def _opener(session: Session, procedure: Procedure, register: Register) -> Opener:
    from workflow.crypto.keys import KeyTrouble

    if session.office in procedure.parties:
        return Opener(None, (), session.office)
    try:
        signer = session.signer
    except KeyTrouble as error:
        named = session.asked.key or session.environment.get("ZAAK_KEY")
        if named or session.office or error.code != "key-missing":
            raise
        return Opener(None, (), None)
    terms = register.anywhere(signer.who, session.desk.now())
    if signer.office is not None:
        terms = tuple(term for term in terms if term.office == signer.office)
    return Opener(signer, terms, None)


def _only_step(session: Session, procedure: Procedure, opener: Opener) -> str:
    """The one opening step that is the caller's; a Refusal or BadCommand names the others."""
    opening = {name: step for name, step in procedure.steps.items() if step.opens}
    if opener.signer is None:
        mine = [
            name
            for name, step in opening.items()
            if step.joins in step.who and opener.party in (None, step.joins)
        ]
    else:
        held = {term.office for term in opener.terms}
        mine = [name for name, step in opening.items() if held & set(step.who)]
    if len(mine) == 1:
        return mine[0]
    if mine:
        raise session.wrong("step-choice", known=tuple(mine))
    who = dict.fromkeys(office for step in opening.values() for office in step.who)
    raise session.refused("not-yours", who=tuple(who))


def _opening(session: Session, procedure: Procedure, name: str) -> Step:
    step = procedure.steps.get(name)
    if step is None or not step.opens:
        known = tuple(name for name, step in procedure.steps.items() if step.opens)
        raise session.wrong("opens-no-case", given=name, known=known)
    return step


def _only_branch(session: Session, step: Step, opener: Opener) -> str:
    branches = dict.fromkeys(term.branch for term in opener.terms if term.office in step.who)
    if len(branches) == 1:
        return next(iter(branches))
    if branches:
        raise session.wrong("branch-choice", known=tuple(branches))
    raise session.wrong("branch-missing")


def _known_branch(session: Session, register: Register, branch: str) -> None:
    """Refuse a branch in which nobody ever held an office, and in nothing below it either."""
    from workflow.engine.register import covers

    known = tuple(dict.fromkeys(term.branch for term in register.terms))
    if not any(covers(branch, one) for one in known):
        raise session.refused("unknown-branch", given=branch, known=known)


def _defaults(step: Step, opener: Opener, given: Mapping[str, str]) -> dict[str, str]:
    """The answers, with the caller filled in where a person of their own office is asked."""
    answers = dict(given)
    if opener.signer is None:
        return answers
    acting = next(
        (office for office in step.who if any(term.office == office for term in opener.terms)),
        None,
    )
    for name, field in step.asks.items():
        own = field.required and field.type == "person" and field.office == acting
        if name not in answers and own and acting is not None:
            answers[name] = opener.signer.who
    return answers


def _told(
    session: Session,
    dossier: Dossier,
    step: Step,
    document: dict[str, Any],
    events: list[Any],
    code: str | None,
) -> str:
    from workflow.verbs.output import label

    lines = [dossier.case.stream, *moved_lines(session, dossier, events)]
    if document.get("repeated"):
        lines.append(
            session.say(
                "Deze zaak was al begonnen. De terugkeercode is toen getoond en nergens bewaard.",
                "This case was begun before. Its return code was shown then and is kept nowhere.",
            )
        )
    if code is not None and step.joins is not None:
        lines += code_lines(session, label(dossier.procedure, step.joins, session.lang), code)
    return "\n".join(lines)
