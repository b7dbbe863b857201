"""Who has looked: what a look is, on which basis it may be, and where it is written down. Pure.

A look changes nothing, so it stands in no case: a case keeps its length, its state and its latest
moment however often people look. Looks stand in streams of their own beside what was looked at,
signed and chained as everything is: `CASE.looks` for those who look in an office, and
`CASE.looks.WHO` for the looks of each of those whom the case is about, which are nobody else's
business. Beside the register stand the exports of every case at once.

A look says how long the history was and which hash it ended with. So it also vouches for that
history: whoever cuts off its end must cut off the looks as well.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import msgspec

from workflow.engine import facts as f
from workflow.engine.case import Case
from workflow.engine.clock import settle
from workflow.engine.draft import Draft
from workflow.engine.kernel import Compiled
from workflow.engine.procedure import Procedure, role
from workflow.engine.reasons import Reason, Refusal
from workflow.engine.register import REGISTRAR, STREAM, Register
from workflow.engine.standing import AUDITOR, CONFIDANTS, Standing, knows, sees, standing

_LOOKS = ".looks"
EXPORTERS = (AUDITOR, REGISTRAR)
"""The offices that may take events out of the store."""
_BASES: dict[str, f.LookBasis] = {AUDITOR: "audit", REGISTRAR: "register"}


class Looks(msgspec.Struct, frozen=True):
    """The state of a stream of looks: how many there are. Nothing is ever decided by it."""

    seq: int


class Look(msgspec.Struct, frozen=True):
    """What is asked for: the kind of look, and for which audience it is rendered."""

    what: f.LookKind
    audience: str | None = None


class Seen(msgspec.Struct, frozen=True):
    """What is looked at: how many events a stream has, and the hash (hex) of the last."""

    events: int
    head: str


def beside(stream: str, own: str | None = None) -> str:
    """The stream of looks beside a case or the register; with `own` that of one party's looks."""
    return stream + _LOOKS + (f".{own}" if own is not None else "")


def subject(stream: str) -> str:
    """The stream that a stream of looks stands beside; any other stream is about itself."""
    return stream.partition(_LOOKS)[0]


def owner(stream: str) -> str | None:
    """Whose looks alone are in this stream; None where it is no stream of one party's looks."""
    return stream.partition(_LOOKS + ".")[2] or None


def is_case(stream: str) -> bool:
    """Whether the stream is that of a case: not the register's, and not one of looks."""
    return stream != STREAM and subject(stream) == stream


def look(
    rules: Compiled,
    register: Register,
    case: Case,
    who: str,
    asked: Look,
    seen: Seen,
    now: datetime,
) -> tuple[str | None, f.Looked]:
    """A look of `who` at the case at `now` (UTC): the office in which, and the fact.

    What was due by then has happened first. Somebody who stands before the case in several
    capacities is shown what any of them may see, whichever they act in; so the look is on the one
    that shows most. Raises Refusal where they may not look so: `no-such-case` where they may not
    know of the case.
    """
    with suppress(Refusal):
        case = settle(Draft(rules, register, case, b""), who, now).case
    procedure = rules.procedure
    reader = standing(procedure, register, case, who, now)
    found = _foremost(procedure, case, reader)
    if found is None:
        raise Refusal(asked.what, (Reason("no-such-case"),))
    if asked.what == "export":
        found = _taking_out(register, reader, now)
    if asked.audience is not None and not may_render(procedure, case, reader, asked.audience):
        raise Refusal(asked.what, (Reason("not-yours", {"who": (asked.audience,)}),))
    office, basis = found
    audience = asked.audience
    if audience is not None and audience in reader:
        audience = None
    return office, f.Looked(asked.what, basis, seen.events, seen.head, audience)


def export(register: Register, who: str, seen: Seen, now: datetime) -> tuple[str, f.Looked]:
    """Taking out the events of every case that `who` may, at `now` (UTC): the office, and the fact.

    Raises Refusal for whoever holds none of `EXPORTERS`.
    """
    office = _exporting(register, who, now)
    return office, f.Looked("export", _BASES[office], seen.events, seen.head)


def takes_out(register: Register, reader: Standing, now: datetime) -> bool:
    """Whether the reader may take every event out of the case before which they stand so.

    Whoever keeps the register keeps the store; an auditor audits in the branch of the case. That
    they may know of the case in some other office gives them none of what that office is not shown.
    """
    return AUDITOR in reader or _keeps(register, reader.who, now)


def may_render(procedure: Procedure, case: Case, reader: Standing, audience: str) -> bool:
    """Whether the reader may have the case rendered for this audience (an office or a party).

    For themselves, an auditor for anyone, and a counsellor for the member they are there for. It
    does not depend on what happened, since a refusal would then tell.
    """
    if audience in reader or AUDITOR in reader:
        return True
    part = role(audience)
    several = audience != part
    member = part in {track.belongs_to for track in procedure.tracks.values()}
    takes_part = not several or audience in case.parties
    return member and takes_part and bool(reader.capacities & CONFIDANTS)


def _foremost(
    procedure: Procedure, case: Case, reader: Standing
) -> tuple[str | None, f.LookBasis] | None:
    """The capacity in which the reader knows of the case and is shown most; None without any.

    What somebody looks at as a party is told to nobody, so it is that only where no office of
    theirs shows them more.
    """

    def alone(capacity: str) -> bool:
        return capacity in reader and knows(
            procedure, case, Standing(reader.who, frozenset({capacity}), reader.key)
        )

    if alone(AUDITOR):
        return AUDITOR, "audit"
    for office in sorted(CONFIDANTS):
        if alone(office):
            return office, "confidant"
    parties = reader.capacities & {*case.parties, *procedure.parties}
    takes_part = any(alone(party) for party in parties)
    own = _shown(procedure, case, Standing(reader.who, parties, reader.key))
    more = {
        office: _shown(procedure, case, Standing(reader.who, frozenset({office}))) - own
        for office in procedure.offices
        if alone(office)
    }

    def much(office: str) -> tuple[int, int]:
        members = [name for name in more[office] if procedure.tracks[name].belongs_to is not None]
        return len(members), len(more[office])

    if more:
        office = max(more, key=much)
        if more[office] or not takes_part:
            return office, "office"
    return (None, "own") if takes_part else None


def _shown(procedure: Procedure, case: Case, reader: Standing) -> frozenset[str]:
    return frozenset(name for name in procedure.tracks if sees(procedure, case, reader, name))


def _taking_out(register: Register, reader: Standing, now: datetime) -> tuple[str, f.LookBasis]:
    """In which office, and on which basis, the reader takes out a case. Raises Refusal."""
    if not takes_out(register, reader, now):
        raise Refusal("audit export", (Reason("not-yours", {"who": EXPORTERS}),))
    office = AUDITOR if AUDITOR in reader else REGISTRAR
    return office, _BASES[office]


def _keeps(register: Register, who: str, now: datetime) -> bool:
    return any(term.office == REGISTRAR for term in register.anywhere(who, now))


def _exporting(register: Register, who: str, now: datetime) -> str:
    """The office in which `who` may export at `now`: keeping the register goes first."""
    held = {term.office for term in register.anywhere(who, now)}
    for office in reversed(EXPORTERS):
        if office in held:
            return office
    raise Refusal("audit export", (Reason("not-yours", {"who": EXPORTERS}),))
