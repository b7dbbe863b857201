"""The real engine under any mix of people, time, consents, withdrawals and emergencies."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.properties import moves as m
from tests.properties import world as w
from tests.properties.laws_kept import Witness, explained
from workflow.engine import commands as c
from workflow.engine.deciding import Actor, consider

GOALS = st.sampled_from(sorted(m.PATHS))


class Engine(RuleBasedStateMachine):
    """Plays one case and holds every law against every event of it."""

    def __init__(self) -> None:
        super().__init__()
        self.play = w.Play()
        self.witness = Witness()

    @initialize(data=st.data(), goal=GOALS)
    def begin(self, data: st.DataObject, goal: str) -> None:
        """A run begins somewhere in the procedure, reached by real moves."""
        event(f"begins: {goal}")
        for move in m.path(data.draw, self.play, goal):
            assert self.make(move).done, f"the path to {goal} is open"

    def make(self, move: w.Move) -> w.Result:
        """Make a move, and see whether every law still holds."""
        play, command = self.play, move.command
        before = None
        if isinstance(command, c.Advance) and command.happened is None and play.case:
            at, actor = play.now + move.wait, Actor(move.who, move.office)
            before = consider(w.RULES, play.case, command.step, actor, play.register, at)
        result = play.do(move)
        if before is not None and not result.bad:
            explained(move, before, result)
        self.witness.saw(move, result, play.register)
        if result.done and play.case:
            self.witness.stands(play.case, play.register, play.now)
            self.witness.closable(play.case, play.register)
            assert play.case.emergency is None or play.now < play.case.emergency.until, "inv. 38"
        return result

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
    def withdraw(self, data: st.DataObject) -> None:
        """A consent is taken back."""
        self.make(m.withdrawing(data.draw, self.play))

    @rule(data=st.data())
    def share(self, data: st.DataObject) -> None:
        """Something is shared, or asked to be."""
        self.make(m.sharing(data.draw, self.play))

    @rule(data=st.data())
    def add(self, data: st.DataObject) -> None:
        """An item is added."""
        self.make(m.adding(data.draw, self.play))

    @rule(data=st.data())
    def read(self, data: st.DataObject) -> None:
        """Someone asks to read: they may exactly when the history gives them a reason."""
        play = self.play
        move = m.reading(data.draw, play)
        assert isinstance(move.command, c.Read)
        result = self.make(move)
        if move.command.item in self.witness.past.items and not result.done:
            self.make(m.tick(play, timedelta()))
            able = self.witness.past.may_open(move.command.item, move.who, play.now, play.register)
            assert not able, f"{move.who} may read as {able}"

    @rule(data=st.data())
    def anything(self, data: st.DataObject) -> None:
        """Anybody tries anything."""
        self.make(m.wild(data.draw, self.play))

    @rule(data=st.data())
    def time(self, data: st.DataObject) -> None:
        """Time passes."""
        self.make(m.passing(data.draw, self.play))

    @rule(data=st.data())
    @precondition(lambda self: self.play.case and len(self.play.case.recused) < 2)
    def recuse(self, data: st.DataObject) -> None:
        """Someone is recused."""
        self.make(m.recusing(data.draw, self.play))

    @rule(person=st.sampled_from(w.PEOPLE[:-1]), back=st.booleans())
    def term(self, person: str, back: bool) -> None:
        """A person leaves all their offices, and perhaps takes them up again."""
        self.play.register = w.leaving(self.play.register, person, self.play.now, back)

    def teardown(self) -> None:
        """Tell how far the run came."""
        case = self.play.case
        if case is None:
            return
        event(f"report: {case.state('report')}")
        event(f"support group: {case.state('support_group')}")
        event(f"handover: {case.state('handover')}")


EngineTest = Engine.TestCase
EngineTest.settings = settings(max_examples=4 * settings().max_examples, stateful_step_count=30)
EngineTest.__doc__ = "No run of the engine breaks a law."
