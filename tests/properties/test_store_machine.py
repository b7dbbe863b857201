"""The real store under any mix of people, time, consents, withdrawals and emergencies."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import timedelta
from functools import cache
from pathlib import Path

from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.properties import moves as m
from tests.properties import world as w
from tests.properties.desk_play import DeskPlay, founded
from tests.properties.laws_kept import ALL, Witness, named
from workflow.auditing.verifying import verify_store


@cache
def empty_store() -> Path:
    """A founded store without cases, made once and copied for every run."""
    folder = Path(tempfile.mkdtemp(prefix="zaken-"))
    atexit.register(shutil.rmtree, folder)
    founded(folder / "empty.db")
    return folder / "empty.db"


class Desks(RuleBasedStateMachine):
    """Plays one case at the desk and holds what is stored against its history."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="zaken-"))
        shutil.copy(empty_store(), self.folder / "zaken.db")
        self.play = DeskPlay(self.folder / "zaken.db")
        self.witness = Witness()

    @initialize(data=st.data(), goal=st.sampled_from(sorted(m.PATHS)))
    def begin(self, data: st.DataObject, goal: str) -> None:
        """A run begins somewhere in the procedure, reached by real moves."""
        event(f"begins: {goal}")
        for move in m.path(data.draw, self.play, goal):
            assert self.make(move).done, f"the path to {goal} is open"

    def make(self, move: w.Move) -> w.Result:
        """Make a move, and see whether every law still holds in the store."""
        result = self.play.do(move)
        self.witness.saw(move, result, self.play.register)
        if result.done and self.play.case is not None:
            self.held()
        return result

    def held(self) -> None:
        """What is stored is what the history says, and opens for nobody else."""
        play, past = self.play, self.witness.past
        case, history = play.stored()
        assert case == play.case, "the stored state is the one that was decided"
        assert len(history) == case.seq, "every event is stored"
        self.witness.stands(case, play.register, play.now)
        for item in case.items:
            allowed = past.keys(item, ALL, play.now, play.register)
            strangers = named(play.readers(item) - allowed)
            assert not strangers, f"law 1: {strangers} hold a key of {item} without a basis"

    @rule(data=st.data(), many=st.integers(1, 3))
    def steps(self, data: st.DataObject, many: int) -> None:
        """One to three steps that somebody can take are taken."""
        for _ in range(many):
            self.make(m.forward(data.draw, self.play))

    @rule(data=st.data())
    def consent(self, data: st.DataObject) -> None:
        """A consent is given, or said to be given."""
        self.make(m.consenting(data.draw, self.play))

    @rule(data=st.data())
    def share(self, data: st.DataObject) -> None:
        """Something is shared, or asked to be."""
        self.make(m.sharing(data.draw, self.play))

    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        """A consent is taken back."""
        self.make(m.withdrawing(data.draw, self.play))

    @rule(data=st.data())
    def add(self, data: st.DataObject) -> None:
        """An item is added."""
        self.make(m.adding(data.draw, self.play))

    @rule(data=st.data())
    def time(self, data: st.DataObject) -> None:
        """Time passes."""
        self.make(m.passing(data.draw, self.play))

    @rule(data=st.data())
    @precondition(lambda self: self.play.case and not self.play.case.recused)
    def recuse(self, data: st.DataObject) -> None:
        """Someone is recused."""
        self.make(m.recusing(data.draw, self.play))

    @rule(data=st.data(), who=st.sampled_from((*w.PEOPLE, *w.PARTIES)))
    @precondition(lambda self: self.play.case and self.play.case.items)
    def open_file(self, data: st.DataObject, who: str) -> None:
        """With the file and a key of their own, nobody reads what the history denies them."""
        play = self.play
        self.make(m.tick(play, timedelta()))
        assert play.case is not None
        item = data.draw(st.sampled_from(sorted(play.case.items)))
        if play.opens(item, who) and who not in self.witness.past.recused:
            assert self.witness.past.may_open(item, who, play.now, play.register)

    @rule(person=st.sampled_from(w.PEOPLE[:-1]), back=st.booleans())
    def term(self, person: str, back: bool) -> None:
        """A person leaves all their offices, and perhaps takes them up again."""
        self.play.leave(person, back)

    def teardown(self) -> None:
        """An auditor finds nothing wrong with what was honestly done."""
        case = self.play.case
        if case is not None:
            self.make(m.tick(self.play))
            report = verify_store(self.play.store)
            assert report.problems == (), "an honest history verifies"
            event(f"handover: {case.state('handover')}")
        self.play.store.close()
        shutil.rmtree(self.folder)


StoreTest = Desks.TestCase
StoreTest.settings = settings(stateful_step_count=12)
StoreTest.__doc__ = "No run at the desk breaks a law in the store."
