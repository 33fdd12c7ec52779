"""How hard the random tests try, by HYPOTHESIS_PROFILE: 150 examples a test, new ones each time (usual), the
same ones each time (fixed), 1,000 (thorough) or 20,000 (overnight)."""

import os

from hypothesis import settings

settings.register_profile("usual", max_examples=150, deadline=None)
settings.register_profile("fixed", max_examples=150, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=1_000, deadline=None)
settings.register_profile("overnight", max_examples=20_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))
