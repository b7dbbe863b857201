"""Where several people play one part, each is a party of their own (A13, A18)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.properties import town as t
from workflow.engine import commands as c
from workflow.engine.facts import Answer


def _investigated() -> tuple[t.Town, str, list[str]]:
    """An investigation in which two persons concerned came forward."""
    town = t.Town()
    case, opened = town.open("investigation", "report", "notifier")
    assert opened.done, opened
    steps: tuple[tuple[str, str, dict[str, Answer]], ...] = (
        ("begin_screening", "ineke", {}),
        (
            "propose_commission",
            "nina",
            {"by": "committee", "investigators": ("ivo",), "readers_fixed": True},
        ),
        ("confirm_commission", "niels", {}),
        ("start", "ivo", {"independent": True}),
        ("come_forward", "ivo", {}),
        ("come_forward", "ivo", {}),
    )
    for step, who, answers in steps:
        assert town.take(case, step, who, answers).done, step
    parties = town.cases[case].parties
    return town, case, [name for name, party in parties.items() if party.role == "concerned"]


@given(data=st.data())
def test_one_party_reads_nothing_of_another(data: st.DataObject) -> None:
    """What can be traced to one person concerned opens for that person and for no other party."""
    town, case, both = _investigated()
    for _ in range(data.draw(st.integers(1, 3))):
        party = data.draw(st.sampled_from(both))
        if data.draw(st.booleans()):
            item = town.add(
                case, data.draw(st.sampled_from(["testimony", "wish"])), party, (party,)
            )
        else:
            others: tuple[str, ...] = data.draw(st.sampled_from([(), ("notifier",)]))
            item = town.add(case, "interview", "ivo", (party, *others))
        found = town.cases[case].items[item]
        keys = {t.public(f"{party} of {case}") for party in found.of}
        strangers = set(both) - set(found.of)
        assert keys <= town.readers(case, item)
        for stranger in strangers:
            assert t.public(f"{stranger} of {case}") not in town.readers(case, item)
            assert not town.do(case, c.Read(item), stranger).done


@given(data=st.data())
def test_one_party_consents_for_nobody_else(data: st.DataObject) -> None:
    """What two persons concerned can be traced by leaves on the consent of both, not of one."""
    town, case, both = _investigated()
    one, other = data.draw(st.permutations(both))
    item = town.add(case, "interview", "ivo", (one, other))
    share = c.Share((item,), "national_chair", "weighing")
    town.consent(case, one, "national_chair", "weighing", (item,))
    assert town.do(case, share, one).codes == {"others-consent-missing"}
    town.consent(case, other, "national_chair", "weighing", (item,))
    assert town.do(case, share, one).done
