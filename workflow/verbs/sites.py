"""`zaak audit site`: all cases that one reader may know of as a folder of pages, to be turned over.

What stands in it is decided where it is decided for a history: which cases there are for somebody
by `dossier.all_visible` and `standing.knows`, and what of each by its View. The overview is made of
those Views. A look is written down beside every case that is rendered, as for `zaak history`; there
is none beside the register, since nothing is taken out of cases that the reader may not know of
(`Desk.look_at_all` is about those), and since procedures and offices are shown to whoever is in the
register without one (`zaak office list`).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple, Self

from workflow.verbs import completing
from workflow.verbs.base import verb
from workflow.verbs.languages import Words
from workflow.verbs.options import argument, option

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from workflow.engine.standing import Standing
    from workflow.sites.overview import Summary
    from workflow.sites.pages import TermSeen, WindowSeen
    from workflow.verbs.dossier import Dossier
    from workflow.verbs.session import Session

QUIET = 1.0
"""So many seconds may pass before it is said how far it is."""


class Shown(NamedTuple):
    """A case of the site: as it lies before the caller, and before the reader it is made for."""

    dossier: Dossier
    reader: Standing


@verb(
    Words(
        "Alles wat je mag zien als een map met pagina’s.\n\n"
        "Een overzicht (open zaken, gemiste termijnen, noodopeningen, wat nog niet onder een "
        "ijkpunt valt), een pagina per zaak, de procedures en wie welke functie had. Zonder "
        "netwerk te lezen. Met --for alleen wat wie die functie heeft mag zien: die van jezelf of, "
        "voor de auditcommissie, die van een ander. Een eerdere site in MAP wordt vervangen; een "
        "map met iets anders blijft zoals zij is.",
        "All that you may see as a folder of pages.\n\n"
        "An overview (open cases, deadlines missed, emergencies, what no checkpoint covers yet), a "
        "page for each case, the procedures, and who held which office. To be browsed without a "
        "network. With --for only what a holder of that office may see: one of your own or, for "
        "auditors, another’s. An earlier site in DIR is replaced; a folder with anything else is "
        "left alone.",
    ),
    examples=(
        "zaak audit site site",
        "zaak audit site voor-de-voorzitter --for regional_chair --lang nl",
    ),
)
@argument("folder", metavar="DIR")
@option(
    "--for",
    "audience",
    metavar="OFFICE",
    complete=completing.offices,
    words=Words("Voor wie deze functie heeft.", "For the holder of this office."),
)
def site(session: Session, folder: str, audience: str | None) -> None:
    """Write a site."""
    from workflow.auditing.verifying import verify_store
    from workflow.histories.diagrams import CannotDraw
    from workflow.sites.overview import overview
    from workflow.sites.pages import Site, pages
    from workflow.verbs.declared_pages import procedure_pages
    from workflow.verbs.dossier import look
    from workflow.verbs.folders import filled

    shown, office, called = _cases(session, audience)
    now = session.desk.now()
    after, window = _window(session)
    # Each case is gone through three times: recomputed, drawn, and its look written down.
    far = _Progress(session, 3 * len(shown))
    streams = [each.dossier.case.stream for each in shown]
    with far, filled(session, folder) as place:
        report = verify_store(session.store, streams, lambda _: far.on())
        summaries, whole = [], False
        try:
            for each in shown:
                far.on()
                summary, sees_all = _rendered(session, each, place, now, after, report)
                summaries.append(summary)
                whole = whole or sees_all
            made = Site(
                called,
                overview(summaries, now),
                window if whole else None,
                procedure_pages(session),
                _terms(session, now),
            )
        except CannotDraw as error:
            raise session.wrong("cannot-draw", why=str(error)) from error
        for name, page in pages(made, session.lang):
            _write(place / name, page)
        # Written down before anybody can see it: until now nobody else can enter the folder.
        for each in shown:
            far.on()
            look(session, each.dossier, "history", office)
    document = {"folder": folder, "page": f"{folder}/index.html", "cases": len(shown)}
    session.answer(document, str(document["page"]))


# --- for whom ------------------------------------------------------------------------------------


def _cases(session: Session, audience: str | None) -> tuple[list[Shown], str | None, str]:
    """The cases of the site with who reads them, the office that reads, and what that is called.

    A site is for one pair of eyes: where several people read in an office, and not the same cases,
    there is none of all of it. Nor is it said who reads which, since whoever audits is told of
    nobody what they did. Raises BadCommand, and Refusal where somebody asks who may not.
    """
    from workflow.engine.standing import AUDITOR, Standing, knows
    from workflow.verbs.dossier import all_visible
    from workflow.verbs.seats import called, full_name, labelled, office_meant

    dossiers = list(all_visible(session))
    if audience is None:
        return [Shown(each, each.reader) for each in dossiers], None, _myself(session)
    known = tuple(labelled(session))
    if any(_is_party(each, audience) for each in dossiers):
        raise session.wrong("one-member-each")
    office = office_meant(session, audience, known)
    if office not in known:
        raise session.wrong("unknown-office", given=audience, known=known)
    me, now = session.person, session.desk.now()
    held = {term.office for term in session.desk.register().anywhere(me, now)}
    mine = office in held or any(office in each.reader for each in dossiers)
    if not mine and AUDITOR not in held:
        raise session.refused("not-yours", who=(office,))
    found: dict[str, list[Shown]] = {}
    for each in dossiers:
        for who in _readers(session, each, office, mine=mine):
            signer = each.register.persons.get(who)
            reader = Standing(who, frozenset({office}), signer.key if signer else None)
            if knows(each.procedure, each.case, reader):
                found.setdefault(who, []).append(Shown(each, reader))
    cases = {frozenset(one.dossier.case.stream for one in each) for each in found.values()}
    if len(cases) > 1:
        raise session.refused("several-readers", office=office)
    label = called(session, office)
    shown = next(iter(found.values()), [])
    return shown, office, f"{label} ({full_name(session, me)})" if mine else label


def _readers(session: Session, dossier: Dossier, office: str, *, mine: bool) -> tuple[str, ...]:
    """Who reads a case in this office: the caller, where it is theirs; else whoever holds it."""
    from workflow.engine.looking import may_render
    from workflow.engine.standing import members

    if mine:
        return (dossier.reader.who,) if office in dossier.reader else ()
    if not may_render(dossier.procedure, dossier.case, dossier.reader, office):
        return ()
    now = session.desk.now()
    return members(dossier.procedure, dossier.register, dossier.case, office, now)


def _is_party(dossier: Dossier, name: str) -> bool:
    from workflow.engine.procedure import role

    return role(name) in dossier.procedure.parties or name in dossier.case.parties


def _myself(session: Session) -> str:
    """The caller as the register has them: their name, and the offices they hold now."""
    from workflow.verbs.seats import called, full_name, labelled

    labelled(session)
    who, now = session.person, session.desk.now()
    terms = session.desk.register().anywhere(who, now)
    held = dict.fromkeys(called(session, term.office) for term in terms)
    return full_name(session, who) + (f" ({', '.join(held)})" if held else "")


# --- what stands in it ---------------------------------------------------------------------------


def _rendered(
    session: Session,
    shown: Shown,
    place: Path,
    now: datetime,
    after: Mapping[str, int],
    report: object,
) -> tuple[Summary, bool]:
    """Write the page of a case; what the overview keeps of it, and whether the reader sees all."""
    from workflow.auditing.verifying import Report
    from workflow.histories.rendering import html
    from workflow.sites.overview import summary
    from workflow.sites.pages import HOME, case_page
    from workflow.verbs.histories import viewed

    assert isinstance(report, Report)
    view = viewed(session, shown.dossier, shown.reader, now, report)
    page = case_page(view.case)
    _write(place / page, html(view, session.lang, HOME))
    since = after.get(view.case, 0) if view.whole else None
    return summary(view, page, since), view.whole


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _window(session: Session) -> tuple[dict[str, int], WindowSeen]:
    """How many events of each stream came after the latest checkpoint, and when that was made.

    Its size and its root are left out: they are of all events of all cases.
    """
    from collections import Counter
    from contextlib import suppress
    from datetime import UTC, datetime

    from workflow.engine.register import STREAM
    from workflow.sites.pages import WindowSeen

    made = None
    with session.store.read() as tx:
        newest = tx.latest_checkpoint()
        position = newest.position if newest is not None else 0
        after = Counter(record.stream for _, record in tx.everything(position))
    if newest is not None:
        with suppress(ValueError, TypeError):
            made = datetime.fromisoformat(newest.made).astimezone(UTC)
    return dict(after), WindowSeen(newest is not None, made, after[STREAM])


def _terms(session: Session, now: datetime) -> tuple[TermSeen, ...]:
    """Every term that the register has, those of an office together, in order of beginning.

    It is what `zaak office list --all` shows to whoever is in the register.
    """
    from workflow.sites.pages import TermSeen
    from workflow.verbs.seats import called, full_name

    register = session.desk.register()
    first: dict[str, int] = {}
    for place, term in enumerate(register.terms):
        first.setdefault(term.office, place)
    terms = sorted(register.terms, key=lambda term: (first[term.office], term.starts, term.person))
    return tuple(
        TermSeen(
            called(session, term.office),
            full_name(session, term.person),
            term.branch,
            term.starts,
            term.until,
            "coming" if term.starts > now else "runs" if term.runs(now) else "over",
        )
        for term in terms
    )


class _Progress:
    """How far it is, on a terminal and once it takes longer than `QUIET`."""

    def __init__(self, session: Session, total: int) -> None:
        from time import monotonic

        self._session, self._total, self._clock = session, max(total, 1), monotonic
        self._begun, self._done, self._said = monotonic(), 0, False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._said:
            sys.stderr.write("\r\x1b[K")

    def on(self) -> None:
        """Something more is begun."""
        self._done = min(self._done + 1, self._total)
        if self._session.json or not sys.stderr.isatty():
            return
        if self._clock() - self._begun >= QUIET:
            sys.stderr.write(f"\r\x1b[K{100 * self._done // self._total}%")
            self._said = True
