"""A copy of this process works something out meanwhile, or nobody does."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from workflow.verbs.beside import beside

MEANWHILE = """
import os
from workflow.verbs.beside import beside

told = []

def work():
    told.append("in the copy")
    {work}

with beside(work) as result:
    {meanwhile}
    print(result(), told)
"""


def printed(work: str, meanwhile: str = "pass") -> str:
    """What is printed where this is worked out while that is done, in a process of one thread."""
    done = subprocess.run(
        [sys.executable, "-c", MEANWHILE.format(work=work, meanwhile=meanwhile)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.strip()


def test_the_copy_works_by_itself() -> None:
    """It is another process, and what it changes stays there."""
    here, there = printed("return os.getpid()", "print(os.getpid())").splitlines()
    assert there.endswith(" []")
    assert there.split()[0].isdecimal()
    assert there.split()[0] != here


@pytest.mark.parametrize("work", ["raise KeyError('gone')", "raise SystemExit(3)", "os._exit(1)"])
def test_a_copy_that_fails_says_nothing(work: str) -> None:
    """Whatever becomes of the copy, there is no answer, and nothing of it is shown."""
    assert printed(work) == "None []"


def test_a_copy_that_is_not_waited_for_ends() -> None:
    """Where this process stops meanwhile, the copy is not left behind."""
    done = subprocess.run(
        [
            *(sys.executable, "-c"),
            MEANWHILE.format(
                work="import time; time.sleep(600)", meanwhile="raise OSError('full')"
            ),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr.strip().endswith("OSError: full")


def test_nothing_is_copied_beside_another_thread() -> None:
    """What another thread holds would never be let go in the copy, so there is none."""
    over = threading.Event()
    other = threading.Thread(target=over.wait)
    other.start()
    try:
        with beside(lambda: "worked out") as result:
            assert result() is None
    finally:
        over.set()
        other.join()
