"""The HTML history as people meet it: on a screen, in the dark, on a phone, on paper, by ear."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.opening import CASES, Opened, inaccessible

A4 = 688
"""How wide a sheet of A4 is between its margins, in pixels of CSS."""
PHONE = {"width": 390, "height": 844}
CONTRAST = """() => {
    const wanted = [];
    for (const text of document.querySelectorAll('svg .state text')) {
        const shape = text.parentElement.querySelector('path');
        if (!text.checkVisibility()) continue;
        wanted.push([getComputedStyle(text).fill, getComputedStyle(shape).fill]);
    }
    return wanted;
}"""


@pytest.mark.parametrize("name", list(CASES))
def test_it_asks_for_nothing_outside_itself(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    """Opening the page makes one request, for the page, and the browser complains of nothing."""
    opened = Opened(browser, pages[name])
    assert opened.asked == [pages[name].as_uri()]
    assert opened.complaints == []
    assert opened.page.evaluate("document.styleSheets[0].cssRules.length") > 50


def test_its_policy_lets_nothing_in(
    browser: Browser, pages: dict[str, Path], tmp_path: Path
) -> None:
    """Script, style and pictures slipped into the page are refused by its own policy."""
    slipped = (
        "<script>document.title = 'changed'</script>"
        "<style>body { display: none }</style>"
        '<p id="styled" style="color: rgb(1, 2, 3)">x</p>'
        '<img src="https://example.org/x.png" onerror="document.title = \'changed\'">'
    )
    page = pages["auditor-nl"].read_text()
    changed = tmp_path / "changed.html"
    changed.write_text(page.replace("<main", f"{slipped}<main"))
    opened = Opened(browser, changed)
    opened.page.wait_for_timeout(100)
    assert "changed" not in opened.page.title()
    assert opened.page.evaluate("getComputedStyle(document.body).display") == "block"
    colour = opened.page.evaluate("getComputedStyle(document.getElementById('styled')).color")
    assert colour != "rgb(1, 2, 3)"
    assert len(opened.complaints) >= 4
    assert all("Content Security Policy" in complaint for complaint in opened.complaints)


def test_what_is_not_accessible_is_found(browser: Browser, tmp_path: Path) -> None:
    """A picture without words and letters too pale are found, and of one rule alone just that."""
    pale = tmp_path / "pale.html"
    pale.write_text(
        '<!doctype html><html lang="nl"><title>Bleek</title><main><h1>Bleek</h1>'
        '<img src="data:,"><p style="color: #ddd; background: #fff">bleek</p></main>'
    )
    page = Opened(browser, pale, bypass_csp=True).page
    assert {rule for rule, _ in inaccessible(page)} == {"color-contrast", "image-alt"}
    assert [rule for rule, _ in inaccessible(page, "color-contrast")] == ["color-contrast"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", list(CASES))
def test_it_is_accessible(browser: Browser, pages: dict[str, Path], name: str, scheme: str) -> None:
    """Axe finds nothing wrong; in the dark that is to say with the contrast."""
    opened = Opened(browser, pages[name], color_scheme=scheme, bypass_csp=True)
    looked = () if scheme == "light" else ("color-contrast",)
    assert inaccessible(opened.page, *looked) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_drawings_can_be_read(browser: Browser, pages: dict[str, Path], scheme: str) -> None:
    """In every state that is drawn, the letters contrast with what is behind them (WCAG 1.4.3)."""
    page = Opened(browser, pages["auditor-nl"], color_scheme=scheme).page
    pairs = page.evaluate(CONTRAST)
    assert len(pairs) > 20
    assert [pair for pair in pairs if _contrast(*pair) < 4.5] == []


@pytest.mark.parametrize("name", list(CASES))
def test_a_phone_need_not_scroll_sideways(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    """On a screen of 390 pixels the page is no wider than the screen, and no text is tiny."""
    page = Opened(browser, pages[name], viewport=PHONE, is_mobile=True).page
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    sizes = page.evaluate(
        "[...document.querySelectorAll('body *')].filter(e => !e.closest('svg'))"
        ".map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= 12


def test_drawings_are_folded_on_a_phone_only(browser: Browser, pages: dict[str, Path]) -> None:
    """On a phone a drawing shows once it is asked for; on a wide screen and on paper at once."""
    wide = Opened(browser, pages["auditor-nl"]).page
    first = wide.locator(".drawing svg").first
    assert first.is_visible()
    assert not wide.locator(".drawing > summary").first.is_visible()
    page = Opened(browser, pages["auditor-nl"], viewport=PHONE, is_mobile=True).page
    drawing = page.locator(".drawing svg").first
    assert not drawing.is_visible()
    assert page.locator(".steps").first.is_visible()
    page.locator(".drawing > summary").first.click()
    assert drawing.is_visible()
    page.locator(".drawing > summary").first.click()
    page.emulate_media(media="print")
    assert drawing.is_visible()


def test_the_contents_lead_to_every_section(browser: Browser, pages: dict[str, Path]) -> None:
    """The links at the top are the headings of the page's sections, in their order."""
    for name in CASES:
        page = Opened(browser, pages[name]).page
        links = page.evaluate(
            "[...document.querySelectorAll('header .contents a')].map(a => [a.hash, a.textContent])"
        )
        headings = page.evaluate(
            "[...document.querySelectorAll('h2')].map(h => ['#' + h.id, h.textContent])"
        )
        assert links == headings
        assert len(links) >= 3


def test_a_phone_names_each_cell(browser: Browser, pages: dict[str, Path]) -> None:
    """Where a table becomes a list of cards, each cell still says what it is."""
    page = Opened(browser, pages["auditor-nl"], viewport=PHONE).page
    cells = page.locator("td").all()
    assert len(cells) > 50
    assert all(cell.get_attribute("data-label") for cell in cells)
    content = page.evaluate("getComputedStyle(document.querySelector('td'), '::before').content")
    assert content == "attr(data-label)" or "Spoor" in content


def test_the_dark_is_dark(browser: Browser, pages: dict[str, Path]) -> None:
    """The page's background is light for who wants light, and dark for who wants dark."""
    shown = {
        scheme: Opened(browser, pages["auditor-nl"], color_scheme=scheme).page.evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        for scheme in ("light", "dark")
    }
    assert _luminance(shown["light"]) > 0.8
    assert _luminance(shown["dark"]) < 0.05


def test_it_prints_in_black_on_white(browser: Browser, pages: dict[str, Path]) -> None:
    """Printed from a dark screen it is dark on white, keeps moments whole, and makes pages."""
    page = Opened(browser, pages["auditor-nl"], color_scheme="dark").page
    page.emulate_media(media="print", color_scheme="dark")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    ink = page.evaluate("getComputedStyle(document.body).color")
    assert (_luminance(paper), _luminance(ink)) == (1.0, 0.0)
    kept = page.evaluate("getComputedStyle(document.querySelector('.moment')).breakInside")
    assert kept == "avoid"
    page.set_viewport_size({"width": A4, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth") == A4, "nothing runs off the paper"
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") >= 3


@pytest.mark.parametrize("name", list(CASES))
def test_it_is_put_together_well(browser: Browser, pages: dict[str, Path], name: str) -> None:
    """The language is named, headings do not skip a level, and every inner link leads somewhere."""
    page = Opened(browser, pages[name]).page
    assert page.evaluate("document.documentElement.lang") == CASES[name][1]
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    dead = page.evaluate(
        "[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))"
        ".filter(h => !h.startsWith('#') || !document.getElementById(h.slice(1)))"
    )
    assert dead == []


def test_the_keyboard_can_skip_to_the_content(browser: Browser, pages: dict[str, Path]) -> None:
    """The first thing the Tab key reaches is a visible link to the content."""
    page = Opened(browser, pages["auditor-en"]).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    box = page.locator(":focus").bounding_box()
    assert box is not None
    assert box["x"] >= 0


def test_emergencies_stand_out(browser: Browser, pages: dict[str, Path]) -> None:
    """Emergencies stand before the timeline, and have a word beside their colour in it."""
    page = Opened(browser, pages["auditor-nl"]).page
    places = page.evaluate(
        "['.emergency', '.timeline'].map(s => document.querySelector(s).getBoundingClientRect().y)"
    )
    assert places[0] < places[1]
    marks = page.locator(".moment .mark-emergency").all_inner_texts()
    assert len(marks) == 2
    assert all("noodopening" in mark for mark in marks)


def test_a_history_that_does_not_hold_says_so_in_words(
    browser: Browser, pages: dict[str, Path]
) -> None:
    """The badge of a broken history tells in words, and not by colour alone, what is wrong."""
    text = Opened(browser, pages["auditor-en"]).page.locator(".seal").inner_text()
    for words in (
        "History does not hold",
        "The chain is broken.",
        "Not every signature",
        "61 is wrong",
    ):
        assert words in text


def _luminance(colour: str) -> float:
    """The relative luminance (WCAG 2.2) of a computed `rgb()` colour."""
    parts = [float(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
