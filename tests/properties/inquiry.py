"""Investigations at random, played in a town: how they begin, and what everybody does in them.

`Inquiry` brings a case where a test wants it and makes moves in it; `Told` says from the events and
the terms alone, by rules written here anew, who may open a fragment of the annex.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from hypothesis import strategies as st

from tests.properties.town import (
    BRANCH,
    DAY,
    MINUTE,
    RULES,
    Result,
    Town,
    answered,
    possible,
    public,
    standing_as,
)
from tests.properties.world import Draw
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.deciding import Actor, decide
from workflow.engine.facts import Answer
from workflow.engine.kernel import Compiled
from workflow.engine.reasons import BadCommand, Refusal

HOME = "partij"
DELEGATES = ("national_chair", "national_vice_chair")
BOARD = ("national_board", *DELEGATES)
LEADER = "party_leader"
APART = {
    "investigator": BOARD,
    "integrity_committee": BOARD,
    **dict.fromkeys(DELEGATES, (LEADER,)),
}
"""Who holds one of the latter does not act as the former."""
KEYED = frozenset({*DELEGATES, "integrity_committee"})
BOTH = ("report", "annex")
"""The kinds of the two parts of a report."""

GOALS = (
    "investigating",
    "heard",
    "delivered",
    "board_weighing",
    "concluded",
    "following_up",
    "reweighing",
)
"""How far an investigation is brought before moves are drawn in it."""
PEOPLE = ("nina", "niels", "nora", "noud", "nadia", "piet", "ivo", "iris", "ineke", "olga")
"""Whoever comes and goes in the offices of the investigation, and one who never holds any."""
TERMS = (*BOARD, LEADER, "investigator")
RECIPIENTS = (
    *BOARD, "integrity_committee", "investigator", LEADER,
    "notifier", "concerned", "accused", "public",
)  # fmt: skip
PURPOSES = ("weighing", "openness", "investigation")


class Inquiry:
    """One investigation in a town."""

    def __init__(self, rules: Mapping[str, Compiled] = RULES) -> None:
        self.town = Town(rules=rules)
        self.stream = ""

    # --- what is there ---------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """Where the investigation itself stands."""
        return self.town.state(self.stream, "investigation")

    @property
    def history(self) -> list[f.Event]:
        """Every event of the case, oldest first."""
        return self.town.histories[self.stream]

    def items(self, *kinds: str) -> tuple[str, ...]:
        """The items of these kinds, oldest first."""
        items = self.town.cases[self.stream].items
        return tuple(name for name, item in items.items() if item.kind in kinds)

    def parties(self, role: str = "") -> tuple[str, ...]:
        """Who plays a part in the case, or this part."""
        parties = self.town.cases[self.stream].parties
        return tuple(name for name, party in parties.items() if role in ("", party.role))

    def acting(self, office: str) -> tuple[str, ...]:
        """Who acts in this office now."""
        return standing_as(self.town, self.stream, office)

    def delegate(self) -> str:
        """The chair of now or, where there is none, the vice-chair."""
        return next(who for office in DELEGATES for who in self.acting(office))

    def could(self, command: c.Command, who: str) -> bool:
        """Whether `who` would be let do this now; it is not done."""
        town, case = self.town, self.town.cases[self.stream]
        rules, actor = town.of(self.stream), Actor(who)
        try:
            decide(rules, case, command, actor, town.register, town.now, b"could")
        except (Refusal, BadCommand):
            return False
        return True

    # --- doing -----------------------------------------------------------------------------------

    def must(self, step: str, who: str, **answers: Answer) -> Result:
        """Take a step that is open to whoever takes it."""
        result = self.town.take(self.stream, step, who, answers)
        assert result.done, f"{step} by {who}: {sorted(result.codes)}"
        return result

    def do(self, command: c.Command, who: str) -> Result:
        """Do something else in the case, which may be refused."""
        return self.town.do(self.stream, command, who)

    def add(self, kind: str, who: str, *of: str) -> str:
        """Seal an item into the case that can be traced to these."""
        return self.town.add(self.stream, kind, who, of)

    def consent(self, giver: str, to: str, *items: str, purpose: str = "weighing") -> str:
        """A party allows that these items go to a recipient."""
        return self.town.consent(self.stream, giver, to, purpose, items)

    def share(self, items: tuple[str, ...], to: str, who: str, purpose: str = "weighing") -> Result:
        """Somebody shares items, or tries to."""
        return self.do(c.Share(items, to, purpose), who)

    def read(self, *people: str, kinds: tuple[str, ...] = BOTH) -> None:
        """These people open every report and every fragment that they may."""
        for who in people:
            for item in self.items(*kinds):
                self.do(c.Read(item), who)

    def grant(self, office: str, person: str) -> None:
        """Somebody takes up an office a minute later."""
        self.town.now += MINUTE
        self.town.grant(office, person, HOME)

    def leave(self, office: str, person: str) -> None:
        """Somebody leaves an office a minute later."""
        self.town.now += MINUTE
        self.town.leave(office, person, HOME)

    def succeed(self, office: str, person: str) -> None:
        """Whoever holds the office leaves it, and somebody else takes it up and joins the board."""
        for who in self.holders(office):
            self.leave(office, who)
        self.grant(office, person)
        if office in DELEGATES and person not in self.holders("national_board"):
            self.grant("national_board", person)

    def holders(self, office: str) -> tuple[str, ...]:
        """Who holds an office now, whether they can act in it here or not."""
        return self.town.register.holders(office, HOME, self.town.now)

    # --- the way there ---------------------------------------------------------------------------

    def begin(self, how: str, branch: str = BRANCH, asked_by: str = "board") -> None:
        """Open it: by a `member`, on an anonymous `message`, or `filed` from another case."""
        if how == "filed":
            self._file(branch)
        elif how == "member":
            self._opened(self.town.open("investigation", "report", "notifier", branch=branch))
        else:
            opened = self.town.open(
                "investigation", "pass_on_message", "nina", branch=branch, asked_by=asked_by
            )
            self._opened(opened)

    def _opened(self, opened: tuple[str, Result]) -> None:
        self.stream, result = opened
        assert result.done, sorted(result.codes)

    def _file(self, branch: str) -> None:
        town = self.town
        stream, result = town.open(
            "conduct",
            "open_report",
            "reporter",
            branch=branch,
            counsellor="noor",
            ground=("integrity",),
        )
        assert result.done, sorted(result.codes)
        for step, who, answers in _REFERRAL:
            assert town.take(stream, step, who, answers).done, step
        packet = town.add(stream, "packet", "reporter")
        town.consent(stream, "reporter", "integrity_committee", "investigation", (packet,))
        result = town.step(stream, "hand_over_integrity", "reporter")
        assert result.done, sorted(result.codes)
        self.stream = f"z-{len(town.cases)}"

    def investigate(self, concerned: int = 2) -> None:
        """Commission and begin the investigation; so many persons concerned come forward."""
        self.must("begin_screening", "ineke")
        self.must(
            "propose_commission",
            "nina",
            by="bureau",
            investigators=("ivo", "iris"),
            readers_fixed=True,
        )
        self.must("confirm_commission", "niels")
        self.must("start", "ivo", independent=True)
        for _ in range(concerned):
            self.must("come_forward", "ivo")

    def put(self, *, answers: bool = True) -> None:
        """Put the allegation to the accused, who answers or lets the time pass."""
        self.must("put_to_accused", "ivo", names_reporter=False)
        if answers:
            self.must("answer", "accused")
        else:
            self.town.wait(16 * DAY)

    def deliver(self, finding: str = "not_established", *, later: bool = False) -> None:
        """Deliver the report, with the annex that there is now or with the annex to follow."""
        self.must("deliver_without_annex" if later else "deliver", "ivo", finding=finding)

    def conclude(self, *weighers: str) -> None:
        """Weigh, with everything read by those who weigh."""
        self.must("begin_weighing", self.delegate(), readers="delegates")
        self.read(*weighers)
        self.must("conclude", self.delegate(), weighers=weighers)

    def shared_with_board(self) -> None:
        """Every party consents to the board, which then gets every fragment."""
        for item in self.items("annex"):
            for giver in self.town.cases[self.stream].items[item].of:
                self.consent(giver, "national_board", item)
            assert self.share((item,), "national_board", self.delegate()).done

    def come(self, draw: Draw, goal: str, finding: str = "") -> None:
        """Bring an investigation to the goal, on a way that is drawn."""
        way = draw(st.sampled_from(("member", "message", "filed")))
        self.begin(
            way,
            # Who reports elsewhere has a counsellor of their own region.
            BRANCH if way == "filed" else draw(st.sampled_from((HOME, BRANCH))),
            asked_by=draw(st.sampled_from(("party_leader", "board"))),
        )
        self.investigate(draw(st.integers(1, 3)))
        for who in draw(st.lists(st.sampled_from(("ivo", "ivo", "iris")), min_size=1, max_size=3)):
            self.fragment(draw, who)
        if goal == "investigating":
            return
        self.put(answers=draw(st.booleans()))
        self.fragment(draw, "ivo")
        if goal == "heard":
            return
        later = draw(st.booleans())
        found = finding or draw(st.sampled_from(("established", "not_established", "refuted")))
        self.deliver(found, later=later)
        if goal == "delivered":
            return
        if later:
            self.must("deliver_annex", "ivo")
        if goal == "board_weighing":
            self.must("begin_weighing", "nina", readers="delegates")
            return
        self.conclude(*draw(st.sampled_from((("nina",), ("niels",), ("nina", "niels")))))
        if goal == "concluded":
            return
        self.must("follow_up", "nina")
        if goal == "reweighing":
            self.must("reweigh", "niels", reason="doubt", readers="consented")

    def fragment(self, draw: Draw, who: str) -> str:
        """An investigator writes a fragment that can be traced to some of those concerned."""
        traced = draw(st.sets(st.sampled_from(sorted(self.parties())), min_size=1, max_size=3))
        return self.add("annex", who, *sorted(traced))

    # --- moves at random -------------------------------------------------------------------------

    def move(self, draw: Draw) -> Result | None:
        """Something happens, or is tried: None where a term changed or time went by."""
        moves = (
            self._step, self._step, self._step, self._add, self._consent, self._consent,
            self._withdraw, self._share, self._share, self._read, self._term, self._term,
            self._wait,
        )  # fmt: skip
        return moves[draw(st.integers(0, len(moves) - 1))](draw)

    def board_move(self, draw: Draw) -> Result | None:
        """As `move`, by those who act for the board, and by nobody else."""
        board = sorted({who for office in BOARD for who in self.acting(office)})
        if not board:
            self._wait(draw)
            return None
        who = draw(st.sampled_from(board))
        if draw(st.booleans()):
            return self._step(draw, who)
        return self._share(draw, who)

    def _step(self, draw: Draw, by: str = "") -> Result | None:
        options = [(name, who) for name, who in possible(self.town, self.stream) if by in ("", who)]
        if not options:
            return None
        name = draw(st.sampled_from(sorted({name for name, _ in options})))
        who = draw(st.sampled_from([who for step, who in options if step == name]))
        return self.take(draw, name, who)

    def take(self, draw: Draw, name: str, who: str) -> Result:
        """Somebody takes a step, with answers that are drawn."""
        step = self.town.procedure(self.stream).steps[name]
        answers = answered(draw, self.town, self.stream, step)
        if "weighers" in answers:
            able = sorted({*self.holders("national_board"), "ivo"})
            some = draw(st.lists(st.sampled_from(able), min_size=1, max_size=3, unique=True))
            answers["weighers"] = tuple(some)
            for person in some:
                kinds = draw(st.sampled_from((BOTH, BOTH, BOTH, BOTH[:1], BOTH[1:], ())))
                self.read(person, kinds=kinds)
        return self.town.take(self.stream, name, who, answers)

    def _add(self, draw: Draw) -> Result | None:
        kind, able = draw(
            st.sampled_from(
                (
                    ("annex", self.acting("investigator")),
                    ("testimony", self.parties("concerned")),
                    ("wish", self.parties()),
                )
            )
        )
        if not able:
            return None
        who = draw(st.sampled_from(sorted(able)))
        traced = draw(st.sets(st.sampled_from(sorted(self.parties())), min_size=1, max_size=3))
        return self.do(c.AddItem(self.town.item(), kind, of=tuple(sorted(traced))), who)

    def _consent(self, draw: Draw) -> Result | None:
        given = draw(st.sampled_from(sorted(self.parties())))
        items = self.town.cases[self.stream].items
        theirs = [name for name in self.items("annex") if given in items[name].of]
        kind = draw(st.sampled_from((None, None, None, "annex")))
        if kind is None and not theirs:
            return None
        some: tuple[str, ...] = ()
        if kind is None:
            some = tuple(sorted(draw(st.sets(st.sampled_from(theirs), min_size=1))))
        lasts = draw(st.sampled_from((None, None, DAY, 40 * DAY)))
        to, purpose = self._reach(draw)
        until = self.town.now + lasts if lasts else None
        return self.do(
            c.GiveConsent(given, to, purpose, some, kind, until, c.Said(given, "code")), given
        )

    def _reach(self, draw: Draw) -> tuple[str, str]:
        likely = (("national_board", "weighing"), ("public", "openness"), ("notifier", "openness"))
        return draw(
            st.one_of(
                st.sampled_from(likely),
                st.tuples(st.sampled_from(RECIPIENTS), st.sampled_from(PURPOSES)),
            )
        )

    def _withdraw(self, draw: Draw) -> Result | None:
        consents = self.town.cases[self.stream].consents
        live = [name for name, consent in consents.items() if not consent.ended]
        if not live:
            return None
        name = draw(st.sampled_from(live))
        return self.do(c.WithdrawConsent(name), consents[name].giver)

    def _share(self, draw: Draw, by: str = "") -> Result | None:
        items = self.items("annex")
        if not items:
            return None
        able = sorted({who for office in (*BOARD, "investigator") for who in self.acting(office)})
        who = by or draw(st.sampled_from([*able, *sorted(self.parties())]))
        some = tuple(sorted(draw(st.sets(st.sampled_from(items), min_size=1, max_size=2))))
        to, purpose = self._reach(draw)
        return self.share(some, to, who, purpose)

    def _read(self, draw: Draw) -> Result | None:
        items = self.items("report", "annex")
        who = draw(st.sampled_from([*PEOPLE, *sorted(self.parties())]))
        return self.do(c.Read(draw(st.sampled_from(items))), who) if items else None

    def _term(self, draw: Draw) -> None:
        office = draw(st.sampled_from(TERMS))
        holders = self.holders(office)
        if draw(st.booleans()) and holders:
            self.leave(office, draw(st.sampled_from(holders)))
        able = [person for person in PEOPLE[:-1] if person not in self.holders(office)]
        if draw(st.booleans()):
            self.grant(office, draw(st.sampled_from(able)))

    def _wait(self, draw: Draw) -> None:
        self.town.wait(draw(st.sampled_from((MINUTE, timedelta(hours=5), DAY, 15 * DAY, 40 * DAY))))


_REFERRAL: tuple[tuple[str, str, dict[str, Answer]], ...] = (
    ("start_listening", "noor", {"exception_explained": True}),
    ("weigh", "noor", {"severity": "light", "simple": True}),
    ("advise", "noor", {"options": ("nothing",)}),
    ("give_advice", "noor", {}),
    ("choose_referral", "reporter", {"target": "integrity_committee"}),
)


class Told:
    """What the events of an investigation and the terms in the register say, read independently."""

    def __init__(self, inquiry: Inquiry) -> None:
        self.town, self.stream, self.now = inquiry.town, inquiry.stream, inquiry.town.now
        self.parties: dict[str, str] = {}
        self.recused: set[str] = set()
        self.assigned: tuple[str, ...] = ()
        self.fragments: dict[str, tuple[tuple[str, ...], str]] = {}
        self.shared: set[tuple[str, str, str]] = set()
        self._consents: dict[str, f.Consented] = {}
        for event in inquiry.history:
            self._learn(event)

    def _learn(self, event: f.Event) -> None:
        match event.data:
            case f.Joined(party=party, role=role):
                self.parties[party] = role
            case f.Recused(person=person):
                self.recused.add(person)
            case f.Assigned(office="investigator", persons=persons):
                self.assigned = persons
            case f.Added(item=item, kind="annex", of=of):
                self.fragments[item] = of, event.who
            case f.Disclosed(item=item, to=to, purpose=purpose) if item in self.fragments:
                self.shared.add((item, to, purpose))
            case f.Consented() as given:
                self._consents[given.consent] = given
            case f.Withdrawn(consent=name) | f.Lapsed(consent=name):
                del self._consents[name]
            case f.PurposeEnded(purpose=purpose):
                kept = {n: g for n, g in self._consents.items() if g.purpose != purpose}
                self._consents = kept

    def consented(self, item: str, to: str, purpose: str) -> bool:
        """Whether everyone to whom the fragment can be traced allows this now."""
        return all(
            any(
                (given.giver, given.to, given.purpose) == (giver, to, purpose)
                and (item in given.items or given.kind == "annex")
                and (given.until is None or self.now < given.until)
                for given in self._consents.values()
            )
            for giver in self.fragments[item][0]
        )

    def holds(self, person: str, *offices: str) -> bool:
        """Whether somebody's term in one of these offices runs now."""
        return any(
            t.person == person
            and t.office in offices
            and t.starts <= self.now
            and (t.until is None or self.now < t.until)
            for t in self.town.register.terms
        )

    def acts(self, person: str, office: str) -> bool:
        """Whether somebody acts in this office in the case now."""
        named = office != "investigator" or person in self.assigned
        apart = self.holds(person, *APART.get(office, ()))
        return self.holds(person, office) and named and not apart and person not in self.recused

    def opens(self, item: str, who: str) -> bool:
        """Whether a person or party may open this fragment now."""
        of, author = self.fragments[item]
        if who in self.parties:
            mine = {who, self.parties[who]}
            return who in of or any(to in mine for to in self._recipients(item))
        if who == author and self.acts(who, "investigator"):
            return True
        if self.holds(who, LEADER):
            return False
        if self.acts(who, "investigator"):
            return True
        return any(self.acts(who, to) for to in self._recipients(item))

    def _recipients(self, item: str) -> Iterator[str]:
        """To whom it went, on a basis that still holds."""
        for gone, to, purpose in self.shared:
            if gone == item and (
                to in DELEGATES
                or to in self.fragments[item][0]
                or self.consented(item, to, purpose)
            ):
                yield to

    def keys(self, item: str) -> set[str]:
        """The keys to which this fragment may be sealed now."""
        found = {public(f"{p} of {self.stream}") for p in self.parties if self.opens(item, p)}
        author = self.fragments[item][1]
        for person in PEOPLE:
            leads = self.holds(person, LEADER) and person != author
            if self.acts(person, "investigator") and not leads:
                found.add(public(person))
        for to in self._recipients(item):
            for person in PEOPLE:
                if self.acts(person, to) and not self.holds(person, LEADER):
                    found |= self._lines(to) if to in KEYED else {public(person)}
        return found

    def _lines(self, office: str) -> set[str]:
        """The keys of an office, of every generation: they pass on to whoever holds it."""
        return {k.key for k in self.town.register.office_keys if k.office == office}


def taken(events: list[f.Event], *steps: str) -> Iterator[tuple[int, f.Event, f.Stepped]]:
    """Where in a history these steps were taken."""
    for place, event in enumerate(events):
        if isinstance(event.data, f.Stepped) and event.data.step in steps:
            yield place, event, event.data
