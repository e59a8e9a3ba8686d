"""``python -m evals.fit.reader --data DIR``: train the reader on sets below DIR, write it with its card."""

from __future__ import annotations

import argparse
import json
import random
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from sklearn.metrics import roc_auc_score
from torch import Tensor
from torch.nn import functional

import index
from evals.bench.data import BenchSet, load
from evals.fit.descent import Pace, descend
from evals.fit.lessons import Lesson, Lessons
from index.encoder import SentenceTransformerEncoder, torch_encoder
from index.interaction import Lower, Matcher, lower_of, pair_up
from index.reader import Ids, Tokens

EPOCHS, BATCH, RATE, DECAY = 5, 24, 1.5e-3, 0.02
_PAD = 1
Encoded = dict[Ids, Tensor]


@dataclass(frozen=True, slots=True)
class Sets:
    """Lessons to learn from, and those of passages never seen in training, by the set's name."""

    train: tuple[Lesson, ...]
    held: dict[str, tuple[Lesson, ...]]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, measure on what was held out, write ``index/weights/reader.safetensors`` and ``reader.json``."""
    parser = argparse.ArgumentParser(prog="python -m evals.fit.reader", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with cmrc2018_dev, drcd_dev, xquad_*, lecoqa")
    parser.add_argument("--out", type=Path, default=Path(index.__file__).parent / "weights" / "reader.safetensors")
    given = parser.parse_args(arguments)
    torch.manual_seed(20250021)
    encoder = torch_encoder()
    sets = read_sets(given.data, Tokens(encoder.token_ids))
    matcher, measures = train(sets, encoder)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: value.half().contiguous() for name, value in matcher.state_dict().items()}, given.out)
    card = _card(sets, measures, encoder)
    given.out.with_suffix(".json").write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(card, ensure_ascii=False, indent=1))


def held_out(document: str) -> bool:
    """Whether a passage of XQuAD is kept from training, so that the gate for English questions can be fitted on it."""
    return zlib.crc32(document.encode()) % 4 == 0


def read_sets(data: Path, tokens: Tokens) -> Sets:
    """CMRC, three quarters of XQuAD and LeCoQA's training split to learn from; DRCD and the rest held out."""
    chinese, english = load(data / "xquad_zh"), load(data / "xquad_en2zh")
    spoken = {query.id: query.question for query in chinese.queries}
    train = [
        *Lessons(load(data / "cmrc2018_dev"), tokens),
        *Lessons(_part(chinese, held=False), tokens),
        *Lessons(_part(english, held=False), tokens, spoken),
        *Lessons(load(data / "lecoqa", split="train"), tokens),
    ]
    held = {
        "drcd_dev": tuple(Lessons(load(data / "drcd_dev", queries=500), tokens)),
        "xquad_zh": tuple(Lessons(_part(chinese, held=True), tokens)),
        "xquad_en2zh": tuple(Lessons(_part(english, held=True), tokens, spoken)),
    }
    return Sets(tuple(train), held)


def _part(bench: BenchSet, *, held: bool) -> BenchSet:
    kept = tuple(query for query in bench.queries if held_out(query.relevant[0]) == held)
    return replace(bench, queries=kept)


def train(sets: Sets, encoder: SentenceTransformerEncoder) -> tuple[Matcher, dict[str, Any]]:
    """A matcher and what it measures on each held-out set."""
    lower = lower_of(encoder.network)
    encoded = _encode(lower, sets.train)
    matcher = Matcher()
    steps = EPOCHS * len(sets.train) // BATCH
    optimiser = torch.optim.AdamW(matcher.parameters(), lr=RATE, weight_decay=DECAY)
    losses = (_loss(batch, *_read(matcher, batch, encoded)) for batch in _batches(sets.train))
    descend(matcher, optimiser, losses, Pace(steps, warm=50, least=0.02))
    matcher.eval()
    return matcher, {name: measure(matcher, held, _encode(lower, held)) for name, held in sets.held.items()}


def measure(matcher: Matcher, lessons: Sequence[Lesson], encoded: Encoded) -> dict[str, Any]:
    """How often the best sentence is one that answers, and how well its logit tells whether there is an answer."""
    best: list[float] = []
    right: list[bool] = []
    for at in range(0, len(lessons), BATCH):
        batch = lessons[at : at + BATCH]
        with torch.inference_mode():
            _, logits = _read(matcher, batch, encoded)
        row = 0
        for lesson in batch:
            scored = [
                (float(logits[row + n, s]), s in (one.gold or ()))
                for n, one in enumerate(lesson.shown)
                for s in one.sentences
            ]
            top = max(scored)
            best.append(top[0])
            right.append(top[1])
            row += len(lesson.shown)
    answerable = [any(one.relevant for one in lesson.shown) for lesson in lessons]
    return {
        "n": len(lessons),
        "best sentence answers, of those that have one": round(sum(right) / sum(answerable), 3),
        "AUC of answerable against sentence, year or number taken away": round(
            float(roc_auc_score(answerable, best)), 3
        ),
    }


def _read(matcher: Matcher, batch: Sequence[Lesson], encoded: Encoded) -> tuple[Tensor, Tensor]:
    pairs = [
        (encoded[lesson.question].float(), encoded[one.part.ids].float(), one.part.owner)
        for lesson in batch
        for one in lesson.shown
    ]
    found: tuple[Tensor, Tensor] = matcher(pair_up(pairs))
    return found


def _loss(batch: Sequence[Lesson], passages: Tensor, sentences: Tensor) -> Tensor:
    """For parts whether they answer; for sentences which one does, against an imagined one of logit 0."""
    total, row = torch.zeros(()), 0
    for lesson in batch:
        rows = range(row, row + len(lesson.shown))
        row += len(lesson.shown)
        relevant = torch.tensor([float(one.relevant) for one in lesson.shown])
        total = total + functional.binary_cross_entropy_with_logits(passages[rows.start : rows.stop], relevant)
        if all(one.gold is not None or len(one.sentences) == 1 for one in lesson.shown):
            total = total + _choice(lesson, [sentences[at] for at in rows])
    return total / len(batch)


def _choice(lesson: Lesson, logits: Sequence[Tensor]) -> Tensor:
    every = [torch.zeros(1), *(row[one.sentences] for one, row in zip(lesson.shown, logits, strict=True))]
    gold = [one.gold is None or at in one.gold for one in lesson.shown for at in one.sentences]
    right = torch.tensor([not any(gold), *gold])
    return -torch.logsumexp(functional.log_softmax(torch.cat(every), 0)[right], 0)


def _encode(lower: Lower, lessons: Iterable[Lesson]) -> Encoded:
    wanted = sorted({ids for one in lessons for ids in (one.question, *(s.part.ids for s in one.shown))}, key=len)
    found: Encoded = {}
    for at in range(0, len(wanted), BATCH):
        made = lower.encode(wanted[at : at + BATCH], _PAD)
        found |= {ids: value.half() for ids, value in made.items()}
        if at % (100 * BATCH) == 0:
            print(f"encoding {at} of {len(wanted)}", flush=True)
    return found


def _batches(lessons: Sequence[Lesson]) -> Iterable[list[Lesson]]:
    chance = random.Random(20250021)  # noqa: S311 (repeatable, not secret)
    while True:
        order = chance.sample(lessons, len(lessons))
        yield from (order[at : at + BATCH] for at in range(0, len(order) - BATCH + 1, BATCH))


def _card(sets: Sets, measures: dict[str, Any], encoder: SentenceTransformerEncoder) -> dict[str, Any]:
    return {
        "task": "log-odds that a sentence answers a question, read with its passage",
        "method": "late interaction over the embedding model's ninth layer, which stays as it is; "
        "python -m evals.fit.reader --data DIR",
        "encoder": encoder.fingerprint,
        "data": "CMRC 2018 dev (CC BY-SA 4.0), XQuAD (CC BY-SA 4.0), LeCoQA train (MIT)",
        "lessons": len(sets.train),
        "held out": measures,
    }


if __name__ == "__main__":
    main()
