"""A plugin of pytest: a property fails at its first counterexample, and none is made smaller.

Whether a test turns red is all that is asked when a fault is planted on purpose.
"""

from __future__ import annotations

import os

from hypothesis import Phase, settings


def pytest_sessionstart() -> None:
    """Take the profile that was asked for, without what it does after a first failure."""
    profile = settings.get_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
    settings.register_profile(
        "first failure", profile, phases=[Phase.explicit, Phase.generate], database=None
    )
    settings.load_profile("first failure")
