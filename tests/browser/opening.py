"""Pages as they are opened, and what they ask for and complain of meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from workflow.engine.procedure import Text
from workflow.histories.views import Integrity

CASES = {
    "auditor-nl": ("auditor", "nl", Integrity(True, True, (), 66, "ab" * 32)),
    "auditor-en": (
        "auditor",
        "en",
        Integrity(False, False, (Text("61 klopt niet", "61 is wrong"),), 66),
    ),
    "reporter-nl": ("reporter", "nl", None),
    "disputes_committee-en": ("disputes_committee", "en", Integrity(True, True)),
    "group_leader-nl": ("group_leader", "nl", None),
}
"""Histories of one case: for whom, in which language, and what verifying it found."""


class Opened:
    """A page that was opened, with what it asked for and what the browser complained about."""

    def __init__(self, browser: Browser, path: Path, **context: Any) -> None:
        self.context = browser.new_context(**context)
        self.page: Page = self.context.new_page()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(path.as_uri())


def inaccessible(page: Page, *rules: str) -> list[tuple[str, str]]:
    """What axe finds wrong by these rules, or by all it has: which rule, and the first place.

    Axe is asked for what is wrong alone: most of its time went into telling where all else stands.
    """
    options: dict[str, Any] = {"resultTypes": ["violations"], "selectors": False}
    if rules:
        options["runOnly"] = list(rules)
    violations = Axe().run(page, options=options).response["violations"]
    return [(each["id"], each["nodes"][0]["html"][:160]) for each in violations]
