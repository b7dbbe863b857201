"""Beginning a case: by an office-holder, or by a member who has no key at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from workflow.verbs import completing
from workflow.verbs.acting import deciding, moved_lines, setting, whose
from workflow.verbs.base import verb
from workflow.verbs.bringing import Joining, brought, code_lines, digests, sealed, stated
from workflow.verbs.doing import (
    Care,
    careful_again,
    confirm_leaving,
    done_before,
    happening,
    outcome,
    retrying,
)
from workflow.verbs.languages import Words
from workflow.verbs.options import argument, option

if TYPE_CHECKING:
    from workflow.crypto.sealing import SealedItem
    from workflow.desk.values import Signer
    from workflow.engine.commands import Open
    from workflow.engine.kernel import Compiled
    from workflow.engine.procedure import Procedure, Step
    from workflow.engine.register import Register, Term, Version
    from workflow.verbs.dossier import Dossier
    from workflow.verbs.session import Session


PREVIEW = b"preview"
"""From what names are made in a case that is only shown."""


class Opener(NamedTuple):
    """Who opens: a person with the terms they hold, or, without a signer, the member concerned."""

    signer: Signer | None
    terms: tuple[Term, ...]
    party: str | None


class Way(NamedTuple):
    """How a case begins: under which rules, by whom, with which step and in which branch."""

    rules: Compiled
    version: Version
    opener: Opener
    step: str
    declared: Step
    branch: str


@verb(
    Words(
        "Een zaak beginnen.\n\n"
        "Geeft het zaaknummer, en één keer de terugkeercode van het lid. Een lid zonder sleutel "
        "kan ook een zaak beginnen; wie een sleutel heeft, doet dat met --as reporter. Voordat er "
        "iets gedeeld wordt, zie je wat, met wie en waarom.",
        "Begin a case.\n\n"
        "Prints the case number and, once, the member's return code. A member without a key can "
        "begin a case too; someone who has a key does so with --as reporter. Before anything is "
        "shared you see what, with whom and why.",
    ),
    name="open",
    examples=(
        "zaak open conduct --set ground=treated_badly --note gesprek.txt",
        "zaak open conduct --as reporter --branch noord --set counsellor=noor --note -",
    ),
)
@argument("procedure", completing.procedures)
@option(
    "--step", metavar="STEP", words=Words("Waarmee de zaak begint.", "What the case begins with.")
)
@option(
    "--branch",
    metavar="BRANCH",
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
@deciding
@happening
@option(
    "--yes",
    is_flag=True,
    words=Words(
        "Bevestig vooraf dat er gedeeld wordt, en dat het mag in een afdeling waar nog niemand "
        "een functie had.",
        "Confirm beforehand that things are shared, also for a branch where nobody held an office "
        "yet.",
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
    decided_by: str | None,
    evidence: str | None,
    statement: str | None,
    happened: str | None,
    yes: bool,
    idempotency_key: str | None,
) -> None:
    """Begin a case."""
    from workflow.crypto.codes import derive, new_case_id, new_code
    from workflow.desk.values import Signer
    from workflow.engine.commands import Advance, Open
    from workflow.verbs.asking import completed, settings
    from workflow.verbs.dossier import laid_out
    from workflow.verbs.meant import answers as answered
    from workflow.verbs.meant import somebody
    from workflow.verbs.moments import moment

    desk = session.desk
    register, now = desk.register(), desk.now()
    way = _way(session, register, procedure, step, branch, certain=yes)
    if way.opener.signer is None and idempotency_key is not None:
        text = session.say(
            "Zonder sleutel valt niet na te gaan dat jij het opnieuw vraagt: laat "
            "--idempotency-key weg.",
            "Without a key it cannot be known that it is you who asks again: leave out "
            "--idempotency-key.",
        )
        raise session.wrong("usage", text=text)
    declared = way.declared
    said = answered(session, declared, settings(session, pairs), register)
    given = _defaults(declared, way.opener, said)
    _for_oneself(session, way, given)
    if decided_by is not None:
        decided_by = somebody(session, way.rules.procedure, decided_by)
    if decided_by is not None or evidence is not None:
        decided_by = _decided(session, way, evidence, decided_by)
    begun = ["zaak", "open", procedure, *(("--branch", branch) if branch else ())]
    answers, words = completed(session, way.step, declared, given, note, register, now, begun)

    stream = new_case_id(session.random)
    joining, signer = Joining(), way.opener.signer
    if declared.joins is not None and way.rules.procedure.parties[declared.joins].member:
        code = new_code(session.random)
        key = derive(code, stream)
        joining = Joining(code, key.public.line())
        signer = signer or Signer(declared.joins, key)
    assert signer is not None, "whoever has no key joins with a code"
    contents: dict[str, SealedItem] = {}
    documents, scan = (
        [session.text(paper) for paper in papers],
        stated(session, evidence, statement),
    )
    sealed_scan = sealed(session, scan, contents)
    first = Advance(
        way.step,
        dict(answers),
        note=sealed(session, words, contents),
        said=whose(session, way.rules.procedure, decided_by, evidence, sealed_scan),
        joining=joining.key,
        happened=moment(session, happened),
        papers=brought(session, documents, contents),
    )
    request = {
        "procedure": way.version.procedure,
        "step": way.step,
        "branch": way.branch,
        "answers": answers,
        "decided_by": decided_by,
        "evidence": evidence,
        "happened": happened,
        "as": session.office,
        "papers": digests(documents),
    }
    care, command = Care(None, idempotency_key, yes), Open(way.branch, first)
    retry = retrying(care, signer.key, "open", request, (words or b"") + b"\0" + (scan or b""))
    if not yes and not done_before(session, retry):
        _confirm(session, way.rules, command, signer, stream)
    done = desk.open(stream, way.version.digest, command, signer, contents, retry)

    dossier = laid_out(session, signer, done.case, desk.register(), way.rules)
    shown = None if done.repeated else joining.code
    item = first.note.item if first.note and not done.repeated else None
    document, events = outcome(session, dossier, done, code=shown, item=item)
    session.answer(document, lambda: _told(session, dossier, declared, document, events, shown))


def _way(
    session: Session,
    register: Register,
    procedure: str,
    step: str | None,
    branch: str | None,
    *,
    certain: bool,
) -> Way:
    """How the case begins. Raises Refusal, and BadCommand where the words leave that open.

    Refuses a branch that nobody knows, unless somebody is `certain`.
    """
    from workflow.verbs.dossier import office_meant
    from workflow.verbs.meant import declared as meant
    from workflow.verbs.seats import known_branch

    rules, version = _followed(session, register, procedure, branch or "")
    session.office = office_meant(session, rules.procedure)
    opener = _opener(session, rules.procedure, register)
    homes = {term.branch for term in opener.terms}
    home = branch or (homes.pop() if len(homes) == 1 else "")
    while True:
        rules, version = _followed(session, register, procedure, home)
        asked = step and meant(session, rules.procedure, "steps", step)
        name = asked or _only_step(session, rules.procedure, opener)
        declared = _opening(session, rules.procedure, name)
        where = branch or _only_branch(session, declared, opener)
        if where == home:
            break
        # The step said which office, and so which branch; and that may follow other rules.
        home = branch = where
    session.doing = name
    if not certain:
        known_branch(session, where)
    return Way(rules, version, opener, name, declared, where)


def _confirm(session: Session, rules: Compiled, command: Open, signer: Signer, stream: str) -> None:
    """Show what the beginning of the case would share and have it confirmed, as for any step."""
    from workflow.engine.deciding import Actor, decide
    from workflow.verbs.dossier import laid_out

    desk = session.desk
    register, now = desk.register(), desk.now()
    actor = Actor(signer.who, signer.office)
    draft = decide(rules, None, command, actor, register, now, PREVIEW, stream=stream)
    confirm_leaving(session, laid_out(session, signer, draft.case, register, rules), draft)


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


def _for_oneself(session: Session, way: Way, answers: Mapping[str, str]) -> None:
    """Refuse to open for a colleague: only who is named takes the case on, and may open it."""
    signer, step = way.opener.signer, way.declared
    if signer is None:
        return
    held = {term.office for term in way.opener.terms} & set(step.who)
    for office, field in step.assigns.items():
        named = answers.get(field)
        if held == {office} and named is not None and named != signer.who:
            raise session.refused(
                "opens-for-another",
                *step.cites,
                office=office,
                person=named,
                field=field,
                value=signer.who,
            )


def _decided(
    session: Session, way: Way, evidence: str | None, decided_by: str | None
) -> str | None:
    """Whose decision it is said to be that the case begins: as said, or else as it is.

    Raises BadCommand for evidence where it is nobody's decision, of which nothing would be kept,
    and for a code as evidence where nobody has one yet.
    """
    from workflow.engine.member import decider

    procedure, step = way.rules.procedure, way.declared
    found = decider(procedure, step, procedure.tracks[step.track].initial)
    alone = way.opener.signer is None
    if evidence == "code" and not alone:
        itself = step.joins if step.joins in step.who else None
        raise session.wrong("no-code-yet", step=way.step, itself=itself)
    own = alone and evidence in (None, "code") and decided_by in (None, step.joins)
    if found is None and not own:
        raise session.wrong("nobodys-decision", step=way.step, keeps=())
    return decided_by or found


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
