"""The world the properties play in: invented people, the real procedure, and a case being played.

A move is a command with who makes it and how long after the last one. Moves are made on a `Stage`:
the real engine alone (`Play`, here) or the real store (`desk_play`), so that both are played alike.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

import msgspec
from hypothesis import strategies as st

from workflow.crypto.keys import SigningKey
from workflow.declaring.reading import read, read_offices
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine import register as r
from workflow.engine.case import Case
from workflow.engine.deciding import Actor, decide
from workflow.engine.kernel import Compiled, compile_procedure
from workflow.engine.ledger import seal
from workflow.engine.procedure import Procedure, canonical, digest
from workflow.engine.reasons import BadCommand, Reason, Refusal
from workflow.resources import folder

T = TypeVar("T")

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
BRANCH = "noord/stad"
STREAM = "z-1"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

TERMS = (
    ("counsellor", "noor", "noord"),
    ("counsellor", "bram", "noord"),
    ("counsellor", "els", "noord"),
    ("external_counsellor", "xena", "noord"),
    ("mediator", "bram", "noord"),
    ("mediator", "mees", "noord"),
    ("mediator", "dirk", "noord"),
    ("regional_chair", "rik", "noord"),
    ("deputy_chair", "dora", "noord"),
    ("branch_chair", "vera", BRANCH),
    ("group_leader", "gijs", BRANCH),
    ("alderman", "alma", BRANCH),
    ("branch_chair", "zef", "noord/dorp"),
    ("contact_person", "cora", BRANCH),
    ("helper", "hanna", "noord/duin"),
    ("helper", "hugo", "noord/duin"),
    ("alderman", "hanna", "noord/duin"),
    ("branch_board", "hugo", "noord/duin"),
    ("helper", "els", "noord/duin"),
    ("group_member", "els", "noord/duin"),
    ("disputes_committee", "dirk", "noord"),
    ("disputes_committee", "dina", "noord"),
    ("integrity_committee", "ineke", "noord"),
    ("auditor", "ada", "noord"),
)
"""Who holds which office where. Els could help, were she no counsellor here. Dirk mediates, and
sits on the committee that may never read about it."""
PEOPLE = (*dict.fromkeys(person for _, person, _ in TERMS), "olga")
"""Everyone of the register; olga holds no office at all."""
PARTIES = ("reporter", "other")
ELSEWHERE_PARTIES = ("applicant", "notifier")
"""Who comes into the cases that this one files."""
OFFICE_KEYS = ("regional_chair", "deputy_chair", "disputes_committee", "integrity_committee")
FILINGS = {
    "hand_over": ("disputes_committee", "ruling"),
    "hand_over_integrity": ("integrity_committee", "investigation"),
}
"""The steps that file a case elsewhere: with whom, and what for."""
SIGNAL_STREAM = "z-9"
"""The case of somebody else that turns out to be about the same conflict."""
PENDING = frozenset({"filed"})
"""The states of the track `handover` in which a committee is seized."""
CONFLICT = frozenset({"signalled", "assessing", "active"})
"""The states of the track `support_group` in which a conflict is open."""


class Draw(Protocol):
    """How a value is drawn: the `draw` of a composite strategy, or of `st.data()`."""

    def __call__(self, strategy: st.SearchStrategy[T], /) -> T:
        """Draw a value."""


class Stage(Protocol):
    """What moves are drawn against."""

    case: Case | None
    now: datetime
    register: r.Register


class Move(msgspec.Struct, frozen=True):
    """A command, who makes it in which office, and how long after the move before it.

    A consent is named by its place among the consents of the case (`#0` is the first), so that a
    move means the same in two runs whose random names differ.
    """

    command: c.Command
    who: str
    office: str | None = None
    wait: timedelta = MINUTE


class Result(msgspec.Struct, frozen=True):
    """What came of a move: events, the reasons of a refusal, or what was wrong with its words."""

    events: tuple[f.Event, ...] = ()
    refused: tuple[Reason, ...] = ()
    bad: tuple[Reason, ...] = ()
    carried: tuple[str, ...] = ()
    """The items that went along into a case that was filed."""

    @property
    def done(self) -> bool:
        """Whether the command was accepted."""
        return not self.refused and not self.bad


def secret(name: str) -> SigningKey:
    """The private key of a person, a party or an office."""
    return SigningKey.from_seed(hashlib.sha256(name.encode()).digest())


def public(name: str) -> str:
    """The public key of a person, a party or an office, in OpenSSH form."""
    return _PUBLIC[name]


_PUBLIC = {
    name: secret(name).public.line()
    for name in (*PEOPLE, *PARTIES, *ELSEWHERE_PARTIES, *OFFICE_KEYS)
}


def founding() -> tuple[f.RegisterFact, ...]:
    """The facts of the register, without procedures and without the keeping of the register."""
    return (
        *(f.PersonAdded(person, person, public(person)) for person in PEOPLE),
        *(f.OfficeGranted(office, person, branch, START) for office, person, branch in TERMS),
        *(
            f.OfficeKeyed(office, "noord", public(office), f"i-key-{office[:8]}", ())
            for office in OFFICE_KEYS
        ),
    )


def _rules(name: str) -> Compiled:
    states = folder("states")
    procedure = read(states / f"{name}.yaml", read_offices(states / "offices.yaml"))
    return compile_procedure(procedure, digest(canonical(procedure)))


def _register() -> r.Register:
    register = r.Register()
    for fact in founding():
        register = r.apply(register, fact)
    return register


RULES = _rules("conduct")
PROCEDURE: Procedure = RULES.procedure
ELSEWHERE = {name: _rules(name) for name in ("dispute", "investigation")}
"""The procedures of the cases that this one files."""
REGISTER = _register()


class Play:
    """A case played on the real engine, without a store."""

    def __init__(self, register: r.Register = REGISTER) -> None:
        self.case: Case | None = None
        self.now = START
        self.register = register
        self.history: list[f.Event] = []
        self._moves = 0

    def do(self, move: Move) -> Result:
        """Make a move: time passes, and the case is advanced if the engine accepts it."""
        self.now += move.wait
        # A tick names nothing, so that with or without it the same names follow.
        self._moves += not isinstance(move.command, c.Tick)
        seed = hashlib.sha256(str(self._moves).encode()).digest()
        try:
            draft = decide(
                RULES,
                self.case,
                resolved(move.command, self.case),
                Actor(move.who, move.office),
                self.register,
                self.now,
                seed,
                stream=STREAM,
            )
        except Refusal as refusal:
            return Result(refused=refusal.reasons)
        except BadCommand as bad:
            return Result(bad=bad.problems)
        seq = self.case.seq if self.case else 0
        events = tuple(
            seal(
                STREAM, number, b"", self.now, entry.fact, entry.who, entry.office,
                RULES.digest, entry.happened,
            ).event
            for number, entry in enumerate(draft.entries, seq + 1)
        )  # fmt: skip
        if events:
            self.case = msgspec.structs.replace(draft.case, latest=self.now)
        self.history += events
        return Result(events, carried=draft.carried)


def other_case(case: Case | None) -> str:
    """The number of the case that would be filed next."""
    return f"z-{2 + len(case.links if case else ())}"


def resolved(command: c.Command, case: Case | None) -> c.Command:
    """The command with a consent named by its place turned into one named by its name."""
    if isinstance(command, c.WithdrawConsent) and command.consent.startswith("#"):
        names = list(case.consents) if case else []
        place = int(command.consent[1:])
        return c.WithdrawConsent(names[place] if place < len(names) else "c-00000000")
    return command


def without_names(case: Case) -> Any:
    """The case as plain data, its consents named by their places, and without what a count tells.

    `seq` and `latest` say how much was written and when it was noticed, and nothing more.
    """
    places = {name: f"#{place}" for place, name in enumerate(case.consents)}
    plain = msgspec.to_builtins(msgspec.structs.replace(case, seq=0, latest=None))
    plain["consents"] = [msgspec.to_builtins(consent) for consent in case.consents.values()]
    plain["disclosures"] = [
        {**gone, "on": [places.get(name, name) for name in gone.get("on", ())]}
        for gone in plain.get("disclosures", ())
    ]
    return plain


def leaving(register: r.Register, person: str, at: datetime, back: bool) -> r.Register:
    """The register after a person left all their offices at `at`, and took them up again if `back`.

    A person who has left before comes back whatever is asked.
    """
    held = register.anywhere(person, at)
    for term in held:
        register = r.apply(register, f.OfficeEnded(term.office, person, term.branch, at))
    for office, who, branch in TERMS:
        if who == person and (back or not held):
            register = r.apply(register, f.OfficeGranted(office, person, branch, at))
    return register
