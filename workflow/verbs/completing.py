"""What may follow while somebody types: cases, steps, kinds, items, procedures, offices.

Only what the person whose key is in use may know of. A key with a passphrase is never asked for
here, so that it completes nothing that rests on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from workflow.verbs.options import asked_of

if TYPE_CHECKING:
    from workflow.verbs.dossier import Dossier
    from workflow.verbs.session import Session

CASE = re.compile(r"\bz-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{2}\b")
Values = Iterator[tuple[str, str]]


@contextmanager
def _session(ctx: click.Context) -> Iterator[Session]:
    from workflow.verbs.session import Session

    asked = asked_of(ctx)
    # Nobody can be asked for a passphrase halfway through a word.
    asked.environment = {"ZAAK_KEY_PASSPHRASE": "-", **asked.environment}
    with Session(asked, "") as session:
        yield session


def _dossier(ctx: click.Context, session: Session) -> Dossier:
    from workflow.verbs.dossier import opened

    typed = ctx.params.get("case")
    if typed is None:
        # While the value of an option is being typed, click has not looked at the words before it.
        found = CASE.search(session.environment.get("COMP_WORDS", ""))
        typed = found.group() if found else ""
    return opened(session, typed)


def cases(ctx: click.Context) -> Values:
    """The cases the caller may know of."""
    from workflow.verbs.dossier import all_visible

    with _session(ctx) as session:
        for dossier in all_visible(session):
            yield dossier.case.stream, dossier.procedure.labels[session.lang]


def steps(ctx: click.Context) -> Values:
    """The steps that the caller can take now."""
    from workflow.verbs.dossier import considered

    with _session(ctx) as session:
        dossier = _dossier(ctx, session)
        for name, reasons in considered(session, dossier).items():
            if not reasons:
                yield name, dossier.procedure.steps[name].labels[session.lang]


def every_step(ctx: click.Context) -> Values:
    """Every step that is the caller's to take at some time."""
    from workflow.verbs.dossier import considered

    with _session(ctx) as session:
        dossier = _dossier(ctx, session)
        for name in considered(session, dossier):
            yield name, dossier.procedure.steps[name].labels[session.lang]


def items(ctx: click.Context) -> Values:
    """The items of the case that the caller may read."""
    from workflow.engine.procedure import kind_labels
    from workflow.engine.sharing import may_read

    with _session(ctx) as session:
        dossier = _dossier(ctx, session)
        now, procedure = session.desk.now(), dossier.procedure
        for name, item in dossier.case.items.items():
            if may_read(procedure, dossier.case, name, dossier.reader, now):
                yield name, kind_labels(procedure, item.kind)[session.lang]


def kinds(ctx: click.Context) -> Values:
    """The kinds of item in the procedure of the case."""
    with _session(ctx) as session:
        for name, kind in _dossier(ctx, session).procedure.kinds.items():
            yield name, kind.labels[session.lang]


def purposes(ctx: click.Context) -> Values:
    """The purposes in the procedure of the case."""
    with _session(ctx) as session:
        for name, purpose in _dossier(ctx, session).procedure.purposes.items():
            yield name, purpose.labels[session.lang]


def recipients(ctx: click.Context) -> Values:
    """Whoever can receive something in the procedure of the case, and the parties one may know."""
    from workflow.verbs.dossier import known_parties
    from workflow.verbs.output import label

    with _session(ctx) as session:
        dossier = _dossier(ctx, session)
        p = dossier.procedure
        known = known_parties(session, dossier)
        for name in dict.fromkeys((*p.offices, *p.outside, *p.parties, *known)):
            yield name, label(p, name, session.lang)


def parties(ctx: click.Context) -> Values:
    """The parties of the case that the caller may know of."""
    from workflow.verbs.dossier import known_parties
    from workflow.verbs.output import label

    with _session(ctx) as session:
        dossier = _dossier(ctx, session)
        for name in known_parties(session, dossier):
            yield name, label(dossier.procedure, name, session.lang)


def consents(ctx: click.Context) -> Values:
    """The consents of the case that the caller may take back."""
    from workflow.verbs.dossier import sight

    with _session(ctx) as session:
        dossier = _dossier(ctx, session)
        with session.store.read() as tx:
            seen = sight(tx, session, dossier).scope
        for name, consent in dossier.case.consents.items():
            if seen.sees_consent(name) and not consent.ended:
                yield name, f"{consent.giver} → {consent.to}"


def procedures(ctx: click.Context) -> Values:
    """The procedures that were adopted, and their aliases."""
    with _session(ctx) as session:
        for version in session.desk.register().adopted:
            for name in (version.procedure, *version.aliases):
                yield name, version.procedure


def persons(ctx: click.Context) -> Values:
    """The people in the register."""
    with _session(ctx) as session:
        for name, person in session.desk.register().persons.items():
            yield name, person.name


def offices(ctx: click.Context) -> Values:
    """The offices that the caller holds."""
    with _session(ctx) as session:
        now = session.desk.now()
        for term in session.desk.register().anywhere(session.person, now):
            yield term.office, term.branch
