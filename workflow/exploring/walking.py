"""One case at a time: a situation in which every part of the world is known, and what follows.

Where a slice leaves parts open, here nothing is: what is found on a walk can really happen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.exploring.decisions import Branch, Decisions, Grown, Outcome
from workflow.exploring.watched import Component, Value, derived

Known = Mapping[Component, Value]
"""A situation: the parts of the world that are otherwise than where nothing has happened."""


class Walk:
    """The situations of one case, each reached from another by a move."""

    def __init__(self, decisions: Decisions) -> None:
        self.decisions = decisions
        self.resting = frozenset(decisions.world.rules.resting)

    def outcome(self, number: int, known: Known) -> Outcome:
        """What comes of a move in a situation. Raises Enough."""
        key = (number, self.resting)
        node = self.decisions.trees.get(key)
        while isinstance(node, Branch):
            node = node.children.get(self.value(node.component, known))
        if node is not None:
            return node
        try:
            return self.decisions.ask(number, self.resting, lambda part: self.value(part, known))
        except Grown:
            self.decisions.learn()
            return self.outcome(number, known)

    def following(self, known: Known) -> Iterator[tuple[int, Outcome]]:
        """Every move by which something happens in a situation, by its number."""
        number = 0
        while number < len(self.decisions.moves):
            outcome = self.outcome(number, known)
            if outcome.changes:
                yield number, outcome
            number += 1

    def value(self, component: Component, known: Known) -> Value:
        """What a part of the world is in a situation."""
        if component in known:
            return known[component]
        world = self.decisions.world
        if component[0] == "known":
            return world.known[component[1]]
        found = derived(component)
        if found is None:
            return world.initially(component)
        base, shown = found
        return shown(self.value(base, known))


def after(known: Known, outcome: Outcome) -> dict[Component, Value]:
    """The situation after what was decided in another."""
    return {**known, **dict(outcome.changes)}
