"""What the command says of a case that cannot go on under another version of its procedure."""

from __future__ import annotations

from workflow.engine.procedure import Text
from workflow.wording.phrases import Phrase

_MAP = (
    "Laat wie de nieuwe versie schrijft haar tegenhanger noemen onder replaces: docs/declaring.md",
    "Have the author of the newer version name its counterpart under replaces: docs/declaring.md",
)
_STAY = (
    "Deze zaak loopt af onder haar eigen versie, of de nieuwe versie verandert dit niet.",
    "This case finishes under its own version, or the newer version leaves this as it is.",
)

KEYS = {
    "ends": Text("of het daar ophoudt", "whether it ends there"),
    "idle": Text("of het daar rust", "whether it rests there"),
    "decides": Text("of daar een lid beslist", "whether a member decides there"),
    "deadline": Text("de termijn", "the deadline"),
    "rests_on": Text("waar ze op rust", "what it rests on"),
    "otherwise": Text("wat er volgt als dat wegvalt", "what follows where that falls away"),
    "labels": Text("hoe ze heet", "what it is called"),
    "of": Text("van wie de stukken zijn", "whose the items are"),
    "traceable": Text("of mensen erin te herkennen zijn", "whether people can be recognised in it"),
    "to": Text("waar de stap heen leidt", "where the step leads"),
    "guards": Text("wat ervoor waar moet zijn", "what has to be true for it"),
    "asks": Text("wat er gevraagd wordt", "what is asked"),
    "note": Text("de tekst die erbij moet", "the text that has to come with it"),
    "ends_purposes": Text("welke toestemming ermee eindigt", "which consent ends with it"),
    "releases": Text("wie er klaar mee is", "whose part is over with it"),
    "grants": Text("wat ermee wordt toegestaan", "what is allowed by it"),
    "shares": Text("wat ermee wordt gedeeld", "what is shared by it"),
    "emits": Text("welke stappen erop volgen", "which steps follow from it"),
    "files": Text("welke zaak ermee begint", "which case begins with it"),
    "emergency": Text("wat er bij levensgevaar opengaat", "what opens where life is in danger"),
    "erases": Text("wat ermee wordt gewist", "what is erased by it"),
}
"""What a newer version has otherwise, by the key of the declaration that says it."""

VERSIONS: dict[str, Phrase] = {
    # --- what has no counterpart ---------------------------------------------------------------
    "state-gone": Phrase(
        "{Track} staat op {state}, en die toestand is er in de nieuwe versie niet.",
        "{Track} stands at {state}, and the newer version has no such state.",
        *_MAP,
    ),
    "state-differs": Phrase(
        "{Track} staat op {state}, en die toestand betekent in de nieuwe versie iets anders "
        "({keys}).",
        "{Track} stands at {state}, and that state means something else in the newer version "
        "({keys}).",
        *_MAP,
    ),
    "decision-gone": Phrase(
        "Bij {state} beslist {party}, en die toestand is er in de nieuwe versie niet.",
        "At {state} it is {party} who decides, and the newer version has no such state.",
        *_MAP,
    ),
    "kind-gone": Phrase(
        "In deze zaak komt {kind} voor, en die soort is er in de nieuwe versie niet.",
        "This case speaks of {kind}, and the newer version has no such kind.",
        *_MAP,
    ),
    "kind-differs": Phrase(
        "In deze zaak komt {kind} voor, en die soort is in de nieuwe versie iets anders ({keys}).",
        "This case speaks of {kind}, and that kind is something else in the newer version "
        "({keys}).",
        *_MAP,
    ),
    "purpose-gone": Phrase(
        "In deze zaak is iets toegestaan of gedeeld voor {purpose}, en dat doel is er in de nieuwe "
        "versie niet.",
        "Something was allowed or shared in this case for {purpose}, and the newer version has no "
        "such purpose.",
        *_MAP,
    ),
    "purpose-differs": Phrase(
        "Er is toestemming voor {purpose}, en dat doel heet in de nieuwe versie anders.",
        "There is a consent for {purpose}, and the newer version calls that purpose otherwise.",
        *_MAP,
    ),
    "way-unclear": Phrase(
        "{Party} kan hier nu {step}, en wat daarbij {given} heet is er in de nieuwe versie niet.",
        "{Party} can now take {step} here, and what is called {given} there is not in the newer "
        "version.",
        *_MAP,
    ),
    "erasing-unclear": Phrase(
        "Met {step} wordt gewist wat van {party} is, en wat daarbij {given} heet is er in de "
        "nieuwe versie niet.",
        "With {step} what is of {party} is erased, and what is called {given} there is not in the "
        "newer version.",
        *_MAP,
    ),
    # --- what somebody would newly see or get --------------------------------------------------
    "newly-seen": Phrase(
        "Onder de nieuwe versie zou {who} iets van deze zaak zien wat nu niet te zien is: {track}.",
        "By the newer version {who} would see something of this case that they do not see now: "
        "{track}.",
        *_STAY,
    ),
    "newly-read": Phrase(
        "Onder de nieuwe versie zou {kind} uit deze zaak ook bij {who} kunnen komen.",
        "By the newer version {kind} of this case could also reach {who}.",
        *_STAY,
    ),
    "newly-written": Phrase(
        "Er is toestemming om {kind} te delen, en in de nieuwe versie vallen daar ook andere "
        "teksten onder.",
        "There is a consent to share {kind}, and in the newer version that takes in other texts "
        "too.",
        *_STAY,
    ),
    "newly-received": Phrase(
        "Wat in deze zaak aan {to} is gegeven, zou onder de nieuwe versie ook naar anderen in die "
        "functie gaan.",
        "What was given to {to} in this case would by the newer version also go to others in that "
        "office.",
        *_STAY,
    ),
    "party-newly-known": Phrase(
        "Onder de nieuwe versie zouden meer mensen zien dat {party} meedoet.",
        "By the newer version more people would see that {party} takes part.",
        *_STAY,
    ),
    "belongs-newly": Phrase(
        "Onder de nieuwe versie is {track} van {party}, en wie dat is ziet dan meer dan nu.",
        "By the newer version {track} belongs to {party}, who then sees more than now.",
        *_STAY,
    ),
    "office-differs": Phrase(
        "De functie van {office_name} werkt in de nieuwe versie anders: een andere vervanger, een "
        "ander soort sleutel, of andere functies die niet samengaan.",
        "The office of {office_name} works otherwise in the newer version: another deputy, another "
        "sort of key, or other offices that do not go together with it.",
        *_STAY,
    ),
    "recipient-gone": Phrase(
        "In deze zaak komt {to} voor, en de nieuwe versie kent die niet.",
        "This case speaks of {to}, whom the newer version does not know.",
        *_STAY,
    ),
    "recipient-differs": Phrase(
        "Met {to} bedoelt de nieuwe versie iemand anders.",
        "By {to} the newer version means somebody else.",
        *_STAY,
    ),
    "readers-differ": Phrase(
        "Er is toestemming voor {purpose}, en de nieuwe versie zegt van dat doel dat anderen het "
        "lezen.",
        "There is a consent for {purpose}, and the newer version says that others read what is "
        "shared for it.",
        *_STAY,
    ),
    "kinds-merge": Phrase(
        "In de nieuwe versie zijn {kind} en {other} één soort: toestemming voor het een zou dan "
        "voor het ander gelden.",
        "In the newer version {kind} and {other} are one kind: consent to the one would then hold "
        "for the other.",
        *_STAY,
    ),
    "purposes-merge": Phrase(
        "In de nieuwe versie zijn {purpose} en {other} één doel: toestemming voor het een zou dan "
        "voor het ander gelden.",
        "In the newer version {purpose} and {other} are one purpose: consent for the one would "
        "then hold for the other.",
        *_STAY,
    ),
    # --- what was promised ---------------------------------------------------------------------
    "track-gone": Phrase(
        "De nieuwe versie heeft geen {track}, en in deze zaak is dat begonnen.",
        "The newer version has no {track}, and in this case it has begun.",
        *_STAY,
    ),
    "track-of-another": Phrase(
        "In de nieuwe versie is {track} van iemand anders dan nu, of van niemand meer.",
        "In the newer version {track} belongs to somebody else than now, or to nobody.",
        *_STAY,
    ),
    "confides-otherwise": Phrase(
        "Nu is {party} het lid dat een vertrouwenspersoon in vertrouwen neemt; in de nieuwe versie "
        "is dat iemand anders, of niemand.",
        "Now {party} is the member who confides in a counsellor; in the newer version it is "
        "somebody else, or nobody.",
        *_STAY,
    ),
    "moved-by-version": Phrase(
        "{Track} staat op {state}; door de nieuwe versie zou dat beginnen, eindigen, rusten of "
        "weer opengaan zonder dat iemand een stap zet.",
        "{Track} stands at {state}; by the newer version that would begin, end, rest or open again "
        "without anybody taking a step.",
        *_STAY,
    ),
    "decision-taken": Phrase(
        "Bij {state} beslist {party}, en in de nieuwe versie niet meer.",
        "At {state} it is {party} who decides, and in the newer version no longer.",
        *_STAY,
    ),
    "step-decision-taken": Phrase(
        "Over {step} beslist {party}; in de nieuwe versie een ander, of met zwakker bewijs.",
        "It is {party} who decides on {step}; in the newer version another does, or on weaker "
        "evidence.",
        *_STAY,
    ),
    "way-gone": Phrase(
        "{Party} kan hier nu {step}, en in de nieuwe versie niet meer.",
        "{Party} can now take {step} here, and in the newer version no longer.",
        *_STAY,
    ),
    "way-differs": Phrase(
        "{Party} kan hier nu {step}; in de nieuwe versie vraagt dat meer, leidt het ergens anders "
        "heen of gebeurt er iets anders door ({keys}).",
        "{Party} can now take {step} here; in the newer version that asks more, leads elsewhere or "
        "does something else ({keys}).",
        *_STAY,
    ),
    "ends-less": Phrase(
        "Met {step} eindigt in de nieuwe versie de toestemming voor {purpose} niet meer.",
        "With {step} the consent for {purpose} no longer ends in the newer version.",
        *_STAY,
    ),
    "ground-gone": Phrase(
        "{Track} staat op {state} zolang iemand toestemming geeft; in de nieuwe versie hangt dat "
        "daar niet meer van af.",
        "{Track} stands at {state} as long as somebody consents; in the newer version it no longer "
        "depends on that.",
        *_STAY,
    ),
    "sight-lost": Phrase(
        "{Party} ziet {track}, en in de nieuwe versie niet meer.",
        "{Party} sees {track}, and in the newer version no longer.",
        *_STAY,
    ),
    "adding-gone": Phrase(
        "{Party} kan nu {kind} toevoegen, en in de nieuwe versie niet meer.",
        "{Party} can now add {kind}, and in the newer version no longer.",
        *_STAY,
    ),
    "oversight-lost": Phrase(
        "Wie toezicht houdt, zou onder de nieuwe versie niets meer van deze zaak zien.",
        "Whoever oversees would by the newer version see nothing of this case any more.",
        *_STAY,
    ),
    "emergency-otherwise": Phrase(
        "Over een noodgeval moet nog verantwoording komen, en in de nieuwe versie gaat dat anders: "
        "{step}.",
        "An emergency has still to be accounted for, and in the newer version that goes otherwise: "
        "{step}.",
        *_STAY,
    ),
    "erased-otherwise": Phrase(
        "Wat van {party} is, zou onder de nieuwe versie eerder, door anderen of onder andere "
        "voorwaarden worden gewist: {step}.",
        "What is of {party} would by the newer version be erased sooner, by others or on other "
        "conditions: {step}.",
        *_STAY,
    ),
    "answer-differs": Phrase(
        "Wat bij {step} op {field} is geantwoord, is in de nieuwe versie geen antwoord meer.",
        "What was answered to {field} at {step} is no answer any more in the newer version.",
        *_STAY,
    ),
    "hidden-hindrance": Phrase(
        "Er is in deze zaak iets dat je niet mag zien, en dat onder de eigen versie moet aflopen.",
        "There is something in this case that is not yours to see, and that has to finish under "
        "its own version.",
    ),
    # --- what was asked ------------------------------------------------------------------------
    "another-procedure": Phrase(
        "Dat is een andere procedure ({procedure}), en geen versie van deze.",
        "That is another procedure ({procedure}), and no version of this one.",
    ),
    "not-in-your-care": Phrase(
        "Dit is aan wie de zaak in handen heeft.",
        "This is up to whoever has the case in their care.",
        "Dat is de vertrouwenspersoon, en waar die er niet is een functie die er nu een stap in "
        "kan zetten. Laat weten dat er een nieuwe versie is.",
        "That is the counsellor, and where there is none an office that can take a step in it now. "
        "Let them know that there is a newer version.",
    ),
    "version-already": Phrase(
        "Deze zaak volgt die versie al.",
        "This case follows that version already.",
    ),
    "version-not-followed": Phrase(
        "Dat is niet de versie die de afdeling van deze zaak nu volgt; dat is {version}.",
        "That is not the version which the branch of this case follows now; that is {version}.",
        "Welke versies gelden, zie je met: zaak procedure list",
        "To see which versions are in force: zaak procedure list",
    ),
    "version-not-adopted": Phrase(
        "De versie in {path} is niet aangenomen, en een zaak gaat alleen over naar een die dat is.",
        "The version in {path} was not adopted, and a case only goes over to one that was.",
        "Wie het register bijhoudt neemt haar eerst aan: zaak procedure adopt {path}",
        "The keeper of the register has to adopt it first: zaak procedure adopt {path}",
    ),
    "unknown-version": Phrase(
        "Geen aangenomen versie van deze procedure heet {given}.",
        "No adopted version of this procedure is called {given}.",
        "{options}",
        "{options}",
    ),
}
