"""What can be done in a case besides taking a step: adding a document, allowing and sharing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workflow.verbs.dossier import Dossier
    from workflow.verbs.session import Session


def own(dossier: Dossier) -> list[str]:
    """The parties that the caller is, whose documents were not erased."""
    from workflow.engine.procedure import role

    return [
        party
        for party in dossier.case.parties
        if party in dossier.reader and role(party) not in dossier.case.erased
    ]


def addable(session: Session, dossier: Dossier) -> list[dict[str, Any]]:
    """The kinds of document that are the caller's to add, and whom each can be traced to at least.

    Nothing where the only part that the caller has is that of somebody whose report was erased.
    """
    procedure, reader = dossier.procedure, dossier.reader
    mine = own(dossier)
    parties = [party for party in dossier.case.parties if party in reader]
    if parties and not mine:
        return []
    return [
        {
            "kind": name,
            "label": kind.labels[session.lang],
            "of": (mine or ["…"]) if kind.traceable else [],
        }
        for name, kind in procedure.kinds.items()
        if any(capacity in reader for capacity in kind.added_by)
    ]


def lines(session: Session, dossier: Dossier, adds: Sequence[dict[str, Any]]) -> list[str]:
    """The commands for it, each with what it does."""
    from workflow.verbs.output import columns, painted
    from workflow.wording.choices import listed

    case = dossier.case.stream
    rows = []
    for each in adds:
        of = f" --of {','.join(each['of'])}" if each["of"] else ""
        file = session.say("BESTAND", "FILE")
        rows.append((f"zaak add {case} {file} --kind {each['kind']}{of}", each["label"]))
    purposes = dossier.procedure.purposes
    allowing = bool(own(dossier) and purposes)
    if allowing:
        item, to, purpose = (
            session.say(*words)
            for words in (("STUK", "ITEM"), ("WIE", "WHOM"), ("DOEL", "PURPOSE"))
        )
        rows += [
            (
                f"zaak consent give {case} --items {item} --to {to} --purpose {purpose}",
                session.say("toestaan dat iets van jou wordt gedeeld", "allow sharing of yours"),
            ),
            (
                f"zaak share {case} {item} --to {to} --purpose {purpose}",
                session.say("het zelf delen, als dat mag", "share it yourself, where allowed"),
            ),
        ]
    if not rows:
        return []
    found = [
        "",
        painted(session, session.say("Wat je verder kunt", "What else you can do"), "bold"),
    ]
    found += columns(rows, indent=2)
    if allowing:
        named = listed({name: one.labels[session.lang] for name, one in purposes.items()})
        one_of = session.say("DOEL is een van", "PURPOSE is one of")
        found.append(f"  {one_of}: {', '.join(named)}")
    return found
