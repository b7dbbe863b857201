"""What is written to the people concerned: a receipt, what an emergency was, that a group left.

As one person writes to another. Each sentence is made in both languages at once, so that neither
can say more than the other.
"""

from __future__ import annotations

from datetime import datetime

from workflow.engine.procedure import Text
from workflow.letters import phrasing as put
from workflow.letters.letters import EmergencyNotice, Next, Receipt, StepBack
from workflow.letters.pages import Page, Row, Section

# --- receipt -------------------------------------------------------------------------------------


def receipt(letter: Receipt) -> Page:
    """The receipt on paper."""
    day, keepers = put.day(letter.received), put.joined(letter.keepers, "en", "and")
    if letter.keepers:
        title = Text("Wat je vertelde, is aangekomen", "What you told us has arrived")
        first = Text(
            f"Op {day.nl} heb je ons iets verteld. Goed dat je dat deed. Met deze brief bevestigen "
            f"we dat het is aangekomen. Het ligt bij {keepers.nl}.",
            f"On {day.en} you told us about something. It is good that you did. This letter "
            f"confirms that it has arrived. It is with {keepers.en}.",
        )
    else:
        title = Text("Wat je indiende, is aangekomen", "What you filed has arrived")
        first = Text(
            f"Op {day.nl} is aangekomen wat je hebt ingediend. Met deze brief bevestigen we dat.",
            f"On {day.en} what you filed has arrived. This letter confirms it.",
        )
    stands = Row(letter.about, letter.following.state)
    sections = [
        Section(None, (first,)),
        Section(
            Text("Hoe het verder gaat", "What happens next"),
            rows=(stands,),
            after=_following(letter),
        ),
        _return_code(letter.code, kept=bool(letter.keepers)),
    ]
    if letter.keepers:
        sections.append(_secrecy(letter))
    return put.page(letter.head, title, sections, [put.greeting(letter.head)])


def _following(letter: Receipt) -> tuple[Text, ...]:
    told = [*_turn(letter.following, letter.head.dated)]
    if letter.keepers:
        told.append(
            Text(
                "Jij beslist wat ermee gebeurt. Je mag altijd stoppen, en hoeft niet te zeggen "
                "waarom.",
                "You decide what becomes of it. You may always stop, and need not say why.",
            )
        )
    return tuple(told)


def _turn(following: Next, now: datetime) -> list[Text]:
    if following.ended:
        return [Text("Dit is nu afgerond.", "This has come to its end now.")]
    if following.due is None:
        return [Text("Er loopt nu geen termijn.", "No deadline runs at the moment.")]
    last, until = put.last(following.due), put.until(following.due)
    if following.rests and following.then is not None and not following.decides:
        then = put.low(following.then)
        return [
            Text(
                f"Er hoeft nu niets te gebeuren. Op {last.nl} volgt vanzelf: {then.nl}.",
                f"Nothing has to be done now. On {last.en} this follows by itself: {then.en}.",
            )
        ]
    if following.decides:
        turn = Text(
            f"Jij bent nu aan zet. Daarvoor heb je de tijd {until.nl}.",
            f"It is your turn now. You have time {until.en}.",
        )
    else:
        who = put.joined(following.by, "en", "and") if following.by else None
        turn = Text(
            f"Nu is {who.nl} aan zet. " if who else "",
            f"It is the turn of {who.en} now. " if who else "",
        )
        if following.due <= now:
            late = Text(
                f"De volgende stap had er uiterlijk op {last.nl} moeten zijn. Vraag er gerust "
                "naar: je bent niet vergeten.",
                f"The next step should have come by {last.en} at the latest. Do ask about it: "
                "you are not forgotten.",
            )
            return [put.then(turn, late)]
        turn = put.then(
            turn,
            Text(
                f"De volgende stap komt uiterlijk op {last.nl}.",
                f"The next step comes by {last.en} at the latest.",
            ),
        )
    if following.then is None:
        return [turn]
    by_itself = Text(
        f" Gebeurt er tot dan niets, dan volgt vanzelf: {put.low(following.then).nl}.",
        f" If nothing happens until then, this follows by itself: {put.low(following.then).en}.",
    )
    return [put.then(turn, by_itself)]


def _return_code(code: str | None, *, kept: bool) -> Section:
    title = Text("Je terugkeercode", "Your return code")
    use = Text(
        "Met je terugkeercode kom je terug bij je zaak, ook zonder je naam te noemen. Je leest "
        "ermee wat er is vastgelegd en je tekent ermee voor wat jij beslist. Wie de code heeft, "
        "kan doen wat jij kunt doen. Laat hem dus aan niemand zien.",
        "With your return code you come back to your case, even without giving your name. You "
        "read with it what was recorded, and sign with it what you decide. Whoever has the code "
        "can do what you can do. So show it to nobody.",
    )
    lost = Text(
        "De code wordt nergens bewaard. Ben je hem kwijt, dan kan niemand hem terugvinden.",
        "The code is kept nowhere. If you lose it, nobody can find it again.",
    )
    if kept:
        lost = put.then(
            lost,
            Text(
                " Je zaak gaat dan wel door, via je vertrouwenspersoon.",
                " Your case does go on then, through your counsellor.",
            ),
        )
    if code is None:
        apart = Text(
            "De code heb je apart gekregen. Hij staat niet in deze brief.",
            "The code was handed to you separately. It is not in this letter.",
        )
        return Section(title, (apart, use), after=(lost,))
    care = Text(
        "Bewaar deze brief dus goed, of schrijf de code over en vernietig de brief.",
        "So keep this letter well, or copy the code and destroy the letter.",
    )
    return Section(title, (use,), code=code, after=(put.then(lost, Text(" ", " "), care),))


def _secrecy(letter: Receipt) -> Section:
    keepers = put.joined(letter.keepers, "en", "and")
    told = [
        Text(
            f"Wat je vertelt, blijft tussen jou en {keepers.nl}. Zonder jouw toestemming gaat er "
            "niets van naar een ander, ook niet naar een bestuur.",
            f"What you tell stays between you and {keepers.en}. Without your consent nothing of "
            "it goes to anyone else, not to any board either.",
        )
    ]
    if letter.exception:
        told.append(
            Text(
                "Daarop is één uitzondering: er is iemands leven in gevaar, en er is geen andere "
                "weg. Dan mag een vertrouwenspersoon het hoogst nodige vertellen aan wie kan "
                "helpen, en niet langer dan het gevaar duurt. Daarna gaat een ander na of dat "
                "terecht was. Zodra het veilig is, hoor jij wat er is gedeeld.",
                "To that there is one exception: someone's life is in danger, and there is no "
                "other way. Then a counsellor may tell the bare minimum to those who can help, "
                "and for no longer than the danger lasts. Afterwards somebody else goes over "
                "whether that was right. As soon as it is safe, you are told what was shared.",
            )
        )
    told.append(
        Text(
            "Alleen een wet of een rechter kan ons daarnaast ergens toe verplichten. Wat er dan "
            "is gedeeld, kun je in je zaak zien.",
            "Beyond that only the law or a court can oblige us to anything. What was shared then "
            "can be seen in your case.",
        )
    )
    if letter.audited:
        told.append(
            Text(
                "Wie de boeken controleert, ziet welke stappen er zijn gezet. Niet wat je "
                "vertelde, en niet wie je bent.",
                "Whoever audits the records sees which steps were taken. Not what you told, and "
                "not who you are.",
            )
        )
    return Section(Text("Wat geheim blijft", "What stays secret"), tuple(told))


# --- emergency -----------------------------------------------------------------------------------


def emergency(letter: EmergencyNotice) -> Page:
    """The notice of an emergency on paper."""
    opened, ended = put.moment(letter.opened), put.moment(letter.ended)
    first = Text(
        f"Op {opened.nl} is in je zaak iets gedeeld zonder dat jij daar toestemming voor gaf, "
        "omdat ervan werd uitgegaan dat iemands leven in gevaar was. Dat is ingrijpend. Je hebt "
        "er recht op precies te weten wat er is gebeurd.",
        f"On {opened.en} something in your case was shared without your consent, because it was "
        "held that someone's life was in danger. That is no small thing. You have a right to "
        "know exactly what happened.",
    )
    if not letter.shared:
        first = Text(
            f"Op {opened.nl} is in je zaak vastgelegd dat iemands leven in gevaar was. Er had "
            "toen zonder jouw toestemming iets gedeeld mogen worden. Dat is niet gebeurd.",
            f"On {opened.en} it was recorded in your case that someone's life was in danger. "
            "Something could then have been shared without your consent. Nothing was.",
        )
    shared = tuple(
        Text(
            f"{each.kind.nl}: aan {each.to.nl}, op {put.moment(each.at).nl}",
            f"{each.kind.en}: to {each.to.en}, on {put.moment(each.at).en}",
        )
        for each in letter.shared
    )
    allowed = letter.justified is True
    title_why = (
        Text("Waarom dit mocht", "Why this was allowed")
        if allowed
        else Text("Waarom dit is gedaan", "Why this was done")
    )
    why = Text(
        "Dit mag alleen als iemands leven in gevaar is. Wie ertoe besloot, heeft dit vastgelegd:",
        "This is allowed only where someone's life is in danger. Who decided it recorded this:",
    )
    over = Text(
        f"Op {ended.nl} is het vanzelf afgelopen, doordat de tijd om was."
        if letter.expired
        else f"Op {ended.nl} is het beëindigd.",
        f"On {ended.en} it ended by itself, as its time was up."
        if letter.expired
        else f"On {ended.en} it was ended.",
    )
    closed = Text(
        " Sindsdien mag op deze grond niemand meer iets delen of lezen. Alles is weer zo geheim "
        "als ervoor. Wat toen is verteld, kunnen we niet terughalen.",
        " Since then nobody may share or read anything on this ground. All of it is as secret "
        "as before. What was told then we cannot take back.",
    )
    sections = [Section(None, (first,))]
    if shared:
        sections.append(
            Section(
                Text("Wat is gedeeld, en met wie", "What was shared, and with whom"),
                points=shared,
            )
        )
    sections += [
        Section(title_why, (why,), points=letter.grounds),
        Section(Text("Het is voorbij", "It is over"), (put.then(over, closed),)),
        *([_reviewed(letter)] if letter.reviewers else []),
        _objecting(letter),
    ]
    title = Text("Wat er is gebeurd toen er gevaar was", "What happened when there was danger")
    return put.page(letter.head, title, sections, [put.greeting(letter.head)])


def _reviewed(letter: EmergencyNotice) -> Section:
    who = put.joined(letter.reviewers, "of", "or")
    title = Text("Een ander kijkt ernaar", "Somebody else looks at it")
    if letter.reviewed is None:
        return Section(
            title,
            (
                Text(
                    f"Of dit terecht was, gaat iemand anders na dan wie ertoe besloot: {who.nl}. "
                    "Die leest daarbij niet wat jij hebt verteld.",
                    "Whether this was right is gone over by somebody else than who decided it: "
                    f"{who.en}. They do not read what you told.",
                ),
            ),
        )
    day = put.day(letter.reviewed)
    told = Text(
        f"Op {day.nl} is iemand anders dan wie ertoe besloot nagegaan of dit terecht was: "
        f"{who.nl}. Die las daarbij niet wat jij hebt verteld.",
        f"On {day.en} somebody else than who decided it went over whether this was right: "
        f"{who.en}. They did not read what you told.",
    )
    return Section(
        Text("Een ander keek ernaar", "Somebody else looked at it"), (told, *_found(letter))
    )


def _found(letter: EmergencyNotice) -> tuple[Text, ...]:
    """What was found when it was gone over, said to the member; nothing where it is not known."""
    match letter.justified:
        case True:
            return (Text("De uitkomst: het mocht.", "The outcome: it was allowed."),)
        case False if letter.shared:
            return (
                Text(
                    "De uitkomst: het had niet gemogen. Er is iets van jou gedeeld dat bij jou had "
                    "moeten blijven. Dat is onze fout en niet die van jou, en het spijt ons.",
                    "The outcome: it should not have been done. Something of yours was shared that "
                    "should have stayed with you. That is our mistake and not yours, and we are "
                    "sorry.",
                ),
            )
        case False:
            return (
                Text(
                    "De uitkomst: het had niet gemogen. Dat is onze fout en niet die van jou, en "
                    "het spijt ons.",
                    "The outcome: it should not have been done. That is our mistake and not yours, "
                    "and we are sorry.",
                ),
            )
        case None:
            return ()


def _objecting(letter: EmergencyNotice) -> Section:
    doors = [*letter.keepers, Text("een andere vertrouwenspersoon", "another counsellor")]
    doors += letter.reviewers
    to = put.joined(doors, "of", "or")
    case = letter.head.case
    return Section(
        Text("Als je het er niet mee eens bent", "If you do not agree"),
        (
            Text(
                f"Je mag bezwaar maken. Zeg of schrijf het aan {to.nl}, met het kenmerk {case}. "
                "Je hoeft je naam niet te noemen. Bezwaar maken verandert niets aan de hulp die "
                "je krijgt, en jij blijft beslissen over je zaak.",
                f"You may object. Say or write so to {to.en}, with the reference {case}. You need "
                "not give your name. Objecting changes nothing about the help you get, and it "
                "is still you who decides about your case.",
            ),
        ),
    )


# --- step back -----------------------------------------------------------------------------------


def step_back(letter: StepBack) -> Page:
    """The notice of the support group on paper."""
    since = put.day(letter.since)
    told = (
        Text(
            f"Sinds {since.nl} is de supportgroep in deze kwestie teruggetreden. De leden van de "
            "groep bemiddelen er niet meer in, en lezen er niets meer van.",
            f"Since {since.en} the support group has stepped back from this matter. The members "
            "of the group no longer mediate in it, and read nothing of it any more.",
        ),
        Text(
            "Waarom een supportgroep terugtreedt, staat nooit in een brief als deze. Elke brief "
            "is gelijk, wat de aanleiding ook was. Er valt dus niets uit op te maken, en wie "
            "ernaar vraagt, krijgt altijd dit antwoord.",
            "Why a support group steps back never stands in a letter like this one. Each letter "
            "is the same, whatever the occasion was. So nothing can be read from it, and whoever "
            "asks always gets this answer.",
        ),
        Text(
            "Wil je iets bespreken met het regiobestuur, dan gaat dat weer via de contactpersoon "
            "van je afdeling. Zit je zelf ergens mee, dan kun je altijd bij een "
            "vertrouwenspersoon terecht.",
            "If you want to discuss something with the regional board, that goes through your "
            "branch's contact person again. If something troubles you yourself, you can always "
            "turn to a confidential counsellor.",
        ),
    )
    title = Text("De supportgroep is teruggetreden", "The support group has stepped back")
    return put.page(letter.head, title, [Section(None, told)], [put.greeting(letter.head)])
