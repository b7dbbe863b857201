"""A yearly account as a page, on paper and in columns: the same account gives the same bytes.

All forms say the same. What is withheld is in none of them, and nothing else is.
"""

from __future__ import annotations

import csv as columns
from functools import cache
from io import StringIO
from typing import Any

from workflow.accounts.telling import Part, Table, Yearly
from workflow.engine.procedure import Text
from workflow.histories.local_time import day
from workflow.histories.rendering import fill, policy
from workflow.resources import folder
from workflow.typesetting import typeset

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would compute instead of showing it."""
COLUMNS = ("branch", "year", "threshold", "procedure", "track", "table", "row", "label", "cases")

_WORDS: dict[str, Text] = {
    "title": Text(nl="Jaarverslag", en="Yearly account"),
    "none": Text(nl="niet uit te splitsen: te kleine aantallen", en="not divided: too few"),
    "rest": Text(nl="De rest samen", en="The rest together"),
    "cases": Text(nl="Zaken", en="Cases"),
    "total": Text(nl="Alle zaken", en="All cases"),
    "contents_paper": Text(nl="Inhoud", en="Contents"),
    "page_of": Text(nl="van", en="of"),
}


def words(lang: str) -> dict[str, str]:
    """The fixed words of an account."""
    return {name: text[lang] for name, text in _WORDS.items()}


def title(account: Yearly, lang: str) -> str:
    """What the account is called."""
    return f"{_WORDS['title'][lang]} {account.year}: {account.branch}"


def preface(account: Yearly, lang: str) -> tuple[str, ...]:
    """What is counted, what is left out, and who made it when: a sentence each."""
    year, k = account.year, account.threshold
    on = day(account.published, lang)
    said = (
        Text(
            f"Zaken die in {year} begonnen, zoals zij er aan het eind van dat jaar voor stonden.",
            f"Cases that began in {year}, as they stood at the end of that year.",
        ),
        Text(
            f"Aantallen onder de {k} staan er niet in, en ook niet wat ze zou verraden.",
            f"Counts below {k} are not in it, nor what would give them away.",
        ),
        Text(f"Opgemaakt op {on} door {account.by}.", f"Published on {on} by {account.by}."),
    )
    return tuple(each[lang] for each in said)


def many(part: Part, k: int, lang: str) -> str:
    """How many cases a part counts, in words."""
    total = part.total
    if total is None:
        return Text(f"minder dan {k}, of geen", f"fewer than {k}, or none")[lang]
    one = total == 1
    return f"{total} {Text('zaak' if one else 'zaken', 'case' if one else 'cases')[lang]}"


def lines(table: Table, lang: str) -> tuple[tuple[str, int], ...]:
    """The rows that were published, and what the others are together, which is no small number."""
    shown = [(row.label, row.cases) for row in table.shown if row.cases is not None]
    if shown and table.rest:
        shown.append((_WORDS["rest"][lang], table.rest))
    return tuple(shown)


def html(account: Yearly, lang: str) -> str:
    """The account as one HTML page that stands alone, to print on A4."""
    from markupsafe import Markup

    style = _style()
    return fill(
        "account.html.j2",
        lang,
        **_values(account, lang),
        words=words(lang),
        style=Markup(style),  # noqa: S704 -- our own stylesheet
        policy=policy(style),
    )


def pdf(account: Yearly, lang: str) -> bytes:
    """The account as a PDF, as a history is. Raises typesetting.CannotTypeset."""
    called = title(account, lang)
    return typeset(
        "account.typ",
        {
            **_values(account, lang),
            "lang": lang,
            "title": called,
            "running": called,
            "as_of": "",
            "foot": called,
            "w": words(lang),
        },
        account.published,
    )


def csv(account: Yearly) -> str:
    """The account in columns (RFC 4180), a line for each count; empty where one is withheld.

    Names are those of `zaak --json`. A label that a spreadsheet would take for a formula stands
    behind an apostrophe.
    """
    file = StringIO(newline="")
    written = columns.writer(file)
    written.writerow(COLUMNS)
    for part in account.parts:
        flow = (account.branch, account.year, account.threshold, part.procedure, part.track)
        label = f"{part.procedure_label} – {part.track_label}"
        written.writerow((*flow, "total", "", _plain(label), _count(part.total)))
        for table in part.tables:
            for row in table.rows:
                named = (table.name, row.name, _plain(row.label))
                written.writerow((*flow, *named, _count(row.cases)))
    return file.getvalue()


def _plain(label: str) -> str:
    return f"'{label}" if label.startswith(FORMULA) else label


def _count(cases: int | None) -> str:
    return "" if cases is None else str(cases)


def _values(account: Yearly, lang: str) -> dict[str, Any]:
    return {
        "title": title(account, lang),
        "preface": preface(account, lang),
        "parts": [
            {
                "label": f"{part.procedure_label} – {part.track_label}",
                "many": many(part, account.threshold, lang),
                "total": part.total,
                "tables": [
                    {"label": table.label, "rows": lines(table, lang)} for table in part.tables
                ]
                if part.total is not None
                else [],
            }
            for part in account.parts
        ],
    }


@cache
def _style() -> str:
    return (folder("templates") / "account.css").read_text(encoding="utf-8")
