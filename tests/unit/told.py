"""Cases for the tests of histories: played on the real engine, move by move, by invented people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from tests.properties.world import (
    BRANCH,
    DAY,
    MINUTE,
    REGISTER,
    RULES,
    START,
    STREAM,
    Move,
    Play,
    public,
    secret,
)
from workflow.declaring.reading import parsed
from workflow.engine import commands as c
from workflow.engine.case import Case
from workflow.engine.deciding import Actor, decide
from workflow.engine.facts import Answer, Event, OfficeGranted, PersonAdded
from workflow.engine.items import reading_as
from workflow.engine.kernel import Compiled, compile_procedure
from workflow.engine.ledger import seal
from workflow.engine.procedure import Office, Text, canonical, digest
from workflow.engine.register import Register, apply
from workflow.engine.sharing import may_read
from workflow.engine.standing import Standing, members, standing
from workflow.histories.viewing import view
from workflow.histories.views import Integrity, View
from workflow.histories.visibility import placed, scope

ALL_TRUE = ("consent_sought", "no_other_way", "serious_harm", "as_little_as_possible")


def item(name: str, size: int = 1024) -> c.NewItem:
    """A sealed item of that name."""
    return c.NewItem(f"i-{name}", name.encode().hex().ljust(64, "0"), size)


def said(by: str = "reporter", evidence: str = "spoken", scan: str | None = None) -> c.Said:
    """A decision and its evidence."""
    return c.Said(by, evidence, item(scan) if scan else None)


def step(
    who: str,
    name: str,
    answers: dict[str, Answer] | None = None,
    note: str | None = None,
    wait: timedelta = timedelta(minutes=1),
    said: c.Said = c.Said(),  # noqa: B008 -- a frozen value
    joining: str | None = None,
    into: str | None = None,
) -> Move:
    """A step taken by `who`, `wait` after the move before it."""
    noted = item(note) if note else None
    taken = c.Advance(name, answers or {}, noted, said, joining, into=into)
    return Move(taken, who, None, wait)


def report(by: str = "noor") -> Move:
    """A report to counsellor noor opens the case."""
    answers: dict[str, Answer] = {"counsellor": "noor", "ground": ("threatened",)}
    first = c.Advance("open_report", answers, item("first"), joining=public("reporter"))
    return Move(c.Open(BRANCH, first), by)


def signal(opens: bool = False) -> Move:
    """The chair of the branch gives a signal."""
    first = c.Advance("give_signal", {"corners": ("members",)}, item("signal"))
    return Move(c.Open(BRANCH, first) if opens else first, "vera", "branch_chair")


ADVISED = (
    step("noor", "start_listening", {"exception_explained": True}, "listened"),
    step("noor", "weigh", {"severity": "light", "simple": True}, "weighed"),
    step("noor", "advise", {"options": ("nothing", "support")}, "advised"),
    step("noor", "give_advice"),
)
ASSESSED = (
    step("rik", "assess"),
    step("rik", "activate", {"helpers": ("hanna",), "conflict_present": True}),
)
EMERGENCY = step(
    "noor",
    "open_emergency",
    {**dict.fromkeys(ALL_TRUE, True), "recipients": ("crisis_service",)},
    "notice",
)
HANDED_OVER = (
    step("reporter", "choose_referral", {"target": "disputes_committee"}),
    Move(c.GiveConsent("reporter", "disputes_committee", "ruling", ("i-first",)), "reporter"),
    step("reporter", "hand_over", into="z-9"),
)
COME_BACK = Move(c.Hear("z-9", 9, ("come_back",)), "dirk", None, 100 * DAY)
"""What was handed over comes back, long after it was expected."""
WHOLE = (
    report(),
    *ADVISED,
    step(
        "noor",
        "propose_mediation",
        {"mediator": "mees"},
        "invited",
        said=said(evidence="written", scan="scan"),
    ),
    step("mees", "invite_other", joining=public("other")),
    step("other", "accept_mediation"),
    step("mees", "end_mediation", {"outcome": "stopped"}, "ended"),
    step("reporter", "ask_for_signal", {}, "asked"),
    signal(),
    *ASSESSED,
    EMERGENCY,
    step("reporter", "decide_anew", wait=2 * DAY),
    step("ada", "review_emergency", {"justified": True}),
    step("noor", "tell_member", {"safe": True}),
    Move(c.Recuse("bram", "close_to_party"), "noor"),
    Move(c.GiveConsent("reporter", "crisis_service", "support", kind="weighing"), "reporter"),
    Move(c.WithdrawConsent("#7"), "reporter"),
    Move(c.Read("i-first"), "noor"),
    *HANDED_OVER,
    COME_BACK,
)
"""A case through every track, with an emergency, a withdrawal and a deadline that was missed."""


def play(moves: Sequence[Move]) -> Play:
    """The moves made on the engine, each of which it must accept."""
    played = Play()
    for move in moves:
        result = played.do(move)
        assert result.done, (move, result)
    return played


def reader(played: Play, capacity: str, now: datetime | None = None) -> Standing:
    """Somebody who stands before the case in that capacity, and in no other."""
    assert played.case is not None
    at = now or played.now
    people = (*REGISTER.persons, *played.case.parties)
    found = (standing(RULES.procedure, REGISTER, played.case, who, at) for who in people)
    one = next((each for each in found if capacity in each), Standing("nobody", frozenset()))
    return Standing(one.who, frozenset({capacity}), one.key)


def seen(
    played: Play,
    capacity: str,
    *,
    events: Sequence[Event] | None = None,
    now: datetime | None = None,
    integrity: Integrity | None = None,
) -> View:
    """The case as `capacity` sees it."""
    history = played.history if events is None else events
    at = now or played.now
    return view(RULES, REGISTER, history, reader(played, capacity, at), at, integrity)


def could(found: View, at: datetime) -> Counter[tuple[str, str]]:
    """How many items of a kind could be read at that moment, by capacity, as the view says."""
    return Counter((each.kind.name, each.reader.name) for each in found.readings if each.held(at))


def judged(case: Case, at: datetime, register: Register = REGISTER) -> Counter[tuple[str, str]]:
    """The same, asked of `may_read` for everybody there is, in each capacity they stand in."""
    procedure = RULES.procedure
    able = {
        (name, capacity)
        for who in (*register.persons, *case.parties)
        for capacity in standing(procedure, register, case, who, at).capacities
        if capacity in (*procedure.offices, *case.parties)
        and who in members(procedure, register, case, capacity, at)
        for name in case.items
        for reading in [reading_as(procedure, register, case, name, who, capacity, at)]
        if may_read(procedure, case, name, reading, at)
    }
    return Counter((case.items[name].kind, capacity) for name, capacity in able)


# --- a quarrel in an invented association ---------------------------------------------------------

_QUARREL = """
procedure: quarrel
version: "1"
labels: {nl: Ruzie, en: Quarrel}
sources:
  B: {title: {nl: Verzonnen regels, en: Invented rules}, changed: 2024-02-01}
offices: [counsellor, chair, helper, investigator, committee, auditor]
parties:
  member: {labels: {nl: het lid, en: the member}}
  concerned: {labels: {nl: betrokkene, en: person concerned}, many: true}
outside: {}
purposes:
  briefing: {labels: {nl: inlichting, en: briefing}}
  ruling:
    labels: {nl: een uitspraak, en: a ruling}
    readers: {nl: "de commissie, en later de wederpartij", en: "the committee, later the opponent"}
kinds:
  story:
    labels: {nl: verhaal, en: story}
    of: [member]
    added_by: [member, counsellor]
  fragment:
    labels: {nl: fragment, en: fragment}
    of: []
    added_by: [investigator]
    traceable: true
  finding:
    labels: {nl: bevinding, en: finding}
    of: []
    added_by: [investigator]
    made_for: [chair]
tracks:
  talk:
    labels: {nl: Gesprek, en: Talk}
    initial: none
    belongs_to: member
    seen_by: [member, counsellor, auditor]
    states:
      none: {labels: {nl: Geen, en: None}, idle: true}
      open: {labels: {nl: Lopend, en: Running}, idle: true}
      filed: {labels: {nl: Ingediend, en: Filed}, idle: true}
      over: {labels: {nl: Voorbij, en: Over}, ends: true}
  group:
    labels: {nl: Groep, en: Group}
    initial: none
    seen_by: [chair, helper, auditor]
    states:
      none: {labels: {nl: Geen, en: None}, idle: true}
      active:
        labels: {nl: Actief, en: Active}
        idle: true
        rests_on:
          - {guard: consent, party: member, kind: story, to: chair, purpose: briefing}
        otherwise: fade
      faded: {labels: {nl: Uitgedoofd, en: Faded}, ends: true}
      stood_back: {labels: {nl: Teruggetreden, en: Stood back}, ends: true}
  inquiry:
    labels: {nl: Onderzoek, en: Inquiry}
    initial: none
    seen_by: [chair, investigator, concerned, auditor]
    states:
      none: {labels: {nl: Geen, en: None}, idle: true}
      running: {labels: {nl: Onderweg, en: Under way}, idle: true}
steps:
  begin:
    labels: {nl: Beginnen, en: Begin}
    track: talk
    from: [none]
    to: open
    who: [member, counsellor]
    opens: true
    joins: member
    asks:
      counsellor: {type: person, labels: {nl: Bij wie, en: With whom}, office: counsellor}
    assigns: {counsellor: counsellor}
    note: {kind: story}
    cites: [B14]
  transfer:
    labels: {nl: Overstappen, en: Change counsellor}
    track: talk
    from: [open]
    to: open
    who: [member]
    asks:
      counsellor: {type: person, labels: {nl: Naar wie, en: To whom}, office: counsellor}
    assigns: {counsellor: counsellor}
    cites: [B14]
  complain:
    labels: {nl: Klagen, en: Complain}
    track: talk
    from: [open]
    to: open
    who: [member]
    guards:
      - {guard: present, party: member}
    emits: [stand_back]
    cites: [B35]
  hand_in:
    labels: {nl: Indienen, en: Hand in}
    track: talk
    from: [open]
    to: filed
    who: [member]
    files: {procedure: quarrel, step: begin}
    shares: [{kind: story, to: committee, purpose: ruling}]
    cites: [B23]
  wipe:
    labels: {nl: Wissen, en: Wipe}
    track: talk
    from: [open, filed]
    to: over
    who: [member]
    decision: {party: member}
    erases: member
    cites: [B18]
  gather:
    labels: {nl: Groep vormen, en: Gather a group}
    track: group
    from: [none]
    to: active
    who: [chair]
    asks:
      helpers: {type: persons, labels: {nl: Wie helpen, en: Who helps}, office: helper}
      second: {type: person, labels: {nl: Wie later, en: Who comes later}, office: helper}
    assigns: {helper: helpers}
    cites: [B33]
  fade:
    labels: {nl: Uitdoven, en: Fade}
    track: group
    from: [active]
    to: faded
    who: [consequence]
    cites: [B34]
  stand_back:
    labels: {nl: Terugtreden, en: Stand back}
    track: group
    from: [active]
    to: stood_back
    who: [consequence, linked]
    assigns: {helper: gather.second}
    cites: [B35]
  look_into:
    labels: {nl: Onderzoeken, en: Look into it}
    track: inquiry
    from: [none]
    to: running
    who: [chair]
    asks:
      involved: {type: persons, labels: {nl: Wie erbij was, en: Who was there}}
    recuses: [involved]
    cites: [B6]
  invite:
    labels: {nl: Uitnodigen, en: Invite}
    track: inquiry
    from: [running]
    to: running
    who: [investigator]
    joins: concerned
    asks:
      manner:
        type: choice
        labels: {nl: Hoe, en: How}
        values: {letter: {nl: per brief, en: by letter}}
    cites: [B6]
  tie:
    labels: {nl: Verbinden, en: Tie}
    track: inquiry
    from: [running]
    to: running
    who: [chair]
    asks:
      other: {type: case, labels: {nl: Welke zaak, en: Which case}}
    links: other
    cites: [B35]
"""
_OFFICES = {
    "counsellor": Office(Text("vertrouwenspersoon", "counsellor"), assigned=True),
    "chair": Office(Text("voorzitter", "chair")),
    "helper": Office(Text("helper", "helper"), assigned=True),
    "investigator": Office(Text("onderzoeker", "investigator")),
    "committee": Office(Text("commissie", "committee")),
    "auditor": Office(Text("controleur", "auditor")),
}
_HOLDERS = {
    "counsellor": ("noor", "bram"),
    "chair": ("vera",),
    "helper": ("hanna", "hugo"),
    "investigator": ("ilse",),
    "committee": ("dirk",),
    "auditor": ("ada",),
}
SEVERAL = ("concerned-4f7k", "concerned-9qtm")
"""Two people who play one part, each a party of their own."""


def _quarrel() -> Compiled:
    found = parsed(_QUARREL.encode(), "quarrel.yaml", _OFFICES).procedure
    return compile_procedure(found, digest(canonical(found)))


def _people() -> Register:
    register = Register()
    for office, persons in _HOLDERS.items():
        for person in persons:
            known = PersonAdded(person, person, secret(person).public.line())
            register = apply(register, known)
            register = apply(register, OfficeGranted(office, person, BRANCH, START))
    return register


QUARREL = _quarrel()
PEOPLE_OF_THE_QUARREL = _people()


class Quarrel:
    """A quarrel played on the real engine, without a store."""

    def __init__(self) -> None:
        self.case: Case | None = None
        self.now = START
        self.history: list[Event] = []

    def do(
        self, command: c.Command, who: str, wait: timedelta = MINUTE, office: str | None = None
    ) -> Quarrel:
        """The same quarrel after the command, which must be accepted; Refusal says why not."""
        self.now += wait
        seed = f"{len(self.history)}".encode()
        draft = decide(
            QUARREL,
            self.case,
            command,
            Actor(who, office),
            PEOPLE_OF_THE_QUARREL,
            self.now,
            seed,
            stream=STREAM,
        )
        for seq, entry in enumerate(draft.entries, len(self.history) + 1):
            fact, at = entry.fact, entry.happened
            sealed = seal(STREAM, seq, b"", self.now, fact, entry.who, entry.office, None, at)
            self.history.append(sealed.event)
        self.case = msgspec.structs.replace(draft.case, latest=self.now)
        return self

    def take(
        self,
        name: str,
        who: str,
        answers: dict[str, Answer] | None = None,
        *,
        wait: timedelta = MINUTE,
        **more: Any,
    ) -> Quarrel:
        """The same quarrel after a step."""
        return self.do(c.Advance(name, answers or {}, **more), who, wait)

    def reader(self, who: str) -> Standing:
        """How a person or party stands before it."""
        assert self.case is not None
        return standing(QUARREL.procedure, PEOPLE_OF_THE_QUARREL, self.case, who, self.now)

    def seen(self, who: str, now: datetime | None = None) -> View:
        """What a person or party sees of it."""
        reader, at = self.reader(who), now or self.now
        return view(QUARREL, PEOPLE_OF_THE_QUARREL, self.history, reader, at)

    def told(self, who: str) -> list[type]:
        """The types of the facts that a person or party sees, in their order."""
        shown = placed(scope(QUARREL.procedure, QUARREL.digest, self.history, self.reader(who)))
        return [type(each.event.data) for each in shown]


def quarrel(*, until: timedelta | None = None) -> Quarrel:
    """A member told counsellor noor a story, which the chair may hear, and a group was formed."""
    joining = secret("member").public.line()
    first = c.Advance("begin", {"counsellor": "noor"}, item("story"), joining=joining)
    ends = START + until if until else None
    lets = c.GiveConsent("member", "chair", "briefing", kind="story", until=ends)
    return (
        Quarrel()
        .do(c.Open(BRANCH, first), "member")
        .do(lets, "member")
        .take("gather", "vera", {"helpers": ("hanna",), "second": "hugo"})
    )


def inquired() -> Quarrel:
    """The same, with an inquiry into it, in which two people are concerned."""
    found = quarrel().take("look_into", "vera", {"involved": ("hugo",)})
    for name in SEVERAL:
        key = secret(name).public.line()
        found.take("invite", "ilse", {"manner": "letter"}, party=name, joining=key)
    return found
