"""A procedure as Promela, the language of the model checker SPIN (version 6.5 or later).

One process: it begins with a step that opens a case, where the model has all of those, and then
takes whatever step it can, in any order and for ever. Each turn is one `d_step`, so that a stored
state is a state of the case between two steps. What is brought about by a step happens within it,
in the order of the program. The same procedure gives the same bytes. A property is a line put after
it, over the names that it declares:

    ltl quiet { [] (at_handover == handover_Filed -> at_support_group != support_group_Active) }
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from workflow.engine.procedure import (
    Absent,
    Guard,
    Present,
    Recorded,
    Step,
    TrackIn,
)
from workflow.interchange.skeleton import Skeleton, joined

_HEAD = """\
/* {title}, version {version}: {tracks}.
 *
 * Exact: where these tracks stand, the steps between their states, what a step brings about, and
 * the guards on these tracks, on who takes part, and on the latest answer to a question that has
 * one answer. At each step stands, as `free`, what else has to hold for it: here it may hold or
 * not. So are who takes a step, when the clock does, when what a state rests on falls away, what
 * other cases tell, and what is done on other tracks. What this model cannot do, no case does.
 */
"""


def promela(made: Skeleton) -> str:
    """The skeleton as a Promela model, without a property."""
    procedure = made.procedure
    head = _HEAD.format(
        title=procedure.procedure,
        version=procedure.version.replace("*/", "* /"),
        tracks=", ".join(made.tracks),
    )
    inwards = dict.fromkeys(name for step in made.steps.values() for name in made.emitted(step))
    brought = [_brought(made, name) for name in inwards]
    begun = ["  if", *_turns(made, opening=True), "  fi;"] if made.opens else []
    process = ["init {", *begun, "end:", "  do", *_turns(made), "  od", "}"]
    return "\n".join([head, *_variables(made), "", *brought, *process, ""])


def _variables(made: Skeleton) -> Iterator[str]:
    for track in made.tracks:
        declared = made.procedure.tracks[track]
        states = ", ".join(joined(track, state) for state in declared.states)
        sort = f"mtype:{track.capitalize()}"
        yield f"{sort} = {{ {states} }};"
        yield f"{sort} at_{track} = {joined(track, declared.initial)};"
    for asked in made.remembered:
        values = ", ".join(_said(*asked, value) for value in made.values(*asked))
        sort = f"mtype:{joined('', *asked)[1:]}"
        yield f"{sort} = {{ {values} }};"
        yield f"{sort} {_said(*asked)};  /* 0 while there is no answer */"
    for party in made.parties:
        yield f"bool here_{party};"


def _brought(made: Skeleton, name: str) -> str:
    """What a step brings about happens where its track stands ready, and is passed over else."""
    step = made.steps[name]
    return (
        f"inline bring_{name}() {{\n"
        f"  if\n  :: {_within(step, step.sources)} -> {'; '.join(_effects(made, name))}\n"
        "  :: else\n  fi\n}\n"
    )


def _turns(made: Skeleton, *, opening: bool = False) -> Iterator[str]:
    for name, step in made.steps.items():
        sources = made.sources(name)
        if not sources or (opening and not step.opens):
            continue
        free = made.free(step)
        remark = f"  /* {name}{'; free: ' if free else ''}{', '.join(free)} */"
        conds = " && ".join((_within(step, sources), *map(_cond, made.known(step))))
        for answers in _answers(made, name):
            does = "; ".join((*answers, *_effects(made, name)))
            yield f"  :: d_step {{ {conds} -> {does} }}{remark}"


def _answers(made: Skeleton, name: str) -> Iterable[Sequence[str]]:
    """Each way to answer what is remembered of the step, as assignments."""
    step, asked = made.steps[name], [known for known in made.remembered if known[0] == name]
    each = [
        [
            *(f"{_said(*known)} = {_said(*known, value)}" for value in made.values(*known)),
            *([] if step.asks[known[1]].required else [f"{_said(*known)} = 0"]),
        ]
        for known in asked
    ]
    return product(*each)


def _effects(made: Skeleton, name: str) -> Iterator[str]:
    step = made.steps[name]
    yield f"at_{step.track} = {joined(step.track, step.to)}"
    if step.joins in made.parties:
        yield f"here_{step.joins} = true"
    yield from (f"bring_{emitted}()" for emitted in made.emitted(step))


def _within(step: Step, sources: Iterable[str]) -> str:
    return _any(f"at_{step.track} == {joined(step.track, source)}" for source in sources)


def _cond(guard: Guard) -> str:
    match guard:
        case TrackIn(track, states):
            return _any(f"at_{track} == {joined(track, state)}" for state in states)
        case Recorded(step, field, values):
            return _any(f"{_said(step, field)} == {_said(step, field, value)}" for value in values)
        case Present(party):
            return f"here_{party}"
        case Absent(party):
            return f"!here_{party}"
        case _:
            raise TypeError(f"{guard} is nothing that a machine can know")


def _said(*names: str) -> str:
    return joined("said", *names)


def _any(conds: Iterable[str]) -> str:
    return f"({' || '.join(conds)})"
