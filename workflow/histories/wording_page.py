"""What the sections of a history say of themselves: how to choose, read and check."""

from __future__ import annotations

from workflow.engine.procedure import Text

PAGE_WORDS: dict[str, Text] = {
    "home": Text(nl="Terug naar het overzicht", en="Back to the overview"),
    "path": Text(nl="De genomen weg", en="The path taken"),
    "path_more": Text(nl="Toon alle stappen", en="Show every step"),
    "steps_taken": Text(nl="stappen", en="steps"),
    "to_drawing": Text(nl="naar de tekening", en="to the drawing"),
    "to_moment": Text(nl="naar wat er gebeurde", en="to what happened"),
    "contents_paper": Text(nl="Inhoud", en="Contents"),
    "page_of": Text(nl="van", en="of"),
    "months": Text(nl="Per maand", en="By month"),
    "filter": Text(nl="Toon alleen", en="Show only"),
    "filter_track": Text(nl="Van welk spoor", en="Of which track"),
    "filter_words": Text(nl="Met deze woorden", en="With these words"),
    "filter_all": Text(nl="alles", en="everything"),
    "filter_shown": Text(nl="van", en="of"),
    "filter_none": Text(
        nl="Hier is niets bij wat u zoekt. Kies ‘alles’ om weer alles te zien.",
        en="Nothing here is what you look for. Choose ‘everything’ to see all of it again.",
    ),
    "about_step": Text(nl="stappen", en="steps"),
    "about_consent": Text(nl="toestemmingen", en="consents"),
    "about_disclosure": Text(nl="delingen", en="disclosures"),
    "about_reading": Text(nl="openen van stukken", en="items opened"),
    "about_emergency": Text(nl="noodopeningen", en="emergencies"),
    "about_deadline": Text(nl="termijnen", en="deadlines"),
    "about_itself": Text(nl="wat vanzelf ging", en="what went by itself"),
    "term_of": Text(nl="Termijn voor", en="Deadline of"),
    "term_passed": Text(nl="Termijn verstreken", en="Deadline passed"),
    "term_left": Text(nl="verlaten", en="left"),
    "term_running": Text(nl="Lopende termijn", en="Deadline that runs"),
    "terms_kept": Text(
        nl="Oudere termijnen die op tijd waren, staan alleen bij ‘Wat er gebeurde’:",
        en="Older deadlines that were kept stand under ‘What happened’ only:",
    ),
    "when_bar": Text(nl="In de tijd", en="In time"),
    "bar_lead": Text(
        nl="De balken lopen van links, toen de zaak begon, tot rechts, de stand van nu. Een open "
        "balk is de termijn; het gevulde deel is hoe lang het duurde.",
        en="The bars run from the left, when the case began, to the right, the present. An open "
        "bar is the term; the filled part is how long it took.",
    ),
    "bar_span": Text(
        nl="De balken lopen van links, toen de zaak begon, tot rechts, de stand van nu.",
        en="The bars run from the left, when the case began, to the right, the present.",
    ),
    "matrix": Text(nl="Wie liet toe dat wie iets kreeg", en="Who let whom have something"),
    "matrix_corner": Text(nl="Van ↓, aan →", en="From ↓, to →"),
    "matrix_more": Text(nl="eerdere", en="earlier"),
    "all_consents": Text(nl="Elke toestemming", en="Every consent"),
    "disclosures_sum": Text(nl="Wat het was, en op welke grond", en="What it was, on which basis"),
    "times": Text(nl="keer", en="times"),
    "readings": Text(nl="Wie wat kon lezen", en="Who could read what"),
    "readings_lead": Text(
        nl="Bij elk stuk: wie het kon openen, vanaf wanneer en tot wanneer. Dit is berekend met "
        "dezelfde regel waarnaar het programma kijkt als iemand een stuk wil openen. Of iemand het "
        "ook opende, staat bij ‘Wat er gebeurde’. Wie buiten de vereniging iets kreeg, houdt het: "
        "dat staat bij ‘Wat is gedeeld’.",
        en="For each item: who could open it, from when and until when. This was computed with the "
        "same rule that the program goes by when somebody wants to open an item. Whether they did "
        "is under ‘What happened’. Whoever received something outside the association keeps it: "
        "that is under ‘What was shared’.",
    ),
    "readings_limit": Text(
        nl="Van een stuk dat ook van een ander is, ziet u alleen of u het zelf kon lezen.",
        en="Of an item that is somebody else’s too, you only see whether you could read it.",
    ),
    "no_readings": Text(
        nl="Hierover mag u niets weten. Wat u zelf kreeg, staat bij ‘Wat is gedeeld’.",
        en="You may know nothing of this. What you received yourself is under ‘What was shared’.",
    ),
    "looks": Text(nl="Wie er heeft gekeken", en="Who has looked"),
    "looks_lead": Text(
        nl="Wie met dit programma zag wat er in deze zaak gebeurt, wanneer, als wat en op welke "
        "grond. Wie een stuk opende, staat bij ‘Wat er gebeurde’. Wie een lijst van zaken opvraagt "
        "of ziet wat er te doen is, staat hier niet.",
        en="Who saw with this program what happens in this case, when, as what and on which basis. "
        "Who opened an item is under ‘What happened’. Whoever asked for a list of cases, or what "
        "there is to do, is not here.",
    ),
    "looks_own": Text(
        nl="Wat u zelf bekijkt, ziet alleen u.", en="What you look at yourself, only you see."
    ),
    "no_looks": Text(
        nl="Hier staat niemand van wie u dat mag weten.",
        en="There is nobody here of whom you may know that.",
    ),
    "item": Text(nl="Stuk", en="Item"),
    "reader": Text(nl="Wie", en="Who"),
    "you": Text(nl="u", en="you"),
    "since": Text(nl="Vanaf", en="From"),
    "till": Text(nl="Tot", en="Until"),
    "still": Text(nl="nu nog", en="still"),
    "stood": Text(nl="Zoals het was", en="As it stood"),
    "stood_lead": Text(
        nl="Elk moment waarop dit veranderde. Open er een om te zien wie toen wat kon lezen.",
        en="Each moment at which this changed. Open one to see who could read what then.",
    ),
    "stood_paper": Text(
        nl="Elk moment waarop dit veranderde, en wie toen wat kon lezen.",
        en="Each moment at which this changed, and who could read what then.",
    ),
    "stood_some": Text(
        nl="Dit zijn niet alle momenten waarop het veranderde. In de tabel staan ze wel.",
        en="These are not all the moments at which it changed. The table has them all.",
    ),
    "stood_from": Text(nl="Vanaf", en="From"),
    "stood_nobody": Text(nl="Niemand kon toen iets lezen.", en="Nobody could read anything then."),
    "stood_date": Text(nl="Zoals het was op", en="As it stood on"),
    "stood_time": Text(nl="om (mag leeg blijven)", en="at (may stay empty)"),
    "stood_all": Text(nl="Toon weer alles", en="Show all of it again"),
    "stood_then": Text(nl="Regels die toen golden:", en="Rows that held then:"),
    "verify_program": Text(nl="Met dit programma", en="With this program"),
    "verify_without": Text(nl="Zonder dit programma", en="Without this program"),
    "verify_export": Text(
        nl="Haal eerst de gebeurtenissen eruit. Daarna is dit programma niet meer nodig, alleen "
        "jq, sha256sum en ssh-keygen, in bash.",
        en="First get the events out. From there on you need not this program but jq, sha256sum "
        "and ssh-keygen, in bash.",
    ),
    "verify_hashes": Text(
        nl="Klopt elke hash met de tekst? Dan toont dit niets.",
        en="Is each hash that of its text? Then this shows nothing.",
    ),
    "verify_chain": Text(
        nl="Is elke reeks heel? Dan toont dit ‘true’.",
        en="Is each stream whole? Then this shows ‘true’.",
    ),
    "verify_signatures": Text(
        nl="Klopt elke handtekening? Dan toont dit niets. De eerste sleutel in de lijst staat "
        "garant voor alle andere: vraag de vingerafdruk daarvan na bij wie hem heeft.",
        en="Does each signature hold? Then this shows nothing. The first key in the list vouches "
        "for all others: ask its holder for its fingerprint.",
    ),
    "verify_head": Text(
        nl="Het einde van deze zaak, om te bewaren en later mee te vergelijken:",
        en="The end of this case, to keep and to compare with later:",
    ),
    "verify_head_how": Text(
        nl="Staat deze hash er later nog bij dit nummer, dan is tot hier niets weggelaten of "
        "veranderd:",
        en="If this hash still stands at this number later, nothing up to here was left out or "
        "changed:",
    ),
}
