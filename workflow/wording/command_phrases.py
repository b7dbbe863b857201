"""What the command says when its words, a code, a key, a clock or the store stand in the way."""

from __future__ import annotations

from workflow.wording.phrases import Phrase

COMMAND: dict[str, Phrase] = {
    # --- who asks, and what of -----------------------------------------------------------------
    "no-such-case": Phrase(
        "Deze zaak bestaat niet, of je mag er niet van weten.",
        "There is no such case, or it is not yours to know of.",
        "{seek}",
        "{seek}",
    ),
    "key-not-registered": Phrase(
        "Je sleutel ({key}) staat niet in het register.",
        "Your key ({key}) is not in the register.",
        "Geef je .pub-bestand aan wie het register bijhoudt: zaak person add NAAM --key FILE.pub",
        "Give your .pub file to the keeper of the register: zaak person add NAME --key FILE.pub",
    ),
    "altered": Phrase(
        "De geschiedenis klopt niet: {stream}, gebeurtenis {seq} ({problem}). Er is niets gedaan.",
        "The history does not verify: {stream}, event {seq} ({problem}). Nothing was done.",
        "Laat niets weggaan tot dit is uitgezocht. Wat er precies niet klopt: zaak audit verify",
        "Let nothing leave until this is cleared up. What exactly does not hold: zaak audit verify",
    ),
    "altered-somewhere": Phrase(
        "Een geschiedenis in deze store klopt niet.",
        "A history in this store does not verify.",
        "Laat niets weggaan tot dit is uitgezocht. Wat er precies niet klopt: zaak audit verify",
        "Let nothing leave until this is cleared up. What exactly does not hold: zaak audit verify",
    ),
    "not-confirmed": Phrase(
        "Het is niet bevestigd, dus er is niets gebeurd.",
        "It was not confirmed, so nothing was done.",
        "Weet je het zeker, zet er dan --yes bij.",
        "If you are sure, add --yes.",
    ),
    "consent-holds": Phrase(
        "Dit is al toegestaan: {consent} geldt{lasting}.",
        "This is allowed already: {consent} holds{lasting}.",
        "Er hoeft niets bij. Moet zij langer gelden, geef dan een latere dag met --until. Moet zij "
        "juist niet meer gelden: zaak consent withdraw ZAAK {consent_id}",
        "Nothing needs to be added. To let it last longer, give a later day with --until. To let "
        "it end: zaak consent withdraw CASE {consent_id}",
    ),
    "declined": Phrase(
        "Je antwoordde nee, dus er is niets gebeurd.",
        "You answered no, so nothing was done.",
    ),
    "keys-lost": Phrase(
        "Niemand anders heeft alle sleutels van de functie van {office_name} in {branch}. Wat "
        "daarvoor verzegeld is, kan hierna niemand meer openen.",
        "Nobody else has every key of the office of {office_name} in {branch}. What is sealed to "
        "it cannot be opened by anyone after this.",
        "Geef de functie eerst aan een opvolger, en geef de sleutels door: zaak office share-key "
        "{office_id} --branch {branch_id}",
        "First grant the office to a successor, and pass on the keys: zaak office share-key "
        "{office_id} --branch {branch_id}",
    ),
    "changed-meanwhile": Phrase(
        "Iemand anders was je net voor: er is intussen iets veranderd.",
        "Someone else came just before you: something changed meanwhile.",
        "Er is niets verloren. Kijk eerst hoe het er nu voor staat, en doe het dan nog eens.",
        "Nothing is lost. Look first how things stand now, and then do it once more.",
    ),
    "idempotency-key-used": Phrase(
        "Dit kenmerk (--idempotency-key) is al gebruikt.",
        "This idempotency key was used for something else already.",
        "Neem voor elke nieuwe opdracht een ander.",
        "Use a new one for each new command.",
    ),
    # --- the words of the command --------------------------------------------------------------
    "unknown-procedure": Phrase(
        "De procedure {given} bestaat niet.",
        "There is no procedure {given}.",
        "{options} Staat zij in een eigen bestand, geef dan waar dat staat: map/naam.yaml",
        "{options} If it is in a file of your own, say where that is: folder/name.yaml",
    ),
    "step-choice": Phrase(
        "Een zaak kan hier op meer dan een manier beginnen.",
        "A case can begin in more than one way here.",
        "{options} Kies met --step STAP.",
        "{options} Choose with --step STEP.",
    ),
    "branch-choice": Phrase(
        "Je hebt een functie in meer dan een afdeling.",
        "You hold an office in more than one branch.",
        "{options} Kies met --branch AFDELING.",
        "{options} Choose with --branch BRANCH.",
    ),
    "branch-missing": Phrase(
        "Niet duidelijk is voor welke afdeling dit is.",
        "It is not clear which branch this is for.",
        "Noem haar: --branch AFDELING",
        "Name it: --branch BRANCH",
    ),
    "bad-time": Phrase(
        "{given} is geen dag of tijdstip.",
        "{given} is no day and no time.",
        "Schrijf een dag als 2026-03-31, of een tijdstip als 2026-03-31T14:30.",
        "Write a day as 2026-03-31, or a time as 2026-03-31T14:30.",
    ),
    "bad-setting": Phrase(
        "{given} is geen antwoord in de vorm VRAAG=ANTWOORD.",
        "{given} is no answer of the form FIELD=VALUE.",
        "Bijvoorbeeld: --set severity=light",
        "For example: --set severity=light",
    ),
    "stdin-twice": Phrase(
        "Twee teksten kunnen niet allebei van de standaardinvoer (-) komen.",
        "Two texts cannot both come from standard input (-).",
        "Zet een van beide in een bestand.",
        "Put one of them into a file.",
    ),
    "file-unreadable": Phrase(
        "Het bestand {path} kan niet worden gelezen: {why}.",
        "The file {path} cannot be read: {why}.",
        "Kijk na of de naam klopt en of je het mag lezen.",
        "Check that the name is right and that you may read it.",
    ),
    "file-unwritable": Phrase(
        "Het bestand {path} kan niet worden geschreven: {why}.",
        "The file {path} cannot be written: {why}.",
        "Bestaat de map, en mag je erin schrijven? Kies anders een andere plaats.",
        "Does the folder exist, and may you write there? Or else choose another place.",
    ),
    "file-exists": Phrase(
        "Er is al een bestand {path}; het is niet aangeraakt.",
        "There is a file {path} already; it was left alone.",
        "Kies een andere naam, of overschrijf het met --force.",
        "Choose another name, or overwrite it with --force.",
    ),
    "file-no-checkpoint": Phrase(
        "In {path} staat iets anders dan een ijkpunt; het is niet aangeraakt.",
        "{path} holds something else than a checkpoint; it was left alone.",
        "Kies een andere naam, of zet het oude bestand eerst weg.",
        "Choose another name, or move the old file away first.",
    ),
    "folder-in-use": Phrase(
        "In {path} staat iets anders dan een eerdere site; het is niet aangeraakt.",
        "What is in {path} is not just an earlier site; it was left alone.",
        "Noem een lege map of een die er nog niet is. Wat je zelf in de map van een site hebt "
        "gezet, haal je er eerst uit.",
        "Name an empty folder or one that is not there yet. What you put into the folder of a site "
        "yourself, you take out first.",
    ),
    "folder-unwritable": Phrase(
        "De map {path} kan niet worden gemaakt: {why}. Wat er eerder stond, staat er nog.",
        "The folder {path} cannot be made: {why}. What was there before still is.",
        "Bestaat de map erboven, mag je daar schrijven, en is er ruimte? Kies anders een andere "
        "plaats.",
        "Does the folder above it exist, may you write there, and is there room? Or else choose "
        "another place.",
    ),
    "one-member-each": Phrase(
        "Een lid kent één zaak. Wat van alle leden samen is, mag niemand van hen zien.",
        "A member knows one case. What is of all members together, none of them may see.",
        "Voor één zaak kan het wel: zaak history ZAAK --for … --format html",
        "For one case it can be done: zaak history CASE --for … --format html",
    ),
    "no-demonstration": Phrase(
        "In {path} staat iets anders dan een eerdere demonstratie; het is niet aangeraakt.",
        "What is in {path} is no earlier demonstration; it was left alone.",
        "Haal het eerst weg, of kies een andere map.",
        "Move it away first, or choose another folder.",
    ),
    "clock-not-free": Phrase(
        "Hoe laat het is valt hier niet te zeggen: dat kan alleen in een administratie die er is "
        "om een procedure in te proberen.",
        "What time it is cannot be said here: only in a store that is there to try a procedure in.",
        "Haal ZAAK_NOW weg (unset ZAAK_NOW), of maak er zo een: zaak procedure try FILE",
        "Take ZAAK_NOW away (unset ZAAK_NOW), or make such a store: zaak procedure try FILE",
    ),
    "key-of-everybody": Phrase(
        "De sleutel in {path} is die waarmee iedereen een procedure uitprobeert; daarmee begint "
        "geen echte administratie.",
        "The key in {path} is the one with which everybody tries a procedure; no real store begins "
        "with it.",
        "Noem een andere sleutel (--key), of laat er een maken: zaak key new",
        "Name another key (--key), or have one made: zaak key new",
    ),
    "stdin-empty": Phrase(
        "Er kwam geen tekst van de standaardinvoer (-).",
        "No text came from standard input (-).",
        "Typ de tekst en sluit af met Ctrl-D, of geef een bestand.",
        "Type the text and end with Ctrl-D, or give a file.",
    ),
    "file-empty": Phrase(
        "Het bestand {path} is leeg; er is niets om te bewaren.",
        "The file {path} is empty; there is nothing to keep.",
        "Kijk na of dit het goede bestand is.",
        "Check that this is the right file.",
    ),
    "editor-failed": Phrase(
        "De tekstverwerker {editor} kon niet worden gestart of eindigde met een fout.",
        "The editor {editor} could not be started or ended with an error.",
        "Geef de tekst met --note FILE, of met --note - om hem in te voeren. Een andere kies je "
        "met EDITOR.",
        "Give the text with --note FILE, or with --note - to enter it. Choose another with EDITOR.",
    ),
    "party-missing": Phrase(
        "Er staat niet bij wie toestemming geeft: --party ontbreekt.",
        "It does not say who consents: --party is missing.",
        "{options}",
        "{options}",
    ),
    "unknown-state": Phrase(
        "Geen aangenomen procedure heeft een toestand {given}.",
        "No adopted procedure has a state {given}.",
        "{options}",
        "{options}",
    ),
    "seat-missing": Phrase(
        "Er staat niet bij voor welke afdeling of regio deze administratie is.",
        "It does not say for which branch or region this store is.",
        "Bijvoorbeeld: zaak init --branch noord --person saar --name Saar",
        "For example: zaak init --branch noord --person saar --name Saar",
    ),
    "code-of-another-party": Phrase(
        "Deze terugkeercode is van iemand anders in de zaak.",
        "This return code is of somebody else in the case.",
        "Laat het programma een nieuwe code maken.",
        "Let the program make a new code.",
    ),
    "unknown-rule": Phrase(
        "Er is geen regel {given}.",
        "There is no rule {given}.",
        "{options} Alle regels: zaak procedure rules",
        "{options} All rules: zaak procedure rules",
    ),
    "procedure-unsound": Phrase("{place}: {problem}", "{place}: {problem}"),
    "explored-wrong": Phrase(
        "Dit blijkt uit wat er onder deze procedure kan gebeuren; met wat er staat is niets mis.",
        "This shows from what can happen under this procedure; nothing is wrong with what it says.",
        "Hoe het zover komt: zaak procedure check {file}. Wil je haar toch zo aannemen: --quick",
        "How it comes to that: zaak procedure check {file}. To adopt it all the same: --quick",
    ),
    "cannot-print": Phrase(
        "Er kan geen PDF worden gemaakt: {why}.",
        "No PDF can be made: {why}.",
        "Als tekst kan het wel: --format text",
        "As text it can be done: --format text",
    ),
    "file-needed": Phrase(
        "Een PDF past niet op een scherm en niet in JSON.",
        "A PDF fits neither a screen nor JSON.",
        "Geef een bestand: -o verloop.pdf",
        "Name a file: -o history.pdf",
    ),
    "cannot-draw": Phrase(
        "Er kan geen plaatje worden gemaakt: {why}.",
        "No picture can be made: {why}.",
        "Zonder dat programma kan het wel als tekst: --format dot of --format mermaid",
        "As text it can be done without: --format dot or --format mermaid",
    ),
    "code-missing": Phrase(
        "Hiervoor is de terugkeercode nodig.",
        "This needs the return code.",
        "Zet hem in een bestand en geef --code-file FILE, of zet hem in ZAAK_CODE.",
        "Put it into a file and give --code-file FILE, or put it into ZAAK_CODE.",
    ),
    "statement-missing": Phrase(
        "Bij schriftelijk bewijs (--evidence written) hoort de ondertekende verklaring.",
        "Written evidence (--evidence written) comes with the signed statement.",
        "Voeg de scan toe: --statement FILE",
        "Add the scan: --statement FILE",
    ),
    "statement-unasked": Phrase(
        "Een ondertekende verklaring hoort alleen bij schriftelijk bewijs (--evidence written).",
        "A signed statement only comes with written evidence (--evidence written).",
        "Geef --evidence written, of laat --statement weg.",
        "Give --evidence written, or leave out --statement.",
    ),
    "nobodys-decision": Phrase(
        "Bij {step} beslist nu niemand in het bijzonder, dus hoort er geen bewijs van een "
        "beslissing bij.",
        "Nobody in particular decides {step} now, so it comes with no evidence of a decision.",
        "Laat --evidence, --decided-by en --statement weg.{keeping}",
        "Leave out --evidence, --decided-by and --statement.{keeping}",
    ),
    "no-code-yet": Phrase(
        "Er is nog geen terugkeercode: die krijgt het lid pas als deze zaak begint.",
        "There is no return code yet: the member gets one only when this case begins.",
        "{itself_opens}",
        "{itself_opens}",
    ),
    "usage": Phrase("{text}", "{text}"),
    "code-symbol": Phrase(
        "In de terugkeercode staat een teken dat er niet in kan voorkomen.",
        "The return code holds a sign that cannot be in it.",
        "Een code bestaat uit cijfers en letters, zonder U. Een O geldt als 0, een I of L als 1.",
        "A code is made of digits and letters, without U. An O counts as 0, an I or L as 1.",
    ),
    "code-length": Phrase(
        "De terugkeercode is niet compleet: het zijn zes groepjes van vier tekens.",
        "The return code is not complete: it has six groups of four signs.",
        "Leg hem naast het papier en lees groepje voor groepje.",
        "Hold it beside the paper and read it group by group.",
    ),
    "code-check": Phrase(
        "Er zit een tikfout in de terugkeercode.",
        "There is a typing mistake in the return code.",
        "Neem rustig de tijd en lees groepje voor groepje; een vergissing sluit niemand uit.",
        "Take your time and read it group by group; a mistake shuts nobody out.",
    ),
    # --- letters -------------------------------------------------------------------------------
    "no-receipt": Phrase(
        "In wat jij van deze zaak mag zien, is er geen melding om te bevestigen.",
        "In what is yours to see of this case, there is no report to confirm.",
        "De bevestiging maakt de vertrouwenspersoon, of het lid zelf met de terugkeercode.",
        "The receipt is made by the counsellor, or by the member with the return code.",
    ),
    "no-handover": Phrase(
        "In wat jij van deze zaak mag zien, is niets op een toestemming overgedragen.",
        "In what is yours to see of this case, nothing was handed over on a consent.",
        "Wat er is gedeeld, en met wie, staat in: zaak show ZAAK",
        "What was shared, and with whom, is in: zaak show CASE",
    ),
    "no-emergency-over": Phrase(
        "In wat jij van deze zaak mag zien, is er geen noodopening geweest.",
        "In what is yours to see of this case, there was no emergency.",
        "Wat je van de zaak ziet, staat in: zaak history ZAAK",
        "What you see of the case is in: zaak history CASE",
    ),
    "emergency-lasts": Phrase(
        "De noodopening duurt nog, uiterlijk tot {until}; de brief zegt dat zij voorbij is.",
        "The emergency still lasts, until {until} at the latest; the letter says it is over.",
        "Maak de brief als het gevaar is geweken en het veilig is om het te vertellen.",
        "Make the letter once the danger has passed and it is safe to tell.",
    ),
    "no-step-back": Phrase(
        "In wat jij van deze zaak mag zien, is geen supportgroep teruggetreden.",
        "In what is yours to see of this case, no support group has stepped back.",
        "Wat je van de zaak ziet, staat in: zaak history ZAAK",
        "What you see of the case is in: zaak history CASE",
    ),
    "no-consent-form": Phrase(
        "In wat jij van deze zaak mag zien, is er niemand die hier toestemming kan geven.",
        "In what is yours to see of this case, there is nobody who could consent here.",
        "Het formulier maakt de vertrouwenspersoon, of het lid zelf met de terugkeercode.",
        "The form is made by the counsellor, or by the member with the return code.",
    ),
    "code-of-another": Phrase(
        "Deze terugkeercode hoort niet bij deze melding; er is geen brief gemaakt.",
        "This return code does not belong to this report; no letter was made.",
        "Geef de code van dit lid, of laat --code-from en ZAAK_CODE weg: dan zegt de brief dat de "
        "code apart is gegeven.",
        "Give this member's code, or leave out --code-from and ZAAK_CODE: then the letter says "
        "that the code was handed over separately.",
    ),
    "letter-choice": Phrase(
        "Deze brief kan er hier meer dan één zijn.",
        "There is more than one such letter here.",
        "{options} Kies met {option}.",
        "{options} Choose with {option}.",
    ),
}

PLACES: dict[str, Phrase] = {
    # --- keys, and what they open --------------------------------------------------------------
    "key-missing": Phrase(
        "Er is geen sleutelbestand {path}.",
        "There is no key file {path}.",
        "Heb je een terugkeercode, zet hem dan in een bestand: --code-file FILE. Wie een functie "
        "heeft, wijst de eigen sleutel aan met --key FILE, of maakt er een: zaak key new",
        "If you have a return code, put it into a file: --code-file FILE. Who holds an office "
        "points to their own key with --key FILE, or makes one: zaak key new",
    ),
    "key-unreadable": Phrase(
        "Dit is geen sleutel die te lezen is: {path}",
        "This is no key that can be read: {path}",
        "Nodig is een OpenSSH-sleutel (ed25519); om hem te delen het bestand dat op .pub eindigt.",
        "What is needed is an OpenSSH key (ed25519); to share it, the file that ends in .pub.",
    ),
    "key-public": Phrase(
        "Dit is de openbare helft van een sleutel: {path}",
        "This is the public half of a key: {path}",
        "Om te tekenen is de geheime helft nodig: hetzelfde bestand zonder .pub.",
        "Signing takes the secret half: the same file without .pub.",
    ),
    "key-secret": Phrase(
        "Dit is de geheime helft van een sleutel, en die is van niemand anders: {path}",
        "This is the secret half of a key, which is nobody else's to have: {path}",
        "Laat hen alleen het .pub-bestand geven. Een geheime helft die is rondgestuurd, is niet "
        "geheim meer: laat hen een nieuwe sleutel maken (zaak key new).",
        "Have them give the .pub file only. A secret half that was passed around is secret no "
        "more: have them make a new key (zaak key new).",
    ),
    "key-passphrase": Phrase(
        "De wachtzin van de sleutel {path} ontbreekt of klopt niet.",
        "The passphrase of the key {path} is missing or wrong.",
        "Probeer het opnieuw, of zet de wachtzin in ZAAK_KEY_PASSPHRASE.",
        "Try again, or put the passphrase into ZAAK_KEY_PASSPHRASE.",
    ),
    "key-not-ed25519": Phrase(
        "De sleutel {path} is van een andere soort dan ed25519.",
        "The key {path} is of another type than ed25519.",
        "Maak er een die past: zaak key new",
        "Make one that fits: zaak key new",
    ),
    "key-world-readable": Phrase(
        "De sleutel {path} is ook voor anderen op deze computer te lezen en wordt niet gebruikt.",
        "The key {path} can be read by others on this computer and is not used.",
        "Neem anderen de toegang af: chmod 600 {path}",
        "Take away the access of others: chmod 600 {path}",
    ),
    "key-exists": Phrase(
        "Er is al een bestand {path}; het is niet aangeraakt.",
        "There is a file {path} already; it was left alone.",
        "Kies een andere naam: zaak key new FILE",
        "Choose another name: zaak key new FILE",
    ),
    "key-unwritable": Phrase(
        "De sleutel kan niet worden bewaard als {path}.",
        "The key cannot be saved as {path}.",
        "Bestaat de map, en mag je erin schrijven? Kies anders een andere plaats.",
        "Does the folder exist, and may you write there? Or else choose another place.",
    ),
    "cannot-open": Phrase(
        "Met jouw sleutel gaat dit niet open.",
        "Your key does not open this.",
        "Het is niet (meer) aan jou verzegeld. Vraag wie het met je deelde.",
        "It is not sealed to you, or no longer. Ask whoever shared it with you.",
    ),
    "closed-to-you": Phrase(
        "Met jouw sleutel gaat {item} niet open: {kind}.",
        "Your key does not open {item}: {kind}.",
        "Wie het nog kan openen: {able}. Die kan het met je delen: zaak share ZAAK {item_id} --to "
        "{to_id} --purpose DOEL",
        "Who still can: {able}. They can share it with you: zaak share CASE {item_id} --to {to_id} "
        "--purpose PURPOSE",
    ),
    "closed-to-all": Phrase(
        "Met jouw sleutel gaat {item} niet open: {kind}. Niemand in deze zaak kan het nog openen.",
        "Your key does not open {item}: {kind}. Nobody in this case can open it any more.",
        "De sleutels ervan zijn vernietigd, en dat is niet terug te draaien. Wie de tekst elders "
        "nog heeft, kan die opnieuw toevoegen.",
        "Its keys were destroyed, and that cannot be undone. Whoever has the text elsewhere can "
        "add it anew.",
    ),
    "clock-behind": Phrase(
        "De klok van deze computer staat op {now}, maar het laatste in de zaak is van {latest}.",
        "This computer's clock says {now}, but the latest in the case is of {latest}.",
        "Zet de klok goed en probeer het opnieuw. Staat hij goed, dan liep een andere voor: "
        "zaak history ZAAK",
        "Set the clock right and try again. If it is right, another one was ahead: "
        "zaak history CASE",
    ),
    "clock-behind-register": Phrase(
        "De klok van deze computer staat op {now}, maar gebeurtenis {seq} van het register is van "
        "{latest}, en komt van {person}.",
        "This computer's clock says {now}, but event {seq} of the register is of {latest}, and "
        "comes from {person}.",
        "Zet de klok goed en probeer het opnieuw. Staat hij goed, dan liep die van {person} voor. "
        "Wacht tot het zover is, of zet een back-up van daarvoor terug: zaak store restore",
        "Set the clock right and try again. If it is right, that of {person} was ahead. Wait "
        "until then, or put back a backup from before it: zaak store restore",
    ),
    "clock-behind-elsewhere": Phrase(
        "De klok van deze computer staat op {now}, maar in een andere zaak waarin hierdoor iets "
        "gebeurt is het laatste van {latest}.",
        "This computer's clock says {now}, but in another case in which something happens by this "
        "the latest is of {latest}.",
        "Zet de klok goed en probeer het opnieuw. Staat hij goed, dan liep een andere voor.",
        "Set the clock right and try again. If it is right, another one was ahead.",
    ),
    # --- the store -----------------------------------------------------------------------------
    "store-missing": Phrase(
        "Er is hier nog geen administratie: {where}",
        "There is no store here yet: {where}",
        "Wijs haar aan met --store, of begin er een: zaak init",
        "Point to it with --store, or begin one: zaak init",
    ),
    "store-scheme": Phrase(
        "Met {scheme}:// kan dit programma niet omgaan.",
        "This program cannot use {scheme}://.",
        "Een administratie is een bestand, of staat in een database: postgresql://…",
        "A store is only a file or postgresql://…",
    ),
    "store-exists": Phrase(
        "Er is al iets op deze plaats, en het is niet aangeraakt: {where}",
        "There is something at this place already, and it was left alone: {where}",
        "Kies met --store of de bestandsnaam een plaats waar nog niets is.",
        "Choose a place where nothing is yet, with --store or the file name.",
    ),
    "store-corrupt": Phrase(
        "Dit is geen administratie, of zij is beschadigd: {where}",
        "This is no store, or it is damaged: {where}",
        "Verander er niets aan. Zet een reservekopie terug op een andere plaats: zaak --store PATH "
        "store restore FILE",
        "Change nothing about it. Put a backup back in another place: zaak --store PATH store "
        "restore FILE",
    ),
    "store-older": Phrase(
        "Deze administratie is door een oudere versie gemaakt: {where}",
        "This store was made by an older version: {where}",
        "Maak eerst een reservekopie van het bestand, en werk het dan bij: zaak store upgrade",
        "Make a copy of the file first, and then upgrade it: zaak store upgrade",
    ),
    "store-newer": Phrase(
        "Deze administratie is door een nieuwere versie van dit programma gemaakt: {where}",
        "This store was made by a newer version of this program: {where}",
        "Werk het programma bij.",
        "Upgrade the program.",
    ),
    "store-locked": Phrase(
        "Iemand anders is nog aan het schrijven in {where}.",
        "Someone else is still writing to {where}.",
        "Wacht even en probeer het dan opnieuw.",
        "Wait a moment and then try again.",
    ),
    "store-readonly": Phrase(
        "Er kan niet worden geschreven in {where}.",
        "It is not possible to write to {where}.",
        "Kijk na of de map bestaat en of je daar mag schrijven. Ook kijken in een zaak wordt "
        "vastgelegd; kopieer een reservekopie daarvoor eerst naar een plaats waar dat kan.",
        "Check that the folder exists and that you may write there. Looking at a case is recorded "
        "too; copy a backup to where that is possible first.",
    ),
    "store-full": Phrase(
        "Er is geen ruimte meer voor {where}.",
        "There is no room left for {where}.",
        "Maak ruimte op de schijf; wat al bewaard was, is veilig.",
        "Make room on the disk; what was kept before is safe.",
    ),
    "store-unreachable": Phrase(
        "De database antwoordt niet: {where}",
        "The database does not answer: {where}",
        "Kijk de verbinding en het adres na ({detail}).",
        "Check the connection and the address ({detail}).",
    ),
    "store-failed": Phrase(
        "De database kon haar werk niet doen: {where}",
        "The database could not do its work: {where}",
        "Zij zegt zelf: {detail}",
        "In its own words: {detail}",
    ),
}
