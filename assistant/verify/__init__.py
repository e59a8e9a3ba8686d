"""Whether a sentence follows from its quotes, by construction. ``RuleVerifier`` needs no model and says where not."""

from assistant.verify.rules import RuleVerifier
from assistant.verify.verdict import Context, Finding, Verdict, Verifier

__all__ = ["Context", "Finding", "RuleVerifier", "Verdict", "Verifier"]
