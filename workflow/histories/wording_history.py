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

WORDS: dict[str, Text] = {
    "title": Text(nl="Geschiedenis van een zaak", en="History of a case"),
    "skip": Text(nl="Naar de inhoud", en="Skip to the content"),
    "case": Text(nl="Zaak", en="Case"),
    "procedure": Text(nl="Procedure", en="Procedure"),
    "version": Text(nl="versie", en="version"),
    "digest": Text(nl="Vingerafdruk van de procedure", en="Digest of the procedure"),
    "branch": Text(nl="Afdeling", en="Branch"),
    "audience": Text(nl="Weergave voor", en="As seen by"),
    "as_of": Text(nl="Stand van", en="As of"),
    "period": Text(nl="Loopt van", en="Runs from"),
    "to_day": Text(nl="tot en met", en="to"),
    "until_word": Text(nl="tot", en="until"),
    "zone": Text(
        nl="Alle tijden zijn Nederlandse tijd (Europe/Amsterdam).",
        en="All times are Dutch local time (Europe/Amsterdam).",
    ),
    "nothing": Text(
        nl="Er is in deze zaak niets dat u mag zien.",
        en="There is nothing in this case that you may see.",
    ),
    "intact": Text(nl="Geschiedenis ongeschonden", en="History intact"),
    "intact_more": Text(
        nl="De keten sluit en elke handtekening klopt.",
        en="The chain is closed and every signature holds.",
    ),
    "broken": Text(nl="Geschiedenis klopt niet", en="History does not hold"),
    "chain_broken": Text(nl="De keten is verbroken.", en="The chain is broken."),
    "signatures_broken": Text(nl="Niet elke handtekening klopt.", en="Not every signature holds."),
    "unchecked": Text(nl="Niet nagerekend", en="Not verified"),
    "unchecked_more": Text(
        nl="Keten en handtekeningen zijn voor deze weergave niet nagerekend.",
        en="Chain and signatures were not verified for this page.",
    ),
    "events_checked": Text(nl="Nagerekende gebeurtenissen", en="Events verified"),
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
        nl="Eén tekening voor elk spoor. De genummerde pijlen zijn de genomen stappen, op "
        "volgorde; de gevulde toestand is die van nu.",
        en="One drawing for each track. The numbered arrows are the steps taken, in order; "
        "the filled state is the present one.",
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
    "decided": Text(nl="Beslissing van", en="Decision of"),
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
    "status": Text(nl="Geldt nog?", en="Still holds?"),
    "basis": Text(nl="Grond", en="Basis"),
    "track": Text(nl="Spoor", en="Track"),
    "state": Text(nl="Toestand", en="State"),
    "term": Text(nl="Termijn", en="Term"),
    "due": Text(nl="Uiterlijk", en="Due"),
    "outcome": Text(nl="Uitkomst", en="Outcome"),
    "may_know": Text(nl="Wie het mocht weten", en="Who might know"),
    "at_most_until": Text(nl="Hooguit tot", en="At most until"),
    "ended": Text(nl="Afloop", en="How it ended"),
    "afterwards": Text(nl="Daarna", en="Afterwards"),
    "still_to_come": Text(nl="Staat nog open", en="Still open"),
    "shared_then": Text(nl="Toen gedeeld", en="Shared then"),
    "mark_emergency": Text(nl="noodopening", en="emergency"),
    "mark_disclosure": Text(nl="gedeeld", en="shared"),
    "mark_withdrawal": Text(nl="toestemming voorbij", en="consent over"),
    "mark_clock": Text(nl="door de klok", en="by the clock"),
    "count_kept": Text(nl="op tijd", en="kept"),
    "count_missed": Text(nl="te laat", en="missed"),
    "count_lapsed": Text(nl="verstreken", en="ran out"),
    "count_running": Text(nl="lopend", en="running"),
    "verify": Text(nl="Zelf narekenen", en="Verifying this yourself"),
    "verify_how": Text(
        nl="Elke gebeurtenis is ondertekend en aan de vorige geketend. Wie de zaken bewaart, "
        "rekent het na met:",
        en="Every event is signed and chained to the one before it. Whoever keeps the cases can "
        "verify that with:",
    ),
    "verify_against": Text(
        nl="Met een ijkpunt dat elders is bewaard, blijkt ook of er iets is weggelaten.",
        en="With a checkpoint that is kept elsewhere, it also shows whether anything was left out.",
    ),
    "limits": Text(nl="Wat hier niet staat", en="What this does not show"),
    "limits_all": Text(
        nl="Hier staan geen namen en geen inhoud: die zijn verzegeld voor wie ze mogen lezen. Een "
        "gaaf overzicht bewijst dat niets is veranderd, niet dat alles is opgeschreven.",
        en="No names and no contents stand here: they are sealed to those who may read them. An "
        "intact history proves that nothing was changed, not that everything was written down.",
    ),
    "limits_view": Text(
        nl="U ziet alleen wat u in deze zaak mag zien. De nummers tellen alleen dat.",
        en="You see only what you may see of this case. The numbers count only that.",
    ),
    "yes": Text(nl="ja", en="yes"),
    "no": Text(nl="nee", en="no"),
}

CLOCK_LABEL = Text(nl="de klok", en="the clock")
EVIDENCE = {
    "code": Text(nl="zelf ondertekend", en="signed by themselves"),
    "written": Text(nl="op schrift", en="in writing"),
    "spoken": Text(nl="mondeling, opgetekend", en="spoken, and noted down"),
}
BASES = {
    "own": Text(nl="eigen stuk", en="their own item"),
    "confidant": Text(nl="toevertrouwd", en="confided"),
    "consent": Text(nl="toestemming", en="consent"),
    "emergency": Text(nl="levensgevaar", en="danger to life"),
    "legal_duty": Text(nl="een vastgelegde wettelijke plicht", en="a legal duty that was recorded"),
}
OUTCOMES = {
    "kept": Text(nl="op tijd", en="kept"),
    "missed": Text(nl="te laat", en="missed"),
    "lapsed": Text(nl="verstreken; de klok ging verder", en="ran out; the clock moved on"),
    "running": Text(nl="loopt", en="running"),
    "overdue": Text(nl="verstreken, nog open", en="passed, still open"),
}
STATUSES = {
    "holds": Text(nl="ja", en="yes"),
    "withdrawn": Text(nl="ingetrokken", en="withdrawn"),
    "over": Text(nl="voorbij", en="over"),
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
    "purpose_ended": Text(nl="Toestemming voorbij", en="Consent over"),
    "disclosed": Text(nl="Stuk gedeeld", en="Item shared"),
    "read": Text(nl="Stuk geopend", en="Item opened"),
    "recused": Text(nl="Iemand houdt zich erbuiten", en="Someone stays out of it"),
}
SOMETHING_WRONG = Text(
    nl="Bij het narekenen bleek dat er iets niet klopt.",
    en="Verifying it showed that something does not hold.",
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


def party_joined(party: Text) -> Text:
    """Someone became a party."""
    return Text(
        f"{capital(party).nl} is vanaf nu bij de zaak betrokken.",
        f"{capital(party).en} takes part in the case from here on.",
    )


def assigned(office: Text) -> Text:
    """An office is held in this case."""
    return Text(f"Aangewezen in deze zaak: {office.nl}.", f"Assigned to this case: {office.en}.")


def released(office: Text) -> Text:
    """An office is held in this case no longer."""
    return Text(
        f"Niet langer aangewezen in deze zaak: {office.nl}. Toegang die daarop rustte is voorbij.",
        f"No longer assigned to this case: {office.en}. Access that rested on it has ended.",
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
        f"Toestemming {number} ingetrokken. Er gaat niets meer op weg.",
        f"Consent {number} withdrawn. Nothing more leaves on it.",
    )


def lapsed(number: int) -> Text:
    """A consent ran out."""
    return Text(f"Toestemming {number} is verlopen.", f"Consent {number} has expired.")


def purpose_ended(purpose: Text, numbers: Sequence[int]) -> Text:
    """The consents for a purpose ended; `numbers` are those the reader sees, at least one."""
    listed = [str(number) for number in numbers]
    return Text(
        f"Toestemming voor {purpose.nl} is voorbij: nummer {_listed(listed, 'en')}.",
        f"Consent for {purpose.en} is over: number {_listed(listed, 'and')}.",
    )


def disclosed(number: int, item: int, kind: Text, to: Text, basis: Text) -> Text:
    """An item reached someone."""
    return Text(
        f"Deling {number}: {kind.nl} (stuk {item}) → {to.nl}. Grond: {basis.nl}.",
        f"Disclosure {number}: {kind.en} (item {item}) → {to.en}. Basis: {basis.en}.",
    )


def resting_on(basis: Text, numbers: Sequence[int]) -> Text:
    """A basis, with the consents it rests on."""
    listed = ", ".join(str(number) for number in numbers)
    return Text(f"{basis.nl} {listed}", f"{basis.en} {listed}") if numbers else basis


def emergency_opened(recipients: Text, until: datetime) -> Text:
    """An emergency began."""
    return Text(
        f"Levensgevaar. Mag het weten: {recipients.nl}. Hooguit tot {moment(until, 'nl')}.",
        f"Life in danger. May know: {recipients.en}. At most until {moment(until, 'en')}.",
    )


EMERGENCY_CLOSED = Text(
    nl="De noodopening is voorbij. Op die grond wordt niets meer gedeeld of gelezen.",
    en="The emergency is over. Nothing is shared or read on that basis any more.",
)


def items_counted(count: int) -> Text:
    """A number of items."""
    return Text(
        "1 stuk" if count == 1 else f"{count} stukken",
        "1 item" if count == 1 else f"{count} items",
    )


def all_of_kind(kind: Text) -> Text:
    """All items of a kind."""
    return Text(f"{kind.nl} (alle)", f"{kind.en} (all)")


def _listed(parts: Sequence[str], last: str) -> str:
    *rest, final = parts or [""]
    return f"{', '.join(rest)} {last} {final}" if rest else final
