"""One case at a time: a situation in which every part of the world is known, and what follows.

Where a slice leaves parts open, here nothing is: what is found on a walk can really happen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.exploring.decisions import Branch, Decisions, Grown, Outcome, about
from workflow.exploring.watched import Component, Value, derived

Known = Mapping[Component, Value]
"""A situation: the parts of the world that are otherwise than where nothing has happened."""


class Walk:
    """The situations of one case, each reached from another by a move."""

    def __init__(self, decisions: Decisions) -> None:
        self.decisions = decisions
        self.resting = frozenset(decisions.world.rules.resting)
        self._untouched: dict[Component, Value] = {}

    def outcome(self, number: int, known: Known) -> Outcome:
        """What comes of a move in a situation. Raises Enough."""
        node = self.decisions.trees.get((number, self.resting))
        value = self.value
        while isinstance(node, Branch):
            part = node.component
            node = node.children.get(known[part] if part in known else value(part, known))
        if node is not None:
            return node
        try:
            return self.decisions.ask(number, self.resting, lambda part: self.value(part, known))
        except Grown:
            self.decisions.learn()
            return self.outcome(number, known)

    def following(self, known: Known) -> Iterator[tuple[int, Outcome]]:
        """Every move by which something happens in a situation, by its number."""
        for number in self.beginning(known):
            outcome = self.outcome(number, known)
            if outcome.changes:
                yield number, outcome

    def beginning(self, known: Known) -> Iterator[int]:
        """The moves that can be made where the tracks stand, by their numbers, also new ones."""
        steps = self.decisions.world.procedure.steps
        number = 0
        while number < len(self.decisions.moves):
            step = steps.get(about(self.decisions.moves[number]) or "")
            if step is None or self.value(("track", step.track), known) in step.sources:
                yield number
            number += 1

    def value(self, component: Component, known: Known) -> Value:
        """What a part of the world is in a situation."""
        if component in known:
            return known[component]
        if component[0] == "known":
            return self.decisions.world.known[component[1]]
        found = derived(component)
        if found is not None and found[0] in known:
            return found[1](known[found[0]])
        if component not in self._untouched:
            base, shown = found or (component, None)
            first = self.decisions.world.initially(base)
            self._untouched[component] = first if shown is None else shown(first)
        return self._untouched[component]


def after(known: Known, outcome: Outcome) -> dict[Component, Value]:
    """The situation after what was decided in another."""
    return {**known, **dict(outcome.changes)}
