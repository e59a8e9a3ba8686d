"""What is measured, one small module a topic. No judge: exact texts, offsets, numbers and the rule verifier decide."""

from evals.metrics.retrieval import ranked
from evals.metrics.scores import METRICS, Flaw, FlawKind, Metric, Scores, score, unscored
from evals.metrics.statistics import Difference, Estimate, estimate, paired, percentile, share

__all__ = [
    "METRICS",
    "Difference",
    "Estimate",
    "Flaw",
    "FlawKind",
    "Metric",
    "Scores",
    "estimate",
    "paired",
    "percentile",
    "ranked",
    "score",
    "share",
    "unscored",
]
