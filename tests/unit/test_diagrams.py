"""Diagrams: DOT, Mermaid and SVG of a track, with the path taken."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest

from tests.properties.world import PROCEDURE
from workflow.engine.procedure import Text
from workflow.histories import diagrams
from workflow.histories.diagrams import CannotDraw, Diagram, Edge, Move, Node

PATH = (
    Move("give_signal", "none", "signalled", 2),
    Move("assess", "signalled", "assessing", 3),
    Move("activate", "assessing", "active", 7),
    Move("reaffirm", "active", "active", 11),
    Move("reaffirm", "active", "active", 12),
    Move("lapse", "active", "handed_back", 20),
)
NASTY = 'a "b" \\n <c> & {d}; #e\\'
SVG = "{http://www.w3.org/2000/svg}"


def _drawn(words: str) -> Diagram:
    label = Text(words, words)
    nodes = (Node("end", label, initial=True), Node("state", label, ends=True))
    return Diagram("note", label, nodes, (Edge("step", label, "end", "state"),))


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("track", list(PROCEDURE.tracks))
def test_a_track_draws_every_state_and_step(track: str, lang: str) -> None:
    """The SVG of a track shows the label of each of its states and of each of its steps."""
    found = ET.fromstring(  # noqa: S314 -- our own drawing
        diagrams.svg(diagrams.track_dot(PROCEDURE, track, lang), track)
    )
    shown = " ".join(" ".join(text.itertext()) for text in found.iter(f"{SVG}text"))
    shown = " ".join(shown.split())
    labels = [state.labels[lang] for state in PROCEDURE.tracks[track].states.values()]
    labels += [step.labels[lang] for step in PROCEDURE.steps.values() if step.track == track]
    assert [label for label in labels if label not in shown] == []


def test_the_path_is_numbered_where_it_went() -> None:
    """Each move of the path puts its number at the edge it took, and only there."""
    found = diagrams.diagram(PROCEDURE, "support_group", PATH)
    numbers = {(edge.step, edge.source): edge.numbers for edge in found.edges if edge.numbers}
    assert numbers == {
        ("give_signal", "none"): (2,),
        ("assess", "signalled"): (3,),
        ("activate", "assessing"): (7,),
        ("reaffirm", "active"): (11, 12),
        ("lapse", "active"): (20,),
    }
    assert [node.name for node in found.nodes if node.now] == ["handed_back"]
    visited = {node.name for node in found.nodes if node.visited}
    assert visited == {"none", "signalled", "assessing", "active", "handed_back"}


def test_the_svg_marks_the_path_by_class() -> None:
    """As many edges are drawn `taken` as the path took, and the last state alone is `now`."""
    dot = diagrams.track_dot(PROCEDURE, "support_group", "en", PATH)
    found = ET.fromstring(diagrams.svg(dot, "title"))  # noqa: S314 -- our own drawing
    classes = [group.get("class", "").split() for group in found.iter(f"{SVG}g")]
    assert sum("taken" in each for each in classes) == 5
    assert sum("now" in each for each in classes) == 1
    assert "11, 12 Reaffirm" in " ".join(" ".join(found.itertext()).split())


def test_the_svg_stands_alone_and_names_itself() -> None:
    """The SVG has a title and description, and no script, style, identifier or reference."""
    dot = diagrams.procedure_dot(PROCEDURE, "nl")
    drawn = diagrams.svg(dot, 'a < b & "c"', "from here → there")
    found = ET.fromstring(drawn)  # noqa: S314 -- our own drawing
    assert found.findtext(f"{SVG}title") == 'a < b & "c"'
    assert found.findtext(f"{SVG}desc") == "from here → there"
    assert found.get("role") == "img"
    attributes = {name for each in found.iter() for name in each.attrib}
    assert not {"id", "style", "href", "{http://www.w3.org/1999/xlink}href"} & attributes
    assert not {f"{SVG}script", f"{SVG}style", f"{SVG}image"} & {each.tag for each in found.iter()}


def test_no_identifier_in_the_drawing_is_a_name_of_the_code() -> None:
    """Titles that Graphviz makes of node names are gone: a reader is shown labels only."""
    drawn = diagrams.svg(diagrams.track_dot(PROCEDURE, "report", "en"), "Report")
    assert drawn.count("<title>") == 1
    assert "member_deciding" not in drawn


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_drawing_again_gives_the_same_bytes(lang: str) -> None:
    """DOT, Mermaid and SVG of the procedure are the same bytes each time."""
    first, again = (
        (
            diagrams.procedure_dot(PROCEDURE, lang),
            diagrams.procedure_mermaid(PROCEDURE, lang),
            diagrams.svg(diagrams.procedure_dot(PROCEDURE, lang), "title"),
        )
        for _ in range(2)
    )
    assert first == again


def test_a_label_cannot_break_out() -> None:
    """Quotes, backslashes, angle brackets and braces in a label are shown as they stand."""
    drawn = diagrams.svg(diagrams.dot([_drawn(NASTY)], "nl"), NASTY)
    found = ET.fromstring(drawn)  # noqa: S314 -- our own drawing
    shown = " ".join(" ".join(text.itertext()) for text in found.iter(f"{SVG}text"))
    assert " ".join(shown.split()).count(NASTY) == 3
    assert "<c>" not in drawn


def test_a_label_cannot_break_mermaid() -> None:
    """In Mermaid nothing but word characters and plain punctuation of a label is left as it is."""
    found = diagrams.mermaid([_drawn(NASTY)], "nl")
    labels = re.findall(r'"([^"\n]*)"|: (.*)$', found, re.MULTILINE)
    for label in ("".join(each) for each in labels):
        assert not set('"<>{}\\') & set(label)
        assert re.sub(r"#(\d+);", lambda code: chr(int(code[1])), label) == NASTY


def test_mermaid_names_no_keyword() -> None:
    """States whose names are Mermaid keywords, such as `end`, get other names there."""
    names = re.findall(r" as (\w+)", diagrams.mermaid([_drawn("x")], "en"))
    assert names == ["s_note_end", "s_note_state"]


def test_mermaid_of_a_procedure_holds_every_track() -> None:
    """A procedure in Mermaid is one composite state for each track, each of which is closed."""
    found = diagrams.procedure_mermaid(PROCEDURE, "en")
    assert len(re.findall(r"^    state .* \{$", found, re.MULTILINE)) == len(PROCEDURE.tracks)
    assert found.count("{\n") == found.count("}\n")


def test_a_step_from_many_states_is_drawn_once() -> None:
    """Closing a report, possible from many states, is one arrow unless the case took it."""
    plain = diagrams.track_dot(PROCEDURE, "report", "en")
    assert plain.count("Close ") == 1
    path = (Move("close", "received", "closed", 1),)
    taken = diagrams.track_dot(PROCEDURE, "report", "en", path)
    assert '"report.received" -> "report.closed" [label="   1  Close' in taken
    others = len(PROCEDURE.steps["close"].sources) - 1
    assert f"from {others} states" in taken


def test_without_the_layout_program_it_says_so(tmp_path: Path) -> None:
    """A missing or failing layout program is one named error."""
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\ncat >/dev/null; echo nothing\n")
    silent.chmod(0o755)
    for program in (tmp_path / "absent", broken, silent):
        with pytest.raises(CannotDraw):
            diagrams.svg(diagrams.track_dot(PROCEDURE, "identity", "en"), "", program=str(program))


def test_a_diagram_is_a_value() -> None:
    """Two pictures of the same path are equal, and one of another path is not."""
    first, again = (diagrams.diagram(PROCEDURE, "support_group", PATH) for _ in range(2))
    assert first == again
    assert first != diagrams.diagram(PROCEDURE, "support_group", PATH[:-1])
    assert msgspec.json.encode(first) == msgspec.json.encode(again)
