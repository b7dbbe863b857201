"""A procedure in words: what only a declaration says reaches those who adopt it, in their language.

The procedure is `matter.yaml`, in which everything occurs that has to do with other cases, with
deputies and with what ends.
"""

import typing
from pathlib import Path

import msgspec
import pytest

from workflow.declaring.reading import read, read_offices
from workflow.engine import procedure as p
from workflow.verbs.declaration import in_words
from workflow.verbs.declared_words import DeclaredWords

FOLDER = Path(__file__).parent.parent / "faulty_procedures" / "together"
MATTER = read(FOLDER / "matter.yaml", read_offices(FOLDER / "offices.yaml"))
NL, EN = (
    [line.strip() for line in in_words(MATTER, lang, "0123", {}).splitlines()]
    for lang in ("nl", "en")
)
RAISED = msgspec.structs.replace(MATTER, threshold=12)
GUARDS: dict[str, tuple[p.Guard | p.Condition, str]] = {
    "track_in": (
        p.TrackIn("help", ("active", "ended")),
        "‘Help’ stands at ‘Helping’ or ‘Help ended’",
    ),
    "recorded": (p.Recorded("begin", "urgent", ("yes",)), "at ‘Begin’ ‘Is urgent’ says: yes"),
    "answered": (p.Answered("way", "briefly"), "‘How’ says: briefly"),
    "warranted": (
        p.Warranted("way", "briefly", "begin", "urgent", ("yes",)),
        "‘How’ says: briefly, only if at ‘Begin’ ‘Is urgent’ says: yes",
    ),
    "several": (
        p.Several("weighers", "begin", "urgent", ("yes",)),
        "‘Who weighed’ are two or more, if at ‘Begin’ ‘Is urgent’ says: yes",
    ),
    "other_person_parties": (
        p.OtherPerson(than_parties=("advocate",)),
        "it is someone else than advocate",
    ),
    "present": (p.Present("advocate"), "advocate takes part"),
    "absent": (p.Absent("advocate"), "advocate takes no part"),
    "consent": (
        p.Consent("reporter", "conversation", "helper", "help"),
        "the member consented: conversation → helper (help)",
    ),
    "has_item": (p.HasItem("advice"), "the case holds: advice"),
    "packet": (
        p.Packet("chair", "ruling"),
        "there is an item with a consent: … → chair (a ruling)",
    ),
    "other_person": (
        p.OtherPerson("weighers", "begin", "helper"),
        "‘Who weighed’ is someone else than whoever took ‘Begin’ or helper in this case",
    ),
    "own_branch": (p.OwnBranch(), "the office is held in this very branch"),
    "outside_branch": (p.OutsideBranch("weighers"), "from outside the branch: Who weighed"),
    "experienced": (
        p.Experienced("weighers", ("chair", "helper")),
        "‘Who weighed’ holds or held one of these offices: chair or helper",
    ),
    "staffed": (p.Staffed("helper"), "the case has somebody as helper"),
    "available": (
        p.Available("begin", "fallback", "counsellor"),
        "someone of ‘And otherwise’ at ‘Begin’ can act as counsellor",
    ),
    "no_new_holder": (p.NoNewHolder(("chair",)), "there is no new chair since"),
    "opened": (
        p.Opened("weighers", ("advice", "packet")),
        "‘Who weighed’ opened everything there is to read of: advice and document",
    ),
    "named_earlier": (
        p.OtherPerson(than_named="weigh.weighers"),
        "it is someone else than ‘Who weighed’ at ‘Weigh’",
    ),
    "same_person": (
        p.SamePerson(
            (p.Hat(step="begin"), p.Hat(party="advocate")),
            (p.Hat(step="weigh", field="weighers"), p.Hat(office="helper")),
        ),
        (
            "the same person is whoever took ‘Begin’ or advocate, and ‘Who weighed’ at ‘Weigh’ "
            "or helper"
        ),
    ),
    "fresh_eyes": (
        p.FreshEyes("weighers", "weigh_anew", "others", all_new=True),
        "nobody of ‘Who weighed’ was named before as ‘Who weighed now’ at ‘Weigh anew’",
    ),
}


@pytest.mark.parametrize(("guard", "told"), GUARDS.values(), ids=GUARDS.keys())
def test_each_guard_is_told(guard: p.Guard | p.Condition, told: str) -> None:
    """Each guard is a clause in both languages that names what it looks at."""
    weigh = MATTER.steps["weigh"]
    assert DeclaredWords(MATTER, "en").guard(guard, weigh) == told
    assert DeclaredWords(MATTER, "nl").guard(guard, weigh) != told


def test_no_guard_is_left_untold() -> None:
    """Every guard of the vocabulary is among those that are told."""
    vocabulary = {*typing.get_args(p.Guard), *typing.get_args(p.Condition)}
    assert {type(guard) for guard, _ in GUARDS.values()} == vocabulary


def test_eyes_need_not_all_be_fresh() -> None:
    """Where most have to be new, it says so."""
    fresh = p.FreshEyes("weighers", "weigh_anew", "others")
    told = DeclaredWords(MATTER, "nl").guard(fresh, MATTER.steps["weigh"])
    assert told == (
        "de meesten van ‘Wie woog’ niet al genoemd zijn als ‘Wie woog nu’ bij ‘Opnieuw wegen’"
    )


@pytest.mark.parametrize(
    ("nl", "en"),
    [
        (
            "voorzitter (chair) – vervangen door vicevoorzitter",
            "chair (chair) – vice-chair stands in for them",
        ),
        (
            "getuige (witness) – kunnen er meer zijn",
            "witness (witness) – there can be several",
        ),
        (
            "raadsman (advocate) – handelt zelf, als persoon",
            "advocate (advocate) – acts in person",
        ),
        (
            "een uitspraak (ruling) – te lezen door: de voorzitter",
            "a ruling (ruling) – read by: the chair",
        ),
        (
            (
                "gesprek (conversation) – van het lid; toe te voegen door het lid, "
                "vertrouwenspersoon; nooit naar controleur"
            ),
            (
                "conversation (conversation) – of the member; may be added by the member, "
                "counsellor; never to auditor"
            ),
        ),
        (
            (
                "getuigenis (testimony) – van wie erin te herkennen is; toe te voegen door "
                "getuige, helper"
            ),
            (
                "testimony (testimony) – of whom it can be traced to; may be added by witness, "
                "helper"
            ),
        ),
        (
            "advies (advice) – in opdracht geschreven voor voorzitter",
            "advice (advice) – written on commission for chair",
        ),
        (
            (
                "termijn: 7 dagen; daarna vanzelf: ‘Doorgeven’; zodra dat kan; daarna een "
                "herinnering aan: vertrouwenspersoon [B2]"
            ),
            (
                "deadline: 7 days; then by itself: ‘Pass on’; as soon as it can; then a "
                "reminder to: counsellor [B2]"
            ),
        ),
        (
            "alleen zolang er in deze zaak iemand is als helper",
            "only as long as the case has somebody as helper",
        ),
        (
            "anders vanzelf: ‘Hulp houdt op’",
            "otherwise by itself: ‘Help ends’",
        ),
        (
            "door: een andere stap, een andere zaak van dezelfde kwestie",
            "by: another step, another case of the matter",
        ),
        ("stukken erbij: stuk", "documents with it: document"),
        ("Hulp houdt eens op (help_ends) [own]", "Help comes to an end (help_ends) [own]"),
        (
            "overal waar: ‘Hulp’ staat op ‘Er wordt geholpen’",
            "wherever: ‘Help’ stands at ‘Helping’",
        ),
        (
            "kan het nog altijd zover komen: ‘Hulp’ staat op ‘Hulp beëindigd’",
            "it can always still come to: ‘Help’ stands at ‘Help ended’",
        ),
        ("erbij komt: raadsman (‘Wie’)", "joins: advocate (‘Who’)"),
        (
            "buiten de zaak blijft: ‘Wie er partij in is’",
            "kept out of the case: ‘Who is a party to it’",
        ),
        (
            "in deze zaak wordt aangewezen: vertrouwenspersoon (‘En anders’ bij ‘Beginnen’)",
            "assigned: counsellor (‘And otherwise’ at ‘Begin’)",
        ),
        (
            "deelt: advies → voorzitter (hulp), als die er is",
            "shares: advice → chair (help), if there is one",
        ),
        (
            "vraagt: Welke zaak [other] – het nummer van een andere zaak",
            "asks: Which case [other] – the number of another case",
        ),
        (
            "van dezelfde kwestie wordt: ‘Welke zaak’",
            "of the same matter becomes: ‘Which case’",
        ),
        (
            "in zaken van dezelfde kwestie gebeurt: stand_back (neighbour)",
            "in cases of the same matter happens: stand_back (neighbour)",
        ),
        (
            "opent, met wat gedeeld wordt, een zaak: take_up (neighbour)",
            "opens, with what is shared, a case: take_up (neighbour)",
        ),
        (
            "wist voorgoed de sleutels van alles wat is van: het lid",
            "destroys for good the keys of all that is of: the member",
        ),
    ],
)
def test_each_construct_is_told(nl: str, en: str) -> None:
    """What a procedure says of people, documents, states and other cases stands in its words."""
    assert nl in NL
    assert en in EN


def test_offices_that_exclude_each_other_are_told() -> None:
    """Whoever reads a procedure learns which offices do not go together, and who is assigned."""
    assert (
        "helper (helper) – only in cases assigned to them; nobody who is also chair or committee"
        in EN
    )


STATES = Path(__file__).parents[2] / "states"
SHIPPED = read_offices(STATES / "offices.yaml")


def shown(name: str, **changed: object) -> list[str]:
    """The lines of a shipped procedure in English, in which these parts are otherwise."""
    declared = msgspec.structs.replace(read(STATES / f"{name}.yaml", SHIPPED), **changed)
    return [line.strip() for line in in_words(declared, "en", "0123", {}).splitlines()]


@pytest.mark.parametrize("name", ["conduct", "dispute", "investigation", "norms"])
def test_everybody_a_procedure_names_is_told_once(name: str) -> None:
    """Each office, party and outside recipient has one line at the head, whatever holds of it."""
    declared = read(STATES / f"{name}.yaml", SHIPPED)
    lines = shown(name)
    begin = lines.index("OFFICES AND PARTIES")
    told = [line.partition(" – ")[0] for line in lines[begin + 1 : lines.index("", begin)]]
    named = [(key, one.labels) for key, one in declared.offices.items()]
    named += [(key, one.labels) for key, one in declared.parties.items()]
    named += [(key, one.labels) for key, one in declared.outside.items()]
    assert told == [f"{labels.en} ({key})" for key, labels in named]


def test_a_decision_by_law_is_told() -> None:
    """What is the member's to decide is told where the step does not say so, and from where."""
    ways = "with the return code, with a signed statement or said, and recorded by a counsellor"

    def decided(lines: list[str], step: str) -> list[str]:
        place = next(n for n, line in enumerate(lines) if f"({step})" in line)
        return [line for line in lines[place : place + 9] if line.startswith("decided by")]

    lines = shown("conduct")
    assert decided(lines, "listen_again") == [
        f"decided by the member, from ‘The member decides’: {ways}"
    ]
    steps = read(STATES / "conduct.yaml", SHIPPED).steps
    plain = msgspec.structs.replace(steps["close"], decision=None)
    undeclared = shown("conduct", steps={**steps, "close": plain})
    assert decided(undeclared, "close") == [f"decided by the member: {ways}"]


def test_a_promise_of_several_conditions_is_one_line() -> None:
    """Two conditions that are never to hold together are told as one promise, and one as never."""
    lines = shown("dispute")
    both = (
        "never together: ‘Proceedings’ stands at ‘Ruled’ or ‘Inadmissible’ and ‘Challenge’ stands "
        "at ‘Asked’"
    )
    assert both in lines
    assert sum(line.startswith("never together: ") for line in lines) == 2
    assert sum(line.startswith("never: ") for line in lines) == 1
    assert not [line for line in lines if line.endswith("–")]


def test_the_help_of_a_step_is_told() -> None:
    """What a step says of itself to whoever takes it stands with it."""
    help_ = "Whoever was challenged is out of the case from now on, and neither reads nor decides."
    assert help_ in shown("dispute")


def test_recipient_called_like_a_field_is_named() -> None:
    """An office that some step also asks for by that name is told as the office that it is."""
    conversation = DeclaredWords(MATTER, "en").going("advice", "counsellor", "help")
    assert conversation == "advice → counsellor (help)"


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("nl", "In het jaarverslag staan geen aantallen onder de {k}."),
        ("en", "No count below {k} stands in the yearly account."),
    ],
)
def test_the_threshold_of_the_account_is_told(lang: str, line: str) -> None:
    """Whoever adopts a procedure reads from what count on a yearly account tells everybody."""
    for procedure, k in ((MATTER, 5), (RAISED, 12)):
        lines = [each.strip() for each in in_words(procedure, lang, "0123", {}).splitlines()]
        assert line.format(k=k) in lines
