"""What a draft would do: manifests put over the objects of a stored state, and what then differs."""

from __future__ import annotations

from apps.engine.whatif.drafts import DraftChange, DraftDiff, draft, draft_over
from apps.engine.whatif.identity import DraftRefused

__all__ = ["DraftChange", "DraftDiff", "DraftRefused", "draft", "draft_over"]
