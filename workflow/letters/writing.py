"""Letters made from what one reader may see of a case. Pure.

Each is made from the events that the rules of visibility show the reader, so that a letter never
says more than its maker may know. Where these hold nothing to write about there is no letter,
whether it never happened or is hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from workflow.engine import facts as f
from workflow.engine.procedure import Guard, OtherPerson, Procedure, Step, Text, Track, kind_labels
from workflow.engine.sharing import EMERGENCY_CONDITIONS
from workflow.engine.standing import AUDITOR, CONFIDANTS, passes_on, sees
from workflow.histories import tables
from workflow.histories.telling import Numbers, answers, numbers
from workflow.histories.views import ConsentSeen, EmergencySeen
from workflow.histories.visibility import Placed, Scope, placed
from workflow.letters.letters import (
    Agreement,
    Checkpoint,
    ConsentForm,
    Document,
    EmergencyNotice,
    Handed,
    Handover,
    Letterhead,
    Next,
    Reads,
    Receipt,
    Shared,
    StepBack,
)
from workflow.wording.wording import someone

SUPPORT_GROUP = "helper"
"""The office whose release from a case means that the support group has stepped back (B34, B35)."""


class Known(msgspec.Struct, frozen=True):
    """What a reader may see of a case, as letters are made from it."""

    seen: Scope
    shown: tuple[Placed, ...]
    counted: Numbers
    head: Letterhead

    @property
    def procedure(self) -> Procedure:
        """The procedure of the case."""
        return self.seen.procedure

    @property
    def named(self) -> frozenset[str]:
        """The items that the reader knows by name; an auditor knows none."""
        return frozenset() if self.seen.whole else frozenset(self.counted.items)

    @property
    def keepers(self) -> tuple[Text, ...]:
        """The offices of the counsellors in the case, as far as the reader was told of them."""
        told = {p.event.data.office for p in self.shown if isinstance(p.event.data, f.Assigned)}
        assigned = {name for name, people in self.seen.case.assigned.items() if people}
        return tuple(self.called(name) for name in sorted(told & assigned & CONFIDANTS))

    def called(self, name: str) -> Text:
        """An office, party or recipient as it stands in a sentence."""
        party = self.seen.case.parties.get(name)
        role = party.role if party is not None else name
        nl, en = (someone(role, lang, self.procedure) for lang in ("nl", "en"))
        return Text(nl, en)

    def role(self, party: str) -> str:
        """The part that a party plays."""
        return self.seen.case.parties[party].role

    def agreements(self) -> dict[str, Agreement]:
        """The consents the reader sees, by name."""
        order = {n: n for n in range(1, len(self.shown) + 1)}
        rows = tables.consents(self.seen, self.shown, self.counted, order)
        byname = {row.number: row for row in rows}
        return {
            name: self._agreement(name, byname[number])
            for name, number in self.counted.consents.items()
        }

    def document(self, item: str) -> Document:
        """An item that the reader knows by name."""
        return Document(item, kind_labels(self.procedure, self.seen.case.items[item].kind))

    def _agreement(self, name: str, row: ConsentSeen) -> Agreement:
        consent = self.seen.case.consents[name]
        met = tuple(item for item in consent.items if item in self.named)
        return Agreement(
            giver=self.called(consent.giver),
            to=self.called(consent.to),
            purpose=row.purpose.label,
            kind=row.kind.label if row.kind else None,
            documents=tuple(self.document(item) for item in met),
            others=len(consent.items) - len(met),
            until=row.until,
            name=name,
            starts=row.starts,
            evidence=row.evidence.label,
            status=row.status,
            ended=row.ended,
        )


def known(
    seen: Scope, office: str | None, now: datetime, checkpoint: Checkpoint | None = None
) -> Known:
    """What the reader of `seen` may put into letters at `now` (UTC), writing as `office`.

    `checkpoint` is the latest one of the log, which everybody may have.
    """
    shown = placed(seen)
    labels = seen.procedure.offices[office].labels if office is not None else None
    branch = seen.case.branch if shown else ""
    head = Letterhead(seen.case.stream, branch, now, labels, checkpoint)
    return Known(seen, shown, numbers(shown), head)


# --- receipt -------------------------------------------------------------------------------------


def reporters(of: Known) -> tuple[str, ...]:
    """The parties whose report the reader sees: themself for a party, and no other party."""
    seen = of.seen
    own = tuple(party for party in seen.case.parties if party in seen.reader)
    return tuple(
        party
        for party in own or tuple(seen.case.parties)
        if seen.knows(party)
        and of.procedure.tracks[seen.joined_on[party]].belongs_to == of.role(party)
    )


def receipt(of: Known, party: str, code: str | None = None) -> Receipt:
    """The receipt for one of `reporters`; `code` is known to be theirs."""
    joined = next(
        each.event.took_place
        for each in of.shown
        if isinstance(each.event.data, f.Joined) and each.event.data.party == party
    )
    track = of.seen.joined_on[party]
    return Receipt(
        head=of.head,
        received=joined,
        about=of.procedure.tracks[track].labels,
        following=_next(of, party, track),
        keepers=of.keepers,
        exception=any(step.emergency == "open" for step in of.procedure.steps.values()),
        audited=AUDITOR in of.procedure.tracks[track].seen_by,
        code=code,
    )


def _next(of: Known, party: str, own: str) -> Next:
    """What follows for the party: on the track of their report, or sooner on one they see too."""
    tracks = of.procedure.tracks
    stands = tracks[own].states[of.seen.case.state(own)]
    name = own if stands.decides or stands.ends else _soonest(of, party, own)
    due = of.seen.case.tracks[name].due
    deadline = tracks[name].states[of.seen.case.state(name)].deadline
    then = of.procedure.steps[deadline.then] if deadline and deadline.then else None
    return Next(
        state=stands.labels,
        due=due,
        by=tuple(of.called(who) for who in deadline.remind) if deadline else (),
        then=then.labels if then is not None else None,
        rests=then is not None and not (deadline and deadline.remind) and _over(tracks, then),
        decides=stands.decides,
        ended=stands.ends,
    )


def _over(tracks: Mapping[str, Track], step: Step) -> bool:
    return tracks[step.track].states[step.to].ends


def _soonest(of: Known, party: str, own: str) -> str:
    """Of the tracks that party and reader both see, the one on which something is due first.

    An emergency is no part of what follows on a report.
    """
    seen, tracks = of.seen, of.procedure.tracks
    urgent = {step.track for step in of.procedure.steps.values() if step.emergency}
    due = {
        name: at
        for name, declared in tracks.items()
        if name not in urgent
        and of.role(party) in declared.seen_by
        and (declared.belongs_to in (None, of.role(party)))
        and sees(of.procedure, seen.case, seen.reader, name)
        and (at := seen.case.tracks[name].due) is not None
    }
    return min(due, key=lambda name: (due[name], name != own), default=own)


# --- consent -------------------------------------------------------------------------------------


def givers(of: Known) -> tuple[str, ...]:
    """The parties for whom the reader may make a form: themself, or whom they know of."""
    seen = of.seen
    own = tuple(party for party in seen.case.parties if party in seen.reader)
    return own or tuple(party for party in seen.case.parties if seen.knows(party))


def consent_given(of: Known, name: str) -> ConsentForm | None:
    """The form of a consent that was given; None where the reader sees none of that name."""
    found = of.agreements().get(name)
    if found is None:
        return None
    consent = of.seen.case.consents[name]
    items = tuple(item for item in consent.items if item in of.named)
    also = _also(of, consent.giver, items, consent.kind)
    readers = of.procedure.purposes[consent.purpose].readers
    return ConsentForm(of.head, found, _reads(of, consent.to), readers, also, of.keepers)


def consent_asked(
    of: Known,
    giver: str,
    to: str,
    purpose: str,
    items: Sequence[str],
    kind: str | None,
    until: datetime | None,
) -> ConsentForm:
    """A form for `giver` to sign; `items` are among `named`, `until` is exclusive (UTC)."""
    agreement = Agreement(
        giver=of.called(giver),
        to=of.called(to),
        purpose=of.procedure.purposes[purpose].labels,
        kind=of.procedure.kinds[kind].labels if kind is not None else None,
        documents=tuple(of.document(item) for item in items),
        others=0,
        until=until,
    )
    also = _also(of, giver, items, kind)
    readers = of.procedure.purposes[purpose].readers
    return ConsentForm(of.head, agreement, _reads(of, to), readers, also, of.keepers)


def _also(of: Known, giver: str, items: Sequence[str], kind: str | None) -> tuple[Text, ...]:
    """Without whose consent too nothing goes: the other owners of what this consent covers."""
    role = of.role(giver)
    owners = [of.role(owner) for item in items for owner in of.seen.case.items[item].of]
    owners += of.procedure.kinds[kind].of if kind is not None else ()
    return tuple(of.called(other) for other in dict.fromkeys(owners) if other != role)


def _reads(of: Known, to: str) -> Reads:
    if to in of.procedure.outside:
        return "outside"
    office = of.procedure.offices.get(to)
    if office is None:
        return "party"
    if passes_on(of.procedure, to):
        return "office"
    return "assigned" if office.assigned or to in CONFIDANTS else "holders"


# --- handover ------------------------------------------------------------------------------------


def recipients(of: Known) -> tuple[str, ...]:
    """To whom something was handed over on consent, as far as the reader may name what."""
    return tuple(dict.fromkeys(gone.to for gone, _ in _handed(of)))


def handover(of: Known, to: str) -> Handover:
    """What reached `to`, one of `recipients`: each document once, as it was first handed over."""
    documents: dict[str, Handed] = {}
    every = of.agreements()
    on: dict[str, None] = {}
    for gone, at in _handed(of):
        if gone.to != to or gone.item in documents:
            continue
        rests = tuple(name for name in gone.on if name in every)
        on.update(dict.fromkeys(rests))
        digest = of.seen.case.items[gone.item].digest
        documents[gone.item] = Handed(of.document(gone.item), digest, at, rests)
    agreements = tuple(every[name] for name in on)
    return Handover(of.head, of.called(to), tuple(documents.values()), agreements)


def _handed(of: Known) -> list[tuple[f.Disclosed, datetime]]:
    return [
        (fact, each.event.took_place)
        for each in of.shown
        if isinstance(fact := each.event.data, f.Disclosed)
        and fact.basis == "consent"
        and fact.item in of.named
    ]


# --- emergency -----------------------------------------------------------------------------------


def open_until(of: Known) -> datetime | None:
    """Until when the emergency may last that the reader sees to be open; None where none is."""
    latest = _latest(of)
    return latest.until if latest is not None and latest.ended is None else None


def emergency(of: Known) -> EmergencyNotice | None:
    """The notice of the latest emergency the reader sees, if it is over; None without one."""
    latest = _latest(of)
    if latest is None or latest.ended is None:
        return None
    order = {n: n for n in range(1, len(of.shown) + 1)}
    gone = tables.disclosures(of.seen, of.shown, of.counted, order)
    shared = tuple(
        Shared(each.kind.label, of.called(each.to.name), each.at)
        for each in gone
        if each.number in latest.disclosures
    )
    reviewed, justified = _review(of)
    return EmergencyNotice(
        head=of.head,
        opened=latest.opened,
        ended=latest.ended,
        expired=latest.ending.name == "expired",
        shared=shared,
        grounds=_grounds(of),
        reviewers=tuple(of.called(name) for name in _reviewers(of.procedure)),
        reviewed=reviewed,
        justified=justified,
        keepers=of.keepers,
    )


def _latest(of: Known) -> EmergencySeen | None:
    order = {n: n for n in range(1, len(of.shown) + 1)}
    gone = tables.disclosures(of.seen, of.shown, of.counted, order)
    found = tables.emergencies(of.seen, of.shown, gone, order, of.head.dated)
    return found[-1] if found else None


def _grounds(of: Known) -> tuple[Text, ...]:
    """The conditions of law that were affirmed when the latest emergency was opened (B19)."""
    opened = [
        (each, fact)
        for each in of.shown
        if isinstance(fact := each.event.data, f.Stepped)
        and each.procedure.steps[fact.step].emergency == "open"
    ]
    return tuple(
        answered.field.label
        for answered in (answers(of.seen, *opened[-1]) if opened else ())
        if answered.field.name in EMERGENCY_CONDITIONS
    )


def _review(of: Known) -> tuple[datetime | None, bool | None]:
    """When the latest emergency was gone over, and what was found; None for what is not seen."""
    found: tuple[datetime | None, bool | None] = (None, None)
    for each in of.shown:
        fact = each.event.data
        if not isinstance(fact, f.Stepped):
            continue
        steps = each.procedure.steps
        opening = {name for name, step in steps.items() if step.emergency == "open"}
        step = steps[fact.step]
        if fact.step in opening:
            found = (None, None)
        elif any(_another(guard, opening) for guard in step.guards):
            told = {answered.field.name for answered in answers(of.seen, each, fact)}
            judged = (
                answer
                for name, answer in fact.answers.items()
                if name in told and isinstance(answer, bool)
            )
            found = (each.event.took_place, next(judged, None))
    return found


def _reviewers(procedure: Procedure) -> tuple[str, ...]:
    """The offices that go over an emergency: those who must be someone else than who opened it."""
    opening = {name for name, step in procedure.steps.items() if step.emergency == "open"}
    found = [
        who
        for step in procedure.steps.values()
        if any(_another(guard, opening) for guard in step.guards)
        for who in step.who
        if who in procedure.offices
    ]
    return tuple(dict.fromkeys(found))


def _another(guard: Guard, steps: set[str]) -> bool:
    return isinstance(guard, OtherPerson) and guard.than_step in steps


# --- step back -----------------------------------------------------------------------------------


def step_back(of: Known) -> StepBack | None:
    """That the support group stepped back, as far as the reader sees it; None where it did not.

    The cause is not even looked at: after an end of the conflict, a term that ran out and a
    filing with the disputes committee it is the same value (B34, B35, Q15).
    """
    for each in reversed(of.shown):
        fact = each.event.data
        if not isinstance(fact, f.Stepped):
            continue
        released = SUPPORT_GROUP in each.procedure.steps[fact.step].releases
        if released and of.seen.case.state(fact.track) == fact.to:
            return StepBack(of.head, each.event.took_place)
    return None
