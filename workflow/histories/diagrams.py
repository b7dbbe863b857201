"""A track as a picture: its states and steps as DOT, Mermaid or SVG, with the path a case took.

The picture is drawn from the declaration and from the moves an audience may see, never from a case.
The text of every form is the same bytes for the same input. DOT is the language of Graphviz; its
layout, and the SVG 1.1 that comes of it, are made by the program `graphviz-pure`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from workflow.engine.procedure import LINKED, NOBODY, Procedure, Text

LAYOUT = "graphviz-pure"
"""The program that lays DOT out, looked for beside the running Python and then on PATH."""
MANY = 4
"""A step from more states than this is drawn once, where the case did not take it."""
MARKS = 5
"""Of a step that was taken more often than this, the first few times and the last are drawn."""
ROOM = "M"
"""What keeps room in a label for a digit of a mark, or for half of the smallest mark."""
TIMEOUT = 30
"""Seconds after which a layout is given up."""

_WIDTH = 20
_ANYWHERE = Text(nl="uit {count} toestanden", en="from {count} states")
_TOLD = Text(nl="{label} (door een andere zaak)", en="{label} (through another case)")


class CannotDraw(Exception):
    """The layout program is missing or failed; the message says which."""


class Move(msgspec.Struct, frozen=True):
    """One change of a track: the step taken, from which state to which.

    `number` is what the picture writes at its arrow.
    """

    step: str
    source: str
    to: str
    number: int


class Node(msgspec.Struct, frozen=True):
    """A state in a picture. `visited`: the path touches it; `now`: the path ends in it."""

    name: str
    label: Text
    initial: bool = False
    ends: bool = False
    visited: bool = False
    now: bool = False


class Edge(msgspec.Struct, frozen=True):
    """A step from one state to another; `numbers` are those of the moves that took it.

    `itself`: nobody takes it there, it happens by itself.
    """

    step: str
    label: Text
    source: str
    to: str
    numbers: tuple[int, ...] = ()
    itself: bool = False

    @property
    def marks(self) -> tuple[int, ...]:
        """The numbers that are drawn: all of them, or the first few and the last."""
        if len(self.numbers) <= MARKS:
            return self.numbers
        return (*self.numbers[: MARKS - 1], self.numbers[-1])


class Diagram(msgspec.Struct, frozen=True):
    """A track's states and steps, in the order in which they are declared."""

    track: str
    label: Text
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def walked(self) -> bool:
        """Whether there is a path in it."""
        return any(edge.numbers for edge in self.edges)


def diagram(
    procedure: Procedure, track: str, path: Sequence[Move] = (), *, told: bool = True
) -> Diagram:
    """The picture of `track`, with the moves of `path` in it.

    With `told` it says of which steps a case of the same matter tells this one. Whoever sees what
    happened in a case, and not why, gets a picture that does not.
    """
    declared = procedure.tracks[track]
    touched = {move.source for move in path} | {move.to for move in path}
    now = path[-1].to if path else None
    nodes = tuple(
        Node(name, state.labels, name == declared.initial, state.ends, name in touched, name == now)
        for name, state in declared.states.items()
    )
    edges = tuple(
        Edge(
            name,
            _by_another_case(step.labels) if told and LINKED in step.who else step.labels,
            source,
            step.to,
            tuple(move.number for move in path if (move.step, move.source) == (name, source)),
            NOBODY.issuperset(step.who),
        )
        for name, step in procedure.steps.items()
        if step.track == track
        for source in step.sources
    )
    return Diagram(track, declared.labels, nodes, edges)


def _by_another_case(label: Text) -> Text:
    return Text(*(_TOLD[lang].format(label=label[lang]) for lang in ("nl", "en")))


def track_dot(procedure: Procedure, track: str, lang: str, path: Sequence[Move] = ()) -> str:
    """One track as DOT, labelled in `lang` (`nl`, else English)."""
    return dot([diagram(procedure, track, path)], lang)


def procedure_dot(procedure: Procedure, lang: str) -> str:
    """A whole procedure as DOT: one cluster for each track."""
    return dot([diagram(procedure, track) for track in procedure.tracks], lang)


def track_mermaid(procedure: Procedure, track: str, lang: str, path: Sequence[Move] = ()) -> str:
    """One track as a Mermaid state diagram, labelled in `lang`."""
    return mermaid([diagram(procedure, track, path)], lang)


def procedure_mermaid(procedure: Procedure, lang: str) -> str:
    """A whole procedure as one Mermaid state diagram: a composite state for each track."""
    return mermaid([diagram(procedure, track) for track in procedure.tracks], lang)


_DOTTED = ', style="dotted"'


# --- DOT ---------------------------------------------------------------------------------------

_DOT_HEAD = """\
  graph [rankdir=TB, bgcolor="transparent", pad=0.1, nodesep=0.35, ranksep=0.4, \
fontname="Arial", fontsize=13, color="#9aa3ad", style="rounded"]
  node [shape=box, style="rounded,filled", fillcolor="#ffffff", color="#8a94a0", \
fontname="Arial", fontsize=12, margin="0.16,0.09", height=0.4]
  edge [color="#8a94a0", fontname="Arial", fontsize=11, arrowsize=0.7]
"""


def dot(diagrams: Sequence[Diagram], lang: str, *, room: bool = False) -> str:
    """The diagrams as one DOT graph; more than one become clusters.

    Steps that happen by themselves are dotted. Edges that the path took have class `taken`, states
    it touched `visited` and the last `now`, so that a stylesheet can restyle what is drawn. With
    `room`, the numbers of such an edge are left out, a line of ROOM is kept free for each in their
    place, and the edge has class `e` with its place among the edges, for `marking` to find.
    """
    parts = ["digraph zaak {\n", _DOT_HEAD]
    for number, drawn in enumerate(diagrams):
        lines = "".join(f"  {line}\n" for line in _dot_lines(drawn, lang, room=room))
        if len(diagrams) > 1:
            head = f"  subgraph cluster_{number} {{\n  label={_quoted(drawn.label[lang])}\n"
            lines = f"{head}{lines}  }}\n"
        parts.append(lines)
    return "".join([*parts, "}\n"])


def _dot_lines(drawn: Diagram, lang: str, *, room: bool) -> Iterable[str]:
    for node in drawn.nodes:
        yield f"{_id(drawn, node.name)} [{_dot_node(drawn, node, lang)}]"
    for edge in _single(drawn):
        look = _dot_edge(drawn, edge, lang, room=room)
        yield f"{_id(drawn, edge.source)} -> {_id(drawn, edge.to)} [{look}]"
    for step, edges in _collapsed(drawn):
        name = _id(drawn, f"*{step}")
        label = _wrapped(_ANYWHERE[lang].format(count=len(edges)))
        look = 'class="anywhere", shape=plaintext, style="", height=0.2, fontsize=11'
        yield f'{name} [label={label}, {look}, fontcolor="#59636e"]'
        yield f"{name} -> {_id(drawn, edges[0].to)} [{_dot_edge(drawn, edges[0], lang)}]"


def _dot_node(drawn: Diagram, node: Node, lang: str) -> str:
    marks = [
        word
        for word, holds in (
            ("state", True),
            ("ends", node.ends),
            ("visited", node.visited),
            ("now", node.now),
        )
        if holds
    ]
    look = f'label={_wrapped(node.label[lang])}, class="{" ".join(marks)}"'
    if node.ends:
        look += ", peripheries=2"
    if node.now:
        return look + ', fillcolor="#0b5c66", color="#0b5c66", fontcolor="#ffffff", penwidth=2'
    if node.visited:
        return look + ', fillcolor="#dff0f1", color="#0b5c66", penwidth=1.5'
    return look + (', fontcolor="#59636e"' if drawn.walked else "")


def _few(edge: Edge) -> str:
    """The numbers of an edge, the middle ones left out where there are more than MARKS."""
    if len(edge.numbers) <= MARKS:
        return ", ".join(str(number) for number in edge.numbers)
    *first, last = edge.marks
    return f"{', '.join(map(str, first))} … {last} ({len(edge.numbers)}×)"


def _dot_edge(drawn: Diagram, edge: Edge, lang: str, *, room: bool = False) -> str:
    if edge.numbers:
        if room:
            kept = " ".join(ROOM * max(2, len(str(number))) for number in edge.marks)
            label = f'"{kept}\\n{_wrapped(edge.label[lang], pad="   ")[1:]}'
        else:
            label = _wrapped(f"{_few(edge)}  {edge.label[lang]}", pad="   ")
        place = f" e{drawn.edges.index(edge)}" if room else ""
        look = f'class="taken{place}", color="#0b5c66", fontcolor="#0b5c66", penwidth=2.2, weight=4'
        return f"label={label}, {look}{_DOTTED if edge.itself else ''}"
    if drawn.walked:
        return 'class="open", style="dashed", color="#b4bcc4", arrowsize=0.5'
    dotted = _DOTTED if edge.itself else ""
    return f'label={_wrapped(edge.label[lang], pad="   ")}, class="open"{dotted}'


def _single(drawn: Diagram) -> Iterable[Edge]:
    together = {edge for _, edges in _collapsed(drawn) for edge in edges}
    return (edge for edge in drawn.edges if edge not in together)


def _collapsed(drawn: Diagram) -> list[tuple[str, list[Edge]]]:
    """Steps from so many states that drawing each would hide the rest; taken edges stay apart."""
    by_step: dict[str, list[Edge]] = {}
    for edge in drawn.edges:
        if not edge.numbers:
            by_step.setdefault(edge.step, []).append(edge)
    return [(step, edges) for step, edges in by_step.items() if len(edges) > MANY]


def _id(drawn: Diagram, state: str) -> str:
    return _quoted(f"{drawn.track}.{state}")


def _quoted(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _wrapped(words: str, pad: str = "") -> str:
    """Words as a quoted label of short lines; `pad` keeps them clear of the edge they stand at."""
    from textwrap import wrap

    lines = wrap(words, _WIDTH, break_long_words=False) or [""]
    return '"' + "\\n".join(f"{pad}{_quoted(line)[1:-1]}{pad}" for line in lines) + '"'


# --- Mermaid -----------------------------------------------------------------------------------


def mermaid(diagrams: Sequence[Diagram], lang: str) -> str:
    """The diagrams as one Mermaid `stateDiagram-v2`; more than one become composite states."""
    lines = ["stateDiagram-v2"]
    for drawn in diagrams:
        inner = list(_mermaid_lines(drawn, lang))
        if len(diagrams) > 1:
            name = f"t_{_plain(drawn.track)}"
            lines.append(f'    state "{_mermaid_text(drawn.label[lang])}" as {name} {{')
            lines += [f"    {line}" for line in inner]
            lines.append("    }")
        else:
            lines += inner
    nodes = [(node, _mermaid_id(drawn, node)) for drawn in diagrams for node in drawn.nodes]
    marked = {
        "visited": [name for node, name in nodes if node.visited and not node.now],
        "now": [name for node, name in nodes if node.now],
    }
    if marked["now"]:
        lines.append("    classDef visited fill:#dff0f1,stroke:#0b5c66,color:#10292c")
        lines.append("    classDef now fill:#0b5c66,stroke:#0b5c66,color:#ffffff")
        lines += [f"    class {','.join(ids)} {word}" for word, ids in marked.items() if ids]
    return "\n".join(lines) + "\n"


def _mermaid_lines(drawn: Diagram, lang: str) -> Iterable[str]:
    ids = {node.name: _mermaid_id(drawn, node) for node in drawn.nodes}
    for node in drawn.nodes:
        yield f'    state "{_mermaid_text(node.label[lang])}" as {ids[node.name]}'
        if node.initial:
            yield f"    [*] --> {ids[node.name]}"
    for edge in drawn.edges:
        words = _mermaid_text(edge.label[lang])
        label = f"({_few(edge)}) {words}" if edge.numbers else words
        yield f"    {ids[edge.source]} --> {ids[edge.to]}: {label}"
    for node in drawn.nodes:
        if node.ends:
            yield f"    {ids[node.name]} --> [*]"


def _mermaid_id(drawn: Diagram, node: Node) -> str:
    return f"s_{_plain(drawn.track)}_{_plain(node.name)}"


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "_", name)


def _mermaid_text(words: str) -> str:
    """Words in which nothing is Mermaid's own: its entity codes stand for what could be."""
    return re.sub(r"[^\w\s.,()’'/-]", lambda found: f"#{ord(found[0])};", words)


# --- SVG ---------------------------------------------------------------------------------------


def svg(source: str, title: str, description: str = "", *, program: str | None = None) -> str:
    """DOT laid out as one `<svg>` element, fit to stand alone or within a page.

    It names itself with `title` and `description` for who cannot see it, and holds no style
    attribute, script, identifier or reference. Raises CannotDraw.
    """
    drawn = _laid_out(source, program or _layout_program())
    found = re.search(r'<svg width="([\d.]+)pt" height="([\d.]+)pt"\s+viewBox="([^"]+)"', drawn)
    body = re.search(r"<svg[^>]*>(.*)</svg>", drawn, re.DOTALL)
    if found is None or body is None:
        raise CannotDraw(f"{LAYOUT} answered with something that is no SVG")
    width, height, box = found.groups()
    inner = re.sub(
        r"<title>.*?</title>\n?|<!--.*?-->\n?| id=\"[^\"]*\"", "", body[1], flags=re.DOTALL
    )
    inner = inner.replace(' xml:space="preserve"', "")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" height="{height}" '
        f'viewBox="{box}" aria-label="{_xml(title)}">'
        f"<title>{_xml(title)}</title><desc>{_xml(description)}</desc>{inner}</svg>\n"
    )


def _xml(words: str) -> str:
    from xml.sax.saxutils import escape

    return escape(words, {'"': "&quot;"})


def _layout_program() -> str:
    import shutil
    import sysconfig

    found = shutil.which(LAYOUT, path=sysconfig.get_path("scripts")) or shutil.which(LAYOUT)
    if found is None:
        raise CannotDraw(f"the program {LAYOUT} is not installed")
    return found


@lru_cache(maxsize=256)
def _laid_out(source: str, program: str) -> str:
    """DOT as SVG. Cases that went the same way are laid out alike, so each way is drawn once."""
    import subprocess

    try:
        done = subprocess.run(  # noqa: S603 -- the program is our own dependency, its input is data
            [program, "-Tsvg"],
            input=source.encode(),
            capture_output=True,
            check=True,
            timeout=TIMEOUT,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotDraw(f"{LAYOUT} could not draw: {error}") from error
    return done.stdout.decode()
