"""What the program says when it refuses: for every code in the source, in both languages."""

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, get_args

import msgspec
import pytest

from workflow.declaring.reading import read, read_offices
from workflow.engine import meanings, promises
from workflow.engine.procedure import Procedure
from workflow.engine.reasons import Reason
from workflow.resources import folder
from workflow.store import Code
from workflow.wording.choices import choices
from workflow.wording.dates import moment_text
from workflow.wording.version_phrases import KEYS
from workflow.wording.wording import (
    office_label,
    phrases,
    reason_text,
    someone,
    way_out,
)

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("nl", "en")
MISSING = "–"


class Given(NamedTuple):
    """A code as the source gives it, with the names of its particulars, and where that stands."""

    code: str
    particulars: frozenset[str]
    place: str


def _function_of(tree: ast.Module) -> dict[ast.AST, ast.AST]:
    """Each node's innermost function, or the module."""
    inside: dict[ast.AST, ast.AST] = {}

    def walk(node: ast.AST, scope: ast.AST) -> None:
        inside[node] = scope
        inner = node if isinstance(node, ast.FunctionDef) else scope
        for child in ast.iter_child_nodes(node):
            walk(child, inner)

    walk(tree, tree)
    return inside


def _bound(name: str, scope: ast.AST) -> Iterator[ast.expr]:
    """Whatever is assigned to a name within a function, also by a loop over a tuple of tuples."""
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(t, ast.Name) and t.id == name for t in targets) and node.value:
                yield node.value
        if not isinstance(node, ast.For) or not isinstance(node.iter, ast.Tuple):
            continue
        if isinstance(node.target, ast.Tuple):
            names = [t.id for t in node.target.elts if isinstance(t, ast.Name)]
            if name in names:
                for row in node.iter.elts:
                    assert isinstance(row, ast.Tuple)
                    yield row.elts[names.index(name)]


def _codes(found: ast.expr, scope: ast.AST) -> set[str] | None:
    """The codes that an expression can be; None for one that an exception brings along."""
    match found:
        case ast.Constant(value=str(code)):
            return {code}
        case ast.IfExp(body=body, orelse=orelse):
            return (_codes(body, scope) or set()) | (_codes(orelse, scope) or set())
        case ast.Name(id=name):
            return {c for value in _bound(name, scope) for c in _codes(value, scope) or ()}
        case ast.Attribute(attr="code"):
            return None
    raise AssertionError(f"a code that cannot be told beforehand: {ast.unparse(found)}")


def _keys(found: ast.expr | None, scope: ast.AST) -> list[frozenset[str]]:
    """The particulars that an expression can give, each way once."""
    match found:
        case None:
            return [frozenset()]
        case ast.Dict(keys=keys, values=values):
            ways = [frozenset(str(k.value) for k in keys if isinstance(k, ast.Constant))]
            for key, value in zip(keys, values, strict=True):
                if key is None:  # what another dictionary brings along
                    ways = [way | more for way in ways for more in _keys(value, scope)]
            return ways
        case ast.Name(id=name):
            added = {
                str(node.slice.value)
                for node in ast.walk(scope)
                if isinstance(node, ast.Subscript)
                and isinstance(node.ctx, ast.Store)
                and isinstance(node.value, ast.Name)
                and node.value.id == name
                and isinstance(node.slice, ast.Constant)
            }
            ways = [way for value in _bound(name, scope) for way in _keys(value, scope)]
            return [*ways, *(way | {key} for way in ways for key in sorted(added))]
        case ast.IfExp(body=body, orelse=orelse):
            return [*_keys(body, scope), *_keys(orelse, scope)]
    raise AssertionError(f"particulars that cannot be told beforehand: {ast.unparse(found)}")


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Name):
        return call.func.id
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
        of_session = call.func.value.id in ("session", "self")
        return f"session.{call.func.attr}" if of_session else call.func.attr
    return ""


def _in_source(path: Path) -> Iterator[Given]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = _function_of(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        scope, kind = inside[node], _called(node)
        if kind == "Reason":
            second = node.args[1] if len(node.args) > 1 else None
            named = {k.arg: k.value for k in node.keywords}
            ways = _keys(named.get("particulars", second), scope)
        elif kind in ("session.wrong", "session.refused"):
            ways = [frozenset(k.arg for k in node.keywords if k.arg is not None)]
        elif kind in ("KeyTrouble", "BadCode"):
            ways = [frozenset({"path"} if kind == "KeyTrouble" else ())]
        else:
            continue
        for code in _codes(node.args[0], scope) or ():
            for way in ways:
                yield Given(code, way, f"{path.relative_to(ROOT)}:{node.lineno}")


def _everywhere() -> list[Given]:
    paths = sorted([*ROOT.glob("workflow/**/*.py"), ROOT / "cli.py"])
    found = [given for path in paths for given in _in_source(path)]
    stored = frozenset({"where", "detail"})
    return found + [Given(code, stored, "workflow/store/trouble.py") for code in get_args(Code)]


GIVEN = _everywhere()

EACH = {(given.code, given.particulars): given for given in reversed(GIVEN)}
"""One example of each code with each set of particulars."""

each_given = pytest.mark.parametrize(
    "given",
    [
        pytest.param(EACH[e], id="-".join([e[0], *sorted(e[1])]))
        for e in sorted(EACH, key=lambda e: (e[0], sorted(e[1])))
    ],
)

SAMPLES: dict[str, Any] = {
    "able": ("Ivo (onderzoeker)", "partijvoorzitter"),
    "by": "code",
    "at": datetime(2026, 3, 3, 13, 5, tzinfo=UTC),
    "branch": "noord/duin",
    "called": {"steun": "steun in het conflict", "raad": "raad"},
    "consent": "c-4f7k9qtm",
    "days": 28,
    "detail": "disk I/O error",
    "editor": "vim",
    "evidence": ("code", "written"),
    "field": "helpers",
    "file": "mine.yaml",
    "first": "2026",
    "from": ("received", "listening"),
    "given": "steunn",
    "held": 120,
    "giver": "reporter",
    "happened": datetime(2026, 3, 1, 9, 0, tzinfo=UTC),
    "item": "i-4f7k9qtm",
    "itself": "reporter",
    "keeps": ("advice", "signal"),
    "key": "SHA256:abc",
    "keys": ("deadline", "decides"),
    "kind": "advice",
    "kinds": ("advice", "signal"),
    "known": ("steun", "raad"),
    "named": "open_report",
    "near": ("z-4f7k-9qtm-2c",),
    "least": 5,
    "last": 9,
    "latest": datetime(2026, 3, 4, 9, 0, tzinfo=UTC),
    "now": datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    "office": "regional_chair",
    "offices": ("regional_chair", "branch_chair"),
    "option": "--to",
    "other": "signal",
    "others": ("external_counsellor",),
    "party": "reporter",
    "path": "sleutel",
    "person": "bram",
    "persons": ("bram", "daan"),
    "place": "eigen.yaml:3:5",
    "problem": "De stap leidt nergens heen.",
    "procedure": "conduct",
    "purpose": "ruling",
    "role": "reporter",
    "proven": 131,
    "size": 131,
    "since": datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    "state": "weighing",
    "states": ("advising", "member_deciding"),
    "step": "open_report",
    "scheme": "mysql",
    "seq": 3,
    "stream": "z-4f7k-9qtm-2c",
    "text": "Zo niet.",
    "to": "disputes_committee",
    "track": "report",
    "type": "persons",
    "until": datetime(2026, 2, 3, 9, 0, tzinfo=UTC),
    "value": "nothing",
    "values": ("yes",),
    "version": "1",
    "where": "zaken.db",
    "who": ("reporter", "external_counsellor"),
    "why": "geen toegang",
    "year": 2025,
}


def _example(given: Given) -> Reason:
    particulars = {name: SAMPLES[name] for name in sorted(given.particulars)}
    return Reason(given.code, particulars)


@pytest.fixture(scope="module")
def conduct() -> Procedure:
    """The main procedure as it is shipped."""
    states = folder("states")
    return read(states / "conduct.yaml", read_offices(states / "offices.yaml"))


def test_the_source_is_understood() -> None:
    """The scan of the source finds codes of every sort, from guards to keys and stores."""
    codes = {given.code for given in GIVEN}
    assert {"not-yours", "same-person", "unknown-party", "key-exists", "code-check"} <= codes
    assert {"store-full", "no-such-case", "changed-meanwhile", "idempotency-key-used"} <= codes


def test_every_code_has_its_words() -> None:
    """Each code in the source has a phrase."""
    lacking = {f"{given.place} {given.code}" for given in GIVEN if given.code not in phrases()}
    assert lacking == set()


def test_no_words_are_left_over() -> None:
    """Each phrase belongs to a code in the source."""
    assert set(phrases()) - {given.code for given in GIVEN} == set()


def test_both_languages_are_there() -> None:
    """No phrase is empty or the same in both languages, and a way out is in both or in none."""
    for code, phrase in phrases().items():
        assert phrase.nl, code
        assert phrase.en, code
        if re.sub(r"\{\w+\}|\W", "", phrase.nl):
            assert phrase.nl != phrase.en, code
        assert bool(phrase.way_nl) == bool(phrase.way_en), code


@pytest.mark.parametrize("lang", LANGUAGES)
@each_given
def test_nothing_stays_unfilled(given: Given, lang: str, conduct: Procedure) -> None:
    """With the particulars the source gives, a phrase leaves no gap, with or without labels."""
    reason = _example(given)
    for procedure in (None, conduct):
        for said in (
            reason_text(reason, lang, procedure),
            way_out(reason, lang, procedure) or "",
        ):
            assert not set("{}") & set(said), said
            assert MISSING not in said, said


@pytest.mark.parametrize("lang", LANGUAGES)
@each_given
def test_labels_are_said_instead_of_names(given: Given, lang: str, conduct: Procedure) -> None:
    """What fails is said with the procedure's labels; only what was mistyped is said as typed."""
    reason = _example(given)
    typed = ("unknown-step", "unknown-field")
    said = reason_text(reason, lang, conduct)
    assert "_" not in said or reason.code in typed


def test_consent_that_lacks_is_said_in_full(conduct: Procedure) -> None:
    """A missing consent names whose, of what, to whom and what for, and what to type."""
    reason = Reason(
        "consent-missing",
        {
            "giver": "reporter",
            "item": "i-7",
            "to": "disputes_committee",
            "purpose": "ruling",
            "role": "reporter",
        },
    )
    assert reason_text(reason, "nl", conduct) == (
        "Het lid gaf geen toestemming om i-7 te delen met de Geschillencommissie voor "
        "‘een uitspraak van de Geschillencommissie’."
    )
    way = way_out(reason, "en", conduct)
    assert way is not None
    assert "--party reporter --to disputes_committee --items i-7 --purpose ruling" in way


def test_moments_are_dutch_days() -> None:
    """A moment is said in words, on the day and at the hour that Amsterdam had."""
    summer = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert moment_text(summer, "nl") == "woensdag 1 juli 2026, 00:30"
    assert moment_text(summer, "en") == "Wednesday 1 July 2026, 00:30"
    winter = datetime(2026, 3, 3, 13, 5, tzinfo=UTC)
    assert moment_text(winter, "nl") == "dinsdag 3 maart 2026, 14:05"


def test_the_likely_name_is_offered() -> None:
    """A slip of the pen is answered with the name that was probably meant."""
    reason = Reason("unknown-kind", {"given": "advise", "known": ("advice", "ruling")})
    assert way_out(reason, "en") == "Did you mean advice? Choose from: advice, ruling."
    many = Reason("unknown-step", {"step": "wegen", "known": tuple(f"weg{n}en" for n in range(40))})
    way = way_out(many, "nl")
    assert way is not None
    assert way.count("weg") == 3


def test_what_is_offered_does_not_hang_on_the_language() -> None:
    """Twenty names that are called something in one language only are offered alike in both."""
    names = [f"office{n}" for n in range(20)]
    bare: dict[str, str | None] = dict.fromkeys(names)
    dutch = choices("qqq", {name: f"de {name[-1]}e" for name in names}, "nl", "zaak list")
    assert dutch.removeprefix("Kies uit") == f": {', '.join(names)}."
    assert choices("qqq", bare, "en", "zaak list") == f"Choose from: {', '.join(names)}."


def test_names_are_offered_with_what_they_are_called(conduct: Procedure) -> None:
    """What is offered says what each name is called, and many unlike names are never listed."""
    near = Reason("unknown-step", {"step": "luisteren", "known": tuple(conduct.steps)})
    assert "Bedoel je start_listening (Beginnen te luisteren)" in (
        way_out(near, "nl", conduct) or ""
    )
    far = Reason("unknown-step", {"step": "qqq", "known": tuple(conduct.steps)})
    way = way_out(far, "nl", conduct, case="z-4f7k-9qtm-2c") or ""
    assert way == f"Het zijn er {len(conduct.steps)}. Je vindt ze met: zaak next z-4f7k-9qtm-2c"
    missing = Reason("field-missing", {"field": "severity", "type": "choice"})
    said = way_out(missing, "nl", conduct, "weigh") or ""
    assert "--set severity=KEUZE (KEUZE is een van: light (vervelend), " in said


def test_fields_are_those_of_the_step_asked_for(conduct: Procedure) -> None:
    """A field that two steps ask in other words is called as the step in question calls it."""
    reason = Reason("not-affirmed", {"field": "conflict_present"})
    first = reason_text(reason, "en", conduct, "activate")
    again = reason_text(reason, "en", conduct, "reaffirm")
    assert "There is a conflict" in first
    assert "The conflict persists" in again


def test_how_an_item_gets_in_depends_on_its_kind(conduct: Procedure) -> None:
    """A kind nobody may simply add is said to come with the step that writes it."""
    by_step = way_out(Reason("item-missing", {"kind": "advice"}), "en", conduct)
    by_hand = way_out(Reason("item-missing", {"kind": "packet"}), "en", conduct)
    assert by_step == "This adds it: zaak advance CASE advise --note FILE"
    assert by_hand == "This adds it: zaak add CASE FILE --kind packet"


def test_articles_are_put_before_labels(conduct: Procedure) -> None:
    """Offices get an article, and labels that bring their own keep it."""
    assert someone("helper", "nl", conduct) == "het lid van de supportgroep"
    assert someone("police", "nl", conduct) == "de politie"
    assert someone("police", "en", conduct) == "the police"
    for procedure in (conduct, None):
        assert someone("auditor", "en", procedure) == "the auditor"
        assert someone("auditor", "nl", procedure) == "het lid van de auditcommissie"
    assert someone("nobody", "en", conduct) == "nobody"
    assert someone("signaller", "en", conduct) == "who gave the signal"
    assert someone("counsellor", "en", conduct) == "the confidential counsellor"


def test_an_unknown_code_is_still_said() -> None:
    """A code without a phrase is shown as it is, rather than hiding the refusal."""
    assert reason_text(Reason("never-heard-of"), "nl") == "never-heard-of"
    assert way_out(Reason("never-heard-of"), "nl") is None


def test_saying_why_costs_no_heavy_import() -> None:
    """Wording loads neither the database, nor the keys, nor the readers of files."""
    heavy = ("sqlalchemy", "cryptography", "pyrage", "yaml", "click", "transitions", "jinja2")
    program = (
        f"import sys, workflow.wording.wording; print([m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


@pytest.fixture(scope="module")
def several(conduct: Procedure) -> Procedure:
    """The main procedure, if several people could be the other party, and advice were traceable."""
    replace = msgspec.structs.replace
    other = replace(conduct.parties["other"], many=True)
    advice = replace(conduct.kinds["advice"], traceable=True)
    return replace(
        conduct,
        parties={**conduct.parties, "other": other},
        kinds={**conduct.kinds, "advice": advice},
    )


def test_one_of_several_has_a_sign_of_their_own(conduct: Procedure, several: Procedure) -> None:
    """Who plays a part with others is called by the part and their sign; nobody else is."""
    part = several.parties["other"].labels
    for lang in LANGUAGES:
        assert office_label("other-4f7k", lang, several) == f"{part[lang]} 4f7k"
        assert office_label("other", lang, several) == part[lang]
        assert office_label("other-4f7k", lang, conduct) == "other-4f7k"
        assert office_label("nobody-4f7k", lang, several) == "nobody-4f7k"
    reason = Reason("party-absent", {"party": "other-4f7k"})
    said = reason_text(reason, "nl", several)
    assert said.startswith(f"{part.nl[0].upper()}{part.nl[1:]} 4f7k doet nog niet mee")


def test_a_seat_that_excludes_another_says_so_of_every_case(conduct: Procedure) -> None:
    """Who holds an office that excludes the seat is told which, and that it is so in any case."""
    reason = Reason(
        "seat-excluded",
        {"field": "helpers", "person": "noor", "office": "helper", "others": ("counsellor",)},
        ("B11",),
    )
    said = reason_text(reason, "en", conduct, "activate")
    assert said == (
        "Noor also holds the office of confidential counsellor, which does not go with that of "
        "support group member. That is so in every case, whatever it is about."
    )
    assert reason_text(reason, "en", conduct, "assess") == said


def test_who_is_traceable_is_said_for_the_kind(conduct: Procedure, several: Procedure) -> None:
    """A kind that asks who can be recognised says to name them; any other says to leave it out."""
    reason = Reason("traceable-to-whom", {"kind": "advice"})
    assert way_out(reason, "en", several) == (
        "Name those who can be recognised in it: --of PARTY,PARTY. To see what each is called: "
        "zaak show CASE"
    )
    assert way_out(reason, "en", conduct) == "Leave out --of."
    assert (way_out(reason, "nl") or "").endswith("zaak show ZAAK. Laat --of weg.")
    assert "has to be said who" in reason_text(reason, "en", several)
    assert "is not said who" in reason_text(reason, "en", conduct)


def test_everyone_has_to_read_everything(conduct: Procedure) -> None:
    """Of several kinds that are to be read all are named, and everybody who has not."""
    reason = Reason("not-opened", {"persons": ("bram", "daan"), "kinds": ("advice", "weighing")})
    kinds = [conduct.kinds[name].labels.nl for name in ("advice", "weighing")]
    said = reason_text(reason, "nl", conduct)
    assert f"‘{kinds[0]}’ en ‘{kinds[1]}’: bram en daan." in said


def test_the_number_of_another_case_is_not_filled_in_with_this_one() -> None:
    """What to type for another case stays open where the number of this one is known."""
    reason = Reason("field-missing", {"field": "other", "type": "case"})
    assert way_out(reason, "en", case="z-4f7k-9qtm-2c") == "Give it with: --set other=NUMBER"


def test_what_a_newer_version_has_otherwise_is_said_in_words(conduct: Procedure) -> None:
    """By which keys two versions differ is told in words of both languages, joined by their and."""
    reason = Reason("way-differs", {"party": "reporter", "step": "x", "keys": ("to", "deadline")})
    assert "(waar de stap heen leidt en de termijn)" in reason_text(reason, "nl", conduct)
    assert "(where the step leads and the deadline)" in reason_text(reason, "en", conduct)


def test_every_key_in_which_versions_differ_has_words() -> None:
    """What the engine compares of steps, states and kinds of two versions can each be said."""
    steps = re.findall(r'^        "(\w+)":', inspect.getsource(promises.harder), re.MULTILINE)
    rows = re.findall(r"(?:for key in|keys =) \((.*?)\)", inspect.getsource(meanings))
    others = [key for row in rows for key in re.findall(r'"(\w+)"', row)]
    assert {"to", "erases"} <= set(steps)
    assert {"ends", "otherwise", "labels", "traceable"} <= set(others)
    assert {*steps, *others} == set(KEYS)
