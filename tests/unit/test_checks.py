"""Checks of a procedure: each fault made in a sound one is found, alone and in its place."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.unit import matter_faults
from workflow.declaring import checks
from workflow.declaring.between import between
from workflow.declaring.problems import Problem, closest
from workflow.declaring.reading import Declared, parsed, read_offices
from workflow.engine.procedure import Office, Text, canonical, from_canonical

FOLDER = Path(__file__).parent.parent / "faulty_procedures"
SOUND = (FOLDER / "sound.yaml").read_text(encoding="utf-8")
OFFICES = read_offices(FOLDER / "offices.yaml")
TOGETHER = {
    name: (FOLDER / "together" / f"{name}.yaml").read_text(encoding="utf-8")
    for name in ("matter", "neighbour", "offices")
}
KNOWN = read_offices(FOLDER / "together" / "offices.yaml")

PARTS = (
    "between",
    "checks",
    "conditions",
    "consenting",
    "documents",
    "emergencies",
    "flow",
    "invariants",
    "laws",
    "naming",
    "people",
    "reminding",
    "undoing",
    "versions",
    "waiting",
)
"""The modules in which something is found wrong with a procedure."""
DOES = ("shares", "opens-emergency", "decides")
"""What does not happen with nobody behind it."""

Edit = tuple[str, str]

ADVISE = "    track: report\n    from: [listening]\n    to: deciding\n"
SILENT = "    from: [deciding]\n    to: closed\n    who: [clock]\n"
FILE = "    from: [absent]\n    to: filed\n    who: [consequence]\n"
RULE = "    from: [filed]\n    to: ruled\n    who: [committee]\n"
EXPIRE = "    to: sealed\n    who: [clock]\n    emergency: close\n"
CLOSE = "    to: closed\n    who: [reporter, counsellor]\n    decision: {party: reporter}\n"
SHARED = "      - {kind: conversation, to: committee, purpose: ruling}\n"
GRANT = "      - {kind: conversation, to: committee, purpose: ruling, lasts: P3M}\n"
ASK = "    asks:\n      sure: {type: affirm, labels: {nl: Zeker, en: Sure}}\n"
LAST = "    guards:\n      - {guard: own_branch}\n    cites: [B23]\n"
PROMISED = "invariants:\n  kept:\n    labels: {nl: Zo is het, en: So it is}\n    cites: [own]\n"
SHARE = (
    "    who: [reporter, counsellor]\n    decision: {party: reporter, evidence: [code, written]}\n"
)
DECIDING = "        decides: true\n"


OTHER = ("outside:\n", "  other: {labels: {nl: ander, en: other}}\noutside:\n")
OTHERS = (
    "of: [reporter]\n    added_by: [reporter, counsellor]",
    "of: [reporter, other]\n    added_by: [reporter, other, counsellor]",
)


def written(name: str, *lines: str) -> str:
    """A new step as it stands in a file."""
    head = f"  {name}:\n    labels: {{nl: Nieuw, en: New}}\n    cites: [own]\n"
    return head + "".join(f"    {line}\n" for line in lines)


def step(name: str, *lines: str) -> Edit:
    """An edit that adds a step at the end of the sound procedure."""
    return LAST, LAST + written(name, *lines)


def first_step(name: str, *lines: str) -> Edit:
    """An edit that adds a step at the beginning of the sound procedure."""
    return "steps:\n", "steps:\n" + written(name, *lines)


OTHER_JOINS = first_step(
    "invite",
    "track: request",
    "from: [absent]",
    "to: absent",
    "who: [counsellor]",
    "joins: other",
)
"""With this another member comes in, to say something about what the case is about."""


OTHER_AGREES = step(
    "agree",
    "track: request",
    "from: [absent]",
    "to: absent",
    "who: [other]",
    "grants: [{kind: conversation, to: committee, purpose: ruling}]",
)


LONGER = (
    (
        "      open:\n",
        (
            "      longer:\n        labels: {nl: Langer, en: Longer}\n"
            "        deadline: {within: P2D, then: expire, cites: [B19]}\n      open:\n"
        ),
    ),
    ("    from: [open]\n" + EXPIRE, "    from: [open, longer]\n" + EXPIRE),
)
"""A second state in which an emergency may be open, with a clock of its own that closes it."""


def replaces(*lines: str) -> Edit:
    """An edit that says, at the end of the sound procedure, what it replaces."""
    return LAST, LAST + "replaces:\n" + "".join(f"  {line}\n" for line in lines)


FAULTS: dict[str, tuple[str, str, tuple[Edit, ...]]] = {
    # --- answers that stand in no event ---
    "a sealed answer and nothing to write it in": (
        "sealed-without-note",
        "steps.advise.asks.options.sealed",
        (("        type: choices\n", "        type: choices\n        sealed: true\n"),),
    ),
    "a person who is assigned under seal": (
        "sealed-but-used",
        "steps.begin.asks.counsellor.sealed",
        (
            (
                "        labels: {nl: Bij wie, en: With whom}\n",
                "        labels: {nl: Bij wie, en: With whom}\n        sealed: true\n",
            ),
        ),
    ),
    "a guard on a sealed answer": (
        "recorded-sealed",
        "steps.advise.guards[1].field",
        (
            (
                "        labels: {nl: Hoe ernstig, en: How serious}\n",
                "        labels: {nl: Hoe ernstig, en: How serious}\n        sealed: true\n",
            ),
        ),
    ),
    # --- names that lead nowhere ---
    "a step on no track": (
        "unknown-track",
        "steps.file.track",
        (("track: request\n    from: [absent]", "track: requests\n    from: [absent]"),),
    ),
    "a guard on no track": (
        "unknown-track",
        "steps.advise.guards[3].track",
        (("track: emergency, states", "track: emergence, states"),),
    ),
    "a track that begins nowhere": (
        "unknown-state",
        "tracks.request.initial",
        (("initial: absent", "initial: abscent"),),
    ),
    "a step to nowhere": (
        "unknown-state",
        "steps.advise.to",
        ((ADVISE, ADVISE.replace("to: deciding", "to: decided")),),
    ),
    "a step from nowhere declared": (
        "unknown-state",
        "steps.close.from[2]",
        (("[listening, deciding, shared]", "[listening, deciding, sharing]"),),
    ),
    "a guard on no state": (
        "unknown-state",
        "steps.advise.guards[3].states[0]",
        (("states: [sealed]", "states: [seeled]"),),
    ),
    "a field for no office": (
        "unknown-office",
        "steps.advise.asks.colleague.office",
        (
            (
                "office: counsellor\n        required: false",
                "office: councillor\n        required: false",
            ),
        ),
    ),
    "releasing no office": (
        "unknown-office",
        "steps.close.releases[0]",
        (("releases: [counsellor]", "releases: [councillor]"),),
    ),
    "a guard on no office": (
        "unknown-office",
        "steps.advise.guards[5].than_office",
        (("than_step: begin", "than_office: begin"),),
    ),
    "a kind of no party": (
        "unknown-party",
        "kinds.conversation.of[1]",
        (
            (
                "of: [reporter]\n    added_by: [reporter, counsellor]",
                "of: [reporter, sister]\n    added_by: [reporter, counsellor]",
            ),
        ),
    ),
    "a track that belongs to no party": (
        "unknown-party",
        "tracks.report.belongs_to",
        (("belongs_to: reporter", "belongs_to: reporters"),),
    ),
    "a decision of no party": (
        "unknown-party",
        "steps.close.decision.party",
        ((CLOSE, CLOSE.replace("party: reporter", "party: porter")),),
    ),
    "joining no party": (
        "unknown-party",
        "steps.begin.joins",
        (("joins: reporter", "joins: porter"),),
    ),
    "a guard on no party": (
        "unknown-party",
        "steps.advise.guards[2].party",
        (("guard: present, party: reporter", "guard: present, party: porter"),),
    ),
    "a step by nobody known": (
        "unknown-actor",
        "steps.rule.who[0]",
        ((RULE, RULE.replace("committee", "comitee")),),
    ),
    "a track seen by nobody known": (
        "unknown-actor",
        "tracks.report.seen_by[2]",
        (("seen_by: [reporter, counsellor, auditor]", "seen_by: [reporter, counsellor, police]"),),
    ),
    "a reminder to nobody known": (
        "unknown-actor",
        "tracks.report.states.shared.deadline.remind[0]",
        (("working_days: 10, remind: [committee]", "working_days: 10, remind: [police]"),),
    ),
    "an item added by nobody known": (
        "unknown-actor",
        "kinds.conversation.added_by[1]",
        (("added_by: [reporter, counsellor]", "added_by: [reporter, police]"),),
    ),
    "a grant to nobody known": (
        "unknown-recipient",
        "steps.share.grants[0].to",
        (("to: committee, purpose: ruling, lasts", "to: commission, purpose: ruling, lasts"),),
    ),
    "recipients that do not exist": (
        "unknown-recipient",
        "steps.alarm.asks.recipients.among[0]",
        (("among: [police]", "among: [polis]"),),
    ),
    "a note of no kind": (
        "unknown-kind",
        "steps.begin.note.kind",
        (("note: {kind: conversation}", "note: {kind: conversations}"),),
    ),
    "a guard on no kind": (
        "unknown-kind",
        "steps.advise.guards[4].kind",
        (("guard: has_item, kind: conversation", "guard: has_item, kind: talk"),),
    ),
    "sharing for no purpose": (
        "unknown-purpose",
        "steps.alarm.shares[0].purpose",
        (("to_field: recipients, purpose: safety", "to_field: recipients, purpose: safe"),),
    ),
    "ending no purpose": (
        "unknown-purpose",
        "steps.close.ends_purposes[0]",
        (("ends_purposes: [ruling]", "ends_purposes: [rulings]"),),
    ),
    "a guard on no purpose": (
        "unknown-purpose",
        "steps.share.guards[0].purpose",
        (
            (
                "guard: packet, to: committee, purpose: ruling",
                "guard: packet, to: committee, purpose: rule",
            ),
        ),
    ),
    "a deadline that brings no step": (
        "unknown-step",
        "tracks.report.states.deciding.deadline.then",
        (("then: fall_silent", "then: fell_silent"),),
    ),
    "emitting no step": (
        "unknown-step",
        "steps.share.emits[0]",
        (("emits: [file]", "emits: [fil]"),),
    ),
    "remembering no step": (
        "unknown-step",
        "steps.advise.guards[1].step",
        (("recorded, step: begin", "recorded, step: began"),),
    ),
    "someone else than at no step": (
        "unknown-step",
        "steps.advise.guards[5].than_step",
        (("than_step: begin", "than_step: began"),),
    ),
    "assigning by no field": (
        "unknown-field",
        "steps.begin.assigns.counsellor",
        (("assigns: {counsellor: counsellor}", "assigns: {counsellor: whom}"),),
    ),
    "sharing with no field": (
        "unknown-field",
        "steps.alarm.shares[0].to_field",
        (("to_field: recipients", "to_field: receivers"),),
    ),
    "a guard on an answer not asked": (
        "unknown-field",
        "steps.advise.guards[0].field",
        (("answered, field: options", "answered, field: severity"),),
    ),
    "a guard on an earlier answer never asked": (
        "unknown-field",
        "steps.advise.guards[1].field",
        (("step: begin, field: severity", "step: begin, field: options"),),
    ),
    "someone else than who is not asked": (
        "unknown-field",
        "steps.advise.guards[5].field",
        (("other_person, field: colleague", "other_person, field: friend"),),
    ),
    "people outside the branch who are not asked": (
        "unknown-field",
        "steps.advise.guards[6].field",
        (("outside_branch, field: colleague", "outside_branch, field: friend"),),
    ),
    "a guard on an impossible answer": (
        "unknown-value",
        "steps.advise.guards[0].value",
        (("value: nothing", "value: anything"),),
    ),
    "a guard on a yes that is given now": (
        "unknown-value",
        "steps.begin.guards[0].value",
        (("guard: absent, party: reporter", "guard: answered, field: urgent, value: yes"),),
    ),
    "a guard on an earlier impossible answer": (
        "unknown-value",
        "steps.advise.guards[1].values[1]",
        (("values: [light, grave]", "values: [light, heavy]"),),
    ),
    # --- names that mean two things ---
    "a party called like an office": (
        "name-collision",
        "outside.auditor",
        (("  police:\n", "  auditor: {labels: {nl: b, en: b}}\n  police:\n"),),
    ),
    "an outside recipient called clock": (
        "reserved-name",
        "outside.clock",
        (("  police:\n", "  clock: {labels: {nl: klok, en: clock}}\n  police:\n"),),
    ),
    # --- what is promised of every case ---
    "a promise of nothing": (
        "invariant-form",
        "invariants.kept",
        ((LAST, LAST + PROMISED + "    when: [{guard: present, party: reporter}]\n"),),
    ),
    "a promise of two things": (
        "invariant-form",
        "invariants.kept",
        (
            (
                LAST,
                LAST
                + PROMISED
                + "    never: [{guard: absent, party: reporter}]\n"
                + "    always: [{guard: present, party: reporter}]\n",
            ),
        ),
    ),
    "never, and only sometimes": (
        "invariant-when",
        "invariants.kept.when",
        (
            (
                LAST,
                LAST
                + PROMISED
                + "    when: [{guard: present, party: reporter}]\n"
                + "    never: [{guard: track_in, track: report, states: [closed]}]\n",
            ),
        ),
    ),
    "a promise about a state that is not there": (
        "unknown-state",
        "invariants.kept.never[0].states[0]",
        (
            (
                LAST,
                LAST
                + PROMISED
                + "    never: [{guard: track_in, track: report, states: [closing]}]\n",
            ),
        ),
    ),
    "a promise that rests on nothing": (
        "missing-citation",
        "invariants.kept",
        (
            (
                LAST,
                LAST
                + PROMISED.replace("[own]", "[]")
                + "    never: [{guard: track_in, track: report, states: [closed]}]\n",
            ),
        ),
    ),
    "a promise about no state at all": (
        "guard-says-nothing",
        "invariants.kept.never[0]",
        (
            (
                LAST,
                LAST + PROMISED + "    never: [{guard: track_in, track: report, states: []}]\n",
            ),
        ),
    ),
    "two hats of which one is none": (
        "hat-form",
        "invariants.kept.never[0].other[0]",
        (
            (
                LAST,
                LAST
                + PROMISED
                + "    never: [{guard: same_person, one: [{party: reporter}], other: [{}]}]\n",
            ),
        ),
    ),
    "a field of an office": (
        "hat-form",
        "invariants.kept.never[0].other[0]",
        (
            (
                LAST,
                LAST
                + PROMISED
                + "    never:\n      - guard: same_person\n        one: [{party: reporter}]\n"
                + "        other: [{office: auditor, field: colleague}]\n",
            ),
        ),
    ),
    "one hat": (
        "guard-says-nothing",
        "invariants.kept.never[0]",
        (
            (
                LAST,
                LAST
                + PROMISED
                + "    never: [{guard: same_person, one: [{party: reporter}], other: []}]\n",
            ),
        ),
    ),
    "two offices that nothing keeps apart": (
        "hats-together",
        "invariants.kept.never[0]",
        (
            (
                LAST,
                LAST
                + PROMISED
                + "    never:\n      - guard: same_person\n        one: [{office: auditor}]\n"
                + "        other: [{office: committee}]\n",
            ),
        ),
    ),
    "a hat of a step that is not there": (
        "unknown-step",
        "invariants.kept.never[0].one[0].step",
        (
            (
                LAST,
                LAST
                + PROMISED
                + "    never:\n      - guard: same_person\n        one: [{step: began}]\n"
                + "        other: [{office: committee}]\n",
            ),
        ),
    ),
    "whom a step names that asks nothing of the kind": (
        "unknown-field",
        "steps.advise.guards[5].than_named",
        (("field: colleague, than_step: begin", "field: colleague, than_named: begin.nobody"),),
    ),
    # --- what single declarations must be ---
    "a step without a citation": (
        "missing-citation",
        "steps.begin",
        (("cites: [B4]", "cites: []"),),
    ),
    "a deadline without a citation": (
        "missing-citation",
        "tracks.report.states.listening.deadline",
        (("cites: [B3]", "cites: []"),),
    ),
    "a citation that is no rule": (
        "bad-citation",
        "steps.begin.cites[0]",
        (("cites: [B4]", "cites: [B04]"),),
    ),
    "a citation of an unknown source": (
        "unknown-source",
        "steps.begin.cites[0]",
        (("cites: [B4]", "cites: [A4]"),),
    ),
    "a deadline of two lengths": (
        "deadline-length",
        "tracks.report.states.shared.deadline",
        (("working_days: 10,", "working_days: 10, within: P1M,"),),
    ),
    "a deadline of no length": (
        "deadline-length",
        "tracks.report.states.shared.deadline",
        (("working_days: 10, ", ""),),
    ),
    "a deadline that does nothing": (
        "deadline-without-effect",
        "tracks.report.states.shared.deadline",
        (("working_days: 10, remind: [committee]", "working_days: 10"),),
    ),
    "a deadline that is no duration": (
        "bad-duration",
        "tracks.report.states.listening.deadline.within",
        (("within: P1M", "within: a month"),),
    ),
    "a deadline of no working days": (
        "bad-duration",
        "tracks.report.states.shared.deadline.working_days",
        (("working_days: 10", "working_days: 0"),),
    ),
    "a threshold that protects less": (
        "bad-threshold",
        "threshold",
        (("aliases: [whole]", "aliases: [whole]\nthreshold: 4"),),
    ),
    "a threshold that leaves no account": (
        "bad-threshold",
        "threshold",
        (("aliases: [whole]", "aliases: [whole]\nthreshold: 101"),),
    ),
    "a consent that lasts no duration": (
        "bad-duration",
        "steps.share.grants[0].lasts",
        (("lasts: P3M", "lasts: 3M"),),
    ),
    "a choice without values": (
        "values-missing",
        "steps.begin.asks.reason",
        (
            (
                "      urgent:\n",
                "      reason: {type: choices, labels: {nl: Reden, en: Reason}}\n      urgent:\n",
            ),
        ),
    ),
    "values where nothing is chosen": (
        "values-misplaced",
        "steps.begin.asks.urgent.values",
        (("type: yesno\n", "type: yesno\n        values: {soon: {nl: gauw, en: soon}}\n"),),
    ),
    "recipients among nobody": (
        "among-missing",
        "steps.alarm.asks.recipients",
        (("        among: [police]\n", ""),),
    ),
    "recipients where nothing is received": (
        "among-misplaced",
        "steps.begin.asks.urgent.among",
        (("type: yesno\n", "type: yesno\n        among: [police]\n"),),
    ),
    "an office where nobody is asked": (
        "office-misplaced",
        "steps.begin.asks.urgent.office",
        (("type: yesno\n", "type: yesno\n        office: auditor\n"),),
    ),
    "assigning who need not hold the office": (
        "assigns-wrong-field",
        "steps.begin.assigns.counsellor",
        (
            (
                "office: counsellor\n      severity:",
                "office: auditor\n      severity:",
            ),
        ),
    ),
    "assigning by a choice": (
        "assigns-wrong-field",
        "steps.begin.assigns.counsellor",
        (("assigns: {counsellor: counsellor}", "assigns: {counsellor: severity}"),),
    ),
    "sharing with nobody": (
        "share-recipient",
        "steps.share.shares[0]",
        (
            (
                "    shares:\n" + SHARED,
                "    shares:\n      - {kind: conversation, purpose: ruling}\n",
            ),
        ),
    ),
    "sharing with someone twice over": (
        "share-recipient",
        "steps.alarm.shares[0]",
        (("to_field: recipients,", "to_field: recipients, to: police,"),),
    ),
    "sharing with an affirmation": (
        "share-needs-recipients",
        "steps.alarm.shares[0].to_field",
        (("to_field: recipients", "to_field: no_other_way"),),
    ),
    "someone else than nobody": (
        "guard-says-nothing",
        "steps.advise.guards[5]",
        (("field: colleague, than_step: begin", "field: colleague"),),
    ),
    "a guard on no state at all": (
        "guard-says-nothing",
        "steps.advise.guards[3]",
        (("states: [sealed]", "states: []"),),
    ),
    "a guard on people that looks at options": (
        "guard-needs-person",
        "steps.advise.guards[6].field",
        (("outside_branch, field: colleague", "outside_branch, field: options"),),
    ),
    "a track that nobody sees": (
        "nobody-sees",
        "tracks.emergency",
        (("seen_by: [counsellor]", "seen_by: []"),),
    ),
    "a step that nobody takes": (
        "nobody-acts",
        "steps.reread",
        (step("reread", "track: request", "from: [filed]", "to: filed", "who: []"),),
    ),
    "a step that begins in no state": (
        "from-nowhere",
        "steps.reread",
        (step("reread", "track: request", "from: []", "to: filed", "who: [committee]"),),
    ),
    "a case that opens halfway": (
        "opens-elsewhere",
        "steps.rule.from",
        ((RULE, RULE + "    opens: true\n"),),
    ),
    "no way to open a case": ("nothing-opens", "steps", (("    opens: true\n", ""),)),
    "an office that is never assigned": (
        "never-present",
        "steps.begin.who[1]",
        (("    assigns: {counsellor: counsellor}\n", ""),),
    ),
    "a party that never joins": (
        "never-present",
        "steps.begin.who[0]",
        (("    joins: reporter\n", ""),),
    ),
    "an office that knows of no case": (
        "acts-unaware",
        "steps.rule.who[1]",
        (
            ("seen_by: [reporter, counsellor, auditor]", "seen_by: [reporter, counsellor]"),
            (RULE, RULE.replace("[committee]", "[committee, auditor]")),
        ),
    ),
    # --- consents and what goes on them ---
    "a consent that nothing goes on": (
        "granted-for-nothing",
        "steps.share.grants[1]",
        (
            (
                "      - {kind: conversation, to: committee, purpose: ruling, lasts: P3M}\n",
                (
                    "      - {kind: conversation, to: committee, purpose: ruling, lasts: P3M}\n"
                    "      - {kind: conversation, to: police, purpose: ruling}\n"
                ),
            ),
        ),
    ),
    "a document shared that no step asks consent for": (
        "shared-unconsented",
        "steps.share.shares[0]",
        (
            (
                "    shares:\n      - {kind: conversation, to: committee, purpose: ruling}\n",
                "    shares:\n      - {kind: conversation, to: committee, purpose: safety}\n",
            ),
        ),
    ),
    "a document of two that only one of them is asked about": (
        "shared-unconsented",
        "steps.share.shares[0]",
        (OTHER, OTHERS, OTHER_JOINS),
    ),
    "a document of two who each consent for themselves alone, when they share it": (
        "shared-unconsented",
        "steps.inform.shares[0]",
        (
            OTHER,
            OTHERS,
            OTHER_JOINS,
            OTHER_AGREES,
            ("seen_by: [committee]", "seen_by: [committee, other]"),
            first_step(
                "inform",
                "track: request",
                "from: [filed]",
                "to: filed",
                "who: [reporter, other]",
                "grants: [{kind: conversation, to: police, purpose: safety}]",
                "shares: [{kind: conversation, to: police, purpose: safety}]",
            ),
        ),
    ),
    # --- where the tracks lead ---
    "a state that no step reaches": (
        "unreachable-state",
        "tracks.request.states.lost",
        (
            (
                "      ruled:\n",
                "      lost: {labels: {nl: Kwijt, en: Lost}, ends: true}\n      ruled:\n",
            ),
        ),
    ),
    "a state without a way to an end": (
        "no-way-out",
        "tracks.request.states.filed",
        (
            ("      ruled:\n        labels: {nl: Uitspraak, en: Ruled}\n        ends: true\n", ""),
            (RULE, RULE.replace("to: ruled", "to: filed")),
        ),
    ),
    "a state to lie in for ever": (
        "no-deadline",
        "tracks.report.states.listening",
        (("        deadline: {within: P1M, remind: [counsellor], cites: [B3]}\n", ""),),
    ),
    "a state that is both over and idle": (
        "ends-and-rests",
        "tracks.report.states.closed.idle",
        (
            (
                "labels: {nl: Gesloten, en: Closed}\n        ends: true\n",
                "labels: {nl: Gesloten, en: Closed}\n        ends: true\n        idle: true\n",
            ),
        ),
    ),
    "a state where nobody waits and somebody is reminded": (
        "reminds-at-rest",
        "tracks.report.states.listening.deadline.remind",
        (
            (
                "        deadline: {within: P1M, remind: [counsellor], cites: [B3]}\n",
                (
                    "        deadline: {within: P1M, remind: [counsellor], cites: [B3]}\n"
                    "        idle: true\n"
                ),
            ),
        ),
    ),
    "a reminder to somebody who only looks": (
        "reminds-nobody",
        "tracks.request.states.filed.deadline.remind",
        (("within: P2M, remind: [committee]", "within: P2M, remind: [auditor]"),),
    ),
    "a reminder to somebody who only comes in later": (
        "reminds-nobody",
        "tracks.report.states.listening.deadline.remind",
        (
            OTHER,
            ("within: P1M, remind: [counsellor]", "within: P1M, remind: [other, auditor]"),
            ("    seen_by: [committee]\n", "    seen_by: [committee, other]\n"),
            first_step(
                "invite",
                "track: report",
                "from: [shared]",
                "to: shared",
                "who: [counsellor]",
                "joins: other",
            ),
            step("hear", "track: request", "from: [filed]", "to: filed", "who: [other]"),
        ),
    ),
    "a step on from where it is over": (
        "leaves-an-end",
        "steps.advise.from[1]",
        (
            (
                "    from: [listening]\n    to: deciding\n",
                "    from: [listening, closed]\n    to: deciding\n",
            ),
        ),
    ),
    "a step that opens nothing again": (
        "reopens-nothing",
        "steps.advise.reopens",
        (
            (
                "    from: [listening]\n    to: deciding\n",
                "    from: [listening]\n    to: deciding\n    reopens: true\n",
            ),
        ),
    ),
    "a deadline that brings a step by people": (
        "deadline-step",
        "tracks.report.states.listening.deadline.then",
        (("within: P1M, remind: [counsellor]", "within: P1M, then: advise"),),
    ),
    "a deadline that brings a step from elsewhere": (
        "deadline-step",
        "tracks.report.states.listening.deadline.then",
        (("within: P1M, remind: [counsellor]", "within: P1M, then: fall_silent"),),
    ),
    "two steps by the clock": (
        "two-clock-steps",
        "tracks.report.states.deciding",
        (step("doze", "track: report", "from: [deciding]", "to: closed", "who: [clock]"),),
    ),
    "a step by the clock without a deadline": (
        "clock-without-deadline",
        "steps.doze.from",
        (step("doze", "track: report", "from: [listening]", "to: closed", "who: [clock]"),),
    ),
    "a clock that only people wind": (
        "clock-without-deadline",
        "steps.rule.who",
        ((RULE, RULE.replace("[committee]", "[committee, clock]")),),
    ),
    "a clock that runs in a circle": (
        "clock-circle",
        "tracks.request.states.filed.deadline",
        (
            ("within: P2M, remind: [committee]", "within: P2M, then: wait"),
            step("wait", "track: request", "from: [filed]", "to: filed", "who: [clock]"),
        ),
    ),
    "two steps that cannot be told apart": (
        "overlapping-steps",
        "steps.finish",
        (step("finish", "track: report", "from: [shared]", "to: closed", "who: [counsellor]"),),
    ),
    "a step by the clock that asks": (
        "automatic-asks",
        "steps.fall_silent.asks.sure",
        ((SILENT, SILENT + ASK),),
    ),
    "a consequence that asks": (
        "automatic-asks",
        "steps.file.asks.sure",
        ((FILE, FILE + ASK),),
    ),
    "a step by the clock with a note": (
        "automatic-note",
        "steps.fall_silent.note",
        ((SILENT, SILENT + "    note: {kind: conversation}\n"),),
    ),
    "a guard that a consequence passes over": (
        "automatic-guarded",
        "steps.file.guards",
        ((FILE, FILE + "    guards:\n      - {guard: present, party: reporter}\n"),),
    ),
    "a consequence that someone joins by": (
        "automatic-joins",
        "steps.file.joins",
        ((FILE, FILE + "    joins: reporter\n"),),
    ),
    "a consequence that opens a case": (
        "automatic-opens",
        "steps.file.opens",
        ((FILE, FILE + "    opens: true\n"),),
    ),
    "a clock that decides": (
        "clock-decides",
        "steps.fall_silent.decision",
        ((SILENT, SILENT + "    decision: {party: reporter}\n"),),
    ),
    "bringing about what people do": (
        "emits-no-consequence",
        "steps.share.emits[1]",
        (("emits: [file]", "emits: [file, rule]"),),
    ),
    "bringing about a step of the same track": (
        "emits-same-track",
        "steps.rule.emits[0]",
        (
            (RULE, RULE + "    emits: [again]\n"),
            step(
                *("again", "track: request", "from: [ruled]", "to: absent", "who: [consequence]"),
                "reopens: true",
            ),
        ),
    ),
    "a consequence of nothing": (
        "consequence-of-nothing",
        "steps.file.who",
        (("    emits: [file]\n", ""),),
    ),
    "steps that bring each other about": (
        "emits-circle",
        "steps.file.emits",
        (
            (FILE, FILE + "    emits: [mirror]\n"),
            step(
                "mirror",
                "track: emergency",
                "from: [sealed]",
                "to: sealed",
                "who: [consequence]",
                "emits: [file]",
            ),
        ),
    ),
    "a clock that does not wait for an answer": (
        "silence-too-short",
        "tracks.report.states.deciding.deadline",
        (("within: P6M, then: fall_silent", "within: PT24H, then: fall_silent"),),
    ),
    "a clock that goes on where a member decides": (
        "clock-decides",
        "steps.fall_silent",
        ((SILENT, SILENT.replace("to: closed", "to: shared")),),
    ),
    "renewing what does not stay": (
        "renews-nothing",
        "steps.rule.renews",
        ((RULE, RULE + "    renews: true\n"),),
    ),
    "renewing where there is no deadline": (
        "renews-nothing",
        "steps.reread.renews",
        (
            step(
                "reread",
                *("track: request", "from: [ruled]", "to: ruled", "who: [committee]"),
                "renews: true",
            ),
        ),
    ),
    # --- what never comes, or is undone at once ---
    "a step whose only takers it keeps out": (
        "never-possible",
        "steps.rule.guards[0]",
        ((LAST, LAST.replace("own_branch", "other_person, than_office: committee")),),
    ),
    "a step that waits for its own state to be another": (
        "never-possible",
        "steps.rule.guards[0]",
        ((LAST, LAST.replace("own_branch", "track_in, track: request, states: [ruled]")),),
    ),
    "a step that waits for its own answer": (
        "never-possible",
        "steps.advise.guards[1]",
        (
            (
                "recorded, step: begin, field: severity, values: [light, grave]",
                "recorded, step: advise, field: options, values: [nothing]",
            ),
        ),
    ),
    "a step that waits for what nobody writes": (
        "never-possible",
        "steps.advise.guards[4]",
        (
            ("guard: has_item, kind: conversation", "guard: has_item, kind: rumour"),
            ("  warning:\n", "  rumour: {labels: {nl: a, en: a}, of: []}\n  warning:\n"),
        ),
    ),
    "a case that begins where somebody is there already": (
        "opens-never",
        "steps.begin.guards[0]",
        (("guard: absent, party: reporter", "guard: present, party: reporter"),),
    ),
    "a case that begins with who is not there yet": (
        "opens-never",
        "steps.alarm.opens",
        (
            (
                "    from: [sealed]\n    to: open\n",
                "    from: [sealed]\n    to: open\n    opens: true\n",
            ),
        ),
    ),
    "releasing whom the step assigns": (
        "undone-at-once",
        "steps.begin.releases[0]",
        (
            (
                "    note: {kind: conversation}\n",
                "    releases: [counsellor]\n    note: {kind: conversation}\n",
            ),
        ),
    ),
    "ending what the step is shared for": (
        "undone-at-once",
        "steps.share.ends_purposes[0]",
        (("    emits: [file]\n", "    ends_purposes: [ruling]\n    emits: [file]\n"),),
    ),
    # --- law 1: nothing is shared without a basis ---
    "a consent that nobody gives": (
        "grant-without-giver",
        "steps.rule.grants[0]",
        ((RULE, RULE + "    grants:\n" + SHARED),),
    ),
    "a consent of a member who only joins": (
        "grant-without-giver",
        "steps.begin.grants[0]",
        (("    joins: reporter\n", "    joins: reporter\n    grants:\n" + SHARED),),
    ),
    "a consent that the clock gives": (
        "grant-without-giver",
        "steps.fall_silent.grants[0]",
        ((SILENT, SILENT + "    grants:\n" + SHARED),),
    ),
    "a consent to share what is not theirs": (
        "grant-not-theirs",
        "steps.share.grants[0]",
        (
            (
                "{kind: conversation, to: committee, purpose: ruling, lasts",
                "{kind: warning, to: committee, purpose: ruling, lasts",
            ),
        ),
    ),
    "sharing what nobody can consent to": (
        "shared-of-nobody",
        "steps.share.shares[0]",
        (("    shares:\n" + SHARED, "    shares:\n" + SHARED.replace("conversation", "warning")),),
    ),
    "sharing at once what nobody can have consented to": (
        "opens-unconsented",
        "steps.begin.shares[0]",
        (("    joins: reporter\n", "    joins: reporter\n    shares:\n" + SHARED),),
    ),
    "an emergency that nobody affirms": (
        "emergency-not-affirmed",
        "steps.alarm",
        (("no_other_way:\n        type: affirm", "no_other_way:\n        type: yesno"),),
    ),
    "an emergency that need not be affirmed": (
        "emergency-not-affirmed",
        "steps.alarm",
        (
            (
                "serious_harm:\n        type: affirm\n",
                "serious_harm:\n        type: affirm\n        required: false\n",
            ),
        ),
    ),
    "an emergency without recipients": (
        "emergency-without-recipients",
        "steps.alarm",
        (("among: [police]", "among: [police]\n        required: false"),),
    ),
    "an emergency without one of its conditions": (
        "emergency-not-affirmed",
        "steps.alarm",
        (("      consent_sought:\n", "      consent_thought_of:\n"),),
    ),
    "an emergency that others open": (
        "emergency-by-others",
        "steps.alarm.who",
        (
            (
                "who: [counsellor]\n    emergency: open",
                "who: [counsellor, auditor]\n    emergency: open",
            ),
        ),
    ),
    "an emergency that no deadline ends": (
        "emergency-without-end",
        "tracks.emergency.states.open",
        (
            ("within: PT24H, then: expire", "within: PT24H, remind: [counsellor]"),
            (EXPIRE, EXPIRE.replace("clock", "auditor")),
        ),
    ),
    "an emergency that its deadline leaves open": (
        "emergency-not-closed",
        "tracks.emergency.states.open.deadline.then",
        ((EXPIRE, EXPIRE.replace("    emergency: close\n", "")),),
    ),
    "an emergency that is too long": (
        "emergency-too-long",
        "tracks.emergency.states.open.deadline",
        (("within: PT24H", "within: P3DT1M"),),
    ),
    "an emergency in working days": (
        "emergency-too-long",
        "tracks.emergency.states.open.deadline",
        (("within: PT24H", "working_days: 1"),),
    ),
    "an emergency carried where it never closes": (
        "emergency-stays-open",
        "tracks.emergency.states.limbo",
        (
            (
                "      open:\n",
                "      limbo: {labels: {nl: Niets, en: Limbo}, ends: true}\n      open:\n",
            ),
            step("drift", "track: emergency", "from: [open]", "to: limbo", "who: [counsellor]"),
        ),
    ),
    "an emergency whose term begins anew": (
        "emergency-prolonged",
        "steps.hold_open.renews",
        (
            step(
                "hold_open",
                "track: emergency",
                "from: [open]",
                "to: open",
                "renews: true",
                "who: [counsellor]",
            ),
        ),
    ),
    "an emergency that goes round": (
        "emergency-prolonged",
        "steps.go_back.to",
        (
            *LONGER,
            step("go_on", "track: emergency", "from: [open]", "to: longer", "who: [auditor]"),
            step("go_back", "track: emergency", "from: [longer]", "to: open", "who: [auditor]"),
        ),
    ),
    "an emergency whose terms together are too long": (
        "emergency-too-long",
        "tracks.emergency.states.longer.deadline",
        (
            *LONGER,
            ("within: P2D", "within: P2DT1M"),
            step("go_on", "track: emergency", "from: [open]", "to: longer", "who: [auditor]"),
        ),
    ),
    "silence that shares": (
        "clock-shares",
        "steps.fall_silent.shares",
        ((SILENT, SILENT + "    shares:\n" + SHARED),),
    ),
    "silence that brings sharing about": (
        "clock-shares",
        "steps.fall_silent.emits",
        (
            (SILENT, SILENT + "    emits: [file]\n"),
            (FILE, FILE + "    shares:\n" + SHARED),
        ),
    ),
    "silence that opens an emergency": (
        "clock-opens-emergency",
        "steps.fall_silent.emergency",
        ((SILENT, SILENT + "    emergency: open\n"),),
    ),
    # --- law 2: the member decides ---
    "a report that its member cannot see": (
        "owner-cannot-see",
        "tracks.report.seen_by",
        (("seen_by: [reporter, counsellor, auditor]", "seen_by: [counsellor, auditor]"),),
    ),
    "a member's decision given to another": (
        "decision-not-theirs",
        "steps.close.decision.party",
        (
            ("outside:\n", "  other: {labels: {nl: ander, en: other}}\noutside:\n"),
            (CLOSE, CLOSE.replace("party: reporter", "party: other")),
        ),
    ),
    "a decision without evidence": (
        "no-evidence",
        "steps.share.decision.evidence",
        (("evidence: [code, written]", "evidence: []"),),
    ),
    "a decision told to who may not record it": (
        "evidence-impossible",
        "steps.share.decision",
        (
            (
                SHARE,
                SHARE.replace("[reporter, counsellor]", "[reporter, committee]").replace(
                    "code, written", "spoken"
                ),
            ),
        ),
    ),
    "a decision that nobody can show": (
        "evidence-impossible",
        "steps.share.decision",
        (
            (
                SHARE,
                SHARE.replace("[reporter, counsellor]", "[counsellor]").replace(", written", ""),
            ),
        ),
    ),
    "a member's decision brought about without them": (
        "undecided-consequence",
        "steps.rule.emits",
        (
            (RULE, RULE + "    emits: [settle]\n"),
            step("settle", "track: report", "from: [shared]", "to: closed", "who: [consequence]"),
        ),
    ),
    "a decision brought about by one that may be shown by less": (
        "consequence-unshown",
        "steps.close.emits",
        (
            ("    releases: [counsellor]\n", "    releases: [counsellor]\n    emits: [settle]\n"),
            step(
                "settle",
                "track: request",
                "from: [absent]",
                "to: absent",
                "who: [consequence]",
                "decision: {party: reporter, evidence: [code, written]}",
            ),
        ),
    ),
    "a member's decision brought about by the clock": (
        "undecided-consequence",
        "steps.expire.emits",
        (
            (EXPIRE, EXPIRE + "    emits: [settle]\n"),
            step("settle", "track: report", "from: [shared]", "to: closed", "who: [consequence]"),
        ),
    ),
    "what may be a member's decision brought about by the clock": (
        "undecided-consequence",
        "steps.expire.emits",
        (
            (EXPIRE, EXPIRE + "    emits: [settle]\n"),
            step(
                "settle",
                "track: report",
                "from: [listening, deciding]",
                "to: listening",
                "who: [consequence]",
            ),
        ),
    ),
    "a state in which nobody's member decides": (
        "decides-without-member",
        "tracks.request.states.filed.decides",
        (
            (
                "        deadline: {within: P2M",
                "        decides: true\n        deadline: {within: P2M",
            ),
        ),
    ),
    "what a counsellor hears that is another member's too": (
        "heard-of-another",
        "kinds.conversation.of",
        (
            OTHER,
            OTHERS,
            (
                "    initial: absent\n    seen_by: [committee]\n",
                "    initial: absent\n    belongs_to: other\n    seen_by: [committee, other]\n",
            ),
            OTHER_JOINS,
        ),
    ),
    "a member's track that is nobody's": (
        "members-track-of-nobody",
        "tracks.report.belongs_to",
        (("    belongs_to: reporter\n", ""), (DECIDING, "")),
    ),
    "a member's track that is another's": (
        "members-track-of-nobody",
        "tracks.report.belongs_to",
        (
            ("outside:\n", "  other: {labels: {nl: ander, en: other}}\noutside:\n"),
            ("belongs_to: reporter", "belongs_to: other"),
            (CLOSE, CLOSE.replace("party: reporter", "party: other")),
            (SHARE, SHARE.replace("party: reporter", "party: other")),
            ("    of: [reporter]\n", "    of: [other]\n"),
        ),
    ),
    "a track of who is no member": (
        "belongs-to-no-member",
        "tracks.report.belongs_to",
        (("en: the member}\n", "en: the member}\n    member: false\n"),),
    ),
    "sharing a member's report that nobody decides on": (
        "nobody-decides",
        "tracks.report",
        (
            (DECIDING, ""),
            ("    decision: {party: reporter, evidence: [code, written]}\n", ""),
            (
                "    grants:\n" + GRANT,
                "",
            ),
        ),
    ),
    # --- older versions ---
    "a version that replaces itself": (
        "replaces-itself",
        "replaces[0].version",
        (replaces('- version: "1"'),),
    ),
    "a version that is replaced twice": (
        "replaced-twice",
        "replaces[1].version",
        (replaces('- version: "0"', '- version: "0"'),),
    ),
    "a digest too short to tell": (
        "bad-digest",
        "replaces[0].digest",
        (replaces('- version: "0"', '  digest: "0123456789a"'),),
    ),
    "two kinds that become one": (
        "two-become-one",
        "replaces[0].kinds.chat",
        (replaces('- version: "0"', "  kinds: {talk: conversation, chat: conversation}"),),
    ),
    "two purposes that become one": (
        "two-become-one",
        "replaces[0].purposes.advice",
        (replaces('- version: "0"', "  purposes: {verdict: ruling, advice: ruling}"),),
    ),
    "a legal document that becomes something else": (
        "kind-kept",
        "replaces[0].kinds.legal_document",
        (replaces('- version: "0"', "  kinds: {legal_document: conversation}"),),
    ),
    "a state of no track that is replaced": (
        "unknown-track",
        "replaces[0].states.reports",
        (replaces('- version: "0"', "  states: {reports: {heard: listening}}"),),
    ),
    "a state that becomes none": (
        "unknown-state",
        "replaces[0].states.report.heard",
        (replaces('- version: "0"', "  states: {report: {heard: listened}}"),),
    ),
    "a kind that becomes none": (
        "unknown-kind",
        "replaces[0].kinds.talk",
        (replaces('- version: "0"', "  kinds: {talk: conversations}"),),
    ),
    "a purpose that becomes none": (
        "unknown-purpose",
        "replaces[0].purposes.verdict",
        (replaces('- version: "0"', "  purposes: {verdict: rulings}"),),
    ),
}


def edited(*edits: Edit) -> Declared:
    """The sound procedure with some words replaced, each of which stands there once."""
    text = SOUND
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    return parsed(text.encode(), "sound.yaml", OFFICES)


def found(declared: Declared) -> tuple[Problem, ...]:
    """What the checks find in a procedure as read."""
    return checks.check(declared.procedure, declared.positions)


def test_sound_procedure_is_sound() -> None:
    """In the procedure that all faults are made in, nothing is wrong."""
    assert found(edited()) == ()


@pytest.mark.parametrize("threshold", [5, 100])
def test_a_threshold_may_be_raised(threshold: int) -> None:
    """The least and the highest threshold that can be asked for are both sound."""
    assert found(edited(("aliases: [whole]", f"aliases: [whole]\nthreshold: {threshold}"))) == ()


@pytest.mark.parametrize(("code", "path", "edits"), FAULTS.values(), ids=FAULTS.keys())
def test_each_fault_is_found_alone(code: str, path: str, edits: tuple[Edit, ...]) -> None:
    """One fault in a sound procedure is reported with its own code, at its own path, alone."""
    problems = found(edited(*edits))
    assert {(one.code, one.path) for one in problems} == {(code, path)}
    assert all(one.text.nl.strip() and one.text.en.strip() for one in problems)


def together(name: str, *edits: Edit) -> Declared:
    """A procedure that has to do with others, after edits in it, its offices or the others."""
    texts = dict(TOGETHER)
    for old, new in edits:
        times = sum(text.count(old) for text in texts.values())
        assert times == 1, f"{old!r} stands there {times} times"
        texts = {file: text.replace(old, new) for file, text in texts.items()}
    return parsed(texts[name].encode(), f"{name}.yaml", offices(texts["offices"]))


def offices(text: str) -> dict[str, Office]:
    """The offices that a file with this text declares."""
    declared: dict[str, dict[str, Office]] = msgspec.yaml.decode(text, type=dict[str, Any])
    return msgspec.convert(declared["offices"], dict[str, Office])


@pytest.mark.parametrize("name", ["matter", "neighbour"])
def test_procedures_that_go_together_are_sound(name: str) -> None:
    """In the procedures that have to do with each other nothing is wrong, alone or together."""
    declared = together(name)
    others = [together(one).procedure for one in ("matter", "neighbour")]
    assert checks.check(declared.procedure, declared.positions, KNOWN) == ()
    assert between(declared.procedure, others, declared.positions) == ()


@pytest.mark.parametrize(
    ("code", "path", "edits"), matter_faults.FAULTS.values(), ids=matter_faults.FAULTS.keys()
)
def test_each_fault_in_a_matter_is_found_alone(
    code: str, path: str, edits: tuple[Edit, ...]
) -> None:
    """One fault in what a procedure has to do with others, or with its end, is found alone."""
    declared = together("matter", *edits)
    problems = checks.check(declared.procedure, declared.positions, KNOWN)
    assert {(one.code, one.path) for one in problems} == {(code, path)}
    assert all(one.text.nl.strip() and one.text.en.strip() for one in problems)


@pytest.mark.parametrize(
    ("code", "path", "edits"), matter_faults.BETWEEN.values(), ids=matter_faults.BETWEEN.keys()
)
def test_each_fault_between_procedures_is_found_alone(
    code: str, path: str, edits: tuple[Edit, ...]
) -> None:
    """What a procedure says of another and is not so there is found, in the one that says it."""
    declared, other = together("matter", *edits), together("neighbour", *edits)
    problems = between(declared.procedure, [other.procedure], declared.positions)
    assert [(one.code, one.path) for one in problems] == [(code, path)]
    assert problems[0].line > 1
    assert problems[0].text.nl.strip()
    assert problems[0].text.en.strip()


def test_of_a_procedure_that_is_not_there_nothing_is_judged() -> None:
    """A procedure that tells and opens others is sound where those are not at hand."""
    far = (
        ("procedure: neighbour, step: stand_back", "procedure: elsewhere, step: stand_back"),
        ("procedure: neighbour, step: take_up", "procedure: elsewhere, step: take_up"),
    )
    declared, other = together("matter", *far), together("neighbour")
    assert between(declared.procedure, [other.procedure]) == ()
    assert between(declared.procedure, []) == ()


@pytest.mark.parametrize(
    ("fault", "meant"),
    [
        ("telling a step that is not there", "stand_back"),
        ("telling a procedure that is called otherwise", "neighbour"),
        ("opening with a step that opens nothing", "take_up"),
    ],
)
def test_suggestion_is_a_step_that_fits(fault: str, meant: str) -> None:
    """What cannot be told or filed is answered with what can."""
    edits = matter_faults.BETWEEN[fault][2]
    declared = together("matter", *edits)
    [one] = between(declared.procedure, [together("neighbour", *edits).procedure])
    assert one.suggestion == meant


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(
            (
                "    who: [clock]\n    guards:\n      - {guard: available",
                (
                    "    who: [clock]\n    guards:\n"
                    "      - {guard: staffed, office: chair}\n      - {guard: available"
                ),
            ),
            id="a clock that waits",
        ),
        pytest.param(
            (matter_faults.COUNSELLOR, matter_faults.COUNSELLOR + "    not_with: [committee]\n"),
            id="an office of other procedures that is excluded",
        ),
        pytest.param(
            ("made_for: [chair]", "made_for: [chair, advocate, police]"),
            id="made for a party and for outside",
        ),
        pytest.param(
            ("added_by: [witness, helper]", "added_by: [witness, helper]\n    made_for: [chair]"),
            id="made for someone by an office, though a party who confides in nobody adds it too",
        ),
        pytest.param(
            ("    who: [witness]\n", "    who: [witness, advocate]\n"),
            id="each consenting for themselves",
        ),
        pytest.param(
            (
                "en: warning}\n    of: [reporter]\n",
                "en: warning}\n    of: [reporter]\n    never_to: [police]\n",
            ),
            id="an emergency in which it reaches even them",
        ),
        pytest.param(
            (
                "    from: [filed]\n    to: deciding\n    who: [linked]\n",
                (
                    "    from: [filed, deciding]\n    to: deciding\n"
                    "    who: [linked, reporter, counsellor]\n"
                ),
            ),
            id="being told what the member decides elsewhere",
        ),
    ],
)
def test_sound_uses_are_accepted(edit: Edit) -> None:
    """What can be meant is not refused."""
    declared = together("matter", edit)
    assert checks.check(declared.procedure, declared.positions, KNOWN) == ()


def test_confidant_may_stand_in_for_a_confidant() -> None:
    """A counsellor's deputy may be another office in which a member confides."""
    declared = together(
        "matter",
        (matter_faults.COUNSELLOR, matter_faults.COUNSELLOR + "    deputy: external_counsellor\n"),
        (
            "offices: [counsellor, chair, vice_chair, helper",
            "offices: [counsellor, external_counsellor, chair, vice_chair, helper",
        ),
    )
    assert checks.check(declared.procedure, declared.positions, KNOWN) == ()


def test_excluded_office_is_looked_for_where_offices_are_at_hand() -> None:
    """Whether an excluded office exists is judged against the offices of the association."""
    declared = together("matter", ("[chair, committee]", "[chair, commitee]"))
    assert checks.check(declared.procedure, declared.positions) == ()
    [one] = checks.check(declared.procedure, declared.positions, KNOWN)
    assert (one.code, one.suggestion) == ("unknown-office", "committee")


def test_every_code_has_its_fault() -> None:
    """Every code that the checks can report is the code of a fault made here."""
    folder = Path(checks.__file__).parent
    written: set[str] = set()
    for name in PARTS:
        source = (folder / f"{name}.py").read_text(encoding="utf-8")
        written |= set(re.findall(r'problem\(\s*f?"([a-z{.}-]+)"', source))
    generic = {
        "{key}-missing",
        "{key}-misplaced",
        "unknown-{reference.sort}",
        "{way}-shares",
        "{way}-opens-emergency",
        "{way}-decides",
    }
    assert generic < written
    ways = {f"{way}-{does}" for way in ("clock", "linked", "ground") for does in DOES}
    faults = (FAULTS, matter_faults.FAULTS, matter_faults.BETWEEN)
    made = {code for each in faults for code, _, _ in each.values()}
    assert ways <= made
    assert written - generic - made == {"empty-label"}
    assert written >= checks.HARMLESS


@pytest.mark.parametrize(
    ("fault", "marked"),
    [
        ("a step to nowhere", "    to: >decided"),
        ("a step from nowhere declared", "from: [listening, deciding, >sharing]"),
        ("a deadline that brings no step", "then: >fell_silent"),
        ("a state to lie in for ever", "      >listening:"),
        ("a guard on an impossible answer", "value: >anything"),
        ("a step without a citation", "  >begin:"),
        ("an emergency that is too long", "        >deadline: {within: P3DT1M"),
    ],
)
def test_position_is_where_the_fault_stands(fault: str, marked: str) -> None:
    """A problem has the line and column at which its own words begin in the file."""
    edits = FAULTS[fault][2]
    text = SOUND
    for old, new in edits:
        text = text.replace(old, new)
    before = text[: text.index(marked.replace(">", "")) + marked.index(">")]
    [one] = found(edited(*edits))
    assert one.file == "sound.yaml"
    assert (one.line, one.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))


def test_what_is_only_half_alike_is_not_suggested() -> None:
    """A name of which half is another word is not taken for a slip of the pen."""
    known = ["challenge", "uphold_challenge"]
    assert closest("deny_challenge", known) is None
    assert closest("uphold_chalenge", known) == "uphold_challenge"
    assert closest("chalenge", known) == "challenge"


def test_suggestion_is_the_nearest_name() -> None:
    """A name that is nearly a known one is answered with the known one."""
    [one] = found(edited(*FAULTS["a step by nobody known"][2]))
    assert one.suggestion == "committee"


def test_all_problems_come_at_once_in_reading_order() -> None:
    """Three faults in three places are three problems, in the order of the file."""
    problems = found(
        edited(
            ("cites: [B23]}\n      closed", "cites: []}\n      closed"),
            ("within: P1M", "within: soon"),
            ("lasts: P3M", "lasts: long"),
        )
    )
    assert [one.code for one in problems] == ["bad-duration", "missing-citation", "bad-duration"]
    assert [one.line for one in problems] == sorted(one.line for one in problems)


def test_empty_label_is_found_without_a_file() -> None:
    """A label of blanks only is found in a procedure that comes from no file."""
    procedure = from_canonical(canonical(edited().procedure))
    blank = msgspec.structs.replace(procedure, labels=Text(nl="Gezond", en=" "))
    [one] = checks.check(blank)
    assert (one.code, one.path, one.line) == ("empty-label", "labels.en", 1)


def test_a_declared_decision_is_enough_to_share_on() -> None:
    """A track without a deciding state may share in a step that its member is said to decide."""
    assert found(edited((DECIDING, ""))) == ()


def test_what_is_shared_in_an_emergency_needs_no_consent() -> None:
    """Where an emergency is open, those who may know are told more, and nobody is asked."""
    lines = (
        "who: [counsellor]",
        "note: {kind: conversation}",
        "shares: [{kind: conversation, to: police, purpose: safety}]",
    )
    there = step("say_more", "track: emergency", "from: [open]", "to: open", *lines)
    assert found(edited(there)) == ()
    guards = "guards: [{guard: track_in, track: emergency, states: [open]}]"
    beside = step("say_more", "track: request", "from: [filed]", "to: filed", guards, *lines)
    assert found(edited(beside)) == ()


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(
            ("track: emergency", "from: [sealed, open]", "to: open", "to: police"),
            id="also where there is none",
        ),
        pytest.param(
            ("track: emergency", "from: [open]", "to: open", "to: auditor"),
            id="with another than those who may know",
        ),
    ],
)
def test_an_emergency_is_no_basis_beyond_itself(lines: tuple[str, ...]) -> None:
    """A step that can be taken without an emergency, or tells others, shares on a consent."""
    *placed, to = lines
    shares = f"shares: [{{kind: conversation, {to}, purpose: safety}}]"
    [one] = found(edited(step("say_more", *placed, "who: [counsellor]", shares)))
    assert (one.code, one.path) == ("shared-unconsented", "steps.say_more.shares[0]")


def test_a_consent_that_comes_too_late_is_none() -> None:
    """Where the step that shares never comes after the one that asks, both are wrong."""
    guarded = SHARE + (
        "    guards:\n"
        "      - {guard: packet, to: committee, purpose: ruling}\n"
        "      - {guard: consent, party: reporter, kind: conversation, to: committee, "
        "purpose: ruling}\n"
    )
    late = edited(
        (guarded + "    grants:\n" + GRANT, SHARE),
        (CLOSE + "    ends_purposes: [ruling]\n", CLOSE + "    grants:\n" + GRANT),
    )
    assert {(one.code, one.path) for one in found(late)} == {
        ("granted-for-nothing", "steps.close.grants[0]"),
        ("shared-unconsented", "steps.share.shares[0]"),
    }


def test_a_consent_may_be_renewed() -> None:
    """What was read on a consent is read again on a later one, so that is not for nothing."""
    again = (CLOSE + "    ends_purposes: [ruling]\n", CLOSE + "    grants:\n" + GRANT)
    assert found(edited(again)) == ()


def test_whoever_is_asked_too_may_be_asked_elsewhere() -> None:
    """Two whose document it is can consent with a step each, in whatever order those come."""
    heard = ("seen_by: [committee]", "seen_by: [committee, other]")
    assert found(edited(OTHER, OTHERS, OTHER_JOINS, OTHER_AGREES, heard)) == ()


def test_whoever_comes_after_it_was_shared_is_not_asked() -> None:
    """A document of two is the one's alone as long as the other is not there."""
    after = step(
        "invite",
        "track: report",
        "from: [shared]",
        "to: shared",
        "who: [counsellor]",
        "joins: other",
    )
    assert found(edited(OTHER, OTHERS, after)) == ()


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param((("[committee], cites: [B23]", "[reporter], cites: [B23]"),), id="elsewhere"),
        pytest.param(
            (
                ("[committee], cites: [Q7]", "[other, auditor], cites: [Q7]"),
                OTHER,
                OTHERS,
                OTHER_JOINS,
                OTHER_AGREES,
                ("    seen_by: [committee]\n", "    seen_by: [committee, other]\n"),
            ),
            id="somebody who may be there and may not",
        ),
        pytest.param(
            (
                ("[committee], cites: [Q7]", "[auditor], cites: [Q7]"),
                ("    added_by: [reporter, counsellor]", "    added_by: [reporter, auditor]"),
            ),
            id="somebody who adds documents",
        ),
    ],
)
def test_a_reminder_may_go_to_whoever_does_something(edits: tuple[Edit, ...]) -> None:
    """Whoever takes any step, or adds a document, can do something once they are reminded."""
    assert found(edited(*edits)) == ()


def test_a_reminder_may_go_to_a_deputy() -> None:
    """Whoever stands in for an office that takes a step can do something once reminded."""
    reminded = ("[committee], cites: [Q7]", "[auditor], cites: [Q7]")
    declared = edited(reminded)
    assert [one.code for one in found(declared)] == ["reminds-nobody"]
    offices = declared.procedure.offices
    standing_in = msgspec.structs.replace(offices["committee"], deputy="auditor")
    procedure = msgspec.structs.replace(
        declared.procedure, offices={**offices, "committee": standing_in}
    )
    assert checks.check(procedure) == ()


def test_an_earlier_yes_can_be_looked_at() -> None:
    """A guard may ask for the yes that was answered at an earlier step."""
    earlier = ("field: severity, values: [light, grave]", "field: urgent, values: [yes]")
    assert found(edited(earlier)) == ()


def test_who_joins_as_themselves_gives_their_own_consent() -> None:
    """A party that is no member, and so acts in person, consents by the step they join with."""
    signal = step(
        "signal",
        "track: request",
        "from: [absent]",
        "to: filed",
        "opens: true",
        "who: [auditor]",
        "joins: caller",
        "grants: [{kind: call, to: committee, purpose: ruling}]",
    )
    declared = edited(
        signal,
        ("outside:\n", "  caller: {labels: {nl: a, en: a}, member: false}\noutside:\n"),
        ("  warning:\n", "  call: {labels: {nl: a, en: a}, of: [caller]}\n  warning:\n"),
    )
    assert found(declared) == ()


def test_emergency_that_another_step_brings_about_is_refused() -> None:
    """A consequence cannot open an emergency: nobody is there to affirm it or name recipients."""
    hidden = edited((FILE, FILE + "    emergency: open\n"))
    assert {one.code for one in found(hidden)} >= {
        "emergency-not-affirmed",
        "emergency-without-recipients",
    }


def test_party_named_like_an_office_is_a_collision() -> None:
    """A party that has the name of an office is refused, since who acts is looked up by name."""
    collision = edited(
        ("  reporter:\n    labels", "  auditor: {labels: {nl: x, en: x}}\n  reporter:\n    labels")
    )
    assert [(p.code, p.path) for p in found(collision)] == [("name-collision", "parties.auditor")]


def test_size_counts_a_transition_for_each_source() -> None:
    """The sound procedure has 10 states, and 12 transitions since `close` starts in three."""
    assert checks.size(edited().procedure) == checks.Size(states=10, transitions=12)


def test_where_a_case_begins_is_asked_only_where_that_state_exists() -> None:
    """A first state that does not exist is one fault, and is suggested for no other."""
    wrong = found(edited(("    initial: none\n", "    initial: nonne\n")))
    assert [problem.code for problem in wrong] == ["unknown-state"]
