"""How a history is laid out as text: what no rendering of one example would show."""

from __future__ import annotations

import re

from workflow import resources
from workflow.histories.wording_history import WORDS


def test_no_label_runs_into_what_it_labels() -> None:
    """Each label before a value leaves room between them, in both languages."""
    template = (resources.folder("templates") / "history.txt.j2").read_text(encoding="utf-8")
    width = int(re.findall(r'"  %-(\d+)s" % w\[name\]', template)[0])
    names = sorted(set(re.findall(r'row\("(\w+)"', template)))
    assert len(names) > 8
    assert [n for n in names for lang in ("nl", "en") if len(WORDS[n][lang]) >= width] == []
