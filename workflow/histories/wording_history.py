"""The fixed words of a history, in Dutch and in English, with its times and lengths of time.

Sentences with particulars are functions that give both languages at once, so that what is said
about an event is decided in one place and no template has to make a sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from workflow.engine.facts import Fact
from workflow.engine.procedure import Text
from workflow.histories.local_time import moment
from workflow.histories.wording_page import PAGE_WORDS

WORDS: dict[str, Text] = PAGE_WORDS | {
    "title": Text(nl="Geschiedenis van een zaak", en="History of a case"),
    "skip": Text(nl="Naar de inhoud", en="Skip to the content"),
    "contents": Text(nl="Op deze pagina", en="On this page"),
    "case": Text(nl="Zaak", en="Case"),
    "procedure": Text(nl="Procedure", en="Procedure"),
    "version": Text(nl="versie", en="version"),
    "digest": Text(nl="Vingerafdruk van de procedure", en="Digest of the procedure"),
    "branch": Text(nl="Afdeling", en="Branch"),
    "audience": Text(nl="Weergave voor", en="As seen by"),
    "as_of": Text(nl="Stand van", en="As of"),
    "period": Text(nl="Loopt van", en="Runs from"),
    "to_day": Text(nl="tot en met", en="to"),
    "zone": Text(
        nl="Alle tijden zijn Nederlandse tijd (Europe/Amsterdam).",
        en="All times are Dutch local time (Europe/Amsterdam).",
    ),
    "nothing": Text(
        nl="Er is in deze zaak niets dat u mag zien.",
        en="There is nothing in this case that you may see.",
    ),
    "intact": Text(nl="Niets gewijzigd", en="Nothing changed"),
    "intact_more": Text(
        nl="De keten is heel en alle handtekeningen kloppen",
        en="The chain is whole and every signature holds",
    ),
    "intact_limit": Text(
        nl="Of aan het einde iets is afgeknipt, is hier niet te zien.",
        en="Whether the end was cut off cannot be seen here.",
    ),
    "broken": Text(nl="Geschiedenis klopt niet", en="History does not hold"),
    "chain_broken": Text(nl="De keten is verbroken.", en="The chain is broken."),
    "signatures_broken": Text(nl="Niet elke handtekening klopt.", en="Not every signature holds."),
    "unchecked": Text(nl="Niet gecontroleerd", en="Not checked"),
    "unchecked_more": Text(
        nl="De keten en de handtekeningen zijn voor deze weergave niet gecontroleerd.",
        en="The chain and the signatures were not checked for this page.",
    ),
    "events_checked": Text(nl="gebeurtenissen gecontroleerd", en="events checked"),
    "event": Text(nl="gebeurtenis", en="event"),
    "events": Text(nl="gebeurtenissen", en="events"),
    "summary": Text(nl="In het kort", en="At a glance"),
    "states_now": Text(nl="Waar het staat", en="Where it stands"),
    "none_begun": Text(nl="Nog niets begonnen", en="Nothing has begun"),
    "emergencies": Text(nl="Noodopeningen", en="Emergencies"),
    "emergency": Text(nl="Noodopening", en="Emergency"),
    "no_emergency": Text(nl="geen", en="none"),
    "disclosures": Text(nl="Wat is gedeeld", en="What was shared"),
    "disclosures_few": Text(nl="Delingen", en="Disclosures"),
    "disclosures_lead": Text(
        nl="Elke keer dat een stuk iemand bereikte, en op welke grond.",
        en="Every time an item reached someone, and on which basis.",
    ),
    "no_disclosures": Text(nl="Er is niets gedeeld.", en="Nothing was shared."),
    "consents": Text(nl="Toestemmingen", en="Consents"),
    "consents_lead": Text(
        nl="Wie wat aan wie liet geven, en of dat nog geldt.",
        en="Who let what go to whom, and whether that still holds.",
    ),
    "no_consents": Text(nl="Er is geen toestemming gegeven.", en="No consent was given."),
    "deadlines": Text(nl="Termijnen", en="Deadlines"),
    "no_deadlines": Text(nl="Er liep geen termijn.", en="No deadline ran."),
    "tracks": Text(nl="De weg die de zaak ging", en="The path the case took"),
    "tracks_lead": Text(
        nl="Eén tekening voor elk spoor. De genummerde pijlen zijn de genomen stappen; elk nummer "
        "brengt u naar wat er toen gebeurde, en vandaar weer terug. Een stippelpijl met een nummer "
        "gebeurde vanzelf of als gevolg van iets anders; een grijze is niet gevolgd. De gevulde "
        "toestand is die van nu.",
        en="One drawing for each track. The numbered arrows are the steps taken; each number leads "
        "to what happened then, and from there back. A dotted arrow with a number happened by "
        "itself or because of something else; a grey one was not taken. The filled state is the "
        "present one.",
    ),
    "not_begun": Text(nl="Niet begonnen", en="Not begun"),
    "show_track": Text(nl="Toon de tekening", en="Show the drawing"),
    "drawing": Text(nl="Tekening van het spoor", en="Drawing of the track"),
    "timeline": Text(nl="Wat er gebeurde", en="What happened"),
    "number": Text(nl="Nr.", en="No."),
    "when": Text(nl="Wanneer", en="When"),
    "by": Text(nl="Door", en="By"),
    "recorded": Text(nl="vastgelegd", en="recorded"),
    "not_recorded": Text(
        nl="nog vast te leggen bij de volgende handeling",
        en="to be recorded with the next action",
    ),
    "decided": Text(nl="Besloten door", en="Decided by"),
    "because": Text(nl="als gevolg van", en="as a consequence of"),
    "because_hidden": Text(
        nl="als gevolg van iets anders", en="as a consequence of something else"
    ),
    "rules": Text(nl="Regels", en="Rules"),
    "sources": Text(nl="Waar de regels staan", en="Where the rules stand"),
    "changed": Text(nl="stand van", en="as of"),
    "giver": Text(nl="Van", en="From"),
    "recipient": Text(nl="Aan", en="To"),
    "purpose": Text(nl="Waarvoor", en="Purpose"),
    "what": Text(nl="Wat", en="What"),
    "whose": Text(nl="Van wie", en="Whose"),
    "given": Text(nl="Gegeven", en="Given"),
    "status": Text(nl="Stand", en="Status"),
    "since_withdrawn": Text(nl="op", en="on"),
    "since_over": Text(nl="sinds", en="since"),
    "since_expired": Text(nl="op", en="on"),
    "basis": Text(nl="Grond", en="Basis"),
    "track": Text(nl="Spoor", en="Track"),
    "state": Text(nl="Toestand", en="State"),
    "term": Text(nl="Termijn", en="Term"),
    "due": Text(nl="Tijd", en="Time"),
    "outcome": Text(nl="Uitkomst", en="Outcome"),
    "may_know": Text(nl="Wie het mocht weten", en="Who could be told"),
    "at_most_until": Text(nl="Uiterlijk", en="No later than"),
    "ended": Text(nl="Afloop", en="How it ended"),
    "afterwards": Text(nl="Daarna", en="Afterwards"),
    "still_to_come": Text(nl="Staat nog open", en="Still open"),
    "shared_then": Text(nl="Toen gedeeld", en="Shared then"),
    "disclosure": Text(nl="deling", en="disclosure"),
    "mark_emergency": Text(nl="noodopening", en="emergency"),
    "mark_disclosure": Text(nl="gedeeld", en="shared"),
    "mark_withdrawal": Text(nl="toestemming vervallen", en="consent ended"),
    "mark_clock": Text(
        nl="vanzelf, doordat de termijn verliep", en="by itself, as the term ran out"
    ),
    "mark_ground": Text(
        nl="vanzelf, doordat wegviel waar het op rustte",
        en="by itself, as what it rested on fell away",
    ),
    "mark_linked": Text(
        nl="door een zaak van dezelfde kwestie", en="through a case of the same matter"
    ),
    "mark_erasure": Text(nl="gewist", en="erased"),
    "in_case": Text(nl="in zaak", en="in case"),
    "erased": Text(nl="gewist", en="erased"),
    "count_kept": Text(nl="op tijd", en="kept"),
    "count_missed": Text(nl="te laat", en="missed"),
    "count_lapsed": Text(nl="verstreken", en="ran out"),
    "count_running": Text(nl="lopend", en="running"),
    "verify": Text(nl="Zelf controleren", en="Checking this yourself"),
    "verify_how": Text(
        nl="Elke gebeurtenis is ondertekend en aan de vorige geketend. Wie bij de administratie "
        "kan, controleert dit met:",
        en="Every event is signed and chained to the one before it. Whoever can get at the "
        "records checks this with:",
    ),
    "verify_against": Text(
        nl="Deze pagina kan niet laten zien dat het einde is afgeknipt. Of er iets is weggelaten, "
        "blijkt uit een vergelijking met een export die elders is bewaard. Die kunnen de "
        "auditcommissie en wie het register bijhoudt maken: vraag het aan hen.",
        en="This page cannot show that the end was cut off. Whether anything was left out shows "
        "from a comparison with an export that is kept elsewhere. The auditors and the keeper of "
        "the register can make one: ask them.",
    ),
    "limits": Text(nl="Wat hier niet staat", en="What this does not show"),
    "limits_named": Text(
        nl="Hier staat geen inhoud, en geen naam dan van wie er heeft gekeken: de rest is "
        "verzegeld voor wie het mag lezen.",
        en="No contents stand here, and no names but of those who looked: the rest is sealed to "
        "those who may read it.",
    ),
    "limits_nameless": Text(
        nl="Hier staan geen inhoud en geen namen: die zijn verzegeld voor wie ze mag lezen.",
        en="No contents and no names stand here: those are sealed to the people who may read them.",
    ),
    "limits_all": Text(
        nl="Dat alles klopt, bewijst dat niets is veranderd, niet dat alles is opgeschreven.",
        en="That all of it holds proves that nothing was changed, not that everything was written "
        "down.",
    ),
    "limits_view": Text(
        nl="U ziet alleen wat u in deze zaak mag zien. De nummers tellen alleen dat.",
        en="You see only what you may see of this case. The numbers count only that.",
    ),
    "yes": Text(nl="ja", en="yes"),
    "no": Text(nl="nee", en="no"),
}

CLOCK_LABEL = Text(nl="de klok", en="the clock")
LINKED_LABEL = Text(nl="een zaak van dezelfde kwestie", en="a case of the same matter")
EVIDENCE = {
    "code": Text(nl="ondertekend met de eigen code", en="signed with their own code"),
    "written": Text(nl="op schrift", en="in writing"),
    "spoken": Text(nl="mondeling, opgetekend", en="spoken, and noted down"),
}
BASES = {
    "own": Text(nl="eigen stuk", en="their own item"),
    "confidant": Text(nl="toevertrouwd", en="confided"),
    "commission": Text(nl="in opdracht geschreven", en="written on commission"),
    "consent": Text(nl="toestemming", en="consent"),
    "emergency": Text(nl="levensgevaar", en="danger to life"),
    "legal_duty": Text(nl="een vastgelegde wettelijke plicht", en="a legal duty that was recorded"),
}
WROTE = Text(nl="zelf geschreven", en="wrote it")
"""On which basis somebody reads what they wrote themselves, of an item that is another's."""
OUTCOMES = {
    "kept": Text(nl="op tijd", en="kept"),
    "missed": Text(nl="te laat", en="missed"),
    "lapsed": Text(
        nl="verstreken; de zaak ging vanzelf verder", en="ran out; it went on by itself"
    ),
    "running": Text(nl="loopt", en="running"),
    "overdue": Text(nl="verstreken, nog open", en="passed, still open"),
}
STATUSES = {
    "holds": Text(nl="ja", en="yes"),
    "withdrawn": Text(nl="ingetrokken", en="withdrawn"),
    "over": Text(nl="niet meer geldig", en="no longer valid"),
    "expired": Text(nl="verlopen", en="expired"),
}
ENDINGS = {
    "open": Text(nl="nog open", en="still open"),
    "closed": Text(nl="gesloten", en="closed"),
    "expired": Text(nl="vanzelf verlopen", en="expired by itself"),
}
HEADLINES = {
    "added": Text(nl="Stuk toegevoegd", en="Item added"),
    "consented": Text(nl="Toestemming gegeven", en="Consent given"),
    "withdrawn": Text(nl="Toestemming ingetrokken", en="Consent withdrawn"),
    "lapsed": Text(nl="Toestemming verlopen", en="Consent expired"),
    "purpose_ended": Text(nl="Toestemming vervallen", en="Consent ended"),
    "disclosed": Text(nl="Stuk gedeeld", en="Item shared"),
    "read": Text(nl="Stuk geopend", en="Item opened"),
    "erased": Text(nl="Stukken gewist", en="Items erased"),
    "linked": Text(nl="Zaken van dezelfde kwestie", en="Cases of the same matter"),
    "heard": Text(nl="Bericht uit een andere zaak", en="Told by another case"),
    "recused": Text(nl="Iemand houdt zich erbuiten", en="Someone stays out of it"),
    "migrated": Text(nl="Verder onder andere regels", en="On under other rules"),
}
SOMETHING_WRONG = Text(
    nl="Bij de controle bleek dat er iets niet klopt.",
    en="The check showed that something does not hold.",
)
RECUSED = Text(
    nl="Iemand handelt niet meer in deze zaak en leest er niets van.",
    en="Someone no longer acts in this case and reads nothing of it.",
)
_SIZES = (
    (4 << 10, Text(nl="tot 4 kB", en="up to 4 kB")),
    (64 << 10, Text(nl="tot 64 kB", en="up to 64 kB")),
    (1 << 20, Text(nl="tot 1 MB", en="up to 1 MB")),
)
_LARGE = Text(nl="meer dan 1 MB", en="over 1 MB")


def words(lang: str) -> dict[str, str]:
    """The fixed words in `lang`: Dutch for `nl`, else English."""
    return {name: text[lang] for name, text in WORDS.items()}


def headline(fact: Fact) -> Text:
    """What is written above a fact that came with no step."""
    return HEADLINES[str(fact.__struct_config__.tag)]


REGISTRAR_LABEL = Text(nl="bijhouder van het register", en="keeper of the register")

LOOKED = {
    "status": Text(nl="hoe de zaak ervoor staat", en="how the case stands"),
    "history": Text(nl="wat er in de zaak is gebeurd", en="what happened in the case"),
    "letter": Text(nl="een brief over de zaak", en="a letter about the case"),
    "export": Text(
        nl="de gebeurtenissen van de zaak (niet de inhoud van de stukken)",
        en="the events of the case (not the contents of documents)",
    ),
    "export_all": Text(
        nl="de gebeurtenissen van deze en andere zaken (niet de inhoud van de stukken)",
        en="the events of this and other cases (not the contents of documents)",
    ),
}
"""What somebody looked at, by the kind of look."""

LOOK_BASES = {
    "own": Text(nl="het is de eigen zaak", en="it is their own case"),
    "confidant": Text(
        nl="het is aan deze vertrouwenspersoon toevertrouwd",
        en="it was confided to this counsellor",
    ),
    "audit": Text(nl="toezicht", en="oversight"),
    "register": Text(nl="houdt het register bij", en="keeps the register"),
    "office": Text(
        nl="de procedure geeft dit ambt inzage", en="the procedure lets this office see it"
    ),
}
"""Why somebody might look."""


def looked(
    kind: str, name: str | None, office: Text | None, audience: Text | None, times: int
) -> Text:
    """That somebody looked, in which office and for whom; the reader themself where it is none."""
    who_nl = "U hebt" if office is None else f"{name or 'Iemand'} heeft als {office.nl}"
    who_en = "You" if office is None else f"{name or 'Someone'}, as {office.en},"
    did_nl, did_en = _DID.get(kind, ("bekeken {}", "looked at {}"))
    what_nl, what_en = did_nl.format(LOOKED[kind].nl), did_en.format(LOOKED[kind].en)
    if audience is not None:
        what_nl += f", zoals te zien voor: {audience.nl}"
        what_en += f", as seen by: {audience.en}"
    more_nl, more_en = (f" ({times} keer)", f" ({times} times)") if times > 1 else ("", "")
    return Text(f"{who_nl} {what_nl}{more_nl}.", f"{who_en} {what_en}{more_en}.")


_DID = {
    "letter": ("{} gemaakt", "made {}"),
    "export": ("{} eruit gehaald", "took out {}"),
    "export_all": ("{} eruit gehaald", "took out {}"),
}
"""What somebody did other than to look at it."""


def capital(text: Text) -> Text:
    """The words with a capital first letter."""
    return Text(*(each[:1].upper() + each[1:] for each in (text.nl, text.en)))


def joined(parts: Sequence[Text]) -> Text:
    """The words one after another, with commas and a last `and`."""
    return Text(_listed([p.nl for p in parts], "en"), _listed([p.en for p in parts], "and"))


def size(length: int) -> Text:
    """How large an item is, in words that tell little: `length` is in bytes, padding included."""
    return next((text for most, text in _SIZES if length <= most), _LARGE)


def late_by(late: timedelta) -> Text:
    """A length of time in its two largest units of days, hours and minutes."""
    minutes = max(1, int(late.total_seconds() // 60))
    counted = (minutes // 1440, minutes // 60 % 24, minutes % 60)
    named = {
        "nl": (("dag", "dagen"), ("uur", "uur"), ("minuut", "minuten")),
        "en": (("day", "days"), ("hour", "hours"), ("minute", "minutes")),
    }
    spoken = {
        lang: [
            f"{count} {words[count != 1]}"
            for count, words in zip(counted, units, strict=True)
            if count
        ][:2]
        for lang, units in named.items()
    }
    return Text(_listed(spoken["nl"], "en"), _listed(spoken["en"], "and"))


# --- sentences about events ----------------------------------------------------------------------


def people(number: int) -> Text:
    """How many people, and not who."""
    if number == 1:
        return Text("één persoon", "one person")
    return Text(f"{number} mensen", f"{number} people")


def party_joined(party: Text) -> Text:
    """Someone became a party."""
    return Text(
        f"Vanaf nu is bij de zaak betrokken: {party.nl}.",
        f"{capital(party).en} takes part in the case from here on.",
    )


def assigned(office: Text, several: bool) -> Text:
    """An office is held in this case, by one person or by several."""
    one = Text("een", "an" if office.en[:1] in "aeiou" else "a")
    number = Text("meer dan één", "more than one") if several else one
    return Text(
        f"Vanaf nu in deze zaak: {number.nl} {office.nl}.",
        f"From now on in this case: {number.en} {office.en}.",
    )


def released(office: Text) -> Text:
    """An office is held in this case no longer."""
    return Text(
        f"Niet meer in deze zaak: {office.nl}. De toegang die daarbij hoorde, is vervallen.",
        f"No longer in this case: {office.en}. The access that came with it has ended.",
    )


def item_added(number: int, kind: Text, length: Text | None) -> Text:
    """An item was sealed into the case."""
    nl, en = (f" ({length.nl})", f" ({length.en})") if length else ("", "")
    return Text(
        f"Stuk {number}, {kind.nl}{nl}, verzegeld toegevoegd.",
        f"Item {number}, {kind.en}{en}, added under seal.",
    )


def item_read(number: int, kind: Text, basis: Text) -> Text:
    """An item was opened."""
    return Text(
        f"Stuk {number}, {kind.nl}, geopend. Grond: {basis.nl}.",
        f"Item {number}, {kind.en}, opened. Basis: {basis.en}.",
    )


def consented(number: int, giver: Text, what: Text, to: Text, purpose: Text) -> Text:
    """A consent was given."""
    return Text(
        f"Toestemming {number} van {giver.nl}: {what.nl} → {to.nl}, voor {purpose.nl}.",
        f"Consent {number} of {giver.en}: {what.en} → {to.en}, for {purpose.en}.",
    )


def withdrawn(number: int) -> Text:
    """A consent was taken back."""
    return Text(
        f"Toestemming {number} is ingetrokken. Op grond daarvan wordt niets meer gedeeld.",
        f"Consent {number} was withdrawn. Nothing more is shared on that basis.",
    )


def lapsed(number: int) -> Text:
    """A consent ran out."""
    return Text(f"Toestemming {number} is verlopen.", f"Consent {number} has expired.")


def purpose_ended(purpose: Text, numbers: Sequence[int]) -> Text:
    """The consents for a purpose ended; `numbers` are those the reader sees, at least one."""
    listed = [str(number) for number in numbers]
    nl, en = _listed(listed, "en"), _listed(listed, "and")
    if len(listed) == 1:
        return Text(
            f"Toestemming {nl} voor {purpose.nl} is vervallen.",
            f"Consent {en} for {purpose.en} has ended.",
        )
    return Text(
        f"De toestemmingen {nl} voor {purpose.nl} zijn vervallen.",
        f"Consents {en} for {purpose.en} have ended.",
    )


def disclosed(
    number: int, item: int, kind: Text, to: Text, basis: Text, into: str | None = None
) -> Text:
    """An item reached someone, or was carried for them `into` another case."""
    nl, en = (f", meegenomen naar zaak {into}", f", carried into case {into}") if into else ("", "")
    return Text(
        f"Deling {number}: {kind.nl} (stuk {item}) → {to.nl}{nl}. Grond: {basis.nl}.",
        f"Disclosure {number}: {kind.en} (item {item}) → {to.en}{en}. Basis: {basis.en}.",
    )


def erased(numbers: Sequence[int]) -> Text:
    """Items were erased; `numbers` are those among them that the reader has met."""
    listed = [str(number) for number in sorted(numbers)]
    nl, en = _listed(listed, "en"), _listed(listed, "and")
    if len(listed) == 1:
        return Text(
            f"Stuk {nl} is gewist: de sleutel is vernietigd en niemand opent het nog.",
            f"Item {en} was erased: its key was destroyed and nobody opens it any more.",
        )
    return Text(
        f"Stukken {nl} zijn gewist: de sleutels zijn vernietigd en niemand opent ze nog."
        if listed
        else "Er zijn stukken gewist: de sleutels zijn vernietigd en niemand opent ze nog.",
        f"Items {en} were erased: their keys were destroyed and nobody opens them any more."
        if listed
        else "Items were erased: their keys were destroyed and nobody opens them any more.",
    )


def linked(case: str) -> Text:
    """Another case is of the same matter."""
    return Text(
        f"Deze zaak en zaak {case} horen bij dezelfde kwestie.",
        f"This case and case {case} are of the same matter.",
    )


def heard(case: str, seq: int) -> Text:
    """An event of another case told this one."""
    return Text(
        f"Dit volgt uit gebeurtenis {seq} van zaak {case}.",
        f"This follows from event {seq} of case {case}.",
    )


def migrated(before: str, after: str, renewed: Sequence[Text]) -> Text:
    """The case came under another version, and on these tracks a term begins anew."""
    anew = joined(renewed) if renewed else None
    return Text(
        f"Deze zaak volgt voortaan versie {after} van de procedure, en niet meer versie {before}. "
        "Niemand mag daardoor meer zien of lezen dan eerst."
        + (f" De termijn begint nu opnieuw bij: {anew.nl}." if anew else ""),
        f"From now on this case follows version {after} of the procedure, and no longer version "
        f"{before}. By that nobody may see or read more than before."
        + (f" The term begins anew now for: {anew.en}." if anew else ""),
    )


def resting_on(basis: Text, numbers: Sequence[int]) -> Text:
    """A basis, with the consents it rests on."""
    listed = ", ".join(str(number) for number in numbers)
    return Text(f"{basis.nl} {listed}", f"{basis.en} {listed}") if numbers else basis


def emergency_opened(recipients: Text, until: datetime) -> Text:
    """An emergency began."""
    return Text(
        f"Levensgevaar. Mag het weten: {recipients.nl}. Uiterlijk {moment(until, 'nl')}.",
        f"Life in danger. May know: {recipients.en}. No later than {moment(until, 'en')}.",
    )


EMERGENCY_CLOSED = Text(
    nl="De noodopening is voorbij. Op die grond wordt niets meer gedeeld of gelezen.",
    en="The emergency is over. Nothing is shared or read on that basis any more.",
)


def particular(items: Sequence[tuple[int, Text]], others: int) -> Text:
    """Items by number and kind, and how many `others` there are that the reader has not met."""
    nl = [f"stuk {number}, {kind.nl}" for number, kind in items]
    en = [f"item {number}, {kind.en}" for number, kind in items]
    if others:
        more_nl, more_en = (("ander ", "andere "), "other ") if items else (("", ""), "")
        one = others == 1
        nl.append(f"1 {more_nl[0]}stuk" if one else f"{others} {more_nl[1]}stukken")
        en.append(f"1 {more_en}item" if one else f"{others} {more_en}items")
    return Text("; ".join(nl), "; ".join(en))


def gone(kind: Text) -> Text:
    """A kind of item, of one that was erased since."""
    return Text(f"{kind.nl} (gewist)", f"{kind.en} (erased)")


def all_of_kind(kind: Text) -> Text:
    """All items of a kind."""
    return Text(f"{kind.nl} (alle)", f"{kind.en} (all)")


def _listed(parts: Sequence[str], last: str) -> str:
    *rest, final = parts or [""]
    return f"{', '.join(rest)} {last} {final}" if rest else final
