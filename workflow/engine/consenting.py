"""Giving and withdrawing consent (B18): recorded for the giver, with evidence.

Consent is given by a party, or recorded for them by a counsellor who was told (`spoken`) or holds
their signed statement (`written`). Taking it back is as easy as giving it.
"""

from __future__ import annotations

from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.draft import Draft
from workflow.engine.items import By, added
from workflow.engine.member import confiding, evidence_lacks
from workflow.engine.procedure import STATEMENT, Evidence
from workflow.engine.reasons import BadCommand, Reason, Refusal
from workflow.engine.sharing import may_read
from workflow.engine.standing import CONFIDANTS, Standing, acquainted


def give(draft: Draft, command: c.GiveConsent, who: Standing, by: By) -> Draft:
    """The draft with the consent recorded. Raises BadCommand or Refusal."""
    by = _recorder(draft, by, who, command.giver)
    _evidenced("consent give", command.giver, by, command.said)
    _well_put(draft, command, who, by)
    said = command.said
    if said.scan is not None:
        draft = added(draft, said.scan, STATEMENT, by, of=(command.giver,))
    consent = f.Consented(
        draft.name("c"),
        command.giver,
        command.to,
        command.purpose,
        "code" if by.capacity == command.giver else said.evidence or "",
        by.happened,
        items=command.items,
        kind=command.kind,
        until=command.until,
        evidence_item=said.scan.item if said.scan else None,
    )
    return draft.add(consent, by.who, by.capacity, by.happened)


def withdraw(draft: Draft, name: str, who: Standing, by: By) -> Draft:
    """The draft with the consent taken back. Raises BadCommand or Refusal."""
    consent = draft.case.consents.get(name)
    # A counsellor knows of the consents of whom they saw come into the case.
    of = acquainted(draft.rules.procedure, draft.case, who) if who.capacities & CONFIDANTS else who
    if consent is None or consent.giver not in of:
        raise BadCommand((Reason("unknown-consent", {"consent": name}),))
    by = _recorder(draft, by, who, consent.giver)
    if by.capacity is None:
        raise Refusal(
            "consent withdraw", (Reason("not-yours", {"who": (consent.giver,)}, ("B18",)),)
        )
    # Only now: whether a consent still holds tells that the matter it was for goes on.
    if consent.ended:
        raise Refusal("consent withdraw", (Reason("consent-over", {"consent": name}, ("B18",)),))
    return draft.add(f.Withdrawn(name), by.who, by.capacity, by.happened)


def _recorder(draft: Draft, by: By, who: Standing, giver: str) -> By:
    """A party speaks for themself; a counsellor records only for a member who confides in one."""
    confides = giver == confiding(draft.rules.procedure)
    able = who.capacities & CONFIDANTS if confides else frozenset()
    capacity = giver if giver in who else next(iter(sorted(able)), None)
    return By(by.who, capacity, by.now, by.happened)


def _evidenced(command: str, giver: str, by: By, said: c.Said) -> None:
    if by.capacity is None:
        reason = Reason("not-yours", {"who": (giver, *sorted(CONFIDANTS))}, ("B18",))
        raise Refusal(command, (reason,))
    every: tuple[Evidence, ...] = ("code", "written", "spoken")
    scanned = said.scan is not None
    lacks = evidence_lacks(giver, by.capacity, giver, said.evidence, every, scanned=scanned)
    if lacks is not None:
        raise Refusal(command, (lacks,))


def _well_put(draft: Draft, command: c.GiveConsent, who: Standing, by: By) -> None:
    procedure, case = draft.rules.procedure, draft.case
    recipients = (*procedure.offices, *procedure.outside, *procedure.parties)
    parties = acquainted(procedure, case, who)
    problems = []
    for code, name, known in (
        ("unknown-party", command.giver, parties),
        ("unknown-recipient", command.to, recipients),
        ("unknown-purpose", command.purpose, tuple(procedure.purposes)),
    ):
        if name not in known:
            problems.append(Reason(code, {"given": name, "known": known}))
    # For an item of which they may not know, the answer is that it is not there.
    held = [
        item
        for item in command.items
        if item in case.items
        and (command.giver in case.items[item].of or may_read(procedure, case, item, who, by.now))
    ]
    problems += [Reason("unknown-item", {"item": i}) for i in command.items if i not in held]
    if command.kind is not None and command.kind not in procedure.kinds:
        known = tuple(procedure.kinds)
        problems.append(Reason("unknown-kind", {"given": command.kind, "known": known}))
    if bool(command.items) == (command.kind is not None):
        problems.append(Reason("items-or-kind"))
    if problems:
        raise BadCommand(tuple(problems))
    strangers = [i for i in command.items if command.giver not in case.items[i].of]
    if strangers:
        reasons = (
            Reason("not-theirs-to-give", {"item": i, "giver": command.giver}) for i in strangers
        )
        raise Refusal("consent give", tuple(reasons))
