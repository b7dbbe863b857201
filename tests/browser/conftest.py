"""One Chromium for all tests of pages, and the histories that they look at."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.opening import CASES
from tests.unit.told import WHOLE, play, seen
from workflow.histories.rendering import html


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium of this machine, without a screen."""
    program = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    )
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(autouse=True)
def _closed(browser: Browser) -> Iterator[None]:
    """Whatever a test opened is closed after it: pages left open slow down all that follow."""
    yield
    for context in browser.contexts:
        context.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The histories as files, as they are written to disk."""
    folder = tmp_path_factory.mktemp("histories")
    played = play(WHOLE)
    written = {}
    for name, (audience, lang, integrity) in CASES.items():
        written[name] = folder / f"{name}.html"
        written[name].write_text(html(seen(played, audience, integrity=integrity), lang))
    return written
