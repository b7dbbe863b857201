"""How a reason is said: the rule that fails, with its particulars, in Dutch or in English.

What is decided lives in the engine, how it is said lives here. Names become the labels that the
procedure gives them, moments become words in the time of Amsterdam, and what has to be typed keeps
the form in which it is typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from workflow.engine.procedure import (
    BUILT_IN,
    CLOCK,
    CONSEQUENCE,
    LINKED,
    Field,
    Procedure,
    Text,
)
from workflow.engine.procedure import role as role_of
from workflow.engine.reasons import Reason
from workflow.engine.standing import AUDITOR
from workflow.wording.choices import choices, listed
from workflow.wording.command_phrases import COMMAND, PLACES
from workflow.wording.dates import last_day, moment_text
from workflow.wording.hints import seek, spelling
from workflow.wording.log_phrases import LOG
from workflow.wording.phrases import RULES, WORDS, Phrase
from workflow.wording.version_phrases import KEYS, VERSIONS

_EVERYBODY = {
    "registrar": Text(nl="wie het register bijhoudt", en="the keeper of the register"),
    CLOCK: Text(nl="de klok", en="the clock"),
    CONSEQUENCE: Text(nl="een andere stap", en="another step"),
    LINKED: Text(nl="een andere zaak", en="another case"),
}
_OFFICES = {
    AUDITOR: Text(nl="lid van de auditcommissie", en="auditor"),
    "log_keeper": Text(nl="ijkmeester", en="log keeper"),
}
_EVIDENCE = {
    "code": Text(nl="de eigen terugkeercode", en="their own return code"),
    "written": Text(
        nl="een ondertekende verklaring (--evidence written)",
        en="a signed statement (--evidence written)",
    ),
    "spoken": Text(
        nl="wat een vertrouwenspersoon ervan vastlegt (--evidence spoken)",
        en="a counsellor's record of what was said (--evidence spoken)",
    ),
}
_YES_NO = {"yes": Text(nl="ja", en="yes"), "no": Text(nl="nee", en="no")}
_CAPITALS = {"DIR": "MAP", "FILE": "BESTAND", "KIND": "SOORT", "PATH": "PAD"}
_NEUTER = frozenset({"lid", "bestuur", "college", "meldpunt", "secretariaat", "team", "bureau"})
_STARTED = frozenset({"de", "het", "een", "wie", "the", "a", "an", "who", "whoever"})


def reason_text(
    reason: Reason, lang: str, procedure: Procedure | None = None, step: str | None = None
) -> str:
    """What fails, as one or two sentences in `lang` (`nl` or `en`).

    `procedure` gives the labels; without it names stand as they are typed. `step` is the step that
    was asked for, where there is one, so that its fields get their own labels. A code that has no
    phrase is returned as it is.
    """
    phrase = phrases().get(reason.code)
    if phrase is None:
        return reason.code
    template = phrase.nl if lang == "nl" else phrase.en
    return template.format_map(_shown(reason, lang, procedure, step))


def way_out(
    reason: Reason,
    lang: str,
    procedure: Procedure | None = None,
    step: str | None = None,
    *,
    case: str | None = None,
) -> str | None:
    """What would have to be true, who can make it so, or what to type; None where nothing helps.

    The arguments are those of `reason_text`. Words in capitals are to be filled in; where `case` is
    known it stands in the place of CASE (in Dutch ZAAK).
    """
    phrase = phrases().get(reason.code)
    way = (phrase.way_nl if lang == "nl" else phrase.way_en) if phrase is not None else ""
    if not way:
        return None
    said = way.format_map(_shown(reason, lang, procedure, step)).strip()
    if lang == "nl":
        said = re.sub(r"\b[A-Z]+\b", lambda found: _CAPITALS.get(found[0], found[0]), said)
    return (re.sub(r"\b(CASE|ZAAK)\b", case, said) if case else said) or None


@cache
def phrases() -> Mapping[str, Phrase]:
    """Every phrase by its code."""
    return {**RULES, **WORDS, **COMMAND, **PLACES, **VERSIONS, **LOG}


def someone(name: str, lang: str, procedure: Procedure | None) -> str:
    """An office, party or outside recipient, as it stands in a sentence: with its article."""
    if name in _EVERYBODY:
        return _EVERYBODY[name][lang]
    label = _labelled(name, lang, procedure)
    if label is None:
        return name
    first = label.split()[0].lower()
    if first in _STARTED:
        return label
    if lang != "nl":
        return f"the {label}"
    return f"{'het' if first in _NEUTER else 'de'} {label}"


def office_label(name: str, lang: str, procedure: Procedure | None) -> str:
    """The label of an office, party or outside recipient; its name where nothing gives one.

    One of several who play a part is called by the part and their own sign: `betrokkene 4f7k`.
    """
    return _labelled(name, lang, procedure) or name


def _labelled(name: str, lang: str, procedure: Procedure | None) -> str | None:
    """The label of those, as a procedure declares it or else the program; None without any."""
    if name in _EVERYBODY:
        return _EVERYBODY[name][lang]
    if procedure is not None:
        for declared in (procedure.offices, procedure.parties, procedure.outside):
            if name in declared:
                return declared[name].labels[lang]
        played = procedure.parties.get(role_of(name))
        if played is not None and played.many:
            return f"{played.labels[lang]} {name.partition('-')[2]}"
    return _OFFICES[name][lang] if name in _OFFICES else None


def joined(names: Iterable[str], word: str) -> str:
    """The names in a row, with `word` (and, or) before the last."""
    *rest, last = list(names) or ["–"]
    return f"{', '.join(rest)} {word} {last}" if rest else last


class _Filled(dict[str, str]):
    """What the phrases hold; a particular that was not given shows as a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def _shown(
    reason: Reason, lang: str, procedure: Procedure | None, step: str | None
) -> Mapping[str, str]:
    """Every particular as it is said (`to`), as it is typed (`to_id`), at a beginning (`To`)."""
    tongue = "nl" if lang == "nl" else "en"
    given = reason.particulars
    labels = _Labels(reason.code, given, tongue, procedure, step)
    filled = _Filled()
    for name, value in given.items():
        said = labels.of(name, value)
        filled[name] = said
        filled[name.capitalize()] = said[:1].upper() + said[1:]
        filled[f"{name}_id"] = ",".join(value) if isinstance(value, tuple | list) else str(value)
    filled["options"] = labels.options()
    filled["recordable"] = "|".join(
        way for way in given.get("evidence") or ("written", "spoken") if way != "code"
    )
    filled["because"] = labels.because()
    filled["office_name"] = office_label(str(given.get("office")), tongue, procedure)
    for plural, several in (("office_names", "offices"), ("other_names", "others")):
        names = (office_label(str(n), tongue, procedure) for n in given.get(several) or ())
        filled[plural] = joined(names, labels.alternative)
    filled["adding"], filled["entering"] = labels.adding(), labels.entering()
    filled["keeping"], filled["itself_opens"] = labels.keeping(), labels.itself_opens()
    filled["tracing"], filled["traced"] = labels.tracing(), labels.traced()
    filled["example"] = labels.example()
    filled["holders"] = labels.holders()
    branch = given.get("branch")
    within = " voor {}" if tongue == "nl" else " for {}"
    filled["spelling"] = spelling(str(given.get("given")))[tongue]
    filled["seek"] = seek(by_code=given.get("by") == "code")[tongue]
    until = given.get("until")
    filled["until_day"] = last_day(until, tongue) if isinstance(until, datetime) else "–"
    filled["lasting"] = f" {filled['until_day']}" if isinstance(until, datetime) else ""
    filled["for_branch"] = within.format(branch) if branch else ""
    return filled


class _Labels:
    """How the particulars of one reason are called, in one language."""

    def __init__(
        self,
        code: str,
        given: Mapping[str, Any],
        lang: str,
        procedure: Procedure | None,
        step: str | None,
    ) -> None:
        self.code, self.given, self.lang, self.procedure = code, given, lang, procedure
        self.step: str | None = given.get("step") or step
        self.alternative = "of" if lang == "nl" else "or"

    def of(self, name: str, value: Any) -> str:
        """The particular called `name`, as it is said."""
        if isinstance(value, datetime):
            return moment_text(value, self.lang)
        if isinstance(value, tuple | list):
            return self._several(name, tuple(map(str, value)))
        return self._one(name, "–" if value is None else str(value))

    def _several(self, name: str, values: tuple[str, ...]) -> str:
        if name in ("persons", "kinds", "keys"):
            together = "en" if self.lang == "nl" else "and"
            return joined((self._one(_ONE.get(name, name), value) for value in values), together)
        if name == "who" and not values:
            return "een stap van de procedure" if self.lang == "nl" else "a step of the procedure"
        if name == "who" and self.procedure is not None:
            values = tuple(v for v in values if self._takes_part(v)) or values
        single = {
            "states": "state",
            "from": "state",
            "values": "value",
            "offices": "office",
            "others": "office",
        }.get(name, name)
        return joined((self._one(single, value) for value in values), self.alternative)

    def _one(self, name: str, value: str) -> str:
        if name in ("who", "party", "giver", "to", "office", "role"):
            return someone(value, self.lang, self.procedure)
        if name == "evidence":
            return _EVIDENCE[value][self.lang] if value in _EVIDENCE else value
        if name == "keys":
            return KEYS[value][self.lang]
        if name in ("given", "consent", "procedure"):
            return f"‘{value}’"
        label = self._declared(name, value)
        return f"‘{label or value}’" if name in _QUOTED else label or value

    def _takes_part(self, name: str) -> bool:
        """Whether the procedure knows this office or party; the laws name more than each has."""
        if name == AUDITOR and self.procedure is not None:
            return name in self.procedure.offices
        return _labelled(name, self.lang, self.procedure) is not None

    def _declared(self, name: str, value: str) -> str | None:
        """The label the procedure gives to a name of this sort; None where it gives none."""
        p = self.procedure
        if name == "value":
            field = self._field(str(self.given.get("field")))
            found: Text | None = field.values.get(value) if field else None
            found = found or _YES_NO.get(value)
        elif p is None:
            found = None
        elif name == "field":
            field = self._field(value)
            found = field.labels if field else None
        elif name == "state":
            track = p.tracks.get(str(self.given.get("track")))
            state = track.states.get(value) if track else None
            found = state.labels if state else None
        else:
            sorts: dict[str, Mapping[str, Any]] = {
                "track": p.tracks,
                "step": p.steps,
                "kind": p.kinds,
                "purpose": p.purposes,
            }
            declared = sorts.get(name, {}).get(value)
            built_in = BUILT_IN.get(value) if name == "kind" else None
            found = declared.labels if declared is not None else built_in
        return found[self.lang] if found else None

    def _field(self, name: str) -> Field | None:
        """The field called so at the step in question; else of the first step that has one."""
        steps = self.procedure.steps if self.procedure else {}
        if self.step in steps and name in steps[self.step].asks:
            return steps[self.step].asks[name]
        return next((step.asks[name] for step in steps.values() if name in step.asks), None)

    def options(self) -> str:
        """What could have been typed: the likely names, and all of them where they are few."""
        known = [str(name) for name in self.given.get("known") or ()]
        given = str(self.given.get("given") or self.given.get("step") or self.given.get("field"))
        called = {name: self._called(name) for name in known}
        where = ""
        if self.code in _STEPS:
            where = "zaak next ZAAK" if self.lang == "nl" else "zaak next CASE"
        elif self.procedure is not None:
            where = f"zaak procedure show {self.procedure.procedure}"
        return choices(given, called, self.lang, where)

    def _called(self, name: str) -> str | None:
        """What people call one of the names there are; None where it is not said."""
        told = self.given.get("called")
        if told is not None:
            return str(told[name])
        sort = _SORTS.get(self.code, "office")
        if sort != "office":
            found = self._declared(sort, name)
            if found is not None:
                return found
        label = office_label(name, self.lang, self.procedure)
        return label if label != name else None

    def holders(self) -> str:
        """Who could be named instead, where that is known."""
        known = [str(name) for name in self.given.get("known") or ()]
        if not known:
            return ""
        beginning = "Wie dat wel is" if self.lang == "nl" else "Who does"
        return f"{beginning}: {', '.join(known)}."

    def because(self) -> str:
        """Why a person is excluded: the step they took, the office they hold in the case."""
        grounds = []
        if self.given.get("step") is not None:
            taken = self.of("step", self.given["step"])
            grounds.append(f"die {taken} deed" if self.lang == "nl" else f"who took {taken}")
        if self.given.get("office") is not None:
            held = self.of("office", self.given["office"])
            grounds.append(f"in deze zaak {held}" if self.lang == "nl" else f"{held} in this case")
        if self.given.get("field") is not None:
            asked = self.of("field", self.given["field"])
            grounds.append(f"die ook bij {asked} staat" if self.lang == "nl" else f"also {asked}")
        if self.given.get("named") is not None:
            before = self.of("step", self.given["named"])
            grounds.append(f"bij {before} genoemd" if self.lang == "nl" else f"named at {before}")
        if self.given.get("who"):
            part = self.of("who", self.given["who"])
            grounds.append(f"in deze zaak {part}" if self.lang == "nl" else f"{part} in this case")
        return f", {joined(grounds, self.alternative)}" if grounds else ""

    def adding(self) -> str:
        """How an item of the kind comes into a case: with a step where nobody may just add one."""
        case = "ZAAK" if self.lang == "nl" else "CASE"
        name = str(self.given.get("kind"))
        kind = self.procedure.kinds.get(name) if self.procedure else None
        if kind is not None and not kind.added_by:
            for way in self._ways_in(name):
                return way
        of = ""
        if kind is not None and kind.traceable:
            of = " --of PARTIJ,…" if self.lang == "nl" else " --of PARTY,…"
        return f"zaak add {case} FILE --kind {name}{of}"

    def entering(self) -> str:
        """With which steps an item of the kind comes into a case, where it comes with any."""
        ways = list(self._ways_in(str(self.given.get("kind"))))
        written = {
            "nl": "Het komt mee met een beslissing op schrift: --evidence written --statement FILE",
            "en": "It comes with a decision in writing: --evidence written --statement FILE",
        }
        beginning = {"nl": "Zo komt het erin: ", "en": "This adds it: "}
        ways_in = f" {self.alternative} ".join(ways)
        return beginning[self.lang] + ways_in if ways else written[self.lang]

    def _ways_in(self, kind: str) -> Iterator[str]:
        """The commands by which an item of the kind comes with a step."""
        case = "ZAAK" if self.lang == "nl" else "CASE"
        procedure = self.procedure
        for name, step in procedure.steps.items() if procedure is not None else ():
            taking = f"zaak advance {case} {name}"
            if step.opens and procedure is not None:
                taking = f"zaak open {procedure.procedure} --step {name}"
            if step.note is not None and step.note.kind == kind:
                yield f"{taking} --note FILE"
            if step.papers == kind:
                yield f"{taking} --paper FILE"

    def keeping(self) -> str:
        """How a scan that proves no decision is kept all the same, where some kind will hold it."""
        kinds = {
            str(name): self._declared("kind", str(name)) for name in self.given.get("keeps") or ()
        }
        if not kinds:
            return ""
        names = self.alternative.join(f" {name} " for name in listed(kinds)).strip()
        return {
            "nl": f" De scan bewaar je met: zaak add ZAAK FILE --kind SOORT (SOORT is {names})",
            "en": f" To keep the scan: zaak add CASE FILE --kind KIND (KIND is {names})",
        }[self.lang]

    def itself_opens(self) -> str:
        """What to do without a return code: the member begins the case, where they can."""
        party = self.given.get("itself")
        if party is None:
            return {"nl": "Laat --evidence code weg.", "en": "Leave out --evidence code."}[
                self.lang
            ]
        called = self.of("party", party)
        return {
            "nl": f"Laat --evidence code weg, of laat {called} de zaak zelf beginnen: --as {party}",
            "en": f"Leave out --evidence code, or let {called} begin the case: --as {party}",
        }[self.lang]

    def tracing(self) -> str:
        """What to say of who can be recognised in an item of the kind: whom, or nobody."""
        kind = self.procedure.kinds.get(str(self.given.get("kind"))) if self.procedure else None
        naming = Text(
            nl="Noem wie erin te herkennen is: --of PARTIJ,PARTIJ. Hoe ieder heet staat in: zaak "
            "show ZAAK",
            en="Name those who can be recognised in it: --of PARTY,PARTY. To see what each is "
            "called: zaak show CASE",
        )
        without = Text(nl="Laat --of weg.", en="Leave out --of.")
        if kind is None:
            return f"{naming[self.lang]}. {without[self.lang]}"
        return (naming if kind.traceable else without)[self.lang]

    def traced(self) -> str:
        """Whether an item of the kind comes with who can be recognised in it."""
        kind = self.procedure.kinds.get(str(self.given.get("kind"))) if self.procedure else None
        if kind is None:
            return "klopt niet" if self.lang == "nl" else "it is not right"
        if kind.traceable:
            return "staat nog niet" if self.lang == "nl" else "it has to be said"
        return "wordt niet gezegd" if self.lang == "nl" else "it is not said"

    def example(self) -> str:
        """What an answer to the field looks like."""
        yes, no = ("ja", "nee") if self.lang == "nl" else ("yes", "no")
        field = self._field(str(self.given.get("field")))
        kind = field.type if field else str(self.given.get("type"))
        dutch = self.lang == "nl"
        choice = "KEUZE" if dutch else "CHOICE"
        names = tuple(field.values) or field.among if field else ()
        called = (
            {
                name: field.values[name][self.lang]
                if name in field.values
                else office_label(name, self.lang, self.procedure)
                for name in names
            }
            if field
            else {}
        )
        among = ""
        if called:
            one_of = "KEUZE is een van" if dutch else "CHOICE is one of"
            among = f" ({one_of}: {', '.join(listed(called))})"
        shapes: dict[str, Callable[[], str]] = {
            "affirm": lambda: yes,
            "yesno": lambda: f"{yes} ({'of' if dutch else 'or'}: {no})",
            "choice": lambda: choice + among,
            "choices": lambda: f"{choice},…{among}",
            "recipients": lambda: f"{choice},…{among}",
            "person": lambda: "PERSOON" if self.lang == "nl" else "PERSON",
            "persons": lambda: "PERSOON,PERSOON" if self.lang == "nl" else "PERSON,PERSON",
            "case": lambda: "ZAAKNUMMER" if self.lang == "nl" else "NUMBER",
        }
        return shapes.get(kind, lambda: "…")()


_ONE = {"persons": "person", "kinds": "kind"}
_STEPS = frozenset({"unknown-step", "opens-no-case", "step-choice"})
_SORTS = {
    **dict.fromkeys(_STEPS, "step"),
    "unknown-field": "field",
    "unknown-value": "value",
    "unknown-kind": "kind",
    "unknown-purpose": "purpose",
    "unknown-track": "track",
}
"""What sort of name is missing, for codes that tell of something else than whom."""
_QUOTED = frozenset({"track", "state", "step", "field", "value", "kind", "purpose"})
