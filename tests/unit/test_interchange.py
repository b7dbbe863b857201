"""What is exported: the text to the byte, what it says exactly, and the names in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.properties.town import RULES
from workflow.declaring.reading import read, read_offices
from workflow.declaring.schema import NAME
from workflow.engine.procedure import Procedure, Step
from workflow.interchange.pnml import NAMESPACE, pnml
from workflow.interchange.promela import promela
from workflow.interchange.scxml import scxml
from workflow.interchange.skeleton import joined, skeleton

ROOT = Path(__file__).resolve().parents[2]
NORMS_SCXML = """\
<?xml version="1.0" encoding="UTF-8"?>
<scxml xmlns="http://www.w3.org/2005/07/scxml" xmlns:zaak="urn:zaakgang:procedure" version="1.0" \
datamodel="ecmascript" name="norms" zaak:version="1">
  <state id="advice" initial="advice.none">
    <state id="advice.none">
      <transition event="ask" target="advice.asked" zaak:opens="true" \
zaak:who="regional_chair national_chair"/>
      <transition event="advise_unasked" target="advice.given" zaak:opens="true" \
zaak:who="conduct_team"/>
    </state>
    <state id="advice.asked" zaak:within="P2M">
      <transition event="advise" target="advice.given" zaak:who="conduct_team"/>
    </state>
    <state id="advice.given" zaak:within="P6M" zaak:then="put_away">
      <transition event="publish" target="advice.published" zaak:who="conduct_team"/>
      <transition event="put_away" target="advice.filed" zaak:who="clock"/>
    </state>
    <final id="advice.published" zaak:ends="true"/>
    <final id="advice.filed" zaak:ends="true"/>
  </state>
</scxml>
"""
NORMS_PROMELA = """
mtype:Advice = { advice_None, advice_Asked, advice_Given, advice_Published, advice_Filed };
mtype:Advice at_advice = advice_None;

init {
  if
  :: d_step { (at_advice == advice_None) -> at_advice = advice_Asked }  /* ask */
  :: d_step { (at_advice == advice_None) -> at_advice = advice_Given }  /* advise_unasked */
  fi;
end:
  do
  :: d_step { (at_advice == advice_None) -> at_advice = advice_Asked }  /* ask */
  :: d_step { (at_advice == advice_Asked) -> at_advice = advice_Given }  /* advise */
  :: d_step { (at_advice == advice_None) -> at_advice = advice_Given }  /* advise_unasked */
  :: d_step { (at_advice == advice_Given) -> at_advice = advice_Published }  /* publish */
  :: d_step { (at_advice == advice_Given) -> at_advice = advice_Filed }  /* put_away */
  od
}
"""
EVERYTHING = """
from cli import main
import sys
sys.argv = ["zaak", "--lang", "en", "procedure", "export", *sys.argv[1:]]
main()
"""
W3C = "{http://www.w3.org/2005/07/scxml}"
PNML = f"{{{NAMESPACE}}}"
names = st.from_regex(NAME, fullmatch=True)


def _sound() -> Procedure:
    folder = ROOT / "tests" / "faulty_procedures"
    return read(folder / "sound.yaml", read_offices(folder / "offices.yaml"))


def test_scxml_to_the_byte() -> None:
    """The whole of `norms` as SCXML is this text."""
    assert scxml(skeleton(RULES["norms"].procedure)) == NORMS_SCXML


def test_promela_to_the_byte() -> None:
    """The whole of `norms` as Promela is this model, after a remark that says what it covers."""
    head, _, model = promela(skeleton(RULES["norms"].procedure)).partition("*/\n")
    assert model == NORMS_PROMELA
    assert head.startswith("/* norms, version 1: advice.\n")


def test_every_run_writes_the_same() -> None:
    """Two processes that hash otherwise write the same bytes of `conduct` in each form."""
    for form in ("scxml", "promela", "pnml", "mermaid", "dot"):
        texts = {
            subprocess.run(
                [sys.executable, "-c", EVERYTHING, "conduct", "--format", form],
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], "PYTHONHASHSEED": seed},
                capture_output=True,
                check=True,
            ).stdout
            for seed in ("1", "2")
        }
        assert len(texts) == 1, form


@pytest.mark.parametrize("name", list(RULES))
def test_scxml_is_put_together_as_the_w3c_says(name: str) -> None:
    """Identifiers are unique, every target is one, and no final state is left (W3C SCXML 3.7)."""
    root = ET.fromstring(scxml(skeleton(RULES[name].procedure)))  # noqa: S314 -- our own text
    ids = [found for element in root.iter() if (found := element.get("id"))]
    assert len(ids) == len(set(ids))
    assert {one.get("target") for one in root.iter(f"{W3C}transition")} <= set(ids)
    finals = list(root.iter(f"{W3C}final"))
    assert finals
    assert [one.get("id") for one in finals if one.find(f"{W3C}transition") is not None] == []


@pytest.mark.parametrize("name", list(RULES))
def test_the_net_has_every_step_from_every_state(name: str) -> None:
    """A labelled transition leads from each state that a step leaves to where the step goes."""
    rules = RULES[name]
    net = ET.fromstring(pnml(skeleton(rules.procedure)))  # noqa: S314 -- our own text
    ids = [found for element in net.iter() if (found := element.get("id"))]
    assert len(ids) == len(set(ids))
    arcs = [(arc.get("source"), arc.get("target")) for arc in net.iter(f"{PNML}arc")]
    into = {target: source for source, target in arcs}
    out = dict(arcs)
    led = {
        (each.findtext(f"{PNML}name/{PNML}text"), into[each.get("id")], out[each.get("id")])
        for each in net.iter(f"{PNML}transition")
        if each.find(f"{PNML}toolspecific") is None
    }
    assert led == {
        (step, f"{declared.track}.{source}", f"{declared.track}.{rules.target(step, source)}")
        for step, declared in rules.procedure.steps.items()
        for source in declared.sources
    }
    begins = {place.get("id") for place in net.iter(f"{PNML}place") if len(place) > 1}
    assert begins == {f"{one}.{track.initial}" for one, track in rules.procedure.tracks.items()}


def test_what_need_not_be_answered_may_be_left_out() -> None:
    """The model takes a step without the answer that is remembered, where it is not required."""
    procedure = RULES["conduct"].procedure
    weigh = procedure.steps["weigh"]
    asks = {**weigh.asks, "simple": msgspec.structs.replace(weigh.asks["simple"], required=False)}
    steps = {**procedure.steps, "weigh": msgspec.structs.replace(weigh, asks=asks)}
    loose = promela(skeleton(msgspec.structs.replace(procedure, steps=steps)))
    assert loose.count("said_Weigh_Simple = 0;") == 1
    assert promela(skeleton(procedure)).count("said_Weigh_Simple = 0;") == 0


def test_what_a_machine_can_know() -> None:
    """Guards on tracks, on who takes part and on one answer are exact; all others are free."""
    procedure = _sound()
    made = skeleton(procedure)
    assert made.free(procedure.steps["begin"]) == ()
    assert made.free(procedure.steps["advise"]) == (
        "answered", "has_item", "other_person", "outside_branch",
    )  # fmt: skip
    assert made.free(procedure.steps["share"]) == ("packet", "consent")
    assert made.remembered == (("begin", "severity"),)
    assert made.parties == ("reporter",)


def test_what_stands_on_other_tracks_is_free() -> None:
    """Of one track alone, what other tracks tell or bring about comes from outside."""
    procedure = RULES["conduct"].procedure
    whole, alone = skeleton(procedure), skeleton(procedure, ("support_group",))
    signal, back = procedure.steps["give_signal"], procedure.steps["stand_back"]
    assert alone.tracks == ("support_group",)
    assert (whole.free(signal), alone.free(signal)) == (("own_branch",), ("own_branch", "track_in"))
    assert alone.sources("stand_back") == back.sources
    identity = skeleton(procedure, ("identity",))
    assert identity.remembered == ()
    assert (whole.opens, alone.opens) == (True, False)


def test_what_only_a_step_brings_about_comes_from_nowhere_else() -> None:
    """A step that others bring about, or a deadline, is no option of its own elsewhere."""
    made = skeleton(RULES["conduct"].procedure)
    assert made.sources("enter_care") == ()
    assert made.sources("returned") == ()
    assert made.sources("lose_counsellor") == ("in_care",)
    assert made.sources("erase") == ("closed",)
    assert skeleton(RULES["conduct"].procedure, ("care",)).sources("enter_care") == (
        "none", "without_counsellor",
    )  # fmt: skip


def test_no_shipped_step_depends_on_the_order_of_its_consequences() -> None:
    """Of all that one step brings about, at first and second hand, no two are of the same track."""

    def brought(procedure: Procedure, step: Step) -> list[str]:
        steps = [procedure.steps[name] for name in step.emits]
        return [track for one in steps for track in (one.track, *brought(procedure, one))]

    doubled = [
        (name, step_name)
        for name, rules in RULES.items()
        for step_name, step in rules.procedure.steps.items()
        if len(found := brought(rules.procedure, step)) != len(set(found))
    ]
    assert doubled == []


@given(st.lists(names, min_size=1, max_size=3), st.lists(names, min_size=1, max_size=3))
@example(["a_b", "c"], ["a", "b_c"])
@example(["a", "b", "c"], ["a_b", "c"])
def test_no_two_names_are_written_alike(one: list[str], other: list[str]) -> None:
    """Declared names that differ are different as one identifier."""
    assert (joined(*one) == joined(*other)) == (one == other)
