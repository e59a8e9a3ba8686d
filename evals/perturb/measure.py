"""How many perturbed claims a verifier catches, and how many untouched ones it wrongly fails: one line a kind.

``python -m evals.perturb.measure [FILE ...] [--half test] [--show KIND]``
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from assistant.verify import Context, RuleVerifier, Verifier
from evals.perturb.cases import HOSTILE, UNTOUCHED, Example, read_cases

HERE = Path(__file__).parent
TRUE = (*UNTOUCHED, "paraphrase")


@dataclass(frozen=True, slots=True)
class Rate:
    """``hits`` of ``n``, with its Wilson 95 % interval."""

    hits: int
    n: int

    @property
    def rate(self) -> float:
        """The share itself; an empty one has none."""
        if not self.n:
            raise ValueError("no case of this kind: nothing was measured")
        return self.hits / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval at 95 %."""
        z, p, n = 1.96, self.rate, self.n
        middle, wide = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return ((middle - wide) / (1 + z * z / n), (middle + wide) / (1 + z * z / n))

    def __str__(self) -> str:
        """``0.987 (n=150, 0.953-0.997)``."""
        low, high = self.interval
        return f"{self.rate:.3f} (n={self.n}, {low:.3f}-{high:.3f})"


def failed(cases: Iterable[Example], verifier: Verifier) -> dict[str, Rate]:
    """For each kind the share of its claims that the verifier fails: caught if perturbed, wrongly failed if not."""
    counts: dict[str, list[int]] = {}
    for case in cases:
        count = counts.setdefault(case.kind, [0, 0])
        count[0] += not judge(case, verifier)
        count[1] += 1
    return {kind: Rate(hits, n) for kind, (hits, n) in counts.items()}


def judge(case: Example, verifier: Verifier) -> bool:
    """Whether the verifier holds the claim to be supported."""
    return verifier.verify(case.claim, case.quotes, context(case)).supported


def context(case: Example) -> Context:
    """What the case says of the document around its quotes."""
    return Context(case.context, case.year, case.issuer, case.title)


def pooled(shares: dict[str, Rate], kinds: Sequence[str]) -> Rate:
    """Several kinds counted as one."""
    some = [shares[kind] for kind in kinds if kind in shares]
    return Rate(sum(s.hits for s in some), sum(s.n for s in some))


def main() -> None:
    """Prints the table, and with ``--show KIND`` each case of that kind judged wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="*", default=[HERE / "cases.jsonl"])
    parser.add_argument("--half", choices=["tune", "test"], default="test")
    parser.add_argument("--show", action="append", default=[])
    options = parser.parse_args()
    verifier = RuleVerifier()
    cases = [c for file in options.files for c in read_cases(file) if c.half == options.half]
    shares = failed(cases, verifier)
    for kind in sorted(shares, key=lambda k: (k in TRUE, k)):
        print(f"{'wrongly failed' if kind in TRUE else 'caught':15s}{kind:12s}{shares[kind]}")  # noqa: T201
    print(f"{'wrongly failed':15s}{'(closed)':12s}{pooled(shares, UNTOUCHED)}")  # noqa: T201
    print(f"{'caught':15s}{'(hostile)':12s}{pooled(shares, HOSTILE)}")  # noqa: T201
    for case in cases:
        if case.kind in options.show and judge(case, verifier) != case.supported:
            found = verifier.verify(case.claim, case.quotes, context(case)).findings
            print(f"\n{case.kind} {case.document}\n  {case.quotes}\n  {case.claim}\n  {found}")  # noqa: T201


if __name__ == "__main__":
    main()
