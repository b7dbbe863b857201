"""What goes along when a case is filed: what was let go, to whom, on what, and nothing more.

Each test plays a counsellor with an altered program, a keeper of the register or an honest one, in
a real store, and then looks at what came into the case that was filed.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.properties import town as t
from tests.properties.matters_play import Matters, secret
from workflow.crypto.sealing import SealedItem
from workflow.desk import appending, filing
from workflow.desk.values import Filer, Outcome
from workflow.engine import commands as c
from workflow.engine import facts as f
from workflow.engine.draft import Draft
from workflow.engine.kernel import compile_procedure
from workflow.engine.matters import filed
from workflow.engine.procedure import Filing, Grant, Named, Share, Text, canonical, digest
from workflow.engine.reasons import Refusal
from workflow.store import Conflict

WRITTEN = c.Said("reporter", "written")


@pytest.fixture
def matters(tmp_path: Path) -> Matters:
    """A store in which a member may hand over one document to the disputes committee."""
    matters = Matters(tmp_path / "zaken.db")
    matters.choose("z-c", "disputes_committee", matters.advised())
    return matters


EVERYONE = Named(Text(nl="iedereen", en="everyone"))


def _adopted(matters: Matters, shares: Iterable[Share] = (), grants: Iterable[Grant] = ()) -> None:
    """The keeper adopts a dispute of which the first step gives and grants these things too."""
    old = matters.rules["dispute"].procedure
    step = old.steps["file"]
    step = msgspec.structs.replace(
        step, shares=(*step.shares, *shares), grants=(*step.grants, *grants)
    )
    steps = {**old.steps, "file": step}
    changed = msgspec.structs.replace(old, version="2", steps=steps, outside={"everyone": EVERYONE})
    matters.adopt(compile_procedure(changed, digest(canonical(changed))), t.BRANCH)


def _file(matters: Matters, said: c.Said | None = None) -> Outcome:
    who = "reporter" if said is None else "noor"
    return matters.step("z-c", "hand_over", who, into="z-d", said=said)


def _first(matters: Matters) -> f.Stepped:
    return next(e.data for e in matters.history("z-d") if isinstance(e.data, f.Stepped))


# --- to whom ------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["regional_chair", "everyone"])
def test_filing_reaches_nobody_beyond_whom_it_was_let_go_to(matters: Matters, to: str) -> None:
    """Where the committee's procedure passes the document on at once, the member cannot file."""
    passed_on = [Share("hearing", to, kind="packet")]
    _adopted(matters, passed_on, [Grant("packet", to, "hearing")])
    with pytest.raises(Refusal) as refused:
        _file(matters)
    (reason,) = refused.value.reasons
    assert (reason.code, reason.particulars) == ("files-beyond", {"to": to, "purpose": "hearing"})
    assert matters.state("z-c", "handover") == "none"
    with matters.store.read() as tx:
        assert "z-d" not in tx.streams()


def test_filing_reaches_the_committee_for_nothing_else(matters: Matters) -> None:
    """What was let go for a ruling is not filed where it would be given for anything else."""
    to = "disputes_committee"
    _adopted(matters, [Share("hearing", to, kind="packet")], [Grant("packet", to, "hearing")])
    with pytest.raises(Refusal) as refused:
        _file(matters)
    assert [reason.code for reason in refused.value.reasons] == ["files-beyond"]


def test_what_filing_allows_is_seen_beforehand(matters: Matters) -> None:
    """The preview of filing gives every consent and disclosure of the case that opens."""
    command = c.Advance("hand_over", into="z-d")
    filer = matters.filer("z-c", command)
    draft, opened = matters.desk.preview("z-c", command, matters.signer("z-c", "reporter"), filer)
    assert opened is not None
    _file(matters)
    told = (f.Consented, f.Disclosed)
    seen = [_plain(entry.fact) for entry in opened.entries if isinstance(entry.fact, told)]
    assert seen == [_plain(e.data) for e in matters.history("z-d") if isinstance(e.data, told)]
    assert {fact["to"] for fact in seen} == {"disputes_committee", "respondent"}
    assert [entry.fact for entry in draft.entries] == [
        event.data for event in matters.history("z-c")[-len(draft.entries) :]
    ]


def _plain(fact: f.Fact) -> dict[str, object]:
    """A fact without what differs from one time to the next: names that are made up, and times."""
    plain: dict[str, object] = msgspec.to_builtins(fact)
    return {
        name: value
        for name, value in plain.items()
        if name not in ("consent", "item", "starts", "on")
    }


def test_nobody_files_under_another_procedure_than_they_were_shown(matters: Matters) -> None:
    """Where another version is adopted between the preview and the yes, nothing is filed."""
    command = c.Advance("hand_over", into="z-d")
    signer, filer = matters.signer("z-c", "reporter"), matters.filer("z-c", command)
    assert filer is not None
    _, opened = matters.desk.preview("z-c", command, signer, filer)
    assert opened is not None
    shown = msgspec.structs.replace(filer, shown=opened.rules.digest)
    _adopted(matters)
    with pytest.raises(Conflict):
        matters.desk.perform("z-c", command, signer, {}, filer=shown)
    assert matters.state("z-c", "handover") == "none"
    matters.desk.perform("z-c", command, signer, {}, filer=filer)
    assert matters.state("z-c", "handover") == "filed"


# --- on what ------------------------------------------------------------------------------------


def test_filing_makes_no_evidence_stronger(matters: Matters) -> None:
    """What a counsellor files on a signed statement is decided and consented on that there too."""
    _file(matters, WRITTEN)
    assert (_first(matters).decided_by, _first(matters).evidence) == ("applicant", "written")
    consents = matters.case("z-d").consents.values()
    assert {given.evidence for given in consents} == {"written"}
    assert matters.problems() == ()


def test_who_files_by_their_own_code_decides_by_code(matters: Matters) -> None:
    """What the member files themself stands in the new case as decided with their own code."""
    _file(matters)
    assert _first(matters).evidence == "code"
    assert {given.evidence for given in matters.case("z-d").consents.values()} == {"code"}
    assert matters.problems() == ()


def test_evidence_that_was_made_stronger_is_named(
    matters: Matters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where an altered program says `code` for what stood on a statement, verifying names it."""

    def stronger(draft: Draft, *rest: Any) -> Draft:
        entries = tuple(
            msgspec.structs.replace(
                entry, fact=msgspec.structs.replace(entry.fact, evidence="code")
            )
            if isinstance(entry.fact, f.Stepped) and entry.fact.evidence
            else entry
            for entry in draft.entries
        )
        return filed(msgspec.structs.replace(draft, entries=entries), *rest)

    monkeypatch.setattr(filing, "filed", stronger)
    _file(matters, WRITTEN)
    monkeypatch.undo()
    assert _first(matters).evidence == "code"
    assert ("z-d", "filed-differs") in matters.found()


# --- and nothing more -----------------------------------------------------------------------------


def test_a_document_that_nobody_let_go_is_named(
    matters: Matters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second document in the case that was filed, beside the one let go, is named there."""
    box: dict[str, SealedItem] = {}
    extra = matters.item("the whole conversation, typed over", box)
    append = appending.append

    def fuller(draft: Draft, *rest: Any) -> Draft:
        step, rules, into, key, papers, *more = rest
        return filed(draft, step, rules, into, key, (*papers, extra), *more)

    def stored(tx: Any, loader: Any, draft: Any, head: Any, *rest: Any) -> Outcome:
        now, signer, contents = rest
        return append(tx, loader, draft, head, now, signer, {**contents, **box})

    monkeypatch.setattr(filing, "filed", fuller)
    monkeypatch.setattr(filing, "append", stored)
    _file(matters, WRITTEN)
    monkeypatch.undo()
    assert len(matters.case("z-d").items) == 2
    assert matters.opens("z-d", extra.item, "dirk")
    assert matters.found() == {("z-d", "filed-differs")}


def test_another_document_than_was_let_go_is_named(
    matters: Matters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another document in the place of the one that was let go is named in the filed case."""
    box: dict[str, SealedItem] = {}
    other = matters.item("something else", box)
    append = appending.append

    def swapped(draft: Draft, *rest: Any) -> Draft:
        step, rules, into, key, _, *more = rest
        return filed(draft, step, rules, into, key, (other,), *more)

    def stored(tx: Any, loader: Any, draft: Any, head: Any, *rest: Any) -> Outcome:
        now, signer, contents = rest
        return append(tx, loader, draft, head, now, signer, {**contents, **box})

    monkeypatch.setattr(filing, "filed", swapped)
    monkeypatch.setattr(filing, "append", stored)
    _file(matters)
    monkeypatch.undo()
    assert matters.found() == {("z-d", "filed-differs")}


def test_filing_under_another_procedure_is_named(
    matters: Matters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case that was to be filed as a dispute and is filed as an investigation is named."""

    def elsewhere(draft: Draft, *rest: Any) -> Draft:
        _, _, *more = rest
        step = Filing("investigation", "report")
        return filed(draft, step, matters.rules["investigation"], *more)

    monkeypatch.setattr("workflow.engine.matters.beyond", lambda *_: ())
    monkeypatch.setattr(filing, "filed", elsewhere)
    command = c.Advance("hand_over", into="z-d")
    matters.now += t.MINUTE
    filer = Filer("z-d", secret("z-d:notifier"))
    matters.desk.perform("z-c", command, matters.signer("z-c", "reporter"), {}, filer=filer)
    monkeypatch.undo()
    assert ("z-d", "filed-differs") in matters.found()
