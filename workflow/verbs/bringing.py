"""What comes with a step: people with their return codes, documents, and a case that it files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from workflow.verbs.doing import new_item

if TYPE_CHECKING:
    from workflow.crypto.sealing import SealedItem
    from workflow.desk.values import Filer
    from workflow.engine.commands import NewItem
    from workflow.engine.procedure import Step
    from workflow.verbs.dossier import Dossier
    from workflow.verbs.session import Session


class Joining(NamedTuple):
    """The return code of a party who joins, the public key that follows from it, and their name.

    They have a name of their own where several people play their part.
    """

    code: str | None = None
    key: str | None = None
    party: str | None = None


class Filed(NamedTuple):
    """The case that a step files: its number, and the return code of who files it."""

    filer: Filer | None = None
    code: str | None = None


def sealed(
    session: Session, content: bytes | None, contents: dict[str, SealedItem]
) -> NewItem | None:
    """Seal a content and put it with the others; None where there is none."""
    if content is None:
        return None
    item, closed = new_item(session, content)
    contents[item.item] = closed
    return item


def brought(
    session: Session, papers: Sequence[bytes], contents: dict[str, SealedItem]
) -> tuple[NewItem, ...]:
    """Seal the documents that come with a step, and put them with the others."""
    found = (sealed(session, paper, contents) for paper in papers)
    return tuple(item for item in found if item is not None)


def digests(papers: Sequence[bytes]) -> list[str]:
    """What makes the same documents recognisable when a command is tried again."""
    from workflow.crypto.sealing import digest

    return [digest(paper) for paper in papers]


def stated(session: Session, evidence: str | None, statement: str | None) -> bytes | None:
    """The scan of a written statement, which goes with written evidence only."""
    if evidence == "written" and statement is None:
        raise session.wrong("statement-missing")
    if evidence != "written" and statement is not None:
        raise session.wrong("statement-unasked")
    return None if statement is None else session.text(statement)


def joined(session: Session, dossier: Dossier, step: Step) -> Joining:
    """A fresh return code for the party who joins with this step, if it is a member."""
    if step.joins is None or step.joins in dossier.case.parties:
        return Joining()
    declared = dossier.procedure.parties[step.joins]
    from workflow.crypto.codes import derive, new_code, new_party

    party = new_party(session.random, step.joins) if declared.many else None
    if not declared.member:
        return Joining(party=party)
    code = new_code(session.random)
    return Joining(code, derive(code, dossier.case.stream).public.line(), party)


def filed(session: Session, step: Step) -> Filed:
    """A number and a fresh return code for the case that the step files, where it files one."""
    if step.files is None:
        return Filed()
    from workflow.crypto.codes import derive, new_case_id, new_code
    from workflow.desk.values import Filer

    case, code = new_case_id(session.random), new_code(session.random)
    return Filed(Filer(case, derive(code, case)), code)


def code_lines(session: Session, party: str, code: str) -> list[str]:
    """A return code as it is shown, this once."""
    return [
        "",
        session.say(
            f"Terugkeercode voor {party}. Hij wordt maar één keer getoond:",
            f"Return code for {party}. It is shown only once:",
        ),
        "",
        f"    {code}",
        "",
    ]
