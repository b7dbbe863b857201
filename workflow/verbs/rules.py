"""`zaak procedure rules`: what the rule numbers mean, and what in this program carries them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workflow.verbs.base import verb
from workflow.verbs.languages import Words
from workflow.verbs.options import argument, option

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workflow.declaring.rules import Citation, Promise, Row, Table
    from workflow.verbs.session import Session

FORMATS = ("text", "md", "json")
_NARROWEST, _WIDEST = 60, 120
_SECTIONS = {
    "B": Words(
        "Bron B: vertrouwenspersonen en supportgroep", "Source B: counsellors and support group"
    ),
    "A": Words(
        "Bron A: het onderzoek en wat daarna kwam",
        "Source A: the investigation and what came after it",
    ),
    "Q": Words("Gekozen lezingen", "Readings"),
}
_INVARIANTS = Words("Invarianten", "Invariants")
_KINDS = {
    "safety": Words("nooit anders", "safety: never otherwise"),
    "liveness": Words("komt er altijd van", "liveness: happens in the end"),
}
_PARTS = {
    "step": (Words("stap", "step"), Words("stappen", "steps")),
    "deadline": (Words("termijn", "deadline"), Words("termijnen", "deadlines")),
    "state": (Words("toestand", "state"), Words("toestanden", "states")),
    "promise": (Words("belofte", "promise"), Words("beloften", "promises")),
}


def _numbers(_: click.Context) -> Iterable[tuple[str, str]]:
    from workflow.declaring.rules import FILE, read_rules
    from workflow.resources import folder

    rules = read_rules(folder("states") / FILE)
    numbers = [*(one.number for one in rules.rules), *(one.number for one in rules.readings)]
    return [(number, "") for number in numbers]


@verb(
    Words(
        "Wat de regelnummers betekenen.\n\nVan elk nummer uit de bronnen (A en B), elke gekozen "
        "lezing (Q) en elke invariant (alleen een getal): wat er staat, welke stappen en termijnen "
        "van de meegeleverde procedures ernaar verwijzen, welke invarianten erop rusten en welke "
        "tests die nagaan. Met nummers erbij (B18) alles over die nummers.\n\nAls JSON: rules en "
        "invariants, elk met de velden number, says en tests, en uncarried, de nummers waarnaar "
        "niets verwijst; docs/rules.md noemt alle velden.",
        "What the rule numbers mean.\n\nOf each number of the sources (A and B), each reading "
        "chosen (Q) and each invariant (only digits): what it says, which steps and deadlines of "
        "the shipped procedures cite it, which invariants rest on it and which tests check those. "
        "With numbers (B18), everything about these.\n\nAs JSON: rules and invariants, each with "
        "the fields number, says and tests, and uncarried, the numbers that nothing cites; "
        "docs/rules.md names every field.",
    ),
    examples=(
        "zaak procedure rules",
        "zaak procedure rules B18 16",
        "zaak procedure rules --format md",
    ),
)
@argument("numbers", nargs=-1, metavar="[NR...]", complete=_numbers)
@option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    words=Words("De vorm; json is hetzelfde als --json.", "The form; json is the same as --json."),
)
def rules(session: Session, numbers: tuple[str, ...], form: str) -> None:
    """Show the rules, or everything about some of them."""
    whole = _table(session)
    wanted = [_asked(session, whole, number) for number in numbers]
    shown = whole.only(wanted) if wanted else whole
    if session.json or form == "json":
        from workflow.verbs.output import write_document

        write_document(
            {
                "rules": shown.rules,
                "invariants": shown.invariants,
                "uncarried": shown.uncarried,
            }
        )
        return
    lines: Iterator[str]
    if form == "md":
        lines = _markdown(session, shown)
    elif wanted:
        lines = _details(session, shown, whole)
    else:
        lines = _overview(session, shown)
    session.answer({}, "\n".join(lines) + "\n")


# --- what there is -------------------------------------------------------------------------------


def _table(session: Session) -> Table:
    from workflow.declaring.reading import Unreadable
    from workflow.declaring.rule_tests import named_tests
    from workflow.declaring.rules import FILE, read_rules, table
    from workflow.engine.reasons import Reason, Refusal
    from workflow.resources import folder
    from workflow.verbs.catalogue import shipped

    try:
        read = read_rules(folder("states") / FILE)
    except Unreadable as error:
        reasons = (
            Reason(
                "procedure-unsound",
                {"place": f"{one.file}:{one.line}:{one.column}", "problem": one.text[session.lang]},
            )
            for one in error.problems
        )
        raise Refusal(session.command, tuple(reasons)) from error
    return table(read, shipped(session), named_tests(_tests_folder()))


def _tests_folder() -> Path:
    """Where the tests stand in a checkout; elsewhere there is no such folder."""
    from workflow.resources import folder

    return folder("states").parent / "tests"


def _asked(session: Session, whole: Table, typed: str) -> str:
    number = re.sub(r"(?<![0-9])0+(?=[0-9])", "", typed.strip().upper())
    if number in whole.numbers:
        return number
    raise session.wrong("unknown-rule", given=number, known=_ranges(whole))


def _ranges(whole: Table) -> tuple[str, ...]:
    """The numbers there are, such as `A1–A34`: the first and the last of each sort."""
    sorts: dict[str, list[str]] = {}
    for number in whole.numbers:
        sorts.setdefault(number.rstrip("0123456789"), []).append(number)
    return tuple(f"{each[0]}–{each[-1]}" for each in sorts.values())


def _of(whole: Table, letter: str) -> list[Row]:
    return [row for row in whole.rules if row.number.startswith(letter)]


def _files(tests: Iterable[str]) -> str:
    """The files that the tests stand in, without their folders: their base names are unique."""
    return ", ".join(dict.fromkeys(test.partition("::")[0].rpartition("/")[2] for test in tests))


def _by_procedure(cited_by: Iterable[Citation]) -> dict[str, dict[str, list[str]]]:
    """What cites a rule: for each procedure, and then for each sort of thing, their names."""
    found: dict[str, dict[str, list[str]]] = {}
    for one in cited_by:
        found.setdefault(one.procedure, {}).setdefault(one.part, []).append(one.name)
    return found


def _part(session: Session, part: str, many: int = 2) -> str:
    """What cites a rule, as people call it: one of them or more."""
    return _PARTS[part][many != 1].say(session.lang) if part in _PARTS else part


def _says(session: Session, row: Row) -> str:
    question = f"{row.question[session.lang]} " if row.question else ""
    return question + row.says[session.lang]


def _untested(session: Session, promise: Promise) -> str:
    if promise.elsewhere is not None:
        return promise.elsewhere[session.lang]
    if not _tests_folder().is_dir():
        return session.say("tests zijn alleen in een checkout te zien", "tests show in a checkout")
    return session.say("nog geen test", "no test yet")


# --- as text -------------------------------------------------------------------------------------


def _overview(session: Session, whole: Table) -> Iterator[str]:
    for letter, title in _SECTIONS.items():
        yield from (title.say(session.lang), "")
        for row in _of(whole, letter):
            yield from _columns(row.number, _says(session, row), _carried(session, row))
        yield ""
    yield from (_INVARIANTS.say(session.lang), "")
    for one in whole.invariants:
        rests = f"{', '.join(one.cites)}; "
        tests = _files(one.tests) or _untested(session, one)
        yield from _columns(str(one.number), one.says[session.lang], rests + tests)


def _carried(session: Session, row: Row) -> str:
    if not row.carried:
        return f"– {row.note[session.lang]}" if row.note else "–"
    said = []
    for procedure, parts in _by_procedure(row.cited_by).items():
        counts = [
            f"{len(names)} {_part(session, part, len(names))}" for part, names in parts.items()
        ]
        said.append(f"{procedure}: {', '.join(counts)}")
    if row.invariants:
        invariants = ", ".join(map(str, row.invariants))
        said.append(session.say("invarianten: ", "invariants: ") + invariants)
    return "; ".join(said)


def _columns(number: str, says: str, carried: str) -> Iterator[str]:
    """A row of the overview in three columns that wrap, as wide as the terminal allows."""
    from itertools import zip_longest

    width = _width() - len("B18  ") - 2
    left = width * 3 // 5
    says_lines, carried_lines = (
        _wrapped(words, room, breaking=True)
        for words, room in ((says, left), (carried, width - left))
    )
    rows = zip_longest(says_lines, carried_lines, fillvalue="")
    for place, (one, other) in enumerate(rows):
        yield f"{'' if place else number:<4} {one:<{left}}  {other}".rstrip()


def _details(session: Session, shown: Table, whole: Table) -> Iterator[str]:
    texts = {row.number: _says(session, row) for row in whole.rules}
    promises = {one.number: one.says[session.lang] for one in whole.invariants}
    between = False
    for row in shown.rules:
        yield from ("",) if between else ()
        yield from _hanging(f"{row.number}  ", _says(session, row))
        for part in dict.fromkeys(one.part for one in row.cited_by):
            yield from ("", f"  {_part(session, part).capitalize()}")
            for one in row.cited_by:
                if one.part == part:
                    yield from _hanging("    ", _cites(session, one), "      ")
        if row.invariants:
            yield from ("", f"  {_INVARIANTS.say(session.lang)}")
            for invariant in row.invariants:
                yield from _hanging(f"    {invariant:>2}  ", promises[invariant])
        if not row.carried and row.note:
            yield from ("", *_hanging("  ", row.note[session.lang]))
        yield from _tests(row.tests)
        between = True
    for promise in shown.invariants:
        yield from ("",) if between else ()
        head = session.say("Invariant", "Invariant")
        kind = _KINDS[promise.kind].say(session.lang)
        yield from (f"{head} {promise.number} ({kind})", "")
        yield from _hanging("  ", promise.says[session.lang])
        yield from ("", f"  {session.say('Rust op', 'Rests on')}")
        for number in promise.cites:
            yield from _hanging(f"    {number:<4} ", texts[number])
        yield from _tests(promise.tests)
        if not promise.tests or promise.elsewhere:
            yield from ("", *_hanging("  ", _untested(session, promise)))
        between = True


def _tests(tests: Iterable[str]) -> Iterator[str]:
    listed = [f"    {test}" for test in tests]
    if listed:
        yield from ("", "  Tests", *listed)


def _cites(session: Session, one: Citation) -> str:
    label = f" – {one.label[session.lang]}" if one.label else ""
    needs = session.say("voorwaarden", "guards")
    guards = f" ({needs}: {', '.join(one.guards)})" if one.guards else ""
    return f"{one.procedure} {one.name}{label}{guards}"


def _hanging(head: str, words: str, indent: str | None = None) -> list[str]:
    after = " " * len(head) if indent is None else indent
    lines = _wrapped(words, _width() - max(len(head), len(after)))
    return [(head if place == 0 else after) + line for place, line in enumerate(lines)]


def _wrapped(words: str, width: int, *, breaking: bool = False) -> list[str]:
    """The words in lines; one longer than a line is let be, but for `breaking`."""
    from textwrap import wrap

    return wrap(words, width, break_long_words=breaking, break_on_hyphens=False)


def _width() -> int:
    from shutil import get_terminal_size

    return max(_NARROWEST, min(_WIDEST, get_terminal_size((100, 24)).columns))


# --- as Markdown ---------------------------------------------------------------------------------


def _markdown(session: Session, shown: Table) -> Iterator[str]:
    say = session.say
    carries = (
        say("waar ernaar wordt verwezen", "cited by"),
        say("invarianten", "invariants"),
        say("tests", "tests"),
    )
    rule, says = say("regel", "rule"), say("wat er staat", "what it says")
    question, chosen = say("vraag", "the question"), say("gekozen", "what was chosen")
    first = True
    for letter, title in _SECTIONS.items():
        rows = _of(shown, letter)
        if not rows:
            continue
        yield from () if first else ("",)
        first = False
        yield from (f"## {title.say(session.lang)}", "")
        asks = letter == "Q"
        yield from _header(rule, *((question, chosen) if asks else (says,)), *carries)
        for row in rows:
            texts = [text[session.lang] for text in (row.question, row.says) if text]
            yield _cells(row.number, *texts, *_carrying(session, row))
    if shown.invariants:
        yield from () if first else ("",)
        yield from (f"## {_INVARIANTS.say(session.lang)}", "")
        yield from _header(
            "", say("wat altijd geldt", "what always holds"), say("rust op", "rests on"), carries[2]
        )
        for one in shown.invariants:
            told = [_files(one.tests), one.elsewhere[session.lang] if one.elsewhere else ""]
            tests = "; ".join(filter(None, told)) or _untested(session, one)
            kind = "" if one.kind == "safety" else f" ({one.kind})"
            yield _cells(f"{one.number}{kind}", one.says[session.lang], ", ".join(one.cites), tests)


def _carrying(session: Session, row: Row) -> tuple[str, str, str]:
    if not row.carried:
        return f"– {row.note[session.lang]}" if row.note else "–", "", ""
    said = []
    for procedure, parts in _by_procedure(row.cited_by).items():
        names = [
            ("" if part == "step" else f"{_part(session, part, len(found))} ") + ", ".join(found)
            for part, found in parts.items()
        ]
        said.append(f"{procedure}: {'; '.join(names)}")
    return "<br>".join(said), ", ".join(map(str, row.invariants)), _files(row.tests)


def _header(*titles: str) -> tuple[str, str]:
    return _cells(*titles), _cells(*("---" for _ in titles))


def _cells(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
