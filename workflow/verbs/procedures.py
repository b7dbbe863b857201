"""`zaak procedure`: the procedures there are, in words and as pictures, checked and adopted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from workflow.verbs.base import group
from workflow.verbs.catalogue import (
    OFFICES,
    adopted,
    named,
    offices,
    policies,
    shipped,
    soundly,
    told_policy,
    under_policy,
)
from workflow.verbs.checking import MOST, checked, extent, foreseen, how_far, verdict
from workflow.verbs.comparing import diff
from workflow.verbs.exports import diagram, export, followed
from workflow.verbs.languages import Words
from workflow.verbs.options import argument, option
from workflow.verbs.rehearsing import try_
from workflow.verbs.rules import rules
from workflow.verbs.seats import known_branch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from workflow.declaring.schema import Policy
    from workflow.engine.facts import Fact
    from workflow.engine.procedure import Procedure, Text
    from workflow.engine.register import Register
    from workflow.store import Write
    from workflow.verbs.session import Session

FOUND_WRONG = 1
SHOWN = 12
"""So many digits of a digest tell one text of a procedure from another, for people."""

QUICK = Words(
    "Alleen nakijken wat er staat, niet doorlopen wat er kan gebeuren.",
    "Only check what it says; do not explore what can happen.",
)

procedure = group(
    "procedure",
    Words(
        "Procedures tonen, nakijken, tekenen en aannemen.",
        "Show, check, draw and adopt procedures.",
    ),
    examples=("zaak procedure list", "zaak procedure show conduct"),
)
for command in (diagram, diff, export, rules, try_):
    procedure.add_command(command)


@procedure.verb(
    Words(
        "Welke procedures er zijn.\n\nWat de vereniging heeft aangenomen, en wat bij dit programma "
        "hoort. Beleid is wat een afdeling anders doet dan een procedure zegt.",
        "Which procedures there are.\n\nWhat the association adopted, and what comes with this "
        "program. A policy is what a branch does otherwise than a procedure says.",
    ),
    name="list",
    examples=("zaak procedure list", "zaak procedure list --json"),
)
def list_(session: Session) -> None:
    """List the adopted and the shipped procedures."""
    from workflow.engine.procedure import canonical, digest

    rows: dict[str, dict[str, Any]] = {}
    for version, declared in adopted(session):
        row = rows.setdefault(version.digest, _row(declared, version.digest, adopted=True))
        row["branches"].append(version.branch)
        if version == session.desk.register().version(version.procedure, version.branch):
            row["in_force"].append(version.branch)
    for declared in shipped(session):
        name = digest(canonical(declared))
        rows.setdefault(name, _row(declared, name, adopted=False))["shipped"] = True
    ways = [_way(policy) for policy in policies(session)]
    named_ways = {way["policy"] for way in ways}
    for row in rows.values():
        policy = under_policy(row["version"])
        if policy is not None and policy not in named_ways:
            named_ways.add(policy)
            own = {"nl": "", "en": ""}
            ways.append({"policy": policy, "based_on": row["procedure"], "labels": own})
    known_offices = len(offices())

    def text() -> str:
        lines = []
        for row in rows.values():
            names = ", ".join((row["procedure"], *row["aliases"]))
            version = session.say("versie", "version")
            label = row["labels"][session.lang]
            told = f"{version} {row['version']} ({row['digest'][:SHOWN]})"
            lines.append(f"{names}  {label} – {told}, {_adopted_for(session, row)}")
        for way in ways:
            changes = session.say("beleid bij", "policy on")
            label = f"{way['labels'][session.lang]} – " if way["labels"]["nl"] else ""
            lines.append(f"{way['policy']}  {label}{changes} {way['based_on']}")
            reads = session.say("leest zo", "reads it like this")
            readings = way.get("readings", {})
            lines += (f"  {name}, {reads}: {readings[name][session.lang]}" for name in readings)
        known = session.say("functies waaruit zij kiezen", "offices they choose from")
        lines.append(f"{OFFICES}  {known_offices} {known}")
        cited = session.say("wat de nummers betekenen", "what the numbers mean they cite")
        lines.append(f"rules.yaml  {cited}: zaak procedure rules")
        return "\n".join(lines)

    document = {"procedures": list(rows.values()), "policies": ways, "offices": known_offices}
    session.answer(document, text)


@procedure.verb(
    Words(
        "Een procedure in woorden.\n\nDe sporen en hun toestanden, de stappen, wie ze zet, wat "
        "ervoor nodig is, de termijnen en de regels waarop alles rust.",
        "A procedure in words.\n\nThe tracks and their states, the steps, who takes them, what "
        "they need, the deadlines and the rules that all of it rests on.",
    ),
    examples=(
        "zaak procedure show conduct",
        "zaak procedure show omgang --branch noord/waterstad",
    ),
)
@argument("name", metavar="NAME|FILE")
@followed
def show(session: Session, name: str, branch: str | None) -> None:
    """Show one procedure: the adopted one of that name, else the shipped one, or a file."""
    import msgspec

    from workflow.engine.procedure import canonical, digest
    from workflow.verbs.declaration import in_words

    found = named(session, name, branch)
    document = {"digest": digest(canonical(found)), "declared": msgspec.to_builtins(found)}
    row = {"procedure": found.procedure, "version": found.version, "labels": found.labels}
    shown = str(document["digest"])[:SHOWN]
    session.answer(
        {**row, **document},
        lambda: (
            _policy_line(session, name, found) + in_words(found, session.lang, shown, offices())
        ),
    )


@procedure.verb(
    Words(
        "Kijk een procedure na.\n\nAlles wat er mis mee is, met regel en kolom. Is er iets mis, "
        "dan is de uitgangscode 1. Beleid van een afdeling wordt nagekeken samen met de procedure "
        "die het verandert.\n\nIs met wat er staat niets mis, dan wordt in een kleine vereniging "
        "doorlopen wat er allemaal kan gebeuren. Dat duurt seconden; met --quick blijft het "
        "achterwege. Een situatie is hoe één spoor ervoor staat, met alles wat daarbij verschil "
        "maakt; een zet leidt van de ene naar de andere.",
        "Check a procedure.\n\nEverything that is wrong with it, with line and column. If anything "
        "is wrong, the exit code is 1. The policy of a branch is checked together with the "
        "procedure that it changes.\n\nWhere nothing is wrong with what it says, everything that "
        "can happen is explored in a small association. That takes seconds; with --quick it is "
        "left out. A situation is how one track stands, with everything on it that makes a "
        "difference; a move leads from one to another.",
    ),
    examples=(
        "zaak procedure check conduct",
        "zaak procedure check --quick states/*.yaml",
        "zaak procedure check states/conduct.yaml --json",
    ),
)
@argument("files", nargs=-1, required=True, metavar="FILE|NAME...")
@option("--quick", is_flag=True, words=QUICK)
@option(
    "--most",
    type=click.IntRange(min=1),
    default=MOST,
    metavar="N",
    words=Words(
        f"Stop met doorlopen na N beslissingen (anders {MOST}), en zeg dat erbij.",
        f"Stop exploring after N decisions (otherwise {MOST}), and say so.",
    ),
)
def check(session: Session, files: tuple[str, ...], quick: bool, most: int) -> int:
    """Check procedures by name or from files."""
    found = [checked(session, file, 0 if quick else most) for file in files]
    ok = all(document["ok"] for document in found)
    document = found[0] if len(found) == 1 else {"ok": ok, "procedures": found}
    session.answer(document, lambda: "\n".join(verdict(session, one) for one in found))
    return 0 if ok else FOUND_WRONG


@procedure.verb(
    Words(
        "Neem een procedure aan.\n\nVoor wie het register bijhoudt. De procedure wordt eerst "
        "helemaal nagekeken, zoals zaak procedure check dat doet: ook wordt doorlopen wat er kan "
        "gebeuren. Dat duurt seconden; met --quick blijft het achterwege. Met --branch geldt zij "
        "alleen in die afdeling en wat daaronder valt; daar gaat zij voor wat overal geldt. "
        "Zaken die al lopen, houden de versie waarmee zij begonnen, tot iemand ze overbrengt "
        "(zaak case migrate).",
        "Adopt a procedure.\n\nFor the keeper of the register. The procedure is checked as a "
        "whole first, as zaak procedure check does it: what can happen is explored too. That takes "
        "seconds; with --quick it is left out. With --branch only that branch follows it, with "
        "what lies below; there it goes before what is followed everywhere. Cases "
        "that are open keep the version they began with, until somebody brings them "
        "over (zaak case migrate).",
    ),
    examples=(
        "zaak procedure adopt conduct.yaml",
        "zaak procedure adopt waterstad --branch noord/waterstad",
    ),
)
@argument("file", metavar="FILE|NAME")
@option(
    "--branch",
    metavar="BRANCH",
    words=Words("Alleen voor deze afdeling.", "For this branch only."),
)
@option("--quick", is_flag=True, words=QUICK)
@option(
    "--yes",
    is_flag=True,
    words=Words(
        "Ook voor een afdeling waar nog niemand een functie had.",
        "Also for a branch where nobody held an office yet.",
    ),
)
def adopt(session: Session, file: str, branch: str | None, quick: bool, yes: bool) -> None:
    """Check a procedure and record that the association, or a branch, follows it from now on."""
    from workflow.engine import registering
    from workflow.engine.facts import Adopted
    from workflow.engine.procedure import canonical, recipients
    from workflow.engine.procedure import digest as digest_of

    found = soundly(session, file)
    declared = found.procedure
    form = canonical(declared)
    digest = digest_of(form)
    version = Adopted(declared.procedure, declared.version, digest, declared.aliases, branch or "")
    if branch is not None and not yes:
        known_branch(session, branch)

    def keep(tx: Write, _: Register) -> None:
        tx.put_procedure(digest, form)

    def decided(register: Register, now: datetime) -> tuple[Fact, ...]:
        return registering.adopt(register, signer.who, version, now, recipients(declared))

    signer = session.signer
    known = session.desk.register()
    before = known.version(declared.procedure, branch or "")
    # Whoever may not adopt it hears that at once, and not after everything was explored.
    decided(known, session.desk.now())
    happening = None if quick else foreseen(session, file, found, MOST)
    (event,) = session.desk.record(decided, signer, keep)
    row = {**_row(declared, digest, adopted=True), "branches": [version.branch]}
    seen = session.say(
        "\n  Wat er kan gebeuren is niet doorlopen.", "\n  What can happen was not explored."
    )
    if happening is not None:
        row |= extent(happening)
        seen = how_far(session, row)
    label = declared.labels[session.lang]
    there = f" in {branch}" if branch else ""
    instead = ""
    if before is not None:
        instead = session.say(
            f"Dit komt in de plaats van versie {before.version}.\n",
            f"This takes the place of version {before.version}.\n",
        )
    policy = _policy_line(session, file, declared)
    session.answer(
        {**row, "seq": event.seq, "instead_of": before.version if before else None},
        session.say(
            f"Aangenomen: {label} ({declared.procedure}), versie {declared.version}.\n"
            f"{policy}{instead}"
            f"Nieuwe zaken{there} volgen deze versie; lopende zaken houden de hunne.{seen}",
            f"Adopted: {label} ({declared.procedure}), version {declared.version}.\n"
            f"{policy}{instead}"
            f"New cases{there} follow this version; open cases keep theirs.{seen}",
        ),
    )


# --- inside --------------------------------------------------------------------------------------


def _row(declared: Procedure, digest: str, *, adopted: bool) -> dict[str, Any]:
    return {
        "procedure": declared.procedure,
        "aliases": declared.aliases,
        "version": declared.version,
        "labels": _both(declared.labels),
        "digest": digest,
        "adopted": adopted,
        "branches": [],
        "in_force": [],
        "shipped": False,
    }


def _way(policy: Policy) -> dict[str, Any]:
    """What a branch does otherwise, and which procedure that changes."""
    return {
        "policy": policy.policy,
        "based_on": policy.based_on,
        "version": policy.version,
        "labels": _both(policy.labels),
        "readings": {name: _both(one) for name, one in policy.readings.items()},
    }


def _both(words: Text) -> dict[str, str]:
    return {"nl": words.nl, "en": words.en}


def _policy_line(session: Session, name: str, declared: Procedure) -> str:
    """What the policy says that it changes, where the procedure stands under one that is at hand.

    It is looked for where the procedure was found, and then among those of the program.
    """
    policy = under_policy(declared.version)
    if policy is None:
        return ""
    said = ""
    for found in (told_policy(session, name), told_policy(session, policy)):
        if found is not None and _stands_under(declared, found):
            said = f": {found.labels[session.lang]}"
            break
    return session.say(f"Met het beleid {policy}{said}.\n", f"Under the policy {policy}{said}.\n")


def _stands_under(declared: Procedure, policy: Policy) -> bool:
    under = f"+{policy.policy}.{policy.version}"
    return declared.procedure == policy.based_on and declared.version.endswith(under)


def _adopted_for(session: Session, row: Mapping[str, Any]) -> str:
    """Whether a procedure was adopted, and where it is in force now."""
    if not row["adopted"]:
        return session.say("nog niet aangenomen", "not adopted yet")
    if not row["in_force"]:
        return session.say("vervangen door een andere", "replaced by another")
    branches = sorted(filter(None, row["in_force"]))
    if "" not in row["in_force"]:
        where = ", ".join(branches)
        return session.say(f"geldt nu in {where}", f"in force in {where}")
    also = session.say(f", ook in {', '.join(branches)}", f", also in {', '.join(branches)}")
    everywhere = session.say(
        "geldt nu, waar geen andere is aangenomen", "in force wherever no other was adopted"
    )
    return everywhere + (also if branches else "")
