"""How hard the property tests look, chosen with HYPOTHESIS_PROFILE: quick, ci or deep.

`quick` and `ci` draw the same examples at every run, so that the same tree has the same verdict and
a red run is the work of the change under test, never of chance. `deep` draws new ones each time: it
is run to find what nobody has thought of, and what it finds becomes an example in the test.
"""

import os

from hypothesis import HealthCheck, settings

# Time judges nothing here. Key derivation is slow on purpose, and a shared machine is slow by
# accident; both would turn a deadline or the check on slow examples into a coin toss.
_TIMELESS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("quick", _TIMELESS, max_examples=50, derandomize=True)
settings.register_profile("ci", _TIMELESS, max_examples=50, derandomize=True, print_blob=True)
settings.register_profile("deep", _TIMELESS, max_examples=5_000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
