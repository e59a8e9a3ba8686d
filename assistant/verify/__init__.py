"""Whether a sentence of an answer follows from its quotes. ``RuleVerifier`` needs no model and says why."""

from assistant.verify.rules import Limits, RuleVerifier
from assistant.verify.verdict import Context, Finding, Verdict, Verifier

__all__ = ["Context", "Finding", "Limits", "RuleVerifier", "Verdict", "Verifier"]
