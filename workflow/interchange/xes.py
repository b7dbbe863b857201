"""The steps of cases as an event log in XES (IEEE 1849-2016), for programs that mine processes.

A case is one trace, in the order of its events; each step that was taken in it is one event. What
an auditor may not see is not in it: no contents, no answers, no person; who acted is said as an
office or a party. What is no step (a consent, a document, a reading) moves no track, and is not
there either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import quoteattr

from workflow.engine import facts as f

EXTENSIONS = {
    "concept": "Concept",
    "time": "Time",
    "lifecycle": "Lifecycle",
    "org": "Organizational",
}
"""The standard extensions that the log uses, by prefix; their URIs end in `PREFIX.xesext`."""
SITE = "http://www.xes-standard.org/"


def xes(cases: Iterable[tuple[str, Sequence[f.Event]]]) -> Iterator[str]:
    """The lines of a log of these cases, each the name of its procedure with its events in order.

    Whoever asks has seen to it that they may know of each case.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<log xes.version="1849.2016" xes.features="" xmlns="{SITE}">\n'
    for prefix, name in EXTENSIONS.items():
        yield f'  <extension name="{name}" prefix="{prefix}" uri="{SITE}{prefix}.xesext"/>\n'
    yield '  <global scope="trace">\n' + _string("concept:name", "", 4) + "  </global>\n"
    yield '  <global scope="event">\n'
    yield _string("concept:name", "", 4) + _string("lifecycle:transition", "complete", 4)
    yield _date("time:timestamp", datetime(1970, 1, 1, tzinfo=UTC), 4) + "  </global>\n"
    yield '  <classifier name="Step" scope="event" keys="concept:name"/>\n'
    yield _string("lifecycle:model", "standard", 2)
    for procedure, events in cases:
        yield from _trace(procedure, events)
    yield "</log>\n"


def _trace(procedure: str, events: Sequence[f.Event]) -> Iterator[str]:
    first = events[0]
    parties = {event.data.party for event in events if isinstance(event.data, f.Joined)}
    yield "  <trace>\n" + _string("concept:name", first.stream, 4)
    yield _string("procedure", procedure, 4)
    yield _string("digest", first.procedure or "", 4)
    for event in events:
        if isinstance(event.data, f.Stepped):
            yield _step(event, event.data, parties)
    yield "  </trace>\n"


def _step(event: f.Event, moved: f.Stepped, parties: set[str]) -> str:
    # Nobody takes a step of the clock, or one that another brought about: who was at the desk then
    # only wrote it down.
    role = event.office or (event.who if event.who in parties else "")
    said = {
        "concept:name": moved.step,
        "lifecycle:transition": "complete",
        "org:role": role if moved.because is None else "",
        "track": moved.track,
        "from": moved.source,
        "to": moved.to,
        "because": moved.because or "",
        "decided_by": moved.decided_by or "",
        "evidence": moved.evidence or "",
    }
    lines = [_string(key, value, 6) for key, value in said.items() if value]
    lines.append(_date("time:timestamp", event.at, 6))
    if event.happened is not None:
        lines.append(_date("happened", event.happened, 6))
    lines.append(f'      <int key="seq" value="{event.seq}"/>\n')
    return "    <event>\n" + "".join(lines) + "    </event>\n"


def _string(key: str, value: str, indent: int) -> str:
    return f"{' ' * indent}<string key={quoteattr(key)} value={quoteattr(value)}/>\n"


def _date(key: str, value: datetime, indent: int) -> str:
    at = value.astimezone(UTC).isoformat(timespec="microseconds")
    return f'{" " * indent}<date key={quoteattr(key)} value="{at}"/>\n'
