"""Faults made in the sound `matter.yaml`, in its offices and between it and `neighbour.yaml`.

Each is the code that it is reported with, the path, and the edits that make it. An edit replaces
words that stand once in the procedure and its offices together.
"""

from __future__ import annotations

Edit = tuple[str, str]
Fault = tuple[str, str, tuple[Edit, ...]]

LAST = "    who: [clock]\n    emergency: close\n    cites: [B19]\n"
LISTENED = "    track: report\n    from: [listening, passed_on]\n    to: deciding\n"
BACK = "    to: deciding\n    who: [linked]\n"
FALLS = "    who: [consequence, linked]\n    releases: [helper]\n"
LISTENS = "        labels: {nl: Luisteren, en: Listening}\n"
ACTIVE = "        labels: {nl: Er wordt geholpen, en: Helping}\n        idle: true\n"
MONTH = "deadline: {within: P1M, then: fade, cites: [own]}"
OTHERWISE = "        otherwise: help_falls\n"
STAFFED = "          - {guard: staffed, office: helper}\n"
NEWS = "          - {guard: no_new_holder, offices: [chair]}\n"
LIVE = (
    "          - {guard: consent, party: reporter, kind: conversation, to: helper, purpose: help}\n"
)
FILED = (
    "    who: [reporter, counsellor]\n    decision: {party: reporter, evidence: [code, written]}\n"
)
PACKET = "      - {guard: packet, to: chair, purpose: ruling}\n"
SHARED = "    shares:\n      - {to: chair, purpose: ruling}\n"
FILES = "    files: {procedure: neighbour, step: take_up}\n"
ERASED = (
    "    who: [clock]\n    guards:\n      - {guard: track_in, track: emergency, states: [sealed]}\n"
)
ERASED_NOW = (
    "    who: [reporter, counsellor]\n    decision: {party: reporter}\n"
    "    guards:\n      - {guard: track_in, track: emergency, states: [sealed]}\n"
)
PAPERS = "    papers: packet\n    cites: [B4]\n"
WHICH = "        labels: {nl: Welke zaak, en: Which case}\n"
TOLD = "    tells:\n      - {procedure: neighbour, step: stand_back}\n"
PASSED = "      - {guard: available, step: begin, field: fallback, office: counsellor}\n"
LAWYER = "      lawyer:\n        type: person\n"
EXPIRES = "  expire:\n    labels: {nl: Verlopen, en: Expired}\n"
COUNSELLOR = "    labels: {nl: vertrouwenspersoon, en: counsellor}\n"
VICE = "    labels: {nl: vicevoorzitter, en: vice-chair}\n"
EXCLUDES = "    not_with: [chair, committee]\n"


def steps(*new: tuple[str, ...]) -> Edit:
    """An edit that adds steps, each a name and its lines, at the end of the sound procedure."""
    text = LAST
    for name, *lines in new:
        text += f"  {name}:\n    labels: {{nl: Nieuw, en: New}}\n    cites: [own]\n"
        text += "".join(f"    {line}\n" for line in lines)
    return LAST, text


def step(name: str, *lines: str) -> Edit:
    """An edit that adds one step at the end of the sound procedure."""
    return steps((name, *lines))


FAULTS: dict[str, Fault] = {
    # --- what never comes, or is undone at once ---
    "a step by whoever it brings in": (
        "never-possible",
        "steps.ask_help.who",
        (
            (
                "    who: [reporter, counsellor]\n    decision: {party: reporter}\n    asks:\n",
                "    who: [helper]\n    decision: {party: reporter}\n    asks:\n",
            ),
        ),
    ),
    "a state whose ground goes as it is reached": (
        "undone-at-once",
        "steps.start_help.releases[0]",
        (
            (
                "    to: active\n    who: [consequence]\n",
                "    to: active\n    who: [consequence]\n    releases: [helper]\n",
            ),
        ),
    ),
    "a state whose consent goes as it is reached": (
        "undone-at-once",
        "steps.start_help.ends_purposes[0]",
        (
            (
                "    to: active\n    who: [consequence]\n",
                "    to: active\n    who: [consequence]\n    ends_purposes: [help]\n",
            ),
        ),
    ),
    # --- names that lead nowhere ---
    "a deputy of no office": (
        "unknown-office",
        "offices.chair.deputy",
        (("    deputy: vice_chair\n", "    deputy: vice\n"),),
    ),
    "excluding no office": (
        "unknown-office",
        "offices.helper.not_with[1]",
        (("[chair, committee]", "[chair, commitee]"),),
    ),
    "made for nobody known": (
        "unknown-recipient",
        "kinds.advice.made_for[0]",
        (("made_for: [chair]", "made_for: [chairs]"),),
    ),
    "never reaching nobody known": (
        "unknown-recipient",
        "kinds.conversation.never_to[0]",
        (("never_to: [auditor]", "never_to: [auditors]"),),
    ),
    "otherwise no step": (
        "unknown-step",
        "tracks.help.states.active.otherwise",
        (("otherwise: help_falls", "otherwise: help_fails"),),
    ),
    "resting on a consent of no kind": (
        "unknown-kind",
        "tracks.help.states.active.rests_on[0].kind",
        (("reporter, kind: conversation, to: helper", "reporter, kind: talk, to: helper"),),
    ),
    "resting on no office": (
        "unknown-office",
        "tracks.help.states.active.rests_on[1].office",
        (("staffed, office: helper", "staffed, office: helpers"),),
    ),
    "resting on the old holder of no office": (
        "unknown-office",
        "tracks.help.states.active.rests_on[2].offices[0]",
        (("no_new_holder, offices: [chair]", "no_new_holder, offices: [chairs]"),),
    ),
    "available from no step": (
        "unknown-step",
        "steps.pass_on.guards[0].step",
        (("available, step: begin", "available, step: began"),),
    ),
    "available from no field": (
        "unknown-field",
        "steps.pass_on.guards[0].field",
        (("step: begin, field: fallback", "step: begin, field: second"),),
    ),
    "available as no office": (
        "unknown-office",
        "steps.pass_on.guards[0].office",
        (("field: fallback, office: counsellor}", "field: fallback, office: councillor}"),),
    ),
    "assigning whom no step named": (
        "unknown-step",
        "steps.pass_on.assigns.counsellor",
        (("begin.fallback", "began.fallback"),),
    ),
    "assigning whom no field named": (
        "unknown-field",
        "steps.pass_on.assigns.counsellor",
        (("begin.fallback", "begin.second"),),
    ),
    "experienced in no office": (
        "unknown-office",
        "steps.ask_help.guards[0].offices[1]",
        (("offices: [chair, vice_chair]}", "offices: [chair, vicechair]}"),),
    ),
    "experienced people who are not asked": (
        "unknown-field",
        "steps.ask_help.guards[0].field",
        (("experienced, field: helpers", "experienced, field: people"),),
    ),
    "opening no kind": (
        "unknown-kind",
        "steps.weigh.guards[0].kinds[0]",
        (("kinds: [advice]", "kinds: [advise]"),),
    ),
    "fresh eyes since no step": (
        "unknown-step",
        "steps.weigh_anew.guards[0].than_step",
        (("than_step: weigh,", "than_step: weight,"),),
    ),
    "fresh eyes since no field": (
        "unknown-field",
        "steps.weigh_anew.guards[0].than_field",
        (("than_field: weighers", "than_field: others"),),
    ),
    "papers of no kind": (
        "unknown-kind",
        "steps.begin.papers",
        ((PAPERS, PAPERS.replace("packet", "package")),),
    ),
    "joining as no field": (
        "unknown-field",
        "steps.call_advocate.joins_as",
        (("joins_as: lawyer", "joins_as: layer"),),
    ),
    "recusing no field": (
        "unknown-field",
        "steps.call_advocate.recuses[0]",
        (("recuses: [involved]", "recuses: [involves]"),),
    ),
    "linking by no field": (
        "unknown-field",
        "steps.say_one_matter.links",
        (("links: other", "links: another"),),
    ),
    "erasing what is nobody's": (
        "unknown-party",
        "steps.erase.erases",
        ((ERASED + "    erases: reporter\n", ERASED + "    erases: porter\n"),),
    ),
    "a step called like what happens by itself": (
        "reserved-name",
        "steps.linked",
        (step("linked", "track: report", "from: [filed]", "to: filed", "who: [counsellor]"),),
    ),
    "an outside recipient called ground": (
        "reserved-name",
        "outside.ground",
        (("  police:\n", "  ground: {labels: {nl: grond, en: ground}}\n  police:\n"),),
    ),
    # --- guards ---
    "experience in nothing": (
        "guard-says-nothing",
        "steps.ask_help.guards[0]",
        (("offices: [chair, vice_chair]}", "offices: []}"),),
    ),
    "opening nothing": (
        "guard-says-nothing",
        "steps.weigh.guards[0]",
        (("kinds: [advice]", "kinds: []"),),
    ),
    "no new holder of nothing": (
        "guard-says-nothing",
        "tracks.help.states.active.rests_on[2]",
        (("no_new_holder, offices: [chair]", "no_new_holder, offices: []"),),
    ),
    "available from what asks for nobody": (
        "guard-needs-person",
        "steps.pass_on.guards[0].field",
        (("step: begin, field: fallback", "step: begin, field: urgent"),),
    ),
    "fresh eyes of what asked for nobody": (
        "guard-needs-person",
        "steps.weigh_anew.guards[0].than_field",
        (("than_field: weighers", "than_field: way"),),
    ),
    "resting on who acts": (
        "guard-needs-actor",
        "tracks.help.states.active.rests_on[1]",
        ((STAFFED, "          - {guard: own_branch}\n"),),
    ),
    "resting on an answer": (
        "guard-needs-actor",
        "tracks.help.states.active.rests_on[1]",
        ((STAFFED, "          - {guard: answered, field: helpers, value: helper}\n"),),
    ),
    "resting on someone else": (
        "guard-needs-actor",
        "tracks.help.states.active.rests_on[1]",
        ((STAFFED, "          - {guard: other_person, than_step: begin}\n"),),
    ),
    "resting on who was asked": (
        "guard-needs-actor",
        "tracks.help.states.active.rests_on[1]",
        ((STAFFED, "          - {guard: outside_branch, field: helpers}\n"),),
    ),
    "resting on the experience of who was asked": (
        "guard-needs-actor",
        "tracks.help.states.active.rests_on[1]",
        ((STAFFED, "          - {guard: experienced, field: helpers, offices: [chair]}\n"),),
    ),
    "resting on what who was asked opened": (
        "guard-needs-actor",
        "tracks.help.states.active.rests_on[1]",
        ((STAFFED, "          - {guard: opened, field: helpers, kinds: [advice]}\n"),),
    ),
    "resting on fresh eyes": (
        "guard-needs-actor",
        "tracks.help.states.active.rests_on[1]",
        (
            (
                STAFFED,
                (
                    "          - {guard: fresh_eyes, field: helpers, than_step: weigh, "
                    "than_field: weighers}\n"
                ),
            ),
        ),
    ),
    "a clock that looks at who acts": (
        "guard-needs-actor",
        "steps.pass_on.guards[0]",
        ((PASSED, "      - {guard: own_branch}\n"),),
    ),
    "a guard on one of many": (
        "guard-on-many",
        "steps.call_witness.guards[0].party",
        (("present, party: advocate", "present, party: witness"),),
    ),
    # --- what a state rests on ---
    "a ground and nothing otherwise": (
        "ground-without-otherwise",
        "tracks.help.states.active.rests_on",
        ((OTHERWISE, ""), (FALLS, FALLS.replace("consequence, ", ""))),
    ),
    "otherwise without a ground": (
        "otherwise-without-ground",
        "tracks.help.states.active.otherwise",
        (("        rests_on:\n" + LIVE + STAFFED + NEWS, ""),),
    ),
    "otherwise a step by people": (
        "otherwise-step",
        "tracks.help.states.active.otherwise",
        (
            (OTHERWISE, "        otherwise: leave\n"),
            (FALLS, "    who: [linked]\n    releases: [helper]\n"),
            step("leave", "track: help", "from: [active]", "to: ended", "who: [chair]"),
        ),
    ),
    "otherwise a step from elsewhere": (
        "otherwise-step",
        "tracks.help.states.active.otherwise",
        (
            (OTHERWISE, "        otherwise: elsewhere\n"),
            (FALLS, FALLS.replace("consequence, ", "")),
            step("elsewhere", "track: help", "from: [absent]", "to: ended", "who: [consequence]"),
        ),
    ),
    "a case that falls back in a circle": (
        "ground-circle",
        "tracks.help.states.active.otherwise",
        (
            (OTHERWISE, "        otherwise: stay\n"),
            (FALLS, FALLS.replace("consequence, ", "")),
            step("stay", "track: help", "from: [active]", "to: active", "who: [consequence]"),
        ),
    ),
    "a ground that takes a decision": (
        "ground-decides",
        "steps.fall",
        (
            (LISTENS, LISTENS + "        rests_on:\n" + STAFFED + "        otherwise: fall\n"),
            step("fall", "track: report", "from: [listening]", "to: closed", "who: [consequence]"),
        ),
    ),
    "a ground that brings a decision about": (
        "undecided-consequence",
        "steps.help_falls.emits",
        (
            (FALLS, "    who: [consequence]\n    emits: [settle]\n"),
            step("settle", "track: report", "from: [filed]", "to: closed", "who: [consequence]"),
        ),
    ),
    "what may be a decision brought about by a ground or by being told": (
        "undecided-consequence",
        "steps.help_falls.emits",
        (
            (FALLS, FALLS + "    emits: [settle]\n"),
            step(
                "settle",
                "track: report",
                "from: [filed, deciding]",
                "to: filed",
                "who: [consequence]",
            ),
        ),
    ),
    "a ground that shares": (
        "ground-shares",
        "steps.help_falls.shares",
        (
            (
                FALLS,
                (
                    "    who: [consequence]\n    shares:\n"
                    "      - {kind: advice, to: chair, purpose: help}\n"
                ),
            ),
        ),
    ),
    "a ground that gives consent": (
        "grant-without-giver",
        "steps.help_falls.grants[0]",
        (
            (
                FALLS,
                (
                    "    who: [consequence]\n    grants:\n"
                    "      - {kind: conversation, to: chair, purpose: help}\n"
                ),
            ),
        ),
    ),
    "a ground that opens an emergency": (
        "ground-opens-emergency",
        "steps.help_falls.emergency",
        ((FALLS, "    who: [consequence]\n    emergency: open\n"),),
    ),
    # --- what another case tells ---
    "being told to share": (
        "linked-shares",
        "steps.come_back.shares",
        ((BACK, BACK + "    shares:\n      - {kind: advice, to: chair, purpose: help}\n"),),
    ),
    "being told to consent": (
        "grant-without-giver",
        "steps.come_back.grants[0]",
        ((BACK, BACK + "    grants:\n      - {kind: packet, to: chair, purpose: ruling}\n"),),
    ),
    "being told of an emergency": (
        "linked-opens-emergency",
        "steps.come_back.emergency",
        ((BACK, BACK + "    emergency: open\n"),),
    ),
    "being told to decide": (
        "linked-decides",
        "steps.come_back",
        ((BACK, BACK.replace("to: deciding", "to: closed")),),
    ),
    "being told a declared decision": (
        "linked-decides",
        "steps.come_back.decision",
        ((BACK, BACK + "    decision: {party: reporter}\n"),),
    ),
    "being told what brings a decision about": (
        "undecided-consequence",
        "steps.help_falls.emits",
        (
            (FALLS, FALLS.replace("consequence, ", "") + "    emits: [settle]\n"),
            (OTHERWISE, "        otherwise: give_way\n"),
            steps(
                ("give_way", "track: help", "from: [active]", "to: ended", "who: [consequence]"),
                ("settle", "track: report", "from: [filed]", "to: closed", "who: [consequence]"),
            ),
        ),
    ),
    "being told and asked": (
        "automatic-asks",
        "steps.come_back.asks.sure",
        ((BACK, BACK + "    asks:\n      sure: {type: yesno, labels: {nl: Zeker, en: Sure}}\n"),),
    ),
    "being told under guards": (
        "automatic-guarded",
        "steps.come_back.guards",
        ((BACK, BACK + "    guards:\n      - {guard: staffed, office: counsellor}\n"),),
    ),
    "being told who joins": (
        "automatic-joins",
        "steps.come_back.joins",
        ((BACK, BACK + "    joins: witness\n"),),
    ),
    "being told with documents": (
        "automatic-papers",
        "steps.come_back.papers",
        ((BACK, BACK + "    papers: packet\n"),),
    ),
    # --- offices and parts ---
    "offices that stand in for each other": (
        "deputy-circle",
        "offices.chair.deputy",
        ((VICE, VICE + "    deputy: chair\n"),),
    ),
    "an office that stands in for itself": (
        "deputy-circle",
        "offices.chair.deputy",
        (("    deputy: vice_chair\n", "    deputy: chair\n"),),
    ),
    "a deputy in whom nobody confides": (
        "deputy-no-confidant",
        "offices.counsellor.deputy",
        ((COUNSELLOR, COUNSELLOR + "    deputy: helper\n"),),
    ),
    "a key to confidences that passes to the next": (
        "key-of-confidences",
        "offices.counsellor.key",
        ((COUNSELLOR, COUNSELLOR + "    key: office\n"),),
    ),
    "a deputy who is excluded": (
        "deputy-excluded",
        "offices.chair.deputy",
        (("    deputy: vice_chair\n", "    deputy: vice_chair\n    not_with: [vice_chair]\n"),),
    ),
    "an office that excludes itself": (
        "excludes-itself",
        "offices.helper.not_with[0]",
        ((EXCLUDES, "    not_with: [helper, committee]\n"),),
    ),
    "a track of many": (
        "many-own",
        "tracks.weighing.belongs_to",
        (("    initial: unweighed\n", "    initial: unweighed\n    belongs_to: witness\n"),),
    ),
    "a decision of many": (
        "many-decide",
        "steps.testify.decision.party",
        (("    who: [witness]\n", "    who: [witness]\n    decision: {party: witness}\n"),),
    ),
    "a case that one of many opens": (
        "many-open",
        "steps.appear.joins",
        (
            step(
                "appear",
                "track: weighing",
                "from: [unweighed]",
                "to: weighed",
                "opens: true",
                "who: [chair]",
                "joins: crowd",
            ),
            (
                "  advocate:\n",
                "  crowd: {labels: {nl: a, en: a}, member: false, many: true}\n  advocate:\n",
            ),
        ),
    ),
    "joining by name as nobody": (
        "joins-as-nobody",
        "steps.report_back.joins_as",
        (
            (
                "    note: {kind: advice, required: true}\n",
                (
                    "    note: {kind: advice, required: true}\n    joins_as: who\n"
                    "    asks:\n      who: {type: person, labels: {nl: Wie, en: Who}}\n"
                ),
            ),
        ),
    ),
    "a member who joins by being named": (
        "joins-as-member",
        "steps.call_advocate.joins_as",
        (("    member: false\n", ""),),
    ),
    "joining by name whom nobody need name": (
        "joins-as-no-person",
        "steps.call_advocate.joins_as",
        ((LAWYER, LAWYER + "        required: false\n"),),
    ),
    "joining by name who may be several": (
        "joins-as-no-person",
        "steps.call_advocate.joins_as",
        ((LAWYER, LAWYER.replace("person", "persons")),),
    ),
    "recusing what names nobody": (
        "recuses-no-person",
        "steps.weigh.recuses[0]",
        (
            (
                "      - {guard: opened, field: weighers, kinds: [advice]}\n",
                "      - {guard: opened, field: weighers, kinds: [advice]}\n    recuses: [way]\n",
            ),
        ),
    ),
    "recusing whom it assigns": (
        "recuses-assigned",
        "steps.ask_help.recuses[0]",
        (
            (
                "    assigns: {helper: helpers}\n",
                "    assigns: {helper: helpers}\n    recuses: [helpers]\n",
            ),
        ),
    ),
    "assigning whom an earlier step named for something else": (
        "assigns-wrong-field",
        "steps.pass_on.assigns.counsellor",
        (("begin.fallback", "ask_help.helpers"),),
    ),
    "someone who assigns whom an earlier step named": (
        "assigns-earlier",
        "steps.advise.assigns.counsellor",
        (
            (
                LISTENED + "    who: [counsellor]\n",
                LISTENED
                + "    who: [reporter, counsellor]\n    decision: {party: reporter}\n"
                + "    assigns: {counsellor: begin.fallback}\n",
            ),
        ),
    ),
    # --- documents ---
    "what nobody adds and says whose": (
        "traceable-by-nobody",
        "kinds.testimony",
        (("    added_by: [witness, helper]\n", ""),),
    ),
    "a note that can be traced": (
        "traceable-with-step",
        "steps.report_back.note.kind",
        (("note: {kind: advice, required: true}", "note: {kind: testimony, required: true}"),),
    ),
    "papers that can be traced": (
        "traceable-with-step",
        "steps.begin.papers",
        ((PAPERS, PAPERS.replace("packet", "testimony")),),
    ),
    "papers like the note": (
        "papers-as-note",
        "steps.begin.papers",
        ((PAPERS, PAPERS.replace("packet", "conversation")),),
    ),
    "a helper's words on a member's track that are not the member's": (
        "written-beside-member",
        "kinds.advice.of",
        (
            step(
                "write_down",
                "track: report",
                "from: [listening]",
                "to: listening",
                "who: [helper]",
                "note: {kind: advice}",
            ),
        ),
    ),
    "a chair's words on a member's track that are not the member's": (
        "written-beside-member",
        "kinds.advice.of",
        (
            step(
                "write_down",
                "track: report",
                "from: [listening]",
                "to: listening",
                "who: [chair]",
                "note: {kind: advice}",
            ),
        ),
    ),
    "what is made for someone, and holds another member's words": (
        "made-of-confidences",
        "kinds.advice.made_for",
        (("    of: []\n    made_for: [chair]\n", "    of: [witness]\n    made_for: [chair]\n"),),
    ),
    "a confidant by another name, whose words are not the member's": (
        "written-beside-member",
        "kinds.advice.of",
        (
            (
                (
                    "        labels: {nl: Heeft haast, en: Is urgent}\n"
                    "    assigns: {counsellor: counsellor}\n"
                ),
                (
                    "        labels: {nl: Heeft haast, en: Is urgent}\n"
                    "      friend:\n        type: person\n        labels: {nl: Wie, en: Who}\n"
                    "        office: helper\n"
                    "    assigns: {counsellor: counsellor, helper: friend}\n"
                ),
            ),
            ("added_by: [witness, helper]", "added_by: [witness]"),
        ),
    ),
    "a member's words that are made for someone": (
        "made-of-confidences",
        "kinds.warning.made_for",
        (
            (
                "en: warning}\n    of: [reporter]\n",
                "en: warning}\n    of: [reporter]\n    made_for: [chair]\n",
            ),
        ),
    ),
    "what a member signs that is made for someone": (
        "made-of-confidences",
        "kinds.statement.made_for",
        (
            (
                "  warning:\n",
                (
                    "  statement:\n    labels: {nl: verklaring, en: statement}\n    of: []\n"
                    "    made_for: [chair]\n  warning:\n"
                ),
            ),
        ),
    ),
    "a counsellor's words that are made for someone": (
        "made-of-confidences",
        "kinds.advice.made_for",
        (("    made_for: [chair]\n", "    made_for: [chair]\n    added_by: [counsellor]\n"),),
    ),
    "what a member may add and is made for someone": (
        "made-of-confidences",
        "kinds.testimony.made_for",
        (("added_by: [witness, helper]", "added_by: [reporter, helper]\n    made_for: [chair]"),),
    ),
    "made for a confidant": (
        "made-for-confidant",
        "kinds.advice.made_for[1]",
        (("made_for: [chair]", "made_for: [chair, counsellor]"),),
    ),
    "made for whom it never reaches": (
        "made-for-never-to",
        "kinds.advice.made_for[1]",
        (("    made_for: [chair]\n", "    made_for: [chair, auditor]\n    never_to: [auditor]\n"),),
    ),
    "never reaching whose it is": (
        "never-to-own",
        "kinds.conversation.never_to[0]",
        (("never_to: [auditor]", "never_to: [reporter]"),),
    ),
    "consenting for whom it never reaches": (
        "never-to",
        "steps.ask_help.grants[0]",
        (("never_to: [auditor]", "never_to: [helper]"),),
    ),
    "sharing with whom it never reaches": (
        "never-to",
        "steps.report_back.shares[0]",
        (("{kind: advice, to: chair,", "{kind: conversation, to: auditor,"),),
    ),
    "sharing on commission of nobody": (
        "shared-of-nobody",
        "steps.report_back.shares[0]",
        (("{kind: advice, to: chair,", "{kind: advice, to: auditor,"),),
    ),
    "consenting for who joins by being named": (
        "grant-without-giver",
        "steps.call_advocate.grants[0]",
        (
            (
                "    recuses: [involved]\n",
                (
                    "    recuses: [involved]\n    grants:\n"
                    "      - {kind: testimony, to: chair, purpose: help}\n"
                ),
            ),
        ),
    ),
    # --- emergencies and erasing ---
    "an emergency of which the end waits": (
        "emergency-end-waits",
        "steps.expire.guards",
        (
            (
                EXPIRES + "    track: emergency\n",
                EXPIRES
                + "    guards:\n      - {guard: staffed, office: chair}\n    track: emergency\n",
            ),
        ),
    ),
    "erasing before the end": (
        "erases-before-end",
        "steps.fade.erases",
        (
            step(
                "fade",
                "track: weighing",
                "from: [weighed]",
                "to: unweighed",
                "who: [reporter]",
                "decision: {party: reporter}",
                "guards: [{guard: track_in, track: emergency, states: [sealed]}]",
                "erases: reporter",
            ),
        ),
    ),
    "erasing by the clock what is not over": (
        "erases-what-runs",
        "tracks.help.states.active.deadline.then",
        (
            (ACTIVE, ACTIVE.replace("idle: true", MONTH)),
            step(
                "fade",
                "track: help",
                "from: [active]",
                "to: ended",
                "who: [clock]",
                "guards: [{guard: track_in, track: emergency, states: [sealed]}]",
                "erases: reporter",
            ),
        ),
    ),
    "erasing by others": (
        "erases-by-others",
        "steps.fade.who",
        (
            step(
                "fade",
                "track: help",
                "from: [active]",
                "to: ended",
                "who: [chair]",
                "guards: [{guard: track_in, track: emergency, states: [sealed]}]",
                "erases: reporter",
            ),
        ),
    ),
    "erasing by one of many": (
        "erases-by-others",
        "steps.fade.who",
        (
            step(
                "fade",
                "track: help",
                "from: [active]",
                "to: ended",
                "who: [witness]",
                "guards: [{guard: track_in, track: emergency, states: [sealed]}]",
                "erases: witness",
            ),
        ),
    ),
    "erasing in an emergency": (
        "erases-in-emergency",
        "steps.erase.guards",
        ((ERASED, ERASED.replace("states: [sealed]", "states: [sealed, open]")),),
    ),
    "erasing whatever the emergency": (
        "erases-in-emergency",
        "steps.erase_now",
        ((ERASED_NOW, "    who: [reporter, counsellor]\n    decision: {party: reporter}\n"),),
    ),
    # --- other cases ---
    "a number of a case for nothing": (
        "case-unused",
        "steps.weigh_anew.asks.case",
        (
            (
                "        labels: {nl: Wie woog nu, en: Who weighed now}\n",
                (
                    "        labels: {nl: Wie woog nu, en: Who weighed now}\n"
                    "      case: {type: case, labels: {nl: Zaak, en: Case}}\n"
                ),
            ),
        ),
    ),
    "linking what is no case": (
        "links-no-case",
        "steps.weigh.links",
        (
            (
                "      - {guard: opened, field: weighers, kinds: [advice]}\n",
                "      - {guard: opened, field: weighers, kinds: [advice]}\n    links: way\n",
            ),
        ),
    ),
    "linking a case that may be left out": (
        "links-no-case",
        "steps.say_one_matter.links",
        ((WHICH, WHICH + "        required: false\n"),),
    ),
    "linking and telling nothing": (
        "links-untold",
        "steps.say_one_matter.links",
        ((TOLD, ""),),
    ),
    "linking and opening a case": (
        "links-and-files",
        "steps.hand_over.links",
        (
            (
                FILES,
                FILES
                + "    links: other\n    asks:\n"
                + "      other: {type: case, labels: {nl: Zaak, en: Case}}\n",
            ),
        ),
    ),
    "a case without documents": ("files-no-documents", "steps.hand_over.files", ((SHARED, ""),)),
    "a case that no member decides to open": (
        "files-undecided",
        "steps.report_back.files",
        (
            (
                "      - {kind: advice, to: chair, purpose: help, if_any: true}\n",
                "      - {kind: advice, to: chair, purpose: help, if_any: true}\n" + FILES,
            ),
        ),
    ),
    "a case that opens by itself": (
        "files-by-itself",
        "steps.hand_over.files",
        (
            (
                FILED + "    guards:\n" + PACKET,
                FILED.replace("counsellor]", "counsellor, consequence]"),
            ),
            step(
                "prompt",
                "track: weighing",
                "from: [weighed]",
                "to: weighed",
                "who: [reporter]",
                "decision: {party: reporter}",
                "emits: [hand_over]",
            ),
        ),
    ),
}


BETWEEN: dict[str, Fault] = {
    "telling a step that is not there": (
        "tells-nobody",
        "steps.say_one_matter.tells[0].step",
        (("step: stand_back}", "step: stand_by}"),),
    ),
    "telling a step that does not listen": (
        "tells-nobody",
        "steps.say_one_matter.tells[0].step",
        (("step: stand_back}", "step: reread}"),),
    ),
    "telling a procedure that is called otherwise": (
        "tells-nobody",
        "steps.say_one_matter.tells[0].procedure",
        (("procedure: neighbour, step: stand_back", "procedure: neighbor, step: stand_back"),),
    ),
    "telling a case it was filed from where none is": (
        "tells-nobody",
        "steps.say_one_matter.tells[0].origin",
        (("step: stand_back}", "step: stand_back, origin: true}"),),
    ),
    "telling cases filed from it where none are": (
        "tells-nobody",
        "steps.say_one_matter.tells[0].filed",
        (
            ("step: stand_back}", "step: stand_back, filed: true}"),
            (FILES, FILES.replace("neighbour", "far")),
        ),
    ),
    "opening with a step that is not there": (
        "files-nothing",
        "steps.hand_over.files.step",
        (("step: take_up}", "step: take_in}"),),
    ),
    "opening with a step that opens nothing": (
        "files-nothing",
        "steps.hand_over.files.step",
        (("step: take_up}", "step: reread}"),),
    ),
    "opening a case for who cannot begin it": (
        "files-for-nobody",
        "steps.hand_over.files.step",
        (
            (
                "    who: [applicant]\n    joins: applicant\n",
                "    who: [chair]\n    joins: applicant\n",
            ),
        ),
    ),
    "opening a case for nobody": (
        "files-for-nobody",
        "steps.hand_over.files.step",
        (("    joins: applicant\n", ""),),
    ),
    "opening a case in which documents have no place": (
        "files-no-papers",
        "steps.hand_over.files.step",
        (("    papers: packet\n    grants:\n", "    grants:\n"),),
    ),
    "opening a case that asks": (
        "files-unasked",
        "steps.hand_over.files.step",
        (("        required: false\n    note: {kind: request}\n", "    note: {kind: request}\n"),),
    ),
    "opening a case that asks for words": (
        "files-unasked",
        "steps.hand_over.files.step",
        (("note: {kind: request}", "note: {kind: request, required: true}"),),
    ),
    "opening a case that passes on what goes along": (
        "files-beyond",
        "steps.hand_over.files.step",
        (
            (
                "      - {kind: packet, to: chair, purpose: ruling}\n    cites: [B23]\n",
                (
                    "      - {kind: packet, to: chair, purpose: ruling}\n"
                    "      - {kind: packet, to: vice_chair, purpose: ruling}\n    cites: [B23]\n"
                ),
            ),
        ),
    ),
    "opening a case that allows more than anybody was told": (
        "files-unsaid",
        "steps.hand_over.files.step",
        (
            (
                "    grants:\n      - {kind: packet, to: chair, purpose: ruling}\n    shares:\n",
                (
                    "    grants:\n      - {kind: packet, to: chair, purpose: ruling}\n"
                    "      - {kind: packet, to: vice_chair, purpose: ruling}\n    shares:\n"
                ),
            ),
            ("    readers: {nl: de voorzitter, en: the chair}\n", ""),
        ),
    ),
    "waiting to be told by nobody": (
        "linked-of-nothing",
        "steps.come_back.who",
        (("      - {procedure: matter, step: come_back}\n", ""),),
    ),
}
"""What `matter.yaml` says of `neighbour.yaml` and is not so, after edits in one of them."""
