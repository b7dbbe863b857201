"""A town: several cases of all the shipped procedures at once, played on the real engine.

Where `world` plays one case of `conduct`, a town plays whatever is opened in it: cases file other
cases, and tell those of the same matter what happened. Nothing is stored and nothing is sealed; who
could open what is asked of the engine (`entitled`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

import msgspec
from hypothesis import strategies as st

from tests.properties.world import Draw
from workflow.crypto.keys import SigningKey
from workflow.declaring.reading import read, read_offices
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine import register as r
from workflow.engine.case import Case
from workflow.engine.deciding import Actor, consider, decide
from workflow.engine.draft import Draft
from workflow.engine.facts import Answer
from workflow.engine.items import entitled
from workflow.engine.kernel import Compiled, compile_procedure
from workflow.engine.ledger import seal
from workflow.engine.matters import Neighbour, filed, listens, told
from workflow.engine.member import decider, enough
from workflow.engine.procedure import Field, Procedure, Step, canonical, digest
from workflow.engine.reasons import BadCommand, Reason, Refusal
from workflow.engine.standing import knows, members, standing
from workflow.resources import folder

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
BRANCH = "partij/noord/stad"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

TERMS = (
    ("counsellor", "noor", "partij/noord"),
    ("counsellor", "bram", "partij/noord"),
    ("external_counsellor", "xena", "partij"),
    ("mediator", "mees", "partij/noord"),
    ("mediator", "bram", "partij/noord"),
    ("regional_chair", "rik", "partij/noord"),
    ("deputy_chair", "dora", "partij/noord"),
    ("branch_chair", "vera", BRANCH),
    ("group_leader", "gijs", BRANCH),
    ("alderman", "alma", BRANCH),
    ("branch_board", "bo", BRANCH),
    ("branch_chair", "zef", "partij/noord/dorp"),
    ("contact_person", "cora", BRANCH),
    ("helper", "hanna", "partij/noord/duin"),
    ("alderman", "hanna", "partij/noord/duin"),
    ("helper", "hugo", "partij/noord/duin"),
    ("branch_board", "hugo", "partij/noord/duin"),
    ("helper", "noor", "partij/noord/duin"),
    ("group_member", "noor", "partij/noord/duin"),
    ("disputes_committee", "dirk", "partij"),
    ("integrity_committee", "ineke", "partij"),
    ("investigator", "ivo", "partij"),
    ("investigator", "iris", "partij"),
    ("national_chair", "nina", "partij"),
    ("national_vice_chair", "niels", "partij"),
    ("national_board", "nina", "partij"),
    ("national_board", "niels", "partij"),
    ("national_board", "nora", "partij"),
    ("national_board", "noud", "partij"),
    ("party_leader", "piet", "partij"),
    ("conduct_team", "tess", "partij"),
    ("auditor", "ada", "partij"),
)
"""Who holds which office where. Noor is a counsellor and, elsewhere, sits in the support group."""
PEOPLE = (*dict.fromkeys(person for _, person, _ in TERMS), "nadia", "olga")
"""Everyone of the register: nadia is to succeed somebody, olga never holds any office."""


class Result(msgspec.Struct, frozen=True):
    """What came of a command: its events in each case, or why there are none."""

    events: dict[str, tuple[f.Event, ...]] = {}
    refused: tuple[Reason, ...] = ()
    bad: tuple[Reason, ...] = ()

    @property
    def done(self) -> bool:
        """Whether the command was accepted."""
        return not self.refused and not self.bad

    @property
    def codes(self) -> set[str]:
        """The codes of every reason against it."""
        return {reason.code for reason in (*self.refused, *self.bad)}


@cache
def public(name: str) -> str:
    """The public key (OpenSSH form) of a person, an office or a party of a case."""
    return SigningKey.from_seed(hashlib.sha256(name.encode()).digest()).public.line()


def shipped() -> dict[str, Compiled]:
    """Every shipped procedure by its name, compiled."""
    states = folder("states")
    offices = read_offices(states / "offices.yaml")
    found = {}
    for name in ("conduct", "dispute", "investigation", "norms"):
        procedure = read(states / f"{name}.yaml", offices)
        found[name] = compile_procedure(procedure, digest(canonical(procedure)))
    return found


RULES = shipped()


def register_of(terms: tuple[tuple[str, str, str], ...] = TERMS) -> r.Register:
    """The register at `START`, with these terms and a key for every office that has one."""
    register = r.Register()
    for person in PEOPLE:
        register = r.apply(register, f.PersonAdded(person, person, public(person)))
    keyed = {
        o
        for rules in RULES.values()
        for o, d in rules.procedure.offices.items()
        if d.key == "office"
    }
    for office, person, branch in terms:
        granted = f.OfficeGranted(office, person, branch, START - DAY)
        register = r.apply(register, granted)
        if office in keyed:
            line = public(f"{office} of {branch}")
            register = r.apply(register, f.OfficeKeyed(office, branch, line, f"key-{office}", ()))
    return register


class Town:
    """Several cases, one register and one clock (UTC)."""

    def __init__(
        self, register: r.Register | None = None, rules: Mapping[str, Compiled] = RULES
    ) -> None:
        self.rules = dict(rules)
        self.versions = {one.digest: one for one in rules.values()}
        self.register = register if register is not None else register_of()
        self.now = START
        self.cases: dict[str, Case] = {}
        self.histories: dict[str, list[f.Event]] = {}
        self._made = 0

    # --- what is there ---------------------------------------------------------------------------

    def of(self, stream: str) -> Compiled:
        """The rules a case runs under."""
        return self.versions[self.cases[stream].procedure]

    def procedure(self, stream: str) -> Procedure:
        """The procedure a case runs under."""
        return self.of(stream).procedure

    def state(self, stream: str, track: str) -> str:
        """Where a track of a case stands."""
        return self.cases[stream].state(track)

    def knows(self, stream: str, who: str) -> bool:
        """Whether `who` may know that the case exists."""
        case, procedure = self.cases[stream], self.procedure(stream)
        reader = standing(procedure, self.register, case, who, self.now)
        return knows(procedure, case, reader)

    def readers(self, stream: str, item: str) -> set[str]:
        """The public keys that may open an item now."""
        case, procedure = self.cases[stream], self.procedure(stream)
        return set(entitled(procedure, self.register, case, item, self.now))

    def open_to(self, stream: str, who: str) -> tuple[str, ...]:
        """The steps that `who` could take now, as far as is known beforehand."""
        case, rules = self.cases[stream], self.of(stream)
        return tuple(
            name
            for name in rules.procedure.steps
            if not consider(rules, case, name, Actor(who), self.register, self.now)
        )

    # --- doing -----------------------------------------------------------------------------------

    def item(self) -> c.NewItem:
        """A freshly sealed content of nothing in particular."""
        self._made += 1
        name = f"i-{self._made}"
        return c.NewItem(name, hashlib.sha256(name.encode()).hexdigest(), 1024)

    def open(
        self, procedure: str, step: str, who: str, *, branch: str = BRANCH, **answers: Answer
    ) -> tuple[str, Result]:
        """Open a case; `who` is an office-holder, or the party that comes into it."""
        rules = self.rules[procedure]
        declared = rules.procedure.steps[step]
        stream = f"z-{len(self.cases) + 1}"
        member = declared.joins is not None and rules.procedure.parties[declared.joins].member
        first = c.Advance(
            step,
            answers,
            self.item() if declared.note else None,
            joining=public(f"{declared.joins} of {stream}") if member else None,
        )
        return stream, self.do(stream, c.Open(branch, first), who, rules=rules)

    def step(
        self,
        stream: str,
        step: str,
        who: str,
        *,
        said: c.Said | None = None,
        office: str | None = None,
        **answers: Answer,
    ) -> Result:
        """Take a step with these answers, a note where it has one, and all that belongs to it."""
        return self.take(stream, step, who, answers, said, office)

    def take(
        self,
        stream: str,
        step: str,
        who: str,
        answers: Mapping[str, Answer],
        said: c.Said | None = None,
        office: str | None = None,
    ) -> Result:
        """As `step`, with the answers as a mapping."""
        declared = self.procedure(stream).steps[step]
        joins, case = declared.joins, self.cases[stream]
        party = key = None
        if joins is not None:
            role = self.procedure(stream).parties[joins]
            party = f"{joins}-{len(case.parties)}x" if role.many else None
            key = public(f"{party or joins} of {stream}") if role.member else None
        command = c.Advance(
            step,
            dict(answers),
            self.item() if declared.note else None,
            said or c.Said(),
            key,
            None,
            party,
            (),
            f"z-{len(self.cases) + 1}" if declared.files else None,
        )
        return self.do(stream, command, who, office=office)

    def add(self, stream: str, kind: str, who: str, of: tuple[str, ...] = ()) -> str:
        """Seal an item into a case and give its name; it must be allowed."""
        new = self.item()
        assert self.do(stream, c.AddItem(new, kind, of=of), who).done
        return new.item

    def consent(
        self,
        stream: str,
        giver: str,
        to: str,
        purpose: str,
        items: tuple[str, ...] = (),
        kind: str | None = None,
        until: datetime | None = None,
    ) -> str:
        """Let a party consent, with their own code; gives the consent's name."""
        said = c.Said(giver, "code")
        given = c.GiveConsent(giver, to, purpose, items, kind, until, said)
        assert self.do(stream, given, giver).done
        return next(reversed(self.cases[stream].consents))

    def do(
        self,
        stream: str,
        command: c.Command,
        who: str,
        *,
        office: str | None = None,
        rules: Compiled | None = None,
        wait: timedelta = MINUTE,
    ) -> Result:
        """Let `wait` pass and then do something, with all that it means for other cases."""
        self.now += wait
        rules = rules or self.of(stream)
        self._made += 1
        seed = hashlib.sha256(str(self._made).encode()).digest()
        case = self.cases.get(stream)
        try:
            draft = decide(
                rules,
                case,
                command,
                Actor(who, office),
                self.register,
                self.now,
                seed,
                stream=stream,
                onto=self.versions.get(command.to) if isinstance(command, c.Migrate) else None,
            )
            drafts = {stream: draft, **self._others(draft, who, seed)}
            if draft.files is not None:
                into = getattr(command, "into", None) or ""
                drafts[into] = self._filed(draft, into, seed)
        except Refusal as refusal:
            return Result(refused=refusal.reasons)
        except BadCommand as bad:
            return Result(bad=bad.problems)
        return Result({name: self._recorded(one) for name, one in drafts.items() if one.entries})

    def wait(self, time: timedelta, who: str = "olga") -> None:
        """Let time pass, and the clock do in every case what it must."""
        self.now += time
        for stream in tuple(self.cases):
            assert self.do(stream, c.Tick(), who, wait=timedelta(0)).done

    def _others(self, draft: Draft, who: str, seed: bytes) -> dict[str, Draft]:
        if not draft.tells and not draft.linked:
            return {}
        others: dict[str, Neighbour] = {}
        waiting = [s for s in (draft.linked, *draft.case.links) if s]
        while waiting:
            stream = waiting.pop()
            if stream in others or stream == draft.case.stream:
                continue
            if stream in self.cases:
                rules = self.of(stream)
                name = rules.procedure.procedure
                if stream != draft.linked or listens(draft.rules.procedure, name):
                    others[stream] = Neighbour(rules, self.cases[stream])
                    waiting += self.cases[stream].links
            if stream == draft.linked and stream not in others:
                raise Refusal("link", (Reason("no-such-case"),))
        return told(draft, others, who, self.now, seed)

    def _filed(self, draft: Draft, into: str, seed: bytes) -> Draft:
        assert draft.files is not None, "asked for what was filed"
        rules = self.rules[draft.files.procedure]
        papers = []
        for item in draft.carried:
            self._made += 1
            papers.append(c.NewItem(f"i-{self._made}", draft.case.items[item].digest, 1024))
        party = rules.procedure.steps[draft.files.step].joins
        key = public(f"{party} of {into}")
        return filed(draft, draft.files, rules, into, key, tuple(papers), self.now, seed)

    def _recorded(self, draft: Draft) -> tuple[f.Event, ...]:
        stream = draft.case.stream
        before = self.cases[stream].seq if stream in self.cases else 0
        events = tuple(
            seal(
                stream, number, b"", self.now, entry.fact, entry.who, entry.office,
                digest, entry.happened,
            ).event
            for number, (entry, digest) in enumerate(
                zip(draft.entries, draft.decided_under(), strict=True), before + 1
            )
        )  # fmt: skip
        self.cases[stream] = msgspec.structs.replace(draft.case, latest=self.now)
        self.histories.setdefault(stream, []).extend(events)
        return events

    def adopt(self, procedure: Procedure, *, opens: bool = True) -> Compiled:
        """From now on everybody follows this version; with `opens` cases begin under it too."""
        made = compile_procedure(procedure, digest(canonical(procedure)))
        self.versions[made.digest] = made
        if opens:
            self.rules[procedure.procedure] = made
        adopted = f.Adopted(procedure.procedure, procedure.version, made.digest)
        self.register = r.apply(self.register, adopted)
        return made

    # --- the register ----------------------------------------------------------------------------

    def grant(self, office: str, person: str, branch: str) -> None:
        """Somebody takes up an office now; where it has a key, there is a new one."""
        self.register = r.apply(self.register, f.OfficeGranted(office, person, branch, self.now))

    def leave(self, office: str, person: str, branch: str) -> None:
        """Somebody leaves an office now; where it has a key, those who stay make a new one."""
        self.register = r.apply(self.register, f.OfficeEnded(office, person, branch, self.now))
        if any(key.office == office and key.branch == branch for key in self.register.office_keys):
            line = public(f"{office} of {branch} since {self.now}")
            keyed = f.OfficeKeyed(office, branch, line, f"key-{office}-{self.now}", ())
            self.register = r.apply(self.register, keyed)


# --- moves at random ---------------------------------------------------------------------------


def standing_as(town: Town, stream: str, capacity: str) -> tuple[str, ...]:
    """Who stands before the case in that capacity now."""
    case = town.cases[stream]
    return members(town.procedure(stream), town.register, case, capacity, town.now)


def possible(town: Town, stream: str) -> list[tuple[str, str]]:
    """Every step somebody could take in the case now, with who."""
    case, rules = town.cases[stream], town.of(stream)
    return [
        (name, who)
        for name, step in rules.procedure.steps.items()
        if case.state(step.track) in step.sources
        for capacity in step.who
        for who in standing_as(town, stream, capacity)
        if not consider(rules, case, name, Actor(who), town.register, town.now)
    ]


def answered(draw: Draw, town: Town, stream: str, step: Step) -> dict[str, Answer]:
    """Answers that the step's form accepts, and that mostly let the case go on."""
    return {
        name: _answer(draw, town, stream, field)
        for name, field in step.asks.items()
        if field.required or draw(st.booleans())
    }


def _answer(draw: Draw, town: Town, stream: str, field: Field) -> Answer:
    match field.type:
        case "affirm":
            return True
        case "yesno":
            return draw(st.sampled_from([True, True, False]))
        case "choice":
            return draw(st.sampled_from(sorted(field.values)))
        case "choices":
            first = "nothing" if "nothing" in field.values else min(field.values)
            return (
                first,
                *sorted(draw(st.sets(st.sampled_from(sorted(field.values)), max_size=2)) - {first}),
            )
        case "recipients":
            return tuple(sorted(draw(st.sets(st.sampled_from(sorted(field.among)), min_size=1))))
        case "case":
            return draw(st.sampled_from(sorted(town.cases)))
        case "person" | "persons":
            able = [p for office, p, _ in TERMS if field.office in (None, office)]
            one = draw(st.sampled_from(sorted(set(able))))
            return one if field.type == "person" else (one,)


def any_step(draw: Draw, town: Town, stream: str) -> Result | None:
    """Some step that somebody can take in the case, taken well; None where there is none."""
    options = possible(town, stream)
    if not options:
        return None
    names = sorted({name for name, _ in options})
    # What ends or restarts a case is possible nearly always, and would drown all else.
    going_on = [n for n in names if n not in ("close", "reopen", "transfer", "withdraw")] or names
    name = draw(st.sampled_from([*going_on * 4, *names]))
    _, who = draw(st.sampled_from([o for o in options if o[0] == name]))
    procedure, case = town.procedure(stream), town.cases[stream]
    step = procedure.steps[name]
    party = decider(procedure, step, case.state(step.track))
    said = None
    if party is not None and party != who:
        levels = [level for level in enough(step) if level != "code"]
        if levels:
            level = draw(st.sampled_from(levels))
            said = c.Said(party, level, town.item() if level == "written" else None)
    return town.take(stream, name, who, answered(draw, town, stream, step), said)
