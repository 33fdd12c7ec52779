"""How hard the random tests try, by HYPOTHESIS_PROFILE: 150 examples a test, new ones each time (usual), the
same ones each time (fixed), 1,000 (thorough) or 20,000 (overnight)."""

import os

from hypothesis import HealthCheck, settings

# A slow machine is no fault of a test: neither an example nor the making of it is timed.
untimed = settings(derandomize=False, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("usual", untimed, max_examples=150)
settings.register_profile("fixed", untimed, max_examples=150, derandomize=True)
settings.register_profile("thorough", untimed, max_examples=1_000)
settings.register_profile("overnight", untimed, max_examples=20_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))
