"""What there is to choose from, said so that people recognise it: each name with what it is called.

A name is what has to be typed, and says little to whoever did not write the procedure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import SequenceMatcher

MANY = 12
"""So many names are still listed, each with what it is called."""
MANY_BARE = 24
"""So many are, by themselves, where none is likely."""
ALIKE = 0.6
"""From this likeness (0 to 1) on, a name may be the one that was meant."""
_ARTICLES = frozenset({"de", "het", "een", "the", "a", "an"})


def folded(words: str) -> str:
    """The words without case, article, and whatever stands between them, to compare them by."""
    parts = [part for part in re.split(r"[\W_]+", words.casefold()) if part]
    return " ".join(parts[1:] if len(parts) > 1 and parts[0] in _ARTICLES else parts)


def likely(given: str, called: Mapping[str, str | None]) -> list[str]:
    """The names, at most three, that are much like what was given, or are called like it."""
    sought = folded(given)
    alike = {
        name: max(_alike(sought, name), _alike(sought, label or ""))
        for name, label in called.items()
    }
    best = max(alike.values(), default=0.0)
    found = sorted(
        (name for name in called if alike[name] >= max(ALIKE, best - 0.1)), key=lambda n: -alike[n]
    )
    return found[:3]


def listed(names: Mapping[str, str | None]) -> list[str]:
    """Each name with what it is called, where that is something else: `ruling (een uitspraak)`."""
    return [
        f"{name} ({label})" if label and folded(label) != folded(name) else name
        for name, label in names.items()
    ]


def choices(given: str, called: Mapping[str, str | None], lang: str, where: str) -> str:
    """What could have been typed instead of `given`: what is likely, and all where they are few.

    `called` says of each name what it is called, if anything; `where` the command that shows all.
    """
    dutch = lang == "nl"
    if not called:
        return "Er is er geen." if dutch else "There is none."
    near = likely(given, called)
    said = []
    if near:
        *others, last = listed({name: called[name] for name in near})
        names = f"{', '.join(others)} {'of' if dutch else 'or'} {last}" if others else last
        said.append(f"Bedoel je {names}?" if dutch else f"Did you mean {names}?")
    if len(called) <= (MANY if near else MANY_BARE):
        if set(near) != set(called):
            names = ", ".join(listed(called) if len(called) <= MANY else called)
            said.append(f"{'Kies uit' if dutch else 'Choose from'}: {names}.")
    elif not near:
        said.append(f"Het zijn er {len(called)}." if dutch else f"There are {len(called)}.")
        if where:
            said.append(f"Je vindt ze met: {where}" if dutch else f"To see them: {where}")
    return " ".join(said)


def _alike(sought: str, words: str) -> float:
    there = folded(words)
    if not sought or not there:
        return 0.0
    if len(sought) > 3 and sought in there:
        return 0.9
    return SequenceMatcher(None, sought, there).ratio()
