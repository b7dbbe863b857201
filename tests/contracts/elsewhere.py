"""An SCXML interpreter that is not ours, python-statemachine, on nothing but the exported text."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from types import MappingProxyType, SimpleNamespace

from statemachine.io import load

Move = tuple[str, str, str]
"""A step that happened, the state it left and the state it led to, each as `track.state`."""


class _Heard:
    """Hears of every transition that the interpreter takes."""

    def __init__(self) -> None:
        self.moves: list[Move] = []

    def after_transition(self, event: object, source: object, target: object) -> None:
        """Note a transition; called by the interpreter, by these names."""
        if str(event) != "__initial__":
            self.moves.append((str(event), _id(source), _id(target)))


class Elsewhere:
    """A machine of somebody else's, made from SCXML text."""

    def __init__(self, text: str) -> None:
        self._heard = _Heard()
        self._machine = load(text, format="scxml")(listeners=[self._heard])

    def send(
        self,
        step: str,
        answers: Mapping[str, str] = MappingProxyType({}),
        *,
        permitted: bool = True,
    ) -> list[Move]:
        """Send the event of a step; gives everything that happened in answer to it."""
        self._heard.moves.clear()
        self._machine.send(step, SimpleNamespace(permitted=permitted, **answers))
        return list(self._heard.moves)

    def copy(self) -> Elsewhere:
        """Another machine that stands where this one does."""
        twin = object.__new__(Elsewhere)
        twin._machine, twin._heard = deepcopy((self._machine, self._heard))
        return twin

    @property
    def stands(self) -> frozenset[str]:
        """The states it is in, as `track.state`."""
        return frozenset(str(one) for one in self._machine.configuration_values if "." in str(one))

    @property
    def remembers(self) -> frozenset[tuple[str, str]]:
        """The data of the document, by their names."""
        data = vars(self._machine.model).items()
        return frozenset((name, str(value)) for name, value in data if name != "state")


def _id(state: object) -> str:
    return str(getattr(state, "id", ""))
