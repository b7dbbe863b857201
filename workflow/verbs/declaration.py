"""A procedure in words: tracks, states, steps and everything that a step means, for reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.engine import procedure as p
from workflow.engine.deadlines import describe
from workflow.engine.folding import span
from workflow.engine.member import automatic, decider, enough
from workflow.engine.registering import threshold
from workflow.verbs.declared_words import DeclaredWords
from workflow.wording.wording import joined


def in_words(
    procedure: p.Procedure, lang: str, digest: str, elsewhere: Mapping[str, p.Office]
) -> str:
    """The whole procedure, track by track, in `lang` (`nl` or `en`), with its (short) digest.

    `elsewhere` are offices that it may name without having them itself.
    """
    return "\n".join(Told(procedure, lang, elsewhere).lines(digest)) + "\n"


class Told(DeclaredWords):
    """One procedure in one language, part by part."""

    def __init__(
        self, procedure: p.Procedure, lang: str, elsewhere: Mapping[str, p.Office]
    ) -> None:
        super().__init__(procedure, lang)
        self.elsewhere = elsewhere

    def seat(self, name: str) -> str:
        """The label of an office, also of one that this procedure does not have."""
        if name in self.elsewhere and name not in self.procedure.offices:
            return self.elsewhere[name].labels[self.lang]
        return self.who((name,))

    def lines(self, digest: str) -> Iterator[str]:
        """Everything, in the order of the declaration."""
        declared = self.procedure
        names = ", ".join((declared.procedure, *declared.aliases))
        version = f"{self._('versie', 'version')} {declared.version} ({digest})"
        yield f"{declared.labels[self.lang]} ({names}), {version}"
        for letter, source in declared.sources.items():
            yield f"  {letter}  {source.title[self.lang]} ({source.changed})"
        *before, promises = self.sections()
        for section in before:
            yield from self._headed(*section[1:])
        for name, track in declared.tracks.items():
            yield ""
            yield from self._track(name, track)
        yield from self._headed(*promises[1:])

    def sections(self) -> tuple[tuple[str, str, list[str]], ...]:
        """What is said of the procedure as a whole: a name for each part, its title and its lines.

        The promises come last.
        """
        return (
            ("people", self._("Functies en betrokkenen", "Offices and parties"), [*self._people()]),
            ("purposes", self._("Doelen", "Purposes"), [*self._purposes()]),
            ("documents", self._("Stukken", "Documents"), [*self._kinds()]),
            ("account", self._("Jaarverslag", "Yearly account"), [f"  {self._published()}"]),
            ("promises", self._("Beloften", "Promises"), [*self._promises()]),
        )

    def _headed(self, title: str, told: list[str]) -> Iterator[str]:
        """A heading with what stands under it; nothing where nothing does."""
        if told:
            yield ""
            yield title.upper()
            yield from told

    def _published(self) -> str:
        k = threshold((self.procedure,))
        return self._(
            f"In het jaarverslag staan geen aantallen onder de {k}.",
            f"No count below {k} stands in the yearly account.",
        )

    def _people(self) -> Iterator[str]:
        """Everybody the procedure names, with what holds of them beyond that."""
        for name, office in self.procedure.offices.items():
            about = []
            if office.assigned:
                about.append(
                    self._("alleen in zaken waarin aangewezen", "only in cases assigned to them")
                )
            if office.deputy is not None:
                deputy = self.who((office.deputy,))
                about.append(self._(f"vervangen door {deputy}", f"{deputy} stands in for them"))
            if office.not_with:
                others = joined((self.seat(other) for other in office.not_with), self.either)
                about.append(self._(f"niemand die ook {others} is", f"nobody who is also {others}"))
            yield _entry(self.who((name,)), name, about)
        for name, role in self.procedure.parties.items():
            about = [] if role.member else [self._("handelt zelf, als persoon", "acts in person")]
            about += [self._("kunnen er meer zijn", "there can be several")] if role.many else []
            yield _entry(role.labels[self.lang], name, about)
        for name, outside in self.procedure.outside.items():
            without = self._("zonder toegang tot dit programma", "without access to this program")
            yield _entry(outside.labels[self.lang], name, [without])

    def _purposes(self) -> Iterator[str]:
        for name, purpose in self.procedure.purposes.items():
            if purpose.readers is not None:
                readers = self._("te lezen door", "read by")
                told = purpose.readers[self.lang]
                yield f"  {purpose.labels[self.lang]} ({name}) – {readers}: {told}"

    def _kinds(self) -> Iterator[str]:
        for name, kind in self.procedure.kinds.items():
            about = []
            if kind.traceable:
                about.append(self._("van wie erin te herkennen is", "of whom it can be traced to"))
            elif kind.of:
                about.append(self._(f"van {self.who(kind.of)}", f"of {self.who(kind.of)}"))
            if kind.added_by:
                who = self.who(kind.added_by)
                about.append(self._(f"toe te voegen door {who}", f"may be added by {who}"))
            if kind.made_for:
                who = self.who(kind.made_for)
                about.append(
                    self._(f"in opdracht geschreven voor {who}", f"written on commission for {who}")
                )
            if kind.never_to:
                who = self.who(kind.never_to)
                about.append(self._(f"nooit naar {who}", f"never to {who}"))
            if about:
                yield f"  {kind.labels[self.lang]} ({name}) – {'; '.join(about)}"

    def _promises(self) -> Iterator[str]:
        """What the procedure states of every case."""
        heads = {
            "when": ("overal waar", "wherever"),
            "never": ("nooit", "never"),
            "always": ("is altijd zo", "always holds"),
            "leads_to": ("kan het nog altijd zover komen", "it can always still come to"),
        }
        for name, invariant in self.procedure.invariants.items():
            yield f"  {invariant.labels[self.lang]} ({name}){_cited(invariant.cites)}"
            for key, conditions in invariant.conditions.items():
                if not conditions:
                    continue
                together = key == "never" and len(conditions) > 1
                head = ("nooit tegelijk", "never together") if together else heads[key]
                told = joined(map(self.guard, conditions), self._("en", "and"))
                yield f"      {self._(*head)}: {told}"

    def _track(self, name: str, track: p.Track) -> Iterator[str]:
        yield f"{track.labels[self.lang].upper()} ({name})"
        yield from (f"  {line}" for line in self.whose(track))
        yield "  " + self._("Toestanden", "States")
        for state_name, state in track.states.items():
            about = self.place(track, state_name)
            told = f" – {', '.join(about)}" if about else ""
            yield f"    {state.labels[self.lang]} ({state_name}){told}"
            yield from (f"        {line}" for line in self.lasting(state))
        yield "  " + self._("Stappen", "Steps")
        for step_name, step in self.procedure.steps.items():
            if step.track == name:
                yield from self._step(step_name, step)

    def whose(self, track: p.Track) -> Iterator[str]:
        """Who decides about a track, and who sees it."""
        if track.belongs_to:
            owner = self.who((track.belongs_to,))
            yield self._(f"Hierover beslist {owner}.", f"For {owner} to decide.")
        yield f"{self._('Te zien voor', 'Seen by')}: {self.who(track.seen_by)}"

    def lasting(self, state: p.State, *, citing: bool = True) -> Iterator[str]:
        """How long a state may last, by which rules if `citing`, and what it rests on."""
        if state.deadline is not None:
            rules = _cited(state.deadline.cites) if citing else ""
            yield self._deadline(state.deadline) + rules
        for guard in state.rests_on:
            yield f"{self._('alleen zolang', 'only as long as')} {self.guard(guard)}"
        if state.otherwise is not None:
            otherwise = self.step(state.otherwise)
            yield f"{self._('anders vanzelf', 'otherwise by itself')}: {otherwise}"

    def place(self, track: p.Track, name: str) -> list[str]:
        """What a state is on its track: a beginning, an end, the member's to decide in."""
        state = track.states[name]
        about = []
        if name == track.initial:
            about.append(self._("hier begint het", "it begins here"))
        if state.decides:
            about.append(self._("het lid beslist", "the member decides"))
        if state.ends:
            about.append(self._("hier eindigt het", "it ends here"))
        return about

    def _deadline(self, deadline: p.Deadline) -> str:
        length = describe(span(deadline), self.lang)
        what = []
        if deadline.then is not None:
            then = self.step(deadline.then)
            what.append(self._(f"daarna vanzelf: {then}", f"then by itself: {then}"))
            if self.procedure.steps[deadline.then].guards:
                what.append(self._("zodra dat kan", "as soon as it can"))
        if deadline.remind:
            who = self.who(deadline.remind)
            what.append(self._(f"daarna een herinnering aan: {who}", f"then a reminder to: {who}"))
        head = self._("termijn", "deadline")
        return f"{head}: {length}; {'; '.join(what)}"

    def _step(self, name: str, step: p.Step) -> Iterator[str]:
        yield f"    {step.labels[self.lang]} ({name}){_cited(step.cites)}"
        for line in self.about(step):
            yield f"        {line}"

    def about(self, step: p.Step) -> Iterator[str]:
        """From where to where a step goes, who takes it, what it needs and what it brings."""
        if step.help is not None:
            yield step.help[self.lang]
        states = self.procedure.tracks[step.track].states
        sources = joined((f"‘{states[s].labels[self.lang]}’" for s in step.sources), self.either)
        to = f"‘{states[step.to].labels[self.lang]}’"
        yield self._(f"van {sources} naar {to}", f"from {sources} to {to}")
        yield f"{self._('door', 'by')}: {self.who(step.who)}"
        if step.opens:
            yield self._("hiermee kan een zaak beginnen", "a case can begin with this")
        yield from self._decided(step)
        for guard in step.guards:
            yield f"{self._('alleen als', 'only if')} {self.guard(guard, step)}"
        for field_name, field in step.asks.items():
            yield f"{self._('vraagt', 'asks')}: {self._field(field_name, field)}"
        if step.note is not None:
            needed = "" if step.note.required else self._(" (mag)", " (optional)")
            yield f"{self._('tekst', 'text')}: {self.kind(step.note.kind)}{needed}"
        if step.papers is not None:
            yield f"{self._('stukken erbij', 'documents with it')}: {self.kind(step.papers)}"
        yield from self._brings_people(step)
        yield from self._brings(step)
        yield from self._reaches(step)

    def _decided(self, step: p.Step) -> Iterator[str]:
        """Whose decision a step is, also where that follows from its states and is not declared."""
        if automatic(step):
            return
        states = self.procedure.tracks[step.track].states
        decided: dict[str, list[str]] = {}
        for source in step.sources:
            party = decider(self.procedure, step, source)
            if party is not None:
                decided.setdefault(party, []).append(f"‘{states[source].labels[self.lang]}’")
        ways = joined((_EVIDENCE[way][self.lang] for way in enough(step)), self.either)
        for party, sources in decided.items():
            who, there = self.who((party,)), ""
            if len(sources) < len(step.sources):
                there = self._(", vanuit ", ", from ") + joined(sources, self.either)
            yield self._(f"besluit van {who}{there}: {ways}", f"decided by {who}{there}: {ways}")

    def _brings_people(self, step: p.Step) -> Iterator[str]:
        """Who comes into the case by a step, is kept out of it, or holds an office in it."""
        if step.joins is not None:
            named = f" ({self.asked(step, step.joins_as)})" if step.joins_as else ""
            yield f"{self._('erbij komt', 'joins')}: {self.who((step.joins,))}{named}"
        for field in step.recuses:
            kept = self._("buiten de zaak blijft", "kept out of the case")
            yield f"{kept}: {self.asked(step, field)}"
        for office, asked in step.assigns.items():
            earlier, dot, field = asked.partition(".")
            named = f" ({self.earlier(earlier, field)})" if dot else ""
            assigned = self._("in deze zaak wordt aangewezen", "assigned")
            yield f"{assigned}: {self.who((office,))}{named}"
        for office in step.releases:
            yield f"{self._('uit deze zaak gaat', 'released')}: {self.who((office,))}"

    def _brings(self, step: p.Step) -> Iterator[str]:
        """What comes of a step within its case."""
        for grant in step.grants:
            yield f"{self._('geeft toestemming voor', 'consents to')}: " + self.going(
                self.kind(grant.kind), grant.to, grant.purpose
            )
        for share in step.shares:
            what = (
                self.kind(share.kind)
                if share.kind
                else self._("elk stuk met toestemming", "every item with a consent")
            )
            there = self._(", als die er is", ", if there is one") if share.if_any else ""
            going = self.going(what, share.to, share.purpose)
            yield f"{self._('deelt', 'shares')}: {going}{there}"
        for purpose in step.ends_purposes:
            ends = self._("toestemmingen eindigen voor", "consents end for")
            yield f"{ends}: {self.purpose(purpose)}"
        if step.emergency is not None:
            opens = step.emergency == "open"
            yield (
                self._("opent een noodsituatie", "opens an emergency")
                if opens
                else self._("sluit de noodsituatie", "closes the emergency")
            )
        for emitted in step.emits:
            label = self.step(emitted)
            yield self._(f"brengt mee: {label}", f"brings about: {label}")
        if step.erases is not None:
            erases = self._(
                "wist voorgoed de sleutels van alles wat is van",
                "destroys for good the keys of all that is of",
            )
            yield f"{erases}: {self.who((step.erases,))}"

    def _reaches(self, step: p.Step) -> Iterator[str]:
        """What comes of a step in other cases."""
        if step.links is not None:
            links = self._("van dezelfde kwestie wordt", "of the same matter becomes")
            yield f"{links}: {self.asked(step, step.links)}"
        for tell in step.tells:
            tells = self._(
                "in zaken van dezelfde kwestie gebeurt", "in cases of the same matter happens"
            )
            yield f"{tells}: {tell.step} ({tell.procedure})"
        if step.files is not None:
            files = self._(
                "opent, met wat gedeeld wordt, een zaak", "opens, with what is shared, a case"
            )
            yield f"{files}: {step.files.step} ({step.files.procedure})"

    def _field(self, name: str, field: p.Field) -> str:
        values = [f"{value} ({words[self.lang]})" for value, words in field.values.items()]
        values += [f"{to} ({self.who((to,))})" for to in field.among]
        if field.type == "affirm":
            values = [self._("moet ja zijn", "has to be yes")]
        elif field.type == "yesno":
            values = [self._("ja of nee", "yes or no")]
        elif field.type == "case":
            values = [self._("het nummer van een andere zaak", "the number of another case")]
        elif field.office is not None:
            values = [self.who((field.office,))]
        elif field.type in ("person", "persons"):
            values = [self._("iemand uit het register", "somebody in the register")]
        several = self._("; meer mag", "; several may be given")
        among = ", ".join(values) + (several if field.type in ("choices", "persons") else "")
        needed = "" if field.required else self._("; mag leeg", "; may be left out")
        return f"{field.labels[self.lang]} [{name}] – {among}{needed}"


_EVIDENCE = {
    "code": p.Text(nl="met de terugkeercode", en="with the return code"),
    "written": p.Text(nl="met een ondertekende verklaring", en="with a signed statement"),
    "spoken": p.Text(
        nl="gezegd, en vastgelegd door een vertrouwenspersoon",
        en="said, and recorded by a counsellor",
    ),
}


def _entry(label: str, name: str, about: list[str]) -> str:
    """A line for something that has a name, with what is said of it, if anything."""
    return f"  {label} ({name})" + (f" – {'; '.join(about)}" if about else "")


def _cited(cites: tuple[str, ...]) -> str:
    return f" [{', '.join(cites)}]" if cites else ""
