"""What a procedure names and asks for, in words: labels, and every guard as a clause after "if"."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from workflow.engine import procedure as p
from workflow.engine.deadlines import Lang
from workflow.wording.wording import joined, office_label

_NOBODY = {
    p.LINKED: p.Text(nl="een andere zaak van dezelfde kwestie", en="another case of the matter")
}


class DeclaredWords:
    """One procedure in one language (`nl` or `en`)."""

    def __init__(self, procedure: p.Procedure, lang: str) -> None:
        self.procedure = procedure
        self.lang: Lang = "nl" if lang == "nl" else "en"

    def _(self, nl: str, en: str) -> str:
        return nl if self.lang == "nl" else en

    @property
    def either(self) -> str:
        """The word between alternatives."""
        return self._("of", "or")

    def who(self, names: Iterable[str]) -> str:
        """The labels of offices, parties and outside recipients, and of what acts by itself."""
        return ", ".join(
            _NOBODY[name][self.lang]
            if name in _NOBODY
            else office_label(name, self.lang, self.procedure)
            for name in names
        )

    def kind(self, name: str) -> str:
        """The label of a kind of item."""
        return self.procedure.kinds[name].labels[self.lang]

    def purpose(self, name: str) -> str:
        """The label of a purpose."""
        return self.procedure.purposes[name].labels[self.lang]

    def step(self, name: str) -> str:
        """The label of a step, quoted."""
        return f"‘{self.procedure.steps[name].labels[self.lang]}’"

    def asked(self, step: p.Step, field: str) -> str:
        """The label of what a step asks, quoted."""
        return f"‘{step.asks[field].labels[self.lang]}’"

    def earlier(self, step: str, field: str) -> str:
        """What an earlier step asked, and which step that was."""
        name = self.asked(self.procedure.steps[step], field)
        return self._(f"{name} bij {self.step(step)}", f"{name} at {self.step(step)}")

    def going(self, what: str, to: str | None, purpose: str) -> str:
        """Something on its way to somebody, and what for; to whom is asked where `to` is None."""
        whom = self.who((to,)) if to is not None else self._("zie de vraag", "as asked")
        return f"{what} → {whom} ({self.purpose(purpose)})"

    def guard(self, guard: p.Guard | p.Condition, step: p.Step | None = None) -> str:
        """What has to be so; `step` is where it is asked for, None under a state or invariant."""
        says: dict[type, Callable[[Any], str]] = {
            p.TrackIn: self._track_in,
            p.Recorded: self._recorded,
            p.Present: lambda g: self._party(g.party, "meedoet", "takes part"),
            p.Absent: lambda g: self._party(g.party, "niet meedoet", "takes no part"),
            p.Consent: self._consent,
            p.HasItem: lambda g: self._(
                f"er in de zaak zit: {self.kind(g.kind)}", f"the case holds: {self.kind(g.kind)}"
            ),
            p.Packet: lambda g: self._(
                f"er een stuk is met toestemming: {self.going('…', g.to, g.purpose)}",
                f"there is an item with a consent: {self.going('…', g.to, g.purpose)}",
            ),
            p.OwnBranch: lambda _: self._(
                "de functie in deze afdeling zelf is", "the office is held in this very branch"
            ),
            p.Staffed: lambda g: self._(
                "er in deze zaak iemand is als "
                + joined(self._each((g.office, *g.or_else)), self.either),
                "the case has somebody as "
                + joined(self._each((g.office, *g.or_else)), self.either),
            ),
            p.Available: lambda g: self._(
                f"iemand van {self.earlier(g.step, g.field)} kan optreden als "
                f"{self.who((g.office,))}",
                f"someone of {self.earlier(g.step, g.field)} can act as {self.who((g.office,))}",
            ),
            p.SamePerson: self._same_person,
            p.NoNewHolder: lambda g: self._(
                f"er sindsdien geen nieuwe {joined(self._each(g.offices), self.either)} is",
                f"there is no new {joined(self._each(g.offices), self.either)} since",
            ),
        }
        found = says.get(type(guard))
        if found is not None:
            return found(guard)
        assert step is not None, "a sound state rests on nothing that is asked"
        return self._asking(guard, step)

    def _asking(self, guard: p.Guard | p.Condition, step: p.Step) -> str:
        """What has to be so of who acts, or of the answers that are given."""
        match guard:
            case p.Answered():
                return self._answer(step.asks[guard.field], (guard.value,))
            case p.Warranted():
                given = self._answer(step.asks[guard.field], (guard.value,))
                before = self._recorded(p.Recorded(guard.step, guard.asked, guard.values))
                return self._(f"{given}, alleen als {before}", f"{given}, only if {before}")
            case p.Several():
                name = self.asked(step, guard.field)
                before = self._recorded(p.Recorded(guard.step, guard.asked, guard.values))
                return self._(
                    f"{name} er twee of meer zijn, als {before}",
                    f"{name} are two or more, if {before}",
                )
            case p.OtherPerson():
                return self._other(step, guard)
            case p.OutsideBranch():
                name = step.asks[guard.field].labels[self.lang]
                return self._(f"van buiten de afdeling: {name}", f"from outside the branch: {name}")
            case p.Experienced():
                name = self.asked(step, guard.field)
                held = joined(self._each(guard.offices), self.either)
                return self._(
                    f"{name} een van deze functies heeft of had: {held}",
                    f"{name} holds or held one of these offices: {held}",
                )
            case p.Opened():
                name = self.asked(step, guard.field)
                kinds = joined((self.kind(k) for k in guard.kinds), self._("en", "and"))
                return self._(
                    f"{name} alles opende wat er te lezen is van: {kinds}",
                    f"{name} opened everything there is to read of: {kinds}",
                )
            case p.FreshEyes():
                name = self.asked(step, guard.field)
                before = self.earlier(guard.than_step, guard.than_field)
                if guard.all_new:
                    return self._(
                        f"niemand van {name} ook al genoemd is als {before}",
                        f"nobody of {name} was named before as {before}",
                    )
                return self._(
                    f"de meesten van {name} niet al genoemd zijn als {before}",
                    f"most of {name} were not named before as {before}",
                )
            case _:
                raise AssertionError(f"{type(guard).__name__} is told without a step")

    def _each(self, names: Iterable[str]) -> list[str]:
        return [self.who((name,)) for name in names]

    def _track_in(self, guard: p.TrackIn) -> str:
        track = self.procedure.tracks[guard.track]
        labels = (f"‘{track.states[s].labels[self.lang]}’" for s in guard.states)
        states = joined(labels, self.either)
        name = track.labels[self.lang]
        return self._(f"‘{name}’ staat op {states}", f"‘{name}’ stands at {states}")

    def _recorded(self, guard: p.Recorded) -> str:
        step = self.procedure.steps[guard.step]
        answer = self._answer(step.asks[guard.field], guard.values)
        name = self.step(guard.step)
        return self._(f"bij {name} {answer}", f"at {name} {answer}")

    def _answer(self, field: p.Field, values: Iterable[str]) -> str:
        given = joined((self._value(field, value) for value in values), self.either)
        name = field.labels[self.lang]
        return self._(f"op ‘{name}’ staat: {given}", f"‘{name}’ says: {given}")

    def _value(self, field: p.Field, value: str) -> str:
        if value in field.values:
            return field.values[value][self.lang]
        return {"yes": self._("ja", "yes"), "no": self._("nee", "no")}.get(value, value)

    def _same_person(self, guard: p.SamePerson) -> str:
        one = joined((self._hat(hat) for hat in guard.one), self.either)
        other = joined((self._hat(hat) for hat in guard.other), self.either)
        return self._(
            f"dezelfde persoon is {one}, en {other}", f"the same person is {one}, and {other}"
        )

    def _hat(self, hat: p.Hat) -> str:
        if hat.step is not None and hat.field is not None:
            return self.earlier(hat.step, hat.field)
        if hat.step is not None:
            return self._(f"wie {self.step(hat.step)} deed", f"whoever took {self.step(hat.step)}")
        return self.who((hat.office or hat.party or "",))

    def _party(self, party: str, nl: str, en: str) -> str:
        who = self.who((party,))
        return self._(f"{who} {nl}", f"{who} {en}")

    def _consent(self, guard: p.Consent) -> str:
        who = self.who((guard.party,))
        going = self.going(self.kind(guard.kind), guard.to, guard.purpose)
        return self._(f"{who} toestemming gaf: {going}", f"{who} consented: {going}")

    def _other(self, step: p.Step, guard: p.OtherPerson) -> str:
        others = []
        if guard.than_step is not None:
            label = self.step(guard.than_step)
            others.append(self._(f"wie {label} deed", f"whoever took {label}"))
        if guard.than_office is not None:
            office = self.who((guard.than_office,))
            others.append(self._(f"{office} in deze zaak", f"{office} in this case"))
        if guard.than_field is not None:
            others.append(self.asked(step, guard.than_field))
        if guard.earlier is not None:
            others.append(self.earlier(*guard.earlier))
        others += self._each(guard.than_parties)
        whom = joined(others, self.either)
        if guard.field is None:
            return self._(f"het iemand anders is dan {whom}", f"it is someone else than {whom}")
        name = self.asked(step, guard.field)
        return self._(f"{name} iemand anders is dan {whom}", f"{name} is someone else than {whom}")
