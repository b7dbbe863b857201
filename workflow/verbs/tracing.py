"""A way through a case as commands that can be pasted, in a store to try a procedure in.

Every line is a command that runs, or a remark. Case numbers and return codes are taken from what
the commands answer. What another case has to tell cannot be done in this one: from there on the
lines are remarks.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from workflow.verbs.rehearsing import FOLDER, KEYS, STORE, TEXT

if TYPE_CHECKING:
    from workflow.engine import commands as c
    from workflow.engine.facts import Answer
    from workflow.exploring.paths import Way
    from workflow.exploring.replaying import Replay, Scene
    from workflow.exploring.world import World
    from workflow.verbs.session import Session

BEGINS = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""When a trace begins: an invented Monday, so that it is the same whenever it is made."""
ANSWER = f"{FOLDER}/answer.txt"
CASE = r"z-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{2}"
CODE = r"[0-9A-Z]{4}(-[0-9A-Z]{4}){5}"
ITEM = r"i-[0-9a-z]{8}"
CONSENT = r"c-[0-9a-z]{8}"
"""What the names look like that the commands answer with."""


def trace(
    session: Session, world: World, file: str, way: Way, *, anyway: bool = False
) -> tuple[str, ...]:
    """A way as lines for a shell; `file` is the procedure, as a file or by its name.

    `anyway` is for a procedure that the checks reject.
    Where days make something else happen than exploring foresaw, or a move has to come from another
    case, the lines end in a remark that says so.
    """
    from workflow.exploring.replaying import SETTING_UP, OffTheWay, Replay
    from workflow.wording.wording import reason_text

    # Whoever pastes the lines stands in another folder.
    place = str(Path(file).resolve()) if Path(file).is_file() else file
    lines = [f"export ZAAK_LANG={session.lang}"] if session.asked.lang is not None else []
    lines += [
        f"{_at(BEGINS - SETTING_UP)} zaak procedure try {shlex.quote(place)} {FOLDER}"
        + (" --anyway" if anyway else ""),
        f"export ZAAK_STORE={FOLDER}/{STORE}",
    ]
    replay = Replay(world, BEGINS)
    try:
        scenes = replay.play(way)
    except OffTheWay as off:
        return (*lines, _off(session, off.move.name))
    told = _Told(session, world, scenes, replay)
    lines += told.lines()
    last = scenes[-1]
    if last.refused and way.outcomes[-1].refused and len(scenes) == len(way):
        said = (reason_text(reason, session.lang, world.procedure) for reason in last.refused)
        reasons = "; ".join(dict.fromkeys(said))
        refused = session.say("geweigerd", "refused")
        lines.append(f"# {refused}: {' '.join(reasons.split())}")
    elif last.refused or not last.as_expected:
        lines.append(_off(session, last.move.name))
    return tuple(lines)


def _off(session: Session, name: str) -> str:
    return session.say(
        f"# Hier gaat het op echte dagen anders dan bij het doorlopen: {name}.",
        f"# Here real days make it go otherwise than exploring foresaw: {name}.",
    )


class _Told:
    """The scenes of a way, told as lines."""

    def __init__(
        self, session: Session, world: World, scenes: tuple[Scene, ...], replay: Replay
    ) -> None:
        self.session, self.world, self.scenes, self.replay = session, world, scenes, replay
        self._read = {scene.made for scene in scenes if scene.made is not None}
        self._opener = scenes[0]

    def lines(self) -> Iterator[str]:
        """Every line; remarks only from where another case has to do something."""
        mute = False
        for place, scene in enumerate(self.scenes):
            if scene.elsewhere and not mute:
                mute = True
                name = scene.move.name
                yield "# " + self.session.say(
                    f"Vanaf hier is een andere zaak van dezelfde kwestie nodig, voor {name}:",
                    f"From here another case of the same matter is needed, for {name}:",
                )
            for line in self._scene(place, scene):
                yield f"# {line}" if mute else line
        last = self.scenes[-1]
        if last.move.turned:
            # What the register brings about is recorded with whatever happens next in the case.
            opener = self._opener.who
            by_code = self._opener.opened_by_member
            key = f"--code-file {_code_file(opener)}" if by_code else self._key(opener)
            yield self._command(last, "history $case", key)
        witness = None if mute or last.refused else self._witness()
        if witness is not None:
            yield self._command(last, "show $case", witness)

    def _witness(self) -> str | None:
        """How the last of those in the way who may see the case as it ends says who they are."""
        from workflow.desk.loading import may_know

        rules, case, register = self.world.rules, self.replay.case, self.replay.register
        for scene in reversed(self.scenes):
            if case is None or not may_know(rules, case, register, scene.who, self.replay.now):
                continue
            by_code = scene.by_code or scene.who in case.parties
            return f"--code-file {_code_file(scene.who)}" if by_code else self._key(scene.who)
        return None

    def _scene(self, place: int, scene: Scene) -> Iterator[str]:
        from workflow.engine import commands as c

        match scene.command:
            case c.Open(branch=branch, first=first):
                yield from self._opened(place, scene, branch, first)
            case c.Advance() as taken:
                yield from self._advanced(place, scene, taken)
            case c.AddItem(kind=kind, of=of):
                words = ["add $case", f"{FOLDER}/{TEXT}", f"--kind {kind}"]
                words += [f"--of {','.join(map(self._party, of))}"] if of else []
                yield from self._kept(place, scene, words)
            case c.GiveConsent():
                yield self._consent(scene, scene.command)
            case c.WithdrawConsent():
                listed = self._command(scene, "consent list $case", *self._as(scene))
                yield f"consent=$({listed} | grep -oE '{CONSENT}' | sed -n {scene.consent}p)"
                yield self._command(scene, "consent withdraw $case $consent", *self._as(scene))
            case c.Recuse(person=person, ground=ground):
                words = [f"recuse $case {person}", f"--ground {ground}"]
                yield self._command(scene, *words, *self._as(scene))
            case c.Read():
                yield self._command(scene, f"read $case $item{scene.made}", *self._as(scene))
            case c.Tick():
                yield from self._turned(scene)
            case c.Hear(steps=steps):
                yield self.session.say(
                    f"de andere zaak vertelt: {', '.join(steps)}",
                    f"the other case tells: {', '.join(steps)}",
                )

    # --- each sort of command -----------------------------------------------------------------

    def _opened(self, place: int, scene: Scene, branch: str, first: c.Advance) -> Iterator[str]:
        words = [f"open {self.world.procedure.procedure}", f"--step {first.step}"]
        words += [f"--branch {branch}", *self._said(scene, first)]
        yield from self._kept(place, scene, words)
        if not scene.refused:
            yield f"case=$(grep -oEm1 '{CASE}' {ANSWER})"
            yield from self._code(first)

    def _advanced(self, place: int, scene: Scene, taken: c.Advance) -> Iterator[str]:
        words = [f"advance $case {taken.step}", *self._said(scene, taken)]
        yield from self._kept(place, scene, words, joins=taken)
        if not scene.refused:
            yield from self._code(taken)

    def _said(self, scene: Scene, step: c.Advance) -> Iterator[str]:
        for name, answer in step.answers.items():
            yield f"--set {name}={shlex.quote(_typed(answer))}"
        if step.note is not None:
            yield f"--note {FOLDER}/{TEXT}"
        yield from (f"--paper {FOLDER}/{TEXT}" for _ in step.papers)
        if step.said.decided_by is not None and self._decides(scene, step.step):
            yield f"--decided-by {self._party(step.said.decided_by)}"
            yield f"--evidence {step.said.evidence}"
            yield from [f"--statement {FOLDER}/{TEXT}"] if step.said.scan else []
        yield "--yes"

    def _decides(self, scene: Scene, name: str) -> bool:
        """Whether the step is somebody's decision from where its track stands in the scene."""
        from workflow.engine.member import decider

        procedure, case = self.world.procedure, scene.case
        step = procedure.steps[name]
        state = procedure.tracks[step.track].initial if case is None else case.state(step.track)
        return decider(procedure, step, state, case.parties if case else ()) is not None

    def _consent(self, scene: Scene, given: c.GiveConsent) -> str:
        words = ["consent give $case", f"--party {self._party(given.giver)}"]
        words += [f"--to {self._party(given.to)}", f"--purpose {given.purpose}"]
        words += [f"--kind {given.kind}"] if given.kind else []
        words += [f"--until {_moment(given.until)}"] if given.until else []
        return self._command(scene, *words, *self._as(scene))

    def _turned(self, scene: Scene) -> Iterator[str]:
        from workflow.exploring.replaying import names

        if scene.seat is not None:
            seat = scene.seat
            ends = scene.move.name == "end"
            who = names(self.world)[seat.person]
            words = [f"office {'end' if ends else 'grant'} {seat.office} {who}"]
            words += [f"--branch {seat.branch}", *(["--yes"] if ends else [])]
            yield self._command(scene, *words, *self._as(scene))
        elif not scene.move.turned:
            yield self._command(scene, "tick", *self._as(scene))

    # --- what they have in common -------------------------------------------------------------

    def _kept(
        self, place: int, scene: Scene, words: list[str], joins: c.Advance | None = None
    ) -> Iterator[str]:
        """A command of which the answer is kept where something later is named by it."""
        from workflow.engine import commands as c

        party = joins is not None and joins.party is not None
        code = joins is not None and joins.joining is not None
        line = self._command(scene, *words, *self._as(scene), *(["--json"] if party else []))
        named = isinstance(scene.command, c.Open) or place in self._read or party or code
        kept = named and not scene.refused
        yield f"{line} | tee {ANSWER}" if kept else line
        if place in self._read:
            yield f"item{place}=$(grep -oEm1 '{ITEM}' {ANSWER} | head -1)"

    def _code(self, step: c.Advance) -> Iterator[str]:
        """Keeps the return code of a party who joins, and their name where several may."""
        declared = self.world.procedure.steps[step.step]
        if step.party is not None:
            shape = f"{declared.joins}-[0-9a-z]{{4}}"
            yield f"{_variable(step.party)}=$(grep -oE '{shape}' {ANSWER} | head -1)"
        if step.joining is not None:
            yield f"grep -oE '{CODE}' {ANSWER} > {_code_file(step.party or declared.joins or '')}"

    def _command(self, scene: Scene, *words: str) -> str:
        return " ".join((_at(scene.at), "zaak", *words))

    def _as(self, scene: Scene) -> Iterator[str]:
        """Who gives the command, and in which office."""
        from workflow.engine import commands as c

        if scene.opened_by_member:
            yield f"--as {scene.who}"
        elif scene.by_code:
            yield f"--code-file {_code_file(scene.who)}"
        else:
            yield self._key(scene.who)
            if scene.office and isinstance(scene.command, c.Advance | c.AddItem):
                yield f"--as {scene.office}"

    def _key(self, person: str) -> str:
        return f"--key {FOLDER}/{KEYS}/{person}"

    def _party(self, name: str) -> str:
        """A party or recipient, or what holds the name of one of several."""
        several = {party for party in self.world.known["party"] if "-" in party}
        return f"${_variable(name)}" if name in several else name


def _variable(party: str) -> str:
    return party.replace("-", "_")


def _code_file(party: str) -> str:
    return f"{FOLDER}/{party}.code"


def _typed(answer: Answer) -> str:
    match answer:
        case bool():
            return "yes" if answer else "no"
        case tuple():
            return ",".join(answer)
    return str(answer)


def _at(moment: datetime) -> str:
    return f"ZAAK_NOW={_moment(moment)}"


def _moment(moment: datetime) -> str:
    """A moment as it can be typed: to the minute where that is exact, in UTC."""
    exact = "seconds" if moment.second or moment.microsecond else "minutes"
    return moment.replace(tzinfo=None).isoformat(timespec=exact) + "Z"
