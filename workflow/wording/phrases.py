"""What each rule says when it fails, in Dutch and in English, and what would help.

A phrase is filled in by `wording.wording`. `{to}` is a name as people say it, `{to_id}` the same
as it is typed, `{To}` begins a sentence. What a phrase may hold is tested against the particulars
that the engine really gives.
"""

from __future__ import annotations

from typing import NamedTuple


class Phrase(NamedTuple):
    """What fails, and what would have to be true or done; an empty way out says nothing."""

    nl: str
    en: str
    way_nl: str = ""
    way_en: str = ""


RULES: dict[str, Phrase] = {
    # --- whose it is, and when -----------------------------------------------------------------
    "several-readers": Phrase(
        "Er leest meer dan één mens als {office}, en niet dezelfde zaken: alles bij elkaar mag "
        "niemand van hen zien.",
        "More than one person reads as {office}, and not the same cases: all of it together none "
        "of them may see.",
        "Ieder van hen kan het voor zichzelf maken: zaak audit site MAP",
        "Each of them can make their own: zaak audit site DIR",
    ),
    "not-yours": Phrase(
        "Dit kun jij nu niet doen: het is aan {who}.",
        "This is not yours to do now: it is up to {who}.",
        "Vraag het aan {who}. Heb je die functie zelf, kijk dan of zij nog loopt: zaak office list",
        "Ask {who}. If you hold that office yourself, see whether it still runs: zaak office list",
    ),
    "comes-with-a-step": Phrase(
        "Een stuk van de soort {kind} komt met een stap mee; los voegt niemand het toe.",
        "An item of the kind {kind} comes with a step; nobody adds it by itself.",
        "{entering}",
        "{entering}",
    ),
    "opens-for-another": Phrase(
        "Je opent deze zaak voor {person}. Wie haar als {office_name} opent, neemt haar zelf op "
        "zich.",
        "You open this case for {person}. Who opens it as {office_name} takes it on themselves.",
        "Laat {person} haar openen, of neem haar zelf: --set {field_id}={value_id}",
        "Have {person} open it, or take it on yourself: --set {field_id}={value_id}",
    ),
    "not-now": Phrase(
        "Dit kan op dit moment niet.",
        "This is not possible at the moment.",
        "Misschien is het aan een ander, of eerst iets anders aan de beurt. Wat jij nu kunt, zie "
        "je met: zaak next ZAAK",
        "It may be somebody else's, or something else may come first. To see what you can do now: "
        "zaak next CASE",
    ),
    "wrong-state": Phrase(
        "{Track} staat op {state}; deze stap kan alleen vanaf {from}.",
        "{Track} stands at {state}; this step can only be taken from {from}.",
        "Welke stappen nu open staan, zie je met: zaak next ZAAK",
        "To see which steps are open now: zaak next CASE",
    ),
    "happened-before-state": Phrase(
        "Dit zou gebeurd zijn op {happened}, maar de zaak staat pas zo sinds {since}.",
        "This would have happened on {happened}, but the case stands like this only since {since}.",
        "Geef een tijdstip na {since}, of geef er geen.",
        "Give a time after {since}, or give none.",
    ),
    "happened-in-future": Phrase(
        "Dit zou pas gebeuren op {happened}; het is nu {now}.",
        "This would only happen on {happened}; it is now {now}.",
        "Leg het vast wanneer het gebeurd is.",
        "Record it once it has happened.",
    ),
    "track-not-in": Phrase(
        "{Track} staat op {state}; dit kan alleen bij {states}.",
        "{Track} stands at {state}; this is only possible at {states}.",
        "Eerst moet {track} op {states} komen. Wat nu kan, zie je met: zaak next ZAAK",
        "{Track} has to reach {states} first. To see what is possible now: zaak next CASE",
    ),
    "same-person": Phrase(
        "Dit moet iemand anders zijn dan {persons}{because}.",
        "This has to be someone else than {persons}{because}.",
        "Kies iemand anders, of laat een ander dit doen.",
        "Choose someone else, or have another person do this.",
    ),
    "nobody-is-both": Phrase(
        "Niemand is hier twee van deze tegelijk.",
        "Nobody here is two of these at once.",
        "Dit staat in de procedure: zaak procedure show.",
        "The procedure says so: zaak procedure show.",
    ),
    "other-branch": Phrase(
        "Dit kan alleen wie de functie in de afdeling {branch} zelf heeft.",
        "Only someone who holds the office in the branch {branch} itself can do this.",
        "Wie dat is, zie je met: zaak office list --branch {branch_id}",
        "To see who that is: zaak office list --branch {branch_id}",
    ),
    "from-this-branch": Phrase(
        "Dit vraagt mensen van buiten. Een functie in de afdeling {branch} heeft: {persons}.",
        "This asks for outsiders. With an office in the branch {branch}: {persons}.",
        "Kies mensen zonder functie in {branch}: zaak office list --branch {branch_id}",
        "Choose people without an office in {branch}: zaak office list --branch {branch_id}",
    ),
    "seat-excluded": Phrase(
        "{Person} heeft ook de functie van {other_names}, en die gaat niet samen met die van "
        "{office_name}. Dat is in elke zaak zo, waar zij ook over gaat.",
        "{Person} also holds the office of {other_names}, which does not go with that of "
        "{office_name}. That is so in every case, whatever it is about.",
        "Kies iemand zonder zo'n functie: zaak office list",
        "Choose someone without such an office: zaak office list",
    ),
    "not-experienced": Phrase(
        "Dit vraagt iemand die {office_names} is of was. Dat was nog niet: {persons}.",
        "This asks for someone who is, or has been, in the office of {office_names}. Not so far: "
        "{persons}.",
        "Kies iemand die dat wel is of was: zaak office list --all",
        "Choose someone who is or was: zaak office list --all",
    ),
    "not-fresh": Phrase(
        "Dit vraagt nieuwe ogen. Bij {step} waren er al bij: {persons}.",
        "This asks for fresh eyes. Named at {step} already: {persons}.",
        "Meer dan de helft is nieuw; waar er toen één was, of waar de stap dat vraagt, is iedereen "
        "nieuw. Kies er mensen bij die er toen niet waren: zaak office list",
        "More than half have to be new; where there was only one then, or where the step asks for "
        "it, all of them. Choose people who were not named then: zaak office list",
    ),
    "one-alone": Phrase(
        "Dit doet niemand alleen, en er staat alleen: {persons}.",
        "Nobody does this alone, and only this one is named: {persons}.",
        "Noem er nog iemand bij. Wie daarvoor in aanmerking komt: zaak office list",
        "Name somebody else as well. To see who might: zaak office list",
    ),
    "only-if-recorded": Phrase(
        "Het antwoord {given} kan alleen als bij de stap {step} op {field} het antwoord was: "
        "{values}.",
        "The answer {given} is only possible if at the step {step} the answer to {field} was: "
        "{values}.",
        "Laat dat antwoord weg. Klopt het eerdere niet, zet dan eerst de stap {step} opnieuw.",
        "Leave that answer out. If the earlier one is not right, take the step {step} anew first.",
    ),
    "not-opened": Phrase(
        "Wie dit doet, heeft eerst alles zelf gelezen. Nog niet alles van {kinds}: {persons}.",
        "Whoever does this has first read everything themselves. Not yet all of {kinds}: "
        "{persons}.",
        "Ieder opent eerst elk van die stukken: zaak show ZAAK, en dan zaak read ZAAK STUK",
        "Each first opens every one of those items: zaak show CASE, and then zaak read CASE ITEM",
    ),
    "nobody-in-office": Phrase(
        "Er is nu niemand die hier kan handelen als {office_name}.",
        "There is nobody now who can act here as {office_name}.",
        "Wie het register bijhoudt kan iemand benoemen: zaak office grant {office_id} PERSOON",
        "The keeper of the register can appoint someone: zaak office grant {office_id} PERSON",
    ),
    "nobody-in-offices": Phrase(
        "Er is nu niemand die hier kan handelen als {office_names}.",
        "There is nobody now who can act here as {office_names}.",
        "Wie het register bijhoudt kan iemand benoemen: zaak office grant {office_id} PERSOON",
        "The keeper of the register can appoint someone: zaak office grant {office_id} PERSON",
    ),
    "nobody-available": Phrase(
        "Wie eerder werd genoemd als {office_name}, kan dat nu niet zijn.",
        "None of those named before as {office_name} can take it up now.",
        "Noem iemand anders. Met welke stap dat kan, zie je met: zaak next ZAAK",
        "Name someone else. To see with which step: zaak next CASE",
    ),
    "new-holder": Phrase(
        "Sinds de zaak zo staat, kreeg iemand anders de functie van {office_names}: {persons}.",
        "Since the case stands like this, the office of {office_names} went to: {persons}.",
        "Wat nu eerst moet gebeuren, zie je met: zaak next ZAAK",
        "To see what comes first now: zaak next CASE",
    ),
    # --- the member decides --------------------------------------------------------------------
    "not-decided-by": Phrase(
        "Dit beslist {party} zelf, en dat {party} dit besloot, is nog niet vastgelegd.",
        "This is for {party} to decide, and it is not recorded yet that they did.",
        "Besloot {party} dit? Zet er dan bij: --decided-by {party_id} --evidence {recordable}. "
        "Of laat {party} het zelf doen, met de terugkeercode.",
        "Did {party} decide this? Then add: --decided-by {party_id} --evidence {recordable}. "
        "Or have {party} do it, with the return code.",
    ),
    "evidence-too-weak": Phrase(
        "Zo staat nog niet vast dat {party} dit zelf besliste.",
        "This does not yet show that {party} decided it.",
        "Wat volstaat: {evidence}.",
        "What suffices: {evidence}.",
    ),
    "spoken-to-a-counsellor-only": Phrase(
        "Wat {party} heeft gezegd, kan alleen een vertrouwenspersoon vastleggen.",
        "Only a confidential counsellor can record what {party} said.",
        "Vraag de vertrouwenspersoon het vast te leggen, of gebruik een ondertekende verklaring "
        "(--evidence written).",
        "Ask the counsellor to record it, or use a signed statement (--evidence written).",
    ),
    "not-recorded": Phrase(
        "Dit kan alleen als bij de stap {step} op {field} het antwoord was: {values}.",
        "This is only possible if at the step {step} the answer to {field} was: {values}.",
        "Is dat antwoord nu anders, dan moet de stap {step} eerst opnieuw worden gezet.",
        "If that answer is different now, the step {step} has to be taken anew first.",
    ),
    "answer-lacks": Phrase(
        "Bij {field} moet in elk geval ook {value} staan.",
        "The answer to {field} has to include {value}.",
        "Neem het op in het antwoord: --set {field_id}={value_id},…",
        "Make it part of the answer: --set {field_id}={value_id},…",
    ),
    "not-affirmed": Phrase(
        "Dit kan alleen als dit waar is: {field}.",
        "This is only possible if this is true: {field}.",
        "Is het waar, zeg het dan: --set {field_id}=ja. Zo niet, dan kan deze stap nu niet.",
        "If it is true, say so: --set {field_id}=yes. If not, this step is not possible now.",
    ),
    "party-absent": Phrase(
        "{Party} doet nog niet mee in deze zaak.",
        "{Party} takes no part in this case yet.",
        "Met welke stap {party} erbij komt, zie je met: zaak next ZAAK",
        "To see the step with which {party} joins: zaak next CASE",
    ),
    "confidant-kept-out": Phrase(
        "Wie vertrouwenspersoon is, houdt alleen het lid zelf buiten deze zaak: {person}.",
        "Only the member keeps a confidential counsellor out of this case: {person}.",
        "Laat die naam weg uit {field_id}, en zeg het tegen de vertrouwenspersoon.",
        "Leave that name out of {field_id}, and tell the member's counsellor.",
    ),
    "party-present": Phrase(
        "{Party} doet al mee in deze zaak.",
        "{Party} takes part in this case already.",
        "Wie meedoen, zie je met: zaak show ZAAK",
        "To see who takes part: zaak show CASE",
    ),
    # --- nothing is shared without a basis -----------------------------------------------------
    "consent-missing": Phrase(
        "{Giver} gaf geen toestemming om {item} te delen met {to} voor {purpose}.",
        "{Giver} has not consented to sharing {item} with {to} for {purpose}.",
        "Alleen {giver} kan dat toestaan. Leg het daarna vast: zaak consent give ZAAK --party "
        "{giver_id} --to {to_id} --items {item_id} --purpose {purpose_id} --evidence …",
        "Only {giver} can allow it. Then record it: zaak consent give CASE --party {giver_id} "
        "--to {to_id} --items {item_id} --purpose {purpose_id} --evidence …",
    ),
    "others-consent-missing": Phrase(
        "Dit stuk is niet alleen van jou, en niet iedereen van wie het is stemde ermee in het te "
        "delen met {to} voor {purpose}.",
        "This document is not yours alone, and not everyone whose it is has consented to sharing "
        "it with {to} for {purpose}.",
        "Ieder van hen beslist daar zelf over.",
        "Each of them decides that for themselves.",
    ),
    "none-to-give": Phrase(
        "Van {kind} kun je niets zelf openen, dus je kunt er niets van geven.",
        "There is nothing of {kind} that you can open yourself, so you cannot give any of it.",
        "Vraag het aan wie deze stukken wel kan openen.",
        "Ask whoever can open these documents.",
    ),
    "consent-withdrawn": Phrase(
        "{Giver} trok de toestemming in om {item} te delen met {to} voor {purpose}.",
        "{Giver} withdrew the consent to share {item} with {to} for {purpose}.",
        "Alleen {giver} kan er op terugkomen, en hoeft dat niet. Dan kan het opnieuw: zaak consent "
        "give ZAAK --party {giver_id} --to {to_id} --items {item_id} --purpose {purpose_id} "
        "--evidence …",
        "Only {giver} can change that, and need not. Then it can be given anew: zaak consent give "
        "CASE --party {giver_id} --to {to_id} --items {item_id} --purpose {purpose_id} "
        "--evidence …",
    ),
    "consent-expired": Phrase(
        "De toestemming van {giver} om {item} te delen met {to} voor {purpose} geldt nu niet.",
        "The consent of {giver} to share {item} with {to} for {purpose} does not hold now.",
        "Vraag {giver} of het nog mag, en leg dat vast: zaak consent give ZAAK --party {giver_id} "
        "--to {to_id} --items {item_id} --purpose {purpose_id} --evidence …",
        "Ask {giver} whether it is still allowed, and record that: zaak consent give CASE --party "
        "{giver_id} --to {to_id} --items {item_id} --purpose {purpose_id} --evidence …",
    ),
    "consent-to-kind-missing": Phrase(
        "{Giver} gaf geen toestemming om {kind} te delen met {to} voor {purpose}.",
        "{Giver} has not consented to sharing {kind} with {to} for {purpose}.",
        "Alleen {giver} kan dat toestaan. Leg het daarna vast: zaak consent give ZAAK --party "
        "{giver_id} --to {to_id} --kind {kind_id} --purpose {purpose_id} --evidence …",
        "Only {giver} can allow it. Then record it: zaak consent give CASE --party {giver_id} "
        "--to {to_id} --kind {kind_id} --purpose {purpose_id} --evidence …",
    ),
    "nobody-can-consent": Phrase(
        "Voor {item} kan niemand toestemming geven, want het is van niemand in deze zaak.",
        "Nobody can consent for {item}, because it is nobody's in this case.",
    ),
    "not-theirs-to-give": Phrase(
        "Het stuk {item} is niet van {giver}, die er dus geen toestemming voor kan geven.",
        "The item {item} is not that of {giver}, who therefore cannot consent to sharing it.",
        "Van wie een stuk is, zie je met: zaak show ZAAK",
        "To see whose an item is: zaak show CASE",
    ),
    "packet-empty": Phrase(
        "Er is nog geen stuk waarvoor toestemming geldt om het te delen met {to} voor {purpose}.",
        "There is no item yet with a live consent to share it with {to} for {purpose}.",
        "Laat het lid kiezen welke stukken mee mogen, en leg dat vast: zaak consent give ZAAK "
        "--party … --to {to_id} --items … --purpose {purpose_id} --evidence …",
        "Have the member choose which items may go, and record that: zaak consent give CASE "
        "--party … --to {to_id} --items … --purpose {purpose_id} --evidence …",
    ),
    "no-basis-to-read": Phrase(
        "Je mag {item} nu niet lezen: er is geen toestemming of andere grond meer.",
        "You may not read {item} now: there is no consent or other basis any more.",
        "Alleen een nieuwe toestemming van wie het is opent het weer.",
        "Only a new consent by the one whose it is opens it again.",
    ),
    "item-erased": Phrase(
        "Het stuk {item} is gewist: de sleutel is vernietigd en niemand opent het nog.",
        "The item {item} was erased: its key was destroyed and nobody opens it any more.",
        "Dat is niet terug te draaien. Wat er nog wel is, zie je met: zaak show ZAAK",
        "That cannot be undone. To see what there still is: zaak show CASE",
    ),
    "never-shared": Phrase(
        "{Kind} ({item}) gaat nooit naar {to}, ook niet met toestemming.",
        "{Kind} ({item}) never goes to {to}, not even with consent.",
        "Kies een andere ontvanger. Wie het aangaat mag er zelf wel over vertellen.",
        "Choose another recipient. Those whom it concerns may still speak about it themselves.",
    ),
    "no-legal-document": Phrase(
        "Het stuk {item} is in deze zaak geen wettelijk bevel en geen rechterlijke uitspraak.",
        "The item {item} is not a legal or court order in this case.",
        "Voeg het bevel eerst toe: zaak add ZAAK FILE --kind legal_document",
        "Add the order first: zaak add CASE FILE --kind legal_document",
    ),
    "sharing-happens-now": Phrase(
        "Delen met {to} gebeurt nu, en niet op een tijdstip dat voorbij is.",
        "Sharing with {to} happens now, not at a time that is past.",
        "Doe het nog eens zonder tijdstip.",
        "Do it again without a time.",
    ),
    "nobody-to-receive": Phrase(
        "{To} kan nu niets ontvangen: er is niemand in functie, of er is geen sleutel.",
        "{To} cannot receive anything now: nobody is in office, or there is no key.",
        "Wie het register bijhoudt kan iemand benoemen: zaak office grant {to_id} PERSOON",
        "The keeper of the register can appoint someone: zaak office grant {to_id} PERSON",
    ),
    "consent-over": Phrase(
        "De toestemming {consent} gold al niet meer. Er hoeft niets te gebeuren.",
        "The consent {consent} had ended already. Nothing needs to be done.",
    ),
    "emergency-condition": Phrase(
        "Een noodopening kan alleen als vaststaat: {field}.",
        "An emergency can only be opened if this is certain: {field}.",
        "Is het zo, zeg het dan: --set {field_id}=ja. Twijfel je, bel dan eerst een collega.",
        "If it is so, say it: --set {field_id}=yes. If in doubt, call a colleague first.",
    ),
    "report-without-owner": Phrase(
        "{Track} heeft in deze procedure niemand die erover beslist; zo kan deze stap nooit.",
        "Nobody decides about {track} in this procedure; so this step is never possible.",
        "De procedure moet zeggen van wie het spoor is (belongs_to), en dan opnieuw aangenomen.",
        "The procedure has to say whose track it is (belongs_to), and then be adopted anew.",
    ),
    "item-missing": Phrase(
        "Er zit nog geen {kind} in de zaak.",
        "The case holds no {kind} yet.",
        "Zo komt het erin: {adding}",
        "This adds it: {adding}",
    ),
    # --- the register --------------------------------------------------------------------------
    "not-registrar": Phrase(
        "Dit kan alleen wie het register bijhoudt{for_branch}.",
        "Only the keeper of the register{for_branch} can do this.",
        "Wie dat is, zie je met: zaak office list",
        "To see who that is: zaak office list",
    ),
    "person-known": Phrase(
        "Er is al iemand die in het register {person} heet.",
        "There is someone already who is called {person} in the register.",
        "Is het een ander, geef dan een eigen naam voor het register: --id NAAM",
        "If this is someone else, give them a name of their own in the register: --id NAME",
    ),
    "key-known": Phrase(
        "Deze sleutel is al van {person}.",
        "This key is that of {person} already.",
        "Iedereen heeft een eigen sleutel nodig. Die maakt men zelf: zaak key new",
        "Everyone needs a key of their own, which they make themselves: zaak key new",
    ),
    "term-ends-first": Phrase(
        "De functie zou lopen {until_day}, en dat is voordat zij begint ({from}).",
        "The office would run {until_day}, which is before it begins ({from}).",
        "Kies een einde (--until) na het begin (--from).",
        "Choose an end (--until) after the beginning (--from).",
    ),
    "holds-already": Phrase(
        "{Person} heeft de functie {office_name} in {branch} al.",
        "{Person} holds the office of {office_name} in {branch} already.",
        "Wie welke functie heeft, en tot wanneer, zie je met: zaak office list",
        "To see who holds which office, and until when: zaak office list",
    ),
    "does-not-hold": Phrase(
        "{Person} is op dit moment niet in functie als {office_name}.",
        "{Person} does not hold the office of {office_name} at the moment.",
        "{holders} Kies iemand die dat wel is (zaak office list), of laat wie het register "
        "bijhoudt de functie geven: zaak office grant {office_id} {person}",
        "{holders} Choose someone who does (zaak office list), or have the keeper of the register "
        "grant it: zaak office grant {office_id} {person}",
    ),
    "does-not-hold-there": Phrase(
        "{Person} heeft de functie {office_name} in {branch} op dat moment niet.",
        "{Person} does not hold the office of {office_name} in {branch} at that moment.",
        "Wie welke functie heeft, zie je met: zaak office list --all",
        "To see who holds which office: zaak office list --all",
    ),
    "ends-in-past": Phrase(
        "Een functie kan niet eindigen op een tijdstip dat voorbij is ({at}).",
        "An office cannot end at a time that is past ({at}).",
        "Laat --on weg om haar nu te laten eindigen.",
        "Leave out --on to end it now.",
    ),
    "adopted-already": Phrase(
        "Precies deze procedure ({procedure}, versie {version}) is al aangenomen.",
        "Exactly this procedure ({procedure}, version {version}) has been adopted already.",
    ),
    "version-used": Phrase(
        "Onder versie {version} van {procedure} is al een andere tekst aangenomen.",
        "Another text has been adopted already as version {version} of {procedure}.",
        "Verhoog in het bestand `version`.",
        "In the file, raise `version`.",
    ),
    "part-called-like-person": Phrase(
        "In het register heet {person} al zo, en {given} is in deze procedure een rol of een "
        "ontvanger: die twee zijn dan niet uit elkaar te houden.",
        "{person} is called so in the register, and {given} is a part or a recipient in this "
        "procedure: the two could not be told apart then.",
        "Geef {given} in het bestand een andere naam. Die van een mens in het register blijft.",
        "Give {given} another name in the file. That of a person in the register stays.",
    ),
    "alias-taken": Phrase(
        "{given} is al de naam of de alias van een andere procedure: {procedure}.",
        "{given} is the name or the alias of another procedure already: {procedure}.",
        "Kies in het bestand een andere: bij `aliases`, of bij `procedure` als het de naam is.",
        "Choose another in the file: under `aliases`, or under `procedure` where it is the name.",
    ),
    "unknown-branch": Phrase(
        "In de afdeling {given} had nog niemand een functie.",
        "In the branch {given} nobody has held an office yet.",
        "{options} Klopt de naam toch, zet er dan --yes bij.",
        "{options} If the name is right all the same, add --yes.",
    ),
    # --- the yearly account ----------------------------------------------------------------------
    "branch-without-offices": Phrase(
        "In de afdeling {given} had nog niemand een functie. Over haar wordt niet geteld.",
        "In the branch {given} nobody has held an office yet. Nothing is counted of it.",
        "{options}",
        "{options}",
    ),
    "bad-year": Phrase(
        "{given} is geen jaar waarover dit register kan tellen.",
        "{given} is no year that this register can count.",
        "Schrijf het jaar voluit, en niet eerder dan {first}: toen begon het register.",
        "Write the year in full, and none before {first}, in which the register began.",
    ),
    "threshold-stays": Phrase(
        "Dit jaarverslag is er al, met {least} als drempel: met {given} kan het niet meer worden "
        "opgemaakt.",
        "This account is there already, with {least} as its threshold: it cannot be made with "
        "{given} any more.",
        "Laat --threshold weg: wat is opgemaakt, blijft wat het is.",
        "Leave out --threshold: what was made stays what it is.",
    ),
    "bad-threshold": Phrase(
        "{given} is te laag als drempel: kleine aantallen wijzen mensen aan.",
        "{given} is too low a threshold: small counts point at people.",
        "Neem {least} of meer, of laat --threshold weg.",
        "Take {least} or more, or leave out --threshold.",
    ),
    "year-not-over": Phrase(
        "Het jaar {year} is nog niet voorbij: dat is het op {until}.",
        "The year {year} is not over yet: it will be on {until}.",
        "Geteld wordt een heel jaar, en wat geteld is verandert niet meer. Wacht tot dan.",
        "A whole year is counted, and what is counted does not change any more. Wait until then.",
    ),
    "accounted-already": Phrase(
        "Over {year} is er al een jaarverslag van {branch}. Een zaak wordt één keer geteld: wie "
        "twee jaarverslagen van elkaar aftrekt, zou anders te weten komen wat er niet in staat.",
        "There is a yearly account of {branch} over {year} already. A case is counted once: who "
        "subtracts one account from another would else learn what is in neither.",
        "Lees dat jaarverslag: zaak account {year} --branch {branch}",
        "Read that account: zaak account {year} --branch {branch}",
    ),
    "joining-happens-now": Phrase(
        "Wie hiermee bij de zaak komt, krijgt nu een terugkeercode en heeft vanaf nu de tijd.",
        "Whoever comes into the case with this is given a code now, and has the time from now.",
        "Laat --happened weg.",
        "Leave out --happened.",
    ),
    "no-time-to-answer": Phrase(
        "Wat je laat vastlegt, laat het lid minder dan {days} dagen om nog iets te zeggen.",
        "Recorded so late, it leaves the member less than {days} days to say anything.",
        "Laat --happened weg: dan telt de tijd vanaf nu. Wanneer het was, kan in een document.",
        "Leave out --happened: then the time counts from now. A document can say when it was.",
    ),
    "party-erased": Phrase(
        "Alles van dit lid is gewist. Er wordt niets meer van opgeschreven.",
        "Everything of this member was erased. Nothing more is written down about them.",
        "Begin een nieuwe zaak als het lid dat wil.",
        "Begin a new case if the member wants one.",
    ),
    "public-by-step-only": Phrase(
        "Wat voor iedereen geschreven is, wordt openbaar met de stap die daarvoor is.",
        "What was written for everyone becomes public by the step that is there for it.",
        "Welke stap dat is, zie je met zaak next.",
        "To see which step that is, ask zaak next.",
    ),
    "account-unpublished": Phrase(
        "Over {year} is er nog geen jaarverslag van {branch}.",
        "There is no yearly account of {branch} over {year} yet.",
        "Maak het op: zaak account {year} --branch {branch} --publish. Dat kan één keer; daarna "
        "leest iedereen in het register het, en blijft het wat het is.",
        "Make it: zaak account {year} --branch {branch} --publish. That can be done once; from "
        "then on everyone in the register reads it, and it stays what it is.",
    ),
    "count-too-small": Phrase(
        "Een aantal onder de {least} staat niet in een jaarverslag.",
        "No count below {least} stands in a yearly account.",
    ),
}

WORDS: dict[str, Phrase] = {
    "ambiguous-name": Phrase(
        "Met {given} kan meer dan een ding bedoeld zijn.",
        "More than one thing can be meant by {given}.",
        "{options}",
        "{options}",
    ),
    "unknown-step": Phrase(
        "Deze procedure heeft geen stap ‘{step_id}’.",
        "There is no step {step_id} in this procedure.",
        "{options}",
        "{options}",
    ),
    "unknown-field": Phrase(
        "Deze stap vraagt niet naar {field_id}.",
        "This step does not ask for {field_id}.",
        "{options}",
        "{options}",
    ),
    "unknown-value": Phrase(
        "{given} is geen mogelijk antwoord op {field}.",
        "{given} is no possible answer to {field}.",
        "{options}",
        "{options}",
    ),
    "field-missing": Phrase(
        "Er ontbreekt een antwoord op {field}.",
        "An answer to {field} is missing.",
        "Geef het met: --set {field_id}={example}",
        "Give it with: --set {field_id}={example}",
    ),
    "not-yes-or-no": Phrase(
        "{Field} vraagt om ja of nee, niet om {given}.",
        "{Field} asks for yes or no, not for {given}.",
        "Geef het met: --set {field_id}=ja",
        "Give it with: --set {field_id}=yes",
    ),
    "note-missing": Phrase(
        "Bij de stap {step} hoort een tekst.",
        "The step {step} needs a text.",
        "Geef die met --note FILE, of met --note - om hem in te voeren.",
        "Give it with --note FILE, or with --note - to enter it.",
    ),
    "no-note-here": Phrase(
        "Bij de stap {step} hoort geen tekst.",
        "The step {step} takes no text.",
        "Laat --note weg, of voeg een stuk toe: zaak add ZAAK FILE --kind KIND",
        "Leave out --note, or add an item: zaak add CASE FILE --kind KIND",
    ),
    "no-papers-here": Phrase(
        "Bij de stap {step} horen geen stukken.",
        "The step {step} takes no documents.",
        "Laat --paper weg, of voeg het stuk los toe: zaak add ZAAK FILE --kind KIND",
        "Leave out --paper, or add the document by itself: zaak add CASE FILE --kind KIND",
    ),
    "traceable-to-whom": Phrase(
        "Bij {kind} {traced} wie erin te herkennen is.",
        "For {kind} {traced} who can be recognised in it.",
        "{tracing}",
        "{tracing}",
    ),
    "files-a-case": Phrase(
        "De stap {step} opent een eigen zaak, en die heeft nog geen nummer.",
        "The step {step} opens a case of its own, which has no number yet.",
        "Zet hem zelf, dan krijgt zij er een: zaak advance ZAAK {step_id}",
        "Take it by itself, and it gets one: zaak advance CASE {step_id}",
    ),
    "nothing-to-file": Phrase(
        "Er gaat geen enkel stuk mee, en zonder stukken wordt er geen zaak ingediend.",
        "No document goes along, and without documents no case is filed.",
        "Laat het lid kiezen welke stukken mee mogen: zaak consent give ZAAK",
        "Have the member choose which documents may go: zaak consent give CASE",
    ),
    "files-beyond": Phrase(
        "In de zaak die hiermee opent gaan de stukken meteen ook naar {to} voor {purpose}, en dat "
        "stond het lid niet toe.",
        "In the case that opens with this the documents go to {to} for {purpose} at once, and the "
        "member did not allow that.",
        "Zo is die procedure aangenomen. Wie het register bijhoudt ziet welke: zaak procedure list",
        "So that procedure was adopted. The keeper of the register sees which: zaak procedure list",
    ),
    "procedure-not-adopted": Phrase(
        "Hier kan nog geen zaak worden geopend volgens {procedure}: die is niet aangenomen.",
        "No case can be opened under {procedure} here yet: it was not adopted.",
        "Wie het register bijhoudt kan dat doen: zaak procedure adopt {procedure_id}",
        "The keeper of the register can do so: zaak procedure adopt {procedure_id}",
    ),
    "bad-party-name": Phrase(
        "{given} kan in deze zaak niet de naam zijn van {role}.",
        "{given} cannot be the name of {role} in this case.",
        "Laat de naam aan het programma over: zaak advance ZAAK STAP",
        "Leave the name to the program: zaak advance CASE STEP",
    ),
    "party-known": Phrase(
        "In deze zaak heet al iemand {party_id}.",
        "Someone in this case is called {party_id} already.",
        "Zet de stap nog eens; het programma kiest dan een andere naam.",
        "Take the step once more; the program then chooses another name.",
    ),
    "opens-no-case": Phrase(
        "Met de stap {given} begint geen zaak.",
        "No case begins with the step {given}.",
        "{options}",
        "{options}",
    ),
    "unknown-kind": Phrase(
        "Deze procedure heeft geen soort stuk {given}.",
        "This procedure knows no kind of item {given}.",
        "{options}",
        "{options}",
    ),
    "unknown-recipient": Phrase(
        "Deze procedure heeft geen ontvanger {given}.",
        "This procedure knows no recipient {given}.",
        "{options}",
        "{options}",
    ),
    "unknown-purpose": Phrase(
        "Deze procedure heeft geen doel {given}.",
        "This procedure knows no purpose {given}.",
        "{options}",
        "{options}",
    ),
    "unknown-party": Phrase(
        "Deze zaak heeft geen betrokkene {given}.",
        "There is no party {given} in this case.",
        "{options}",
        "{options}",
    ),
    "unknown-person": Phrase(
        "Het register kent niemand die {given} heet.",
        "The register knows nobody called {given}.",
        "{options}",
        "{options}",
    ),
    "unknown-office": Phrase(
        "Geen aangenomen procedure heeft een functie {given}.",
        "No adopted procedure knows an office {given}.",
        "{options}",
        "{options}",
    ),
    "unknown-track": Phrase(
        "Deze procedure heeft geen spoor {given}.",
        "This procedure knows no track {given}.",
        "{options}",
        "{options}",
    ),
    "unknown-item": Phrase(
        "Het stuk {item} bestaat niet, of je mag het niet zien.",
        "There is no item {item}, or it is not yours to see.",
        "Welke stukken je ziet, staat in: zaak show ZAAK",
        "The items you can see are in: zaak show CASE",
    ),
    "unknown-consent": Phrase(
        "De toestemming {consent} bestaat niet, of je mag haar niet zien.",
        "There is no consent {consent}, or it is not yours to see.",
        "Welke er zijn, zie je met: zaak consent list ZAAK",
        "To see which there are: zaak consent list CASE",
    ),
    "items-or-kind": Phrase(
        "Noem óf de stukken (--items) óf een soort stukken (--kind): een van de twee.",
        "Name either the items (--items) or a kind of items (--kind): one of the two.",
    ),
    "bad-name": Phrase(
        "{given} kan geen naam in het register zijn.",
        "{given} cannot be a name in the register.",
        "Gebruik 2 tot 40 kleine letters, cijfers en streepjes, met eerst een letter (--id NAAM, "
        "en bij zaak init --person NAAM).",
        "Use 2 to 40 lower-case letters, digits and hyphens, beginning with a letter (--id NAME, "
        "and with zaak init --person NAME).",
    ),
    "only-one": Phrase(
        "Bij {field} past maar één antwoord, niet: {given}.",
        "{field} takes one answer, not: {given}.",
        "Kies er een: --set {field_id}=…",
        "Choose one: --set {field_id}=…",
    ),
    "office-not-yours": Phrase(
        "In deze zaak handel je niet als {office}.",
        "In this case you do not act as {office}.",
        "Laat --as weg, of kies een functie die je hier hebt: zaak show ZAAK",
        "Leave out --as, or choose an office you hold here: zaak show CASE",
    ),
    "name-taken": Phrase(
        "{given} is in een procedure al een rol, dus zo kan niemand in het register heten.",
        "{given} is a part in a procedure already, so nobody in the register can be called that.",
        "Kies een andere naam: --id NAAM",
        "Choose another name: --id NAME",
    ),
    "bad-branch": Phrase(
        "{given} kan hier geen afdeling zijn.",
        "{given} cannot be a branch here.",
        "{spelling}",
        "{spelling}",
    ),
}
