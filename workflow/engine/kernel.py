"""Where a track may go: the state-machine kernel, on `transitions`. Nothing else imports it.

Each track becomes one flat Machine without a model, built once for a procedure. A step is tried by
triggering its event on a throw-away slot that has only a state, so that a stored state is never
reset and one machine serves every case. `transitions` forgives much (unknown sources, doubled
states, two enabled transitions of which the first wins), so only checked procedures come here, and
it is handed only resolved callables: strings in a declaration are never looked up or imported.
"""

from __future__ import annotations

from dataclasses import dataclass

from transitions.core import EventData, Machine, MachineError

from workflow.engine.procedure import Guard, Procedure


@dataclass(slots=True)
class _Slot:
    # `transitions` allows no step the name of this attribute; declared names begin with a letter.
    _state: str
    permitted: bool

    @property
    def state(self) -> str:
        return self._state


def _permitted(event: EventData) -> bool:
    slot = event.model
    return isinstance(slot, _Slot) and slot.permitted


@dataclass(frozen=True)
class Compiled:
    """A procedure with its machines, ready to decide with.

    `resting` are the tracks with a state that can fall, with all that its states rest on.
    """

    procedure: Procedure
    digest: str
    machines: dict[str, Machine]
    resting: dict[str, tuple[Guard, ...]]

    def target(self, step: str, state: str, *, permitted: bool = True) -> str | None:
        """The state `step` leads to from `state`; None where it may not be taken.

        `permitted` is the verdict of all the step's guards together, which are judged outside so
        that a refusal can name every reason: the machine's own conditions stop at the first.
        """
        slot = _Slot(state, permitted)
        try:
            moved = self.machines[self.procedure.steps[step].track].events[step].trigger(slot)
        except MachineError:
            return None
        return slot.state if moved else None


def compile_procedure(procedure: Procedure, digest: str) -> Compiled:
    """Build the machines of a checked procedure; `digest` identifies it in events."""
    machines = {}
    for name, track in procedure.tracks.items():
        transitions = [
            {"trigger": step_name, "source": source, "dest": step.to, "conditions": [_permitted]}
            for step_name, step in procedure.steps.items()
            if step.track == name
            for source in step.sources
        ]
        machines[name] = Machine(
            model=None,
            states=list(track.states),
            transitions=transitions,
            initial=track.initial,
            model_attribute="_state",
            auto_transitions=False,
            send_event=True,
            queued=False,
        )
    grounds = {
        name: tuple(guard for state in track.states.values() for guard in state.rests_on)
        for name, track in procedure.tracks.items()
    }
    resting = {name: guards for name, guards in grounds.items() if guards}
    return Compiled(procedure, digest, machines, resting)
