"""What is told of an event beside the track it moves: one sentence, in both languages, or none.

Items, consents and disclosures are named by their number among those the audience sees.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from workflow.engine import facts as f
from workflow.engine.procedure import CLOCK, LINKED, Field, Procedure, Text, kind_labels
from workflow.engine.procedure import role as role_of
from workflow.engine.standing import CONFIDANTS
from workflow.histories import wording_history as say
from workflow.histories.views import Answered, Word
from workflow.histories.visibility import Placed, Scope, ended_consents

_AUDITED = frozenset({"choice", "affirm", "yesno"})
"""The types of field whose answers an auditor sees: how it was judged, and not what it is about."""
_UNTOLD = frozenset({"person", "case"})
"""The types of field whose answers no history shows: who it was, and which other case.

Of several people it shows to parties and counsellors how many they were, and never who.
"""


class Numbers(msgspec.Struct, frozen=True):
    """The numbers of items and consents, by their names, and of disclosures by their event."""

    items: dict[str, int]
    consents: dict[str, int]
    disclosures: dict[int, int]


def numbers(shown: Sequence[Placed]) -> Numbers:
    """Count what the audience sees, from 1, in the order in which it first appears."""
    items: dict[str, int] = {}
    consents: dict[str, int] = {}
    disclosures: dict[int, int] = {}
    for each in shown:
        match each.event.data:
            case f.Added(item=item) | f.Read(item=item):
                items.setdefault(item, len(items) + 1)
            case f.Disclosed(item=item):
                items.setdefault(item, len(items) + 1)
                disclosures[each.event.seq] = len(disclosures) + 1
            case f.Consented(consent=consent):
                consents.setdefault(consent, len(consents) + 1)
    return Numbers(items, consents, disclosures)


def erased(seen: Scope, shown: Sequence[Placed]) -> frozenset[str]:
    """The items of which the audience knows that they were erased."""
    return frozenset(
        item
        for each in shown
        if isinstance(each.event.data, f.Erased)
        for item in seen.erased(each.event.data)
    )


def capacity(procedure: Procedure, name: str) -> Word:
    """An office, a party, an outside recipient, the clock or a linked case, with its label.

    One of several who play a part is called by the part and their own sign: `betrokkene 4f7k`.
    """
    if name in (CLOCK, LINKED):
        return Word(name, say.CLOCK_LABEL if name == CLOCK else say.LINKED_LABEL)
    declared = (
        procedure.offices.get(name) or procedure.parties.get(name) or procedure.outside.get(name)
    )
    if declared is not None:
        return Word(name, declared.labels)
    played = procedure.parties.get(role_of(name))
    if played is None or not played.many:
        return Word(name, Text(name, name))
    sign = name.partition("-")[2]
    return Word(name, Text(f"{played.labels.nl} {sign}", f"{played.labels.en} {sign}"))


def note(seen: Scope, each: Placed, counted: Numbers) -> Text | None:
    """The sentence about an event; None where it adds nothing.

    A step is told as a change, and an opening by the step it comes with.
    """
    procedure, fact = each.procedure, each.event.data
    match fact:
        case f.Joined(party):
            return say.party_joined(capacity(procedure, party).label)
        case f.Assigned(office, persons):
            return say.assigned(capacity(procedure, office).label, len(persons) > 1)
        case f.Released(office):
            return say.released(capacity(procedure, office).label)
        case f.Recused():
            return say.RECUSED
        case f.EmergencyOpened(recipients, until):
            words = [capacity(procedure, name).label for name in recipients]
            return say.emergency_opened(say.joined(words), until)
        case f.EmergencyClosed():
            return say.EMERGENCY_CLOSED
        case f.Linked(case):
            return say.linked(case)
        case f.Heard(stream, seq):
            return say.heard(stream, seq)
        case f.Migrated():
            return _of_version(seen, each, fact)
        case f.Added() | f.Disclosed() | f.Read() | f.Erased():
            return _of_item(seen, each, fact, counted)
        case f.Consented() | f.Withdrawn() | f.Lapsed() | f.PurposeEnded():
            return _of_consent(seen, each, fact, counted)
        case _:
            return None


def _of_version(seen: Scope, each: Placed, fact: f.Migrated) -> Text:
    """From which version to which, and the tracks that the audience sees on which a term begins."""
    place = each.event.seq
    newer = seen.ruled[place] if place < len(seen.ruled) else seen.procedure
    renewed = [newer.tracks[name].labels for name in fact.renewed if seen.sees(name)]
    return say.migrated(fact.version, newer.version, renewed)


def _of_item(
    seen: Scope, each: Placed, fact: f.Added | f.Disclosed | f.Read | f.Erased, counted: Numbers
) -> Text:
    match fact:
        case f.Added():
            # Sealed sizes follow the contents, of which an auditor is to see nothing at all.
            size = None if seen.whole else say.size(fact.size)
            return say.item_added(counted.items[fact.item], _kind(seen, fact.item), size)
        case f.Disclosed():
            on = [counted.consents[name] for name in fact.on if name in counted.consents]
            return say.disclosed(
                counted.disclosures[each.event.seq],
                counted.items[fact.item],
                _kind(seen, fact.item),
                capacity(each.procedure, fact.to).label,
                say.resting_on(say.BASES[fact.basis], on),
                fact.into,
            )
        case f.Read(item, basis):
            return say.item_read(counted.items[item], _kind(seen, item), say.BASES[basis])
        case f.Erased():
            known = seen.erased(fact)
            return say.erased([counted.items[name] for name in known if name in counted.items])


def _of_consent(
    seen: Scope,
    each: Placed,
    fact: f.Consented | f.Withdrawn | f.Lapsed | f.PurposeEnded,
    counted: Numbers,
) -> Text | None:
    procedure = each.procedure
    match fact:
        case f.Consented():
            return say.consented(
                counted.consents[fact.consent],
                capacity(procedure, fact.giver).label,
                covered(seen, fact, counted),
                capacity(procedure, fact.to).label,
                procedure.purposes[fact.purpose].labels,
            )
        case f.Withdrawn(consent):
            return say.withdrawn(counted.consents[consent])
        case f.Lapsed(consent):
            return say.lapsed(counted.consents[consent])
        case f.PurposeEnded(purpose):
            ended = ended_consents(seen, each.before, purpose, each.event.took_place)
            if not ended:
                return None
            listed = [counted.consents[name] for name in ended]
            return say.purpose_ended(procedure.purposes[purpose].labels, listed)


def covered(
    seen: Scope, fact: f.Consented, counted: Numbers, gone: frozenset[str] = frozenset()
) -> Text:
    """What a consent covers: all of a kind, or the items of it that the audience has met.

    Those that are `gone`, which were erased since, are told as such.
    """
    kind = seen.case.consents[fact.consent].kind
    if kind:
        return say.all_of_kind(kind_labels(seen.procedure, kind))
    met = [
        (counted.items[item], say.gone(kind) if item in gone else kind)
        for item in fact.items
        if item in counted.items
        for kind in [_kind(seen, item)]
    ]
    return say.particular(sorted(met, key=lambda each: each[0]), len(fact.items) - len(met))


def _kind(seen: Scope, item: str) -> Text:
    return kind_labels(seen.procedure, seen.case.items[item].kind)


def answers(seen: Scope, each: Placed, fact: f.Stepped) -> tuple[Answered, ...]:
    """Parties and counsellors see what was answered, an auditor how it was judged, others nothing.

    Nobody sees people, nor the numbers of other cases: who holds an office in the case is in none
    of the histories, and of which matter it is in none but an auditor's. How many people were named
    is told with the other answers, except where the step keeps them out of the case.
    """
    procedure = each.procedure
    inner = CONFIDANTS | {party.role for party in seen.case.parties.values()}
    close = bool(inner & set(procedure.tracks[fact.track].seen_by) & seen.reader.capacities)
    asks, kept_out = procedure.steps[fact.step].asks, procedure.steps[fact.step].recuses
    return tuple(
        Answered(Word(name, field.labels), _answer(procedure, field, fact.answers[name]))
        for name, field in asks.items()
        if name in fact.answers
        and field.type not in _UNTOLD
        and name not in kept_out
        and (close or (seen.whole and field.type in _AUDITED))
    )


def _answer(procedure: Procedure, field: Field, answer: f.Answer) -> Text:
    if isinstance(answer, bool):
        return say.WORDS["yes" if answer else "no"]
    names = (answer,) if isinstance(answer, str) else answer
    if field.type == "persons":
        return say.people(len(names))
    if field.type == "recipients":
        return say.joined([capacity(procedure, name).label for name in names])
    return say.joined([field.values[name] for name in names])
