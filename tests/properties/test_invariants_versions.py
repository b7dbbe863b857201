"""What stays as it was: the rules of a case, what was weighed, and the keys of an office."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli import zaak
from tests.properties import moves as m
from tests.properties import world as w
from tests.properties.desk_play import REGISTRAR, DeskPlay, founded
from tests.properties.inquiry import HOME
from workflow import resources
from workflow.crypto.keys import load
from workflow.crypto.sealing import CannotOpen
from workflow.demo import Call, Went
from workflow.desk.values import Signer
from workflow.engine import facts as f
from workflow.engine import register as r
from workflow.engine.ledger import decode
from workflow.engine.procedure import Procedure, canonical, digest
from workflow.keyring import available, open_item
from workflow.store import Read, Record, Store
from workflow.verbs.trying import called

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
PACE = timedelta(minutes=2)


def forbidding(procedure: Procedure, *steps: str) -> Procedure:
    """A next version, by which only the clock takes these steps."""
    changed = {
        name: msgspec.structs.replace(step, who=("clock",)) if name in steps else step
        for name, step in procedure.steps.items()
    }
    return msgspec.structs.replace(procedure, version="2", steps=changed)


@cache
def empty_store() -> Path:
    """A founded store without cases, made once and copied for every run."""
    folder = Path(tempfile.mkdtemp(prefix="zaken-"))
    atexit.register(shutil.rmtree, folder)
    founded(folder / "empty.db")
    return folder / "empty.db"


def adopt(play: DeskPlay, procedure: Procedure) -> None:
    """From now on the association follows this version."""
    form = canonical(procedure)
    adopted = f.Adopted(procedure.procedure, procedure.version, digest(form))
    play.desk.record(
        lambda _register, _now: (adopted,),
        Signer(REGISTRAR, w.secret(REGISTRAR)),
        lambda tx, _register: tx.put_procedure(adopted.digest, form),
    )
    play.register = play.desk.register()


def played(script: tuple[w.Move, ...], newer: Procedure | None, at: int) -> list[f.Event]:
    """What is stored of a case after these moves, where `newer` is adopted before move `at`.

    Without what is never twice the same: how contents were sealed, and so the hash of the chain.
    """
    with tempfile.TemporaryDirectory(prefix="zaken-") as folder:
        shutil.copy(empty_store(), Path(folder) / "zaken.db")
        play = DeskPlay(Path(folder) / "zaken.db")
        for place, move in enumerate(script):
            if newer is not None and place == at:
                adopt(play, newer)
            play.do(move)
        events = play.stored()[1]
        play.store.close()
    return [
        msgspec.structs.replace(
            each,
            prev="",
            data=msgspec.structs.replace(each.data, digest="", size=0)
            if isinstance(each.data, f.Added)
            else each.data,
        )
        for each in events
    ]


@settings(max_examples=max(1, settings().max_examples // 5))
@given(
    script=m.scripts(longest=20),
    at=st.integers(1, 12),
    forbidden=st.sets(st.sampled_from(sorted(w.PROCEDURE.steps)), min_size=5),
)
def test_invariant_32_same_history_whatever_is_adopted(
    script: tuple[w.Move, ...], at: int, forbidden: set[str]
) -> None:
    """Event for event a case goes on as it would have, whatever is adopted meanwhile (B38).

    Each of its events names the version that it began with.
    """
    as_it_was = played(script, None, at)
    assert played(script, forbidding(w.PROCEDURE, *sorted(forbidden)), at) == as_it_was
    assert {each.procedure for each in as_it_was} == {w.RULES.digest}


def registered(tx: Read) -> r.Register:
    """The register as a store has it."""
    head, _ = tx.pair(r.STREAM, 0)
    assert head is not None
    return msgspec.json.decode(head.state, type=r.Register)


class Stored:
    """An association with a real store, in which people give commands at a clock of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now = folder, BEGIN
        self.codes: dict[str, str] = {}
        (folder / "keys").mkdir(parents=True)
        self.run("saar", "init", "--branch", HOME, "--person", "saar", "--name", "Saar")
        for person in ("nina", "niels", "nadia", "noud", "nora", "ivo", "ineke"):
            self.run("saar", "key", "new", f"{folder}/keys/{person}", "--no-passphrase")
            public = f"{folder}/keys/{person}.pub"
            self.run("saar", "person", "add", person.title(), "--id", person, "--key", public)
        for office, *people in (
            ("national_chair", "nina"),
            ("national_vice_chair", "niels"),
            ("national_board", "nina", "niels", "nora", "noud"),
            ("investigator", "ivo"),
            ("integrity_committee", "ineke"),
        ):
            for person in people:
                self.run("saar", "office", "grant", office, person, "--branch", HOME)

    def run(self, who: str, *words: str, stdin: str = "", exits: int = 0) -> Any:
        """What a command answers, as JSON; it must end with this exit code."""
        went = self._called(who, *words, "--json", stdin=stdin)
        assert went.exit == exits, f"{who}: {words}\n{went.printed}"
        return msgspec.json.decode(went.answer) if went.answer.startswith("{") else went.printed

    def said(self, who: str, *words: str) -> str:
        """What a command prints for people."""
        return self._called(who, *words).printed

    def _called(self, who: str, *words: str, stdin: str = "") -> Went:
        self.now += PACE
        environment = {
            "ZAAK_STORE": str(self.folder / "zaken.db"),
            "ZAAK_LANG": "en",
            "XDG_DATA_HOME": str(self.folder / "elsewhere"),
        }
        if who in self.codes:
            environment["ZAAK_CODE"] = self.codes[who]
        else:
            environment["ZAAK_KEY"] = str(self.folder / "keys" / who)
        return called(zaak, Call(words, environment, stdin.encode(), self.now))

    def advance(self, case: str, step: str, who: str, *answers: str, note: str = "") -> Any:
        """Take a step, with words where it has them."""
        words = [word for answer in answers for word in ("--set", answer)]
        noted = ("--note", "-") if note else ()
        return self.run(who, "advance", case, step, "--yes", *words, *noted, stdin=note)

    def delivered(self) -> tuple[str, str, str]:
        """An investigation of which report and annex lie with the delegates.

        Gives the case, the person concerned, and the fragment that can be traced to them.
        """
        opening = ("open", "investigation", "--step", "pass_on_message", "--branch", HOME, "--yes")
        asked = ("--set", "asked_by=party_leader", "--note", "-")
        case = self.run("nina", *opening, *asked, stdin="Kijk hiernaar.")["case"]
        self.advance(case, "begin_screening", "nina")
        self.advance(
            case, "propose_commission", "nina",
            "by=bureau", "investigators=ivo", "readers_fixed=yes",
        )  # fmt: skip
        self.advance(case, "confirm_commission", "niels")
        self.advance(case, "give_documents", "nina")
        self.advance(case, "start", "ivo", "independent=yes")
        joined = self.advance(case, "come_forward", "ivo")
        self.codes[joined["party"]] = joined["code"]
        fragment = self.fragment(case, joined["party"])
        put = self.advance(case, "put_to_accused", "ivo", "names_reporter=no", note="Dit.")
        self.codes["accused"] = put["code"]
        self.advance(case, "answer", "accused", note="Zo was het niet.")
        self.advance(case, "deliver", "ivo", "finding=not_established", note="Het rapport.")
        return case, joined["party"], fragment

    def fragment(self, case: str, party: str) -> str:
        """The investigator writes a fragment that can be traced to a party."""
        words = ("add", case, "-", "--kind", "annex", "--of", party)
        item = self.run("ivo", *words, stdin="Een fragment.")["item"]
        assert isinstance(item, str)
        return item

    def weighed(self, case: str, step: str, who: str, *weighers: str) -> None:
        """Those who weigh open all they may, and conclude."""
        for person in weighers:
            for item in self.run(person, "show", case)["items"]:
                if item["kind"] in ("report", "annex") and item["readable"]:
                    self.run(person, "read", case, item["item"])
        self.advance(case, step, who, f"weighers={','.join(weighers)}", note="Gewogen.")

    def opens(self, case: str, item: str, person: str) -> bool:
        """Whether the store file and the private key of a person together give the content."""
        key = load(self.folder / "keys" / person)
        with self.open() as store, store.read() as tx:
            register = registered(tx)
            known = next(
                event.data.digest
                for event in map(decode, (record.body for record in tx.history(case)))
                if isinstance(event.data, f.Added) and event.data.item == item
            )
            try:
                return bool(open_item(tx, register, case, item, known, key)[1])
            except CannotOpen:
                return False

    def lines(self, person: str) -> set[str]:
        """The public keys of which a person can use the private half: theirs, and of offices."""
        key = load(self.folder / "keys" / person)
        with self.open() as store, store.read() as tx:
            return {line for line, _ in available(tx, registered(tx), key)}

    def open(self) -> Store:
        """The store itself."""
        return Store.open(str(self.folder / "zaken.db"))

    def records(self, case: str) -> tuple[list[Record], dict[str, bytes]]:
        """What is stored of a case: every event with its signature, and every ciphertext."""
        with self.open() as store, store.read() as tx:
            contents = {item: text for stream, item, text in tx.items_all() if stream == case}
            return list(tx.history(case)), contents


@pytest.fixture
def stored(tmp_path: Path) -> Stored:
    """A store with its people in office."""
    return Stored(tmp_path)


def test_invariant_27_earlier_weighing_stays_stored(stored: Stored) -> None:
    """Weighing anew changes no stored byte of what was found and weighed before (A10, A16)."""
    case, party, fragment = stored.delivered()
    stored.advance(case, "begin_weighing", "nina", "readers=delegates")
    stored.weighed(case, "conclude", "nina", "nina", "niels")
    stored.advance(case, "follow_up", "nina")
    events, contents = stored.records(case)
    given_ = ("consent", "give", case, "--to", "national_board", "--purpose", "weighing")
    stored.run(party, *given_, "--yes", "--items", fragment)
    stored.run("nina", "share", case, fragment, "--to", "national_board", "--purpose", "weighing",
               "--yes")  # fmt: skip
    stored.advance(case, "reweigh", "nina", "reason=doubt", "readers=consented")
    stored.weighed(case, "conclude_anew", "niels", "nora", "noud", "niels")
    after, all_contents = stored.records(case)
    assert after[: len(events)] == events
    assert len(after) > len(events)
    assert {item: all_contents[item] for item in contents} == contents
    assert len(all_contents) == len(contents) + 1
    stored.run("saar", "audit", "verify")


def test_invariant_32_adopting_leaves_open_cases(stored: Stored) -> None:
    """A case opened before a version was adopted goes on as it began, one opened after does not."""
    opening = ("open", "investigation", "--step", "pass_on_message", "--branch", HOME, "--yes")
    asked = ("--set", "asked_by=board", "--note", "-")
    older = stored.run("nina", *opening, *asked, stdin="Toen.")["case"]
    began = {decode(record.body).procedure for record in stored.records(older)[0]}
    states = stored.folder / "states"
    shutil.copytree(resources.folder("states"), states)
    file = states / "investigation.yaml"
    text = file.read_text(encoding="utf-8").replace('version: "1"', 'version: "2"')
    text, found = re.subn(
        r"who: \[integrity_committee, national_chair, national_vice_chair\]\n"
        r"(    cites: \[A28, A32\])",
        r"who: [integrity_committee]\n\1",
        text,
    )
    assert found == 1
    file.write_text(text, encoding="utf-8")
    stored.run("saar", "procedure", "adopt", "--quick", str(file))
    newer = stored.run("nina", *opening, *asked, stdin="Nu.")["case"]
    stored.advance(older, "begin_screening", "nina")
    stored.run("nina", "advance", newer, "begin_screening", exits=1)
    stored.advance(newer, "begin_screening", "ineke")
    digests = {
        case: {decode(record.body).procedure for record in stored.records(case)[0]}
        for case in (older, newer)
    }
    assert digests[older] == began
    assert len(digests[older]) == len(digests[newer]) == 1
    assert digests[older] != digests[newer]
    stored.run("saar", "audit", "verify")


def test_invariant_43_keys_of_the_office_pass_on(stored: Stored) -> None:
    """A chair's key for the annex passes to the successor; who left opens nothing of it any more.

    With the store file and the successor's own key the older fragment opens. With those of the
    predecessor neither that nor anything written afterwards does (A3).
    """
    case, party, older = stored.delivered()
    assert stored.opens(case, older, "nina")
    stored.run("saar", "office", "grant", "national_chair", "nadia", "--branch", HOME)
    assert not stored.opens(case, older, "nadia")
    stored.run("nina", "office", "share-key", "national_chair", "--branch", HOME)
    assert stored.opens(case, older, "nadia")
    stored.run("nadia", "read", case, older)
    ended = ("--branch", HOME, "--yes")
    kept = stored.lines("nina")
    for office in ("national_chair", "national_board"):
        stored.run("saar", "office", "end", office, "nina", *ended)
    assert stored.opens(case, older, "nadia")
    assert not stored.opens(case, older, "nina")
    newer = stored.fragment(case, party)
    stored.run("ivo", "share", case, newer, "--to", "national_chair", "--purpose", "weighing",
               "--yes")  # fmt: skip
    assert stored.opens(case, newer, "nadia")
    assert not stored.opens(case, newer, "nina")
    with stored.open() as store, store.read() as tx:
        assert not kept & set(tx.keys(case, newer)), "nor with a copy of the key that she had"
    stored.run("nina", "read", case, newer, exits=1)
    due = next(
        each for each in stored.run("nadia", "show", case)["due"] if each["track"] == "custody"
    )
    assert due["state"] == "briefing_due"
    stored.advance(case, "brief", "nadia", "both_parts=yes")
    assert stored.opens(case, older, "nadia")
    stored.run("nadia", "read", case, older)
    stored.run("saar", "audit", "verify")
