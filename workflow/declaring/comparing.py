"""Two versions of a procedure held against each other: who gains by the newer, who loses, and what.

Three sorts of change. What `widens` lets somebody newly see, do, decide or receive something. What
`narrows` takes that from somebody. All else `changes`. What an upgrade lets nobody gain can be
seen at a glance: it has nothing of the first sort.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from msgspec.structs import replace

from workflow.declaring.changes import Change, Effect, Said, Versions, both, called, line, unclear
from workflow.declaring.comparing_states import states
from workflow.declaring.comparing_steps import steps
from workflow.declaring.problems import Positions, at
from workflow.engine.procedure import (
    Kind,
    Office,
    Procedure,
    Text,
    Track,
    canonical,
    digest,
)
from workflow.engine.registering import threshold
from workflow.engine.renaming import renamed
from workflow.engine.replacing import Counterparts, counterparts


def compared(
    older: Procedure, newer: Procedure, said: Said, where: Positions | None = None
) -> tuple[Change, ...]:
    """Everything that `newer` has otherwise, what widens first and then in reading order.

    `where` gives each its place in the file of the newer version.
    """
    now = counterparts(newer, older.version, digest(canonical(older)))
    before = renamed(older, now)
    versions = Versions(before, newer, said)
    found = [*replaced(older, newer, now), *people(versions), *documents(versions)]
    found += [*tracks(versions), *steps(versions), *invariants(versions), *account(older, newer)]
    if older.sources != newer.sources:
        nl, en = "De bronnen zijn anders.", "The sources are not as they were."
        found.append(Change("changes", "sources", Text(nl, en), "sources"))
    if older.labels != newer.labels:
        found.append(called("called-otherwise", "labels", older.labels, newer.labels))
    if older.aliases != newer.aliases:
        nl, en = "De procedure heet ook anders.", "The procedure has other aliases."
        found.append(Change("changes", "called-otherwise", Text(nl, en), "aliases"))
    told = {(one.effect, one.text.en, one.path): one for one in reversed(found)}
    placed = [_placed(one, where) for one in reversed(told.values())]
    order = ("widens", "narrows", "changes")
    return tuple(sorted(placed, key=lambda one: (order.index(one.effect), one.line, one.column)))


def _placed(one: Change, where: Positions | None) -> Change:
    if where is None:
        return one
    line, column = where.of(one.path)
    return replace(one, file=where.file, line=line, column=column)


# --- what is said of the older version -----------------------------------------------------------


def replaced(older: Procedure, newer: Procedure, now: Counterparts) -> Iterator[Change]:
    """What is called otherwise, and what is replaced that the older version never had."""
    said = [(r.states, r.kinds, r.purposes) for r in newer.replaces]
    named = (now.states, now.kinds, now.purposes)
    number = said.index(named) if named in said else 0
    path = at("replaces", number)
    for track, named_so in now.states.items():
        known = older.tracks[track].states if track in older.tracks else {}
        for old, new in named_so.items():
            merged = _merged(old, named_so, known)
            yield from _called(old, new, old in known, merged, at(path, "states", track, old))
    for section, names in (("kinds", now.kinds), ("purposes", now.purposes)):
        for old, new in names.items():
            declared = getattr(older, section)
            merged = _merged(old, names, declared)
            yield from _called(old, new, old in declared, merged, at(path, section, old))


def _merged(old: str, names: Mapping[str, str], known: Collection[str]) -> bool:
    """Whether another name of the older version becomes the same one in the newer."""
    return any(names.get(name, name) == names[old] for name in known if name != old)


def _called(old: str, new: str, known: bool, merged: bool, path: str) -> Iterator[Change]:
    names = {"old": Text(old, old), "new": Text(new, new)}
    if not known:
        nl = "De oudere versie heeft geen {old}, dus daar komt niets voor in de plaats."
        en = "The older version has no {old}, so nothing takes its place."
        yield line("changes", "replaces-nothing", path, nl, en, **names)
    elif old != new:
        nl, en = "Wat {old} was, is nu {new}.", "What was {old} is {new} now."
        told = line("changes", "renamed", path, nl, en, **names)
        yield replace(told, unclear=merged)


# --- offices, parties, recipients ----------------------------------------------------------------


_IN_WORDS = frozenset({"outside", "purposes"})
"""What is nothing but its words: in other words it may be another."""


def people(v: Versions) -> Iterator[Change]:
    """Offices, parties and outside recipients."""
    sorts = {
        "offices": Text("functie", "office"),
        "parties": Text("betrokkene", "party"),
        "outside": Text("ontvanger buiten", "outside recipient"),
        "purposes": Text("doel", "purpose"),
    }
    for section, sort in sorts.items():
        added, gone, kept = both(getattr(v.older, section), getattr(v.newer, section))
        for name in added:
            who = v.label("purposes", name) if section == "purposes" else v.who(name)
            nl, en = "Nieuwe {sort}: {who}.", "New {sort}: {who}."
            yield line("changes", "added", at(section, name), nl, en, sort=sort, who=who)
        for name in gone:
            who = v.label("purposes", name) if section == "purposes" else v.who(name)
            nl, en = "Geen {sort} meer: {who}.", "No {sort} any more: {who}."
            yield line("narrows", "removed", at(section, name), nl, en, sort=sort, who=who)
        for name in kept:
            was, is_ = getattr(v.older, section)[name], getattr(v.newer, section)[name]
            if was.labels != is_.labels:
                path = at(section, name, "labels")
                told = called("called-otherwise", path, was.labels, is_.labels)
                yield replace(told, unclear=section in _IN_WORDS)
    for name in both(v.older.offices, v.newer.offices)[2]:
        yield from _office(v, name, v.older.offices[name], v.newer.offices[name])
    for name in both(v.older.parties, v.newer.parties)[2]:
        before, after = v.older.parties[name], v.newer.parties[name]
        if (before.member, before.many) != (after.member, after.many):
            nl, en = "{who} is een ander soort betrokkene.", "{who} is another sort of party."
            path = at("parties", name)
            yield line("widens", "party-otherwise", path, nl, en, who=v.who(name))
    for name in both(v.older.purposes, v.newer.purposes)[2]:
        if v.older.purposes[name].readers != v.newer.purposes[name].readers:
            nl = "Bij {purpose} staat nu iets anders over wie het lezen."
            en = "{purpose} now says otherwise who will read it."
            path, label = at("purposes", name, "readers"), v.label("purposes", name)
            yield line("widens", "readers-otherwise", path, nl, en, purpose=label)


def _office(v: Versions, name: str, older: Office, newer: Office) -> Iterator[Change]:
    path, who = at("offices", name), v.who(name)
    if older.deputy != newer.deputy:
        if older.deputy is not None:
            nl = "{deputy} vervangt {who} niet meer."
            en = "{deputy} no longer stands in for {who}."
            yield line("narrows", "deputy", path, nl, en, who=who, deputy=v.who(older.deputy))
        if newer.deputy is not None:
            nl = "{deputy} vervangt voortaan {who}, en ziet en doet dan wat die ziet en doet."
            en = "{deputy} now stands in for {who}, and then sees and does what they see and do."
            yield line("widens", "deputy", path, nl, en, who=who, deputy=v.who(newer.deputy))
    if older.key != newer.key:
        if newer.key == "office":
            nl = "Wat bij {who} komt, gaat voortaan over op een opvolger."
            en = "What comes to {who} now passes to a successor."
            yield line("widens", "office-key", path, nl, en, who=who)
        else:
            nl = "Wat bij {who} komt, gaat niet meer over op een opvolger."
            en = "What comes to {who} no longer passes to a successor."
            yield line("narrows", "office-key", path, nl, en, who=who)
    if older.assigned != newer.assigned:
        if older.assigned:
            nl = "{who} doet voortaan mee in elke zaak, en niet alleen waar iemand is aangewezen."
            en = "{who} now acts in every case, and not only where somebody is named."
            yield line("widens", "assigned", path, nl, en, who=who)
        else:
            nl = "{who} doet voortaan alleen mee in zaken waarin iemand is aangewezen."
            en = "{who} now acts only in cases in which somebody is named."
            yield line("narrows", "assigned", path, nl, en, who=who)
    added, gone, _ = both(older.not_with, newer.not_with)
    for other in gone:
        nl, en = "{who} gaat nu samen met {other}.", "{who} now goes together with {other}."
        yield line("widens", "not-with", path, nl, en, who=who, other=v.who(other))
    for other in added:
        nl = "{who} gaat niet meer samen met {other}."
        en = "{who} no longer goes together with {other}."
        yield line("narrows", "not-with", path, nl, en, who=who, other=v.who(other))


# --- kinds ---------------------------------------------------------------------------------------

_KIND: tuple[tuple[str, str, Effect, Text, Text], ...] = (
    ("made_for", "made-for", "widens",
     Text("{who} kan {kind} krijgen zonder toestemming, in opdracht.",
          "{who} may receive {kind} without consent, on commission."),
     Text("{who} krijgt {kind} niet meer zonder toestemming.",
          "{who} no longer receives {kind} without consent.")),
    ("added_by", "added-by", "widens",
     Text("{who} kan nu zelf {kind} toevoegen.", "{who} may now add {kind}."),
     Text("{who} kan geen {kind} meer toevoegen.", "{who} may no longer add {kind}.")),
    ("never_to", "never-to", "narrows",
     Text("{kind} komt nooit meer bij {who}.", "{kind} never reaches {who} any more."),
     Text("{kind} mag voortaan ook bij {who} komen.", "{kind} may now reach {who} too.")),
    ("of", "of", "widens",
     Text("{who} mag voortaan alles lezen wat {kind} is: het telt ook als eigen stuk.",
          "{who} may now read all of {kind}: it counts as their own too."),
     Text("{who} leest niet meer alles wat {kind} is: het telt niet meer als eigen stuk.",
          "{who} no longer reads all of {kind}: it does not count as their own any more.")),
    ("of", "consenting", "narrows",
     Text("{who} moet voortaan ook toestemmen voordat {kind} naar een ander gaat.",
          "{who} has to consent too before {kind} goes to anybody else."),
     Text("{who} hoeft niet meer toe te stemmen voordat {kind} naar een ander gaat.",
          "{who} need no longer consent before {kind} goes to anybody else.")),
)  # fmt: skip
"""For each list of a kind: the code, what one more in it does and says, and what one less says."""

_TRACED: dict[bool, tuple[Text, Text]] = {
    True: (Text("nu", "now"), Text("leest het voortaan", "read it from now on")),
    False: (
        Text("niet meer", "no longer"),
        Text("hoeft niet meer toe te stemmen", "need no longer consent"),
    ),
}
"""Whether it is asked to whom a kind can be traced, and what that means for them."""


def documents(v: Versions) -> Iterator[Change]:
    """Kinds of items: whose they are, and whom they may reach."""
    added, gone, kept = both(v.older.kinds, v.newer.kinds)
    empty = Kind(Text("", ""), ())
    for name in gone:
        nl, en = "De soort {kind} is er niet meer.", "The kind {kind} is there no more."
        yield line("narrows", "kind-removed", at("kinds"), nl, en, kind=v.label("kinds", name))
    for name in added:
        nl, en = "Nieuwe soort stuk: {kind}.", "New kind of item: {kind}."
        path = at("kinds", name)
        yield line("changes", "kind-added", path, nl, en, kind=v.label("kinds", name))
        yield from _lists(v, name, empty, v.newer.kinds[name], fresh=True)
    for name in kept:
        before, after = v.older.kinds[name], v.newer.kinds[name]
        yield from _lists(v, name, before, after, fresh=False)
        if before.labels != after.labels:
            path = at("kinds", name, "labels")
            told = called("called-otherwise", path, before.labels, after.labels)
            yield replace(told, unclear=True)
        if before.traceable != after.traceable:
            nl = "Bij {kind} wordt {how} gevraagd tot wie het te herleiden is: die {may}."
            en = "With {kind} it is {how} asked to whom it can be traced: they {may}."
            how, may = _TRACED[after.traceable]
            path, label = at("kinds", name), v.label("kinds", name)
            yield line("widens", "traceable", path, nl, en, kind=label, how=how, may=may)


def _lists(v: Versions, name: str, older: Kind, newer: Kind, *, fresh: bool) -> Iterator[Change]:
    label = v.label("kinds", name)
    for key, code, effect, more, less in _KIND:
        if fresh and code in ("consenting", "never-to"):
            continue
        added, gone, _ = both(getattr(older, key), getattr(newer, key))
        other: Effect = "narrows" if effect == "widens" else "widens"
        for does, names, words in ((effect, added, more), (other, gone, less)):
            for who in names:
                told = {"kind": label, "who": v.who(who)}
                path = at("kinds", name, key)
                yield line(does, code, path, words.nl, words.en, **told)


# --- tracks and states ---------------------------------------------------------------------------


def tracks(v: Versions) -> Iterator[Change]:
    """Who sees a track, whose it is, and what its states mean."""
    added, gone, kept = both(v.older.tracks, v.newer.tracks)
    for name in gone:
        nl, en = "Het spoor {track} is er niet meer.", "The track {track} is there no more."
        label = v.label("tracks", name)
        yield line("changes", "track-removed", at("tracks"), nl, en, track=label)
        for who in v.older.tracks[name].seen_by:
            yield _seen("narrows", v, name, who)
    for name in added:
        nl, en = "Nieuw spoor: {track}.", "New track: {track}."
        path, label = at("tracks", name), v.label("tracks", name)
        yield line("changes", "track-added", path, nl, en, track=label)
        for who in v.newer.tracks[name].seen_by:
            yield _seen("widens", v, name, who)
    for name in kept:
        yield from _track(v, name, v.older.tracks[name], v.newer.tracks[name])


def _seen(effect: Effect, v: Versions, track: str, who: str) -> Change:
    nl, en = {
        "widens": ("{who} ziet voortaan {track}.", "{who} now sees {track}."),
        "narrows": ("{who} ziet {track} niet meer.", "{who} no longer sees {track}."),
    }[effect]
    path = at("tracks", track, "seen_by")
    if effect == "widens":
        path = at(path, v.newer.tracks[track].seen_by.index(who))
    return line(effect, "seen-by", path, nl, en, who=v.who(who), track=v.label("tracks", track))


def _track(v: Versions, name: str, older: Track, newer: Track) -> Iterator[Change]:
    path, label = at("tracks", name), v.label("tracks", name)
    more, less, _ = both(older.seen_by, newer.seen_by)
    for who in more:
        yield _seen("widens", v, name, who)
    for who in less:
        yield _seen("narrows", v, name, who)
    if older.belongs_to != newer.belongs_to:
        if older.belongs_to is not None:
            nl = "{track} is niet meer van {who}, die er niet meer over beslist."
            en = "{track} no longer belongs to {who}, who no longer decides on it."
            who_was = v.who(older.belongs_to)
            yield line("narrows", "belongs-to", path, nl, en, track=label, who=who_was)
        now = v.who(newer.belongs_to) if newer.belongs_to else Text("niemand", "nobody")
        nl, en = "{track} is voortaan van {who}.", "{track} now belongs to {who}."
        yield line("widens", "belongs-to", path, nl, en, track=label, who=now)
    if older.initial != newer.initial:
        nl, en = "{track} begint in {state}.", "{track} begins in {state}."
        state = v.state(name, newer.initial)
        yield unclear("initial", at(path, "initial"), nl, en, track=label, state=state)
    if older.labels != newer.labels:
        yield called("called-otherwise", at(path, "labels"), older.labels, newer.labels)
    yield from states(v, name, older, newer)


# --- what is published ---------------------------------------------------------------------------


def account(older: Procedure, newer: Procedure) -> Iterator[Change]:
    """The smallest count of cases that a yearly account may tell everybody."""
    before, after = threshold((older,)), threshold((newer,))
    names = {"before": Text(str(before), str(before)), "after": Text(str(after), str(after))}
    if after < before:
        nl = "In het jaarverslag kunnen aantallen vanaf {after} staan, en niet pas vanaf {before}."
        en = "The yearly account may hold counts from {after} up, and not only from {before}."
        yield line("widens", "threshold", "threshold", nl, en, **names)
    elif after > before:
        nl = "In het jaarverslag staan voortaan geen aantallen onder de {after}; het was {before}."
        en = "The yearly account now holds no counts below {after}; it was {before}."
        yield line("narrows", "threshold", "threshold", nl, en, **names)


# --- what is promised of every case --------------------------------------------------------------


def invariants(v: Versions) -> Iterator[Change]:
    """What a procedure states of every case: a promise that is gone is one that nobody checks."""
    added, gone, kept = both(v.older.invariants, v.newer.invariants)
    for name in gone:
        nl = "Van elke zaak wordt niet meer beloofd: {name}."
        en = "It is no longer promised of every case: {name}."
        label = v.label("invariants", name)
        yield line("narrows", "promise-dropped", "invariants", nl, en, name=label)
    for name in added:
        nl = "Van elke zaak wordt voortaan beloofd: {name}."
        en = "It is now promised of every case: {name}."
        path, label = at("invariants", name), v.label("invariants", name)
        yield line("changes", "promise-added", path, nl, en, name=label)
    for name in kept:
        was, now = v.older.invariants[name], v.newer.invariants[name]
        path = at("invariants", name)
        if was.labels != now.labels:
            yield called("called-otherwise", at(path, "labels"), was.labels, now.labels)
        if was.conditions != now.conditions:
            nl = "Wat van elke zaak beloofd wordt is anders: {name}."
            en = "What is promised of every case is not as it was: {name}."
            label = v.label("invariants", name)
            yield line("narrows", "promise-otherwise", path, nl, en, name=label)
        if was.cites != now.cites:
            nl = "Waar deze belofte op rust is anders: {name}."
            en = "What this promise rests on is not as it was: {name}."
            label = v.label("invariants", name)
            yield line("changes", "cites", at(path, "cites"), nl, en, name=label)
