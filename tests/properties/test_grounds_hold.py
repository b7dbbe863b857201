"""No state is left standing without its ground, however the ground was lost."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import wandering as w
from tests.properties.scenes import advised, done, lead
from tests.properties.town import MINUTE, RULES, Town
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine import register as r
from workflow.engine.guards import unattended
from workflow.engine.kernel import compile_procedure
from workflow.engine.procedure import canonical, digest

SHAKING = (w.some_step, w.some_step, w.withdraw, w.withdraw, w.recuse, w.term, w.time, w.consent)


def baseless(town: Town) -> list[tuple[str, str, str]]:
    """The states that stand, now that every case was settled, without what they rest on."""
    found = []
    for stream, case in town.cases.items():
        procedure = town.procedure(stream)
        for name, position in case.tracks.items():
            state = procedure.tracks[name].states[position.state]
            if state.rests_on and not unattended(
                procedure, town.register, case, name, state.rests_on, town.now
            ):
                found.append((stream, name, position.state))
    return found


@given(data=st.data())
def test_nothing_stands_without_its_ground(data: st.DataObject) -> None:
    """After every move and the clock, all that each state rests on holds."""
    town = Town()
    lead(data.draw, town, data.draw(st.sampled_from(["invited", "mediating", "listening"])))
    for _ in range(8):
        w.wander(data.draw, town, 1, SHAKING)
        town.wait(MINUTE)
        assert not baseless(town)


def test_a_term_that_is_said_to_have_ended_earlier_takes_the_ground_away() -> None:
    """What the register is told later of a moment before the case's last event counts."""
    town = Town()
    stream = town.open("conduct", "open_report", "reporter", counsellor="noor", ground=("unsaid",))[
        0
    ]
    left = town.now - timedelta(seconds=30)
    advised(town, stream)
    assert town.state(stream, "care") == "in_care"
    ended = r.apply(town.register, f.OfficeEnded("counsellor", "noor", "partij/noord", left))
    town.register = msgspec.structs.replace(ended, latest=town.now + MINUTE)
    town.do(stream, c.Tick(), "olga", wait=2 * MINUTE)
    assert town.state(stream, "care") == "without_counsellor"


def test_a_state_that_never_had_its_ground_is_left_at_once() -> None:
    """A step into a state that rests on a consent it does not bring leads right out of it."""
    conduct = RULES["conduct"].procedure
    step = conduct.steps["propose_mediation"]
    steps = {"propose_mediation": msgspec.structs.replace(step, grants=step.grants[1:])}
    edited = msgspec.structs.replace(conduct, steps={**conduct.steps, **steps})
    rules = compile_procedure(edited, digest(canonical(edited)))
    town = Town(rules={**RULES, "conduct": rules})
    stream = lead_to_decision(town)
    took = town.step(stream, "propose_mediation", "reporter", mediator="mees")
    done(took)
    fell = [e.data for e in took.events[stream] if isinstance(e.data, f.Stepped)]
    assert [step.because for step in fell][-1] == "ground"
    assert town.state(stream, "report") == "member_deciding"


def lead_to_decision(town: Town) -> str:
    """A report about which the member decides."""
    stream, opened = town.open(
        "conduct", "open_report", "reporter", counsellor="noor", ground=("unsaid",)
    )
    done(opened)
    advised(town, stream)
    return stream
