"""What somebody is told who cannot go on: a member without a key, a key that opens nothing."""

import os
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.bureau import Bureau

ROOT = Path(__file__).resolve().parents[2]
PEOPLE: dict[str, tuple[str, ...]] = {
    "noor": ("counsellor",),
    "bram": ("counsellor", "mediator"),
    "daan": ("regional_chair",),
    "ilse": ("branch_chair",),
    "otto": ("auditor",),
}


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    """An association with two counsellors, two chairs and an auditor."""
    return Bureau(tmp_path_factory.mktemp("bureau")).found("noord", PEOPLE)


@pytest.fixture
def bureau(founded: Bureau, tmp_path: Path) -> Bureau:
    """The same, to be changed at will."""
    return founded.copied(tmp_path)


@pytest.fixture
def case(bureau: Bureau) -> tuple[str, str]:
    """A report to noor: its number and return code."""
    words = ("open", "conduct", "--set", "ground=unsaid", "--note", "LICENSE", "--json")
    document = bureau.done("noor", *words).document
    return document["case"], document["code"]


def typed(bureau: Bureau, answers: list[str], *words: str) -> tuple[int, str]:
    """What the real command ends with and shows to a person without a key at a terminal.

    Each answer is typed when it is asked for: what is typed before that, a hidden question drops.
    """
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "workflow", *words],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "ZAAK_STORE": str(bureau.store),
            "ZAAK_LANG": "en",
            "XDG_DATA_HOME": str(bureau.folder / "nobody"),
        },
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown, waiting = b"", iter(answers)
    with suppress(OSError):  # reading a terminal that was left fails
        while part := os.read(ours, 4096):
            shown += part
            if part.endswith(b": ") and (answer := next(waiting, None)) is not None:
                os.write(ours, answer.encode() + b"\n")
    os.close(ours)
    return process.wait(timeout=60), shown.decode()


# --- a member with nothing but a code ------------------------------------------------------------


def test_a_member_at_a_terminal_is_asked_for_the_code(
    costly_guesses: None, bureau: Bureau, case: tuple[str, str]
) -> None:
    """Who has no key and names none is asked for a return code, and again after a slip."""
    number, code = case
    ended, shown = typed(bureau, [code[:-1], code], "show", number)
    assert ended == 0, shown
    assert shown.count("Return code:") == 2
    assert "six groups of four" in shown
    assert "You are here as: the member" in shown
    ended, shown = typed(bureau, [code], "show", number, "--code-file", "-")
    assert (ended, shown.count("Return code:")) == (0, 1)


def test_without_a_key_the_code_is_named(bureau: Bureau, case: tuple[str, str]) -> None:
    """Without a terminal the refusal for want of a key says what to do with a return code."""
    for words in (("show", case[0]), ("list",)):
        went = bureau(None, *words)
        assert went.exit == 5
        assert "--code-file FILE" in went.err


def test_a_wrong_code_leads_in_no_circle(bureau: Bureau, case: tuple[str, str]) -> None:
    """With a code that fits no such case nobody is sent to `zaak list`, which takes no code."""
    other = bureau.done("noor", "open", "conduct", "--set", "ground=unsaid", "--json").document
    wrong = bureau(None, "show", case[0], code=other["code"])
    missing = bureau(None, "show", "z-0000-0000-00", code=other["code"])
    assert wrong == missing
    assert "zaak list" not in wrong.err
    assert "Number and code belong together" in wrong.err


# --- whoever does their part ---------------------------------------------------------------------


def test_who_ends_their_part_sees_that_it_was_done(bureau: Bureau, case: tuple[str, str]) -> None:
    """A mediator who no longer sees the case hears what they did, and what became of the report."""
    number, code = case
    bureau.done("noor", "advance", number, "start_listening", "--set", "exception_explained=yes")
    bureau.done(
        "noor", "advance", number, "weigh", "--set", "severity=light", "--set", "simple=yes"
    )
    bureau.done(
        "noor",
        "advance",
        number,
        "advise",
        "--set",
        "options=mediation,nothing",
        "--note",
        "LICENSE",
    )
    bureau.done("noor", "advance", number, "give_advice")
    proposed = ("--set", "mediator=bram", "--note", "LICENSE", "--evidence", "code", "--yes")
    bureau.done(None, "advance", number, "propose_mediation", *proposed, code=code)
    came = bureau.done("bram", "advance", number, "invite_other", "--yes", "--json").document
    bureau.done(None, "advance", number, "accept_mediation", "--yes", code=came["code"])
    assert f"{number}  noord  Unwanted conduct" in bureau.done("bram", "list").out
    ended = bureau.done(
        "bram", "advance", number, "end_mediation", "--set", "outcome=gestopt", "--note", "LICENSE"
    ).out
    assert "Done: End mediation" in ended
    assert "Added: mediation record (i-" in ended
    assert f"Your part in case {number} is over" in ended
    assert "seq 0" not in ended


def test_opening_for_a_colleague_says_what_is_wrong(bureau: Bureau) -> None:
    """A counsellor who opens a case for another is told that they would have to take it on."""
    words = ("open", "conduct", "--set", "ground=unsaid", "--set", "counsellor=bram")
    went = bureau("noor", *words)
    assert went.exit == 1
    assert "You open this case for Bram" in went.err or "for bram" in went.err
    assert "--set counsellor=noor" in went.err


# --- keys, files and what was there already ------------------------------------------------------


def test_an_item_that_does_not_open_is_named(bureau: Bureau) -> None:
    """What a key does not open is named with its kind and who can, on reading and on sharing."""
    words = ("open", "conduct", "--step", "give_signal", "--set", "corners=board")
    signal = bureau.done("ilse", *words, "--note", "LICENSE", "--yes", "--json").document
    bureau.done("saar", "office", "end", "regional_chair", "daan", "--yes")
    bureau.done("saar", "office", "grant", "regional_chair", "otto")
    went = bureau("otto", "read", signal["case"], signal["item"])
    assert went.exit == 5
    assert f"does not open {signal['item']}: ‘signal’" in went.err
    assert "Who still can: branch chair" in went.err
    shared = ("share", signal["case"], signal["item"], "--to", "regional_chair")
    again = bureau("otto", *shared, "--purpose", "support", "--yes")
    assert again.exit == 5
    assert f"does not open {signal['item']}: ‘signal’" in again.err


def test_an_account_says_when_it_was_made(bureau: Bureau, case: tuple[str, str]) -> None:
    """An account bears its day and its maker, and making it again says that it was there."""
    bureau.now += timedelta(days=366)
    first = bureau.done("otto", "account", "2026", "--publish")
    again = bureau.done("otto", "account", "2026", "--publish")
    assert "Published on 3 March 2027 by Otto." in first.out
    assert again.out == first.out
    assert (first.err, "was there already" in again.err) == ("", True)


def test_a_demonstration_takes_the_place_of_an_earlier_one(bureau: Bureau, tmp_path: Path) -> None:
    """A demonstration replaces one, and says so; a folder with anything else is left alone."""
    into, mine = tmp_path / "demo", tmp_path / "mine"
    played = bureau.done(None, "demo", str(into), "--procedure", "norms")
    assert played.err == ""
    (into / "try.txt").write_text("a try")
    again = bureau.done(None, "demo", str(into), "--procedure", "norms")
    assert "was taken away" in again.err
    assert not (into / "try.txt").exists()
    mine.mkdir()
    (mine / "zaken.db").write_text("not to be lost")
    refused = bureau(None, "demo", str(mine))
    assert refused.exit == 2
    assert "no earlier demonstration" in refused.err
    assert (mine / "zaken.db").read_text() == "not to be lost"


# --- procedures ----------------------------------------------------------------------------------

OWN = """
policy: dijkstad
based_on: conduct
version: "1"
labels: {nl: Luisteren duurt drie weken, en: Listening takes three weeks}
changes:
  tracks:
    report:
      states:
        listening:
          deadline: {within: P21D, cites: [own]}
"""


def test_a_policy_of_ones_own_is_known_by_its_name(bureau: Bureau, tmp_path: Path) -> None:
    """Adopting a policy says what it changes; from then on its name shows and checks it."""
    file = tmp_path / "dijkstad.yaml"
    file.write_text(OWN, encoding="utf-8")
    unknown = bureau("saar", "procedure", "check", "dijkstad")
    assert unknown.exit == 2
    assert "file of your own" in unknown.err
    adopted = bureau.done("saar", "procedure", "adopt", "--quick", str(file), "--branch", "noord")
    assert "Under the policy dijkstad: Listening takes three weeks." in adopted.out
    assert "This takes the place of version 1." in adopted.out
    assert "1+dijkstad.1" in bureau.done("saar", "procedure", "show", "dijkstad").out
    assert "sound" in bureau.done("saar", "procedure", "check", "--quick", "dijkstad").out
    listed = bureau.done("saar", "procedure", "list").out
    (line,) = [line for line in listed.splitlines() if "1+dijkstad.1" in line]
    assert line.endswith("in force in noord")
    assert any(line.startswith("dijkstad  policy on conduct") for line in listed.splitlines())
    again = tmp_path / "again.yaml"
    again.write_text(OWN.replace('"1"', '"2"'), encoding="utf-8")
    bureau.done("saar", "procedure", "adopt", "--quick", str(again), "--branch", "noord")
    listed = bureau.done("saar", "procedure", "list").out
    assert "1+dijkstad.1" in listed
    (line,) = [line for line in listed.splitlines() if "1+dijkstad.1" in line]
    assert line.endswith("replaced by another")
