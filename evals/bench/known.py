"""``python -m evals.bench.known corpus/documents``: the suites with a reader that knows which units are right.

What is lost then is not the reader's: passages that search does not find, and what composition, rules and wording do.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from assistant.assistant import Assistant
from assistant.reading import Read, Reading
from assistant.reading.passages import passages
from assistant.units import Unit
from assistant.verify import RuleVerifier
from corpus.document import Document
from evals.metrics import score
from evals.runner import AS_OF, read_documents
from evals.suite import Case, load, suite_names
from index import Hit, Searcher, Store
from index.encoder import load_default_encoder
from index.sync import sync

HITS = 8  # as many as a language model reads


class KnowingReader:
    """Takes of the first hits the units that lie in the gold of the ``case`` that is asked."""

    name = "known"

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self.case: Case | None = None

    def read(self, question: str, history: Sequence[str], hits: Sequence[Hit]) -> Reading:  # noqa: ARG002
        """See ``Reader``."""
        found = [
            Read(unit, float(self._right(unit)), one.hit.rank) for one in passages(hits[:HITS]) for unit in one.units
        ]
        found.sort(key=lambda one: (-one.sure, one.rank, one.unit.key))
        best = found[0].sure if found else 0.0
        return Reading(best, best > 0, tuple(found), reader=self.name)

    def _right(self, unit: Unit) -> bool:
        """Whether half of the unit lies in a gold quote, or half of the quote in the unit."""
        if self.case is None or not self.case.answerable:
            return False
        a, b = unit.spans[-1]
        for gold in self.case.gold:
            start = self._documents[gold.document].text.find(gold.quote)
            shared = min(b, start + len(gold.quote)) - max(a, start)
            if unit.source.id == gold.document and start >= 0 and shared >= 0.5 * min(b - a, len(gold.quote)):
                return True
        return False


def main(folder_of_documents: Path) -> None:
    """Print the share of right cases by kind."""
    documents = read_documents(folder_of_documents)
    encoder, reader = load_default_encoder(), KnowingReader(documents)
    right: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder), create=True)
        sync(store, [folder_of_documents], encoder)
        assistant = Assistant(Searcher.open(store, encoder), reader=reader, as_of=AS_OF)
        for reader.case in (case for name in suite_names() for case in load(name)):
            case = reader.case
            scores = score(case, assistant.ask(case.question, case.history), [], documents, RuleVerifier())
            for kind in ("all", case.kind):
                right[kind].append(scores.values.get("correct", 0.0))
    for kind, values in right.items():
        click.echo(f"{kind:16}{len(values):4}  {sum(values) / len(values):.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
