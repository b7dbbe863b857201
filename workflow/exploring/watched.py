"""A case of which every look is noted: what a decision depended on is what it looked at.

Deciding is the engine's own and takes a real Case and a real Register. Here both are made of parts
that are only filled in when somebody looks, so that after a decision it is known which parts of the
world it rested on; in any world that agrees on those, the decision is the same. Nothing here knows
any rule of the engine: looking at more than necessary costs time, and never correctness.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import msgspec

from workflow.engine import case as k
from workflow.engine import register as r

Component = tuple[str, ...]
"""A part of the world, by its name: `("track", "report")`, `("consent", …)`."""
Value = Hashable


_UNSEEN = object()

Kind = TypeVar("Kind")
Answer = TypeVar("Answer")


class Look:
    """A field that has not been looked at: which part of the world it shows, and how."""

    __slots__ = ("component", "found", "shown", "watch")

    def __init__(
        self, watch: Watch, component: Component, shown: Callable[[Any], Any] | None = None
    ) -> None:
        self.watch = watch
        self.component = component
        self.shown = shown
        # Not the Look itself: what refers to itself is only ever freed by looking for garbage.
        self.found: Any = _UNSEEN

    def value(self) -> Any:
        """What the field holds; the look is noted."""
        if self.found is _UNSEEN:
            value = self.watch.look(self.component)
            self.found = value if self.shown is None else self.shown(value)
        return self.found


class Watch:
    """Answers what is looked at, once for each part, and remembers it in that order."""

    __slots__ = ("answer", "before", "seen")

    def __init__(
        self, answer: Callable[[Component], Value], before: Mapping[Component, Value]
    ) -> None:
        self.answer = answer
        self.before = before
        self.seen: dict[Component, Value] = {}

    def look(self, component: Component) -> Value:
        """The value of a part: what a move changed `before` is known and rests on nothing."""
        if component in self.before:
            return self.before[component]
        if component not in self.seen:
            found = derived(component)
            if found is not None:
                base, shown = found
                if base in self.before:
                    return shown(self.before[base])
                if base in self.seen:
                    return shown(self.seen[base])
            self.seen[component] = self.answer(component)
        return self.seen[component]


HALF_SHOWN = frozenset(("track", "assigned", "party", "opened", "gone"))
"""The sorts of parts of which a look may show less than what they are; see `derived`."""


@cache
def derived(component: Component) -> tuple[Component, Callable[[Any], Value]] | None:
    """What a look shows that only asks something of a part: of which, and what; else None."""
    match component:
        case ("stands" | "awaits", track, *states):
            return ("track", track), lambda state: state in states
        case ("serves", office, person):
            return ("assigned", office), lambda persons: person in persons
        case ("saw", item, person):
            return ("opened", item), lambda persons: person in persons
        case ("went", gone):
            return ("gone", gone), lambda readers: readers is not None
        case ("present", party):
            return ("party", party), lambda party: party is not None
        case ("under", party, key):
            return ("party", party), lambda party: party is not None and party.key == key
        case ("plays", party, person):
            return ("party", party), lambda party: party is not None and party.person == person
        case _:
            return None


def made(kind: type[Kind], *values: Any, **fields: Any) -> Kind:
    """One of a kind of which some fields are Looks, or Parts: filled in when somebody looks."""
    return kind(*values, **fields)


class Parts(Mapping[str, Any]):
    """A mapping of which each entry is a part of the world.

    `names` gives all that may be there, which is looked at only when somebody goes through them;
    `present` says of which it must be looked up whether they are. Joined to others with `|`, as a
    dictionary, nothing is looked at.
    """

    __slots__ = ("make", "names", "of", "present", "watch", "written")

    def __init__(
        self,
        names: Callable[[], tuple[str, ...]],
        make: Callable[[str], Any],
        present: Callable[[str], bool] | None = None,
        written: Mapping[str, Any] | None = None,
        watch: Watch | None = None,
        of: Callable[[str], str] = str,
    ) -> None:
        self.watch = watch
        self.of = of
        self.names = names
        self.make = make
        self.present = present
        self.written = dict(written or {})

    def __contains__(self, name: object) -> bool:
        if name in self.written:
            return True
        return name in self.names() if self.present is None else self.present(str(name))

    def __getitem__(self, name: str) -> Any:
        return self.written[name] if name in self.written else self.make(name)

    def get(self, name: str, default: Any = None) -> Any:
        """What there is by this name, or `default`."""
        if name in self:
            return self[name]
        return default

    def __iter__(self) -> Iterator[str]:
        for name in self.names():
            if name not in self.written and (self.present is None or self.present(name)):
                yield name
        yield from self.written

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return True

    def __or__(self, more: Mapping[str, Any]) -> Parts:
        written = {**self.written, **more}
        return Parts(self.names, self.make, self.present, written, self.watch, self.of)


class Row(Sequence[Any]):
    """A sequence of parts of the world, then of what was written; see Parts."""

    __slots__ = ("make", "names", "of", "written")

    def __init__(
        self,
        names: Callable[[], tuple[str, ...]],
        make: Callable[[str], Any],
        of: Callable[[str], str],
        written: tuple[Any, ...] = (),
    ) -> None:
        self.names = names
        self.make = make
        self.of = of
        self.written = written

    def __iter__(self) -> Iterator[Any]:
        for name in self.names():
            yield self.make(name)
        yield from self.written

    def __reversed__(self) -> Iterator[Any]:
        yield from reversed(self.written)
        for name in reversed(self.names()):
            yield self.make(name)

    def __contains__(self, one: object) -> bool:
        return False  # that it was there before makes no difference to what is there now

    def __len__(self) -> int:
        return len(self.names()) + len(self.written)

    def __getitem__(self, index: Any) -> Any:
        return tuple(self)[index]

    def __add__(self, more: tuple[Any, ...]) -> Row:
        return Row(self.names, self.make, self.of, (*self.written, *more))


class Names(Sequence[str]):
    """Names of which it is a part of the world whether they are among them."""

    __slots__ = ("able", "sort", "watch", "written")

    def __init__(
        self, watch: Watch, sort: str, able: tuple[str, ...], written: tuple[str, ...] = ()
    ) -> None:
        self.watch = watch
        self.sort = sort
        self.able = able
        self.written = written

    def __contains__(self, name: object) -> bool:
        return name in self.written or bool(self.watch.look((self.sort, str(name))))

    def __iter__(self) -> Iterator[str]:
        return (name for name in self.able if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __getitem__(self, index: Any) -> Any:
        return tuple(self)[index]

    def __add__(self, more: tuple[str, ...]) -> Names:
        return Names(self.watch, self.sort, self.able, (*self.written, *more))


def raw(value: Any, field: str) -> Any:
    """A field as it lies there, which may be a Look, without looking."""
    return _lying(type(value), field)(value)


_FIELDS: dict[tuple[type, str], Callable[[Any], Any]] = {}


def _lying(kind: type, field: str) -> Callable[[Any], Any]:
    """What reads a field of a kind as it lies there."""
    if (kind, field) not in _FIELDS:
        own = (base.__dict__.get(field) for base in kind.__mro__)
        member = next(each for each in own if each is not None and not isinstance(each, property))
        _FIELDS[kind, field] = member.__get__
    return _FIELDS[kind, field]


def _look(base: type, field: str) -> Any:
    """A field that is filled in when somebody looks; every other field is read as it is."""
    lying = _lying(base, field)

    def value(self: Any) -> Any:
        found = lying(self)
        return found.value() if type(found) is Look else found

    return property(value)


class Case(k.Case, frozen=True):
    """A case whose fields are only filled in when somebody looks.

    Where the engine only asks whether a part has a certain value, no more is looked at than that.
    Of all terms only that of the track `passing` has passed; and of all consents only `lapsing` was
    given until some moment.
    """

    passing: str | None = None
    lapsing: str | None = None

    emergency = _look(k.Case, "emergency")
    erased = _look(k.Case, "erased")

    def stands(self, track: str, states: tuple[str, ...]) -> bool:
        """Whether the track is in one of these states."""
        return self._stands("stands", track, states)

    def _stands(self, look: str, track: str, states: tuple[str, ...]) -> bool:
        tracks = raw(self, "tracks")
        there = tracks.written.get(track)
        if there is not None and type(state := raw(there, "state")) is not Look:
            return state in states
        return bool(tracks.watch.look((look, track, *states)))

    def awaits(self, track: str, states: tuple[str, ...]) -> bool:
        """Whether the track is in one of these states, so that what follows from another is due."""
        return self._stands("awaits", track, states)

    def serves(self, person: str, office: str) -> bool:
        """Whether the person was named in the case for an office."""
        assigned = raw(self, "assigned")
        if office in assigned.written:
            return person in assigned.written[office]
        return bool(assigned.watch.look(("serves", office, person)))

    def consents_to(self, recipient: str, purpose: str) -> Iterator[tuple[str, k.Consent]]:
        """The consents, live or not, that something goes to a recipient for a purpose."""
        consents = raw(self, "consents")
        for name, consent in consents.written.items():
            if (consent.to, consent.purpose) == (recipient, purpose):
                yield name, consent
        for name in consents.names():
            if name not in consents.written and name.endswith(f"/{recipient}/{purpose}"):
                yield name, consents.make(name)

    def lasting(self) -> Iterator[tuple[str, k.Consent]]:
        """The consents that were given until some moment."""
        return _there(raw(self, "consents"), self.lapsing)

    def waiting(self) -> Iterator[tuple[str, k.Position]]:
        """The tracks that stand where a term runs."""
        return _there(raw(self, "tracks"), self.passing)

    def of_kind(self, *kinds: str, or_named: Collection[str] = ()) -> Iterator[tuple[str, k.Item]]:
        """The items of these kinds, or of these names, that were not erased."""
        items = raw(self, "items")
        for name in items.names():
            if items.of(name) in kinds and name not in items.written and items.present(name):
                item = items.make(name)
                if not self.gone(name):
                    yield name, item
        for name, item in items.written.items():
            if (item.kind in kinds or name in or_named) and not self.gone(name):
                yield name, item

    def disclosed(self, item: str) -> Iterator[k.Disclosure]:
        """To whom an item went."""
        went = raw(self, "disclosures")
        for gone in reversed(went.written):
            if gone.item == item:
                yield gone
        for name in reversed(went.names()):
            if went.of(name) == item:
                yield went.make(name)

    def known_by(self, key: str | None) -> bool:
        """Whether somebody takes part under this public key."""
        parties = raw(self, "parties")
        return any(party.key == key for party in parties.written.values()) or any(
            name not in parties.written and parties.watch.look(("under", name, key))
            for name in parties.names()
        )

    def played(self, person: str) -> tuple[str, ...]:
        """Which parties a person is who takes part in the case by themself."""
        parties = raw(self, "parties")
        written = (name for name, party in parties.written.items() if party.person == person)
        before = (
            name
            for name in parties.names()
            if name not in parties.written and parties.watch.look(("plays", name, person))
        )
        return (*before, *written)


def _there(parts: Parts, name: str | None) -> Iterator[tuple[str, Any]]:
    """What was written, and a part of this name where it was not."""
    if name is not None and name not in parts.written:
        yield name, parts.make(name)
    yield from parts.written.items()


class Position(k.Position, frozen=True):
    """Where a track stands, when somebody looks."""

    state = _look(k.Position, "state")
    since = _look(k.Position, "since")
    begun = _look(k.Position, "begun")


class Item(k.Item, frozen=True):
    """An item, when somebody looks."""

    of = _look(k.Item, "of")
    author = _look(k.Item, "author")
    by = _look(k.Item, "by")
    confided = _look(k.Item, "confided")
    opened_by = _look(k.Item, "opened_by")

    def seen_by(self, who: str) -> bool:
        """Whether somebody has opened it."""
        opened = raw(self, "opened_by")
        if type(opened) is not Look or opened.found is not _UNSEEN:
            return who in self.opened_by
        return bool(opened.watch.look(("saw", opened.component[1], who)))


class Consent(k.Consent, frozen=True):
    """A consent, when somebody looks."""

    ended = _look(k.Consent, "ended")


class Disclosure(k.Disclosure, frozen=True):
    """What went to somebody, when somebody looks."""

    into = _look(k.Disclosure, "into")
    readers = _look(k.Disclosure, "readers")


class Done(k.Done, frozen=True):
    """How a step was last taken, when somebody looks."""

    who = _look(k.Done, "who")


class Register(r.Register, frozen=True):
    """A register of which each question is answered once: to ask it again looks at nothing new."""

    answered: dict[tuple[object, ...], Any] = msgspec.field(default_factory=dict)

    def holders(self, office: str, branch: str, at: datetime) -> tuple[str, ...]:
        """Who holds an office for a branch at a moment."""
        return self._once(super().holders, office, branch, at)

    def offices(self, person: str, branch: str, at: datetime) -> frozenset[str]:
        """The offices that somebody holds for a branch at a moment."""
        return self._once(super().offices, person, branch, at)

    def anywhere(self, person: str, at: datetime) -> tuple[r.Term, ...]:
        """Every term of somebody that runs at a moment."""
        return self._once(super().anywhere, person, at)

    def _once(self, question: Callable[..., Answer], *asked: object) -> Answer:
        key = (question.__name__, *asked)
        if key not in self.answered:
            self.answered[key] = question(*asked)
        found: Answer = self.answered[key]
        return found


class Term(r.Term, frozen=True):
    """A term of office, when somebody looks."""

    starts = _look(r.Term, "starts")
    until = _look(r.Term, "until")
