"""How hard the random tests try: HYPOTHESIS_PROFILE=thorough tries 1,000 clusters a test instead of 150."""

import os

from hypothesis import settings

settings.register_profile("usual", max_examples=150, deadline=None)
settings.register_profile("thorough", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))
