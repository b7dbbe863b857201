"""Towns in the midst of things: brought somewhere by real moves, and then left to wander.

Each goal of `lead` is a place deep in the procedures. What happens from there is in `wandering`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from hypothesis import strategies as st

from tests.properties.town import (
    Result,
    Town,
    standing_as,
)
from tests.properties.world import Draw
from workflow.engine.facts import Answer

REGION = "partij/noord"
CONFLICT = ("signalled", "assessing", "active")
HOUR = timedelta(hours=1)
GRAVE = {
    "consent_sought": True,
    "no_other_way": True,
    "serious_harm": True,
    "as_little_as_possible": True,
}
"""What is affirmed when an emergency is opened."""
GOALS = (
    "received",
    "listening",
    "deciding",
    "supporting",
    "invited",
    "mediating",
    "preparing",
    "handed over",
    "investigated",
    "seized",
    "active",
    "deputised",
    "in danger",
    "closed",
)
"""Where a drawn town may begin."""


def done(result: Result) -> Result:
    """What came of a move that had to be accepted."""
    assert result.done, f"refused: {result.codes}"
    return result


# --- the way to a place ------------------------------------------------------------------------


def report(town: Town, counsellor: str = "noor", **answers: str) -> str:
    """The number of a new report, made by the member with the code of their own."""
    stream, result = town.open(
        "conduct",
        "open_report",
        "reporter",
        counsellor=counsellor,
        ground=("threatened",),
        **answers,
    )
    done(result)
    return stream


def signal(town: Town, who: str = "vera") -> str:
    """The number of a new case with a signal."""
    stream, result = town.open("conduct", "give_signal", who, corners=("board", "group"))
    done(result)
    return stream


def advised(town: Town, stream: str, *, simple: bool = True) -> None:
    """From a report received to the member who decides."""
    (who,) = standing_as(town, stream, "counsellor")
    steps: tuple[tuple[str, Mapping[str, Answer]], ...] = (
        ("start_listening", {"exception_explained": True}),
        ("weigh", {"severity": "light", "simple": simple}),
        ("advise", {"options": ("nothing",)}),
        ("give_advice", {}),
    )
    for step, answers in steps:
        done(town.take(stream, step, who, answers))


def activated(town: Town, stream: str, helper: str = "hanna") -> None:
    """From a signal to the support group at work."""
    done(town.step(stream, "assess", "rik"))
    done(town.step(stream, "activate", "rik", helpers=(helper,), conflict_present=True))


def prepared(town: Town, stream: str, target: str = "disputes_committee", many: int = 1) -> None:
    """From the member who decides to a packet with a consent for every document in it."""
    purpose = "ruling" if target == "disputes_committee" else "investigation"
    done(town.step(stream, "choose_referral", "reporter", target=target))
    papers = tuple(town.add(stream, "packet", "reporter") for _ in range(many))
    town.consent(stream, "reporter", target, purpose, papers)


def handed(town: Town, stream: str) -> str:
    """From a packet to the case that it is filed in; its number."""
    answers = town.cases[stream].done["choose_referral"].answers
    integrity = answers["target"] == "integrity_committee"
    step = "hand_over_integrity" if integrity else "hand_over"
    events = done(town.step(stream, step, "reporter")).events
    return next(other for other in events if other != stream)


def mediated(town: Town, stream: str, *, accepted: bool = True) -> None:
    """From the member who decides to a mediation, or to the invitation to one."""
    mediator = next(p for p in ("mees", "bram") if p not in standing_as(town, stream, "counsellor"))
    done(town.step(stream, "propose_mediation", "reporter", mediator=mediator))
    done(town.step(stream, "invite_other", mediator))
    if accepted:
        done(town.step(stream, "accept_mediation", "other"))


def in_danger(town: Town, stream: str) -> None:
    """The counsellor opens an emergency."""
    (who,) = standing_as(town, stream, "counsellor")
    done(town.take(stream, "open_emergency", who, {**GRAVE, "recipients": ("crisis_service",)}))


def seized(town: Town, dispute: str, conflict: str) -> Result:
    """The clerk of the disputes committee says that a signal is about this dispute."""
    return done(town.step(dispute, "say_one_matter", "dirk", case=conflict, warned=True))


def erased(town: Town, stream: str) -> None:
    """From an open report to one that is erased, on the member's word."""
    done(town.step(stream, "close", "reporter"))
    done(town.step(stream, "erase_now", "reporter"))


def lead(draw: Draw, town: Town, goal: str) -> str:
    """Bring a town somewhere; gives the number of the report that it is about."""
    first, second = draw(st.permutations(["noor", "bram", "xena"]))[:2]
    stream = report(town, first, **({"fallback": second} if draw(st.booleans()) else {}))
    if draw(st.booleans()):
        done(town.step(stream, "tell_name", "reporter"))
    if goal == "received":
        return stream
    advised(town, stream)
    match goal:
        case "listening":
            done(town.step(stream, "transfer", "reporter", counsellor=_another(town, stream)))
            done(
                town.step(
                    stream, "start_listening", _counsellor(town, stream), exception_explained=True
                )
            )
        case "supporting":
            done(town.step(stream, "choose_support", "reporter"))
        case "invited" | "mediating":
            mediated(town, stream, accepted=goal == "mediating")
        case "preparing":
            prepared(town, stream, many=draw(st.integers(1, 2)))
        case "handed over":
            prepared(town, stream)
            handed(town, stream)
        case "investigated":
            prepared(town, stream, "integrity_committee")
            handed(town, stream)
        case "seized":
            conflict = signal(town, draw(st.sampled_from(["vera", "gijs", "alma"])))
            activated(town, conflict)
            prepared(town, stream)
            dispute = handed(town, stream)
            if draw(st.booleans()):
                seized(town, dispute, conflict)
        case "active":
            done(town.step(stream, "ask_for_signal", "reporter"))
            done(town.step(stream, "give_signal", "vera", corners=("board",)))
            activated(town, stream, draw(st.sampled_from(["hanna", "hugo"])))
        case "deputised":
            form: dict[str, Answer] = {"corners": ("board",), "involved": ("rik",)}
            done(town.step(stream, "ask_for_signal", "reporter"))
            done(town.take(stream, "give_signal", "gijs", form))
            done(town.step(stream, "assess", "dora"))
        case "in danger":
            in_danger(town, stream)
        case "closed":
            done(town.step(stream, "close", "reporter"))
        case _:
            assert goal == "deciding", f"no way to {goal}"
    return stream


def _counsellor(town: Town, stream: str) -> str:
    return standing_as(town, stream, "counsellor")[0]


def _another(town: Town, stream: str) -> str:
    return next(
        p for p in ("noor", "bram", "xena") if p not in standing_as(town, stream, "counsellor")
    )
