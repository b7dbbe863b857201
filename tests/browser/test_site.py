"""The pages about all cases as people meet them: by eye, by keyboard, by ear, in both languages."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.opening import Opened, inaccessible
from tests.unit.many_cases import furnished

SHOTS = Path(__file__).resolve().parents[2] / "build" / "pages"
PAGES = ("index.html", "cases.html", "deadlines.html", "procedures.html", "offices.html")
LANGUAGES = ("nl", "en")
KINDS = ("index", "cases", "deadlines", "procedures", "offices", "procedure", "case")
WIDTHS = (360, 1280)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A site of all that an auditor sees, in each language, as the command writes it."""
    folder = tmp_path_factory.mktemp("site")
    bureau = furnished(folder / "bureau")
    for lang in LANGUAGES:
        bureau.done("otto", "audit", "site", str(folder / lang), "--lang", lang)
    return {lang: folder / lang for lang in LANGUAGES}


def _page(site: Path, kind: str) -> Path:
    """A page of each kind: the first procedure, and the case of the first emergency."""
    if kind == "procedure":
        return next((site / "procedures").glob("conduct-*.html"))
    if kind == "case":
        index = (site / "index.html").read_text()
        return site / index.split('#e1"')[0].rpartition('href="')[2]
    return site / f"{kind}.html"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_lead_to_each_other_and_nowhere_else(
    browser: Browser, sites: dict[str, Path], lang: str
) -> None:
    """Any page asks for itself alone; each link is relative and leads to a place in this site."""
    places: dict[Path, set[str]] = {}
    wanted: set[tuple[Path, str]] = set()
    for page in sorted(sites[lang].rglob("*.html")):
        opened = Opened(browser, page)
        assert opened.asked == [page.as_uri()]
        assert opened.complaints == []
        places[page] = set(
            opened.page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
        )
        links = opened.page.evaluate(
            "[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))"
        )
        for given in links:
            assert not urlsplit(given).scheme
            assert not given.startswith("/")
            parts = urlsplit(urljoin(page.as_uri(), given))
            wanted.add((Path(unquote(parts.path)), parts.fragment))
        opened.context.close()
    assert {page for page, _ in wanted} == set(places), "each page is reached, and no other"
    assert {(page.name, at) for page, at in wanted if at and at not in places[page]} == set()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_each_page_is_accessible(
    browser: Browser, sites: dict[str, Path], kind: str, scheme: str
) -> None:
    """Axe finds nothing wrong, in either language or on a telephone, with every fold open.

    In the dark only what colours can do is looked at, once: nothing else is otherwise there.
    """
    looked = () if scheme == "light" else ("color-contrast",)
    for lang, width in (("nl", 1280), ("en", 360))[: 1 if looked else 2]:
        opened = Opened(
            browser,
            _page(sites[lang], kind),
            color_scheme=scheme,
            bypass_csp=True,
            viewport={"width": width, "height": 900},
        )
        opened.page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
        assert inaccessible(opened.page, *looked) == [], (lang, width)


@pytest.mark.parametrize("kind", KINDS)
def test_pages_are_put_together_well(browser: Browser, sites: dict[str, Path], kind: str) -> None:
    """The language is named, there is one first heading, and no level is skipped."""
    for lang in LANGUAGES:
        page = Opened(browser, _page(sites[lang], kind)).page
        assert page.evaluate("document.documentElement.lang") == lang
        levels = page.evaluate(
            "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]))"
        )
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize(
    ("kind", "lang", "scheme", "width"),
    [
        (kind, lang, scheme, width)
        for kind in KINDS
        for lang, scheme, width in (
            *(("nl", scheme, width) for scheme in ("light", "dark") for width in WIDTHS),
            ("en", "light", 1280),
            ("en", "dark", 360),
        )
    ],
)
def test_a_picture_is_left_of_each_page(
    browser: Browser, sites: dict[str, Path], kind: str, lang: str, scheme: str, width: int
) -> None:
    """Nothing is cut off or makes the page wider than the screen; a picture is kept to look at."""
    page = Opened(
        browser,
        _page(sites[lang], kind),
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        is_mobile=width < 600,
    ).page
    assert page.evaluate("document.documentElement.scrollWidth") == width
    cut = page.evaluate(
        """[...document.querySelectorAll('body *:not(svg *)')]
            .filter(e => e.checkVisibility() && !e.closest('.scroll, .unseen, .skip, thead'))
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => [e.tagName, e.className, e.textContent.slice(0, 40)])"""
    )
    assert cut == []
    SHOTS.mkdir(parents=True, exist_ok=True)
    kept = SHOTS / f"site-{kind}-{lang}-{scheme}-{width}.png"
    page.screenshot(path=kept, full_page=True)
    assert kept.stat().st_size > 10_000


@pytest.mark.parametrize("width", WIDTHS)
def test_charts_can_be_read(browser: Browser, sites: dict[str, Path], width: int) -> None:
    """The letters of a chart are of one size on any screen, and stay within it without touching."""
    for kind in ("index", "offices"):
        page = Opened(
            browser, _page(sites["nl"], kind), viewport={"width": width, "height": 900}
        ).page
        charts = page.evaluate(
            """[...document.querySelectorAll('svg.chart')].map(svg => {
                const room = svg.getBoundingClientRect();
                const texts = [...svg.querySelectorAll('text')].map(t => t.getBoundingClientRect());
                const touch = (a, b) => a.left < b.right && b.left < a.right
                    && a.top + 3 < b.bottom && b.top + 3 < a.bottom;
                return {
                    sizes: [...svg.querySelectorAll('text')]
                        .map(t => parseFloat(getComputedStyle(t).fontSize)),
                    outside: texts.filter(t => t.left < room.left - 1 || t.right > room.right + 14),
                    touching: texts.some((a, i) => texts.some((b, j) => i < j && touch(a, b))),
                    title: svg.querySelector('title').textContent.length,
                    told: svg.querySelector('desc').textContent.length,
                };
            })"""
        )
        assert charts
        for chart in charts:
            assert min(chart["sizes"]) >= 12
            assert chart["outside"] == []
            assert not chart["touching"]
            assert chart["title"]
            assert chart["told"]


def test_a_chart_says_what_its_table_says(browser: Browser, sites: dict[str, Path]) -> None:
    """The numbers of the chart of phases are the totals of the table that is folded below it."""
    page = Opened(browser, sites["en"] / "index.html").page
    page.locator(".numbers > summary").first.click()
    drawn = page.locator("article figure").first.locator(".count").all_text_contents()
    table = page.locator(".numbers").first.locator("tbody td:last-child").all_inner_texts()
    assert drawn == table
    assert [int(number) for number in drawn] != []


def test_the_keyboard_walks_from_the_overview_to_a_case_and_back(
    browser: Browser, sites: dict[str, Path]
) -> None:
    """With Tab and Enter alone one comes to the content, to a late case, and back again."""
    page = Opened(browser, sites["nl"] / "index.html").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Naar de inhoud"
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "[document.activeElement.getAttribute('href') ?? document.activeElement.tagName,"
            " getComputedStyle(document.activeElement).outlineStyle]"
        )
        reached.append(focused)
        assert focused[1] == "solid", f"{focused[0]} shows that it has the focus"
        if "#m" in focused[0]:
            break
    assert [href for href, _ in reached[:5]] == [f"{name}.html" for name in KINDS[:5]]
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*.html#m*")
    page.goto(page.url.partition("#")[0])
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "../index.html"
    page.keyboard.press("Enter")
    page.wait_for_url("**/index.html")


def test_it_is_read_without_a_script(browser: Browser, sites: dict[str, Path]) -> None:
    """Where scripts are switched off, numbers fold open and links lead on."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((sites["en"] / "index.html").as_uri())
    fold = page.locator(".numbers").first
    assert not fold.locator("table").is_visible()
    fold.locator("summary").click()
    assert fold.locator("table").is_visible()
    page.get_by_role("link", name="Procedures").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Procedures"
    context.close()


def test_it_prints_on_paper(browser: Browser, sites: dict[str, Path]) -> None:
    """On paper the numbers stand below their charts, in dark on white, and nothing runs off it."""
    page = Opened(browser, sites["nl"] / "index.html", color_scheme="dark").page
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 688, "height": 1000})
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("document.documentElement.scrollWidth") == 688
    assert page.locator(".numbers table").first.is_visible()
    assert not page.locator(".places").is_visible()
