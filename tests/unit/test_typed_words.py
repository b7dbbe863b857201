"""What people read is what they can type: labels in either language, and parties by their sign."""

from pathlib import Path

import pytest

from tests.unit.bureau import Bureau
from workflow.engine.reasons import BadCommand
from workflow.verbs.meant import meant
from workflow.verbs.options import Asked
from workflow.verbs.session import Session

PEOPLE: dict[str, tuple[str, ...]] = {
    "noor": ("counsellor",),
    "bram": ("mediator",),
    "ilse": ("branch_chair",),
    "daan": ("regional_chair",),
}


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    """An association with a counsellor, a mediator and two chairs."""
    return Bureau(tmp_path_factory.mktemp("bureau")).found("noord", PEOPLE)


@pytest.fixture
def bureau(founded: Bureau, tmp_path: Path) -> Bureau:
    """The same, to be changed at will."""
    return founded.copied(tmp_path)


@pytest.fixture
def case(bureau: Bureau) -> str:
    """A report to noor, whose code is of no matter here."""
    words = ("open", "conduct", "--set", "ground=nog niet gezegd", "--note", "LICENSE", "--json")
    return str(bureau.done("noor", *words).document["case"])


# --- labels --------------------------------------------------------------------------------------


def test_a_case_goes_on_by_its_labels(bureau: Bureau, case: str) -> None:
    """Steps, questions, answers, kinds, purposes and recipients go by their labels, as by name."""
    explained = "De uitzondering bij levensgevaar is uitgelegd=ja"
    weighed = ("--set", "Hoe ernstig=Zeer ernstig", "--set", "simple=nee")
    mirrored = ("--set", "Mogelijkheden=niets doen,de geschillencommissie", "--note", "LICENSE")
    bureau.done("noor", "advance", case, "Beginnen te luisteren", "--set", explained)
    bureau.done("noor", "advance", case, "DE_ERNST-WEGEN", *weighed)
    bureau.done("noor", "advance", case, "Prepare advice", *mirrored)
    told = bureau.done("noor", "show", case, "--json").document
    assert told["states"]["report"] == "advising"
    added = bureau.done("noor", "add", case, "LICENSE", "--kind", "Gespreksverslag", "--json")
    item = added.document["item"]
    allowed = ("--to", "geschillencommissie", "--purpose", "ruling", "--items", item)
    given = ("--party", "het lid", *allowed, "--evidence", "mondeling", "--json")
    bureau.done("noor", "consent", "give", case, *given)
    (consent,) = bureau.done("noor", "consent", "list", case, "--json").document["consents"]
    assert (consent["giver"], consent["to"], consent["evidence"]) == (
        "reporter",
        "disputes_committee",
        "spoken",
    )
    why = bureau.done("noor", "why", case, "een signaal geven", "--json")
    assert why.document["step"] == "give_signal"


def test_offices_go_by_their_labels(bureau: Bureau) -> None:
    """An office is granted, chosen and ended by its label, and a person by their full name."""
    granted = bureau.done("saar", "office", "grant", "Vertrouwenspersoon", "Bram", "--json")
    assert (granted.document["office"], granted.document["person"]) == ("counsellor", "bram")
    words = ("open", "conduct", "--set", "ground=unsaid", "--as", "vertrouwenspersoon", "--json")
    case = bureau.done("bram", *words).document["case"]
    as_counsellor = ("--set", "exception_explained=ja", "--as", "Confidential Counsellor")
    bureau.done("bram", "advance", case, "start_listening", *as_counsellor)
    ended = bureau.done("saar", "office", "end", "confidential counsellor", "bram", "--json")
    assert ended.document["office"] == "counsellor"


def test_letters_and_tracks_go_by_their_labels(bureau: Bureau, case: str) -> None:
    """A letter, a track, a state and a ground are understood in Dutch."""
    letter = bureau.done("noor", "letter", case, "Ontvangst", "--json").document
    assert letter["letter"] == "receipt"
    drawn = bureau.done(None, "procedure", "diagram", "conduct", "--track", "melding", "--json")
    assert drawn.document["tracks"] == ["report"]
    found = bureau.done("noor", "list", "--state", "Melding=ontvangen", "--json").document["cases"]
    assert [row["case"] for row in found] == [case]
    assert (
        "Ilse is kept out" in bureau.done("noor", "recuse", case, "Ilse", "--ground", "getuige").out
    )


def test_a_label_of_two_is_not_guessed(bureau: Bureau) -> None:
    """A label of two names is refused with both; a name goes before a label, and the rest stays."""
    known = {"help": ("hulp", "aid"), "support": ("hulp", "support"), "hulp_x": ("de politie", "x")}
    session = Session(Asked({}), "share")
    with pytest.raises(BadCommand) as wrong:
        meant(session, "Hulp", known)
    (reason,) = wrong.value.problems
    assert (reason.code, reason.particulars["known"]) == ("ambiguous-name", ("help", "support"))
    assert meant(session, "support", known) == "support"
    assert meant(session, "Politie", known) == "hulp_x"
    assert meant(session, "iets anders", known) == "iets anders"


@pytest.mark.parametrize(
    ("words", "said", "unsaid"),
    [
        (("office", "grant", "vertrouwenspersoom", "bram"), "counsellor (vertrouwenspersoon)", ","),
        (("advance", "CASE", "luisteren"), "Bedoel je start_listening", "open_emergency"),
        (("advance", "CASE", "qqqqq"), "zaak next ", "open_report"),
        (("add", "CASE", "LICENSE", "--kind", "gesprek"), "conversation (gespreksverslag)", "??"),
        (("list", "--state", "qqqqqq"), "Het zijn er", "listening"),
    ],
)
def test_what_is_unknown_is_met_with_labels(
    bureau: Bureau, case: str, words: tuple[str, ...], said: str, unsaid: str
) -> None:
    """What nobody declared exits 2 with the closest names and their labels, not a list of codes."""
    who = "saar" if words[0] == "office" else "noor"
    asked = [case if word == "CASE" else word for word in words]
    went = bureau(who, *asked, ZAAK_LANG="nl")
    assert went.exit == 2, went
    assert said in went.err
    assert unsaid not in went.err


def test_next_speaks_of_no_code_and_of_no_self(bureau: Bureau, case: str) -> None:
    """`next` calls whom something goes to as the question does, and never points at itself."""
    told = bureau.done("noor", "next", case).out
    assert "emergency notice → ‘Who may know’" in told
    ways = [line for line in told.splitlines() if line.strip().startswith("→")]
    assert ways
    assert not any("zaak next" in way for way in ways)
    assert "→ Emergency: Life in danger" in told


def test_examples_can_be_pasted(bureau: Bureau, case: str) -> None:
    """No command in `why` or after a missing answer holds a sign that a shell takes as its own."""
    started = ("advance", case, "start_listening", "--set", "exception_explained=yes")
    bureau.done("noor", *started)
    why = bureau.done("noor", "why", case, "weigh").out.splitlines()[-1]
    lacking = bureau("noor", "advance", case, "weigh", "--set", "severity=xxx", ZAAK_LANG="nl")
    assert lacking.exit == 2
    example = lacking.err.splitlines()[-1]
    assert "severity=xxx" not in example
    for command in (why, example):
        assert "zaak advance" in command
        assert not set("|<>&;()*?") & set(command)


# --- parties -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def inquiry(tmp_path_factory: pytest.TempPathFactory) -> tuple[Bureau, str, str, str]:
    """An investigation to which one person came: the bureau, the case, their name and code."""
    bureau = Bureau(tmp_path_factory.mktemp("inquiry")).found(
        "vereniging",
        {
            "nina": ("national_chair", "national_board"),
            "niels": ("national_vice_chair", "national_board"),
            "ivo": ("investigator",),
        },
    )
    opened = ("open", "investigation", "--step", "pass_on_message", "--set", "asked_by=board")
    case = bureau.done("nina", *opened, "--note", "LICENSE", "--yes", "--json").document["case"]
    proposed = ("--set", "by=bureau", "--set", "investigators=ivo", "--set", "readers_fixed=yes")
    bureau.done("nina", "advance", case, "begin_screening")
    bureau.done("nina", "advance", case, "propose_commission", *proposed)
    bureau.done("niels", "advance", case, "confirm_commission")
    bureau.done("ivo", "advance", case, "start", "--set", "independent=yes")
    bureau.done("nina", "advance", case, "broaden", "--set", "agreed=yes")
    came = bureau.done("ivo", "advance", case, "come_forward", "--json").document
    return bureau, case, came["party"], came["code"]


def test_a_member_is_shown_the_name_to_type(inquiry: tuple[Bureau, str, str, str]) -> None:
    """`show` names each party as it is typed, and `next` what they may add, allow and share."""
    bureau, case, party, code = inquiry
    shown = bureau.done(None, "show", case, code=code)
    assert f"You are here as: person concerned {party[-4:]} ({party})" in shown.out
    assert bureau.done(None, "show", case, "--json", code=code).document["parties"] == [party]
    told = bureau.done(None, "next", case, code=code).out
    assert f"zaak add {case} FILE --kind testimony --of {party}" in told
    assert f"zaak consent give {case} --items ITEM" in told
    assert f"zaak share {case} ITEM" in told
    assert "weighing (the weighing by the board)" in told
    came = bureau.done("ivo", "advance", case, "come_forward").out
    assert "(concerned-" in came


@pytest.mark.parametrize(
    "form", ["{sign}", "{party}", "person concerned {sign}", "Betrokkene {sign}"]
)
def test_a_party_goes_by_each_of_its_names(
    inquiry: tuple[Bureau, str, str, str], form: str
) -> None:
    """A party is known by its name, its sign, and its label with the sign in either language."""
    bureau, case, party, code = inquiry
    of = form.format(sign=party[-4:], party=party)
    words = ("add", case, "LICENSE", "--kind", "testimony", "--of", of, "--json")
    item = bureau.done(None, *words, code=code).document["item"]
    items = bureau.done(None, "show", case, "--json", code=code).document["items"]
    assert [each["of"] for each in items if each["item"] == item] == [[party]]


def test_an_unknown_party_is_met_with_those_one_may_know(
    inquiry: tuple[Bureau, str, str, str],
) -> None:
    """A party that is not there exits 2, and names to a member themselves and nobody else."""
    bureau, case, party, code = inquiry
    bureau.done("ivo", "advance", case, "come_forward")
    words = ("add", case, "LICENSE", "--kind", "testimony", "--of", "concerned-zzzz", "--json")
    (reason,) = bureau(None, *words, code=code).document["error"]["reasons"]
    assert reason["missing"]["known"] == [party]
    assert f"{party} (person concerned {party[-4:]})" in reason["way_out"]


# --- opening, and consent ------------------------------------------------------------------------


def test_opening_shares_nothing_unasked(bureau: Bureau) -> None:
    """A case whose beginning shares something shows what, and is refused unless it is confirmed."""
    words = ("open", "conduct", "--step", "give_signal", "--set", "corners=board")
    count = bureau.events()
    refused = bureau("ilse", *words, "--note", "LICENSE")
    assert refused.exit == 1
    assert "Refused: give_signal" in refused.err
    assert "This will leave:" in refused.err
    assert "→ regional chair" in refused.err
    assert "not confirmed" in refused.err
    assert bureau.events() == count
    given = bureau.done("ilse", *words, "--note", "LICENSE", "--yes", "--json").document
    assert [event["type"] for event in given["events"]].count("disclosed") == 1


def test_a_consent_is_not_given_twice(bureau: Bureau, case: str) -> None:
    """What a consent that holds allows already is refused with it; more than that is recorded."""
    item = bureau.done("noor", "add", case, "LICENSE", "--kind", "conversation", "--json").document[
        "item"
    ]
    words = ("consent", "give", case, "--party", "reporter", "--to", "mediator", "--items", item)
    spoken = (*words, "--purpose", "mediation", "--evidence", "spoken")
    first = bureau.done("noor", *spoken, "--until", "2026-06-30", "--json").document["consent"]
    again = bureau("noor", *spoken, "--until", "2026-06-30")
    assert again.exit == 1
    assert f"‘{first}’ holds until and including 30 June 2026." in again.err
    assert f"zaak consent withdraw {case} {first}" in again.err
    longer = bureau.done("noor", *spoken, "--json").document["consent"]
    gone = bureau.done("noor", "consent", "withdraw", case, first)
    assert f"{longer} still holds" in gone.out
    assert f"zaak consent withdraw {case} {longer}" in gone.out
    last = bureau.done("noor", "consent", "withdraw", case, longer, "--json").document
    assert last["still"] == []
    bureau.done("noor", *spoken)
