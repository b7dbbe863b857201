"""A procedure in words: tracks, states, steps and everything that a step means, for reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from workflow.engine import procedure as p
from workflow.engine.deadlines import Lang, describe
from workflow.engine.folding import span
from workflow.wording.wording import joined, office_label


def in_words(procedure: p.Procedure, lang: str, digest: str) -> str:
    """The whole procedure, track by track, in `lang` (`nl` or `en`), with its (short) digest."""
    return "\n".join(_Told(procedure, lang).lines(digest)) + "\n"


class _Told:
    """One procedure in one language."""

    def __init__(self, procedure: p.Procedure, lang: str) -> None:
        self.procedure = procedure
        self.lang: Lang = "nl" if lang == "nl" else "en"

    def lines(self, digest: str) -> Iterator[str]:
        """Everything, in the order of the declaration."""
        declared = self.procedure
        names = ", ".join((declared.procedure, *declared.aliases))
        version = f"{self._('versie', 'version')} {declared.version} ({digest})"
        yield f"{declared.labels[self.lang]} ({names}), {version}"
        for letter, source in declared.sources.items():
            yield f"  {letter}  {source.title[self.lang]} ({source.changed})"
        for name, track in declared.tracks.items():
            yield ""
            yield from self._track(name, track)

    def _(self, nl: str, en: str) -> str:
        return nl if self.lang == "nl" else en

    def _track(self, name: str, track: p.Track) -> Iterator[str]:
        yield f"{track.labels[self.lang].upper()} ({name})"
        if track.belongs_to:
            owner = self._who((track.belongs_to,))
            yield "  " + self._(f"Hierover beslist {owner}.", f"For {owner} to decide.")
        seen = self._("Te zien voor", "Seen by")
        yield f"  {seen}: {self._who(track.seen_by)}"
        yield "  " + self._("Toestanden", "States")
        for state_name, state in track.states.items():
            yield f"    {state.labels[self.lang]} ({state_name}){self._state(track, state_name)}"
            if state.deadline is not None:
                yield f"        {self._deadline(state.deadline)}"
        yield "  " + self._("Stappen", "Steps")
        for step_name, step in self.procedure.steps.items():
            if step.track == name:
                yield from self._step(step_name, step)

    def _state(self, track: p.Track, name: str) -> str:
        state = track.states[name]
        about = []
        if name == track.initial:
            about.append(self._("hier begint het", "it begins here"))
        if state.decides:
            about.append(self._("het lid beslist", "the member decides"))
        if state.ends:
            about.append(self._("hier eindigt het", "it ends here"))
        return f" – {', '.join(about)}" if about else ""

    def _deadline(self, deadline: p.Deadline) -> str:
        length = describe(span(deadline), self.lang)
        if deadline.then is not None:
            then = f"‘{self.procedure.steps[deadline.then].labels[self.lang]}’"
            what = self._(f"daarna vanzelf: {then}", f"then by itself: {then}")
        else:
            who = self._who(deadline.remind)
            what = self._(f"daarna een herinnering aan: {who}", f"then a reminder to: {who}")
        head = self._("termijn", "deadline")
        return f"{head}: {length}; {what}{_cited(deadline.cites)}"

    def _step(self, name: str, step: p.Step) -> Iterator[str]:
        yield f"    {step.labels[self.lang]} ({name}){_cited(step.cites)}"
        for line in self._about(step):
            yield f"        {line}"

    def _about(self, step: p.Step) -> Iterator[str]:
        states = self.procedure.tracks[step.track].states
        sources = joined((f"‘{states[s].labels[self.lang]}’" for s in step.sources), self._or)
        to = f"‘{states[step.to].labels[self.lang]}’"
        yield self._(f"van {sources} naar {to}", f"from {sources} to {to}")
        yield f"{self._('door', 'by')}: {self._who(step.who)}"
        if step.opens:
            yield self._("hiermee kan een zaak beginnen", "a case can begin with this")
        if step.decision is not None:
            who = self._who((step.decision.party,))
            ways = joined((_EVIDENCE[way][self.lang] for way in step.decision.evidence), self._or)
            yield self._(f"besluit van {who}: {ways}", f"decided by {who}: {ways}")
        for guard in step.guards:
            yield f"{self._('alleen als', 'only if')} {self._guard(step, guard)}"
        for field_name, field in step.asks.items():
            yield f"{self._('vraagt', 'asks')}: {self._field(field_name, field)}"
        if step.note is not None:
            needed = "" if step.note.required else self._(" (mag)", " (optional)")
            yield f"{self._('tekst', 'text')}: {self._kind(step.note.kind)}{needed}"
        yield from self._brings(step)

    def _brings(self, step: p.Step) -> Iterator[str]:
        """What comes of a step."""
        if step.joins is not None:
            yield f"{self._('erbij komt', 'joins')}: {self._who((step.joins,))}"
        for office in step.assigns:
            yield f"{self._('in deze zaak wordt aangewezen', 'assigned')}: {self._who((office,))}"
        for office in step.releases:
            yield f"{self._('uit deze zaak gaat', 'released')}: {self._who((office,))}"
        for grant in step.grants:
            yield f"{self._('geeft toestemming voor', 'consents to')}: " + self._going(
                self._kind(grant.kind), grant.to, grant.purpose
            )
        for share in step.shares:
            what = (
                self._kind(share.kind)
                if share.kind
                else self._("elk stuk met toestemming", "every item with a consent")
            )
            to = share.to or share.to_field or ""
            yield f"{self._('deelt', 'shares')}: " + self._going(what, to, share.purpose)
        for purpose in step.ends_purposes:
            ends = self._("toestemmingen eindigen voor", "consents end for")
            yield f"{ends}: {self._purpose(purpose)}"
        if step.emergency is not None:
            opens = step.emergency == "open"
            yield (
                self._("opent een noodsituatie", "opens an emergency")
                if opens
                else self._("sluit de noodsituatie", "closes the emergency")
            )
        for emitted in step.emits:
            label = self.procedure.steps[emitted].labels[self.lang]
            yield self._(f"brengt mee: ‘{label}’", f"brings about: ‘{label}’")

    def _going(self, what: str, to: str, purpose: str) -> str:
        known = self._who((to,)) if to not in self._fields() else self._("zie de vraag", "as asked")
        return f"{what} → {known} ({self._purpose(purpose)})"

    def _fields(self) -> set[str]:
        return {name for step in self.procedure.steps.values() for name in step.asks}

    def _guard(self, step: p.Step, guard: p.Guard) -> str:
        says: dict[type, Callable[[Any], str]] = {
            p.TrackIn: self._track_in,
            p.Recorded: self._recorded,
            p.Answered: lambda g: self._answer(step.asks[g.field], (g.value,)),
            p.Present: lambda g: self._party(g.party, "meedoet", "takes part"),
            p.Absent: lambda g: self._party(g.party, "niet meedoet", "takes no part"),
            p.Consent: self._consent,
            p.HasItem: lambda g: self._(
                f"er in de zaak zit: {self._kind(g.kind)}",
                f"the case holds: {self._kind(g.kind)}",
            ),
            p.Packet: lambda g: self._(
                f"er een stuk is met toestemming: {self._going('…', g.to, g.purpose)}",
                f"there is an item with a consent: {self._going('…', g.to, g.purpose)}",
            ),
            p.OtherPerson: lambda g: self._other(step, g),
            p.OwnBranch: lambda _: self._(
                "de functie in deze afdeling zelf is", "the office is held in this very branch"
            ),
            p.OutsideBranch: lambda g: self._(
                f"van buiten de afdeling: {step.asks[g.field].labels[self.lang]}",
                f"from outside the branch: {step.asks[g.field].labels[self.lang]}",
            ),
        }
        return says[type(guard)](guard)

    def _track_in(self, guard: p.TrackIn) -> str:
        track = self.procedure.tracks[guard.track]
        states = joined((f"‘{track.states[s].labels[self.lang]}’" for s in guard.states), self._or)
        name = track.labels[self.lang]
        return self._(f"‘{name}’ staat op {states}", f"‘{name}’ stands at {states}")

    def _recorded(self, guard: p.Recorded) -> str:
        step = self.procedure.steps[guard.step]
        answer = self._answer(step.asks[guard.field], guard.values)
        name = step.labels[self.lang]
        return self._(f"bij ‘{name}’ {answer}", f"at ‘{name}’ {answer}")

    def _answer(self, field: p.Field, values: Iterable[str]) -> str:
        given = joined((self._value(field, value) for value in values), self._or)
        name = field.labels[self.lang]
        return self._(f"op ‘{name}’ staat: {given}", f"‘{name}’ says: {given}")

    def _value(self, field: p.Field, value: str) -> str:
        if value in field.values:
            return field.values[value][self.lang]
        return {"yes": self._("ja", "yes"), "no": self._("nee", "no")}.get(value, value)

    def _party(self, party: str, nl: str, en: str) -> str:
        who = self._who((party,))
        return self._(f"{who} {nl}", f"{who} {en}")

    def _consent(self, guard: p.Consent) -> str:
        who = self._who((guard.party,))
        going = self._going(self._kind(guard.kind), guard.to, guard.purpose)
        return self._(f"{who} toestemming gaf: {going}", f"{who} consented: {going}")

    def _other(self, step: p.Step, guard: p.OtherPerson) -> str:
        others = []
        if guard.than_step is not None:
            label = self.procedure.steps[guard.than_step].labels[self.lang]
            others.append(self._(f"wie ‘{label}’ deed", f"whoever took ‘{label}’"))
        if guard.than_office is not None:
            office = self._who((guard.than_office,))
            others.append(self._(f"{office} in deze zaak", f"{office} in this case"))
        whom = joined(others, self._or)
        if guard.field is None:
            return self._(f"het iemand anders is dan {whom}", f"it is someone else than {whom}")
        name = step.asks[guard.field].labels[self.lang]
        return self._(
            f"‘{name}’ iemand anders is dan {whom}", f"‘{name}’ is someone else than {whom}"
        )

    def _field(self, name: str, field: p.Field) -> str:
        values = [f"{value} ({words[self.lang]})" for value, words in field.values.items()]
        values += [f"{to} ({self._who((to,))})" for to in field.among]
        if field.type == "affirm":
            values = [self._("moet ja zijn", "has to be yes")]
        elif field.type == "yesno":
            values = [self._("ja of nee", "yes or no")]
        elif field.office is not None:
            values = [self._who((field.office,))]
        several = self._("; meer mag", "; several may be given")
        among = ", ".join(values) + (several if field.type in ("choices", "persons") else "")
        needed = "" if field.required else self._("; mag leeg", "; may be left out")
        return f"{field.labels[self.lang]} [{name}] – {among}{needed}"

    @property
    def _or(self) -> str:
        return self._("of", "or")

    def _who(self, names: Iterable[str]) -> str:
        return ", ".join(office_label(name, self.lang, self.procedure) for name in names)

    def _kind(self, name: str) -> str:
        return self.procedure.kinds[name].labels[self.lang]

    def _purpose(self, name: str) -> str:
        return self.procedure.purposes[name].labels[self.lang]


_EVIDENCE = {
    "code": p.Text(nl="met de terugkeercode", en="with the return code"),
    "written": p.Text(nl="met een ondertekende verklaring", en="with a signed statement"),
    "spoken": p.Text(
        nl="gezegd, en vastgelegd door een vertrouwenspersoon",
        en="said, and recorded by a counsellor",
    ),
}


def _cited(cites: tuple[str, ...]) -> str:
    return f" [{', '.join(cites)}]" if cites else ""
