"""A trial says what deciding would say: whether, and how the case would stand after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import wandering as w
from tests.properties.scenes import GOALS, lead
from tests.properties.town import MINUTE, Town
from workflow.engine import commands as c
from workflow.engine.case import Case
from workflow.engine.deciding import Actor, decide
from workflow.engine.kernel import Compiled
from workflow.engine.reasons import BadCommand, Refusal


def outcome(asked: tuple[Any, ...], stream: str, *, trial: bool) -> Case | str:
    """How the case stands after, or how the command was answered."""
    try:
        return decide(*asked, stream=stream, trial=trial).case
    except Refusal:
        return "refused"
    except BadCommand:
        return "badly put"


class Tried(Town):
    """A town where everything is tried before it is done."""

    refused = 0

    def do(
        self,
        stream: str,
        command: c.Command,
        who: str,
        *,
        office: str | None = None,
        rules: Compiled | None = None,
        wait: timedelta = MINUTE,
    ) -> Any:
        """As in any town, once the trial was held against what would be decided."""
        asked = (
            rules or self.of(stream),
            self.cases.get(stream),
            command,
            Actor(who, office),
            self.register,
            self.now + wait,
            b"a trial",
        )
        decided = outcome(asked, stream, trial=False)
        tried = outcome(asked, stream, trial=True)
        if isinstance(decided, Case) and isinstance(tried, Case):
            assert unread(tried) == unread(decided)
        else:
            assert tried == decided
            self.refused += 1
        return super().do(stream, command, who, office=office, rules=rules, wait=wait)


def unread(case: Case) -> Case:
    """The case without the keys to which something was sealed, and how often nothing ended."""
    gone = tuple(msgspec.structs.replace(one, readers=()) for one in case.disclosures)
    assigned = {office: persons for office, persons in case.assigned.items() if persons}
    return msgspec.structs.replace(case, disclosures=gone, assigned=assigned, seq=0)


@given(data=st.data())
def test_a_trial_says_what_deciding_would_say(data: st.DataObject) -> None:
    """Whatever is asked, a trial is refused just when it would be, and leaves the same case."""
    town = Tried()
    lead(data.draw, town, data.draw(st.sampled_from(sorted(GOALS))))
    w.wander(data.draw, town, 10)
