"""Deliberate leaks: each shows somebody something of what they may not see.

All of them have to turn the same property red, which asks pairs of worlds that differ only there.
"""

from __future__ import annotations

from tests.faults.named_faults import Fault

HERE = "tests/properties/test_non_interference.py"
WITHIN = f"{HERE}::test_a_report_goes_on_unseen"
BESIDE = f"{HERE}::test_what_is_hidden_in_a_case_changes_no_byte"
ELSEWHERE = f"{HERE}::test_another_case_changes_no_byte"
FOUND = f"{HERE}::test_what_was_found_once_stays_mended"

LEAKS = (
    Fault(
        "leak: lists show every case",
        "list",
        "workflow/verbs/dossier.py",
        (
            "            if knows(found.procedure, found.case, found.reader):\n"
            "                yield found"
        ),
        "            yield found",
        (ELSEWHERE,),
    ),
    Fault(
        "leak: a total counts every case",
        "list --json",
        "workflow/verbs/cases.py",
        (
            '    session.answer({"cases": [row for _, row in found]}, lambda: '
            "_listed(session, found))\n"
        ),
        (
            "    with session.store.read() as tx:\n        total = len(tx.streams())\n"
            '    document = {"cases": [row for _, row in found], "total": total}\n'
            "    session.answer(document, lambda: _listed(session, found))\n"
        ),
        (ELSEWHERE,),
    ),
    Fault(
        "leak: cases are listed by when they last moved",
        "list, order",
        "workflow/verbs/dossier.py",
        (
            "        for stream in tx.streams():\n            if not is_case(stream):\n"
            "                continue\n"
        ),
        (
            "        cases = [name for name in tx.streams() if is_case(name)]\n"
            "        for stream in sorted(cases, key=lambda name: "
            "str(desk.case(tx, name)[0].latest)):\n"
        ),
        (WITHIN,),
    ),
    Fault(
        "leak: cases are found by hidden states",
        "list --state",
        "workflow/verbs/cases.py",
        "wanted & set(at.items())",
        "wanted & {(n, dossier.case.state(n)) for n in dossier.case.tracks}",
        (WITHIN,),
    ),
    Fault(
        "leak: cases are due by hidden deadlines",
        "list --due",
        "workflow/verbs/cases.py",
        '        if due and not any(each["overdue"] for each in deadlines):\n',
        (
            "        terms = [track.due for track in dossier.case.tracks.values() "
            "if track.due is not None]\n"
            "        if due and not any(at <= now for at in terms):\n"
        ),
        (WITHIN,),
    ),
    Fault(
        "leak: deadlines of hidden tracks are shown",
        "due, list, show",
        "workflow/verbs/cases.py",
        (
            "        if not sees(dossier.procedure, dossier.case, dossier.reader, "
            "track):\n            continue\n"
        ),
        "        if not sees:\n            continue\n",
        (WITHIN,),
    ),
    Fault(
        "leak: hidden tracks are shown",
        "show, list",
        "workflow/verbs/doing.py",
        ("        if sees(dossier.procedure, dossier.case, dossier.reader, track)\n    }"),
        "        if sees\n    }",
        (WITHIN,),
    ),
    Fault(
        "leak: seq counts every event",
        "show, a count",
        "workflow/verbs/cases.py",
        '        "seq": seen.seq,\n',
        '        "seq": dossier.recorded,\n',
        (WITHIN,),
    ),
    Fault(
        "leak: every item is shown",
        "show",
        "workflow/verbs/cases.py",
        "        elif name in known:\n",
        "        else:\n",
        (BESIDE,),
    ),
    Fault(
        "leak: the size of an item is shown",
        "show, auditor",
        "workflow/verbs/cases.py",
        (
            '            found.append({"kind": item.kind, "readable": False, '
            '"erased": name in gone})\n'
        ),
        (
            "            size = next(e.data.size for e in seen.events if "
            "isinstance(e.data, Added) and e.data.item == name)\n"
            '            found.append({"kind": item.kind, "readable": False, '
            '"erased": name in gone, "size": size})\n'
        ),
        (ELSEWHERE,),
    ),
    Fault(
        "leak: every party is shown",
        "show",
        "workflow/verbs/cases.py",
        "if p in dossier.reader or seen.scope.knows(p)]",
        "]",
        (BESIDE,),
    ),
    Fault(
        "leak: an emergency is told to all",
        "show, text",
        "workflow/verbs/cases.py",
        '    if emergency is not None and "emergency" in document["states"]:\n',
        "    if emergency is not None:\n",
        (WITHIN,),
    ),
    Fault(
        "leak: what one meant is found among all cases",
        "an error",
        "workflow/verbs/dossier.py",
        "        known = [dossier.case.stream for dossier in all_visible(session)]\n",
        "        with session.store.read() as tx:\n            known = tx.streams()\n",
        (ELSEWHERE,),
    ),
    Fault(
        "leak: a hidden case is refused as another's",
        "an error, its words",
        "workflow/desk/desk.py",
        (
            "        if not may_know(rules, case, register, who, self.now()):\n"
            "            raise NoSuchCase(stream)"
        ),
        (
            "        if not may_know(rules, case, register, who, self.now()):\n"
            '            raise Refusal("show", (Reason("not-yours", {"who": '
            "tuple(case.assigned)}),))"
        ),
        (ELSEWHERE,),
    ),
    Fault(
        "leak: a hidden case is a conflict",
        "an exit code",
        "workflow/desk/desk.py",
        (
            "        if not may_know(rules, case, register, who, self.now()):\n"
            "            raise NoSuchCase(stream)"
        ),
        (
            "        if not may_know(rules, case, register, who, self.now()):\n"
            "            raise Conflict(stream, 0)"
        ),
        (ELSEWHERE,),
    ),
    Fault(
        "leak: an expected seq is that of all events",
        "advance --expect, an exit code",
        "workflow/verbs/doing.py",
        "not repeated and seen != care.expect:\n",
        "not repeated and dossier.recorded != care.expect:\n",
        (WITHIN,),
    ),
    Fault(
        "leak: idempotency keys are everybody's",
        "an exit code",
        "workflow/verbs/doing.py",
        (
            '    own = hmac.digest(secret, b"key " + '
            'care.idempotency_key.encode(), "sha256").hex()\n'
        ),
        "    own = care.idempotency_key\n",
        (WITHIN,),
    ),
    Fault(
        "leak: a consent knows hidden items",
        "consent give, an error",
        "workflow/engine/consenting.py",
        (
            "        and (command.giver in case.items[item].of or "
            "may_read(procedure, case, item, who, by.now))\n"
        ),
        "",
        (WITHIN,),
    ),
    Fault(
        "leak: any consent can be named to take it back",
        "consent withdraw, an error",
        "workflow/engine/consenting.py",
        "    if consent is None or consent.giver not in of:\n",
        "    if consent is None:\n",
        (WITHIN,),
    ),
    Fault(
        "leak: reading tells what there is",
        "read, an error",
        "workflow/engine/deciding.py",
        "    if not held and not _readable(draft, item, who, by):\n",
        "    if item not in draft.case.items:\n",
        (WITHIN,),
    ),
    Fault(
        "leak: sharing tells what there is",
        "share, an error",
        "workflow/engine/deciding.py",
        ("    held = [item for item in command.items if _readable(draft, item, who, by)]\n"),
        "    held = [item for item in command.items if item in draft.case.items]\n",
        (WITHIN,),
    ),
    Fault(
        "leak: every consent is listed",
        "consent list, show",
        "workflow/verbs/consents.py",
        (
            "        for name, consent in seen.scope.case.consents.items()\n"
            "        if seen.scope.sees_consent(name)\n"
        ),
        "        for name, consent in seen.scope.case.consents.items()\n",
        (WITHIN,),
    ),
    Fault(
        "leak: every case is completed",
        "completion",
        "workflow/verbs/completing.py",
        (
            "        for dossier in all_visible(session):\n"
            "            yield dossier.case.stream, "
            "dossier.procedure.labels[session.lang]\n"
        ),
        (
            "        assert all_visible\n        with session.store.read() as tx:\n"
            '            yield from ((name, "") for name in tx.streams())\n'
        ),
        (ELSEWHERE,),
    ),
    Fault(
        "leak: every item is completed",
        "completion",
        "workflow/verbs/completing.py",
        ("            if may_read(procedure, dossier.case, name, dossier.reader, now):\n"),
        "            if may_read and now:\n",
        (WITHIN,),
    ),
    Fault(
        "leak: every consent is completed",
        "completion",
        "workflow/verbs/completing.py",
        "            if seen.sees_consent(name) and not consent.ended:\n",
        "            if not consent.ended:\n",
        (WITHIN,),
    ),
    Fault(
        "leak: every party is completed",
        "completion",
        "workflow/verbs/dossier.py",
        (
            "    return [name for name in dossier.case.parties if name in "
            "dossier.reader or seen.knows(name)]\n"
        ),
        "    return list(dossier.case.parties) if seen else []\n",
        (BESIDE,),
    ),
    Fault(
        "leak: consents are told to all",
        "history",
        "workflow/histories/visibility.py",
        "            return seen.sees_consent(name)\n",
        "            return True\n",
        (WITHIN,),
    ),
    Fault(
        "leak: readings are told to all",
        "history",
        "workflow/histories/visibility.py",
        ("            return seen.owns(owners) or seen.confides(owners) or seen.did(event)\n"),
        "            return True\n",
        (WITHIN,),
    ),
    Fault(
        "leak: who is kept out is told to all",
        "history",
        "workflow/histories/visibility.py",
        "            return _sees_recusal(seen, event)\n",
        "            return True\n",
        (WITHIN,),
    ),
    Fault(
        "leak: items are told to all",
        "history",
        "workflow/histories/visibility.py",
        "            return _sees_item(seen, event.data, event)\n",
        "            return True\n",
        (WITHIN,),
    ),
    Fault(
        "leak: links are told to all",
        "history",
        "workflow/histories/visibility.py",
        ("        case f.Opened() | f.Linked() | f.Heard():\n            return False\n"),
        (
            "        case f.Opened() | f.Linked() | f.Heard():\n"
            "            return isinstance(event.data, f.Linked)\n"
        ),
        (BESIDE,),
    ),
    Fault(
        "leak: looks are told to all",
        "history",
        "workflow/histories/looks.py",
        "    return seen.whole or _saw(seen, event, fact, everywhere)\n",
        "    return True\n",
        (BESIDE,),
    ),
    Fault(
        "leak: a page says when anything last moved",
        "history, a moment",
        "workflow/histories/viewing.py",
        "        latest=max(times, default=None),\n",
        "        latest=events[-1].at if times else None,\n",
        (WITHIN,),
    ),
    Fault(
        "leak: a page counts every event",
        "history, a count",
        "workflow/histories/viewing.py",
        ("        integrity = Integrity(integrity.chain_ok, integrity.signatures_ok, wrong)\n"),
        (
            "        integrity = Integrity(\n"
            "            integrity.chain_ok, integrity.signatures_ok, wrong, "
            "integrity.events\n        )\n"
        ),
        (WITHIN,),
    ),
    Fault(
        "leak: verifying a case counts every event",
        "audit verify, a count",
        "workflow/verbs/verifications.py",
        "    counts = dossier is None or AUDITOR in dossier.reader\n",
        "    counts = dossier is None or bool(AUDITOR)\n",
        (WITHIN,),
    ),
    Fault(
        "leak: the clock counts every event",
        "tick, a count",
        "workflow/verbs/times.py",
        '    events = sum(len(document["events"]) for document, _ in shown)\n',
        "    events = sum(len(went.events) for went in done)\n",
        (WITHIN,),
    ),
    Fault(
        "leak: verifying a case counts who looked at it",
        "audit verify, a count",
        "workflow/auditing/verifying.py",
        "checked.items() if only is None or subject(name) == name]",
        "checked.items()]",
        (FOUND,),
    ),
    Fault(
        "leak: who cannot take a consent back hears whether it holds",
        "consent withdraw, an error",
        "workflow/engine/consenting.py",
        "    by = _recorder(draft, by, who, consent.giver)\n    if by.capacity is None:\n",
        (
            "    by = _recorder(draft, by, who, consent.giver)\n"
            "    if by.capacity is None and not consent.ended:\n"
        ),
        (FOUND,),
    ),
)
"""`breaks` says by what: the verb, or what of its answer differs."""
