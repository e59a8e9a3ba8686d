"""Intervals and paired tests, seeded so that the same scores always give the same figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Statistic = Literal["mean", "median"]

_SEED = 20250021
_RESAMPLES = 4_000
_EXACT = 12  # up to so many differences all 2**n sign patterns are counted


@dataclass(frozen=True, slots=True)
class Estimate:
    """A statistic of ``n`` scored cases with its 95 % interval; ``unscored`` counts those that could not be scored."""

    value: float
    low: float
    high: float
    n: int
    unscored: int = 0

    def __str__(self) -> str:
        """``0.500 [0.250, 0.750]``."""
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True, slots=True)
class Difference:
    """B minus A over the same ``n`` cases: both means, the difference, its 95 % interval and two-sided p value."""

    a: float
    b: float
    low: float
    high: float
    p: float
    n: int

    @property
    def value(self) -> float:
        """The mean difference; below zero B is worse."""
        return self.b - self.a

    def __str__(self) -> str:
        """``+0.100 [-0.050, +0.250]``."""
        return f"{self.value:+.3f} [{self.low:+.3f}, {self.high:+.3f}]"


def estimate(scores: Sequence[float], statistic: Statistic = "mean", unscored: int = 0) -> Estimate | None:
    """The statistic of at least one score with its percentile bootstrap interval (4,000 resamples of the cases)."""
    if not scores:
        return None
    values = np.asarray(scores, dtype=np.float64)
    of = _STATISTICS[statistic]
    low, high = _interval(values, of)
    return Estimate(float(of(values)), low, high, len(scores), unscored)


def paired(a: Sequence[float], b: Sequence[float]) -> Difference | None:
    """Compare two runs over the same cases, in the same order; None without cases.

    The interval is a bootstrap of the per-case differences, the p value a sign-flip permutation test of their mean
    (Fisher): exact up to 12 cases that differ, by 10,000 random sign patterns above.
    """
    if not a:
        return None
    differences = np.asarray(b, dtype=np.float64) - np.asarray(a, dtype=np.float64)
    low, high = _interval(differences, np.mean)
    return Difference(float(np.mean(a)), float(np.mean(b)), low, high, _sign_flip(differences), len(a))


def share(outcomes: Sequence[bool]) -> Estimate:
    """The share of at least one outcome that is true with Wilson's interval, which holds where all or none are."""
    from scipy.stats import binomtest  # noqa: PLC0415 (a second to import, seldom needed)

    found = binomtest(sum(outcomes), len(outcomes))
    low, high = found.proportion_ci(method="wilson")
    return Estimate(float(found.statistic), float(low), float(high), len(outcomes))


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile; 0 without values."""
    return float(np.percentile(values, percent, method="inverted_cdf")) if len(values) else 0.0


_STATISTICS: dict[Statistic, Callable[..., Any]] = {"mean": np.mean, "median": np.median}


def _interval(values: Floats, of: Callable[..., Any]) -> tuple[float, float]:
    draws = np.random.default_rng(_SEED).integers(0, len(values), (_RESAMPLES, len(values)))
    low, high = np.percentile(of(values[draws], axis=1), [2.5, 97.5])
    return float(low), float(high)


def _sign_flip(differences: Floats) -> float:
    """Share of the sign patterns whose sum is at least as far from zero as the one that was seen."""
    moved = differences[differences != 0]
    if len(moved) == 0:
        return 1.0
    exact = len(moved) <= _EXACT
    if exact:
        signs = np.array(list(product((-1.0, 1.0), repeat=len(moved))))
    else:
        signs = np.random.default_rng(_SEED).choice([-1.0, 1.0], (10_000, len(moved)))
    extreme = int(np.sum(np.abs(signs @ moved) >= abs(moved.sum()) - 1e-9))
    return extreme / len(signs) if exact else (extreme + 1) / (len(signs) + 1)
