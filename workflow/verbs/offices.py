"""`zaak office`: who holds which office, from when until when, and the keys that offices have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow.verbs.base import group
from workflow.verbs.languages import Words
from workflow.verbs.moments import amsterdam, last_moment, moment
from workflow.verbs.moments import end as end_of
from workflow.verbs.options import argument, option
from workflow.verbs.output import columns
from workflow.verbs.seats import (
    called,
    full_name,
    keyed,
    labelled,
    office_meant,
    person_meant,
)
from workflow.verbs.succession import said, settled, told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from workflow.engine import facts as f
    from workflow.engine.register import Register, Term
    from workflow.verbs.session import Session

office = group(
    "office",
    Words("Wie welke functie heeft.", "Who holds which office."),
    examples=("zaak office grant counsellor bram --branch noord", "zaak office list"),
)

BRANCH = Words(
    "De afdeling; zonder deze die van het register.", "The branch; without it, the register's."
)


@office.verb(
    Words(
        "Geef iemand een functie.\n\nVoor wie het register bijhoudt. Een functie in een afdeling "
        "geldt ook in wat daaronder valt. Een dag is een dag in Amsterdam: --from telt vanaf het "
        "begin van die dag, --until tot en met het einde ervan.",
        "Grant someone an office.\n\nFor the keeper of the register. An office in a branch reaches "
        "what lies below it. A day is a day in Amsterdam: --from counts from the beginning of that "
        "day, --until up to and including its end.",
    ),
    examples=(
        "zaak office grant counsellor bram --branch noord",
        "zaak office grant regional_chair daan --branch noord --until 2027-12-31",
    ),
)
@argument("name", metavar="OFFICE")
@argument("holder", metavar="PERSON")
@option("--branch", metavar="BRANCH", words=BRANCH)
@option("--from", "starts", metavar="DATE", words=Words("Vanaf.", "From."))
@option("--until", metavar="DATE", words=Words("Tot en met.", "Up to and including."))
def grant(
    session: Session,
    name: str,
    holder: str,
    branch: str | None,
    starts: str | None,
    until: str | None,
) -> None:
    """Grant an office, and pass on the key of the office where it has one."""
    from workflow.engine import facts as f
    from workflow.engine import registering
    from workflow.engine.register import UNDECLARED

    known = (*labelled(session), *UNDECLARED)
    name, holder = office_meant(session, name, known), person_meant(session, holder)
    begin, end = moment(session, starts), last_moment(session, until)
    where = branch or registering.seat(session.desk.register())
    who = session.signer.who

    def change(register: Register, now: datetime) -> Sequence[f.Fact]:
        term = f.OfficeGranted(name, holder, where, begin or now, end)
        return registering.grant_office(register, who, term, known, now)

    events, handover = settled(session, change, name, where)
    term = events[0].data
    assert isinstance(term, f.OfficeGranted)
    document = {
        "office": name,
        "person": holder,
        "branch": where,
        "from": term.starts,
        "until": term.until,
        "seq": events[-1].seq,
        "office_key": told(session, handover, name, where),
    }

    def text() -> str:
        since = _moment(session, term.starts)
        label, full = called(session, name), full_name(session, holder)
        last = f", {_until(session, term.until)}" if term.until else ""
        words = session.say(
            f"{full} heeft de functie {label} in {where}, vanaf {since}{last}.",
            f"{full} holds the office of {label} in {where}, from {since}{last}.",
        )
        return "\n".join([words, *said(session, handover, name, where)])

    session.answer(document, text)


@office.verb(
    Words(
        "Laat een functie eindigen.\n\nDat kan wie het register bijhoudt, en wie de functie heeft. "
        "Zonder --on eindigt zij nu; met --on aan het einde van die dag (in Amsterdam). Heeft de "
        "functie een eigen sleutel, dan is de vertrekker die kwijt; de anderen krijgen een nieuwe.",
        "End an office.\n\nThe keeper of the register can do so, and the holder. Without --on it "
        "ends now; with --on at the end of that day (in Amsterdam). Where the office has a key of "
        "its own, whoever leaves loses it and the others get a new one.",
    ),
    examples=(
        "zaak office end regional_chair daan --branch noord",
        "zaak office end counsellor bram --on 2026-12-31",
    ),
)
@argument("name", metavar="OFFICE")
@argument("holder", metavar="PERSON")
@option("--branch", metavar="BRANCH", words=BRANCH)
@option("--on", "last_day", metavar="DATE", words=Words("De laatste dag.", "The last day."))
@option("--yes", is_flag=True, words=Words("Niet meer vragen.", "Ask nothing."))
def end(
    session: Session,
    name: str,
    holder: str,
    branch: str | None,
    last_day: str | None,
    yes: bool,
) -> None:
    """End an office, and renew the key of the office where it has one."""
    from workflow.engine import facts as f
    from workflow.engine import registering
    from workflow.engine.register import UNDECLARED

    known = (*labelled(session), *UNDECLARED)
    name, holder = office_meant(session, name, known), person_meant(session, holder)
    at = last_moment(session, last_day)
    where = branch or registering.seat(session.desk.register())
    who = session.signer.who

    def change(register: Register, now: datetime) -> Sequence[f.Fact]:
        ended = f.OfficeEnded(name, holder, where, at or now)
        return registering.end_office(register, who, ended, now)

    leaving = holder if at is None else None
    events, handover = settled(session, change, name, where, leaving, yes=yes)
    ended = events[0].data
    assert isinstance(ended, f.OfficeEnded)
    document = {
        "office": name,
        "person": holder,
        "branch": where,
        "until": ended.at,
        "seq": events[-1].seq,
        "office_key": told(session, handover, name, where),
    }

    def text() -> str:
        full, label = full_name(session, holder), called(session, name)
        when = _until(session, ended.at)
        words = session.say(
            f"{full} heeft de functie {label} in {where} {when}.",
            f"{full} holds the office of {label} in {where} {when}.",
        )
        if at is None:
            words = session.say(
                f"{full} is vanaf nu geen {label} meer in {where}.",
                f"{full} no longer holds the office of {label} in {where}, from now.",
            )
        if holder == who and handover is None and keyed(session, name):
            command = f"zaak office share-key {name} --branch {where}"
            words += "\n" + session.say(
                f"Laat wie de functie nog heeft de sleutel vernieuwen: {command}",
                f"Have somebody who still holds the office renew its key: {command}",
            )
        return "\n".join([words, *said(session, handover, name, where)])

    session.answer(document, text)


@office.verb(
    Words(
        "Geef de sleutels van een functie door.\n\nAlleen bij functies met een eigen sleutel. Wat "
        "jij kunt openen, gaat naar wie de functie nu heeft; wie vertrokken is, verliest zijn "
        "sleutels.",
        "Pass on the keys of an office.\n\nOnly for offices with a key of their own. What you can "
        "open goes to whoever holds the office now; whoever left loses their keys.",
    ),
    name="share-key",
    examples=("zaak office share-key regional_chair --branch noord",),
)
@argument("name", metavar="OFFICE")
@option("--branch", metavar="BRANCH", words=BRANCH)
def share_key(session: Session, name: str, branch: str | None) -> None:
    """Bring the keys of an office in line with who holds it."""
    from workflow.engine import registering
    from workflow.engine.register import UNDECLARED

    known = (*labelled(session), *UNDECLARED)
    name = office_meant(session, name, known)
    if name not in known:
        raise session.wrong("unknown-office", given=name, known=known)
    where = branch or registering.seat(session.desk.register())
    _, handover = settled(session, lambda _register, _now: (), name, where)
    document = {"office": name, "branch": where, "office_key": told(session, handover, name, where)}
    nothing = session.say("Er is niets door te geven.", "There is nothing to pass on.")
    session.answer(document, lambda: "\n".join(said(session, handover, name, where)) or nothing)


@office.verb(
    Words(
        "Wie welke functie heeft.\n\nDe functies die nu lopen; met --all ook wat voorbij is of nog "
        "begint.",
        "Who holds which office.\n\nThe offices that run now; with --all also what is over or has "
        "yet to begin.",
    ),
    name="list",
    examples=("zaak office list", "zaak office list --branch noord --all"),
)
@option(
    "--branch",
    metavar="BRANCH",
    words=Words("Deze afdeling en wat eronder valt.", "This branch and what lies below it."),
)
@option(
    "--all", "every", is_flag=True, words=Words("Ook vroeger en later.", "Past and future too.")
)
def list_terms(session: Session, branch: str | None, every: bool) -> None:
    """List who holds which office in which branch."""
    from workflow.engine.register import covers

    labelled(session)
    register, now = session.desk.register(), session.desk.now()
    terms = [
        term
        for term in register.terms
        if (every or term.runs(now)) and (branch is None or covers(branch, term.branch))
    ]
    rows = [
        {
            "office": term.office,
            "person": term.person,
            "name": register.persons[term.person].name,
            "branch": term.branch,
            "from": term.starts,
            "until": term.until,
            "now": term.runs(now),
        }
        for term in terms
    ]
    session.answer(
        {"offices": rows},
        lambda: "\n".join(columns(_row(session, register, term, now) for term in terms)),
    )


# --- inside --------------------------------------------------------------------------------------


def _row(session: Session, register: Register, term: Term, now: datetime) -> tuple[str, ...]:
    since = _moment(session, term.starts)
    last = _until(session, term.until) if term.until else ""
    begins = session.say(f"vanaf {since}", f"from {since}")
    who = f"{register.persons[term.person].name} ({term.person})"
    past = session.say("afgelopen", "over") if term.until and term.until <= now else ""
    return (term.branch, called(session, term.office), who, begins, last, past)


def _until(session: Session, at: datetime) -> str:
    """Until when an office runs: the last day in full where it ends at midnight."""
    from datetime import time

    if at.astimezone(amsterdam()).time() == time():
        return end_of(session, at)
    until = _moment(session, at)
    return session.say(f"tot {until}", f"until {until}")


def _moment(session: Session, at: datetime | None) -> str:
    from workflow.wording.dates import moment_text

    return moment_text(at, session.lang) if at else ""
