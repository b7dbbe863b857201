"""The languages that the command speaks: Dutch and English."""

from __future__ import annotations

import re
from typing import NamedTuple

LANGUAGES = ("nl", "en")


_CAPITALS = {
    "AUDIENCE": "LEZER",
    "BRANCH": "AFDELING",
    "CASE": "ZAAK",
    "CONSENT": "TOESTEMMING",
    "DATE": "DATUM",
    "DIR": "MAP",
    "FIELD": "VRAAG",
    "FILE": "BESTAND",
    "ITEM": "STUK",
    "ITEMS": "STUKKEN",
    "KIND": "SOORT",
    "NAME": "NAAM",
    "NEW": "NIEUW",
    "OFFICE": "FUNCTIE",
    "OLD": "OUD",
    "PARTY": "PARTIJ",
    "PATH": "PAD",
    "PERSON": "PERSOON",
    "PURPOSE": "DOEL",
    "RECIPIENT": "ONTVANGER",
    "STATE": "TOESTAND",
    "STEP": "STAP",
    "STRING": "REEKS",
    "TIME": "TIJD",
    "TRACK": "SPOOR",
    "VALUE": "ANTWOORD",
    "VERB": "OPDRACHT",
    "VERSION": "VERSIE",
    "YEAR": "JAAR",
}


class Words(NamedTuple):
    """The same words in both languages."""

    nl: str
    en: str

    def say(self, lang: str) -> str:
        """The words in `lang`: Dutch for `nl`, else English."""
        return self.nl if lang == "nl" else self.en


def language_of(wanted: str) -> str | None:
    """The language of a name such as `NL` or `nl_NL.UTF-8`; None where it is no language of ours.

    A name is a language with perhaps a territory, an encoding and a modifier (POSIX.1-2017 §8.2).
    """
    name = wanted.strip().lower()
    for mark in "_-.@":
        name = name.partition(mark)[0]
    return name if name in LANGUAGES else None


def capitals(lang: str, words: str) -> str:
    """What is to be filled in, in `lang`: such as ZAAK for CASE in Dutch."""
    if lang != "nl":
        return words
    return re.sub(r"[A-Z]+", lambda found: _CAPITALS.get(found[0], found[0]), words)
