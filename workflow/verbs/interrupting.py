"""Ctrl-C, where it can be obeyed: never halfway through loading a part of the program.

Loading what is not written in Python can end in something else than the interruption: in a panic
of that part, in the belief that it is not there, or in an exit code that is not the command's own.
"""

from __future__ import annotations

import signal
import sys
from types import FrameType


def hold_back() -> None:
    """From now on Ctrl-C raises KeyboardInterrupt; while something is loaded, right after that."""
    signal.signal(signal.SIGINT, _interrupt)


def _interrupt(_number: int, frame: FrameType | None) -> None:
    loads = None
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            loads = frame.f_back
        frame = frame.f_back
    if loads is None:
        raise KeyboardInterrupt
    # The next that whoever loads it does is to raise this.
    loads.f_trace = _stop
    sys.settrace(_pass)


def _stop(_frame: FrameType, _event: str, _argument: object) -> None:
    sys.settrace(None)
    raise KeyboardInterrupt


def _pass(_frame: FrameType, _event: str, _argument: object) -> None:
    """Python looks at what is to be done in one frame only while something looks at them all."""
