"""What people decided, as it is stored. Who did it stands as the name of a login, which may go before it."""

from __future__ import annotations

from .exceptions import AcceptedException
from .follow_up import FollowUp
from .guardrails import GuardrailCheck, GuardrailVersion, StoredGuardrail
from .notifications import Delivery, Notice, NotificationRule
from .reviews import Decision, Review, Seal

__all__ = [
    "AcceptedException",
    "Decision",
    "Delivery",
    "FollowUp",
    "GuardrailCheck",
    "GuardrailVersion",
    "Notice",
    "NotificationRule",
    "Review",
    "Seal",
    "StoredGuardrail",
]
