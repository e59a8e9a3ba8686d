"""``python -m evals.fit.calibrate --data DIR --labels FILE``: how sure the reader must be, and its card.

Questions of kept-back passages are read twice, with the passages that answer and without; of the written ones those
that are answered, with, and the near misses. Half of them, by document, fit one logistic over the best passage's and
the best sentence's logits, and the threshold at which 90 of 100 are refused that nothing answers; the other half is
reported.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.reading.cross import Calibration, CrossReader
from assistant.reading.load import CARD, cross_reader
from corpus.normalise import fold, join_lines
from evals.bench.answers import SETS, Searched, holds, questions, searched
from evals.bench.sets import DEFAULT_CACHE, BenchSet, Query, load, run
from evals.fit import written
from evals.metrics import estimate

SEED = 20250021
WRITTEN = 3  # times as many questions of the written set: they are of many kinds
REFUSED = 0.9  # share of the questions without an answer that the threshold refuses
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """The two logits of a question's best passage, and whether it answers."""

    name: str
    logits: tuple[float, float]
    answerable: bool
    fits: bool


def judged(data: Path, labels: Path) -> Iterator[tuple[str, BenchSet, list[Query]]]:
    """Name, passages and kept-back questions of each set; the written ones have near misses too."""
    for name, folder in SETS.items():
        bench = load(data / folder)
        yield name, bench, questions(name, bench, labels, None)
    bench = written.bench()
    yield "written", bench, random.Random(SEED).sample(bench.queries, len(bench.queries))  # noqa: S311


def cases_of(name: str, found: Sequence[Searched], reader: CrossReader, hits: int) -> list[Case]:
    """A question whose first hits hold the answer is a case with them, and one without; a near miss is one.

    A written question often fits several documents (多久能办好), so that it has no case without its own, and a near
    miss is read with its own alone.
    """
    cases = []
    for one in found:
        relevant = one.query.relevant
        fits = hashlib.sha256(relevant[0].encode()).digest()[0] % 2 == 0  # crc32's last bit is the split's
        own = tuple(hit for hit in one.hits if hit.document in relevant)
        if not one.query.answers:
            if own:
                logits = best(reader, one.query.question, replace(one, hits=own))
                cases.append(Case(name, logits, answerable=False, fits=fits))
            continue
        if not any(holds(fold(join_lines(hit.text)), one.query.answers) for hit in one.hits[:hits]):
            continue
        cases.append(Case(name, best(reader, one.query.question, one), answerable=True, fits=fits))
        if name in SETS:
            without = replace(one, hits=one.without)
            cases.append(Case(name, best(reader, one.query.question, without), answerable=False, fits=fits))
    return cases


def best(reader: CrossReader, question: str, one: Searched) -> tuple[float, float]:
    """Of the passage that answers best: its logit and that of its best sentence."""
    read = reader.logits(question, (), one.hits)
    return max(((passage, max(each)) for _, passage, each in read), default=(-20.0, -20.0))


def fitted(cases: Sequence[Case], hits: int) -> Calibration:
    """One logistic for all sets, each counting the same, and its threshold."""
    own = [one for one in cases if one.fits]
    share = {name: sum(one.name == name for one in own) for name in {one.name for one in own}}
    model = LogisticRegression(C=10.0)
    model.fit(_matrix(own), [one.answerable for one in own], sample_weight=[1 / share[one.name] for one in own])
    passage, sentence = (round(float(one), 4) for one in model.coef_[0])
    found = Calibration(passage, sentence, round(float(model.intercept_[0]), 4), hits=hits)
    no = sorted((found.probability(*one.logits), 1 / share[one.name]) for one in own if not one.answerable)
    upto = np.cumsum([weight for _, weight in no])
    least = no[min(len(no) - 1, int(np.searchsorted(upto, REFUSED * upto[-1])))][0]
    return replace(found, threshold=round(least, 4))


def measured(cases: Sequence[Case], found: Calibration) -> dict[str, Any]:
    """For each set, on the half that did not fit: answered where the hits hold the answer, refused without, AUC."""
    made = {}
    for name in sorted({one.name for one in cases}):
        own = [one for one in cases if one.name == name and not one.fits]
        yes = [float(found.probability(*one.logits) >= found.threshold) for one in own if one.answerable]
        no = [float(found.probability(*one.logits) < found.threshold) for one in own if not one.answerable]
        scores = [found.probability(*one.logits) for one in own]
        made[name] = {"n": len(own), "answered": _figure(yes), "refused": _figure(no)}
        if yes and no:
            made[name]["AUC"] = round(float(roc_auc_score([one.answerable for one in own], scores)), 3)
    return made


def _figure(values: Sequence[float]) -> str:
    found = estimate(values)
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]" if found else "–"


def _matrix(cases: Sequence[Case]) -> Floats:
    return np.array([one.logits for one in cases], np.float64)


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
    cases: list[Case] = []
    for name, bench, chosen in judged(data, labels):
        number = queries if name in SETS else WRITTEN * queries
        cases += cases_of(name, searched(name, chosen[:number], bench, cache), reader, hits)
        click.echo(f"{name}: read")
    (cache / "calibration.json").write_text(json.dumps([asdict(one) for one in cases]), encoding="utf-8")
    found = fitted(cases, hits)
    card |= {"calibration": asdict(found), "held out": measured(cases, found)}
    CARD.write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    click.echo(json.dumps(card, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    run(main)
