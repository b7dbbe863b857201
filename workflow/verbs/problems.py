"""What does not hold in a store, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow.verbs.languages import Words

if TYPE_CHECKING:
    from workflow.engine.ledger import Problem
    from workflow.engine.procedure import Text

PROBLEMS: dict[str, Words] = {
    "gap": Words("er ontbreken gebeurtenissen", "events are missing"),
    "hash-differs": Words("de inhoud is veranderd", "the content was changed"),
    "body-unreadable": Words("de inhoud is niet te lezen", "the content cannot be read"),
    "misplaced": Words("staat op een andere plaats", "stands in another place"),
    "chain-broken": Words("sluit niet aan op wat ervoor kwam", "does not follow what came before"),
    "time-runs-back": Words("de tijd loopt terug", "time runs backwards"),
    "time-impossible": Words(
        "heeft een tijd die niet kan: zonder zone, of in een onmogelijk jaar",
        "has a time that cannot be: without a zone, or in an impossible year",
    ),
    "name-unreadable": Words(
        "er staan onzichtbare tekens in een naam of nummer",
        "there are invisible characters in a name or number",
    ),
    "procedure-unsound": Words(
        "aangenomen, hoewel `zaak procedure check` deze procedure afkeurt",
        "adopted, although `zaak procedure check` rejects this procedure",
    ),
    "procedure-not-followed": Words(
        "begonnen onder een versie die de afdeling toen niet meer volgde",
        "begun under a version that the branch no longer followed",
    ),
    "happened-after-recorded": Words(
        "zou gebeurd zijn nadat het is vastgelegd", "would have happened after it was recorded"
    ),
    "signature-bad": Words("de handtekening klopt niet", "the signature does not hold"),
    "signed-by-another": Words(
        "getekend door iemand anders dan er staat", "signed by someone else than it says"
    ),
    "heard-nothing": Words(
        "geen andere zaak zei dit op dat moment", "no other case said this at that moment"
    ),
    "not-registrar": Words(
        "gedaan door iemand die het register niet bijhoudt", "done by no keeper of the register"
    ),
    "not-a-register-fact": Words("hoort niet in het register", "does not belong in the register"),
    "cannot-follow": Words(
        "kan hier volgens de procedure niet gebeuren", "cannot happen here under the procedure"
    ),
    "filed-differs": Words(
        "wat is ingediend is niet wat daarvoor beslist is, niet meer en niet minder",
        "what was filed is not just what was decided to be filed",
    ),
    "told-nobody": Words(
        "een andere zaak had dit moeten horen en hoorde niets",
        "another case should have been told this and was told nothing",
    ),
    "linked-missing": Words(
        "de andere zaak van de kwestie is er niet", "the other case of the matter is not there"
    ),
    "account-differs": Words(
        "het jaarverslag zegt iets anders dan de zaken",
        "the yearly account says something else than the cases",
    ),
    "link-one-sided": Words(
        "de andere zaak van de kwestie zegt dit niet",
        "the other case of the matter does not say so",
    ),
    "look-elsewhere": Words(
        "er is gekeken naar een geschiedenis die hier niet staat: er is iets vervangen of af",
        "somebody looked at a history that is not here: something was replaced or cut off",
    ),
    "not-a-look": Words(
        "iets anders dan dat er is gekeken", "something else than that somebody looked"
    ),
    "procedure-unknown": Words("de procedure is niet aangenomen", "the procedure is not adopted"),
    "procedure-differs": Words("de procedure is veranderd", "the procedure was changed"),
    "head-missing": Words("de stand ontbreekt", "the state is missing"),
    "head-differs": Words("de stand telt anders", "the state counts differently"),
    "head-without-events": Words("een stand zonder gebeurtenissen", "a state without events"),
    "state-differs": Words("de stand is veranderd", "the state was changed"),
    "deadline-differs": Words("de termijn is veranderd", "the deadline was changed"),
    "item-unknown": Words("een stuk dat nergens bij hoort", "a document that belongs nowhere"),
    "item-missing": Words("een stuk ontbreekt", "a document is missing"),
    "item-differs": Words("een stuk is veranderd", "a document was changed"),
    "refused": Words("volgens de regels had dit niet gemogen", "by the rules this was not allowed"),
    "not-as-decided": Words(
        "niet wat de regels hier opleveren", "not what the rules make of it here"
    ),
    "log-shorter": Words(
        "er zijn {events} gebeurtenissen, en het ijkpunt telt er {size}: het einde is eraf, of dit "
        "is een oudere kopie",
        "there are {events} events, and the checkpoint counts {size}: the end was cut off, or this "
        "is an older copy",
    ),
    "log-rewritten": Words(
        "bij of voor gebeurtenis {size} is iets veranderd, weggehaald, ingevoegd of omgewisseld, "
        "en na gebeurtenis {after}",
        "something was changed, taken out, put in or swapped at or before event {size}, and after "
        "event {after}",
    ),
    "log-another": Words(
        "het ijkpunt is van een andere administratie ({origin}), of de eerste gebeurtenis is "
        "vervangen",
        "the checkpoint is of another store ({origin}), or the first event was replaced",
    ),
    "checkpoint-signed-by-another": Words(
        "het ijkpunt is niet getekend met de sleutel die de ijkmeester toen had: het is zelf "
        "beschadigd of vervalst, of het register noemt die sleutel niet meer",
        "the checkpoint is not signed with the key that the log keeper had then: it is itself "
        "damaged or forged, or the register no longer names that key",
    ),
    "checkpoint-unreadable": Words(
        "het bewaarde ijkpunt is niet te lezen", "the checkpoint in the store cannot be read"
    ),
    "out-of-order": Words(
        "staat in de volgorde van vastleggen na wat er in die reeks op volgt",
        "stands in the order of recording after what follows it in its stream",
    ),
    "kept-missing": Words(
        "stond in wat je bewaarde en is er niet meer", "was in what you kept and is gone"
    ),
    "kept-differs": Words(
        "is iets anders dan in wat je bewaarde", "is not what it was in what you kept"
    ),
    "kept-moved": Words(
        "staat in een andere volgorde dan in wat je bewaarde",
        "stands in another order than in what you kept",
    ),
    "key-without-basis": Words(
        "een sleutel van iemand die niet mag lezen", "a key of someone who may not read"
    ),
}
"""What does not hold, in words. The code of a problem that is not listed speaks for itself."""


UNPROVEN = {
    "the proof does not say which event it is about: give it with --event": (
        "het bewijs zegt niet over welke gebeurtenis het gaat: geef die met --event"
    ),
    "the proof is about another event": "het bewijs gaat over een andere gebeurtenis",
    "a proof of growth is about no event": "een bewijs van groei gaat over geen gebeurtenis",
    "the checkpoint that is held is not in this proof": (
        "het ijkpunt dat je hebt, staat niet in dit bewijs"
    ),
    "the checkpoint is not signed with this key": "het ijkpunt is niet met deze sleutel getekend",
    "the checkpoints are of two logs": "de ijkpunten zijn van twee administraties",
    "there is no such leaf in a tree of that size": (
        "zo'n plaats is er niet onder zoveel gebeurtenissen"
    ),
    "the proof is too long": "het bewijs is te lang",
    "the proof is too short": "het bewijs is te kort",
    "the proof leads to another root": "het bewijs komt op een andere wortel uit",
    "there is no growth between trees of these sizes": (
        "tussen ijkpunten over deze aantallen is er geen groei"
    ),
    "a hash has 32 bytes": "een hash heeft 32 bytes",
    "a signature of this key does not hold": "een handtekening van deze sleutel klopt niet",
}
"""Why a proof does not hold, as the proof itself says it in English, in Dutch."""


def unproven(error: Exception) -> Text:
    """Why a proof does not hold (BadProof, BadNote), in both languages."""
    from workflow.engine.procedure import Text

    said = str(error)
    return Text(UNPROVEN.get(said, said), said)


def words(problem: Problem) -> Text:
    """A problem in both languages."""
    from workflow.auditing.extending import LOG
    from workflow.engine.procedure import Text

    said = PROBLEMS.get(problem.code, Words(problem.code, problem.code))
    if problem.stream == LOG:
        said = Words(*(each.format_map(problem.particulars) for each in (said.nl, said.en)))
    why = problem.particulars.get("why") or problem.particulars.get("item")
    more = f" ({why})" if why else ""
    return Text(said.nl + more, said.en + more)
