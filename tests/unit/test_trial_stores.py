"""A store to try a procedure in, and the clock that is free there and nowhere else."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from tests.unit.bureau import Bureau, Went
from workflow.engine.reasons import BadCommand
from workflow.store import Store
from workflow.verbs.clocks import is_trial, keeper_of_trials, standing, told

LATER = "2027-05-01T10:00"
STATES = Path(__file__).parent.parent.parent / "states"


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    """A bureau that works in a folder of its own, with the trial of `norms` in `trial`."""
    made = Bureau(tmp_path)
    went = tried(made, tmp_path)
    assert went.exit == 0, went
    made.store = tmp_path / "trial" / "zaken.db"
    return made


def tried(bureau: Bureau, folder: Path, *words: str, **environment: str) -> Went:
    """Sets up a small association for `norms` in the folder."""
    return bureau(None, "procedure", "try", "norms", str(folder / "trial"), *words, **environment)


def key(folder: Path, person: str) -> str:
    """Where the key of somebody in the trial is."""
    return str(folder / "trial" / "keys" / person)


def test_everybody_in_the_trial_has_the_offices_that_it_says(
    bureau: Bureau, tmp_path: Path
) -> None:
    """The answer names each person with a key that is theirs and the offices they hold."""
    told_ = msgspec.json.decode(tried(bureau, tmp_path, "--json").out)
    listed = bureau(None, "office", "list", "--all", "--json", "--key", key(tmp_path, "keeper"))
    really = {
        (row["person"], row["office"], row["branch"])
        for row in msgspec.json.decode(listed.out)["offices"]
    }
    said = {
        (row["person"], held["office"], held["branch"])
        for row in told_["persons"]
        for held in row["offices"]
    }
    assert said == really
    for row in told_["persons"]:
        shown = bureau(None, "due", "--json", "--key", row["key"])
        assert shown.exit == 0, row


def test_a_trial_tells_its_own_time(bureau: Bureau, tmp_path: Path) -> None:
    """In a trial what is recorded bears the time that ZAAK_NOW says, in Amsterdam by default."""
    words = ("office", "grant", "registrar", "anouk", "--branch", "noord", "--json")
    went = bureau(None, *words, "--key", key(tmp_path, "keeper"), ZAAK_NOW=LATER)
    assert went.exit == 0, went
    assert msgspec.json.decode(went.out)["from"] == "2027-05-01T08:00:00Z"


@pytest.mark.parametrize("words", [("tick",), ("due",), ("person", "list"), ("office", "list")])
def test_no_real_store_lets_itself_be_told_the_time(words: tuple[str, ...], tmp_path: Path) -> None:
    """Where a store was founded with anybody's own key, ZAAK_NOW is refused and nothing changes."""
    real = Bureau(tmp_path).found("noord", {})
    before = real.events()
    went = real("saar", *words, ZAAK_NOW=LATER)
    assert went.exit == 2
    assert "ZAAK_NOW" in went.err
    assert real.events() == before


def test_a_mark_beside_a_real_store_does_not_make_it_a_trial(
    bureau: Bureau, tmp_path: Path
) -> None:
    """Only the founding counts: in the folder of a trial a real store stays a real one."""
    real = Bureau(tmp_path / "trial")
    real.store = tmp_path / "trial" / "real.db"
    real.found("noord", {})
    with Store.open(str(real.store)) as store:
        assert not is_trial(store)
        with pytest.raises(BadCommand) as caught:
            told(LATER, store)
    assert [reason.code for reason in caught.value.problems] == ["clock-not-free"]


def test_no_real_store_begins_with_the_key_that_everybody_has(
    bureau: Bureau, tmp_path: Path
) -> None:
    """`zaak init` refuses the key of who keeps trials, and makes nothing."""
    mine = tmp_path / "mine"
    shutil.copy(key(tmp_path, "keeper"), mine)
    bureau.store = tmp_path / "real.db"
    went = bureau(None, "init", "--branch", "noord", "--key", str(mine))
    assert went.exit == 2
    assert not bureau.store.exists()


def test_the_trial_is_kept_by_whoever_everybody_can_be(bureau: Bureau, tmp_path: Path) -> None:
    """The key of the keeper is the one of this program, in every trial."""
    public = Path(f"{key(tmp_path, 'keeper')}.pub").read_text(encoding="utf-8")
    assert public.split()[:2] == keeper_of_trials().public.line().split()[:2]
    with Store.open(str(bureau.store)) as store:
        assert is_trial(store)


def test_what_else_is_in_a_folder_stays(tmp_path: Path) -> None:
    """A folder with anything but an earlier trial or demonstration is refused and left alone."""
    (tmp_path / "trial").mkdir()
    letter = tmp_path / "trial" / "letter.txt"
    letter.write_text("of somebody", encoding="utf-8")
    went = tried(Bureau(tmp_path), tmp_path)
    assert went.exit == 2
    assert letter.read_text(encoding="utf-8") == "of somebody"


def test_a_trial_begins_when_it_is_told(tmp_path: Path) -> None:
    """With ZAAK_NOW the small association is set up at that moment."""
    bureau = Bureau(tmp_path)
    went = tried(bureau, tmp_path, ZAAK_NOW="2026-03-02T08:00Z")
    assert went.exit == 0, went
    bureau.store = tmp_path / "trial" / "zaken.db"
    listed = bureau(
        None, "office", "list", "--json", "--key", key(tmp_path, "keeper"), ZAAK_NOW=LATER
    )
    begun = {row["from"] for row in msgspec.json.decode(listed.out)["offices"]}
    assert begun == {"2026-03-02T08:00:00Z"}


def test_a_moment_that_is_none_is_refused(bureau: Bureau, tmp_path: Path) -> None:
    """What ZAAK_NOW says has to be a moment."""
    went = bureau(None, "due", "--key", key(tmp_path, "keeper"), ZAAK_NOW="tomorrow")
    assert went.exit == 2
    assert "tomorrow" in went.err
    assert standing("2026-03-02T08:00Z")() == datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_what_is_not_sound_is_tried_only_when_that_is_asked(tmp_path: Path) -> None:
    """A procedure with something wrong in it is refused, and with --anyway set up all the same."""
    bureau = Bureau(tmp_path)
    text = (STATES / "norms.yaml").read_text(encoding="utf-8")
    nobodys = text.replace("    made_for: [regional_chair, national_chair, members]\n", "")
    assert nobodys != text
    (tmp_path / "norms.yaml").write_text(nobodys, encoding="utf-8")
    (tmp_path / "offices.yaml").write_bytes((STATES / "offices.yaml").read_bytes())
    words = ("procedure", "try", str(tmp_path / "norms.yaml"), str(tmp_path / "trial"))
    refused = bureau(None, *words)
    assert refused.exit == 1
    assert not (tmp_path / "trial").exists()
    assert bureau(None, *words, "--anyway", ZAAK_NOW="2026-03-02T08:00Z").exit == 0
    bureau.store = tmp_path / "trial" / "zaken.db"
    member = key(tmp_path, "anouk")
    opening = ("open", "norms", "--branch", "noord/waterstad", "--note", "-", "--yes")
    on_its_own = bureau(None, *opening, "--key", member, stdin="Een vraag.")
    assert on_its_own.exit == 4, on_its_own
    rehearsed = bureau(None, *opening, "--key", member, stdin="Een vraag.", ZAAK_NOW=LATER)
    assert rehearsed.exit == 0, rehearsed
