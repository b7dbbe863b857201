"""What the command says about checkpoints of the log, and proofs, that stand in the way."""

from __future__ import annotations

from workflow.wording.phrases import Phrase

LOG: dict[str, Phrase] = {
    "not-log-keeper": Phrase(
        "Alleen de ijkmeester voor {branch} zet een ijkpunt: {able}.",
        "Only the log keeper for {branch} makes a checkpoint: {able}.",
        "Vraag het aan {able}.",
        "Ask {able}.",
    ),
    "no-log-keeper": Phrase(
        "Alleen de ijkmeester zet een ijkpunt, en die is er nu niet voor {branch}.",
        "Only the log keeper makes a checkpoint, and there is none for {branch} now.",
        "Wie het register bijhoudt, benoemt er een: zaak office grant ijkmeester PERSOON "
        "--branch {branch}. Neem iemand die zelf niet het register of de database beheert.",
        "The keeper of the register appoints one: zaak office grant log_keeper PERSON "
        "--branch {branch}. Choose somebody who keeps neither the register nor the database.",
    ),
    "log-key-closed": Phrase(
        "Je bent ijkmeester, maar de sleutel van die functie heb je niet.",
        "You are the log keeper, but do not have the key of that office.",
        "Zo krijg je er een: zaak office share-key log_keeper --branch {branch}",
        "This gives you one: zaak office share-key log_keeper --branch {branch}",
    ),
    "no-checkpoint": Phrase(
        "Er is nog geen ijkpunt om iets onder te bewijzen.",
        "There is no checkpoint yet to prove anything under.",
        "De ijkmeester zet er een: zaak audit checkpoint -o FILE",
        "The log keeper makes one: zaak audit checkpoint -o FILE",
    ),
    "beyond-checkpoint": Phrase(
        "Dit valt niet onder het laatste ijkpunt: dat telt {size} gebeurtenissen.",
        "This is not covered by the latest checkpoint: that counts {size} events.",
        "De ijkmeester zet een nieuw: zaak audit checkpoint -o FILE",
        "The log keeper makes a new one: zaak audit checkpoint -o FILE",
    ),
    "no-such-event": Phrase(
        "Deze zaak heeft geen gebeurtenis {seq}.",
        "This case has no event {seq}.",
        "Kies een getal van 1 tot en met {last}.",
        "Choose a number from 1 up to {last}.",
    ),
    "bad-short": Phrase(
        "{given} is geen ijkpunt: er zit een typefout in, of er bestaat geen bestand dat zo heet.",
        "{given} is no checkpoint: there is a typing mistake in it, or no file is called so.",
        "Neem over wat op de brief staat: een getal, en daarna zes groepen van vier tekens.",
        "Copy what is on the letter: a number, and then six groups of four signs.",
    ),
    "bad-checkpoint": Phrase(
        "In {path} staat geen ijkpunt.",
        "{path} holds no checkpoint.",
        "Geef het bestand zoals het is bewaard: zaak audit checkpoint -o FILE maakt er een.",
        "Give the file as it was saved: zaak audit checkpoint -o FILE makes one.",
    ),
    "bad-export": Phrase(
        "In {path} staat geen export.",
        "{path} holds no export.",
        "Geef het bestand zoals het is bewaard: zaak audit export -o FILE maakt er een.",
        "Give the file as it was saved: zaak audit export -o FILE makes one.",
    ),
    "bad-proof": Phrase(
        "In {path} staat geen bewijs.",
        "{path} holds no proof.",
        "Geef het bestand zoals het is bewaard: zaak audit prove ZAAK -o FILE maakt er een.",
        "Give the file as it was saved: zaak audit prove CASE -o FILE makes one.",
    ),
    "proof-elsewhere": Phrase(
        "Dit bewijs is van het ijkpunt over {proven} gebeurtenissen, en dat van jou gaat over "
        "{held}: over het jouwe zegt het niets.",
        "This proof is of the checkpoint over {proven} events, and yours is over {held}: of yours "
        "it says nothing.",
        "Vraag ook een bewijs dat bij het jouwe begint: zaak audit prove --from FILE",
        "Ask for a proof from yours too: zaak audit prove --from FILE",
    ),
    "case-or-from": Phrase(
        "Waarvan moet dit een bewijs zijn?",
        "What is this to be a proof of?",
        "Geef een zaak (zaak audit prove ZAAK), of een eerder ijkpunt (zaak audit prove --from "
        "FILE).",
        "Give a case (zaak audit prove CASE), or an earlier checkpoint (zaak audit prove --from "
        "FILE).",
    ),
    "bad-log-key": Phrase(
        "{given} is geen openbare sleutel.",
        "{given} is no public key.",
        "De sleutel staat bij `key` in het antwoord op: zaak audit prove ZAAK --json",
        "The key is at `key` in the answer to: zaak audit prove CASE --json",
    ),
}
"""By code; as `wording.phrases.RULES`."""
