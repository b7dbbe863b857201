import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cli import zaak
from workflow.verbs.running import run

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = {
    "noor": "counsellor noor --branch noord",
    "bram": "mediator bram --branch noord",
    "ilse": "branch_chair ilse --branch noord",
    "daan": "regional_chair daan --branch noord",
    "otto": "auditor otto --branch noord",
}


SIGNAL = ("open", "conduct", "--set", "corners=members", "--note", "cli.py", "--yes", "--json")


class Went(NamedTuple):
    """What a command gave back."""

    exit: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


class Office:
    """An association with a store, a few people and one case, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "ZAAK_STORE": str(folder / "zaken.db"),
            "ZAAK_LANG": "en",
            "XDG_DATA_HOME": str(folder / "nobody"),
        }
        self.case = self.code = ""

    def key(self, person: str) -> str:
        return str(self.folder / person)

    def env(self, person: str | None, more: Mapping[str, str]) -> dict[str, str]:
        own = {} if person is None else {"ZAAK_KEY": self.key(person)}
        return {**self.environment, **own, **more}

    def zaak(self, person: str | None, *words: str, stdin: str | bytes = b"", **more: str) -> Went:
        """Run the real command as a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "workflow", *words],
            cwd=ROOT,
            env=self.env(person, more),
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            check=False,
        )
        return Went(done.returncode, done.stdout.decode(), done.stderr.decode())

    def typed(self, answers: bytes, *words: str, **more: str) -> Went:
        """Run the real command as a process whose person sits at a terminal and types this."""
        ours, theirs = os.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "workflow", *words],
            cwd=ROOT,
            env=self.env(None, more),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        os.write(ours, answers)
        shown = b""
        with suppress(OSError):  # reading a terminal that was left fails
            while part := os.read(ours, 4096):
                shown += part
        os.close(ours)
        return Went(process.wait(), "", shown.decode())

    def quick(
        self, person: str | None, *words: str, later: timedelta = timedelta(), **more: str
    ) -> Went:
        """Run the command in this process, so much later than it is."""
        out, err = _caught(), _caught()
        kept = sys.stdin, sys.stdout, sys.stderr
        sys.stdin, sys.stdout, sys.stderr = _caught(), out, err
        try:
            code = run(zaak, words, self.env(person, more), lambda: datetime.now(UTC) + later)
        finally:
            sys.stdin, sys.stdout, sys.stderr = kept
        return Went(code, _said(out), _said(err))


def _caught() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def _said(stream: io.TextIOWrapper) -> str:
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode()


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory, costly_guesses: None) -> Office:
    """An association in which noor counsels in one open case, which daan knows nothing of."""
    office = Office(tmp_path_factory.mktemp("office"))
    calls: list[tuple[str, ...]] = [
        ("saar", "init", "--person", "saar", "--branch", "noord", "--no-passphrase")
    ]
    for person, grant in PEOPLE.items():
        key = office.key(person)
        calls.append(("saar", "key", "new", key, "--no-passphrase"))
        calls.append(("saar", "person", "add", person, "--id", person, "--key", f"{key}.pub"))
        calls.append(("saar", "office", "grant", *grant.split()))
    for who, *words in calls:
        went = office.quick(who, *words)
        assert went.exit == 0, (words, went)
    office.key("stranger")
    went = office.quick("saar", "key", "new", office.key("stranger"), "--no-passphrase")
    assert went.exit == 0, went
    opened = office.quick("noor", "open", "conduct", "--set", "ground=unsaid", "--json")
    assert opened.exit == 0, opened
    office.case, office.code = opened.document["case"], opened.document["code"]
    return office


@pytest.fixture
def office(founded: Office, tmp_path: Path) -> Office:
    """The same association in a store of its own, to be changed at will."""
    fresh = Office(founded.folder)
    fresh.case, fresh.code = founded.case, founded.code
    store = tmp_path / "zaken.db"
    with (
        closing(sqlite3.connect(founded.environment["ZAAK_STORE"])) as source,
        closing(sqlite3.connect(store)) as target,
    ):
        source.backup(target)
    store.chmod(0o600)
    fresh.environment["ZAAK_STORE"] = str(store)
    return fresh


def _events(office: Office) -> int:
    with closing(sqlite3.connect(office.environment["ZAAK_STORE"])) as store:
        [[count]] = store.execute("SELECT count(*) FROM events")
    assert isinstance(count, int)
    return count


# --- 0: done -------------------------------------------------------------------------------------


def test_done(office: Office) -> None:
    """A step that may be taken exits 0 and answers with the case, its seq, events and states."""
    went = office.zaak(
        "noor",
        "advance",
        office.case,
        "start_listening",
        "--set",
        "exception_explained=yes",
        "--json",
    )
    assert (went.exit, went.err) == (0, "")
    document = went.document
    assert document["case"] == office.case
    assert document["states"]["report"] == "listening"
    assert [event["type"] for event in document["events"]] == ["stepped"]
    assert document["seq"] == document["events"][-1]["seq"]


def test_options_before_and_after_the_verb(office: Office) -> None:
    """The options of every verb mean the same before it, after it and in the environment."""
    store, key = office.environment.pop("ZAAK_STORE"), office.key("noor")
    before = office.quick(None, "--store", store, "--key", key, "--json", "list")
    after = office.quick(None, "list", "--json", f"--store={store}", "--key", key)
    around = office.quick(None, "list", "--json", ZAAK_STORE=store, ZAAK_KEY=key)
    assert before.exit == 0
    assert before.document["cases"][0]["case"] == office.case
    assert before == after == around


def test_member_acts_with_the_code(office: Office, tmp_path: Path) -> None:
    """A return code, from the environment or a file, makes its bearer the member of that case."""
    file = tmp_path / "code"
    file.write_text(office.code.lower().replace("-", " "))
    by_variable = office.quick(None, "show", office.case, "--json", ZAAK_CODE=office.code)
    by_file = office.quick("noor", "show", office.case, "--json", "--code-file", str(file))
    assert by_variable.document["as"] == ["reporter"]
    assert by_file == by_variable


def test_member_without_a_key_opens_a_case(office: Office) -> None:
    """Someone without any key can begin a case, and comes back to it with the code given."""
    went = office.quick(
        *(None, "open", "conduct", "--branch", "noord", "--set", "counsellor=noor"),
        *("--set", "ground=unsaid", "--json"),
    )
    assert went.exit == 0, went
    code = went.document["code"]
    back = office.quick(None, "show", went.document["case"], "--json", ZAAK_CODE=code)
    assert back.document["states"]["report"] == "received"


def test_the_same_again_happens_once(office: Office) -> None:
    """A command repeated with its idempotency key gives the same answer and adds no event."""
    words = ("add", office.case, str(ROOT / "LICENSE"), "--kind", "conversation", "--json")
    first = office.quick("noor", *words, "--idempotency-key", "k1")
    count = _events(office)
    again = office.quick("noor", *words, "--idempotency-key", "k1")
    assert (first.exit, again.exit) == (0, 0)
    assert again.document == {**first.document, "repeated": True}
    assert _events(office) == count


def test_what_was_read_is_recorded(office: Office, tmp_path: Path) -> None:
    """Reading gives back the very bytes that were added, and the history says who read them."""
    content = bytes(range(256)) * 9
    added = office.zaak(
        "noor", "add", office.case, "-", "--kind", "conversation", "--json", stdin=content
    )
    item = added.document["item"]
    target = tmp_path / "copy"
    went = office.quick("noor", "read", office.case, item, "-o", str(target), "--json")
    assert target.read_bytes() == content
    assert target.stat().st_mode & 0o777 == 0o600
    assert went.document["events"][-1]["type"] == "read"
    assert office.quick("noor", "read", office.case, item, "-o", str(target)).exit == 2


# --- 1: refused by a rule ------------------------------------------------------------------------


def test_refused(office: Office) -> None:
    """A step that a rule forbids exits 1, says every reason with its rules, and changes nothing."""
    count = _events(office)
    went = office.zaak(
        "noor", "advance", office.case, "start_listening", "--set", "exception_explained=no"
    )
    assert went.exit == 1
    assert went.out == ""
    assert "(B3, B19, B20)" in went.err
    assert "→" in went.err
    assert _events(office) == count


def test_refused_in_json(office: Office) -> None:
    """With --json a refusal is one document on standard output, and nothing else anywhere."""
    said = ("--set", "mediator=bram", "--decided-by", "reporter", "--evidence", "spoken")
    words = ("advance", office.case, "propose_mediation", *said, "--note", "cli.py", "--json")
    went = office.zaak("noor", *words)
    assert (went.exit, went.err) == (1, "")
    refused = went.document["refused"]
    assert refused["command"] == "propose_mediation"
    codes = {reason["code"] for reason in refused["reasons"]}
    assert codes == {"wrong-state", "not-recorded", "evidence-too-weak"}
    for reason in refused["reasons"]:
        assert {"code", "text", "cites", "missing"} <= set(reason)
        assert reason["text"] != reason["code"]


HIDDEN: tuple[tuple[str, ...], ...] = (
    ("show", "CASE"),
    ("next", "CASE"),
    ("why", "CASE", "weigh"),
    ("advance", "CASE", "give_advice"),
    ("add", "CASE", "cli.py", "--kind", "conversation"),
    ("read", "CASE", "i-00000000"),
    ("recuse", "CASE", "bram", "--ground", "close"),
    ("share", "CASE", "i-00000000", "--to", "police", "--purpose", "safety", "--yes"),
    ("consent", "list", "CASE"),
    ("consent", "withdraw", "CASE", "c-00000000"),
    (
        *("consent", "give", "CASE", "--party", "reporter", "--to", "police"),
        *("--purpose", "safety", "--kind", "conversation", "--evidence", "spoken"),
    ),
    ("history", "CASE"),
    ("audit", "verify", "CASE"),
)


@pytest.mark.parametrize("words", HIDDEN, ids=lambda words: " ".join(words[:2]))
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_hidden_is_as_if_missing(
    office: Office, words: tuple[str, ...], form: tuple[str, ...]
) -> None:
    """Who may not know of a case gets, byte for byte, the answer for one that does not exist."""
    answers = [
        office.quick("daan", *(case if word == "CASE" else word for word in words), *form)
        for case in (office.case, "z-0000-0000-00", office.case[:-1] + "z", "register")
    ]
    assert answers[0].exit == 1
    assert "no-such-case" in answers[0].out or "no such case" in answers[0].err
    assert len(set(answers)) == 1


@pytest.mark.parametrize("words", [("show", "CASE"), ("history", "CASE"), ("next", "CASE")])
def test_a_lapsed_task_is_as_if_missing(office: Office, words: tuple[str, ...]) -> None:
    """Once the support group lapsed, a helper finds no case, also before the clock was let go."""
    key = office.key("stranger")
    calls: list[tuple[str, ...]] = [
        ("saar", "person", "add", "hugo", "--id", "hugo", "--key", f"{key}.pub"),
        *(
            ("saar", "office", "grant", held, "hugo", "--branch", "noord/duin")
            for held in ("helper", "group_member")
        ),
    ]
    case = office.quick("ilse", *SIGNAL).document["case"]
    activate = ("--set", "helpers=hugo", "--set", "conflict_present=yes", "--yes")
    calls += [("daan", "advance", case, "assess"), ("daan", "advance", case, "activate", *activate)]
    for who, *call in calls:
        went = office.quick(who, *call)
        assert went.exit == 0, (call, went)
    asked = [word.replace("CASE", case) for word in words]
    nowhere = [word.replace("CASE", "z-0000-0000-00") for word in words]
    assert office.quick("stranger", *asked, later=timedelta(days=29)).exit == 0
    lapsed = office.quick("stranger", *asked, later=timedelta(days=31))
    assert lapsed.exit == 1
    assert lapsed == office.quick("stranger", *nowhere, later=timedelta(days=31))


def test_wrong_code_is_as_if_missing(office: Office) -> None:
    """A return code of another case gets the answer for a case that does not exist."""
    other = office.quick("noor", "open", "conduct", "--set", "ground=unsaid", "--json").document
    wrong = office.quick(None, "show", office.case, ZAAK_CODE=other["code"])
    missing = office.quick(None, "show", "z-0000-0000-00", ZAAK_CODE=other["code"])
    assert wrong.exit == 1
    assert wrong == missing


def test_what_was_meant(office: Office) -> None:
    """A mistyped case number is met with the case it is close to, where that one may be known."""
    typed = office.case[:-1] + ("2" if office.case[-1] != "2" else "3")
    assert f"Did you mean {office.case}?" in office.quick("noor", "show", typed).err
    assert office.case not in office.quick("daan", "show", typed).err


def test_a_history_for_another(office: Office) -> None:
    """A counsellor reads for the member and no other, an auditor for anyone, a chair for none."""
    words = ("history", office.case, "--for")
    assert office.quick("noor", *words, "reporter").exit == 0
    assert office.quick("otto", *words, "signaller").exit == 0
    assert office.quick("noor", *words, "signaller").exit == 1
    given = office.quick("ilse", *SIGNAL)
    assert given.exit == 0, given
    assert office.quick("daan", "history", given.document["case"], "--for", "reporter").exit == 1


def test_nobody_confirmed(office: Office) -> None:
    """Without a terminal and without --yes nothing is shared; with --yes the same command does."""
    for step, *more in (
        ("start_listening", "--set", "exception_explained=yes"),
        ("weigh", "--set", "severity=light", "--set", "simple=yes"),
        ("advise", "--set", "options=nothing", "--note", "cli.py"),
        ("give_advice",),
    ):
        assert office.quick("noor", "advance", office.case, step, *more).exit == 0
    words = ("advance", office.case, "ask_for_signal", "--note", "cli.py", "--json")
    count = _events(office)
    asked = office.quick(None, *words, ZAAK_CODE=office.code)
    assert asked.exit == 1
    assert [r["code"] for r in asked.document["refused"]["reasons"]] == ["not-confirmed"]
    assert _events(office) == count
    said = office.quick(None, *words[:-1], ZAAK_CODE=office.code)
    assert "on the basis of: " in said.err
    assert said.err.index("This will leave:") < said.err.index("Refused")
    typed = office.typed(b"misschien\nnee\n", *words[:-1], ZAAK_LANG="nl", ZAAK_CODE=office.code)
    assert typed.exit == 1
    assert typed.err.count("Doorgaan? [j/N]") == 2
    assert "Antwoord met j" in typed.err
    assert _events(office) == count
    assert office.typed(b"ja\n", *words[:-1], ZAAK_LANG="nl", ZAAK_CODE=office.code).exit == 0


def test_an_editor_that_fails(office: Office) -> None:
    """An editor that ends with an error exits 2, with another way to give the text."""
    count = _events(office)
    words = ("open", "conduct", "--set", "corners=members")
    went = office.typed(b"", *words, ZAAK_KEY=office.key("ilse"), EDITOR="false")
    assert went.exit == 2
    assert "--note FILE" in went.err
    assert _events(office) == count


def test_why_gives_the_whole_command(office: Office) -> None:
    """The command that `why` shows has every answer asked for, and the member's decision."""
    assert (
        office.quick(
            "noor", "advance", office.case, "start_listening", "--set", "exception_explained=yes"
        ).exit
        == 0
    )
    weigh = office.quick("noor", "why", office.case, "weigh").out
    assert f"zaak advance {office.case} weigh --set severity=CHOICE --set simple=CHOICE" in weigh
    left = office.quick("noor", "next", office.case, "--json").document["steps"]
    decided = [step for step in left if step["allowed"] and step["decision"]]
    assert decided
    for step in decided:
        said = office.quick("noor", "why", office.case, step["step"]).out
        assert f"--decided-by {step['decision']['party']} --evidence " in said


def test_next_leaves_out_what_is_beyond(office: Office) -> None:
    """Steps of another state stand in `next --all` and in JSON, and not in `next`."""
    short = office.quick("noor", "next", office.case).out
    every = office.quick("noor", "next", office.case, "--all").out
    steps = office.quick("noor", "next", office.case, "--json").document["steps"]
    assert "give_advice" not in short
    assert f"zaak next {office.case} --all" in short
    assert all(step["step"] in every for step in steps)


def test_hints_name_the_case(office: Office) -> None:
    """What helps against a refusal can be copied: it names the case itself."""
    went = office.quick("noor", "advance", office.case, "give_advice")
    assert went.exit == 1
    assert f"zaak next {office.case}" in went.err
    assert "CASE" not in went.err


def test_a_branch_nobody_knows(office: Office) -> None:
    """A case in a branch without any office is refused with the likely branch, unless --yes."""
    words = ("open", "conduct", "--set", "counsellor=noor", "--set", "ground=unsaid", "--json")
    went = office.quick(None, *words, "--branch", "noort")
    assert went.exit == 1
    (reason,) = went.document["refused"]["reasons"]
    assert reason["code"] == "unknown-branch"
    assert "noord" in reason["way_out"]
    assert office.quick("noor", *words, "--branch", "noord").exit == 0


def test_only_what_must_be_said_is_filled_in(office: Office) -> None:
    """A counsellor who opens a case is its counsellor, and takes over from themself nowhere."""
    opened = office.quick("noor", "open", "conduct", "--set", "ground=unsaid", "--json").document
    with closing(sqlite3.connect(office.environment["ZAAK_STORE"])) as store:
        bodies = store.execute("SELECT body FROM events WHERE stream = ?", (opened["case"],))
        facts = [json.loads(body)["data"] for (body,) in bodies]
    [answers] = [fact["answers"] for fact in facts if fact.get("step") == "open_report"]
    assert answers == {"counsellor": "noor"}


@pytest.mark.parametrize(("named", "code"), [("otto", 1), ("niemand", 2)])
def test_a_person_without_the_office(office: Office, named: str, code: int) -> None:
    """Whoever does not hold the office asked for is answered with those who do, and no others."""
    words = ("open", "conduct", "--branch", "noord", "--set", "ground=unsaid")
    went = office.quick(None, *words, "--set", f"counsellor={named}")
    assert went.exit == code
    assert "noor" in went.err
    assert all(person not in went.err for person in ("bram", "ilse", "daan"))


def test_what_is_empty_is_not_kept(office: Office) -> None:
    """An empty document, and an empty note from standard input, exit 2 and add nothing."""
    count = _events(office)
    empty = office.folder / "leeg.txt"
    empty.write_bytes(b"")
    given = office.quick("noor", "add", office.case, str(empty), "--kind", "conversation")
    noted = office.zaak("ilse", "open", "conduct", "--set", "corners=members", "--note", "-")
    assert (given.exit, noted.exit) == (2, 2)
    assert "leeg.txt" in given.err
    assert _events(office) == count


def test_states_by_name_and_label(office: Office) -> None:
    """`list --state` takes the name and the label of a state, and exits 2 for one unknown."""
    state = office.quick("noor", "show", office.case, "--json").document["states"]["report"]
    assert office.case in office.quick("noor", "list", "--state", state).out
    assert (state, office.case in office.quick("noor", "list", "--state", "Ontvangen").out) == (
        "received",
        True,
    )
    wrong = office.quick("noor", "list", "--state", state + "x")
    assert wrong.exit == 2
    assert f"Did you mean {state}?" in wrong.err


def test_an_unknown_language_is_remarked(office: Office) -> None:
    """ZAAK_LANG with another language is said on standard error, and the command still runs."""
    went = office.quick("noor", "list", ZAAK_LANG="fr")
    assert went.exit == 0
    assert "ZAAK_LANG=fr" in went.err


def test_a_poor_terminal(office: Office) -> None:
    """A terminal that knows ASCII only shows what it can, and the command exits 0."""
    went = office.zaak("noor", "next", office.case, PYTHONIOENCODING="ascii", ZAAK_LANG="nl")
    assert went.exit == 0
    assert "start_listening" in went.out
    words = ("next", office.case, "--json")
    given = office.zaak("noor", *words, PYTHONIOENCODING="ascii", ZAAK_LANG="nl")
    assert given.document == office.zaak("noor", *words, ZAAK_LANG="nl").document


DUTCH: tuple[tuple[tuple[str, ...], str], ...] = (
    (("advnce",), "De opdracht ‘advnce’ bestaat niet."),
    (("show", "CASE", "extra"), "‘extra’ hoort hier niet."),
    (("advance", "CASE"), "Er ontbreekt: STAP."),
    (("add", "CASE", "cli.py", "--kind", "k", "--expect", "x"), "--expect is een geheel getal."),
    (("add", "CASE", "nergens", "--kind", "conversation"), "bestaat niet"),
    (("add", "CASE", "docs", "--kind", "conversation"), "het is een map"),
    (
        ("consent", "give", "CASE", "--to", "mediator", "--purpose", "support"),
        "--party ontbreekt",
    ),
)


@pytest.mark.parametrize(("words", "said"), DUTCH, ids=[said for _, said in DUTCH])
def test_mistakes_in_dutch(office: Office, words: tuple[str, ...], said: str) -> None:
    """In Dutch a mistake is said in Dutch, also where the machine or click found it."""
    words = tuple(office.case if word == "CASE" else word for word in words)
    went = office.quick("noor", *words, ZAAK_LANG="nl")
    assert went.exit == 2
    assert said in went.err


def test_unregistered_key(office: Office) -> None:
    """A key that the register does not know is refused, whether or not there is such a case."""
    went = office.quick("stranger", "show", office.case, "--json")
    assert went.exit == 1
    assert went.document["refused"]["reasons"][0]["code"] == "key-not-registered"


# --- 2: the words are wrong ----------------------------------------------------------------------

WRONG: tuple[tuple[tuple[str, ...], str], ...] = (
    (("advnce",), "advance"),
    (("advance", "CASE", "wegh"), "weigh"),
    (("advance", "CASE", "weigh", "--sett", "a=b"), "--set"),
    (("advance", "CASE", "weigh", "--set", "severity"), "FIELD=VALUE"),
    (("advance", "CASE", "weigh"), "--set severity="),
    (("advance", "CASE"), "STEP"),
    (("add", "CASE", "nowhere.txt", "--kind", "conversation"), "nowhere.txt"),
    (("advance", "CASE", "weigh", "--note", "some.txt"), "--note some.txt --set severity="),
    (("advance", "CASE", "close", "--evidence", "written"), "--statement"),
    (("advance", "CASE", "close", "--evidence", "shouted"), "spoken"),
    (("advance", "CASE", "close", "--evidence", "code"), "return code"),
    (("advance", "CASE", "give_advice", "--happened", "yesterday"), "yesterday"),
    (("open", "condct"), "conduct"),
    (("open", "conduct", "--step", "opn_report"), "open_report"),
    (("add", "CASE", "cli.py", "--kind", "conversatin"), "conversation"),
    (("show", "CASE", "more"), "more"),
    (("list", "--lang", "fr"), "nl"),
)


@pytest.mark.parametrize(("words", "meant"), WRONG, ids=lambda value: str(value)[:40])
def test_wrong_words(office: Office, words: tuple[str, ...], meant: str) -> None:
    """Words that cannot be understood exit 2, say what was meant or missing, and change nothing."""
    count = _events(office)
    given = [office.case if word == "CASE" else word for word in words]
    went = office.quick("noor", *given)
    assert (went.exit, went.out) == (2, "")
    assert meant in went.err
    assert _events(office) == count
    in_json = office.quick("noor", *given, "--json")
    assert (in_json.exit, in_json.err) == (2, "")
    assert set(in_json.document["error"]) >= {"code", "text"}


def test_wrong_words_of_a_process(office: Office) -> None:
    """The real command exits 2 for a missing answer, with a command line that would do."""
    went = office.zaak("noor", "advance", office.case, "weigh")
    assert went.exit == 2
    assert f"zaak advance {office.case} weigh --set severity=" in went.err


@pytest.mark.parametrize("code", ["UUUU", "ABCD", "0000-0000-0000-0000-0000-0001"])
def test_mistyped_code(office: Office, code: str) -> None:
    """A return code with a typing mistake exits 2 and is not repeated in the message."""
    went = office.quick(None, "show", office.case, ZAAK_CODE=code)
    assert (went.exit, went.out) == (2, "")
    assert code not in went.err


# --- 3: someone else came first ------------------------------------------------------------------


def test_changed_meanwhile(office: Office) -> None:
    """--expect with the seq as shown goes through once; the second time it exits 3."""
    seq = office.quick("noor", "show", office.case, "--json").document["seq"]
    words = ("add", office.case, "cli.py", "--kind", "conversation", "--expect", str(seq))
    assert office.quick("noor", *words).exit == 0
    count = _events(office)
    went = office.zaak("noor", *words, "--json")
    assert went.exit == 3
    assert went.document["error"]["code"] == "changed-meanwhile"
    assert _events(office) == count


def test_idempotency_key_used(office: Office) -> None:
    """An idempotency key used for something else exits 3, also where only a content differs."""
    words = ("add", office.case, "--kind", "conversation", "--idempotency-key", "k", "--json")
    assert office.quick("noor", *words, "cli.py").exit == 0
    count = _events(office)
    went = office.zaak("noor", *words, "LICENSE")
    assert went.exit == 3
    assert went.document["error"]["code"] == "idempotency-key-used"
    assert _events(office) == count


def test_the_idempotency_key_of_another_is_free(office: Office) -> None:
    """A key that somebody else has used for something else is as good as any other."""
    words = ("--kind", "conversation", "--idempotency-key", "k")
    assert office.quick("noor", "add", office.case, "cli.py", *words).exit == 0
    count = _events(office)
    went = office.quick(None, "add", office.case, "LICENSE", *words, ZAAK_CODE=office.code)
    assert went.exit == 0
    assert _events(office) == count + 1


def test_a_receipt_does_not_give_a_content_away(office: Office) -> None:
    """What is stored about an idempotency key differs between two people who say the same."""
    words = ("add", office.case, "cli.py", "--kind", "conversation", "--idempotency-key")
    assert office.quick("noor", *words, "k1").exit == 0
    assert office.quick(None, *words, "k2", ZAAK_CODE=office.code).exit == 0
    with closing(sqlite3.connect(office.environment["ZAAK_STORE"])) as store:
        requests = [row[0] for row in store.execute("SELECT request FROM receipts")]
    assert len(requests) == len(set(requests)) == 2


def test_without_a_key_nothing_is_said_again(office: Office) -> None:
    """Whoever opens a case without a key cannot have the answer repeated, and thus nobody can."""
    words = ("open", "conduct", "--branch", "noord", "--set", "counsellor=noor")
    went = office.quick(None, *words, "--set", "ground=unsaid", "--idempotency-key", "k")
    assert (went.exit, went.out) == (2, "")
    assert "--idempotency-key" in went.err


# --- 4: a history does not verify ----------------------------------------------------------------


def test_changed_history(office: Office) -> None:
    """A changed event makes `audit verify` exit 4 and name the stream and the seq."""
    assert office.quick("otto", "audit", "verify", "--json").document["ok"] is True
    with closing(sqlite3.connect(office.environment["ZAAK_STORE"])) as store, store:
        # Whoever has the file can take away what guards it.
        guards = store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (guard,) in guards:
            store.execute(f'DROP TRIGGER "{guard}"')
        store.execute(
            "UPDATE events SET body = replace(body, 'counsellor', 'counselled') WHERE stream = ?",
            (office.case,),
        )
        store.execute(
            "UPDATE events SET body = CAST(body AS BLOB) WHERE stream = ?", (office.case,)
        )
    went = office.zaak("otto", "audit", "verify", "--json")
    assert went.exit == 4
    document = went.document
    assert document["ok"] is False
    assert {problem["stream"] for problem in document["problems"]} == {office.case}
    assert all(problem["seq"] and problem["problem"] for problem in document["problems"])
    assert office.case in office.quick("otto", "audit", "verify").out


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM events WHERE stream = ? AND seq = 3",
        "UPDATE events SET body = x'7b7d' WHERE stream = ?",
    ],
)
def test_a_history_that_cannot_be_read_is_no_fault_of_this_program(
    office: Office, change: str
) -> None:
    """With an event gone or changed every verb that needs the history exits 4 and does nothing."""
    with closing(sqlite3.connect(office.environment["ZAAK_STORE"])) as store, store:
        guards = store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (guard,) in guards:
            store.execute(f'DROP TRIGGER "{guard}"')
        store.execute(change, (office.case,))
        [[before]] = store.execute("SELECT count(*) FROM events")
    for words in (
        ("show", office.case),
        ("history", office.case),
        ("consent", "list", office.case),
        ("recuse", office.case, "otto", "--ground", "close"),
        (
            "advance",
            office.case,
            "choose_support",
            "--decided-by",
            "reporter",
            "--evidence",
            "spoken",
        ),
    ):
        went = office.quick("noor", *words)
        assert (went.exit, went.out) == (4, ""), (words, went)
        assert office.case in went.err
    with closing(sqlite3.connect(office.environment["ZAAK_STORE"])) as store:
        [[after]] = store.execute("SELECT count(*) FROM events")
    assert after == before


# --- 5: store or key cannot be used --------------------------------------------------------------


def _lacking(office: Office, folder: Path) -> dict[str, str]:
    return {"ZAAK_STORE": str(folder / "none.db")}


def _scribbled(office: Office, folder: Path) -> dict[str, str]:
    (folder / "text.db").write_text("This is no database at all. " * 200)
    return {"ZAAK_STORE": str(folder / "text.db")}


def _newer(office: Office, folder: Path) -> dict[str, str]:
    with closing(sqlite3.connect(office.environment["ZAAK_STORE"])) as store, store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
    return {}


def _unreachable(office: Office, folder: Path) -> dict[str, str]:
    return {"ZAAK_STORE": "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2"}


def _keyless(office: Office, folder: Path) -> dict[str, str]:
    return {"ZAAK_KEY": str(folder / "none")}


def _readable(office: Office, folder: Path) -> dict[str, str]:
    copy = folder / "key"
    copy.write_bytes(Path(office.key("noor")).read_bytes())
    copy.chmod(0o644)
    return {"ZAAK_KEY": str(copy)}


def _locked_key(office: Office, folder: Path) -> dict[str, str]:
    copy = folder / "key"
    copy.write_bytes(Path(office.key("noor")).read_bytes())
    copy.chmod(0o600)
    subprocess.run(["ssh-keygen", "-q", "-p", "-N", "a wachtzin", "-f", copy], check=True)
    return {"ZAAK_KEY": str(copy), "ZAAK_KEY_PASSPHRASE": "another"}


UNUSABLE: dict[str, Callable[[Office, Path], dict[str, str]]] = {
    "store-missing": _lacking,
    "store-corrupt": _scribbled,
    "store-newer": _newer,
    "store-unreachable": _unreachable,
    "key-missing": _keyless,
    "key-world-readable": _readable,
    "key-passphrase": _locked_key,
}


@pytest.mark.parametrize("code", UNUSABLE)
def test_unusable(office: Office, tmp_path: Path, code: str) -> None:
    """A store or key that cannot be used exits 5, says which of the two and why, and what to do."""
    environment = UNUSABLE[code](office, tmp_path)
    went = office.zaak("noor", "show", office.case, "--json", **environment)
    assert (went.exit, went.err) == (5, "")
    assert went.document["error"]["code"] == code
    text = office.zaak("noor", "show", office.case, **environment)
    assert (text.exit, text.out) == (5, "")
    assert "→" in text.err
    assert "Traceback" not in text.err


@pytest.mark.parametrize(
    "words",
    [("open", "conduct", "--set", "ground=unsaid"), ("advance", "CASE", "start_listening")],
    ids=["open", "advance"],
)
def test_a_clock_that_is_behind(office: Office, words: tuple[str, ...]) -> None:
    """Beginning a case, or a step in one, before the register's last event exits 5 and stores none.

    Noor holds her office by then: it is the clock that is refused, and not her.
    """
    person = ("--id", "fenna", "--key", f"{office.key('stranger')}.pub")
    entered = office.quick("saar", "person", "add", "Fenna", *person, later=timedelta(hours=1))
    assert entered.exit == 0, entered
    before = _events(office)
    words = tuple(office.case if word == "CASE" else word for word in words)
    given = ("--set", "exception_explained=yes") if words[0] == "advance" else ()
    went = office.quick("noor", *words, *given, "--json")
    assert (went.exit, went.err) == (5, "")
    assert went.document["error"]["code"] == "clock-behind-register"
    missing = went.document["error"]["reasons"][0]["missing"]
    assert missing["now"] < missing["latest"]
    assert _events(office) == before
    later = office.quick("noor", *words, *given, later=timedelta(hours=2))
    assert later.exit == 0, later


def test_locked(office: Office) -> None:
    """While another process keeps writing, a step exits 5 after a while and changes nothing."""
    count = _events(office)
    with closing(sqlite3.connect(office.environment["ZAAK_STORE"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        went = office.zaak("noor", "add", office.case, "cli.py", "--kind", "conversation", "--json")
        other.execute("ROLLBACK")
    assert went.exit == 5
    assert went.document["error"]["code"] == "store-locked"
    assert _events(office) == count


# --- how else a run can end ----------------------------------------------------------------------


@pytest.fixture
def waiting(office: Office) -> Iterator[subprocess.Popen[bytes]]:
    """A command that waits for its standard input."""
    process = subprocess.Popen(
        [sys.executable, "-m", "workflow", "add", office.case, "-", "--kind", "conversation"],
        cwd=ROOT,
        env=office.env("noor", {}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        yield process


def test_interrupted(office: Office, waiting: subprocess.Popen[bytes]) -> None:
    """Ctrl-C exits 130 without a traceback and changes nothing."""
    count = _events(office)
    wal = Path(office.environment["ZAAK_STORE"] + "-wal")
    ends = time.monotonic() + 30
    while not wal.exists() and time.monotonic() < ends:
        time.sleep(0.02)
    time.sleep(0.3)
    waiting.send_signal(signal.SIGINT)
    _, err = waiting.communicate(timeout=30)
    assert waiting.returncode == 130
    assert err.split() == [b"Interrupted."]
    assert b"Traceback" not in err
    assert _events(office) == count


def test_nobody_listens(office: Office) -> None:
    """When whoever read the answer has gone, the command ends quietly."""
    gone, end = os.pipe()
    os.close(gone)
    done = subprocess.run(
        [sys.executable, "-m", "workflow", "--help"],
        cwd=ROOT,
        env=office.env("noor", {}),
        stdout=end,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(end)
    assert (done.returncode, done.stderr) == (0, b"")


COMPLETIONS = {
    "zaak advance ": "CASE",
    "zaak advance CASE ": "start_listening",
    "zaak add CASE cli.py --kind ": "conversation",
    "zaak open ": "conduct",
    "zaak --as ": "counsellor",
    "zaak procedure export conduct --format ": "promela",
    "zaak adv": "advance",
}


@pytest.mark.parametrize("line", COMPLETIONS)
def test_completion(office: Office, line: str) -> None:
    """Tab completes verbs, cases, steps open now, kinds, procedures and offices."""
    typed = line.replace("CASE", office.case)
    words = typed.split(" ")
    went = office.zaak(
        "noor",
        _ZAAK_COMPLETE="bash_complete",
        COMP_WORDS=typed,
        COMP_CWORD=str(len(words) - 1),
    )
    found = {row.split(",")[-1] for row in went.out.splitlines()}
    assert COMPLETIONS[line].replace("CASE", office.case) in found


@pytest.mark.parametrize("person", ["daan", "stranger", "nobody"])
def test_completion_gives_nothing_away(office: Office, person: str) -> None:
    """Who may not know of a case, or has no key, is offered nothing and bothered with no error."""
    for typed in ("zaak show ", f"zaak advance {office.case} "):
        went = office.zaak(
            person,
            _ZAAK_COMPLETE="bash_complete",
            COMP_WORDS=typed,
            COMP_CWORD=str(len(typed.split(" ")) - 1),
        )
        assert (went.out.strip(), went.err) == ("", "")
