"""Deliberate faults, each with the law it breaks and the tests that must turn red with it."""

from __future__ import annotations

from typing import NamedTuple

BASES = "tests/properties/test_bases.py"
ENGINE = "tests/properties/test_engine_machine.py"
DESK = "tests/properties/test_store_machine.py"
COMPARED = "tests/properties/test_runs_compared.py"
DISCRETION = "tests/properties/test_discretion.py"
TAMPERING = "tests/properties/test_tampering.py"
ONCE = "tests/properties/test_desk_once.py"
MEMBER = "tests/properties/test_member_decides.py"
KERNEL = "tests/unit/test_kernel.py"
HOSTILE = "tests/properties/test_hostile_declarations.py"
STATE = "tests/properties/test_tampered_state.py"
PARTIES = "tests/properties/test_many_parties.py"
EXITS = "tests/unit/test_exit_codes.py"
MATTERS = "tests/properties/test_matters_at_desk.py"
FILING = "tests/properties/test_filing_at_desk.py"
TICK = "tests/unit/test_tick_goes_on.py"


class Fault(NamedTuple):
    """One fault: in `file`, the text `old` becomes `new`; of `tests`, at least one must fail.

    `old` stands in the file exactly once. `breaks` says which law or invariant is broken.
    """

    name: str
    breaks: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


FAULTS = (
    # --- law 1: nothing is shared without a basis -----------------------------------------------
    Fault(
        "consents never end",
        "inv. 2",
        "workflow/engine/case.py",
        "return not self.ended and self.starts <= at",
        "return self.starts <= at",
        (ENGINE,),
    ),
    Fault(
        "consents never run out",
        "inv. 1",
        "workflow/engine/case.py",
        " and (self.until is None or at < self.until)",
        "",
        (BASES,),
    ),
    Fault(
        "consent for any purpose",
        "inv. 1",
        "workflow/engine/case.py",
        "(consent.to, consent.purpose) == (recipient, purpose)",
        "consent.to == recipient",
        (BASES,),
    ),
    Fault(
        "consent to any recipient",
        "inv. 1",
        "workflow/engine/case.py",
        "(consent.to, consent.purpose) == (recipient, purpose)",
        "consent.purpose == purpose",
        (BASES,),
    ),
    Fault(
        "one party's consent is enough",
        "inv. 12",
        "workflow/engine/sharing.py",
        "any(giver not in live for giver in item.of):\n        return None\n"
        "    return tuple(live[giver] for giver in item.of)\n",
        "all(giver not in live for giver in item.of):\n        return None\n"
        "    return tuple(live[giver] for giver in item.of if giver in live)\n",
        (BASES,),
    ),
    Fault(
        "an emergency reaches back",
        "inv. 5",
        "workflow/engine/sharing.py",
        "        and emergency.since <= at < emergency.until\n",
        "",
        (BASES,),
    ),
    Fault(
        "an emergency lets anybody be told",
        "inv. 5",
        "workflow/engine/sharing.py",
        "        and recipient in emergency.recipients\n",
        "",
        (BASES,),
    ),
    Fault(
        "anybody judges danger to life",
        "B19",
        "workflow/engine/items.py",
        "case if by.capacity in CONFIDANTS else msgspec.structs.replace(case, emergency=None)",
        "case",
        (DISCRETION,),
    ),
    Fault(
        "an emergency stays open",
        "inv. 6, 38",
        "workflow/engine/folding.py",
        "            return replace(case, emergency=None)",
        "            return case",
        (COMPARED,),
    ),
    Fault(
        "a successor reads on",
        "inv. 35",
        "workflow/engine/sharing.py",
        "        and all(person in item.confided for person in persons)\n",
        "",
        (ENGINE,),
    ),
    Fault(
        "who was a counsellor stays one",
        "inv. 7, 35",
        "workflow/engine/sharing.py",
        "    if any(office in reader for office in CONFIDANTS) and _confided(\n",
        "    if _confided(\n",
        (ENGINE,),
    ),
    Fault(
        "everyone is entitled",
        "law 1",
        "workflow/engine/items.py",
        "            if verdict := may_read(procedure, case, item, reader, now):\n",
        '            if verdict := Verdict("own"):\n',
        (ENGINE,),
    ),
    Fault(
        "keys are never destroyed",
        "law 1",
        "workflow/desk/access.py",
        "            dropped += tx.drop_keys(case.stream, item, lost)\n",
        "            dropped += len(lost)\n",
        (DESK,),
    ),
    Fault(
        "withdrawing does nothing",
        "inv. 2",
        "workflow/engine/folding.py",
        "            return _end_consents(case, {name})\n",
        "            return case\n",
        (ENGINE,),
    ),
    Fault(
        "purposes never end",
        "inv. 15",
        "workflow/engine/folding.py",
        "case, {name for name, c in case.consents.items() if c.purpose == purpose}",
        "case, set()",
        (ENGINE,),
    ),
    Fault(
        "a packet of one item",
        "inv. 13",
        "workflow/engine/following.py",
        "items = consented(draft.rules.procedure, draft.case, to, share.purpose, by.now)",
        "items = consented(draft.rules.procedure, draft.case, to, share.purpose, by.now)[:1]",
        (ENGINE,),
    ),
    Fault(
        "what never reaches an office does",
        "A7, B24",
        "workflow/engine/sharing.py",
        "    return procedure.kinds[kind].never_to if kind in procedure.kinds else ()\n",
        "    return ()\n",
        (BASES, HOSTILE),
    ),
    Fault(
        "who never reads it reads it in another office",
        "A7, B24",
        "workflow/engine/sharing.py",
        '        if barred and gone.basis != "emergency":\n            continue\n',
        "",
        (BASES, ENGINE),
    ),
    Fault(
        "a member's words are written on commission",
        "law 1, A8",
        "workflow/engine/sharing.py",
        "        and item.author in procedure.offices\n        and item.author not in CONFIDANTS\n",
        "",
        (HOSTILE,),
    ),
    Fault(
        "a counsellor's words are written on commission",
        "law 1, A8",
        "workflow/engine/sharing.py",
        "        and item.author not in CONFIDANTS\n",
        "",
        (HOSTILE,),
    ),
    Fault(
        "what is erased can be read",
        "Art. 17 GDPR",
        "workflow/engine/sharing.py",
        "    if case.gone(item):\n"
        '        return Verdict(None, reasons=(Reason("item-erased", {"item": item}, ("B18",)),))\n'
        "    if any(party in reader",
        "    if any(party in reader",
        (BASES,),
    ),
    Fault(
        "what is erased can be shared",
        "Art. 17 GDPR",
        "workflow/engine/sharing.py",
        "    if case.gone(item):\n"
        '        return Verdict(None, reasons=(Reason("item-erased", {"item": item}, ("B18",)),))\n'
        "    if recipient in found.of",
        "    if recipient in found.of",
        (BASES,),
    ),
    Fault(
        "the keys to what is erased are kept",
        "Art. 17 GDPR",
        "workflow/desk/access.py",
        "    f.Erased,\n    f.Migrated,\n)",
        "    f.Migrated,\n)",
        (DESK,),
    ),
    Fault(
        "what is carried along opens here too",
        "B23",
        "workflow/engine/standing.py",
        "gone.to not in reader or gone.into is not None:",
        "gone.to not in reader:",
        (BASES,),
    ),
    Fault(
        "a filing carries what nobody let go",
        "inv. 13, B23",
        "workflow/engine/following.py",
        "carried = tuple(dict.fromkeys((*draft.carried, item)))",
        "carried = tuple(draft.case.items)",
        (ENGINE,),
    ),
    Fault(
        "a party of several reads what another said",
        "A18",
        "workflow/engine/sharing.py",
        "    if any(party in reader for party in found.of) or _wrote",
        "    if any(p in reader or p.partition('-')[0] in reader for p in found.of) or _wrote",
        (PARTIES,),
    ),
    Fault(
        "what another case tells is an act",
        "law 1",
        "workflow/engine/deciding.py",
        "    nobody = By(by.who, None, by.now, by.now)\n",
        '    nobody = By(by.who, "counsellor", by.now, by.now)\n',
        (HOSTILE,),
    ),
    # --- law 2: the member decides --------------------------------------------------------------
    Fault(
        "nobody need decide",
        "inv. 3",
        "workflow/engine/member.py",
        "    track = procedure.tracks[step.track]\n    leaves",
        "    return None\n    track = procedure.tracks[step.track]\n    leaves",
        (ENGINE,),
    ),
    Fault(
        "a decision must be declared",
        "inv. 3",
        "workflow/engine/member.py",
        "        return None if step.who == (CLOCK,) else track.belongs_to",
        "        pass",
        (MEMBER,),
    ),
    Fault(
        "anybody records what was said",
        "inv. 4",
        "workflow/engine/member.py",
        'if evidence == "spoken" and capacity not in CONFIDANTS:',
        'if evidence == "spoken" and capacity is None:',
        (MEMBER,),
    ),
    Fault(
        "mediation cannot be left",
        "inv. 37",
        "states/conduct.yaml",
        "      - mediating\n      - handover_preparing\n",
        "      - handover_preparing\n",
        (ENGINE,),
    ),
    Fault(
        "another case decides for the member",
        "inv. 3",
        "workflow/engine/deciding.py",
        "        if decider(heard.rules.procedure, step, state) is not None:\n"
        "            continue\n",
        "",
        (HOSTILE,),
    ),
    Fault(
        "a mediation outlasts its consents",
        "B18, B24",
        "workflow/engine/clock.py",
        "        if not state.rests_on or state.otherwise is None:\n",
        "        if state.rests_on or state.otherwise is None:\n",
        (ENGINE,),
    ),
    # --- who acts, and who learns what ----------------------------------------------------------
    Fault(
        "recusal is forgotten",
        "inv. 7",
        "workflow/engine/standing.py",
        "    if who in case.recused:\n        return Standing(who, frozenset())\n",
        "",
        (ENGINE,),
    ),
    Fault(
        "a deputy acts beside the chair",
        "A27",
        "workflow/engine/standing.py",
        "        and not _filled(procedure, register, case, office, at)\n",
        "",
        (BASES, ENGINE),
    ),
    Fault(
        "nobody stands in",
        "A27",
        "workflow/engine/standing.py",
        "        if declared.deputy in held\n",
        "        if declared.deputy in held and not held\n",
        (BASES, ENGINE),
    ),
    Fault(
        "offices that exclude each other go together",
        "B6, B11",
        "workflow/engine/standing.py",
        "    return held & frozenset(declared.not_with) if declared else frozenset()\n",
        "    return frozenset()\n",
        (BASES, ENGINE),
    ),
    Fault(
        "a task that lapsed is still seen",
        "inv. 10",
        "workflow/desk/loading.py",
        '        case = settle(Draft(rules, register, case, b""), who, now).case\n',
        "        pass\n",
        (EXITS,),
    ),
    Fault(
        "offices see what has not begun",
        "inv. 10",
        "workflow/engine/standing.py",
        "    return case.tracks[track].begun or any(\n",
        "    return True or any(\n",
        (DISCRETION,),
    ),
    Fault(
        "reasons give hidden tracks away",
        "inv. 9",
        "workflow/engine/stepping.py",
        '    return Reason("not-now", cites=reason.cites)\n',
        "    return reason\n",
        (DISCRETION,),
    ),
    Fault(
        "whose decision it is tells the state",
        "inv. 9",
        "workflow/engine/stepping.py",
        "if party is not None and said is not None and told:",
        "if party is not None and said is not None:",
        (DISCRETION,),
    ),
    Fault(
        "recipients tell who takes part",
        "inv. 9",
        "workflow/engine/deciding.py",
        "    parties = (*procedure.parties, *acquainted(procedure, draft.case, who))\n",
        "    parties = (*procedure.parties, *draft.case.parties)\n",
        (DISCRETION,),
    ),
    Fault(
        "times tell when a case began",
        "inv. 10",
        "workflow/engine/stepping.py",
        "    if case.done and resting and not sees(procedure, case, who, step.track):\n",
        "    if not case.done and resting and not sees(procedure, case, who, step.track):\n",
        (DISCRETION,),
    ),
    Fault(
        "what is explained is not enforced",
        "explain == enforce",
        "workflow/engine/stepping.py",
        "    yield from failing(step.guards, step.cites, situation)\n",
        "    if answers is not None:\n"
        "        yield from failing(step.guards, step.cites, situation)\n",
        (ENGINE,),
    ),
    # --- the support group ----------------------------------------------------------------------
    Fault(
        "the support group stays on",
        "inv. 16, 39",
        "states/conduct.yaml",
        "    emits: [stand_back]\n",
        "",
        (ENGINE,),
    ),
    Fault(
        "a signal beside a filing",
        "inv. 16",
        "states/conduct.yaml",
        "      - {guard: own_branch}\n"
        "      - {guard: track_in, track: handover, states: [none, returned]}\n",
        "      - {guard: own_branch}\n",
        ("tests/properties/test_signals.py",),
    ),
    # --- time -----------------------------------------------------------------------------------
    Fault(
        "commands come before the clock",
        "a late tick",
        "workflow/engine/deciding.py",
        "    draft = settle(Draft(rules, register, case, seed, trial=trial), actor.who, now)\n",
        "    draft = Draft(rules, register, case, seed, trial=trial)\n",
        (COMPARED,),
    ),
    Fault(
        "the clock works when it is noticed",
        "a late tick",
        "workflow/engine/clock.py",
        "By(who, None, at, at)",
        "By(who, None, now, now)",
        (COMPARED,),
    ),
    Fault(
        "the clock waits for nothing",
        "B2, B18",
        "workflow/engine/clock.py",
        "        if unattended(procedure, register, case, fact.track, guards, moment):\n",
        "        if guards or moment:\n",
        (ENGINE,),
    ),
    Fault(
        "things happen in the future",
        "law 3",
        "workflow/engine/deciding.py",
        "if happened is not None and happened > now:",
        "if happened is not None and happened.year > 9998:",
        (COMPARED,),
    ),
    # --- law 3: what happened cannot be silently changed -----------------------------------------
    Fault(
        "stored hashes are believed",
        "law 3",
        "workflow/engine/ledger.py",
        "        if true_hash != stored_hash:\n",
        "        if len(true_hash) != len(stored_hash):\n",
        (TAMPERING,),
    ),
    Fault(
        "events are not chained",
        "law 3",
        "workflow/engine/ledger.py",
        "        if event.prev != prev.hex():\n",
        "        if len(event.prev) > 64:\n",
        (TAMPERING,),
    ),
    Fault(
        "signatures are not checked",
        "law 3",
        "workflow/crypto/keys.py",
        "        key.verify(blob[_SIGNATURE_AT:], "
        "_SIGNED_PREFIX + hashlib.sha512(message).digest())\n",
        "        key.public_bytes_raw()\n",
        (TAMPERING,),
    ),
    Fault(
        "the stored state falls behind",
        "law 3",
        "workflow/desk/appending.py",
        "case = msgspec.structs.replace(draft.case, latest=now)",
        "case = draft.case",
        (DESK,),
    ),
    Fault(
        "hearsay is believed",
        "law 3",
        "workflow/auditing/streams.py",
        "= _teller(tx, procedures, rules, begun, together, told)\n",
        "= _teller(tx, procedures, rules, begun, together, told) or expected\n",
        (STATE,),
    ),
    Fault(
        "one case says that two are one matter",
        "law 3",
        "workflow/auditing/linking.py",
        "            elif not (isinstance(back, Case) and stream in back.links):\n",
        "            elif not isinstance(back, Case):\n",
        (STATE,),
    ),
    Fault(
        "a case is told by one that it is not linked with",
        "law 3",
        "workflow/engine/matters.py",
        "    if draft.case.stream not in other.case.links and stream != draft.linked:\n",
        "    if not other.case.stream:\n",
        (MATTERS,),
    ),
    Fault(
        "whoever speaks is heard",
        "law 3",
        "workflow/engine/deciding.py",
        "    if not command.linked and command.stream not in draft.case.links:\n",
        "    if not command.stream:\n",
        (MATTERS,),
    ),
    Fault(
        "an earlier filing brings a later one back",
        "inv. 34",
        "workflow/engine/matters.py",
        "stream == draft.case.origin and pending(other.case) == draft.case.stream",
        "stream == draft.case.origin",
        (MATTERS,),
    ),
    Fault(
        "verifying takes any filing for the last one",
        "law 3",
        "workflow/auditing/streams.py",
        "(origin == told.stream and told.data.stream == pending(before))",
        "origin == told.stream",
        (MATTERS,),
    ),
    Fault(
        "who is kept out of a case links it",
        "inv. 7",
        "workflow/engine/matters.py",
        "        if stream == draft.linked and who in other.case.recused:\n",
        "        if stream == draft.linked and not who:\n",
        (MATTERS,),
    ),
    Fault(
        "nobody is missed who was told nothing",
        "law 3",
        "workflow/auditing/linking.py",
        "                unheard[name, stream, at] = min(telling, default=after.seq)\n",
        "                min(telling, default=after.seq)\n",
        (MATTERS,),
    ),
    Fault(
        "a filed case that is gone is not missed",
        "law 3",
        "workflow/auditing/linking.py",
        "                if every:\n",
        "                if not every:\n",
        (MATTERS,),
    ),
    Fault(
        "a wrong clock spreads",
        "clocks",
        "workflow/desk/filing.py",
        "        if latest is not None and now < latest:\n",
        "        if latest is not None and not now:\n",
        (MATTERS,),
    ),
    Fault(
        "a desk trusts whatever it added to",
        "law 1",
        "workflow/desk/loading.py",
        "        if self._recomputed(register) and (before is None or self._recomputed(before)):\n",
        "        if register is not None:\n",
        (MATTERS,),
    ),
    Fault(
        "filing passes on what was let go to one",
        "inv. 13",
        "workflow/engine/matters.py",
        "    if reasons:\n        raise Refusal(filing.step, reasons)\n    return opened\n",
        "    return opened\n",
        (FILING,),
    ),
    Fault(
        "filing makes evidence stronger",
        "inv. 4",
        "workflow/engine/stepping.py",
        "    signed = by.capacity == party and not (filed and said.evidence)\n",
        "    signed = by.capacity == party\n",
        (FILING,),
    ),
    Fault(
        "verifying takes more than was filed",
        "inv. 13",
        "workflow/auditing/linking.py",
        "            elif not _as_filed(filing, moment, registers, procedures):\n",
        "            elif not moment:\n",
        (FILING,),
    ),
    Fault(
        "a case begins under what nobody was shown",
        "inv. 13",
        "workflow/desk/filing.py",
        "    if filer.shown not in (None, version.digest):\n",
        "    if not version.digest:\n",
        (FILING,),
    ),
    Fault(
        "one case holds up the clock of all",
        "B16",
        "workflow/verbs/times.py",
        "            left.append(_leaving(session, stream, error))\n            continue\n",
        "            raise\n",
        (TICK,),
    ),
    # --- once, and on what is there --------------------------------------------------------------
    Fault(
        "a retry does it again",
        "idempotency",
        "workflow/desk/desk.py",
        "        if retry is None:\n            return None\n        receipt",
        "        if retry is None or not retry.key:\n            return None\n"
        "        return None\n        receipt",
        (ONCE,),
    ),
    Fault(
        "a stale view is good enough",
        "optimistic concurrency",
        "workflow/desk/desk.py",
        "if expect is not None and expect != case.seq:",
        "if expect is not None and expect > case.seq + 9:",
        (ONCE,),
    ),
    # --- the kernel -----------------------------------------------------------------------------
    Fault(
        "the kernel permits everything",
        "kernel == stepper",
        "workflow/engine/kernel.py",
        "return isinstance(slot, _Slot) and slot.permitted",
        "return isinstance(slot, _Slot)",
        (KERNEL,),
    ),
)
