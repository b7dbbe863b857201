"""Law 1: nothing is shared without a basis. The one rule, and everything that discloses asks it.

An item reaches a recipient only because it is their own, because it was confided to them, because
an office-holder wrote it on their commission (A8), on a live consent of every party whose item it
is (B18), in an open life-threatening emergency (B19), or on a recorded legal duty. What the
procedure says cannot widen this: the bases are here, in code, and the offices a member confides in
are named here and not in a declaration.

The rule is judged on the case as the history has it so far, so a withdrawal that was appended
first wins. Reading is judged by the same rule each time: a disclosure opens nothing once its
basis has ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from workflow.engine.case import Case, Consent, Item
from workflow.engine.facts import Answer, Basis
from workflow.engine.member import confiding
from workflow.engine.procedure import STATEMENT, Procedure
from workflow.engine.reasons import Reason
from workflow.engine.standing import CONFIDANTS, Standing, acquainted, passes_on, reached

LEGAL_DOCUMENT = "legal_document"
"""The kind of item that records a statutory duty or a court order."""
EMERGENCY_LIMIT = timedelta(days=3)
"""No emergency lasts longer than this without being opened anew, whatever a procedure declares."""
EMERGENCY_CONDITIONS = (
    "consent_sought",
    "no_other_way",
    "serious_harm",
    "as_little_as_possible",
)
"""What a counsellor affirms on opening an emergency (B19, Q5); no declaration can leave one out."""


class Verdict(msgspec.Struct, frozen=True):
    """Whether an item may reach someone: on which basis, or every reason why not.

    `on` are the consents, or the document, that the basis rests on.
    """

    basis: Basis | None
    on: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()

    def __bool__(self) -> bool:
        return self.basis is not None


def may_share(
    procedure: Procedure,
    case: Case,
    item: str,
    recipient: str,
    purpose: str,
    at: datetime,
    document: str | None = None,
) -> Verdict:
    """Whether `item` may go to `recipient` (office, party or outside body) for `purpose` at `at`.

    `document` names the item that records a legal duty, where that is the claimed basis.
    """
    found = case.items[item]
    if case.gone(item):
        return Verdict(None, reasons=(Reason("item-erased", {"item": item}, ("B18",)),))
    if recipient in found.of:
        return Verdict("own")
    if recipient in CONFIDANTS and _confided(procedure, found, case.assigned.get(recipient, ())):
        return Verdict("confidant")
    barred = recipient in never_to(procedure, found.kind)
    if not barred and _commissioned(procedure, found, recipient):
        return Verdict("commission")
    consents = None if barred else _consents(case, item, found, recipient, purpose, at)
    if consents is not None:
        return Verdict("consent", consents)
    if _in_emergency(case, recipient, at):
        return Verdict("emergency")
    if document is not None:
        if document in case.items and case.items[document].kind == LEGAL_DOCUMENT:
            return Verdict("legal_duty", (document,))
        return Verdict(None, reasons=(Reason("no-legal-document", {"item": document}, ("B18",)),))
    if barred:
        particulars = {"item": item, "kind": found.kind, "to": recipient}
        return Verdict(None, reasons=(Reason("never-shared", particulars, ("A7", "B24")),))
    missing = _missing(case, item, found, recipient, purpose, at)
    return Verdict(None, reasons=tuple(missing))


def may_read(
    procedure: Procedure, case: Case, item: str, reader: Standing, at: datetime
) -> Verdict:
    """Whether `reader` may open `item` at `at`: their own, confided to them, or shared and live.

    What somebody wrote for their own office too, all who are in it read without its being shared.

    Whoever is in an office that the kind never reaches does not read it in another office either.
    """
    found = case.items[item]
    if case.gone(item):
        return Verdict(None, reasons=(Reason("item-erased", {"item": item}, ("B18",)),))
    if any(party in reader for party in found.of) or _wrote(procedure, found, reader):
        return Verdict("own")
    if any(office in reader for office in CONFIDANTS) and _confided(
        procedure, found, (reader.who,)
    ):
        return Verdict("confidant")
    barred = any(office in reader for office in never_to(procedure, found.kind))
    if not barred and found.author in reader and _commissioned(procedure, found, found.author):
        return Verdict("commission")
    for gone in case.disclosed(item):
        if not reached(procedure, case, gone, reader):
            continue
        if gone.basis == "legal_duty":
            return Verdict("legal_duty", gone.on)
        if barred and gone.basis != "emergency":
            continue
        verdict = may_share(procedure, case, item, gone.to, gone.purpose, at)
        if verdict:
            return verdict
    return Verdict(None, reasons=(Reason("no-basis-to-read", {"item": item}, ("B18",)),))


def unnamed(
    procedure: Procedure, case: Case, reader: Standing, reasons: Iterable[Reason]
) -> tuple[Reason, ...]:
    """The reasons, without the names of those of whom `reader` may not know that they take part.

    Who holds an office knows by the item itself whose it is.
    """
    known = acquainted(procedure, case, reader)
    if reader.capacities & set(procedure.offices):
        return tuple(reasons)
    return tuple(
        reason
        if (said := reason.particulars).get("giver") in (None, *known)
        else Reason(
            "others-consent-missing",
            {"item": said.get("item"), "to": said.get("to"), "purpose": said.get("purpose")},
            reason.cites,
            reason.about,
        )
        for reason in reasons
    )


def emergency_lacks(capacity: str | None, answers: Mapping[str, Answer]) -> tuple[Reason, ...]:
    """Why an emergency may not be opened: by a counsellor only, and on every condition."""
    reasons = [
        Reason("emergency-condition", {"field": condition}, ("B19",))
        for condition in EMERGENCY_CONDITIONS
        if answers.get(condition) is not True
    ]
    if capacity not in CONFIDANTS:
        reasons.append(Reason("not-yours", {"who": tuple(sorted(CONFIDANTS))}, ("B19",)))
    return tuple(reasons)


def consented(
    procedure: Procedure, case: Case, recipient: str, purpose: str, at: datetime
) -> tuple[str, ...]:
    """The items that may go to `recipient` for `purpose` because every party consents."""
    given = [each for _, each in case.consents_to(recipient, purpose)]
    kinds = {each.kind for each in given if each.kind is not None}
    named = {item for each in given for item in each.items}
    return tuple(
        name
        for name, item in case.of_kind(*kinds, or_named=named)
        if recipient not in never_to(procedure, item.kind)
        and _consents(case, name, item, recipient, purpose, at) is not None
    )


def _wrote(procedure: Procedure, item: Item, reader: Standing) -> bool:
    stays = passes_on(procedure, item.author)
    return item.author in reader and (stays or item.by == reader.who)


def _confided(procedure: Procedure, item: Item, persons: tuple[str, ...]) -> bool:
    member = confiding(procedure)
    return (
        bool(persons)
        and bool(item.of)
        and all(party == member for party in item.of)
        and all(person in item.confided for person in persons)
    )


def never_to(procedure: Procedure, kind: str) -> tuple[str, ...]:
    """The offices that an item of this kind never reaches, but in an emergency or by the law."""
    return procedure.kinds[kind].never_to if kind in procedure.kinds else ()


def _commissioned(procedure: Procedure, item: Item, recipient: str) -> bool:
    """Whether an office-holder wrote the item for the recipient, who commissioned it (A8).

    Never what a member said or signed, what a counsellor wrote down, or what can be traced to the
    member who confides in one: no declaration gives those away.
    """
    confides = CONFIDANTS & procedure.offices.keys()
    return (
        item.kind in procedure.kinds
        and item.kind != STATEMENT
        and not (confides and confiding(procedure) in item.of)
        and not any(procedure.parties[of].member for of in procedure.kinds[item.kind].of)
        and recipient in procedure.kinds[item.kind].made_for
        and item.author in procedure.offices
        and item.author not in CONFIDANTS
    )


def _about(
    case: Case, giver: str, name: str, item: Item, recipient: str, purpose: str
) -> Iterator[tuple[str, Consent]]:
    """The consents of `giver`, live or not, that speak of this disclosure."""
    for consent_name, consent in case.consents_to(recipient, purpose):
        if consent.giver == giver and consent.covers(name, item.kind):
            yield consent_name, consent


def _consents(
    case: Case, name: str, item: Item, recipient: str, purpose: str, at: datetime
) -> tuple[str, ...] | None:
    """One live consent of each party whose item it is; None where one lacks."""
    live: dict[str, str] = {}
    for consent_name, consent in case.consents_to(recipient, purpose):
        lacking = consent.giver in item.of and consent.giver not in live
        if lacking and consent.covers(name, item.kind) and consent.live(at):
            live[consent.giver] = consent_name
    if not live or not item.of or any(giver not in live for giver in item.of):
        return None
    return tuple(live[giver] for giver in item.of)


def _in_emergency(case: Case, recipient: str, at: datetime) -> bool:
    emergency = case.emergency
    return (
        emergency is not None
        and recipient in emergency.recipients
        and emergency.since <= at < emergency.until
    )


def _missing(
    case: Case, name: str, item: Item, recipient: str, purpose: str, at: datetime
) -> Iterator[Reason]:
    """Whose consent lacks, and whether it never was, has ended or has run out."""
    for giver in item.of:
        known = [c for _, c in _about(case, giver, name, item, recipient, purpose)]
        if any(consent.live(at) for consent in known):
            continue
        particulars = {"giver": giver, "item": name, "to": recipient, "purpose": purpose}
        if not known:
            yield Reason("consent-missing", particulars, ("B18",))
        elif known[-1].until is not None and known[-1].until <= at:
            yield Reason("consent-expired", particulars, ("B18",))
        else:
            yield Reason("consent-withdrawn", particulars, ("B18",))
    if not item.of:
        yield Reason("nobody-can-consent", {"item": name}, ("B18",))
