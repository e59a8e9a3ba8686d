"""``python -m evals.fit --data DIR``: fit the models that choose evidence and answer or abstain, and write their card.

The reader is trained first (``python -m evals.fit.reader``); what reads is fitted only on passages it has not seen.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import assistant.fitted
from assistant.constraints import split
from assistant.fitted import Logistic
from assistant.gate import FEATURES as GATE_FEATURES
from assistant.gate import READ_FEATURES as GATE_READ_FEATURES
from assistant.gate import gate_features, read_gate_features, ruled_out
from assistant.score import FEATURES, READ_FEATURES, Candidate
from evals.bench.data import BenchSet, load
from evals.fit.examples import Example, examples
from evals.fit.reader import held_out
from index.encoder import load_default_encoder
from index.reader import load_reader

REFUSED = 0.85  # share of questions without their passage that rules and gate together refuse
Matrix = npt.NDArray[np.float64]
Sets = dict[str, list[Example]]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a family of models looks at."""

    sentence: tuple[str, ...]
    gate: tuple[str, ...]
    sentence_row: Callable[[Candidate], tuple[float, ...]]
    gate_row: Callable[[Sequence[Candidate], dict[str, float]], tuple[float, ...]]


WORDS = Kind(FEATURES, GATE_FEATURES, lambda one: one.features, gate_features)
READING = Kind(READ_FEATURES, GATE_READ_FEATURES, lambda one: one.read_features, read_gate_features)


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, measure each set by models that have not seen it, write ``assistant/fitted/evidence.json``."""
    parser = argparse.ArgumentParser(prog="python -m evals.fit", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with cmrc2018_dev, drcd_dev, xquad_*")
    parser.add_argument("--questions", type=int, default=500, help="questions of each set")
    parser.add_argument("--out", type=Path, default=Path(assistant.fitted.__file__).with_name("evidence.json"))
    given = parser.parse_args(arguments)
    encoder = load_default_encoder(tuned=False)
    reader = load_reader(encoder)
    sets = {name: list(examples(bench, encoder, reader)) for name, bench in _benches(given.data, given.questions)}
    chinese, english = ("drcd_dev", "xquad_zh"), "xquad_en2zh"
    words = _fit(WORDS, sets, ("cmrc2018_dev", *chinese), english)
    reading = _fit(READING, sets, chinese, english)
    card = {
        "task": "sentence: does this sentence answer the question; gate: is the best sentence an answer at all",
        "data": "CMRC 2018 dev (CC BY-SA 4.0), DRCD dev (CC BY-SA 3.0), XQuAD (CC BY-SA 4.0); negatives are the same "
        "questions with the sentence or the passage that answers taken away; what reads has not seen CMRC",
        "method": "logistic regression over standardised features, folded back; python -m evals.fit --data DIR",
        "questions": given.questions,
        "held out": {"words": words.pop("held out"), "reading": reading.pop("held out")},
    }
    fitted = {"card": card, "words": words, "reading": reading}
    given.out.write_text(json.dumps(fitted, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(card, ensure_ascii=False, indent=1))


def _benches(data: Path, questions: int) -> list[tuple[str, BenchSet]]:
    """CMRC and DRCD as drawn, and of XQuAD what the reader has not been trained on."""
    drawn = [(name, load(data / name, queries=questions)) for name in ("cmrc2018_dev", "drcd_dev")]
    whole = [(name, load(data / name)) for name in ("xquad_zh", "xquad_en2zh")]
    kept = [
        (name, replace(bench, queries=tuple(q for q in bench.queries if held_out(q.relevant[0]))[:questions]))
        for name, bench in whole
    ]
    return [*drawn, *kept]


def _fit(kind: Kind, sets: Sets, chinese: Sequence[str], english: str) -> dict[str, Any]:
    """The models of a kind, and what each set measures by those fitted on the others."""
    found = [example for name in chinese for example in sets[name]]
    sentence = _sentence_model(kind, found)
    return {
        "held out": {name: _held_out(kind, sets, chinese, name) for name in chinese},
        "sentence": _stored(sentence, kind.sentence),
        "gate": _gate(kind, found, sentence),
        "gate_en": _gate(kind, sets[english], sentence),
    }


def _held_out(kind: Kind, sets: Sets, chinese: Sequence[str], name: str) -> dict[str, Any]:
    others = [example for other in chinese if other != name for example in sets[other]]
    sentence = _sentence_model(kind, others)
    gate = _gate_model(kind, others, sentence)
    least = _threshold(kind, others, sentence, gate)
    scores = np.array([_answered(kind, one, sentence, gate) for one in sets[name]])
    views = np.array([example.view for example in sets[name]])
    whole = [example for example in sets[name] if any(example.holds_answer)]
    tops = [example.holds_answer[int(np.argmax(_scores(kind, example, sentence)))] for example in whole]
    answered = scores[views == "whole"]
    measures: dict[str, float] = {
        "n": len(answered),
        "best sentence holds the answer": round(float(np.mean(tops)), 3),
        "answered though answerable": round(float(np.mean(answered >= least)), 3),
    }
    for view in ("without sentence", "without passage"):
        lacking = scores[views == view]
        labels = np.r_[np.ones(len(answered)), np.zeros(len(lacking))]
        measures[f"{view}: AUC"] = round(float(roc_auc_score(labels, np.r_[answered, lacking])), 3)
        measures[f"{view}: refused"] = round(float(np.mean(lacking < least)), 3)
    return measures


def _sentence_model(kind: Kind, found: Sequence[Example]) -> Logistic:
    answered = [example for example in found if any(example.holds_answer)]
    rows = [kind.sentence_row(one) for example in answered for one in example.candidates]
    return _logistic(rows, [holds for example in answered for holds in example.holds_answer], kind.sentence)


def _gate(kind: Kind, found: Sequence[Example], sentence: Logistic) -> dict[str, Any]:
    model = _gate_model(kind, found, sentence)
    return {"threshold": round(_threshold(kind, found, sentence, model), 3), **_stored(model, kind.gate)}


def _gate_model(kind: Kind, found: Sequence[Example], sentence: Logistic) -> Logistic:
    return _logistic(
        [kind.gate_row(_ranked(kind, one, sentence), one.rarity) for one in found],
        [example.answerable for example in found],
        kind.gate,
    )


def _threshold(kind: Kind, found: Sequence[Example], sentence: Logistic, gate: Logistic) -> float:
    """The least probability by which the wanted share of questions without their passage is refused.

    Rules refuse some of them whatever the gate says; the threshold is that of both together.
    """
    lacking = [example for example in found if example.view == "without passage"]
    return float(np.quantile([_answered(kind, one, sentence, gate) for one in lacking], REFUSED))


def _answered(kind: Kind, example: Example, sentence: Logistic, gate: Logistic) -> float:
    """The gate's probability for a question, 0 where rules refuse it."""
    ranked = _ranked(kind, example, sentence)
    if ruled_out(example.question, ranked, example.rarity):
        return 0.0
    met, _ = split(example.question, ranked)
    return gate.probability(kind.gate_row(met, example.rarity))


def _ranked(kind: Kind, example: Example, sentence: Logistic) -> list[Candidate]:
    scored = zip(example.candidates, _scores(kind, example, sentence), strict=True)
    return sorted((replace(one, score=score) for one, score in scored), key=lambda one: -one.score)


def _scores(kind: Kind, example: Example, sentence: Logistic) -> list[float]:
    return [sentence.probability(kind.sentence_row(one)) for one in example.candidates]


def _logistic(rows: Sequence[Sequence[float]], labels: Sequence[bool], features: tuple[str, ...]) -> Logistic:
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2_000)).fit(np.array(rows), np.array(labels))
    scaler, regression = model[0], model[1]
    weights: Matrix = regression.coef_[0] / np.where(scaler.scale_ > 0, scaler.scale_, 1.0)
    intercept = float(regression.intercept_[0] - weights @ scaler.mean_)
    return Logistic(features, tuple(float(weight) for weight in weights), intercept)


def _stored(model: Logistic, features: tuple[str, ...]) -> dict[str, Any]:
    weights = [round(weight, 4) for weight in model.weights]
    return {"features": list(features), "weights": weights, "intercept": round(model.intercept, 4)}


if __name__ == "__main__":
    main()
