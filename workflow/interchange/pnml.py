"""A procedure as a Petri net in PNML (ISO/IEC 15909-2), on which the steps of a case replay.

Each track is a net of its own: a place for each state, and for each step a transition from every
state that it leaves, labelled with the step. The tracks stand side by side, with one token each. A
case may be looked at while it runs, so from every state a silent transition leads to the end of its
track. All that binds tracks together (guards, what steps bring about) is left free.

The final marking, and that a transition is silent, is said as the program ProM does; PNML itself
has no words for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from workflow.interchange.skeleton import Skeleton

NAMESPACE = "http://www.pnml.org/version-2009/grammar/pnml"
TYPE = "http://www.pnml.org/version-2009/grammar/ptnet"
SILENT = '<toolspecific tool="ProM" version="6.4" activity="$invisible$"/>'


def pnml(made: Skeleton) -> str:
    """The skeleton as a PNML document."""
    name = made.procedure.procedure
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<pnml xmlns={quoteattr(NAMESPACE)}>"]
    lines += [f"  <net id={quoteattr(name)} type={quoteattr(TYPE)}>", f"    {_name(name)}"]
    lines += ['    <page id="tracks">']
    lines += [f"      {line}" for track in made.tracks for line in _track(made, track)]
    lines += ["    </page>", "    <finalmarkings>", "      <marking>"]
    lines += [
        f"        <place idref={quoteattr(_end(track))}><text>1</text></place>"
        for track in made.tracks
    ]
    return "\n".join(
        [*lines, "      </marking>", "    </finalmarkings>", "  </net>", "</pnml>", ""]
    )


def _track(made: Skeleton, track: str) -> Iterator[str]:
    declared = made.procedure.tracks[track]
    for state in declared.states:
        begins = state == declared.initial
        token = "<initialMarking><text>1</text></initialMarking>" if begins else ""
        yield f"<place id={quoteattr(f'{track}.{state}')}>{_name(state)}{token}</place>"
    yield f"<place id={quoteattr(_end(track))}>{_name('')}</place>"
    for name, step in made.steps.items():
        for source in step.sources if step.track == track else ():
            # Capitals begin no declared name: a step may be called as a track is.
            at = f"Step.{name}.{source}"
            yield f"<transition id={quoteattr(at)}>{_name(name)}</transition>"
            yield from _arcs(f"{track}.{source}", at, f"{track}.{step.to}")
    for state in declared.states:
        at = f"{_end(track)}.{state}"
        yield f"<transition id={quoteattr(at)}>{_name('')}{SILENT}</transition>"
        yield from _arcs(f"{track}.{state}", at, _end(track))


def _arcs(source: str, transition: str, target: str) -> Iterator[str]:
    for one, other in ((source, transition), (transition, target)):
        ids = f"id={quoteattr(f'{one}--{other}')} source={quoteattr(one)}"
        yield f"<arc {ids} target={quoteattr(other)}/>"


def _end(track: str) -> str:
    """The identifier of the end of a track."""
    return f"End.{track}"


def _name(words: str) -> str:
    return f"<name><text>{words}</text></name>"
