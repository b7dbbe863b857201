"""Whether a case goes over to another version: one change at a time, and what it leads to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from tests.properties import scenes
from tests.properties.town import Town
from workflow.crypto.keys import SigningKey
from workflow.desk.values import Signer
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.case import Case, Disclosure, Item
from workflow.engine.folding import apply
from workflow.engine.kernel import Compiled
from workflow.engine.migrating import Verdict, as_known, carriers, known, verdict
from workflow.engine.procedure import (
    Consent,
    Deadline,
    Decision,
    Field,
    Named,
    Note,
    Office,
    Procedure,
    Purpose,
    Replacement,
    State,
    Text,
    TrackIn,
    canonical,
    digest,
)
from workflow.engine.renaming import renamed as in_words
from workflow.engine.replacing import Counterparts, counterparts
from workflow.engine.standing import Standing
from workflow.verbs.dossier import Dossier
from workflow.verbs.versions import way
from workflow.wording.version_phrases import VERSIONS

replace = msgspec.structs.replace
NEW = Text("nieuw", "new")
Edit = Callable[[Procedure], Procedure]


def put(section: str, name: str, **changed: Any) -> Edit:
    """An edit that changes one declaration; what is not there yet is made like another."""

    def edit(procedure: Procedure) -> Procedure:
        known = getattr(procedure, section)
        like = known.get(name) or next(iter(known.values()))
        return replace(procedure, **{section: known | {name: replace(like, **changed)}})

    return edit


def state(track: str, name: str, **changed: Any) -> Edit:
    """An edit that changes one state."""

    def edit(procedure: Procedure) -> Procedure:
        states = procedure.tracks[track].states
        changed_state = replace(states[name], **changed)
        return put("tracks", track, states=states | {name: changed_state})(procedure)

    return edit


def without(section: str, name: str) -> Edit:
    """An edit that takes one declaration away, and the steps of a track with it."""

    def edit(procedure: Procedure) -> Procedure:
        kept = {key: one for key, one in getattr(procedure, section).items() if key != name}
        steps = {key: step for key, step in procedure.steps.items() if step.track != name}
        return replace(replace(procedure, steps=steps), **{section: kept})

    return edit


def without_step(name: str) -> Edit:
    """An edit that takes one step away."""
    return lambda p: replace(p, steps={n: step for n, step in p.steps.items() if n != name})


def renamed(section: str, old: str, new: str) -> Edit:
    """An edit that calls a kind or a purpose otherwise, wherever it is named."""
    names: Any = {section: {old: new}}
    return lambda procedure: in_words(procedure, Counterparts(**names))


def state_renamed(track: str, old: str, new: str) -> Edit:
    """An edit that calls a state otherwise, wherever a step names it."""

    def edit(procedure: Procedure) -> Procedure:
        states = {
            (new if n == old else n): one for n, one in procedure.tracks[track].states.items()
        }
        steps = {
            name: replace(
                step,
                sources=tuple(new if s == old else s for s in step.sources),
                to=new if step.to == old else step.to,
            )
            if step.track == track
            else step
            for name, step in procedure.steps.items()
        }
        return put("tracks", track, states=states)(replace(procedure, steps=steps))

    return edit


def foreseeing(edit: Edit, **names: Any) -> Edit:
    """The same edit, in a version that says what takes the place of what."""
    return lambda procedure: replace(edit(procedure), replaces=(Replacement("1", **names),))


def mediating() -> tuple[Town, str]:
    """A report that is being mediated: two members, consents, and a mediator who reads."""
    town = Town()
    stream = scenes.report(town)
    scenes.advised(town, stream)
    scenes.mediated(town, stream)
    return town, stream


TOWN, STREAM = mediating()
CASE, RULES = TOWN.cases[STREAM], TOWN.of(STREAM)
CONDUCT = RULES.procedure


def judged(edit: Edit, case: Case = CASE, older: Procedure = CONDUCT) -> Verdict:
    """The verdict on a case, and the version after an edit."""
    return verdict(older, replace(edit(older), version="2"), case)


def codes(found: Verdict) -> set[str]:
    """The codes of everything that is against it."""
    return {one.reason.code for one in found.why}


def same(procedure: Procedure) -> Procedure:
    """No edit at all."""
    return procedure


LONGER = Deadline(("own",), within="P9M", remind=("mediator",))
PUBLIC = Purpose(Text("bemiddeling", "mediation"), NEW)
REFERRING = CONDUCT.steps["refer_outside"]
QUIET = {"quiet": State(NEW, idle=True)}
DEPUTY = {"deputy": "regional_chair"}

MOVING: dict[str, Edit] = {
    "nothing else than the version": same,
    "another label": put("tracks", "report", labels=NEW),
    "somebody sees less": put("tracks", "report", seen_by=("reporter", "counsellor")),
    "a kind that is kept from more": put("kinds", "advice", never_to=("regional_chair",)),
    "a track on which nothing began is gone": without("tracks", "support_group"),
    "a state elsewhere is another": state("report", "supporting", deadline=LONGER),
    "a new track for whoever sees the case": put(
        "tracks", "newest", initial="quiet", states=QUIET, seen_by=("counsellor",), belongs_to=None
    ),
}

MAPPED: dict[str, Edit] = {
    "a state that is called otherwise": foreseeing(
        state_renamed("report", "mediating", "talking"), states={"report": {"mediating": "talking"}}
    ),
    "a state with another term": foreseeing(
        state("report", "mediating", deadline=LONGER),
        states={"report": {"mediating": "mediating"}},
    ),
    "a kind that is called otherwise": foreseeing(
        renamed("kinds", "invitation", "letter"), kinds={"invitation": "letter"}
    ),
    "a purpose that is called otherwise": foreseeing(
        renamed("purposes", "mediation", "talking"), purposes={"mediation": "talking"}
    ),
}

LACKING: dict[str, tuple[Edit, set[str]]] = {
    "a state that is gone": (state_renamed("report", "mediating", "talking"), {"state-gone"}),
    "a state with another deadline": (
        state("report", "mediating", deadline=LONGER),
        {"state-differs"},
    ),
    "a state of decision that is gone": (
        state_renamed("report", "member_deciding", "choosing"),
        {"decision-gone", "way-unclear"},
    ),
    "a kind that is gone": (renamed("kinds", "invitation", "letter"), {"kind-gone"}),
    "a kind of fewer people": (put("kinds", "invitation", of=()), {"kind-differs"}),
    "a purpose that is gone": (
        renamed("purposes", "mediation", "talking"),
        {"purpose-gone", "state-differs", "way-unclear"},
    ),
    "a purpose in other words": (put("purposes", "mediation", labels=NEW), {"purpose-differs"}),
    "where a way out leads is gone": (
        state_renamed("report", "closed", "shut"),
        {"way-unclear", "erasing-unclear"},
    ),
}


def also(name: str, like: str, **changed: Any) -> Edit:
    """An edit that adds a step like another."""
    return lambda p: replace(p, steps=p.steps | {name: replace(p.steps[like], **changed)})


def by_detour(procedure: Procedure) -> Procedure:
    """Mediation begins by way of a new state, into and out of which the mediator goes alone."""
    alone: dict[str, Any] = {"who": ("mediator",), "decision": None}
    assumed = replace(CONDUCT.tracks["report"].states["mediation_invited"], rests_on=())
    states = procedure.tracks["report"].states | {"assumed": assumed}
    found = put("tracks", "report", states=states)(procedure)
    found = also("assume", "accept_mediation", to="assumed", **alone)(found)
    return also("begin_anyway", "accept_mediation", sources=("assumed",), **alone)(found)


FINISHING: dict[str, tuple[Edit, str]] = {
    "a step ends less than it did": (put("steps", "close", ends_purposes=()), "ends-less"),
    "what falls away ends less": (put("steps", "mediation_falls", ends_purposes=()), "ends-less"),
    "the way out of one is for another to decide": (
        put("steps", "end_mediation", decision=Decision("reporter", ("code",))),
        "way-gone",
    ),
    "the member can end it through another only": (
        put("steps", "end_mediation", who=("mediator",), decision=Decision("reporter")),
        "way-gone",
    ),
    "a new step takes a decision on less evidence": (
        also("accept_told", "accept_mediation", decision=Decision("other", ("spoken",))),
        "step-decision-taken",
    ),
    "a decision is passed by in two steps": (by_detour, "step-decision-taken"),
    "what is still to come rests on no consent": (
        state("report", "mediation_proposed", rests_on=(), otherwise=None),
        "ground-gone",
    ),
    "somebody sees a track": (
        put("tracks", "report", seen_by=("reporter", "counsellor", "auditor", "helper")),
        "newly-seen",
    ),
    "a party sees a new track": (
        put("tracks", "newest", initial="quiet", states=QUIET, seen_by=("other",)),
        "newly-seen",
    ),
    "a kind is made for somebody": (
        put("kinds", "invitation", made_for=("regional_chair",)),
        "newly-read",
    ),
    "a kind is of somebody else": (put("kinds", "invitation", of=("other",)), "newly-read"),
    "a kind is somebody else's too, by a mapping": (
        foreseeing(
            put("kinds", "invitation", of=("reporter", "other")),
            kinds={"invitation": "invitation"},
        ),
        "newly-read",
    ),
    "a kind is no longer kept from somebody": (
        put("kinds", "mediation", never_to=()),
        "newly-read",
    ),
    "an office has a deputy": (put("offices", "mediator", **DEPUTY), "office-differs"),
    "an office passes its keys on": (put("offices", "mediator", key="office"), "office-differs"),
    "an auditor has a deputy": (put("offices", "auditor", **DEPUTY), "office-differs"),
    "a party is gone": (without("parties", "other"), "recipient-gone"),
    "an office is gone": (without("offices", "mediator"), "recipient-gone"),
    "a party who is no member": (put("parties", "other", member=False), "recipient-differs"),
    "an outside recipient that is an office": (
        lambda p: replace(
            without("outside", "police")(p), offices=p.offices | {"police": Office(NEW)}
        ),
        "recipient-differs",
    ),
    "others read what is shared for a purpose": (
        put("purposes", "mediation", readers=NEW),
        "readers-differ",
    ),
    "a kind that becomes another": (
        foreseeing(without("kinds", "invitation"), kinds={"invitation": "mediation"}),
        "kinds-merge",
    ),
    "a purpose that becomes another": (
        foreseeing(without("purposes", "mediation"), purposes={"mediation": "support"}),
        "purposes-merge",
    ),
    "a party arrives where others see it": (
        lambda p: put("steps", "give_signal", joins="other")(
            put("steps", "invite_other", joins=None)(p)
        ),
        "party-newly-known",
    ),
    "a track of another party": (
        put("tracks", "emergency", belongs_to="other"),
        "belongs-newly",
    ),
    "a track that began is gone": (without("tracks", "report"), "track-gone"),
    "another confides": (
        lambda p: put("steps", "open_report", joins="other")(
            put("tracks", "identity", belongs_to="other")(p)
        ),
        "confides-otherwise",
    ),
    "a track that began is nobody's": (
        put("tracks", "report", belongs_to=None),
        "track-of-another",
    ),
    "a state that ends": (state("report", "mediating", ends=True), "moved-by-version"),
    "a track that begins elsewhere": (
        put("tracks", "emergency", initial="open"),
        "moved-by-version",
    ),
    "a member decides no longer": (
        state("report", "member_deciding", decides=False),
        "decision-taken",
    ),
    "a decision on weaker evidence": (
        put(
            "steps",
            "hand_over",
            decision=Decision("reporter", ("spoken",)),
        ),
        "step-decision-taken",
    ),
    "a way out that is gone": (without("steps", "end_mediation"), "way-gone"),
    "a way out that is another's": (put("steps", "end_mediation", who=("mediator",)), "way-gone"),
    "a way out that waits for another": (
        put("steps", "end_mediation", guards=(TrackIn("hold", ("held",)),)),
        "way-differs",
    ),
    "a way out that leads elsewhere": (
        put("steps", "end_mediation", to="mediation_invited"),
        "way-differs",
    ),
    "a way out that leaves a consent standing": (
        put("steps", "end_mediation", ends_purposes=()),
        "way-differs",
    ),
    "a way out that asks what not everyone can answer": (
        put("steps", "close", asks={"who": Field("person", NEW, office="branch_chair")}),
        "way-differs",
    ),
    "a step like a member's decision, that is nobody's": (
        put(
            "steps",
            "refer",
            **{k: getattr(REFERRING, k) for k in ("track", "sources", "to", "shares")},
            who=("counsellor",),
            decision=None,
            guards=(),
        ),
        "step-decision-taken",
    ),
    "a mapping to what was another state": (
        foreseeing(same, states={"report": {"mediating": "handed_over"}}),
        "moved-by-version",
    ),
    "a state that need not rest on a consent": (
        foreseeing(
            state("report", "mediating", rests_on=(), otherwise=None),
            states={"report": {"mediating": "mediating"}},
        ),
        "ground-gone",
    ),
    "another text under a kind that may be shared": (
        put("steps", "accept_mediation", note=Note("mediation")),
        "newly-written",
    ),
    "a text that becomes one made for others": (
        put("steps", "weigh", note=Note("contact_report")),
        "newly-read",
    ),
    "a track that others see begins of itself": (
        lambda p: put("steps", "give_signal", who=("consequence",), joins=None)(
            put("steps", "end_mediation", emits=("give_signal",))(p)
        ),
        "newly-seen",
    ),
    "the member sees their report no more": (
        put("tracks", "report", seen_by=("counsellor", "auditor")),
        "sight-lost",
    ),
    "the member may add nothing more": (
        put("kinds", "conversation", added_by=("counsellor",)),
        "adding-gone",
    ),
    "nobody oversees it any more": (
        lambda p: replace(
            p,
            tracks={
                name: replace(track, seen_by=tuple(w for w in track.seen_by if w != "auditor"))
                for name, track in p.tracks.items()
            },
        ),
        "oversight-lost",
    ),
    "a recipient in the association in other words": (
        put("offices", "mediator", labels=NEW),
        "recipient-differs",
    ),
    "what must be kept can be erased": (
        put("steps", "erase_now", guards=CONDUCT.steps["erase_now"].guards[:1]),
        "erased-otherwise",
    ),
    "what is kept for two years is erased after a day": (
        state("report", "closed", deadline=Deadline(("own",), within="P1D", then="erase")),
        "erased-otherwise",
    ),
    "an answer of another sort": (
        lambda p: put(
            "steps",
            "weigh",
            asks=p.steps["weigh"].asks
            | {"simple": replace(p.steps["weigh"].asks["simple"], type="choice")},
        )(p),
        "answer-differs",
    ),
    "an answer that names the holder of another office": (
        lambda p: put(
            "steps",
            "open_report",
            asks=p.steps["open_report"].asks
            | {"counsellor": replace(p.steps["open_report"].asks["counsellor"], office="mediator")},
        )(p),
        "answer-differs",
    ),
    "an answer by which somebody becomes a confidant": (
        put("steps", "count", assigns={"external_counsellor": "open_report.counsellor"}),
        "answer-differs",
    ),
    "another procedure": (lambda p: replace(p, procedure="dispute"), "another-procedure"),
}


@pytest.mark.parametrize("edit", MOVING.values(), ids=MOVING)
def test_what_stays_the_same_moves(edit: Edit) -> None:
    """A case goes over as it is where nothing that it holds is gone, means otherwise or widens."""
    assert judged(edit) == Verdict("moves")


@pytest.mark.parametrize("edit", MAPPED.values(), ids=MAPPED)
def test_what_is_foreseen_moves_by_mapping(edit: Edit) -> None:
    """Where the newer version names the counterpart, the case goes over by it."""
    assert judged(edit) == Verdict("moves-by-mapping")


@pytest.mark.parametrize(("edit", "lacking"), LACKING.values(), ids=LACKING)
def test_what_lacks_a_counterpart_is_named(edit: Edit, lacking: set[str]) -> None:
    """Where one thing has no counterpart, the case needs a mapping of that, and of nothing else."""
    found = judged(edit)
    assert (found.way, codes(found)) == ("needs-mapping", lacking)
    assert not found


@pytest.mark.parametrize(("edit", "code"), FINISHING.values(), ids=FINISHING)
def test_what_widens_or_takes_finishes(edit: Edit, code: str) -> None:
    """What would widen an audience or take a decision keeps the case under its own version."""
    found = judged(edit)
    assert found.way == "finish"
    assert code in codes(found)


def test_every_hindrance_is_tried_here() -> None:
    """Each reason that a verdict can give is the reason of a case above or below."""
    made = {"emergency-otherwise"} | {code for _, code in FINISHING.values()}.union(
        *(c for _, c in LACKING.values())
    )
    asked = {"hidden-hindrance", "version-already", "version-not-followed", "unknown-version"} | {
        "not-in-your-care",
        "version-not-adopted",
    }
    assert VERSIONS.keys() - asked - made == {"newly-received"}


def test_what_an_office_was_given_stays_with_who_held_it() -> None:
    """What the holders of an office got does not pass on because that office sees a new track."""
    item = next(iter(CASE.items))
    gone = Disclosure(item, "helper", "support", "consent")
    given = replace(CASE, disclosures=(*CASE.disclosures, gone))
    newest = {"initial": "quiet", "states": QUIET, "seen_by": ("group_member",)}
    to_member = replace(given, disclosures=(replace(gone, to="group_member"),))
    found = judged(put("tracks", "newest", **newest), to_member)
    assert "newly-received" in codes(found)
    assert "newly-received" not in codes(judged(put("tracks", "newest", **newest), given))


def danger_and_hold() -> Case:
    """A case in which a life is in danger and something must be kept, while the member decides."""
    town = Town()
    stream = scenes.report(town)
    scenes.advised(town, stream)
    scenes.in_danger(town, stream)
    town.add(stream, "legal_document", "noor")
    scenes.done(town.step(stream, "place_hold", "noor"))
    return town.cases[stream]


HELD = danger_and_hold()


@pytest.mark.parametrize(
    "names",
    [
        {"hold": {"held": "none"}},
        {"emergency": {"open": "sealed"}},
        {"emergency": {"open": "under_review"}},
    ],
    ids=str,
)
def test_no_mapping_lifts_a_hold_or_a_review(names: dict[str, dict[str, str]]) -> None:
    """What must be kept, or told to the member, is not undone by what a version calls it."""
    found = judged(foreseeing(same, states=names), HELD)
    assert (found.way, codes(found)) == ("finish", {"moved-by-version"})
    assert judged(same, HELD)


@pytest.mark.parametrize(
    "edit",
    [
        put("steps", "review_emergency", who=("auditor", "counsellor")),
        put("steps", "review_emergency", guards=()),
        put("steps", "close_emergency", to="member_to_be_told"),
    ],
    ids=["reviewed by whoever opened it", "reviewed by anybody", "not reviewed"],
)
def test_an_emergency_is_accounted_for_as_was_said(edit: Edit) -> None:
    """Until an emergency was reviewed and told, nobody gets another way out of it."""
    found = judged(edit, HELD)
    assert (found.way, codes(found)) == ("finish", {"emergency-otherwise"})
    assert judged(edit), "where there is no emergency, the next may go by the newer rules"


def test_a_version_of_ones_own_asks_nothing_of_a_case() -> None:
    """Of what a reader does not know, no version that they think up tells them anything."""
    chair = Standing("rik", frozenset({"regional_chair"}))
    town = Town()
    stream = scenes.signal(town)
    case = town.cases[stream]
    hidden = Item("mediation", ("signaller",), "signaller", "vera", "0" * 64)
    more = replace(
        case,
        items=case.items | {"i-hidden": hidden},
        tracks=case.tracks | {"report": replace(case.tracks["report"], state="mediating")},
    )
    key = SigningKey.from_seed(bytes(32))
    edits = (without("kinds", "mediation"), state_renamed("report", "mediating", "talking"))
    for number, edit in enumerate(edits):
        assert codes(judged(edit, more)) - codes(judged(edit, case)), "it would tell"
        seen, less = (as_known(CONDUCT, one, chair) for one in (more, case))
        assert judged(edit, seen) == judged(edit, less)
        thought_up = replace(edit(CONDUCT), version=f"{number + 2}")
        before, after = (
            way(Dossier(Signer("rik", key), one, town.register, RULES, chair, one.seq), thought_up)
            for one in (case, more)
        )
        assert before == after
        town.adopt(thought_up, opens=False)
        rules = town.register
        adopted, _ = way(Dossier(Signer("rik", key), more, rules, RULES, chair, 1), thought_up)
        assert adopted is not None
        assert not adopted, "of what was adopted it is said whether it can be"


def test_what_follows_from_a_step_ends_as_much() -> None:
    """What ended by a step that another brings about ends still."""
    older = put("steps", "count", ends_purposes=("mediation",))(CONDUCT)
    newer = put("steps", "count", ends_purposes=())
    assert "ends-less" in codes(judged(newer, older=older))


def test_a_way_that_can_open_a_case_is_a_way_in_one_too() -> None:
    """What a party can do where a case stands stays, also where the step can begin one."""
    older = put("steps", "end_mediation", opens=True)(CONDUCT)
    assert "way-gone" in codes(judged(without_step("end_mediation"), older=older))


def test_an_answer_means_nothing_by_a_detour() -> None:
    """What was answered two versions ago is no answer where the version between did not ask it."""
    between = without_step("weigh")(CONDUCT)
    assert CASE.done["weigh"].answers
    found = verdict(between, replace(CONDUCT, version="3"), CASE)
    assert "answer-differs" in codes(found)


def test_what_is_kept_longer_moves() -> None:
    """Where a newer version keeps what is closed for longer, a case goes over."""
    longer = Deadline(("own",), within="P3Y", then="erase")
    assert judged(state("report", "closed", deadline=longer))


@pytest.mark.parametrize("case", [CASE, HELD], ids=["mediating", "in danger"])
def test_whatever_is_only_called_otherwise_goes_over(case: Case) -> None:
    """A version in which all states, kinds and purposes have other names, and no more, will do."""
    kept = ("legal_document", "statement")
    names: Any = {
        "states": {
            track: {name: f"{name}_new" for name in declared.states}
            for track, declared in CONDUCT.tracks.items()
        },
        "kinds": {name: f"{name}_new" for name in CONDUCT.kinds if name not in kept},
        "purposes": {name: f"{name}_new" for name in CONDUCT.purposes},
    }
    edit = foreseeing(lambda p: in_words(p, Counterparts(**names)), **names)
    assert judged(edit, case) == Verdict("moves-by-mapping")


def test_no_mapping_stands_for_a_decision() -> None:
    """A state to which only the member's decision leads takes the place of no other state."""
    town = Town()
    case = town.cases[scenes.report(town)]
    edit = state_renamed("report", "supporting", "helping")
    found = judged(foreseeing(edit, states={"report": {"received": "helping"}}), case)
    assert (found.way, "moved-by-version" in codes(found)) == ("finish", True)
    assert judged(foreseeing(edit, states={"report": {"supporting": "helping"}}), case)


def test_an_ended_consent_holds_nothing_back() -> None:
    """Where a consent is over, the words of its purpose may be others."""
    over = {name: replace(given, ended=True) for name, given in CASE.consents.items()}
    ended = replace(CASE, consents=over)
    assert judged(put("purposes", "mediation", labels=NEW, readers=NEW), ended)
    assert not judged(put("purposes", "mediation", labels=NEW, readers=NEW))


def migrated(edit: Edit) -> Case:
    """The case after it went over."""
    newer = replace(edit(CONDUCT), version="2")
    town, stream = mediating()
    made = town.adopt(newer, opens=False)
    who = town.cases[stream].assigned["counsellor"][0]
    result = town.do(stream, c.Migrate(made.digest), who)
    assert result.done, result.codes
    return town.cases[stream]


def test_terms_run_on() -> None:
    """A state that keeps its term keeps the moment at which that passes, called otherwise too."""
    edit = MAPPED["a state that is called otherwise"]
    after = migrated(edit).tracks["report"]
    assert (after.state, after.due) == ("talking", CASE.tracks["report"].due)
    assert after.since == CASE.tracks["report"].since


def test_another_term_begins_when_the_case_goes_over() -> None:
    """A state of the mapping that has another term has it from then on, and not from before."""
    case = migrated(MAPPED["a state with another term"])
    before, after = CASE.tracks["report"], case.tracks["report"]
    assert case.latest is not None
    assert before.due is not None
    assert after.due is not None
    assert after.since == before.since
    assert (after.due.year, after.due.month) == (case.latest.year, case.latest.month + 9)


def test_what_has_no_ground_by_the_newer_version_falls_at_once() -> None:
    """A state of the mapping that rests on a consent nobody gave is left with the going over."""
    grounds = CONDUCT.tracks["report"].states["mediating"].rests_on
    other = Consent("other", "advice", "mediator", "mediation")
    edit = foreseeing(
        state("report", "mediating", rests_on=(*grounds, other)),
        states={"report": {"mediating": "mediating"}},
    )
    fell = CONDUCT.tracks["report"].states["mediating"].otherwise
    assert fell is not None
    assert migrated(edit).state("report") == CONDUCT.steps[fell].to


def test_what_is_called_otherwise_is_so_everywhere() -> None:
    """Items, consents and what was shared bear the newer names of their kinds and purposes."""
    kinds = {
        item.kind for item in migrated(MAPPED["a kind that is called otherwise"]).items.values()
    }
    assert "letter" in kinds
    assert "invitation" not in kinds
    case = migrated(MAPPED["a purpose that is called otherwise"])
    assert {given.purpose for given in case.consents.values()} == {"talking"}
    assert "mediation" not in {gone.purpose for gone in case.disclosures}


def _asked(who: str, rules: Compiled, town: Town, stream: str) -> set[str]:
    return town.do(stream, c.Migrate(rules.digest), who).codes


def test_only_who_has_the_case_in_care_brings_it_over() -> None:
    """The counsellor can; a mediator, the member, an auditor and the keeper of nothing cannot."""
    town, stream = mediating()
    made = town.adopt(replace(CONDUCT, version="2"), opens=False)
    (counsellor,) = town.cases[stream].assigned["counsellor"]
    (mediator,) = town.cases[stream].assigned["mediator"]
    for who in (mediator, "reporter", "other", "ada", "olga", "rik"):
        assert _asked(who, made, town, stream) == {"not-in-your-care"}, who
    assert _asked(counsellor, made, town, stream) == set()


def test_a_signal_is_brought_over_by_who_takes_it_further() -> None:
    """Where nobody is confided in, it is for those offices that can move the case on from there."""
    town = Town()
    stream = scenes.signal(town)
    scenes.activated(town, stream)
    assert carriers(CONDUCT, town.cases[stream]) == ("regional_chair",)
    made = town.adopt(replace(CONDUCT, version="2"), opens=False)
    assert _asked("hanna", made, town, stream) == {"not-in-your-care"}
    assert _asked("rik", made, town, stream) == set()


def test_a_case_goes_over_to_what_its_branch_follows() -> None:
    """An adopted version that another has taken the place of is refused, and the own one is too."""
    town, stream = mediating()
    second = town.adopt(replace(CONDUCT, version="2"), opens=False)
    third = town.adopt(replace(CONDUCT, version="3"), opens=False)
    (who,) = town.cases[stream].assigned["counsellor"]
    assert _asked(who, second, town, stream) == {"version-not-followed"}
    assert _asked(who, RULES, town, stream) == {"version-already"}
    assert _asked(who, third, town, stream) == set()
    assert _asked(who, third, town, stream) == {"version-already"}


def test_of_what_is_hidden_only_that_it_is_there() -> None:
    """Whoever may not see what stands in the way hears that something does, and not what."""
    found = judged(FINISHING["a state that ends"][0])
    counsellor = Standing("noor", frozenset({"counsellor"}))
    stranger = Standing("rik", frozenset({"regional_chair"}))
    assert {r.code for r in known(CONDUCT, CASE, counsellor, found)} == codes(found)
    told = {r.code for r in known(CONDUCT, CASE, stranger, found)}
    assert "moved-by-version" not in told
    assert "hidden-hindrance" in told


def test_an_event_of_another_version_does_not_fold() -> None:
    """A case that runs under one version does not come from another one to a third."""
    newer = replace(CONDUCT, version="2")
    fact = f.Migrated("0" * 64, digest(canonical(newer)), "1")
    with pytest.raises(Exception, match="stands under"):
        apply(newer, CASE, fact, "noor", TOWN.now)


def test_the_nearest_entry_says_what_is_replaced() -> None:
    """An entry for the very text goes before one for the version, and that before its base."""
    one, two, three = ({"a": name} for name in ("exact", "named", "based"))
    entries = (
        Replacement("1", kinds=three),
        Replacement("1+dorp.2", kinds=two),
        Replacement("1+dorp.2", digest="ab" * 6, kinds=one),
    )
    newer = replace(CONDUCT, replaces=entries)
    assert counterparts(newer, "1+dorp.2", "ab" * 32).kind("a") == "exact"
    assert counterparts(newer, "1+dorp.2", "cd" * 32).kind("a") == "named"
    assert counterparts(newer, "1+stad.1", "cd" * 32).kind("a") == "based"
    assert counterparts(newer, "3", "cd" * 32).kind("a") == "a"


def test_a_recipient_outside_in_other_words_is_another() -> None:
    """A recipient outside that is called otherwise is somebody else to whoever consented."""
    given = next(iter(CASE.consents))
    to_police = replace(CASE.consents[given], to="police")
    case = replace(CASE, consents=CASE.consents | {given: to_police})
    found = judged(lambda p: replace(p, outside=p.outside | {"police": Named(NEW)}), case)
    assert "recipient-differs" in codes(found)
