"""What there can be in a case, as far as a procedure says so before anything is tried.

Whatever else there is turns up by itself, and then the engine is asked anew all that rested on what
there is: so the more is foreseen, the sooner exploring is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from workflow.declaring.conditions import guards
from workflow.engine import facts as f
from workflow.engine.procedure import Consent, Packet
from workflow.exploring.people import parties
from workflow.exploring.touching import packets
from workflow.exploring.world import FILED_CASE, World


def foreseen(world: World) -> None:
    """Lets the world know what there can be, as far as the procedure says so."""
    procedure = world.procedure
    for part in procedure.parties:
        for party in parties(procedure, part):
            world.know("party", party)
    for kind, declared in procedure.kinds.items():
        if not declared.traceable:
            world.kinds[kind] = kind
            world.know("item", kind)
    for giver, to, purpose, kind_ in consents(world).values():
        world.consent(giver, to, purpose, kind_)
    for step in procedure.steps.values():
        for grant in step.grants:
            owner = next(
                (p for p in (step.decision.party if step.decision else None, step.joins) if p), None
            )
            for part in procedure.parties:
                if owner in (None, part):
                    for party in parties(procedure, part):
                        world.consent(party, grant.to, grant.purpose, grant.kind)
    for disclosure in _disclosures(world):
        world.disclosure(*disclosure)


def consents(world: World) -> dict[str, tuple[str, str, str, str | None]]:
    """The consents that can be given by hand and that something in the procedure looks at."""
    procedure = world.procedure
    found = dict(world.consents)
    wanted: list[tuple[str, str, str, str | None]] = []
    for guard in (placed.guard for placed in guards(procedure)):
        if isinstance(guard, Consent):
            wanted.append((guard.party, guard.to, guard.purpose, guard.kind))
        elif isinstance(guard, Packet):
            wanted += packets(procedure, guard.to, guard.purpose)
    for share in (share for step in procedure.steps.values() for share in step.shares):
        if share.to is None:
            continue
        if share.kind is None:
            wanted += packets(procedure, share.to, share.purpose)
        elif share.kind in procedure.kinds:
            of = procedure.kinds[share.kind].of
            wanted += [(party, share.to, share.purpose, share.kind) for party in of]
    for giver, to, purpose, kind in wanted:
        for party in parties(procedure, giver) if giver in procedure.parties else ():
            slot = "/".join((party, kind or "", to, purpose))
            found[slot] = (party, to, purpose, kind)
    return found


def _disclosures(world: World) -> Iterator[tuple[str, str, str, f.Basis, str | None]]:
    """What the steps share, if all goes as it is meant."""
    kinds = world.procedure.kinds
    consents = {consent[1:] for consent in world.consents.values()}
    for step in world.procedure.steps.values():
        for share in step.shares:
            field = step.asks.get(share.to_field or "")
            for to, item in product(
                (share.to,) if share.to else field.among if field else (), world.known["item"]
            ):
                kind = world.kinds[item]
                made = kind in kinds and to in kinds[kind].made_for
                if share.kind == kind or (
                    share.kind is None and (to, share.purpose, kind) in consents
                ):
                    basis: f.Basis = "commission" if made else "consent"
                    yield item, to, share.purpose, basis, FILED_CASE if step.files else None
