"""``python -m evals.fit.calibrate --data DIR --labels FILE``: how sure the reader must be, and its card.

Questions of kept-back passages are read twice, with the passages that answer and without; of the written ones those
that are answered, with, and the near misses. Half of them, by document, fit one logistic over every passage that was
read (its logit, its best sentence's, its place among the hits), and the threshold at which 88 of 100 are refused that
nothing answers; the other half is reported.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.reading.cross import Calibration, CrossReader
from assistant.reading.load import CARD, cross_reader
from corpus.normalise import fold, join_lines
from evals.bench.answers import SETS, Searched, holds, questions, searched
from evals.bench.sets import DEFAULT_CACHE, BenchSet, Query, load, run
from evals.fit import written
from evals.metrics import estimate
from index.hit import Hit

SEED = 20250021
WRITTEN = 3  # times as many questions of the written set: they are of many kinds
REFUSED = 0.88  # share of the questions without an answer that the threshold refuses
DOUBTED = 0.95  # and of those that are refused or answered with a caution


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """A passage's logit, its best sentence's, its place among the hits; whether it is of the question, and answers."""

    logit: float
    sentence: float
    place: int
    own: bool
    answers: bool


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """A question with the passages that were read, and whether one of them answers."""

    name: str
    passages: tuple[ReadPassage, ...]
    answerable: bool
    fits: bool

    def probability(self, found: Calibration) -> float:
        """How likely it is answered."""
        return max((found.probability(one.logit, one.sentence, one.place) for one in self.passages), default=0.0)


def judged(data: Path, labels: Path) -> Iterator[tuple[str, BenchSet, list[Query]]]:
    """Name, passages and kept-back questions of each set; the written ones have near misses too."""
    for name, folder in SETS.items():
        bench = load(data / folder)
        yield name, bench, questions(name, bench, labels, None)
    bench = written.bench()
    yield "written", bench, random.Random(SEED).sample(bench.queries, len(bench.queries))  # noqa: S311


def asked(name: str, found: Sequence[Searched], reader: CrossReader) -> Iterator[ReadQuestion]:
    """A question whose first hits hold the answer with them, and once more without; a near miss.

    A written question often fits several documents (多久能办好), so that it is not asked without its own, nothing is
    learnt from the passages of others, and a near miss is read with its own alone.
    """
    for one in found:
        query = one.query
        fits = hashlib.sha256(query.relevant[0].encode()).digest()[0] % 2 == 0  # crc32's last bit is the split's
        read = _read(reader, query, one.hits)
        if not query.answers:
            own = tuple(passage for passage in read if passage.own)
            if own:
                yield ReadQuestion(name, own, answerable=False, fits=fits)
        elif any(passage.answers for passage in read):
            yield ReadQuestion(name, read, answerable=True, fits=fits)
            if name in SETS:
                yield ReadQuestion(name, _read(reader, query, one.without), answerable=False, fits=fits)


def _read(reader: CrossReader, query: Query, hits: Sequence[Hit]) -> tuple[ReadPassage, ...]:
    return tuple(
        ReadPassage(
            logit,
            max(each),
            place,
            own=one.hit.document in query.relevant,
            answers=bool(query.answers) and holds(fold(join_lines(one.hit.text)), query.answers),
        )
        for place, (one, logit, each) in enumerate(reader.logits(query.question, (), hits), start=1)
    )


def fitted(cases: Sequence[ReadQuestion], hits: int) -> Calibration:
    """One logistic for the passages of all sets, each set counting the same, and its threshold."""
    own = [one for one in cases if one.fits]
    taught = [
        (one.name, passage)
        for one in own
        for passage in one.passages
        if passage.own or one.name in SETS or not one.answerable
    ]
    share = Counter(name for name, _ in taught)
    model = LogisticRegression(C=10.0)
    model.fit(
        [(passage.logit, passage.sentence, math.log(passage.place)) for _, passage in taught],
        [passage.answers for _, passage in taught],
        sample_weight=[1 / share[name] for name, _ in taught],
    )
    logit, sentence, place = (round(float(one), 4) for one in model.coef_[0])
    found = Calibration(logit, sentence, place, round(float(model.intercept_[0]), 4), hits=hits)
    refused = Counter(one.name for one in own if not one.answerable)
    no = sorted((one.probability(found), 1 / refused[one.name]) for one in own if not one.answerable)
    upto = np.cumsum([weight for _, weight in no])
    least, cautious = (
        round(no[min(len(no) - 1, int(np.searchsorted(upto, share * upto[-1])))][0], 4) for share in (REFUSED, DOUBTED)
    )
    return replace(found, threshold=least, cautious=cautious)


def measured(cases: Sequence[ReadQuestion], found: Calibration) -> dict[str, Any]:
    """For each set, on the half that did not fit: answered where the hits hold the answer, refused without, AUC."""
    made = {}
    for name in sorted({one.name for one in cases}):
        own = [one for one in cases if one.name == name and not one.fits]
        yes = [float(one.probability(found) >= found.threshold) for one in own if one.answerable]
        no = [float(one.probability(found) < found.threshold) for one in own if not one.answerable]
        scores = [one.probability(found) for one in own]
        made[name] = {"n": len(own), "answered": str(estimate(yes) or "–"), "refused": str(estimate(no) or "–")}
        if yes and no:
            made[name]["AUC"] = round(float(roc_auc_score([one.answerable for one in own], scores)), 3)
    return made


@click.command()
@click.option("--data", required=True, type=click.Path(path_type=Path), help="Folder of the sets.")
@click.option("--labels", required=True, type=click.Path(path_type=Path), help="reader.jsonl.gz.")
@click.option("--queries", default=200, help="Questions of each set.")
@click.option("--cache", default=DEFAULT_CACHE, type=click.Path(path_type=Path), help="Folder that keeps hits.")
def main(*, data: Path, labels: Path, queries: int, cache: Path) -> None:
    """Fit, print and write the card."""
    reader = cross_reader()
    card = json.loads(CARD.read_text("utf-8"))
    hits = int(card["calibration"]["hits"])
    cases: list[ReadQuestion] = []
    for name, bench, chosen in judged(data, labels):
        number = queries if name in SETS else WRITTEN * queries
        cases += asked(name, searched(name, chosen[:number], bench, cache), reader)
        click.echo(f"{name}: read")
    (cache / "calibration.json").write_text(json.dumps([asdict(one) for one in cases]), encoding="utf-8")
    found = fitted(cases, hits)
    card |= {"calibration": asdict(found), "held out": measured(cases, found)}
    CARD.write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    click.echo(json.dumps(card, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    run(main)
