"""The adopted procedures as pages of a site: in words, drawn, and with the rules they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow.sites.pages import (
    Line,
    ProcedurePage,
    Rule,
    Section,
    SourceTold,
    TrackPage,
    procedure_page,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from workflow.declaring.rules import Table
    from workflow.engine.procedure import Office, Procedure
    from workflow.verbs.declaration import Told
    from workflow.verbs.session import Session


def procedure_pages(session: Session) -> tuple[ProcedurePage, ...]:
    """Every version that was adopted, each once, by name and the newest first.

    The register names them to whoever is in it (`zaak procedure list`). Raises diagrams.CannotDraw.
    """
    from workflow.declaring.rules import FILE, read_rules, table
    from workflow.resources import folder
    from workflow.verbs.catalogue import adopted, offices

    read, known = read_rules(folder("states") / FILE), offices()
    register = session.desk.register()
    found: dict[str, Procedure] = {}
    followed: dict[str, list[str]] = {}
    for version, declared in adopted(session):
        found.setdefault(version.digest, declared)
        branches = followed.setdefault(version.digest, [])
        if version == register.version(version.procedure, version.branch):
            branches.append(version.branch)
    pages = [
        _page(
            session,
            declared,
            digest,
            tuple(sorted(set(followed[digest]))),
            table(read, (declared,), {}),
            known,
        )
        for digest, declared in found.items()
    ]
    return tuple(sorted(pages, key=lambda page: page.name))


def _page(
    session: Session,
    declared: Procedure,
    digest: str,
    followed: tuple[str, ...],
    rules: Table,
    elsewhere: Mapping[str, Office],
) -> ProcedurePage:
    from workflow.verbs.declaration import Told

    told = Told(declared, session.lang, elsewhere)
    return ProcedurePage(
        page=procedure_page(declared.procedure, digest),
        label=declared.labels[session.lang],
        name=declared.procedure,
        aliases=declared.aliases,
        version=declared.version,
        digest=digest,
        followed=followed,
        sources=tuple(
            SourceTold(letter, source.title[session.lang], source.changed)
            for letter, source in declared.sources.items()
        ),
        sections=tuple(
            Section(name, title, tuple(line.strip() for line in lines))
            for name, title, lines in told.sections()
            if lines
        ),
        tracks=tuple(_tracks(told)),
        rules=tuple(_rules(told, rules)),
    )


def _tracks(told: Told) -> Iterator[TrackPage]:
    from workflow.histories import diagrams

    declared, lang = told.procedure, told.lang
    for name, track in declared.tracks.items():
        label = track.labels[lang]
        yield TrackPage(
            label=label,
            name=name,
            about=tuple(told.whose(track)),
            drawing=diagrams.svg(diagrams.track_dot(declared, name, lang), label),
            states=tuple(
                Line(
                    state.labels[lang],
                    at,
                    (*told.place(track, at), *told.lasting(state, citing=False)),
                    state.deadline.cites if state.deadline is not None else (),
                )
                for at, state in track.states.items()
            ),
            steps=tuple(
                Line(step.labels[lang], called, tuple(told.about(step)), step.cites)
                for called, step in declared.steps.items()
                if step.track == name
            ),
        )


def _rules(told: Told, rules: Table) -> Iterator[Rule]:
    """The rules that the procedure cites, in the order of the sources; then its own."""
    from workflow.declaring.rules import citations

    cited: dict[str, dict[str, None]] = {}
    for number, citation in citations(told.procedure):
        where = citation.label[told.lang] if citation.label else citation.name
        cited.setdefault(number, {})[where] = None
    known = {row.number: row for row in rules.rules}
    for number, row in known.items():
        if number in cited:
            yield Rule(number, row.question, row.says, tuple(cited[number]))
    for number, names in cited.items():
        if number not in known:
            yield Rule(number, None, None, tuple(names))
