"""Pairs of worlds that differ only in what some people may not see, in a real store each.

Both begin as copies of one store, and share what is done after that, at the same moments and with
the same chance. Between it, one of them has what the other has not. Who may know of a difference is
said here, from docs/threat-model.md and the `seen_by` of the procedures, and never asked of the
program: `Difference.known_to` are those who may, and everybody else has to be answered alike.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from hypothesis import strategies as st

from tests.properties import matters_play as mp
from tests.properties import town as t
from tests.properties.world import Draw
from workflow.crypto import codes
from workflow.crypto.keys import SigningKey
from workflow.crypto.sealing import SealedItem, seal
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.facts import LookKind
from workflow.engine.looking import Look
from workflow.verbs.doing import Care, retrying

REPORT, SIGNAL, DISPUTE, INQUIRY, NORMS = (
    *("z-meld-2222-aa", "z-sein-3333-aa", "z-gesc-4444-aa", "z-ondz-5555-aa", "z-norm-6666-aa"),
)
HIDDEN = "z-meld-2222-ab"
"""The number of a case that one of the two worlds may lack; nearly the same as that of a report."""
VILLAGE = "partij/noord/dorp"
AGAIN = "once"
"""The idempotency key that everybody happens to choose."""
REGION, BRANCH = "partij/noord", t.BRANCH
HOUR = timedelta(hours=1)
HIDDEN_AT = t.START + timedelta(days=2)
READ_AT = HIDDEN_AT + timedelta(hours=20)
"""When what is hidden happens, and when people look at the earliest, an emergency still open."""


@cache
def code(party: str) -> str:
    """The return code of a party, by the case and their name: `z-…:reporter`."""
    return codes.new_code(lambda n: hashlib.shake_128(party.encode()).digest(n))


@cache
def party_key(party: str) -> SigningKey:
    """The key that belongs to that code."""
    return codes.derive(code(party), party.partition(":")[0])


@cache
def _sealed(name: str, text: str) -> SealedItem:
    return seal(text.encode())


def chance(seed: str) -> Callable[[int], bytes]:
    """The same bytes for the same seed, each time that some are asked."""
    asked = [0]

    def draw(n: int) -> bytes:
        asked[0] += 1
        return hashlib.shake_128(f"{seed} {asked[0]}".encode()).digest(n)

    return draw


class World(mp.Matters):
    """A store in which what is done twice alike comes out the same, to the byte."""

    def sealed(self, name: str, text: str) -> SealedItem:
        """The same bytes for the same text under the same name."""
        return _sealed(name, text)

    def looked(self, stream: str, what: LookKind, who: str) -> None:
        """Somebody looks at a case."""
        self.now += t.MINUTE
        self.desk.look(stream, Look(what), self.signer(stream, who))

    def concerned(self, party: str) -> None:
        """The investigator brings in somebody concerned."""
        key = self.public(f"{INQUIRY}:{party}")
        self.do(INQUIRY, c.Advance("come_forward", joining=key, party=party), "ivo")


# --- what both worlds have ---------------------------------------------------------------------


def _norms(world: World) -> None:
    world.branch = REGION
    world.open(NORMS, "norms", "ask", "rik", "a question")
    world.branch = BRANCH


def _signal(world: World) -> None:
    """A support group at work, and a question about norms."""
    _norms(world)
    world.open(SIGNAL, "conduct", "give_signal", "vera", "a conflict", corners=("board",))
    world.step(SIGNAL, "assess", "rik")
    world.step(SIGNAL, "activate", "rik", helpers=("hanna",), conflict_present=True)


def _deciding(world: World) -> None:
    """The same beside a report in which the member may decide."""
    _signal(world)
    world.advised(REPORT)


def _asked(world: World) -> None:
    """A report under which a support group is at work, and then a question about norms."""
    world.advised(REPORT)
    world.step(REPORT, "ask_for_signal", "reporter", "please signal")
    world.step(REPORT, "give_signal", "vera", "a conflict", corners=("board",))
    world.step(REPORT, "assess", "rik")
    world.step(REPORT, "activate", "rik", helpers=("hanna",), conflict_present=True)
    _norms(world)


def _mediating(world: World) -> None:
    """A report in mediation, and a signal."""
    _deciding(world)
    world.step(REPORT, "propose_mediation", "reporter", "an invitation", mediator="mees")
    world.step(REPORT, "invite_other", "mees", joining="other")
    world.step(REPORT, "accept_mediation", "other")


def _filed(world: World) -> None:
    """A report that was filed with the disputes committee, which hears it, and a signal."""
    _signal(world)
    packet = world.advised(REPORT)
    world.choose(REPORT, "disputes_committee", packet)
    world.step(REPORT, "hand_over", "reporter", into=DISPUTE)
    world.step(DISPUTE, "examine", "dirk")
    world.step(DISPUTE, "admit", "dirk", decision_of_organ=True, own_position=True, in_time=True)
    world.step(DISPUTE, "call_respondent", "dirk", respondent="bo")


def _inquired(world: World) -> None:
    """A report that is investigated, with somebody concerned."""
    _norms(world)
    packet = world.advised(REPORT)
    world.choose(REPORT, "integrity_committee", packet)
    world.step(REPORT, "hand_over_integrity", "reporter", into=INQUIRY)
    world.step(INQUIRY, "begin_screening", "ineke")
    bureau = {"by": "bureau", "investigators": ("ivo",), "readers_fixed": True}
    world.step(INQUIRY, "propose_commission", "nina", **bureau)  # type: ignore[arg-type]
    world.step(INQUIRY, "confirm_commission", "niels")
    world.step(INQUIRY, "start", "ivo", independent=True)
    world.concerned("concerned-k3x9")


BASES: dict[str, Callable[[World], None]] = {
    "signal": _signal,
    "deciding": _deciding,
    "asked": _asked,
    "mediating": _mediating,
    "filed": _filed,
    "inquired": _inquired,
}


# --- who there is --------------------------------------------------------------------------------

REPORTER, OTHER = f"{REPORT}:reporter", f"{REPORT}:other"
APPLICANT, NOTIFIER = f"{DISPUTE}:applicant", f"{INQUIRY}:notifier"
CONCERNED = f"{INQUIRY}:concerned-k3x9"
STRANGER, WRONG_CODE = "stranger", f"{HIDDEN}:nobody"
"""Somebody with a key that is in no register, and somebody with a code that opens nothing."""
PARTIES: dict[str, tuple[str, ...]] = {
    "signal": (),
    "deciding": (REPORTER,),
    "asked": (REPORTER,),
    "mediating": (REPORTER, OTHER),
    "filed": (REPORTER, APPLICANT),
    "inquired": (REPORTER, NOTIFIER, CONCERNED),
}


_OF_SIGNAL = ("vera", "rik", "hanna", "cora")
AWARE: dict[str, tuple[str, ...]] = {
    "signal": (*_OF_SIGNAL, "tess", "ada"),
    "deciding": (*_OF_SIGNAL, "tess", "ada", "noor", REPORTER),
    "asked": (*_OF_SIGNAL, "tess", "ada", "noor", REPORTER),
    "mediating": (*_OF_SIGNAL, "ada", "noor", REPORTER, "mees", OTHER),
    "filed": (*_OF_SIGNAL, "ada", "noor", REPORTER, "dirk", "bo", APPLICANT),
    "inquired": (
        "rik",
        "ada",
        "noor",
        REPORTER,
        "ineke",
        "nina",
        "nora",
        "ivo",
        NOTIFIER,
        CONCERNED,
    ),
}
"""Who knows of some case in a world that began so, and so has most to compare."""


def everybody(base: str) -> tuple[str, ...]:
    """Everyone who may look in a world that began so: people, parties by their code, and others."""
    return (*mp.PEOPLE, *PARTIES[base], STRANGER, WRONG_CODE)


# --- what only one of them has -------------------------------------------------------------------

Play = Callable[[World], None]
CARERS = ("noor", REPORTER, "ada")
"""Who may know what goes on in the report: the counsellor, the member and the auditor."""
CONFLICT = ("vera", "rik", "dora", "hanna", "hugo", "cora", "ada")
"""Who may know of a signal of vera's: she, who receives it, who helps, the contact and auditor."""
BOARD = ("nina", "niels", "nora", "noud")
"""Who may know that there is an investigation: the national board, who commissions it."""
REPORTED = ("deciding", "asked", "mediating", "filed", "inquired")
SIGNALLED = ("signal", "deciding", "mediating", "filed")


class Difference(NamedTuple):
    """What the `busy` world does and the `calm` one does not, or does otherwise; who may know.

    It is in the case `where`; who might notice it soonest are `near`, where that is not all who
    know of anything.
    """

    name: str
    known_to: tuple[str, ...]
    busy: Play
    calm: Play | None = None
    where: str = HIDDEN
    near: tuple[str, ...] = ()

    def onlookers(self, base: str) -> tuple[str, ...]:
        """Those who may not know, the likeliest to notice several times."""
        blind = [one for one in everybody(base) if one not in self.known_to]
        near = self.nearby(base)
        return (*near * max(1, 3 * len(blind) // max(1, len(near))), *blind)

    def nearby(self, base: str) -> tuple[str, ...]:
        """Those who may not know, and would be the first to notice."""
        near = self.near or AWARE[base]
        return tuple(one for one in near if one not in self.known_to)


def _pick(draw: Draw, *among: str) -> str:
    return draw(st.sampled_from(among))


def _another_report(draw: Draw, base: str) -> Difference:
    """A report that the calm world lacks, with what is done in it."""
    counsellor, branch = _pick(draw, "bram", "noor", "xena"), _pick(draw, BRANCH, VILLAGE)
    doings = _some_doings(draw)
    deep = draw(st.booleans())

    def play(world: World) -> None:
        said: dict[str, f.Answer] = {"counsellor": counsellor, "ground": ("threatened",)}
        who = counsellor
        world.branch = branch
        world.open(HIDDEN, "conduct", "open_report", "reporter", "what happened", **said)
        world.branch = BRANCH
        if deep:
            world.step(HIDDEN, "start_listening", who, exception_explained=True)
            world.step(HIDDEN, "weigh", who, severity="light", simple=True)
        for each in doings:
            _DOINGS[each](world, HIDDEN, who)

    return Difference("another report", (counsellor, "ada"), play)


def _another_signal(draw: Draw, base: str) -> Difference:
    """A signal from elsewhere in the region."""
    active = draw(st.booleans())

    def play(world: World) -> None:
        corners: dict[str, f.Answer] = {"corners": ("members",), "involved": ("bo",)}
        world.branch = VILLAGE
        world.open(HIDDEN, "conduct", "give_signal", "zef", "a row", **corners)
        world.branch = BRANCH
        world.step(HIDDEN, "assess", "rik")
        if active:
            world.step(HIDDEN, "activate", "rik", helpers=("hugo",), conflict_present=True)

    return Difference("another signal", ("zef", "rik", "dora", "hugo", "ada"), play)


def _another_dispute(draw: Draw, base: str) -> Difference:
    """A dispute that a member, or an organ, brought to the committee."""
    organ = draw(st.booleans())

    def play(world: World) -> None:
        who, step = ("gijs", "file_as_organ") if organ else ("applicant", "file")
        world.open(HIDDEN, "dispute", step, who, "a request")
        world.step(HIDDEN, "examine", "dirk")

    return Difference("another dispute", ("gijs", "dirk", "ada"), play)


def _another_inquiry(draw: Draw, base: str) -> Difference:
    """A message to the board that somebody's integrity is in doubt."""
    screened = draw(st.booleans())

    def play(world: World) -> None:
        world.open(
            HIDDEN, "investigation", "pass_on_message", "nina", "a message", asked_by="other"
        )
        if screened:
            world.step(HIDDEN, "begin_screening", "ineke")

    return Difference("another inquiry", (*BOARD, "ineke", "ada"), play)


def _another_question(draw: Draw, base: str) -> Difference:
    """A question about norms from the national chair."""

    def play(world: World) -> None:
        world.branch = "partij"
        world.open(HIDDEN, "norms", "ask", "nina", "another question")
        world.branch = BRANCH

    return Difference("another question", ("nina", "tess", "ada"), play)


def _item(world: World, stream: str, who: str) -> None:
    world.add(stream, "conversation", who, "what was said")


def _written(world: World, stream: str, _: str) -> None:
    world.add(stream, "packet", "reporter", "what I wrote")


def _allowed(world: World, stream: str, _: str) -> None:
    world.do(stream, c.GiveConsent("reporter", "police", "help", kind="packet"), "reporter")


def _taken_back(world: World, stream: str, who: str) -> None:
    _allowed(world, stream, who)
    given = next(reversed(world.case(stream).consents))
    world.do(stream, c.WithdrawConsent(given), "reporter")


def _named(world: World, stream: str, _: str) -> None:
    world.step(stream, "tell_name", "reporter", "my name")


def _in_danger(world: World, stream: str, who: str) -> None:
    world.step(
        *(stream, "open_emergency", who, "danger"),
        consent_sought=True,
        no_other_way=True,
        serious_harm=True,
        as_little_as_possible=True,
        recipients=("crisis_service",),
    )


def _kept_out(world: World, stream: str, who: str) -> None:
    world.do(stream, c.Recuse("olga", "close_to_party"), who)
    world.do(stream, c.Recuse("piet", "close_to_party"), who)


def _kept(world: World, stream: str, who: str) -> None:
    world.add(stream, "legal_document", who, "an order")
    world.step(stream, "place_hold", who)


def _read(world: World, stream: str, who: str) -> None:
    item = next(iter(world.case(stream).items))
    world.do(stream, c.Read(item), who)


def _looked(world: World, stream: str, who: str) -> None:
    world.looked(stream, "history", who)


def _once(world: World, stream: str, who: str) -> None:
    box: dict[str, SealedItem] = {}
    adding = c.AddItem(world.item("a note", box), "packet")
    world.now += t.MINUTE
    signer = world.signer(stream, who)
    retry = retrying(Care(idempotency_key=AGAIN), signer.key, "add", {}, b"a note")
    world.desk.perform(stream, adding, signer, box, retry=retry)


def _audited(world: World, stream: str, _: str) -> None:
    world.looked(stream, "history", "ada")


_DOINGS: dict[str, Callable[[World, str, str], None]] = {
    "an item of the counsellor": _item,
    "an item of the member": _written,
    "a consent": _allowed,
    "a consent taken back": _taken_back,
    "the name of the member": _named,
    "an emergency": _in_danger,
    "people kept out": _kept_out,
    "a hold": _kept,
    "a reading": _read,
    "a look of the counsellor": _looked,
    "a look of the auditor": _audited,
    "an idempotency key": _once,
}
"""What can be done in a report beside its course, by the counsellor, the member and the auditor."""


def in_secret(world: World, stream: str, counsellor: str) -> None:
    """All of it, in one report."""
    for do in _DOINGS.values():
        do(world, stream, counsellor)


def in_secret_elsewhere(world: World, counsellor: str) -> None:
    """The same in another report, which is made for it."""
    said: dict[str, f.Answer] = {"counsellor": counsellor, "ground": ("threatened",)}
    world.open(HIDDEN, "conduct", "open_report", "reporter", "what happened", **said)
    in_secret(world, HIDDEN, counsellor)


def _some_doings(draw: Draw) -> list[str]:
    """More often many than few: whatever is hidden is hidden together."""
    left_out = draw(st.sets(st.sampled_from(sorted(_DOINGS)), max_size=len(_DOINGS) - 1))
    return [name for name in sorted(_DOINGS) if name not in left_out]


def doing(draw: Draw, base: str) -> Difference:
    """Things are done in the report, which stays where it is."""
    names = _some_doings(draw)

    def play(world: World) -> None:
        for name in names:
            _DOINGS[name](world, REPORT, "noor")

    near = {"asked": _OF_SIGNAL, "mediating": ("mees", OTHER)}.get(base, ())
    return Difference(", ".join(names), CARERS, play, None, REPORT, near)


def _course(draw: Draw, base: str) -> Difference:
    """The member decides something, and anew, or turns away."""
    name = _pick(draw, "support", "a referral", "listening", "closing")

    def play(world: World) -> None:
        if name == "support":
            world.step(REPORT, "choose_support", "reporter")
        elif name == "a referral":
            world.step(REPORT, "choose_referral", "reporter", target="disputes_committee")
        elif name == "listening":
            world.step(REPORT, "listen_again", "reporter")
        else:
            world.step(REPORT, "close", "reporter")

    return Difference(f"the course: {name}", CARERS, play, None, REPORT)


def _moved_on(draw: Draw, base: str) -> Difference:
    """The report under a signal moves on. Closing ends the consent on which vera reads of it."""
    name = _pick(draw, "decide_anew", "close")
    return Difference(
        f"the course: {name}",
        (*CARERS, "vera") if name == "close" else CARERS,
        lambda w: _nothing(w.step(REPORT, name, "reporter")),
        None,
        *(REPORT, _OF_SIGNAL),
    )


def _other_words(draw: Draw, base: str) -> Difference:
    """In both worlds something is written, and not the same."""
    who = _pick(draw, "reporter", "noor")
    kind = _pick(draw, "conversation", "packet")

    def writing(text: str) -> Play:
        return lambda world: _nothing(world.add(REPORT, kind, who, text))

    one, other = "It was on Monday.", "It was on Tuesday, and it went on until late. " * 9
    near = ("ada", *{"asked": _OF_SIGNAL, "mediating": ("mees", OTHER)}.get(base, ()))
    known = ("noor", REPORTER)
    return Difference("other words", known, writing(other), writing(one), REPORT, near)


def _nothing(_: object) -> None:
    """Nothing, whatever came."""


def _other_ground(draw: Draw, base: str) -> Difference:
    """In both worlds a report is made, on another ground and by another sort of member."""
    grounds = draw(st.permutations(["threatened", "treated_badly", "integrity", "unsaid"]))
    sorts = draw(st.permutations(["member", "former_member", "alderman"]))

    def made(place: int) -> Play:
        said: dict[str, f.Answer] = {
            "counsellor": "bram",
            "ground": (grounds[place],),
            "capacity": sorts[place],
            "experience": ("own", "witness")[place],
        }
        text = f"{said}"

        def play(world: World) -> None:
            world.open(HIDDEN, "conduct", "open_report", "reporter", text, **said)

        return play

    return Difference("another ground", ("bram",), made(0), made(1), HIDDEN, ("ada",))


def _own_look(draw: Draw, base: str) -> Difference:
    """The member looks at their own case."""
    what: LookKind = draw(st.sampled_from(["status", "history"]))
    near = ("noor", "ada", *{"mediating": ("mees", OTHER)}.get(base, ()))
    looking: Play = lambda world: world.looked(REPORT, what, "reporter")  # noqa: E731
    return Difference("the member's look", (REPORTER,), looking, None, REPORT, near)


def _look_at_signal(draw: Draw, base: str) -> Difference:
    """The regional chair looks at a signal."""
    looking: Play = lambda world: world.looked(SIGNAL, "history", "rik")  # noqa: E731
    near = ("vera", "hanna", "cora")
    return Difference("a look", ("rik", "ada"), looking, None, SIGNAL, near)


def _support(draw: Draw, base: str) -> Difference:
    """The support group goes on."""
    stream = REPORT if base == "asked" else SIGNAL
    name = _pick(draw, "advice", "reaffirmed", "resolved")

    def play(world: World) -> None:
        if name == "advice":
            world.step(stream, "advise_chair", "hanna", "our advice")
        elif name == "reaffirmed":
            world.step(stream, "reaffirm", "rik", conflict_present=True)
        else:
            world.step(stream, "advise_chair", "hanna", "our advice")
            world.step(stream, "resolve", "rik", everyone_heard=True)
            world.step(stream, "report_back", "cora", "it is quiet")

    near = ("noor", REPORTER) if base == "asked" else ()
    return Difference(f"the support group: {name}", CONFLICT, play, None, stream, near)


def _mediation(draw: Draw, base: str) -> Difference:
    """Somebody who mediates writes something down for both."""

    def play(world: World) -> None:
        world.add(REPORT, "mediation", "mees", "what was agreed")

    return Difference("the mediation", (*CARERS, "mees", OTHER), play, None, REPORT)


def _defence(draw: Draw, base: str) -> Difference:
    """Whoever answers for the organ writes a defence."""

    def play(world: World) -> None:
        world.step(DISPUTE, "respond", "bo", "our answer")

    known = ("dirk", "ada", APPLICANT, "bo")
    return Difference("a defence", known, play, None, DISPUTE, ("noor", REPORTER))


def _linked(draw: Draw, base: str) -> Difference:
    """The committee says that a signal is about the same conflict."""

    def play(world: World) -> None:
        world.step(DISPUTE, "say_one_matter", "dirk", case=SIGNAL, warned=True)

    known = ("dirk", "ada", *CONFLICT)
    return Difference("a link", known, play, None, DISPUTE, (APPLICANT, "bo"))


def _within_inquiry(name: str, known: tuple[str, ...], play: Play) -> Difference:
    near = ("nina", "niels", "nora", "ineke", "ivo", NOTIFIER, CONCERNED)
    return Difference(name, (*known, "ada"), play, None, INQUIRY, near)


def _forward(draw: Draw, base: str) -> Difference:
    """Somebody else comes forward."""
    return _within_inquiry("another", ("ivo",), lambda world: world.concerned("concerned-p7q2"))


def _fragment(draw: Draw, base: str) -> Difference:
    """The investigator writes a fragment about somebody concerned."""

    def play(world: World) -> None:
        world.add(INQUIRY, "annex", "ivo", "a fragment", ("concerned-k3x9",))

    return _within_inquiry("a fragment", ("ivo", "nina", "niels", CONCERNED), play)


def _stray_copy(draw: Draw, base: str) -> Difference:
    """The board notes that somebody kept a copy."""

    def play(world: World) -> None:
        world.step(INQUIRY, "note_stray_copy", "nina", "she kept one")

    return _within_inquiry("a stray copy", ("nina", "niels"), play)


def _aftercare(draw: Draw, base: str) -> Difference:
    """The board begins conversations with those concerned."""

    def play(world: World) -> None:
        world.step(INQUIRY, "start_conversations", "nina")

    return _within_inquiry("conversations", ("nina", "niels", NOTIFIER, CONCERNED), play)


Kind = Callable[[Draw, str], Difference]
ELSEWHERE: dict[Kind, tuple[str, ...]] = {
    _another_report: tuple(BASES),
    _another_signal: tuple(BASES),
    _another_dispute: tuple(BASES),
    _another_inquiry: tuple(BASES),
    _another_question: tuple(BASES),
    _other_ground: tuple(BASES),
}
"""Differences in a case of their own, and the worlds in which there can be one."""
WITHIN: dict[Kind, tuple[str, ...]] = {
    doing: REPORTED,
    _course: ("deciding",),
    _moved_on: ("asked",),
    _other_words: REPORTED,
    _own_look: REPORTED,
    _look_at_signal: SIGNALLED,
    _support: (*SIGNALLED, "asked"),
    _mediation: ("mediating",),
    _defence: ("filed",),
    _linked: ("filed",),
    _forward: ("inquired",),
    _fragment: ("inquired",),
    _stray_copy: ("inquired",),
    _aftercare: ("inquired",),
}
"""Differences within a case of which others know too, and the worlds in which there are such."""


# --- what both do afterwards ---------------------------------------------------------------------


def _advised(world: World) -> None:
    world.step(NORMS, "advise", "tess", "our advice")


def _reported(world: World) -> None:
    said: dict[str, f.Answer] = {"counsellor": "xena", "ground": ("unsaid",)}
    world.open("z-meld-2222-ba", "conduct", "open_report", "reporter", "something else", **said)


def _signalled(world: World) -> None:
    corners: dict[str, f.Answer] = {"corners": ("members",)}
    world.open("z-sein-3333-ba", "conduct", "give_signal", "gijs", "a conflict", **corners)


LATER: tuple[Play, ...] = (_advised, _reported, _signalled)
"""What people do in both worlds after the difference, each in a case of their own."""


class Worlds:
    """Where worlds are made: each beginning, and each calm world, once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: dict[tuple[str, tuple[int, ...]], Path] = {}

    def calm(self, base: str, later: tuple[int, ...]) -> Path:
        """The store in which only that happened which both worlds have."""
        return self._of(base, later)

    def busy(self, base: str, later: tuple[int, ...], play: Play, number: int) -> Path:
        """The store in which something else happened as well, before what both do."""
        path = self.folder / f"busy-{number}.db"
        shutil.copyfile(self._of(base, ()), path)
        world = World(path, chance("hidden"), party_key, HIDDEN_AT)
        play(world)
        _go_on(world, later)
        return path

    def _of(self, base: str, later: tuple[int, ...]) -> Path:
        key = (base, later)
        if key not in self._made:
            path = self.folder / f"{base}-{'-'.join(map(str, later))}.db"
            if later:
                shutil.copyfile(self._of(base, ()), path)
                world = World(path, chance("hidden"), party_key, t.START)
            else:
                world = World(path, chance(base), party_key)
                BASES[base](world)
            _go_on(world, later)
            self._made[key] = path
        return self._made[key]


def _go_on(world: World, later: tuple[int, ...]) -> None:
    for number in later:
        world.now = HIDDEN_AT + timedelta(hours=6 + number)
        world.chance = chance(f"later {number}")
        LATER[number](world)
    world.store.close()
