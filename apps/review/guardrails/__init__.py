"""Guardrails: what shall never be allowed, or always hold, declared once and checked against every answer.

Pure, on a Cluster and its Reach, so that the command line needs no database. docs/guardrails.md has the form.
"""

from __future__ import annotations

from apps.review.guardrails.check import Checker
from apps.review.guardrails.form import Guardrail
from apps.review.guardrails.read import GuardrailRefused, read_guardrail, read_guardrails
from apps.review.guardrails.result import Breach, Outcome, Result

__all__ = [
    "Breach",
    "Checker",
    "Guardrail",
    "GuardrailRefused",
    "Outcome",
    "Result",
    "read_guardrail",
    "read_guardrails",
]
