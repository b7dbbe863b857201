"""Setting up an association with the real command: store, keys, people, offices, procedures."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cli import zaak
from workflow.auditing.verifying import verify_store
from workflow.crypto.keys import KeyTrouble, SigningKey, load
from workflow.crypto.sealing import CannotOpen, seal
from workflow.desk.desk import Desk
from workflow.engine.facts import OfficeKeyed
from workflow.engine.register import STREAM, OfficeKey, Register
from workflow.keyring import open_item_key, pass_on
from workflow.resources import folder
from workflow.store import Store
from workflow.verbs.founding import slug
from workflow.verbs.running import run

ROOT = Path(__file__).resolve().parents[2]
BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Answer(NamedTuple):
    """What a command gave: exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)


class Association:
    """A folder with a store and keys, in which commands are run at a clock that can be set."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self._capsys = home, capsys
        self.where = home / "zaken.db"
        self.now = BEGIN

    def __call__(self, words: str, *more: str, who: str = "anna", **environment: str) -> Answer:
        """Run `zaak` with these words, signed by `who`."""
        self.now += timedelta(seconds=1)
        known = {
            "ZAAK_STORE": str(self.where),
            "ZAAK_KEY": str(self.home / who),
            "ZAAK_LANG": "en",
            "XDG_DATA_HOME": str(self.home),
            **environment,
        }
        self._capsys.readouterr()
        code = run(zaak, [*words.split(), *more], known, lambda: self.now)
        return Answer(code, *self._capsys.readouterr())

    def path(self, name: str) -> str:
        """A file in the folder."""
        return str(self.home / name)

    def key(self, person: str) -> SigningKey:
        """A person's private key."""
        return load(self.home / person)

    def register(self) -> Register:
        """The register as the store has it."""
        with Store.open(str(self.where)) as store:
            return Desk(store, lambda: self.now, os.urandom).register()

    def joins(self, *people: str) -> None:
        """Each makes a key and is entered in the register."""
        for person in people:
            assert self("key new", self.path(person), "--no-passphrase").code == 0
            entered = self("person add", person.title(), "--key", self.path(f"{person}.pub"))
            assert entered.code == 0, entered.err

    def newest(self, office: str, branch: str) -> OfficeKey:
        """The newest generation of an office's key."""
        made = self.register().office_keys
        return [k for k in made if (k.office, k.branch) == (office, branch)][-1]

    def seals(self, office: str, branch: str, item: str) -> None:
        """Seal an item to the office, as a step that shares something does."""
        content = seal(b"een signaal")
        key = self.newest(office, branch)
        with Store.open(str(self.where)) as store, store.write() as tx:
            tx.put_item("z-1", item, content.ciphertext)
            pass_on(tx, "z-1", item, content.key, [key.key])

    def opens(self, person: str, item: str) -> bool:
        """Whether a person's key opens an item, by themself or through an office."""
        register = self.register()
        with Store.open(str(self.where)) as store, store.read() as tx:
            try:
                open_item_key(tx, register, "z-1", item, self.key(person))
            except CannotOpen:
                return False
            return True


@pytest.fixture
def empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Association:
    """A folder without anything."""
    return Association(tmp_path, capsys)


@pytest.fixture
def association(empty: Association) -> Association:
    """A store that Anna founded for the branch `noord`."""
    founded = empty("init --person anna --branch noord --no-passphrase", "--name", "Anna Boersma")
    assert founded.code == 0, founded.err
    return empty


def _rows(path: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(statement).fetchall()


def _damage(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        for statement in statements:
            database.execute(statement)


# --- the store and its founder -------------------------------------------------------------------


def test_an_association_is_set_up(association: Association) -> None:
    """Founder, people and offices entered with the command are what it lists, and all verifies."""
    zaak = association
    zaak.joins("bram", "daan")
    assert zaak("office grant counsellor bram").code == 0
    assert zaak("office grant branch_chair daan --branch noord/duin").code == 0
    listed = zaak("office list --json").json["offices"]
    held = {(row["office"], row["person"], row["branch"]) for row in listed}
    assert held == {
        ("registrar", "anna", "noord"),
        ("counsellor", "bram", "noord"),
        ("branch_chair", "daan", "noord/duin"),
    }
    persons = zaak("person list --json").json["persons"]
    assert [row["person"] for row in persons] == ["anna", "bram", "daan"]
    assert persons[0]["name"] == "Anna Boersma"
    with Store.open(str(zaak.where)) as store:
        report = verify_store(store)
    assert report.problems == ()


def test_the_founder_adopts_what_is_shipped(association: Association) -> None:
    """After init every shipped procedure is adopted, and its text is in the store."""
    shipped = {path.stem for path in folder("states").glob("*.yaml")}
    shipped -= {"offices", "rules"}
    register = association.register()
    assert {version.procedure for version in register.adopted} == shipped
    with Store.open(str(association.where)) as store, store.read() as tx:
        assert all(tx.procedure(version.digest) for version in register.adopted)


def test_a_store_is_founded_once(association: Association) -> None:
    """A second init is refused with exit 5, changes no byte, and leaves no key behind."""
    before = association.where.read_bytes()
    again = association("init --branch noord --no-passphrase --json", who="bram")
    assert again.code == 5
    assert again.json["error"]["code"] == "store-exists"
    assert association.where.read_bytes() == before
    assert not (association.home / "bram").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("init --person 9 --branch noord --no-passphrase", 2),
        ("init --person anna --no-passphrase", 2),
        ("init --branch Noord! --no-passphrase", 2),
        ("init --person anna --branch noord", 5),
    ],
)
def test_a_beginning_that_fails_leaves_nothing(empty: Association, words: str, code: int) -> None:
    """Where init fails, at its words or at the key, no store and no new key is left."""
    broken = empty.home / "broken"
    broken.write_text("this is no key")
    broken.chmod(0o600)
    assert empty(words, who="broken" if code == 5 else "anna").code == code
    assert [path.name for path in empty.home.iterdir()] == ["broken"]


def test_a_machine_that_fails_leaves_nothing(empty: Association) -> None:
    """Where the machine fails after key and store were made, both are taken away again."""
    moments = iter([BEGIN])

    def clock() -> datetime:
        return next(moments)

    known = {"ZAAK_STORE": str(empty.where), "ZAAK_KEY": empty.path("anna")}
    words = ["init", "--person", "anna", "--branch", "noord", "--no-passphrase"]
    assert run(zaak, words, known, clock) == 70
    assert list(empty.home.iterdir()) == []


def test_an_own_key_is_used(empty: Association) -> None:
    """Where the founder has a key, init uses it and makes no other."""
    assert empty("key new --no-passphrase").code == 0
    public = empty.key("anna").public
    founded = empty("init --person anna --name Anna --branch noord --json").json
    assert founded["key_made"] is False
    assert founded["fingerprint"] == public.fingerprint
    assert empty.register().persons["anna"].key == public.line()


def test_the_command_itself_runs(tmp_path: Path) -> None:
    """The program as it is started sets up a store in its default place, readable by the owner."""
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "ZAAK_LANG": "nl"}
    for name in ("ZAAK_STORE", "ZAAK_KEY", "ZAAK_KEY_PASSPHRASE"):
        environment.pop(name, None)
    done = subprocess.run(
        [
            sys.executable,
            str(ROOT / "cli.py"),
            "init",
            "--name",
            "Ötto de Wit",
            "--branch",
            "noord",
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    assert "otto-de-wit" in done.stdout
    assert "geen wachtzin" in done.stderr
    files = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "zaakgang").iterdir()}
    assert files == {"zaken.db": 0o600, "key": 0o600, "key.pub": 0o644}


@pytest.mark.parametrize(
    ("name", "made"),
    [("Anna de Vríes", "anna-de-vries"), ("  Jo  ", "jo"), ("Ś", "s"), ("李", "")],
)
def test_names_become_register_names(name: str, made: str) -> None:
    """A full name becomes lower-case letters, digits and hyphens, as far as it has any."""
    assert slug(name) == made


# --- keys ----------------------------------------------------------------------------------------


def test_a_passphrase_protects_a_key(empty: Association) -> None:
    """A key made with ZAAK_KEY_PASSPHRASE opens with that passphrase and with no other."""
    made = empty("key new --json", ZAAK_KEY_PASSPHRASE="zeven schapen")
    assert made.code == 0
    opened = load(empty.home / "anna", lambda: "zeven schapen")
    assert opened.public.fingerprint == made.json["fingerprint"]
    with pytest.raises(KeyTrouble):
        load(empty.home / "anna", lambda: "acht schapen")


def test_a_key_is_never_overwritten(empty: Association) -> None:
    """Making a key where a file is, private or public, ends with exit 5 and changes no file."""
    (empty.home / "anna.pub").write_text("older")
    assert empty("key new --no-passphrase").code == 5
    assert (empty.home / "anna.pub").read_text() == "older"
    assert not (empty.home / "anna").exists()


def test_a_public_line_is_shown_without_the_passphrase(empty: Association) -> None:
    """The public half of a key is shown without its passphrase, and never the private half."""
    empty("key new", ZAAK_KEY_PASSPHRASE="zeven schapen")
    shown = empty("key show --json").json
    assert shown["public"] == (empty.home / "anna.pub").read_text().strip()
    assert "PRIVATE" not in empty("key show").out


# --- people --------------------------------------------------------------------------------------


def test_only_the_keeper_enters_people(association: Association) -> None:
    """Somebody who does not keep the register cannot enter anyone, and is told who can."""
    association.joins("bram")
    association("key new", association.path("mol"), "--no-passphrase")
    refused = association("person add Mol --json --key", association.path("mol.pub"), who="bram")
    assert refused.code == 1
    (reason,) = refused.json["refused"]["reasons"]
    assert reason["code"] == "not-registrar"
    assert "mol" not in association.register().persons


def test_a_key_stands_for_one_person(association: Association) -> None:
    """The key of somebody in the register is refused for anyone else."""
    association.joins("bram")
    refused = association("person add Dubbel --json --key", association.path("bram.pub"))
    assert refused.code == 1
    assert refused.json["refused"]["reasons"][0]["code"] == "key-known"


def test_a_private_key_is_not_entered(association: Association) -> None:
    """Given somebody's private file, the register takes nothing and says what to ask for."""
    association("key new", association.path("bram"), "--no-passphrase")
    refused = association("person add Bram --json --key", association.path("bram"))
    assert refused.code == 2
    assert refused.json["error"]["code"] == "key-secret"
    assert ".pub" in refused.json["error"]["reasons"][0]["way_out"]
    assert list(association.register().persons) == ["anna"]


def test_a_public_half_does_not_sign(association: Association) -> None:
    """A .pub file as one's own key exits 5 and is said to be the public half."""
    signed = association("person list --json --key", association.path("anna.pub"), who="bram")
    shown = association("list --json --key", association.path("anna.pub"))
    assert signed.code == 0
    assert (shown.code, shown.json["error"]["code"]) == (5, "key-public")


def test_a_branch_is_not_made_up(empty: Association) -> None:
    """Without a terminal, init without a branch exits 2 with an example and makes nothing."""
    wrong = empty("init --person anna")
    assert wrong.code == 2
    assert "zaak init --branch noord" in wrong.err
    assert list(empty.home.iterdir()) == []


def test_a_day_is_said_as_the_last_one(association: Association) -> None:
    """An end at midnight is said as the day before, and an office ended now as no longer held."""
    association.joins("bram")
    granted = association("office grant auditor bram --until 2026-03-29 --lang nl").out
    assert "t/m 29 maart 2026" in granted
    assert "until and including 29 March 2026" in association("office list").out
    ended = association("office end auditor bram --lang nl").out
    assert "Bram is vanaf nu geen" in ended


def test_another_address_is_no_store(association: Association) -> None:
    """A URL of another database exits 2, says which will do, and repeats no password."""
    went = association("store info --store mysql://ik:geheim@hier/zaken")
    assert went.code == 2
    assert "postgresql://" in went.err
    assert "geheim" not in went.err


# --- offices -------------------------------------------------------------------------------------


def test_days_are_days_in_amsterdam(association: Association) -> None:
    """A term from one day until another runs from its first Dutch midnight to the last's end."""
    association.joins("bram")
    granted = association(
        "office grant auditor bram --from 2026-03-28 --until 2026-03-29 --json"
    ).json
    assert granted["from"] == "2026-03-27T23:00:00Z"
    assert granted["until"] == "2026-03-29T22:00:00Z"


def test_an_office_ends_on_its_last_day(association: Association) -> None:
    """With --on an office lasts until the end of that day; without it, until now."""
    association.joins("bram")
    association("office grant auditor bram")
    association("office grant counsellor bram")
    later = association("office end auditor bram --on 2026-03-31 --json").json
    assert later["until"] == "2026-03-31T22:00:00Z"
    assert association("office end counsellor bram", who="bram").code == 0
    running = association("office list --json").json["offices"]
    assert {row["office"] for row in running} == {"registrar", "auditor"}
    every = association("office list --all --json").json["offices"]
    assert {row["office"]: row["now"] for row in every}["counsellor"] is False


def test_unknown_words_are_said_at_once(association: Association) -> None:
    """A grant with a wrong office, person and branch names all three, and grants nothing."""
    wrong = association("office grant koning piet --branch noord/Duin --json")
    assert wrong.code == 2
    codes = {reason["code"] for reason in wrong.json["error"]["reasons"]}
    assert codes == {"unknown-office", "unknown-person", "bad-branch"}


def test_a_predecessor_opens_nothing_written_afterwards(association: Association) -> None:
    """Who left an office opens neither later items nor, once handed over, the earlier ones."""
    zaak = association
    zaak.joins("daan", "ilse")
    assert zaak("office grant regional_chair daan").code == 0
    zaak.seals("regional_chair", "noord", "early")
    assert zaak.opens("daan", "early")
    assert not zaak.opens("anna", "early")

    granted = zaak("office grant regional_chair ilse --json").json["office_key"]
    assert granted["renewed"] is True
    assert granted["older_with"] == {"ilse": ["daan"]}
    zaak.seals("regional_chair", "noord", "between")
    assert zaak.opens("daan", "between")
    assert zaak.opens("ilse", "between")
    assert not zaak.opens("ilse", "early")

    newest = zaak.newest("regional_chair", "noord")
    shared = zaak("office share-key regional_chair --json", who="daan").json["office_key"]
    assert shared == {
        "renewed": False,
        "given_to": ["ilse"],
        "taken_from": [],
        "older_with": {},
        "closed": 0,
    }
    assert zaak.opens("ilse", "early")
    assert zaak.newest("regional_chair", "noord") == newest

    ended = zaak("office end regional_chair daan --json").json["office_key"]
    assert ended["renewed"] is True
    assert ended["taken_from"] == ["daan"]
    zaak.seals("regional_chair", "noord", "late")
    assert [item for item in ("early", "between", "late") if zaak.opens("daan", item)] == []
    assert all(zaak.opens("ilse", item) for item in ("early", "between", "late"))
    assert not zaak.opens("anna", "late")


def test_a_holder_who_grants_passes_the_key_on(association: Association) -> None:
    """A granter who holds the office passes on its key, and with it everything sealed before."""
    zaak = association
    zaak.joins("ilse")
    zaak("office grant disputes_committee anna")
    zaak.seals("disputes_committee", "noord", "early")
    granted = zaak("office grant disputes_committee ilse --json").json["office_key"]
    assert granted == {
        "renewed": False,
        "given_to": ["ilse"],
        "taken_from": [],
        "older_with": {},
        "closed": 0,
    }
    assert zaak.opens("ilse", "early")


def test_a_term_that_ran_out_is_noticed(association: Association) -> None:
    """Once a term ran out the successor gets a new key; the predecessor can hand over the old."""
    zaak = association
    zaak.joins("daan", "ilse")
    zaak("office grant regional_chair daan --until 2026-03-31")
    zaak.seals("regional_chair", "noord", "early")
    zaak.now = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
    granted = zaak("office grant regional_chair ilse --json").json["office_key"]
    assert granted["older_with"] == {"ilse": ["daan"]}
    zaak.seals("regional_chair", "noord", "late")
    assert not zaak.opens("daan", "late")
    handed = zaak("office share-key regional_chair --json", who="daan").json["office_key"]
    assert handed["given_to"] == ["ilse"]
    assert handed["taken_from"] == ["daan"]
    assert zaak.opens("ilse", "early")
    assert not zaak.opens("daan", "early")


def test_the_last_key_is_not_lost_by_accident(association: Association) -> None:
    """Ending the office of its only holder is refused without --yes, and changes nothing."""
    zaak = association
    zaak.joins("daan")
    zaak("office grant regional_chair daan")
    zaak.seals("regional_chair", "noord", "early")
    refused = zaak("office end regional_chair daan --json")
    assert refused.code == 1
    codes = [reason["code"] for reason in refused.json["refused"]["reasons"]]
    assert codes == ["keys-lost", "not-confirmed"]
    assert "cannot be opened by anyone" in zaak("office end regional_chair daan").err
    assert zaak.opens("daan", "early")
    ended = zaak("office end regional_chair daan --yes")
    assert ended.code == 0
    assert "a key of this office is no more" in ended.out
    assert not zaak.opens("daan", "early")
    zaak.joins("ilse")
    granted = zaak("office grant regional_chair ilse")
    assert "nobody in this office can open any more" in granted.out
    assert zaak("office grant auditor ilse --json").json["office_key"] is None


def test_strangers_pass_on_no_keys(association: Association) -> None:
    """Somebody without the office, its keys or the register cannot touch its keys."""
    zaak = association
    zaak.joins("bram", "daan")
    zaak("office grant regional_chair daan")
    before = zaak.register().seq
    refused = zaak("office share-key regional_chair --json", who="bram")
    assert refused.code == 1
    assert refused.json["refused"]["reasons"][0]["code"] == "not-yours"
    assert zaak.register().seq == before


def test_the_history_names_who_can_open_an_office_key(association: Association) -> None:
    """The readers that the newest events name are the readers that sealed copies exist for."""
    zaak = association
    zaak.joins("daan", "ilse")
    zaak("office grant regional_chair daan")
    zaak("office grant regional_chair ilse")
    zaak("office share-key regional_chair", who="daan")
    zaak("office end regional_chair daan")
    recorded: dict[str, set[str]] = {}
    with Store.open(str(zaak.where)) as store:
        assert verify_store(store).problems == ()
        with store.read() as tx:
            for event in Desk(store, lambda: zaak.now, os.urandom).history(tx, STREAM):
                if isinstance(event.data, OfficeKeyed):
                    recorded[event.data.item] = set(event.data.readers)
            stored = {item: set(tx.keys(STREAM, item)) for item in recorded}
    assert len(recorded) == 3
    assert recorded == stored


# --- procedures ----------------------------------------------------------------------------------


def test_shipped_procedures_need_no_store(empty: Association) -> None:
    """Without a store the shipped procedures are listed and shown, in either language."""
    listed = empty("procedure list --json").json["procedures"]
    assert {(row["procedure"], row["adopted"]) for row in listed} == {
        ("conduct", False),
        ("dispute", False),
        ("investigation", False),
        ("norms", False),
    }
    shown = empty("procedure show omgang --lang nl").out
    assert "Levensgevaar (open)" in shown
    assert "partijvoorzitter of vicevoorzitter is" in shown
    assert "national_" not in shown
    assert "termijn: 24 uur; daarna vanzelf: ‘Noodopening verlopen’ [B19, Q5]" in shown
    assert "‘Mediator’ is someone else than confidential counsellor" in (
        empty("procedure show conduct").out
    )


def test_a_faulty_procedure_is_pointed_out(empty: Association) -> None:
    """A mistake in a file is named with its line, exit 1, and the procedure is not adopted."""
    text = (folder("states") / "conduct.yaml").read_text(encoding="utf-8")
    faulty = empty.home / "eigen.yaml"
    faulty.write_text(text.replace("initial: sealed", "initial: seeled"), encoding="utf-8")
    line = text[: text.index("initial: sealed")].count("\n") + 1
    checked = empty("procedure check --json", str(faulty))
    assert checked.code == 1
    found = checked.json
    assert found["ok"] is False
    assert (found["explored"], found["exhaustive"]) == (0, False)
    assert any(problem["line"] == line for problem in found["problems"])
    empty("init --person anna --branch noord --no-passphrase")
    before = empty.register()
    refused = empty("procedure adopt --json", str(faulty))
    assert refused.code == 1
    assert refused.json["refused"]["reasons"][0]["code"] == "procedure-unsound"
    assert empty.register() == before


def test_a_sound_procedure_checks(empty: Association) -> None:
    """The longest shipped procedure checks without problems, and says how much was explored."""
    by_name = empty("procedure check conduct --json")
    assert by_name.code == 0
    assert by_name.json["problems"] == []
    assert by_name.json["states"] > 0
    assert by_name.json["explored"] > 0
    assert by_name.json["exhaustive"]


@pytest.mark.parametrize("name", ["conduct", "dispute", "investigation", "norms"])
def test_a_procedure_is_the_same_by_name_and_by_file(empty: Association, name: str) -> None:
    """Every shipped procedure says nothing wrong, and the same by its name and by its file."""
    by_name = empty(f"procedure check {name} --json --quick")
    assert (by_name.code, by_name.json["problems"]) == (0, [])
    path = str(folder("states") / f"{name}.yaml")
    assert empty("procedure check --json --quick", path).json == by_name.json


def test_a_new_version_is_adopted_beside_the_old(association: Association) -> None:
    """A changed procedure becomes the newest version, and the same one is refused as known."""
    text = (folder("states") / "conduct.yaml").read_text(encoding="utf-8")
    changed = association.home / "conduct.yaml"
    changed.write_text(text.replace('version: "1"', 'version: "2"'), encoding="utf-8")
    assert association("procedure adopt --quick", str(changed)).code == 0
    register = association.register()
    versions = [v.version for v in register.adopted if v.procedure == "conduct"]
    assert versions == ["1", "2"]
    assert association("procedure adopt", str(changed)).code == 1
    shown = association("procedure show conduct --json").json
    assert shown["version"] == "2"
    for said in ("procedure show conduct", "procedure list"):
        assert f"version 2 ({shown['digest'][:12]})" in association(said).out


BROKEN = """\
invariants:
  never_published:
    labels: {nl: Er wordt niets bekendgemaakt, en: Nothing is made public}
    cites: [own]
    never:
      - {guard: track_in, track: advice, states: [published]}
"""
"""A promise that the norms procedure does not keep."""


def test_what_exploring_finds_is_not_adopted(association: Association) -> None:
    """A promise that does not hold is refused as the check says it, and adopted with --quick."""
    text = (folder("states") / "norms.yaml").read_text(encoding="utf-8")
    broken = association.home / "norms.yaml"
    text = text.replace('version: "1"', 'version: "2"').partition("\ninvariants:")[0]
    broken.write_text(f"{text}\n{BROKEN}", encoding="utf-8")
    (problem,) = association("procedure check --json", str(broken)).json["problems"]
    assert problem["code"] == "invariant-broken"
    before = association.register().adopted
    refused = association("procedure adopt --json", str(broken))
    assert refused.code == 1
    reasons = refused.json["refused"]["reasons"]
    assert [reason["code"] for reason in reasons] == ["procedure-unsound", "explored-wrong"]
    assert reasons[0]["text"] == f"{broken}:{problem['line']}:5: {problem['text']}"
    assert "--quick" in reasons[1]["way_out"]
    assert association.register().adopted == before
    adopted = association("procedure adopt --quick", str(broken))
    assert adopted.code == 0
    assert "What can happen was not explored." in adopted.out
    assert association.register().adopted != before


@pytest.mark.parametrize(
    ("before", "after", "quick", "said"),
    [
        ("    who:", "\twho:", "", True),
        ("    who:", "    whom:", "--quick", True),
        ("    to: published", "    to: publishd", "--quick", True),
        ("    to: published", "    to: publishd", "", True),
        ("cites: [", "cites: [b, ", "", True),
        ("cites: [", "cites: [b, ", "--quick", False),
        ("\ninvariants:", f"\n{BROKEN}#", "", False),
    ],
)
def test_a_check_that_stops_early_says_so(
    empty: Association, before: str, after: str, quick: str, said: bool
) -> None:
    """The last line says whether something was left unchecked for what is wrong."""
    text = (folder("states") / "norms.yaml").read_text(encoding="utf-8")
    faulty = empty.home / "norms.yaml"
    head, found, tail = text.partition(before)
    assert found
    faulty.write_text(head + after + ("" if before[0] == "\n" else tail), encoding="utf-8")
    told = empty(f"procedure check {quick}", str(faulty))
    assert told.code == 1
    rest = "The rest is checked once this is right."
    assert told.out.count(rest) == told.out.rstrip().endswith(rest) == said
    document = empty(f"procedure check --json {quick}", str(faulty)).json
    assert document["unchecked"] is said


def test_adopting_says_how_much_was_explored(association: Association) -> None:
    """What is adopted was explored as the check does, and whoever may not adopt waits for none."""
    text = (folder("states") / "norms.yaml").read_text(encoding="utf-8")
    sound = association.home / "norms.yaml"
    sound.write_text(text.replace('version: "1"', 'version: "2"'), encoding="utf-8")
    checked = association("procedure check --json", str(sound)).json
    adopted = association("procedure adopt --json", str(sound)).json
    found = ("explored", "moves", "exhaustive", "untried")
    assert [adopted[key] for key in found] == [checked[key] for key in found]
    assert adopted["exhaustive"]


def test_a_version_has_one_text(association: Association) -> None:
    """Another text under a version that was adopted is refused, and nothing is adopted."""
    text = (folder("states") / "conduct.yaml").read_text(encoding="utf-8")
    changed = association.home / "conduct.yaml"
    changed.write_text(text.replace("days: 14", "days: 15").replace("P14D", "P15D"))
    assert changed.read_text(encoding="utf-8") != text
    before = association.register().adopted
    refused = association("procedure adopt --json", str(changed))
    assert refused.code == 1
    assert refused.json["refused"]["reasons"][0]["code"] == "version-used"
    assert association.register().adopted == before


@pytest.mark.parametrize(
    ("form", "begins"), [("dot", "digraph"), ("mermaid", "stateDiagram-v2"), ("svg", "<svg")]
)
def test_procedures_are_drawn(empty: Association, form: str, begins: str) -> None:
    """Each form is drawn to standard output and into a new file, which is never overwritten."""
    drawn = empty(f"procedure diagram conduct --track emergency --format {form}")
    assert drawn.out.startswith(begins)
    target = empty.path("plaat")
    command = f"procedure diagram conduct --track emergency --format {form} --json -o"
    assert empty(command, target).json["file"] == target
    assert Path(target).read_text(encoding="utf-8") == drawn.out
    assert empty(command, target).json["error"]["code"] == "file-exists"
    Path(target).write_text("ouder")
    assert empty(f"{command.removesuffix(' -o')} --force -o", target).code == 0
    assert Path(target).read_text(encoding="utf-8") == drawn.out
    assert empty(command, f"{target}.png").code == 2
    assert not Path(f"{target}.png").exists()


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("scxml", "<?xml"),
        ("pnml", "<?xml"),
        ("promela", "/* conduct"),
        ("dot", "digraph"),
        ("mermaid", "stateDiag"),
    ],
)
def test_procedures_are_exported(empty: Association, form: str, begins: str) -> None:
    """Each form goes to standard output or into a new file, of the tracks in the file's order."""
    words = f"procedure export conduct --format {form} --track overdracht --track report"
    shown = empty(words)
    assert shown.out.startswith(begins)
    target = empty.path("export")
    assert empty(f"{words} --json --out", target).json == {
        "procedure": "conduct", "format": form, "tracks": ["report", "handover"],
        "file": target,
    }  # fmt: skip
    assert Path(target).read_text(encoding="utf-8") == shown.out
    assert empty(f"{words} --json --out", target).json["error"]["code"] == "file-exists"
    assert empty(f"{words} --json").json["text"] == shown.out


@pytest.mark.parametrize("verb", ["diagram", "export"])
@pytest.mark.parametrize("name", ["-o", "--out", "--output"])
def test_where_it_goes_is_called_alike(empty: Association, verb: str, name: str) -> None:
    """Drawing and exporting call the file that they write by the same names, and help says so."""
    target = empty.path("plaat.dot")
    assert empty(f"procedure {verb} norms --format dot {name}", target).code == 0
    assert Path(target).read_text(encoding="utf-8").startswith("digraph")
    assert "NAME|FILE" in empty(f"procedure {verb} --help").out


@pytest.mark.parametrize("form", ["dot", "mermaid"])
def test_a_picture_is_exported_as_it_is_drawn(empty: Association, form: str) -> None:
    """What export writes of DOT and Mermaid is to the byte what diagram writes."""
    exported = empty(f"procedure export norms --format {form}").out
    assert exported == empty(f"procedure diagram norms --format {form}").out


def test_no_unsound_procedure_is_exported(empty: Association) -> None:
    """A file with a mistake in it is refused with its place, and an unknown track is exit 2."""
    text = (folder("states") / "norms.yaml").read_text(encoding="utf-8")
    broken = Path(empty.path("norms.yaml"))
    broken.write_text(text.replace("    to: published\n", "    to: publishd\n"))
    refused = empty("procedure export --format scxml --json", str(broken))
    assert refused.code == 1
    (reason,) = refused.json["refused"]["reasons"]
    assert reason["code"] == "procedure-unsound"
    unknown = empty("procedure export norms --format promela --track advise --json")
    assert (unknown.code, unknown.json["error"]["reasons"][0]["code"]) == (2, "unknown-track")


def test_unknown_procedures_are_the_callers_mistake(empty: Association) -> None:
    """A name that no procedure has is exit 2, with the likely name."""
    unknown = empty("procedure show conduckt --json")
    assert unknown.code == 2
    assert "conduct" in unknown.json["error"]["reasons"][0]["way_out"]


# --- the store -----------------------------------------------------------------------------------


def test_a_backup_gives_everything_back(association: Association) -> None:
    """A store restored from a backup has the same events, items, keys and heads."""
    association.joins("daan")
    association("office grant regional_chair daan")
    made = association("store backup --json", association.path("kopie.db"))
    assert made.code == 0
    restored = association.home / "terug.db"
    assert (
        association("store restore", association.path("kopie.db"), "--store", str(restored)).code
        == 0
    )
    for table in ("events", "heads", "items", "item_keys", "procedures"):
        statement = f"SELECT * FROM {table} ORDER BY 1, 2"  # noqa: S608 - the names are above
        assert _rows(restored, statement) == _rows(association.where, statement), table
    again = association("store restore --json", association.path("kopie.db"))
    assert again.code == 5
    assert again.json["error"]["code"] == "store-exists"


def test_a_damaged_head_is_rebuilt(association: Association) -> None:
    """After damage to a head row, rebuild says one differed and everything is as it was before."""
    association.joins("bram")
    before = _rows(association.where, "SELECT * FROM heads")
    sound = association("store rebuild --json")
    assert sound.json == {"ok": True, "streams": 1, "differed": [], "problems": []}
    _damage(association.where, "UPDATE heads SET state = '{\"seq\":1}', due = '2026'")
    rebuilt = association("store rebuild --json")
    assert rebuilt.code == 0
    assert rebuilt.json["differed"] == ["register"]
    assert _rows(association.where, "SELECT * FROM heads") == before


def test_a_broken_chain_is_not_built_upon(association: Association) -> None:
    """Where an event was changed, rebuild ends with exit 4, names it and writes nothing."""
    association.joins("bram")
    seq = association.register().seq
    triggers = _rows(association.where, "SELECT name FROM sqlite_master WHERE type = 'trigger'")
    _damage(
        association.where,
        *(f"DROP TRIGGER {name}" for (name,) in triggers),
        "UPDATE events SET body = CAST(replace(body, 'Bram', 'Bran') AS BLOB)"
        " WHERE seq = (SELECT max(seq) FROM events)",
        "UPDATE heads SET due = '2026'",
    )
    broken = association("store rebuild --json")
    assert broken.code == 4
    assert {"stream": "register", "seq": seq, "problem": "hash-differs"} in broken.json["problems"]
    assert _rows(association.where, "SELECT due FROM heads") == [("2026",)]


def test_the_store_is_counted(association: Association) -> None:
    """Info counts streams and events, and an upgrade of a store of today changes nothing."""
    counted = association("store info --json").json
    assert counted["database"] == "sqlite"
    assert counted["streams"] == 1
    assert counted["events"] == association.register().seq
    assert association("store upgrade --json").json == counted


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize(
    "words",
    [
        "init", "key", "key new", "key show", "person", "person add", "person list", "office",
        "office grant", "office end", "office list", "office share-key", "procedure",
        "procedure list", "procedure show", "procedure check", "procedure diagram",
        "procedure export", "procedure adopt", "store", "store info", "store upgrade",
        "store backup", "store restore", "store rebuild",
    ],
)  # fmt: skip
def test_every_verb_explains_itself(empty: Association, words: str, lang: str) -> None:
    """The help of each verb is in the language asked for and ends with an example of it."""
    shown = empty(f"{words} --help --lang {lang}")
    assert shown.code == 0
    title = "Voorbeelden" if lang == "nl" else "Examples"
    assert f"zaak {words}" in shown.out.split(title)[1]
