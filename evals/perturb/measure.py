"""How many perturbed claims a verifier catches, and how many untouched ones it wrongly fails: one line a kind.

``python -m evals.perturb.measure [FILE ...] [--half test] [--show KIND]``

The kept cases are claims on quotes, and whether they are borne out. Those that are false were made of true ones by
changing one fact or turning the wording, those that are true by edits of a closed list; ``paraphrases.jsonl`` has what
a model told, as a person judged it. A kind is added by adding rows.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from assistant.verify import Context, RuleVerifier, Verifier
from evals.metrics import share

CASES = Path(__file__).with_name("cases.jsonl")
Half = Literal["tune", "test"]
UNTOUCHED = (
    "verbatim", "spacing", "width", "traditional", "punctuation", "marked", "renumbered", "resolved", "left_out",
    "picked", "parts", "joined",
)  # fmt: skip
"""The kinds of a closed list of edits that leave a claim true; ``paraphrase`` is true and outside of it."""
HOSTILE = (
    "decided", "modality", "part", "quantifier", "roles", "added", "appended", "exception", "condition", "clause",
    "order", "spliced", "exchanged", "exclusive", "hidden", "character", "left_word", "framed", "cut", "gap", "items",
)  # fmt: skip
"""The kinds whose words are those of the quote, turned to say something else: what is proposed told as done."""
TRUE = (*UNTOUCHED, "paraphrase")


@dataclass(frozen=True, slots=True)
class Example:
    """A claim on quotes, and whether it is borne out. ``kind``: what was done to the supported claim."""

    document: str
    half: Half
    kind: str
    supported: bool
    claim: str
    quotes: tuple[str, ...]
    context: tuple[str, ...] = ()
    year: int | None = None
    issuer: str = ""
    title: str = ""


def read_cases(path: Path) -> Iterator[Example]:
    """The cases of a JSONL file."""
    for row in read_rows(path):
        yield Example(**{**row, "quotes": tuple(row["quotes"]), "context": tuple(row["context"])})


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a JSONL file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def failed(cases: Iterable[Example], verifier: Verifier) -> dict[str, list[bool]]:
    """For each kind which of its claims the verifier fails: caught if perturbed, wrongly failed if not."""
    found: dict[str, list[bool]] = defaultdict(list)
    for case in cases:
        found[case.kind].append(not judge(case, verifier))
    return dict(found)


def pooled(outcomes: Mapping[str, list[bool]], kinds: Sequence[str]) -> list[bool]:
    """Several kinds counted as one."""
    return [one for kind in kinds for one in outcomes.get(kind, ())]


def judge(case: Example, verifier: Verifier) -> bool:
    """Whether the verifier holds the claim to be supported."""
    return verifier.verify(case.claim, case.quotes, context(case)).supported


def context(case: Example) -> Context:
    """What the case says of the document around its quotes."""
    return Context(case.context, case.year, case.issuer, case.title)


def main() -> None:
    """Prints the table, and with ``--show KIND`` each case of that kind judged wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="*", default=[CASES])
    parser.add_argument("--half", choices=["tune", "test"], default="test")
    parser.add_argument("--show", action="append", default=[])
    options = parser.parse_args()
    verifier = RuleVerifier()
    cases = [c for file in options.files for c in read_cases(file) if c.half == options.half]
    outcomes = failed(cases, verifier)
    lines = {kind: outcomes[kind] for kind in sorted(outcomes, key=lambda one: (one in TRUE, one))}
    lines |= {"(closed)": pooled(outcomes, UNTOUCHED), "(hostile)": pooled(outcomes, HOSTILE)}
    for name, some in lines.items():
        told = "wrongly failed" if name in (*TRUE, "(closed)") else "caught"
        print(f"{told:15s}{name:12s}{share(some)} n={len(some)}" if some else f"{name}: none")  # noqa: T201
    for case in cases:
        if case.kind in options.show and judge(case, verifier) != case.supported:
            found = verifier.verify(case.claim, case.quotes, context(case)).findings
            print(f"\n{case.kind} {case.document}\n  {case.quotes}\n  {case.claim}\n  {found}")  # noqa: T201


if __name__ == "__main__":
    main()
