"""The HTML history in use: what lights up, what can be chosen, and what works without a script."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser.opening import CASES, Opened, inaccessible
from tests.properties.world import Move
from tests.unit.told import ADVISED, item, play, report, seen, step
from workflow.engine import commands as c
from workflow.histories.rendering import html
from workflow.histories.views import Integrity

SHOTS = Path(__file__).resolve().parents[2] / "build" / "pages"
"""Where pictures of the pages are left for people to look at."""
LOOKS = [
    (lang, scheme, width)
    for lang in ("nl", "en")
    for scheme in ("light", "dark")
    for width in (360, 1280)
]
SHOWN = "[...document.querySelectorAll('.timeline > li')].filter(e => e.checkVisibility())"
LIT = "[...document.querySelectorAll('.lit[data-m]')].map(e => [e.tagName, e.dataset.m])"
ROWS = "[...document.querySelectorAll('tr[data-since]')].filter(e => e.checkVisibility())"


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def opened(request: pytest.FixtureRequest, browser: Browser) -> Callable[[Path], Page]:
    """Opens a page, once with its script and once without."""

    def open_page(path: Path) -> Page:
        return Opened(browser, path, java_script_enabled=request.param, bypass_csp=True).page

    return open_page


# --- the drawing and the list ---------------------------------------------------------------------


def test_a_mark_lights_up_what_happened_and_back(browser: Browser, pages: dict[str, Path]) -> None:
    """Pointing at a mark lights up its moment and its line in the path; at the moment, the mark."""
    page = Opened(browser, pages["auditor-nl"]).page
    for pointed in (".step-mark[data-m='7']", "#m7 h4", ".steps li[data-m='7']"):
        page.locator("h1").hover()
        assert page.evaluate(LIT) == []
        page.locator(pointed).first.hover()
        assert page.evaluate(LIT) == [["a", "7"], ["LI", "7"], ["LI", "7"]]
    page.locator(".step-mark[data-m='8']").first.hover()
    assert {number for _, number in page.evaluate(LIT)} == {"8"}


def test_the_keyboard_lights_it_up_too(browser: Browser, pages: dict[str, Path]) -> None:
    """A mark that has the focus lights up its moment, Enter goes there, and a link leads back."""
    page = Opened(browser, pages["auditor-nl"]).page
    page.locator(".step-mark[data-m='7']").first.focus()
    assert ["LI", "7"] in page.evaluate(LIT)
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#m7"
    assert page.locator("#m7").is_visible()
    page.keyboard.press("Tab")
    back = page.evaluate("document.activeElement.getAttribute('href')")
    assert back.startswith("#p7-")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector(':target').dataset.m") == "7"


def test_the_keyboard_walks_through_all_of_it(browser: Browser, pages: dict[str, Path]) -> None:
    """Tab reaches every link, mark, choice, field and fold, each visible and each with a name."""
    page = Opened(browser, pages["auditor-en"]).page
    reached = []
    for _ in range(600):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
                const e = document.activeElement;
                if (e === document.body) return null;
                const name = e.getAttribute('aria-label') || e.textContent.trim()
                    || (e.labels && [...e.labels].map(l => l.textContent.trim()).join(' '))
                    || e.getAttribute('aria-labelledby');
                const box = (e.type === 'radio' ? e.parentElement : e).getBoundingClientRect();
                return [e.tagName.toLowerCase(), e.id || '', name, box.width > 0 && box.height > 0];
            }"""
        )
        if found is None:
            break
        reached.append(found)
    assert [each for each in reached if not each[2] or not each[3]] == []
    kinds = [name for name, *_ in reached]
    links = "[...document.querySelectorAll('a')].filter(e => e.checkVisibility())"
    assert kinds.count("a") == page.evaluate(f"{links}.length")
    assert page.evaluate(f"{links}.filter(e => e.matches('.step-mark')).length") > 20
    assert {"input", "button", "summary"} <= set(kinds)
    assert {"a-all", "k-all", "words", "on", "by", "every"} <= {own for _, own, *_ in reached}


def test_a_link_leads_into_a_folded_drawing(browser: Browser, pages: dict[str, Path]) -> None:
    """On a phone, following a link to a mark unfolds its drawing."""
    page = Opened(browser, pages["auditor-nl"], viewport={"width": 360, "height": 800}).page
    mark = page.locator(".step-mark[data-m='7']").first
    assert not mark.is_visible()
    page.locator("#m7 .changes a").first.click()
    mark.wait_for(state="visible")


# --- choosing -------------------------------------------------------------------------------------


def test_choosing_a_kind_shows_that_kind_alone(
    opened: Callable[[Path], Page], pages: dict[str, Path]
) -> None:
    """With a script and without: only moments in which something was shared; then all of them."""
    page = opened(pages["auditor-nl"])
    every = page.evaluate(f"{SHOWN}.length")
    page.locator("label:has(#a-disclosure)").click()
    shown = page.evaluate(f"{SHOWN}.map(e => e.className)")
    assert 0 < len(shown) < every
    assert all("a-disclosure" in name for name in shown)
    page.locator("label:has(#a-all)").click()
    assert page.evaluate(f"{SHOWN}.length") == every


def test_choices_go_together(opened: Callable[[Path], Page], pages: dict[str, Path]) -> None:
    """Sharing, on the track of the support group: both must hold, with a script and without."""
    page = opened(pages["auditor-nl"])
    track = page.locator(".by-track label", has_text="Supportgroep")
    name = track.locator("input").get_attribute("id")
    page.locator("label:has(#a-disclosure)").click()
    track.click()
    shown = page.evaluate(f"{SHOWN}.map(e => [...e.classList])")
    assert shown
    assert all("a-disclosure" in names and name in names for names in shown)


def test_what_is_chosen_is_on_the_screen_only(
    opened: Callable[[Path], Page], pages: dict[str, Path]
) -> None:
    """On paper everything stands, whatever was chosen on the screen, and no buttons."""
    page = opened(pages["auditor-nl"])
    every = page.evaluate(f"{SHOWN}.length")
    page.locator("label:has(#a-emergency)").click()
    page.emulate_media(media="print")
    assert page.evaluate(f"{SHOWN}.length") == every
    assert not page.locator(".filters").first.is_visible()


def test_words_are_sought_and_what_is_left_is_said(
    browser: Browser, pages: dict[str, Path]
) -> None:
    """Typing words leaves the moments that hold them all, and says how many; also if none do."""
    page = Opened(browser, pages["auditor-nl"]).page
    every = page.evaluate(f"{SHOWN}.length")
    page.fill("#words", "crisisdienst LEVENSGEVAAR")
    shown = page.evaluate(f"{SHOWN}.map(e => e.textContent.toLowerCase())")
    assert shown
    assert all("crisisdienst" in text and "levensgevaar" in text for text in shown)
    assert page.locator("#count").inner_text() == f"{len(shown)} van {every}"
    page.fill("#words", "zoiets staat hier niet")
    assert page.evaluate(f"{SHOWN}.length") == 0
    assert "Kies ‘alles’" in page.locator("#count").inner_text()


def test_a_deadline_that_passed_stands_in_the_timeline(
    browser: Browser, pages: dict[str, Path]
) -> None:
    """Between what happened stands the moment a deadline passed, with how late it was."""
    page = Opened(browser, pages["auditor-nl"]).page
    passed = page.locator(".timeline > .passed")
    assert passed.count() == 2
    assert "7 dagen en 11 uur" in passed.first.inner_text()
    after = page.evaluate("document.querySelectorAll('.passed')[1].nextElementSibling.id")
    before = page.evaluate("document.querySelector('.month:has(.passed)').previousElementSibling"
                           ".querySelector('li:last-child').id")  # fmt: skip
    assert (before, after) == ("m26", "m27")


# --- as it stood ----------------------------------------------------------------------------------


def test_a_chosen_moment_shows_who_could_read_then(
    browser: Browser, pages: dict[str, Path]
) -> None:
    """The rows shown for a day are those that the view says held at the end of that day."""
    page = Opened(browser, pages["auditor-nl"]).page
    every = page.evaluate(f"{ROWS}.length")
    chair = "afdelingsvoorzitter"
    for day, clock, held in (
        ("2026-03-01", "", False),
        ("2026-03-02", "10:09", False),
        ("2026-03-02", "10:10", True),
        ("2026-03-02", "", True),
        ("2026-04-02", "", True),
        ("2026-04-03", "", False),
    ):
        page.fill("#on", day)
        page.fill("#by", clock)
        shown = page.evaluate(f"{ROWS}.map(e => e.textContent)")
        could = [row for row in shown if chair in row and "verzoek om een signaal" in row]
        assert bool(could) == held, (day, clock)
        assert (str(len(shown)) in page.locator("#then").inner_text()) == bool(shown)
    page.fill("#on", "2026-03-01")
    assert "Niemand kon toen iets lezen." in page.locator("#then").inner_text()
    page.locator("#every").click()
    assert page.evaluate(f"{ROWS}.length") == every


def test_without_a_script_each_change_can_be_opened(
    browser: Browser, pages: dict[str, Path]
) -> None:
    """Without a script there is no field to fill in, and opening a moment tells who could read."""
    page = Opened(browser, pages["auditor-nl"], java_script_enabled=False).page
    assert not page.locator("#on").is_visible()
    assert not page.locator("#words").is_visible()
    fold = page.locator(".stood details", has_text="2 maart 2026, 10:10")
    assert not fold.locator("ul").is_visible()
    fold.locator("summary").click()
    assert "afdelingsvoorzitter (toestemming)" in fold.inner_text()
    later = page.locator(".stood details", has_text="3 april 2026")
    later.locator("summary").click()
    assert "afdelingsvoorzitter (toestemming)" not in later.inner_text()
    assert not fold.locator("ul").is_visible(), "one at a time"


# --- and meanwhile --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(CASES))
def test_no_use_of_it_asks_for_anything(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    """Whatever is chosen, typed, opened and followed, no request leaves the page."""
    found = Opened(browser, pages[name])
    page, left = found.page, []

    def stop(route: Route) -> None:
        left.append(route.request.url)
        route.abort()

    page.route("**/*", stop)
    for label in page.locator(".filters fieldset label").all():
        label.click()
    for summary in page.locator("summary").all():
        if summary.is_visible():
            summary.click()
    for field, value in (("#words", "lid"), ("#on", "2026-03-02"), ("#by", "10:10")):
        if page.locator(field).count():
            page.fill(field, value)
    for link in page.evaluate("[...document.querySelectorAll('a')].map(a => a.hash)"):
        page.evaluate("hash => { location.hash = hash }", link)
    page.wait_for_timeout(100)
    assert left == []
    assert found.asked == [pages[name].as_uri()]
    assert found.complaints == []


def test_it_stays_accessible_in_use(browser: Browser, pages: dict[str, Path]) -> None:
    """With something chosen, a moment filled in and every fold open, axe finds nothing wrong."""
    for scheme in ("light", "dark"):
        page = Opened(browser, pages["auditor-nl"], color_scheme=scheme, bypass_csp=True).page
        page.evaluate(
            "document.querySelectorAll('details').forEach(e => e.removeAttribute('name'))"
        )
        page.evaluate("document.querySelectorAll('details').forEach(e => { e.open = true })")
        page.locator("label:has(#a-disclosure)").click()
        page.fill("#on", "2026-03-02")
        page.locator(".step-mark[data-m='7']").first.focus()
        assert inaccessible(page) == []


@pytest.mark.parametrize(("lang", "scheme", "width"), LOOKS)
def test_a_picture_is_left_of_each_look(
    browser: Browser, pages: dict[str, Path], lang: str, scheme: str, width: int
) -> None:
    """In both languages, themes and widths nothing is cut off, and a picture is kept to look at."""
    viewport = {"width": width, "height": 900}
    page = Opened(
        browser,
        pages[f"auditor-{lang}"],
        viewport=viewport,
        color_scheme=scheme,
        is_mobile=width < 600,
    ).page
    cut = page.evaluate(
        """[...document.querySelectorAll('body *:not(svg *)')]
            .filter(e => e.checkVisibility() && !e.closest('.scroll, .unseen, .skip, thead'))
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => [e.tagName, e.className, e.textContent.slice(0, 40)])"""
    )
    assert cut == []
    SHOTS.mkdir(parents=True, exist_ok=True)
    kept = SHOTS / f"history-{lang}-{scheme}-{width}.png"
    page.screenshot(path=kept, full_page=True)
    assert kept.stat().st_size > 100_000
    if (scheme, width) == ("light", 1280):
        page.pdf(path=SHOTS / f"history-{lang}.pdf", prefer_css_page_size=True)


# --- ten thousand events --------------------------------------------------------------------------


def test_ten_thousand_events_stay_usable(browser: Browser, tmp_path: Path) -> None:
    """A history of 10,000 events is rendered, opened, searched and chosen from within seconds."""
    wait = timedelta(minutes=50)
    round_trip = (
        step("reporter", "choose_support", wait=wait),
        step("reporter", "decide_anew", wait=wait),
    )
    played = play((report(), *ADVISED))
    for turn in range(10_000):
        if len(played.history) >= 10_000:
            break
        for move in round_trip:
            assert played.do(move).done
        if turn % 7 == 0:
            name = f"n{turn}"
            added = c.AddItem(item(name), "packet")
            lets = c.GiveConsent("reporter", "branch_chair", "signalling", (f"i-{name}",))
            shares = c.Share((f"i-{name}",), "branch_chair", "signalling")
            for command in (added, lets, shares):
                assert played.do(Move(command, "reporter")).done
    took = {}
    begun = time.perf_counter()
    found = seen(played, "auditor", integrity=Integrity(True, True, (), 10_000))
    written = tmp_path / "long.html"
    written.write_text(html(found, "nl"))
    took["written"] = time.perf_counter() - begun
    begun = time.perf_counter()
    page = Opened(browser, written, viewport={"width": 1280, "height": 900}).page
    took["opened"] = time.perf_counter() - begun
    begun = time.perf_counter()
    page.locator("label:has(#a-disclosure)").click()
    few = page.evaluate(f"{SHOWN}.length")
    took["chosen"] = time.perf_counter() - begun
    page.locator("label:has(#a-all)").click()
    begun = time.perf_counter()
    page.evaluate("location.hash = '#m9000'")
    page.wait_for_function(
        "Math.abs(document.getElementById('m9000').getBoundingClientRect().y) < 50"
    )
    took["followed"] = time.perf_counter() - begun
    assert 0 < few < len(found.moments) / 5
    assert written.stat().st_size < 15_000_000
    assert page.evaluate("document.querySelectorAll('.step-mark').length") < 60
    sys.stdout.write(f"{written.stat().st_size:,} bytes; seconds: {took}\n")
    assert {name: seconds for name, seconds in took.items() if seconds > 30} == {}
