"""Law 2 by itself: whose decision a step is, and what proves it, whatever a declaration says."""

from __future__ import annotations

from itertools import chain, combinations, product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import world as w
from workflow.engine.member import decider, evidence_lacks
from workflow.engine.procedure import CLOCK, Evidence

LEVELS: tuple[Evidence, ...] = ("code", "written", "spoken")
CAPACITIES = (None, *w.PROCEDURE.offices, *w.PROCEDURE.parties)


PARTIES = sorted(w.PROCEDURE.parties)
SUFFICES = tuple(chain.from_iterable(combinations(LEVELS, size) for size in range(4)))


@pytest.mark.parametrize("party", PARTIES)
def test_only_evidence_of_the_member_counts(party: str) -> None:
    """A decision counts when the party signs, signed on paper, or told a counsellor; never else."""
    for capacity, said, evidence, suffices, scanned in product(
        CAPACITIES,
        (None, *PARTIES, "counsellor"),
        (None, *LEVELS, "hearsay"),
        SUFFICES,
        (False, True),
    ):
        own = capacity == party and "code" in suffices
        paper = said == party and evidence == "written" and "written" in suffices and scanned
        told = said == party and evidence == "spoken" and "spoken" in suffices
        listened = capacity in ("counsellor", "external_counsellor")
        counts = own or (capacity != party and (paper or (told and listened)))
        lacks = evidence_lacks(party, capacity, said, evidence, suffices, scanned=scanned)
        assert (lacks is None) == counts, (capacity, said, evidence, suffices, scanned)


@given(name=st.sampled_from(sorted(w.PROCEDURE.steps)), to=st.sampled_from(["closed", "listening"]))
def test_no_declaration_takes_the_decision_away(name: str, to: str) -> None:
    """Also where no step declares a decision, leaving `member_deciding` and closing are theirs."""
    step = w.PROCEDURE.steps[name]
    if step.track != "report":
        return
    silent = msgspec.structs.replace(step, decision=None, to=to, assigns={})
    silence = step.who == (CLOCK,) and to == "closed" and step.erases is None
    mine = None if silence else "reporter"
    assert decider(w.PROCEDURE, silent, "member_deciding") == mine
    assert decider(w.PROCEDURE, silent, "supporting") == (mine if to == "closed" else step.erases)
