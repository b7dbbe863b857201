"""Letters: what stands in them, for whom they are made, and what they may never give away."""

from __future__ import annotations

import hashlib
import io
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cli import zaak
from workflow.engine.procedure import Text
from workflow.letters.letters import Letterhead, Next, Receipt
from workflow.letters.rendering import render
from workflow.verbs.running import run

# A procedure of its own, so that no letter can lean on the names of states and steps we ship.
OFFICES = """
offices:
  counsellor: {labels: {nl: vertrouwenspersoon, en: counsellor}, assigned: true}
  helper: {labels: {nl: helper, en: helper}, assigned: true}
  regional_chair: {labels: {nl: regiovoorzitter, en: regional chair}}
  contact_person: {labels: {nl: contactpersoon, en: contact person}}
  disputes_committee: {labels: {nl: commissie, en: committee}, key: office}
  auditor: {labels: {nl: controleur, en: auditor}}
"""
PROCEDURE = """
procedure: told
version: "1"
labels: {nl: Verteld, en: Told}
sources:
  B: {title: {nl: Verzonnen regels, en: Invented rules}, changed: 2024-02-01}
offices: [counsellor, helper, regional_chair, contact_person, disputes_committee, auditor]
parties:
  reporter: {labels: {nl: het lid, en: the member}}
outside:
  police: {labels: {nl: politie, en: police}}
purposes:
  ruling:
    labels: {nl: een uitspraak, en: a ruling}
    readers: {nl: de commissie en haar griffier, en: the committee and its clerk}
  safety: {labels: {nl: iemands leven, en: someone's life}}
kinds:
  conversation:
    labels: {nl: gespreksverslag, en: conversation record}
    of: [reporter]
    added_by: [reporter, counsellor]
  warning:
    labels: {nl: waarschuwing, en: warning}
    of: [reporter]
tracks:
  story:
    labels: {nl: Verhaal, en: Story}
    initial: untold
    belongs_to: reporter
    seen_by: [reporter, counsellor, auditor]
    states:
      untold: {labels: {nl: Niet verteld, en: Untold}, idle: true}
      heard:
        labels: {nl: Gehoord, en: Heard}
        deadline: {within: P7D, remind: [counsellor], cites: [B2]}
      gone:
        labels: {nl: Doorgegeven, en: Given}
        deadline: {within: P3M, remind: [counsellor], cites: [B23]}
      calm:
        labels: {nl: Rust, en: Calm}
        deadline: {within: P4W, then: rested, cites: [B2]}
      over: {labels: {nl: Klaar, en: Over}, ends: true}
  looking:
    labels: {nl: Blik van een ander, en: Another look}
    initial: none
    seen_by: [reporter, counsellor, auditor]
    states:
      none: {labels: {nl: Geen, en: None}, idle: true}
      begun:
        labels: {nl: Begonnen, en: Begun}
        deadline: {within: P2D, remind: [auditor], cites: [B2]}
  danger:
    labels: {nl: Gevaar, en: Danger}
    initial: none
    seen_by: [reporter, counsellor, auditor]
    states:
      none: {labels: {nl: Geen, en: None}, idle: true}
      here:
        labels: {nl: Nu, en: Now}
        deadline: {within: PT24H, then: fade, cites: [B19]}
      past:
        labels: {nl: Voorbij, en: Past}
        deadline: {within: P14D, remind: [auditor], cites: [B19]}
  group:
    labels: {nl: Groep, en: Group}
    initial: away
    seen_by: [counsellor, regional_chair, helper, contact_person, auditor]
    states:
      away: {labels: {nl: Weg, en: Away}, idle: true}
      busy:
        labels: {nl: Bezig, en: Busy}
        deadline: {within: P30D, then: drift, cites: [B33]}
      left: {labels: {nl: Vertrokken, en: Left}, ends: true}
steps:
  tell:
    labels: {nl: Vertellen, en: Tell}
    track: story
    from: [untold]
    to: heard
    opens: true
    who: [reporter, counsellor]
    joins: reporter
    asks:
      counsellor: {type: person, labels: {nl: Bij wie, en: With whom}, office: counsellor}
    assigns: {counsellor: counsellor}
    note: {kind: conversation}
    cites: [B4]
  give:
    labels: {nl: Doorgeven, en: Give}
    track: story
    from: [heard]
    to: gone
    who: [reporter, counsellor]
    decision: {party: reporter, evidence: [code, written]}
    guards:
      - {guard: packet, to: disputes_committee, purpose: ruling}
    shares:
      - {to: disputes_committee, purpose: ruling}
    emits: [withdraw_group]
    cites: [B23]
  look:
    labels: {nl: Laten kijken, en: Have it looked at}
    track: looking
    from: [none]
    to: begun
    who: [counsellor]
    asks:
      rightly: {type: yesno, labels: {nl: Terecht, en: Rightly}}
    cites: [B2]
  looked:
    labels: {nl: Gekeken, en: Looked}
    track: looking
    from: [begun]
    to: none
    who: [auditor]
    cites: [B2]
  rest:
    labels: {nl: Laten rusten, en: Let it rest}
    track: story
    from: [heard]
    to: calm
    who: [counsellor]
    cites: [B2]
  rested:
    labels: {nl: Uitgerust, en: Rested}
    track: story
    from: [calm]
    to: over
    who: [clock]
    cites: [B2]
  stop:
    labels: {nl: Stoppen, en: Stop}
    track: story
    from: [heard, gone]
    to: over
    who: [reporter, counsellor]
    decision: {party: reporter}
    cites: [B16]
  alarm:
    labels: {nl: Alarm, en: Alarm}
    track: danger
    from: [none]
    to: here
    who: [counsellor]
    emergency: open
    asks:
      consent_sought: {type: affirm, labels: {nl: Er is gevraagd, en: It was asked}}
      no_other_way: {type: affirm, labels: {nl: Er is geen andere weg, en: There is no other way}}
      serious_harm: {type: affirm, labels: {nl: Er dreigt onheil, en: Harm is near}}
      as_little_as_possible: {type: affirm, labels: {nl: Zo weinig mogelijk, en: Only a little}}
      recipients:
        type: recipients
        labels: {nl: Wie, en: Who}
        among: [police]
    note: {kind: warning, required: true}
    shares:
      - {kind: warning, to_field: recipients, purpose: safety}
    cites: [B19]
  calm:
    labels: {nl: Rust, en: Calm}
    track: danger
    from: [here]
    to: past
    who: [counsellor]
    emergency: close
    cites: [B19]
  fade:
    labels: {nl: Uitgedoofd, en: Faded}
    track: danger
    from: [here]
    to: past
    who: [clock]
    emergency: close
    cites: [B19]
  go_over:
    labels: {nl: Nagaan, en: Go over it}
    track: danger
    from: [past]
    to: none
    who: [auditor]
    asks:
      rightly: {type: yesno, labels: {nl: Terecht, en: Rightly}}
    guards:
      - {guard: other_person, than_step: alarm, than_office: counsellor}
    cites: [B19]
  call_group:
    labels: {nl: Groep roepen, en: Call the group}
    track: group
    from: [away]
    to: busy
    who: [counsellor]
    asks:
      helpers: {type: persons, labels: {nl: Wie, en: Who}, office: helper}
    assigns: {helper: helpers}
    cites: [B31]
  resolve_it:
    labels: {nl: Opgelost, en: Resolved}
    track: group
    from: [busy]
    to: left
    who: [regional_chair]
    releases: [helper]
    cites: [B34]
  drift:
    labels: {nl: Verlopen, en: Drifted}
    track: group
    from: [busy]
    to: left
    who: [clock]
    releases: [helper]
    cites: [B33]
  withdraw_group:
    labels: {nl: Terugtrekken, en: Withdraw}
    track: group
    from: [busy]
    to: left
    who: [consequence]
    releases: [helper]
    cites: [B35]
"""

BRANCH = "noord/waterstad"
PEOPLE = {
    "noortje": ("Noortje Vlieg", "counsellor", BRANCH),
    "joost": ("Joost Kraai", "auditor", BRANCH),
    "dirk": ("Dirk Meeuw", "regional_chair", BRANCH),
    "mirthe": ("Mirthe Spreeuw", "disputes_committee", BRANCH),
    "hanno": ("Hanno Ekster", "helper", "noord/heuvelrug"),
    "yvonne": ("Yvonne Lijster", "contact_person", BRANCH),
}
BEGUN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = b"wat niemand in een brief mag lezen"
FORMS = tuple(product(("text", "html"), ("nl", "en")))
SENSIBLE = ("consent_sought", "no_other_way", "serious_harm", "as_little_as_possible")


class Went(NamedTuple):
    """What a command gave back."""

    exit: int
    out: str
    err: str


class Office:
    """An association with a store of its own, run at a clock of its own."""

    def __init__(self, keys: Path, store: Path) -> None:
        self.keys, self.store, self.now = keys, store, BEGUN
        self.case = self.code = ""

    def zaak(self, who: str | None, *words: str, stdin: bytes = b"", **more: str) -> Went:
        """Run the command in this process, a minute after the one before."""
        self.now += timedelta(minutes=1)
        environment = {"ZAAK_STORE": str(self.store), "ZAAK_LANG": "nl", "XDG_DATA_HOME": "/none"}
        if who is not None:
            environment["ZAAK_KEY"] = str(self.keys / who)
        out, err, given = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(3))
        given.buffer.write(stdin)
        given.buffer.seek(0)
        kept = sys.stdin, sys.stdout, sys.stderr
        sys.stdin, sys.stdout, sys.stderr = given, out, err
        try:
            code = run(zaak, words, {**environment, **more}, lambda: self.now)
        finally:
            sys.stdin, sys.stdout, sys.stderr = kept
        return Went(code, _said(out), _said(err))

    def done(self, who: str | None, *words: str, stdin: bytes = b"", **more: str) -> str:
        """As `zaak`, for what must succeed; gives what it printed."""
        went = self.zaak(who, *words, stdin=stdin, **more)
        assert went.exit == 0, (words, went)
        return went.out

    def letter(self, who: str | None, *words: str, stdin: bytes = b"", **more: str) -> Went:
        """Ask for a letter from the case."""
        return self.zaak(who, "letter", self.case, *words, stdin=stdin, **more)

    def step(self, who: str | None, step: str, *words: str, **more: str) -> None:
        """Take a step in the case."""
        self.done(who, "advance", self.case, step, *words, stdin=SECRET, **more)

    def copy(self, folder: Path) -> Office:
        """Return the same association at the same moment, in a store of its own."""
        fresh = Office(self.keys, folder / "zaken.db")
        fresh.case, fresh.code, fresh.now = self.case, self.code, self.now
        with (
            closing(sqlite3.connect(self.store)) as source,
            closing(sqlite3.connect(fresh.store)) as target,
        ):
            source.backup(target)
        fresh.store.chmod(0o600)
        return fresh


def _said(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode()


def _flat(letter: str) -> str:
    return " ".join(letter.split())


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A member told a counsellor something, and the support group is busy with it."""
    folder = tmp_path_factory.mktemp("letters")
    office = Office(folder, folder / "zaken.db")
    (folder / "offices.yaml").write_text(OFFICES, encoding="utf-8")
    (folder / "told.yaml").write_text(PROCEDURE, encoding="utf-8")
    first = ("init", "--person", "saartje", "--name", "Saartje Duif", "--branch", "noord")
    office.done("saartje", *first, "--no-passphrase")
    office.done("saartje", "procedure", "adopt", "--quick", str(folder / "told.yaml"))
    for person, (name, held, where) in PEOPLE.items():
        key = str(folder / person)
        office.done("saartje", "key", "new", key, "--no-passphrase")
        office.done("saartje", "person", "add", name, "--id", person, "--key", f"{key}.pub")
        office.done("saartje", "office", "grant", held, person, "--branch", where)
    words = ("open", "told", "--branch", BRANCH, "--note", "-")
    printed = office.done("noortje", *words, stdin=SECRET)
    office.case = re.findall(r"z-[0-9a-z-]+", printed)[0]
    office.code = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}", printed)[0]
    office.step("noortje", "call_group", "--set", "helpers=hanno")
    return office


@pytest.fixture
def office(begun: Office, tmp_path: Path) -> Office:
    """The same association in a store of its own, to be changed at will."""
    return begun.copy(tmp_path)


def _items(printed: str) -> list[str]:
    return re.findall(r"\bi-[0-9a-z]{8}\b", printed)


def _consents(printed: str) -> list[str]:
    return re.findall(r"\bc-[0-9a-z]{8}\b", printed)


def _item(office: Office) -> str:
    return _items(office.done("noortje", "show", office.case))[0]


def _alarm(office: Office) -> None:
    answers = (f"--set={name}=ja" for name in SENSIBLE)
    words = (*answers, "--set", "recipients=police", "--note", "-", "--yes")
    office.step("noortje", "alarm", *words)


def _consent(office: Office, *words: str) -> str:
    given = ("consent", "give", office.case, "--to", "disputes_committee", "--purpose", "ruling")
    return _consents(office.done(None, *given, *words, ZAAK_CODE=office.code))[0]


def _hand_over(office: Office) -> None:
    office.step(None, "give", "--yes", ZAAK_CODE=office.code)


def _every(office: Office) -> Iterator[tuple[str, str]]:
    """Every kind of letter in every form, with who makes it, of a case in which all happened."""
    asked = ("consent", "--to", "police", "--purpose", "safety", "--kind", "conversation")
    for name in (
        _consent(office, "--kind", "conversation"),
        _consent(office, "--items", _item(office)),
    ):
        asked_too = ("consent", "--consent", name)
        yield from _forms(office, "noortje", *asked_too)
    _alarm(office)
    office.step("noortje", "calm")
    office.step("joost", "go_over", "--set", "rightly=ja")
    _hand_over(office)
    yield from _forms(office, "noortje", *asked)
    yield from _forms(office, "noortje", "receipt")
    yield from _forms(office, "noortje", "handover")
    yield from _forms(office, "mirthe", "handover")
    yield from _forms(office, "noortje", "emergency")
    yield from _forms(office, "joost", "emergency")
    yield from _forms(office, "dirk", "step-back")


def _forms(office: Office, who: str, *words: str) -> Iterator[tuple[str, str]]:
    for form, lang in FORMS:
        went = office.letter(who, *words, "--format", form, "--lang", lang)
        assert went.exit == 0, (who, words, went)
        yield f"{who} {' '.join(words)} {form} {lang}", went.out


# --- what holds for all of them ------------------------------------------------------------------


@pytest.fixture(scope="module")
def every(begun: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every kind of letter, in both forms and both languages."""
    return dict(_every(begun.copy(tmp_path_factory.mktemp("every"))))


def test_no_letter_names_anybody(every: dict[str, str]) -> None:
    """No letter holds the name of anyone in the register, under which they act, or a content."""
    names = {"saartje", "Saartje", "Duif", *PEOPLE}
    names |= {part for name, _, _ in PEOPLE.values() for part in name.split()}
    for which, letter in every.items():
        words = set(re.findall(r"\w+", letter))
        assert not words & names, which
        assert SECRET.decode() not in letter, which


def test_every_letter_says_where_it_comes_from(every: dict[str, str]) -> None:
    """Each letter bears the number of the case, the branch, and the day in words."""
    for which, letter in every.items():
        assert re.search(r"z-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{2}", letter), which
        assert BRANCH in letter, which
        assert ("2 maart 2026" if which.endswith("nl") else "2 March 2026") in letter, which


def test_text_letters_are_narrow(every: dict[str, str]) -> None:
    """No line of a letter in plain text is wider than 72 columns, and none ends in a blank."""
    for which, letter in every.items():
        if " text " in which:
            assert max(map(len, letter.splitlines())) <= 72, which
            assert not re.search(r"[ \t]$|\n\n\n", letter, re.MULTILINE), which


def test_pages_stand_alone(every: dict[str, str]) -> None:
    """A page refers to nothing outside it, and lets nothing run but its one stylesheet."""
    for which, letter in every.items():
        if " html " not in which:
            continue
        assert re.findall(r"<(?:script|img|link|iframe|a)\b|\burl\(|https?:|@import", letter) == []
        style = re.findall(r"<style>(.*?)</style>", letter, re.DOTALL)[0]
        digest = hashlib.sha256(style.encode()).digest()
        assert "default-src &#39;none&#39;" in letter or "default-src 'none'" in letter, which
        assert len(digest) == 32
        assert "size: A4" in style


def test_both_forms_say_the_same(every: dict[str, str]) -> None:
    """The page and the plain text of one letter hold the same words, but for rules and bullets."""
    for which, letter in every.items():
        if " html " not in which:
            continue
        page = re.sub(r"<br>|</?(?:div|p|h\d|dt|dd|li|title|style)[^>]*>", " ", letter)
        body = re.sub(r"<[^>]*>", "", page.split("<body>")[1])
        plain = every[which.replace(" html ", " text ")]
        assert _words(body) == _words(plain), which


def _words(said: str) -> list[str]:
    said = said.replace("&#39;", "'").replace("&amp;", "&")
    return [
        word
        for word in re.findall(r"[\w/-]+", said)
        if re.search(r"[^\W_]", word) and not word.isdigit()
    ]


def test_the_same_case_gives_the_same_bytes(office: Office) -> None:
    """A letter made twice at one moment is the same, byte for byte."""
    first = office.letter("noortje", "receipt", "--format", "html")
    office.now -= timedelta(minutes=1)
    assert office.letter("noortje", "receipt", "--format", "html") == first


# --- receipt -------------------------------------------------------------------------------------


def test_receipt_promises_the_first_that_is_due(office: Office) -> None:
    """Where something is due sooner on another track the member sees, a receipt names that day."""
    assert "uiterlijk op 9 maart 2026" in _flat(office.letter("noortje", "receipt").out)
    office.step("noortje", "look", "--set", "rightly=ja")
    said = _flat(office.letter("noortje", "receipt").out)
    assert "Nu is de controleur aan zet. De volgende stap komt uiterlijk op 4 maart 2026." in said


def test_receipt_of_what_only_rests(office: Office) -> None:
    """Where only the clock still does something, a receipt promises no step by anybody."""
    office.step("noortje", "rest")
    said = _flat(office.letter("noortje", "receipt").out)
    assert "Er hoeft nu niets te gebeuren. Op 30 maart 2026 volgt vanzelf: uitgerust." in said
    assert "aan zet" not in said
    assert "volgende stap" not in said


def test_receipt_says_what_comes_next(office: Office) -> None:
    """A receipt says by which day the next step comes, whose it is, and the one exception."""
    said = _flat(office.letter("noortje", "receipt").out)
    assert "Nu is de vertrouwenspersoon aan zet." in said
    assert "De volgende stap komt uiterlijk op 9 maart 2026." in said
    assert "Daarop is één uitzondering: er is iemands leven in gevaar" in said
    english = _flat(office.letter("noortje", "receipt", "--lang", "en").out)
    assert "by 9 March 2026 at the latest" in english


def test_receipt_after_its_deadline(office: Office) -> None:
    """A receipt made too late says that the next step is overdue, and promises nothing."""
    office.now += timedelta(days=10)
    said = _flat(office.letter("noortje", "receipt").out)
    assert "had er uiterlijk op 9 maart 2026 moeten zijn" in said
    assert "komt uiterlijk" not in said


def test_receipt_without_the_code(office: Office) -> None:
    """Without a code the receipt holds none, and says that it was handed over separately."""
    said = office.letter("noortje", "receipt").out
    assert "De code heb je apart gekregen." in said
    assert not re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}", said)


def test_receipt_with_the_code(office: Office, tmp_path: Path) -> None:
    """The code, from a file, standard input or ZAAK_CODE, is printed as it was given out."""
    typed = office.code.lower().replace("-", " ")
    file = tmp_path / "code"
    file.write_text(typed, encoding="utf-8")
    from_file = office.letter("noortje", "receipt", "--code-from", str(file))
    from_input = office.letter("noortje", "receipt", "--code-from", "-", stdin=typed.encode())
    by_variable = office.letter(None, "receipt", ZAAK_CODE=typed)
    with_key = office.letter(
        None, "receipt", "--key", str(office.keys / "noortje"), ZAAK_CODE=typed
    )
    for went in (from_file, from_input, by_variable, with_key):
        assert office.code in went.out
        assert "apart gekregen" not in went.out
    assert with_key.out == from_file.out


def test_receipt_with_another_code(office: Office) -> None:
    """A code of another case is refused and printed nowhere; a mistyped one is a wrong word."""
    words = ("open", "told", "--branch", BRANCH, "--note", "-")
    printed = office.done("noortje", *words, stdin=SECRET)
    other = re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}", printed)[0]
    went = office.letter("noortje", "receipt", "--code-from", "-", stdin=other.encode())
    assert (went.exit, went.out) == (1, "")
    assert "hoort niet bij deze melding" in went.err
    assert other not in went.err
    mistyped = ("0" if office.code[0] != "0" else "1") + office.code[1:]
    went = office.letter("noortje", "receipt", "--code-from", "-", stdin=mistyped.encode())
    assert (went.exit, went.out) == (2, "")


def test_code_is_stored_nowhere(office: Office) -> None:
    """A receipt with the code leaves one look behind, and no byte of the store holds the code."""

    def streams() -> list[str]:
        with closing(sqlite3.connect(office.store)) as store:
            return [row[0] for row in store.execute("SELECT stream FROM events ORDER BY position")]

    before = streams()
    office.letter("noortje", "receipt", "--code-from", "-", stdin=office.code.encode())
    after = b"".join(path.read_bytes() for path in office.store.parent.glob("zaken.db*"))
    assert office.code.encode() not in after
    assert streams() == [*before, f"{office.case}.looks"]


def test_receipt_of_what_was_confided_to_nobody() -> None:
    """Where no counsellor was told, a receipt promises no secrecy and no word of a counsellor."""
    stands = Next(
        Text("Ingediend", "Filed"), None, (), None, rests=False, decides=False, ended=False
    )
    head = Letterhead("z-4f7k-9qtm-2c", "noord", BEGUN, None)
    filed = Receipt(head, BEGUN, Text("Verzoek", "Request"), stands, (), False, True)
    for lang in ("nl", "en"):
        said = render(filed, "text", lang)
        assert not re.search("vertrouwenspersoon|counsellor|geheim|secret", said)
    assert "Er loopt nu geen termijn." in render(filed, "text", "nl")


# --- consent -------------------------------------------------------------------------------------


def test_blank_form_says_all_of_it(office: Office) -> None:
    """A blank form says what, to whom, what for and until when, and has lines to sign on."""
    asked = ("consent", "--to", "disputes_committee", "--purpose", "ruling", "--items")
    item = _item(office)
    said = _flat(office.letter("noortje", *asked, item, "--until", "2026-12-31").out)
    assert f"gespreksverslag ({item})" in said
    assert "de commissie" in said
    assert "Wie deze functie heeft, leest het dan, en wie haar later krijgt ook." in said
    assert "Wie het voor dit doel leest: de commissie en haar griffier." in said
    assert "tot en met 31 december 2026" in said
    assert "Intrekken kan altijd" in said
    assert re.search(r"Datum: _+ Handtekening: _+", said)


def test_blank_form_says_who_reads(office: Office) -> None:
    """Who will read it differs between an office that passes on, an assigned one and the police."""
    words = ("consent", "--purpose", "safety", "--kind", "conversation", "--lang", "en", "--to")
    sentences = set()
    for to in ("disputes_committee", "helper", "regional_chair", "police"):
        said = _flat(office.letter("noortje", *words, to).out)
        assert "everything of this kind, also what is yet to be added" in said
        sentences.add(said[said.index("Until when:") : said.index("Whoever receives it")])
    assert len(sentences) == 4


def test_consent_that_was_given(office: Office) -> None:
    """The form of a given consent says how it was evidenced, and once withdrawn that it is over."""
    name = _consent(office, "--items", _item(office))
    said = _flat(office.letter("noortje", "consent", "--consent", name).out)
    assert f"heet in de zaak {name}" in said
    assert "ondertekend met de eigen code" in said
    assert "geldt niet meer" not in said
    office.done(None, "consent", "withdraw", office.case, name, ZAAK_CODE=office.code)
    said = _flat(office.letter("noortje", "consent", "--consent", name).out)
    assert "geldt niet meer sinds 2 maart 2026 (ingetrokken)" in said


def test_consent_unseen_is_as_if_missing(office: Office) -> None:
    """A consent that a reader may not see gets them the words for one that does not exist."""
    name = _consent(office, "--items", _item(office))
    hidden = office.letter("dirk", "consent", "--consent", name)
    missing = office.letter("dirk", "consent", "--consent", "c-00000000")
    assert hidden.exit == missing.exit == 2
    assert hidden.err.replace(name, "c-00000000") == missing.err


def test_auditor_learns_no_item(office: Office) -> None:
    """An auditor's form of a consent names no document, only how many there are."""
    name = _consent(office, "--items", _item(office))
    said = office.letter("joost", "consent", "--consent", name).out
    assert _items(said) == []
    assert "1 stuk" in said


WRONG: tuple[tuple[str, ...], ...] = (
    ("consent",),
    ("consent", "--to", "police"),
    ("consent", "--consent", "c-00000000", "--to", "police"),
    ("consent", "--to", "police", "--purpose", "safety"),
    ("consent", "--to", "police", "--purpose", "safety", "--items", "i-00000000"),
    ("consent", "--to", "nobody", "--purpose", "safety", "--kind", "conversation"),
    ("receipt", "--to", "police"),
    ("handover", "--code-from", "-"),
    ("postcard",),
)


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_wrong_words(office: Office, words: tuple[str, ...]) -> None:
    """Options that a letter does not take, or lacks, exit 2 and print no letter."""
    went = office.letter("noortje", *words)
    assert (went.exit, went.out) == (2, "")


# --- handover ------------------------------------------------------------------------------------


def test_handover_hashes_are_those_of_the_stored_files(office: Office, tmp_path: Path) -> None:
    """The hashes on a cover letter are SHA-256 of the ciphertexts in the store, and all of them."""
    first, add = _item(office), ("add", office.case, "-", "--kind", "conversation")
    second = _items(office.done("noortje", *add, stdin=SECRET * 99))[0]
    office.done("noortje", *add, stdin=SECRET)
    items = {first, second}
    _consent(office, "--items", ",".join(sorted(items)))
    _hand_over(office)
    with closing(sqlite3.connect(office.store)) as store:
        stored = dict(store.execute("SELECT item, ciphertext FROM items"))
    hashes = {name: hashlib.sha256(stored[name]).hexdigest() for name in items}
    for who, (form, lang) in product(("noortje", "mirthe"), FORMS):
        said = office.letter(who, "handover", "--format", form, "--lang", lang).out
        assert set(re.findall(r"\b[0-9a-f]{64}\b", said)) == set(hashes.values())
        assert set(_items(said)) == items
    folder = tmp_path / "sealed"
    office.done("mirthe", "read", office.case, second, "--sealed", str(folder))
    given = hashlib.sha256((folder / f"{second}.age").read_bytes()).hexdigest()
    assert given == hashes[second]


def test_handover_says_on_which_consents(office: Office) -> None:
    """A cover letter names the consent each document went on, and no consent beside it."""
    used = _consent(office, "--items", _item(office))
    other = ("consent", "give", office.case, "--to", "helper", "--purpose", "safety")
    office.done(None, *other, "--kind", "conversation", ZAAK_CODE=office.code)
    _hand_over(office)
    said = office.letter("noortje", "handover", "--to", "disputes_committee").out
    assert set(_consents(said)) == {used}
    assert "toestemming van het lid van 2 maart 2026, voor een uitspraak" in _flat(said)


def test_handover_that_is_not_theirs(office: Office) -> None:
    """Who may not see a handover gets the refusal that they got before there was any."""
    before = [office.letter(who, "handover") for who in ("dirk", "joost", "yvonne")]
    _consent(office, "--items", _item(office))
    _hand_over(office)
    after = [office.letter(who, "handover") for who in ("dirk", "joost", "yvonne")]
    assert [went.exit for went in after] == [1, 1, 1]
    assert before == after


# --- emergency -----------------------------------------------------------------------------------


def test_emergency_notice_tells_it_all(office: Office) -> None:
    """The notice says what went to whom, when, on which conditions, and how the review ended."""
    _alarm(office)
    office.step("noortje", "calm")
    office.step("joost", "go_over", "--set", "rightly=nee")
    for who in ("noortje", "joost"):
        said = _flat(office.letter(who, "emergency").out)
        assert re.search(r"- waarschuwing: aan de politie, op 2 maart 2026 om \d\d:\d\d", said)
        assert "- Er is gevraagd - Er is geen andere weg - Er dreigt onheil - Zo weinig" in said
        assert "iemand anders dan wie ertoe besloot nagegaan of dit terecht was: de contr" in said
        assert "De uitkomst: het had niet gemogen." in said
        assert "Waarom dit is gedaan" in said
        assert not re.search("mocht|: nee", said)
        assert "Je mag bezwaar maken." in said
    own = office.letter(None, "emergency", ZAAK_CODE=office.code)
    assert "waarschuwing: aan de politie" in own.out


def test_emergency_notice_says_it_was_allowed_when_that_was_found(office: Office) -> None:
    """Before the review the notice says nothing of its outcome, and after it that it was right."""
    _alarm(office)
    office.step("noortje", "calm")
    before = _flat(office.letter("noortje", "emergency", "--lang", "en").out)
    assert "is gone over by somebody else" in before
    assert "Why this was done" in before
    assert "outcome" not in before
    office.step("joost", "go_over", "--set", "rightly=ja")
    after = _flat(office.letter("noortje", "emergency", "--lang", "en").out)
    assert "The outcome: it was allowed." in after
    assert "Why this was allowed" in after


def test_emergency_that_lasts(office: Office) -> None:
    """While the emergency is open the notice is refused, and once its time is up it is not."""
    _alarm(office)
    went = office.letter("noortje", "emergency")
    assert (went.exit, went.out) == (1, "")
    assert "duurt nog" in went.err
    office.now += timedelta(days=2)
    assert "vanzelf afgelopen" in office.letter("noortje", "emergency").out


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_emergency_unseen_is_as_if_there_was_none(office: Office, form: tuple[str, ...]) -> None:
    """Who may not see the emergency is refused with the same bytes before, during and after it."""
    answers = [office.letter("dirk", "emergency", *form)]
    unaware = office.letter("noortje", "emergency", *form)
    _alarm(office)
    answers.append(office.letter("dirk", "emergency", *form))
    office.step("noortje", "calm")
    answers.append(office.letter("dirk", "emergency", *form))
    assert answers[0].exit == 1
    assert len(set(answers)) == 1
    assert unaware == answers[0]


# --- step back -----------------------------------------------------------------------------------


def _resolved(office: Office) -> None:
    office.step("dirk", "resolve_it")


def _filed(office: Office) -> None:
    _consent(office, "--items", _item(office))
    _hand_over(office)


def _drifted(office: Office) -> None:
    office.now += timedelta(days=3)
    office.done("dirk", "tick")  # written down late; what counts is when the term ran out


def test_step_back_tells_no_cause(begun: Office, tmp_path: Path) -> None:
    """The notice is the same, byte for byte, after a filing, a resolution and a lapsed term."""
    told: dict[tuple[str, str, str], set[str]] = {}
    for cause in (_resolved, _filed, _drifted):
        folder = tmp_path / cause.__name__
        folder.mkdir()
        office = begun.copy(folder)
        assert office.letter("dirk", "step-back").exit == 1
        office.now = datetime(2026, 4, 1, 20, 0, tzinfo=UTC)
        cause(office)
        for who, (form, lang) in product(("dirk", "yvonne"), FORMS):
            office.now = datetime(2026, 4, 6, 9, 0, tzinfo=UTC)
            went = office.letter(who, "step-back", "--format", form, "--lang", lang)
            assert went.exit == 0, (cause, went)
            said = went.out
            if cause is _drifted:  # its term of whole days ended as the next day began
                said = re.sub(r"(Sinds|Since) 2 ([Aa]pril)", r"\1 1 \2", said)
                assert said != went.out
            told.setdefault((who, form, lang), set()).add(said)
    assert len(told) == 8
    assert {len(letters) for letters in told.values()} == {1}


GOLDEN = """\
Aan:         ___________________________________________________________
Afdeling:    noord/waterstad
Datum:       2 maart 2026
Kenmerk:     CASE

De supportgroep is teruggetreden
================================

Sinds 2 maart 2026 is de supportgroep in deze kwestie teruggetreden. De
leden van de groep bemiddelen er niet meer in, en lezen er niets meer
van.

Waarom een supportgroep terugtreedt, staat nooit in een brief als deze.
Elke brief is gelijk, wat de aanleiding ook was. Er valt dus niets uit
op te maken, en wie ernaar vraagt, krijgt altijd dit antwoord.

Wil je iets bespreken met het regiobestuur, dan gaat dat weer via de
contactpersoon van je afdeling. Zit je zelf ergens mee, dan kun je
altijd bij een vertrouwenspersoon terecht.

Met vriendelijke groet,

Naam:                        ___________________________________________

Functie:                     regiovoorzitter

------------------------------------------------------------------------
Gemaakt uit wat op 2 maart 2026 in zaak CASE vaststond.
"""


def test_step_back_as_it_is_printed(office: Office) -> None:
    """The notice is laid out like this, to the letter."""
    _resolved(office)
    said = office.letter("dirk", "step-back").out
    assert said == GOLDEN.replace("CASE", office.case)


def test_step_back_unseen_is_as_if_there_was_none(office: Office) -> None:
    """A member, who sees nothing of the support group, is refused as before it stepped back."""
    before = office.letter(None, "step-back", ZAAK_CODE=office.code)
    _resolved(office)
    after = office.letter(None, "step-back", ZAAK_CODE=office.code)
    assert before.exit == 1
    assert before == after
    assert office.letter("yvonne", "step-back").exit == 0


# --- whose it is, and where it goes --------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("receipt",),
        ("handover",),
        ("emergency",),
        ("step-back",),
        ("consent", "--consent", "c-00000000"),
        ("consent", "--to", "police", "--purpose", "safety", "--kind", "conversation"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_hidden_case_is_as_if_missing(
    office: Office, words: tuple[str, ...], form: tuple[str, ...]
) -> None:
    """Who may not know of the case gets, byte for byte, what every verb says of a missing one."""
    shown = office.zaak("hanno", "show", office.case, *form)
    assert shown.exit == 0, "a helper knows of the case until the group steps back"
    _resolved(office)
    answers = {
        office.zaak(who, "letter", case, *words, *form)
        for who, case in product(("hanno", "mirthe"), (office.case, "z-0000-0000-00", "register"))
    }
    assert len(answers) == 1
    [went] = answers
    assert went.exit == 1
    other = office.zaak("hanno", "history", office.case, *form)
    assert went.out == other.out.replace("history", "letter")
    assert went.err == other.err.replace("history", "letter")


def test_file_is_for_its_owner_alone(office: Office, tmp_path: Path) -> None:
    """A letter in a file is what would have been printed, its owner's only, and never replaced."""
    target = tmp_path / "brief.html"
    words = ("receipt", "--format", "html", "-o", str(target))
    went = office.letter("noortje", *words)
    office.now -= timedelta(minutes=1)
    assert target.read_text(encoding="utf-8") == office.letter("noortje", *words[:3]).out
    assert (went.out, target.stat().st_mode & 0o777) == (f"{target}\n", 0o600)
    kept = target.read_bytes()
    assert office.letter("noortje", *words).exit == 2
    assert target.read_bytes() == kept


def test_json_is_one_document(office: Office) -> None:
    """With --json the letter is the `text` of one document that says what it is."""
    import json

    went = office.letter("noortje", "receipt", "--json")
    document: Any = json.loads(went.out)
    office.now -= timedelta(minutes=1)
    assert document == {
        "case": office.case,
        "letter": "receipt",
        "format": "text",
        "text": office.letter("noortje", "receipt").out,
    }


def test_nothing_is_written_of_a_history_that_does_not_hold(office: Office) -> None:
    """Of a case whose stored ciphertext was exchanged no letter is made, and the exit code is 4."""
    with closing(sqlite3.connect(office.store)) as store, store:
        named = store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (trigger,) in named:
            store.execute(f"DROP TRIGGER {trigger}")
        store.execute("UPDATE items SET ciphertext = zeroblob(length(ciphertext))")
    went = office.letter("noortje", "receipt")
    assert (went.exit, went.out) == (4, "")


def test_a_party_signs_in_no_office(office: Office) -> None:
    """A letter made by an office-holder names the office, one made by the member names none."""
    assert "Functie: vertrouwenspersoon" in _flat(office.letter("noortje", "receipt").out)
    assert "Functie:" not in office.letter(None, "receipt", ZAAK_CODE=office.code).out
    assert office.letter("noortje", "receipt", "--as", "auditor").exit == 2
