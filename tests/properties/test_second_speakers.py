"""After one has spoken the next can too: what a step shares is what whoever takes it can give.

Played on towns. Whatever is shared is opened with the key of who shares it, so nothing may be
asked of a step that its actor cannot open.
"""

from __future__ import annotations

import pytest

from tests.properties.guard_scenes import following_up, refused, steps
from tests.properties.town import BRANCH, Result, Town
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.facts import Answer
from workflow.engine.sharing import may_read
from workflow.engine.standing import standing


def shared(result: Result, stream: str) -> list[tuple[str, str]]:
    """What a command shared and with whom."""
    assert result.done, result.codes
    facts = [event.data for event in result.events[stream]]
    return [(fact.item, fact.to) for fact in facts if isinstance(fact, f.Disclosed)]


def written(result: Result, stream: str) -> str:
    """The note that came with a step."""
    return next(e.data.item for e in result.events[stream] if isinstance(e.data, f.Added))


def supported(town: Town) -> str:
    """A support group of two."""
    stream, result = town.open("conduct", "give_signal", "vera", corners=("board",))
    assert result.done
    chosen: dict[str, Answer] = {"helpers": ("hanna", "hugo"), "conflict_present": True}
    steps(town, stream, ("assess", "rik", {}), ("activate", "rik", chosen))
    return stream


def test_a_second_helper_can_advise() -> None:
    """A second helper's advice reaches the chair, and only theirs goes with it."""
    town = Town()
    stream = supported(town)
    steps(town, stream, ("advise_chair", "hanna", {}))
    second = town.step(stream, "advise_chair", "hugo")
    assert shared(second, stream) == [(written(second, stream), "regional_chair")]


def test_a_second_contact_person_can_report() -> None:
    """Whoever succeeds the contact person can keep the chair informed as well."""
    town = Town()
    stream = supported(town)
    heard: dict[str, Answer] = {"everyone_heard": True}
    steps(town, stream, ("advise_chair", "hanna", {}), ("resolve", "rik", heard))
    steps(town, stream, ("report_back", "cora", {}))
    town.leave("contact_person", "cora", BRANCH)
    town.grant("contact_person", "olga", BRANCH)
    second = town.step(stream, "report_back", "olga")
    assert shared(second, stream) == [(written(second, stream), "regional_chair")]


@pytest.mark.parametrize("withdrawn", [False, True])
def test_a_second_person_can_ask_anew(withdrawn: bool) -> None:
    """Also when the first took back what they said, the next can ask to weigh anew (inv. 46)."""
    town = Town()
    stream = following_up(town)
    first = next(name for name in town.cases[stream].parties if name.startswith("concerned"))
    steps(town, stream, ("ask_anew", first, {}))
    if withdrawn:
        for name, given in town.cases[stream].consents.items():
            if given.giver == first and not given.ended:
                assert town.do(stream, c.WithdrawConsent(name), first).done
    steps(town, stream, ("answer_request", "nina", {"outcome": "nothing"}))
    second = town.step(stream, "ask_anew", "accused")
    note = written(second, stream)
    assert shared(second, stream) == [(note, "national_chair"), (note, "national_vice_chair")]


def test_what_was_given_is_not_given_again_with_a_new_note() -> None:
    """Asking once more gives the new request, and not once more the earlier one."""
    town = Town()
    stream = following_up(town)
    steps(town, stream, ("ask_anew", "accused", {}))
    steps(town, stream, ("answer_request", "nina", {"outcome": "nothing"}))
    again = town.step(stream, "ask_anew", "accused")
    assert {item for item, _ in shared(again, stream)} == {written(again, stream)}


def test_documents_are_given_by_who_can_open_them() -> None:
    """Whoever can open none of the documents is told so beforehand, and gives none."""
    town = Town()
    stream, opened = town.open("investigation", "report", "notifier")
    assert opened.done
    commission: dict[str, Answer] = {
        "by": "bureau", "investigators": ("ivo",), "readers_fixed": True
    }  # fmt: skip
    steps(
        town,
        stream,
        ("begin_screening", "ineke", {}),
        ("propose_commission", "nina", commission),
        ("confirm_commission", "niels", {}),
    )
    case, procedure = town.cases[stream], town.procedure(stream)
    nina = standing(procedure, town.register, case, "nina", town.now)
    assert not any(may_read(procedure, case, item, nina, town.now) for item in case.items)
    assert "give_documents" not in town.open_to(stream, "nina")
    assert refused(town, stream, "give_documents", "nina") == {"none-to-give"}
    assert len(shared(town.step(stream, "give_documents", "ineke"), stream)) == 1


def test_what_is_given_again_without_a_note_is_given_to_who_came_later() -> None:
    """A step that only gives documents gives them again, to whoever came since."""
    town = Town()
    stream = following_up(town)
    steps(
        town, stream, ("inform_concerned", "nina", {}), ("publish", "nina", {"annex_stated": True})
    )
    again = shared(town.step(stream, "inform_concerned", "nina"), stream)
    assert {to for _, to in again} == {"concerned", "accused"}
