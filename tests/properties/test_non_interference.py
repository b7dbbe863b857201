"""Non-interference: what somebody may not see changes no byte of what they are answered.

Pairs of worlds differ in one thing that an audience may not see (`pairs`). That audience then asks
every reading verb of both, and the acting ones that are refused (`onlookers`). Exit codes and all
that was printed have to be the same bytes. How long it took is not compared.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import currently_in_test_context, event, given, settings
from hypothesis import strategies as st

from tests.properties import onlookers as o
from tests.properties import pairs as p
from tests.properties.world import Draw
from workflow.crypto import codes
from workflow.desk import loading
from workflow.engine.kernel import Compiled, compile_procedure
from workflow.engine.procedure import Procedure, from_canonical

WAITS = (timedelta(), timedelta(days=9), timedelta(days=40), timedelta(days=200), timedelta(365))
"""How much later than the last that was done people look: until then the clock does its part."""


LANGUAGES = ("nl", "en")
SHARE = 200 if settings().max_examples > 1000 else 1
"""How many pairs of each kind at least, half a second each; some 10,000 in `make deep`."""
WITHIN = [(kind, base) for kind, bases in p.WITHIN.items() for base in bases]


class Bench:
    """Where pairs are made and looked at, with what is the same for many of them kept."""

    def __init__(self, folder: Path) -> None:
        self.worlds, self.folder = p.Worlds(folder), folder
        self.pairs = itertools.count(1)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A folder of worlds. What changes no answer is made quicker: each time, the same is the same.

    A return code costs less than it does otherwise, and a procedure is read and compiled once.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codes, "SCRYPT_N", 2**10)
        patch.setattr(loading, "from_canonical", cache(from_canonical))
        patch.setattr(loading, "compile_procedure", _compiled_once())
        yield Bench(tmp_path_factory.mktemp("pairs"))


def _compiled_once() -> Callable[[Procedure, str], Compiled]:
    """Compiles as the program does, each procedure only the first time."""
    known: dict[str, Compiled] = {}

    def compiled(procedure: Procedure, digest: str) -> Compiled:
        if digest not in known:
            known[digest] = compile_procedure(procedure, digest)
        return known[digest]

    return compiled


def _told_apart(
    bench: Bench, draw: Draw, kind: p.Kind, within: str | None
) -> list[tuple[str, o.Answer, o.Answer]]:
    """By what somebody can tell a pair of worlds apart: the command, and what came in each."""
    base = within or draw(st.sampled_from(sorted(p.BASES)))
    later = tuple(sorted(draw(st.sets(st.integers(0, len(p.LATER) - 1), max_size=1))))
    differing = kind(draw, base)
    who = draw(st.sampled_from(differing.onlookers(base)))
    turn = draw(st.integers(0, 11))
    now = p.READ_AT + draw(st.sampled_from(WAITS))
    number = next(bench.pairs)
    if currently_in_test_context():
        event(f"{kind.__name__}, {base}")
    busy = bench.worlds.busy(base, later, differing.busy, number)
    calm = bench.worlds.calm(base, later)
    if differing.calm is not None:
        calm = bench.worlds.busy(base, later, differing.calm, -number - 1)
    inside = [o.Inside.of(path) for path in (calm, busy)]
    onlooker = o.Onlooker(bench.folder, who, LANGUAGES[turn % 2])
    onlooker.before(calm)
    seen = o.visible(onlooker.asks(o.Asked(("list", "--json")), now))
    own = who.partition(":")[0] if ":" in who else None
    about = differing.where if differing.where in seen else next(iter(seen), o.NOWHERE)
    focus = tuple(dict.fromkeys((own or about, differing.where)))
    asked = tuple(o.plan(onlooker, inside, focus, turn))
    known = frozenset(
        name
        for world in inside
        for stream in world.cases
        for name in (stream, *itertools.chain(*world.names(stream)))
    )
    plans = {who: asked}
    for other in differing.nearby(base):
        plans.setdefault(other, o.glance(differing.where, turn))
    found = []
    for each, wishes in plans.items():
        onlooker = o.Onlooker(bench.folder, each, LANGUAGES[turn % 2])
        answers = []
        for path in (calm, busy):
            onlooker.before(path)
            answers.append([onlooker.asks(wish, now) for wish in wishes])
        for wish, *both in zip(wishes, *answers, strict=True):
            first, then = (o.compared(wish, went, known, whole=onlooker.whole) for went in both)
            if first != then:
                found.append((f"{each} can tell {differing.name} ({base}) by {wish}", first, then))
    for path in {busy, calm} - {bench.worlds.calm(base, later)}:
        path.unlink()
    return found


def _called(value: object) -> str:
    return getattr(value, "__name__", str(value)).strip("_")


@pytest.mark.parametrize("kind", p.ELSEWHERE, ids=_called)
@settings(max_examples=2 * SHARE)
@given(data=st.data())
def test_another_case_changes_no_byte(bench: Bench, data: st.DataObject, kind: p.Kind) -> None:
    """With or without a case that they may not know of, each is answered in the same bytes."""
    assert _told_apart(bench, data.draw, kind, None) == []


@pytest.mark.parametrize(("kind", "base"), WITHIN, ids=_called)
@settings(max_examples=SHARE)
@given(data=st.data())
def test_what_is_hidden_in_a_case_changes_no_byte(
    bench: Bench, data: st.DataObject, kind: p.Kind, base: str
) -> None:
    """Whatever happens in a case where they may not see it, each is answered in the same bytes."""
    assert _told_apart(bench, data.draw, kind, base) == []


@pytest.mark.parametrize("base", p.REPORTED)
@settings(max_examples=2 * SHARE)
@given(data=st.data())
def test_a_report_goes_on_unseen(bench: Bench, data: st.DataObject, base: str) -> None:
    """Whatever is done in a report by who is in it, others are answered in the same bytes."""
    assert _told_apart(bench, data.draw, p.doing, base) == []


FOUND: dict[str, tuple[tuple[str, str], tuple[object, ...]]] = {
    "how often the member looked was counted": (
        ("_own_look", "inquired"),
        (frozenset(), "status", "ada", 8, timedelta()),
    ),
    "whether the consent of another still held was said": (
        ("_support", "asked"),
        (frozenset(), "resolved", "noor", 0, timedelta()),
    ),
}
"""What the deep profile has found: of which kind and where, and what was drawn."""


@pytest.mark.parametrize(("within", "drawn"), FOUND.values(), ids=FOUND)
def test_what_was_found_once_stays_mended(
    bench: Bench, within: tuple[str, str], drawn: tuple[object, ...]
) -> None:
    """What somebody could once tell two worlds apart by, they cannot any more."""
    name, base = within
    kind = next(each for each in p.WITHIN if each.__name__ == name)
    values = iter(drawn)

    def draw(_: st.SearchStrategy[Any]) -> Any:
        return next(values)

    assert _told_apart(bench, draw, kind, base) == []
    assert list(values) == []


SAMPLE = ("list --json", f"show {p.REPORT} --json", f"next {p.REPORT}", f"show {p.HIDDEN}", "tick")
"""What the command is asked as a process of its own; none of it says what time it is now."""


def test_the_command_itself_answers_in_the_same_bytes(bench: Bench) -> None:
    """Run as it is installed, with the clock of the machine, the command tells no more either."""

    def play(world: p.World) -> None:
        p.in_secret(world, p.REPORT, "noor")
        p.in_secret_elsewhere(world, "bram")

    onlooker = o.Onlooker(bench.folder, "rik", "nl")
    answers = []
    for path in (bench.worlds.calm("asked", ()), bench.worlds.busy("asked", (), play, 0)):
        onlooker.before(path)
        answers.append([onlooker.runs(*words.split()) for words in SAMPLE])
    assert answers[0] == answers[1]
    assert {went.exit for went in answers[0]} == {0, 1}
