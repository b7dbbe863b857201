"""The kernel on `transitions` takes exactly the steps that ten plain lines would take."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from workflow.engine.kernel import Compiled, compile_procedure
from workflow.engine.procedure import Procedure, State, Step, Text, Track

WORDS = Text("woord", "word")
NAMES = st.sampled_from(
    # Names that would mean something to a library which looked strings up, or took attributes.
    ["a", "b", "c", "state", "trigger", "initial", "to_a", "is_a", "may_a", "model", "events"]
)


def stepper(procedure: Procedure, name: str, state: str, permitted: bool) -> str | None:
    """Where a step leads, in plain Python: nowhere unless it begins there and is permitted."""
    step = procedure.steps[name]
    if not permitted or state not in step.sources:
        return None
    return step.to


@st.composite
def procedures(draw: st.DrawFn) -> Procedure:
    """Procedures of one to three tracks, with steps between any of their states."""
    tracks: dict[str, Track] = {}
    steps: dict[str, Step] = {}
    for track in draw(st.lists(NAMES, min_size=1, max_size=3, unique=True)):
        states = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
        among = st.sampled_from(states)
        tracks[track] = Track(WORDS, draw(among), (), {name: State(WORDS) for name in states})
        for name in draw(st.lists(NAMES, min_size=1, max_size=5, unique=True)):
            sources = tuple(draw(st.lists(among, min_size=1, max_size=4, unique=True)))
            steps.setdefault(name, Step(WORDS, track, sources, draw(among), (), ()))
    return Procedure("p", "1", WORDS, {}, {}, {}, {}, {}, {}, tracks, steps)


def compiled(tracks: dict[str, Track], steps: dict[str, Step]) -> Compiled:
    """A procedure of only these tracks and steps, compiled."""
    whole = Procedure("p", "1", WORDS, {}, {}, {}, {}, {}, {}, tracks, steps)
    return compile_procedure(whole, "digest")


@given(procedure=procedures(), data=st.data())
def test_kernel_agrees_with_plain_stepper(procedure: Procedure, data: st.DataObject) -> None:
    """Over any walk through any procedure, machine and plain stepper give the same answers."""
    rules = compile_procedure(procedure, "digest")
    stands = {name: track.initial for name, track in procedure.tracks.items()}
    for _ in range(data.draw(st.integers(1, 12))):
        name = data.draw(st.sampled_from(sorted(procedure.steps)))
        permitted = data.draw(st.sampled_from([True, True, True, False]))
        track = procedure.steps[name].track
        state = stands[track]
        target = rules.target(name, state, permitted=permitted)
        assert target == stepper(procedure, name, state, permitted)
        stands[track] = target or state


@given(procedure=procedures())
def test_every_pair_is_judged_alike(procedure: Procedure) -> None:
    """For every step and every state of its track, machine and plain stepper agree."""
    rules = compile_procedure(procedure, "digest")
    for name, step in procedure.steps.items():
        for state in procedure.tracks[step.track].states:
            for permitted in (True, False):
                expected = stepper(procedure, name, state, permitted)
                assert rules.target(name, state, permitted=permitted) == expected


@given(order=st.permutations(["on", "on", "back", "back", "stay"]))
@example(order=["back", "stay", "on", "on", "back"])
def test_machine_keeps_no_state(order: list[str]) -> None:
    """What was asked of a machine before makes no difference to what it answers next."""
    tracks = {"t": Track(WORDS, "a", (), {"a": State(WORDS), "b": State(WORDS)})}
    steps = {
        "on": Step(WORDS, "t", ("a",), "b", (), ()),
        "back": Step(WORDS, "t", ("b",), "a", (), ()),
        "stay": Step(WORDS, "t", ("a", "b"), "a", (), ()),
    }
    rules = compiled(tracks, steps)
    answers = {(name, state): rules.target(name, state) for name in steps for state in ("a", "b")}
    for name in order:
        for state in ("b", "a"):
            assert rules.target(name, state) == answers[name, state]


def test_step_of_another_track_is_not_taken() -> None:
    """A step moves its own track only, also where another track has a state of the same name."""
    tracks = {
        "one": Track(WORDS, "a", (), {"a": State(WORDS), "b": State(WORDS)}),
        "two": Track(WORDS, "a", (), {"a": State(WORDS), "c": State(WORDS)}),
    }
    steps = {
        "go": Step(WORDS, "one", ("a",), "b", (), ()),
        "leave": Step(WORDS, "two", ("a",), "c", (), ()),
    }
    rules = compiled(tracks, steps)
    assert "leave" not in rules.machines["one"].events
    assert (rules.target("go", "a"), rules.target("leave", "a")) == ("b", "c")


def test_nothing_moves_by_itself() -> None:
    """Beside the declared steps a machine has no event at all, such as the library's own `to_b`."""
    tracks = {"t": Track(WORDS, "a", (), {"a": State(WORDS), "b": State(WORDS)})}
    rules = compiled(tracks, {"go": Step(WORDS, "t", ("a",), "b", (), ())})
    assert set(rules.machines["t"].events) == {"go"}
