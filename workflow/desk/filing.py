"""What one command does to other cases: those of the same matter are told, and one is opened.

All of it is stored in the transaction of the command, and each case keeps its own history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from workflow.crypto.codes import new_item_name
from workflow.crypto.sealing import SealedItem
from workflow.desk.appending import append
from workflow.desk.loading import Loader
from workflow.desk.values import ClockBehind, Filer, NoSuchCase, Signer
from workflow.engine import commands as c
from workflow.engine.draft import Draft
from workflow.engine.matters import Neighbour, filed, listens, told
from workflow.engine.procedure import Filing
from workflow.engine.reasons import BadCommand, Reason, Refusal
from workflow.keyring import open_item
from workflow.store import Conflict, Head, Read, Write


def meant(
    tx: Read, loader: Loader, draft: Draft, who: str, now: datetime, seed: bytes
) -> dict[str, tuple[Head, Draft]]:
    """What the decision means for other cases, by their numbers, each with its head; `now` in UTC.

    Raises ClockBehind where one of them lies ahead, and Refusal where a step links a case that is
    not there, that listens to nothing this procedure tells, in which nothing would come of it, from
    which `who` is kept out or that lies ahead: the answer is the same.
    """
    if not draft.tells and draft.linked is None:
        return {}
    others = _of_one_matter(tx, loader, draft)
    neighbours = {name: other for name, (_, other) in others.items()}
    found = told(draft, neighbours, who, now, seed)
    for name, after in found.items():
        latest = after.case.latest
        if latest is not None and now < latest:
            if name == draft.linked:
                raise Refusal("link", (Reason("no-such-case"),))
            raise ClockBehind(now, latest)
    return {name: (others[name][0], after) for name, after in found.items()}


def _of_one_matter(tx: Read, loader: Loader, draft: Draft) -> dict[str, tuple[Head, Neighbour]]:
    """The cases that the one which was decided on says are of its matter."""
    procedure = draft.rules.procedure
    others: dict[str, tuple[Head, Neighbour]] = {}
    for stream in dict.fromkeys((*draft.case.links, *filter(None, (draft.linked,)))):
        with suppress(NoSuchCase):
            head, case, _ = loader.found(tx, stream)
            rules = loader.rules(tx, case.procedure)
            if stream != draft.linked or listens(procedure, rules.procedure.procedure):
                others[stream] = head, Neighbour(rules, case)
        if stream == draft.linked and stream not in others:
            raise Refusal("link", (Reason("no-such-case"),))
    return others


def tell(
    tx: Write,
    loader: Loader,
    meaning: Mapping[str, tuple[Head, Draft]],
    now: datetime,
    signer: Signer,
) -> None:
    """Store in other cases what a decision means for them; `now` in UTC."""
    for head, after in meaning.values():
        append(tx, loader, after, head, now, signer, {})


def opening(
    tx: Read,
    loader: Loader,
    draft: Draft,
    filing: Filing,
    filer: Filer | None,
    papers: tuple[c.NewItem, ...],
    now: datetime,
    seed: bytes,
) -> Draft:
    """How the case begins that the step files, with these documents; `now` in UTC.

    Raises BadCommand where no `filer` joins it, Refusal, and Conflict where it would not begin
    under the procedure that whoever files it was shown.
    """
    if filer is None or filer.case not in draft.case.links:
        raise BadCommand((Reason("files-a-case", {"step": filing.step}),))
    version = draft.register.version(filing.procedure, draft.case.branch)
    if version is None:
        reason = Reason("procedure-not-adopted", {"procedure": filing.procedure})
        raise Refusal(filing.step, (reason,))
    if filer.shown not in (None, version.digest):
        raise Conflict(draft.case.stream, draft.case.seq)
    rules, line = loader.deciding(tx, version.digest), filer.key.public.line()
    return filed(draft, filing, rules, filer.case, line, papers, now, seed)


def file(
    tx: Write,
    loader: Loader,
    draft: Draft,
    filing: Filing,
    now: datetime,
    signer: Signer,
    contents: Mapping[str, SealedItem],
    filer: Filer | None,
    random: Callable[[int], bytes],
) -> str:
    """Open the case that the step files, with the very documents that it shared (B23).

    Gives its number. Raises what `opening` raises, and CannotOpen.
    """
    stream, case, register = draft.case.stream, draft.case, draft.register
    carried: dict[str, SealedItem] = {}
    papers = []
    for item in draft.carried:
        sealed = contents.get(item)
        if sealed is None:
            known = case.items[item].digest
            key, _ = open_item(tx, register, stream, item, known, signer.key)
            sealed = SealedItem(tx.item(stream, item) or b"", key)
        name = new_item_name(random)
        carried[name] = sealed
        papers.append(c.NewItem(name, case.items[item].digest, len(sealed.ciphertext)))
    opened = opening(tx, loader, draft, filing, filer, tuple(papers), now, random(16))
    assert filer is not None, "nobody but a filer opens it"
    append(tx, loader, opened, None, now, Signer(opened.entries[0].who, filer.key), carried)
    return filer.case
