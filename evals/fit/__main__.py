"""``python -m evals.fit --data DIR``: fit the evidence model and its gates on sets below DIR, and write their card."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import assistant.fitted
from assistant.fitted import Logistic
from assistant.gate import FEATURES as GATE_FEATURES
from assistant.gate import gate_features
from assistant.score import FEATURES
from evals.bench.data import load
from evals.fit.examples import Example, examples
from index.encoder import load_default_encoder

CHINESE, ENGLISH = ("cmrc2018_dev", "drcd_dev"), "xquad_en2zh"
THRESHOLD, ENGLISH_THRESHOLD = 0.28, 0.45
Matrix = npt.NDArray[np.float64]


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, measure each set by a model that has not seen it, write ``assistant/fitted/evidence.json``."""
    parser = argparse.ArgumentParser(prog="python -m evals.fit", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with " + ", ".join((*CHINESE, ENGLISH)))
    parser.add_argument("--questions", type=int, default=800, help="questions of each set")
    parser.add_argument("--out", type=Path, default=Path(assistant.fitted.__file__).with_name("evidence.json"))
    given = parser.parse_args(arguments)
    encoder = load_default_encoder()
    sets = {
        name: list(examples(load(given.data / name, queries=given.questions), encoder)) for name in (*CHINESE, ENGLISH)
    }
    card = fit(sets)
    given.out.write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(card["card"], ensure_ascii=False, indent=1))


def fit(sets: dict[str, list[Example]]) -> dict[str, Any]:
    """The card with its weights."""
    chinese = [example for name in CHINESE for example in sets[name]]
    sentence = _sentence_model(chinese)
    held_out = {name: _held_out(sets, name) for name in CHINESE}
    card = {
        "task": "sentence: does this sentence answer the question; gate: is the best sentence an answer at all",
        "data": "CMRC 2018 dev (CC BY-SA 4.0), DRCD dev (CC BY-SA 3.0); gate_en: XQuAD, English questions over Chinese "
        "passages (CC BY-SA 4.0); negatives are the same questions with their passages taken away",
        "method": "logistic regression over standardised features, folded back; python -m evals.fit --data DIR",
        "held out": held_out,
    }
    gate = {"threshold": THRESHOLD, **_stored(_gate_model(chinese, sentence), GATE_FEATURES)}
    english = {"threshold": ENGLISH_THRESHOLD, **_stored(_gate_model(sets[ENGLISH], sentence), GATE_FEATURES)}
    return {"card": card, "sentence": _stored(sentence, FEATURES), "gate": gate, "gate_en": english}


def _held_out(sets: dict[str, list[Example]], name: str) -> dict[str, Any]:
    """Measures on one set of models fitted on the other."""
    others = [example for other in CHINESE if other != name for example in sets[other]]
    sentence = _sentence_model(others)
    gate = _gate_model(others, sentence)
    answerable = np.array([example.answerable for example in sets[name]])
    scores = np.array([gate.probability(row) for row in _gate_rows(sets[name], sentence)])
    tops = [e.holds_answer[int(np.argmax(_scores(e, sentence)))] for e in sets[name] if e.answerable]
    return {
        "n": f"{answerable.sum()} answerable, {(~answerable).sum()} not",
        "best sentence holds the answer": round(float(np.mean(tops)), 3),
        "AUC": round(float(roc_auc_score(answerable, scores)), 3),
        "answered though answerable": round(float(np.mean(scores[answerable] >= THRESHOLD)), 3),
        "refused though not": round(float(np.mean(scores[~answerable] < THRESHOLD)), 3),
    }


def _sentence_model(found: Sequence[Example]) -> Logistic:
    answered = [example for example in found if any(example.holds_answer)]
    rows = [one.features for example in answered for one in example.candidates]
    return _logistic(rows, [holds for example in answered for holds in example.holds_answer], FEATURES)


def _gate_model(found: Sequence[Example], sentence: Logistic) -> Logistic:
    return _logistic(_gate_rows(found, sentence), [example.answerable for example in found], GATE_FEATURES)


def _gate_rows(found: Sequence[Example], sentence: Logistic) -> list[tuple[float, ...]]:
    rows = []
    for example in found:
        scores = _scores(example, sentence)
        scored = [replace(one, score=score) for one, score in zip(example.candidates, scores, strict=True)]
        rows.append(gate_features(sorted(scored, key=lambda one: -one.score), example.rarity))
    return rows


def _scores(example: Example, sentence: Logistic) -> list[float]:
    return [sentence.probability(one.features) for one in example.candidates]


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
