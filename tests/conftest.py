"""How hard the property tests look, chosen with HYPOTHESIS_PROFILE: quick, ci or deep.

`quick` and `ci` draw the same examples at every run, so that the same tree has the same verdict and
a red run is the work of the change under test, never of chance. `deep` draws new ones each time: it
is run to find what nobody has thought of, and what it finds becomes an example in the test.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from workflow.crypto import codes

_COSTLY = codes.SCRYPT_N
_CHEAP = _COSTLY // 128

# Time judges nothing here. Key derivation is slow on purpose, and a shared machine is slow by
# accident; both would turn a deadline or the check on slow examples into a coin toss.
_TIMELESS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("quick", _TIMELESS, max_examples=50, derandomize=True)
settings.register_profile("ci", _TIMELESS, max_examples=50, derandomize=True, print_blob=True)
settings.register_profile("deep", _TIMELESS, max_examples=5_000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_collection_finish() -> None:
    """What the tests are made of stays until the end: garbage is looked for beside it, and seldom.

    That saves an eighth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _cheap_guesses() -> Iterator[None]:
    """Deriving the key of a return code costs a 128th of what it costs outside the tests.

    It is scrypt all the same. Where processes of their own take part, or the key itself is what is
    tested, `costly_guesses` brings back the cost that everybody pays.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codes, "SCRYPT_N", _CHEAP)
        yield


@pytest.fixture(scope="module")
def costly_guesses() -> Iterator[None]:
    """Deriving the key of a return code costs as much as it does outside the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codes, "SCRYPT_N", _COSTLY)
        yield
