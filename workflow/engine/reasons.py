"""Why something may not happen: reasons, and the refusal that carries all of them.

A reason is a code with its particulars. The words for it, in Dutch and in English, are looked up
in `wording.wording`, so that what is decided and how it is said are kept apart.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Reason(msgspec.Struct, frozen=True, omit_defaults=True):
    """One rule that fails. `cites` are rule numbers; `about` the track it gives away."""

    code: str
    particulars: dict[str, Any] = {}
    cites: tuple[str, ...] = ()
    about: str | None = None


class Refusal(Exception):
    """A command that may not happen, with every failing rule; nothing was changed."""

    def __init__(self, command: str, reasons: tuple[Reason, ...]) -> None:
        super().__init__(command, reasons)
        self.command, self.reasons = command, reasons

    def __str__(self) -> str:
        return f"{self.command}: " + ", ".join(reason.code for reason in self.reasons)


class BadCommand(Exception):
    """A command whose words are wrong (unknown step, missing field, unknown value)."""

    def __init__(self, problems: tuple[Reason, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return ", ".join(problem.code for problem in self.problems)
