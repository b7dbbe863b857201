"""What would help, where that depends on how the mistake was made."""

from __future__ import annotations

from workflow.engine.procedure import Text
from workflow.engine.registering import BRANCH


def spelling(branch: str) -> Text:
    """What is wrong with the name of a branch: how it is written, or that it lies elsewhere."""
    if BRANCH.fullmatch(branch):
        return Text(
            nl="Dit register is voor een andere afdeling. Wat eronder valt begint met haar naam, "
            "zoals noord/dorp bij noord. Welke er zijn, zie je met: zaak office list",
            en="This register is for another branch. What lies below it begins with its name, such "
            "as noord/dorp for noord. To see which there are: zaak office list",
        )
    return Text(
        nl="Gebruik kleine letters, cijfers en streepjes, met / voor wat eronder valt: noord/dorp",
        en="Use lower-case letters, digits and hyphens, with / for what lies below: noord/dorp",
    )


def seek(*, by_code: bool) -> Text:
    """What to do about a case that is not there: it says nothing of whether there is one."""
    if by_code:
        return Text(
            nl="Nummer en code horen bij elkaar: kijk beide na. Wie het nummer kwijt is, vraagt "
            "het aan de vertrouwenspersoon; het staat ook op de bevestiging.",
            en="Number and code belong together: check both. If the number is lost, the counsellor "
            "can tell; it is on the receipt too.",
        )
    return Text(
        nl="Kijk het nummer na. Welke zaken je wel ziet: zaak list",
        en="Check the number. The cases you do see: zaak list",
    )
