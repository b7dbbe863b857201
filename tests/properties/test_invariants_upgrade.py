"""Going over to another version, through the real command and a real store, and forged in it."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from tests.properties.inquiry import HOME
from tests.properties.test_invariants_versions import Stored
from workflow import resources
from workflow.crypto.keys import load
from workflow.desk.appending import append
from workflow.desk.loading import Loader
from workflow.desk.values import Signer
from workflow.engine import facts as f
from workflow.engine.draft import Draft
from workflow.engine.ledger import decode

OPENING = ("open", "investigation", "--step", "pass_on_message", "--branch", HOME, "--yes")
ASKED = ("--set", "asked_by=board", "--note", "-")
SCREENS = (
    r"who: \[integrity_committee, national_chair, national_vice_chair\]\n(    cites: \[A28, A32\])"
)


@pytest.fixture
def stored(tmp_path: Path) -> Stored:
    """A store with its people in office."""
    return Stored(tmp_path)


def version(stored: Stored, number: str, pattern: str, words: str, more: str = "") -> str:
    """A file with the next version of the investigation, of which one thing is otherwise."""
    states = stored.folder / f"states-{number}"
    shutil.copytree(resources.folder("states"), states)
    file = states / "investigation.yaml"
    text = file.read_text(encoding="utf-8").replace('version: "1"', f'version: "{number}"', 1)
    text, found = re.subn(pattern, words, text, count=1)
    assert found == 1, pattern
    file.write_text(text + more, encoding="utf-8")
    return str(file)


def adopted(stored: Stored) -> tuple[str, str, str]:
    """An open case, and a second version by which only the committee screens; its two digests."""
    case = stored.run("nina", *OPENING, *ASKED, stdin="Toen.")["case"]
    file = version(stored, "2", SCREENS, r"who: [integrity_committee]\n\1")
    before = decode(stored.records(case)[0][0].body).procedure
    assert before is not None
    return case, before, stored.run("saar", "procedure", "adopt", "--quick", file)["digest"]


def test_invariant_32_going_over_is_an_event_and_verifies(stored: Stored) -> None:
    """A case goes on under the newer version from that event on, and all of it verifies (B38)."""
    case, before, after = adopted(stored)
    stored.run("ineke", "case", "migrate", "z-0000-0000-00", exits=1)
    (dry,) = stored.run("nina", "case", "migrate", case, "--dry-run")["cases"]
    assert (dry["verdict"], dry["from"], dry["to"]) == ("moves", before, after)
    assert {decode(r.body).procedure for r in stored.records(case)[0]} == {before}
    stored.run("nina", "case", "migrate", case, "--expect", "99", exits=3)
    once = ("case", "migrate", case, "--to", "2", "--idempotency-key", "k")
    seq = stored.run("nina", *once)["cases"][0]["seq"]
    assert stored.run("nina", *once)["cases"][0]["seq"] == seq, "not a second time"
    events = [decode(record.body) for record in stored.records(case)[0]]
    place = next(n for n, e in enumerate(events) if isinstance(e.data, f.Migrated))
    assert {e.procedure for e in events[: place + 1]} == {before}
    stored.run("nina", "advance", case, "begin_screening", exits=1)
    stored.advance(case, "begin_screening", "ineke")
    assert decode(stored.records(case)[0][-1].body).procedure == after
    stored.run("saar", "audit", "verify")
    assert stored.run("saar", "store", "rebuild")["differed"] == []
    stored.run("saar", "audit", "verify")
    assert stored.run("nina", "show", case)["version"] == "2"


def test_invariant_32_nobody_goes_over_unasked(stored: Stored) -> None:
    """Adopting changes no case; its keeper, who knows of none, brings none over (B38)."""
    case, before, _ = adopted(stored)
    stored.run("saar", "case", "migrate", case, exits=1)
    stored.run("noud", "case", "migrate", case, exits=1)
    assert {decode(r.body).procedure for r in stored.records(case)[0]} == {before}
    assert stored.run("nina", "next", case)["newer"]["version"] == "2"


def test_invariant_32_of_several_each_by_itself(stored: Stored) -> None:
    """One that is refused keeps no other from going over, and the exit code says that one was."""
    case, _, _ = adopted(stored)
    answer = stored.run("nina", "case", "migrate", "z-0000-0000-00", case, exits=1)
    assert [each["goes"] for each in answer["cases"]] == [False, True]
    stored.run("nina", "case", "migrate", case, "z-1", "--expect", "3", exits=2)


ASTRAY = r"(astray:\n.*\n        deadline: \{within: )P30D"
LATER = """
replaces:
  - version: "1"
    states: {copies: {astray: astray}}
"""


def test_whoever_brings_a_case_over_hears_of_no_track_they_do_not_see(stored: Stored) -> None:
    """A term that begins anew on a track is named to those who see the track, and to nobody else.

    The committee has the case in its care, and may not know that a copy of the annex went astray.
    """
    case = stored.run("nina", *OPENING, *ASKED, stdin="Toen.")["case"]
    stored.run(
        "nina", "advance", case, "note_stray_copy", "--note", "-", "--yes", stdin="Er is een."
    )
    file = version(stored, "2", ASTRAY, r"\g<1>P40D", LATER)
    stored.run("saar", "procedure", "adopt", "--quick", file)
    told = {
        who: stored.said(who, "case", "migrate", case, "--dry-run") for who in ("nina", "ineke")
    }
    ways = {
        who: stored.run(who, "case", "migrate", case, "--dry-run")["cases"][0]["verdict"]
        for who in told
    }
    assert ways == {"nina": "moves-by-mapping", "ineke": "moves"}
    assert "Stray copies" in told["nina"]
    assert "Stray copies" not in told["ineke"]
    assert case in told["ineke"], "she could bring it over"


def test_a_diff_names_no_case_to_who_may_not_know(stored: Stored) -> None:
    """Each hears of the cases in their own care; who knows of none hears of none."""
    case, before, after = adopted(stored)
    asked = ("procedure", "diff", before[:12], after[:12])
    own = stored.run("nina", *asked)
    assert [(one["case"], one["verdict"]) for one in own["cases"]] == [(case, "moves")]
    assert own["widens"] == []
    for stranger in ("saar", "noud", "nora"):
        assert stored.run(stranger, *asked)["cases"] == []
    stored.run("nina", "procedure", "diff", "2", "1", exits=2)


def test_invariant_32_a_forged_going_over_is_found(stored: Stored) -> None:
    """Written into the store past the rules, a case that went over to see more does not verify."""
    case, before, _ = adopted(stored)
    more = "    seen_by: [party_leader, investigator"
    file = version(stored, "3", r"    seen_by: \[investigator", more)
    went = stored.run("nina", "procedure", "diff", before[:12], file, exits=1)
    assert "seen-by" in {one["code"] for one in went["widens"]}
    digest = stored.run("saar", "procedure", "adopt", "--quick", file)["digest"]
    refused = stored.run("nina", "case", "migrate", case, exits=1)["refused"]
    assert {reason["code"] for reason in refused["reasons"]} == {"hidden-hindrance"}, "not hers"
    loader, key = Loader(), load(stored.folder / "keys" / "nina")
    with stored.open() as store, store.write() as tx:
        head, found, register = loader.found(tx, case)
        forged = Draft(loader.rules(tx, digest), register, found, b"").add(
            f.Migrated(before, digest, "1"), "nina", "national_chair", stored.now
        )
        append(tx, loader, forged, head, stored.now, Signer("nina", key, "national_chair"), {})
    stored.now += timedelta(minutes=1)
    problems = stored.run("saar", "audit", "verify", exits=4)["problems"]
    assert ("refused", case) in {(one["problem"], one["stream"]) for one in problems}
