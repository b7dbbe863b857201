"""What is written where something is shared: a consent form, and the cover letter of a handover.

Each sentence is made in both languages at once, so that neither can say more than the other.
"""

from __future__ import annotations

from workflow.engine.procedure import Text
from workflow.letters import phrasing as put
from workflow.letters.letters import Agreement, ConsentForm, Handover, Reads
from workflow.letters.pages import Entry, Page, Row, Section, Signature

READS: dict[Reads, Text] = {
    "office": Text(
        "Wie deze functie heeft, leest het dan, en wie haar later krijgt ook.",
        "Whoever holds this office reads it then, and so does whoever holds it later.",
    ),
    "assigned": Text(
        "Alleen de mensen die deze functie in deze zaak hebben, lezen het dan. Wie hen opvolgt, "
        "leest het niet vanzelf.",
        "Only the people who hold this office in this case read it then. Whoever comes after "
        "them does not read it as a matter of course.",
    ),
    "holders": Text(
        "Wie deze functie nu voor de afdeling heeft, leest het dan. Wie daarna komt, leest het "
        "niet vanzelf.",
        "Whoever holds this office for the branch now reads it then. Whoever comes after them "
        "does not read it as a matter of course.",
    ),
    "party": Text(
        "Eén persoon leest het dan, die zelf ook bij de zaak betrokken is.",
        "One person reads it then, whom the case concerns too.",
    ),
    "outside": Text(
        "Die staat buiten de vereniging. Wie het daar verder leest, hebben wij niet in de hand.",
        "They stand outside the association. Who else reads it there is not in our hands.",
    ),
}


# --- consent -------------------------------------------------------------------------------------


def consent(letter: ConsentForm) -> Page:
    """A consent form on paper."""
    given = letter.agreement
    sections = [_opening(given), _covers(letter), _withdrawing(letter)]
    if given.name is None:
        sign = Text("Ik geef deze toestemming", "I give this consent")
        title = Text("Formulier voor toestemming", "Consent form")
    else:
        sign = Text("Ik heb deze toestemming gegeven", "I gave this consent")
        title = Text("Toestemming", "Consent")
    named = Text("Naam, als je dat wilt", "Name, if you like")
    blanks = tuple(Row(label, None) for label in (named, put.DATE, put.SIGNED))
    return put.page(letter.head, title, sections, [Signature(sign, blanks)], to=False)


def _opening(given: Agreement) -> Section:
    if given.starts is None:
        return Section(
            None,
            (
                Text(
                    "Lees dit rustig door. Je hoeft niet te tekenen: nee is ook een antwoord, en "
                    "het verandert niets aan de hulp die je krijgt. Neem de tijd die je nodig "
                    "hebt, en vraag wat niet duidelijk is.",
                    "Read this at your ease. You need not sign: no is an answer too, and changes "
                    "nothing about the help you get. Take the time you need, and ask about "
                    "whatever is not clear.",
                ),
            ),
        )
    day = put.day(given.starts)
    how = given.evidence or Text("", "")
    told = [
        Text(
            f"Deze toestemming geldt sinds {day.nl} en heet in de zaak {given.name}. Zo is zij "
            f"vastgelegd: {how.nl}.",
            f"This consent holds since {day.en} and is called {given.name} in the case. It was "
            f"recorded like this: {how.en}.",
        )
    ]
    if given.status is not None and given.ended is not None:
        ended, state = put.day(given.ended), given.status.label
        told.append(
            Text(
                f"Let op: zij geldt niet meer sinds {ended.nl} ({state.nl}).",
                f"Note: it no longer holds since {ended.en} ({state.en}).",
            )
        )
    return Section(None, tuple(told))


def _covers(letter: ConsentForm) -> Section:
    given = letter.agreement
    until = Text(
        "tot ik haar intrek, of tot het doel voorbij is",
        "until I withdraw it, or until the purpose is over",
    )
    if given.until is not None:
        last = put.until(given.until)
        until = Text(
            f"{last.nl}, of eerder als het doel voorbij is of ik haar intrek",
            f"{last.en}, or earlier where the purpose is over or I withdraw it",
        )
    rows = (
        Row(Text("Wie toestemming geeft", "Who consents"), given.giver),
        Row(Text("Wat er mag worden gedeeld", "What may be shared"), _what(given)),
        Row(Text("Met wie", "With whom"), given.to),
        Row(Text("Waarvoor", "What for"), given.purpose),
        Row(Text("Tot wanneer", "Until when"), until),
    )
    more = [READS[letter.reads]]
    if letter.readers is not None:
        who = letter.readers
        more.append(Text(f"Wie het voor dit doel leest: {who.nl}.", f"For this purpose: {who.en}."))
    more.append(
        Text(
            "Wie het ontvangt, mag het niet doorgeven. Daarvoor is een nieuwe toestemming nodig.",
            "Whoever receives it may not pass it on. That takes a new consent.",
        )
    )
    if letter.also:
        others = put.joined(letter.also, "en", "and")
        more.append(
            Text(
                f"Het gaat ook {others.nl} aan. Zonder die toestemming erbij gaat er niets weg.",
                f"It concerns {others.en} too. Without that consent as well nothing leaves.",
            )
        )
    return Section(
        Text("Waar het om gaat", "What this is about"),
        rows=rows,
        after=(put.spaced(more),),
    )


def _what(given: Agreement) -> Text:
    if given.kind is not None:
        return Text(
            f"{given.kind.nl}: alles van deze soort, ook wat er nog bij komt",
            f"{given.kind.en}: everything of this kind, also what is yet to be added",
        )
    named = [
        Text(f"{each.kind.nl} ({each.name})", f"{each.kind.en} ({each.name})")
        for each in given.documents
    ]
    if given.others:
        one = given.others == 1
        else_nl, else_en = ("ander ", "other ") if named else ("", "")
        more_nl = f"{else_nl}stuk" if one else f"{else_nl and 'andere '}stukken"
        more_en = f"{else_en}document" if one else f"{else_en}documents"
        named.append(Text(f"{given.others} {more_nl}", f"{given.others} {more_en}"))
    return Text("; ".join(each.nl for each in named), "; ".join(each.en for each in named))


def _withdrawing(letter: ConsentForm) -> Section:
    given, case = letter.agreement, letter.head.case
    told = Text(
        "Intrekken kan altijd, zonder reden. ",
        "You can always withdraw it, without a reason. ",
    )
    if letter.keepers:
        who = put.joined(letter.keepers, "of", "or")
        told = put.then(
            told,
            Text(
                f"Zeg het tegen {who.nl}, of doe het zelf met je terugkeercode",
                f"Tell {who.en}, or do it yourself with your return code",
            ),
        )
    else:
        told = put.then(
            told,
            Text("Dat doe je met je terugkeercode", "You do that with your return code"),
        )
    verb = f": zaak consent withdraw {case} {given.name}." if given.name is not None else "."
    told = put.then(told, Text(verb, verb))
    after = Text(
        "Vanaf dat moment gaat er niets meer weg en gaat niets meer open. Wat dan al gelezen is, "
        "kan niemand ongelezen maken.",
        "From that moment nothing leaves any more and nothing is opened any more. What was read "
        "by then, nobody can make unread.",
    )
    scan = Text(
        "Onderteken je dit formulier, dan wordt een scan ervan verzegeld in de zaak bewaard. Zo "
        "staat vast wat jij besloot.",
        "If you sign this form, a scan of it is kept in the case under seal. So it is certain "
        "what you decided.",
    )
    return Section(Text("Intrekken", "Withdrawing it"), (told, after), after=(scan,))


# --- handover ------------------------------------------------------------------------------------


def handover(letter: Handover) -> Page:
    """The cover letter of a handover on paper."""
    number = len(letter.documents)
    one = number == 1
    counted = Text(
        "hoort één stuk" if one else f"horen {number} stukken",
        "comes one document" if one else f"come {number} documents",
    )
    title = Text(f"Overdracht aan {letter.to.nl}", f"Handover to {letter.to.en}")
    first = Text(
        f"Bij deze brief {counted.nl}, overgedragen omdat daarvoor toestemming is gegeven. "
        "Hieronder staat van elk stuk wat het is, en de hash (SHA-256) van het verzegelde bestand.",
        f"With this letter {counted.en}, handed over because consent was given for that. Below "
        "stands what each document is, and the hash (SHA-256) of the sealed file.",
    )
    entries = tuple(
        Entry(
            Text(
                f"{each.document.kind.nl} ({each.document.name})",
                f"{each.document.kind.en} ({each.document.name})",
            ),
            (
                Text(
                    f"overgedragen op {put.moment(each.at).nl}, op {', '.join(each.on)}",
                    f"handed over on {put.moment(each.at).en}, on {', '.join(each.on)}",
                ),
            ),
            each.digest,
        )
        for each in letter.documents
    )
    compare = (
        Text(
            "Gever en ontvanger kunnen dit allebei nagaan. Haal het verzegelde bestand op met: "
            "zaak read ZAAK STUK --sealed MAP. Bereken er de hash van met: sha256sum "
            "MAP/STUK.age. Leg hem naast deze brief. Bij de ontvanger kan een stuk anders heten, "
            "de hash is gelijk. Verschilt er ook maar één teken, dan is het een ander stuk: laat "
            "het dan ongelezen, en neem contact op.",
            "Giver and receiver can both check this. Get the sealed file with: zaak read CASE "
            "ITEM --sealed DIR. Compute its hash with: sha256sum DIR/ITEM.age. Hold it beside "
            "this letter. A document may be called otherwise at the receiver's, the hash is the "
            "same. If a single sign differs, it is another document: leave it unread then, and "
            "get in touch.",
        ),
    )
    limits = (
        Text(
            "De stukken zijn alleen voor het doel dat hier staat. Doorgeven mag niet: daarvoor is "
            "een nieuwe toestemming nodig.",
            "The documents are for the purpose that stands here and no other. They may not be "
            "passed on: that takes a new consent.",
        ),
    )
    sections = [
        Section(None, (first,)),
        Section(Text("De stukken", "The documents"), entries=entries, after=compare),
        Section(
            Text("Waarop dit rust", "What this rests on"),
            points=tuple(_rests(each) for each in letter.agreements),
            after=limits,
        ),
    ]
    blanks = tuple(Row(label, None) for label in (put.NAME, put.DATE, put.SIGNED))
    signatures = [
        Signature(Text("Overgedragen door", "Handed over by"), blanks),
        Signature(Text("Ontvangen door", "Received by"), blanks),
    ]
    return put.page(letter.head, title, sections, signatures, to=letter.to)


def _rests(given: Agreement) -> Text:
    day = put.day(given.starts) if given.starts is not None else Text("", "")
    said = Text(
        f"{given.name}: toestemming van {given.giver.nl} van {day.nl}, voor {given.purpose.nl}",
        f"{given.name}: consent of {given.giver.en} of {day.en}, for {given.purpose.en}",
    )
    if given.ended is not None and given.status is not None:
        ended = put.day(given.ended)
        return put.then(
            said,
            Text(
                f"; geldt niet meer sinds {ended.nl} ({given.status.label.nl})",
                f"; no longer holds since {ended.en} ({given.status.label.en})",
            ),
        )
    if given.until is None:
        return said
    until = put.until(given.until)
    return put.then(said, Text(f"; geldt {until.nl}", f"; holds {until.en}"))
