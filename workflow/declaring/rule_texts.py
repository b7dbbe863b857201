"""What a rule number says, for whoever shows the number and has room for a few words with it."""

from __future__ import annotations

from functools import cache

from workflow.declaring.rules import FILE, read_rules
from workflow.engine.procedure import Text
from workflow.resources import folder


def says(number: str, lang: str) -> str | None:
    """What the rule of this number (`B18`, `Q5`) says in `lang`: Dutch for `nl`, else English.

    None for a number that this program does not explain, such as one of an association's own. Of a
    reading, the question and then what was chosen. Raises Unreadable where states/rules.yaml is.
    """
    found = _texts().get(number)
    return None if found is None else " ".join(text[lang] for text in found)


@cache
def _texts() -> dict[str, tuple[Text, ...]]:
    # Read once: the file comes with the program and does not change while that runs.
    rules = read_rules(folder("states") / FILE)
    return {
        **{one.number: (one.says,) for one in rules.rules},
        **{one.number: (one.question, one.chosen) for one in rules.readings},
    }
