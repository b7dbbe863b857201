"""The fixed words of a site, in Dutch and in English; what it shares with a history is there."""

from __future__ import annotations

from functools import cache

from workflow.engine.procedure import Text

WORDS: dict[str, Text] = {
    "site": Text(nl="Zaken, regels en functies", en="Cases, rules and offices"),
    "pages": Text(nl="Pagina’s", en="Pages"),
    "overview": Text(nl="Overzicht", en="Overview"),
    "cases": Text(nl="Zaken", en="Cases"),
    "late": Text(nl="Termijnen", en="Deadlines"),
    "procedures": Text(nl="Procedures", en="Procedures"),
    "offices": Text(nl="Functies", en="Offices"),
    "overview_lead": Text(
        nl="Wat er nu loopt, wat is blijven liggen en wat nog bekeken moet worden. Alles hier is "
        "geteld uit de zaken op deze site; u kunt elke zaak zelf openen.",
        en="What is going on now, what was left lying and what still has to be looked at. "
        "Everything here is counted from the cases on this site; you can open each of them.",
    ),
    "no_cases": Text(
        nl="Er zijn geen zaken die u mag zien.", en="There are no cases that you may see."
    ),
    "open_cases": Text(nl="Open zaken", en="Open cases"),
    "cases_all": Text(nl="van de", en="of"),
    "waiting": Text(nl="Termijn voorbij", en="Deadline passed"),
    "waiting_more": Text(nl="wachten nog op iemand", en="still wait for somebody"),
    "missed": Text(nl="Eerder gemist", en="Missed before"),
    "reviews": Text(nl="Noodopeningen", en="Emergencies"),
    "reviews_more": Text(nl="wachten op beoordeling", en="await review"),
    "window": Text(nl="Nog niet onder een ijkpunt", en="Not under a checkpoint yet"),
    "window_more": Text(nl="gebeurtenissen", en="events"),
    "unsound": Text(nl="Zaken die niet kloppen", en="Cases that do not hold"),
    "unsound_lead": Text(
        nl="Verander niets en maak een reservekopie. Wat er mis is, staat op de pagina van de "
        "zaak.",
        en="Change nothing, and make a backup. What is wrong is said on the page of the case.",
    ),
    "sound": Text(nl="Elke zaak klopt", en="Every case holds"),
    "sound_more": Text(
        nl="Bij het maken is van elke zaak de keten nagerekend en elke handtekening gecontroleerd.",
        en="When this was made, the chain of each case was recomputed and every signature checked.",
    ),
    "not_sound": Text(nl="Niet elke zaak klopt", en="Not every case holds"),
    "see_below": Text(nl="Welke, staat hieronder.", en="Which, is said below."),
    "no_open": Text(nl="Er is geen zaak open.", en="No case is open."),
    "by_phase": Text(nl="Waar open zaken staan", en="Where open cases stand"),
    "by_age": Text(nl="Hoe lang zij al lopen", en="How long they have run"),
    "by_both": Text(nl="Waar zij staan en hoe lang zij lopen", en="Where they stand, and how long"),
    "several": Text(
        nl="Een zaak met meer sporen staat bij elk daarvan. Daarom kan dit samen meer zijn dan het "
        "aantal zaken.",
        en="A case with several tracks stands at each of them. So these can add up to more than "
        "there are cases.",
    ),
    "age_0": Text(nl="korter dan een maand", en="less than a month"),
    "age_1": Text(nl="1 tot 3 maanden", en="1 to 3 months"),
    "age_2": Text(nl="3 tot 6 maanden", en="3 to 6 months"),
    "age_3": Text(nl="6 tot 12 maanden", en="6 to 12 months"),
    "age_4": Text(nl="een jaar of langer", en="a year or longer"),
    "phase": Text(nl="Waar", en="Where"),
    "total": Text(nl="Samen", en="Together"),
    "one_case": Text(nl="zaak open", en="case open"),
    "many_cases": Text(nl="zaken open", en="cases open"),
    "waiting_lead": Text(
        nl="Deze termijnen zijn voorbij en er is nog niets gedaan; wat het langst wacht, staat "
        "vooraan.",
        en="These deadlines have passed and nothing was done yet; what waits longest comes first.",
    ),
    "no_waiting": Text(
        nl="Er wacht niets waarvan de termijn voorbij is.", en="Nothing waits past its deadline."
    ),
    "missed_lead": Text(
        nl="Hier kwam het er wel van, maar te laat. Het laatste staat vooraan.",
        en="Here it was done, but too late. The latest comes first.",
    ),
    "no_missed": Text(nl="Er is geen termijn gemist.", en="No deadline was missed."),
    "more_late": Text(nl="Alle termijnen die voorbijgingen", en="All deadlines that passed"),
    "case": Text(nl="Zaak", en="Case"),
    "branch": Text(nl="Afdeling", en="Branch"),
    "stands": Text(nl="Waar zij staat", en="Where it stands"),
    "began": Text(nl="Begonnen", en="Began"),
    "latest": Text(nl="Laatst", en="Latest"),
    "notes": Text(nl="Let op", en="Note"),
    "nothing_seen": Text(nl="geen spoor dat u ziet", en="no track that you see"),
    "ended": Text(nl="Afgelopen", en="Over"),
    "due": Text(nl="Termijn", en="Deadline"),
    "since_due": Text(nl="Te laat", en="Late by"),
    "opened_on": Text(nl="Geopend", en="Opened"),
    "how_ended": Text(nl="Hoe zij eindigde", en="How it ended"),
    "still": Text(nl="Wat nog moet", en="What is still to be done"),
    "reviews_title": Text(
        nl="Noodopeningen die nog bekeken moeten worden", en="Emergencies that await review"
    ),
    "reviews_lead": Text(
        nl="Iemand anders moet nagaan of het nodig was, en het lid moet het weten zodra dat veilig "
        "kan.",
        en="Somebody else has to judge whether it was needed, and the member has to be told as "
        "soon as that is safe.",
    ),
    "no_reviews": Text(
        nl="Er wacht geen noodopening op beoordeling.", en="No emergency awaits review."
    ),
    "window_title": Text(
        nl="Wat nog niet onder een ijkpunt valt", en="What no checkpoint covers yet"
    ),
    "window_lead": Text(
        nl="Een ijkpunt dat buiten de administratie is bewaard, maakt zichtbaar of er later iets "
        "is weggehaald of veranderd. Wat erna kwam, kan nog ongemerkt verdwijnen.",
        en="A checkpoint kept outside the store shows whether anything was taken out or changed "
        "later. What came after it can still vanish unseen.",
    ),
    "window_made": Text(nl="Het laatste ijkpunt is van", en="The latest checkpoint is of"),
    "window_none": Text(nl="Er is nog geen ijkpunt.", en="There is no checkpoint yet."),
    "window_unknown": Text(
        nl="Wanneer het laatste ijkpunt is gemaakt, is niet te lezen.",
        en="When the latest checkpoint was made cannot be read.",
    ),
    "window_shut": Text(
        nl="Alles in deze zaken en in het register valt eronder.",
        en="Everything in these cases and in the register is covered by it.",
    ),
    "window_how": Text(
        nl="De ijkmeester sluit dit met een nieuw ijkpunt, en bewaart het ergens anders:",
        en="The log keeper closes this with a new checkpoint, and keeps it elsewhere:",
    ),
    "file": Text(nl="BESTAND", en="FILE"),
    "window_against": Text(
        nl="Wie een ijkpunt heeft, houdt de administratie van vandaag ernaast:",
        en="Whoever has a checkpoint holds the store of today against it:",
    ),
    "window_limit": Text(
        nl="Geteld zijn de gebeurtenissen van deze zaken en van het register, en niet dat er is "
        "gekeken. Of een ijkpunt ook echt buiten is bewaard, weet alleen wie het heeft.",
        en="Counted are the events of these cases and of the register, and not that somebody "
        "looked. Whether a checkpoint really is kept outside, only its holder knows.",
    ),
    "register": Text(nl="Het register", en="The register"),
    "events_since": Text(nl="Gebeurtenissen sindsdien", en="Events since"),
    "other_cases": Text(nl="Nog andere zaken", en="Other cases"),
    "page": Text(nl="Bladzijde", en="Page"),
    "of": Text(nl="van", en="of"),
    "leaves": Text(nl="Bladzijden", en="Leaves"),
    "earlier": Text(nl="Vorige", en="Previous"),
    "later": Text(nl="Volgende", en="Next"),
    "cases_lead": Text(
        nl="Waar het laatst iets gebeurde, staat vooraan.",
        en="Where something happened last comes first.",
    ),
    "mark_waiting": Text(nl="termijn voorbij", en="deadline passed"),
    "mark_review": Text(nl="noodopening te beoordelen", en="emergency to review"),
    "mark_unsound": Text(nl="klopt niet", en="does not hold"),
    "procedures_lead": Text(
        nl="De procedures die de vereniging heeft aangenomen, met wie ze volgt. Een zaak houdt de "
        "versie waarmee zij begon, tot iemand haar overbrengt.",
        en="The procedures that the association adopted, and who follows them. A case keeps the "
        "version it began with, until somebody brings it over.",
    ),
    "no_procedures": Text(
        nl="Er is nog geen procedure aangenomen.", en="No procedure was adopted yet."
    ),
    "procedure": Text(nl="Procedure", en="Procedure"),
    "version": Text(nl="Versie", en="Version"),
    "followed": Text(nl="Wie haar volgt", en="Who follows it"),
    "also_called": Text(nl="Heet ook", en="Also called"),
    "digest": Text(nl="Vingerafdruk", en="Digest"),
    "everywhere": Text(
        nl="overal waar geen andere is aangenomen", en="wherever no other was adopted"
    ),
    "replaced": Text(nl="vervangen door een andere versie", en="replaced by another version"),
    "sources": Text(nl="Bronnen", en="Sources"),
    "changed": Text(nl="gewijzigd", en="changed"),
    "states": Text(nl="Toestanden", en="States"),
    "steps": Text(nl="Stappen", en="Steps"),
    "drawing": Text(nl="Tekening", en="Drawing"),
    "show_drawing": Text(nl="Toon de tekening", en="Show the drawing"),
    "dotted": Text(
        nl="Een stippellijn is een stap die vanzelf gaat. Een dubbele rand is een einde.",
        en="A dotted line is a step that happens by itself. A double edge is an end.",
    ),
    "rules": Text(nl="De regels waarop dit rust", en="The rules that this rests on"),
    "rules_lead": Text(
        nl="Wat er in de bronnen staat, in onze woorden en ingekort; de bronnen zelf gaan voor.",
        en="What the sources say, in our words and abridged; the sources themselves, which are in "
        "Dutch, go first. The summary in Dutch stands below each.",
    ),
    "rule": Text(nl="Regel", en="Rule"),
    "says": Text(nl="Wat er staat", en="What it says"),
    "carries": Text(nl="Waar zij geldt", en="Where it applies"),
    "own_rule": Text(nl="Een regel van de vereniging zelf.", en="A rule of the association’s own."),
    "offices_lead": Text(
        nl="Wie welke functie had, vanaf wanneer en tot wanneer, zoals het register het nu heeft.",
        en="Who held which office, from when until when, as the register has it now.",
    ),
    "offices_line": Text(nl="Tijdlijn", en="Timeline"),
    "offices_key": Text(
        nl="Vol: loopt nu, met een dunne lijn zolang er geen einde is bepaald. Leeg: afgelopen. "
        "Streepjes: moet nog beginnen.",
        en="Filled: runs now, with a thin line where no end is set. Empty: over. Dashes: has yet "
        "to begin.",
    ),
    "offices_table": Text(nl="Van wanneer tot wanneer", en="From when until when"),
    "no_terms": Text(nl="Niemand had een functie.", en="Nobody held an office."),
    "office": Text(nl="Functie", en="Office"),
    "person": Text(nl="Wie", en="Who"),
    "from": Text(nl="Vanaf", en="From"),
    "until": Text(nl="Einde", en="End"),
    "now": Text(nl="Nu", en="Now"),
    "term_runs": Text(nl="loopt", en="runs"),
    "term_over": Text(nl="afgelopen", en="over"),
    "term_coming": Text(nl="begint nog", en="yet to begin"),
    "about_this": Text(nl="Over deze pagina’s", en="About these pages"),
    "about_more": Text(
        nl="Gemaakt met ‘zaak audit site’. Hier staat alleen wat deze lezer mag zien, en zo was "
        "het toen dit werd gemaakt: het verandert niet mee. De pagina’s laden niets van "
        "buiten. Dat deze zaken zijn bekeken, is bij elke zaak vastgelegd.",
        en="Made with ‘zaak audit site’. It holds only what this reader may see, as it was when "
        "this was made: it does not change along. The pages ask for nothing outside themselves. "
        "That these cases were looked at is recorded beside each.",
    ),
}


@cache
def words(lang: str) -> dict[str, str]:
    """The fixed words in one language (`nl`, else English)."""
    return {name: text[lang] for name, text in WORDS.items()}
